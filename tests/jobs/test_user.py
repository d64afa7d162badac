"""Accounts are made at the command line; the passwords that it makes are shown once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from allauth.mfa.models import Authenticator

from bangfu.ledger import clock
from bangfu.ledger.models import Event, User
from tests.jobs.conftest import Call
from tests.village import Village

Ask = Callable[..., Any]


def test_an_account_is_made_with_a_password_that_opens_it(ask: Ask) -> None:
    said = ask("user", "create", "wang", "--name", "王晓梅")
    user = User.objects.get(username="wang")
    assert user.check_password(said["password"]) and user.display_name == "王晓梅"
    assert len(said["password"]) >= 16
    assert said["password"] not in str(list(Event.objects.values()))


def test_a_password_out_of_a_file_is_not_shown(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "password"
    file.write_text("一个很长很长的口令-7\n")
    said = ask("user", "create", "wang", "--password-file", file)
    assert "password" not in said
    assert User.objects.get(username="wang").check_password("一个很长很长的口令-7")


def test_a_name_that_is_taken_and_a_weak_password_are_refused(call: Call, tmp_path: Path) -> None:
    assert call("user", "create", "wang").exit_code == 0
    again = call("user", "create", "wang")
    assert (again.exit_code, again.stderr) == (1, "There is already an account wang.\n")
    file = tmp_path / "password"
    file.write_text("12345678\n")
    weak = call("user", "create", "li", "--password-file", file)
    assert weak.exit_code == 1 and not User.objects.filter(username="li").exists()


def test_a_role_is_given_within_limits(ask: Ask, call: Call, village: Village) -> None:
    call("user", "create", "wang")
    code = village.county.code
    said = ask("user", "grant", "wang", "clerk", "--place", code, "--reason", "文件")
    assert said["role"] == "clerk" and said["place"] == code
    (shown,) = [a for a in ask("user", "list")["accounts"] if a["username"] == "wang"]
    assert [g["role"] for g in shown["grants"]] == ["clerk"]
    assert call("user", "grant", "wang", "clerk", "--reason", "文件").exit_code == 1
    assert call("user", "grant", "nobody", "clerk", "--reason", "x").stderr == (
        "There is no account nobody.\n"
    )
    assert call("user", "grant", "wang", "king", "--reason", "x").exit_code == 2
    assert call("user", "grant", "wang", "clerk", "--unit", "没有", "--reason", "x").exit_code == 1


def test_a_role_ends_and_is_taken_back(ask: Ask, call: Call, village: Village) -> None:
    call("user", "create", "wang")
    code = village.county.code
    for role in ("clerk", "inspector"):
        ask(
            "user", "grant", "wang", role, "--place", code, "--reason", "文件", "--on", "2020-01-01"
        )
    assert ask("user", "revoke", "wang", "clerk", "--place", code)["ended"] < str(clock.today())
    gone = call("user", "revoke", "wang", "clerk", "--place", code)
    assert gone.exit_code == 1 and "bangfu user list" in gone.stderr
    ask("user", "withdraw", "wang", "inspector", "--place", code)
    (shown,) = [a for a in ask("user", "list")["accounts"] if a["username"] == "wang"]
    assert shown["grants"] == []
    assert [e.verb for e in Event.objects.order_by("-at")[:2]] == ["grant.withdraw", "grant.revoke"]


def test_a_closed_account_is_let_in_again(ask: Ask, call: Call) -> None:
    call("user", "create", "wang")
    ask("user", "close", "wang")
    assert ask("user", "reopen", "wang")["active"]
    assert len(ask("user", "list")["accounts"]) == 1


def test_a_closed_account_is_not_listed_unless_asked(ask: Ask, call: Call) -> None:
    call("user", "create", "wang")
    assert not ask("user", "close", "wang")["active"]
    assert ask("user", "list")["accounts"] == []
    assert len(ask("user", "list", "--all")["accounts"]) == 1


def test_a_new_password_replaces_the_old_one(ask: Ask) -> None:
    old = ask("user", "create", "wang")["password"]
    new = ask("user", "password", "wang")["password"]
    user = User.objects.get(username="wang")
    assert user.check_password(new) and not user.check_password(old)
    assert Event.objects.filter(verb="user.set_password").exists()


def test_a_lost_second_factor_is_taken_away(ask: Ask) -> None:
    ask("user", "create", "wang")
    user = User.objects.get(username="wang")
    Authenticator.objects.create(user=user, type=Authenticator.Type.TOTP, data={"secret": "x"})
    assert ask("user", "second-factor-reset", "wang")["removed"] == 1
    assert not Authenticator.objects.filter(user=user).exists()
    assert ask("user", "second-factor-reset", "wang")["removed"] == 0


@pytest.mark.parametrize("verb", ["close", "reopen", "password", "second-factor-reset"])
def test_an_account_that_is_not_there_is_told(call: Call, verb: str) -> None:
    result = call("user", verb, "nobody")
    assert (result.exit_code, result.stderr) == (1, "There is no account nobody.\n")

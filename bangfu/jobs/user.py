"""Accounts at the command line: made, given roles, closed, let in again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click
from django.db.models import Q

from bangfu.jobs.console import DAY, FILE, Failure, Noun, answer, read_text, spoken, table, words
from bangfu.jobs.places import named
from bangfu.ledger import clock
from bangfu.ledger.access import ROLES, grants_of
from bangfu.ledger.accounts import made_password
from bangfu.ledger.actions import user as actions
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Grant, Programme, Subject, User

PASSWORD_FILE = click.option(
    "--password-file", type=FILE, help="Take the password from a file's first line."
)


@click.group(cls=Noun)
def user() -> None:
    """Make accounts and say what they may do."""


@user.command()
@click.argument("username")
@click.option("--name", default="", help="Whose it is, as shown on the screen.")
@PASSWORD_FILE
def create(username: str, name: str, password_file: Path | None) -> None:
    """Make an account. Without --password-file a password is made and shown this once."""
    password, made = _password(password_file)
    account = actions.create(
        by=By(None, "command"),
        username=username,
        password=password,
        display_name=name,
        to_change=made,
    )
    _answer_password(account, password if made else None)


def _password(file: Path | None) -> tuple[str, bool]:
    """A password and whether it was made here."""
    if file is not None:
        lines = read_text(file).splitlines()
        if not lines or not lines[0]:
            raise Failure("{f} 里没有密码", "{f} holds no password.", f=file)
        return lines[0], False
    return made_password(), True


def _answer_password(account: User, made: str | None) -> None:
    data: dict[str, Any] = {"username": account.username}
    text = account.username
    if made:
        data["password"] = made
        text += "  " + words(
            "密码（只显示这一次）：{p}", "password (shown only this once): {p}", p=made
        )
    answer(data, text)


def within(command: Callable[..., None]) -> Callable[..., None]:
    """A command that names an account, a role and the limits within which it is held."""
    for one in reversed(_WITHIN):
        command = one(command)
    return command


_WITHIN = (
    click.argument("username"),
    click.argument("role", type=click.Choice(list(ROLES))),
    click.option("--place", metavar="CODE", help="Within this division."),
    click.option("--unit", metavar="NAME", help="Within this organisation and those below it."),
    click.option("--programme", metavar="NAME", help="Within this programme."),
)


@user.command()
@within
@click.option("--reason", required=True, help="On what grounds.")
@click.option("--on", type=DAY, help="From when (today).")
@click.option("--until", type=DAY, help="Its last day.")
def grant(
    username: str,
    role: str,
    place: str | None,
    unit: str | None,
    programme: str | None,
    reason: str,
    on: dt.date | None,
    until: dt.date | None,
) -> None:
    """Give an account a role, within a place, a unit or a programme."""
    day = on or clock.today()
    row = actions.grant(
        by=By(None, "command"),
        user=account_named(username),
        role=role,
        on=day,
        reason=reason,
        place=named(place, day) if place else None,
        organisation=_unit(unit) if unit else None,
        programme=programme_named(programme) if programme else None,
        until=until,
    )
    answer({"username": username, **_grant(row)}, lambda: f"{username}  {_grant_text(row)}")


@user.command()
@within
@click.option("--on", type=DAY, help="The last day on which it is held (yesterday).")
def revoke(on: dt.date | None, **held: Any) -> None:
    """Let a role end. Without --on it ends at once: yesterday was its last day."""
    row = _held(**held)
    ended = actions.revoke(
        by=By(None, "command"), granted=row, on=on or clock.today() - dt.timedelta(days=1)
    )
    answer(
        {"username": held["username"], **_grant(ended)},
        lambda: words(
            "{u} 的角色到 {d} 为止：{g}", "{u} holds this until {d}: {g}",
            u=held["username"], d=ended.ended, g=_grant_text(ended),
        ),
    )  # fmt: skip


@user.command()
@within
def withdraw(**held: Any) -> None:
    """Take back a role that was given by mistake: it counts as never held."""
    row = actions.take_back(by=By(None, "command"), granted=_held(**held))
    answer(
        {"username": held["username"], **_grant(row)},
        lambda: words(
            "已撤回 {u} 的角色：{g}", "Taken back from {u}: {g}",
            u=held["username"], g=_grant_text(row),
        ),
    )  # fmt: skip


def _held(
    username: str, role: str, place: str | None, unit: str | None, programme: str | None
) -> Grant:
    """The role that an account holds, or will hold, within just these limits."""
    given = Grant.objects.current().filter(
        Q(ended__isnull=True) | Q(ended__gte=clock.today()),
        user=account_named(username),
        role=role,
        place=named(place, clock.today()).fact if place else None,
        organisation=_unit(unit).fact if unit else None,
        programme=programme_named(programme).fact if programme else None,
    )
    found = given.order_by("began").first()
    if found is None:
        raise Failure(
            "{u} 在这个范围内没有角色 {r}；用 bangfu user list 查看",
            "{u} holds no {r} within just these limits; bangfu user list shows what is held.",
            u=username,
            r=role,
        )
    return found


def account_named(username: str) -> User:
    """The account of a name; a Failure if there is none."""
    found = User.objects.filter(username=username).first()
    if found is None:
        raise Failure("没有账户 {u}", "There is no account {u}.", u=username)
    return found


def _unit(name: str) -> Subject:
    found = list(Subject.objects.current().filter(kind="organisation", name=name)[:2])
    if len(found) != 1:
        raise Failure(
            "名为 {n} 的单位有 {c} 个，要正好一个",
            "{c} organisations are named {n}; it takes just one.",
            n=name,
            c=len(found),
        )
    return Subject.objects.get(pk=found[0].fact)


def programme_named(name: str) -> Programme:
    """The programme that was started under a name; a Failure if there is none."""
    found = Programme.objects.current().filter(name=name).first()
    if found is None:
        names = Programme.objects.current().values_list("name", flat=True)
        raise Failure(
            "没有启动过活动 {n}；已有：{k}",
            "No programme {n} was started; there are: {k}.",
            n=name,
            k=", ".join(sorted(names)) or "-",
        )
    return found


def _grant(row: Grant) -> dict[str, Any]:
    return {
        "role": row.role,
        "place": row.place.code or row.place.name if row.place else None,
        "unit": row.organisation.name if row.organisation else None,
        "programme": row.programme.name if row.programme else None,
        "began": row.began,
        "ended": row.ended,
    }


def _grant_text(row: Grant) -> str:
    limits = (row.place, row.organisation, row.programme)
    told = " ".join(str(limit) for limit in limits if limit)
    return f"{spoken(ROLES[row.role].label)} {told}".strip()


@user.command("list")
@click.option("--all", "closed", is_flag=True, help="Closed accounts too.")
def list_(closed: bool) -> None:
    """The accounts with the roles that they hold today."""
    found = User.objects.order_by("username")
    shown = list(found if closed else found.filter(is_active=True))
    answer(
        {"accounts": [_account(one) for one in shown]},
        lambda: table(
            (one.username, str(one), "" if one.is_active else words("已停用", "closed"),
             "; ".join(map(_grant_text, grants_of(one))))
            for one in shown
        )
        if shown
        else words("还没有账户", "No accounts yet"),
    )  # fmt: skip


def _account(one: User) -> dict[str, Any]:
    return {
        "username": one.username,
        "name": one.display_name,
        "active": one.is_active,
        "last_login": one.last_login,
        "grants": [_grant(row) for row in grants_of(one)],
    }


@user.command()
@click.argument("username")
def close(username: str) -> None:
    """Close an account: it can no longer sign in; what it did stays on record."""
    account = actions.close(by=By(None, "command"), user=account_named(username))
    answer(
        {"username": username, "active": account.is_active},
        lambda: words("{u} 已停用", "{u} is closed", u=username),
    )


@user.command()
@click.argument("username")
def reopen(username: str) -> None:
    """Let a closed account sign in again, with the roles that it still holds."""
    account = actions.reopen(by=By(None, "command"), user=account_named(username))
    answer(
        {"username": username, "active": account.is_active},
        lambda: words("{u} 已重新启用", "{u} is open again", u=username),
    )


@user.command()
@click.argument("username")
@PASSWORD_FILE
def password(username: str, password_file: Path | None) -> None:
    """Set a new password, and end the account's sessions."""
    new, made = _password(password_file)
    account = actions.set_password(
        by=By(None, "command"), user=account_named(username), password=new, to_change=made
    )
    _answer_password(account, new if made else None)


@user.command("second-factor-reset")
@click.argument("username")
def second_factor_reset(username: str) -> None:
    """Take away an account's second factor, so that a new one can be enrolled."""
    account = account_named(username)
    removed = actions.reset_second_factor(by=By(None, "command"), user=account)
    answer(
        {"username": username, "removed": removed},
        lambda: words(
            "{u} 的第二重验证已取消 {n} 项，下次登录重新登记",
            "{u}: {n} second factors removed; the next log-in enrols anew",
            u=username,
            n=removed,
        ),
    )

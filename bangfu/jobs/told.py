"""The story of the demonstration in its data folder: told once and whole, or not at all."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import Any

from django.db import transaction

from bangfu.jobs import story
from bangfu.jobs.console import Failure, console, table, words
from bangfu.ledger import clock
from bangfu.ledger.access import ROLES
from bangfu.ledger.actions import defect as defects
from bangfu.ledger.actions import membership as memberships
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Defect, Event, Person, Place, User
from bangfu.lists.accounts import open_accounts
from bangfu.lists.checking import check

COUNTY = "990001000000"


def already() -> bool:
    """Whether the story was told here; a folder that holds something else is refused."""
    if not Event.objects.exists():
        return False
    if User.objects.filter(username="clerk").exists() and _county_is_there():
        return True
    raise Failure(
        "这个数据目录里是别的内容，不是演示；请另选一个 --data",
        "This data folder holds something else than the demonstration; choose another --data.",
    )


def _county_is_there() -> bool:
    return Place.objects.current().filter(code=COUNTY).exists()


def tell_whole() -> None:
    """Tell the story in one transaction, so that a start that is broken off leaves nothing."""
    with transaction.atomic():
        by = By(None, "command")
        story.tell(by=by, today=clock.today())
        _see_to_defects(by)


def _see_to_defects(by: By) -> None:
    """What the rules find in the story: the clerk has mended one, and accepted one as true."""
    list(check(by=by))
    clerk = By(User.objects.get(username="clerk"), "desk")
    found = Defect.objects.current().filter(state="open").order_by("pk")
    alone = found.filter(rule="household_without_head").first()
    if alone is not None and alone.subject is not None:
        sheet = Person.objects.current().filter(household=alone.record, ended=None)
        head = sheet.order_by("birth").select_related("fact")[0].fact
        memberships.change_head(by=clerk, subject=alone.subject, head=head, on=clock.today())
    true = found.filter(rule="elderly_able_to_work").first()
    if true is not None:
        until = clock.today() + dt.timedelta(days=365)
        defects.accept(by=clerk, defect=true, reason="本人身体好，仍在种地", until=until)
    list(check(by=by))


def accounts() -> list[dict[str, str]]:
    """Who can log in, and as what."""
    return [
        {
            "username": one.user.username,
            "name": str(one.user),
            "roles": ", ".join(role.name for role in one.roles),
        }
        for one in open_accounts()
    ]


def data(address: str, folder: Path) -> dict[str, Any]:
    """What the demonstration answers to machines."""
    return {
        "address": address,
        "data": str(folder),
        "password": story.PASSWORD,
        "accounts": accounts(),
    }


def text(address: str) -> str:
    """What it answers to people."""
    return "\n".join(
        (
            words("演示已就绪：{a}", "The demonstration is ready: {a}", a=address),
            words(
                "账户如下，密码都是 {p}", "Accounts, all with the password {p}:", p=story.PASSWORD
            ),
            table((a["username"], _called(a)) for a in accounts()),
        )
    )


def _called(account: dict[str, str]) -> str:
    if console().language == "zh":
        return account["name"]
    return ", ".join(ROLES[r].label.en for r in account["roles"].split(", ") if r in ROLES)

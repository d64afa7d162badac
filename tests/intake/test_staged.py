"""A list is brought, lies sealed, is read, mended, accepted and undone; nothing of it stays."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from bangfu.intake import staged
from bangfu.keeping.work import at_once
from bangfu.ledger import staging
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import intake_steps as steps
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.upload import Brought
from bangfu.ledger.models import Intake
from tests.intake.lists import LISTED, MEMBERS, identity
from tests.tables.workbooks import workbook
from tests.village import Village

pytestmark = pytest.mark.django_db

FIRST, SECOND = identity("19600101", 11), identity("19620202", 22)
GOOD = [
    ["云岫镇", "前岫村", "王大", "王大", "户主", FIRST, "11033334444", "小学"],
    ["云岫镇", "前岫村", "王大", "李花", "之妻", SECOND, "", ""],
]


@pytest.fixture
def clerk(village: Village) -> By:
    """The clerk of the town, who brings lists for a purpose."""
    return By(village.account("near", "clerk", place=village.county), "desk", purpose="春季摸底")


def bring(path: Path, by: By, rows: Sequence[Sequence[Any]], *, read: bool = True) -> Intake:
    """A list of members that is staged, and read unless said otherwise."""
    file = workbook(path / "list.xlsx", [MEMBERS, *rows])
    intake = steps.stage(
        by=by, brought=Brought(file.read_bytes()), name="名单.xlsx", place=None, on=LISTED,
        ground="duty", paper="县卫健发〔2009〕3号",
    )  # fmt: skip
    if read:
        assert at_once(intake)
    return Intake.objects.get(pk=intake.pk)


def test_a_list_is_brought_read_accepted_and_undone(clerk: By, tmp_path: Path) -> None:
    intake = bring(tmp_path, clerk, GOOD)
    assert (intake.state, intake.trouble) == ("judged", {})
    assert intake.counts == {"new": 2, "changes": 0, "unchanged": 0, "doubtful": 0, "refused": 0}
    shown = staging.part_of(intake, "new")
    assert [row["name"] for row in shown] == ["王大", "李花"]
    assert staged.accept(intake, by=clerk) == 3
    over = Intake.objects.get(pk=intake.pk)
    assert over.state == "accepted" and over.event is not None and over.event.purpose == "春季摸底"
    assert actions.undo(by=clerk, event=over.event.pk) == 3
    assert Intake.objects.get(pk=intake.pk).state == "undone"

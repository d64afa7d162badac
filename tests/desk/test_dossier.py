"""A dossier tells all that is on record about somebody, and that it was taken is written down."""

from __future__ import annotations

import io
import zipfile
from typing import Any, cast

import docx
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.desk.dossier import _as_block
from bangfu.desk.table import Column, Row, Table
from bangfu.ledger.actions import activity
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Event
from bangfu.lists.columns import Cell
from tests.desk.conftest import Enter
from tests.desk.forms import fill, said, wrong
from tests.desk.story import BY, IDENTITY, PHONE, Story, day
from tests.desk.test_file import bring

WHY = "后评估备查"


def address(story: Story, who: str) -> str:
    found = story.who.get(who) or story.places[who]
    return reverse("desk:dossier", args=[found.fact])


def taken(client: Client, where: str, form: str, why: str = WHY) -> HttpResponse:
    """A dossier as it is handed out."""
    answer: Any = fill(client, where, purpose=why, form=form)
    assert answer.status_code == 200, wrong(answer)
    assert answer["Content-Disposition"].startswith("attachment"), wrong(answer)
    assert answer["Cache-Control"] == "private, no-store"
    return cast("HttpResponse", answer)


def tables_of(content: bytes) -> dict[str, list[list[str]]]:
    """The tables of a paper by the headings above them."""
    paper, found, heading = docx.Document(io.BytesIO(content)), {}, ""
    for item in paper.iter_inner_content():
        if isinstance(item, docx.table.Table):
            found[heading] = [[cell.text for cell in row.cells] for row in item.rows]
        elif item.text.strip():
            heading = item.text.strip()
    return found


def latest() -> Event:
    return Event.objects.filter(verb="dossier.take").order_by("-at")[0]


def test_a_household_is_told_whole_with_its_past(story: Story, enter: Enter) -> None:
    content = taken(enter("clerk"), address(story, "zhang"), "docx").content
    told = tables_of(content)
    facts = {row[at]: row[at + 1] for row in told["一、基本情况"][1:] for at in (0, 2)}
    assert facts["人数"] == "5" and facts["户类型"] == "监测户"
    names = {row[0] for row in told["二、家庭成员"][1:]}
    assert names >= {"张有田"} and len(names) == 2
    sections = [heading.partition("、")[2] for heading in told]
    assert {"结对", "工作记录", "需求（问题）"} <= set(sections), sections
    assert any("问了用药和收成" in cell for rows in told.values() for row in rows for cell in row)
    whole = "".join(cell for rows in told.values() for row in rows for cell in row)
    assert IDENTITY not in whole and PHONE not in whole and PHONE[-2:] in whole

    event = latest()
    assert event.about == story.who["zhang"].fact and event.purpose == WHY
    rows = sum(len(rows) - 1 for heading, rows in told.items() if "基本情况" not in heading)
    assert event.outcome == {"value": rows + 1}
    assert {"household", "person", "pairing", "need"} <= set(event.fields)
    assert verify().sound


def test_it_is_told_in_chinese_whoever_asks_and_read_as_pdf(story: Story, enter: Enter) -> None:
    english = enter("clerk", "en")
    assert "Print the dossier" in said(english.get(address(story, "old_zhang")))
    assert "一、基本情况" in tables_of(taken(english, address(story, "old_zhang"), "docx").content)
    paper = taken(english, address(story, "village"), "pdf")
    assert paper.content.startswith(b"%PDF") and paper["Content-Type"] == "application/pdf"


def test_a_packet_holds_the_files_that_may_be_seen(story: Story, enter: Enter) -> None:
    client = enter("helper")
    where = reverse("desk:file_add", args=[story.who["zhang"].fact])
    assert bring(client, where, title="院子/大门").status_code == 302
    assert bring(client, where, people="blur", title="合影").status_code == 302
    packet = taken(client, address(story, "zhang"), "zip").content
    names = zipfile.ZipFile(io.BytesIO(packet)).namelist()
    assert names[:2] == ["张有田户帮扶档案.pdf", "张有田户帮扶档案.docx"]
    assert {name.partition("附件/")[2][2:] for name in names[2:]} == {"院子_大门.jpg", "合影.jpg"}
    inspector = taken(enter("inspector"), address(story, "zhang"), "zip").content
    shown = zipfile.ZipFile(io.BytesIO(inspector)).namelist()
    assert not any("合影" in name for name in shown) and any("院子" in name for name in shown)


def test_others_get_nothing_and_a_name_is_no_purpose(story: Story, enter: Enter) -> None:
    before = Event.objects.filter(verb="dossier.take").count()
    assert enter("outsider").get(address(story, "zhang")).status_code == 404
    assert enter("administrator").get(address(story, "zhang")).status_code in (302, 403, 404)
    answer = fill(enter("clerk"), address(story, "zhang"), purpose="给张有田看", form="pdf")
    assert answer.status_code == 422 and "姓名" in wrong(answer), wrong(answer)
    assert Event.objects.filter(verb="dossier.take").count() == before


def test_what_is_asked_does_not_grow_with_the_rows(story: Story, enter: Enter) -> None:
    client, where = enter("clerk"), address(story, "zhang")
    taken(client, where, "docx")
    with CaptureQueriesContext(connection) as few:
        taken(client, where, "docx")
    for number in range(12):
        activity.record(
            by=BY, kind="visit", mode="home", on=day(3, 1 + number), place=story.places["village"],
            who=[story.who["wu"]], whom=[story.who["zhang"]], people=1, note="看望",
        )  # fmt: skip
    with CaptureQueriesContext(connection) as many:
        taken(client, where, "docx")
    assert len(many) <= len(few) + 2


def test_of_a_wide_row_nothing_is_left_out(story: Story) -> None:
    columns = tuple(Column(f"c{n}", f"第{n}列") for n in range(12))
    cells = tuple(Cell(n, "" if n == 10 else str(n)) for n in range(12))
    block = _as_block(Table(columns, (Row(story.who["zhang"].fact, "need", cells),)))
    assert len(block.columns) == len(block.rows[0]) == 9
    assert block.rows[0][-1] == "第8列：8；第9列：9；第11列：11"

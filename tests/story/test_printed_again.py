"""An issued paper is printed as it was issued, whatever is entered, renamed or erased later."""

from __future__ import annotations

import datetime as dt
import zipfile
from collections.abc import Callable
from io import BytesIO
from typing import Any

import pytest
from django.db import connection

from bangfu.jobs.story import BULLETIN, FURNITURE, Told
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import classes, journal, pairing
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import measure as measures
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.models import Activity, Document, FrozenTable, Measure, Pairing, Subject
from bangfu.ledger.moment import Moment
from bangfu.lists.columns import ERASED
from bangfu.lists.listing import Listing
from bangfu.lists.papers import frozen_in
from bangfu.paper import drafting, files, frozen, tables
from bangfu.paper.frozen import RowNow
from bangfu.programmes.loader import library_text
from tests.story.conftest import OPERATOR

#: Before the briefing's day, so that what bears it from then on bore it on that day too.
BEFORE = dt.date(2009, 1, 2)
PROSE = "# 实事\n\n{{deeds}}\n\n# 需求\n\n{{need_classes}}\n\n# 问题\n\n{{needs_by_kind}}\n"


def issued(told: Told, name: str = "bulletin", prose: str = PROSE) -> Document:
    """A paper of the story's programme, issued now."""
    assert told.programme is not None
    made = drafting.draft(
        by=OPERATOR, programme=told.programme, name=name, on=BULLETIN, furniture=FURNITURE
    )
    if name == "bulletin":
        body = {**made.body, "prose": prose}
        made = documents.edit(by=OPERATOR, document=made, title=made.title, on=BULLETIN, body=body)
        drafting.sign(by=OPERATOR, document=made, signer=told.secretaries[1])
    return drafting.issue(by=OPERATOR, document=made)


def fresh(document: Document) -> Document:
    """The paper as somebody finds it who comes later."""
    return Document.objects.get(pk=document.pk)


def part(document: Document, form: str, name: str) -> str:
    """One part of a paper's file."""
    content = files.render(fresh(document), form).content
    return zipfile.ZipFile(BytesIO(content)).read(name).decode()


def words(document: Document) -> str:
    """What stands in a ledger as a workbook."""
    return part(document, "xlsx", "xl/sharedStrings.xml")


def moved(document: Document) -> dict[str, list[RowNow]]:
    """The rows of each table of a paper that would be printed otherwise today."""
    found = drafting.since(fresh(document))
    return {one.reading.figure: list(one.rows or ()) for one in found if one.rows}


def rename(subject: Subject, name: str) -> None:
    """Let it be known that somebody bore another name before the paper's day."""
    row = Subject.objects.get(pk=subject.fact)
    subjects.rename(by=OPERATOR, subject=row, name=name, on=BEFORE)


def late_health_class(told: Told) -> Activity:
    """A class of the briefing's time that is entered afterwards."""
    return activities.record(
        by=OPERATOR, kind="training", on=dt.date(2009, 3, 9), programme=told.programme,
        place=told.village, organisation=told.bodies["青禾县疾控中心"], topic="health", people=30,
    )  # fmt: skip


# ------------------------------------------------------------------ briefings


def test_a_deed_done_late_moves_todays_table_and_not_the_paper(before_the_bulletin: Told) -> None:
    told = before_the_bulletin
    paper = issued(told)
    before = {form: files.render(fresh(paper), form).content for form in ("docx", "pdf")}
    assert moved(paper) == {}
    late = late_health_class(told)
    after = {form: files.render(fresh(paper), form).content for form in ("docx", "pdf")}
    assert before == after
    (row,) = moved(paper)["deeds"]
    assert (row.sort, row.called) == ("changed", "传染病防治宣传与健康教育")
    assert [(c.heading, c.printed, c.now) for c in row.cells] == [("已完成", "0", "1")]
    figure = tables.figure_of_row(paper, "deeds", row.key, Moment(BULLETIN))
    assert figure is not None
    assert [late.fact] == list(figure.rows().values_list("fact", flat=True))


def test_a_renamed_unit_keeps_its_name_on_the_paper(before_the_bulletin: Told) -> None:
    told = before_the_bulletin
    paper = issued(told)
    before = part(paper, "docx", "word/document.xml")
    rename(told.bodies["青禾县疾控中心"], "青禾县疾病预防控制局")
    assert part(paper, "docx", "word/document.xml") == before
    assert "青禾县疾病预防控制局" not in before
    found = {row.called: row.cells for row in moved(paper)["deeds"]}
    assert set(found) == {"饮用水监测消毒", "传染病防治宣传与健康教育"}
    assert found["饮用水监测消毒"][0].now == "青禾县疾病预防控制局"


def test_a_later_name_is_not_on_a_paper_of_an_earlier_day(told: Told) -> None:
    """Also in a draft: what a unit is called from next year on it was not called then."""
    assert told.programme is not None
    unit = Subject.objects.get(pk=told.bodies["青禾县疾控中心"].fact)
    subjects.rename(by=OPERATOR, subject=unit, name="疾病预防控制局", on=dt.date(2010, 1, 1))
    made = drafting.draft(
        by=OPERATOR, programme=told.programme, name="bulletin", on=BULLETIN, furniture=FURNITURE
    )
    shown = part(made, "docx", "word/document.xml")
    assert "青禾县疾控中心" in shown and "疾病预防控制局" not in shown


def test_the_group_of_an_undone_class_is_named_with_its_rows(before_the_bulletin: Told) -> None:
    told = before_the_bulletin
    paper = issued(told)
    before = part(paper, "docx", "word/document.xml")
    assert "维护权益" in before and "rights" not in before
    classes.undo(by=OPERATOR, given=told.classes[0])
    assert part(paper, "docx", "word/document.xml") == before
    (row,) = moved(paper)["need_classes"]
    assert (row.called, row.cells[0].heading) == ("生活困难", "数量")
    assert int(row.cells[0].printed) - int(row.cells[0].now) == 1
    then = Moment(BULLETIN, paper.known_at)
    figure = tables.figure_of_row(paper, "need_classes", row.key, then)
    assert figure is not None
    assert told.classes[0].fact in figure.rows().values_list("fact", flat=True)
    assert figure.at(Moment(BULLETIN)).rows().count() == figure.rows().count() - 1


def test_amounts_that_were_reported_open_to_the_reports(told: Told) -> None:
    """A measure that is not counted from records of its own, but from what was reported of it."""
    assert told.current is not None
    measure = Measure.objects.current().filter(programme=told.programme).first()
    assert measure is not None
    report = measures.progress(by=OPERATOR, measure=measure, on=BULLETIN, amount=2)  # type: ignore[arg-type]
    listing = Listing(
        ("activity",), Moment(BULLETIN), {"measure": {measure.name: True}}, told.programme
    )
    assert [report.fact] == list(listing.sure().values_list("fact", flat=True))


def test_a_paper_prints_its_measures_in_the_order_of_time(before_the_bulletin: Told) -> None:
    paper = issued(before_the_bulletin)
    (reading,) = (r for r in frozen_in(paper) if r.figure == "deeds")
    table = frozen.printed(paper, reading)
    assert table is not None
    windows = [row.cells[3].value for row in table.rows]
    assert windows == ["3月21日至4月10日", "4月1日至4月30日", *[None] * 5]
    assert len(windows) == reading.count


def test_groups_that_are_persons_are_kept_by_their_keys(before_the_bulletin: Told) -> None:
    told = before_the_bulletin
    assert told.programme is not None
    line = 'by_helper = { title = "各人结对", of = "one_to_one", by = ["helper"], unit = "对" }'
    text = library_text("returnees", "programme.toml").replace("[figure]\n", f"[figure]\n{line}\n")
    programmes.replace(
        by=OPERATOR, programme=told.programme, text=text, on=dt.date(2009, 3, 1), note="增补"
    )
    paper = issued(told, prose="# 结对\n\n{{by_helper}}\n")
    helper, name = told.cadres[0], told.cadres[0].name
    assert name in part(paper, "docx", "word/document.xml") and names_kept([name]) == []
    subjects.erase(by=OPERATOR, subject=helper, reason="request")
    after = part(paper, "docx", "word/document.xml")
    assert name not in after and "（已删除）" in after and told.cadres[1].name in after
    assert moved(paper) == {}


# ------------------------------------------------------------------ ledgers

#: Kept cell by cell, and by digests as if there were many rows.
both = pytest.mark.parametrize("few", [500, 3], ids=["cells", "digests"])


@pytest.fixture
def keeping(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Sets how many rows are few."""
    return lambda few: monkeypatch.setattr(frozen, "FEW", few)


@both
def test_a_ledger_is_printed_again_byte_by_byte(
    told: Told, keeping: Callable[[int], None], few: int
) -> None:
    keeping(few)
    paper = issued(told, "pair_list")
    before = {form: files.render(fresh(paper), form).content for form in ("xlsx", "docx", "pdf")}
    assert moved(paper) == {}
    rename(told.cadres[0], "改名之后")
    pairs = Pairing.objects.current().filter(programme=told.programme, name="one_to_one")
    pair = pairs.get(subject=told.returnees[1].fact)
    pairing.undo(by=OPERATOR, pairing=pair)
    after = {form: files.render(fresh(paper), form).content for form in ("xlsx", "docx", "pdf")}
    assert before == after
    found = {row.sort: row for row in moved(paper)["pair_list"]}
    assert set(found) == {"changed", "gone"}
    assert found["gone"].key == str(pair.fact)
    assert [(c.heading, c.printed, c.now) for c in found["changed"].cells] == [
        ("帮扶责任人", told.cadres[0].name, "改名之后")
    ]


@both
def test_erasing_leaves_no_name_in_a_ledger_that_was_issued(
    told: Told, keeping: Callable[[int], None], few: int
) -> None:
    keeping(few)
    paper = issued(told, "pair_list")
    names = [one.name for one in (*told.cadres, *told.returnees)]
    before = words(paper)
    assert all(name in before for name in names)
    assert names_kept(names) == [], "no name stands in what is frozen"
    erased, name = told.returnees[3], told.returnees[3].name
    subjects.erase(by=OPERATOR, subject=erased, reason="request")
    after = words(paper)
    assert name not in after and ERASED.zh in after
    assert after.count("<si>") == before.count("<si>"), "everybody else is there as before"
    assert moved(paper) == {}
    assert files.render(fresh(paper), "xlsx").notes == ()
    journal.seal()
    assert journal.verify().sound


def names_kept(names: list[str]) -> list[str]:
    """Which of some names stand in what papers froze, as the database has it."""
    found = []
    with connection.cursor() as cursor:
        for table in ("ledger_frozentable", "ledger_frozenreading"):
            cursor.execute(f"SELECT * FROM {table}")
            stored = "".join(str(value) for row in cursor.fetchall() for value in row)
            assert stored
            found += [name for name in names if name in stored or ascii(name)[1:-1] in stored]
    return found


def test_a_name_that_is_kept_is_found(told: Told) -> None:
    """The check above would see a name: that of a unit, which is kept in clear."""
    issued(told)
    assert names_kept(["青禾县疾控中心"]) == ["青禾县疾控中心"]


def test_what_a_person_sheet_says_is_frozen_by_key_alone(
    told: Told, keeping: Callable[[int], None]
) -> None:
    paper = listed(told, ["returnees"], ["name", "birth", "age", "identity", "place"])
    (kept,) = FrozenTable.objects.filter(reading__document=paper)
    for _key, _digest, (name, birth, age, identity, place) in kept.rows or ():
        assert name.keys() == birth.keys() == age.keys() == identity.keys() == {"of"}
        assert place == "前岫村"
    erased, name = told.returnees[0], told.returnees[0].name
    assert name in words(paper)
    subjects.erase(by=OPERATOR, subject=erased, reason="request")
    (row,) = (row for row in printed(paper).rows if row.key == str(erased.fact))
    assert [c.value for c in row.cells] == [ERASED.zh] * 4 + ["前岫村"]
    assert name not in words(paper)


def listed(told: Told, of: list[str], columns: list[str]) -> Document:
    """Any list of the programme as an issued ledger."""
    assert told.programme is not None
    made = drafting.draft(by=OPERATOR, programme=told.programme, name="pair_list", on=BULLETIN)
    body = {**made.body, "of": of, "columns": columns}
    documents.edit(by=OPERATOR, document=made, title="名册", on=BULLETIN, body=body)
    return drafting.issue(by=OPERATOR, document=made)


def printed(paper: Document) -> tables.Table:
    """The table of a ledger as it is printed."""
    (reading,) = frozen_in(paper)
    table = frozen.printed(fresh(paper), reading)
    assert table is not None
    return table


@both
def test_rows_that_are_not_as_they_were_printed_are_said(
    told: Told, keeping: Callable[[int], None], few: int
) -> None:
    """Names are read again, so a name that was changed behind the journal's back is noticed."""
    keeping(few)
    paper = issued(told, "pair_list")
    Subject.objects.filter(fact=told.cadres[2].fact).update(name="被改的人")
    assert printed(paper).astray == 1
    assert files.render(fresh(paper), "xlsx").notes == (files.ASTRAY.format(1),)


def test_who_took_part_is_called_as_on_the_papers_day(told: Told) -> None:
    assert told.programme is not None and told.visit is not None
    rename_later = Subject.objects.get(pk=told.secretaries[0].fact)
    subjects.rename(by=OPERATOR, subject=rename_later, name="后来的名字", on=dt.date(2012, 1, 1))
    paper = listed(told, ["snow_visit"], ["date", "who", "whom"])
    erased, name = told.returnees[0], told.returnees[0].name
    said = words(paper)
    assert told.secretaries[0].name in said and "后来的名字" not in said and name in said
    subjects.erase(by=OPERATOR, subject=erased, reason="request")
    said = words(paper)
    assert name not in said and f"{ERASED.zh}、{told.returnees[1].name}" in said


def test_a_paper_that_was_issued_without_its_tables_is_printed_as_was_known_then(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Papers of the first version froze no tables."""
    as_before: Any = lambda document, counted, moment: counted  # noqa: E731
    monkeypatch.setattr(drafting, "_with_table", as_before)
    paper = issued(told, "pair_list")
    assert not FrozenTable.objects.filter(reading__document=paper).exists()
    before = words(paper)
    rename(told.cadres[0], "改名之后")
    assert words(paper) == before
    assert [row.called for row in moved(paper)["pair_list"]] == [told.cadres[0].name]


def test_a_long_table_is_compared_when_somebody_asks(
    told: Told, monkeypatch: pytest.MonkeyPatch
) -> None:
    paper = issued(told, "pair_list")
    rename(told.cadres[0], "改名之后")
    monkeypatch.setattr(drafting, "COMPARED_UNASKED", 10)
    (quick,) = drafting.since(fresh(paper), whole=False)
    (whole,) = drafting.since(fresh(paper))
    assert quick.rows is None and whole.rows and len(whole.rows) == 1

"""The briefing of 10 March 2009 carries the source's numbers because they were counted."""

from __future__ import annotations

import datetime as dt
import zipfile
from io import BytesIO

import pytest
from django.db import DatabaseError, transaction

from bangfu.jobs import sheet, story
from bangfu.jobs.story import BULLETIN, FURNITURE, Told
from bangfu.ledger import clock
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import classes, journal
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import document_steps as steps
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.document_course import way_of
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.models import Class, Document, Pairing, Subject
from bangfu.ledger.moment import Moment
from bangfu.lists.bridge import bridge
from bangfu.lists.columns import ERASED
from bangfu.lists.figure import figure_of
from bangfu.paper import drafting, files
from bangfu.programmes.loader import library_text
from tests.story.conftest import OPERATOR

#: What the source says, as far as records can carry it.
SAID = {
    "units_in": "5个",
    "cadres_in": "16名",
    "returnees_in": "16名",
    "pairs_made": "16对",
    "cadres_unpaired": "0名",
    "returnees_unpaired": "0名",
    "visit_party": "7人",
    "needs_raised": "3个",
    "needs_unanswered": "0个",
    "deeds": "7件",
    "need_kinds": "5类",
    "money_promised": "10000元",
    "money_promised_most": "15000元",
    "out_migration": "180人，比上年同期增加20%",
}


def _issue(told: Told) -> Document:
    assert told.programme is not None
    draft = drafting.draft(
        by=OPERATOR, programme=told.programme, name="bulletin", on=BULLETIN, furniture=FURNITURE
    )
    drafting.sign(by=OPERATOR, document=draft, signer=told.secretaries[1])
    return drafting.issue(by=OPERATOR, document=draft)


def test_every_figure_of_the_source_that_records_can_carry_is_counted(told: Told) -> None:
    assert told.programme is not None
    lines = list(sheet.sheet(told.programme, on=BULLETIN))
    assert [(line.row, line.value, line.counted) for line in lines if not line.agrees] == []
    rows = {f"S0-{number:02d}" for number in range(1, 33)}
    assert {line.row for line in lines} == rows
    assert all(line.why for line in lines if line.status in ("damaged", "not_held", "quoted"))
    assert all(line.counted for line in lines if line.status == "counted")


def test_what_the_copy_lost_of_a_quantity_is_on_record_as_a_range(told: Told) -> None:
    assert told.programme is not None
    lines = [line for line in sheet.sheet(told.programme, on=BULLETIN) if line.status == "damaged"]
    held = {(line.row, line.counted) for line in lines if line.name}
    assert held == {
        ("S0-07", "2009-01-22"),
        ("S0-13", "2009-03-03"),
        ("S0-19", "2000至3000元"),
        ("S0-20", "1至2期"),
        ("S0-22", "1至2次"),
        ("S0-25", "1至2期"),
    }
    assert len(lines) - 1 >= 6, "the source says so of itself"


def _line(status: sheet.Status, name: str, value: str, counted: str) -> sheet.Line:
    return sheet.Line("S0-00", "x", status, name, value, counted, "")


def test_a_line_that_is_compared_with_nothing_does_not_agree() -> None:
    assert _line("counted", "a", "1", "1").agrees
    assert not _line("counted", "a", "", "1").agrees
    assert not _line("counted", "a", "", "").agrees
    assert not _line("counted", "a", "1", "2").agrees
    assert not _line("damaged", "a", "", "1至2期").agrees
    assert not _line("damaged", "a", "1至2期", "2期").agrees
    assert not _line("quoted", "", "1", "").agrees
    assert _line("damaged", "", "", "").agrees and _line("quoted", "", "", "").agrees


def test_the_issued_briefing_says_what_the_source_says(told: Told) -> None:
    assert told.bulletin is not None
    issued = {r.figure: r.value for r in told.bulletin.readings.all()}
    assert {name: issued[name] for name in SAID} == SAID
    assert told.bulletin.number == 1
    assert told.bulletin.year == 2009


DAY = dt.timedelta(days=1)
COURSE = """
[workflow.signing]
title = "简报审签"
each  = "document"
items.write  = { title = "拟稿", owner = "writer" }
items.check  = { title = "审核", owner = "leading_group", after = "write", within = "2 days" }
items.beside = { title = "会签", owner = "tcm_hospital", after = "write", within = "3 days" }
items.sign   = { title = "签发", owner = "signer", after = ["check", "beside"], within = "1 day" }
items.out    = { title = "印发", owner = "issuer", after = "sign", within = "1 day" }
"""


def test_the_briefing_is_countersigned_returned_signed_issued_and_corrected(
    before_the_bulletin: Told,
) -> None:
    told, bulletin = before_the_bulletin, "[document.bulletin]\n"
    assert told.programme is not None
    text = library_text("returnees", "programme.toml")
    programmes.replace(
        by=OPERATOR, programme=told.programme, note="审签", on=told.programme.began + DAY,
        text=text.replace(bulletin, f'{bulletin}workflow = "signing"\n') + COURSE,
    )  # fmt: skip
    words = {"programme": told.programme, "name": "bulletin", "on": BULLETIN}
    paper = drafting.draft(by=OPERATOR, furniture=FURNITURE, **words)
    drafting.hand_in(by=OPERATOR, document=paper)
    steps.give_back(by=OPERATOR, document=paper, reason="第三部分的数字写明出处")
    documents.edit(by=OPERATOR, document=paper, title="结对简报", on=BULLETIN, body=paper.body)
    drafting.hand_in(by=OPERATOR, document=paper)
    assert len(drafting.approve(by=OPERATOR, document=paper)) == 2
    drafting.sign(by=OPERATOR, document=paper, signer=told.secretaries[1])
    issued = drafting.issue(by=OPERATOR, document=paper)
    assert {r.figure: r.value for r in issued.readings.all()}.items() >= SAID.items()
    assert steps_passed(issued) == [
        "拟稿 done", "审核 returned", "会签 lapsed", "拟稿 done", "审核 done", "会签 done",
        "签发 done", "印发 done",
    ]  # fmt: skip
    correction = drafting.draft(by=OPERATOR, corrects=issued, **words)
    drafting.hand_in(by=OPERATOR, document=correction)
    assert steps_passed(correction) == ["拟稿 done", "审核 ", "会签 "]
    assert len(steps_passed(issued)) == 8, "what was issued stands"
    assert journal.verify().faults == []


def steps_passed(document: Document) -> list[str]:
    """The steps of a paper in their order, with what became of each."""
    way = way_of(document)
    assert way is not None
    return [f"{way.plan.flow.items[row.step].title} {row.result}" for row in way.rows()]


def test_a_frozen_number_is_the_number_of_the_rows_it_names(told: Told) -> None:
    assert told.bulletin is not None
    for reading in told.bulletin.readings.all():
        assert reading.rows is not None
        assert len(reading.rows) == reading.count
        assert drafting.still_stands(reading), reading.figure


def test_a_visit_entered_late_moves_todays_figure_and_not_the_paper(
    before_the_bulletin: Told,
) -> None:
    told = before_the_bulletin
    issued = _issue(told)
    before = {r.figure: r.value for r in issued.readings.all()}
    late = activities.record(
        by=OPERATOR,
        kind="visit",
        on=dt.date(2009, 3, 6),
        place=told.village,
        topic="condolence",
        whom=told.returnees[9:12],
    )
    since = {s.reading.figure: s for s in drafting.since(Document.objects.get(pk=issued.pk))}
    visits = since["home_visits"]
    assert (visits.reading.value, visits.today) == ("1次", "2次")
    assert visits.bridge is not None
    assert [(t.sort, t.amount, t.keys()) for t in visits.bridge.terms] == [("came", 1, [late.fact])]
    assert since["people_visited"].today == "12名"
    assert not since["cadres_in"].differs
    assert {r.figure: r.value for r in issued.readings.all()} == before


def test_a_correction_and_an_undone_class_are_explained_by_their_rows(
    before_the_bulletin: Told,
) -> None:
    told = before_the_bulletin
    assert told.programme is not None
    assert told.visit is not None
    issued = _issue(told)
    activities.correct_record(by=OPERATOR, activity=told.visit, people=9)
    classes.undo(by=OPERATOR, given=told.classes[0])
    since = {s.reading.figure: s for s in drafting.since(issued)}
    party = since["visit_party"]
    assert (party.reading.value, party.today) == ("7人", "9人")
    assert party.bridge is not None
    assert [(t.sort, t.amount, t.keys()) for t in party.bridge.terms] == [
        ("changed", 2, [told.visit.fact])
    ]
    then = Moment(BULLETIN, issued.known_at)
    counted = figure_of(told.programme, "need_classes", then)
    crossing = bridge(counted, then, Moment(BULLETIN))
    assert crossing.holds
    assert [(t.sort, t.amount, t.keys()) for t in crossing.terms] == [
        ("gone", -1, [told.classes[0].fact])
    ]


def test_an_issued_paper_is_never_changed(told: Told) -> None:
    issued = told.bulletin
    assert issued is not None
    with pytest.raises(Refused, match="issued"):
        documents.edit(by=OPERATOR, document=issued, title="x", on=BULLETIN, body={})
    with pytest.raises(DatabaseError), transaction.atomic():
        Document.objects.filter(pk=issued.pk).update(title="x")
    with pytest.raises(DatabaseError), transaction.atomic():
        issued.readings.update(value="17名")


def test_numbers_of_a_year_have_no_gap_and_a_correction_is_a_paper_of_its_own(told: Told) -> None:
    assert told.programme is not None
    first = told.bulletin
    assert first is not None
    draft = drafting.draft(
        by=OPERATOR,
        programme=told.programme,
        name="bulletin",
        on=BULLETIN,
        furniture=FURNITURE,
        corrects=first,
    )
    drafting.sign(by=OPERATOR, document=draft, signer=told.secretaries[1])
    second = drafting.issue(by=OPERATOR, document=draft)
    assert (first.number, second.number) == (1, 2)
    assert second.corrects_id == first.pk
    readings = {r.figure: r.value for r in second.readings.all()}
    assert readings["home_visits"] == "2次"


def test_a_draft_without_a_signer_or_with_an_unknown_figure_is_not_issued(
    before_the_bulletin: Told,
) -> None:
    assert before_the_bulletin.programme is not None
    draft = drafting.draft(
        by=OPERATOR, programme=before_the_bulletin.programme, name="bulletin", on=BULLETIN
    )
    with pytest.raises(Refused, match="签发人"):
        drafting.issue(by=OPERATOR, document=draft)
    body = {**draft.body, **FURNITURE, "prose": "到会{{nobody}}。"}
    documents.edit(by=OPERATOR, document=draft, title=draft.title, on=BULLETIN, body=body)
    with pytest.raises(Refused, match="nobody"):
        drafting.issue(by=OPERATOR, document=draft)


def test_the_head_printed_on_the_paper_is_a_head_of_the_journal(told: Told) -> None:
    assert told.bulletin is not None
    journal.seal()
    assert journal.Head.read(told.bulletin.head) in list(journal.heads())
    assert journal.verify().sound


def test_the_paper_comes_as_docx_and_pdf_and_the_list_as_xlsx(told: Told) -> None:
    assert told.bulletin is not None
    assert told.programme is not None
    docx = files.render(told.bulletin, "docx").content
    text = zipfile.ZipFile(BytesIO(docx)).read("word/document.xml").decode()
    assert "16名" in text
    assert files.render(told.bulletin, "pdf").content.startswith(b"%PDF")
    listed = drafting.draft(by=OPERATOR, programme=told.programme, name="pair_list", on=BULLETIN)
    listed = drafting.issue(by=OPERATOR, document=listed)
    book = zipfile.ZipFile(BytesIO(files.render(listed, "xlsx").content))
    strings = book.read("xl/sharedStrings.xml").decode()
    assert all(cadre.name in strings for cadre in told.cadres)
    with pytest.raises(ValueError, match="xlsx"):
        files.render(told.bulletin, "xlsx")


def test_the_mode_changed_from_individual_to_collective_on_a_day_and_for_a_reason(
    told: Told,
) -> None:
    assert told.programme is not None
    day_before = Pairing.objects.at(Moment(BULLETIN)).filter(programme=told.programme)
    day_after = Pairing.objects.at(Moment(story.COLLECTIVE)).filter(programme=told.programme)
    assert {p.name for p in day_before} == {"one_to_one"}
    assert day_before.count() == 16
    assert {p.name for p in day_after} == {"unit_to_village"}
    assert day_after.count() == 5
    ended = Pairing.objects.current().filter(programme=told.programme, name="one_to_one")
    assert all("集体" in p.end_reason for p in ended)


def test_erasing_a_person_leaves_nothing_of_the_person_and_no_broken_figure(told: Told) -> None:
    assert told.programme is not None
    assert told.bulletin is not None
    erased = told.returnees[3]
    name = erased.name
    moment = Moment(BULLETIN)
    before = figure_of(told.programme, "returnees_in", moment).reading()
    subjects.erase(by=OPERATOR, subject=erased, reason="request")
    assert figure_of(told.programme, "returnees_in", moment).reading() == before
    assert all(drafting.still_stands(r) for r in told.bulletin.readings.all())
    assert not Subject.objects.filter(name=name).exists()
    listed = drafting.draft(by=OPERATOR, programme=told.programme, name="pair_list", on=BULLETIN)
    listed = drafting.issue(by=OPERATOR, document=listed)
    book = zipfile.ZipFile(BytesIO(files.render(listed, "xlsx").content))
    strings = book.read("xl/sharedStrings.xml").decode()
    assert name not in strings
    assert ERASED.zh in strings
    assert not Class.objects.filter(subject=erased.fact, grounds__isnull=False).exists()
    journal.seal()
    assert journal.verify().sound


def test_the_present_of_the_story_is_not_in_the_future(told: Told) -> None:
    assert told.current is not None
    paired = figure_of(told.current, "paired", Moment(clock.today())).reading()
    assert paired.low == 8

"""A paper is handed in, returned or approved by another, and signed, before it is issued."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import document_steps as steps
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions import proceeding as proceedings
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions.document_counting import Counted
from bangfu.ledger.actions.document_course import imprints_of, stage_of
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import (
    Document,
    DocumentStep,
    Handling,
    Proceeding,
    ProgrammeVersion,
    Subject,
    User,
)
from bangfu.ledger.moment import Moment
from bangfu.ledger.workdays import working_days
from bangfu.lists.papers import document_for
from bangfu.lists.proceedings import proceedings_in, steps_waiting
from bangfu.programmes.period import later
from tests.village import FOUNDED, OPERATOR, VISITED, Village, _cadre

BULLETIN = '[document.bulletin]\ntitle   = "活动情况简报"'


@pytest.fixture
def people(village: Village) -> dict[str, User]:
    """Who writes, who reviews with a post in the hospital, and who reviews from elsewhere."""
    return {
        "writer": village.account("wen", "clerk", place=village.county),
        "inside": village.account("li", "clerk", person=village.li, place=village.county),
        "other": village.account("zhou", "clerk", person=village.zhou, place=village.county),
        "stranger": village.account("sun", "clerk", place=village.county),
    }


def asking(village: Village, words: str, more: str = "") -> None:
    """The programme's file names who reviews and signs the briefing."""
    text = ProgrammeVersion.objects.current().get(programme=village.programme).text
    text = text.replace(BULLETIN, f"{BULLETIN}\n{words}", 1)
    text = text.replace("[organisation.", '[organisation.our_hospital]\ntitle = "县人民医院"\n\n'
                        "[organisation.", 1)  # fmt: skip
    text += more
    programmes.replace(
        by=OPERATOR,
        programme=village.programme,
        text=text,
        on=village.programme.began + dt.timedelta(days=1),
        note="审签",
    )


def drafted(village: Village, writer: User) -> Document:
    """A draft of the briefing."""
    return documents.draft(
        by=By(writer, "desk"), programme=village.programme, name="bulletin", on=VISITED,
        title="简报", body={"a": 1},
    )  # fmt: skip


def refused(attempt: Callable[[], Any]) -> str:
    """The code with which something is refused."""
    with pytest.raises(Refused) as wrong:
        attempt()
    return wrong.value.code


def issue(document: Document, by: User) -> Document:
    """Issue a paper without figures."""
    return documents.issue(by=By(by, "desk"), document=document, count=nothing)


def nothing(_moment: Moment) -> list[Counted]:
    """No figures."""
    return []


def passed(document: Document) -> list[tuple[str, str, str, Any]]:
    """The steps of a paper in their order: what became of each, on what, by whom."""
    rows = Handling.objects.current().filter(document=document.fact).order_by("pk")
    return [(row.step, row.result, row.reason or row.evidence, row.who_id) for row in rows]


def hand_in(document: Document, by: By) -> DocumentStep:
    """Hand in a paper without figures."""
    return steps.hand_in(by=by, document=document, count=nothing)


def sign(document: Document, by: By, signer: Subject) -> DocumentStep:
    """Sign a paper without figures."""
    return steps.sign(by=by, document=document, signer=signer, count=nothing)


def test_another_person_approves_and_the_signature_bears_the_post(
    village: Village, people: dict[str, User]
) -> None:
    paper, writer = drafted(village, people["writer"]), By(people["writer"], "desk")
    assert refused(lambda: steps.approve(by=writer, document=paper)) == "not_its_turn"
    hand_in(paper, writer)
    assert refused(lambda: steps.approve(by=writer, document=paper)) == "own_paper"
    assert refused(lambda: issue(paper, people["writer"])) == "in_review"
    steps.approve(by=By(people["other"], "desk"), document=paper)
    assert refused(lambda: sign(paper, writer, village.sun)) == "no_post"
    signed = sign(paper, writer, village.li)
    assert signed.post == "县人民医院 副院长"
    issued = issue(paper, people["writer"])
    assert issued.status == "issued"
    assert passed(issued) == [
        ("written", "done", "", None),
        ("reviewed", "done", "", village.zhou.fact),
        ("signed", "done", "县人民医院 副院长", village.li.fact),
        ("issued", "done", "", None),
    ]
    assert {one.step for one in imprints_of(issued)} == {"handed_in", "signed"}
    held = Proceeding.objects.current().get(document=issued.fact)
    assert (held.name, held.outcome, held.ended) == ("document", "done", clock.today())
    assert verify().faults == []


def test_what_was_returned_is_changed_and_handed_in_again(
    village: Village, people: dict[str, User]
) -> None:
    paper, writer = drafted(village, people["writer"]), By(people["writer"], "desk")
    other = By(people["other"], "desk")
    hand_in(paper, writer)
    assert refused(lambda: steps.give_back(by=other, document=paper, reason=" ")) == (
        "reason_missing"
    )
    steps.give_back(by=other, document=paper, reason="第二段不清楚。")
    assert refused(lambda: issue(paper, people["writer"])) == "returned"
    documents.edit(by=writer, document=paper, title="简报", on=VISITED, body={"a": 2})
    assert stage_of(paper) == "draft", "the text is another one"
    hand_in(paper, writer)
    steps.approve(by=other, document=paper)
    documents.edit(by=other, document=paper, title="简报", on=VISITED, body={"a": 3})
    assert stage_of(paper) == "draft", "approval was of the earlier text"
    hand_in(paper, writer)
    assert refused(lambda: steps.approve(by=other, document=paper)) == "own_paper"


def test_where_the_file_is_silent_a_paper_may_be_issued_at_once(
    village: Village, people: dict[str, User]
) -> None:
    assert issue(drafted(village, people["writer"]), people["writer"]).status == "issued"


def test_what_the_file_asks_for_must_be_done_by_whom_it_names(
    village: Village, people: dict[str, User]
) -> None:
    asking(village, 'reviewer = "our_hospital"\nsigner = "our_hospital"')
    paper, writer = drafted(village, people["writer"]), By(people["writer"], "desk")
    assert refused(lambda: issue(paper, people["writer"])) == "review_missing"
    assert refused(lambda: sign(paper, writer, village.li)) == "not_its_turn"
    hand_in(paper, writer)
    other, inside = (By(people[n], "desk") for n in ("other", "inside"))
    assert refused(lambda: steps.approve(by=other, document=paper)) == "not_one_of_them"
    steps.approve(by=inside, document=paper)
    assert refused(lambda: issue(paper, people["writer"])) == "signature_missing"
    assert refused(lambda: sign(paper, writer, village.zhou)) == "not_one_of_them"
    sign(paper, writer, village.li)
    assert issue(paper, people["writer"]).status == "issued"


COURSE = """
[workflow.signing]
title = "简报审签"
each  = "document"
within = "20 working days"
items.write  = { title = "拟稿", owner = "writer" }
items.check  = { title = "审核", owner = "reviewer", after = "write", within = "2 working days" }
items.beside = { title = "会签", owner = "mothers", after = "write", within = "3 working days" }
items.sign   = { title = "签发", owner = "signer", after = ["check", "beside"], within = "1 day" }
items.out    = { title = "印发", owner = "issuer", after = "sign", within = "1 day" }

[organisation.mothers]
title = "县妇幼保健院"
"""


@pytest.fixture
def signing(village: Village, people: dict[str, User]) -> dict[str, User]:
    """The file has the briefing countersigned by the township's clinic, beside its review."""
    asking(
        village, 'workflow = "signing"\nreviewer = "our_hospital"\nsigner = "our_hospital"', COURSE
    )
    unit = organisations.register(
        by=OPERATOR, name="县妇幼保健院", kind="county_medical_unit", place=village.county,
        on=FOUNDED,
    )  # fmt: skip
    fu = _cadre("傅兰", unit, village.village)
    lead = village.account("fu", "unit_lead", person=fu, organisation=unit)
    return {**people, "lead": lead}


def open_steps(document: Document) -> dict[str, dt.date | None]:
    """The open steps of a paper with their last days."""
    rows = Handling.objects.current().filter(document=document.fact, closed__isnull=True)
    return {row.step: row.due for row in rows}


def in_days(number: int) -> dt.date:
    """So many working days from today."""
    return later(clock.today(), f"{number} working days", workdays=working_days())


def test_units_countersign_beside_the_review_each_by_its_day(
    village: Village, signing: dict[str, User]
) -> None:
    paper, writer = drafted(village, signing["writer"]), By(signing["writer"], "desk")
    inside, lead = By(signing["inside"], "desk"), By(signing["lead"], "desk")
    assert document_for(signing["lead"], paper.fact) is None, "not before it is asked"
    hand_in(paper, writer)
    held = Proceeding.objects.current().get(document=paper.fact)
    assert (held.name, held.due) == ("signing", in_days(20))
    assert open_steps(paper) == {"check": in_days(2), "beside": in_days(3)}
    assert document_for(signing["lead"], paper.fact) == paper, "whoever is asked opens it"
    assert waits(signing["lead"]) == ["会签"] and waits(signing["inside"]) == ["审核"]
    assert refused(lambda: sign(paper, writer, village.li)) == "not_its_turn"
    assert refused(lambda: steps.approve(by=By(signing["stranger"], "desk"), document=paper)) == (
        "not_one_of_them"
    )
    client = Client()
    client.force_login(signing["lead"])
    forms = (reverse(f"desk:document_{form}", args=[paper.fact]) for form in ("return", "sign"))
    told = [client.get(form).status_code for form in forms]
    assert told == [200, 403], "the countersigning is the unit's, the paper the office's"
    (beside,) = steps.approve(by=lead, document=paper)
    assert (beside.step, beside.organisation.name) == ("beside", "县妇幼保健院")
    assert stage_of(paper) == "handed_in", "the review is still to come"
    with pytest.raises(NotAllowed):
        sign(paper, lead, village.li)
    steps.approve(by=inside, document=paper)
    assert open_steps(paper) == {"sign": clock.today() + dt.timedelta(days=1)}
    sign(paper, writer, village.li)
    assert issue(paper, signing["writer"]).status == "issued"
    held.refresh_from_db()
    assert (held.outcome, open_steps(paper)) == ("done", {})
    assert verify().faults == []


def test_a_return_and_a_change_of_the_text_ask_everybody_anew(
    village: Village, signing: dict[str, User]
) -> None:
    paper, writer = drafted(village, signing["writer"]), By(signing["writer"], "desk")
    inside, lead = By(signing["inside"], "desk"), By(signing["lead"], "desk")
    hand_in(paper, writer)
    steps.approve(by=lead, document=paper)
    steps.give_back(by=inside, document=paper, reason="第二段不清楚")
    assert stage_of(paper) == "returned" and open_steps(paper) == {"write": None}
    assert waits(signing["writer"]) == ["拟稿"], "whoever wrote it is told"
    hand_in(paper, writer)
    assert open_steps(paper) == {"check": in_days(2), "beside": in_days(3)}
    steps.approve(by=lead, document=paper)
    steps.approve(by=inside, document=paper)
    sign(paper, writer, village.li)
    documents.edit(by=writer, document=paper, title="简报二", on=VISITED, body={"a": 1})
    assert refused(lambda: issue(paper, signing["writer"])) == "review_missing"
    assert open_steps(paper) == {"write": None}
    hand_in(paper, writer)
    assert set(open_steps(paper)) == {"check", "beside"}, "nobody's word is carried over"
    documents.discard(by=writer, document=paper)
    assert open_steps(paper) == {}
    assert [result for _step, result, _why, _who in passed(paper)].count("lapsed") == 3
    assert Proceeding.objects.current().get(document=paper.fact).outcome == "dropped"


def test_what_is_late_stands_first_and_nobody_does_it_elsewhere(
    village: Village, signing: dict[str, User], monkeypatch: pytest.MonkeyPatch
) -> None:
    paper, writer = drafted(village, signing["writer"]), By(signing["writer"], "desk")
    hand_in(paper, writer)
    row = Handling.objects.current().get(document=paper.fact, step="beside")
    day = in_days(9)
    monkeypatch.setattr(clock, "today", lambda: day)
    (line,), whole = steps_waiting(signing["lead"], Moment(day), soon=14, most=9)
    assert (line.late, line.row, whole) == (True, row, 1)
    clerk = By(signing["inside"], "desk")
    said: dict[str, Any] = {"handling": row, "on": clock.today(), "result": "done"}
    assert refused(lambda: proceedings.handle(by=clerk, **said)) == "done_on_the_paper"
    said = {"proceeding": row.proceeding, "on": clock.today(), "reason": "不办了"}
    assert refused(lambda: proceedings.drop(by=clerk, **said)) == "put_away_instead"
    late = proceedings_in(signing["lead"], village.programme, "signing", Moment(day), state="late")
    assert list(late) == [row.proceeding]


def waits(user: User) -> list[str]:
    """What the first page says that an account has to do with papers."""
    told, _whole = steps_waiting(user, Moment.present(), soon=14, most=9)
    return [one.title.zh for one in told if one.row.document_id]

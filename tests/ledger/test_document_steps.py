"""A paper is handed in, returned or approved by another, and signed, before it is issued."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import document_steps as steps
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions.document_counting import Counted
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Document, DocumentStep, ProgrammeVersion, Subject, User
from bangfu.ledger.moment import Moment
from tests.village import OPERATOR, VISITED, Village

BULLETIN = '[document.bulletin]\ntitle   = "活动情况简报"'


@pytest.fixture
def people(village: Village) -> dict[str, User]:
    """Who writes, who reviews with a post in the hospital, and who reviews from elsewhere."""
    return {
        "writer": village.account("wen", "clerk", place=village.county),
        "inside": village.account("li", "clerk", person=village.li, place=village.county),
        "other": village.account("zhou", "clerk", person=village.zhou, place=village.county),
    }


def asking(village: Village, words: str) -> None:
    """The programme's file names who reviews and signs the briefing."""
    text = ProgrammeVersion.objects.current().get(programme=village.programme).text
    text = text.replace(BULLETIN, f"{BULLETIN}\n{words}", 1)
    text = text.replace("[organisation.", '[organisation.our_hospital]\ntitle = "县人民医院"\n\n'
                        "[organisation.", 1)  # fmt: skip
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
    assert (issued.status, len(steps.steps_of(issued))) == ("issued", 3)
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
    assert steps.stages_of([paper])[paper.fact] == "draft", "the text is another one"
    hand_in(paper, writer)
    steps.approve(by=other, document=paper)
    documents.edit(by=other, document=paper, title="简报", on=VISITED, body={"a": 3})
    assert steps.stages_of([paper])[paper.fact] == "draft", "approval was of the earlier text"
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

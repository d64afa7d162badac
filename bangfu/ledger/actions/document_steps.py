"""A draft on its way to be issued: handed in, returned or approved by others, signed.

What the programme's file asks for must be done before a paper is issued; else it is left to the
office. Each step holds for the text that it saw: a change of the text begins anew, and so does
handing it in anew. What is handed in, and what is signed without, is frozen with its figures: what
somebody approved is what is signed and issued.
"""

from __future__ import annotations

import datetime as dt

from bangfu.ledger.access import require
from bangfu.ledger.actions.document_counting import Count
from bangfu.ledger.actions.document_course import (
    Stage,
    advanced,
    again,
    begun,
    belongs,
    close,
    imprint,
    imprints_of,
    plan_of,
    since_text,
    stage_of,
    way_of,
    writers_of,
)
from bangfu.ledger.actions.event import By, Refused, about_is, action, current_act
from bangfu.ledger.models import Document, DocumentStep, Handling, Post, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.programmes.issuing import Asks, step_that_asks


def still_draft(document: Document) -> None:
    """Refuse what would change an issued paper."""
    if document.status != "draft":
        raise Refused(
            "issued_already",
            "This paper was issued and is not changed any more; issue a correction instead.",
        )


def ready_to_issue(document: Document) -> list[DocumentStep]:
    """What was kept; refused while under review, returned, or without what is asked for."""
    way, stage = way_of(document), stage_of(document)
    if stage == "handed_in":
        raise Refused("in_review", "This paper was handed in and is not answered yet.")
    if way is not None and stage == "returned":
        raise Refused(
            "returned",
            "This paper was returned: %(reason)s Change it, and hand it in again.",
            reason=way.open_rows("text")[0].asked,
        )
    rows = since_text(way.rows()) if way else []
    plan = way.plan if way else plan_of(document)
    if missing := plan.missing("review", rows):
        raise Refused(
            "review_missing",
            "By the programme %(who)s reviews this paper before it is issued; hand it in.",
            who=missing[0],
        )
    if missing := plan.missing("signature", rows):
        raise Refused(
            "signature_missing",
            "By the programme %(who)s signs this paper before it is issued.",
            who=missing[0],
        )
    return imprints_of(document)


def _at_stage(document: Document, *allowed: Stage) -> None:
    """Refuse what cannot be done with a draft as far as it is."""
    still_draft(document)
    if stage_of(document) not in allowed:
        raise Refused(
            "not_its_turn",
            "This cannot be done now; look at how far the paper is. Nothing was changed.",
        )


def _frozen(document: Document, count: Count) -> dict[str, object]:
    """The figures of a text as they are at this moment, in short."""
    at: dt.datetime = current_act().event.at
    return {
        "known_at": at,
        "readings": [counted.in_short() for counted in count(Moment(document.date, at))],
    }


@action("document.hand_in", alone=True)
def hand_in(*, by: By, document: Document, count: Count) -> DocumentStep:
    """Hand a draft in for review with its figures as they are now; done again, it begins anew."""
    require(by.user, "document.hand_in", document)
    still_draft(document)
    way = begun(document)
    row = next(iter(way.open_rows("text")), None) or again(way, "text")
    handed_in = imprint(document, "handed_in", **_frozen(document, count))
    close(by, row, "done")
    way.go_on()
    about_is(document)
    return handed_in


def asked_of(document: Document, user: User | None, *asks: Asks) -> list[Handling]:
    """The open steps of a paper that are an account's to do: those of whom the file names it."""
    way = way_of(document)
    rows = way.open_rows(*asks) if way else []
    if way is None or user is None:
        return rows
    return [row for row in rows if way.is_of(row, user.person)]


@action("document.return_")
def give_back(*, by: By, document: Document, reason: str) -> Handling:
    """Return a draft to who handed it in, for a reason."""
    rows = asked_of(document, by.user, "review", "signature")
    require(by.user, "document.return_", *(rows or (document,)))
    _at_stage(document, "handed_in", "approved")
    way = way_of(document)
    assert way is not None
    if not reason.strip():
        raise Refused("reason_missing", "Say what is to be changed.")
    # Whoever sees a fault says so, also where it is another's turn.
    row = (rows or way.open_rows())[0]
    text = step_that_asks(way.plan.flow, "text") or ""
    close(by, row, "returned", reason=reason.strip(), back_to=text)
    again(way, "text", reason.strip())
    about_is(document)
    return row


@action("document.approve")
def approve(*, by: By, document: Document) -> list[Handling]:
    """Approve what another person wrote and handed in, in every open step that asks it of you."""
    rows = asked_of(document, by.user, "review")
    require(by.user, "document.approve", *(rows or (document,)))
    _at_stage(document, "handed_in")
    way = way_of(document)
    assert way is not None
    if by.user is not None and by.user.pk in writers_of(document, way.rows()):
        raise Refused(
            "own_paper",
            "Whoever wrote or handed in a paper does not approve it; somebody else does.",
        )
    if not rows:
        _somebody_else(way.plan.called(way.open_rows("review")[0].step))
    for row in rows:
        close(by, row, "done")
    way.go_on()
    about_is(document)
    return rows


@action("document.sign", alone=True)
def sign(*, by: By, document: Document, signer: Subject, count: Count) -> DocumentStep:
    """Write down who signs a paper, with the post that he or she holds on the day.

    What was handed in is signed with the figures that it had then; else with those of now.
    """
    way, plan = way_of(document), plan_of(document)
    rows = way.open_rows("signature") if way else []
    require(by.user, "document.sign", *(rows or (document,)))
    reviewed = bool(plan.steps("review"))
    _at_stage(document, *(("approved",) if reviewed else ("draft", "approved", "signed")))
    step = step_that_asks(plan.flow, "signature")
    if step is None:
        raise Refused("bears_no_signature", "By the programme this paper bears no signature.")
    names = plan.names(step)
    if names and not any(belongs(plan.meaning, name, signer) for name in names):
        _somebody_else(plan.called(step))
    held = Post.objects.at(Moment.present()).filter(person=signer.fact)
    post = held.select_related("organisation").order_by("-began", "pk").first()
    if post is None:
        raise Refused(
            "no_post",
            "%(who)s holds no post today; a signature bears name and post.",
            who=signer.name,
        )
    said = f"{post.organisation.name} {post.title}".strip()
    handed_in = any(one.step == "handed_in" for one in imprints_of(document))
    frozen = {} if handed_in else _frozen(document, count)
    way = begun(document)
    signed = stage_of(document) == "signed"
    row = again(way, "signature") if signed else advanced(by, way, "signature")
    signature = imprint(document, "signed", signer=signer, post=said[:120], **frozen)
    close(by, row, "done", who=signer, evidence=said)
    way.go_on()
    about_is(document)
    return signature


def _somebody_else(who: str) -> None:
    raise Refused(
        "not_one_of_them",
        "By the programme this is done by %(who)s; by the posts on record that is somebody else.",
        who=who,
    )

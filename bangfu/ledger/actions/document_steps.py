"""A draft on its way to be issued: handed in, returned or approved by somebody else, signed.

What the programme's file asks for must be done before a paper is issued; else it is left to the
office. Each step holds for the text that it saw: a change of the text begins anew, and so does
handing it in anew. What is handed in, and what is signed without, is frozen with its figures: what
somebody approved is what is signed and issued.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from typing import Literal, cast
from uuid import UUID

from bangfu.ledger import clock
from bangfu.ledger.access import require
from bangfu.ledger.actions.document_counting import Count
from bangfu.ledger.actions.event import By, Refused, action, current_act, insert
from bangfu.ledger.conditions import may_belong
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Document, DocumentStep, Post, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.programmes.schema import Document as Entry

Stage = Literal["draft", "handed_in", "returned", "approved", "signed"]


def steps_of(document: Document) -> list[DocumentStep]:
    """Every step of a paper, oldest first, also those of a text that was changed since."""
    rows = DocumentStep.objects.current().filter(document=document.fact)
    return list(rows.select_related("event__by", "signer").order_by("recorded_at", "pk"))


def of_the_text(document: Document, steps: Iterable[DocumentStep]) -> list[DocumentStep]:
    """Of some steps those made since the text is as it stands; of an issued paper all."""
    if document.status != "draft":
        return list(steps)
    return [step for step in steps if step.recorded_at >= document.recorded_at]


def standing(document: Document, steps: Iterable[DocumentStep]) -> list[DocumentStep]:
    """Of some steps those that hold: of the text as it stands, since it was handed in last."""
    told = of_the_text(document, steps)
    if document.status != "draft":
        return told
    handed_in = [place for place, step in enumerate(told) if step.step == "handed_in"]
    return told[handed_in[-1] :] if handed_in else told


def frozen_by(steps: Sequence[DocumentStep]) -> DocumentStep | None:
    """Of the steps that stand the one with which the figures were frozen, if any."""
    return next((step for step in reversed(steps) if step.known_at is not None), None)


def signature_among(steps: Sequence[DocumentStep]) -> DocumentStep | None:
    """Of the steps that stand the signature, the latest if it was signed anew."""
    return next((step for step in reversed(steps) if step.step == "signed"), None)


def seen_by_another(document: Document, by: User | None) -> bool:
    """Whether anybody besides who wrote a draft has approved, signed, or now issues it here."""
    steps = steps_of(document)
    writers = writers_of(document, of_the_text(document, steps))
    others = {s.event.by_id for s in standing(document, steps) if s.step in ("approved", "signed")}
    return bool(({by.pk if by else None} | others) - writers)


def stages_of(documents: Sequence[Document]) -> dict[UUID, Stage]:
    """How far some drafts are, in one query."""
    found: dict[UUID, Stage] = {document.fact: "draft" for document in documents}
    held = {document.fact: document for document in documents}
    rows = DocumentStep.objects.current().filter(document__in=list(held))
    for step in rows.order_by("recorded_at", "pk"):
        if standing(held[step.document_id], [step]):
            found[step.document_id] = stage_of([step])
    return found


def writers_of(document: Document, steps: Sequence[DocumentStep]) -> set[int | None]:
    """The accounts that wrote the text as it stands and handed it in: none of them approves it."""
    return {document.event.by_id, *(s.event.by_id for s in steps if s.step == "handed_in")}


def stage_of(steps: Sequence[DocumentStep]) -> Stage:
    """How far a draft is by the steps that stand."""
    # Its constraint lets a step be nothing else.
    return cast("Stage", steps[-1].step) if steps else "draft"


def asked_of(document: Document) -> tuple[str, str]:
    """Who must review and who must sign by the programme's file; nothing where it is silent."""
    meaning = Meaning.of(document.programme, Moment(document.date))
    entry = meaning.file.entry(document.name) if document.name in meaning.file else None
    if not isinstance(entry, Entry):
        return "", ""
    return entry.reviewer or "", entry.signer or ""


def still_draft(document: Document) -> None:
    """Refuse what would change an issued paper."""
    if document.status != "draft":
        raise Refused(
            "issued_already",
            "This paper was issued and is not changed any more; issue a correction instead.",
        )


def ready_to_issue(document: Document) -> list[DocumentStep]:
    """The steps that stand; refused while under review, returned, or without what is asked for."""
    steps = standing(document, steps_of(document))
    stage = stage_of(steps)
    if stage == "handed_in":
        raise Refused("in_review", "This paper was handed in and is not answered yet.")
    if stage == "returned":
        raise Refused(
            "returned",
            "This paper was returned: %(reason)s Change it, and hand it in again.",
            reason=steps[-1].reason,
        )
    title = Meaning.of(document.programme, Moment(document.date)).file.title_of
    done, (reviewer, signer) = {step.step for step in steps}, asked_of(document)
    if reviewer and "approved" not in done:
        raise Refused(
            "review_missing",
            "By the programme %(who)s reviews this paper before it is issued; hand it in.",
            who=title(reviewer),
        )
    if signer and "signed" not in done:
        raise Refused(
            "signature_missing",
            "By the programme %(who)s signs this paper before it is issued.",
            who=title(signer),
        )
    return steps


def _stage(document: Document, *allowed: Stage) -> list[DocumentStep]:
    """The steps that stand, where the draft is as far as one of those named."""
    still_draft(document)
    steps = standing(document, steps_of(document))
    if stage_of(steps) not in allowed:
        raise Refused(
            "not_its_turn",
            "This cannot be done now; look at how far the paper is. Nothing was changed.",
        )
    return steps


def _frozen(document: Document, count: Count) -> dict[str, object]:
    """The figures of a text as they are at this moment, in short."""
    at: dt.datetime = current_act().event.at
    return {
        "known_at": at,
        "readings": [counted.in_short() for counted in count(Moment(document.date, at))],
    }


def _take(document: Document, step: Stage, **more: object) -> DocumentStep:
    # Later than the text that it is about, also when the clock was set back since.
    current_act().after(document)
    return insert(DocumentStep(document=document, step=step, date=clock.today(), **more))


@action("document.hand_in", alone=True)
def hand_in(*, by: By, document: Document, count: Count) -> DocumentStep:
    """Hand a draft in for review with its figures as they are now; done again, it begins anew."""
    require(by.user, "document.hand_in", document)
    still_draft(document)
    return _take(document, "handed_in", **_frozen(document, count))


@action("document.return_")
def give_back(*, by: By, document: Document, reason: str) -> DocumentStep:
    """Return a draft to who handed it in, for a reason."""
    require(by.user, "document.return_", document)
    _stage(document, "handed_in", "approved")
    if not reason.strip():
        raise Refused("reason_missing", "Say what is to be changed.")
    return _take(document, "returned", reason=reason.strip())


@action("document.approve")
def approve(*, by: By, document: Document) -> DocumentStep:
    """Approve what another person wrote and handed in."""
    require(by.user, "document.approve", document)
    _stage(document, "handed_in")
    told = of_the_text(document, steps_of(document))
    if by.user is not None and by.user.pk in writers_of(document, told):
        raise Refused(
            "own_paper",
            "Whoever wrote or handed in a paper does not approve it; somebody else does.",
        )
    reviewer, _signer = asked_of(document)
    if by.user is not None and reviewer:
        _one_of(document, reviewer, by.user.person)
    return _take(document, "approved")


@action("document.sign", alone=True)
def sign(*, by: By, document: Document, signer: Subject, count: Count) -> DocumentStep:
    """Write down who signs a paper, with the post that he or she holds on the day.

    What was handed in is signed with the figures that it had then; else with those of now.
    """
    require(by.user, "document.sign", document)
    reviewer, asked = asked_of(document)
    steps = _stage(document, *(("approved",) if reviewer else ("draft", "approved", "signed")))
    if asked:
        _one_of(document, asked, signer)
    held = Post.objects.at(Moment.present()).filter(person=signer.fact)
    post = held.select_related("organisation").order_by("-began", "pk").first()
    if post is None:
        raise Refused(
            "no_post",
            "%(who)s holds no post today; a signature bears name and post.",
            who=signer.name,
        )
    said = f"{post.organisation.name} {post.title}".strip()
    handed_in = any(step.step == "handed_in" for step in steps)
    frozen = {} if handed_in else _frozen(document, count)
    return _take(document, "signed", signer=signer, post=said[:120], **frozen)


def _one_of(document: Document, name: str, person: Subject | None) -> None:
    """Refuse whoever does not belong to those whom the file names, by person or by post."""
    meaning, today = Meaning.of(document.programme, Moment(document.date)), clock.today()
    keys = [person.fact] if person is not None else []
    if meaning.file.kind_of(name) == "organisation":
        held = Post.objects.at(Moment(today)).filter(person__in=keys)
        keys = list(held.values_list("organisation", flat=True))
    if not any(may_belong(key, (name,), {}, meaning, today) for key in keys):
        raise Refused(
            "not_one_of_them",
            "By the programme this is done by %(who)s; by the posts on record that is somebody "
            "else.",
            who=meaning.file.title_of(name),
        )

"""How a draft comes to be issued: handed in, returned or approved, signed; a form for each step."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.desk.acts import Offered
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters
from bangfu.desk.page import address_of, reader, refusal, said
from bangfu.desk.pick import Pick
from bangfu.desk.prose import frozen_shown, prose_shown
from bangfu.ledger import clock
from bangfu.ledger.access import allows
from bangfu.ledger.actions import document_course as course
from bangfu.ledger.actions import document_steps as steps
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.models import Document, Handling, User
from bangfu.lists.papers import document_for, held_by, steps_told
from bangfu.paper import drafting
from bangfu.programmes.issuing import PAPER, Asks
from bangfu.programmes.ways import flow_title


class ReturnForm(EntryForm):
    """What is to be changed."""

    reason = forms.CharField(
        label=gettext_lazy("What is to be changed"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class StepForm(EntryForm):
    """A step of a paper: with figures that have changed since, it says that they are kept."""

    keep = forms.BooleanField(
        label=gettext_lazy("Keep the figures as they were handed in"), required=True,
        help_text=gettext_lazy("Else hand it in anew: then it has the figures of now."),
    )  # fmt: skip

    def __init__(
        self, request: HttpRequest, *, moved: bool, initial: dict[str, Any] | None = None
    ) -> None:
        super().__init__(request, initial=initial)
        if not moved:
            del self.fields["keep"]


class IssueForm(StepForm):
    """Once more before a paper is issued; who does it alone says so."""

    alone = forms.BooleanField(
        label=gettext_lazy("I issue it alone; nobody else needs to look at it"), required=True,
    )  # fmt: skip

    def __init__(self, request: HttpRequest, *, moved: bool, alone: bool) -> None:
        super().__init__(request, moved=moved)
        if not alone:
            del self.fields["alone"]


class SignForm(StepForm):
    """Who signs: most often the reader, whom a search need not find."""

    myself = forms.BooleanField(required=False, initial=True)
    signer = Pick(
        "person", required=False, label=gettext_lazy("Who signs"),
        help_text=gettext_lazy("The post that he or she holds today is written down with it."),
    )  # fmt: skip

    def __init__(self, request: HttpRequest, *, moved: bool) -> None:
        super().__init__(request, moved=moved)
        self.own = reader(request).person
        if self.own is None:
            del self.fields["myself"]
            return
        self.fields["myself"].label = _("I sign: %(name)s") % {"name": self.own.name}
        self.fields["signer"].label = _("Or somebody else signs")

    def clean(self) -> dict[str, Any]:
        """Somebody signs: oneself or another, not both."""
        told = super().clean() or {}
        other = told.get("signer")
        if told.pop("myself", False) and other is None:
            told["signer"] = self.own
        elif other is None:
            self.add_error("signer", _("Say who signs."))
        return told


#: The buttons of each stage: the action, its words, icon and form; the first is what comes next.
_NEXT: dict[str, tuple[tuple[str, str, str, str], ...]] = {
    "draft": (
        ("document.hand_in", gettext_noop("Hand in for review"), "upload", "document_hand_in"),
        ("document.sign", gettext_noop("Sign"), "pencil", "document_sign"),
    ),
    "handed_in": (
        ("document.approve", gettext_noop("Approve"), "check", "document_approve"),
        ("document.return_", gettext_noop("Return it"), "arrow-back-up", "document_return"),
    ),
    "returned": (
        ("document.hand_in", gettext_noop("Hand in for review"), "upload", "document_hand_in"),
    ),
    "approved": (
        ("document.sign", gettext_noop("Sign"), "pencil", "document_sign"),
        ("document.return_", gettext_noop("Return it"), "arrow-back-up", "document_return"),
    ),
    "signed": (),
}
_ANEW = ("document.hand_in", gettext_noop("Hand in anew"), "refresh", "document_hand_in")


def steps_shown(user: User, document: Document, *, moved: bool, ready: bool) -> dict[str, Any]:
    """What the page of a paper says of its steps, and what the reader may do next.

    ``moved``: figures of it have changed since it was handed in; ``ready``: its text can be issued.
    """
    draft = document.status == "draft"
    stage = course.stage_of(document) if draft else ""
    following = _NEXT.get(stage, ())
    if not ready:  # nobody reviews or signs it in vain; who has it in hand may return it
        following = tuple(one for one in following if one[0] == "document.return_")
    elif stage == "draft" and course.plan_of(document).steps("review"):
        following = tuple(one for one in following if one[0] != "document.sign")
    if stage and moved:
        following = (*following, _ANEW)
    return {
        "moved": draft and moved,
        "held": held_by(document) if draft else None,
        "stage": stage,
        "issuable": draft and ready and _issuable(document),
        "steps": steps_told(user, document, clock.today()),
        "asked_words": list(_asked_words(document)) if stage else [],
        "flow": course.plan_of(document).name,
        "on": clock.today(),
        "step_acts": [
            Offered(text, icon, reverse(f"desk:{route}", args=[document.fact]), not number)
            for number, (verb, text, icon, route) in enumerate(following)
            if _offered(user, verb, document)
        ],
    }


def _issuable(document: Document) -> bool:
    """Whether nothing that the file asks of a paper before it is out stands in the way."""
    try:
        steps.ready_to_issue(document)
    except Refused:
        return False
    return True


#: What is asked of a paper where that is done to it.
_ASKED_AT: dict[str, tuple[Asks, ...]] = {
    "document.approve": ("review",),
    "document.return_": ("review", "signature"),
    "document.sign": ("signature",),
}


def _offered(user: User, verb: str, document: Document) -> bool:
    """Whether something may be done to a paper by an account, and is its to do."""
    rows = _rows_asked(user, verb, document)
    if verb == "document.approve":
        way = course.way_of(document)
        own = way is not None and user.pk in course.writers_of(document, way.rows())
        if own or not rows:
            return False
    return allows(user, verb, *(rows or (document,)))


def _rows_asked(user: User, verb: str, document: Document) -> list[Handling]:
    """The open steps at which an account is asked for that: they lie with its unit."""
    return steps.asked_of(document, user, *_ASKED_AT[verb]) if verb in _ASKED_AT else []


def _reaches(user: User, verbs: Sequence[str], key: UUID) -> bool:
    """Whether a step of a paper is reached: by who is asked, wherever the paper itself lies."""
    document = document_for(user, key)
    return document is None or any(
        allows(user, verb, *(_rows_asked(user, verb, document) or (document,))) for verb in verbs
    )


def _asked_words(document: Document) -> list[str]:
    plan = course.plan_of(document)
    reviewers, signers = (
        [plan.called(key) for key, _step in plan.steps(asks) if plan.names(key)] for asks in _BOTH
    )
    told = []
    if plan.name != PAPER:
        title = said(flow_title(plan.name, plan.flow))
        told.append(_("By the programme it goes by the workflow %(flow)s.") % {"flow": title})
    if reviewers:
        who = _(", ").join(reviewers)
        told.append(_("By the programme it is reviewed by %(who)s.") % {"who": who})
    if signers:
        who = _(", ").join(signers)
        told.append(_("By the programme it is signed by %(who)s.") % {"who": who})
    if not told:
        told.append(
            _("The programme names nobody who reviews or signs this paper; the office decides.")
        )
    return told


_BOTH: tuple[Asks, Asks] = ("review", "signature")


def _draft_or_404(request: HttpRequest, key: UUID) -> Document:
    found = document_for(reader(request), key)
    if found is None or found.status != "draft":
        raise Http404
    return found


def _changed(document: Document) -> list[dict[str, Any]]:
    """The figures that have changed since a draft was handed in or signed, old and new."""
    since = drafting.since(document, whole=False)
    return frozen_shown(one for one in since if one.differs)


@enters("document.hand_in")
def hand_in(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hands a draft in for review."""
    document, form = _draft_or_404(request, key), NothingMore(request)
    back = address_of("document", key)
    done = entered(
        request, form, lambda by, _told: drafting.hand_in(by=by, document=document),
        word=_("The paper is handed in."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Hand in for review"), about=document.title, back=back,
        button=_("Hand in"),
        hint=_(
            "Somebody else approves it or returns it, with the figures as they are now. Whoever "
            "changes the text or hands it in anew begins anew."
        ),
    )  # fmt: skip


@enters("document.return_", reaches=_reaches)
def give_back(request: HttpRequest, key: UUID) -> HttpResponse:
    """Returns a draft with a reason."""
    document, form = _draft_or_404(request, key), ReturnForm(request)
    back = address_of("document", key)
    done = entered(
        request, form, lambda by, told: steps.give_back(by=by, document=document, **told),
        word=_("The paper was returned."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Return a paper"), about=document.title, back=back,
        button=_("Return it"),
    )  # fmt: skip


@enters("document.approve", reaches=_reaches)
def approve(request: HttpRequest, key: UUID) -> HttpResponse:
    """Approves what another person handed in."""
    document, back = _draft_or_404(request, key), address_of("document", key)
    changed = _changed(document)
    form = StepForm(request, moved=bool(changed))
    done = entered(
        request, form, lambda by, told: drafting.approve(by=by, document=document, **told),
        word=_("The paper is approved."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Approve a paper"), about=document.title, back=back,
        button=_("Approve"), template="desk/document_step.html", document=document,
        frozen=changed,
        hint=_("With your name and the time; for the text and the figures that were handed in."),
    )  # fmt: skip


@enters("document.sign", reaches=_reaches)
def sign(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down who signs."""
    document, back = _draft_or_404(request, key), address_of("document", key)
    changed = _changed(document)
    moved = bool(changed) and course.stage_of(document) != "signed"
    form = SignForm(request, moved=moved)
    done = entered(
        request, form, lambda by, told: drafting.sign(by=by, document=document, **told),
        word=_("The paper is signed."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Sign a paper"), about=document.title, back=back,
        button=_("Sign"), template="desk/document_step.html", document=document,
        frozen=changed if moved else [],
        hint=_("This name is printed on the paper as the one who signs (签发)."),
    )  # fmt: skip


@enters("document.issue")
def issue(request: HttpRequest, key: UUID) -> HttpResponse:
    """Asks once more, then issues a draft: number, frozen readings, head of the journal."""
    document, back = _draft_or_404(request, key), address_of("document", key)
    changed = _changed(document)
    alone = not course.seen_by_another(document, reader(request))
    form = IssueForm(request, moved=bool(changed), alone=alone)
    done = entered(
        request, form, lambda by, told: drafting.issue(by=by, document=document, **told),
        word=_("The paper is issued; its figures are frozen."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Issue “%(title)s”?") % {"title": document.title}, back=back,
        button=_("Issue it"), template="desk/document_issue.html", document=document,
        missing=[refusal(wrong) for wrong in drafting.check(document)],
        unsigned=drafting.unsigned(document), alone=alone,
        signs=allows(reader(request), "document.sign", document), frozen=changed,
        parts=prose_shown(document),
    )  # fmt: skip

"""How a draft comes to be issued: handed in, returned or approved, signed; each step by a form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, gettext_noop

from bangfu.desk.acts import Offered
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters
from bangfu.desk.page import address_of, reader
from bangfu.desk.pick import Pick
from bangfu.ledger.access import allows
from bangfu.ledger.actions import document_steps as steps
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Document, User
from bangfu.ledger.moment import Moment
from bangfu.lists.papers import document_for
from bangfu.paper import drafting


class ReturnForm(EntryForm):
    """What is to be changed."""

    reason = forms.CharField(
        label=gettext_lazy("What is to be changed"), max_length=300,
        widget=forms.Textarea(attrs={"rows": 3}),
    )  # fmt: skip


class SignForm(EntryForm):
    """Who signs."""

    signer = Pick(
        "person", label=gettext_lazy("Who signs"),
        help_text=gettext_lazy("The post that he or she holds today is written down with it."),
    )  # fmt: skip


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
}


def steps_shown(user: User, document: Document) -> dict[str, Any]:
    """What the page of a paper says of its steps, and what the reader may do next."""
    told = steps.steps_of(document)
    standing = steps.standing(document, told)
    stand, own = {s.pk for s in standing}, user.pk in steps.writers_of(document, standing)
    stage = steps.stages_of([document])[document.fact] if document.status == "draft" else ""
    return {
        "stage": stage,
        "waits": stage in ("handed_in", "returned"),
        "steps": [(step, step.pk in stand) for step in told],
        "asked_words": list(_asked_words(document)) if stage else [],
        "step_acts": [
            Offered(text, icon, reverse(f"desk:{route}", args=[document.fact]), not number)
            for number, (verb, text, icon, route) in enumerate(_NEXT.get(stage, ()))
            if allows(user, verb, document) and not (own and verb == "document.approve")
        ],
    }


def _asked_words(document: Document) -> list[str]:
    title = Meaning.of(document.programme, Moment(document.date)).file.title_of
    reviewer, signer = steps.asked_of(document)
    told = []
    if reviewer:
        told.append(_("By the programme it is reviewed by %(who)s.") % {"who": title(reviewer)})
    if signer:
        told.append(_("By the programme it is signed by %(who)s.") % {"who": title(signer)})
    return told


def _draft_or_404(request: HttpRequest, key: UUID) -> Document:
    found = document_for(reader(request), key)
    if found is None or found.status != "draft":
        raise Http404
    return found


def _ready(document: Document) -> None:
    """Refuse what could not be issued anyhow, so that nobody reviews it in vain."""
    if wrong := drafting.check(document):
        raise Refused("not_ready", ";".join(wrong))


@enters("document.hand_in")
def hand_in(request: HttpRequest, key: UUID) -> HttpResponse:
    """Hands a draft in for review."""
    document, form = _draft_or_404(request, key), NothingMore(request)
    back = address_of("document", key)

    def act(by: Any, _told: dict[str, Any]) -> Any:
        _ready(document)
        return steps.hand_in(by=by, document=document)

    done = entered(request, form, act, word=_("The paper is handed in."), to=back)
    return done or asking(
        request, form, title=_("Hand in for review"), about=document.title, back=back,
        button=_("Hand in"),
        hint=_("Somebody else approves it or returns it. Whoever changes the text begins anew."),
    )  # fmt: skip


@enters("document.return_")
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


@enters("document.approve")
def approve(request: HttpRequest, key: UUID) -> HttpResponse:
    """Approves what another person handed in."""
    document, form = _draft_or_404(request, key), NothingMore(request)
    back = address_of("document", key)
    done = entered(
        request, form, lambda by, _told: steps.approve(by=by, document=document),
        word=_("The paper is approved."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Approve a paper"), about=document.title, back=back,
        button=_("Approve"),
        hint=_("With your name and the time; for the text as it stands now."),
    )  # fmt: skip


@enters("document.sign")
def sign(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes down who signs."""
    document, back = _draft_or_404(request, key), address_of("document", key)
    form = SignForm(request, initial={"signer": reader(request).person_id})
    done = entered(
        request, form, lambda by, told: steps.sign(by=by, document=document, **told),
        word=_("The paper is signed."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Sign a paper"), about=document.title, back=back, button=_("Sign")
    )

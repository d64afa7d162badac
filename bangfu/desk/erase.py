"""Erasing somebody on request: what would go, what stays and why, and then doing it for good."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.asks import called, one_of
from bangfu.desk.entry import EntryForm, asking, entered, enters
from bangfu.desk.page import reader, said, subject_or_404
from bangfu.keeping import rewriting
from bangfu.ledger.actions import erasing
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.models import Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.doorstep import reachable_subjects
from bangfu.lists.papers import papers_open

#: Why somebody is erased at the desk; the other reasons are those of terms and of backups.
REASONS = ("request", "consent", "mistake")
#: What tables hold that are no kind of record of their own.
_HELD: Mapping[str, Any] = {
    "subject": gettext_lazy("Name and place"),
    "participant": gettext_lazy("Parts in activities"),
    "healthdetail": gettext_lazy("Health detail"),
    "consent": gettext_lazy("Consents"),
    "documentstep": gettext_lazy("Reasons of returned papers"),
    "grant": gettext_lazy("Reasons of roles"),
    "savedlist": gettext_lazy("Saved lists"),
    "event": gettext_lazy("Purposes in the journal"),
}


class EraseForm(EntryForm):
    """Why, and the name typed once more; in the second step, that it is meant."""

    reason = one_of(
        [(code, called(erasing.REASONS[code])) for code in REASONS],
        required=True, label=gettext_lazy("Why"),
        help_text=gettext_lazy("The journal keeps this word, and nothing that anybody types."),
    )  # fmt: skip
    name = forms.CharField(
        max_length=100, label=gettext_lazy("The name, typed once more"),
        widget=forms.TextInput(attrs={"autocomplete": "off", "data-undrafted": ""}),
    )  # fmt: skip
    sure = forms.BooleanField(
        required=True, label=gettext_lazy("I want all of this erased; nobody can bring it back")
    )

    def __init__(self, request: HttpRequest, subject: Subject) -> None:
        super().__init__(request)
        self.subject = subject
        self.checking = request.POST.get("step") == "check"
        self.meant = self.fields.pop("sure")
        if request.method == "POST" and not self.checking:
            self.ask_once_more()

    def ask_once_more(self) -> None:
        """Ask whether it is meant, once reason and name are right."""
        self.fields["sure"] = self.meant

    def clean_name(self) -> str:
        """The name must be that of the subject, so that nobody else is erased."""
        typed: str = self.cleaned_data["name"].strip()
        if typed != self.subject.name:
            raise forms.ValidationError(_("This is not the name that stands here."))
        return typed


@enters("subject.erase")
def erase(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says what erasing a person or household would do, asks twice, and does it."""
    kind, _row = subject_or_404(request, key, Moment.present())
    user = reader(request)
    if kind.name not in ("person", "household"):
        raise Http404
    found = reachable_subjects(user, [key])
    if not found:
        raise Http404
    subject = found[0]
    form, back = EraseForm(request, subject), reverse("desk:subject", args=[key])
    checked = form.checking and form.is_valid()
    if checked:
        form.ask_once_more()

    def act(by: Any, told: dict[str, Any]) -> Subject:
        gone = subjects.erase(by=by, subject=subject, reason=told["reason"])
        rewriting.in_background()
        return gone

    done = None
    if not form.checking:
        done = entered(request, form, act, word=_("Everything personal was erased."), to=back)
    return done or asking(
        request, form, title=_("Erase somebody for good"), about=subject.name, back=back,
        button=_("Erase for good"), template="desk/erase.html", checks=True,
        read=checked or (request.method == "POST" and not form.checking),
        kind=kind, **_told(user, subject),
    )  # fmt: skip


def _told(user: User, subject: Subject) -> dict[str, Any]:
    """What goes, what stays, and where the name will still be read."""
    found = erasing.find(subject)
    wiped = {table: of["rows"] for table, of in found.changed().items()}
    drafts = _papers(user, erasing.papers_naming(found, "draft"))
    issued = _papers(user, erasing.papers_naming(found, "issued"))
    return {
        "wiped": _in_words(wiped),
        "files": len(erasing.files_of(found)),
        "stays": _in_words(erasing.kept(found)),
        "drafts": drafts,
        "issued": issued,
        "elsewhere": _in_words(erasing.mentions(found)),
        "account_open": bool(found.open_accounts),
    }


def _in_words(counts: Mapping[str, int]) -> list[tuple[str, int]]:
    return [
        (said(VOCABULARY[name].label) if name in VOCABULARY else str(_HELD.get(name, name)), count)
        for name, count in counts.items()
    ]


def _papers(user: User, papers: Any) -> dict[str, Any]:
    """The papers that the reader may open, and how many there are besides."""
    keys = [paper.fact for paper in papers]
    shown = papers_open(user, keys)
    return {"shown": shown, "more": len(keys) - len(shown)}

"""How anything is entered: one frame for every form of the desk.

A form keeps what was typed until the ledger has taken it: a refusal shows it again with the reason,
a second sending of the same form changes nothing (its ``key``), and the browser keeps a draft of
every keystroke until the answer says that it was taken (``draft.js``).
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
from collections.abc import Callable, Iterable, Sequence
from typing import Any, Concatenate, ParamSpec, cast
from uuid import UUID

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods

from bangfu.desk.asks import Growing
from bangfu.desk.errors import says_who_may
from bangfu.desk.page import day_of, reader, refusal
from bangfu.desk.pick import Picked
from bangfu.ledger import clock
from bangfu.ledger.access import (
    NotAllowed,
    OutOfReach,
    allows,
    fetch,
    kind_of_subject,
    may,
    who_may,
)
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Fact, Place, Subject, User
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import SUBJECT_KINDS

P = ParamSpec("P")
View = Callable[Concatenate[HttpRequest, P], HttpResponse]
#: The header of a form that a script sends, to keep a chosen file where the rest is refused.
SENT_BY_SCRIPT = "Desk-Sent"
#: The cookie by which the browser learns that a draft was taken.
ENTERED = "entered"


#: Whether one of some actions of an account reaches what a form is about.
Reaches = Callable[[User, Sequence[str], UUID], bool]


def enters(*verbs: str, reaches: Reaches | None = None) -> Callable[[View[P]], View[P]]:
    """A view with a form for actions of which the reader must do at least one.

    What is asked about by its ``key`` must lie where the reader does it: that is said before
    anything is typed; ``reaches`` tells it where the action asks of another record. Who looks as
    somebody else is shown no form, since nothing would be kept.
    """

    def frame(view: View[P]) -> View[P]:
        @functools.wraps(view)
        def entering(request: HttpRequest, *args: P.args, **kwargs: P.kwargs) -> HttpResponse:
            if not any(may(reader(request), verb) for verb in verbs):
                raise NotAllowed(verbs[0], (role.name for role in who_may(verbs[0])))
            key = kwargs.get("key")
            if isinstance(key, UUID) and not (reaches or _reached)(reader(request), verbs, key):
                raise OutOfReach(verbs[0], (role.name for role in who_may(verbs[0])))
            answer = view(request, *args, **kwargs)
            if reader(request).seen_by is not None and answer.status_code == 200:
                return only_looking(request)
            return answer

        return require_http_methods(["GET", "POST"])(says_who_may(cast("View[P]", entering)))

    return frame


def only_looking(request: HttpRequest) -> HttpResponse:
    """What stands in the place of a form while somebody looks as another account."""
    sent = request.method == "POST"
    context = {"account": request.user, "sent": sent}
    return render(request, "desk/only_looking.html", context, status=403 if sent else 200)


def _reached(user: User, verbs: Sequence[str], key: UUID) -> bool:
    """Whether one of some actions reaches what a form is about; of what is unseen nothing is said.

    A form that is about another kind than its action names (a file about a need) says it when sent.
    """
    noun = next(iter(verbs)).partition(".")[0]
    kind, about = kind_of_subject(key), cast("UUID | Fact | None", key)
    if kind is None and noun in VOCABULARY and noun not in SUBJECT_KINDS:
        kind = VOCABULARY[noun]
        about = fetch(user, kind, key)
    if kind is None or about is None or fetch(user, kind, key) is None:
        return True
    return any(allows(user, verb, about) for verb in verbs)


#: What is said of words that are too few; Django's own sentence speaks of variables.
_TOO_SHORT = gettext_lazy("Write at least %(limit_value)d characters.")


class EntryForm(forms.Form):
    """A form that writes: what it asks, for whom, and the key that makes a repetition harmless."""

    key = forms.UUIDField(widget=forms.HiddenInput, required=False)
    #: The names of fields that are folded away until somebody wants them.
    folded: Iterable[str] = ()

    def __init__(self, request: HttpRequest, *, initial: dict[str, Any] | None = None) -> None:
        self.request = request
        self.looking = request.method == "POST" and "look" in request.POST
        given = {"key": clock.new_id(), **(initial or {})}
        if self.looking:
            given |= {name: self._posted(name) for name in self.base_fields}
        elif request.method == "GET":
            given |= {k: v for k, v in request.GET.items() if k in self.base_fields and k != "key"}
        told = request.method == "POST" and not self.looking
        posted, brought = (request.POST, request.FILES) if told else (None, None)
        super().__init__(posted, brought, initial=given, label_suffix="")
        for field in self.fields.values():
            if isinstance(field, forms.CharField):
                field.error_messages.setdefault("min_length", _TOO_SHORT)
            if isinstance(field, Growing):
                field.open_while_few()
            if isinstance(field, Picked):
                field.reader = reader(request)

    def _posted(self, name: str) -> Any:
        several = getattr(self.base_fields[name], "several", False)
        return self.request.POST.getlist(name) if several else self.request.POST.get(name, "")

    def let_choose(self, name: str, choices: Iterable[tuple[str, Any]]) -> None:
        """Say what a field is chosen from; only the page at hand knows."""
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = list(choices)

    def let_pick(self, name: str, /, **among: Any) -> None:
        """Let a field pick out of less: what a programme would take in a role, on a day."""
        field = self.fields[name]
        assert isinstance(field, Picked)
        field.limit(**among)

    def word(self, name: str) -> str:
        """What stands in a field now: typed, given beforehand, or nothing."""
        return str(self[name].value() or "")

    def day(self, name: str) -> dt.date:
        """The day that stands in a field now; today where it is none."""
        held = self[name].value()
        return held if isinstance(held, dt.date) else day_of(str(held or "")) or clock.today()

    @property
    def open_fields(self) -> list[forms.BoundField]:
        """What is asked of everybody."""
        return [field for field in self.visible_fields() if field.name not in self.folded]

    @property
    def folded_fields(self) -> list[forms.BoundField]:
        """What stands folded away."""
        return [field for field in self.visible_fields() if field.name in self.folded]

    @property
    def folded_wrong(self) -> bool:
        """Whether something that stands folded away must be looked at."""
        if self.looking:
            return self.request.POST["look"] in self.folded
        return any(field.errors for field in self.folded_fields)

    @property
    def wrong_fields(self) -> list[forms.BoundField]:
        """The fields in which something is wrong."""
        return [field for field in self.visible_fields() if field.errors]

    def refuse(self, refused: Refused) -> None:
        """Say above the form what was refused; all that was typed stands."""
        if refused.code == "key_used":
            anew = self.request.POST.copy()
            anew["key"] = str(clock.new_id())
            self.data = anew
            text = _(
                "This form was sent once already and what it said then is on record. If this is "
                "something else, send it again."
            )
        else:
            text = refusal(refused)
        self.add_error(None, text)


class NothingMore(EntryForm):
    """A form that only asks whether it is meant."""


def subject_for(by: By, row: Any) -> Subject:
    """The subject that a row is; a place becomes one when something first concerns it."""
    if isinstance(row, Place):
        # Under a key of its own: the form's belongs to what the form records.
        return subjects.as_subject(by=dataclasses.replace(by, key=None), place=row)
    found: Subject = row
    return found


def filled(told: dict[str, Any]) -> dict[str, Any]:
    """What was filled in; a field that was left blank says nothing."""
    return {key: value for key, value in told.items() if value not in (None, "")}


def listed(kind: str) -> str:
    """The list of a kind, where one goes who does not keep what was typed."""
    return reverse("desk:list", args=[kind])


def source() -> forms.Field:
    """From where something is known: the sweep, the register, the call."""
    return forms.CharField(label=gettext_lazy("Source"), max_length=100)


def entered(
    request: HttpRequest,
    form: EntryForm,
    act: Callable[[By, dict[str, Any]], Any],
    *,
    word: str,
    to: Callable[[Any], str] | str,
    shows: Callable[[Any], HttpResponse] | None = None,
) -> HttpResponse | None:
    """Do what a form asks; the answer that leads on, or None where it must be shown (again).

    ``word``: what the next page says of it; ``to``: the address of that page. ``shows``: what is
    shown at once instead of leading on, being shown this once only.
    """
    if request.method != "POST" or form.looking or not form.is_valid():
        return None
    said = dict(form.cleaned_data)
    key: UUID | None = said.pop("key", None)
    try:
        answer = act(By(reader(request), "desk", key=key), said)
    except Refused as refused:
        form.refuse(refused)
        return None
    if shows is None:
        messages.success(request, word)
        response: HttpResponse = redirect(to if isinstance(to, str) else to(answer))
        if SENT_BY_SCRIPT in request.headers:
            # A script cannot see where it was led; it goes there itself (photo.js).
            response.status_code = 204
    else:
        response = shows(answer)
    told_taken(response, key)
    return response


def told_taken(response: HttpResponseBase, key: UUID | None) -> None:
    """Let the browser know by the form's key that what was typed is taken, so its draft may go."""
    if key:
        response.set_cookie(
            ENTERED, str(key), max_age=600, samesite="Lax", secure=settings.SESSION_COOKIE_SECURE
        )


def asking(
    request: HttpRequest,
    form: EntryForm,
    *,
    title: str,
    back: str,
    button: str = "",
    template: str = "desk/entry.html",
    **more: Any,
) -> HttpResponse:
    """The page with a form; its status says whether something typed was not taken."""
    wrong = form.is_bound and bool(form.errors)
    context = {
        "form": form,
        "title": title,
        "back": back,
        "button": button or _("Keep"),
        "draft": f"{reader(request).pk} {request.path}",
        **more,
    }
    return render(request, template, context, status=422 if wrong else 200)

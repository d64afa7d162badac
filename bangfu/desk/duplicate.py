"""Possible duplicates at the desk: a list, two beside each other, and what somebody decides."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.desk.errors import says_who_may
from bangfu.desk.page import day_of, language, page_of, reader, refusal
from bangfu.desk.table import by_key, in_words
from bangfu.desk.work import of_kind
from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed, allows, may, who_may
from bangfu.ledger.accounts import keeps_installation
from bangfu.ledger.actions import duplicate as duplicates
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.merging import Clash
from bangfu.ledger.models import Duplicate, Place, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.dossier import moved, timeline
from bangfu.lists.duplicates import (
    STATES,
    Beside,
    Pair,
    beside,
    excluding,
    half_open,
    hanging,
    moment_of,
    pair_of,
    pairs,
)
from bangfu.lists.pages import places_meant

#: So many of whom the reader sees one only are named.
HALF = 50
#: Days of each line of time.
DAYS = 8
#: Where these stand in the address of the list.
KINDS = ("person", "household")


@require_GET
@says_who_may
def show_all(request: HttpRequest) -> HttpResponse:
    """The pairs that wait, or those that were decided, by kind and place."""
    user = _decider(request)
    state, kind = request.GET.get("state", ""), request.GET.get("kind", "")
    state, kind = state if state in STATES else "open", kind if kind in KINDS else ""
    typed = request.GET.get("place", "").strip()[:60]
    place = _place(request, typed)
    rows = pairs(user, kind=kind, state=state, place=place)
    page = page_of(request, rows, rows.order_by().count())
    context = {
        "title": _("Possible duplicates"),
        "page": page,
        "pairs": [Pair(row) for row in page.object_list],
        "state": state,
        "states": STATES.items(),
        "chosen": kind,
        "kinds": [(name, VOCABULARY[name].label) for name in KINDS],
        "place": place,
        "typed": typed,
        "half": half_open(user, HALF) if state == "open" else [],
        "searched": of_kind("duplicates"),
        "keeps": keeps_installation(user, "work.ask"),
    }
    return render(request, "desk/duplicates.html", context)


def _place(request: HttpRequest, text: str) -> Place | None:
    """The place that was typed; said where none is called so."""
    if not text:
        return None
    found = places_meant(reader(request), text, Moment.present())
    if not found:
        messages.error(request, _("No place of yours is called “%(text)s”.") % {"text": text})
    return found[0].place if found else None


@dataclass(frozen=True, slots=True)
class Side:
    """One of both as the page shows it."""

    row: Subject
    word: str
    records: Sequence[Any]
    days: Sequence[dict[str, Any]]

    @property
    def count(self) -> int:
        """How many records are tied to it."""
        return sum(count for _label, count in self.records)


@never_cache
@require_http_methods(["GET", "POST"])
@says_who_may
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """Two beside each other; sent, they are merged as chosen."""
    user, pair = reader(request), _pair_or_404(request, key)
    if request.method == "POST":
        done = _merged(request, pair.row)
        if done is not None:
            return done
    row, now = pair.row, Moment.present()
    told = beside(row, now, language())
    sides = [_side(request, one, word, now) for one, word in _both(row)]
    context = {
        "title": _("Two that may be one"),
        "key": clock.new_id(),
        "pair": pair,
        "row": row,
        "sides": sides,
        "fields": [(one, _chosen(request, one)) for one in told],
        "keep": request.POST.get("keep") or _first(row, sides),
        "on": request.POST.get("on") or clock.today().isoformat(),
        "today": clock.today().isoformat(),
        "excluding": list(_excluding(request, row, now)),
        "may": row.state == "open" and allows(user, "duplicate.merge", row.one_id, row.other_id),
    }
    return render(request, "desk/duplicate.html", context)


def _pair_or_404(request: HttpRequest, key: UUID) -> Pair:
    pair = pair_of(_decider(request), key)
    if pair is None:
        raise Http404
    return pair


def _decider(request: HttpRequest) -> User:
    """The reader, who decides on duplicates somewhere."""
    user = reader(request)
    if not may(user, "duplicate.merge"):
        raise NotAllowed("duplicate.merge", (role.name for role in who_may("duplicate.merge")))
    return user


def _both(row: Duplicate) -> tuple[tuple[Subject, str], tuple[Subject, str]]:
    return (row.one, "one"), (row.other, "other")


def _side(request: HttpRequest, row: Subject, word: str, now: Moment) -> Side:
    user, kind = reader(request), VOCABULARY[row.kind]
    moment = moment_of(row, now)
    days = moved(list(timeline(user, kind, row.fact, moment)[:DAYS]))
    told = [{"day": one.day, "kind": VOCABULARY[one.kind], "side": one.side} for one in days]
    return Side(row, word, hanging(user, row, moment), told)


def _first(row: Duplicate, sides: Sequence[Side]) -> str:
    """Who goes on unless somebody says otherwise: of whom more is on record."""
    one, other = sides
    return "other" if other.count > one.count else "one"


def _chosen(request: HttpRequest, one: Beside) -> str:
    sent = request.POST.get(f"field-{one.field.key}", "")
    return sent if sent in ("one", "other") else one.first


def _excluding(
    request: HttpRequest, row: Duplicate, now: Moment
) -> Iterator[tuple[str, list[tuple[UUID, str, bool]]]]:
    """Of two records that cannot both go on, in words: which ends."""
    for clash in excluding(reader(request), row, now):
        name = str(clash.of_gone._meta.model_name)
        ended = request.POST.get(_ends(clash), "")
        yield (
            _ends(clash),
            [
                (one.fact, _in_words(name, one, now), ended == str(one.fact))
                for one in (clash.of_gone, clash.of_keep)
            ],
        )


def _ends(clash: Clash) -> str:
    return f"ends-{min(clash.of_gone.fact.hex, clash.of_keep.fact.hex)}"


def _in_words(name: str, row: Any, now: Moment) -> str:
    kind = VOCABULARY[name]
    [told] = by_key(kind, [row.fact], now).rows
    return in_words(kind, told, without=row.subject_id)


# ------------------------------------------------------------------ deciding


def _merged(request: HttpRequest, row: Duplicate) -> HttpResponse | None:
    """The page after the merge; None where it was refused and the page is shown again."""
    keep, gone = (row.one, row.other)
    kept = request.POST.get("keep", "")
    if kept == "other":
        keep, gone = gone, keep
    on = day_of(request.POST.get("on"))
    if on is None or kept not in ("one", "other"):
        messages.error(request, _("Say who goes on and from which day; nothing was changed."))
        return None
    other = {"one": "other", "other": "one"}[kept]
    sent = {name: request.POST[name] for name in request.POST}
    take = [n.removeprefix("field-") for n, v in sent.items()
            if n.startswith("field-") and v == other]  # fmt: skip
    ends = [key for n, v in sent.items() if n.startswith("ends-") and (key := _key(v))]
    by = By(reader(request), "desk", key=_key(request.POST.get("key", "")))
    try:
        duplicates.merge(by=by, keep=keep, gone=gone, on=on, take=sorted(take),
                         ends=sorted(ends))  # fmt: skip
    except Refused as refused:
        messages.error(request, refusal(refused))
        return None
    messages.success(request, _("They are one on record now; it can be taken back here."))
    return redirect("desk:subject", keep.fact)


def _key(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None


@require_POST
@says_who_may
def differ(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says that two are not the same."""
    row = _pair_or_404(request, key).row
    return _done(
        request,
        lambda by: duplicates.differ(by=by, one=row.one, other=row.other),
        word=_("It is on record that they are not the same; they are not proposed again."),
        to=f"{reverse('desk:duplicates')}?{urlencode({'kind': row.kind})}",
        back=reverse("desk:duplicate", args=[key]),
    )


@require_POST
@says_who_may
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes a merge back."""
    row, here = _pair_or_404(request, key).row, reverse("desk:duplicate", args=[key])
    return _done(
        request,
        lambda by: duplicates.undo(by=by, pair=row),
        word=_("The merge is taken back; both are on record as before."),
        to=here,
        back=here,
    )


def _done(
    request: HttpRequest, act: Callable[[By], object], *, word: str, to: str, back: str
) -> HttpResponse:
    try:
        act(By(reader(request), "desk"))
    except Refused as refused:
        messages.error(request, refusal(refused))
        return redirect(back)
    messages.success(request, word)
    return redirect(to)

"""The page of a person, household, place, organisation or site: all that is held about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bangfu.desk.errors import says_who_may
from bangfu.desk.journal import told
from bangfu.desk.listing import kinds_seen
from bangfu.desk.page import (
    Asked,
    address_of,
    asked,
    language,
    page_of,
    reader,
    refusal,
    said,
)
from bangfu.desk.table import Table, in_words, table, usual_order
from bangfu.ledger.access import NotAllowed, fetch, health_of, may_reveal, opens
from bangfu.ledger.actions import health, person
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.keys import Erased
from bangfu.ledger.models import User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import Line, columns_of, lines
from bangfu.lists.dossier import (
    Moved,
    Sheet,
    erased_on,
    kind_of_key,
    looks_at,
    members_of,
    moved,
    sheets_of,
    tied,
    timeline,
)
from bangfu.lists.listing import Listing
from bangfu.lists.pages import aliases_of, former_of, of_keys, placed_under
from bangfu.lists.places import lineage_of
from bangfu.programmes.kinds import Field, Kind

#: What is shown as a table of its own on each page, besides the line of time.
TABLES: Mapping[str, tuple[str, ...]] = {
    "person": ("pairing", "enrolment", "class", "post", "need"),
    "household": ("pairing", "enrolment", "class", "need"),
    "organisation": ("pairing", "post", "measure", "need"),
    "site": ("enrolment", "need"),
    "place": ("pairing", "statistic", "need"),
}
#: Rows of one such table; the whole is a click away on its list.
FEW = 20
DAYS, SHORT = 30, 300


def _fetched(request: HttpRequest, key: UUID, moment: Moment) -> tuple[Kind, Any]:
    """The subject, if the reader may open it on the day; of others nothing is said."""
    kind = kind_of_key(key)
    row = fetch(reader(request), kind, key, moment=moment) if kind else None
    if kind is None or row is None:
        raise Http404
    return kind, row


@require_GET
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """All that the reader may see of a subject, on a day."""
    dates = asked(request)
    kind, row = _fetched(request, key, dates.moment)
    return render(request, "desk/subject.html", _context(request, kind, row, key, dates))


def _context(request: HttpRequest, kind: Kind, row: Any, key: UUID, dates: Asked) -> dict[str, Any]:
    user, moment = reader(request), dates.moment
    line = lines(
        Listing((kind.name,), moment, keys=(key,)),
        of_keys(row, [row.pk]),
        list(kind.fields.values()),
        language=language(),
    )[0]
    gone, sheets = erased_on(key), sheets_of(kind, key, moment, language())
    return {
        "kind": kind,
        "is_person": kind.name == "person",
        "key": key,
        "subject": row,
        "title": row.name or _("(erased)"),
        "dates": dates,
        "erased": gone,
        "facts": _facts(kind, line),
        "sealed": [] if gone else _sealed(user, kind, line, key),
        "reveal": reverse("desk:reveal", args=[key]),
        "sheets": sheets,
        "tables": list(_tables(request, kind, key, moment)),
        "health": kind.name == "person" and not gone and health_of(user, key).exists(),
        "looks": told(looks_at(key)[:DAYS]) if kind.name == "person" else [],
        "asked": request.GET,
        **_place(user, kind, row, moment),
        **_time(request, kind, key, moment, sheets),
    }


def _facts(kind: Kind, line: Line) -> list[tuple[Field, Any]]:
    """The fields in clear with their values; the name stands above them."""
    pairs = zip(kind.fields.values(), line.cells, strict=True)
    return [(f, c) for f, c in pairs if f.sensitivity != "sealed" and f.key != "name"]


def _sealed(user: User, kind: Kind, line: Line, key: UUID) -> list[dict[str, Any]]:
    """The sealed fields that hold something, masked, and whether the reader may open them."""
    pairs = zip(kind.fields.values(), line.cells, strict=True)
    held = [(f, c.text) for f, c in pairs if f.sensitivity == "sealed" and c.text]
    may = bool(held) and kind.name == "person" and may_reveal(user, key)
    return [{"field": f, "masked": text, "opens": may} for f, text in held]


# ------------------------------------------------------------------ what is tied to it


def _tables(
    request: HttpRequest, kind: Kind, key: UUID, moment: Moment
) -> Iterable[tuple[str, Table, int]]:
    seen, user = kinds_seen(request), reader(request)
    if kind.name == "household" and "person" in seen:
        yield _members(user, key, moment)
    for name in TABLES[kind.name]:
        if name not in seen:
            continue
        other = VOCABULARY[name]
        rows = tied(user, name, key, moment)
        found = table(Listing((name,), moment), rows.order_by(*usual_order(other))[:FEW],
                      columns_of(other)).filled(but=key)  # fmt: skip
        if found.rows:
            yield said(other.label), found, len(found.rows)


def _members(user: User, key: UUID, moment: Moment) -> tuple[str, Table, int]:
    listing, kind = members_of(user, key, moment), VOCABULARY["person"]
    rows = opens(user, kind, listing.sure()).order_by("sort_key", "pk")
    fields = [kind[k] for k in ("name", "relation", "sex", "age", "education", "phone")]
    found = table(listing, rows[:FEW], fields).filled()
    return _("Members"), found, len(found.rows)


def _place(user: User, kind: Kind, row: Any, moment: Moment) -> dict[str, Any]:
    """What a place lies in, what lies in it, and what else it is or was called."""
    if kind.name != "place":
        where = getattr(row, "place", None)
        return {"where": [*lineage_of(where, moment), where] if where else []}
    inside = placed_under(row, moment)
    return {
        "where": lineage_of(row, moment),
        "inside": list(inside[:500]),
        "aliases": aliases_of(row.fact),
        "former": former_of(row.fact),
    }


# ------------------------------------------------------------------ the line of time


def _time(
    request: HttpRequest, kind: Kind, key: UUID, moment: Moment, sheets: Sequence[Sheet]
) -> dict[str, Any]:
    rows = timeline(reader(request), kind, key, moment)
    # Most lines of time are short: then they are read once and need not be counted first.
    begun = list(rows[: SHORT + 1])
    short = len(begun) <= SHORT
    shown = begun if short else rows
    page = page_of(request, shown, len(begun) if short else rows.count(), size=DAYS)
    return {"page": page, "timeline": _told(moved(list(page.object_list)), key, moment, sheets)}


def _told(
    days: list[Moved], key: UUID, moment: Moment, sheets: Sequence[Sheet]
) -> list[dict[str, Any]]:
    """Each day with what happened, in words; the words of one kind are read in one go."""
    words, changes = dict[UUID, str](), _changes(sheets)
    for name in {d.kind for d in days}:
        kind = VOCABULARY[name]
        if not kind.sheet:
            words |= _summaries(kind, {d.fact for d in days if d.kind == name}, key, moment)
    return [
        {
            "day": day.day,
            "side": day.side,
            "kind": VOCABULARY[day.kind],
            "text": words.get(day.fact, "") or changes.get(day.day, ""),
            "address": "" if VOCABULARY[day.kind].sheet else address_of(day.kind, day.fact),
        }
        for day in days
    ]


def _changes(sheets: Sequence[Sheet]) -> dict[dt.date, str]:
    """What each sheet says otherwise than the one before it, by its first day."""
    found = {}
    for new, old in zip(sheets, sheets[1:], strict=False):
        pairs = zip(new.values, old.values, strict=True)
        told = [f"{said(f.label)} {text or '—'}" for (f, text), (_f, was) in pairs if text != was]
        found[new.began] = " · ".join([*told, new.source] if new.source != old.source else told)
    if sheets:
        found[sheets[-1].began] = sheets[-1].source
    return found


def _summaries(kind: Kind, facts: set[UUID], subject: UUID, moment: Moment) -> dict[UUID, str]:
    """A record in a few words: its columns without the days and without the subject itself."""
    fields = [f for f in columns_of(kind) if f.type != "day"][:6]
    return in_words(kind, facts, fields, moment, without=subject)


# ------------------------------------------------------------------ what is sealed


@never_cache
@require_POST
@says_who_may
def reveal(request: HttpRequest, key: UUID) -> HttpResponse:
    """Opens one sealed field for a stated purpose; shown once, kept nowhere, written down."""
    kind, row = _fetched(request, key, Moment.present())
    field, purpose = request.POST.get("field", ""), request.POST.get("purpose", "").strip()
    if kind.name != "person" or field not in kind:
        raise Http404
    by = By(reader(request), "desk", purpose=purpose[:200])
    try:
        clear = person.reveal(by=by, subject=row, field=field)
    except Refused as refused:
        messages.error(request, refusal(refused))
        return redirect("desk:subject", key)
    except Erased:
        messages.error(request, _("This person was erased; nothing can be opened any more."))
        return redirect("desk:subject", key)
    context = {"title": row.name, "back": reverse("desk:subject", args=[key]),
               "field": kind[field], "clear": clear, "purpose": purpose}  # fmt: skip
    return unkept(render(request, "desk/reveal.html", context))


@never_cache
@require_POST
@says_who_may
def look(request: HttpRequest, key: UUID) -> HttpResponse:
    """Reads the health detail of a person, for those who treat people there; written down."""
    kind, row = _fetched(request, key, Moment.present())
    purpose = request.POST.get("purpose", "").strip()
    if kind.name != "person" or not health_of(reader(request), key).exists():
        raise NotAllowed("health.look")
    try:
        detail = health.look(by=By(reader(request), "desk", purpose=purpose[:200]), subject=row)
    except Refused as refused:
        messages.error(request, refusal(refused))
        return redirect("desk:subject", key)
    context = {"title": row.name, "key": key, "detail": detail, "purpose": purpose}
    return unkept(render(request, "desk/health.html", context))


def unkept(response: HttpResponse) -> HttpResponse:
    """The same answer, kept by no browser and no proxy."""
    response["Cache-Control"] = "no-store, private"
    return response

"""The page of a person, household, place, organisation or site: all that is held about it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.paginator import Page
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bangfu.desk import defect
from bangfu.desk.acts import acts_on
from bangfu.desk.classes import schemes_for
from bangfu.desk.errors import says_who_may
from bangfu.desk.journal import told
from bangfu.desk.kinds import kinds_seen, several
from bangfu.desk.page import (
    Asked,
    address_of,
    asked,
    language,
    name_of,
    page_of,
    reader,
    refusal,
    said,
    subject_or_404,
    unkept,
)
from bangfu.desk.table import Table, by_key, in_words, table, usual_order
from bangfu.ledger.access import (
    NotAllowed,
    health_of,
    kind_for,
    kinds_of,
    may,
    may_reach,
    may_reveal,
    opens,
)
from bangfu.ledger.actions import health, household, person
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.keys import Erased
from bangfu.ledger.models import Duplicate, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.same import goes_on_as
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.ledger.vocabulary.household import LATEST
from bangfu.lists.columns import Line, lines
from bangfu.lists.defects import about
from bangfu.lists.doorstep import home_of
from bangfu.lists.dossier import (
    Moved,
    Sheet,
    erased_on,
    held_of,
    keys_tied,
    latest_days,
    looks_at,
    members_of,
    moved,
    sheets_of,
    timeline,
)
from bangfu.lists.duplicates import merges_of
from bangfu.lists.files import files_beside
from bangfu.lists.household import Calculation, calculation, latest_reckoning
from bangfu.lists.listing import Listing
from bangfu.lists.pages import aliases_of, former_of, keyed, placed_under
from bangfu.lists.places import lineage_of
from bangfu.programmes.kinds import Field, Kind, Label

#: What is shown as a table of its own on each page, besides the line of time.
TABLES: Mapping[str, tuple[str, ...]] = {
    "person": (
        "pairing",
        "enrolment",
        "class",
        "benefit",
        "payout",
        "encounter",
        "post",
        "qualification",
        "practice",
        "affiliation",
        "stint",
        "award",
        "project",
        "need",
    ),
    "household": (
        "pairing", "enrolment", "class", "benefit", "payout", "assurance", "income", "affiliation",
        "award", "need",
    ),
    "organisation": (
        "pairing", "post", "practice", "affiliation", "measure", "project", "award", "need",
    ),
    "site": ("enrolment", "practice", "award", "need"),
    "place": ("pairing", "statistic", "project", "project_part", "stint", "award", "need"),
}  # fmt: skip
#: What of a household stands in its own tables: verdicts, and what was reckoned.
TOLD_BESIDE = frozenset(field.key for field in LATEST)
#: What is shown of each member on the page of a household.
MEMBER = (
    "name", "relation", "sex", "age", "education", "school", "labour", "work_region", "phone",
)  # fmt: skip
#: What the page of a place leads to: the lists of those there, and of what is about them.
THERE = ("household", "person", "organisation", "site", "pairing", "need", "handling", "visit")
_MOVES = Label("人员增减", "Who came and went")
#: Rows of one such table; the whole is a click away on its list.
FEW = 20
DAYS, SHORT = 30, 300
SORTING = ("class.give", "class.propose")


@require_GET
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """All that the reader may see of a subject, on a day."""
    dates = asked(request)
    if dates.present and (goes_on := goes_on_as(key)) and may_reach(reader(request), goes_on):
        messages.info(request, _("That entry was merged; this is the person who goes on."))
        return redirect("desk:subject", goes_on)
    kind, row = subject_or_404(request, key, dates.moment)
    return render(request, "desk/subject.html", _context(request, kind, row, key, dates))


def _context(request: HttpRequest, kind: Kind, row: Any, key: UUID, dates: Asked) -> dict[str, Any]:
    user, moment = reader(request), dates.moment
    kind = kind_for(user, kind)
    line = lines(
        Listing((kind.name,), moment, keys=(key,)),
        keyed(type(row), [row.pk]),
        list(kind.fields.values()),
        language=language(),
    )[0]
    gone, sheets = erased_on(key), sheets_of(kind, key, moment, language())
    reckoned = None if gone else _calculation(user, kind, key, moment)
    return {
        "kind": kind,
        "key": key,
        "subject": row,
        "title": name_of(row),
        "dates": dates,
        "erased": gone,
        "facts": facts_of(kind, line),
        "sealed": [] if gone else sealed_of(user, kind, line, key),
        "reveal": reverse("desk:reveal", args=[key]),
        "sheets": sheets,
        "health": kind.name == "person" and not gone and health_of(user, key).exists(),
        "looked_at": kind.name in ("person", "household"),
        "looks": told(looks_at(key)[:DAYS]) if kind.name in ("person", "household") else [],
        "acts": acts_on(user, kind, key, row, but=_refused(user, kind, line, moment))
        if dates.present and not gone
        else [],
        "defects": _defects(user, key) if dates.present and not gone else [],
        "files": [] if gone else files_beside(user, kind, key, moment),
        "asked": request.GET,
        "merges": _merges(user, kind, key),
        "calculation": reckoned,
        **_place(request, kind, row, dates),
        **_tied(request, kind, key, moment, sheets, but={"income"} if reckoned else set()),
    }


def _refused(user: User, kind: Kind, line: Line, moment: Moment) -> Collection[str]:
    """What nobody can do here: sort whom no programme sorts, or what the household stands against.

    Who lives in a household joins none, who lives in none leaves none; from who lives alone nobody
    parts, and nobody else can be the head.
    """
    if kind.name not in ("person", "household"):
        return ()
    unsorted = () if _sorted_by(user, line.fact) else SORTING
    if kind.name == "household":
        alone = len(home_of(kind, line.fact, moment)[1]) < 2
        return (*unsorted, "household.split", "household.change_head") if alone else unsorted
    told = dict(zip(kind.fields, line.cells, strict=True))
    return (*unsorted, "household.join" if told["household"].text else "household.leave")


def _sorted_by(user: User, key: UUID) -> bool:
    """Whether a programme sorts the subject, as far as the account may do so at all."""
    return any(may(user, verb) for verb in SORTING) and bool(schemes_for(user, key))


def _defects(user: User, key: UUID) -> list[defect.Line]:
    """What the rules of data quality find wrong with the record, each with its form."""
    if "defect" not in kinds_of(user):
        return []
    return defect.beside(user, about(user, [key], most=FEW))


def _merges(user: User, kind: Kind, key: UUID) -> list[tuple[Duplicate, Subject]]:
    """By which merges others went into a person, and who they were; for who may take them back."""
    if kind.name != "person" or not may(user, "duplicate.undo"):
        return []
    return [(pair, pair.other if pair.one_id == key else pair.one) for pair in merges_of(user, key)]


def facts_of(kind: Kind, line: Line) -> list[tuple[Field, Any]]:
    """The fields in clear with their values, those of the long form where they are filled in.

    The name stands above them.
    """
    pairs = zip(kind.fields.values(), line.cells, strict=True)
    clear = [(f, c) for f, c in pairs if f.sensitivity != "sealed" and f.key != "name"]
    return [(f, c) for f, c in clear if f.column or (c.text and f.key not in TOLD_BESIDE)]


def sealed_of(user: User, kind: Kind, line: Line, key: UUID) -> list[dict[str, Any]]:
    """The sealed fields that hold something, masked, and whether the reader may open them."""
    pairs = zip(kind.fields.values(), line.cells, strict=True)
    held = [(f, c.text) for f, c in pairs if f.sensitivity == "sealed" and c.text]
    may = bool(held) and kind.name in _OPENING and may_reveal(user, key)
    return [{"field": f, "masked": text, "opens": may} for f, text in held]


# ------------------------------------------------------------------ what is tied to it


def _tied(
    request: HttpRequest,
    kind: Kind,
    key: UUID,
    moment: Moment,
    sheets: Sequence[Sheet],
    *,
    but: Collection[str],
) -> dict[str, Any]:
    """The tables of what stands on the day and the line of time; each record is read once.

    ``but`` are kinds that stand elsewhere on the page.
    """
    page = _days(request, kind, key, moment)
    days = moved(list(page.object_list))
    standing = {
        name: facts
        for name, facts in _standing(request, kind, key, moment).items()
        if name not in but
    }
    wanted = {name: {*facts} for name, facts in standing.items()}
    for day in days:
        if not VOCABULARY[day.kind].sheet:
            wanted.setdefault(day.kind, set()).add(day.fact)
    drawn = {name: by_key(VOCABULARY[name], facts, moment) for name, facts in wanted.items()}
    return {
        "page": page,
        "timeline": _told(days, drawn, key, sheets),
        "tables": list(_tables(request, kind, key, moment, standing, drawn)),
    }


def _standing(request: HttpRequest, kind: Kind, key: UUID, moment: Moment) -> dict[str, list[UUID]]:
    """The keys of the records that stand on the day, by their kind, in their usual order."""
    found, held = {}, held_of(key)
    for name in TABLES[kind.name]:
        if name in held and name in kinds_seen(request):
            order = usual_order(VOCABULARY[name])
            found[name] = keys_tied(reader(request), name, key, moment, most=FEW, order=order)
    return {name: facts for name, facts in found.items() if facts}


def _tables(
    request: HttpRequest,
    kind: Kind,
    key: UUID,
    moment: Moment,
    standing: Mapping[str, Sequence[UUID]],
    drawn: Mapping[str, Table],
) -> Iterable[tuple[str, Table, int]]:
    if kind.name == "household" and "person" in kinds_seen(request):
        yield members(reader(request), key, moment)
    for name, facts in standing.items():
        found = drawn[name].only(facts).filled(but=key)
        yield said(VOCABULARY[name].label), found, len(found.rows)


def members(user: User, key: UUID, moment: Moment) -> tuple[str, Table, int]:
    """The members of a household on a day, as a table with its heading and its number of rows."""
    listing, kind = members_of(user, key, moment), VOCABULARY["person"]
    rows = opens(user, kind, listing.sure()).order_by("sort_key", "pk")
    found = table(listing, rows[:FEW], [kind[key] for key in MEMBER]).filled()
    return _("Members"), found, len(found.rows)


def _calculation(user: User, kind: Kind, key: UUID, moment: Moment) -> Calculation | None:
    """How the latest income of a household was reckoned."""
    found = latest_reckoning(user, key, moment) if kind.name == "household" else None
    return calculation(user, found, moment) if found else None


def _place(request: HttpRequest, kind: Kind, row: Any, dates: Asked) -> dict[str, Any]:
    """What a place lies in, what lies in it, and what else it is or was called."""
    moment = dates.moment
    if kind.name != "place":
        where = getattr(row, "place", None)
        return {"where": [*lineage_of(where, moment), where] if where else []}
    inside = placed_under(row, moment)
    return {
        "where": lineage_of(row, moment),
        "inside": list(inside[:500]),
        "aliases": aliases_of(row.fact),
        "former": former_of(row.fact),
        "there": list(_there(request, row.fact, dates)),
    }


def _there(request: HttpRequest, place: UUID, dates: Asked) -> Iterator[tuple[str, Label]]:
    """The lists of a place: the address of each on the day, and what it lists."""
    for kind in (VOCABULARY[name] for name in THERE if name in kinds_seen(request)):
        word = "subject.place" if "subject" in kind else "place"
        asked = f"?{word}={place}{dates.parameters.replace('?', '&')}"
        yield reverse("desk:list", args=[kind.name]) + asked, several(kind)
    if "person" in kinds_seen(request):
        month = f"?month={dates.moment.on:%Y-%m}"
        yield reverse("desk:moves", args=[place]) + month, _MOVES


# ------------------------------------------------------------------ the line of time


def _days(request: HttpRequest, kind: Kind, key: UUID, moment: Moment) -> Page[Any]:
    # Most lines of time are short: then they are read once and need not be counted first.
    begun = latest_days(reader(request), kind, key, moment, most=SHORT + 1)
    if len(begun) <= SHORT:
        return page_of(request, begun, len(begun), size=DAYS)
    rows = timeline(reader(request), kind, key, moment)
    return page_of(request, rows, rows.count(), size=DAYS)


def _told(
    days: list[Moved], drawn: Mapping[str, Table], key: UUID, sheets: Sequence[Sheet]
) -> list[dict[str, Any]]:
    """Each day with what happened, in words."""
    changes = _changes(sheets)
    words = {
        row.fact: in_words(VOCABULARY[name], row, without=key)
        for name, found in drawn.items()
        for row in found.rows
    }
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


# ------------------------------------------------------------------ what is sealed


#: The actions that open one sealed field of a subject.
_OPENING: Mapping[str, Callable[..., str]] = {
    "person": person.reveal,
    "household": household.reveal,
}


def _in_word(field: Field, clear: str) -> str:
    """What was opened, in words where it is a code."""
    return said(field.codes[clear]) if clear in field.codes else clear


@never_cache
@require_POST
@says_who_may
def reveal(request: HttpRequest, key: UUID) -> HttpResponse:
    """Opens one sealed field for a stated purpose; shown once, kept nowhere, written down."""
    kind, row = subject_or_404(request, key, Moment.present())
    field, purpose = request.POST.get("field", ""), request.POST.get("purpose", "").strip()
    if kind.name not in _OPENING or field not in kind:
        raise Http404
    by = By(reader(request), "desk", purpose=purpose[:200])
    try:
        clear = _OPENING[kind.name](by=by, subject=row, field=field)
    except Refused as refused:
        messages.error(request, refusal(refused))
        return redirect("desk:subject", key)
    except Erased:
        messages.error(request, _("This person was erased; nothing can be opened any more."))
        return redirect("desk:subject", key)
    context = {"title": row.name, "back": reverse("desk:subject", args=[key]),
               "field": kind[field], "clear": _in_word(kind[field], clear),
               "purpose": purpose}  # fmt: skip
    return unkept(render(request, "desk/reveal.html", context))


@never_cache
@require_POST
@says_who_may
def look(request: HttpRequest, key: UUID) -> HttpResponse:
    """Reads the health detail of a person, for those who treat people there; written down."""
    kind, row = subject_or_404(request, key, Moment.present())
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

"""The page of any other record: its fields, how it came to be so, and what the journal says."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST

from bangfu.desk.acts import acts_on
from bangfu.desk.agreement import owed_by
from bangfu.desk.errors import says_who_may
from bangfu.desk.journal import told
from bangfu.desk.page import asked, language, reader, refusal, said, unkept
from bangfu.desk.table import table
from bangfu.ledger import clock
from bangfu.ledger.access import may_reveal
from bangfu.ledger.actions import need
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.keys import Erased
from bangfu.ledger.models import Activity, Agreement, Fact, Task
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import Cell, lines
from bangfu.lists.dossier import events_about, opened_or_ended, versions_of
from bangfu.lists.files import files_beside
from bangfu.lists.listing import Listing
from bangfu.lists.pages import of_keys
from bangfu.lists.tasks import tasks_of_meeting
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind


@require_GET
def show(request: HttpRequest, kind: str, key: UUID) -> HttpResponse:
    """A record with all its fields, on a day."""
    if kind not in VOCABULARY:
        raise Http404
    if kind in SUBJECT_KINDS:
        return redirect("desk:subject", key)
    if kind in ("document", "file", "handover"):
        return redirect(f"desk:{kind}", key)
    of, dates = VOCABULARY[kind], asked(request)
    row = opened_or_ended(reader(request), of, key, dates.moment)
    if row is None:
        raise Http404
    fields = list(of.fields.values())
    drawn = table(Listing((kind,), dates.moment), of_keys(row, [row.pk]), fields)
    named = list(zip(fields, drawn.rows[0].cells, strict=False))
    context = {
        "kind": of,
        "key": key,
        "title": said(of.label),
        "dates": dates,
        "acts": acts_on(reader(request), of, key, row) if dates.present else [],
        "facts": [(f, c) for f, c in named if (c.text or f.column) and not _opens(of, f)],
        "sealed": _sealed(request, of, row, named),
        "reveal": reverse("desk:record_reveal", args=[kind, key]),
        "programme": drawn.rows[0].cells[-1] if len(drawn.columns) > len(fields) else None,
        "tasks": _tasks(request, row),
        "owed": owed_by(row, dates.moment) if isinstance(row, Agreement) else [],
        "on": clock.today(),
        "versions": _versions(of, key),
        "events": told(events_about(key)[:50]),
        "files": files_beside(reader(request), of, key),
    }
    return render(request, "desk/record.html", context)


def _tasks(request: HttpRequest, row: Any) -> list[Task]:
    """What was decided, where the record is a meeting."""
    if isinstance(row, Activity) and row.kind == "meeting":
        return tasks_of_meeting(reader(request), row.fact)
    return []


def _opens(kind: Kind, field: Field) -> bool:
    """Whether a field of a record can be opened by itself: the sealed words of a need."""
    return kind.name == "need" and field.key in need.SEALED


def _sealed(
    request: HttpRequest, kind: Kind, row: Any, named: Sequence[tuple[Field, Cell]]
) -> list[dict[str, Any]]:
    """The sealed words that a need holds, and whether the reader may open them."""
    held = [(f, c.text) for f, c in named if _opens(kind, f) and c.text]
    may = bool(held) and may_reveal(reader(request), row.subject_id)
    return [{"field": f, "masked": text, "opens": may} for f, text in held]


@never_cache
@require_POST
@says_who_may
def reveal(request: HttpRequest, kind: str, key: UUID) -> HttpResponse:
    """Opens the sealed words of a need for a stated purpose; shown once, written down."""
    field, purpose = request.POST.get("field", ""), request.POST.get("purpose", "").strip()
    of = VOCABULARY[kind] if kind in VOCABULARY else None
    if of is None or field not in of or not _opens(of, of[field]):
        raise Http404
    row = opened_or_ended(reader(request), of, key, Moment.present())
    if row is None:
        raise Http404
    back = reverse("desk:record", args=[kind, key])
    by = By(reader(request), "desk", purpose=purpose[:200])
    try:
        clear = need.reveal(by=by, need=row, field=field)
    except Refused as refused:
        messages.error(request, refusal(refused))
        return redirect(back)
    except Erased:
        messages.error(request, _("This person was erased; nothing can be opened any more."))
        return redirect(back)
    context = {"title": said(of.label), "back": back, "field": of[field], "clear": clear,
               "purpose": purpose}  # fmt: skip
    return unkept(render(request, "desk/reveal.html", context))


def _versions(kind: Kind, key: UUID) -> list[dict[str, Any]]:
    """Earlier rows of the record with what was different in each."""
    rows = versions_of(kind, key)
    if len(rows) < 2:
        return []
    fields = [f for f in kind.fields.values() if f.type != "many" and f.sensitivity != "sealed"]
    texts = _texts(kind, rows, fields)
    return [
        {
            "row": row,
            "texts": [
                (field, texts[row.pk][field.key])
                for field in fields
                if len({texts[other.pk][field.key] for other in rows}) > 1
            ],
        }
        for row in rows
    ]


def _texts(kind: Kind, rows: Sequence[Fact], fields: list[Field]) -> dict[UUID, dict[str, str]]:
    """The values of single rows in words; rows of one fact are read one by one."""
    listing = Listing((kind.name,), Moment.present())
    found = {}
    for row in rows:
        line = lines(listing, of_keys(row, [row.pk]), fields, language=language())[0]
        found[row.pk] = {f.key: c.text for f, c in zip(fields, line.cells, strict=True)}
    return found

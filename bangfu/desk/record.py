"""The page of any other record: its fields, how it came to be so, and what the journal says."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET

from bangfu.desk.journal import told
from bangfu.desk.page import asked, language, reader, said
from bangfu.desk.table import table
from bangfu.ledger.access import fetch, visible
from bangfu.ledger.conditions import model_of
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import lines
from bangfu.lists.dossier import events_about, versions_of
from bangfu.lists.listing import Listing
from bangfu.programmes.kinds import SUBJECT_KINDS, Field, Kind


@require_GET
def show(request: HttpRequest, kind: str, key: UUID) -> HttpResponse:
    """A record with all its fields, on a day."""
    if kind not in VOCABULARY:
        raise Http404
    if kind in SUBJECT_KINDS:
        return redirect("desk:subject", key)
    if kind == "document":
        return redirect("desk:document", key)
    of, dates = VOCABULARY[kind], asked(request)
    row = _fetched(request, of, key, dates.moment)
    fields = list(of.fields.values())
    shown = model_of(of)._default_manager.filter(pk=row.pk)
    drawn = table(Listing((kind,), dates.moment), shown, fields)
    named = zip(fields, drawn.rows[0].cells, strict=False)
    context = {
        "kind": of,
        "key": key,
        "title": said(of.label),
        "dates": dates,
        "facts": [(f, c) for f, c in named if c.text or f.column],
        "programme": drawn.rows[0].cells[-1] if len(drawn.columns) > len(fields) else None,
        "versions": _versions(of, key),
        "events": told(events_about(key)[:50]),
    }
    return render(request, "desk/record.html", context)


def _fetched(request: HttpRequest, kind: Kind, key: UUID, moment: Moment) -> Any:
    """The record on the day; one that has ended since, as it was on its last day."""
    user = reader(request)
    row = fetch(user, kind, key, moment=moment)
    if row is None and kind.nature != "event":
        model: Any = model_of(kind)
        last = model.objects.known(moment.known_at).filter(fact=key, ended__lte=moment.on)
        if found := last.order_by("-ended").first():
            on = moment.on_day(found.ended)
            row = visible(user, kind, moment=on).filter(pk=found.pk).first()
    if row is None:
        raise Http404
    return row


def _versions(kind: Kind, key: UUID) -> list[dict[str, Any]]:
    """Earlier rows of the record with what was different in each."""
    rows = versions_of(kind, key)
    if len(rows) < 2:
        return []
    fields = [f for f in kind.fields.values() if f.type != "many" and f.sensitivity != "sealed"]
    model: Any = model_of(kind)
    shown = model._default_manager.filter(pk__in=[row.pk for row in rows])
    texts = _texts(kind, shown, fields)
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


def _texts(kind: Kind, shown: Any, fields: list[Field]) -> dict[Any, dict[str, str]]:
    """The values of single rows in words; rows of one fact are read one by one."""
    listing = Listing((kind.name,), Moment.present())
    found = {}
    for pk in shown.values_list("pk", flat=True):
        line = lines(listing, shown.filter(pk=pk), fields, language=language())[0]
        found[pk] = {f.key: c.text for f, c in zip(fields, line.cells, strict=True)}
    return found

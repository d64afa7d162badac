"""What is read up: the code books of the fields, and the dated values of programmes."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bangfu.desk.page import asked, reader, said
from bangfu.ledger.meaning import Meaning, NotInForce
from bangfu.ledger.models import Programme
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.pages import programmes_of
from bangfu.programmes.kinds import Field, Kind
from bangfu.programmes.readback import Passage, entry_readback


@require_GET
def codes(request: HttpRequest) -> HttpResponse:
    """The words that each field with a code book may hold, by kind."""
    text = request.GET.get("q", "").strip()[:40]
    books = [(kind, _books(kind, text)) for kind in map(VOCABULARY.__getitem__, VOCABULARY)]
    context = {
        "title": _("Code books"),
        "books": [(kind, fields) for kind, fields in books if fields],
        "text": text,
    }
    return render(request, "desk/codes.html", context)


def _books(kind: Kind, text: str) -> list[Field]:
    """The fields of a kind that have a code book, of a basic kind's own only once."""
    basic = VOCABULARY[kind.basic].fields if kind.basic else {}
    own = [f for key, f in kind.fields.items() if f.codes and basic.get(key) != f]
    return [field for field in own if _speaks_of(field, text)]


def _speaks_of(field: Field, text: str) -> bool:
    words = [field.label, *field.codes.values()]
    return any(text.lower() in said(label).lower() for label in words)


@require_GET
def parameters(request: HttpRequest) -> HttpResponse:
    """The dated values of the programmes that the reader sees, with the papers that set them."""
    dates = asked(request)
    programmes = programmes_of(reader(request)).order_by("title")
    context = {
        "title": _("Dated values"),
        "dates": dates,
        "programmes": [(one, _values(one, dates.moment)) for one in programmes],
    }
    return render(request, "desk/parameters.html", context)


def _values(programme: Programme, moment: Moment) -> list[Passage]:
    try:
        file = Meaning.of(programme, moment).file
    except NotInForce:
        return []
    return [entry_readback(file, "value", name) for name, _entry in file.entries("value")]

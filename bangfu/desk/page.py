"""What every page of the desk begins with: who asks, in which language, about which two dates."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from typing import Any, TypeVar, cast
from urllib.parse import quote, urlencode
from uuid import UUID

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponseBase
from django.urls import get_script_prefix, reverse
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from bangfu.ledger import clock
from bangfu.ledger.access import fetch
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.meaning import Meaning, NotInForce
from bangfu.ledger.models import Programme, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import Language, label
from bangfu.lists.dossier import kind_of_key
from bangfu.lists.figure import Figure
from bangfu.lists.milestones import Milestones
from bangfu.lists.numbers import Number
from bangfu.lists.pages import programme_for
from bangfu.lists.wording import definition, number_text
from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label
from bangfu.programmes.units import in_unit

Answer = TypeVar("Answer", bound=HttpResponseBase)

#: Rows on one page of a list.
PAGE_SIZE = 50
#: Words of an address that are no field of any kind.
RESERVED = frozenset(
    (
        "on", "known", "sort", "page", "columns", "q", "format", "since", "trend",
        "saved", "base", "print", "going",
    )
)  # fmt: skip


def language() -> Language:
    """The language of the page under way."""
    return "en" if (get_language() or "").startswith("en") else "zh"


def said(of: Label) -> str:
    """A label in the language of the page."""
    return label(of, language())


def reader(request: HttpRequest) -> User:
    """The account that asks; pages of the desk are closed to strangers before this."""
    return cast(User, request.user)


def programme_or_404(request: HttpRequest, name: str) -> Programme:
    """A programme with which the reader has to do; else nothing is said of it."""
    found = programme_for(reader(request), name)
    if found is None:
        raise Http404
    return found


def subject_or_404(request: HttpRequest, key: UUID, moment: Moment) -> tuple[Kind, Any]:
    """A subject that the reader may open on the day, with its kind; of others nothing is said."""
    kind = kind_of_key(key)
    row = fetch(reader(request), kind, key, moment=moment) if kind else None
    if kind is None or row is None:
        raise Http404
    return kind, row


def record_or_404(request: HttpRequest, kind: str, key: UUID) -> Any:
    """A record of a kind that the reader may open today; of others nothing is said."""
    row = fetch(reader(request), VOCABULARY[kind], key)
    if row is None:
        raise Http404
    return row


def name_of(row: Any) -> str:
    """What a subject is called; one that was erased has no name any more."""
    return row.name or _("(erased)")


def meaning_at(programme: Programme, dates: Asked) -> Meaning:
    """The programme's file at two dates; before it was known there is none, and that is said."""
    try:
        return Meaning.of(programme, dates.moment)
    except NotInForce as never:
        raise Http404(_("By that date this programme was not known yet.")) from never


def whole_number(text: str | None, *, default: int = 1) -> int:
    """A number out of an address; nonsense counts as the default."""
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 8 else default


def day_of(text: str | None) -> dt.date | None:
    """A day out of an address or a form: 2026-11-22; None for anything else."""
    try:
        return dt.date.fromisoformat(text) if text and len(text) == 10 else None
    except ValueError:
        return None


@dataclass(frozen=True, slots=True)
class Asked:
    """The two dates a page was asked for, as they stood in its address."""

    moment: Moment
    on: str
    known: str
    wrong: tuple[str, ...] = ()

    @property
    def present(self) -> bool:
        """Whether the page shows today, as known now."""
        return not self.on and not self.known

    @property
    def parameters(self) -> str:
        """The two dates for the address of another page; empty at present."""
        pairs = [(k, v) for k, v in (("on", self.on), ("known", self.known)) if v]
        return "?" + urlencode(pairs) if pairs else ""


def asked(request: HttpRequest, *, default: dt.date | None = None) -> Asked:
    """Both dates of an address; ``default`` is the day when none is said."""
    wrong = []
    said_on, said_known = request.GET.get("on", "").strip(), request.GET.get("known", "").strip()
    on, known = day_of(said_on), day_of(said_known)
    if said_on and on is None:
        wrong.append(_("“%(text)s” is not a day; write it as 2026-11-22.") % {"text": said_on})
    if said_known and known is None:
        wrong.append(_("“%(text)s” is not a day; write it as 2026-11-22.") % {"text": said_known})
    if known is not None and known >= clock.today():
        known = None
    moment = Moment(on or default or clock.today(), clock.end_of(known) if known else None)
    return Asked(
        moment,
        on.isoformat() if on else "",
        known.isoformat() if known else "",
        tuple(wrong),
    )


def address_of(kind: str, key: UUID) -> str:
    """The page of a record: subjects, papers and files have their own, all others share one."""
    before, after = _around_key(kind, get_script_prefix())
    return f"{before}{key}{after}"


@cache
def _around_key(kind: str, _under: str) -> tuple[str, str]:
    """What an address says before a record's key and after it: a list names hundreds of records."""
    if kind in SUBJECT_KINDS or kind == "subject":
        address = reverse("desk:subject", args=[UUID(int=0)])
    elif kind in ("document", "file", "handover", "proceeding", "round"):
        address = reverse(f"desk:{kind}", args=[UUID(int=0)])
    else:
        address = reverse("desk:record", args=[kind, UUID(int=0)])
    before, _key, after = address.partition(str(UUID(int=0)))
    return before, after


def refusal(refused: Refused) -> str:
    """What an action said against it, in the language of the page."""
    if language() == "zh" and "zh" in refused.parts:
        return str(refused.parts["zh"])
    text = _(refused.message)
    return text % refused.parts if refused.parts else text


def number_said(figure: Figure, value: Number) -> str:
    """One number of a figure on a screen: thousands parted, yuan with two decimals, shares in %."""
    if figure.is_share:
        return number_text(figure, value)
    if figure.is_average and not figure.is_money:
        return f"{Decimal(number_text(figure, value)):,}"
    exact = value if isinstance(value, int | Decimal) else Decimal(float(value))
    if figure.is_money:
        return f"{Decimal(exact) / 100:,.2f}"
    whole = f"{Decimal(exact):,f}"
    return whole.rstrip("0").rstrip(".") if "." in whole else whole


def words_of(figure: Figure) -> Label:
    """What a figure counts, in words beside its title and its unit, and so without both."""
    words = definition(figure, figure.moment)
    zh, en = _untitled(words.zh, figure.title), _untitled(words.en, figure.title)
    if figure.unit:
        unit = in_unit(figure.unit)
        zh, en = zh.replace(f",{unit.zh}", ""), en.replace(f", {unit.en}", "")
    return Label(zh, en)


def _untitled(text: str, title: str) -> str:
    for mark in (f"“{title}”:", f"“{title}”: "):
        rest = text.removeprefix(mark)
        if rest != text:
            return rest.strip()
    return text


class Known(Paginator):  # type: ignore[type-arg]
    """Pages of something whose length is known already."""

    def __init__(self, rows: object, total: int, *, size: int = PAGE_SIZE) -> None:
        super().__init__(rows, size)  # type: ignore[arg-type]
        self.total = total

    @property
    def count(self) -> int:
        return self.total


def page_of(request: HttpRequest, rows: object, total: int, *, size: int = PAGE_SIZE) -> Page[Any]:
    """The page of some rows that the address asks for, or the last one there is."""
    far = Milestones(rows) if isinstance(rows, QuerySet) else rows
    return Known(far, total, size=size).get_page(whole_number(request.GET.get("page")))


def unkept(response: Answer) -> Answer:
    """The same answer, kept by no browser and no proxy."""
    response["Cache-Control"] = "private, no-store"
    return response


def as_file(response: Answer, name: str, how: str = "attachment") -> Answer:
    """The same answer as a file of that name, kept by nobody else than who takes it."""
    response["Content-Disposition"] = f"{how}; filename*=UTF-8''{quote(name)}"
    return unkept(response)


def back_to(address: str, otherwise: str) -> str:
    """Where a form says that it was sent from, if that is a page of ours; else another page."""
    ours = url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return address if ours and address.startswith("/") else otherwise

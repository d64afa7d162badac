"""Filters of a list: out of the vocabulary into a form, out of an address into a condition."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal, InvalidOperation
from typing import Any, Literal
from uuid import UUID

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext as _

from bangfu.desk.page import day_of, said
from bangfu.ledger.actions.saved_list import is_key
from bangfu.ledger.divisions import full_code
from bangfu.ledger.models import Place, User
from bangfu.ledger.moment import Moment
from bangfu.lists.pages import keys_named, open_names, places_meant
from bangfu.lists.places import Found
from bangfu.lists.today import going
from bangfu.programmes.kinds import Field, Kind, Label

Sort = Literal["text", "choice", "range", "days"]
Choices = tuple[tuple[str, str], ...]
#: The value that asks for records in which a field is not filled in.
BLANK = "-"


@dataclass(frozen=True, slots=True)
class Control:
    """One filter as the form shows it; a range has two inputs, everything else one.

    ``several`` are the values of a choice of more than one. ``held`` are keys of records that were
    picked before, and ``held_as`` what they are called; what is typed takes their place. ``blank``
    says of a range whether those are asked for in which nothing is filled in.
    """

    key: str
    label: str
    sort: Sort
    value: str = ""
    upper: str = ""
    choices: Choices = ()
    hint: str = ""
    held: tuple[str, ...] = ()
    held_as: str = ""
    several: tuple[str, ...] = ()
    blank: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A filter in force, in words, and the address of the same list without it."""

    text: str
    without: str


@dataclass(slots=True)
class Filters:
    """What an address asks of a list."""

    where: dict[str, Any] = field(default_factory=dict)
    controls: list[Control] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)
    nothing: bool = False


def read(kind: Kind, asked: QueryDict, user: User, named: Mapping[str, Choices]) -> Filters:
    """The filters of a kind with what an address says of each.

    ``named``: the choices of fields whose words a programme agrees on.
    """
    found = Filters()
    for one in _asked_about(kind):
        _Reader(found, one, asked, user, named).read()
    return found


def of_going(
    asked: QueryDict, found: Filters, rows: QuerySet[Any], moment: Moment
) -> QuerySet[Any]:
    """The rows of programmes that go on, where an address asks for no others, with its filter."""
    if not any(one.name == "programme" for one in rows.model._meta.get_fields()):
        return rows
    wanted, told = asked.get("going", "") == "yes", _("going on")
    found.controls.append(
        Control("going", _("Programmes"), "choice", "yes" * wanted, choices=(("yes", told),))
    )
    if not wanted:
        return rows
    label = _("%(field)s: %(value)s") % {"field": _("Programmes"), "value": told}
    found.chips.append(Chip(label, without(asked, "going")))
    return rows.filter(going(moment))


def _asked_about(kind: Kind) -> Iterator[Field]:
    """The fields that can be asked about; a subject's name has the search box for itself."""
    for one in kind.fields.values():
        if one.sensitivity != "sealed" and one.to not in ("activity", "document", "fund"):
            if not (one.key in ("name", "code") and kind.name in _NAMED):
                yield one
                if one.key == "subject":
                    yield _where_lies(one)


def _where_lies(subject: Field) -> Field:
    """The question where those lie whom a record is about: in a place and all that is in it."""
    zh, en = subject.label.zh, subject.label.en
    told = Label(f"{zh}所在地", f"Place ({en[0].lower()}{en[1:]})")
    return replace(subject, key=f"{subject.key}.place", label=told, to="place")


_NAMED = ("person", "household", "place", "organisation", "site")


def without(asked: QueryDict, *keys: str) -> str:
    """The address of a list without some of its words, from its first page on."""
    rest = asked.copy()
    for key in (*keys, "page"):
        rest.pop(key, None)
    return "?" + rest.urlencode()


@dataclass(slots=True)
class _Reader:
    filters: Filters
    field: Field
    asked: QueryDict
    user: User
    named: Mapping[str, Choices]

    def read(self) -> None:
        match self.field.type:
            case "number" | "money":
                self._range("min", "max", "at_least", "at_most")
            case "day":
                self._days()
            case "ranked":
                self._ranked()
            case "flag":
                self._flag()
            case "one" | "many":
                self._pointer()
            case "code":
                self._code()
            case _:
                self._text()

    # -------------------------------------------------------------- what is said of a field

    def _said(self, part: str = "") -> str:
        return self.asked.get(self._key(part), "").strip()

    def _key(self, part: str = "") -> str:
        return f"{self.field.key}.{part}" if part else self.field.key

    def _ask(self, value: Any) -> None:
        key, _dot, of_it = self.field.key.partition(".")
        line = {key: {of_it: value} if of_it else value}
        if key in self.filters.where:
            line = {"any": [line]}
        self.filters.where |= line

    def _chip(self, text: str, *keys: str) -> None:
        label = said(self.field.label)
        self.filters.chips.append(
            Chip(_("%(field)s: %(value)s") % {"field": label, "value": text},
                 without(self.asked, *keys))
        )  # fmt: skip

    def _control(self, sort: Sort, **more: Any) -> None:
        self.filters.controls.append(Control(self.field.key, said(self.field.label), sort, **more))

    def _blank(self, text: str) -> bool:
        """Whether it is asked for records in which the field is empty; then that is done."""
        if text != BLANK:
            return False
        self._ask({"known": False})
        self._chip(_("not filled in"), self._key())
        return True

    # -------------------------------------------------------------- sorts of fields

    def _range(self, low: str, high: str, least: str, most: str) -> None:
        if self._blank(self._said()):
            self._control("range", blank=True)
            return
        bounds: dict[str, Any] = {}
        told = {least: self._said(low), most: self._said(high)}
        for word, text in told.items():
            if text:
                self._bound(bounds, word, text)
        if bounds:
            self._ask(bounds)
            self._chip(self._between(told[least], told[most]), self._key(low), self._key(high))
        self._control("range", value=told[least], upper=told[most])

    def _bound(self, bounds: dict[str, Any], word: str, text: str) -> None:
        try:
            number = Decimal(text)
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or abs(number) >= Decimal(10) ** 12:
            self._wrong(_("“%(text)s” is not a number.") % {"text": text})
            return
        bounds[word] = int(number) if number == number.to_integral() else float(number)

    def _between(self, low: str, high: str) -> str:
        if low and high:
            return _("%(low)s to %(high)s") % {"low": low, "high": high}
        if low:
            return _("%(low)s or more") % {"low": low}
        return _("%(high)s or less") % {"high": high}

    def _days(self) -> None:
        if self._blank(self._said()):
            self._control("days", blank=True)
            return
        low, high = self._said("from"), self._said("to")
        bounds: dict[str, Any] = {}
        for word, text in (("from", low), ("to", high)):
            if text and (day := day_of(text)):
                bounds[word] = day
            elif text:
                message = _("“%(text)s” is not a day; write it as 2026-11-22.")
                self._wrong(message % {"text": text})
        if bounds:
            self._ask(bounds)
            self._chip(self._from_to(low, high), self._key("from"), self._key("to"))
        self._control("days", value=low, upper=high)

    def _from_to(self, low: str, high: str) -> str:
        if low and high:
            return _("%(low)s to %(high)s") % {"low": low, "high": high}
        return _("from %(low)s") % {"low": low} if low else _("until %(high)s") % {"high": high}

    def _ranked(self) -> None:
        text, codes = self._said(), self.field.codes
        if text in codes:
            self._ask({"at_least": text})
            self._chip(_("%(low)s or above") % {"low": said(codes[text])}, self._key())
        elif text and not self._blank(text):
            self._wrong(_("“%(text)s” is none of the choices.") % {"text": text})
        hint = _("at least")
        self._control("choice", value=text, hint=hint, choices=self._choices())

    def _flag(self) -> None:
        text = self._said()
        words = {"yes": _("yes"), "no": _("no")}
        if text in words:
            self._ask(text == "yes")
            self._chip(words[text], self._key())
        elif text:
            self._blank(text)
        choices = (*words.items(), (BLANK, _("not filled in")))
        self._control("choice", value=text, choices=choices)

    def _code(self) -> None:
        several = [v.strip() for v in self.asked.getlist(self._key()) if v.strip()]
        known = dict((*self.named.get(self.field.key, ()), *self._choices()))
        if several == [BLANK]:
            self._blank(BLANK)
        elif several:
            self._ask(several)
            texts = [known.get(v, v) for v in several]
            self._chip(_(" or ").join(texts), self._key())
            for value in several if self.field.codes else ():
                if value not in known:
                    self._wrong(_("“%(text)s” is none of the choices.") % {"text": value})
        if self.field.codes:
            self._choose(several, self._choices())
        else:
            self._open_code(several)

    def _choose(self, several: Sequence[str], choices: Choices) -> None:
        """One choice, or several at once where the address asks for several."""
        more = tuple(several) if len(several) > 1 else ()
        self._control("choice", value=several[0] if several else "", several=more, choices=choices)

    def _open_code(self, several: Sequence[str]) -> None:
        """A word that programmes agree on: chosen where the programme says which there are."""
        value = several[0] if several else ""
        if named := self.named.get(self.field.key):
            self._choose(several, named)
        else:
            self._control("text", value=value)

    def _choices(self) -> Choices:
        told = tuple((code, said(label)) for code, label in self.field.codes.items())
        return (*told, (BLANK, _("not filled in")))

    def _text(self) -> None:
        text = self._said()
        if text and not self._blank(text):
            self._ask(text)
            self._chip(f"“{text}”", self._key())
        self._control("text", value=text, hint=_("the whole text"))

    def _pointer(self) -> None:
        values = [v.strip() for v in self.asked.getlist(self._key()) if v.strip()]
        picked = [value for value in values if is_key(value)]
        typed = next((value for value in values if value not in picked), "")
        held_as = ""
        if typed and not self._blank(typed):
            keys, shown = self._meant(typed)
            self._ask(keys)
            self._chip(shown, self._key())
            if not keys:
                self._find_nobody(typed)
        elif picked and not typed:
            held_as = self._picked(picked)
        hint = _("name, initials or code") if self.field.to == "place" else _("name or initials")
        held = tuple(picked) if held_as else ()
        self._control("text", value=typed, hint=hint, held=held, held_as=held_as)

    def _picked(self, picked: Sequence[str]) -> str:
        """Ask for records by their keys, as far as they open; what they are called."""
        open_to_them = open_names(self.user, self.field.to, map(UUID, picked))
        self._ask(list(open_to_them))
        called = [name or _("(erased)") for name in open_to_them.values()]
        few = _(", ").join(called[:3])
        shown = _more(few, len(called)) if called else _("whom you may not open")
        self._chip(shown, self._key())
        if not called:
            self.filters.nothing = True
            self._wrong(_("This looks for what you may not open, so nothing is found."))
        return shown

    def _find_nobody(self, typed: str) -> None:
        self.filters.nothing = True
        self._wrong(_("Nothing that you may open is called “%(text)s”.") % {"text": typed})

    def _meant(self, text: str) -> tuple[list[UUID], str]:
        """The records that a text stands for, and how to say so."""
        if self.field.to == "place":
            places = _likeliest(places_meant(self.user, text, Moment.present()), text)
            shown = _(", ").join(place.name for place in places[:3])
            return [place.fact for place in places], _more(shown, len(places)) if places else text
        keys = keys_named(self.user, self.field.to, text)
        return keys, f"“{text}”"

    def _wrong(self, text: str) -> None:
        label = said(self.field.label)
        self.filters.wrong.append(_("%(field)s: %(value)s") % {"field": label, "value": text})


def _likeliest(found: Sequence[Found], text: str) -> list[Place]:
    """The places that bear exactly the name or code, if there are any; else all that may be.

    What lies inside another one of them is meant with it.
    """
    meant = (text, full_code(text)) if text.isdigit() else (text,)
    exact = [one.place for one in found if {one.place.name, one.place.code} & {*meant}]
    places = exact or [one.place for one in found]
    return [p for p in places if not any(p.path.startswith(q.path) and p != q for q in places)]


def _more(shown: str, count: int) -> str:
    if count <= 3:
        return shown
    return _("%(some)s and %(number)s more") % {"some": shown, "number": count - 3}


def kept(asked: QueryDict, kind: Kind) -> Mapping[str, list[str]]:
    """The words of an address that the filter form does not show itself and must hand on."""
    shown = {one.key for one in _asked_about(kind)}
    handed = ("sort", "columns", "on", "known", "saved", "base")
    return {k: asked.getlist(k) for k in handed if k in asked and k not in shown}

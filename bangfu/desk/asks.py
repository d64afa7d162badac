"""What a form asks: fields of the vocabulary as inputs, read back into what actions take."""

from __future__ import annotations

import datetime as dt
import functools
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from django import forms
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from bangfu.desk.page import said
from bangfu.ledger import clock
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import added_words
from bangfu.programmes.kinds import Field, Label

#: Up to so many choices stand open on the page; more of them fold into one line.
OPEN = 6


def called(label: Label) -> Any:
    """A label that is said in the language of whoever reads the page."""
    return _Said(label)


class _Said:
    """A label as Django's forms take it: text that is made when it is shown."""

    def __init__(self, label: Label) -> None:
        self.label = label

    def __str__(self) -> str:
        return said(self.label)


def ask(kind: str, key: str, **more: Any) -> forms.Field:
    """The input for a field of a kind; ``more`` says otherwise (required, initial, choices …)."""
    one = VOCABULARY[kind][key]
    if one.grows and "choices" not in more:
        blank = gettext_lazy("choose …") if more.get("required") else _none_said()
        more["choices"] = functools.partial(_with_added, kind, key, blank)
    return ask_of(one, **more)


class Growing(forms.ChoiceField):
    """One word of a book that programmes add to; which words there are is known on the page."""

    def open_while_few(self) -> None:
        """Let the words stand open on the page while they are few."""
        # Asked for here, a callable has become the pairs that it gives.
        listed: Any = self.choices
        told = [(word, said) for word, said in listed if word]
        if len(told) <= OPEN:
            self.widget = forms.RadioSelect()
            self.widget.is_required = self.required
            self.choices = told if self.required else [("", _none_said()), *told]


def _with_added(kind: str, key: str, blank: Any) -> list[tuple[str, Any]]:
    """The words of a code book, with those that the programmes of today add."""
    one = VOCABULARY[kind][key]
    words = {**one.codes, **added_words(kind, key)}
    return [("", blank), *((word, called(v)) for word, v in words.items())]


def ask_of(one: Field, **more: Any) -> forms.Field:
    """The input for a field, wherever it is declared: in the vocabulary or by a programme."""
    made = _ASKED[one.type](one, {"label": called(one.label), "required": False, **more})
    made.sealed = one.sensitivity == "sealed"  # type: ignore[attr-defined]  # kept out of drafts
    return made


def _text(one: Field, more: dict[str, Any]) -> forms.Field:
    lines = more.pop("lines", 0)
    if lines:
        more["widget"] = forms.Textarea(attrs={"rows": lines})
    return forms.CharField(**{"max_length": 200, **more})


def _code(one: Field, more: dict[str, Any]) -> forms.Field:
    if one.several:
        return Ticks(choices=tuple((k, called(v)) for k, v in one.codes.items()), **more)
    if callable(more.get("choices")):
        return Growing(**{"widget": forms.Select, **more})
    choices = more.pop("choices", None) or tuple((k, called(v)) for k, v in one.codes.items())
    return one_of(choices, **more)


def _day(one: Field, more: dict[str, Any]) -> forms.Field:
    return Day(**{"future": one.planned, **more})


def _number(one: Field, more: dict[str, Any]) -> forms.Field:
    return Number(**more)


def _money(one: Field, more: dict[str, Any]) -> forms.Field:
    return Yuan(**more)


def _flag(one: Field, more: dict[str, Any]) -> forms.Field:
    return Flag(**more)


def _one(one: Field, more: dict[str, Any]) -> forms.Field:
    from bangfu.desk.pick import Pick

    return Pick(*more.pop("kinds", (one.to,)), **more)


_ASKED: Mapping[str, Callable[[Field, dict[str, Any]], forms.Field]] = {
    "text": _text,
    "code": _code,
    "ranked": _code,
    "day": _day,
    "number": _number,
    "money": _money,
    "flag": _flag,
    "one": _one,
}


# ------------------------------------------------------------------ one word of several


def one_of(choices: Iterable[tuple[str, Any]], **more: Any) -> forms.ChoiceField:
    """One word of several: open on the page while they are few, else in one line that unfolds."""
    told = list(choices)
    few = len(told) <= OPEN
    if not more.get("required", False):
        told = [("", _none_said()), *told]
    elif not few:
        told = [("", gettext_lazy("choose …")), *told]
    widget = forms.RadioSelect if few else forms.Select
    return forms.ChoiceField(**{"choices": told, "widget": widget, **more})


def _none_said() -> Any:
    return gettext_lazy("not said")


class Ticks(forms.MultipleChoiceField):
    """Any number of what stands open on the page."""

    widget = forms.CheckboxSelectMultiple
    several = True


class Flag(forms.TypedChoiceField):
    """Yes, no, or not said."""

    widget = forms.RadioSelect

    def __init__(self, **more: Any) -> None:
        said_so = [("yes", gettext_lazy("yes")), ("no", gettext_lazy("no"))]
        if not more.get("required", False):
            said_so.insert(0, ("", _none_said()))
        super().__init__(choices=said_so, coerce=lambda v: v == "yes", empty_value=None, **more)

    def prepare_value(self, value: Any) -> Any:
        """What is on record as the word that is marked; what was typed stays as it was."""
        return {True: "yes", False: "no"}.get(value, value) if isinstance(value, bool) else value


# ------------------------------------------------------------------ days, numbers, money


class Day(forms.DateField):
    """A calendar day; today or earlier, unless what is asked lies in the future by its nature."""

    def __init__(self, *, future: bool = False, **more: Any) -> None:
        super().__init__(
            widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}),
            input_formats=["%Y-%m-%d", "%Y/%m/%d", "%Y.%m.%d", "%Y%m%d"],
            **more,
        )
        self.future = future

    def to_python(self, value: Any) -> dt.date | None:
        """The day, or an error that says how one is written."""
        try:
            return super().to_python(value)
        except forms.ValidationError:
            text = _("“%(text)s” is not a day; write it as 2026-11-22.") % {"text": value}
            raise forms.ValidationError(text) from None

    def validate(self, value: Any) -> None:
        """Refuse a day that cannot have come yet."""
        super().validate(value)
        if value and not self.future and value > clock.today():
            text = _("%(day)s has not come yet; today is %(today)s.")
            raise forms.ValidationError(text % {"day": value, "today": clock.today()})


def plain(text: str) -> str:
    """Digits as a person may have typed them: full-width, parted by commas, with spaces."""
    folded = unicodedata.normalize("NFKC", text)
    return "".join(c for c in folded if not c.isspace() and c not in ",，")


class Number(forms.Field):
    """A number; whole ones come back as integers."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(
        self, *, whole: bool = False, least: int | None = None, most: int | None = None, **more: Any
    ) -> None:
        super().__init__(**more)
        self.whole, self.least, self.most = whole, least, most

    def validate(self, value: Any) -> None:
        """Refuse a number outside of what can be."""
        super().validate(value)
        _within(value, self.least, self.most)

    def to_python(self, value: Any) -> Decimal | int | None:
        """The number, or an error that says what was typed."""
        if value in (None, ""):
            return None
        try:
            number = Decimal(plain(str(value)))
        except InvalidOperation:
            number = Decimal("NaN")
        if not number.is_finite() or (self.whole and number != number.to_integral()):
            what = (
                _("“%(text)s” is not a whole number.")
                if self.whole
                else _("“%(text)s” is not a number.")
            )
            raise forms.ValidationError(what % {"text": value})
        return int(number) if self.whole else number


def _within(value: Any, least: int | None, most: int | None) -> None:
    """Refuse a number below or above what can be."""
    if value is None:
        return
    if least is not None and value < least:
        raise forms.ValidationError(_("At least %(least)s.") % {"least": least})
    if most is not None and value > most:
        raise forms.ValidationError(_("At most %(most)s.") % {"most": most})


#: Less than what a column of whole fen holds, and more than any county spends.
_MOST_FEN = 10**14


class Yuan(forms.Field):
    """An amount of money, typed in yuan (3000, 3,000.50, 0.3万), handed on in whole fen."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, *, least: int | None = None, **more: Any) -> None:
        super().__init__(**more)
        self.least = least

    def validate(self, value: Any) -> None:
        """Refuse an amount below what can be."""
        super().validate(value)
        _within(value, self.least, None)

    def to_python(self, value: Any) -> int | None:
        """Whole fen, or an error that says how an amount is written."""
        if value in (None, ""):
            return None
        text = plain(str(value)).strip("¥￥").removesuffix("元")
        scale = 10_000 if text.endswith("万") else 1
        try:
            fen = Decimal(text.removesuffix("万")) * scale * 100
        except InvalidOperation:
            fen = Decimal("NaN")
        if not fen.is_finite() or abs(fen) >= _MOST_FEN or fen != fen.to_integral():
            told = _("“%(text)s” is not an amount; write yuan with at most two decimals: 3000.50.")
            raise forms.ValidationError(told % {"text": value})
        return int(fen)

    def prepare_value(self, value: Any) -> Any:
        """Fen as yuan, for the input; what was typed stays as it was."""
        return f"{Decimal(value) / 100:.2f}" if isinstance(value, int) else value

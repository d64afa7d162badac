"""Figures in words: their value with its unit, change on an earlier day, and what was counted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from typing import Any
from uuid import UUID

from bangfu.ledger.meaning import Meaning
from bangfu.ledger.moment import Moment
from bangfu.lists.columns import ERASED, Names, plain_text
from bangfu.lists.figure import Figure
from bangfu.lists.numbers import Group, Number, Reading
from bangfu.lists.pages import names_of
from bangfu.programmes.kinds import Field, Label
from bangfu.programmes.literals import YEAR_EARLIER
from bangfu.programmes.sentences import sentence_of_figure, sentence_of_list
from bangfu.programmes.units import with_unit

UNKNOWN = Label("暂缺", "not known")
BLANK = Label("未填", "not filled in")


def number_text(figure: Figure, value: Number) -> str:
    """One number of a figure without its unit: yuan for money, a percentage for a share."""
    if figure.is_share:
        return f"{_rounded(_decimal(value) * 100, 1)}%"
    if figure.is_money:
        return _plain(_rounded(_decimal(value) / 100, 2))
    if figure.is_average:
        return _plain(_rounded(_decimal(value), 1))
    return _plain(_decimal(value))


def _decimal(value: Number) -> Decimal:
    if isinstance(value, Fraction):
        return Decimal(value.numerator) / Decimal(value.denominator)
    return Decimal(value)


def _rounded(value: Decimal, places: int) -> Decimal:
    return value.quantize(Decimal(1).scaleb(-places), rounding=ROUND_HALF_UP)


def _plain(value: Decimal) -> str:
    return f"{value.to_integral() if value == value.to_integral() else value.normalize():f}"


def value_text(figure: Figure, reading: Reading) -> Label:
    """A figure's value with its unit; a range where something is not known."""
    if reading.low is None:
        return UNKNOWN
    low = number_text(figure, reading.low)
    if reading.exact:
        return with_unit(low, figure.unit)
    high = number_text(figure, reading.high) if reading.high is not None else "…"
    both = with_unit(high, figure.unit)
    return Label(f"{low}至{both.zh}", f"{low} to {both.en}")


def change_text(figure: Figure, now: Reading, then: Reading | None) -> Label | None:
    """The change against the earlier reading, in words; None where there is nothing to compare."""
    if then is None or now.low is None or not then.low:
        return None
    gap = Fraction(now.low) - Fraction(then.low)
    share = _rounded(_decimal(gap / Fraction(then.low) * 100), 1)
    day = _day_of(figure)
    if not share:
        return Label(f"与{day.zh}持平", f"the same as {day.en}")
    said = f"{_plain(abs(share))}%"
    if share > 0:
        return Label(f"比{day.zh}增加{said}", f"{said} more than {day.en}")
    return Label(f"比{day.zh}减少{said}", f"{said} fewer than {day.en}")


def _day_of(figure: Figure) -> Label:
    """The day against which a figure is compared: a year earlier, or the day its baseline names."""
    if figure.baseline == YEAR_EARLIER:
        return Label("上年同期", "a year earlier")
    if figure.compares_days:
        return Label(f" {figure.baseline} ", f"on {figure.baseline}")
    meaning, told = figure.listing.meaning, figure.baseline
    if isinstance(meaning, Meaning) and told in meaning.file:
        told = meaning.file.title_of(told)
    return Label(f"基数 {told} ", f"the baseline {told}")


def paper_text(figure: Figure) -> tuple[str, Reading]:
    """What a paper prints for a figure, in Chinese, and the reading it stands on."""
    reading = figure.reading()
    text = value_text(figure, reading).zh
    change = change_text(figure, reading, figure.compared())
    return (f"{text}，{change.zh}" if change else text), reading


def definition(figure: Figure, moment: Moment) -> Label:
    """What a figure counts, as a sentence that an official can check against the paper."""
    meaning = figure.listing.meaning
    if not isinstance(meaning, Meaning) or figure.name not in meaning.file:
        return Label(figure.title, figure.title)
    file, name = meaning.file, figure.name
    counted = meaning.sort_of(name) in ("figure", "measure")
    key = file.name, file.digest, name
    if (found := _sentences.get(key)) is None:
        found = sentence_of_figure(file, name) if counted else sentence_of_list(file, name)
        if len(_sentences) >= _SENTENCES:
            _sentences.clear()
        _sentences[key] = found
    return found


#: The sentence of a file's entry stays the same as long as the file does, and is long to say.
_sentences: dict[tuple[str, str, str], Label] = {}
_SENTENCES = 5000


def groups_called(figure: Figure, groups: Sequence[Group]) -> list[tuple[Label, ...]]:
    """What the groups of a figure are called: for each a label by every field it is given by."""
    fields = figure.given_by()
    keys = [keys_of(group) for group in groups]
    pointed = {k for told in keys for f, k in zip(fields, told, strict=True) if f.to and k}
    words, known = Names.of(figure.listing), names_of(pointed, figure.moment)
    return [
        tuple(_called(f, k, words, known) for f, k in zip(fields, told, strict=True))
        for told in keys
    ]


def in_book_order(figure: Figure, groups: Sequence[Group]) -> list[Group]:
    """Groups in the order of the code books, or of the programme's own words; blanks last."""
    words = list(Names.of(figure.listing))
    books = [list(field.codes) or words for field in figure.given_by()]

    def place(group: Group) -> list[tuple[int, str]]:
        return [_place(book, k) for book, k in zip(books, keys_of(group), strict=True)]

    return sorted(groups, key=place)


def _place(book: Sequence[str], key: Any) -> tuple[int, str]:
    if key in (None, ""):
        return len(book) + 1, ""
    return (book.index(key) if key in book else len(book)), str(key)


def keys_of(group: Group) -> tuple[Any, ...]:
    """The values that a group stands for, one by every field that its figure is given by."""
    return group.key if isinstance(group.key, tuple) else (group.key,)


def _called(field: Field, key: Any, words: Names, known: Mapping[UUID, str]) -> Label:
    if key in (None, ""):
        return BLANK
    if field.to:
        name = known.get(key)
        return Label(name, name) if name else ERASED
    if found := field.codes.get(str(key)) or words.get(str(key)):
        return found
    return Label(plain_text(key, field.type, "zh"), plain_text(key, field.type, "en"))

"""The sentences for errors of shape: wrong words, missing words, values of the wrong sort."""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from typing import Any, Final

from pydantic import BaseModel
from pydantic_core import ErrorDetails

from bangfu.programmes.entries import Inline
from bangfu.programmes.kinds import Label
from bangfu.programmes.literals import PERIODS, is_window_day, shown
from bangfu.programmes.meant import as_day, as_duration, as_number, as_window_day
from bangfu.programmes.places_of_words import called, models_in, where_it_stands
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Problem, both, choose, listed, near
from bangfu.programmes.schema import words_of

#: What is expected for each sort of literal, and an example of it.
EXPECTED: Final[Mapping[str, tuple[Label, str]]] = {
    "text": (Label("文字", "text"), '"…"'),
    "texts": (Label("文字，或几段文字", "text, or several texts"), '["…", "…"]'),
    "day": (Label("日期，不加引号", "a day, without quotation marks"), "2019-06-30"),
    "number": (Label("数", "a number"), "10"),
    "name": (Label("一个名称", "a name"), '"village_doctors"'),
    "names": (Label("一个或几个名称", "a name or names"), '["visit", "phone_call"]'),
    "path": (Label("字段", "a field"), '"whom.kind"'),
    "paths": (Label("一个或几个字段", "a field or fields"), '["place"]'),
    "day_or_path": (Label("日期，或日期字段", "a day, or a date field"), '2019-12-31 或 "closed"'),
    "duration": (Label("一段时间", "a length of time"),
                 '"3 days"、"5 working days"、"1 hour"、"2 weeks"、"6 months"、"2 years"'),
    "period": (Label("周期", "a period"), "、".join(PERIODS) + '、"2 months"，或有起止日期的名单'),
    "bound": (Label("界限", "a bound"),
              '10、"90%"、"1/3"、参数的名称、{ times = 2 } 或 { plus = 2 }'),
    "baseline": (Label("基数", "a baseline"),
                 '40、"88%"、2010-12-31、数字的名称或 "a year earlier"'),
    "window": (Label("时段", "a window"), '["06-01", "06-30"]，或几个这样的时段'),
    "window_day": (Label("时段里的日子", "a day in a window"),
                   '2019-06-30、"06-30"、"day 25"、"day 25 of last month"、"friday"、'
                   '"first monday"、"last working day"、"lunar 12-08"、"start"、"end"、'
                   '"10 days before end"、"1 month before ended"'),
    "condition": (Label("条件", "a condition"), '{ kind = "poor" }'),
    "dated": (Label("数、日期，或每种情况一个数", "a number, a day, or a number for each case"),
              "6000 或 { section = 3, staff = 1 }"),
}  # fmt: skip

#: What stands between examples, longest first.
_BETWEEN: Final = (
    ("，或有起止日期的名单", ", or a list of records that last"),
    ("，或几个这样的时段", ", or several such windows"),
    ("、参数的名称、", ", the name of a value, "),
    ("、数字的名称或 ", ", the name of a figure, or "),
    (" 或 ", " or "),
    ("、", ", "),
)

_SYNTAX: Final = (
    ("Cannot overwrite a value", "同一个词写了两遍", "The same key is written twice"),
    ("Duplicate inline table key", "同一个词写了两遍", "The same key is written twice"),
    ("Cannot declare", "同一节写了两遍", "The same section is written twice"),
    ("Cannot mutate immutable", "写在一行里的表不能在别处再加内容",
     "An inline table cannot be added to elsewhere"),
    ("Expected '=' after a key", "词后面缺等号", "An equals sign is missing after a key"),
    ("Expected ']' at the end", "节名后面缺右方括号", "The section's closing bracket is missing"),
    ("Invalid statement", "一行要以词或 [节] 开头,中文要加引号",
     "A line begins with a key or a [section]; quote Chinese"),
    ("Invalid initial character for a key", "词不能这样开头，中文和标点要加引号",
     "A key cannot begin like this; quote Chinese and punctuation"),
    ("Unclosed array", "数组缺右方括号", "An array is not closed"),
    ("Unclosed inline table", "一行里的表缺右花括号，或中间换了行",
     "An inline table is not closed, or runs over a line"),
    ("Unterminated string", "文字缺右引号", "A text is not closed"),
    ("Illegal character", "文字里有不能出现的字符，可能是缺右引号",
     "A character that may not stand here; perhaps a quotation mark is missing"),
    ("Found invalid character", "有不能出现的字符", "A character that may not stand here"),
    ("Unescaped '\\\\'", "文字里的反斜线要写两个", "A backslash in a text is written twice"),
    ("Invalid value", "等号后面不是一个值，文字要加引号",
     "Not a value; text stands in quotation marks"),
    ("Expected newline or end of document", "一行只能写一个词", "One key on a line"),
    ("Invalid date or datetime", "没有这一天", "There is no such day"),
)  # fmt: skip


def syntax_problem(file: str, message: str, text: str) -> Problem:
    """What a TOML syntax error means; it comes alone, since nothing after it can be read."""
    found = re.search(r"\(at line (\d+), column (\d+)\)", message)
    lines = text.split("\n")
    line, column = (int(found[1]), int(found[2])) if found else (len(lines), len(lines[-1]) + 1)
    if "Invalid initial character" in message and column > len(lines[line - 1]):
        message = "Unclosed inline table"
    zh, en = next(
        ((zh, en) for key, zh, en in _SYNTAX if key in message),
        ("这里不合 TOML 的写法", "This is not TOML"),
    )
    written = lines[line - 1].strip() if line <= len(lines) else ""
    return Problem(
        file,
        line,
        column,
        "",
        Label(f"{zh}：{written}", f"{en}: {written}"),
        both(
            "先改正这一处；其余的检查要等它能读出来",
            "Mend this first; nothing else can be checked before",
        ),
    )


Told = tuple[Route, Label, Label]


def problems_of(
    details: Iterable[ErrorDetails],
    model: type[BaseModel],
    raw: object,
    *,
    elsewhere: Collection[str] = (),
) -> list[Told]:
    """All errors of an entry; a word that is there under another name is not missing besides.

    ``elsewhere``: words of the entry that were found under other names already.
    """
    found: list[Told] = []
    meant: set[tuple[Route, str | None]] = {((), word) for word in elsewhere}
    details = list(details)
    for detail in details:
        route, inner, _ = _descend(detail["loc"], model, raw)
        if detail["type"] == "extra_forbidden":
            meant.add((route[:-1], _guess(str(detail["loc"][-1]), inner, _beside(route, raw))))
    for detail in details:
        told = problem_of(detail, model, raw)
        if detail["type"] != "missing" or (told[0], str(detail["loc"][-1])) not in meant:
            found.append(told)
    return found


def problem_of(detail: ErrorDetails, model: type[BaseModel], raw: object) -> Told:
    """Where a pydantic error stands in the file, what is wrong, and what would be right."""
    sort = detail["type"]
    route, inner, found = _descend(detail["loc"], model, raw)
    word = str(detail["loc"][-1]) if detail["loc"] else ""
    if sort == "extra_forbidden":
        return route, *_unknown_word(word, inner, _beside(route, raw))
    if sort == "missing":
        return (
            route,
            both(f"缺少 {word}", f"{word} is missing"),
            both(f"加上 {word} = …", f"Add {word} = …"),
        )
    if sort == "literal_error":
        allowed = re.findall(r"'([^']+)'", str(detail.get("ctx", {}).get("expected", "")))
        message = both(f"{word} 不能是 {shown(found)}", f"{word} cannot be {shown(found)}")
        return route, message, choose(str(found), allowed)
    value = str(detail.get("ctx", {}).get("value", shown(found)))
    expected, example = EXPECTED.get(sort, (None, ""))
    if expected is None:
        wrong = both(f"{word} 不能是 {shown(found)}", f"{word} cannot be {shown(found)}")
        return route, wrong, _as_table(word, inner)
    return (
        route,
        both(
            f"{word} 不能是 {value}，要写{expected.zh}",
            f"{word} cannot be {value}: write {expected.en}",
        ),
        _rewritten(sort, word, found)
        or _as_a_list(sort, word, found)
        or both(f"例如 {example}", f"For example {in_english(example)}"),
    )


_PERIODS: Final[tuple[str, ...]] = (*PERIODS, "2 months")
#: What a text of the wrong shape was meant to be, for each sort of literal.
_REWRITTEN: Final[Mapping[str, Callable[[str], str | None]]] = {
    "bound": as_number,
    "day": as_day,
    "duration": lambda text: (told := as_duration(text)) and f'"{told}"',
    "number": as_number,
    "period": lambda text: (told := near(text, _PERIODS)) and f'"{told}"',
    "window_day": as_window_day,
}


def _rewritten(sort: str, word: str, value: object) -> Label | None:
    """The cure where it can be seen what a value of the wrong shape was meant to be."""
    if sort == "window_day" and isinstance(value, list | tuple):
        days = [value] if all(isinstance(one, str) for one in value) else value
        value = next((d for pair in days for d in pair if not is_window_day(d)), None)
    told = _REWRITTEN[sort](value) if sort in _REWRITTEN and isinstance(value, str) else None
    if sort == "window" and isinstance(value, Mapping) and len(value) == 2:
        told = "[" + ", ".join(shown(day) for day in value.values()) + "]"
    if told is None:
        return None
    there = told if sort == "window_day" else f"{word} = {told}"
    return both(f"是不是 {there}？", f"Did you mean {there}?")


def _as_a_list(sort: str, word: str, value: object) -> Label | None:
    """The cure where several names, or a condition, stand in the place of one list's name."""
    if sort == "name" and isinstance(value, list | tuple):
        told = ", ".join(shown(one) for one in value)
        return both(
            f'几份合起来先写一份名单：[list.together] of = [{told}]，再写 {word} = "together"',
            f"Put several together into a list first: [list.together] of = [{told}]; "
            f'then {word} = "together"',
        )
    if sort in ("name", "names") and isinstance(value, Mapping):
        return both(
            f'条件写成一份名单：[list.those] of = "…"、where.… = …，再写 {word} = "those"',
            f'Write the condition as a list: [list.those] of = "…", where.… = …; '
            f'then {word} = "those"',
        )
    return None


def _as_table(word: str, model: type[BaseModel]) -> Label:
    """The cure for what should have been a table, or the name of a list."""
    if Inline not in models_in(_annotation(model, word)):
        return both(
            '这里要写成一张表，例如 { title = "…" }', 'Write a table, for example { title = "…" }'
        )
    cure = both(
        f'写名单的名称，例如 {word} = "leave"，或 {{ of = "…", where = {{ … }} }}',
        f'Write the name of a list, for example {word} = "leave", '
        'or { of = "…", where = { … } }',
    )
    if word != "except":
        return cure
    return both(
        f"{cure.zh}。日历上的日子不写在这里：每一段写一项，用 from、to",
        f"{cure.en}. Days of the calendar do not stand here: write an entry for each stretch, "
        "with from and to",
    )


def in_english(example: str) -> str:
    """The same examples with what stands between them in English."""
    for zh, en in _BETWEEN:
        example = example.replace(zh, en)
    return example


def _descend(
    loc: tuple[int | str, ...], model: type[BaseModel], raw: object
) -> tuple[Route, type[BaseModel], Any]:
    """The route in the file for the way in the model: tags of unions are not in the file."""
    route: list[str | int] = []
    here: Any = raw
    for step in loc:
        if isinstance(here, Mapping) and step in here:
            here = here[step]
        elif isinstance(here, tuple) and isinstance(step, int) and step < len(here):
            here = here[step]
        else:
            continue
        route.append(step)
    return tuple(route), _model_at(loc, model), here


def _model_at(loc: tuple[int | str, ...], model: type[BaseModel]) -> type[BaseModel]:
    """The model in which the last step of a way was not found.

    Pydantic names the tag of a union after the field ("lines", "row") and the key of each line
    after that; a key may look like a word, so it is stepped over.
    """
    here, steps = model, list(loc[:-1])
    while steps:
        step = steps.pop(0)
        inner = models_in(_annotation(here, str(step)))
        if not inner:
            continue
        tag = (
            steps.pop(0)
            if steps and len(inner) + (step == "items") > 1 and steps[0] in _TAGS
            else ""
        )
        here = inner[-1] if tag == "row" else inner[0]
        if step == "items" and steps:
            steps.pop(0)
    return here


_TAGS: Final = ("lines", "row")


def _annotation(model: type[BaseModel], word: str) -> Any:
    for key, field in model.model_fields.items():
        if word == (field.alias or key):
            return field.annotation
    return None


def _beside(route: Route, raw: object) -> set[str]:
    """The words that stand in the same entry or line as the one that a route leads to.

    A table may be gone on with in another line, so that its word may be meant once more.
    """
    here: Any = raw
    for step in route[:-1]:
        here = here[step]
    if not isinstance(here, Mapping):
        return set()
    return {word for word, inner in here.items() if not isinstance(inner, Mapping)}


def _unknown_word(word: str, model: type[BaseModel], used: Collection[str]) -> tuple[Label, Label]:
    allowed = words_of(model)
    place, elsewhere = called(model), where_it_stands(word)
    if elsewhere:
        message = both(f"{word} 不能写在{place.zh}里", f"{word} cannot stand in {place.en}")
    else:
        message = both(f"没有“{word}”这个词", f"There is no word “{word}”")
    cure = both(f"这里可以写：{listed(allowed)}", f"Allowed here: {listed(allowed)}")
    if guess := _guess(word, model, used):
        cure = both(f"是不是 {guess}？", f"Did you mean {guess}?")
    if elsewhere:
        cure = both(f"{elsewhere.zh}。{cure.zh}", f"{elsewhere.en}. {cure.en}")
    return message, cure


def _guess(word: str, model: type[BaseModel], used: Collection[str]) -> str | None:
    """Which word of an entry was meant by one that it does not have; not one that stands there."""
    return near(word, [one for one in words_of(model) if one not in used])

"""Where each word of the language may stand, for messages about one that stands elsewhere."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import cache
from typing import Any, Final

from pydantic import BaseModel

from bangfu.programmes.kinds import Label
from bangfu.programmes.problems import both
from bangfu.programmes.schema import SECTIONS, Head, words_of

#: What lines are called that are no sections of their own.
_LINES: Final[Mapping[str, Label]] = {
    "Also": Label(" also ", "also"),
    "Check": Label("清单的一条", "a line of a checklist"),
    "Dated": Label("参数的一个值", "one of a value's items"),
    "Inline": Label("当场写的名单（out_of、except）", "a list on the spot (out_of, except)"),
    "Milestone": Label("目标的一个节点", "a milestone of a target"),
    "Obligation": Label("协议的一条", "an obligation of an agreement"),
    "Option": Label("分类的一类", "an option of a class"),
    "Part": Label("材料的一部分", "a part of a document"),
    "Post": Label("组织的职务", "a post of an organisation"),
    "Question": Label("工作记录的问题", "a question of an activity"),
    "Quota": Label("名额的一条", "a line of an enrolment's also"),
    "ScoreLine": Label("评分表的一条", "a line of a score sheet"),
    "ScoreStep": Label("评分的一档", "a step of a score"),
    "Side": Label("一方（helper、subject）", "a side (helper, subject)"),
    "Step": Label("流程的一步", "a step of a workflow"),
    "Use": Label("资金的一项用途", "a use of a fund"),
}
#: Words of conditions that are no words of entries, with what they are said of.
_IN_CONDITIONS: Final[Mapping[str, Label]] = {
    "above": Label("数或个数", "a number, or how many"),
    "any": Label("一组条件", "a group of conditions"),
    "before": Label("日期", "a day"),
    "below": Label("数或个数", "a number, or how many"),
    "in_a_row": Label("任务的各期，或考核的结果", "turns of a duty, or results of a review"),
    "known": Label("字段", "a field"),
    "none": Label("一组条件", "a group of conditions"),
    "same_as": Label("字段", "a field"),
    "twin": Label("同一种的另一条记录", "another record of the kind"),
}
#: So many places are named of a word that stands in more.
_SHOWN: Final = 6


def called(model: type[BaseModel]) -> Label:
    """What an entry or line of this sort is called in a message."""
    for section, entry in SECTIONS.items():
        if entry is model:
            return Label(f" [{section}] ", f"[{section}]")
    if model is Head:
        return Label("文件开头", "the top of the file")
    return _LINES.get(model.__name__, Label("这一条", "this line"))


def models_in(annotation: Any) -> list[type[BaseModel]]:
    """The sorts of line that may stand where something is annotated so."""
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [annotation]
    return [one for inner in getattr(annotation, "__args__", ()) for one in models_in(inner)]


def where_it_stands(word: str) -> Label | None:
    """Where a word of the language is written; None for what is no word of it."""
    if of := _IN_CONDITIONS.get(word):
        return both(
            f"{word} 写在条件（where）里，说的是{of.zh}",
            f"{word} stands in a condition (where), said of {of.en}",
        )
    places = [called(model) for model in _models() if word in words_of(model)]
    if not places:
        return None
    zh, en = (list(dict.fromkeys(getattr(one, tongue).strip() for one in places))
              for tongue in ("zh", "en"))  # fmt: skip
    more = ("等", " and others") if len(zh) > _SHOWN else ("", "")
    return both(
        f"{word} 写在{'、'.join(zh[:_SHOWN])}{more[0]}里",
        f"{word} stands in {', '.join(en[:_SHOWN])}{more[1]}",
    )


@cache
def _models() -> tuple[type[BaseModel], ...]:
    """Every sort of entry and line, sections first, in the order in which they are read aloud."""
    return tuple(dict.fromkeys((Head, *SECTIONS.values(), *_below((Head, *SECTIONS.values()), {}))))


def _below(
    models: tuple[type[BaseModel], ...], seen: dict[type[BaseModel], bool]
) -> Iterator[type[BaseModel]]:
    for model in models:
        if model in seen:
            continue
        seen[model] = True
        inner = [one for f in model.model_fields.values() for one in models_in(f.annotation)]
        yield from inner
        yield from _below(tuple(inner), seen)

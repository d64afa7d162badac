"""What the columns of a list answer, each by the kind of its rows."""

from __future__ import annotations

from bangfu.intake.answers import line_of, plainly, stated_in, target_of, told_in_words
from bangfu.intake.kinds import WHOLE, kind_of
from bangfu.intake.readers import ASSURED, PLACES
from bangfu.ledger.vocabulary.household import MORE as HOUSE
from bangfu.ledger.vocabulary.person import MORE as MEMBER
from bangfu.tables.understood import SURE, Column, Table

#: What a list of persons or households writes: the field, and what is written with it.
PERSON: tuple[str, ...] = (
    "name", "identity", "phone", "sex", "birth", "education", "relation", "work_region",
    *(one.key for one in MEMBER),
)  # fmt: skip
HOUSEHOLD: tuple[str, ...] = ("name", "size", "group", "kind", *(one.key for one in HOUSE))


def targets(table: Table) -> dict[str, Column]:
    """Which column answers which target; what is not sure or not taken answers none."""
    found: dict[str, Column] = {}
    kind = kind_of(table)
    named = any(c.field == "person.name" and c.party == "row" for c in table.columns)
    for column in table.columns if kind else ():
        target = plainly(column.heading, kind)
        roles = ("value", "stub") if kind == "statistic" else ("value", "key")
        if not target and column.role in roles and column.confidence >= SURE:
            target = target_in(column, kind)
        if target.startswith("person.") and column.party == "head" and named:
            # Beside the members' own names stands the head, by whom the household is called.
            target = "household.name" if target == "person.name" else ""
        if target and not another_time(column, table):
            before = found.setdefault(target, column)
            if _later(column, before):
                found[target] = column
    if kind == "household" and "household.name" not in found and "person.name" in found:
        found["household.name"] = found.pop("person.name")
    return found if kind != "income" else _without_wholes(found)


def another_time(column: Column, table: Table) -> bool:
    """Whether a column names a time that has no day in common with the one of the title.

    2024年工资性收入 in a list of 2025 says nothing of that year.
    """
    own, whole = column.period, table.period
    if own is None or whole is None or own.last is None or whole.last is None:
        return False
    return own.last < (whole.first or whole.last) or whole.last < (own.first or own.last)


def _later(column: Column, other: Column) -> bool:
    """Whether of two columns that ask the same this one names the later time."""
    own, before = column.period, other.period
    return bool(own and before and own.last and before.last and own.last > before.last)


def _without_wholes(found: dict[str, Column]) -> dict[str, Column]:
    """Of a sum and its parts in one list the parts alone: nothing is counted twice."""
    above = {heading for column in found.values() for heading in column.path[:-1]}
    return {t: c for t, c in found.items() if "#" not in t or c.heading not in above}


def target_in(column: Column, kind: str) -> str:
    """What a column answers in a list of some kind; an empty text for what is not taken."""
    if column.party == "place":
        return _place_target(column)
    if kind == "statistic":
        return stated_in(column.path)
    if column.field is None and not (kind == "income" and column.type == "money"):
        return told_in_words(column.says.zh, kind) if kind not in WHOLE else ""
    if kind == "income" and column.type == "money" and (line := line_of(column.field, column.path)):
        return line
    if kind not in WHOLE and not _of_member(column, kind):
        # who helps is a person or a unit; where the heading says which, it is that
        unit = column.field == "pairing.helper" and column.heading.endswith("单位")
        return target_of(column.field or "", "unit" if unit else column.party, kind)
    assert column.field is not None
    of, _, key = column.field.partition(".")
    if column.field == "person.household":
        return "household.number"
    if of == "person" and key in PERSON and column.party in ("row", "head"):
        return column.field
    if (
        of == "household"
        and key in (*HOUSEHOLD, *ASSURED)
        and column.party in ("row", "head", "household")
    ):
        return column.field
    return ""


def _of_member(column: Column, kind: str) -> bool:
    """Whether a column of a list of who came and went says something of the person or the head."""
    return kind == "membership" and (column.field or "").partition(".")[0] in WHOLE


def _place_target(column: Column) -> str:
    if column.field == "household.group":
        return "household.group"
    level = next((name for name in PLACES if column.says.en.lower().startswith(name)), "")
    return f"place.{level}" if level else ""

"""What a row says otherwise than the ledger, and what a new household is told."""

from __future__ import annotations

import datetime as dt
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from functools import cache, lru_cache
from typing import Any
from uuid import UUID

from bangfu.intake.asked import HOUSEHOLD, PERSON
from bangfu.intake.cells import Row, cell_of
from bangfu.intake.readers import ASSURED, ONLY_THE_MONTH
from bangfu.intake.verdicts import Difference, Verdict
from bangfu.ledger import clock, vault
from bangfu.ledger.actions.intake_new import NewHome
from bangfu.ledger.keys import SubjectKey
from bangfu.ledger.masks import mask, mask_number
from bangfu.ledger.models import Household, Person, Place
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import plain_text
from bangfu.programmes.kinds import Label
from bangfu.tables.told import BLANK, Told

#: What is sealed with an index, and what can be compared only when it is opened.
_INDEXED = ("identity", "phone")
OPENED = ("health", "disability", "risks")
#: What the sheets of a person and of a household take from a list.
SHEET = tuple(key for key in PERSON if key != "name")
HOME = tuple(key for key in HOUSEHOLD if key != "name")
_MODELS: Mapping[str, type[Any]] = {"person": Person, "household": Household}


def changed(
    row: Row,
    held: Any,
    kind: str,
    keys: Iterable[str],
    verdict: Verdict,
    opens: Mapping[UUID, SubjectKey],
) -> Iterator[tuple[str, Any]]:
    """The fields that a row surely says otherwise; a blank says nothing, the mark erases.

    ``opens`` are the keys of those on record, for what is sealed without an index.
    """
    for key in keys:
        said = row.told.get(f"{kind}.{key}")
        if said is None or said.state not in ("sure", "erased"):
            continue
        old, new = getattr(held, key), _new(kind, key, said)
        if key in OPENED:
            old = _opened(held, key, opens)
            if (old or None) == (new or None):
                continue
            shown = ("●●●" if old else "", "●●●" if new else "")
        elif key in _INDEXED:
            index = vault.index(key, str(new or ""))
            kept = getattr(held, f"{key}_index")
            if index == (bytes(kept) if kept else None):
                continue
            shown = (mask_number("0" * 11) if old else "", mask_number(str(new or "")))
        elif (None if old == "" else old) == (None if new == "" else new) or _alike(old, new):
            continue
        elif ONLY_THE_MONTH in said.notes and old and old.replace(day=1) == new:
            continue
        else:
            shown = (_shown(kind, key, old), _shown(kind, key, new))
        label = VOCABULARY[kind][key].label
        verdict.differences.append(Difference(f"{kind}.{key}", label, *shown))
        yield key, new


def _alike(old: Any, new: Any) -> bool:
    """Whether two texts are the same but for full and half width, in which files are read."""
    texts = isinstance(old, str) and isinstance(new, str)
    return texts and unicodedata.normalize("NFKC", old) == unicodedata.normalize("NFKC", new)


def agree(row: Row, held: Any, opens: Mapping[UUID, SubjectKey]) -> None:
    """Let what says less than the ledger holds of a person, and nothing else, say nothing.

    That is a number masked as it is given out, and the month of a birth: nobody need be asked.
    """
    for key in (*_INDEXED, "birth"):
        target = f"person.{key}"
        said = row.told.get(target)
        if said is not None and said.asks is not None and _says_less(said, held, key, opens):
            row.told[target] = BLANK
            row.doubts = [one for one in row.doubts if one.cell != cell_of(row, target)]


def _says_less(said: Told, held: Any, key: str, opens: Mapping[UUID, SubjectKey]) -> bool:
    if key == "birth":
        month = said.value if isinstance(said.value, dt.date) else None
        return bool(month and held.birth and held.birth.replace(day=1) == month)
    shown = said.value if said.state == "unknown" else None
    return bool(shown) and _shows(str(shown), key, _opened(held, key, opens))


def _shows(masked: str, key: str, clear: str) -> bool:
    """Whether a masked number is one on record: as it is given out, or by most of its digits."""
    if mask(key, clear) == masked:
        return True
    found = _STARRED.fullmatch(masked)
    if found is None or len(masked) != len(clear) or len(found[1] + found[2]) < _ENOUGH:
        return False
    return clear.startswith(found[1]) and clear.endswith(found[2])


_STARRED, _ENOUGH = re.compile(r"(\d*)\*{2,}([\dX]*)"), 6


def _new(kind: str, key: str, said: Told) -> Any:
    """What a field is to hold; an erased one holds nothing, each column in its own way."""
    if said.state == "erased":
        column = _MODELS[kind]._meta.get_field(key)
        return None if column.null and key not in OPENED + _INDEXED else ""
    return said.value


def _opened(held: Any, key: str, opens: Mapping[UUID, SubjectKey]) -> str:
    sealed, own = getattr(held, key), opens.get(held.fact_id)
    return own.open(key, bytes(sealed)) if sealed and own else ""


def _shown(kind: str, key: str, value: Any) -> str:
    field = VOCABULARY[kind][key]
    codes: Mapping[str, Label] = field.codes
    return codes[value].zh if value in codes else plain_text(value, field.type)


class Sheet(Mapping[str, Any]):
    """What a row fills of a new sheet; the rows of a long list share the names of the fields."""

    __slots__ = ("_names", "_values")

    def __init__(self, told: Mapping[str, Any]) -> None:
        self._names, self._values = _shared(tuple(told)), tuple(told.values())

    def __getitem__(self, name: str) -> Any:
        try:
            return self._values[self._names.index(name)]
        except ValueError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self._names)

    def __len__(self) -> int:
        return len(self._names)

    def __repr__(self) -> str:
        return f"Sheet({dict(self.items())})"

    def items(self) -> Any:
        """Names and values, without looking each name up."""
        return dict(zip(self._names, self._values, strict=True)).items()


@lru_cache(maxsize=4096)
def _shared(names: tuple[str, ...]) -> tuple[str, ...]:
    return names


def told_of(row: Row, kind: str, keys: tuple[str, ...]) -> Sheet:
    """The fields of a new sheet that a row surely fills."""
    wanted = _targets(kind, keys)
    return Sheet({
        wanted[target]: said.value
        for target, said in row.told.items()
        if target in wanted and said.state == "sure" and said.value not in (None, "")
    })  # fmt: skip


@cache
def _targets(kind: str, keys: tuple[str, ...]) -> Mapping[str, str]:
    """The fields of a sheet by the targets under which a row tells them."""
    return {f"{kind}.{key}": key for key in keys}


def contradicts(held: Person | None, birth: Any, numbered: bool) -> bool:
    """Whether somebody of the same name is surely another: another birth, or another number."""
    if held is None:
        return False
    if birth and held.birth and birth != held.birth:
        return True
    return numbered and held.identity_index is not None


def judged_otherwise(
    row: Row, stands: Mapping[str, str], verdict: Verdict
) -> Iterator[tuple[str, str]]:
    """The assurances of which a row surely says another verdict than stands."""
    for key in ASSURED:
        kind, new = key.removesuffix("_verdict"), row.text(f"household.{key}")
        if new and new != stands.get(kind):
            label = VOCABULARY["household"][key].label
            shown = (_shown("household", key, stands.get(kind)), _shown("household", key, new))
            verdict.differences.append(Difference(f"household.{key}", label, *shown))
            yield kind, new


def new_home(row: Row, name: str, place: Place) -> NewHome:
    """A household that a list brings in, with its sheet and how it stands."""
    told, judged = told_of(row, "household", HOME), told_of(row, "household", ASSURED)
    verdicts = {key.removesuffix("_verdict"): verdict for key, verdict in judged.items()}
    return NewHome(clock.new_id(), name, place, told, verdicts=verdicts)


def tell(verdict: Verdict, of: str, /, **new: Any) -> None:
    """What a row writes of some kind, as it is shown."""
    for key, value in new.items():
        if value not in (None, ""):
            verdict.differences.append(
                Difference(f"{of}.{key}", VOCABULARY[of][key].label, "", _shown(of, key, value))
            )


def tell_line(verdict: Verdict, item: str, old: int | None, new: int) -> None:
    """An amount of income that a row enters, or says otherwise."""
    shown = plain_text(old, "money") if old is not None else ""
    label = Label(item, item)
    verdict.differences.append(Difference("income.amount", label, shown, plain_text(new, "money")))


def tell_all(row: Row, verdict: Verdict) -> None:
    """What a card brings of somebody new, answer by answer; numbers masked, health covered."""
    for target, said in row.told.items():
        kind, _, key = target.partition(".")
        if kind not in _MODELS or key not in (*SHEET, *HOME, *ASSURED) or said.state != "sure":
            continue
        if key in OPENED:
            shown = "●●●"
        else:
            shown = mask_number(said.value) if key in _INDEXED else _shown(kind, key, said.value)
        if shown:
            label = VOCABULARY[kind][key].label
            verdict.differences.append(Difference(target, label, "", shown))

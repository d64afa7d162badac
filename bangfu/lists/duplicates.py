"""Pairs that may be one, as far as an account may open both; what lies beside each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet

from bangfu.ledger import vault
from bangfu.ledger.access import keys_inside, may, opens
from bangfu.ledger.actions.merging import Clash, clashes
from bangfu.ledger.actions.person import PLAIN, SEALED
from bangfu.ledger.models import Duplicate, Person, Place, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.same import and_merged
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import Cell, Language, lines
from bangfu.lists.dossier import TIED, held_of, tied_ever
from bangfu.lists.listing import Listing
from bangfu.lists.pages import total_of
from bangfu.programmes.kinds import Field, Kind, Label

#: The reasons in words, by the codes of the model.
REASONS: Mapping[str, Label] = {
    "number_same": Label("证件号码相同", "same identity number"),
    "number_digit": Label("证件号码只差一处", "the numbers differ in one digit"),
    "number_sequence": Label(
        "证件号码只差顺序码一位", "the numbers differ in one digit of the sequence"
    ),
    "number_other": Label("证件号码不同", "the numbers differ"),
    "name_same": Label("姓名相同", "same name"),
    "name_sound": Label("姓名同音", "the names sound alike"),
    "name_shape": Label("姓名形近", "the names look alike"),
    "name_order": Label("姓名字序不同", "the characters of the name stand in another order"),
    "name_near": Label("姓名差一个字", "one character of the name differs"),
    "name_other": Label("姓名不同", "the names differ"),
    "birth_same": Label("出生日期相同", "same birth date"),
    "birth_near": Label("出生日期只差一处", "the birth dates differ in one place"),
    "birth_other": Label("出生日期不同", "the birth dates differ"),
    "place_same": Label("同村", "same village"),
    "place_town": Label("同乡镇", "same township"),
    "place_other": Label("不同乡镇", "different townships"),
    "sex_same": Label("性别相同", "same sex"),
    "sex_other": Label("性别不同", "the sexes differ"),
    "home_head": Label("户主可能是同一人", "the heads may be the same person"),
    "home_members": Label("有几名成员可能是同一人", "several members may be the same persons"),
}  # fmt: skip
#: What speaks against it.
AGAINST = frozenset(code for code in REASONS if code.endswith("_other"))
#: The reasons that are said of everybody are left out where they say nothing.
UNSAID = frozenset(("sex_same",))
STATES: Mapping[str, Label] = {
    "open": Label("待判断", "to be decided"),
    "different": Label("不是同一人（户）", "not the same"),
    "same": Label("已合并", "merged"),
}


@dataclass(frozen=True, slots=True)
class Pair:
    """A pair as pages show it."""

    row: Duplicate

    @property
    def why(self) -> list[tuple[Label, bool]]:
        """The reasons in words, and whether each speaks for it."""
        codes = [code for code in self.row.reasons.split() if code in REASONS]
        return [(REASONS[code], code not in AGAINST) for code in codes if code not in UNSAID]

    @property
    def sure(self) -> str:
        """How sure it is, in per cent; nothing for a pair that a person named."""
        return f"{self.row.sure / 100:.2f}%" if self.row.sure else ""

    @property
    def state(self) -> Label:
        """What was decided."""
        return STATES[self.row.state]


def pairs(
    user: User | None, *, kind: str = "", state: str = "open", place: Place | None = None
) -> QuerySet[Duplicate]:
    """The pairs of which an account may open both, the surest first."""
    rows = Duplicate.objects.current().filter(state=state)
    if kind:
        rows = rows.filter(kind=kind)
    if place is not None:
        inside = Subject.objects.filter(place__in=keys_inside(place)).values("pk")
        rows = rows.filter(Q(one__in=inside) | Q(other__in=inside))
    if user is not None:
        rows = rows.filter(_opened(user, "one"), _opened(user, "other"))
    found: QuerySet[Duplicate] = rows.select_related("one__place", "other__place")
    return found.order_by("-sure", "date", "pk")


def _opened(user: User, side: str) -> Q:
    """Whether an account may open one of both."""
    q = Q(pk__in=[])
    for kind in ("person", "household"):
        subject = Subject.objects.filter(pk=OuterRef(side), kind=kind)
        q = q | Q(Exists(opens(user, VOCABULARY[kind], subject)))
    return q


def pair_of(user: User | None, key: UUID) -> Pair | None:
    """One pair of which the account may open both."""
    rows = Duplicate.objects.current().filter(pk=key)
    if user is not None:
        rows = rows.filter(_opened(user, "one"), _opened(user, "other"))
    row = rows.select_related("one__place", "other__place", "kept", "event__by").first()
    return Pair(row) if row is not None else None


def half_open(user: User, most: int) -> list[Subject]:
    """Those whom an account may open and who may be somebody whom it may not."""
    one, other = _opened(user, "one"), _opened(user, "other")
    rows = Duplicate.objects.current().filter((one & ~other) | (other & ~one), state="open")
    keys = {key for both in rows.order_by("-sure")[:most].values_list("one", "other")
            for key in both}  # fmt: skip
    found: dict[UUID, Subject] = {}
    for kind in ("person", "household"):
        mine = Subject.objects.filter(pk__in=keys, kind=kind).select_related("place")
        found |= {row.pk: row for row in opens(user, VOCABULARY[kind], mine)}
    return sorted(found.values(), key=lambda row: (row.sort_key, row.pk))


def waiting(user: User) -> int:
    """How many pairs wait for an account's word."""
    return total_of(pairs(user)) if may(user, "duplicate.merge") else 0


def merges_of(user: User, key: UUID) -> list[Duplicate]:
    """The merges by which others went into a person."""
    if and_merged(key) == (key,):
        return []
    rows = pairs(user, state="same").filter(kept=key)
    return list(rows.order_by("decided", "pk"))


# ------------------------------------------------------------------ side by side


@dataclass(frozen=True, slots=True)
class Beside:
    """One field of both: what stands there, whether it differs, whether it can be chosen."""

    field: Field
    one: Cell
    other: Cell
    differs: bool

    @property
    def contradicts(self) -> bool:
        """Whether both say something, and not the same."""
        return self.differs and bool(self.one.text and self.other.text)

    @property
    def chosen(self) -> bool:
        """Whether somebody says which of both is right; the relation goes with the household."""
        key = self.field.key
        taken = key in ("name", "place") or key in PLAIN or key in SEALED
        return self.differs and taken and key != "relation"

    @property
    def first(self) -> str:
        """Whose value is right unless somebody says otherwise: where only one is known, that."""
        return "other" if self.other.text and not self.one.text else "one"


def moment_of(row: Subject, now: Moment) -> Moment:
    """The present, or the last day of somebody who is not there any more."""
    return now.on_day(row.ended) if row.ended and row.ended < now.on else now


def beside(pair: Duplicate, now: Moment, language: Language) -> list[Beside]:
    """The fields in which at least one of both says something, in the order of the vocabulary."""
    kind = VOCABULARY[pair.kind]
    fields = [f for f in kind.fields.values() if _of_sheet(f)]
    one, other = (_cells(kind, row, fields, now, language) for row in (pair.one, pair.other))
    sealed = _sealed_same(pair) if pair.kind == "person" else {}
    return [
        Beside(field, a, b, _differs(field, a, b, sealed))
        for field, a, b in zip(fields, one, other, strict=True)
        if a.text or b.text
    ]


def _of_sheet(field: Field) -> bool:
    return field.key in ("name", "place") or field.read.startswith("sheet.")


def _cells(
    kind: Kind, row: Subject, fields: Sequence[Field], now: Moment, language: Language
) -> Sequence[Cell]:
    moment = moment_of(row, now)
    listing = Listing((kind.name,), moment, keys=(row.fact,))
    found = lines(listing, listing.sure(), fields, language=language)
    return found[0].cells if found else [Cell(None, "") for _ in fields]


def _differs(field: Field, one: Cell, other: Cell, sealed: Mapping[str, bool]) -> bool:
    if field.key in sealed and one.text and other.text:
        return not sealed[field.key]
    return one.text != other.text


def _sealed_same(pair: Duplicate) -> dict[str, bool]:
    """For each sealed field whether both say the same: opened here, and shown to nobody."""
    told = [_opened_sheet(row) for row in (pair.one, pair.other)]
    return {name: told[0].get(name) == told[1].get(name) for name in told[0] | told[1]}


def _opened_sheet(row: Subject) -> dict[str, str]:
    held = Person.objects.current().filter(fact=row.fact).order_by("-began").first()
    key = vault.keys_of([row.fact]).get(row.fact)
    if held is None or key is None:
        return {}
    return {n: key.open(n, bytes(getattr(held, n))) for n in SEALED if getattr(held, n)}


def hanging(user: User, row: Subject, now: Moment) -> list[tuple[Label, int]]:
    """How many records of each kind are tied to somebody and open to the account."""
    held = held_of(row.fact)
    found = [
        (VOCABULARY[name].label, tied_ever(user, name, row.fact, now).count())
        for name in TIED
        if name in held
    ]
    return [(label, count) for label, count in found if count]


def excluding(user: User, pair: Duplicate, now: Moment) -> list[Clash]:
    """What runs for both and cannot run for one person, where somebody must say which ends."""
    if pair.kind != "person":
        return []
    found = [c for c in clashes(pair.one_id, pair.other_id, now.on) if not c.alike]
    return [c for c in found if _seen(user, c.of_gone) and _seen(user, c.of_keep)]


def _seen(user: User, row: Any) -> bool:
    name = str(row._meta.model_name)
    if name not in VOCABULARY.kinds:
        return False
    return opens(user, VOCABULARY[name], type(row).objects.filter(pk=row.pk)).exists()

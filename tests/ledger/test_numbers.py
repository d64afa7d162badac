"""What people type is read as it was meant, or refused with a word on what would be right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from stdnum import luhn
from stdnum.cn import ric, uscc

from bangfu.ledger.document_numbers import (
    DocumentNumber,
    propose_document_numbers,
    read_document_number,
)
from bangfu.ledger.numbers import (
    NumberError,
    birth_of,
    comparable,
    identity_kind,
    read_bank_card,
    read_credit_code,
    read_disability,
    read_identity,
    read_phone,
    sex_of,
)

UNHURRIED = settings(deadline=None)
TODAY = date(2026, 11, 23)
WOMAN = "11010519491231002X"
MAN = "440524188001010014"
CODE = "91350100M000100Y43"


def identity(text: str) -> str:
    return read_identity(text, today=TODAY)


def disability(text: str) -> str:
    return read_disability(text, today=TODAY)


def refused(read: Callable[[str], object], text: str) -> NumberError:
    with pytest.raises(NumberError) as caught:
        read(text)
    return caught.value


@st.composite
def identities(draw: st.DrawFn) -> str:
    division = draw(st.sampled_from(["110105", "990001", "810000", "610824", "911156"]))
    born = draw(st.dates(date(1900, 1, 1), TODAY))
    seventeen = f"{division}{born:%Y%m%d}{draw(st.integers(1, 998)):03d}"
    return seventeen + str(ric.calc_check_digit(seventeen + "0"))


class TestIdentity:
    @pytest.mark.parametrize("number", [WOMAN, MAN])
    def test_the_standards_own_numbers_are_read(self, number: str) -> None:
        assert identity(number) == number

    @UNHURRIED
    @given(number=identities())
    def test_every_well_formed_number_is_read(self, number: str) -> None:
        assert identity(number) == number

    @UNHURRIED
    @given(number=identities(), place=st.integers(0, 17), other=st.sampled_from("0123456789X"))
    def test_every_change_of_one_character_is_found(
        self, number: str, place: int, other: str
    ) -> None:
        assume(number[place] != other)
        refused(identity, number[:place] + other + number[place + 1 :])

    def test_every_change_of_one_digit_of_the_vectors_is_found(self) -> None:
        for number in (WOMAN, MAN):
            for place in range(18):
                for other in "0123456789X":
                    if other != number[place]:
                        refused(identity, number[:place] + other + number[place + 1 :])

    @UNHURRIED
    @given(number=identities(), place=st.integers(0, 16))
    def test_every_swap_of_neighbours_is_found(self, number: str, place: int) -> None:
        assume(number[place] != number[place + 1])
        swapped = number[:place] + number[place + 1] + number[place] + number[place + 2 :]
        refused(identity, swapped)

    @pytest.mark.parametrize(
        "typed",
        [
            "11010519491231002x",
            " 110105 19491231 002X\n",
            "１１０１０５１９４９１２３１００２Ｘ",
            "'11010519491231002X",
            "\u202d11010519491231002X\u202c",
            "110105-19491231-002X",
        ],
    )
    def test_width_spaces_dashes_and_case_do_not_matter(self, typed: str) -> None:
        assert identity(typed) == WOMAN

    @pytest.mark.parametrize(
        ("typed", "code", "word"),
        [
            ("", "blank", "未填写"),
            ("   ", "blank", "未填写"),
            ("4.40524E+17", "scientific", "科学计数"),
            ("4.40524188001010e+17", "scientific", "科学计数"),
            ("4E+17", "scientific", "文本"),
            ("110105194912310000", "rounded", "000"),
            ("1101051949123100", "length", "应为18位，现为16位"),
            ("11010519490229002X", "birth", "不是存在的日期"),
            ("110105194902290021", "birth", "不是存在的日期"),
            ("110105202611240021", "birth", "1800-01-01至2026-11-23"),
            ("110105179912310021", "birth", "1800-01-01"),
            ("110105194912310021", "check", "应为X"),
            ("999999194912310021", "placeholder", "占位号"),
            ("100105194912310021", "division", "前两位"),
            ("USA110088061201", "other_document", "旧版"),
            ("11010519491231٠02X", "character", "第15位应为数字"),
        ],
    )
    def test_what_is_wrong_is_said(self, typed: str, code: str, word: str) -> None:
        error = refused(identity, typed)
        assert error.code == code
        assert word in error.label.zh

    @pytest.mark.parametrize(
        "typed", [WOMAN[:17] + "0", "99" + WOMAN[2:], WOMAN + "1", "O" + WOMAN[1:], WOMAN[:15]]
    )
    def test_a_refusal_does_not_quote_the_number(self, typed: str) -> None:
        error = refused(identity, typed)
        for text in (str(error), error.label.zh, error.label.en):
            assert typed[6:14] not in text
            assert typed not in text

    def test_a_birth_today_is_read_and_one_tomorrow_is_not(self) -> None:
        number = f"990001{TODAY:%Y%m%d}001"
        whole = number + str(ric.calc_check_digit(number + "0"))
        assert read_identity(whole, today=TODAY) == whole
        error = refused(lambda text: read_identity(text, today=TODAY - timedelta(days=1)), whole)
        assert error.code == "birth"

    @pytest.mark.parametrize(
        ("typed", "proposal"),
        [
            ("11O10519491231002X", WOMAN),
            ("llOlO519491231002X", WOMAN),
            ("11010519491231002×", WOMAN),
            ("11010519491231002Х", WOMAN),
            ("11O10519491231003X", None),
        ],
    )
    def test_a_letter_for_a_digit_is_refused_with_a_proposal(
        self, typed: str, proposal: str | None
    ) -> None:
        assert refused(identity, typed).proposal == proposal

    def test_fifteen_digits_are_refused_with_the_present_form(self) -> None:
        error = refused(identity, "110105491231002")
        assert (error.code, error.proposal) == ("archive", WOMAN)

    def test_fifteen_digits_are_read_in_an_archive(self) -> None:
        number = read_identity("110105491231002", today=TODAY, archive=True)
        assert number == "110105491231002"
        assert identity_kind(number) == "archive"

    def test_fifteen_digits_with_an_impossible_day_are_refused_even_in_an_archive(self) -> None:
        error = refused(
            lambda text: read_identity(text, today=TODAY, archive=True), "110105491331002"
        )
        assert error.code == "birth"

    @pytest.mark.parametrize(
        ("number", "kind"),
        [
            (WOMAN, "resident"),
            ("810000199001010014", "permit"),
            ("830000199001010014", "permit"),
            ("911156199001010014", "foreigner"),
            ("990001199001010014", "fictional"),
        ],
    )
    def test_kinds_are_told_by_how_they_begin(self, number: str, kind: str) -> None:
        assert identity_kind(number) == kind

    @pytest.mark.parametrize(
        ("number", "birth", "sex"),
        [
            (WOMAN, date(1949, 12, 31), "2"),
            (MAN, date(1880, 1, 1), "1"),
            ("110105491231002", date(1949, 12, 31), "2"),
            (WOMAN + "43", date(1949, 12, 31), "2"),
            (WOMAN + "43B1", date(1949, 12, 31), "2"),
        ],
    )
    def test_birth_and_sex_are_read_from_it(self, number: str, birth: date, sex: str) -> None:
        assert (birth_of(number), sex_of(number)) == (birth, sex)

    @pytest.mark.parametrize("text", ["", "1", "x" * 15, "x" * 18, WOMAN[:17], WOMAN + "1"])
    def test_what_is_no_number_carries_no_birth_and_no_sex(self, text: str) -> None:
        with pytest.raises(ValueError, match="carries no birth"):
            birth_of(text)
        with pytest.raises(ValueError, match="carries no sex"):
            sex_of(text)


class TestDisability:
    @pytest.mark.parametrize("number", [WOMAN + "43", WOMAN + "11B1", MAN + "74B9"])
    def test_certificates_are_read(self, number: str) -> None:
        assert disability(number.lower()) == number

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            (WOMAN, "length"),
            (WOMAN + "431", "length"),
            (WOMAN + "03", "category"),
            (WOMAN + "83", "category"),
            (WOMAN + "40", "level"),
            (WOMAN + "45", "level"),
            (WOMAN + "43A1", "issue"),
            (WOMAN + "43B0", "issue"),
            (WOMAN[:17] + "143", "check"),
        ],
    )
    def test_what_is_wrong_is_said(self, typed: str, code: str) -> None:
        assert refused(disability, typed).code == code


class TestCreditCode:
    def test_the_standards_own_code_is_read(self) -> None:
        assert read_credit_code(" 91350100-m000100y43 ") == CODE

    def test_a_rural_collective_with_a_letter_in_front_is_read(self) -> None:
        code = "N2350100M000100Y4"
        whole = code + str(uscc.calc_check_digit(code))
        assert read_credit_code(whole) == whole

    def test_every_change_of_one_character_is_found(self) -> None:
        for place in range(18):
            for other in "0123456789ABCDEFGHJKLMNPQRTUWXY":
                if other != CODE[place]:
                    refused(read_credit_code, CODE[:place] + other + CODE[place + 1 :])

    @pytest.mark.parametrize(
        ("typed", "code", "proposal"),
        [
            ("9135O1OOM0OO1OOY43", "character", CODE),
            ("9I350100M000100Y43", "character", CODE),
            ("9135O100M000100Y44", "character", None),
            ("91350100M000100Y4", "length", None),
            ("350100000000001", "old_registration", None),
            ("9.135E+17", "scientific", None),
            ("91350100M000100Y44", "check", None),
        ],
    )
    def test_what_is_wrong_is_said(self, typed: str, code: str, proposal: str | None) -> None:
        error = refused(read_credit_code, typed)
        assert (error.code, error.proposal) == (code, proposal)


class TestPhone:
    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            ("13800138000", "13800138000"),
            ("+86 138-0013-8000", "13800138000"),
            ("008613800138000", "13800138000"),
            ("８６ １３８００１３８０００", "13800138000"),
            ("11012345678", "11012345678"),
            ("4008001234", "4008001234"),
            ("0915-3221234", "0915-3221234"),
            ("（0915）3221234", "0915-3221234"),
            ("09153221234", "0915-3221234"),
            ("01062345678", "010-62345678"),
            ("0915-3221234转801", "0915-3221234-801"),
            ("0915-3221234-801", "0915-3221234-801"),
            ("0915—3221234—8", "0915-3221234-8"),
            ("13800138000-12", "13800138000-12"),
        ],
    )
    def test_phones_are_read_in_one_form(self, typed: str, read: str) -> None:
        assert read_phone(typed) == read
        assert read_phone(read) == read

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("", "blank"),
            ("1.38E+10", "scientific"),
            ("13800138000/13900139000", "character"),
            ("1380013800013900139000", "two"),
            ("138001380", "length"),
            ("12800138000", "mobile"),
            ("11912345678", "mobile"),
            ("3221234", "area"),
            ("0915-322123", "landline"),
            ("010-12345678", "landline"),
            ("013800138000", "zero"),
            ("无", "character"),
        ],
    )
    def test_what_is_wrong_is_said(self, typed: str, code: str) -> None:
        assert refused(read_phone, typed).code == code

    def test_a_zero_before_a_mobile_is_refused_with_a_proposal(self) -> None:
        assert refused(read_phone, "013800138000").proposal == "13800138000"

    def test_the_country_does_not_matter_for_comparing(self) -> None:
        assert comparable("phone", "+86 13800138000") == comparable("phone", "138 0013 8000")
        assert comparable("identity", "8613800138000") == "8613800138000"


class TestBankCard:
    @pytest.mark.parametrize("number", ["6222021234567890128", "4111111111111111"])
    def test_cards_are_read(self, number: str) -> None:
        spaced = " ".join(number[at : at + 4] for at in range(0, len(number), 4))
        assert read_bank_card(spaced) == number

    @UNHURRIED
    @given(fifteen=st.integers(10**14, 10**15 - 1), place=st.integers(0, 15), by=st.integers(1, 9))
    def test_every_change_of_one_digit_is_found(self, fifteen: int, place: int, by: int) -> None:
        number = f"{fifteen}{luhn.calc_check_digit(str(fifteen))}"
        assert read_bank_card(number) == number
        other = str((int(number[place]) + by) % 10)
        assert refused(read_bank_card, number[:place] + other + number[place + 1 :]).code == "check"

    @pytest.mark.parametrize(
        ("typed", "code"),
        [
            ("6.22202E+18", "scientific"),
            ("622202123456789", "length"),
            ("62220212345678901234", "length"),
            ("622202123456789012A", "character"),
            ("6222021234567890123", "check"),
            ("٤111111111111111", "character"),
        ],
    )
    def test_what_is_wrong_is_said(self, typed: str, code: str) -> None:
        assert refused(read_bank_card, typed).code == code


def document(text: str) -> DocumentNumber:
    return read_document_number(text, today=TODAY)


class TestDocumentNumber:
    @UNHURRIED
    @given(
        organ=st.from_regex(r"[一-龥]{1,8}", fullmatch=True),
        year=st.integers(1949, 2026),
        number=st.integers(1, 9999),
    )
    def test_what_is_written_is_read(self, organ: str, year: int, number: int) -> None:
        paper = DocumentNumber(organ, year, number)
        assert document(str(paper)) == paper
        assert propose_document_numbers(str(paper), today=TODAY) == ()

    @pytest.mark.parametrize(
        ("typed", "proposal", "reason"),
        [
            ("山组字〔20091号", "山组字〔2009〕1号", "年份后缺“〕”"),
            ("山组字2009〕1号", "山组字〔2009〕1号", "年份前缺“〔”"),
            ("山组字〔200912号", "山组字〔2009〕12号", "年份按四位断开"),
            ("景发[2019]8号", "景发〔2019〕8号", "六角括号"),
            ("景发（2019）8号", "景发〔2019〕8号", "六角括号"),
            ("景发【2019】8号", "景发〔2019〕8号", "六角括号"),
            ("景发〔2019〕第8号", "景发〔2019〕8号", "不加“第”"),
            ("景发〔2019〕008号", "景发〔2019〕8号", "不编虚位"),
            ("景发〔2019〕8", "景发〔2019〕8号", "缺“号”"),
            ("景发〔09〕8号", "景发〔2009〕8号", "四位"),
            ("景发〔98〕8号", "景发〔1998〕8号", "四位"),
            ("景发 〔２０１９〕８号", "景发〔2019〕8号", "全角改半角"),
            ("景发〔2019年〕8号", "景发〔2019〕8号", "写法"),
        ],
    )
    def test_a_damaged_one_is_refused_with_a_proposal_and_its_reason(
        self, typed: str, proposal: str, reason: str
    ) -> None:
        error = refused(document, typed)
        assert error.proposal == proposal
        assert reason in error.label.zh
        (found,) = propose_document_numbers(typed, today=TODAY)
        assert str(found.number) == proposal

    @pytest.mark.parametrize(
        "typed",
        ["", "景发", "〔2019〕8号", "景发〔2019〕号", "景发〔3019〕8号", "景发〔2027]8号", "12号"],
    )
    def test_what_is_beyond_repair_gets_no_proposal(self, typed: str) -> None:
        assert refused(document, typed).proposal is None

    @pytest.mark.parametrize("year", [1948, 2027])
    def test_the_year_must_have_come(self, year: int) -> None:
        assert refused(document, f"景发〔{year}〕8号").code == "year"

    def test_a_second_fault_is_named_too(self) -> None:
        (found,) = propose_document_numbers("景发[2019]第08号", today=TODAY)
        assert len(found.reasons) == 3

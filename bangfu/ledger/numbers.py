"""Numbers that people type: read, checked, and refused with a word on what would be right.

A refusal never quotes the number itself, so that it may be shown, logged and kept; what it
proposes (:attr:`NumberError.proposal`) is as personal as what was typed. Nothing is put right
without a person's consent, except width, spaces, dashes and case.

Two things that cannot be real are accepted so that demonstrations can be read in: division
``99`` and phones that begin with ``110``.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from datetime import date
from typing import Literal

from stdnum import luhn
from stdnum.cn import ric, uscc

from bangfu.programmes.kinds import Label

IdentityKind = Literal["resident", "permit", "foreigner", "archive", "fictional"]

_MARKS = r"\s'\-\u200b-\u200f\u2010-\u2015\u2018\u2019\u202a-\u202e\u2060-\u2069\u2212\ufeff"
_IGNORED = re.compile(rf"[{_MARKS}]+")
_SCIENTIFIC = re.compile(r"[0-9](\.[0-9]+)?E\+[0-9]+")
_COUNTRY = re.compile(r"^(\+|00)?86(?=1[0-9]{10}$)")
_PROVINCES = frozenset(
    "11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 "
    "61 62 63 64 65 71 81 82 83".split()
)
_LOOK_ALIKE = str.maketrans("OQIL", "0011")
_CROSSES = str.maketrans("×ХΧ✕✖*", "XXXXXX")
_OLDEST = date(1800, 1, 1)
_CREDIT_ALPHABET = frozenset("0123456789ABCDEFGHJKLMNPQRTUWXY")
_CREDIT_LOOK_ALIKE = str.maketrans("OISZV", "0152U")
_OLD_FOREIGNER = re.compile(r"[A-Z]{3}[0-9]{12}")
_DASHES = re.compile(r"[\u2010-\u2015\u2212]")
_DASHED_EXTENSION = re.compile(
    r"(\(?0[0-9]{2,3}\)?[\s-]*[2-8][0-9]{6,7}|1[3-9][0-9]{9})-([0-9]{1,6})"
)
_EXTENSION = re.compile(r"(?:转|EXT\.?|#|X|,)([0-9]{1,6})$")
_MOBILE = re.compile(r"1[3-9][0-9]{9}|110[0-9]{8}|[48]00[0-9]{7}")
#: Among words: so many digits, perhaps with marks between them, that they may be somebody's.
_MANY_DIGITS = re.compile(rf"\d(?:[{_MARKS}._]{{0,3}}\d){{10}}")
_RUN = re.compile(rf"[0-9]+X?(?:[{_MARKS}._]{{1,3}}[0-9]+X?)*")
_PART = re.compile(r"[0-9]+X?")
_MOBILE_AMONG_WORDS = re.compile(r"(?:(?:00)?86)?(?:1[3-9][0-9]{9}|110[0-9]{8})")
#: How people part the digits of a mobile number; others are numbers that stand side by side.
_MOBILE_PARTS = frozenset(((11,), (13,), (15,), (3, 4, 4), (3, 8), (7, 4), (4, 4, 3)))
_HEXADECIMAL = frozenset("0123456789ABCDEFabcdef")
_LANDLINE = re.compile(r"(010|02[0-9]|0[3-9][0-9]{2})([2-8][0-9]{6,7})")


class NumberError(ValueError):
    """A number is not as it should be.

    ``code`` names the trouble, ``label`` says it in both languages with what would be right,
    ``proposal`` is a number that a person may accept instead. None of the first two quotes it.
    """

    def __init__(self, code: str, zh: str, en: str, *, proposal: str | None = None) -> None:
        super().__init__(en)
        self.code = code
        self.label = Label(zh, en)
        self.proposal = proposal


def bare(text: str) -> str:
    """A number without what people write round it: width, spaces, dashes, quotes, case."""
    if text.isascii() and text.isalnum():
        return text.upper()
    return _IGNORED.sub("", unicodedata.normalize("NFKC", text)).upper()


def comparable(kind: str, text: str) -> str:
    """The one way of writing a number of a kind under which it is compared; refuses nothing."""
    return _COUNTRY.sub("", bare(text)) if kind == "phone" else bare(text)


def read_identity(text: str, *, today: date, archive: bool = False) -> str:
    """A citizen identity number in its 18 characters (GB 11643); also residence permits
    (81, 82, 83) and the foreigners' card of 2023 (9).

    With ``archive`` the 15 digits issued before 1999 are accepted as they stand; without, they
    are refused and the number in 18 characters is proposed. Raises :class:`NumberError`.
    """
    number = _typed(text)
    if len(number) == 15 and _are_digits(number):
        return _archive_number(number, today=today, accepted=archive)
    if _OLD_FOREIGNER.fullmatch(number):
        raise NumberError(
            "other_document",
            "这是旧版外国人永久居留证号，不是18位证件号码；请按其他证件登记",
            "this is a foreigners' card of before 2023; register it as another document",
        )
    _check_length(number, 18)
    _check_digits(number, 17)
    _check_division(number)
    _check_birth(number[6:14], today=today)
    _check_identity_digit(number)
    return number


def identity_kind(number: str) -> IdentityKind:
    """What sort of identity number one that was read is; ``fictional`` for demonstrations."""
    if len(number) == 15:
        return "archive"
    if number.startswith("99"):
        return "fictional"
    if number.startswith("9"):
        return "foreigner"
    return "permit" if number[:2] in ("81", "82", "83") else "resident"


def birth_of(identity: str) -> date:
    """The day of birth that an identity number (or a disability certificate) carries.

    The century of 15 digits is taken to be the twentieth. Raises :class:`ValueError` for what
    carries none.
    """
    digits = identity[6:14] if len(identity) >= 18 else "19" + identity[6:12]
    if len(identity) not in (15, 18, 20, 22) or not _are_digits(digits):
        raise ValueError("this is not an identity number that was read: it carries no birth")
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


def sex_of(identity: str) -> str:
    """The sex that an identity number carries, as in GB/T 2261.1: ``1`` male, ``2`` female.

    Raises :class:`ValueError` for what carries none.
    """
    digit = identity[16:17] if len(identity) in (18, 20, 22) else identity[14:]
    if len(digit) != 1 or digit not in "0123456789":
        raise ValueError("this is not an identity number that was read: it carries no sex")
    return "1" if int(digit) % 2 else "2"


def personal_number_in(text: str, *, today: date) -> Literal["identity", "phone", ""]:
    """What number of a person stands among words: one that passes an identity number's checks,
    or a mobile number; nothing for codes of places and organisations, vouchers and counts.
    """
    if len(text) < 11 or not _MANY_DIGITS.search(text):
        return ""
    plain = unicodedata.normalize("NFKC", text).upper().translate(_CROSSES)
    windows = [window for run in _RUN.finditer(plain) for window in _windows(run)]
    if any(_is_somebody(digits, today) for digits, _ in windows):
        return "identity"
    return "phone" if any(alone and _is_mobile(digits) for digits, alone in windows) else ""


def _windows(run: re.Match[str]) -> Iterator[tuple[str, bool]]:
    """What neighbouring parts of a run of digits read together, as far as it is long enough;
    and whether they are parted as a mobile number is, and stand in no hexadecimal number.
    """
    parts = list(_PART.finditer(run[0]))
    beside = run.string[max(run.start() - 1, 0) : run.start()] + run.string[run.end() :][:1]
    alone = _HEXADECIMAL.isdisjoint(beside)
    for first in range(len(parts)):
        shape: tuple[int, ...] = ()
        for last in range(first, len(parts)):
            shape = (*shape, len(parts[last][0]))
            if sum(shape) > _LONGEST:
                break
            digits = "".join(part[0] for part in parts[first : last + 1])
            yield digits, alone and shape in _MOBILE_PARTS


#: The longest that holds somebody's number: a disability certificate of twenty characters.
_LONGEST = 20


def _is_somebody(digits: str, today: date) -> bool:
    """Whether these are an identity number, or a certificate that begins with one."""
    try:
        if len(digits) == _LONGEST:
            read_disability(digits, today=today)
        else:
            read_identity(digits, today=today)
    except NumberError:
        return False
    return True


def _is_mobile(digits: str) -> bool:
    return bool(_MOBILE_AMONG_WORDS.fullmatch(digits))


def read_disability(text: str, *, today: date) -> str:
    """A disability certificate: an identity number, category 1 to 7, level 1 to 4 (20
    characters), and ``B`` with a count where it was issued anew (22).

    Raises :class:`NumberError`.
    """
    number = _typed(text)
    if len(number) not in (20, 22):
        raise NumberError(
            "length",
            f"残疾人证号应为20位（换领补发为22位），现为{len(number)}位",
            f"a disability certificate has 20 characters (22 when issued anew), not {len(number)}",
        )
    read_identity(number[:18], today=today)
    if number[18] not in "1234567":
        raise NumberError(
            "category", "第19位残疾类别应为1至7", "character 19, the category, is 1 to 7"
        )
    if number[19] not in "1234":
        raise NumberError("level", "第20位残疾等级应为1至4", "character 20, the level, is 1 to 4")
    if number[20:] and not re.fullmatch(r"B[1-9]", number[20:]):
        raise NumberError(
            "issue",
            "第21、22位应为B和换领次数（1至9）",
            "characters 21 and 22 are B and the count of issues, 1 to 9",
        )
    return number


def read_credit_code(text: str) -> str:
    """A unified social credit code of an organisation (GB 32100), 18 characters.

    Raises :class:`NumberError`; where letters that it never has stand for digits, with a
    proposal.
    """
    code = _typed(text)
    if len(code) == 15 and _are_digits(code):
        raise NumberError(
            "old_registration",
            "15位是旧的工商注册号；统一社会信用代码为18位",
            "15 digits are an old registration number; a unified code has 18 characters",
        )
    _check_length(code, 18)
    for place, character in enumerate(code, 1):
        if character not in _CREDIT_ALPHABET:
            meant = code.translate(_CREDIT_LOOK_ALIKE)
            raise NumberError(
                "character",
                f"第{place}位不可用：代码只含数字和大写字母，且无I、O、S、V、Z",
                f"character {place} cannot be: a code has digits and letters without I, O, S, V, Z",
                proposal=meant if _is_credit_code(meant) else None,
            )
    if not _is_credit_code(code):
        raise NumberError(
            "check",
            f"校验码不符：前17位的校验码应为{uscc.calc_check_digit(code)}；请核对全部18位",
            f"the check character of these 17 is {uscc.calc_check_digit(code)}; compare all 18",
        )
    return code


def read_phone(text: str) -> str:
    """A phone number: 11 digits of a mobile, or area code, dash and number of a landline, with
    a dash before an extension.

    The country code 86 is dropped. Raises :class:`NumberError`.
    """
    if _MOBILE.fullmatch(text):
        return text
    plain = _DASHES.sub("-", unicodedata.normalize("NFKC", text)).strip()
    dashed = _DASHED_EXTENSION.fullmatch(plain)
    typed = _typed(f"{dashed[1]}转{dashed[2]}" if dashed else plain)
    extension = _EXTENSION.search(typed)
    digits = _COUNTRY.sub("", typed[: extension.start()] if extension else typed)
    digits = digits.replace("(", "").replace(")", "")
    tail = f"-{extension[1]}" if extension else ""
    if not _are_digits(digits):
        raise NumberError(
            "character",
            "电话只应有数字；一格只填一个号码",
            "a phone number has digits only; write one number in a cell",
        )
    if _MOBILE.fullmatch(digits):
        return digits + tail
    if landline := _LANDLINE.fullmatch(digits):
        return f"{landline[1]}-{landline[2]}{tail}"
    raise _wrong_phone(digits)


def read_bank_card(text: str) -> str:
    """A bank card number: 16 to 19 digits with the check digit of ISO/IEC 7812.

    Raises :class:`NumberError`.
    """
    number = _typed(text)
    if not _are_digits(number):
        raise NumberError("character", "银行卡号只应有数字", "a card number has digits only")
    if not 16 <= len(number) <= 19:
        raise NumberError(
            "length",
            f"银行卡号应为16至19位，现为{len(number)}位；存折账号请按账号登记",
            f"a card number has 16 to 19 digits, not {len(number)}; a passbook has another number",
        )
    if not luhn.is_valid(number):
        raise NumberError(
            "check",
            "银行卡号校验不符，至少有一位写错；请对照卡面",
            "the check digit does not agree: at least one digit is wrong; compare with the card",
        )
    return number


def _are_digits(text: str) -> bool:
    return text.isascii() and text.isdigit()


def _typed(text: str) -> str:
    number = bare(text)
    if not number:
        raise NumberError("blank", "未填写", "nothing was written")
    if _SCIENTIFIC.fullmatch(number):
        raise NumberError(
            "scientific",
            "表格软件把号码变成了科学计数，后面的数字已丢失；请把该列设为文本并重新录入",
            "the spreadsheet turned the number into scientific notation and lost its last digits; "
            "set the column to text and type it again",
        )
    return number


def _check_length(number: str, right: int) -> None:
    if len(number) != right:
        raise NumberError(
            "length",
            f"应为{right}位，现为{len(number)}位",
            f"there must be {right} characters, not {len(number)}",
        )


def _check_digits(number: str, until: int) -> None:
    if _are_digits(number[:until]):
        return
    for place, character in enumerate(number[:until], 1):
        if character not in "0123456789":
            meant = number[:until].translate(_LOOK_ALIKE) + number[until:]
            raise NumberError(
                "character",
                f"第{place}位应为数字",
                f"character {place} must be a digit",
                proposal=meant if _is_identity(meant) else None,
            )


def _check_division(number: str) -> None:
    if number.startswith("999999"):
        raise NumberError(
            "placeholder",
            "999999开头是“暂无证件”的占位号，不是身份证号；没有证件请留空",
            "999999 marks someone without a number; leave the cell empty instead",
        )
    if number[0] != "9" and number[:2] not in _PROVINCES:
        raise NumberError(
            "division",
            "前两位不是任何省级行政区的代码",
            "the first two digits are no province's code",
        )


def _check_birth(digits: str, *, today: date) -> None:
    try:
        born = date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))
    except ValueError:
        raise NumberError(
            "birth",
            "第7至14位不是存在的日期（年4位、月2位、日2位）",
            "characters 7 to 14 are no day that exists (year, month, day)",
        ) from None
    if not _OLDEST <= born <= today:
        raise NumberError(
            "birth",
            f"第7至14位的出生日期应在{_OLDEST}至{today}之间",
            f"the day of birth in characters 7 to 14 must lie between {_OLDEST} and {today}",
        )


def _check_identity_digit(number: str) -> None:
    right = ric.calc_check_digit(number)
    if number[17] == right:
        return
    if number.endswith("000"):
        raise NumberError(
            "rounded",
            "后三位被表格软件变成了000；请把该列设为文本并重新录入",
            "the spreadsheet turned the last three digits into zeros; set the column to text and "
            "type it again",
        )
    cross = number.translate(_CROSSES)
    raise NumberError(
        "check",
        f"校验码不符：前17位的校验码应为{right}；请对照证件核对全部18位",
        f"the check character of these 17 digits is {right}; compare all 18 with the document",
        proposal=cross if cross[17] == right else None,
    )


def _archive_number(number: str, *, today: date, accepted: bool) -> str:
    _check_division(number)
    _check_birth("19" + number[6:12], today=today)
    if accepted:
        return number
    whole = number[:6] + "19" + number[6:] + "0"
    raise NumberError(
        "archive",
        "15位是1999年前的旧号码；请填写现用的18位号码",
        "15 digits are a number of before 1999; write the present one in 18 characters",
        proposal=whole[:17] + ric.calc_check_digit(whole),
    )


def _is_identity(number: str) -> bool:
    return _are_digits(number[:17]) and number[17] == ric.calc_check_digit(number)


def _is_credit_code(code: str) -> bool:
    return _CREDIT_ALPHABET.issuperset(code) and code[17] == str(uscc.calc_check_digit(code))


def _wrong_phone(digits: str) -> NumberError:
    if len(digits) in (7, 8):
        return NumberError(
            "area",
            "座机缺区号，如0915-3221234",
            "the landline lacks its area code, as in 0915-3221234",
        )
    if re.fullmatch(r"01[3-9][0-9]{9}", digits):
        return NumberError(
            "zero", "手机号前不加0", "no zero stands before a mobile number", proposal=digits[1:]
        )
    if digits.startswith("0"):
        return NumberError(
            "landline",
            "座机应为区号（3或4位）加7或8位号码",
            "a landline has an area code of 3 or 4 digits and a number of 7 or 8",
        )
    if len(digits) in (22, 24):
        return NumberError("two", "一格只填一个号码", "write one number in a cell")
    if len(digits) != 11:
        return NumberError(
            "length",
            f"手机号应为11位，现为{len(digits)}位",
            f"a mobile number has 11 digits, not {len(digits)}",
        )
    return NumberError(
        "mobile",
        "手机号第一位应为1，第二位应为3至9",
        "a mobile number begins with 1 and a digit from 3 to 9",
    )

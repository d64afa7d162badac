"""Words in a cell: cleaned with a note of what was changed, and what stands for nothing."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import cache
from typing import Any, Literal

import opencc

from bangfu.programmes.kinds import Label
from bangfu.tables.grid import Value

#: What a person writes into a cell so that the value on record is erased; a blank never does.
ERASE = "#清空"

_NOTHING = frozenset(
    "/ \\ - -- — —— – …… … ... N/A n/a NULL null None nan NaN #N/A 空 空白 暂无 待填 未填".split()
) | {""}
_MASKED = re.compile(
    r"\*{2,}|[0-9][×xX_*]{2,}|[×xX]{3,}|_{2,}|^[\u3400-\u9fff][某*×]{1,2}$|^.某.?$|某某|■|□□"
)
#: What masks a value; most cells hold none of it.
_MASKING = re.compile(r"[*×xX_某■□]")
_PINYIN = re.compile(
    r"(?<=[\u3400-\u9fff])[(（][a-zāáǎàēéěèīíǐìōóǒòūúǔùüǖǘǚǜńňǹḿ\-\s·]+[)）]", re.IGNORECASE
)
_UNSEEN = re.compile(r"[\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff\u00ad]")
#: Nothing in such words is to be cleaned.
_CLEAN = re.compile(r"[0-9A-Za-z\u4e00-\u9fff]+")


@dataclass(frozen=True, slots=True)
class Told:
    """What a cell says: ``sure``; ``unknown`` (masked); ``doubtful`` (to be asked, with why);
    ``blank`` (nothing: unchanged) or ``erased`` (explicitly).
    """

    value: Any = None
    state: Literal["sure", "unknown", "doubtful", "blank", "erased"] = "sure"
    notes: tuple[Label, ...] = ()
    asks: Label | None = None


class WrongValue(ValueError):
    """A cell cannot be read as what is asked; ``label`` says why and what would be right.

    It never quotes a personal value.
    """

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.label = Label(zh, en)


BLANK = Told(None, "blank")
ERASED = Told(None, "erased")
MASKED = Told(
    None,
    "unknown",
    asks=Label("值被遮盖了，按未知处理", "the value is masked and counts as not known"),
)


@cache
def _converter() -> Any:
    return opencc.OpenCC("t2s")


def simplified(text: str) -> str:
    """The same words in simplified characters."""
    return str(_converter().convert(text)) if not text.isascii() else text


def as_text(value: Value) -> str:
    """A cell as a person reads it: whole numbers without ``.0``, narrow, no space around."""
    if type(value) is str and _CLEAN.fullmatch(value):
        return value
    if isinstance(value, float) and value.is_integer() and abs(value) < 1e15:
        value = int(value)
    if value is None:
        return ""
    return _UNSEEN.sub("", unicodedata.normalize("NFKC", str(value))).strip().lstrip("'`‘’").strip()


def nothing(value: Value) -> Told | None:
    """Whether a cell says nothing, says "erase", or hides what it says; else ``None``."""
    text = as_text(value)
    if text in _NOTHING:
        return BLANK
    if text.startswith(ERASE[0]) and text.replace(" ", "") == ERASE:
        return ERASED
    return MASKED if _MASKING.search(text) and _MASKED.search(text) else None


def words(value: Value) -> Told:
    """Words, cleaned of what a copy leaves behind; what was changed is said."""
    if (told := nothing(value)) is not None:
        return told
    text, notes = _cleaned(as_text(value))
    return Told(text, notes=notes)


def _cleaned(text: str, *, of_a_name: bool = False) -> tuple[str, tuple[Label, ...]]:
    notes: list[Label] = []
    without = _PINYIN.sub("", text)
    if without != text:
        notes.append(Label("去掉了注音", "pinyin was taken out"))
    plain = _simplified_name(without) if of_a_name else simplified(without)
    if plain != without:
        notes.append(Label("繁体字改为简体字", "traditional characters were simplified"))
    return plain, tuple(notes)


#: Characters of names that the table of 2013 lists in their own right, beside simpler ones.
_OF_NAMES = frozenset("昇陞谿氾脩")


def _simplified_name(text: str) -> str:
    """A name in simplified characters; one that stands in its own right, or is rare, is kept."""
    plain = simplified(text)
    # Most names are in simple characters already.
    if plain == text or len(plain) != len(text):
        return plain
    return "".join(
        one if one in _OF_NAMES or not _common(other) else other
        for one, other in zip(text, plain, strict=True)
    )


def _common(character: str) -> bool:
    """Whether every machine of an office can write a character."""
    try:
        character.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff〇]{2,15}(?:·[\u3400-\u9fff]{1,15}){0,4}")
_FOREIGN = re.compile(r"[A-Za-z][A-Za-z .·'\-]{1,48}")
#: A remark beside a name.
_BESIDE = re.compile(r"[(\[【].*?[)\]】]")
GONE = Label(
    "注明人已去世，请核对：不在了的人不登记，减少要记在人员变动里",
    "noted as having died; whoever is gone is not registered, a death is entered as a change of "
    "the household",
)


def name(value: Value) -> Told:
    """A person's name: spaces inside, remarks in brackets and marks at the end are taken out."""
    if (told := nothing(value)) is not None:
        return told
    text, notes = _cleaned(as_text(value), of_a_name=True)
    if _NAME.fullmatch(text):
        return Told(text, notes=notes)
    text = re.sub(r"[•‧・●]", "·", text)
    bare = _BESIDE.sub("", text).strip(" ,。、;:.")
    if bare != text:
        notes = (*notes, Label("去掉了姓名后面的括注", "a remark beside the name was taken out"))
    if not _FOREIGN.fullmatch(bare):
        bare = re.sub(r"\s+", "", bare)
    if re.search(r"[、,;/]", bare):
        raise WrongValue(
            "一格里有几个姓名，请一行填一人", "several names in one cell; one person a row"
        )
    if re.search(r"[0-9]", bare):
        raise WrongValue("姓名里有数字", "a name has no digits")
    if died("".join(_BESIDE.findall(text))):
        return Told(bare, "doubtful", notes, GONE)
    if _NAME.fullmatch(bare) or _FOREIGN.fullmatch(bare):
        return Told(bare, notes=notes)
    asks = Label("不像姓名，请核对", "this does not look like a name; look again")
    return Told(bare, "doubtful", notes, asks)


#: That somebody has died, beside a name or in a remark; and who says that it was another.
_DIED = re.compile(r"已故|去世|死亡|病故|亡故|过世|身故|销户|(?<![一-鿿])[故亡](?![一-鿿])")
_OF_KIN = re.compile(r"[父母夫妻儿女爸妈爷奶公婆兄弟姐妹岳偶亲]|家属|老[公婆伴]")


def died(remark: str) -> bool:
    """Whether a remark says that whoever it stands beside has died, and not a relative."""
    found = _DIED.search(remark)
    return found is not None and not _OF_KIN.search(remark[: found.start()])

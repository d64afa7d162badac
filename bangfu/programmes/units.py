"""Units of count in English: programme files and papers name them in Chinese."""

from __future__ import annotations

from collections.abc import Mapping

from bangfu.programmes.kinds import Label

#: One and several of each; 个 counts whatever is named beside it and says nothing more.
_ENGLISH: Mapping[str, tuple[str, str]] = {
    "%": ("%", "%"),
    "‰": ("‰", "‰"),
    "个": ("", ""),
    "个月": ("month", "months"),
    "个村": ("village", "villages"),
    "个点": ("site", "sites"),
    "人": ("person", "people"),
    "人次": ("attendance", "attendances"),
    "份": ("copy", "copies"),
    "种": ("kind", "kinds"),
    "笔": ("payment", "payments"),
    "步": ("step", "steps"),
    "预算单位": ("budget unit", "budget units"),
    "位": ("person", "people"),
    "元": ("yuan", "yuan"),
    "万元": ("ten thousand yuan", "ten thousand yuan"),
    "公里": ("km", "km"),
    "小时": ("hour", "hours"),
    "课时": ("lesson", "lessons"),
    "吨": ("tonne", "tonnes"),
    "头": ("head", "head"),
    "株": ("plant", "plants"),
    "千克": ("kg", "kg"),
    "亩": ("mu", "mu"),
    "平方米": ("m²", "m²"),
    "名": ("person", "people"),
    "场": ("session", "sessions"),
    "处": ("place", "places"),
    "天": ("day", "days"),
    "周": ("week", "weeks"),
    "月": ("month", "months"),
    "家": ("unit", "units"),
    "对": ("pair", "pairs"),
    "岁": ("year old", "years old"),
    "年": ("year", "years"),
    "户": ("household", "households"),
    "户（家）": ("household or enterprise", "households or enterprises"),
    "所": ("institution", "institutions"),
    "期": ("issue", "issues"),
    "村": ("village", "villages"),
    "次": ("time", "times"),
    "类": ("kind", "kinds"),
    "轮": ("round", "rounds"),
    "项": ("item", "items"),
    "件": ("item", "items"),
    "篇": ("piece", "pieces"),
    "台": ("set", "sets"),
    "张": ("sheet", "sheets"),
    "起": ("case", "cases"),
    "部": ("set", "sets"),
    "面": ("piece", "pieces"),
    "例": ("case", "cases"),
    "宗": ("case", "cases"),
    "批": ("batch", "batches"),
    "套": ("set", "sets"),
    "栋": ("building", "buildings"),
    "座": ("structure", "structures"),
    "辆": ("vehicle", "vehicles"),
    "只": ("animal", "animals"),
    "米": ("m", "m"),
    "公顷": ("ha", "ha"),
    "公斤": ("kg", "kg"),
    "斤": ("half a kilo", "half kilos"),
    "分": ("point", "points"),
    "分钟": ("minute", "minutes"),
    "学时": ("lesson", "lessons"),
    "工日": ("working day", "working days"),
    "户次": ("call on a household", "calls on households"),
}


def unit_called(unit: str, number: str = "") -> Label:
    """A unit in both languages; one that is not known stands as the programme wrote it.

    ``number``: what it stands behind, for one and several are told apart in English.
    """
    one, several = _ENGLISH.get(unit, (unit, unit))
    return Label(unit, one if number == "1" else several)


def in_unit(unit: str) -> Label:
    """In which unit something is counted, as a sentence says it."""
    called = unit_called(unit).en
    return Label(f"单位：{unit}", f"in {called}" if called else "by number")


def with_unit(number: str, unit: str) -> Label:
    """A number with its unit behind it."""
    called = unit_called(unit, number).en
    space = "" if called in ("", "%", "‰") else " "
    return Label(f"{number}{unit}", f"{number}{space}{called}")

"""Columns that say where: which level of division a heading asks for."""

from __future__ import annotations

import re

from bangfu.programmes.kinds import Label

_WHERE = "所在|所属|户籍所在|户籍|对接|帮扶|联系|驻点?|现居住?|受援|结对|涉及|问题所在|发生"
#: Levels of division, the highest first: what headings call them.
_LEVELS: tuple[tuple[str, Label, re.Pattern[str]], ...] = tuple(
    (level, label, re.compile(rf"^(?:{_WHERE})?(?:{way})(?:名称?|别|\(盖章\))?$"))
    for level, label, way in (
        ("province", Label("省", "Province"), r"省|省份|省市区|省(?:自治区)?"),
        ("prefecture", Label("市(州)", "Prefecture"), r"市|地市|州|市州|地级市|市(?:州)?|设区市"),
        ("county", Label("县(区)", "County"),
         r"县|区县|县区|县市|县市区|区|旗|旗县|市县区|市县"),
        ("township", Label("乡镇(街道)", "Township"),
         r"乡镇|镇乡|乡|镇|街道|乡镇街道|镇街|镇街道|乡镇办|街镇|乡镇名|办事处|乡镇场|苏木|镇办"),
        ("village", Label("村(社区)", "Village"),
         r"村|行政村|村名|村社区|社区|村庄|村居|村委会|居委会|村居委会|嘎查|重点村|贫困村|村社|建制村|乡?镇村(?:社区)?"),
        ("group", Label("村民小组", "Group"),
         r"组|村民小组|自然村|屯|组别|小组|村小组|村组|自然村组|社组|自然屯|寨"),
    )
)  # fmt: skip
#: What each level of division is called.
LEVELS = {level: label for level, label, _way in _LEVELS}
_AREA = re.compile(r"^(?:地区|区域|地方|单位地区|区划|地名|行政区划|辖区|地域)(?:名称)?$")


def level_of(words: str) -> tuple[str, Label] | None:
    """The level of division that a heading asks for; ``area`` where it may be any."""
    if _AREA.match(words):
        return "area", Label("地区", "Area")
    for level, label, way in _LEVELS:
        if way.match(words):
            return level, label
    return None

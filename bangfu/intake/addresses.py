"""Where somebody lives, as written in one piece: 云岫镇前岫村三组."""

from __future__ import annotations

import re
from collections.abc import Iterator

_ADDRESS = re.compile(
    r"(?:[^镇乡村]{1,8}?(?:省|市|州|盟|县|旗|(?<!社)区))*"
    r"(?P<township>[^镇乡村]{1,10}?(?:镇|乡|街道(?:办事处)?))?"
    r"(?P<village>\S{1,12}?(?:村|社区|居委会))(?P<group>\S{1,8}?(?:组|屯|队))?.*"
)


def parted(address: str) -> Iterator[tuple[str, str]]:
    """The township, the village and the group that an address names, each under its target."""
    if found := _ADDRESS.fullmatch("".join(address.split())):
        for target, part in (("place.township", "township"), ("place.village", "village"),
                             ("household.group", "group")):  # fmt: skip
            if found[part]:
                yield target, found[part]

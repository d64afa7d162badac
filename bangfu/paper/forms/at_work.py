"""Words of headings that say who works: for wages, or in a post that the public pays."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from bangfu.programmes.kinds import Kind

_WHO = "(?:人数|人员|人口|劳动力|总数|数)*"
_AT_WORK = re.compile(f"(?:务工就业|就业务工|务工){_WHO}")
_IN_A_POST = re.compile(f"(?:乡村)?公益性?岗位?(?:安置|就业|上岗|在岗|从业)?{_WHO}")


def of_work(kind: Kind, word: str) -> Mapping[str, Any] | None:
    """Persons who work for wages, away or near (务工人数 says neither), or in a public post."""
    if kind.name != "person":
        return None
    if _IN_A_POST.fullmatch(word):
        return {"public_post": list(kind["public_post"].codes)}
    return {"work_kind": ["away", "local"]} if _AT_WORK.fullmatch(word) else None

"""The sentences of the desk and their translations: read out of the tree, merged, compiled.

usage: python -m tests.desk.catalogue      (scripts/messages.sh does that)
"""

from __future__ import annotations

import ast
import io
import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import cast

from babel.messages import Catalog
from babel.messages.extract import extract
from babel.messages.mofile import read_mo, write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent.parent
PACKAGE = ROOT / "bangfu"
PO = PACKAGE / "locale" / "zh_Hans" / "LC_MESSAGES" / "django.po"
MO = PO.with_suffix(".mo")
HEADER = "# The desk in Simplified Chinese; scripts/messages.sh brings it up to date.\n"
#: The calls whose text is translated; a refusal's text is its second argument.
KEYWORDS = {
    "_": None, "gettext": None, "ngettext": (1, 2), "Refused": (2,),
    "gettext_lazy": None, "gettext_noop": None,
    # What hangs on a context is worded otherwise: it would be lost here, and so is refused below.
    "pgettext": ((1, "c"), 2), "npgettext": ((1, "c"), 2, 3),
}  # fmt: skip
Message = str | tuple[str, str]
HAN = re.compile(r"[\u3400-\u9fff]")
#: What stands for itself within a sentence: named parts, tags, numbers and times of day.
STANDS = re.compile(r"%\(\w+\)[sd]|\{\w*\}|<[^>]*>|https?://\S+|(?<=\d)[,:](?=\d)")
#: Marks of the Latin script, where one stands beside a Chinese character or a named part.
HALF = re.compile(
    r"(?<=[\u3000-\u303f\u3400-\u9fff“”\0])[,;:?!()]|[,;:?!()](?=[\u3400-\u9fff“”\0])"
)


def extracted() -> dict[Message, set[str]]:
    """Every sentence that is translated, with the files in which it stands."""
    found: dict[Message, set[str]] = {}
    for file, source in _sources():
        for _line, message, _comments, context in extract(
            "python", io.BytesIO(source.encode()), keywords=KEYWORDS, options={"encoding": "utf-8"}
        ):
            if context:
                raise ValueError(f"{file}: “{message}” has a context; word it by itself")
            whole = message if isinstance(message, str) else (message[0], message[1])
            if str(whole).strip(" ;"):
                found.setdefault(whole, set()).add(str(file.relative_to(ROOT)))
    return found


def _sources() -> Iterator[tuple[Path, str]]:
    for file in sorted(PACKAGE.rglob("*.py")):
        text = file.read_text(encoding="utf-8")
        if "migrations" not in file.parts and ("gettext" in text or "Refused(" in text):
            ast.parse(text)
            yield file, text
    templates = PACKAGE / "desk" / "templates"
    for file in sorted([*templates.rglob("*.html"), *templates.rglob("*.txt")]):
        calls = templatize(file.read_text(encoding="utf-8"), origin=str(file))
        yield file, " ".join(line.strip() for line in calls.splitlines())


def read() -> Catalog:
    """The translations as they stand in the tree."""
    if not PO.exists():
        return Catalog(locale="zh_Hans")
    with PO.open("rb") as file:
        return read_po(file, locale="zh_Hans")


def compiled() -> Catalog:
    """The translations as the product reads them."""
    with MO.open("rb") as file:
        return read_mo(file)


def texts(catalogue: Catalog) -> dict[Message, list[str]]:
    """Each sentence of a catalogue with its translation, or with several where it is counted."""
    return {_key(message.id): _several(message.string) for message in catalogue if message.id}


def _several(said: object) -> list[str]:
    return [said] if isinstance(said, str) else [str(one) for one in cast(Iterable[object], said)]


def half_width(text: str) -> list[str]:
    """The Latin marks in a Chinese text, each with what stands around it; papers know none."""
    if not HAN.search(text):
        return []
    bare = STANDS.sub("\0", text)
    return [bare[max(0, m.start() - 4) : m.end() + 4] for m in HALF.finditer(bare)]


def _key(said: object) -> Message:
    return said if isinstance(said, str) else (said[0], said[1])  # type: ignore[index]


def merged() -> Catalog:
    """What is translated already, for the sentences that there are now, in their order."""
    old = read()
    new = Catalog(locale="zh_Hans", header_comment=HEADER, fuzzy=False)
    for message, files in sorted(extracted().items(), key=lambda item: str(item[0])):
        held = old.get(message if isinstance(message, str) else message[0])
        string = held.string if held is not None else None
        flags = ("python-format",) if "%(" in str(message) else ()
        new.add(message, string, locations=[(f, None) for f in sorted(files)], flags=flags)
    return new


def write() -> list[Message]:
    """Bring both files up to date; the sentences that still want a translation."""
    new = merged()
    PO.parent.mkdir(parents=True, exist_ok=True)
    whole = io.BytesIO()
    write_po(whole, new, width=96, sort_output=False, omit_header=False)
    lines = whole.getvalue().decode().splitlines()
    told = ("Project-Id", "Report-Msgid", "POT-Creation", "PO-Revision", "Last-Translator",
            "Language-Team", "Generated-By")  # fmt: skip
    kept = [line for line in lines if not line.startswith(tuple(f'"{w}' for w in told))]
    PO.write_text("\n".join(kept).strip() + "\n", encoding="utf-8")
    with MO.open("wb") as file:
        write_mo(file, read())
    return [key for key, string in texts(read()).items() if not string or not any(string)]


if __name__ == "__main__":
    for missing in write():
        print(f"not translated: {missing}")  # noqa: T201

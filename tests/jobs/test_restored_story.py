"""The told story comes back out of a backup: its figures, every paper to the letter, the chain."""

from __future__ import annotations

import re
import shutil
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from tests.jobs.conftest import Shell
from tests.paper.conftest import pdf_text

__all__ = ["pdf_text"]

#: The story, a ledger of its pairs, and then what moves today's numbers but no paper: a name that
#: was another all along, a class of the briefing's time entered late, a person erased.
TELL = """
import datetime as dt
from bangfu.jobs import story
from bangfu.ledger import clock
from bangfu.ledger.actions import activity, subject
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Subject
from bangfu.paper import drafting
by = By(None, "test")
told = story.tell(by=by, today=clock.today())
pairs = drafting.draft(by=by, programme=told.programme, name="pair_list", on=story.BULLETIN,
                       furniture=story.FURNITURE)
drafting.issue(by=by, document=pairs)
renamed = Subject.objects.get(pk=told.cadres[0].fact)
subject.rename(by=by, subject=renamed, name="改名之后", on=dt.date(2009, 1, 2))
activity.record(by=by, kind="training", on=dt.date(2009, 3, 9), programme=told.programme,
                place=told.village, topic="health", people=30)
subject.erase(by=by, subject=told.returnees[3], reason="request")
"""
#: Every issued paper in every format that it can be had in.
PRINT = """
import sys
from pathlib import Path
from bangfu.ledger.models import Document
from bangfu.paper import files
out = Path(sys.argv[1])
out.mkdir()
for paper in Document.objects.current().filter(status="issued"):
    for form in files.formats_of(paper):
        printed = files.render(paper, form)
        assert not [note for note in printed.notes if "摘要不符" in note]
        (out / f"{paper.name}-{paper.fact}.{form}").write_bytes(printed.content)
"""


@dataclass(frozen=True)
class Installation(Shell):
    """A data folder with its own database: a file in it, or one of PostgreSQL."""

    database: str = ""

    @property
    def environment(self) -> dict[str, str]:
        """What its processes are told."""
        named = {"BANGFU_DATABASE_URL": self.database} if self.database else {}
        return super().environment | named


@pytest.fixture
def installations(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Installation, ...]:
    """Where the story is told, and an empty place to which it is brought back."""
    names = ("from", "into")
    if connection.vendor == "sqlite":
        return tuple(Installation(tmp_path / name) for name in names)
    addresses = request.getfixturevalue("databases")
    return tuple(
        Installation(tmp_path / name, address)
        for name, address in zip(names, addresses, strict=True)
    )


def figures(place: Installation) -> dict[str, Any]:
    """Every figure of both programmes on the days that papers speak of, and today."""
    return {
        f"{name} {day}": place.ask("figure", name, *(("--on", day) if day else ()))["figures"]
        for name, day in (
            ("returnees", "2009-03-10"),
            ("returnees", "2009-12-31"),
            ("village_link", ""),
        )
    }


def papers(place: Installation, read_pdf: Callable[[bytes], str]) -> dict[str, str]:
    """What stands on every issued paper, by its file."""
    folder = place.folder.parent / f"printed-{place.folder.name}"
    place.python(PRINT, folder)
    return {file.name: said(file, read_pdf) for file in sorted(folder.iterdir())}


def said(file: Path, read_pdf: Callable[[bytes], str]) -> str:
    """What stands in one file: the document of a docx, the cells of an xlsx, a pdf's text."""
    if file.suffix == ".pdf":
        return read_pdf(file.read_bytes())
    with zipfile.ZipFile(file) as parts:
        if file.suffix == ".docx":
            return parts.read("word/document.xml").decode()
        return "".join(cells(parts))


def cells(parts: zipfile.ZipFile) -> list[str]:
    """Every cell of a workbook with its place and what is read in it."""
    shared = re.findall(r"<si><t[^>]*>(.*?)</t></si>", parts.read("xl/sharedStrings.xml").decode())
    sheet = parts.read("xl/worksheets/sheet1.xml").decode()
    found = re.findall(r'<c r="([A-Z]+\d+)"[^>]*?(t="s")?><v>([^<]*)</v></c>', sheet)
    return [f"{at}={shared[int(v)] if text else v}\n" for at, text, v in found]


@pytest.mark.both
@pytest.mark.long_on_postgres
def test_the_told_story_comes_back_with_every_paper_as_it_was(
    installations: tuple[Installation, ...], tmp_path: Path, pdf_text: Callable[[bytes], str]
) -> None:
    first, second = installations
    first.run("init")
    first.python(TELL)
    first.run("journal", "seal")
    kept = tmp_path / "kept.zip"
    manifest = first.ask("backup", "--out", kept)
    numbers, printed = figures(first), papers(first, pdf_text)
    assert {Path(name).suffix for name in printed} == {".docx", ".pdf", ".xlsx"}
    assert len([name for name in printed if name.startswith("bulletin-")]) == 2
    book = next(text for name, text in printed.items() if name.endswith(".xlsx"))
    assert "（已删除）" in book and "改名之后" not in book and book.count("\n") > 60

    second.folder.mkdir()
    shutil.copy(first.folder / "keys.toml", second.folder / "keys.toml")
    target = second.database or second.folder
    said_of_it = second.ask("restore", kept, "--into", target)
    assert said_of_it["head"] == manifest["head"] and said_of_it["erased_again"] == 0

    verdict = second.ask("journal", "verify")
    assert verdict["sound"] and verdict["events"] == first.ask("journal", "verify")["events"]
    assert figures(second) == numbers
    again = papers(second, pdf_text)
    assert again == printed
    head = re.search(r"留痕链首(\d+:[0-9a-f]{16})", re.sub(r"\s", "", "".join(again.values())))
    assert head
    second.run("journal", "verify", "--printed", head[1])
    files = {name: (tmp_path / "printed-from" / name).read_bytes() for name in printed}
    assert files == {name: (tmp_path / "printed-into" / name).read_bytes() for name in printed}

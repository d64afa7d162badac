"""The head that stands on a paper is taken by the command that verifies, as it stands there."""

from __future__ import annotations

import re
import unicodedata
import zipfile
from collections.abc import Callable
from io import BytesIO

import pytest

from bangfu.keeping import heads
from bangfu.ledger.actions import journal
from bangfu.ledger.actions.journal import Head
from bangfu.ledger.models import Document
from bangfu.paper import files
from tests.jobs.conftest import Call
from tests.paper.conftest import pdf_text
from tests.story.conftest import TELLINGS
from tests.told_again import told_again

__all__ = ["pdf_text"]

WHOLE = f"7:{'0123456789abcdef' * 4}"


@pytest.fixture
def bulletin(call: Call) -> Document:
    """The briefing of the story, issued after its journal was sealed."""
    heads.file().unlink(missing_ok=True)  # of other journals, which other tests kept outside
    told = told_again("told", TELLINGS["told"])
    assert told.bulletin is not None
    journal.seal()
    return Document.objects.get(pk=told.bulletin.pk)


def head_in(text: str) -> str:
    """What a reader would copy from the last line of a paper."""
    flat = "".join(unicodedata.normalize("NFKC", text).split())
    found = re.search(r"留痕链首([0-9]+:[0-9a-f]+)", flat)
    assert found, text[-400:]
    return found[1]


# A seal is found by its number there as tests/ledger/test_journal.py finds it.
@pytest.mark.long_on_postgres
@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_the_head_on_a_paper_is_accepted_and_a_wrong_one_found(
    bulletin: Document, call: Call, pdf_text: Callable[[bytes], str], form: str
) -> None:
    content = files.render(bulletin, form).content
    if form == "docx":
        document = zipfile.ZipFile(BytesIO(content)).read("word/document.xml").decode()
        text = re.sub(r"<[^>]+>", "", document)
    else:
        text = pdf_text(content)
    printed = head_in(text)
    number, digits = printed.split(":")
    assert (number, len(digits)) == (bulletin.head.split(":")[0], 16)
    assert bulletin.head.startswith(printed)
    accepted = call("journal", "verify", "--printed", printed)
    assert accepted.exit_code == 0, accepted.output
    other = digits[:-1] + ("0" if digits[-1] != "0" else "1")
    found = call("journal", "verify", "--printed", f"{number}:{other}")
    assert found.exit_code == 1 and f"rewritten  seal {number}" in found.output
    found = call("journal", "verify", "--printed", f"{int(number) + 1000}:{digits}")
    assert found.exit_code == 1 and "cut_off" in found.output


def test_what_is_no_head_is_refused_in_one_sentence(call: Call) -> None:
    for text in ("x", "7", "7:abc", "7:0123456789abcdeg", f"{WHOLE}0", ":0123456789abcdef"):
        refused = call("journal", "verify", "--printed", text)
        assert refused.exit_code == 1 and "no head as papers print it" in refused.output


@pytest.mark.parametrize(
    "text",
    [
        "7:0123456789abcdef",
        " 7:0123 4567 89ab cdef\n",
        "７：0123456789ABCDEF",
        WHOLE,
        WHOLE[:40],
    ],
)
def test_a_head_is_read_as_people_copy_it(text: str) -> None:
    head = Head.read_printed(text)
    assert head.number == 7 and WHOLE.startswith(str(head)) and head.printed == WHOLE[:18]


def test_a_head_that_was_kept_is_whole() -> None:
    assert str(Head.read(WHOLE)) == WHOLE
    for text in (WHOLE[:-1], WHOLE[:18], WHOLE.replace("f", "g")):
        with pytest.raises(ValueError, match="64 hexadecimal"):
            Head.read(text)

"""Lists, figures, papers, programmes and the journal, as scripts ask for them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bangfu.ledger.models import Document, Event
from tests.jobs.conftest import Call
from tests.village import IDENTITY, PHONE, Village

Ask = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("village")


def test_a_list_answers_with_its_rows_masked(ask: Ask, village: Village) -> None:
    said = ask("list", "person")
    assert said["count"] == len(said["rows"]) > 3
    assert {"key", "name", "identity"} <= set(said["rows"][0])
    assert IDENTITY not in json.dumps(said) and PHONE not in json.dumps(said)
    assert any(row["identity"].startswith("****") for row in said["rows"])


def test_a_condition_narrows_and_wrong_words_are_answered(ask: Ask, call: Call) -> None:
    every = ask("list", "person", "--limit", "0")["count"]
    women = ask("list", "person", "--where", '{"sex": "2"}')["count"]
    assert 0 <= women < every
    assert ask("list", "person", "--where", '{"birth": {"to": "1900-01-01"}}')["count"] == 0
    wrong = call("list", "person", "--where", '{"sxe": "2"}')
    assert wrong.exit_code == 1 and "sex" in wrong.stderr
    assert "no JSON" in call("list", "person", "--where", "{").stderr
    assert call("list", "nothing").stderr == "There is no kind of record or list nothing.\n"


def test_a_figure_shows_its_value_its_rows_and_its_bridge(ask: Ask, village: Village) -> None:
    name = village.programme.name
    figures = ask("figure", name)["figures"]
    assert figures
    one = next(f for f in figures if f["rows"])
    said = ask("figure", name, one["name"])
    assert said["rows"] == one["rows"] and said["value"] == one["value"]
    assert ask("figure", name, one["name"], "--rows")["count"] == said["rows"]
    bridge = ask("figure", name, "sweep", "--bridge", "2009-01-01", "--on", "2009-12-31")
    assert bridge["holds"]
    assert bridge["start"] + sum(t["amount"] for t in bridge["terms"]) == bridge["end"]


def test_what_was_not_yet_known_is_not_counted(ask: Ask, call: Call, village: Village) -> None:
    assert ask("list", "person", "--known-at", "2001-01-01T08:00")["count"] == 0
    assert ask("list", "person", "--known-at", "2001-01-01")["known_at"].startswith("2001-01-01")
    wrong = call("figure", village.programme.name, "sweep", "--known-at", "2001-01-01")
    assert wrong.exit_code == 1 and "no file that was known" in wrong.stderr


def test_a_figure_or_programme_that_is_not_there_is_told(call: Call, village: Village) -> None:
    assert "no nothing" in call("figure", village.programme.name, "nothing").stderr
    assert "No programme nothing" in call("figure", "nothing").stderr
    assert call("figure", "returnees", "sweep", "--on", "yesterday").exit_code == 2


def test_a_draft_is_printed_and_kept_nowhere(
    ask: Ask, call: Call, village: Village, tmp_path: Path
) -> None:
    documents, events = Document.objects.count(), Event.objects.count()
    said = ask(
        "print", "returnees", "bulletin", "--on", "2009-03-10", "--format", "docx",
        "--out", tmp_path,
    )  # fmt: skip
    assert Path(said["file"]).read_bytes().startswith(b"PK")
    assert (Document.objects.count(), Event.objects.count()) == (documents, events)
    wrong = call("print", "returnees", "nothing")
    assert wrong.exit_code == 1 and "bulletin" in wrong.stderr
    assert call("print", "returnees", "bulletin", "--format", "xlsx").exit_code == 1


def test_a_paper_is_written_in_the_format_that_its_name_says(
    ask: Ask, call: Call, village: Village, tmp_path: Path
) -> None:
    """A bulletin.docx that was a PDF inside opened nowhere."""
    said = "print", "returnees", "bulletin", "--on", "2009-03-10"
    for name, begins in (("甲.docx", b"PK"), ("乙.pdf", b"%PDF"), ("丙", b"%PDF")):
        ask(*said, "--out", tmp_path / name)
        assert (tmp_path / name).read_bytes().startswith(begins), name
    wrong = call(*said, "--format", "pdf", "--out", str(tmp_path / "丁.docx"))
    assert wrong.exit_code == 1 and "make them agree" in wrong.stderr
    assert not (tmp_path / "丁.docx").exists()


def test_a_file_is_checked_with_every_fault_and_its_line(
    ask: Ask, call: Call, tmp_path: Path
) -> None:
    assert ask("programme", "check", "returnees")["valid"]
    file = tmp_path / "link" / "programme.toml"
    file.parent.mkdir()
    file.write_text('title = "x"\nfoo = 1\n')
    wrong = call("programme", "check", file, "--json")
    said = json.loads(wrong.stdout)
    assert wrong.exit_code == 1 and not said["valid"]
    assert (2, "foo") in {(p["line"], p["key"]) for p in said["problems"]}
    assert call("programme", "check", tmp_path / "none.toml").exit_code == 1


def test_a_programme_is_read_back_and_compared(ask: Ask, tmp_path: Path) -> None:
    assert ask("programme", "readback", "returnees")["passages"]
    text = ask("programme", "show", "returnees", "--text")["text"]
    file = tmp_path / "new.toml"
    file.write_text(text, encoding="utf-8")
    assert ask("programme", "diff", "returnees", file)["changes"] == []
    file.write_text(text.replace("2099-12-31", "2098-06-30"), encoding="utf-8")
    changes = ask("programme", "diff", "returnees", file)["changes"]
    assert "to" in {change["key"] for change in changes}
    said = ask("programme", "replace", "returnees", file, "--on", "2009-06-01", "--note", "延期")
    assert said["number"] == 2
    versions = ask("programme", "show", "returnees")["versions"]
    assert [v["note"] for v in versions][-1] == "延期"
    assert "returnees" in {p["name"] for p in ask("programme", "list")["programmes"]}


def test_a_programme_is_started_once(ask: Ask, call: Call) -> None:
    assert ask("programme", "start", "village_link")["name"] == "village_link"
    assert call("programme", "start", "village_link").exit_code == 1


def test_the_journal_is_sealed_shown_and_verified(
    ask: Ask, call: Call, village: Village, tmp_path: Path
) -> None:
    assert ask("journal", "seal")["head"].startswith("1:")
    said = ask("journal", "verify")
    assert said["sound"] and said["events"] == said["sealed"]
    events = ask("journal", "show", "--about", str(village.li.fact))["events"]
    assert events and {e["about"]["key"] for e in events} == {str(village.li.fact)}
    out = tmp_path / "heads"
    assert ask("journal", "heads", "--out", out)["heads"] == 1
    assert call("journal", "heads", "--out", out).exit_code == 1
    assert ask("journal", "verify", "--against", out)["sound"]
    out.write_text(f"1:{'00' * 32}\n")
    wrong = call("journal", "verify", "--against", out)
    assert wrong.exit_code == 1 and "rewritten" in wrong.stdout
    out.write_text("nothing\n")
    assert call("journal", "verify", "--against", out).exit_code == 1

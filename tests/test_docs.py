"""The manual says what the program does: its links, words, tables and examples hold."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.urls import Resolver404, resolve

from bangfu.desk.urls import urlpatterns
from bangfu.jobs import sheet, story
from bangfu.jobs.cases import run
from bangfu.jobs.command import COMMANDS
from bangfu.ledger.actions.event import By
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.cases import load_cases
from bangfu.programmes.literals import PERIODS
from bangfu.programmes.loader import ProgrammeErrors, library, load, read_library
from bangfu.programmes.schema import SECTIONS
from bangfu.programmes.words import WORD_LABELS
from tests.village import keyring

__all__ = ["keyring"]

ROOT = Path(__file__).resolve().parent.parent
DOCS = ROOT / "docs"
MANUAL = DOCS / "manual"
ENTRANCES = ("README.md", "README.zh-CN.md", "CHANGELOG.md", "CONTRIBUTING.md")
PAGES = sorted([*(ROOT / name for name in ENTRANCES), *DOCS.rglob("*.md")])
_LINK = re.compile(r"(?<!!)\[[^\]]*\]\(([^)\s]+)\)")
_FENCE = re.compile(r"^```(\S*)[ ]?(\S*)\n(.*?)^```", re.MULTILINE | re.DOTALL)
_ADDRESS = re.compile(r"`(/[a-z][a-z0-9_/-]*/|/)(?:\?[^`#]*)?(?:#([a-z]+))?`")

tables: Any = import_module("docs.tables")
words: Any = import_module("docs.words")


def name_of(page: Path) -> str:
    """A page as it is called from the root."""
    return page.relative_to(ROOT).as_posix()


def text_of(page: Path) -> str:
    """A page without its code blocks."""
    return _FENCE.sub("", page.read_text(encoding="utf-8"))


def anchors(page: Path) -> set[str]:
    """The anchors that the headings of a page give."""
    heads = re.findall(r"^#+ (.+)$", text_of(page), re.MULTILINE)
    plain = (re.sub(r"[^\w\- ]", "", head.lower()) for head in heads)
    return {head.strip().replace(" ", "-") for head in plain}


def fences(page: Path, sort: str, mark: str) -> Iterator[str]:
    """The code blocks of a page with an opening such as ``toml whole``."""
    for found in _FENCE.finditer(page.read_text(encoding="utf-8")):
        if (found[1], found[2]) == (sort, mark):
            yield found[3]


# Links and addresses ----------------------------------------------------------------------------


@pytest.mark.parametrize("where", PAGES, ids=name_of)
def test_every_link_inside_leads_somewhere(where: Path) -> None:
    for target in _LINK.findall(text_of(where)):
        if re.match(r"[a-z]+:", target):
            continue
        path, _, anchor = target.partition("#")
        found = (where.parent / path).resolve() if path else where
        assert found.exists(), f"{name_of(where)} links to {target}"
        if anchor and found.suffix == ".md":
            assert anchor in anchors(found), f"{name_of(where)} links to {target}"


@pytest.mark.parametrize("where", PAGES, ids=name_of)
def test_every_address_of_a_page_is_one(where: Path) -> None:
    for address, _ in _ADDRESS.findall(text_of(where)):
        try:
            resolve(address)
        except Resolver404:
            pytest.fail(f"{name_of(where)} names {address}, which is no where")


def test_the_manual_has_no_page_that_its_index_leaves_out() -> None:
    linked = {target.partition("#")[0] for target in _LINK.findall(text_of(MANUAL / "index.md"))}
    missing = {page.name for page in MANUAL.glob("*.md")} - linked - {"index.md"}
    assert not missing


def test_nothing_of_the_workplace_stands_in_a_page() -> None:
    for page in PAGES:
        said = page.read_text(encoding="utf-8")
        assert not re.search(r"(?<![\w.])/(tmp|home|root|work)/", said), name_of(page)


# Settings and commands --------------------------------------------------------------------------


def test_every_setting_of_the_environment_is_explained() -> None:
    code = (ROOT / "bangfu" / "config" / "settings.py").read_text(encoding="utf-8")
    named = set(re.findall(r'"(BANGFU_[A-Z_]+)"', code))
    explained = set(
        re.findall(
            r"^\| `(BANGFU_[A-Z_]+)`",
            (MANUAL / "settings.md").read_text(encoding="utf-8"),
            re.MULTILINE,
        )
    )
    assert named and named == explained


def commands_in(page: Path) -> set[str]:
    """The commands that stand in the shell blocks of a page."""
    blocks = "\n".join(fences(page, "sh", ""))
    return {line.strip() for line in blocks.splitlines() if line.strip()}


def test_both_readmes_name_the_same_commands_accounts_and_addresses() -> None:
    here, there = ROOT / "README.md", ROOT / "README.zh-CN.md"
    assert commands_in(here) == commands_in(there)
    assert {"make demo", "make test", "pip install .", "bangfu demo"} <= commands_in(here)
    code = [re.findall(r"`([^`\n]+)`", text_of(page)) for page in (here, there)]
    assert sorted(set(code[0])) == sorted(set(code[1]))
    heads = [re.findall(r"^#+ ", page.read_text(encoding="utf-8"), re.M) for page in (here, there)]
    assert heads[0] == heads[1]


@pytest.mark.parametrize("where", PAGES, ids=name_of)
def test_every_command_named_is_one(where: Path) -> None:
    for word in re.findall(r"`bangfu ([a-z]+)", where.read_text(encoding="utf-8")):
        assert word in COMMANDS, f"{name_of(where)} names bangfu {word}"


def test_the_readme_tells_how_to_log_in_as_everybody() -> None:
    for page in (ROOT / "README.md", ROOT / "README.zh-CN.md", MANUAL / "first-day.md"):
        assert f"`{story.PASSWORD}`" in text_of(page), name_of(page)


# Words ------------------------------------------------------------------------------------------


def test_the_glossary_has_every_kind_and_every_table() -> None:
    explained = set(
        re.findall(
            r"^\| `(\w+)` \|", (DOCS / "glossary.md").read_text(encoding="utf-8"), re.MULTILINE
        )
    )
    kinds = set(VOCABULARY)
    models = {model.__name__ for model in apps.get_app_config("ledger").get_models()}
    assert not (kinds | models) - explained
    assert not explained - kinds - models


def test_the_glossary_says_what_the_screen_says() -> None:
    said = (DOCS / "glossary.md").read_text(encoding="utf-8")
    for name in VOCABULARY:
        label = VOCABULARY[name].label
        assert f"| `{name}` | {label.zh} | {label.en} |" in said


def test_the_page_of_the_language_has_every_section_and_word() -> None:
    said = (MANUAL / "language.md").read_text(encoding="utf-8")
    sections = set(re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]+ \| [^|]+ \|$", said, re.MULTILINE))
    assert sections == {"clause", *SECTIONS}
    words = said.partition("## Words")[2].partition("## Conditions")[0]
    assert {f"`{word}`" for word in WORD_LABELS} <= set(re.findall(r"`\w+`", words))
    assert set(PERIODS) & set(re.findall(r'"?(\w+)"?', said))


def test_every_fault_of_verification_is_explained() -> None:
    code = (ROOT / "bangfu" / "ledger" / "actions" / "journal.py").read_text(encoding="utf-8")
    found = set(re.findall(r'\.fault\(\s*"([a-z_]+)"', code))
    explained = set(
        re.findall(r"^\| `([a-z_]+)` \|", (MANUAL / "journal.md").read_text(encoding="utf-8"), re.M)
    )
    assert found and found == explained


# Tables -----------------------------------------------------------------------------------------


def test_every_word_has_a_page_that_says_what_the_schema_says() -> None:
    drawn = words.pages()
    kept = {page.name: page.read_text(encoding="utf-8") for page in words.FOLDER.glob("*.md")}
    assert kept == drawn, "python docs/tables.py writes them anew"
    assert [name for name, text in drawn.items() if "```toml" not in text] == ["index.md"]


@pytest.mark.parametrize("name", tables.PLAIN)
def test_a_table_says_what_the_code_says(name: str) -> None:
    page = MANUAL / tables.PAGES[name]
    said = tables.marked(page.read_text(encoding="utf-8"), name)
    assert said == tables.PLAIN[name](), f"python docs/tables.py writes {page.name} anew"


def test_every_row_of_the_sheet_is_told_once_and_names_what_there_is() -> None:
    told = tables.requirements()
    sizes = {"S0": 32, "S1": 46, "S2": 46, "S3a": 23, "S3b": 12, "S3c": 19, "S3d": 15, "S3e": 22}
    sizes |= {"S3f": 13, "S3g": 1, "S3h": 45, "S4": 35}
    assert [row["row"] for row in told] == [
        f"{source}-{number:02}" for source, last in sizes.items() for number in range(1, last + 1)
    ]
    pages = {pattern.name for pattern in urlpatterns}
    files = {name: read_library(name, vocabulary=VOCABULARY) for name in library()}
    for row in told:
        assert row["state"] in tables.STATES and row["words"], row
        assert row["where"] or row["state"] == "not_yet", row
        for place in row["where"].split():
            of, _, key = place.partition(":")
            known: Any = {"page": pages, "kind": VOCABULARY}.get(of) or files[of]
            assert key in known, f"{row['row']}: there is no {place}"


def test_the_page_of_the_story_is_what_was_counted(db: None, keyring: object) -> None:
    told = story.tell(by=By(None, "command"), today=dt.date(2026, 11, 22))
    assert told.programme is not None
    lines = list(sheet.sheet(told.programme, on=story.BULLETIN))
    assert not [line for line in lines if not line.agrees]
    page = (MANUAL / "story.md").read_text(encoding="utf-8")
    assert tables.marked(page, "story") == tables.story(lines)


# Examples ---------------------------------------------------------------------------------------


def bases() -> list[tuple[Path, str]]:
    """The whole files that the manual shows."""
    return [(page, text) for page in PAGES for text in fences(page, "toml", "whole")]


@pytest.mark.parametrize(("where", "text"), bases(), ids=lambda one: getattr(one, "name", ""))
def test_a_whole_file_of_the_manual_loads(where: Path, text: str) -> None:
    load(text, name="example", vocabulary=VOCABULARY)


@pytest.mark.parametrize(
    ("where", "text"),
    [(page, part) for page in PAGES for part in fences(page, "toml", "part")],
    ids=lambda one: getattr(one, "name", ""),
)
def test_a_fragment_may_be_added_to_the_whole_file_of_its_page(where: Path, text: str) -> None:
    base = next(fences(where, "toml", "whole"))
    load(f"{base}\n{text}", name="example", vocabulary=VOCABULARY)


@pytest.mark.parametrize(
    ("where", "text"),
    [(page, part) for page in PAGES for part in fences(page, "toml", "cases")],
    ids=lambda one: getattr(one, "name", ""),
)
def test_the_cases_of_the_manual_hold(where: Path, text: str, db: None, keyring: object) -> None:
    whole = next(fences(where, "toml", "whole"))
    file = load(whole, name="example", vocabulary=VOCABULARY)
    outcomes = list(run(file, whole, load_cases(text, programme=file)))
    assert outcomes
    assert not [one for one in outcomes if not one.agrees]


def test_the_error_that_the_manual_shows_is_the_one_that_comes() -> None:
    page = MANUAL / "writing-a-programme.md"
    whole = next(fences(page, "toml", "whole"))
    with pytest.raises(ProgrammeErrors) as wrong:
        load(
            whole.replace('where.kind = "monitored"', 'where.kind = "monitoured"'),
            name="monitored_link",
            vocabulary=VOCABULARY,
        )
    assert wrong.value.text("en") == next(fences(page, "text", "")).strip()

"""The house itself: who has tables, who writes, what every kind declares, what the names say."""

from __future__ import annotations

import ast
import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.core.management import call_command
from django.db import models

from bangfu.ledger.conditions import model_of, sheet_of
from bangfu.ledger.models import Fact
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Kind
from bangfu.programmes.loader import library, library_text, read_library

ROOT = Path(__file__).resolve().parent.parent
HOUSE = ROOT / "bangfu"
DOORS = ("desk", "field", "public", "api")
KINDS = list(VOCABULARY.kinds.values())


def sources(*folders: str) -> Iterator[Path]:
    """The Python files of some rooms, of the whole house without any."""
    for folder in folders or ("",):
        yield from sorted((HOUSE / folder).rglob("*.py"))


def where(file: Path, node: ast.AST) -> str:
    return f"{file.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


# ------------------------------------------------------------------ tables

#: Apps of libraries that keep tables of their own: signing in, locking accounts, content types.
LIBRARIES = {"auth", "contenttypes", "sessions", "account", "mfa", "axes"}


def test_only_the_ledger_has_tables() -> None:
    ours = {m._meta.app_label for m in apps.get_models(include_auto_created=True)} - LIBRARIES
    assert ours == {"ledger"}


def test_no_model_is_declared_outside_of_the_ledgers_models() -> None:
    strange = [
        where(file, node)
        for file in sources()
        if "ledger/models" not in str(file) and "migrations" not in str(file)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.ClassDef)
        for base in node.bases
        if ast.unparse(base) in ("models.Model", "Fact", "Span", "Happening")
    ]
    assert strange == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_what_a_kind_calls_personal_its_table_names_personal(kind: Kind) -> None:
    """Erasing goes by the tables' lists, masks and forms by the vocabulary: they say the same."""
    for field in kind.fields.values():
        if field.sensitivity == "open" or field.compute is not None:
            continue
        on_sheet = field.read.startswith("sheet.")
        model = sheet_of(kind) if on_sheet else model_of(kind)
        column = (field.read or field.key).removeprefix("sheet.")
        assert column in model.personal, f"{kind.name}.{field.key}: {model.__name__}.personal"


def test_personal_columns_exist_and_what_is_sealed_is_personal() -> None:
    for model in apps.get_app_config("ledger").get_models():
        if not issubclass(model, Fact):
            continue
        columns = {f.name: f for f in model._meta.concrete_fields}
        assert set(model.personal) <= set(columns), model.__name__
        sealed = {n for n, f in columns.items() if isinstance(f, models.BinaryField)}
        assert sealed - {"grain"} <= set(model.personal), model.__name__
        assert ("grain" in columns) == bool(model.words), model.__name__
        assert set(model.words) <= set(columns), model.__name__


def test_erasing_reaches_every_table_with_something_personal() -> None:
    from bangfu.ledger.actions import erasing

    reached = {m.__name__ for m in (*(model for model, _ in erasing.TRACES), *erasing.BESIDES)}
    personal = {
        m.__name__
        for m in apps.get_app_config("ledger").get_models()
        if issubclass(m, Fact) and (m.personal or m.words)
    }
    assert personal == reached


# ------------------------------------------------------------------ who writes

_WRITES = {
    "save", "create", "update", "bulk_create", "bulk_update", "delete", "get_or_create",
    "update_or_create", "raw", "_raw_delete", "acreate", "asave", "adelete",
}  # fmt: skip
_SQL = re.compile(r"\s*(insert|update|delete|truncate|drop|alter|create)\b", re.IGNORECASE)
#: Where rows are written besides the actions, and why.
WRITERS = {
    "ledger/actions/": "the verbs",
    "ledger/migrations/": "the tables themselves",
    "ledger/refusals.py": "triggers, not rows",
    "lists/readings.py": "readings kept, which are never the truth",
    "jobs/restored.py": "a database of its own, made to try a backup and dropped again",
    "jobs/upkeep.py": "log-ins past their term, which are no facts",
}


def _a_query(call: ast.Call) -> bool:
    """Whether a call of that name is one on a table: by what it is called on."""
    assert isinstance(call.func, ast.Attribute)
    on = ast.unparse(call.func.value)
    if call.func.attr in ("update", "create", "delete", "raw") or call.func.attr.startswith("get"):
        return "objects" in on or "_base_manager" in on or "_default_manager" in on
    if call.func.attr == "save":
        return not re.search(r"(workbook|document|image|picture|file|docx|book|form)$", on, re.I)
    return True


def test_only_actions_write_rows() -> None:
    found = []
    for file in sources():
        if any(w in file.relative_to(HOUSE).as_posix() for w in WRITERS):
            continue
        for node in ast.walk(ast.parse(file.read_text("utf-8"))):
            if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
                continue
            name = node.func.attr
            if name in _WRITES and _a_query(node):
                found.append(f"{where(file, node)} {ast.unparse(node.func)}")
            text = node.args[0] if node.args else None
            if name in ("execute", "executemany") and _says_sql(text):
                found.append(f"{where(file, node)} {ast.unparse(text or node)[:60]}")
    assert found == []


def _says_sql(text: ast.expr | None) -> bool:
    if isinstance(text, ast.JoinedStr):
        text = text.values[0] if text.values else None
    return isinstance(text, ast.Constant) and bool(_SQL.match(str(text.value)))


def test_doors_fetch_rows_through_access_alone() -> None:
    found = [
        f"{where(file, node)} {ast.unparse(node)}"
        for file in sources(*DOORS)
        for node in ast.walk(ast.parse(file.read_text("utf-8")))
        if isinstance(node, ast.Attribute) and node.attr in ("objects", "_base_manager")
    ]
    assert found == []


def test_the_clock_alone_asks_what_time_it_is() -> None:
    asks = re.compile(
        r"\b(datetime\.now|date\.today|time\.time\(|timezone\.now|utcnow|localdate)\b"
    )
    found = [
        f"{file.relative_to(ROOT)}:{number}"
        for file in sources()
        if file.name != "clock.py" and file.parent.name != "migrations"
        for number, line in enumerate(file.read_text("utf-8").splitlines(), 1)
        if asks.search(line)
    ]
    assert found == []


def test_every_action_takes_by_first_and_keywords_alone() -> None:
    strange = []
    for file in sources("ledger/actions"):
        for node in ast.parse(file.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef) and _is_action(node):
                first = node.args.kwonlyargs[:1]
                if node.args.args or not first or first[0].arg != "by":
                    strange.append(f"{where(file, node)} {node.name}")
                if not ast.get_docstring(node):
                    strange.append(f"{where(file, node)} {node.name} says nothing")
    assert strange == []


def _is_action(node: ast.FunctionDef) -> bool:
    return any(
        isinstance(d, ast.Call) and ast.unparse(d.func) == "action" for d in node.decorator_list
    )


def test_every_action_asks_whether_it_may() -> None:
    """By ``require`` or, for a sealed value and for one's own account, by a rule of its own.

    A function beside it in the same file may ask for several.
    """
    askers = ("require", "may_reveal", "health_of", "own_account", "require_reach", "tell_of")
    silent = []
    for file in sources("ledger/actions"):
        body = ast.parse(file.read_text("utf-8")).body
        functions = [node for node in body if isinstance(node, ast.FunctionDef)]
        beside = [f.name for f in functions if not _is_action(f) and _asks(f, askers)]
        silent += [
            f"{where(file, f)} {f.name}"
            for f in functions
            if _is_action(f) and not _asks(f, [*askers, *beside])
        ]
    assert silent == []


def _asks(function: ast.FunctionDef, askers: Iterable[str]) -> bool:
    text = ast.unparse(function)
    return any(f"{asker}(" in text for asker in askers)


# ------------------------------------------------------------------ words


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_every_declared_word_has_both_labels_and_no_heading_means_two_fields(kind: Kind) -> None:
    assert kind.label.zh and kind.label.en
    assert kind.purpose.zh and kind.purpose.en, "it says for what purpose it is held"
    for key, field in kind.fields.items():
        assert key == field.key
        assert field.label.zh and field.label.en, key
        for code, label in field.codes.items():
            assert label.zh and label.en, (key, code)
        if field.type == "ranked":
            assert field.codes, key
        if field.to and field.to != "subject":
            assert field.to in VOCABULARY, key
    headings = Counter(
        heading for field in kind.fields.values() for heading in {field.label.zh, *field.aliases}
    )
    assert [h for h, n in headings.items() if n > 1] == []


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_ties_and_sides_name_fields_that_there_are(kind: Kind) -> None:
    named = {f for fields in kind.ties.values() for f in fields}
    assert named | set(kind.doer.values()) | set(kind.receiver.values()) <= set(kind.fields)
    assert set(kind.ties) <= set(VOCABULARY.kinds)


@pytest.mark.parametrize("kind", KINDS, ids=lambda k: k.name)
def test_a_field_reads_a_column_that_there_is(kind: Kind) -> None:
    for field in kind.fields.values():
        if field.compute is not None or field.type == "many":
            continue
        on_sheet = field.read.startswith("sheet.")
        model = sheet_of(kind) if on_sheet else model_of(kind)
        model._meta.get_field((field.read or field.key).removeprefix("sheet."))


@pytest.mark.parametrize("name", library())
def test_every_programme_of_the_library_loads_and_its_cases_parse(name: str) -> None:
    programme = read_library(name, vocabulary=VOCABULARY)
    assert programme.title
    try:
        text = library_text(name, "cases.toml")
    except (LookupError, FileNotFoundError):
        return
    cases = tomllib.loads(text)["case"]
    assert cases and all(case["title"] and case["on"] for case in cases)


def test_the_glossary_names_every_kind() -> None:
    glossary = ROOT / "docs" / "glossary.md"
    if not glossary.exists():
        pytest.skip("there is no glossary yet")
    text = glossary.read_text("utf-8")
    missing = [k.name for k in KINDS if not k.basic and k.label.zh not in text]
    assert missing == []


# ------------------------------------------------------------------ names of files

#: Model files whose concept has no file of that name there, and why.
EXEMPT = {
    "actions": {
        "base": "what all facts share",
        "reading": "kept by lists, which count anew at any time",
    },
    "vocabulary": {
        "base": "what all facts share",
        "reading": "nothing that anybody enters",
        "saved_list": "a question about records, itself no record of a programme",
        "consent": "asked for by actions alone",
        "download": "no record: a file on its way out, and where worker and page meet",
        "duplicate": "decided on a page of its own, by those who may see both",
        "event": "shown by the journal's own page",
        "intake": "no record: a file on its way in, and where worker and page meet",
        "health": "no list, figure or form reaches it",
        "programme": "a file, not a record that is listed",
        "subject": "five kinds, each with a file",
        "user": "accounts are no records of a programme",
        "work": "no record: where worker and page meet",
    },
}


@pytest.mark.parametrize("room", EXEMPT)
def test_every_concept_bears_one_stem_in_every_room(room: str) -> None:
    there = {f.stem for f in sources(f"ledger/{room}")}
    concepts = {f.stem for f in sources("ledger/models")} - {"__init__"}
    assert concepts - there == set(EXEMPT[room])


def test_no_file_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "helper", "common", "misc", "services", "manager"}
    assert [f for f in sources() if f.stem in drawers] == []


def test_migrations_are_named_by_what_they_do() -> None:
    for file in sorted((HOUSE / "ledger" / "migrations").glob("0*.py")):
        assert not re.search(r"_(auto|alter|add|remove)_|\d{8}", file.stem), file.name


def test_the_migrations_make_the_tables_as_they_are(db: None) -> None:
    call_command("makemigrations", "--check", "--dry-run", verbosity=0)


# ------------------------------------------------------------------ the checks themselves


#: How far before a table the region may begin that names it.
NEAR = 260


def test_every_table_of_a_page_has_a_name() -> None:
    """Of its own, or by the region right around it: a screen reader says it first."""
    unnamed = []
    for page in sorted(HOUSE.rglob("templates/**/*.html")):
        text = page.read_text(encoding="utf-8")
        for found in re.finditer(r"<table[^>]*>", text):
            around = text[max(0, found.start() - NEAR) : found.start()]
            if "aria-label" not in found[0] and 'role="region"' not in around:
                unnamed.append(f"{page.name}: {found[0]}")
    assert unnamed == []


def test_the_scans_find_what_they_look_for() -> None:
    wrong = ast.parse("Need.objects.filter(pk=1).update(kind='x')\nrow.save()").body
    calls: list[Any] = [n.value for n in wrong]  # type: ignore[attr-defined]
    assert all(c.func.attr in _WRITES and _a_query(c) for c in calls)
    assert _says_sql(ast.parse("f'DELETE FROM {x}'").body[0].value)  # type: ignore[attr-defined]
    assert not _says_sql(ast.parse("'SELECT 1'").body[0].value)  # type: ignore[attr-defined]

"""No number that was entered lies in clear in any file: database, log, papers, lists, backups.

The told story is entered, looked at, printed, exported and backed up; then every file is searched,
archives unpacked and compressed parts opened.
"""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
import tempfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection
from django.test import Client

from bangfu.jobs import story
from bangfu.jobs.story import BULLETIN, FURNITURE, PASSWORD, Told
from bangfu.keeping import postgres
from bangfu.ledger import clock, vault
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import journal
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Document, Person
from bangfu.paper import drafting, files
from tests.jobs.conftest import Call
from tests.village import unrefused_flush

__all__ = ["unrefused_flush"]

OPERATOR = By(None, "test")
#: Digits in a row, as text in one byte or in two, and as the hexadecimal digits of text.
_RUNS = tuple(
    re.compile(form) for form in (rb"[0-9]{11,}", rb"(?:[0-9]\0){11,}", rb"(?:\0[0-9]){11,}")
)


def test_the_search_finds_a_number_however_a_file_holds_it(tmp_path: Path) -> None:
    number = "990001197003150010"
    book = io.BytesIO()
    with zipfile.ZipFile(book, "w", zipfile.ZIP_DEFLATED) as inner:
        inner.writestr("xl/sharedStrings.xml", f"<t>{number}</t>")
    outer = io.BytesIO()
    with zipfile.ZipFile(outer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("files/book.xlsx", book.getvalue())
    ways = {
        "utf-8": f"证号{number}。".encode(),
        "utf-16-le": f"证号{number}。".encode("utf-16-le"),
        "utf-16-be": f"证号{number}。".encode("utf-16-be"),
        "hex": number.encode().hex().encode(),
        "pdf": b"%PDF-1.7\n1 0 obj\nstream\n" + zlib.compress(number.encode()) + b"\nendstream",
        "archive": outer.getvalue(),
    }
    for name, content in ways.items():
        file = tmp_path / name
        file.write_bytes(content)
        assert leaks([file], {number}), name
    assert leaks([tmp_path / "utf-8"], {"990001197003150029"}) == []


def leaks(found: list[Path], numbers: set[str]) -> list[str]:
    """Which of the numbers stands in which file, or in which part of one."""
    short = {number[:17] for number in numbers}
    return [
        f"{number} in {name}"
        for file in found
        for name, content in parts(str(file), content_of(file))
        for digits in runs(content)
        for number in short
        if number in digits
    ]


def content_of(file: Path) -> bytes:
    """The bytes of a file; none if the database put it away meanwhile."""
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return b""


def runs(content: bytes) -> Iterator[str]:
    """The runs of digits in some bytes that are as long as a phone."""
    for form in _RUNS:
        for run in form.findall(content):
            digits = run.replace(b"\0", b"").decode()
            yield digits
            if len(digits) > 21 and re.fullmatch(r"(?:3[0-9])+", digits):
                yield bytes.fromhex(digits).decode()


def parts(name: str, content: bytes) -> Iterator[tuple[str, bytes]]:
    """A file, and what is packed or compressed in it."""
    yield name, content
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            for inner in archive.namelist():
                yield from parts(f"{name}!{inner}", archive.read(inner))
    if content.startswith(b"%PDF"):
        for number, stream in enumerate(re.findall(rb"stream\r?\n(.*?)endstream", content, re.S)):
            try:
                yield f"{name}!{number}", zlib.decompressobj().decompress(stream)
            except zlib.error:
                continue
        yield f"{name}!text", in_words(content)
    if content.startswith(b"PGDMP"):
        yield f"{name}!sql", in_sql(content)


def in_words(pdf: bytes) -> bytes:
    """What a pdf says."""
    program = shutil.which("pdftotext")
    assert program, "pdftotext is needed for this"
    return subprocess.run([program, "-", "-"], input=pdf, capture_output=True).stdout


def in_sql(dump: bytes) -> bytes:
    """What a dump of PostgreSQL would write."""
    program = postgres.program("pg_restore")
    return subprocess.run([program, "-f", "-"], input=dump, capture_output=True, check=True).stdout


@pytest.fixture
def temporary(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A temporary directory of this test's own, also for programs that it starts."""
    folder = tmp_path / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    monkeypatch.setattr(tempfile, "tempdir", str(folder))
    return folder


@pytest.mark.django_db(transaction=True)
def test_no_number_of_the_story_lies_in_clear_anywhere(
    keyring: object, temporary: Path, tmp_path: Path, call: Call
) -> None:
    told = story.tell(by=OPERATOR, today=clock.today())
    journal.seal()
    numbers = entered()
    assert len(numbers) > 70
    kept = tmp_path / "kept"
    kept.mkdir()
    used(told, sorted(numbers))
    printed(told, kept)
    exported(told, kept, call)
    assert call("backup", "--out", kept / "kept.zip").exit_code == 0

    names = [subject.name.encode() for subject in (*told.returnees, *told.cadres)]
    shown = {
        Path(where.partition("!")[0]).name
        for file in kept.iterdir()
        for where, content in parts(str(file), file.read_bytes())
        if any(name in content for name in names)
    }
    assert shown == {f.name for f in kept.iterdir()}, "it looks inside; a paper names who signed it"
    places = [*kept.iterdir(), *temporary.rglob("*"), *_data(), *_database()]
    found = [place for place in places if place.is_file()]
    assert leaks(found, numbers) == []


def entered() -> set[str]:
    """Every number that the story entered, opened with the keys."""
    found = set()
    for row in Person._base_manager.all():
        key = vault.key_of(row.fact_id)
        found |= {key.open(n, bytes(v)) for n in ("identity", "phone") if (v := getattr(row, n))}
    return found


def used(told: Told, numbers: list[str]) -> None:
    """Somebody types a number at the door, finds a person by it and opens one."""
    client = Client()
    for wrong in ({"login": numbers[0]}, {"login": "clerk", "password": numbers[1]}):
        client.post("/account/login/", {"password": "guess", **wrong})
    client.post("/account/login/", {"login": "clerk", "password": PASSWORD})
    found = client.post("/lists/person/by-number/", {"sort": "identity", "number": numbers[-1]})
    assert found.status_code in (200, 302)
    key = told.returnees[0].fact
    asked = {"field": "identity", "purpose": "核对社保"}
    shown = client.post(f"/subjects/{key}/reveal/", asked)
    assert any(number in shown.content.decode() for number in numbers), "it can be opened"
    assert client.post(f"/subjects/{key}/reveal/", {**asked, "purpose": f"核对{numbers[0]}"})


def printed(told: Told, kept: Path) -> None:
    """Every paper in every format, and a ledger with the columns that are sealed."""
    assert told.programme is not None and told.bulletin is not None
    papers = {"bulletin": told.bulletin}
    for name, columns in (
        ("pair_list", ["helper", "subject", "began"]),
        ("numbers", ["name", "sex", "birth", "identity", "phone"]),
    ):
        of = ["one_to_one"] if name == "pair_list" else ["returnees"]
        body = {"sort": "ledger", "of": of, "where": {}, "columns": columns, **drafting.FURNITURE}
        papers[name] = documents.draft(
            by=OPERATOR, programme=told.programme, name="pair_list", on=BULLETIN, title=name,
            body={**body, "masthead": name, "issuer": "", **FURNITURE},
        )  # fmt: skip
    papers["pair_list"] = drafting.issue(by=OPERATOR, document=papers["pair_list"])
    for name, paper in papers.items():
        paper = Document.objects.get(pk=paper.pk)
        for form in files.formats_of(paper):
            (kept / f"{name}.{form}").write_bytes(files.render(paper, form).content)


def exported(told: Told, kept: Path, call: Call) -> None:
    """Lists as pages and machines have them."""
    client = Client()
    client.post("/account/login/", {"login": "clerk", "password": PASSWORD})
    page = client.get("/lists/person/?format=json&columns=name&columns=identity&columns=phone")
    (kept / "page.json").write_text(json.dumps(page.json(), ensure_ascii=False))
    listed = call("list", "person", "--json", "--limit", "5000")
    assert listed.exit_code == 0 and "***" in listed.stdout
    (kept / "person.json").write_text(listed.stdout)


def _data() -> Iterator[Path]:
    """What lies in the data folder, but the keys."""
    keys = Path(settings.BANGFU_KEYS_FILE)
    return (path for path in Path(settings.BANGFU_DATA).rglob("*") if path != keys)


def _database() -> Iterator[Path]:
    """The files of the database, its log among them."""
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        yield from name.parent.glob(f"{name.name}*")
        return
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        home = Path(cursor.fetchone()[0])
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        own = cursor.fetchone()[0]
    yield from (home / "base" / str(own)).rglob("*")
    yield from (home / "pg_wal").rglob("*")

"""Nothing personal that is sealed lies anywhere in clear; what was erased is gone altogether."""

from __future__ import annotations

import base64
import json
import shutil
import sqlite3
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest
from django.conf import settings
from django.db import connection

from bangfu.keeping import rewriting
from bangfu.ledger import keys
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.journal import seal, verify
from bangfu.ledger.models import Activity, Class, HealthDetail, Need, Person, Subject, SubjectKey
from bangfu.ledger.moment import Moment
from bangfu.lists.figure import figure_of
from tests.village import (
    CONFIDED,
    DETAIL,
    GROUNDS,
    IDENTITY,
    ILLNESS,
    OPERATOR,
    PHONE,
    VISITED,
    WISH,
    WORRY,
    Village,
    fill,
)

LATER = "等孩子上学以后再出去"
SEALED = (
    IDENTITY,
    PHONE,
    "11087654321",
    "11013572468",
    LATER,
    WISH,
    WORRY,
    CONFIDED,
    ILLNESS,
    DETAIL,
    GROUNDS,
)


def spellings(text: str) -> Mapping[str, bytes]:
    """A text as it might stand in a file."""
    plain = text.encode()
    return {
        "utf-8": plain,
        "utf-16-le": text.encode("utf-16-le"),
        "utf-16-be": text.encode("utf-16-be"),
        "hex": plain.hex().encode(),
        "json": json.dumps(text).strip('"').encode(),
        "HEX": plain.hex().upper().encode(),
        # a run of base64 reads otherwise for each of three beginnings; its middle is the same
        **{f"base64+{n}": _middle(plain, n) for n in range(3)},
    }


def _middle(plain: bytes, shift: int) -> bytes:
    return base64.b64encode(b"\0" * shift + plain)[4:-4]


def found_in(files: Iterator[Path], *texts: str) -> list[str]:
    """Which of the texts stands in which file, and how."""
    wanted = [(t, how, raw) for t in texts for how, raw in spellings(t).items()]
    hits = []
    for file in files:
        try:
            content = file.read_bytes()
        except FileNotFoundError:
            continue  # the database put it away meanwhile
        hits += [f"{t} as {how} in {file}" for t, how, raw in wanted if raw in content]
    return hits


@pytest.mark.django_db(transaction=True)
def test_what_is_sealed_is_nowhere_in_clear(lasting_village: Village, tmp_path: Path) -> None:
    fill(lasting_village)
    persons.update(
        by=OPERATOR, subject=lasting_village.sun, on=VISITED, phone="11013572468", wishes=LATER
    )
    seal()
    clerk = lasting_village.account("fu", "clerk", place=lasting_village.county)
    told = persons.reveal(
        by=By(clerk, "desk", purpose="联系本人"), subject=lasting_village.zhao, field="identity"
    )
    assert told == IDENTITY, "it was entered, and can be opened"
    files = list(_stored(tmp_path))
    assert found_in(iter(files), "赵大山"), "the search looks where the rows are"
    assert found_in(iter(files), *SEALED) == []


def _stored(folder: Path) -> Iterator[Path]:
    """Every file in which the database, its log and its copies lie."""
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        copy = folder / "backup.sqlite3"
        with sqlite3.connect(name) as source, sqlite3.connect(copy) as target:
            source.backup(target)
        yield copy
        yield from name.parent.glob(f"{name.name}*")
    else:
        with connection.cursor() as cursor:
            cursor.execute("CHECKPOINT")
            cursor.execute("SHOW data_directory")
            home = Path(cursor.fetchone()[0])
        yield _dump(folder)
        if home.is_dir():
            yield from (f for f in home.rglob("*") if f.is_file())
    for kept in Path(settings.BANGFU_DATA).rglob("*"):
        if kept.is_file() and kept != Path(settings.BANGFU_KEYS_FILE):
            yield kept


def _dump(folder: Path) -> Path:
    said = connection.settings_dict
    programs = sorted(Path("/usr/lib/postgresql").glob("*/bin/pg_dump"))
    program = str(programs[-1]) if programs else shutil.which("pg_dump")
    assert program, "pg_dump is needed for this"
    file = folder / "dump.sql"
    subprocess.run(
        [program, f"--host={said['HOST']}", f"--username={said['USER']}", f"--file={file}",
         said["NAME"]],
        check=True,
    )  # fmt: skip
    return file


@pytest.mark.django_db(transaction=True)
def test_an_erased_person_is_gone_from_every_page_of_the_database(
    lasting_village: Village, tmp_path: Path
) -> None:
    """The name too, in every version and in the words of others; on PostgreSQL once the tables
    were written anew. What remains there is the write-ahead log, until its segments are used again.
    """
    v, by = lasting_village, OPERATOR
    fill(v)
    subjects.rename(by=by, subject=v.zhao, name="赵大川", on=VISITED)
    subjects.rename(by=by, subject=v.zhao_home, name="赵大山", on=VISITED)
    for whom in ([v.zhao], [v.zhao, v.qian]):
        activities.record(
            by=by, kind="visit", on=VISITED, whom=whom, note="赵大山在家", answers={"a": "赵大川"}
        )
    pairings.close(by=by, pairing=v.pairing, on=VISITED, reason="赵大山外出")
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")  # what the planner keeps of a column's values
    names = ("赵大山", "赵大川", "zhao da shan")
    salt = bytes(SubjectKey.objects.get(pk=v.zhao.fact).salt or b"")
    assert len(found_in(_pages(tmp_path), *names[:2])) > 1
    assert _holding(_pages(tmp_path), salt) != []
    subjects.erase(by=by, subject=v.zhao, reason="request")
    # Tests that run beside this one hold back what PostgreSQL may forget, each for its time.
    assert any(rewriting.rewrite() for _ in range(30))
    assert found_in(_pages(tmp_path), *names) == []
    assert _holding(_pages(tmp_path), salt) == []


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_who_writes_in_another_database_keeps_no_erased_name(
    lasting_village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who began there after the tables were first looked at holds back what goes while they are
    written anew: the planner's common values, in which the name stands too.
    """
    fill(lasting_village)
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
    subjects.erase(by=OPERATOR, subject=lasting_village.zhao, reason="request")
    tables = rewriting.erasing.tables()
    elsewhere = connection.copy()
    elsewhere.settings_dict = {**connection.settings_dict, "NAME": "postgres"}

    def somebody_begins() -> list[str]:
        elsewhere.set_autocommit(False)
        with elsewhere.cursor() as cursor:
            cursor.execute("SELECT pg_current_xact_id()")
        return tables

    monkeypatch.setattr(rewriting.erasing, "tables", somebody_begins)
    monkeypatch.setattr(rewriting, "_PATIENCE", 1.0)
    try:
        assert not rewriting.rewrite(), "it is told that something may be left"
    finally:
        elsewhere.rollback()
        elsewhere.close()
    monkeypatch.undo()
    assert any(rewriting.rewrite() for _ in range(30))
    assert found_in(_pages(tmp_path), "赵大山") == []


def _holding(files: Iterator[Path], content: bytes) -> list[Path]:
    """The files in which some bytes stand, as they are or in hexadecimal digits."""
    wanted = (content, content.hex().encode())
    return [file for file in files if any(raw in file.read_bytes() for raw in wanted)]


def _pages(folder: Path) -> Iterator[Path]:
    if connection.vendor == "sqlite":
        name = Path(connection.settings_dict["NAME"])
        yield from name.parent.glob(f"{name.name}*")
        return
    with connection.cursor() as cursor:
        cursor.execute("CHECKPOINT")
        cursor.execute("SHOW data_directory")
        home = Path(cursor.fetchone()[0])
        cursor.execute("SELECT oid FROM pg_database WHERE datname = current_database()")
        own = home / "base" / str(cursor.fetchone()[0])
    if own.is_dir():
        yield from (f for f in own.rglob("*") if f.is_file())
    else:
        yield _dump(folder)


def test_erasing_destroys_the_key_and_keeps_the_past_countable(
    village: Village, keyring: keys.Keyring
) -> None:
    fill(village)
    zhao = village.zhao
    figures = ("returnees_in", "pairs_made", "home_visits", "people_visited", "needs_raised")
    before = _readings(village, figures)
    sealed = [
        bytes(Person._base_manager.filter(fact=zhao.fact)[0].identity or b""),
        bytes(Need.objects.current().get(subject=zhao).private_text or b""),
    ]
    subjects.erase(by=OPERATOR, subject=zhao, reason="request")

    assert Subject.objects.get(pk=zhao.pk).name == ""
    key = SubjectKey.objects.get(pk=zhao.fact)
    assert key.salt is None and key.erased_at is not None
    with pytest.raises(keys.Erased):
        keyring.key_for(zhao.fact, key.salt).open("identity", sealed[0])
    for rows in (
        Person._base_manager.filter(fact=zhao.fact),
        Class._base_manager.filter(subject=zhao),
        Need._base_manager.filter(subject=zhao),
        HealthDetail._base_manager.filter(subject=zhao),
        Activity._base_manager.filter(kind="talk"),
    ):
        for row in rows:
            told = [n for n in row.personal if getattr(row, n) not in (None, "", b"", {})]
            assert told == [], type(row)
    assert _readings(village, figures) == before
    seal()
    assert verify().faults == []
    with pytest.raises(Refused) as again:
        subjects.erase(by=OPERATOR, subject=zhao, reason="request")
    assert again.value.code == "erased_already"
    with pytest.raises(keys.Erased):
        persons.update(by=OPERATOR, subject=zhao, on=VISITED, phone=PHONE)


def _readings(village: Village, names: tuple[str, ...]) -> list[object]:
    moment = Moment(VISITED)
    return [figure_of(village.programme, name, moment).reading() for name in names]


def test_a_household_is_erased_with_its_name_and_place_of_living_stays_countable(
    village: Village,
) -> None:
    home = village.zhao_home
    subjects.erase(by=OPERATOR, subject=home, reason="term")
    assert Subject.objects.get(pk=home.pk).name == ""
    assert verify().faults == []
    bare = households.register(
        by=OPERATOR, name="孙家", place=village.village, on=VISITED, source="入户"
    )
    subjects.erase(by=OPERATOR, subject=bare, reason="term")
    assert verify().faults == [], "also where no personal column was filled"


def test_only_persons_and_households_are_erased(village: Village) -> None:
    with pytest.raises(Refused) as refused:
        subjects.erase(by=OPERATOR, subject=village.hospital, reason="mistake")
    assert refused.value.code == "not_personal"

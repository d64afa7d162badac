"""Places are loaded and found, whatever people type."""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from bangfu.jobs import county
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import place as places
from bangfu.ledger.actions.event import By
from bangfu.ledger.divisions import fictional_villages
from bangfu.ledger.models import Event, Place
from bangfu.ledger.moment import Moment
from bangfu.lists.places import find_places
from tests.jobs.conftest import Call

Ask = Callable[..., Any]
BY = By(None, "test")
TODAY = Moment(dt.date(2026, 11, 22))


@pytest.fixture
def qinghe(db: None, keyring: object) -> dict[str, Place]:
    return county.enter(by=BY)


def found(text: str, *, on: Moment = TODAY) -> list[tuple[str, str]]:
    """What a search finds: names, and by what."""
    return [(one.place.name, one.by) for one in find_places(text, moment=on)]


def test_a_name_finds_itself_first_and_a_town_before_its_villages(qinghe: object) -> None:
    assert found("前岫村") == [("前岫村", "name")]
    assert found("麦川")[:2] == [("麦川镇", "name"), ("麦川村", "name")]
    assert found(" 前岫 村 ") == [("前岫村", "name")]


def test_initials_find_what_they_begin_in_either_case(qinghe: object) -> None:
    assert ("前岫村", "initials") in found("qxc")
    assert found("QXC") == found("qxc")
    assert found("z") and all(way == "initials" for _, way in found("z"))
    assert found("zz") == []


def test_digits_find_a_code_and_what_lies_in_it(qinghe: object) -> None:
    assert found("990001101")[0] == ("云岫镇", "code")
    ways = [way for _, way in found("990001101")]
    assert ways == ["code"] * 8 + ["former"]  # 竹影村 had a code of this town until 2018
    assert found("990001101201") == [("前岫村", "code")]
    assert found("77") == []


def test_former_names_and_codes_find_what_a_place_is_now(qinghe: object) -> None:
    assert found("石梁坪乡") == [("霁川镇", "former")]
    assert ("霁川镇", "former") in found("990001204000")
    then = Moment(dt.date(2010, 1, 1))
    assert found("石梁坪乡", on=then) == [("石梁坪乡", "name")]
    assert found("霁川镇", on=then) == [("石梁坪乡", "later")]


def test_another_spelling_that_was_entered_is_found(qinghe: object) -> None:
    assert found("穗塬村") == [("穗家塬村", "alias")]


def test_a_spelling_that_was_not_entered_is_proposed_with_its_reason(qinghe: object) -> None:
    (one,) = find_places("前秀村", moment=TODAY)
    assert (one.place.name, one.by, one.why.en) == (
        "前岫村", "spelling", "characters of the same sound",
    )  # fmt: skip


def test_what_a_place_lies_in_is_told(qinghe: object) -> None:
    (one,) = find_places("前岫村", moment=TODAY)
    assert one.within == "示范省 / 青禾县 / 云岫镇"


def test_a_limit_holds_and_a_blank_finds_nothing(qinghe: object) -> None:
    assert len(find_places("9900", moment=TODAY, limit=3)) == 3
    assert find_places("  ", moment=TODAY) == []


def test_a_search_asks_few_questions(
    qinghe: object, django_assert_max_num_queries: Callable[[int], Any]
) -> None:
    with django_assert_max_num_queries(12):
        find_places("99", moment=TODAY, limit=50)


def test_loading_writes_one_event_that_explains_every_row(qinghe: object) -> None:
    before = Event.objects.count()
    told: list[int] = []
    lines = list(fictional_villages(2000))
    count = places.load(
        by=BY, table=lines, edition="made up", began=dt.date(2020, 1, 1), told=told.append
    )
    assert count == len(lines)
    assert Event.objects.count() == before + 1
    journal.seal()
    assert journal.verify().faults == []
    one = Place.objects.get(pk=places.key_for_code(lines[1].code))
    assert (one.name, one.initials) == (lines[1].name, lines[1].initials)
    parent = one.parent
    assert parent is not None and one.path == f"{parent.path}{lines[1].code}/"


def test_after_many_rows_the_database_knows_how_large_the_table_is(qinghe: object) -> None:
    """SQLite never looks by itself, PostgreSQL after a while; till then pages are planned badly."""
    known = (
        "SELECT CAST(stat AS INTEGER) FROM sqlite_stat1 WHERE tbl = 'ledger_place'"
        if connection.vendor == "sqlite"
        else "SELECT reltuples FROM pg_class WHERE relname = 'ledger_place'"
    )
    with connection.cursor() as cursor:
        cursor.execute("ANALYZE")
        places.load(
            by=BY, table=fictional_villages(2000), edition="made up", began=dt.date(2020, 1, 1)
        )
        cursor.execute(known)
        assert max(int(rows) for (rows,) in cursor.fetchall()) > 1_500


def test_loading_again_adds_nothing(qinghe: object) -> None:
    lines = list(fictional_villages(100))
    for expected in (len(lines), 0):
        count = places.load(by=BY, table=lines, edition="x", began=dt.date(2020, 1, 1))
        assert count == expected


def test_loading_is_quick(qinghe: object) -> None:
    """At this rate the national table takes 100 s; ``make bench`` loads it and says how long."""
    lines = list(fictional_villages(20_000))
    begun = time.process_time()
    places.load(by=BY, table=lines, edition="x", began=dt.date(2020, 1, 1))
    taken = (time.process_time() - begun) / len(lines)
    assert taken < 0.00015, taken


# At the command line ----------------------------------------------------------------------------


def test_a_part_of_the_national_table_is_loaded_with_what_it_lies_in(ask: Ask) -> None:
    said = ask("places", "load", "--under", "110101001")
    assert said["added"] > 3 and said["began"] == "2023-06-30"
    shown = ask("places", "show", "110101001")
    assert shown["above"] == ["北京市", "市辖区", "东城区"]
    assert shown["inside"]["count"] == said["added"] - 4
    assert ask("places", "load", "--under", "110101001")["added"] == 0


def test_a_code_that_the_table_has_not_is_told(call: Call) -> None:
    result = call("places", "load", "--under", "770101")
    assert result.exit_code == 1
    assert result.stderr.splitlines()[-1] == "The table has no division 770101."
    assert call("places", "load", "--under", "七七").exit_code == 1


def test_an_own_table_brings_what_it_lies_in(ask: Ask, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("区划代码,名称\n11010100100101,一组\n11010100100102,二组\n", encoding="utf-8")
    said = ask("places", "load", "--own", file, "--on", "2024-01-01")
    assert said["added"] == 2 + 5
    assert ask("places", "search", "一组")["places"][0]["within"].startswith("北京市 / 市辖区")


def test_every_fault_of_an_own_table_is_told(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "own.csv"
    file.write_text("区划代码,名称\n123,一\nabc,二\n", encoding="utf-8")
    result = call("places", "load", "--own", file)
    assert result.exit_code == 1
    assert "own.csv:2" in result.stderr and "own.csv:3" in result.stderr


def test_an_alias_is_remembered_and_found(ask: Ask, qinghe: object) -> None:
    ask("places", "alias", "990001101201", "前秀村", "--source", "2016 年花名册")
    found = ask("places", "search", "前秀村")["places"]
    assert [(p["name"], p["by"]) for p in found] == [("前岫村", "alias")]
    assert "前秀村" in [a["text"] for a in ask("places", "show", "990001101201")["aliases"]]


def test_a_place_that_is_not_there_is_told(call: Call, qinghe: object) -> None:
    assert call("places", "show", "110000").stderr == "There is no place 110000; load it first.\n"
    assert call("places", "search", "没有的地方").exit_code == 0

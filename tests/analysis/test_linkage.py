"""Who may be the same person: found, told why, by an engine that writes nothing down."""

from __future__ import annotations

import datetime as dt
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import duckdb
import pytest

from bangfu.analysis import alike
from bangfu.analysis.backends import in_memory
from bangfu.analysis.linkage import pairs_among
from bangfu.analysis.model import COMPARISONS, LEVELS, STEPS, THRESHOLD, Entry, Pair, sureness
from bangfu.jobs.made_duplicates import SORTS, Double, doubles
from bangfu.jobs.people import Person, people, villages
from bangfu.ledger.actions.subject import sort_key_of
from bangfu.ledger.divisions.readings import readings

BORN = dt.date(1980, 3, 21)
VILLAGES = [village.code for village in villages(30)]
SHAPES = alike.shapes(readings()["alike"]["groups"])


def entry(
    key: int,
    name: str,
    *,
    birth: dt.date | None = BORN,
    sex: str = "1",
    place: str = VILLAGES[0],
    number: str = "",
) -> Entry:
    """Somebody as the register knows him."""
    plain = alike.folded(name)
    sound, shape = sort_key_of(plain, "person"), plain.translate(SHAPES)
    return Entry(key, plain, sound, shape, birth, sex, place, place[:9], number)


def entry_of(person: Person) -> Entry:
    return entry(
        person.serial, person.name,
        birth=person.birth, sex=person.sex, place=person.village, number=person.identity,
    )  # fmt: skip


def codes(one: Entry, other: Entry) -> tuple[str, ...]:
    """How two entries agree as the engine sees it; nothing where it does not compare them."""
    return next((pair.codes for pair in pairs_among([one, other], threshold=0.0)), ())


#: Two entries and the way of agreeing, or not, that they show.
WAYS = [
    (entry(1, "张伟"), entry(2, "张威"), "name_sound"),
    (entry(1, "张伟"), entry(2, "張 偉"), "name_same"),
    (entry(1, "王末生"), entry(2, "王未生"), "name_shape"),
    (entry(1, "王建国"), entry(2, "王国建"), "name_order"),
    (entry(1, "买买提·艾力"), entry(2, "买买提艾力"), "name_same"),
    (entry(1, "张伟"), entry(2, "张强"), "name_near"),
    (entry(1, "张伟"), entry(2, "李红梅"), "name_other"),
    (entry(1, "张伟"), entry(2, "张伟", birth=dt.date(1980, 3, 12)), "birth_near"),
    (
        entry(1, "张伟", birth=dt.date(1980, 3, 4)),
        entry(2, "张伟", birth=dt.date(1980, 4, 3)),
        "birth_near",
    ),
    (entry(1, "张伟"), entry(2, "张伟", birth=dt.date(1992, 7, 8)), "birth_other"),
    (
        entry(1, "张伟", number="990001198003210016"),
        entry(2, "张伟", number="990001198003210016"),
        "number_same",
    ),
    (
        entry(1, "张伟", number="990001198003210016"),
        entry(2, "张伟", number="990001198003230012"),
        "number_digit",
    ),
    (
        entry(1, "张伟", number="990001198003210016"),
        entry(2, "张伟", number="99000119800321003X"),
        "number_sequence",
    ),
    (
        entry(1, "张伟", number="990001198003210016"),
        entry(2, "张伟", number="990002197103213514"),
        "number_other",
    ),
    (entry(1, "张伟"), entry(2, "张伟", place=VILLAGES[1]), "place_town"),
    (entry(1, "张伟"), entry(2, "张伟", place=VILLAGES[20]), "place_other"),
    (entry(1, "张伟"), entry(2, "张伟", sex="2"), "sex_other"),
]


@pytest.mark.parametrize(("one", "other", "why"), WAYS)
def test_each_way_of_agreeing_is_seen_alike_by_engine_and_python(
    one: Entry, other: Entry, why: str
) -> None:
    assert why in alike.levels(one, other) == codes(one, other)


def test_every_way_of_agreeing_is_shown_above() -> None:
    shown = {why for _, _, why in WAYS}
    usual = {"birth_same", "place_same", "sex_same"}
    assert shown | usual == set(LEVELS)


def drawn(count: int) -> tuple[list[Person], list[Double]]:
    known = list(people(20, count, VILLAGES))
    return known, doubles(21, known, count // 50, VILLAGES)


@pytest.fixture(scope="module")
def county() -> tuple[list[Person], list[Double], list[Pair]]:
    known, twice = drawn(6000)
    entered = [*map(entry_of, known), *(entry_of(one.person) for one in twice)]
    return known, twice, pairs_among(entered)


def test_doubles_of_every_sort_are_found_and_hardly_anybody_else(
    county: tuple[list[Person], list[Double], list[Pair]],
) -> None:
    _, twice, found = county
    truth = {(one.of, one.person.serial) for one in twice}
    seen = {(pair.one, pair.other) for pair in found}
    assert {one.sort for one in twice} == set(SORTS)
    assert len(seen & truth) / len(truth) >= 0.99
    assert len(seen - truth) <= len(seen) * 0.01


def test_how_sure_it_is_follows_from_the_reasons_alone(
    county: tuple[list[Person], list[Double], list[Pair]],
) -> None:
    known, twice, found = county
    entries = {p.serial: entry_of(p) for p in [*known, *(one.person for one in twice)]}
    for pair in found:
        assert pair.codes == alike.levels(entries[pair.one], entries[pair.other])
        assert pair.sure == pytest.approx(sureness(pair.codes))
        assert alike.proposed(entries[pair.one], entries[pair.other])


@pytest.mark.parametrize(
    ("one", "other", "is_proposed"),
    [
        # One number is one person's, whatever else is said.
        (
            entry(1, "张伟", number="990001198003210016"),
            entry(
                2, "李红梅", sex="2", birth=dt.date(1966, 1, 9), place=VILLAGES[20],
                number="990001198003210016",
            ),
            True,
        ),
        (entry(1, "张伟"), entry(2, "张伟"), True),
        (entry(1, "张伟"), entry(2, "张威"), True),
        # Twins: one day, one village, one surname, numbers one after the other.
        (
            entry(1, "张大伟", number="990001198003210016"),
            entry(2, "张小伟", number="99000119800321003X"),
            False,
        ),
        (entry(1, "张伟", birth=None), entry(2, "张伟", birth=None), False),
        (entry(1, "张伟"), entry(2, "张伟", place=VILLAGES[20]), False),
    ],
)  # fmt: skip
def test_what_is_proposed(one: Entry, other: Entry, is_proposed: bool) -> None:
    assert alike.proposed(one, other) is is_proposed
    assert bool(pairs_among([one, other])) is is_proposed


def test_agreements_weigh_in_the_order_in_which_they_are_listed() -> None:
    for comparison in COMPARISONS:
        last = comparison.levels[-1]
        assert last.weight < 0 < comparison.levels[0].weight, comparison.name
        assert sum(level.m for level in comparison.levels) == pytest.approx(1, abs=0.02)
    assert sureness(()) == pytest.approx(1e-6)
    assert THRESHOLD > 0.9


def test_steps_are_told_and_may_stop_it() -> None:
    told: list[int] = []
    pairs_among([entry(1, "张伟"), entry(2, "张伟")], told=told.append)
    assert sum(told) == STEPS

    def stop(_: int) -> None:
        raise InterruptedError

    with pytest.raises(InterruptedError):
        pairs_among([entry(1, "张伟"), entry(2, "张伟")], told=stop)


def test_nobody_is_no_pair() -> None:
    assert pairs_among([]) == []
    assert pairs_among([entry(1, "张伟")]) == []


def test_the_engine_fails_rather_than_spill_and_reaches_nothing_outside(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    with in_memory(memory="64MB") as engine:
        with pytest.raises(duckdb.OutOfMemoryException):
            engine.execute("CREATE TABLE big AS SELECT range || 'x' AS t FROM range(20000000)")
        with pytest.raises(duckdb.PermissionException):
            engine.execute(f"COPY (SELECT 1) TO '{tmp_path}/out.csv'")
    assert os.listdir(tmp_path) == []


def test_a_search_leaves_no_file_behind(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    entered: Sequence[Entry] = [entry_of(person) for person in drawn(500)[0]]
    pairs_among([*entered, entry(10_000, "张伟"), entry(10_001, "张伟")])
    assert list(tmp_path.iterdir()) == []


def test_pages_do_not_load_the_engine() -> None:
    code = (
        "import sys\n"
        "from bangfu.jobs.command import stand_up\n"
        "stand_up()\n"
        "import bangfu.desk.urls\n"
        "assert not [m for m in sys.modules if m in ('splink', 'duckdb', 'pyarrow')]"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr

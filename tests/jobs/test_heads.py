"""The heads kept outside: a file that only grows, and stays readable whatever breaks off."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangfu.keeping import heads
from bangfu.ledger.actions.journal import Head

ONE, TWO, THREE = (Head(n, f"{n:064x}") for n in (1, 2, 3))


@pytest.fixture
def log(tmp_path: Path) -> Path:
    file = tmp_path / "heads.log"
    heads.append(file, [ONE, TWO])
    return file


def test_each_line_is_a_head_and_a_time(log: Path) -> None:
    assert heads.read(log) == [ONE, TWO]
    assert heads.last_kept(log) == TWO
    for line in log.read_text().splitlines():
        head, _, time = line.partition(" ")
        assert Head.read(head) and time.endswith("+00:00")


@pytest.mark.parametrize("cut", ["3", f"{THREE}", f"{THREE} 2026-11-"])
def test_a_line_that_a_crash_cut_short_is_written_again(log: Path, cut: str) -> None:
    with log.open("a") as file:
        file.write(cut)
    assert heads.last_kept(log) == TWO
    heads.append(log, [THREE])
    assert heads.read(log) == [ONE, TWO, THREE]
    assert len(log.read_text().splitlines()) == 3


def test_a_file_that_is_only_a_cut_line_begins_anew(tmp_path: Path) -> None:
    file = tmp_path / "heads.log"
    file.write_text("1:00")
    assert heads.last_kept(file) is None
    heads.append(file, [ONE])
    assert heads.read(file) == [ONE]


def test_a_line_in_the_middle_that_is_no_head_is_an_error(log: Path) -> None:
    log.write_text(f"{ONE} x\nnothing\n{TWO} x\n")
    with pytest.raises(ValueError):
        heads.read(log)


def test_a_long_file_is_read_from_its_end(tmp_path: Path) -> None:
    file = tmp_path / "heads.log"
    heads.append(file, (Head(n, f"{n:064x}") for n in range(1, 500)))
    last = heads.last_kept(file)
    assert last is not None and last.number == 499
    heads.append(file, [Head(500, f"{500:064x}")])
    assert len(heads.read(file)) == 500

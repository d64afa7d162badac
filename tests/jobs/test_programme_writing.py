"""A programme file is written by answering questions, and says beforehand what it would give."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.loader import load
from bangfu.programmes.patterns import fitting
from tests.jobs.conftest import Call
from tests.village import Village

HEAD = ["逐户帮扶", "县人民医院", "990001", "2009-01-01", "2009-12-31"]


def number_of(name: str) -> str:
    """Under which number a sentence is offered once the file has begun."""
    return str(list(fitting('title = "x"\n')).index(name) + 1)


def typed(*lines: str) -> str:
    return "".join(f"{line}\n" for line in lines)


def test_a_file_is_written_by_answering(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "helping.toml"
    households = [number_of("households"), "监测户", "monitored、poor", ""]
    visits = [number_of("visited"), "每季度走访", "households", "quarter", "许多", "", "4"]
    said = typed(*HEAD, "999", *households, *visits, "")
    done = call("programme", "new", file, input=said)
    assert done.exit_code == 0, done.output
    read = load(file.read_text("utf-8"), name="helping", vocabulary=VOCABULARY)
    assert read.title_of("visits_owed") == "每季度走访"
    assert "no number 999" in done.output and "“许多” is not a number" in done.output
    more = typed(number_of("organisation"), "县卫生局", "")
    again = call("programme", "new", file, input=more)
    assert again.exit_code == 0 and 'title = "县卫生局"' in file.read_text("utf-8")


def test_what_stops_half_way_keeps_what_was_answered(call: Call, tmp_path: Path) -> None:
    file = tmp_path / "helping.toml"
    done = call("programme", "new", file, input=typed(*HEAD, number_of("households"), "监测户"))
    assert done.exit_code != 0
    assert 'title = "逐户帮扶"' in file.read_text("utf-8")


def test_a_file_says_what_it_would_give(
    village: Village, ask: Callable[..., Any], call: Call, tmp_path: Path
) -> None:
    file = tmp_path / "helping.toml"
    said = typed(*HEAD, number_of("villages"), "所有村", "", "", "")
    assert call("programme", "new", file, input=said).exit_code == 0
    told = {one["name"]: one for one in ask("programme", "ahead", file)["entries"]}
    assert told["villages"]["low"] == "3"
    running = {one["name"]: one for one in ask("programme", "ahead", "returnees")["entries"]}
    assert running["returnees"]["low"] == "2", "over what the programme holds"
    file.write_text(file.read_text("utf-8").replace("990001", "990009"), "utf-8")
    refused = call("programme", "ahead", file)
    assert refused.exit_code != 0 and "990009" in refused.output

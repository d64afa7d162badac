"""Duties, targets and coverage at the command line."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bangfu.ledger.actions import example
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.vocabulary import VOCABULARY
from tests.jobs.conftest import Call
from tests.village import OPERATOR

Ask = Callable[..., Any]
pytestmark = pytest.mark.usefixtures("village")
FORMS = Path(__file__).parent.parent / "lists"


def start(name: str, **given: list[dict[str, Any]]) -> None:
    text = (FORMS / name / "programme.toml").read_text("utf-8")
    row = programmes.start(by=OPERATOR, name="forms", text=text)
    rows = {kind: (VOCABULARY[kind], drawn) for kind, drawn in given.items()}
    example.enter(by=OPERATOR, programme=row, given=rows)


def a_link() -> dict[str, Any]:
    import datetime as dt

    link = {"name": "link", "helper": "陈", "subject": "甲家", "began": dt.date(2020, 1, 1)}
    return {
        "household": [{"id": "甲家", "kind": "poor"}],
        "post": [{"person": "陈", "kind": "cadre"}],
        "pairing": [link],
        "visit": [{"date": dt.date(2020, 1, 5), "mode": "home", "who": ("陈",), "whom": ("甲家",)}],
    }


def test_duties_are_told_by_turn_and_record_by_record(ask: Ask, call: Call) -> None:
    start("duty_forms", **a_link())
    told = ask("duties", "forms", "--on", "2020-03-10")
    monthly = next(one for one in told["duties"] if one["name"] == "monthly")
    assert monthly["says"]
    assert [(turn["to"], turn["met"], turn["waiting"]) for turn in monthly["turns"]] == [
        ("2020-01-31", 1, 0),
        ("2020-02-29", 0, 1),
        ("2020-03-31", 0, 1),
    ]
    rows = ask("duties", "forms", "monthly", "--on", "2020-03-10")["rows"]
    assert [(row["to"], row["verdict"], len(row["rows"])) for row in rows] == [
        ("2020-01-31", "met", 1),
        ("2020-02-29", "short", 0),
        ("2020-03-31", "behind", 0),
    ]
    waiting = ask("duties", "forms", "monthly", "--on", "2020-03-10", "--waiting")["rows"]
    assert [row["to"] for row in waiting] == ["2020-02-29", "2020-03-31"]
    since = ask("duties", "forms", "monthly", "--on", "2020-03-10", "--since", "2020-02-10")["rows"]
    assert [row["to"] for row in since] == ["2020-02-29", "2020-03-31"]
    text = call("duties", "forms", "monthly", "--on", "2020-03-10").stdout
    assert "陈 — 甲家" in text and "behind" in text
    assert "There is" not in text
    wrong = call("duties", "forms", "nothing")
    assert wrong.exit_code == 1 and "no duty nothing" in wrong.stderr and "monthly" in wrong.stderr
    assert call("duties", "forms", "--on", "2020-03-10").exit_code == 0


def test_targets_are_told_with_their_pace(ask: Ask, call: Call) -> None:
    start("target_forms", **{k: v for k, v in a_link().items() if k == "visit"})
    told = ask("targets", "forms", "--on", "2018-12-31")["targets"]
    assert {one["name"] for one in told} >= {"schooled", "visits", "households"}
    (visits,) = next(one for one in told if one["name"] == "visits")["milestones"]
    assert (visits["reached"], visits["verdict"], visits["by"]) == ("0", "open", "2019-12-31")
    assert "out of sight" in visits["pace"] and visits["reached_on"] is None
    assert "out of sight" in call("targets", "forms", "--on", "2018-12-31").stdout


def test_coverage_is_told_both_ways(ask: Ask, call: Call) -> None:
    start("coverage_forms", **{k: v for k, v in a_link().items() if k != "pairing"})
    (link,) = ask("coverage", "forms", "other_link", "--on", "2020-03-10")["pairings"]
    (row,) = link["rows"]
    assert (row["side"], row["called"], row["has"]) == ("subject", "甲家", 0)
    assert (row["gaps"], row["now"]) == ([["2020-01-01", "2020-03-10"]], True)
    assert (link["helpers"], link["subjects"]) == (1, 1)
    (every,) = ask("coverage", "forms", "other_link", "--on", "2020-03-10", "--all")["pairings"]
    assert {one["side"] for one in every["rows"]} == {"helper", "subject"}
    assert "2020-01-01–2020-03-10" in call("coverage", "forms", "--on", "2020-03-10").stdout
    assert "no pairing nothing" in call("coverage", "forms", "nothing").stderr


def test_alerts_say_who_and_since_when(ask: Ask, call: Call) -> None:
    import datetime as dt

    day = dt.date(2020, 2, 3)
    visit = {"date": day, "mode": "home", "organisation": "乙局"}
    start("alert_forms", organisation=[{"id": "乙局", "kind": "bureau"}], visit=[visit])
    told = {one["name"]: one for one in ask("alerts", "forms", "--on", "2020-02-10")["alerts"]}
    assert told["listed"]["rows"] == 0
    line = next(one for one in told["few_visits"]["lines"] if one["who"] == "乙局")
    assert (line["counted"], line["since"], line["or_earlier"]) == ("1", "2020-01-01", False)
    busy = told["busy_month"]
    assert (busy["raised"], busy["of"], busy["lines"]) == (0, 1, [])
    spoken = call("alerts", "forms", "--on", "2020-02-10").stdout
    assert "raised for 0 of 1" in spoken
    assert "乙局" in spoken

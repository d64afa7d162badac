"""Worked examples whose records cannot be entered: which row, why, and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from bangfu.jobs import examples
from bangfu.jobs.cases import Outcome, run
from bangfu.jobs.console import Failure
from bangfu.ledger.keys import Keyring
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.cases import load_cases
from bangfu.programmes.loader import library_text, load

TEXT = """\
title = "示例"
owner = "office"
area  = "990001"
from  = 2020-01-01
to    = 2020-12-31

[organisation.office]
title = "办公室"

[measure.alterations]
title   = "修缮"
owner   = "office"
exactly = 3
unit    = "处"

[list.reported]
title = "修缮的进展"
of    = "report"
where.measure = { name = "alterations" }

[list.tasks]
title = "议定事项"
of    = "task"
where.state = "open"
"""
SOUND = """
[[case]]
title = "措施按名称找到"
on    = 2020-06-30
given.report = \"\"\"
measure     | date
alterations | 2020-03-01
\"\"\"
expect.reported = 1
"""


def outcomes(drawn: str) -> list[Outcome]:
    file = load(TEXT, name="drawn", vocabulary=VOCABULARY)
    return list(run(file, TEXT, load_cases(drawn + SOUND, programme=file)))


@pytest.mark.parametrize(
    ("drawn", "line", "said"),
    [
        ("report", 5, ("given.report", "2", "alteration", "[measure]", "alterations")),
        ("activity", 5, ("given.activity", "1", "date")),
        ("task", 9, ("given.task", "1", "owner", "due")),
        ("late", 5, ("given.task", "1", "会", "given.activity")),
    ],
)
def test_a_row_that_cannot_be_entered_is_named_with_its_cause(
    db: None, keyring: Keyring, drawn: str, line: int, said: tuple[str, ...]
) -> None:
    tables = {
        "report": 'given.report = """\nmeasure | date\nalterations | 2020-01-02\n'
        'alteration | 2020-03-01\n"""',
        "activity": 'given.activity = """\ntopic | mode\nfair | home\n"""',
        "task": 'given.meeting = """\nid | date\n会 | 2020-03-01\n"""\n'
        'given.task = """\ndate | text | decided_at\n2020-03-01 | 修桥 | 会\n"""',
        "late": 'given.task = """\ndate | text | state | decided_at\n'
        '2020-03-01 | 修桥 | open | 会\n"""',
    }
    title = '\n[[case]]\ntitle = "画错的"\non = 2020-06-30\n'
    wrong, sound = outcomes(f"{title}{tables[drawn]}\nexpect.tasks = 1\n")
    assert sound.agrees
    assert not wrong.agrees
    assert (wrong.case, wrong.name, wrong.line) == ("画错的", "tasks", line), wrong.counted
    assert all(word in wrong.counted for word in said), wrong.counted


MONEY = """
[list.given_money]
title = "捐助"
of    = "entry"
where.direction = "in"

[fund.help]
title = "资金"
owner = "office"
of    = "entry"

[target.money]
title    = "捐助三千元"
of       = "given_money"
sum      = "amount"
at_least = 3000
"""


def test_what_was_counted_is_told_in_yuan_and_one_row_a_line(db: None, keyring: Keyring) -> None:
    drawn = """
[[case]]
title = "捐助"
on    = 2020-12-31
given.entry = \"\"\"
kind     | direction | amount  | date
donation | in        | 2500.50 | 2020-05-01
\"\"\"
expect.given_money = 1
expect.money = \"\"\"
ended      | reading | bound | baseline
2020-12-31 | 2500    | 3000  |
\"\"\"
"""
    file = load(TEXT + MONEY, name="drawn", vocabulary=VOCABULARY)
    one, money = run(file, TEXT + MONEY, load_cases(drawn, programme=file))
    assert one.agrees
    assert not money.agrees
    assert money.expected == "ended=2020-12-31, reading=2500, bound=3000"
    assert money.counted == "ended=2020-12-31, reading=5001/2, bound=3000, verdict=short"


def test_the_cases_of_a_file_are_those_beside_it(tmp_path: Path) -> None:
    folder = tmp_path / "岫里"
    folder.mkdir()
    (folder / "programme.toml").write_text(TEXT, "utf-8")
    with pytest.raises(Failure, match=r"cases\.toml"):
        examples.drawn_beside(str(folder))
    (folder / "cases.toml").write_text(SOUND, "utf-8")
    for named in (folder, folder / "programme.toml"):
        source, text = examples.drawn_beside(str(named))
        assert (source.name, text) == ("岫里", SOUND)
    assert examples.drawn_beside("returnees")[1] == library_text("returnees", "cases.toml")
    with pytest.raises(Failure, match="returnees"):
        examples.drawn_beside("no_such")

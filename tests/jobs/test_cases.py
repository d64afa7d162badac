"""Worked examples whose records cannot be entered: which row, why, and what would be right."""

from __future__ import annotations

import pytest

from bangfu.jobs.cases import Outcome, run
from bangfu.ledger.keys import Keyring
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.cases import load_cases
from bangfu.programmes.loader import load

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

"""Whether an installation is as it should be, at the command line."""

from __future__ import annotations

from typing import Any

import click

from bangfu.jobs.console import Failure, Verb, answer, spoken, table, words
from bangfu.keeping.health import Finding, findings


@click.command(cls=Verb)
@click.option("--journal", is_flag=True, help="Verify the whole journal too.")
def check(journal: bool) -> None:
    """Say whether everything is as it should be; ends with 1 if anything is not."""
    found = list(findings(journal=journal))
    well = all(finding.well for finding in found)
    answer(
        {"well": well, "findings": [_data(finding) for finding in found]},
        lambda: table((_state(f), f.part, spoken(f.said)) for f in found),
    )
    if not well:
        bad = "、".join(finding.part for finding in found if not finding.well)
        raise Failure("有问题的部分：{b}", "Not as it should be: {b}", b=bad)


def _state(finding: Finding) -> str:
    if not finding.well:
        return words("异常", "NOT OK")
    return words("注意", "LOOK") if finding.warns else words("正常", "ok")


def _data(finding: Finding) -> dict[str, Any]:
    return {
        "part": finding.part,
        "well": finding.well,
        "warns": finding.warns,
        "said": spoken(finding.said),
    }

"""What headings answer, however wide they are written."""

from __future__ import annotations

import pytest

from bangfu.intake.answers import line_of


@pytest.mark.parametrize(
    "heading", ["务工收入(元)", "务工收入（元）", "务工收入（单位：元/年）", "务工 收入(万元)"]
)
def test_a_line_of_income_is_called_without_its_unit(heading: str) -> None:
    assert line_of("household.wages", (heading,)) == "income.wages#务工收入"

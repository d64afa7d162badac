"""How a household stands is judged on days; lists and pages read the latest verdict of a day."""

from __future__ import annotations

import datetime as dt

import pytest

from bangfu.ledger.actions import assurance as assurances
from bangfu.ledger.actions.event import Refused
from bangfu.ledger.models import Assurance
from bangfu.ledger.moment import Moment
from tests.ledger.test_income import listed
from tests.village import OPERATOR, SWEPT, VISITED, Village

LATER = VISITED + dt.timedelta(days=60)


def test_a_list_reads_the_latest_verdict_of_its_day(village: Village) -> None:
    home = village.zhao_home
    assurances.judge(
        by=OPERATOR, subject=home, on=VISITED, verdicts={"housing": "not_met"}, evidence="D级危房"
    )
    assurances.judge(by=OPERATOR, subject=home, on=LATER, verdicts={"housing": "met"})
    assert home.fact in listed({"housing_verdict": "not_met"}, Moment(VISITED))
    assert home.fact in listed({"housing_verdict": ["met", "at_risk"]}, Moment(LATER))
    assert home.fact not in listed({"housing_verdict": "not_met"}, Moment(LATER))
    assert home.fact not in listed({"housing_verdict": {"known": True}}, Moment(SWEPT))


def test_judged_again_on_the_day_the_first_is_put_right(village: Village) -> None:
    for verdict, why in (("not_met", "水窖见底"), ("met", "")):
        assurances.judge(
            by=OPERATOR, subject=village.zhao_home, on=VISITED, verdicts={"water": verdict},
            evidence=why, judge=village.li,
        )  # fmt: skip
    held = Assurance.objects.current().get()
    assert (held.verdict, held.evidence, held.judge_id) == ("met", "", village.li.fact)
    assert Assurance.objects.count() == 2


def test_what_is_missing_is_said(village: Village) -> None:
    with pytest.raises(Refused) as refused:
        assurances.judge(
            by=OPERATOR, subject=village.zhao_home, on=VISITED, verdicts={"water": "at_risk"}
        )
    assert refused.value.code == "evidence_missing"

"""The household sheets of the demonstration: how some of the helped live and what they live on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Any

from bangfu.ledger.actions import assurance as assurances
from bangfu.ledger.actions import benefit as benefits
from bangfu.ledger.actions import encounter as encounters
from bangfu.ledger.actions import household as households
from bangfu.ledger.actions import income as incomes
from bangfu.ledger.actions import payout as payouts
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import reckoning as reckonings
from bangfu.ledger.actions.event import By
from bangfu.ledger.codes import ASSURANCE
from bangfu.ledger.income_sums import usual_window
from bangfu.ledger.models import Person, Subject

_SOURCE = "入户采集"
_HOUSES: tuple[dict[str, Any], ...] = (
    {"kind": "monitored", "monitored_as": "unstable", "risks": "因病、缺劳动力", "house_area": 84,
     "house_grade": "b", "water_supply": "piped", "farmland": "3.20", "woodland": "6.50",
     "hard_road": True, "road_distance": "0.40", "fuel": "firewood"},
    {"kind": "ordinary", "house_area": 112, "house_grade": "a", "water_supply": "piped",
     "farmland": "4.60", "cooperative": True, "hard_road": True, "road_distance": "0.15",
     "fuel": "gas"},
    {"kind": "poor", "house_area": 96, "house_grade": "b", "water_supply": "cistern",
     "farmland": "2.80", "orchard": "1.50", "taken_along": True, "hard_road": False,
     "road_distance": "1.30", "fuel": "firewood"},
)  # fmt: skip
_MEMBERS: tuple[dict[str, Any], ...] = (
    {"labour": "weak", "work_kind": "public_post", "public_post": "cleaning", "post_months": 10,
     "health": "chronic", "allowance": "none"},
    {"labour": "skilled", "work_kind": "away", "work_months": 9, "monthly_pay": 420_000,
     "health": "healthy"},
    {"labour": "ordinary", "work_kind": "local", "work_months": 7, "monthly_pay": 310_000,
     "health": "healthy"},
    {"labour": "ordinary", "work_kind": "farming", "health": "healthy"},
)  # fmt: skip
#: Sort, item and yuan for the year; one line of costs among them.
_YEAR: tuple[tuple[tuple[str, str, int], ...], ...] = (
    (("wages", "保洁公益岗", 8_000), ("business", "玉米、土鸡", 9_600), ("cost", "种子化肥", 2_100),
     ("transfer", "耕地地力保护补贴", 640), ("self_paid", "合规自付费用", 3_200)),
    (("wages", "外出务工", 37_800), ("transfer", "养老金", 2_520), ("assets", "土地流转", 1_380)),
    (("wages", "县内务工", 21_700), ("business", "柑橘", 12_400), ("cost", "农药运费", 3_300)),
)  # fmt: skip

#: For each household the benefits: which, what it is called, yuan and for each what, since when.
_GIVEN: tuple[tuple[tuple[str, str, int, str, int], ...], ...] = (
    (("allowance", "", 380, "month", 2), ("farmland", "", 640, "year", 4)),
    (("pension", "", 210, "month", 5),),
    (("industry", "柑橘提质", 1_500, "once", 1), ("ecology", "", 10_000, "year", 2)),
)  # fmt: skip


def tell(people: Sequence[Subject], *, by: By, on: dt.date, judge: Subject) -> None:
    """Go through the sheets of some people's households with them, on a day."""
    sheets = Person.objects.current().filter(fact__in=[p.fact for p in people], ended=None)
    of = {sheet.fact_id: sheet for sheet in sheets.select_related("household")}
    homes: dict[Any, Subject] = {}
    for number, person in enumerate(people):
        told = _MEMBERS[number % len(_MEMBERS)]
        insured = {"resident_insured": number != 3, "illness_insured": True}
        persons.update(by=by, subject=person, on=on, source=_SOURCE, **told, **insured)
        home = of[person.fact].household
        if home is not None:
            homes.setdefault(home.fact, home)
    for number, home in enumerate(homes.values()):
        _home(home, number, by, on, judge)


def _home(home: Subject, number: int, by: By, on: dt.date, judge: Subject) -> None:
    house = _HOUSES[number % len(_HOUSES)]
    households.update(by=by, subject=home, on=on, source=_SOURCE, **house)
    since, until = usual_window(on)
    for kind, item, yuan in _YEAR[number % len(_YEAR)]:
        incomes.enter(
            by=by, subject=home, kind=kind, item=item, amount=yuan * 100, since=since, until=until,
            evidence="流水或本人说明",
        )  # fmt: skip
    reckonings.make(by=by, subject=home, on=on)
    _give(home, _GIVEN[number % len(_GIVEN)], by, on)
    dry = number % 3 == 2
    assurances.judge(
        by=by, subject=home, on=on, verdicts={**dict.fromkeys(ASSURANCE, "met"), **_dry(dry)},
        evidence="水窖枯水期只够一周" if dry else "", judge=judge,
    )  # fmt: skip


def treat(
    people: Sequence[Subject], *, by: By, on: dt.date, hospital: Subject, clinic: Subject
) -> None:
    """What was done for the health of some people: a check-up, a referral, a stay in hospital."""
    for person in people[:3]:
        encounters.record(
            by=by, subject=person, kind="check_up", on=on, provider=clinic, setting="township",
            cost=0, reimbursed=0, settlement="free", settled=on,
        )  # fmt: skip
    encounters.record(
        by=by, subject=people[0], kind="referral", on=on, provider=hospital, sender=clinic,
        sent=on, sent_time="08:10", arrived_time="09:35", setting="hospital",
    )  # fmt: skip
    encounters.record(
        by=by, subject=people[0], kind="inpatient", on=on, provider=hospital, setting="hospital",
        deposit=False, cost=684_000, settlement="afterwards",
    )  # fmt: skip


def _give(
    home: Subject, given: Sequence[tuple[str, str, int, str, int]], by: By, on: dt.date
) -> None:
    """What a household is entitled to, and what was paid of it last."""
    for kind, title, yuan, per, years in given:
        told: dict[str, Any] = {
            "kind": kind, "title": title, "amount": yuan * 100, "source": "乡镇一卡通",
        }  # fmt: skip
        benefits.enter(
            by=by, subject=home, per=per, began=dt.date(on.year - years, 1, 1),
            ended=dt.date(on.year - years, 12, 31) if per == "once" else None, **told,
        )  # fmt: skip
        payouts.enter(by=by, subject=home, on=on.replace(day=1), account="6210990001000000036",
                      **told)  # fmt: skip


def _dry(dry: bool) -> dict[str, str]:
    return {"water": "at_risk"} if dry else {}

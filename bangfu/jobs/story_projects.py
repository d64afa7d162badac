"""Projects of the demonstration: one is accepted, one is built, one waits in the store."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Any

from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import project as projects
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Fund, Place, Programme, Project, Subject

#: For each project what it is, how many days ago it came into each state, and its parts.
_PROJECTS: tuple[tuple[dict[str, Any], dict[str, int], tuple[tuple[str, int, str, int], ...]], ...]
_PROJECTS = (
    (
        {"title": "前岫村卫生室周边环境整治", "number": "QX-01", "nature": "repair",
         "kind": "construction", "estimate": 18_000_000, "tender": "inquiry",
         "contractor": "云岫镇建筑服务队", "contract": "岫合1号", "contract_sum": 17_200_000,
         "households": 120, "people": 410},
        {"stored": 300, "approved": 270, "contracted": 240, "building": 230, "finished": 120,
         "mending": 110, "accepted": 95},
        (("路面硬化", 600, "平方米", 600), ("排水沟", 240, "米", 240)),
    ),
    (
        {"title": "前岫村柑橘园机耕路", "number": "QX-02", "nature": "new", "kind": "industry",
         "estimate": 32_000_000, "tender": "villagers", "households": 46, "people": 171},
        {"stored": 200, "approved": 150, "building": 60},
        (("机耕路", 1_800, "米", 700),),
    ),
    (
        {"title": "前岫村饮水管网延伸", "number": "QX-03", "nature": "new", "kind": "assurance",
         "estimate": 9_500_000, "households": 18, "people": 63},
        {"stored": 30},
        (("主管", 3_000, "米", 0), ("分管", 5_000, "米", 0)),
    ),
)  # fmt: skip
#: In how many days each is to be completed; the first was, late.
_DUE = (-130, 20, 240)


def tell(
    *, by: By, today: dt.date, village: Place, programme: Programme, units: Sequence[Subject],
    answerable: Subject,
) -> None:  # fmt: skip
    """Three projects with their states, parts and, where they are approved, their money."""
    fund = Fund.objects.current().get(programme=programme)
    for number, (sheet, states, parts) in enumerate(_PROJECTS):
        on = {state: today - dt.timedelta(days=ago) for state, ago in states.items()}
        project = projects.register(
            by=by, on=on["stored"], place=village, programme=programme, owner=units[number],
            answerable=answerable, due=today + dt.timedelta(days=_DUE[number]), **sheet,
        )  # fmt: skip
        for state in (state for state in states if state != "stored"):
            projects.enter_state(by=by, project=project, state=state, on=on[state])
        for title, planned, unit, done in parts:
            part = projects.plan(
                by=by, project=project, on=on["stored"], place=village, title=title, unit=unit,
                planned=Decimal(planned),
            )  # fmt: skip
            if done:
                projects.report(by=by, project_part=part, on=today, done=Decimal(done))
        if "approved" in on:
            _pay_for(project, fund, units[number], on["approved"], by)


def _pay_for(project: Project, fund: Fund, giver: Subject, on: dt.date, by: By) -> None:
    """What was allotted came in part and was paid in part."""
    assert project.estimate is not None
    on = max(on, fund.began)
    told: dict[str, Any] = {"by": by, "fund": fund, "on": on, "project": project}
    funds.promise(organisation=giver, amount=project.estimate, kind="budget", **told)
    funds.receive(organisation=giver, amount=project.estimate * 8 // 10, kind="subsidy", **told)
    funds.pay(
        amount=project.estimate * 6 // 10, use="road", voucher=f"项付{project.number}", **told
    )

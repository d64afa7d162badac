"""Projects: one state a day, in an order; their days, quantities and money are counted."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Any

import pytest

from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed, visible
from bangfu.ledger.actions import erasing
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import project as projects
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Fund, Project, ProjectPart, ProjectState
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.listing import Listing
from tests.village import OPERATOR, VISITED, Village, build_well

DAY = dt.timedelta(days=1)
APPROVED = VISITED + 2 * DAY


@pytest.fixture(autouse=True)
def _well(village: Village) -> None:
    build_well(village)


def well() -> Project:
    """The well of the known people: in the store, then approved."""
    return Project.objects.current().get()


def lead(*states: tuple[str, dt.date]) -> list[ProjectState]:
    """The well in further states."""
    return [
        projects.enter_state(by=OPERATOR, project=well(), state=state, on=on)
        for state, on in states
    ]


def found(on: dt.date, **where: Any) -> set[Any]:
    """The projects that a list holds on a day."""
    rows = Listing(("project",), Moment(on), where=where).sure()
    return set(rows.values_list("fact", flat=True))


def spans() -> list[tuple[str, dt.date, dt.date | None]]:
    """The states of the well with their days."""
    return [(s.state, s.began, s.ended) for s in projects.states_of(well())]


def code_of(call: Any) -> str:
    """With which code something is refused."""
    with pytest.raises(Refused) as refused:
        call()
    return refused.value.code


def test_a_project_is_in_one_state_on_every_day_and_known_by_it(village: Village) -> None:
    start, end = APPROVED + 10 * DAY, APPROVED + 40 * DAY
    lead(("building", start), ("suspended", start + 5 * DAY), ("building", start + 9 * DAY))
    lead(("finished", end), ("mending", end + 3 * DAY), ("accepted", end + 8 * DAY))
    one = {well().fact}
    for on, state in ((VISITED, "stored"), (APPROVED, "approved"), (start + 6 * DAY, "suspended")):
        assert found(on, state=state) == one
        assert spans()[0] == ("stored", VISITED, APPROVED - DAY)
    after = end + 9 * DAY
    assert found(after, state=["accepted", "handed_over"]) == one
    for field, on in (("started", start), ("finished", end), ("accepted", end + 8 * DAY)):
        assert found(after, **{field: {"from": on, "to": on}}) == one, field
    assert found(after, finished={"after": "29 days after started"}) == one
    assert found(after, finished={"after": "31 days after started"}) == set()
    assert found(after, project_part={"date": {"before": "project.started"}}) == set()
    assert found(end - DAY, finished={"known": False}) == one
    assert found(end - DAY, finished={"known": True}) == set()


def test_states_follow_each_other_and_are_put_right_as_such(village: Village) -> None:
    assert code_of(lambda: lead(("accepted", APPROVED + DAY))) == "no_such_step"
    assert code_of(lambda: lead(("building", APPROVED))) == "state_before_the_last"
    assert code_of(lambda: lead(("building", clock.today() + DAY))) == "in_the_future"
    (building,) = lead(("building", APPROVED + 5 * DAY))
    stored, approved, _last = projects.states_of(well())

    def put(row: ProjectState, state: str, on: dt.date) -> ProjectState:
        return projects.correct_state(by=OPERATOR, project_state=row, state=state, on=on)

    assert code_of(lambda: put(approved, "approved", APPROVED + 5 * DAY)) == "state_out_of_order"
    assert code_of(lambda: put(approved, "stored", APPROVED)) == "no_such_step"
    for moved in (APPROVED + 2 * DAY, APPROVED - DAY):
        put(approved, "approved", moved)
        assert spans()[:2] == [
            ("stored", VISITED, moved - DAY),
            ("approved", moved, APPROVED + 4 * DAY),
        ]
    put(stored, "stored", VISITED - DAY)
    assert well().date == VISITED - DAY
    withdraw = projects.withdraw_state
    assert code_of(lambda: withdraw(by=OPERATOR, project_state=approved)) == "not_the_last_state"
    withdraw(by=OPERATOR, project_state=building)
    assert spans()[-1] == ("approved", APPROVED - DAY, None)


def test_its_budget_by_source_and_what_came_and_went_are_entries(village: Village) -> None:
    fund = Fund.objects.get(programme=village.programme)
    for unit, amount in ((village.hospital, 800_000), (village.clinic, 200_000)):
        funds.promise(
            by=OPERATOR, fund=fund, organisation=unit, on=VISITED, amount=amount, kind="budget",
            project=well(),
        )  # fmt: skip
    received = funds.receive(
        by=OPERATOR, fund=fund, organisation=None, on=APPROVED, amount=600_000, project=well()
    )
    funds.pay(
        by=OPERATOR, fund=fund, on=APPROVED, amount=450_000, use="other", voucher="记-7",
        project=well(),
    )  # fmt: skip
    one = {well().fact}
    budget = {"budget": {"exactly": 10_000}}
    assert found(VISITED, **budget, received={"exactly": 0}) == one
    assert found(APPROVED, received={"exactly": 6_000}, paid={"exactly": 4_500}) == one
    back = funds.counter(by=OPERATOR, entry=received, on=APPROVED + DAY, voucher="冲1")
    assert back.project_id == well().fact
    assert found(APPROVED + DAY, received={"exactly": 0}) == one
    take_back = projects.withdraw
    assert code_of(lambda: take_back(by=OPERATOR, project=well())) == "project_has_money"


def test_what_is_done_of_a_part_is_said_by_a_day(village: Village) -> None:
    pipes = ProjectPart.objects.current().get()
    with pytest.raises(Refused) as twice:
        projects.plan(
            by=OPERATOR, project=well(), on=VISITED, place=village.village, title="主管",
            planned=Decimal(1), unit="米",
        )  # fmt: skip
    assert twice.value.code == "project_part_once"
    projects.report(by=OPERATOR, project_part=pipes, on=APPROVED, done=Decimal(1800))
    assert (pipes.done, pipes.done_on) == (Decimal(1800), APPROVED)
    early = VISITED
    assert (
        code_of(lambda: projects.report(by=OPERATOR, project_part=pipes, on=early, done=Decimal(2)))
        == "reported_later"
    )
    projects.withdraw(by=OPERATOR, project=well())
    for model in (Project, ProjectPart, ProjectState):
        assert not model.objects.current().exists()


def test_those_who_answer_for_it_lead_it_on_and_the_village_sees_it(village: Village) -> None:
    v = village
    unit = v.account("lead", "unit_lead", organisation=v.hospital)
    other = v.account("other", "unit_lead", organisation=v.clinic)
    officer = v.account("officer", "village_officer", place=v.village)
    for name in ("project", "project_state", "project_part"):
        counts = [visible(user, VOCABULARY[name]).count() for user in (unit, other, officer)]
        assert counts[1] == 0 and counts[0] == counts[2] > 0, name
    step = {"project": well(), "state": "building", "on": APPROVED + DAY}
    for user in (other, officer):
        with pytest.raises(NotAllowed):
            projects.enter_state(by=By(user, "test"), **step)
    projects.enter_state(by=By(unit, "test"), **step)
    with pytest.raises(NotAllowed):
        projects.correct_project(by=By(unit, "test"), project=well(), title="路")


def test_who_is_answerable_is_erased_and_the_project_stays(village: Village) -> None:
    name = village.zhao.name
    named = f"{name}家门前机井"
    projects.correct_project(by=OPERATOR, project=well(), title=named)
    projects.register(by=OPERATOR, on=VISITED, title=named, kind="assurance", place=village.village)
    found = erasing.find(village.zhao)
    assert (erasing.mentions(found)["project"], erasing.kept(found)["project"]) == (1, 1)
    subjects.erase(by=OPERATOR, subject=village.zhao, reason="request")
    held = Project.objects.current().get(number="XM-1")
    assert held.answerable is not None and held.answerable.name == ""
    assert name not in held.title and held.title.endswith("家门前机井")

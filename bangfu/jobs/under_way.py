"""What is under way in the demonstration's present: something waits for almost everybody."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from bangfu.jobs.made_duplicates import misheard
from bangfu.keeping import duplicates
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import document_steps as steps
from bangfu.ledger.actions import handover as handovers
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import proceeding as proceedings
from bangfu.ledger.actions import proposal as proposals
from bangfu.ledger.actions import round as rounds
from bangfu.ledger.actions import sample as samples
from bangfu.ledger.actions import task as tasks
from bangfu.ledger.actions import tick as ticks
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import (
    Document,
    Handling,
    Pairing,
    Person,
    Proceeding,
    Sample,
    Subject,
    User,
)
from bangfu.lists.samples import frame_of
from bangfu.paper import drafting

if TYPE_CHECKING:
    from bangfu.jobs.story import Told


def begin(told: Told, by: By, today: dt.date) -> None:
    """Hand-overs to be answered, a decision that is late, a paper in review, classes proposed.

    Beside them proceedings in several states, ticks, and a round of a review.
    """
    _offer(told, today)
    _meet(told, by, today)
    _propose(told, today)
    _help_in_distress(told, by, today)
    _tick(told, today)
    _review(told, by, today)
    _register_twice(told, by, today)
    # Last: its draft says what was done by then.
    _hand_in(told, today)


def _offer(told: Told, today: dt.date) -> None:
    """The hospital's lead asks the helper to help those of a colleague who moves away."""
    lead = By(User.objects.get(username="lead"), "desk")
    rows = Pairing.objects.current().filter(programme=told.current, helper=told.cadres[3])
    pairs = list(rows.select_related("subject", "helper", "programme").order_by("began", "pk"))
    handovers.offer(
        by=lead,
        pairings=pairs,
        to=told.cadres[1],
        on=today + dt.timedelta(days=10),
        reason="轮岗到县中医院",
        promised={pairs[0].fact: "答应月底前带他去镇里看一次招工信息"},
    )
    _answer(told, today)


def _answer(told: Told, today: dt.date) -> None:
    """Of two whom the clerk asked for, the helper took over one; that is still to be filed."""
    clerk, helper = (By(User.objects.get(username=name), "desk") for name in ("clerk", "helper"))
    rows = Pairing.objects.current().filter(programme=told.current, helper=told.cadres[2])
    pairs = list(rows.select_related("subject", "helper", "programme").order_by("began", "pk"))
    taken, left = handovers.offer(
        by=clerk,
        pairings=pairs,
        to=told.cadres[1],
        on=today + dt.timedelta(days=12),
        reason="外出进修一年",
    )
    handovers.answer(by=helper, accepted=[taken], refused=[left], reason="住得远，一个月走不到一次")


def _register_twice(told: Told, by: By, today: dt.date) -> None:
    """A town's list of job seekers brings two in again, one misheard; then the county is searched.

    One as he stands, and the first whose name has a character that sounds like another.
    """
    chance, on = Random(26), max(today - dt.timedelta(days=20), dt.date(2026, 1, 6))
    known = told.returnees[2:]
    heard = [(person, misheard(chance, person.name)) for person in known[1:]]
    for person, name in ((known[0], known[0].name), *[one for one in heard if one[1]][:1]):
        sheet = Person.objects.current().get(fact=person.fact, ended=None)
        persons.register(
            by=by, name=name, place=person.place, on=on, source="镇务工登记表",
            sex=sheet.sex, birth=sheet.birth, work_region="邻省临江县",
        )  # fmt: skip
    duplicates.search(by=by)


def _meet(told: Told, by: By, today: dt.date) -> None:
    """A meeting three weeks ago: one decision is done, one late, one has time."""
    held = max(today - dt.timedelta(days=21), dt.date(2026, 1, 6))
    meeting = activities.record(
        by=by,
        kind="meeting",
        on=held,
        programme=told.current,
        place=told.places["990001000000"],
        organisation=told.bodies["县卫生系统党委"],
        mode="office",
        people=9,
        note="联系村工作例会",
        attendees=told.cadres[:6],
    )
    decided = [
        tasks.decide(
            by=by, meeting=meeting, text=text, owner=owner, due=held + dt.timedelta(days=days)
        )
        for text, owner, days in (
            ("逐户核对慢性病用药清单，交镇卫生院", told.cadres[1], 16),
            ("安排义诊车进村一次", told.units[0], 30),
            ("把走访记录补登齐", told.cadres[0], 7),
        )
    ]
    done = held + dt.timedelta(days=6)
    tasks.finish(by=by, task=decided[2], on=min(done, today), evidence="六户已全部补登")


def _hand_in(told: Told, today: dt.date) -> None:
    """One briefing went its whole way, and this quarter's waits for the two who countersign it."""
    clerk, lead, director = (
        By(User.objects.get(username=name), "desk") for name in ("clerk", "lead", "director")
    )
    paper = _drafted(told, clerk, max(today - dt.timedelta(days=30), dt.date(2026, 1, 6)))
    drafting.hand_in(by=clerk, document=paper)
    drafting.approve(by=lead, document=paper)
    steps.give_back(by=director, document=paper, reason="标题没有写明是哪一期")
    documents.edit(
        by=clerk, document=paper, title=f"{paper.title}（{paper.date:%m}月）", on=paper.date,
        body=paper.body,
    )  # fmt: skip
    drafting.hand_in(by=clerk, document=paper)
    for countersigns in (lead, director):
        drafting.approve(by=countersigns, document=paper)
    drafting.sign(by=clerk, document=paper, signer=told.secretaries[1])
    drafting.issue(by=clerk, document=paper)
    drafting.hand_in(by=clerk, document=_drafted(told, clerk, today))


def _drafted(told: Told, clerk: By, on: dt.date) -> Document:
    assert told.current is not None
    return drafting.draft(
        by=clerk, programme=told.current, name="quarterly", on=on,
        furniture={"editor": "党委办公室"},
    )  # fmt: skip


def _propose(told: Told, today: dt.date) -> None:
    """The village's officer proposes two classes, which the office confirms or not."""
    assert told.current is not None
    officer = By(User.objects.get(username="village"), "desk")
    for person, option, grounds in (
        (told.returnees[8], "medical", "本人说要定期复诊"),
        (told.returnees[9], "job_change", "本人想换近处的活"),
    ):
        proposals.propose(
            by=officer,
            programme=told.current,
            name="need_kind",
            subject=person,
            option=option,
            on=today,
            grounds=grounds,
        )


def _help_in_distress(told: Told, by: By, today: dt.date) -> None:
    """Four proceedings: one late, one in the green channel, one refused, one carried through."""
    founded = dt.date(2002, 1, 1)
    for name, kind, place in (
        ("前岫村民委员会", "village_committee", told.village),
        ("云岫镇人民政府", "township_government", told.places["990001101000"]),
    ):
        organisations.register(by=by, name=name, kind=kind, place=place, on=founded)
    late = _started(told, told.returnees[0], today - dt.timedelta(days=16), "房顶漏雨，自己修不起")
    _done(late, "apply", today - dt.timedelta(days=15), "申请书一份")
    _started(told, told.returnees[1], today - dt.timedelta(days=1), "灶房失火", urgent=True)
    for number, (person, ends) in enumerate(((told.returnees[2], "refused"),
                                             (told.returnees[3], "done"))):  # fmt: skip
        began = today - dt.timedelta(days=40 - 4 * number)
        held = _started(told, person, began, "孩子上学的费用一时凑不出")
        _done(held, "apply", began, "申请书一份")
        _visit_by_two(told, by, person, began + dt.timedelta(days=2))
        _done(held, "visit", began + dt.timedelta(days=2), "两人上门，情况属实")
        _done(held, "notice", began + dt.timedelta(days=3), "公示单贴在村务栏")
        decided = began + dt.timedelta(days=10)
        if ends == "refused":
            _done(held, "decide", decided, result="refused", reason="已由教育资助解决")
            _done(held, "refuse", today - dt.timedelta(days=4), "答复书一份")
        else:
            _done(held, "decide", decided, "批复一份")
            _done(held, "give", decided + dt.timedelta(days=2), "三百元当面交到")


def _started(
    told: Told, person: Subject, on: dt.date, reason: str, *, urgent: bool = False
) -> Proceeding:
    assert told.current is not None
    officer = By(User.objects.get(username="village"), "desk")
    return proceedings.start(
        by=officer, programme=told.current, name="urgent_help", subject=person,
        on=max(on, told.current.began), reason=reason, urgent=urgent,
    )  # fmt: skip


def _done(
    held: Proceeding,
    step: str,
    on: dt.date,
    evidence: str = "",
    *,
    result: str = "done",
    reason: str = "",
) -> None:
    clerk = By(User.objects.get(username="clerk"), "desk")
    row = Handling.objects.current().get(proceeding=held.fact, step=step, closed=None)
    proceedings.handle(
        by=clerk, handling=row, on=on, result=result, evidence=evidence, reason=reason
    )


def _visit_by_two(told: Told, by: By, person: Subject, on: dt.date) -> None:
    activities.record(
        by=by,
        kind="visit",
        on=on,
        programme=told.current,
        place=told.village,
        organisation=told.units[0],
        mode="home",
        people=2,
        note="核实急难救助申请",
        who=told.cadres[:2],
        whom=[person],
    )


def _tick(told: Told, today: dt.date) -> None:
    """Some contact cards were handed over, and somebody saw it."""
    assert told.current is not None
    officer = By(User.objects.get(username="village"), "desk")
    for person in told.returnees[:5]:
        ticks.mark(
            by=officer, programme=told.current, name="link_papers", item="card", subject=person,
            on=max(today - dt.timedelta(days=20), told.current.began), evidence="当面交的",
        )  # fmt: skip


def _review(told: Told, by: By, today: dt.date) -> None:
    """A round for one hospital: the sample is drawn, a line judged, something was found."""
    assert told.current is not None
    inspector = By(User.objects.get(username="inspector"), "desk")
    on = max(today - dt.timedelta(days=6), told.current.began)
    held = rounds.open_(
        by=inspector, programme=told.current, name="half_year", subject=told.units[0], day=on,
        on=on,
    )  # fmt: skip
    rounds.score(
        by=inspector, round=held, item="ledger", points=Decimal(17), on=on,
        reason="台账齐全，两户的照片没有归档",
    )  # fmt: skip
    rounds.find(
        by=inspector, round=held, text="把两户的走访照片归档", owner=told.units[0], on=on,
        due=today + dt.timedelta(days=8),
    )  # fmt: skip
    _call_on(told, inspector, on)
    _find_faked(told, inspector, on)


def _find_faked(told: Told, inspector: By, on: dt.date) -> None:
    """At another hospital the review group found visits that were not made: that decides."""
    assert told.current is not None
    held = rounds.open_(
        by=inspector, programme=told.current, name="spot_check", subject=told.units[1], day=on,
        on=on,
    )  # fmt: skip
    rounds.score(
        by=inspector, round=held, item="faked", vetoed=True, on=on,
        reason="两次入户用了同一张照片，农户说没有人来过", evidence="督导组认定书〔2026〕3号",
    )  # fmt: skip


def _call_on(told: Told, inspector: By, on: dt.date) -> None:
    """Some of those whom the hospital helps were drawn; two were asked, one is away."""
    assert told.current is not None
    held = rounds.open_(
        by=inspector, programme=told.current, name="spot_check", subject=told.units[0], day=on,
        on=on,
    )  # fmt: skip
    samples.draw(by=inspector, round=held, on=on, frame=frame_of)
    drawn = list(Sample.objects.current().filter(round=held.fact).order_by("number"))
    for sample, content in zip(drawn, ("very", "fairly"), strict=False):
        samples.meet(
            by=inspector, sample=sample, on=on, agreed=True,
            answers={"content": content, "visited": True},
        )  # fmt: skip
    if drawn[2:]:
        samples.replace(by=inspector, sample=drawn[2], on=on, why="away", frame=frame_of)

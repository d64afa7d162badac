"""Licences, a roster, days in the village and awards of the demonstration, as of today."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from bangfu.ledger.actions import affiliation as affiliations
from bangfu.ledger.actions import award as awards
from bangfu.ledger.actions import organisation as organisations
from bangfu.ledger.actions import practice as practices
from bangfu.ledger.actions import qualification as qualifications
from bangfu.ledger.actions import stint as stints
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Place, Post, Subject

_LICENSED = dt.date(2019, 7, 1)
_ROLES = ("head", "secretary", "council", "member", "member", "member")


def tell(
    *,
    by: By,
    today: dt.date,
    village: Place,
    units: Sequence[Subject],
    cadres: Sequence[Subject],
    members: Sequence[Subject],
) -> None:
    """The doctors' licences, of which one runs out soon, and a co-operative of the village."""
    held = Post.objects.current().filter(title="医师").order_by("began", "pk")
    doctors = [post.person for post in held.select_related("person")]
    for number, doctor in enumerate(doctors):
        qualifications.enter(
            by=by, person=doctor, kind="assistant_physician" if number == 1 else "physician",
            title="全科医学", number=f"1149900001{number + 1:05}", issuer="青禾县卫生健康局",
            began=_LICENSED, ended=today + dt.timedelta(days=45) if number == 0 else None,
        )  # fmt: skip
        practices.register(
            by=by, person=doctor, kind="assistant_physician" if number == 1 else "physician",
            organisation=units[number], main=True, began=_LICENSED,
        )  # fmt: skip
    clinic = Subject.objects.current().get(kind="site", name="前岫村卫生室")
    practices.register(
        by=by, person=doctors[-1], kind="physician", site=clinic, main=False,
        sessions="每周三上午", began=dt.date(2024, 3, 1),
    )  # fmt: skip
    _co_operative(by, village, members)
    _there(by, today, village, cadres)
    _honour(by, units[0], subjects.as_subject(by=by, place=village))


def _co_operative(by: By, village: Place, members: Sequence[Subject]) -> None:
    founded = dt.date(2023, 4, 6)
    body = organisations.register(
        by=by, name="前岫村柑橘专业合作社", kind="association", place=village, on=founded
    )
    for number, (member, role) in enumerate(zip(members, _ROLES, strict=False), start=1):
        affiliations.admit(
            by=by, subject=member, organisation=body, kind="resident", role=role,
            number=f"QX-{number:03}", card=f"证{number:03}", began=founded,
        )  # fmt: skip


def _there(by: By, today: dt.date, village: Place, people: Sequence[Subject]) -> None:
    """Days in the village of this month and the last, leave approved, refused and waiting."""
    lead, one, other = people[:3]
    month = today.replace(day=1)
    before = (month - dt.timedelta(days=1)).replace(day=1)
    for person, began, days in ((one, before, 14), (one, month, 12), (other, month, 9)):
        last = min(began + dt.timedelta(days=days - 1), today)
        stints.enter(
            by=by, person=person, kind="in_village", began=began, ended=last, place=village
        )
    away = before + dt.timedelta(days=20)
    left = stints.enter(
        by=by, person=one, kind="annual", began=away, ended=away + dt.timedelta(days=4),
        place=village,
    )  # fmt: skip
    stints.approve(by=by, stint=left, approver=lead, on=away - dt.timedelta(days=3))
    soon = today + dt.timedelta(days=3)
    stints.enter(
        by=by, person=other, kind="personal", began=soon, ended=soon + dt.timedelta(days=1),
        place=village,
    )  # fmt: skip
    refused = stints.enter(
        by=by, person=one, kind="personal", began=soon, ended=soon + dt.timedelta(days=2),
        place=village,
    )  # fmt: skip
    stints.refuse(by=by, stint=refused, refuser=lead, on=today, reason="汛期值守，人手不够")


def _honour(by: By, unit: Subject, village: Subject) -> None:
    """A unit and the village were honoured; the village has not yet said whether to show it."""
    for subject, title, paper, shown in (
        (unit, "健康帮扶先进集体", "青卫发〔2025〕8号", True),
        (village, "健康文明村", "青爱卫〔2025〕3号", None),
    ):
        awards.give(
            by=by, subject=subject, on=dt.date(2025, 12, 20), title=title, level="county",
            issuer="青禾县卫生健康局", paper=paper, shown=shown,
        )  # fmt: skip

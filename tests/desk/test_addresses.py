"""Every address of the desk with every role: what lies inside its grant opens, nothing outside.

Two programmes stand beside one another, one in the town, one in the next; each has people of its
own. Every account is granted something of the first.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.db import connection
from django.test import Client
from django.urls import reverse

from bangfu.desk.urls import urlpatterns
from bangfu.intake import staged
from bangfu.keeping.work import at_once
from bangfu.ledger.access import ROLES, roles_of
from bangfu.ledger.actions import (
    activity,
    affiliation,
    agreement,
    assurance,
    award,
    benefit,
    classes,
    defect,
    demand,
    encounter,
    enrolment,
    fund,
    handover,
    household,
    income,
    intake_steps,
    measure,
    need,
    organisation,
    pairing,
    payout,
    person,
    post,
    practice,
    proceeding,
    programme,
    project,
    proposal,
    qualification,
    reckoning,
    sample,
    saved_list,
    site,
    statistic,
    stint,
    task,
    tick,
    user,
)
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import download as downloads
from bangfu.ledger.actions import file as files
from bangfu.ledger.actions import round as round_
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.upload import Brought
from bangfu.ledger.models import (
    Defect,
    Event,
    Fund,
    Handling,
    Handover,
    Intake,
    Measure,
    Pairing,
    Place,
    Programme,
    Sample,
    Subject,
    User,
)
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.paper import drafting
from bangfu.programmes.sampling import Candidate
from tests.desk.conftest import Enter
from tests.desk.story import BY, FILE, PASSWORD, PROSE, Story, day
from tests.pictures import landscape

#: What a GET answers about what lies inside of the grant; ``.`` stands for 404, and 405 for an
#: address that only takes forms.
#:
#: cc  clerk of the town          cp  clerk of the programme     ul  lead of the unit
#: hl  helper                     rt  team in the village        vo  officer of the village
#: cl  clinician of the town      vd  village doctor             od  organisation department, town
#: in  inspector of the town      ad  administrator of the town  no  whoever was granted nothing
INSIDE = """
                     cc   cp   ul   hl   rt   vo   cl   vd   od   in   ad   no
home                 200  200  200  200  200  200  200  200  200  200  200  200
find                 302  302  302  302  302  302  302  302  302  302  302  302
lists                200  200  200  200  200  200  200  200  200  200  200  200
by_number            405  405  405  405  405  405  405  405  405  405  405  405
places               200  200  200  200  200  200  200  200  200  200  200  200
journal              .    .    .    .    .    .    .    .    .    200  200  .
accounts             200  .    .    .    .    .    .    .    .    .    200  .
roles                200  200  200  200  200  200  200  200  200  200  200  200
keeping              200  200  200  200  200  200  200  200  200  200  200  200
parameters           200  200  200  200  200  200  200  200  200  200  200  200
codes                200  200  200  200  200  200  200  200  200  200  200  200
defects              200  200  200  200  200  200  200  200  200  200  .    .
burden               200  200  200  200  200  200  200  200  .    200  .    .
health_page          .    .    .    .    .    .    .    .    .    .    .    .
backups              .    .    .    .    .    .    .    .    .    .    .    .
keys                 .    .    .    .    .    .    .    .    .    .    .    .
retention            200  200  .    .    .    .    .    .    .    .    .    .
work                 .    .    .    .    .    .    .    .    .    .    .    .
work_ask             405  405  405  405  405  405  405  405  405  405  405  405
defect_rule          200  200  200  200  200  200  200  200  200  200  .    .
work_cancel          405  405  405  405  405  405  405  405  405  405  405  405
work_retry           405  405  405  405  405  405  405  405  405  405  405  405
list, place          200  200  200  200  200  200  200  200  200  200  200  .
list, person         200  200  200  200  200  200  200  200  .    200  .    .
list, household      200  200  200  200  200  200  200  200  .    200  .    .
list, organisation   200  200  200  200  200  200  200  200  200  200  200  .
list, site           200  200  200  200  200  200  200  200  .    200  200  .
list, post           200  200  200  200  200  200  200  200  200  200  .    .
list, qualification  200  200  200  200  200  200  200  200  .    200  .    .
list, practice       200  200  200  200  200  200  200  200  .    200  .    .
list, affiliation    200  200  200  200  200  200  200  200  .    200  .    .
list, stint          200  200  200  200  200  200  200  200  200  200  .    .
list, award          200  200  200  200  200  200  200  200  .    200  .    .
list, enrolment      200  200  200  200  200  200  200  200  .    200  .    .
list, class          200  200  200  200  200  200  200  200  .    200  .    .
list, proposal       200  200  200  200  200  200  200  200  .    200  .    .
list, pairing        200  200  200  200  200  200  200  200  .    200  .    .
list, handover       200  200  200  200  200  200  200  200  .    200  .    .
list, agreement      200  200  200  200  200  200  200  200  .    200  .    .
list, measure        200  200  200  200  200  200  200  200  200  200  200  .
list, activity       200  200  200  200  200  200  200  200  .    200  .    .
list, visit          200  200  200  200  200  200  200  200  .    200  .    .
list, phone_call     200  200  200  200  200  200  200  200  .    200  .    .
list, talk           200  200  200  200  200  200  200  200  .    200  .    .
list, training       200  200  200  200  200  200  200  200  .    200  .    .
list, meeting        200  200  200  200  200  200  200  200  .    200  .    .
list, clinic_day     200  200  200  200  200  200  200  200  .    200  .    .
list, report         200  200  200  200  200  200  200  200  .    200  .    .
list, questionnaire  200  200  .    .    .    .    .    .    .    200  .    .
list, need           200  200  200  200  200  200  200  200  .    200  .    .
list, task           200  200  200  200  200  200  200  200  .    200  .    .
list, proceeding     200  200  200  200  200  200  200  200  .    200  .    .
list, handling       200  200  200  200  200  200  200  200  .    200  .    .
list, tick           200  200  200  200  200  200  200  200  .    200  .    .
list, round          200  200  200  .    .    .    .    .    .    200  .    .
list, score          200  200  200  .    .    .    .    .    .    200  .    .
list, sample         200  200  .    .    .    .    .    .    .    200  .    .
list, file           200  200  200  200  200  200  200  200  .    200  .    .
list, fund           200  200  200  .    .    .    .    .    .    200  .    .
list, entry          200  200  200  .    .    .    .    .    .    200  .    .
list, project        200  200  200  .    200  200  .    .    .    200  .    .
list, project_state  200  200  200  .    200  200  .    .    .    200  .    .
list, project_part   200  200  200  .    200  200  .    .    .    200  .    .
list, income         200  200  .    200  200  200  .    .    .    200  .    .
list, reckoning      200  200  .    200  200  200  .    .    .    200  .    .
list, assurance      200  200  200  200  200  200  200  200  .    200  .    .
list, benefit        200  200  .    200  200  200  .    .    .    200  .    .
list, payout         200  200  .    200  200  200  .    .    .    200  .    .
list, encounter      200  200  .    .    .    .    200  200  .    200  .    .
list, statistic      200  200  200  200  200  200  200  200  .    200  200  .
list, demand         200  200  200  200  200  200  200  200  .    200  .    .
list, defect         200  200  200  200  200  200  200  200  200  200  .    .
list, document       200  200  200  200  200  200  200  200  200  200  .    .
programme            200  200  200  200  200  200  200  200  200  200  200  .
overview             200  200  200  200  200  200  200  200  200  200  200  .
gap                  200  200  200  200  200  200  200  200  .    200  .    .
readback             200  200  200  200  200  200  200  200  200  200  200  .
versions             200  200  200  200  200  200  200  200  200  200  200  .
version_text         200  200  200  200  200  200  200  200  200  200  200  .
programme_list       200  200  200  200  200  200  200  200  200  200  200  .
alert                200  200  200  200  200  200  200  200  .    200  .    .
alert_whole          200  200  200  200  200  200  200  200  .    200  .    .
alert_of             200  200  200  200  200  200  200  200  .    200  .    .
duties               200  200  200  200  200  200  200  200  200  200  200  .
duty                 200  200  200  200  200  200  200  200  200  200  200  .
duty_rows            .    .    200  200  .    .    .    .    .    .    .    .
duty_download        .    .    200  200  .    .    .    .    .    .    .    .
plan                 200  200  200  200  200  200  200  200  200  200  200  .
plan_download        200  200  200  200  200  200  200  200  200  200  200  .
coverage             200  200  200  200  200  200  200  200  200  200  200  .
targets              200  200  200  200  200  200  200  200  200  200  200  .
target_rows          200  200  200  200  200  200  200  200  .    200  .    .
proceedings          200  200  200  200  200  200  200  200  200  200  200  .
checklists           200  200  200  200  200  200  200  200  200  200  200  .
reviews              200  200  200  200  200  200  200  200  200  200  200  .
checklist_rows       200  200  200  200  200  200  200  200  .    200  .    .
figure               200  200  200  200  200  200  200  200  200  200  200  .
figure_rows          200  200  200  200  200  200  200  200  .    200  .    .
document_begin       405  405  405  405  405  405  405  405  405  405  405  405
programme, kept      200  200  200  200  200  200  200  200  200  200  200  .
figure, kept         200  200  200  200  200  200  200  200  200  200  200  .
alert, kept          200  200  200  200  200  200  200  200  .    200  .    .
figure_rows, kept    .    .    200  200  .    .    .    .    .    200  .    .
figure_rows, own     .    .    200  200  .    .    .    .    .    200  .    .
figure_rows, built   .    .    200  200  .    .    .    .    .    200  .    .
target_rows, kept    .    .    200  200  .    .    .    .    .    200  .    .
list, kept as file   .    .    200  200  .    .    .    .    .    200  .    .
list, kept by name   .    .    200  200  .    .    .    .    .    200  .    .
alert, each          200  200  200  200  200  200  200  200  200  200  200  .
figure_list          200  200  200  200  200  200  200  200  200  200  200  .
saved_list           .    .    .    .    .    .    .    .    .    .    .    .
saved_list_count     .    .    .    .    .    .    .    .    .    .    .    .
saved_list_change    405  405  405  405  405  405  405  405  405  405  405  405
subject, household   200  200  200  200  200  200  200  200  .    200  .    .
subject, person      200  .    .    200  200  200  200  200  .    200  .    .
subject, helper      200  200  200  200  200  200  200  200  .    200  .    .
subject, unit        200  200  200  .    .    .    200  .    200  200  200  .
subject, site        200  .    .    .    200  200  200  200  .    200  200  .
subject, place       200  200  200  200  200  200  200  200  200  200  200  .
changes              200  200  200  200  200  200  200  200  .    200  .    .
moves                200  200  200  200  200  200  200  200  .    200  .    .
reveal               405  405  405  405  405  405  405  405  405  405  405  405
health               405  405  405  405  405  405  405  405  405  405  405  405
qualification_reveal 405  405  405  405  405  405  405  405  405  405  405  405
document, draft      200  200  200  200  .    .    200  .    200  200  .    .
handover             200  200  200  200  200  200  200  200  .    200  .    .
proceeding           200  200  200  200  200  200  200  200  .    200  .    .
round                200  200  200  .    .    .    .    .    .    200  .    .
round_rows           200  200  200  .    .    .    .    .    .    200  .    .
record, post         200  200  200  .    200  200  200  200  200  200  .    .
record, qualification200  200  200  200  200  200  200  200  .    200  .    .
record, practice     200  200  200  200  200  200  200  200  .    200  .    .
record, affiliation  200  200  200  200  200  200  200  200  .    200  .    .
record, stint        200  200  200  200  200  200  200  200  200  200  .    .
record, award        200  200  200  200  200  200  200  200  .    200  .    .
record, training     200  200  200  200  200  200  200  200  .    200  .    .
record, enrolment    200  200  200  200  200  200  200  200  .    200  .    .
record, class        200  200  200  200  200  200  200  200  .    200  .    .
record, proposal     200  200  200  200  200  200  200  200  .    200  .    .
record, pairing      200  200  200  200  200  200  200  200  .    200  .    .
record, agreement    200  200  200  200  200  200  200  200  .    200  .    .
record, measure      200  200  200  200  .    .    200  .    200  200  200  .
record, activity     200  200  200  200  200  200  200  200  .    200  .    .
record, meeting      200  200  200  200  200  200  200  200  .    200  .    .
record, need         200  200  200  200  200  200  200  200  .    200  .    .
record, task         200  200  200  200  200  200  200  200  .    200  .    .
record, handling     200  200  200  200  200  200  200  200  .    200  .    .
record, tick         200  200  200  200  200  200  200  200  .    200  .    .
record, sample       200  200  .    .    .    .    .    .    .    200  .    .
record, score        200  200  200  .    .    .    .    .    .    200  .    .
record, fund         200  200  200  .    .    .    .    .    .    200  .    .
record, entry        200  200  200  .    .    .    .    .    .    200  .    .
record, project      200  200  200  .    200  200  .    .    .    200  .    .
record, project_state200  200  200  .    200  200  .    .    .    200  .    .
record, project_part 200  200  200  .    200  200  .    .    .    200  .    .
record, income       200  200  .    200  200  200  .    .    .    200  .    .
record, reckoning    200  200  .    200  200  200  .    .    .    200  .    .
record, assurance    200  200  200  200  200  200  200  200  .    200  .    .
record, benefit      200  200  .    200  200  200  .    .    .    200  .    .
record, payout       200  200  .    200  200  200  .    .    .    200  .    .
record, encounter    200  .    .    .    .    .    200  200  .    200  .    .
record, statistic    200  200  200  .    200  200  200  200  .    200  200  .
record, demand       200  .    .    .    200  200  200  200  .    200  .    .
record, defect       200  200  200  200  200  200  200  200  .    200  .    .
file                 200  200  200  200  200  200  200  200  .    200  .    .
file_content         200  200  200  200  200  200  200  200  .    200  .    .
file_small           200  200  200  200  200  200  200  200  .    200  .    .
document             200  200  200  200  .    .    200  .    200  200  .    .
document, named      200  200  200  200  .    .    .    .    .    200  .    .
document_file        200  200  200  200  .    .    200  .    200  200  .    .
document_file, own   200  200  200  200  .    .    .    .    .    200  .    .
reading              200  200  200  200  .    .    200  .    200  200  .    .
reading, named       200  200  200  200  .    .    .    .    .    200  .    .
document, begun      200  200  200  .    .    .    .    .    .    200  .    .
document_edit        200  200  .    .    .    .    .    .    .    .    .    .
document_discard     405  405  405  405  405  405  405  405  405  405  405  405
intake               200  .    .    .    .    .    .    .    .    .    .    .
intake_teach         405  405  405  405  405  405  405  405  405  405  405  405
intake_mend          405  405  405  405  405  405  405  405  405  405  405  405
intake_workbook      .    .    .    .    .    .    .    .    .    .    .    .
intake_replace       405  405  405  405  405  405  405  405  405  405  405  405
intake_accept        405  405  405  405  405  405  405  405  405  405  405  405
intake_accept_all    405  405  405  405  405  405  405  405  405  405  405  405
intake_stop          405  405  405  405  405  405  405  405  405  405  405  405
intake_discard       405  405  405  405  405  405  405  405  405  405  405  405
intake_undo          405  405  405  405  405  405  405  405  405  405  405  405
prepared             200  .    .    .    .    .    .    .    .    .    .    .
prepared_fetch       405  405  405  405  405  405  405  405  405  405  405  405
prepared_stop        405  405  405  405  405  405  405  405  405  405  405  405
prepared_again       405  405  405  405  405  405  405  405  405  405  405  405
prepared_let_go      405  405  405  405  405  405  405  405  405  405  405  405
document_correct     405  405  405  405  405  405  405  405  405  405  405  405
account              200  .    .    .    .    .    .    .    .    .    200  .
"""

#: What is no secret to a grant that is not limited to a place: places and their numbers, and to
#: one that is limited to a programme, organisations.
PUBLIC = {
    ("cp", "subject, place"),
    ("cp", "subject, unit"),
    ("cp", "record, statistic"),
    ("cp", "moves"),
    ("ul", "subject, place"),
    ("ul", "moves"),
    ("ul", "record, statistic"),
}


@dataclass
class Side:
    """A programme with its people: what an address can name."""

    programme: Programme
    village: Place
    home: Subject
    man: Subject
    helper: Subject
    keys: dict[str, UUID] = field(default_factory=dict)
    account: int = 0


@dataclass
class World:
    """What lies inside, what lies outside, and who asks."""

    near: Side
    far: Side
    users: dict[str, User]


ALERT = """
[agreement.promise]
title   = "帮扶承诺书"
helper  = { of = "person" }
subject = { of = "household" }
items.open = { title = "公开", owner = "helper" }

[alert.too_large]
title = "四人以上的户要看"
owner = "office"
of    = "large"

[list.villages_here]
title = "村"
of    = "place"
where.level = "village"

[alert.crowded]
title    = "有帮扶户的村"
owner    = "office"
each     = "villages_here"
of       = "helped"
at_least = 1

[alert.any_helped]
title    = "有帮扶户"
owner    = "office"
of       = "helped"
at_least = 1
"""
#: A workflow, a checklist and a review, so that their pages have something to show.
PROCEDURES = """
[list.units]
title = "单位"
of    = "organisation"

[workflow.repair]
title = "修房"
each  = "helped"
items.apply  = { title = "申请" }
items.decide = { title = "审定", after = "apply" }

[checklist.papers]
title = "手续"
each  = "helped"
items.seen   = { title = "走访过", of = "home_visit" }
items.signed = { title = "回执已签" }

[review.yearly]
title = "年度考核"
owner = "office"
each  = "units"
per   = "year"
items.order  = { title = "台账", points = 20 }
items.visits = { title = "走访", points = 80, of = "home_visit", at_least = 1 }

[review.spot]
title   = "抽查"
owner   = "office"
each    = "units"
per     = "year"
of      = "one_to_one"
as      = "helper.post.organisation"
exactly = 1
"""
#: A paper, and the rows of a list, a figure and a target, for the unit that runs the programme
#: alone, so for the helper who serves there.
NAMED = """
[organisation.unit]
title = "{unit}"

[document.internal]
title   = "内部通报"
type    = "bulletin"
readers = ["unit"]
items.visits = {{ title = "一、走访", items = ["helped_in", "visits", "visited"] }}

[list.kept]
title   = "内部名单"
of      = "helped"
readers = ["unit"]

[figure.kept_in]
title   = "内部户数"
of      = "helped"
readers = ["unit"]

[figure.kept_as_well]
title = "内部名单户数"
of    = "kept"

[target.kept_all]
title    = "内部目标"
of       = "helped"
at_least = 1
readers  = ["unit"]

[alert.kept_seen]
title = "内部名单要看"
owner = "office"
of    = "kept"
"""
#: Where the rows of a list, a figure or a target are asked for that are kept for readers.
KEPT = ("figure_rows, kept", "figure_rows, own", "figure_rows, built", "target_rows, kept",
        "list, kept as file", "list, kept by name")  # fmt: skip
NAMES = ("赵远山", "林遥")
#: In the next village another household is helped in the same programme: who may read of it.
NEXT_DOOR, MAY_READ = ("沈岭", "邵坡"), {"cc", "cp", "cl", "in"}


@pytest.fixture(scope="module")
def world(told: Story) -> World:
    """Both programmes and the accounts, on top of the story."""
    near = _side(told, "near", "town", "village", ("方近", "吕邻"))
    _next_door(told, near)
    far = _side(told, "far", "other_town", "far_village", NAMES)
    for side, name in ((near, "near"), (far, "far")):
        side.keys |= _papers(side.programme, side.helper) | _saved(told, side.programme)
        side.keys["intake"] = _taken_in(told, side)
        _account(side, name)
    users = _users(told, near)
    near.keys["prepared"], far.keys["prepared"] = map(_prepared, (users["cc"], told.users["clerk"]))
    return World(near, far, users)


def _side(story: Story, name: str, area: str, where: str, names: tuple[str, str]) -> Side:
    """One household that one helper of one unit helps within a programme of its own."""
    town, village = story.places[area], story.places[where]
    called = f"{town.name}卫生院"
    text = FILE.replace('"990001"', f'"{town.code[:9]}"', 1) + ALERT + PROCEDURES
    text += NAMED.format(unit=called)
    begun = programme.start(by=BY, name=name, text=text)
    unit = organisation.register(
        by=BY, name=called, kind="county_medical_unit", place=town, on=day(1, 1)
    )
    programme.set_owner(by=BY, programme=begun, owner=unit)
    registered: dict[str, Any] = {"by": BY, "place": village, "on": day(1, 10), "source": "摸底"}
    home = household.register(name=f"{names[0]}家", size=4, kind="monitored", **registered)
    man = person.register(name=names[0], household=home, **registered)
    helper = person.register(name=names[1], **registered)
    held = post.appoint(by=BY, person=helper, organisation=unit, on=day(1, 1), title="护士")
    built = site.register(
        by=BY, name=f"{village.name}诊所", kind="village_clinic", place=village, on=day(1, 1)
    )
    side = Side(begun, village, home, man, helper, {"post": held.fact, "unit": unit.fact})
    side.keys |= {"site": built.fact} | _deeds(side, unit)
    return side


def _next_door(story: Story, near: Side) -> None:
    """In the next village another household, which another helper helps in the same programme."""
    registered: dict[str, Any] = {
        "by": BY, "place": story.places["village_two"], "on": day(1, 10), "source": "摸底"
    }  # fmt: skip
    home, helper = NEXT_DOOR
    at_home = household.register(name=f"{home}家", size=5, kind="monitored", **registered)
    person.register(name=home, household=at_home, **registered)
    other = person.register(name=helper, **registered)
    of: dict[str, Any] = {"by": BY, "programme": near.programme, "subject": at_home}
    enrolment.take_in(name="helped", on=day(1, 15), **of)
    classes.give(name="risk", option="high", on=day(1, 20), **of)
    pairing.make(name="one_to_one", helper=other, on=day(1, 20), **of)
    need.raise_(text="修屋顶", on=day(2, 3), kind="other", **of)
    activity.record(
        by=BY, kind="visit", mode="home", on=day(2, 4), programme=near.programme,
        place=story.places["village_two"], who=[other], whom=[at_home], people=1,
    )  # fmt: skip


def _deeds(side: Side, unit: Subject) -> dict[str, UUID]:
    begun, of = side.programme, {"by": BY, "programme": side.programme, "subject": side.home}
    taken = enrolment.take_in(name="helped", on=day(1, 15), **of)
    given = classes.give(name="risk", option="high", on=day(1, 20), **of)
    paired = pairing.make(name="one_to_one", helper=side.helper, on=day(1, 20), **of)
    visit = activity.record(
        by=BY, kind="visit", mode="home", on=day(2, 3), programme=begun, place=side.village,
        organisation=unit, who=[side.helper], whom=[side.home], people=1, note="问了收成",
    )  # fmt: skip
    raised = need.raise_(text="看病没有车", on=day(2, 3), kind="medical", **of)
    kept = files.add(by=BY, subject=side.home, brought=Brought(landscape(size=(32, 24))),
                     title="院子", on=day(2, 3), need=raised)  # fmt: skip
    planned = Measure.objects.current().get(programme=begun)
    measure.set_owner(by=BY, measure=planned, owner=unit)
    purse = Fund.objects.current().get(programme=begun)
    entry = fund.receive(by=BY, fund=purse, organisation=unit, on=day(3, 1), amount=100)
    stated = statistic.state(
        by=BY, place=side.village, name="wells", value=Decimal(3), began=day(1, 1),
        ended=day(12, 31), source="村委会",
    )  # fmt: skip
    wanted = demand.note(
        by=BY, place=side.village, title="农户台账", layout="c" * 32, columns=["户主姓名"],
        rows=1, filled=1, left=0,
    )  # fmt: skip
    defect.find(by=BY, rule="monitored_without_sort")
    wrong = Defect.objects.current().get(subject=side.home)
    meeting = activity.record(
        by=BY, kind="meeting", on=day(3, 2), programme=begun, place=side.village,
        organisation=unit, who=[side.helper],
    )  # fmt: skip
    decided = task.decide(
        by=BY, meeting=meeting, text="把水管接通", owner=side.helper, due=day(12, 1)
    )
    line = income.enter(
        by=BY, subject=side.home, kind="wages", item="务工", amount=1_000_000,
        since=day(1, 1, 2025), until=day(12, 31, 2025),
    )  # fmt: skip
    reckoned = reckoning.make(by=BY, subject=side.home, on=day(1, 20))
    entitled = benefit.enter(
        by=BY, subject=side.home, kind="allowance", began=day(1, 1), amount=38_000, per="month"
    )
    paid = payout.enter(by=BY, subject=side.home, kind="allowance", on=day(2, 1), amount=38_000)
    given_care = encounter.record(
        by=BY, subject=side.man, kind="outpatient", on=day(2, 2), provider=unit
    )
    judged = assurance.judge(by=BY, subject=side.home, on=day(2, 3), verdicts={"water": "met"})
    proposed = proposal.propose(name="risk", option="low", on=day(2, 1), grounds="收入稳定", **of)
    agreed = agreement.sign(
        by=BY, programme=begun, name="promise", helper=side.helper, subject=side.home,
        signed=day(1, 20), ended=day(12, 31),
    )  # fmt: skip
    begun_for = proceeding.start(name="repair", on=day(3, 2), reason="漏雨", **of)
    step = Handling.objects.current().get(proceeding=begun_for.fact)
    ticked = tick.mark(name="papers", item="signed", on=day(3, 3), **of)
    held = round_.open_(
        by=BY, programme=begun, name="yearly", subject=unit, day=day(3, 2), on=day(3, 2)
    )
    scored = round_.score(
        by=BY, round=held, item="order", points=Decimal(9), on=day(3, 2), reason="缺页"
    )
    spot = round_.open_(
        by=BY, programme=begun, name="spot", subject=unit, day=day(3, 2), on=day(3, 2)
    )
    sample.draw(
        by=BY, round=spot, on=day(3, 2), seed="1234",
        frame=lambda _held, _moment: [Candidate(side.home.fact)],
    )  # fmt: skip
    drawn = Sample.objects.current().get(round=spot.fact)
    rows = {"proceeding": begun_for, "sample": drawn, "handling": step, "tick": ticked,
            "round": held,
            "score": scored, "proposal": proposed, "meeting": meeting, "task": decided,
            "handover": _offered(side, paired), "file": kept,
            "enrolment": taken, "class": given, "pairing": paired, "activity": visit,
            "agreement": agreed, **_held(side),
            "need": raised, "measure": planned, "fund": purse, "entry": entry,
            "statistic": stated, "demand": wanted, "defect": wrong, "income": line,
            "benefit": entitled, "payout": paid, "encounter": given_care,
            "reckoning": reckoned, "assurance": judged[0]}  # fmt: skip
    return {name: row.fact for name, row in rows.items()}


def _saved(story: Story, begun: Programme) -> dict[str, UUID]:
    """A list that the county's clerk keeps and shares with nobody."""
    kept = saved_list.keep(
        by=BY, user=story.users["clerk"], name=begun.name, kind="household", asked={},
        programme=begun, entry="helped",
    )  # fmt: skip
    return {"saved": kept.fact}


def _taken_in(story: Story, side: Side) -> UUID:
    """A list of the village that the county's clerk brought and accepted."""
    by = By(story.users["clerk"], "desk", purpose="摸底")
    listed = "姓名,出生日期\n邓新来,1960-01-01\n".encode()
    brought = intake_steps.stage(
        by=by, brought=Brought(listed), name="名单.csv", place=side.village, on=day(2, 1),
        ground="duty",
    )  # fmt: skip
    assert at_once(brought)
    staged.accept(Intake.objects.get(pk=brought.pk), by=by)
    return brought.pk


def _prepared(asker: User) -> UUID:
    """A large list that somebody asked for as a file."""
    by = By(asker, "desk", purpose="核对名单")
    told = {"columns": ["name"], "rows": 12_000, "title": "户", "question": {}}
    return downloads.prepare(by=by, kind="household", asked={}, **told).pk


def _held(side: Side) -> dict[str, Any]:
    """What the helper is qualified for, where it is used, and to which body the helper belongs."""
    held = qualification.enter(
        by=BY, person=side.helper, kind="nurse", number="990001", began=day(1, 1)
    )
    at = Subject.objects.get(pk=side.keys["unit"])
    worked = practice.register(
        by=BY, person=side.helper, kind="nurse", organisation=at, began=day(1, 1)
    )
    member = affiliation.admit(
        by=BY, subject=side.helper, organisation=at, kind="resident", began=day(1, 1)
    )
    there = stint.enter(
        by=BY, person=side.helper, kind="in_village", began=day(1, 1), ended=day(1, 7),
        place=side.village,
    )  # fmt: skip
    honour = award.give(by=BY, subject=side.helper, on=day(1, 1), title="优秀帮扶干部")
    trained = activity.record(
        by=BY, kind="training", on=day(3, 2), programme=side.programme, place=side.village,
        organisation=at, who=[side.helper],
    )  # fmt: skip
    return {"qualification": held, "practice": worked, "affiliation": member, "stint": there,
            "award": honour, "training": trained, **_built(side, at)}  # fmt: skip


def _built(side: Side, at: Subject) -> dict[str, Any]:
    """A project of the village, which the unit answers for, in its second state."""
    built = project.register(
        by=BY, on=day(1, 5), title="机井", kind="construction", place=side.village, owner=at,
        programme=side.programme,
    )  # fmt: skip
    state = project.enter_state(by=BY, project=built, state="approved", on=day(1, 9))
    part = project.plan(
        by=BY, project=built, on=day(1, 5), place=side.village, title="主管", unit="米",
        planned=Decimal(3),
    )  # fmt: skip
    return {"project": built, "project_state": state, "project_part": part}


def _offered(side: Side, paired: Pairing) -> Handover:
    """Whom the helper helps was offered to somebody who refused."""
    successor = person.register(
        by=BY, name="接手人", place=side.village, on=day(1, 10), source="单位名册"
    )
    account = user.create(
        by=BY, username=f"next-{side.programme.name}", password=PASSWORD, person=successor
    )
    user.grant(by=BY, user=account, role="helper", on=day(1, 1, 2020), reason="任命")
    words: dict[str, Any] = {"to": successor, "on": day(12, 1), "reason": "调动"}
    offers = handover.offer(by=BY, pairings=[paired], **words)
    return handover.answer(by=BY, accepted=[], refused=offers, reason="已满")[0]


def _account(side: Side, name: str) -> None:
    """Somebody who holds a role in the village alone."""
    made = user.create(
        by=BY, username=f"whose-{name}", password=PASSWORD, display_name=side.helper.name
    )
    given = user.grant(
        by=BY, user=made, role="village_officer", on=day(1, 1, 2020), reason="任命",
        place=side.village,
    )  # fmt: skip
    side.account, side.keys["grant"] = made.pk, given.fact


def _papers(begun: Programme, signer: Subject) -> dict[str, UUID]:
    found = {}
    told = {"issued": "bulletin", "draft": "bulletin"}
    told |= {"named, issued": "internal", "named, draft": "internal"}
    for key, name in told.items():
        made = drafting.draft(by=BY, programme=begun, name=name, on=day(10, 31))
        body = made.body | {"prose": PROSE}
        paper = documents.edit(by=BY, document=made, title=made.title, on=made.date, body=body)
        found[key] = paper.fact
        if key.endswith("issued"):
            drafting.sign(by=BY, document=paper, signer=signer)
            drafting.issue(by=BY, document=paper)
    return found


def _users(story: Story, near: Side) -> dict[str, User]:
    town, village = {"place": story.places["town"]}, {"place": story.places["village"]}
    unit = {"organisation": Subject.objects.get(pk=near.keys["unit"])}
    told: dict[str, tuple[str, dict[str, Any]]] = {
        "cc": ("clerk", town),
        "cp": ("clerk", {"programme": near.programme}),
        "ul": ("unit_lead", unit),
        "hl": ("helper", {}),
        "rt": ("resident_team", village),
        "vo": ("village_officer", village),
        "cl": ("clinician", town),
        "vd": ("village_doctor", village),
        "od": ("organisation_department", town),
        "in": ("inspector", town),
        "ad": ("administrator", town),
        "no": ("", {}),
    }
    found = {}
    for name, (role, within) in told.items():
        whose = near.helper if role == "helper" else None
        found[name] = user.create(by=BY, username=f"who-{name}", password=PASSWORD, person=whose)
        if role:
            user.grant(
                by=BY, user=found[name], role=role, on=day(1, 1, 2020), reason="任命", **within
            )
    TOTP.activate(found["ad"], generate_totp_secret())
    return found


def test_every_role_asks(world: World, db: None) -> None:
    assert {role for one in world.users.values() for role in roles_of(one)} == set(ROLES)


# ------------------------------------------------------------------ the addresses


def everywhere() -> dict[str, str]:
    """The addresses that name no record."""
    names = "home find lists by_number places journal accounts roles keeping parameters codes"
    names += " defects burden health_page backups keys retention work work_ask"
    found = {name: reverse(f"desk:{name}") for name in names.split()}
    found["defect_rule"] = reverse("desk:defect_rule", args=["monitored_without_sort"])
    for name in ("work_cancel", "work_retry"):
        found[name] = reverse(f"desk:{name}", args=[UUID(int=1)])
    return found | {f"list, {kind}": reverse("desk:list", args=[kind]) for kind in VOCABULARY}


def addresses(side: Side) -> dict[str, str]:
    """The addresses that name something of one side."""
    name, keys = side.programme.name, side.keys
    within: dict[str, list[Any]] = {
        "programme": [], "overview": [], "gap": ["one_to_one", "subject"],
        "readback": [], "versions": [], "version_text": [1],
        "programme_list": ["helped"], "alert": ["too_large"],
        "alert_whole": ["any_helped"], "alert_of": ["crowded", side.village.fact],
        "duties": [], "duty": ["monthly"],
        "duty_rows": ["monthly", keys["pairing"], "2026-02-28"],
        "duty_download": ["monthly"], "plan": [], "plan_download": [],
        "coverage": [], "targets": [], "target_rows": ["all_paired", 0],
        "proceedings": [], "checklists": [], "reviews": [],
        "checklist_rows": ["papers", "seen", side.home.fact],
        "figure": ["big"], "figure_rows": ["big", "rows"], "document_begin": [],
    }  # fmt: skip
    kept = {
        "programme, kept": ("programme_list", ["kept"]), "figure, kept": ("figure", ["kept_in"]),
        "alert, kept": ("alert", ["kept_seen"]),
        "figure_rows, kept": ("figure_rows", ["kept", "rows"]),
        "figure_rows, own": ("figure_rows", ["kept_in", "rows"]),
        "figure_rows, built": ("figure_rows", ["kept_as_well", "rows"]),
        "target_rows, kept": ("target_rows", ["kept_all", 0]),
        "list, kept as file": ("programme_list_download", ["kept_in"]),
        "list, kept by name": ("programme_list_save", ["kept"]),
    }  # fmt: skip
    found = {what: reverse(f"desk:{what}", args=[name, *more]) for what, more in within.items()}
    for what, (route, args) in kept.items():
        found[what] = reverse(f"desk:{route}", args=[name, *args])
    found["alert, each"] = reverse("desk:alert", args=[name, "crowded"])
    found["figure_list"] = reverse("desk:figure_list", args=[name, "big"]) + "?base=figure"
    for what in ("saved_list", "saved_list_count", "saved_list_change"):
        found[what] = reverse(f"desk:{what}", args=[keys["saved"]])
    people = {"household": side.home.fact, "person": side.man.fact, "helper": side.helper.fact,
              "unit": keys["unit"], "site": keys["site"], "place": side.village.fact}  # fmt: skip
    for who, key in people.items():
        found[f"subject, {who}"] = reverse("desk:subject", args=[key])
    found["changes"] = reverse("desk:changes", args=[side.home.fact])
    found["moves"] = reverse("desk:moves", args=[side.village.fact])
    for what in ("reveal", "health"):
        found[what] = reverse(f"desk:{what}", args=[side.man.fact])
    found["qualification_reveal"] = reverse(
        "desk:qualification_reveal", args=[keys["qualification"]]
    )
    found["document, draft"] = reverse("desk:document", args=[keys["draft"]])
    found["handover"] = reverse("desk:handover", args=[keys["handover"]])
    found["proceeding"] = reverse("desk:proceeding", args=[keys["proceeding"]])
    found["round"] = reverse("desk:round", args=[keys["round"]])
    found["round_rows"] = reverse("desk:round_rows", args=[keys["round"], "visits"])
    for kind in RECORDS:
        found[f"record, {kind}"] = reverse("desk:record", args=[kind, keys[kind]])
    for what in ("file", "file_content", "file_small"):
        found[what] = reverse(f"desk:{what}", args=[keys["file"]])
    parts: tuple[tuple[str, str, list[Any]], ...] = (
        ("document", "document, named", []),
        ("document_file", "document_file, own", ["docx"]),
        ("reading", "reading, named", [2, "rows"]),
    )
    for what, named, more in parts:
        found[what] = reverse(f"desk:{what}", args=[keys["issued"], *more])
        found[named] = reverse(f"desk:{what}", args=[keys["named, issued"], *more])
    found["document, begun"] = reverse("desk:document", args=[keys["named, draft"]])
    for what in ("document_edit", "document_discard"):
        found[what] = reverse(f"desk:{what}", args=[keys["draft"]])
    steps = "intake intake_teach intake_mend intake_workbook intake_replace intake_accept"
    for what in f"{steps} intake_accept_all intake_stop intake_discard intake_undo".split():
        found[what] = reverse(f"desk:{what}", args=[keys["intake"]])
    for what in "prepared prepared_fetch prepared_stop prepared_again prepared_let_go".split():
        found[what] = reverse(f"desk:{what}", args=[keys["prepared"]])
    found["document_correct"] = reverse("desk:document_correct", args=[keys["issued"]])
    return found | {"account": reverse("desk:account", args=[side.account])}


#: Every form: the action it is for, and by which page what it is about is seen.
FORMS: dict[str, tuple[str, str]] = {
    "person_register": ("person.register", ""),
    "household_register": ("household.register", ""),
    "organisation_register": ("organisation.register", ""),
    "site_register": ("site.register", ""),
    "post_appoint": ("post.appoint", ""),
    "post_appoint_of": ("post.appoint", "subject, person"),
    "statistic_state": ("statistic.state", ""),
    "programme_start": ("programme.start", ""),
    "form_fill": ("", ""),
    "intake_bring": ("intake.stage", ""),
    "person_update": ("person.update", "subject, person"),
    "household_update": ("household.update", "subject, household"),
    "organisation_update": ("organisation.update", "subject, unit"),
    "household_split": ("household.split", "subject, household"),
    "household_merge": ("household.merge", "subject, household"),
    "household_move": ("household.move", "subject, household"),
    "household_head": ("household.change_head", "subject, household"),
    "person_leave": ("household.leave", "subject, person"),
    "person_join": ("household.join", "subject, person"),
    "income_enter": ("income.enter", "subject, household"),
    "income_reckon": ("reckoning.make", "subject, household"),
    "assurance_judge": ("assurance.judge", "subject, household"),
    "benefit_enter": ("benefit.enter", "subject, household"),
    "benefit_correct": ("benefit.correct", "record, benefit"),
    "benefit_end": ("benefit.end", "record, benefit"),
    "benefit_withdraw": ("benefit.withdraw", "record, benefit"),
    "payout_enter": ("payout.enter", "subject, household"),
    "payout_correct": ("payout.correct", "record, payout"),
    "payout_withdraw": ("payout.withdraw", "record, payout"),
    "encounter_record": ("encounter.record", "subject, person"),
    "encounter_correct": ("encounter.correct", "record, encounter"),
    "encounter_settle": ("encounter.settle", "record, encounter"),
    "encounter_withdraw": ("encounter.withdraw", "record, encounter"),
    "income_correct": ("income.correct", "record, income"),
    "income_withdraw": ("income.withdraw", "record, income"),
    "assurance_correct": ("assurance.correct", "record, assurance"),
    "assurance_withdraw": ("assurance.withdraw", "record, assurance"),
    "before": ("", "subject, household"),
    "visit": ("activity.visit", "subject, household"),
    "need_raise": ("need.raise_", "subject, household"),
    "need_assign": ("need.assign", "record, need"),
    "need_close": ("need.close", "record, need"),
    "need_confirm": ("need.confirm", "record, need"),
    "class_give": ("class.give", "subject, household"),
    "class_propose": ("class.propose", "subject, household"),
    "proposals": ("class.confirm", "programme"),
    "proposals_look": ("class.propose_by_rule", "programme"),
    "class_end": ("class.end", "record, class"),
    "class_undo": ("class.undo", "record, class"),
    "enrolment_leave": ("enrolment.leave", "record, enrolment"),
    "enrolment_withdraw": ("enrolment.withdraw", "record, enrolment"),
    "pairing_end": ("pairing.end", "record, pairing"),
    "handover_offer": ("handover.offer", "record, pairing"),
    "agreement_sign": ("agreement.sign", "programme"),
    "agreement_renew": ("agreement.renew", "record, agreement"),
    "agreement_end": ("agreement.end", "record, agreement"),
    "agreement_withdraw": ("agreement.withdraw", "record, agreement"),
    "handover_withdraw": ("handover.withdraw", "handover"),
    "task_decide": ("task.decide", "record, meeting"),
    "task_finish": ("task.finish", "record, task"),
    "task_move": ("task.move", "record, task"),
    "task_drop": ("task.drop", "record, task"),
    "proceeding_start": ("proceeding.start", "programme"),
    "proceeding_appeal": ("proceeding.appeal", "proceeding"),
    "proceeding_drop": ("proceeding.drop", "proceeding"),
    "handle": ("proceeding.handle", "record, handling"),
    "tick_mark": ("tick.mark", "subject, household"),
    "tick_take_back": ("tick.take_back", "record, tick"),
    "round_open": ("round.open", "programme"),
    "round_draw": ("round.draw", "round"),
    "round_count_sheets": ("round.count_sheets", "round"),
    "sample_meet": ("sample.meet", "record, sample"),
    "sample_replace": ("sample.replace", "record, sample"),
    "sample_assign": ("sample.assign", "record, sample"),
    "round_score": ("round.score", "round"),
    "round_find": ("round.find", "round"),
    "round_issue": ("round.issue", "round"),
    "pairing_undo": ("pairing.undo", "record, pairing"),
    "document_hand_in": ("document.hand_in", "document, draft"),
    "document_return": ("document.return_", "document, draft"),
    "document_approve": ("document.approve", "document, draft"),
    "document_sign": ("document.sign", "document, draft"),
    "document_issue": ("document.issue", "document, draft"),
    "subject_erase": ("subject.erase", "subject, household"),
    "dossier": ("dossier.take", "subject, household"),
    "file_add": ("file.add", "subject, household"),
    "file_add_to_activity": ("file.add", "record, activity"),
    "file_add_to_need": ("file.add", "record, need"),
    "file_blur": ("file.blur", "file"),
    "file_drop": ("file.drop", "file"),
    "measure_progress": ("measure.progress", "record, measure"),
    "measure_owner": ("measure.set_owner", "record, measure"),
    "measure_link": ("measure.link", "record, measure"),
    "entry_promise": ("entry.promise", "record, fund"),
    "entry_receive": ("entry.receive", "record, fund"),
    "entry_pay": ("entry.pay", "record, fund"),
    "entry_counter": ("entry.counter", "record, entry"),
    "post_correct": ("post.correct", "record, post"),
    "post_leave": ("post.leave", "record, post"),
    "qualification_enter": ("qualification.enter", "subject, person"),
    "qualification_correct": ("qualification.correct", "record, qualification"),
    "qualification_renew": ("qualification.renew", "record, qualification"),
    "qualification_end": ("qualification.end", "record, qualification"),
    "qualification_withdraw": ("qualification.withdraw", "record, qualification"),
    "practice_register": ("practice.register", "subject, person"),
    "practice_correct": ("practice.correct", "record, practice"),
    "practice_end": ("practice.end", "record, practice"),
    "practice_withdraw": ("practice.withdraw", "record, practice"),
    "affiliation_admit": ("affiliation.admit", "subject, person"),
    "affiliation_correct": ("affiliation.correct", "record, affiliation"),
    "affiliation_card": ("affiliation.admit", "record, affiliation"),
    "affiliation_cards": ("affiliation.admit", "subject, unit"),
    "affiliation_role": ("affiliation.change_role", "record, affiliation"),
    "affiliation_end": ("affiliation.end", "record, affiliation"),
    "affiliation_withdraw": ("affiliation.withdraw", "record, affiliation"),
    "stint_enter": ("stint.enter", ""),
    "stint_enter_of": ("stint.enter", "subject, person"),
    "stint_approve": ("stint.approve", "record, stint"),
    "stint_refuse": ("stint.refuse", "record, stint"),
    "stint_correct": ("stint.correct", "record, stint"),
    "stint_end": ("stint.end", "record, stint"),
    "stint_withdraw": ("stint.withdraw", "record, stint"),
    "project_register": ("project.register", ""),
    "project_correct": ("project.correct", "record, project"),
    "project_withdraw": ("project.withdraw", "record, project"),
    "project_state_enter": ("project_state.enter", "record, project"),
    "project_state_correct": ("project_state.correct", "record, project_state"),
    "project_state_withdraw": ("project_state.withdraw", "record, project_state"),
    "project_part_plan": ("project_part.plan", "record, project"),
    "project_part_report": ("project_part.report", "record, project_part"),
    "project_part_correct": ("project_part.correct", "record, project_part"),
    "project_part_withdraw": ("project_part.withdraw", "record, project_part"),
    "award_give": ("award.give", "subject, person"),
    "award_correct": ("award.correct", "record, award"),
    "award_show": ("award.let_show", "record, award"),
    "award_withdraw": ("award.withdraw", "record, award"),
    "activity_attend": ("activity.attend", "record, training"),
    "defect_accept": ("defect.accept", "record, defect"),
    "defect_reopen": ("defect.reopen", "record, defect"),
    "demand_hand_up": ("demand.hand_up", "record, demand"),
    "statistic_correct": ("statistic.correct", "record, statistic"),
    "activity_correct": ("activity.correct", "record, activity"),
    "activity_answer": ("activity.correct", "record, activity"),
    "activity_withdraw": ("activity.withdraw", "record, activity"),
    "activity_record": ("activity.record", "programme"),
    "take_in": ("enrolment.take_in", "programme"),
    "board": ("", "programme"),
    "pair": ("pairing.make", "programme"),
    "programme_owner": ("programme.set_owner", "programme"),
    "programme_replace": ("programme.replace", "programme"),
    "list_save": ("", "list, household"),
    "list_download": ("", "list, household"),
    "programme_list_save": ("", "figure_rows"),
    "programme_list_download": ("", "figure_rows"),
    "saved_list_rename": ("", "saved_list"),
    "saved_list_share": ("", "saved_list"),
    "saved_list_drop": ("", "saved_list"),
    "user_create": ("user.create", ""),
    "user_password": ("user.set_password", "account"),
    "user_close": ("user.close", "account"),
    "user_reopen": ("user.reopen", "account"),
    "user_second_factor": ("user.reset_second_factor", "account"),
    "user_view_as": ("user.view_as", "account"),
    "grant_give": ("grant.give", "account"),
    "grant_end": ("grant.revoke", "account, grant"),
    "grant_withdraw": ("grant.withdraw", "account, grant"),
}
#: What a reader sees and may not do there, though the role does it elsewhere: said before typing.
OUT_OF_REACH = {
    ("cp", "affiliation_cards"),
    ("cp", "organisation_update"),
    ("cp", "post_correct"),
    ("cp", "post_leave"),
    ("cp", "statistic_correct"),
}
#: Tried elsewhere: what the one who is asked alone may answer, or who brought a list; a search box
#: and a button that name no record; a second mode is not in the file; pairs of persons of whom both
#: must be seen (test_duplicate).
ELSEWHERE = {
    "handover_answer", "intake_choose", "pick", "tour_close", "change_mode", "type_size",
    "view_as_end", "duplicates", "duplicate", "duplicate_differ", "duplicate_undo",
}  # fmt: skip


def forms(side: Side) -> dict[str, str]:
    """The address of every form about something of one side."""
    people = {"household": side.home.fact, "person": side.man.fact, "unit": side.keys["unit"]}
    within = {"take_in": ["helped"], "board": ["one_to_one"], "pair": ["one_to_one"],
              "proceeding_start": ["repair"], "round_open": ["yearly"],
              "agreement_sign": ["promise"]}  # fmt: skip
    found = {}
    for what, (_verb, seen) in FORMS.items():
        sort, _, which = seen.partition(", ")
        args: list[Any] = {
            "": [],
            "subject": [people.get(which)],
            "record": [side.keys.get(which)],
            "handover": [side.keys["handover"]],
            "proceeding": [side.keys["proceeding"]],
            "round": [side.keys["round"], *(["order"] if what == "round_score" else [])],
            "document": [side.keys["draft"]],
            "programme": [side.programme.name, *within.get(what, [])],
            "figure_rows": [side.programme.name, "helped"],
            "list": [which],
            "saved_list": [side.keys["saved"]],
            "account": [side.keys["grant"] if which else side.account],
            "file": [side.keys["file"]],
        }[sort]
        if what == "tick_mark":
            args = [side.programme.name, "papers", "signed", *args]
        found[what] = reverse(f"desk:{what}", args=args)
    return found


RECORDS = ("post", "qualification", "practice", "affiliation", "stint", "award", "training",
           "enrolment", "class", "proposal",
           "pairing", "agreement", "measure", "activity",
           "meeting", "need", "task", "handling", "tick", "sample", "score", "fund", "entry",
           "project", "project_state", "project_part",
           "income", "reckoning", "assurance", "benefit", "payout", "encounter",
           "statistic", "demand",
           "defect")  # fmt: skip


def test_every_address_is_asked(world: World, db: None) -> None:
    asked = {what.partition(",")[0] for what in (*everywhere(), *addresses(world.near))}
    assert asked | set(FORMS) | ELSEWHERE == {pattern.name for pattern in urlpatterns}


@dataclass
class Answer:
    """What one account was answered at one address."""

    who: str
    what: str
    status: int
    said: str


@pytest.fixture(scope="module")
def answers(world: World) -> dict[str, list[Answer]]:
    """Every account at every address, inside and outside."""
    found: dict[str, list[Answer]] = {"inside": [], "outside": []}
    asked = {
        "inside": everywhere() | addresses(world.near),
        "outside": addresses(world.far),
    }
    for who, client in asking(world):
        for side, named in asked.items():
            for what, address in named.items():
                got = client.get(address)
                said = got.content.decode(errors="replace")
                found[side].append(Answer(who, what, got.status_code, said))
    return found


def asking(world: World) -> Iterator[tuple[str, Client]]:
    """Each account with a browser of its own.

    On PostgreSQL, where the whole table would say the same a second time, who opens the most and
    who is limited the most: to the own pairings. What each role sees there within each limit is
    asked in tests/ledger/test_access.py. The long form asks for a unit and for inspecting too.
    """
    for name in asked(world):
        client = Client()
        client.force_login(world.users[name])
        yield name, client


def asked(world: World) -> list[str]:
    """The accounts that ask."""
    if connection.vendor == "sqlite":
        return [*world.users]
    few = ("cc", "ul", "hl", "in") if os.environ.get("BANGFU_LONG") else ("cc", "hl")
    return [name for name in world.users if name in few]


def test_what_lies_inside_opens_as_the_table_says(
    world: World, answers: dict[str, list[Answer]], db: None
) -> None:
    lines = {one.what: f"{one.what:<21}" for one in answers["inside"]}
    for one in answers["inside"]:
        lines[one.what] += f"{'.' if one.status == 404 else one.status:<5}"
    head = " " * 21 + "".join(f"{name:<5}" for name in asked(world))
    found = "\n".join(line.rstrip() for line in (head, *lines.values()))
    assert found == _columns(asked(world)), "\n" + found


def _columns(names: list[str]) -> str:
    """The table's columns of some accounts."""
    rows = INSIDE.strip("\n").split("\n")
    there = [rows[0].index(name) for name in names]
    cut = (row[:21].ljust(21) + "".join(row[at : at + 5].ljust(5) for at in there) for row in rows)
    return "\n".join(row.rstrip() for row in cut)


def test_what_lies_outside_opens_to_nobody(answers: dict[str, list[Answer]], db: None) -> None:
    forms = {one.what for one in answers["inside"] if one.status == 405}
    for one in answers["outside"]:
        public = (one.who, one.what) in PUBLIC
        rule = 405 if one.what in forms else 200 if public else 404
        assert one.status == rule, (one.who, one.what)


def named_in(answers: Iterable[Answer], names: tuple[str, ...]) -> list[tuple[str, str]]:
    """To whom, and where, somebody is named."""
    return [(one.who, one.what) for one in answers if any(name in one.said for name in names)]


def test_nobody_outside_is_named_in_any_answer(answers: dict[str, list[Answer]], db: None) -> None:
    assert named_in([*answers["inside"], *answers["outside"]], NAMES) == []


def test_whom_others_help_is_named_only_to_who_may_read_of_all(
    world: World, answers: dict[str, list[Answer]], db: None
) -> None:
    named = named_in(answers["inside"], NEXT_DOOR)
    assert {who for who, _what in named} == MAY_READ.intersection(asked(world)), named
    everywhere_named = {what for who, what in named if who == "cc"}
    assert {"alert", "figure_rows", "programme_list", "reading", "list, need"} <= everywhere_named


def test_a_paper_for_named_readers_is_named_to_nobody_else(
    world: World, answers: dict[str, list[Answer]], db: None
) -> None:
    shown = reverse("desk:document", args=[world.near.keys["named, issued"]])
    drafted = reverse("desk:document", args=[world.near.keys["named, draft"]])
    seen = [one for one in answers["inside"] if one.status == 200]
    linked = {
        address: {one.who for one in seen if f'href="{address}' in one.said}
        for address in (shown, drafted)
    }
    readers = {shown: {"cc", "cp", "ul", "hl", "in"}, drafted: {"cc", "cp", "ul", "in"}}
    assert linked == {address: some & {*asked(world)} for address, some in readers.items()}
    pages = {one.what for one in seen if one.who == "hl" and f'href="{shown}"' in one.said}
    assert {"home", "programme", "list, document"} <= pages
    counted = {
        one.who: int(found.group(1))
        for one in answers["inside"]
        if one.what == "list, document" and (found := re.search(r"共 <b>(\d+)</b> 条", one.said))
    }
    expected = {"in": 4, "hl": 3, "od": 2}
    assert {who: counted.get(who) for who in expected if who in asked(world)} == {
        who: number for who, number in expected.items() if who in asked(world)
    }


def test_the_rows_of_a_list_for_named_readers_are_shown_to_nobody_else(
    world: World, answers: dict[str, list[Answer]], db: None
) -> None:
    pages = ("programme, kept", "figure, kept", "alert, kept")
    rows = reverse("desk:subject", args=[world.near.home.fact])
    shown = {
        what: {one.who for one in answers["inside"] if one.what == what and rows in one.said}
        for what in pages
    }
    readers = {"ul", "hl", "in"}.intersection(asked(world))
    assert shown == {what: readers for what in pages}
    others = [one for one in answers["inside"] if one.who == "cc" and one.what in pages]
    assert [one.what for one in others if "只给以下读者看" not in one.said] == []


def test_no_form_about_what_lies_outside_is_taken(world: World, db: None) -> None:
    before = Event.objects.count()
    typed = {"field": "phone", "purpose": "联系本人", "name": "bulletin", "title": "题", "on": "x"}
    forms = ("reveal", "qualification_reveal", "health", "document_begin", "document_edit",
             "document_discard", "document_correct")  # fmt: skip
    for name, client in asking(world):
        for what in forms:
            answer = client.post(addresses(world.far)[what], typed)
            assert answer.status_code == 404, (name, what)
            assert not any(outsider in answer.content.decode() for outsider in NAMES)
    assert Event.objects.count() == before


def test_a_form_opens_to_who_may_do_it_and_sees_what_it_is_about(
    world: World, answers: dict[str, list[Answer]], db: None
) -> None:
    seen = {(one.who, one.what): one.status for one in answers["inside"]}
    told: set[tuple[str, str]] = set()
    for name, client in asking(world):
        for what, address in forms(world.near).items():
            verb, page = FORMS[what]
            may = not verb or does(world, name, verb)
            rule = (seen[name, _page(page)] if page else 200) if may else 403
            got = client.get(address)
            if rule == 200 and "不在您可以办理的范围内" in got.content.decode():
                told.add((name, what))
                rule = 403
            assert got.status_code == rule, (name, what)
            outsiders = [one for one in NAMES if one in got.content.decode()]
            assert outsiders == [], (name, what)
    assert told == {(name, what) for name, what in OUT_OF_REACH if name in asked(world)}


def test_what_would_be_refused_there_is_not_offered(world: World, db: None) -> None:
    clients, seen, asks = dict(asking(world)), addresses(world.near), forms(world.near)
    for name, what in sorted(OUT_OF_REACH):
        if name not in clients:
            continue
        page = seen[FORMS[what][1]]
        assert asks[what] in clients["cc"].get(page).content.decode(), what
        assert asks[what] not in clients[name].get(page).content.decode(), (name, what)


def does(world: World, name: str, verb: str) -> bool:
    """Whether somebody's role does an action at all, wherever that is."""
    return any(ROLES[role].may(verb) for role in roles_of(world.users[name]))


def _page(seen: str) -> str:
    """The page on which what a form is about is seen; a role is seen on its account's."""
    return "account" if seen.startswith("account") else seen


# What refuses them asks the database what the pages above ask; each action's own limits are asked
# of both databases in tests/ledger/test_limits.py.
@pytest.mark.long_on_postgres
def test_no_form_about_what_lies_outside_opens_or_is_taken(world: World, db: None) -> None:
    before = Event.objects.count()
    for name, client in asking(world):
        for what, address in forms(world.far).items():
            verb, page = FORMS[what]
            if page in ("", "list, household") or (name, page) in PUBLIC:
                continue
            answers = [client.post(address, {"note": "x", "text": "x"})]
            if not verb or does(world, name, verb):  # to whom else no such page opens, see above
                answers.append(client.get(address))
            for got in answers:
                assert got.status_code in (403, 404, 405), (name, what, got.status_code)
                assert not any(outsider in got.content.decode() for outsider in NAMES)
    assert Event.objects.count() == before


def test_the_search_finds_nobody_outside(world: World, db: None) -> None:
    for name, client in asking(world):
        for outsider in NAMES:
            answer = client.get(reverse("desk:find"), {"q": outsider})
            assert answer["Location"] == reverse("desk:lists"), (name, outsider)


def test_a_draft_is_offered_for_editing_only_to_who_may_edit_it(
    world: World, told: Story, db: None
) -> None:
    """The hospital helps in the programme and so reads its papers; another unit runs it."""
    near, hospital = world.near, told.who["hospital"]
    home = {"by": BY, "programme": near.programme, "subject": told.who["li"]}
    enrolment.take_in(name="helped", on=day(1, 15), **home)
    pairing.make(name="one_to_one", helper=told.who["wu"], on=day(1, 20), **home)
    account = user.create(by=BY, username="who-cu", password=PASSWORD)
    user.grant(
        by=BY, user=account, role="clerk", on=day(1, 1, 2020), reason="任命", organisation=hospital
    )
    client, asked = Client(), addresses(near)
    client.force_login(account)
    draft = reverse("desk:document", args=[near.keys["draft"]])
    for address in (draft, asked["document"]):
        answer = client.get(address)
        assert answer.status_code == 200
        assert not re.search(r"/(edit|issue|discard|correct)/", answer.content.decode())
    assert "documents/begin/" not in client.get(asked["programme"]).content.decode()
    assert client.get(asked["document_edit"]).status_code == 404
    assert client.post(asked["document_edit"]).status_code == 404
    assert client.get(f"{draft}issue/").status_code == client.post(f"{draft}issue/").status_code
    assert client.get(f"{draft}issue/").status_code == 403
    for what in ("document_discard", "document_correct", "document_begin"):
        typed = {"name": "bulletin", "on": "2026-10-31"}
        assert client.post(asked[what], typed).status_code == 403, what


def test_the_clerk_of_the_county_sees_both_sides(world: World, told: Story, enter: Enter) -> None:
    """So that what nobody else is told can be told at all."""
    client = enter("clerk")
    for what, address in addresses(world.far).items():
        if what == "account":  # which are the administrators'
            continue
        # What single helpers did is for themselves and their lead; of an accepted list nothing is
        # left that could be mended; what is kept for readers is not for the county either.
        closed: dict[str, tuple[int, ...]] = {"saved_list": (302,)}
        closed |= dict.fromkeys(("duty_rows", "duty_download", "intake_workbook", *KEPT), (404,))
        opened = closed.get(what, (200, 405))
        assert client.get(address).status_code in opened, what
    listed = client.get(reverse("desk:list", args=["person"])).content.decode()
    assert all(outsider in listed for outsider in NAMES)

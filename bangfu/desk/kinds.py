"""Which kinds of record a reader opens: all in groups, and those of the daily work first."""

from __future__ import annotations

import re
from collections.abc import Mapping

from django.http import HttpRequest

from bangfu.desk.page import reader
from bangfu.ledger.access import kinds_of, roles_of
from bangfu.ledger.models import User
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.programmes.kinds import Kind, Label

GROUPS: tuple[tuple[Label, tuple[str, ...]], ...] = (
    (Label("人和地方", "People and places"),
     ("person", "household", "organisation", "site", "place")),
    (Label("定下的事", "What was decided"),
     ("enrolment", "class", "proposal", "pairing", "handover", "agreement", "measure", "task",
      "post", "qualification", "practice", "affiliation", "round")),
    (Label("做过的事", "What was done"),
     ("activity", "visit", "phone_call", "talk", "training", "meeting", "clinic_day", "report",
      "questionnaire", "need", "proceeding", "handling", "tick", "sample", "score", "encounter",
      "stint", "award")),
    (Label("家里的日子", "How people live"),
     ("income", "reckoning", "assurance", "benefit", "payout")),
    (Label("钱和数", "Money and numbers"),
     ("project", "project_state", "project_part", "fund", "entry", "statistic")),
    (Label("材料", "Papers"), ("document", "demand")),
    (Label("登记质量", "Quality of records"), ("defect",)),
)  # fmt: skip

#: What each role works with from day to day, most used first: the first page names these lists.
DAILY: Mapping[str, tuple[str, ...]] = {
    role: tuple(kinds.split())
    for role, kinds in (
        ("clerk", "household person pairing enrolment class measure visit need task document fund"),
        ("unit_lead", "pairing household visit need task measure stint post document"),
        ("helper", "household person visit need task income"),
        ("resident_team", "household person visit need task proceeding income stint project"),
        ("village_officer", "household person need visit task proceeding income project"),
        ("clinician", "person household encounter visit need agreement"),
        ("village_doctor", "person household encounter visit need"),
        ("organisation_department", "post stint organisation measure document"),
        ("inspector", "round sample pairing visit need measure fund document defect"),
        ("administrator", "place organisation"),
    )
}


#: What is already said of several, or of none alone.
_ALREADY = ("Days there and leave", "Training")


def several(kind: Kind) -> Label:
    """What a list of a kind is called: in English, several of them (steps of a proceeding)."""
    one = kind.label.en
    if one in _ALREADY:
        return kind.label
    noun, of, whole = re.split(r"( of | for |$)", one, maxsplit=1)
    if re.search(r"(s|x|ch|sh)$", noun):
        noun += "es"
    elif re.search(r"[^aeiou]y$", noun):
        noun = f"{noun[:-1]}ies"
    else:
        noun += "s"
    return Label(kind.label.zh, f"{noun}{of}{whole}")


def kinds_seen(request: HttpRequest) -> set[str]:
    """The kinds of record that the reader's roles open."""
    return kinds_of(reader(request))


def groups_of(seen: set[str]) -> list[tuple[Label, list[tuple[str, Label]]]]:
    """The kinds that may be seen, in groups: their names and labels."""
    told = [
        (title, [(name, several(VOCABULARY[name])) for name in names if name in seen])
        for title, names in GROUPS
    ]
    return [(title, kinds) for title, kinds in told if kinds]


def daily(user: User) -> list[tuple[str, Label]]:
    """The kinds that an account works with from day to day, by what its roles are."""
    seen, roles = kinds_of(user), roles_of(user)
    names = [name for role in DAILY if role in roles for name in DAILY[role] if name in seen]
    return [(name, several(VOCABULARY[name])) for name in dict.fromkeys(names)]

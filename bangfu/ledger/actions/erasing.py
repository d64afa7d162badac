"""What erasing wipes of a subject, what it takes out of the words of others, and what stays.

It is found first, so that whoever decides can be told of it, and then written in one action. Words
that others wrote are searched for the subject's names as far as the records are tied to it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any
from uuid import UUID

from axes.models import AccessLog
from django.db.models import Model, Q, QuerySet

from bangfu.ledger.actions import offered
from bangfu.ledger.actions.event import current_act
from bangfu.ledger.actions.user import write_account
from bangfu.ledger.models import (
    Activity,
    Affiliation,
    Agreement,
    AskedSalt,
    Assurance,
    Award,
    Benefit,
    Class,
    Consent,
    Defect,
    Demand,
    Document,
    DocumentStep,
    Download,
    Duplicate,
    Encounter,
    Enrolment,
    Event,
    Fact,
    File,
    Grant,
    Handling,
    Handover,
    HealthDetail,
    Household,
    Income,
    Need,
    Pairing,
    Participant,
    Payout,
    Person,
    Post,
    Practice,
    Proceeding,
    Project,
    ProjectPart,
    Proposal,
    Qualification,
    Reading,
    Reckoning,
    Sample,
    SavedList,
    Score,
    Stint,
    Subject,
    SubjectKey,
    Task,
    Tick,
    User,
)
from bangfu.ledger.rows import TOLD_IN_CLEAR
from bangfu.ledger.vocabulary.enrolment import END_REASONS
from bangfu.programmes.kinds import Label

#: Why somebody is erased; the journal keeps the code, and so nothing that anybody typed.
REASONS: Mapping[str, Label] = {
    "request": Label("本人要求", "At the person's request"),
    "consent": Label("撤回同意", "Consent withdrawn"),
    "mistake": Label("误录", "Entered by mistake"),
    "term": Label("保存期限已过", "Past its term"),
    "restored": Label("恢复备份后再次删除", "Erased before, brought back by a backup"),
}
#: Where something personal about a subject may stand, and by which columns it is found.
TRACES: tuple[tuple[type[Fact], tuple[str, ...]], ...] = (
    (Subject, ("fact",)),
    (Person, ("fact",)),
    (Household, ("fact",)),
    (Enrolment, ("subject",)),
    (Class, ("subject",)),
    (Proposal, ("subject",)),
    (Pairing, ("subject", "helper")),
    (Handover, ("subject", "giver", "successor")),
    (Agreement, ("subject", "helper")),
    (Qualification, ("person",)),
    (Practice, ("person",)),
    (Affiliation, ("subject",)),
    (Stint, ("person",)),
    (Award, ("subject",)),
    (Participant, ("subject",)),
    (Need, ("subject",)),
    (Proceeding, ("subject",)),
    (Handling, ("subject",)),
    (Tick, ("subject",)),
    (Sample, ("subject",)),
    (HealthDetail, ("subject",)),
    (Consent, ("subject",)),
    (Income, ("subject", "person")),
    (Assurance, ("subject",)),
    (Benefit, ("subject",)),
    (Payout, ("subject",)),
    (Encounter, ("subject",)),
    (Defect, ("subject",)),
    (Duplicate, ("one", "other")),
    # Also what shows the person and lies with somebody else.
    (File, ("subject", "consent__subject")),
)
#: Out of their words the names are taken; an activity about one subject alone is wiped.
BESIDES: tuple[type[Fact], ...] = (
    Activity, Document, DocumentStep, Grant, Project, SavedList, Task, Score
)  # fmt: skip
#: What stands in the place of a name: no longer than the shortest name that is searched for.
SOMEBODY = "某某"
#: What whoever has no name any more is sorted by: after every name, in both databases.
LAST = "\U0010ffff"
_NO_FIELDS = frozenset(("source", "identity_index", "phone_index"))
_Changes = dict[str, Any]


@dataclass(slots=True)
class Found:
    """What there is of a subject: rows with what they become, accounts, and what stays."""

    subject: Subject
    names: tuple[str, ...]
    rows: dict[tuple[type[Fact], UUID], tuple[Fact, _Changes]] = field(default_factory=dict)
    events: set[UUID] = field(default_factory=set)
    accounts: list[User] = field(default_factory=list)
    activities: set[UUID] = field(default_factory=set)

    def add(self, row: Fact, changes: _Changes) -> None:
        """Remember what becomes of a row, and which events told of it."""
        key = (type(row), row.pk)
        known = self.rows.get(key, (row, {}))[1]
        # A name taken out of words that are wiped anyhow would bring the rest of them back.
        self.rows[key] = (row, {**changes, **known})
        self.events |= {e for e in (row.event_id, row.superseded_by_id) if e}

    def changed(self) -> dict[str, dict[str, Any]]:
        """For each table how many rows are changed, and which of their columns."""
        told: dict[str, dict[str, Any]] = {}
        for row, changes in self.rows.values():
            columns = {name for name in changes if name not in ("grain", "wiped")}
            if columns:
                of = told.setdefault(str(row._meta.model_name), {"rows": 0, "columns": set()})
                of["rows"] += 1
                of["columns"] |= columns
        return {t: {"rows": o["rows"], "columns": sorted(o["columns"])} for t, o in told.items()}

    @property
    def open_accounts(self) -> list[User]:
        """The accounts that stand open, which keep the person from being erased."""
        return [user for user in self.accounts if user.is_active]


# ------------------------------------------------------------------ what there is


def find(subject: Subject) -> Found:
    """Everything that erasing a person or household would change, and nothing changed yet."""
    found = Found(subject, names_of(subject.fact))
    for model, columns in TRACES:
        for row in _rows(model, *columns, of=[subject.fact]):
            found.add(row, _emptied(row))
    found.accounts = list(User.objects.filter(person=subject.fact).order_by("pk"))
    homes = _homes(subject.fact)
    found.activities = _activities([subject.fact, *homes])
    _find_notes(found)
    if homes:
        _find_in_homes(found, homes)
    for need in _rows(Need, "raised_at", of=found.activities):
        found.add(need, _without_names(found, need, "text", "evidence"))
    for task in (
        *_rows(Task, "owner", of=[subject.fact]),
        *_rows(Task, "decided_at", of=found.activities),
    ):
        found.add(task, _without_names(found, task, "text", "evidence", "reason"))
    for step in _rows(Handling, "who", of=[subject.fact]):
        found.add(step, _without_names(found, step, "asked", "evidence", "reason"))
    for project in _rows(Project, "answerable", of=[subject.fact]):
        found.add(project, _without_names(found, project, *Project.words))
    for consent in _rows(Consent, "subject", of=[subject.fact]):
        found.add(consent, _without_names(found, consent, "purpose"))
    for grant in Grant._base_manager.filter(user__in=found.accounts):
        found.add(grant, _without_names(found, grant, "reason"))
    drafts = list(_drafts(found))
    for draft in drafts:
        found.add(draft, _without_names(found, draft, "title", "body"))
    # They are few and tied to nobody, so all of them are looked through.
    for saved in SavedList._base_manager.all():
        if changes := _without_names(found, saved, "name", "asked"):
            found.add(saved, changes)
    of_drafts = {draft.fact for draft in drafts}
    for imprint in _rows(DocumentStep, "document", of=of_drafts):
        found.add(imprint, _without_names(found, imprint, "reason"))
    for step in _rows(Handling, "document", of=of_drafts):
        found.add(step, _without_names(found, step, "asked", "evidence", "reason"))
    _change_grains(found)
    return found


def names_of(subject: UUID) -> tuple[str, ...]:
    """Every name that a subject ever bore, the longest first; one character is no name."""
    rows = Subject._base_manager.filter(fact=subject).values_list("name", flat=True)
    return tuple(sorted({n for n in rows if len(n) > 1}, key=lambda n: (-len(n), n)))


def _rows(model: type[Fact], *columns: str, of: Any) -> QuerySet[Any]:
    """The rows, of every version, in which one of some columns points at one of some keys."""
    q = Q(pk__in=[])
    for column in columns:
        q = q | Q(**{f"{column}__in": list(of)})
    return model._base_manager.filter(q)


def _emptied(row: Fact) -> _Changes:
    """What a row becomes that is about the subject alone."""
    changes = {n: _nothing(row, n) for n in row.personal if getattr(row, n) not in _EMPTY}
    if isinstance(row, Subject) and changes:
        changes["sort_key"] = LAST
    if isinstance(row, Enrolment) and row.end_reason not in END_REASONS and row.end_reason:
        changes["end_reason"] = ""
    if "wiped" in row.later and (told := [n for n in changes if n not in _NO_FIELDS]):
        changes["wiped"] = f" {' '.join(sorted(told))} "
    return changes


_EMPTY: tuple[Any, ...] = (None, "", b"", {})


def _nothing(row: Fact, name: str) -> Any:
    column: Any = row._meta.get_field(name)
    return None if column.null else column.get_default()


def _homes(person: UUID) -> list[UUID]:
    """The households that a person ever headed or belonged to."""
    headed = Household._base_manager.filter(head=person).values_list("fact_id", flat=True)
    sheets = Person._base_manager.filter(fact=person, household__isnull=False)
    return sorted({*headed, *sheets.values_list("household_id", flat=True)})


def _activities(subjects: Sequence[UUID]) -> set[UUID]:
    parts = Participant._base_manager.filter(subject__in=subjects)
    return set(parts.values_list("activity_id", flat=True))


def _find_notes(found: Found) -> None:
    """Notes about the subject alone are wiped; of others the names are taken out."""
    alone = _about_alone(found.subject.fact)
    for row in _rows(Activity, "fact", of=found.activities):
        if row.fact in alone:
            found.add(row, _emptied(row))
        else:
            found.add(row, _without_names(found, row, "note", "topic", "answers"))


def _about_alone(subject: UUID) -> set[UUID]:
    """The activities that were for this subject and for nobody else who is not erased yet."""
    whom = Participant._base_manager.filter(part="whom")
    own = set(whom.filter(subject=subject).values_list("activity_id", flat=True))
    others = whom.filter(activity__in=own, subject__key__salt__isnull=False)
    return own - set(others.exclude(subject=subject).values_list("activity_id", flat=True))


def _find_in_homes(found: Found, homes: Sequence[UUID]) -> None:
    """Households called by the person lose their name; what is said of them, the person's."""
    for home in _rows(Subject, "fact", of=homes):
        if _pattern(found.names).search(home.name):
            found.add(home, {"name": "", "sort_key": LAST})
    for sheet in (*_rows(Household, "fact", of=homes), *_rows(Person, "household", of=homes)):
        found.add(sheet, _without_names(found, sheet, "source"))
    for file in _rows(File, "subject", of=homes):
        found.add(file, _without_names(found, file, "title"))
    for pairing in _rows(Pairing, "subject", of=homes):
        found.add(pairing, _without_names(found, pairing, "end_reason"))
    for model in _OF_THE_HOME:
        for told in _rows(model, "subject", of=homes):
            found.add(told, _without_names(found, told, *told.words))
    for offer in _rows(Handover, "subject", of=homes):
        found.add(offer, _without_names(found, offer, *Handover.words))


#: What is kept of a household in words in which a member may be named.
_OF_THE_HOME: tuple[type[Fact], ...] = (Income, Assurance, Benefit, Payout)


def _without_names(found: Found, row: Fact, *columns: str) -> _Changes:
    """The words of some columns without the subject's names, where they hold any."""
    said = {name: getattr(row, name) for name in columns}
    left = {name: without_names(value, found.names) for name, value in said.items()}
    return {name: value for name, value in left.items() if value != said[name]}


def _change_grains(found: Found) -> None:
    """Where the words of one row of a fact change, the random bytes of all its rows do."""
    changed: dict[type[Fact], set[UUID]] = {}
    for (kind, _), (row, changes) in found.rows.items():
        if changes and row.words:
            changed.setdefault(kind, set()).add(row.fact_key)
    for kind, facts in changed.items():
        for row in _rows(kind, "fact", of=facts):
            # An issued paper is never changed, and says in clear what its drafts said.
            if not (isinstance(row, Document) and row.status == "issued"):
                found.add(row, {"grain": os.urandom(16)})


def _drafts(found: Found) -> QuerySet[Any]:
    """Drafts, earlier versions too, of the programmes with which the subject had to do."""
    programmes = {getattr(row, "programme_id", None) for row, _ in found.rows.values()}
    return Document._base_manager.filter(programme__in=programmes - {None}, status="draft")


def without_names(value: Any, names: Sequence[str]) -> Any:
    """A text, or all texts of an answer, with somebody in the place of each name."""
    if isinstance(value, str):
        return _pattern(names).sub(SOMEBODY, value)
    if isinstance(value, Mapping):
        return {k: without_names(v, names) for k, v in value.items()}
    if isinstance(value, list | tuple):
        return [without_names(v, names) for v in value]
    return value


def _pattern(names: Sequence[str]) -> re.Pattern[str]:
    """Any of some names, also with spaces between their characters; never an empty text."""
    spaced = (r"\s*".join(map(re.escape, name)) for name in names)
    return re.compile("|".join(spaced) or r"(?!)", re.IGNORECASE)


# ------------------------------------------------------------------ what stays


#: Records that stay with their days and links, by the columns that name the subject.
_KEPT: tuple[tuple[type[Fact], tuple[str, ...]], ...] = (
    (Post, ("person",)),
    (Qualification, ("person",)),
    (Practice, ("person",)),
    (Affiliation, ("subject",)),
    (Stint, ("person", "approver")),
    (Award, ("subject",)),
    (Enrolment, ("subject",)),
    (Class, ("subject",)),
    (Proposal, ("subject",)),
    (Pairing, ("subject", "helper")),
    (Handover, ("subject", "giver", "successor")),
    (Agreement, ("subject", "helper")),
    (Need, ("subject",)),
    (Income, ("subject", "person")),
    (Reckoning, ("subject",)),
    (Assurance, ("subject", "judge")),
    (Benefit, ("subject",)),
    (Payout, ("subject",)),
    (Encounter, ("subject", "doctor")),
    (Proceeding, ("subject",)),
    (Handling, ("subject", "who", "party")),
    (Tick, ("subject",)),
    (Sample, ("subject", "inspector")),
    (Task, ("owner",)),
    (Project, ("answerable",)),
)
#: Words in which a name may stand though nothing ties them to the subject; it may be a namesake's.
_ELSEWHERE: tuple[tuple[type[Model], tuple[str, ...]], ...] = (
    (Activity, ("note", "topic")),
    (Need, ("text", "evidence")),
    (Task, ("text", "evidence", "reason")),
    (Proceeding, ("reason",)),
    (Handling, ("asked", "evidence", "reason")),
    (Tick, ("evidence",)),
    (Score, ("reason",)),
    (Sample, ("reason",)),
    (Demand, ("title", "asker", "paper")),
    (Pairing, ("end_reason",)),
    (Income, ("item", "evidence")),
    (Assurance, ("evidence",)),
    (Benefit, ("title", "source", "end_reason")),
    (Payout, ("title", "source")),
    (Agreement, ("end_reason", "number")),
    (Qualification, ("title", "issuer")),
    (Practice, ("sessions",)),
    (Affiliation, ("number", "card")),
    (Award, ("title", "issuer", "paper")),
    (Project, ("title", "contractor")),
    (ProjectPart, ("title",)),
    (Event, ("purpose",)),
)


def kept(found: Found) -> dict[str, int]:
    """How many records stay, with their days and links, by table."""
    told = {
        str(model._meta.model_name): _rows(model, *columns, of=[found.subject.fact])
        .filter(superseded_at__isnull=True)
        .count()
        for model, columns in _KEPT
    }
    told["activity"] = len(_activities([found.subject.fact]))
    return {table: count for table, count in told.items() if count}


def files_of(found: Found) -> list[str]:
    """By what the sealed bytes of files are found that go with the subject."""
    gone = [row for row, changes in found.rows.values() if "secret" in changes]
    return [digest for row in gone if isinstance(row, File)
            for digest in (row.digest, row.small_digest)]  # fmt: skip


def mentions(found: Found) -> dict[str, int]:
    """Where the names stand besides, in words that stay: how many rows, by table."""
    told = {}
    for model, columns in _ELSEWHERE:
        q = Q(pk__in=[])
        for column in columns:
            for name in found.names:
                q = q | Q(**{f"{column}__contains": name})
        known = [pk for kind, pk in found.rows if kind is model]
        told[str(model._meta.model_name)] = (
            model._base_manager.filter(q).exclude(pk__in=known).count()
        )
    return {table: count for table, count in told.items() if count}


def papers_naming(found: Found, status: str) -> Iterator[Document]:
    """The drafts, or the issued papers, whose words hold one of the names."""
    for paper in Document.objects.current().filter(status=status).select_related("event__by"):
        said = {"title": paper.title, "body": paper.body}
        if without_names(said, found.names) != said:
            yield paper


def tables() -> list[str]:
    """The tables in which something of somebody may have stood."""
    models = (*(m for m, _ in TRACES), *BESIDES, Grant, SubjectKey, AskedSalt, Reading, User)
    return sorted({model._meta.db_table for model in (*models, AccessLog)})


# ------------------------------------------------------------------ wiping it


def wipe(found: Found) -> None:
    """Write what was found; within the action that erases."""
    act = current_act()
    for row, changes in found.rows.values():
        # Also where nothing stood: the digest of such a row was salted, and the salt is gone.
        salted = row._meta.db_table in TOLD_IN_CLEAR and row.fact_key == found.subject.fact
        if changes or salted:
            act.after(row)
            for name, value in changes.items():
                setattr(row, name, value)
            if changes:
                row.save(update_fields=[*changes])
            act.touch(row, *changes)
    for user in found.accounts:
        _forget_account(user)
    _forget_asked(found)
    # Kept groups may bear a value that somebody alone had; they are counted anew when asked for.
    Reading.objects.filter(answer__has_key="groups").delete()
    # A file made before may name who is erased; whoever needs it asks for it anew.
    offered.empty(Download.objects.filter(ended_at=None))


def _forget_account(user: User) -> None:
    """A closed account loses its name and cannot be opened again; what it did stays its own."""
    nameless = f"account-{user.pk}"
    AccessLog.objects.filter(username=user.username).update(username=nameless)
    user.username, user.display_name, user.email = nameless, "", ""
    user.set_unusable_password()
    write_account(user, "username", "display_name", "email", "password")


def _forget_asked(found: Found) -> None:
    """Let nobody check a guess at what the events were asked that told of the subject."""
    made = [str(user.pk) for user in found.accounts]
    told = Q(event__in=found.events) | Q(event__about=found.subject.fact)
    told |= Q(event__verb__startswith="user.", event__outcome__id__in=made)
    AskedSalt.objects.filter(told).delete()

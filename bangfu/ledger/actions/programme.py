"""Programmes are started from their file, and the file is replaced by a new version from a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bangfu.ledger.access import require
from bangfu.ledger.actions import fund as funds
from bangfu.ledger.actions import measure as measures
from bangfu.ledger.actions.event import By, Refused, about_is, action, change_from, correct, insert
from bangfu.ledger.conditions import spellings
from bangfu.ledger.meaning import Meaning, read
from bangfu.ledger.models import Organisation, Place, ProgrammeVersion, Subject
from bangfu.ledger.models import Programme as ProgrammeRow
from bangfu.ledger.moment import Moment


@action("programme.start")
def start(*, by: By, name: str, text: str, papers: Mapping[str, str] | None = None) -> ProgrammeRow:
    """Start a programme from its file: the programme, its first version, measures and funds."""
    require(by.user, "programme.start")
    if ProgrammeRow.objects.current().filter(name=name).exists():
        raise Refused(
            "started_already",
            "A programme named %(name)s was started already; give the file as a new version.",
            name=name,
        )
    file = read(text, name)
    area = area_of(file.file.area)
    require(by.user, "programme.start", area)
    programme = insert(
        ProgrammeRow(name=name, title=file.title, area=area, began=file.from_, ended=file.to)
    )
    insert(
        ProgrammeVersion(
            programme=programme,
            number=1,
            text=text,
            digest=file.digest,
            papers=dict(papers or {}),
            began=file.from_,
        )
    )
    measures.plan_all(by=by, programme=programme)
    funds.open_all(by=by, programme=programme)
    return programme


def area_of(code: str) -> Place:
    """The place that a file names as its area; Refused where the table does not hold it."""
    found = Place.objects.current().filter(code__in=spellings(code), ended__isnull=True).first()
    if found is None:
        raise Refused(
            "area_unknown",
            "The area %(code)s is not in the table of places; load the places first.",
            code=code,
        )
    return found


@action("programme.replace")
def replace(
    *,
    by: By,
    programme: ProgrammeRow,
    text: str,
    on: dt.date,
    note: str,
    papers: Mapping[str, str] | None = None,
) -> ProgrammeVersion:
    """Let a new version of the file be in force from a day on, with the paper that says so."""
    require(by.user, "programme.replace", programme)
    file = read(text, programme.name)
    last = ProgrammeVersion.objects.current().filter(programme=programme).latest("number")
    if file.digest == last.digest:
        raise Refused("nothing_changed", "The new version says the same as the one in force.")
    if on <= last.began:
        raise Refused(
            "before_last_version",
            "A new version holds from after %(began)s, the first day of the one before it.",
            began=last.began,
        )
    end_of_last(last, on)
    version = insert(
        ProgrammeVersion(
            programme=programme,
            number=last.number + 1,
            text=text,
            digest=file.digest,
            papers=dict(papers if papers is not None else last.papers),
            note=note,
            began=on,
        )
    )
    correct(programme, title=file.title, ended=file.to)
    measures.plan_all(by=by, programme=programme, on=on)
    measures.drop(by=by, programme=programme, kept=file, on=on)
    funds.open_all(by=by, programme=programme, on=on)
    about_is(programme)
    return version


def end_of_last(last: ProgrammeVersion, on: dt.date) -> None:
    """Close the version before, on the day before the new one begins."""
    from bangfu.ledger.actions.event import end

    end(last, on - dt.timedelta(days=1))


@action("programme.set_owner")
def set_owner(*, by: By, programme: ProgrammeRow, owner: Subject) -> ProgrammeRow:
    """Say which organisation runs a programme."""
    require(by.user, "programme.set_owner", programme, organisation=owner)
    return change_from(programme, programme.began, owner=owner)


def organisation_named(title: str) -> Subject | None:
    """The organisation of that full name, if one is registered."""
    known = Organisation.objects.current().values("fact")
    return Subject.objects.current().filter(fact__in=known, name=title).first()


def meaning_of(programme: ProgrammeRow, on: dt.date) -> Meaning:
    """The file in force on a day, as known now."""
    return Meaning.of(programme, Moment(on))

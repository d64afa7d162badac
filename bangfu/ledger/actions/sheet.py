"""Sheets of a questionnaire: kept with whom they name, or sealed in the box of their round.

A sheet that names nobody is opened together with all others of its round, in an order by chance,
after everybody was called on; of fewer than five none is kept, since they would tell who said what.
"""

from __future__ import annotations

import datetime as dt
import json
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from bangfu.ledger import clock, keys, vault
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.activity import answers_to
from bangfu.ledger.actions.event import By, Refused, action, correct, insert
from bangfu.ledger.actions.round import not_issued, sheet_of
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Activity, AskedSalt, Ballot, Participant, Place, Round, Sample
from bangfu.ledger.moment import Moment
from bangfu.programmes.kinds import Field
from bangfu.programmes.schema import Activity as Entry

#: Of fewer sheets that name nobody none is shown.
FEWEST: Final = 5


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """The questionnaire of a round: what it is called, what it asks, whether it names nobody."""

    title: str
    entry: Entry
    asked: Mapping[str, Field]

    @property
    def anonymous(self) -> bool:
        """Whether its sheets name nobody."""
        return self.entry.readers == ()


def questionnaire_of(held: Round) -> Questionnaire | None:
    """The questionnaire of a round, by the file as it stood when the round was opened."""
    name = sheet_of(held).questionnaire
    if name is None:
        return None
    meaning = Meaning.of(held.programme, Moment(held.opened))
    entry, kind = meaning.file.entry(name), meaning.record_of(name)
    assert isinstance(entry, Entry) and kind is not None
    asked = {key: kind[key] for key in entry.items if key in kind and kind[key].is_answer}
    return Questionnaire(entry.title or name, entry, asked)


def all_in(held: Round) -> bool:
    """Whether everybody who was drawn was called on, so that the box may be opened."""
    return not Sample.objects.current().filter(round=held.fact, state="open").exists()


def keep(
    by: By, sample: Sample, questionnaire: Questionnaire, on: dt.date, answers: Mapping[str, Any]
) -> Activity | None:
    """Keep one sheet; the record that it is, or nothing where it names nobody."""
    answers = {key: value for key, value in answers.items() if value not in (None, "", [])}
    answers_to(questionnaire.asked, answers)
    if questionnaire.anonymous:
        _into_the_box(sample, answers)
        return None
    made = _record(sample.round, questionnaire, on, answers)
    made.place = sample.subject.place
    insert(made)
    insert(Participant(activity=made, subject=sample.subject, part="whom"))
    if sample.inspector:
        insert(Participant(activity=made, subject=sample.inspector, part="who"))
    require_written(by.user, "sample.meet", made)
    return made


def _record(
    held: Round, questionnaire: Questionnaire, on: dt.date, answers: Mapping[str, Any]
) -> Activity:
    """A sheet as a record: of the unit or place that is reviewed."""
    where = questionnaire.entry.where or {}
    reviewed = held.subject
    place = Place.objects.current().filter(pk=reviewed.fact).first()
    return Activity(
        kind="questionnaire",
        date=on,
        programme=held.programme,
        topic=where.get("topic", ""),
        organisation=reviewed if reviewed.kind == "organisation" else None,
        place=place,
        answers=dict(answers),
    )


def _into_the_box(sample: Sample, answers: Mapping[str, Any]) -> None:
    """Seal a sheet under a salt of its own; the journal knows nothing of it."""
    ballot = Ballot(round=sample.round, salt=keys.new_salt())
    key = vault.keyring().key_for(ballot.pk, ballot.salt)
    ballot.sealed = key.seal("ballot", json.dumps(answers, ensure_ascii=False))
    ballot.save(force_insert=True)


@action("round.count_sheets", alone=True)
def count_sheets(*, by: By, round: Round, on: dt.date) -> Round:
    """Open the box: all sheets that name nobody go on record together, in an order by chance.

    Of fewer than five none does; they are destroyed unread.
    """
    require(by.user, "round.count_sheets", round)
    not_issued(round)
    questionnaire = questionnaire_of(round)
    if questionnaire is None or not questionnaire.anonymous:
        raise Refused("no_box", "This review asks no sheets that name nobody.")
    if round.sheets is not None:
        raise Refused("counted_already", "The sheets of this round were counted already.")
    if round.drawn is None or on < round.drawn or on > clock.today():
        raise Refused("day_outside", "%(on)s does not lie between the drawing and today.", on=on)
    waiting = Sample.objects.current().filter(round=round.fact, state="open").count()
    if waiting:
        raise Refused(
            "box_not_full",
            "%(number)s of those who were drawn are still to be called on; sheets are counted "
            "together when all are in.",
            number=waiting,
        )
    ballots = list(Ballot.objects.filter(round=round.fact))
    secrets.SystemRandom().shuffle(ballots)
    for ballot in ballots if len(ballots) >= FEWEST else ():
        key = vault.keyring().key_for(ballot.pk, ballot.salt)
        insert(
            _record(round, questionnaire, on, json.loads(key.open("ballot", bytes(ballot.sealed))))
        )
    Ballot.objects.filter(round=round.fact).delete()
    # Gone too is what would tell whether a guess is what a call was recorded with.
    calls = Sample.objects.filter(round=round.fact, state="met")
    AskedSalt.objects.filter(event__in=calls.values("event")).delete()
    return correct(round, sheets=len(ballots))

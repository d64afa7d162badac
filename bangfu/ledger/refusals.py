"""What the database itself refuses, on PostgreSQL and on SQLite alike.

Overlapping spans are refused by exclusion constraints on PostgreSQL and by triggers on SQLite;
changing or removing what is append-only is refused by triggers on both. Installed after every
migration; what stands already as it should is let stand, since PostgreSQL reads the whole table to
put an exclusion constraint in place.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from typing import Any
from uuid import UUID

from django.db import connections


@dataclass(frozen=True, slots=True)
class Piece:
    """One constraint or trigger of a database: how it is made, and how taken away before."""

    name: str
    make: str
    drop: str
    #: How PostgreSQL calls it in a comment; what SQLite keeps of a trigger is its own text.
    called: str = ""

    @property
    def mark(self) -> str:
        """What the database says of it where it stands as it should."""
        return sha256(self.make.encode()).hexdigest() if self.called else self.make

    def statements(self) -> Iterator[str]:
        """Everything that puts it in place, or another in its place."""
        yield self.drop
        yield self.make
        if self.called:
            yield f"COMMENT ON {self.called} IS '{self.mark}'"


#: Whether a row is none of a list that is on its way.
_COMES_NOT = "NOT EXISTS (SELECT 1 FROM ledger_coming c WHERE c.event = {}.event_id)"


@dataclass(frozen=True, slots=True)
class NoOverlap:
    """No two standing rows of ``table`` with the same ``columns`` may share a day.

    ``keys`` are further columns of keys that may be empty; two empty ones are the same.
    ``only`` limits it to rows of which that is true. ``by_hash`` compares texts on PostgreSQL by
    64 bits of them: an index over the texts themselves takes three times as long to fill.
    ``coming``: on SQLite a list may bring, unseen, what stays of a row until the day from which it
    changes it. It stands in nobody's way; the last step changes the row itself, and is looked at.
    """

    name: str
    table: str
    columns: tuple[str, ...]
    only: str = ""
    keys: tuple[str, ...] = ()
    by_hash: bool = False
    coming: bool = False

    def postgresql(self) -> Iterator[Piece]:
        """An exclusion constraint."""
        compared = "(hashtextextended({}, 0))" if self.by_hash else "{}"
        filled = (f"(COALESCE({c}, '{UUID(int=0)}'::uuid))" for c in self.keys)
        told = (*(compared.format(c) for c in self.columns), *filled)
        same = ", ".join(f"{c} WITH =" for c in told)
        only = f" AND {self.only}" if self.only else ""
        yield Piece(
            self.name,
            f"ALTER TABLE {self.table} ADD CONSTRAINT {self.name} EXCLUDE USING gist ({same}, "
            f"daterange(began, ended, '[]') WITH &&) WHERE (superseded_at IS NULL{only})",
            f"ALTER TABLE {self.table} DROP CONSTRAINT IF EXISTS {self.name}",
            f"CONSTRAINT {self.name} ON {self.table}",
        )

    def sqlite(self) -> Iterator[Piece]:
        """A trigger before each insertion and before each change."""
        equal = [f"o.{c} = NEW.{c}" for c in self.columns]
        same = " AND ".join([*equal, *(f"o.{c} IS NEW.{c}" for c in self.keys)])
        when = "NEW.superseded_at IS NULL" + (f" AND NEW.{self.only}" if self.only else "")
        only = f" AND o.{self.only}" if self.only else ""
        seen = f" AND {_COMES_NOT.format('o')}" if self.coming else ""
        clash = (
            f"SELECT 1 FROM {self.table} o WHERE {same} AND o.superseded_at IS NULL{only} "
            "AND o.id <> NEW.id AND (NEW.ended IS NULL OR o.began <= NEW.ended) "
            f"AND (o.ended IS NULL OR o.ended >= NEW.began){seen}"
        )
        unseen = f"{_COMES_NOT.format('NEW')} AND " if self.coming else ""
        for moment, before in (("INSERT", unseen), ("UPDATE", "")):
            trigger = f"{self.name}_{moment.lower()}"
            yield Piece(
                trigger,
                f"CREATE TRIGGER {trigger} BEFORE {moment} ON {self.table} WHEN {before}{when} "
                f"AND EXISTS ({clash}) BEGIN SELECT RAISE(ABORT, '{self.name}'); END",
                f"DROP TRIGGER IF EXISTS {trigger}",
            )


@dataclass(frozen=True, slots=True)
class Refuse:
    """Changing (``UPDATE``) or removing (``DELETE``) a row of ``table`` is refused.

    ``when`` limits it to rows of which that is true (written with OLD and NEW); ``columns`` to
    changes of those columns.
    """

    name: str
    table: str
    doing: str
    when: str = ""
    when_sqlite: str = ""

    def postgresql(self) -> Iterator[Piece]:
        """A row trigger that calls the one refusing function."""
        when = f" WHEN ({self.when})" if self.when else ""
        yield Piece(
            self.name,
            f"CREATE TRIGGER {self.name} BEFORE {self.doing} ON {self.table} "
            f"FOR EACH ROW{when} EXECUTE FUNCTION bangfu_refuse('{self.name}')",
            f"DROP TRIGGER IF EXISTS {self.name} ON {self.table}",
            f"TRIGGER {self.name} ON {self.table}",
        )

    def sqlite(self) -> Iterator[Piece]:
        """A trigger that aborts."""
        condition = self.when_sqlite or self.when
        when = f" WHEN {condition}" if condition else ""
        yield Piece(
            self.name,
            f"CREATE TRIGGER {self.name} BEFORE {self.doing} ON {self.table}{when} "
            f"BEGIN SELECT RAISE(ABORT, '{self.name}'); END",
            f"DROP TRIGGER IF EXISTS {self.name}",
        )


FACTS = (
    "activity affiliation agreement assurance award benefit class columnmeaning consent "
    "defect demand document documentstep duplicate encounter enrolment entry file fund grant "
    "handling handover healthdetail household income measure measureneed need organisation "
    "pairing participant payout person place placealias post practice proceeding programme "
    "programmeversion project projectpart projectstate proposal qualification reckoning round "
    "sample savedlist score site statistic stint subject task tick"
).split()

_EVENT_KEPT = (
    "id at by_id door verb about_kind about purpose fields outcome asked suite proof"
).split()
_EVENT_SAME = " OR ".join(f"OLD.{c}{{0}} IS DISTINCT FROM NEW.{c}{{0}}" for c in _EVENT_KEPT)
_EVENT_SAME_LITE = " OR ".join(f"OLD.{c} IS NOT NEW.{c}" for c in _EVENT_KEPT)
_EVENT_CHANGED = "(" + _EVENT_SAME.format("") + ") OR OLD.seal_id IS NOT NULL"
_EVENT_CHANGED_PG = _EVENT_CHANGED.replace("OLD.fields ", "OLD.fields::text ").replace(
    "NEW.fields ", "NEW.fields::text "
)


#: Of what a list brings in portions: rows that are on their way, whose event is not there yet.
_COMING = (
    "NOT EXISTS (SELECT 1 FROM ledger_coming c WHERE c.event = {0} AND c.given_up "
    "AND NOT EXISTS (SELECT 1 FROM ledger_event e WHERE e.id = {0}))"
)
#: A row of these may be taken away on SQLite while the list that brought it is given up.
SEEN_LATER = {
    **dict.fromkeys("assurance subject".split(), _COMING.format("OLD.event_id")),
    **dict.fromkeys(
        "household person".split(),
        f"{_COMING.format('OLD.event_id')} AND {_COMING.format('OLD.superseded_by_id')}",
    ),
    "subjectkey": _COMING.format(
        "(SELECT s.event_id FROM ledger_subject s WHERE s.id = OLD.subject_id)"
    ),
}


REFUSALS: tuple[NoOverlap | Refuse, ...] = (
    *(
        NoOverlap(
            f"{t}_one_sheet_a_day",
            f"ledger_{t}",
            ("fact_id",),
            coming=t in ("person", "household"),
        )
        for t in ("person", "household", "organisation", "site")
    ),
    NoOverlap("subject_one_row_a_day", "ledger_subject", ("fact",)),
    NoOverlap("place_one_row_a_day", "ledger_place", ("fact",)),
    NoOverlap("place_code_once", "ledger_place", ("code",), "code <> ''", by_hash=True),
    NoOverlap("post_once", "ledger_post", ("person_id", "organisation_id", "kind", "title")),
    NoOverlap("qualification_once", "ledger_qualification", ("person_id", "kind", "title")),
    NoOverlap(
        "practice_once",
        "ledger_practice",
        ("person_id", "kind"),
        keys=("organisation_id", "site_id"),
    ),
    NoOverlap("stint_once", "ledger_stint", ("person_id",)),
    NoOverlap("affiliation_once", "ledger_affiliation", ("subject_id", "organisation_id")),
    NoOverlap("enrolment_once", "ledger_enrolment", ("programme_id", "name", "subject_id")),
    NoOverlap("class_once", "ledger_class", ("programme_id", "name", "subject_id", "option")),
    NoOverlap("class_single", "ledger_class", ("programme_id", "name", "subject_id"), "single"),
    NoOverlap(
        "pairing_once", "ledger_pairing", ("programme_id", "name", "helper_id", "subject_id")
    ),
    NoOverlap(
        "pairing_helper_single",
        "ledger_pairing",
        ("programme_id", "name", "helper_id"),
        "helper_single",
    ),
    NoOverlap(
        "pairing_subject_single",
        "ledger_pairing",
        ("programme_id", "name", "subject_id"),
        "subject_single",
    ),
    NoOverlap(
        "proceeding_once",
        "ledger_proceeding",
        ("programme_id", "name", "subject_id"),
        keys=("need_id", "handover_id", "stint_id"),
    ),
    NoOverlap("round_once", "ledger_round", ("programme_id", "name", "subject_id")),
    NoOverlap(
        "agreement_once", "ledger_agreement", ("programme_id", "name", "helper_id", "subject_id")
    ),
    NoOverlap("benefit_once", "ledger_benefit", ("subject_id", "kind", "title")),
    NoOverlap("project_in_one_state", "ledger_projectstate", ("project_id",)),
    NoOverlap("statistic_once", "ledger_statistic", ("place_id", "name")),
    NoOverlap("programme_version_one_a_day", "ledger_programmeversion", ("programme_id",)),
    NoOverlap(
        "grant_once",
        "ledger_grant",
        ("user_id", "role"),
        keys=("place_id", "organisation_id", "programme_id"),
    ),
    NoOverlap("consent_once", "ledger_consent", ("subject_id", "purpose")),
    *(
        Refuse(
            f"{t}_never_removed",
            f"ledger_{t}",
            "DELETE",
            when_sqlite=SEEN_LATER.get(t, ""),
        )
        for t in FACTS
    ),
    Refuse(
        "subject_key_never_removed",
        "ledger_subjectkey",
        "DELETE",
        when_sqlite=SEEN_LATER["subjectkey"],
    ),
    # A salt is destroyed when its subject is erased; replacing it would lose all that it sealed.
    Refuse(
        "subject_key_never_replaced",
        "ledger_subjectkey",
        "UPDATE",
        "NEW.salt IS NOT NULL AND OLD.salt IS DISTINCT FROM NEW.salt",
        "NEW.salt IS NOT NULL AND OLD.salt IS NOT NEW.salt",
    ),
    Refuse("entry_never_changed", "ledger_entry", "UPDATE"),
    Refuse("event_never_removed", "ledger_event", "DELETE"),
    Refuse(
        "event_never_changed",
        "ledger_event",
        "UPDATE",
        _EVENT_CHANGED_PG,
        # There an event stands before what it explains, and is written out at the action's end.
        f"OLD.proof <> x'' AND ({_EVENT_SAME_LITE}) OR OLD.seal_id IS NOT NULL",
    ),
    Refuse("event_rows_never_changed", "ledger_eventrows", "UPDATE"),
    Refuse("event_rows_never_removed", "ledger_eventrows", "DELETE"),
    Refuse("seal_never_changed", "ledger_seal", "UPDATE"),
    Refuse("seal_never_removed", "ledger_seal", "DELETE"),
    Refuse("document_issued_never_changed", "ledger_document", "UPDATE", "OLD.status = 'issued'"),
    Refuse("frozen_reading_never_changed", "ledger_frozenreading", "UPDATE"),
    Refuse("frozen_reading_never_removed", "ledger_frozenreading", "DELETE"),
    Refuse("frozen_table_never_changed", "ledger_frozentable", "UPDATE"),
    Refuse("frozen_table_never_removed", "ledger_frozentable", "DELETE"),
)

_FUNCTION = """
CREATE OR REPLACE FUNCTION bangfu_refuse() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
  RAISE EXCEPTION '%', TG_ARGV[0] USING ERRCODE = 'integrity_constraint_violation';
END $$
"""


#: What stands in a database already, by name: the mark of each constraint and trigger.
_STANDING = {
    "postgresql": """
SELECT conname, obj_description(o.oid, 'pg_constraint') FROM pg_constraint o
WHERE contype = 'x' AND pg_table_is_visible(conrelid)
UNION ALL
SELECT tgname, obj_description(o.oid, 'pg_trigger') FROM pg_trigger o
WHERE NOT tgisinternal AND tgenabled <> 'D' AND pg_table_is_visible(tgrelid)
""",
    "sqlite": "SELECT name, sql FROM sqlite_master WHERE type = 'trigger'",
}


def install(using: str) -> None:
    """Put every refusal in place that is not, on a database that has all the tables."""
    connection = connections[using]
    present = set(connection.introspection.table_names())
    if not {"ledger_coming", *(r.table for r in REFUSALS)} <= present:
        return
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute("CREATE EXTENSION IF NOT EXISTS btree_gist")
            cursor.execute(_FUNCTION)
        for piece in missing(using):
            for statement in piece.statements():
                cursor.execute(statement)


def missing(using: str) -> list[Piece]:
    """What does not stand in a database, or not as it should."""
    connection = connections[using]
    with connection.cursor() as cursor:
        cursor.execute(_STANDING[connection.vendor])
        standing: dict[str, Any] = dict(cursor.fetchall())
    return [piece for piece in pieces(using) if standing.get(piece.name) != piece.mark]


def pieces(using: str) -> list[Piece]:
    """The constraints and triggers that should stand in a database of that kind."""
    postgresql = connections[using].vendor == "postgresql"
    told = (one.postgresql() if postgresql else one.sqlite() for one in REFUSALS)
    return [piece for some in told for piece in some]

"""Two hundred entries of a programme file, each with the SQL that a person would write for it.

The SQL is written for this county alone (a helper has one post, somebody who is helped has one
pairing, visits lie in the county), so it may leave out what the product must ask; its answers
must be the same.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import connection

from bangfu.programmes.period import Span as Days
from bangfu.programmes.period import add_months, periods
from benchmarks.county import YEAR

Section = Literal["duty", "target", "coverage", "figure"]
#: The programme's first day, and the day on which everything is counted.
FROM = dt.date(YEAR, 1, 15)
#: So many of the latest turns of a duty are shown, and counted.
TURNS = 6
_VISITS, _TALKS = ("snow_visit", "visit"), ("private_talk", "talk")
_PERIODS = ("month", "quarter", "half_year", "year")


@dataclass(frozen=True, slots=True)
class Question:
    """One entry of the file, and the SQL for its counts; lines come in any order."""

    section: Section
    name: str
    says: str
    sql: str

    @property
    def text(self) -> str:
        """What stands in the programme file; a coverage has its entry there already."""
        return f'\n[{self.section}.{self.name}]\ntitle = "{self.name}"\n{self.says}\n'


def questions(on: dt.date, programme: str) -> list[Question]:
    """All of them; ``programme`` is the key of the programme as SQL."""
    asking = _Asking(on, programme)
    found = [*asking.duties(), *asking.targets(), *asking.coverages(), *asking.figures()]
    assert len(found) == 200, len(found)
    return found


def _day(day: dt.date) -> str:
    """A day as SQL."""
    return f"DATE '{day}'" if connection.vendor == "postgresql" else f"'{day}'"


_NOW = "superseded_at IS NULL"
#: The sheet of those who are enrolled, for the columns that are asked about.
_RETURNEES = (
    "FROM ledger_enrolment e JOIN ledger_person p ON p.fact_id = e.subject_id "
    "AND p.superseded_at IS NULL WHERE e.superseded_at IS NULL AND e.programme_id = {programme} "
    "AND e.name = 'returnees' AND e.began <= {on} AND (e.ended IS NULL OR e.ended >= {on})"
)


class _Asking:
    """The questions of one county on one day."""

    def __init__(self, on: dt.date, programme: str) -> None:
        self.on, self.programme, self.today = on, programme, _day(on)
        self._in_area = (
            "pl.path LIKE (SELECT area.path || '%%' FROM ledger_programme g JOIN ledger_place area "
            f"ON area.fact = g.area_id AND area.{_NOW} WHERE g.fact = {programme} AND g.{_NOW})"
        )
        self.returnees = _RETURNEES.format(programme=programme, on=self.today)

    # ---------------------------------------------------------------- duties

    def duties(self) -> Iterator[Question]:
        """Of pairings, of helpers, of villages, of those who are helped."""
        for of, kind in (_VISITS, _TALKS):
            for per in _PERIODS:
                for least in (1, 2, 3):
                    for column, told in (("fact", ""), ("date", 'distinct = "day"\n')):
                        name = f"{of}_{per}_{least}_{column}"
                        says = self._duty("one_to_one", of, per, least, told)
                        yield Question("duty", name, says, self._pairs(kind, per, least, column))
        for of, kind in (_VISITS, _TALKS):
            for per in ("month", "quarter"):
                for least in (5, 10):
                    says = self._duty("cadres", of, per, least, "")
                    sql = self._cadres(kind, per, least)
                    yield Question("duty", f"cadres_{of}_{per}_{least}", says, sql)
                says = self._duty("villages", of, per, 3, "")
                yield Question("duty", f"villages_{of}_{per}", says, self._villages(kind, per, 3))

    def _duty(self, each: str, of: str, per: str, least: int, told: str) -> str:
        return f'each = "{each}"\nof = "{of}"\nper = "{per}"\nat_least = {least}\n{told}'

    def turns(self, per: str) -> list[Days]:
        """The latest periods that have begun."""
        return list(periods(Days(FROM, self.on), per))[-TURNS:]

    def _turns(self, per: str) -> str:
        """The turns as a table: number, first and last day, the day of the list, whether whole."""
        lines = (
            f"({n}, {_day(max(one.began, FROM))}, {_day(one.ended)}, "
            f"{_day(min(one.ended, self.on))}, {int(one.began >= FROM)})"
            for n, one in enumerate(self.turns(per))
        )
        return f"turn(n, first, last, listed, whole) AS (VALUES {', '.join(lines)})"

    def _done(self, kind: str, per: str, *, whom: bool) -> str:
        """What was done on the days of all turns, with who did it and for whom."""
        first, last = self.turns(per)[0].began, self.on
        other = (
            " JOIN ledger_participant m ON m.activity_id = a.id AND m.part = 'whom' "
            f"AND m.{_NOW}" if whom else ""
        )  # fmt: skip
        topic = " AND a.topic = 'condolence'" if kind == "visit" else ""
        return (
            f"done AS (SELECT a.fact, a.date, w.subject_id AS helper"
            f"{', m.subject_id AS subject' if whom else ''} FROM ledger_activity a "
            f"JOIN ledger_participant w ON w.activity_id = a.id AND w.part = 'who' AND w.{_NOW}"
            f"{other} WHERE a.{_NOW} AND a.kind = '{kind}'{topic} "
            f"AND a.date BETWEEN {_day(max(first, FROM))} AND {_day(last)})"
        )

    def _tally(self, owners: str, counted: str, least: int) -> str:
        """By unit and turn: how many owe it, have met it, and what is still waited for."""
        met = f"COALESCE(c.counted, 0) >= {least}"
        whole = "t.whole = 1 AND o.began <= t.first AND (o.ended IS NULL OR o.ended >= t.last)"
        return (
            f"owner AS ({owners}), counted AS ({counted}) "
            f"SELECT o.unit, t.n, SUM(CASE WHEN {met} OR ({whole}) THEN 1 ELSE 0 END), "
            f"SUM(CASE WHEN {met} THEN 1 ELSE 0 END) FROM owner o JOIN turn t "
            "ON o.began <= t.listed AND (o.ended IS NULL OR o.ended >= t.listed) "
            "LEFT JOIN counted c ON c.fact = o.fact AND c.n = t.n GROUP BY o.unit, t.n"
        )

    def _pairs(self, kind: str, per: str, least: int, column: str) -> str:
        owners = (
            "SELECT p.fact, p.helper_id, p.subject_id, p.began, p.ended, po.organisation_id AS unit"
            " FROM ledger_pairing p "
            f"JOIN ledger_post po ON po.person_id = p.helper_id AND po.{_NOW} "
            f"WHERE p.{_NOW} AND p.programme_id = {self.programme} AND p.name = 'one_to_one'"
        )
        counted = (
            f"SELECT o.fact, t.n, COUNT(DISTINCT d.{column}) AS counted FROM owner o "
            "JOIN done d ON d.helper = o.helper_id AND d.subject = o.subject_id "
            "AND d.date >= o.began AND (o.ended IS NULL OR d.date <= o.ended) "
            "JOIN turn t ON d.date BETWEEN t.first AND t.last GROUP BY o.fact, t.n"
        )
        done = self._done(kind, per, whom=True)
        return f"WITH {self._turns(per)}, {done}, {self._tally(owners, counted, least)}"

    def _cadres(self, kind: str, per: str, least: int) -> str:
        owners = (
            "SELECT s.fact, s.began, s.ended, po.organisation_id AS unit FROM ledger_post po "
            f"JOIN ledger_subject s ON s.fact = po.person_id AND s.{_NOW} WHERE po.{_NOW}"
        )
        counted = (
            "SELECT d.helper AS fact, t.n, COUNT(DISTINCT d.fact) AS counted FROM done d "
            "JOIN turn t ON d.date BETWEEN t.first AND t.last GROUP BY d.helper, t.n"
        )
        done = self._done(kind, per, whom=False)
        return f"WITH {self._turns(per)}, {done}, {self._tally(owners, counted, least)}"

    def _villages(self, kind: str, per: str, least: int) -> str:
        owners = (
            "SELECT pl.fact, pl.began, pl.ended, pl.fact AS unit FROM ledger_place pl "
            f"WHERE pl.{_NOW} AND pl.level = 'village' AND {self._in_area}"
        )
        topic = " AND a.topic = 'condolence'" if kind == "visit" else ""
        counted = (
            "SELECT a.place_id AS fact, t.n, COUNT(*) AS counted FROM ledger_activity a "
            f"JOIN turn t ON a.date BETWEEN t.first AND t.last AND a.date <= {self.today} "
            f"WHERE a.{_NOW} AND a.kind = '{kind}'{topic} GROUP BY a.place_id, t.n"
        )
        return f"WITH {self._turns(per)}, {self._tally(owners, counted, least)}"

    # ---------------------------------------------------------------- targets

    def targets(self) -> Iterator[Question]:
        """Happenings of each period, what stands at milestones, shares, for each village."""
        for of, kind in (_VISITS, _TALKS):
            for per in _PERIODS:
                for told in ("", 'distinct = "whom"\n'):
                    name = f"reach_{of}_{per}_{'people' if told else 'times'}"
                    says = f'of = "{of}"\nper = "{per}"\nat_least = 1000\n{told}'
                    sql = self._by_period(kind, periods(Days(FROM, self.on), per), bool(told))
                    yield Question("target", name, says, sql)
        for bound in (1000, 2000, 5000, 10000, 20000):
            says = f'of = "one_to_one"\n{self._milestones(f"at_least = {bound}")}'
            yield Question("target", f"pairs_{bound}", says, self._stood("ledger_pairing", ""))
        for option in ("wishes", "hardship", "rights", "job_change", "start_up"):
            says = (
                f'of = "need_kind"\nwhere.option = "{option}"\n{self._milestones("at_least = 10")}'
            )
            sql = self._stood("ledger_class", f"AND option = '{option}'")
            yield Question("target", f"sorted_{option}", says, sql)
        for months in (1, 2, 3, 6):
            says = f'of = "seen_{months}"\nout_of = "returnees"\n{self._milestones(_HALF)}'
            yield Question("target", f"seen_share_{months}", says, self._shares(months))
        for of, kind in (_VISITS, _TALKS):
            for per in ("month", "quarter"):
                says = f'each = "villages"\nof = "{of}"\nper = "{per}"\nat_least = 2\n'
                sql = self._each_village(kind, periods(Days(FROM, self.on), per))
                yield Question("target", f"village_{of}_{per}", says, sql)
        for kind in ("medical", "other"):
            for per in ("month", "quarter", "year"):
                says = f'of = "need"\nwhere.kind = "{kind}"\nper = "{per}"\nat_most = 5000\n'
                sql = self._needs(kind, periods(Days(FROM, self.on), per))
                yield Question("target", f"needs_{kind}_{per}", says, sql)

    @property
    def days(self) -> list[dt.date]:
        """The milestones of what stands."""
        return [dt.date(YEAR, month, 1) for month in (3, 5, 7, 9)]

    def _milestones(self, bound: str) -> str:
        items = ", ".join(f"{{ on = {day}, {bound} }}" for day in self.days)
        return f"items = [{items}]"

    def _spans(self, spans: Sequence[Days]) -> str:
        lines = (
            f"({n}, {_day(max(one.began, FROM))}, {_day(min(one.ended, self.on))})"
            for n, one in enumerate(spans)
        )
        return f"turn(n, first, last) AS (VALUES {', '.join(lines)})"

    def _by_period(self, kind: str, spans: Sequence[Days], people: bool) -> str:
        topic = " AND a.topic = 'condolence'" if kind == "visit" else ""
        other, what = "", "COUNT(a.id)"
        if people:
            other = (
                " LEFT JOIN ledger_participant m ON m.activity_id = a.id AND m.part = 'whom' "
                f"AND m.{_NOW}"
            )
            what = "COUNT(DISTINCT m.subject_id)"
        return (
            f"WITH {self._spans(spans)} SELECT t.n, {what} FROM turn t LEFT JOIN ledger_activity a "
            f"ON a.date BETWEEN t.first AND t.last AND a.{_NOW} AND a.kind = '{kind}'{topic}"
            f"{other} GROUP BY t.n"
        )

    def _stood(self, table: str, where: str) -> str:
        name = "one_to_one" if table == "ledger_pairing" else "need_kind"
        return " UNION ALL ".join(
            f"SELECT {n}, COUNT(*) FROM {table} WHERE {_NOW} AND name = '{name}' "
            f"AND programme_id = {self.programme} AND began <= "
            f"{_day(day)} AND (ended IS NULL OR ended >= {_day(day)})"
            f" {where}" for n, day in enumerate(self.days)
        )  # fmt: skip

    def _seen(self, months: int, day: dt.date) -> str:
        """How many of the enrolled were talked with in so many months before a day."""
        returnees = self.returnees.replace(self.today, _day(day))
        return (
            f"SELECT COUNT(*) {returnees} AND EXISTS (SELECT 1 FROM ledger_participant m "
            "JOIN ledger_activity a ON a.id = m.activity_id WHERE m.subject_id = e.subject_id "
            f"AND m.part = 'whom' AND m.{_NOW} AND a.{_NOW} AND a.kind = 'talk' "
            f"AND a.date BETWEEN {_day(add_months(day, -months))} AND {_day(day)})"
        )

    def _shares(self, months: int) -> str:
        return " UNION ALL ".join(
            f"SELECT {n}, ({self._seen(months, day)}) * 1.0 / (SELECT COUNT(*) "
            f"{self.returnees.replace(self.today, _day(day))})"
            for n, day in enumerate(self.days)
        )

    def _each_village(self, kind: str, spans: Sequence[Days]) -> str:
        topic = " AND a.topic = 'condolence'" if kind == "visit" else ""
        return (
            f"WITH {self._spans(spans)}, counted AS (SELECT a.place_id, t.n, COUNT(*) AS c "
            "FROM ledger_activity a JOIN turn t ON a.date BETWEEN t.first AND t.last "
            f"WHERE a.{_NOW} AND a.kind = '{kind}'{topic} GROUP BY a.place_id, t.n) "
            "SELECT t.n, pl.fact, COALESCE(c.c, 0) FROM ledger_place pl CROSS JOIN turn t "
            "LEFT JOIN counted c ON c.place_id = pl.fact AND c.n = t.n "
            f"WHERE pl.{_NOW} AND pl.level = 'village' AND {self._in_area} AND pl.began <= t.last "
            "AND (pl.ended IS NULL OR pl.ended >= t.last)"
        )

    def _needs(self, kind: str, spans: Sequence[Days]) -> str:
        return (
            f"WITH {self._spans(spans)} SELECT t.n, COUNT(d.id) FROM turn t "
            f"LEFT JOIN ledger_need d ON d.date BETWEEN t.first AND "
            f"t.last AND d.{_NOW} AND d.kind = '{kind}' GROUP BY t.n"
        )

    # ---------------------------------------------------------------- coverage

    def coverages(self) -> Iterator[Question]:
        """Both sides of the pairing of persons: all, with too few, with gaps."""
        held = (
            "SELECT {side} AS fact, MIN(began) AS first, "
            f"SUM(CASE WHEN ended IS NULL OR ended >= {self.today} THEN 1 ELSE 0 END) AS has "
            f"FROM ledger_pairing WHERE {_NOW} AND name = 'one_to_one' "
            f"AND programme_id = {self.programme} AND began <= {self.today} GROUP BY {{side}}"
        )
        for side, owners in (
            (
                "helper",
                f"SELECT po.person_id AS fact, {_day(FROM)} AS began FROM ledger_post po "
                f"WHERE po.{_NOW}",
            ),
            (
                "subject",
                f"SELECT e.subject_id AS fact, e.began {self.returnees}",
            ),
        ):
            sql = (
                f"WITH owner AS ({owners}), held AS ({held.format(side=f'{side}_id')}) "
                "SELECT COUNT(*), SUM(CASE WHEN COALESCE(h.has, 0) < 1 THEN 1 ELSE 0 END), "
                "SUM(CASE WHEN h.first IS NULL OR h.first > o.began THEN 1 ELSE 0 END) "
                "FROM owner o LEFT JOIN held h ON h.fact = o.fact"
            )
            yield Question("coverage", side, "", sql)

    # ---------------------------------------------------------------- figures

    def figures(self) -> Iterator[Question]:
        """What was done in each month, who is enrolled, how they are sorted."""
        for month in range(2, 12):
            days = next(
                iter(periods(Days(dt.date(YEAR, month, 1), dt.date(YEAR, month, 2)), "month"))
            )
            inside = f"where.date = {{ from = {days.began}, to = {days.ended} }}\n"
            between = f"BETWEEN {_day(days.began)} AND {_day(min(days.ended, self.on))}"
            for of, kind in (_VISITS, _TALKS):
                for word, told in (
                    ("times", ""),
                    ("people", 'distinct = "whom"\n'),
                    ("days", 'distinct = "day"\n'),
                ):
                    sql = self._of_month(kind, between, word)
                    yield Question(
                        "figure", f"{of}_{month}_{word}", f'of = "{of}"\n{inside}{told}', sql
                    )
            sql = (
                f"SELECT COALESCE(SUM(people), 0) FROM ledger_activity WHERE "
                f"{_NOW} AND kind = 'visit' "
                f"AND topic = 'condolence' AND date {between}"
            )
            says = f'of = "snow_visit"\n{inside}sum = "people"\n'
            yield Question("figure", f"present_{month}", says, sql)
        for sex in ("1", "2"):
            for education in ("primary", "junior_high", "senior_high", "college", "bachelor"):
                says = f'of = "returnees"\nwhere = {{ sex = "{sex}", education = "{education}" }}\n'
                sql = (
                    f"SELECT COUNT(*) {self.returnees} AND p.sex = '{sex}' AND "
                    f"p.education = '{education}'"
                )
                yield Question("figure", f"learned_{sex}_{education}", says, sql)
        for year in range(1940, 2010, 10):
            says = (
                f'of = "returnees"\n'
                f"where.birth = {{ from = {year}-01-01, to = {year + 9}-12-31 }}\n"
            )
            sql = (
                f"SELECT COUNT(*) {self.returnees} AND p.birth BETWEEN {_day(dt.date(year, 1, 1))} "
                f"AND {_day(dt.date(year + 9, 12, 31))}"
            )
            yield Question("figure", f"born_{year}", says, sql)
        for months in range(1, 7):
            says = f'of = "seen_{months}"\n'
            yield Question("figure", f"talked_{months}", says, self._seen(months, self.on))
        for option in ("wishes", "hardship", "rights", "job_change", "start_up"):
            says = f'of = "need_kind"\nwhere.option = "{option}"\n'
            sql = self._stood("ledger_class", f"AND option = '{option}'").split(" UNION ALL ")[0]
            sql = sql.replace("SELECT 0, ", "SELECT ").replace(_day(self.days[0]), self.today)
            yield Question("figure", f"kind_{option}", says, sql)

    def _of_month(self, kind: str, between: str, word: str) -> str:
        topic = " AND a.topic = 'condolence'" if kind == "visit" else ""
        where = f"WHERE a.{_NOW} AND a.kind = '{kind}'{topic} AND a.date {between}"
        if word == "people":
            return (
                "SELECT COUNT(DISTINCT m.subject_id) FROM ledger_activity a JOIN "
                f"ledger_participant m ON m.activity_id = a.id AND m.part = "
                f"'whom' AND m.{_NOW} {where}"
            )
        what = "COUNT(DISTINCT a.date)" if word == "days" else "COUNT(*)"
        return f"SELECT {what} FROM ledger_activity a {where}"


_HALF = 'at_least = "5%"'

#: Lists that the entries are made of.
LISTS = (
    "".join(
        f'\n[list.seen_{months}]\ntitle = "seen"\nof = "returnees"\n'
        f'where.private_talk = {{ as = "whom", date = {{ from = "{months} months ago" }} }}\n'
        for months in range(1, 7)
    )
    + '\n[list.villages]\ntitle = "villages"\nof = "place"\nwhere.level = "village"\n'
)

"""The pages of the desk as a clerk and a helper ask for them, each beside its bare query.

The bare query reads the same rows as the page from the same tables, written by hand, with nothing
asked about rights, about what was known when, or about who is shown what.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from django.db import connection
from django.test import Client

from bangfu.ledger.actions import person as persons
from bangfu.ledger.models import Place
from bangfu.ledger.models import Reading as Kept
from benchmarks.county import BY, EARLIER, ON, PAIRED, County
from benchmarks.timing import ROUNDS, WARM_UP, once, queries, take

#: Rows on one page of a list.
SHOWN = 50
#: So many requests at most until a page counts nothing anew any more.
SETTLED = 60


@dataclass(frozen=True, slots=True)
class Page:
    """One page: who asks, its address, and the bare query of its rows."""

    name: str
    reader: str
    address: str
    bare: str
    parameters: tuple[Any, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One page at one size. ``cold``: nothing kept; ``after_write``: the request after a write.

    ``pace``: a fixed loop beside it, by which runs at other hours are compared.
    """

    database: str
    people: int
    page: str
    reader: str
    queries: int
    median_ms: float
    p95_ms: float
    cpu_ms: float
    pace_ms: float
    bare_ms: float
    cold_ms: float
    cold_queries: int
    after_write_ms: float
    after_write_queries: int

    @property
    def ratio(self) -> float:
        """How many times the bare query the page takes."""
        return self.median_ms / self.bare_ms


def measure(entered: County, *, rounds: int = ROUNDS, warm_up: int = WARM_UP) -> Iterator[Line]:
    """Every page of a county, one after another."""
    import_module("bangfu.config.wsgi")  # which settles this process as it does a server's
    clients = {"clerk": Client(), "helper": Client()}
    for name, account in (("clerk", entered.clerk), ("helper", entered.helper)):
        clients[name].force_login(account)
    for page in pages(entered):
        yield _measured(page, clients[page.reader], entered, rounds, warm_up)


def _measured(page: Page, client: Client, entered: County, rounds: int, warm_up: int) -> Line:
    def ask() -> None:
        answer = client.get(page.address, secure=True)
        assert answer.status_code == 200, f"{page.address}: {answer.status_code}"

    Kept.objects.all().delete()
    cold, cold_queries = _both(ask)
    _settle(ask)
    warm_queries = queries(ask)
    taken = take(ask, rounds=rounds, warm_up=warm_up)
    bare = take(_bare(page), rounds=rounds, warm_up=warm_up)
    _write(entered)
    after, after_queries = _both(ask)
    return Line(
        connection.vendor, entered.people, page.name, page.reader, warm_queries, taken.median_ms,
        taken.p95_ms, taken.cpu_ms, taken.pace_ms, bare.median_ms, cold, cold_queries, after,
        after_queries,
    )  # fmt: skip


def _both(ask: Callable[[], None]) -> tuple[float, int]:
    """The milliseconds and the queries of one request."""
    took: list[float] = []
    asked = queries(lambda: took.append(once(ask)))
    return took[0], asked


def _settle(ask: Callable[[], None]) -> None:
    """Ask until nothing more is counted: a page counts for a while and leaves the rest."""
    kept = -1
    for _ in range(SETTLED):
        ask()
        if kept == (kept := Kept.objects.count()):
            return


def _write(entered: County) -> None:
    """One more person, by which every figure over persons has to be counted anew."""
    village = Place.objects.current().filter(level="village", ended__isnull=True).first()
    persons.register(by=BY, name="新来的人", place=village, on=PAIRED, source="benchmark")


def _bare(page: Page) -> Callable[[], None]:
    def ask() -> None:
        with connection.cursor() as cursor:
            cursor.execute(page.bare, page.parameters)
            cursor.fetchall()

    return ask


# ------------------------------------------------------------------ what is asked

_PERSONS = (
    "SELECT s.id, s.name, p.sex, p.birth, p.education, p.relation, l.name "
    "FROM ledger_subject s "
    "JOIN ledger_person p ON p.fact_id = s.id AND p.superseded_at IS NULL "
    "LEFT JOIN ledger_place l ON l.id = s.place_id "
    "WHERE s.superseded_at IS NULL AND s.kind = 'person'"
)
_ENROLLED = (
    " AND EXISTS (SELECT 1 FROM ledger_enrolment e WHERE e.subject_id = s.id "
    "AND e.superseded_at IS NULL AND e.programme_id = %s AND e.name = 'returnees')"
)
_IN_ORDER = " ORDER BY s.sort_key, s.id LIMIT 50"
_COUNTED = (
    "SELECT COUNT(*) FROM ledger_enrolment WHERE superseded_at IS NULL AND programme_id = %s "
    "AND name = 'returnees' AND began <= %s AND (ended IS NULL OR ended >= %s)"
)
_SHARED = (
    "SELECT COUNT(*) FROM ledger_enrolment e JOIN ledger_person p ON p.fact_id = e.subject_id "
    "AND p.superseded_at IS NULL AND p.birth IS NOT NULL AND p.education <> '' "
    "WHERE e.superseded_at IS NULL AND e.programme_id = %s AND e.name = 'returnees' "
    "AND e.began <= %s AND (e.ended IS NULL OR e.ended >= %s)"
)
_GROUPED = (
    "SELECT option, COUNT(*) FROM ledger_class WHERE superseded_at IS NULL AND programme_id = %s "
    "AND name = 'need_kind' AND began <= %s AND (ended IS NULL OR ended >= %s) GROUP BY option"
)
_PAIRS = (
    "SELECT COUNT(*), SUM(CASE WHEN began > %s THEN 1 ELSE 0 END) FROM ledger_pairing "
    "WHERE superseded_at IS NULL AND programme_id = %s AND name = 'one_to_one' AND began <= %s"
)
_HELPED = (
    " AND s.id IN (SELECT r.subject_id FROM ledger_pairing r "
    "WHERE r.superseded_at IS NULL AND r.helper_id = %s)"
)
_ONE = (
    "SELECT s.*, p.sex, p.birth, p.education, p.identity, p.phone, r.helper_id, e.name, c.option "
    "FROM ledger_subject s "
    "JOIN ledger_person p ON p.fact_id = s.id AND p.superseded_at IS NULL "
    "LEFT JOIN ledger_pairing r ON r.subject_id = s.id AND r.superseded_at IS NULL "
    "LEFT JOIN ledger_enrolment e ON e.subject_id = s.id AND e.superseded_at IS NULL "
    "LEFT JOIN ledger_class c ON c.subject_id = s.id AND c.superseded_at IS NULL WHERE s.id = %s"
)


def pages(entered: County) -> list[Page]:
    """The pages that the demand names, with their bare queries."""
    of, on = _key(entered.programme.fact), ON.isoformat()
    began = f"/programmes/{entered.programme.name}"
    middle, last = max(1, entered.people // SHOWN // 2), max(1, entered.people // SHOWN)
    counted = (of, on, on)

    def clerk(name: str, address: str, bare: str, *parameters: Any) -> Page:
        return Page(name, "clerk", address, bare, parameters)

    def helper(name: str, address: str, bare: str, *parameters: Any) -> Page:
        return Page(name, "helper", address, bare, parameters)

    def from_row(page: int) -> str:
        return f"{_IN_ORDER} OFFSET {(page - 1) * SHOWN}"

    filtered = " AND p.sex = '2' AND p.education IN ('college', 'bachelor', 'master', 'doctor')"
    back = " ORDER BY s.sort_key DESC, s.id DESC LIMIT 50"
    enrolled, figures = f"{began}/lists/returnees/?on={on}", f"{began}/figures"
    mine, one = _key(entered.helper.person_id), _key(entered.helped)
    return [
        clerk("list of persons", "/lists/person/", _PERSONS + _IN_ORDER),
        clerk("… in the middle", f"/lists/person/?page={middle}", _PERSONS + from_row(middle)),
        clerk("… its last page", f"/lists/person/?page={last}", _PERSONS + from_row(last)),
        clerk(
            "… filtered and sorted",
            "/lists/person/?sex=2&education=college&sort=-name",
            _PERSONS + filtered + back,
        ),
        helper("… the own ones", "/lists/person/", _PERSONS + _HELPED + _IN_ORDER, mine),
        clerk("list of a programme", enrolled, _PERSONS + _ENROLLED + _IN_ORDER, of),
        clerk(
            "… in the middle",
            f"{enrolled}&page={middle}",
            _PERSONS + _ENROLLED + from_row(middle),
            of,
        ),
        helper("… the own ones", enrolled, _PERSONS + _ENROLLED + _HELPED + _IN_ORDER, of, mine),
        clerk("figure: a count", f"{figures}/returnees_in/?on={on}", _COUNTED, *counted),
        clerk("figure: a share", f"{figures}/base_share/?on={on}", _SHARED, *counted),
        clerk("figure: by group", f"{figures}/need_classes/?on={on}", _GROUPED, *counted),
        clerk(
            "figure with a bridge",
            f"{figures}/pairs_made/?on={on}&since={EARLIER.isoformat()}",
            _PAIRS, EARLIER.isoformat(), of, on,
        ),
        helper("figure: a count", f"{figures}/returnees_in/?on={on}", _COUNTED, *counted),
        clerk("programme", f"{began}/?on={on}", _COUNTED, *counted),
        helper("programme", f"{began}/?on={on}", _COUNTED, *counted),
        clerk("subject", f"/subjects/{entered.helped}/", _ONE, _key(entered.helped)),
        helper("subject", f"/subjects/{entered.helped}/", _ONE, _key(entered.helped)),
        clerk("today", "/", _COUNTED, *counted),
        helper("today", "/", _PERSONS + _HELPED + _IN_ORDER, mine),
        helper("before knocking", f"/subjects/{entered.helped}/before/", _ONE, one),
        helper("visit, its form", f"/subjects/{entered.helped}/visit/", _ONE, one),
        clerk("board of pairs", f"{began}/pairings/one_to_one/?on={on}", _PAIRS, on, of, on),
        clerk(
            "picking a helper",
            f"/pick/?name=helper&kind=person&programme={entered.programme.name}&role=helper"
            f"&of=one_to_one&on={on}",
            _PAIRS, on, of, on,
        ),
    ]  # fmt: skip


def _key(key: Any) -> Any:
    """A key as the database holds it."""
    return key if connection.features.has_native_uuid_field else key.hex

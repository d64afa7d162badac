"""Rows of the declared kinds held against the ledger: new, put right, ended, or unchanged."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from bangfu.intake.cells import AS_IS, Reason, Row, cell_of
from bangfu.intake.declared import DECLARED, NO_DAYS, Declared, named_in_title
from bangfu.intake.differences import tell
from bangfu.intake.payouts import ONE_EACH, several_in
from bangfu.intake.verdicts import Difference, Verdict
from bangfu.ledger.access import may
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.intake_rows import NewRecord
from bangfu.ledger.codes import CodeError, book
from bangfu.ledger.models import Place, Subject
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import plain_text
from bangfu.programmes.kinds import Label

if TYPE_CHECKING:
    from bangfu.intake.records import Records

Told = dict[str, Any]


def judge_listed(records: Records, row: Row, whom: Subject, verdict: Verdict) -> None:
    """What a row says of somebody, held against what stands of the same sort."""
    kind = records.kind
    way = DECLARED[kind]
    told = _told(records, way, row)
    _complete(row, way, told, kind)
    if kind == "stint":
        _days_fit(row, told)
    elif kind == "encounter":
        _paid_for(row, told)
    if row.wrong or row.doubts:
        return
    stands = _stands(records, way, whom, told, row)
    if row.wrong or row.doubts:
        return
    if stands is None:
        _enter(records, way, row, whom, told, verdict)
    else:
        _hold_against(records, way, row, stands, told, verdict)


# ── what a row says ───────────────────────────────────────────────────────────────────────────


def _told(records: Records, way: Declared, row: Row) -> Told:
    """What the cells of a row say, and the title where they do not; blanks are left out."""
    kind = records.kind
    said = {key: row.sure(f"{kind}.{key}") for key in way.fields}
    days = ("began", "ended") if way.lasts else (way.day,)
    said |= {key: row.sure(f"{kind}.{key}") for key in days}
    if way.words:
        said |= _in_words(row, f"{kind}.{way.words}", row.text(f"{kind}.title"))
    if kind == "encounter":
        said["date"] = said["date"] or row.sure("encounter.discharged")
    told = {key: value for key, value in said.items() if value not in (None, "")}
    if (
        not told.get("kind")
        and "kind" in way.fields
        and (word := named_in_title(kind, records.called))
    ):
        told["kind"] = word
    for key, sorts in way.bodies.items():
        if (body := records.held.bodies.of(row, f"{kind}.{key}", sorts)) is not None:
            told[key] = body
    return told


def _in_words(row: Row, target: str, title: str) -> Told:
    """A word of a code book; another one is kept as a title of its own."""
    text = row.text(target)
    if not text:
        return {}
    try:
        return {"kind": book("qualification").read(text)}
    except CodeError:
        if several_in("qualification", text):
            row.wrong.append(Reason(cell_of(row, target), ONE_EACH))
        return {"kind": "other", "title": f"{text}({title})" if title else text}


def _complete(row: Row, way: Declared, told: Told, kind: str) -> None:
    """What a record of the kind cannot be without; each lack is said at its cell."""
    lacking = [(keys[0], says) for keys, says in way.needed if not any(map(told.get, keys))]
    if not way.lasts and not told.get(way.day):
        lacking.append((way.day, _WHEN))
    if not row.wrong and not row.doubts:
        row.wrong += [Reason(cell_of(row, f"{kind}.{key}"), says) for key, says in lacking]


def _days_fit(row: Row, told: Told) -> None:
    """Days in one piece: as many as the row counts, else it is not known which they were."""
    began, ended, days = told.get("began"), told.get("ended"), row.sure("stint.days")
    stays = told.get("kind") == "in_village"
    if row.wrong or row.doubts or not isinstance(began, dt.date):
        return
    if ended is None:
        if days is not None or not stays:
            row.wrong.append(Reason(cell_of(row, "stint.ended"), NO_DAYS))
    elif isinstance(days, int | float) and ended >= began:
        run = [began + dt.timedelta(n) for n in range((ended - began).days + 1)]
        fits = {len(run)} if stays else {len(run), sum(day.weekday() < 5 for day in run)}
        if days not in fits and (stays or row.settled != AS_IS):
            says = Label(
                f"起止日期是{len(run)}天，天数写的是{plain_text(days, 'number')}天，哪个对",
                f"{len(run)} days from the first to the last, and {days} are counted; which is it",
            )
            row.doubts.append(Reason(cell_of(row, "stint.days"), says, () if stays else _RIGHT))


def _paid_for(row: Row, told: Told) -> None:
    """What was reimbursed in all: said so, or the sum of its parts, and the rest is one's own."""
    parts = {
        target: said.value for target, said in row.told.items()
        if target.startswith("encounter.reimbursed#") and said.state == "sure"
    }  # fmt: skip
    own, cost = row.sure("encounter.own"), told.get("cost")
    if parts:
        together = sum(parts.values())
        if told.setdefault("reimbursed", together) != together:
            row.doubts.append(Reason(cell_of(row, "encounter.reimbursed"), _NOT_THE_SUM))
    elif isinstance(own, int) and isinstance(cost, int) and "reimbursed" not in told:
        told["reimbursed"] = cost - own
    if isinstance(own, int) and "reimbursed" in told and cost != told["reimbursed"] + own:
        row.doubts.append(Reason(cell_of(row, "encounter.own"), _NOT_THE_REST))


# ── what stands ───────────────────────────────────────────────────────────────────────────────


def _stands(records: Records, way: Declared, whom: Subject, told: Told, row: Row) -> Any:
    """The record on record that a row says again; each answers for one row where it happened."""
    held = [one for one in records.held.of.get(whom.fact, ()) if _same(way, one, told)]
    if way.lasts:
        return _lasting(records, held, told, row)
    fits = [one for one in held if getattr(one, way.day) == told[way.day]
            and one.fact_key not in records.held.answered]  # fmt: skip
    alike = [one for one in fits if not any(True for _ in _otherwise(way, one, told))]
    found = next(iter([*alike, *fits]), None)
    if found is not None:
        records.held.answered.add(found.fact_key)
        records.said.setdefault(_sort_of(records, way, whom, told), row.number)
        return found
    _asked_once(records, way, whom, told, row)
    return None


def _same(way: Declared, one: Any, told: Told) -> bool:
    """Whether a record is of the sort that a row speaks of, the days aside."""
    return all(_plain(getattr(one, key)) == _plain(told.get(key)) for key in way.same)


def _plain(value: Any) -> Any:
    return value.fact_key if hasattr(value, "fact_key") else value or None


def _lasting(records: Records, held: list[Any], told: Told, row: Row) -> Any:
    """Of lasting ones that which begins on the row's day, else that which shares days with it."""
    began, ended = told.get("began"), told.get("ended")
    since = records.held.since
    if exact := next((one for one in held if since[one.fact_key] == began), None):
        return exact
    if records.kind == "stint":
        return None
    first = began or (min(ended, records.on) if ended else records.on)
    last = ended or dt.date.max
    for one in held:
        if since[one.fact_key] <= last and (one.ended is None or first <= one.ended):
            if began is not None:
                day = since[one.fact_key]
                says = Label(f"台账里从{day}起，不改", f"on record since {day}; stays")
                row.notes.append(Reason(cell_of(row, f"{records.kind}.began"), says))
            return one
    return None


def _sort_of(records: Records, way: Declared, whom: Subject, told: Told) -> tuple[Any, ...]:
    """Whose, when and which: what two rows of one happening have in common."""
    named = (_plain(told.get(name)) for name in way.same)
    return records.kind, whom.fact, told[way.day], *named


def _asked_once(records: Records, way: Declared, whom: Subject, told: Told, row: Row) -> None:
    """A second record of one day may be the first written twice; unless it says the same."""
    before = records.said.setdefault(_sort_of(records, way, whom, told), row.number)
    if before != row.number and row.settled != AS_IS:
        says = Label(
            f"与第{before}行是同一天的同一项，是两次还是重复",
            f"of the same day and sort as row {before}; two of them?",
        )
        choices = ((AS_IS, Label("是两次，都记", "two of them; write both")),)
        row.doubts.append(Reason(cell_of(row, f"{records.kind}.{way.day}"), says, choices))


# ── what becomes of it ────────────────────────────────────────────────────────────────────────


def _enter(
    records: Records, way: Declared, row: Row, whom: Subject, told: Told, verdict: Verdict
) -> None:
    """What is not on record yet; what lasts and names no first day holds from the list's."""
    kind, new = records.kind, {key: told[key] for key in told if key != way.day}
    day = told.get(way.day) or records.on
    records.days[row.number] = cell_of(row, f"{kind}.{way.day}")
    new |= {way.whose: whom, "began" if way.lasts else "on": day}
    if kind == "stint":
        new |= {"approved": row.sure("stint.approved"), "place": _village(records.stays)}
    elif kind == "affiliation":
        new = {"kind": "", **new}
        new |= {"reason": _why(row, way, kind)} if "ended" in new else {}
    elif kind == "encounter" and (diagnosis := row.text("encounter.diagnosis")):
        new["diagnosis"] = diagnosis
        verdict.differences.append(Difference("encounter.diagnosis", _DIAGNOSIS, "", "●●●"))
    verdict.records.append(NewRecord(way.enter, new))
    _show(verdict, way, kind, {**told, way.day: day})


def _show(verdict: Verdict, way: Declared, kind: str, told: Told) -> None:
    """What a row writes, as it is shown; sealed numbers are covered."""
    days = (way.day, "ended") if way.lasts else (way.day,)
    shown = {key: told[key] for key in (*way.fields, *days) if key in told}
    shown |= {key: told[key].name for key in way.bodies if key in told}
    sealed = [key for key in shown if VOCABULARY[kind][key].sensitivity == "sealed"]
    shown |= dict.fromkeys(sealed, "●●●")
    tell(verdict, kind, **shown)


def _hold_against(
    records: Records, way: Declared, row: Row, stands: Any, told: Told, verdict: Verdict
) -> None:
    """What a row says otherwise than a record on record, and that it is over."""
    kind = records.kind
    news = dict(_otherwise(way, stands, told, records))
    if news:
        verdict.records.append(_put_right(records, way, stands, news))
        _differ(verdict, kind, stands, news)
    ended = told.get("ended")
    if way.end and isinstance(ended, dt.date) and ended != stands.ended:
        _end(way, row, stands, ended, verdict, kind)
    verdict.sort = "changes" if verdict.records else "unchanged"


def _put_right(records: Records, way: Declared, stands: Any, news: Told) -> NewRecord:
    """The action that puts a record right; another role in a body is one from the list's day on."""
    kind = records.kind
    whole = {key: getattr(stands, key) for key in way.right if way.whole}
    whole |= {key: getattr(stands, key) for key in _TOLD_TOO.get(kind, ())}
    whole |= {"number": ""} if kind == "qualification" else {}
    whole |= {"on": stands.date} if kind == "award" else {}
    if kind != "affiliation" or not news.get("role") or not stands.role:
        return NewRecord(way.correct, {kind: stands, **whole, **news})
    more = whole if len(news) > 1 else {}
    return NewRecord("affiliation.change_role",
                     {kind: stands, "on": records.on, **more, **news})  # fmt: skip


#: What an action of putting right is told besides what may be put right.
_TOLD_TOO: Mapping[str, tuple[str, ...]] = {
    "qualification": ("kind", "title", "began", "ended"), "award": ("title",),
}  # fmt: skip


def _otherwise(
    way: Declared, one: Any, told: Told, records: Records | None = None
) -> Iterator[tuple[str, Any]]:
    """The fields that a row says otherwise than a record, of those that may be put right."""
    for key in way.right:
        if key not in told:
            continue
        held = getattr(one, key)
        if isinstance(held, bytes | memoryview):
            held = records.held.opened(one, key) if records else told[key]
        if (held or None) != (told[key] or None):
            yield key, told[key]


def _differ(verdict: Verdict, kind: str, stands: Any, news: Told) -> None:
    """What is put right, old and new as they are shown."""
    for key, value in news.items():
        field, old = VOCABULARY[kind][key], getattr(stands, key)
        if field.sensitivity == "sealed":
            shown = "●●●" if old else "", "●●●"
        else:
            codes: Mapping[str, Label] = field.codes
            both = (codes[v].zh if v in codes else plain_text(v, field.type) for v in (old, value))
            shown = next(both), next(both)
        verdict.differences.append(Difference(f"{kind}.{key}", field.label, *shown))


def _end(way: Declared, row: Row, stands: Any, ended: dt.date, verdict: Verdict, kind: str) -> None:
    """That a record ends on a day; a last day that stands is moved on its own page alone."""
    if stands.ended is not None and not (kind == "stint" and ended < stands.ended):
        says = Label(f"台账里到{stands.ended}止，不改", f"on record until {stands.ended}; stays")
        row.notes.append(Reason(cell_of(row, f"{kind}.ended"), says))
        return
    told: Told = {kind: stands, "on": ended}
    told |= {"reason": _why(row, way, kind)} if way.reasons else {}
    verdict.records.append(NewRecord(way.end, told))
    tell(verdict, kind, ended=ended)


def _village(place: Place | None) -> Place | None:
    """Where somebody stays, if that is a village."""
    return place if place is not None and place.level == "village" else None


def _why(row: Row, way: Declared, kind: str) -> str:
    return row.text(f"{kind}.end_reason") or "other"


_WHEN = Label("没有写明哪一天", "it does not say on which day")
_DIAGNOSIS = Label("诊断", "Diagnosis")
_NOT_THE_SUM = Label(
    "报销合计与各项报销之和不一致，请核对", "what was reimbursed in all is not the sum of its parts"
)
_NOT_THE_REST = Label(
    "总费用减去报销不等于自付金额，请核对", "the cost less what was reimbursed is not what was left"
)
_RIGHT = ((AS_IS, Label("起止日期没写错", "the days are right")),)


def closed_to(by: By) -> Mapping[str, Label]:
    """What of a list may not be written by whom, and why: illness, by whoever treats nobody.

    The command line treats nobody.
    """
    treats = by.user is not None and may(by.user, "health.note")
    return {} if treats else {"encounter.diagnosis": _ILLNESS}


_ILLNESS = Label(
    "诊断是健康明细，只由有医务人员授权的账号接收；其他各列照常接收",
    "a diagnosis is health detail, taken from accounts of clinicians only; the rest is taken",
)

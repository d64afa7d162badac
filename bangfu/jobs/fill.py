"""Forms at the command line: what their columns mean, and the same file filled."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any
from uuid import UUID

import click

from bangfu.jobs.console import DAY, FILE, Failure, Verb, answer, spoken, table, tell, words
from bangfu.jobs.places import named
from bangfu.jobs.user import account_named, programme_named
from bangfu.ledger import clock
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Subject
from bangfu.ledger.moment import Moment
from bangfu.lists.demands import Earlier
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.blanks import REASONS, blanks_of, by_reason, reasons_told
from bangfu.paper.forms.fill import FilledForm, fill_any, plan
from bangfu.paper.forms.handed_out import hand_out
from bangfu.paper.forms.noted import asked_before, called, note
from bangfu.paper.forms.told import ColumnTold, TableTold
from bangfu.programmes.kinds import Label

#: The cells of one column are named in so many characters; the report names all of them.
_LONGEST = 120


class Answer(click.ParamType[tuple[str, str]]):
    """What a column means: its spot, as --explain names it, and a field, a list or ``-``."""

    name = "spot=field"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Read the answer."""
        if isinstance(value, tuple):
            return value
        spot, sign, word = str(value).rpartition("=")
        if not sign or "!" not in spot or not word:
            self.fail(f"{value!r} is no answer; write Sheet1!C6=person.phone", param, ctx)
        return spot.strip(), word.strip()


@click.command("fill", cls=Verb)
@click.argument("form", type=FILE)
@click.option("-o", "--out", type=click.Path(path_type=Path), help="The filled file.")
@click.option("--place", metavar="CODE", help="Of records within this division.")
@click.option("--programme", metavar="NAME", help="Under this programme.")
@click.option("--on", type=DAY, help="As things were on this day (today).")
@click.option("--subject", metavar="NAME|KEY", help="Whom a card is about.")
@click.option("--answer", "answers", type=Answer(), multiple=True, help="What a column means.")
@click.option("--asker", default="", help="Who asks for the form; counted.")
@click.option("--paper", default="", help="On what paper, by its number.")
@click.option("--as", "account", metavar="ACCOUNT", help="With what this account may see.")
@click.option("--purpose", default="", help="For what; opens sealed numbers and is written down.")
@click.option("--masked", is_flag=True, help="Leave sealed numbers masked, whatever the purpose.")
@click.option("--explain", is_flag=True, help="Show what was understood; writes nothing.")
def fill(
    form: Path,
    out: Path | None,
    place: str | None,
    programme: str | None,
    on: dt.date | None,
    subject: str | None,
    answers: Sequence[tuple[str, str]],
    asker: str,
    paper: str,
    account: str | None,
    purpose: str,
    masked: bool,
    explain: bool,
) -> None:
    """Fill a blank form of others in its own layout.

    Only cells that the ledger answers are written; the rest of the file stays as it is. Beside
    the filled file a report in JSON says of every cell from which records or figure it came, and
    which were left blank and why. Numbers of persons are masked unless --purpose says what for.
    Under --as a purpose is needed, and that the rows are handed out is written into the journal;
    --masked leaves the numbers masked.
    """
    day = on or clock.today()
    request = Request(
        moment=Moment(day),
        user=account_named(account) if account else None,
        place=named(place, day) if place else None,
        programme=programme_named(programme) if programme else None,
        subject=_subject(subject) if subject else None,
        purpose="" if masked else purpose,
        answers=dict(answers),
    )
    if explain:
        _explain(form, request)
    else:
        _write(form, out, request, purpose.strip(), asker, paper)


def _subject(said: str) -> UUID:
    try:
        rows = Subject.objects.current().filter(fact=UUID(said))
    except ValueError:
        rows = Subject.objects.current().filter(name=said, kind__in=("person", "household"))
    keys = list(rows.values_list("fact", flat=True)[:2])
    if len(keys) != 1:
        raise Failure(
            "“{s}”{n}；请用 bangfu list person --json 查到编号再填",
            "“{s}” {m}; look its key up with: bangfu list person --json",
            s=said,
            n="不止一个" if keys else "没有找到",
            m="is more than one" if keys else "was not found",
        )
    return keys[0]


def _explain(form: Path, request: Request) -> None:
    book, tables = plan(form, request)
    data = {
        "file": form.name,
        "format": book.format,
        "tables": [one.as_data() for one in tables],
        "before": [one.as_data() for one in asked_before(request, tables)],
        "remarks": [spoken(remark) for remark in book.remarks],
    }
    answer(data, lambda: "\n\n".join(map(_explained, tables)) or words("没有表格", "No table."))


def _write(
    form: Path, out: Path | None, request: Request, purpose: str, asker: str, paper: str
) -> None:
    if request.user is not None and not purpose:
        raise Failure(
            "以账户填表须写明用途：--purpose “…”；号码要脱敏时加 --masked",
            "Filling with an account needs --purpose “…”; --masked leaves numbers masked.",
        )
    done = fill_any(form, request)
    target = out or form.with_name(f"{form.stem}-已填{done.suffix}")
    if target.resolve() == form.resolve():
        raise Failure("不能覆盖空白表", "The blank form is not written over.")
    before = asked_before(request, done.tables)
    by = By(request.user, request.door, purpose=purpose)
    if request.user is not None:
        hand_out(by=by, request=request, done=done)
    note(by=by, request=request, done=done, title=called(form.name, done), asker=asker, paper=paper)
    report = target.with_suffix(".json")
    data = {
        **{"form": form.name, "file": target.name},
        **_asked(request),
        **done.as_data(),
        "blank": reasons_told(done.tables),
    }
    target.write_bytes(done.content)
    text = json.dumps(data, ensure_ascii=False, indent=1, default=str)
    report.write_text(text, encoding="utf-8")
    for said in done.notes:
        tell("{n}", "{n}", n=said)
    for one in before:
        _tell_before(one)
    answer(
        {**data, "report": report.name},
        lambda: "\n\n".join(
            [_written(done, target, report), *map(_explained, done.tables), *_blank(done.tables)]
        ),
    )


def _blank(tables: Sequence[TableTold]) -> Iterator[str]:
    """Why cells are blank, in one list: by reason, each column with its cells."""
    found = by_reason(blanks_of(tables))
    if not found:
        return
    lines = [words("留空的格，按原因：", "Blank cells, by reason:")]
    for reason, gaps in found.items():
        lines.append(f"{spoken(REASONS[reason])} ({sum(len(gap.blanks) for gap in gaps)})")
        lines += [
            f"  {gap.heading} {len(gap.blanks)}: {_cut(gap.cells)}"
            + (f"  ({spoken(gap.says)})" if gap.says != REASONS[reason] else "")
            for gap in gaps
        ]
    yield "\n".join(lines)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"


def _tell_before(one: Earlier) -> None:
    """What was given before of a form like this one."""
    demand = one.demand
    tell(
        "以前报过：{t}，{d}，{a}，{p}；{s}",
        "Handed up before: {t}, {d}, {a}, {p}; {s}",
        t=demand.title,
        d=demand.date,
        a=demand.asker or "-",
        p=demand.paper or "-",
        s=words("同一张表", "the same form")
        if one.same
        else words("{n}/{m} 栏相同", "{n} of {m} columns", n=one.shared, m=one.of),
    )


def _asked(request: Request) -> dict[str, Any]:
    return {
        "on": request.moment.on,
        "place": request.place.code or request.place.name if request.place else None,
        "programme": request.programme.name if request.programme else None,
        "purpose": request.purpose,
    }


def _written(done: FilledForm, target: Path, report: Path) -> str:
    return words(
        "已填 {n} 格，写入 {f}；来源见 {r}",
        "{n} cells filled, written to {f}; where they came from: {r}",
        n=done.filled,
        f=target,
        r=report,
    )


# ------------------------------------------------------------------ in words


def _explained(one: TableTold) -> str:
    head = words(
        "工作表“{s}”：{t}\n每行是：{k}（{c:.0%}，{r}）",
        "Sheet “{s}”: {t}\nA row is: {k} ({c:.0%}, {r})",
        s=one.sheet,
        t=one.title or "-",
        k=f"{one.shape}/{one.kind}",
        c=one.confidence,
        r=spoken(one.reason),
    )
    if one.header:
        head += words(
            "\n表头：第{a}至{b}行", "\nHeading rows: {a} to {b}", a=one.header[0], b=one.header[1]
        )
    if one.rows_are.zh:
        head += words("\n填入：{w}", "\nRows: {w}", w=spoken(one.rows_are))
    if one.rows_choices:
        names = ", ".join(f"{name}({spoken(title)})" for name, title in one.rows_choices)
        head += words(
            "\n可换为（--answer {s}=…）：{n}",
            "\nOr (--answer {s}=…): {n}",
            s=one.rows_spot,
            n=names,
        )
    lines = [*map(spoken, one.remarks), table(_line(column) for column in one.columns)]
    asked = [_question(spots, choices) for choices, spots in _by_choices(one.to_ask).items()]
    return "\n".join([head, *lines, *asked])


def _line(column: ColumnTold) -> tuple[str, ...]:
    one, source = column.column, column.source
    meaning = source.path or (one.field or "")
    if source.figure is not None:
        meaning = f"{source.figure.aggregate} {'+'.join(source.figure.listing.of)}"
    period = one.period.text if one.period else ""
    state = (
        words("填", "filled")
        if column.answered
        else f"{words('空', 'blank')}：{spoken(source.why)}"
    )
    counts = (
        f"{column.filled}/{column.filled + column.blank}" if column.filled + column.blank else ""
    )
    return (
        column.spot.rpartition("!")[2],
        "›".join(one.path),
        meaning or source.sort,
        one.aggregate or "",
        period,
        f"{one.confidence:.0%}",
        state,
        counts,
    )


def _by_choices(
    columns: Iterable[ColumnTold],
) -> dict[tuple[tuple[str, Label], ...], list[str]]:
    """The cells of which something is asked, by what may be answered, which is said once."""
    found: dict[tuple[tuple[str, Label], ...], list[str]] = {}
    for column in columns:
        found.setdefault(tuple(column.choices), []).append(column.spot)
    return found


def _question(spots: Sequence[str], choices: Iterable[tuple[str, Label]]) -> str:
    return words(
        "要问：--answer {s}=…  {c}",
        "To ask: --answer {s}=…  {c}",
        s=", ".join(spots),
        c=", ".join(f"{word}({spoken(title)})" for word, title in choices),
    )

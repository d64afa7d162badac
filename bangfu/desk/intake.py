"""A list is taken in at the desk: brought, looked at, mended, accepted, taken back.

What was read in a list lies sealed and is opened a page at a time; nobody but who brought it
sees any of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django import forms
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET

from bangfu.desk.asks import Day, called
from bangfu.desk.entry import EntryForm, asking, entered, enters
from bangfu.desk.intake_faults import faults, with_alike
from bangfu.desk.page import page_of, reader, said, unkept
from bangfu.desk.pick import Pick
from bangfu.desk.work import line_of
from bangfu.intake.explain import kind_label
from bangfu.intake.kinds import TAKEN
from bangfu.intake.mends import Mends
from bangfu.intake.pages import SIZE, meanings
from bangfu.intake.staged import is_small
from bangfu.intake.under import SECTIONS
from bangfu.intake.verdicts import SORTS
from bangfu.keeping.work import at_once
from bangfu.ledger import clock, staging
from bangfu.ledger.access import may
from bangfu.ledger.actions import intake_steps as steps
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.upload import Brought
from bangfu.ledger.models import Intake, User
from bangfu.lists.intakes import list_open_to, lists_brought, own_list, tables_of
from bangfu.lists.work import work_on
from bangfu.programmes.kinds import Label
from bangfu.tables.own_workbook import height_of, peek

#: What a browser offers first; what is taken is known by its bytes.
ACCEPTED = ".xlsx,.xls,.et,.ods,.csv,.docx,.zip"
WHAT = "what"
STATES: Mapping[str, Label] = {
    "waiting": Label("读取中", "being read"),
    "judged": Label("待接收", "to be accepted"),
    "failed": Label("没能读取", "not read"),
    "accepted": Label("已接收", "accepted"),
    "discarded": Label("已放弃", "discarded"),
    "undone": Label("已撤销", "taken back"),
}


class BringForm(EntryForm):
    """A list as a file, and for what and on what ground it is taken in."""

    file = forms.FileField(
        label=gettext_lazy("The list (xlsx, xls, et, ods, csv, docx, or a zip of several)"),
        widget=forms.FileInput(attrs={"accept": ACCEPTED}),
        help_text=gettext_lazy(
            "Drag it here or choose it, as it is: no template, no heading has to be renamed. You "
            "see first what would become of every row; nothing is written before you accept."
        ),
    )  # fmt: skip
    purpose = forms.CharField(
        label=gettext_lazy("For what the list is taken in"), min_length=2, max_length=200,
        help_text=gettext_lazy("Say it without names: the journal keeps it."),
    )  # fmt: skip
    ground = forms.ChoiceField(
        label=gettext_lazy("On what ground"), widget=forms.RadioSelect,
        choices=[(key, called(label)) for key, label in steps.GROUNDS.items()],
    )  # fmt: skip
    place = Pick("place", required=False, label=gettext_lazy("Where it is from"))
    on = Day(label=gettext_lazy("Of which day it tells"), initial=clock.today)
    paper = forms.CharField(
        required=False, max_length=100, label=gettext_lazy("Number of the paper, if there is one")
    )
    folded = ("paper",)

    def __init__(self, request: HttpRequest, *, initial: dict[str, Any] | None = None) -> None:
        super().__init__(request, initial=initial)
        self.fields["place"].help_text = _("Needed only where the rows do not name their village.")

    def clean(self) -> dict[str, Any]:
        """The browser keeps no file of a form that was not taken."""
        told = super().clean() or {}
        if self.errors and told.get("file"):
            self.add_error("file", _("Choose the file again; the browser does not keep it."))
        return told


@enters("intake.stage")
def bring(request: HttpRequest) -> HttpResponse:
    """Brings a list in; below, what was brought before."""
    form = BringForm(request)

    def act(by: By, told: dict[str, Any]) -> Intake:
        file, user = told["file"], by.user
        content = file.read()
        if (given_out := _given_out(request, content)) is not None:
            return put_instead(by, given_out, content)
        return steps.stage(
            by=By(user, "desk", by.key, told["purpose"]), brought=Brought(content),
            name=file.name, place=told["place"], on=told["on"], ground=told["ground"],
            paper=told["paper"],
        )  # fmt: skip

    def then(intake: Intake) -> str:
        read_soon(intake)
        return reverse("desk:intake", args=[intake.pk])

    _too_large(request, form)
    done = entered(request, form, act, word=_("The list is here; nothing of it is written yet."),
                   to=then)  # fmt: skip
    earlier = lists_brought(reader(request))
    page = page_of(request, earlier, earlier.count())
    return done or asking(
        request, form, title=_("Take a list in"), back=reverse("desk:lists"),
        template="desk/intake_bring.html", button=_("Bring and check it"),
        page=page, lists=[line_of_list(one) for one in page.object_list],
    )  # fmt: skip


def _given_out(request: HttpRequest, content: bytes) -> Intake | None:
    """The open list of the reader whose workbook a file is, given out to be mended."""
    kept = peek(content)
    if kept is None or kept.sort != "mend":
        return None
    try:
        found = own_list(reader(request), UUID(kept.about))
    except ValueError:
        return None
    return found if found is not None and found.open else None


def put_instead(by: By, intake: Intake, content: bytes) -> Intake:
    """Let a mended file take the place of a list's; cells that were mended stand in it already.

    Doubts that were decided and rows that were left out hold on, unless rows came or went.
    """
    kept, mends = peek(content), Mends.told(staging.mends_of(intake))
    height = kept.columns[:1] if kept is not None else ()
    told = Mends(settled=mends.settled, left=mends.left)
    if height != (str(height_of(content)),):
        told = Mends()
    return steps.replace(by=by, intake=intake, brought=Brought(content), mends=told.kept())


def _too_large(request: HttpRequest, form: BringForm) -> None:
    """A file beyond what is read into memory does not arrive; that is said of it."""
    if request.method == "POST" and int(request.META.get("CONTENT_LENGTH") or 0) > steps.MOST_BYTES:
        text = _("The file has more than %(most)s MB; split it into several files.")
        form.add_error("file", text % {"most": steps.MOST_BYTES // 2**20})


def read_soon(intake: Intake) -> None:
    """Read a small list while its page is waited for; a large one is left to the worker."""
    if is_small(intake):
        at_once(intake)
        for one in tables_of(intake.user, intake) if intake.user else ():
            if one.state == "waiting":
                at_once(one)


@dataclass(frozen=True, slots=True)
class Line:
    """A list that was brought, as the table of all of them shows it."""

    intake: Intake
    state: Label
    counts: list[tuple[Label, int]]


def line_of_list(intake: Intake) -> Line:
    """A list with its state and how many rows have which verdict."""
    counts = [(SORTS[sort], n) for sort, n in intake.counts.items() if n and sort in SORTS]
    return Line(intake, STATES[intake.state], counts)


# ------------------------------------------------------------------ one list


def own_or_404(request: HttpRequest, key: UUID) -> Intake:
    """A list that the reader brought in; of others nothing is said."""
    found = own_list(reader(request), key)
    if found is None:
        raise Http404
    return found


@require_GET
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """One list: being read, its rows by verdict, what its columns ask, or what became of it."""
    user = reader(request)
    intake = list_open_to(user, key)
    if intake is None:
        raise Http404
    mine = intake.user_id == user.pk
    work = work_on(intake.pk) if intake.open else None
    going = work is not None and work.state in ("waiting", "running")
    if request.headers.get("HX-Request") == "true":
        return _progress(request, intake, work if going else None)
    context = {
        "title": intake.name,
        "intake": intake,
        "line": line_of_list(intake),
        "ground": steps.GROUNDS[intake.ground],
        "kind": kind_label(intake.kind) if intake.kind else None,
        "mine": mine,
        "trouble": Label(intake.trouble["zh"], intake.trouble["en"]) if intake.trouble else None,
        "work": line_of(work) if work else None,
        "going": going,
        "expires": intake.brought_at + steps.TERM,
        "undoes": mine and intake.state == "accepted" and may(user, "intake.undo"),
    }
    if mine and intake.open and not going:
        context |= _looked_at(request, intake)
    context |= _beside(user, intake, context.get("book"))
    return unkept(render(request, "desk/intake.html", context))


def _in_words(column: Mapping[str, Any]) -> str:
    """What a column that is taken asks, in the words in which it was understood."""
    return said(Label(column["says"]["zh"], column["says"]["en"])) if column["target"] else ""


@dataclass(frozen=True, slots=True)
class Beside:
    """One table of a file, as the page of each of its tables shows it."""

    line: Line
    table: Mapping[str, Any] | None
    here: bool


def _beside(user: User, intake: Intake, book: Any) -> dict[str, Any]:
    """All tables of the file, each with its kind, verdicts and state; and what can be accepted."""
    tables = tables_of(user, intake)
    told = {one["number"]: one for one in book["tables"]} if book else {}
    shown = [Beside(line_of_list(one), told.get(one.chosen), one.pk == intake.pk) for one in tables]
    good = [n for one in tables if (n := good_in(one)) and one.user_id == user.pk]
    return {"beside": shown, "accept_all": _accept_said(sum(good)) if len(good) > 1 else ""}


def good_in(intake: Intake) -> int:
    """How many rows of a list can be accepted now."""
    counts = intake.counts if intake.state == "judged" else {}
    return int(counts.get("new", 0) + counts.get("changes", 0))


def _progress(request: HttpRequest, intake: Intake, work: Any) -> HttpResponse:
    """How far the worker is, asked every other second; when it is through, the page anew."""
    context = {"intake": intake, "work": line_of(work) if work else None}
    response = render(request, "desk/parts/intake_progress.html", context)
    if work is None:
        response["HX-Refresh"] = "true"
    return unkept(response)


def _looked_at(request: HttpRequest, intake: Intake) -> dict[str, Any]:
    """What the tab shows that is asked for."""
    book = staging.part_of(intake, "book")
    tabs = [(sort, said(SORTS[sort]), n) for sort, n in intake.counts.items()]
    tab = request.GET.get("tab", "")
    if tab not in intake.counts:
        seen_first = _first(intake.counts, book) if intake.state == "judged" else WHAT
        tab = WHAT if tab == WHAT else seen_first
    good = good_in(intake)
    context = {"book": book, "tabs": tabs, "tab": tab, "good": good,
               "mended": len(staging.mends_of(intake)) > 0,
               "accept": _accept_said(good)}  # fmt: skip
    if tab == WHAT:
        return context | (_what(book) if book else {})
    return context | _rows(request, intake, tab, book)


def _accept_said(good: int) -> str:
    text = ngettext("Accept %(n)d row", "Accept %(n)d rows", good)
    return text % {"n": good}


def _asks_under(book: Mapping[str, Any]) -> bool:
    """Whether it must be said first under which entry of a programme the rows are written."""
    return book["taken_as"] in SECTIONS and not book["under"]


def _first(counts: Mapping[str, int], book: Mapping[str, Any] | None) -> str:
    """The tab that needs looking at first: where it is said under what all rows are written."""
    if book and _asks_under(book):
        return WHAT
    for sort in ("refused", "doubtful", "changes", "new", "unchanged"):
        if counts.get(sort):
            return sort
    return WHAT


def _rows(request: HttpRequest, intake: Intake, sort: str, book: Any) -> dict[str, Any]:
    total = intake.counts[sort]
    page = page_of(request, range(total), total, size=SIZE)
    rows = staging.part_of(intake, sort, page.number - 1) or []
    named = "path" if book.get("cards") else "letter"
    columns = {column[named]: column for column in book["columns"]}
    for row in rows:
        for reason in (*row["reasons"], *row["unread"]):
            column = columns.get(reason["asked"])
            reason["heading"] = column["path"] if column else ""
            reason["options"] = column["choices"] if column else []
    alike = staging.part_of(intake, "alike")
    for number, one in enumerate(alike or []):
        one["number"] = number
        if column := columns.get(one.get("asked", "")):
            one["heading"], one["options"] = column["path"], column["choices"]
    found = faults(rows) if sort in ("refused", "doubtful") else []
    return {
        "page": page,
        "rows": rows,
        "faults": found,
        "alike": with_alike(found, [one for one in alike or [] if sort in one["sorts"]]),
        "sort": SORTS[sort],
    }


def _what(book: Mapping[str, Any]) -> dict[str, Any]:
    """What the columns ask, with everything that each may be said to ask."""
    words = {word: said(label) for word, label in meanings()}
    for column in book["columns"]:
        offered = [(word, words[word]) for word in column["offered"] if word in words]
        column["likely"] = offered
        column["taken"] = words.get(column["target"]) or _in_words(column)
    return {
        "words": list(words.items()),
        "kinds": [(name, said(kind_label(name))) for name in TAKEN],
        "table": book["tables"][book["chosen"]],
        "asks_under": _asks_under(book),
        "taken_as": said(kind_label(book["taken_as"])) if book["taken_as"] else "",
    }

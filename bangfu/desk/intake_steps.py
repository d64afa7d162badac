"""What is done with a list that was brought: mended, accepted, let go, taken back."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext
from django.views.decorators.http import require_GET, require_POST

from bangfu.desk.asks import Day
from bangfu.desk.entry import EntryForm, asking, entered, enters
from bangfu.desk.errors import says_who_may
from bangfu.desk.intake import WHAT, good_in, own_or_404, put_instead, read_soon
from bangfu.desk.intake_faults import mended_at_once
from bangfu.desk.page import as_file, reader, refusal, said, whole_number
from bangfu.desk.pick import Pick
from bangfu.intake import staged
from bangfu.intake.commented import MEDIA_TYPE, MOST_ROWS, commented
from bangfu.intake.mends import MOST, Mends, is_cell
from bangfu.intake.under import entries
from bangfu.intake.verdicts import SORTS
from bangfu.ledger import staging
from bangfu.ledger.actions import intake as intakes
from bangfu.ledger.actions import intake_steps as steps
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.models import Intake
from bangfu.lists.intakes import tables_of
from bangfu.programmes.kinds import Label

_CELL, _SETTLE, _LEAVE, _SAME, _MEANS = "cell:", "settle:", "leave:", "same:", "means:"


def _done(request: HttpRequest, key: UUID, act: Callable[[By], str], tab: str = "") -> HttpResponse:
    """Do something with a list and go back to it; what was refused is said there."""
    try:
        messages.success(request, act(By(reader(request), "desk")))
    except Refused as refused:
        messages.error(request, refusal(refused))
    to = reverse("desk:intake", args=[key])
    return redirect(f"{to}?tab={tab}" if tab in SORTS or tab == WHAT else to)


@require_POST
@says_who_may
def teach(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says what columns or labels ask, and what a row is about; remembered for such tables."""
    intake = own_or_404(request, key)
    book = staging.part_of(intake, "book") or {}
    told: dict[str, dict[str, str]] = {}
    for column in book.get("columns", ()):
        if meaning := request.POST.get(f"{_MEANS}{column['name']}"):
            for layout in column["layouts"]:
                told.setdefault(layout, {})[column["key"]] = meaning
    if kind := request.POST.get("kind"):
        told.setdefault(book["layout"], {})[book["rows_key"]] = kind

    def act(by: By) -> str:
        read_soon(steps.teach(by=by, intake=intake, told=told))
        return _("Remembered for lists with these headings; the rows were judged anew.")

    return _done(request, key, act, WHAT)


class ChooseForm(EntryForm):
    """Which table of a file is meant, where it is from, of which day it tells."""

    table = forms.TypedChoiceField(
        coerce=int, label=gettext_lazy("Which table of the file"), widget=forms.RadioSelect
    )
    place = Pick("place", required=False, label=gettext_lazy("Where it is from"))
    on = Day(label=gettext_lazy("Of which day it tells"))
    entry = forms.ChoiceField(
        required=False, widget=forms.RadioSelect,
        label=gettext_lazy("Under which programme records are made"),
        help_text=gettext_lazy(
            "Asked of lists of pairings, of those taken in, of classes and of measures."
        ),
    )  # fmt: skip


@enters("intake.choose")
def choose(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says which table is meant, where it is from, and of which day it tells."""
    intake, back = own_or_404(request, key), reverse("desk:intake", args=[key])
    book = (staging.part_of(intake, "book") if intake.open else None) or {}
    given = {"table": book.get("chosen"), "place": intake.place_id, "on": intake.on,
             "entry": intake.entry or book.get("under", "")}  # fmt: skip
    form = ChooseForm(request, initial=given)
    offered = entries(intake.user, book.get("taken_as", ""), intake.on)
    if offered:
        form.let_choose("entry", ((one.word, one.title) for one in offered))
    else:
        del form.fields["entry"]
    form.let_choose("table", ((one["number"], _table(one)) for one in book.get("tables", ())))

    def act(by: By, told: dict[str, Any]) -> Intake:
        chosen = steps.choose(by=by, intake=intake, **told)
        read_soon(chosen)
        return chosen

    done = entered(request, form, act, word=_("The list was judged anew."), to=f"{back}?tab={WHAT}")
    return done or asking(
        request,
        form,
        title=_("Another table, place, day or programme"),
        about=intake.name,
        back=back,
    )  # fmt: skip


def _table(one: Mapping[str, Any]) -> str:
    """A table of a file in a line: its sheet, its title, what its rows are, how many there are."""
    kind = said(Label(one["kind"]["zh"], one["kind"]["en"]))
    rows = ngettext("%(n)d row", "%(n)d rows", one["rows"]) % {"n": one["rows"]}
    hidden = _("hidden sheet") if one["hidden"] else ""
    return " · ".join(filter(None, (one["sheet"], one["title"], kind, rows, hidden)))


@require_POST
@says_who_may
def mend(request: HttpRequest, key: UUID) -> HttpResponse:
    """Mends cells, decides doubts, leaves rows out; then the list is judged anew."""
    intake = own_or_404(request, key)
    tab, mends = request.POST.get("tab", ""), Mends.told(staging.mends_of(intake))
    anew = _mended(request.POST, intake, tab, mends)

    def act(by: By) -> str:
        if anew == mends:
            raise Refused("nothing_mended", "Nothing was changed on this page.")
        if len(anew) > MOST:
            raise Refused(
                "mends_too_many",
                "More than %(most)s things are mended here; download the workbook, mend it there "
                "and send it back.",
                most=MOST,
            )
        read_soon(steps.mend(by=by, intake=intake, mends=anew.kept()))
        return _("Kept, and the list was judged anew.")

    return _done(request, key, act, tab)


def _mended(told: Mapping[str, Any], intake: Intake, tab: str, mends: Mends) -> Mends:
    """What a page of rows says otherwise than it showed."""
    page = max(0, whole_number(told.get("page")) - 1)
    rows = staging.part_of(intake, tab, page) if tab in SORTS else None
    stood = {
        reason["cell"]: reason["text"]
        for row in rows or ()
        for reason in (*row["reasons"], *row["unread"])
    }
    numbers = {row["row"] for row in rows or ()}
    cells = {
        at: told[_CELL + at].strip()
        for at, text in stood.items()
        if is_cell(at) and _CELL + at in told and told[_CELL + at].strip() != text
    }
    settled = {n: told[f"{_SETTLE}{n}"] for n in numbers if told.get(f"{_SETTLE}{n}")}
    marked = {n for n in numbers if f"{_LEAVE}{n}" in told}
    mends = mends.and_cells(cells).and_settled(settled)
    mends = mends.again(marked) if tab == "left" else mends.without(marked)
    mends = mended_at_once(told, rows or (), mends)
    for number, one in enumerate(staging.part_of(intake, "alike") or ()):
        new = str(told.get(f"{_SAME}{number}", "")).strip()
        if new and "text" in one:
            mends = mends.and_same(one["column"], one["text"], new)
        elif new:
            mends = mends.and_settled(dict.fromkeys(one["numbers"], one["word"]))
    return mends


# ------------------------------------------------------------------ mended in a workbook


@require_GET
@says_who_may
def workbook(request: HttpRequest, key: UUID) -> HttpResponse:
    """The list as a workbook to be mended: bad cells coloured, what is wrong beside them."""
    intake = own_or_404(request, key)
    if intake.state != "judged":
        raise Http404
    if sum(intake.counts.values()) > MOST_ROWS:
        messages.error(
            request,
            _("A list of more than %(most)s rows is mended in the file that it came from.")
            % {"most": MOST_ROWS},
        )
        return redirect("desk:intake", key)
    response = HttpResponse(commented(intake), content_type=MEDIA_TYPE)
    return as_file(response, f"{Path(intake.name).stem}-待改.xlsx")


@require_POST
@says_who_may
def replace(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes the mended workbook instead of the file that was brought."""
    intake, file = own_or_404(request, key), request.FILES.get("file")

    def act(by: By) -> str:
        if file is None:
            raise Refused("file_empty", "The file is empty; choose another.")
        read_soon(put_instead(by, intake, file.read()))
        return _("The mended list took the place of the one before, and was judged anew.")

    return _done(request, key, act)


# ------------------------------------------------------------------ to its end


@require_POST
@says_who_may
def accept(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes all good rows: at once where they are few, else by the worker."""
    intake = own_or_404(request, key)

    def act(by: By) -> str:
        if not staged.is_small(intake):
            steps.begin(by=by, intake=intake)
            return _("The rows are being written; the page shows how far it is.")
        count = staged.accept(intake, by=by)
        text = ngettext("Written: %(n)d record.", "Written: %(n)d records.", count)
        return text % {"n": count}

    return _done(request, key, act)


@require_POST
@says_who_may
def accept_all(request: HttpRequest, key: UUID) -> HttpResponse:
    """Writes the good rows of every table of a file, each table as an event of its own."""
    intake = own_or_404(request, key)
    tables = [one for one in tables_of(reader(request), intake) if good_in(one)]

    def act(by: By) -> str:
        count = later = 0
        for one in tables:
            if staged.is_small(one):
                count += staged.accept(one, by=by)
            else:
                steps.begin(by=by, intake=one)
                later += 1
        if later:
            return _("The rows are being written; the page shows how far it is.")
        text = ngettext("Written: %(n)d record.", "Written: %(n)d records.", count)
        return text % {"n": count}

    return _done(request, key, act)


@require_POST
@says_who_may
def discard(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets a list go; nothing of it was written."""
    intake = own_or_404(request, key)

    def act(by: By) -> str:
        steps.discard(by=by, intake=intake)
        return _("The list was discarded; its file is destroyed.")

    return _done(request, key, act)


@require_POST
@says_who_may
def stop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Stops what the worker does with a list."""
    intake = own_or_404(request, key)

    def act(by: By) -> str:
        steps.stop(by=by, intake=intake)
        return _("Stopped; nothing was written.")

    return _done(request, key, act)


@require_POST
@says_who_may
def undo(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back what a list wrote, as a whole."""
    intake = own_or_404(request, key)

    def act(by: By) -> str:
        if intake.event_id is None:
            raise Refused("no_such_upload", "There is no accepted list of that number.")
        count = intakes.undo(by=by, event=intake.event_id)
        text = ngettext(
            "Taken back: what was about %(n)d person, household, measure or place.",
            "Taken back: what was about %(n)d persons, households, measures or places.",
            count,
        )  # fmt: skip
        return text % {"n": count}

    return _done(request, key, act)

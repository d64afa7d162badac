"""Saved lists: kept under a name, opened, changed, shared, dropped."""

from __future__ import annotations

import copy
from collections.abc import Mapping, Sequence
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from bangfu.desk.asks import called
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered
from bangfu.desk.errors import says_who_may
from bangfu.desk.kinds import kinds_seen
from bangfu.desk.listing import Source, how_many, see, source_of_entry, source_of_kind
from bangfu.desk.page import asked, reader, refusal, said, unkept
from bangfu.desk.words import in_words, question_of
from bangfu.ledger.access import ROLES, grants_of
from bangfu.ledger.actions import saved_list as saved_lists
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.models import SavedList, User
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.pages import programme_for, programmes_of
from bangfu.lists.saved_lists import open_list

#: Nobody but its owner sees it.
MINE = "mine"
#: Of longer saved lists it is only said that they are longer.
COUNTED = 1_000


class SaveForm(EntryForm):
    """What the list is called."""

    called = forms.CharField(label=gettext_lazy("Name of the list"), max_length=60)


class ShareForm(EntryForm):
    """With whom a list is shared."""

    among = forms.ChoiceField(label=gettext_lazy("Shared with"), widget=forms.RadioSelect)
    role = forms.ChoiceField(
        label=gettext_lazy("Only those who are"), required=False,
        help_text=gettext_lazy("Everybody sees only the rows that the own role opens."),
    )  # fmt: skip

    def __init__(self, request: HttpRequest, **more: Any) -> None:
        super().__init__(request, **more)
        limits = limits_of(reader(request))
        self.let_choose("among", ((key, text) for key, (text, _limit) in limits.items()))
        roles = ((one.name, called(one.label)) for one in ROLES.values())
        self.let_choose("role", [("", _("in any role")), *roles])


def limits_of(user: User) -> dict[str, tuple[str, dict[str, Any]]]:
    """Within what an account may share: its programmes, and the places and units of its grants."""
    found: dict[str, tuple[str, dict[str, Any]]] = {MINE: (_("Nobody: it is mine alone"), {})}
    for programme in programmes_of(user):
        text = _("Everybody in the programme “%(name)s”") % {"name": programme.title}
        found[f"programme:{programme.fact}"] = (text, {"programme": programme})
    for grant in grants_of(user):
        if grant.place is not None:
            text = _("Everybody in %(name)s") % {"name": grant.place.name}
            found[f"place:{grant.place.fact}"] = (text, {"place": grant.place})
        if grant.organisation is not None:
            text = _("Everybody in %(name)s") % {"name": grant.organisation.name}
            found[f"organisation:{grant.organisation_id}"] = (
                text, {"organisation": grant.organisation}
            )  # fmt: skip
    return found


def shared_in_words(row: SavedList) -> str:
    """With whom a list is shared, in a few words; empty if with nobody."""
    limit = row.shared_programme or row.shared_place or row.shared_organisation
    if limit is None:
        return ""
    name = getattr(limit, "title", "") or limit.name
    if row.shared_role not in ROLES:
        return _("everybody in %(name)s") % {"name": name}
    return _("%(role)s in %(name)s") % {"role": said(ROLES[row.shared_role].label), "name": name}


# ------------------------------------------------------------------ saving


@require_http_methods(["GET", "POST"])
@says_who_may
def save_kind(request: HttpRequest, kind: str) -> HttpResponse:
    """Keeps the list of a kind, as the address narrows it, under a name."""
    return _save(request, source_of_kind(request, kind, asked(request)))


@require_http_methods(["GET", "POST"])
@says_who_may
def save_entry(request: HttpRequest, name: str, entry: str) -> HttpResponse:
    """Keeps the list of a programme's entry, or the rows of a figure, under a name."""
    try:
        source = source_of_entry(request, name, entry, asked(request))
    except Unsayable as cannot:
        raise Http404 from cannot
    if source.is_shut():
        raise Http404
    return _save(request, source)


def _save(request: HttpRequest, source: Source) -> HttpResponse:
    user, seen = reader(request), see(request, source, asked(request))
    told, question = in_words(seen.filters), question_of(source.kind, request.GET, reader(request))
    suggested = f"{source.title} · {told}" if told else source.title
    form = SaveForm(request, initial={"called": suggested[:60]})
    done = entered(
        request, form,
        lambda by, typed: saved_lists.keep(
            by=by, user=user, name=typed["called"], kind=source.kind.name,
            asked=question,
            programme=source.programme, entry=source.entry,
        ),
        word=_("The list is kept. It stands on the first page and under Lists."),
        to=lambda made: reverse("desk:saved_list", args=[made.fact]),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Keep this list"), about=suggested,
        back=f"{source.address}?{request.GET.urlencode()}",
        hint=_("Kept are filters, order, columns and, if another day is shown, that day. The rows "
               "are found anew each time."),
        warned=_not_kept(source, question) if request.method == "GET" else [],
    )  # fmt: skip


def _not_kept(source: Source, question: Mapping[str, Sequence[str]]) -> list[str]:
    """What stands against keeping a list, said before anything is typed."""
    if not saved_lists.names_somebody(source.kind, question):
        return []
    return [_("This list looks for somebody by name, and would keep the name. Take that search "
              "away; nothing was kept.")]  # fmt: skip


@require_POST
@says_who_may
def change(request: HttpRequest, key: UUID) -> HttpResponse:
    """Lets a saved list ask what its page asks now."""
    row, user = _own_or_404(request, key), reader(request)
    if row.kind not in VOCABULARY:
        raise Http404
    question = question_of(VOCABULARY[row.kind], request.GET, user)
    try:
        saved_lists.change(by=By(user, "desk"), saved=row, asked=question)
    except Refused as refused:
        messages.error(request, refusal(refused))
    else:
        messages.success(request, _("The list asks this from now on."))
    return redirect("desk:saved_list", key)


# ------------------------------------------------------------------ opening


@require_GET
def show(request: HttpRequest, key: UUID) -> HttpResponse:
    """Opens a saved list where lists are shown, or says what of it there is no more."""
    row = open_list(reader(request), key)
    if row is None:
        raise Http404
    gone = _gone(request, row)
    if gone:
        mine = row.user_id == reader(request).pk
        told = {"title": row.name, "row": row, "gone": gone, "mine": mine}
        return render(request, "desk/list_gone.html", told)
    words = {**row.asked, "saved": [str(row.fact)]}
    return redirect(f"{_page_of(row)}?{urlencode(words, doseq=True)}")


@require_GET
def count(request: HttpRequest, key: UUID) -> HttpResponse:
    """How many rows a saved list has now for the reader, as a part of the page of lists."""
    row = open_list(reader(request), key)
    if row is None:
        raise Http404
    told = None if _gone(request, row) else how_many(*_asked_by(request, row), COUNTED)
    context = {"count": told, "most": COUNTED, "many": told is not None and told > COUNTED}
    return unkept(render(request, "desk/parts/saved_list_count.html", context))


def _asked_by(request: HttpRequest, row: SavedList) -> tuple[HttpRequest, Source]:
    """The request that opening a saved list would be, and what it lists."""
    opening = copy.copy(request)
    opening.GET = QueryDict(urlencode(row.asked, doseq=True))
    if row.programme is None:
        return opening, source_of_kind(opening, row.kind, asked(opening))
    return opening, source_of_entry(opening, row.programme.name, row.entry, asked(opening))


def _gone(request: HttpRequest, row: SavedList) -> str:
    """What a saved list lists and does not find any more, in a sentence."""
    if row.kind not in VOCABULARY:
        return _("There is no kind of record “%(kind)s” any more.") % {"kind": row.kind}
    if row.kind not in kinds_seen(request):
        return _("No role of yours opens records of this kind any more.")
    if row.programme is None:
        return ""
    if programme_for(reader(request), row.programme.name) is None:
        return _("The programme “%(name)s” does not open for you any more.") % {
            "name": row.programme.title
        }
    try:
        source = source_of_entry(request, row.programme.name, row.entry, asked(request))
    except (Http404, Unsayable):
        return _("The programme “%(name)s” has no list or figure “%(entry)s” any more.") % {
            "name": row.programme.title, "entry": row.entry
        }  # fmt: skip
    if source.kind.name != row.kind:
        return _("“%(entry)s” lists other records by now: %(kind)s.") % {
            "entry": source.title, "kind": said(source.kind.label)
        }  # fmt: skip
    return ""


def _page_of(row: SavedList) -> str:
    if row.programme is None:
        return reverse("desk:list", args=[row.kind])
    of_figure = row.asked.get("base") == ["figure"]
    route = "desk:figure_list" if of_figure else "desk:programme_list"
    return reverse(route, args=[row.programme.name, row.entry])


# ------------------------------------------------------------------ what its owner does


def _own_or_404(request: HttpRequest, key: UUID) -> SavedList:
    """A saved list of the reader's own; those of others are only looked at."""
    row = open_list(reader(request), key)
    if row is None or row.user_id != reader(request).pk:
        raise Http404
    return row


@require_http_methods(["GET", "POST"])
@says_who_may
def rename(request: HttpRequest, key: UUID) -> HttpResponse:
    """Calls a saved list otherwise."""
    row = _own_or_404(request, key)
    form, back = SaveForm(request, initial={"called": row.name}), _back(key)
    done = entered(
        request, form,
        lambda by, typed: saved_lists.rename(by=by, saved=row, name=typed["called"]),
        word=_("The list has another name."), to=back,
    )  # fmt: skip
    return done or asking(request, form, title=_("Rename a list"), about=row.name, back=back)


@require_http_methods(["GET", "POST"])
@says_who_may
def share(request: HttpRequest, key: UUID) -> HttpResponse:
    """Shares a saved list, or keeps it to oneself again."""
    row, limits = _own_or_404(request, key), limits_of(reader(request))
    form = ShareForm(request, initial={"among": _shared_now(row), "role": row.shared_role})
    done = entered(
        request, form,
        lambda by, typed: saved_lists.share(
            by=by, saved=row, role=typed["role"], **limits[typed["among"]][1]
        ),
        word=_("It is settled with whom the list is shared."), to=_back(key),
    )  # fmt: skip
    return done or asking(request, form, title=_("Share a list"), about=row.name, back=_back(key))


def _shared_now(row: SavedList) -> str:
    for sort in ("programme", "place", "organisation"):
        if key := getattr(row, f"shared_{sort}_id"):
            return f"{sort}:{key}"
    return MINE


@require_http_methods(["GET", "POST"])
@says_who_may
def drop(request: HttpRequest, key: UUID) -> HttpResponse:
    """Keeps a saved list no longer."""
    row = _own_or_404(request, key)
    form = NothingMore(request)
    done = entered(
        request, form, lambda by, _typed: saved_lists.drop(by=by, saved=row),
        word=_("The list is not kept any more."), to=reverse("desk:lists"),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Drop a list"), about=row.name, back=_back(key),
        button=_("Drop it"), hint=_("Nothing of what it lists is touched."),
    )  # fmt: skip


def _back(key: UUID) -> str:
    return reverse("desk:saved_list", args=[key])

"""Defects at the desk: what the rules find wrong, by place, by rule, by who helps; each to mend."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django.core.paginator import Page
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_GET

from bangfu.desk.acts import ACTS
from bangfu.desk.asks import ask
from bangfu.desk.entry import EntryForm, NothingMore, asking, entered, enters
from bangfu.desk.kinds import daily, kinds_seen
from bangfu.desk.page import address_of, language, name_of, page_of, reader, record_or_404, said
from bangfu.ledger import clock
from bangfu.ledger.access import ROLES, fetch, grants_of, may
from bangfu.ledger.actions import defect as defects
from bangfu.ledger.models import Defect, Place, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.rules import rules
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists import defects as found
from bangfu.lists.pages import total_of
from bangfu.lists.places import lineage_of
from bangfu.programmes.kinds import Label
from bangfu.programmes.rule import Rule

#: What is accepted as true is looked at again after a year, unless another day is said.
_A_YEAR = dt.timedelta(days=365)
#: In an address: of those whom nobody helps.
NOBODY = "nobody"


@dataclass(frozen=True, slots=True)
class Line:
    """One defect as a page shows it: where its record and the form that mends it are."""

    defect: Defect
    rule: Rule | None
    title: str
    called: str
    sentence: str
    fix: str
    record: str
    mends: str
    accepts: bool

    @property
    def goes_on(self) -> str:
        """The sentence as it goes on behind the name of the record, which is a link."""
        rest = self.sentence.removeprefix(self.called)
        return rest if rest != self.sentence else _(": ") + rest


def lines(user: User, some: Sequence[Defect]) -> list[Line]:
    """Some defects in words, each with the form that mends it, if the account may use that."""
    accepts = may(user, "defect.accept")
    return [_line(user, one, accepts) for one in found.told(user, some, language())]


def beside(user: User, some: Sequence[Defect]) -> list[Line]:
    """Those of some defects that the account can do something about, or is to look after."""
    told = lines(user, some)
    if any(name == "defect" for name, _label in daily(user)):
        return told
    asked = set(found.rules_asked(user))
    return [one for one in told if one.mends or one.accepts or one.defect.rule in asked]


def _line(user: User, one: found.Told, accepts: bool) -> Line:
    rule, defect = one.rule, one.defect
    return Line(
        defect,
        rule,
        said(rule.title) if rule else defect.rule,
        _called(defect),
        one.sentence,
        said(rule.entry.fix.label) if rule else "",
        address_of(defect.about, defect.record),
        form_for(user, rule, one.mends, _kind_of(one)) if rule and one.mends else "",
        accepts and defect.state == "open",
    )


def _called(defect: Defect) -> str:
    """Whom a defect is about by name, else the place, else what kind of record it is."""
    if defect.subject is not None:
        return name_of(defect.subject)
    return defect.place.name if defect.place else said(VOCABULARY[defect.about].label)


def _kind_of(one: found.Told) -> str:
    """Of what kind the record is that is to be mended; empty where the defect does not say it."""
    subject = one.defect.subject
    if subject is not None and subject.fact == one.mends:
        return subject.kind
    return one.defect.about if one.defect.record == one.mends else ""


def form_for(user: User, rule: Rule, record: UUID, of: str) -> str:
    """The address of the form that mends a record; empty where there is none, or not for all."""
    verb = rule.entry.fix.form
    kinds = [of] if of else list(ACTS)
    acts = (act for kind in kinds for act in ACTS.get(kind, ()) if act.verb == verb)
    act = next(acts, None)
    return reverse(act.route, args=[record]) if act and may(user, verb) else ""


# ------------------------------------------------------------------ the pages


@dataclass(frozen=True, slots=True)
class Narrowed:
    """The defects that an address asks for: of a place, and of whom somebody or a unit helps."""

    rows: QuerySet[Any]
    place: Place | None
    helped: str
    who: str
    called: str

    @property
    def words(self) -> str:
        """The same as words of another address."""
        return urlencode(
            [(k, v) for k, v in (("place", self.place and self.place.fact), ("who", self.who)) if v]
        )

    @property
    def elsewhere(self) -> str:
        """The words without the place, for a link to another one."""
        return urlencode({"who": self.who}) + "&" if self.who else ""

    @property
    def others(self) -> str:
        """The words without who helps, for a link to somebody else."""
        return urlencode({"place": self.place.fact}) + "&" if self.place else ""


def _narrowed(request: HttpRequest, state: str) -> Narrowed:
    user, moment = reader(request), Moment.present()
    place, helped = _place(request, user, moment), _helped(user)
    rows = found.within(found.standing_for(user, state=state), place)
    who = request.GET.get("who", "") if helped else ""
    if not who:
        return Narrowed(rows, place, helped, "", "")
    units = helped == "unit"
    # Only who helps somebody of whom the reader sees a defect is called by name.
    named = {
        str(one.key or NOBODY): one
        for one in found.by_helper(rows, moment, units=units, there=found.counted(rows))
    }
    if who not in named:
        raise Http404
    one = named[who]
    rows = found.of_helper(rows, one.key, moment, units=units)
    return Narrowed(rows, place, helped, who, one.name if one.key else _("nobody yet"))


@require_GET
def board(request: HttpRequest) -> HttpResponse:
    """How many defects stand open, by rule, by place, and by who helps or by unit."""
    _seen_or_404(request)
    user, moment = reader(request), Moment.present()
    asked = _narrowed(request, "open")
    rows, place, units = asked.rows, asked.place, asked.helped == "unit"
    # A lead's own people first; what else is open to the lead is folded away.
    first = asked.helped == "helper" and not asked.who
    there = found.counted(rows)
    context = {
        "title": _("Defects"),
        "asked": asked,
        "place": place,
        "above": lineage_of(place, moment) if place else [],
        "total": found.total(there),
        "rules": _by_severity(
            found.by_rule(found.counted(found.of_the_helped(rows, moment)) if first else there)
        ),
        "others": (
            found.by_rule(found.counted(found.of_helper(rows, None, moment, units=False)))
            if first
            else []
        ),
        "places": found.by_place(user, there, place, moment),
        "helpers": found.by_helper(rows, moment, units=units, there=there) if asked.helped else [],
        "nobody": NOBODY,
        "accepted": total_of(found.within(found.standing_for(user, state="accepted"), place)),
    }
    return render(request, "desk/defects.html", context)


def _seen_or_404(request: HttpRequest) -> None:
    if "defect" not in kinds_seen(request):
        raise Http404


def _place(request: HttpRequest, user: User, moment: Moment) -> Place | None:
    """The place that the address names, if the reader may open it."""
    key = request.GET.get("place", "")
    if not key:
        return None
    try:
        place: Place | None = fetch(user, VOCABULARY["place"], UUID(key), moment=moment)
    except ValueError:
        place = None
    if place is None:
        raise Http404
    return place


def _helped(user: User) -> str:
    """By whom a reader sees them parted: leads by their helpers, offices by units.

    A helper sees the own alone, and parts them by nobody.
    """
    roles = {grant.role for grant in grants_of(user)}
    if roles & {"clerk", "inspector"}:
        return "unit"
    return "helper" if "unit_lead" in roles else ""


def _by_severity(some: Iterable[found.OfRule]) -> list[tuple[Label, str, list[found.OfRule]]]:
    parted: dict[str, list[found.OfRule]] = {}
    for one in some:
        parted.setdefault(one.rule.entry.severity, []).append(one)
    severity = VOCABULARY["defect"]["severity"].codes
    return [(severity[word], word, parted[word]) for word in severity if word in parted]


@require_GET
def of_rule(request: HttpRequest, rule: str) -> HttpResponse:
    """The records that one rule finds wrong, each with what is wrong and the form that mends it."""
    _seen_or_404(request)
    told = rules().get(rule)
    if told is None:
        raise Http404
    state = "accepted" if request.GET.get("state") == "accepted" else "open"
    asked = _narrowed(request, state)
    context = {
        "title": said(told.title),
        "rule": told,
        "state": state,
        "severity": VOCABULARY["defect"]["severity"].codes[told.entry.severity],
        "fix": told.entry.fix.label,
        "owners": [said(ROLES[role].label) for role in told.entry.owner],
        "sources": list(told.sources()),
        **_shown(request, reader(request), asked.rows.filter(rule=rule)),
        "asked": asked,
        "place": asked.place,
    }
    return render(request, "desk/defect_rows.html", context)


def _shown(request: HttpRequest, user: User, rows: QuerySet[Any]) -> Mapping[str, Any]:
    """A page of defects; what was mended a moment ago is left out of it."""
    total = total_of(rows)
    ordered = found.ordered(rows.select_related("subject", "place", "accepted_by"))
    page: Page[Any] = page_of(request, ordered, total)
    here = list(page.object_list)
    still = found.still_so(here)
    shown = [one for one in here if one.pk in still]
    return {
        "page": page,
        "total": total,
        "mended": len(here) - len(shown),
        "lines": lines(user, shown),
    }


# ------------------------------------------------------------------ accepting as true


class AcceptForm(EntryForm):
    """Why it is true, and until when nobody need look again."""

    reason = ask("defect", "reason", required=True, lines=2, max_length=200)
    until = ask("defect", "until", label=gettext_lazy("Look again after"))


def _about(request: HttpRequest, defect: Defect) -> str:
    told = lines(reader(request), [defect])[0]
    return f"{told.called} · {told.sentence or told.title}"


@enters("defect.accept")
def accept(request: HttpRequest, key: UUID) -> HttpResponse:
    """Says that what a rule found is true of this record."""
    defect: Defect = record_or_404(request, "defect", key)
    form = AcceptForm(request, initial={"until": clock.today() + _A_YEAR})
    back = reverse("desk:defect_rule", args=[defect.rule])
    done = entered(
        request, form, lambda by, told: defects.accept(by=by, defect=defect, **told),
        word=_("It is on record that this is true, with your reason."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("It is true"), about=_about(request, defect), back=back,
        button=_("Accept as true"),
    )  # fmt: skip


@enters("defect.reopen")
def reopen(request: HttpRequest, key: UUID) -> HttpResponse:
    """Takes back that a defect was accepted as true."""
    defect: Defect = record_or_404(request, "defect", key)
    form, back = NothingMore(request), address_of("defect", key)
    done = entered(
        request, form, lambda by, told: defects.reopen(by=by, defect=defect, **told),
        word=_("The defect is open again."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Open it again"), about=_about(request, defect), back=back,
        button=_("Open it again"),
    )  # fmt: skip

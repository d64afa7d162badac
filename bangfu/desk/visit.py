"""Before knocking and after: what to know on the doorstep, and a visit recorded in a few taps."""

from __future__ import annotations

import copy
from collections.abc import Sequence
from functools import cached_property
from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bangfu.desk import defect
from bangfu.desk.entry import asking, entered, enters
from bangfu.desk.page import address_of, language, name_of, reader, said, subject_or_404
from bangfu.desk.table import by_key, in_words, table_of
from bangfu.desk.visit_form import CHOSEN, VisitForm, sent
from bangfu.ledger.access import (
    kind_for,
    kinds_of,
    may,
    may_reveal,
    rights_of,
    visible,
)
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.file import Agreed, Photo
from bangfu.ledger.actions.upload import Brought
from bangfu.ledger.codes import ASSURANCE
from bangfu.ledger.conditions import model_of
from bangfu.ledger.meaning import Meaning
from bangfu.ledger.models import Activity, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.prepared import Question, asked_of_keys
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.columns import Line, lines
from bangfu.lists.defects import about
from bangfu.lists.doorstep import (
    Open,
    home_of,
    open_needs,
    opened,
    reachable_subjects,
    visits_to,
)
from bangfu.lists.dossier import keys_tied, latest_days, moved
from bangfu.lists.listing import Listing
from bangfu.lists.pages import keyed, programmes_about
from bangfu.lists.places import lineage_of
from bangfu.programmes.kinds import Field, Kind
from bangfu.programmes.schema import Activity as ActivityEntry

#: What a photo of a visit is called, and for what somebody in it agreed to be.
PHOTO_TITLE, PHOTO_FOR = "走访照片", "record"
#: How many earlier visits stand on the doorstep page, and days since the last of them.
EARLIER, CHANGES = 3, 10
#: So many defects stand there; the rest is on the pages of those who live there.
DEFECTS = 12
#: So many benefits; the rest is on the pages of those who live there.
BENEFITS = 20


@require_GET
def before(request: HttpRequest, key: UUID) -> HttpResponse:
    """What to know before knocking, on one screen of a phone."""
    moment, user = Moment.present(), reader(request)
    kind, row = subject_or_404(request, key, moment)
    household, members = home_of(kind, key, moment)
    home = list(dict.fromkeys([key, *members, *([household] if household else [])]))
    visits = visits_to(user, home, moment, most=EARLIER)
    opened = open_needs(user, home, moment)
    context = {
        "kind": kind,
        "key": key,
        "subject": row,
        "title": name_of(row),
        "where": _where(row, moment),
        "household": household if household != key else None,
        "members": _members(user, members, moment),
        "phones": _phones(user, [key, *members], moment),
        "visits": visits,
        "changes": _changes(user, kind, key, visits[0].activity if visits else None, moment),
        "needs": _in_words(user, opened),
        "today": moment.on,
        "entitled": _entitled(user, key, moment),
        "benefits": _benefits(user, home, key, moment),
        "stands": _stands(user, household, moment),
        "defects": _defects(user, home),
        "programmes": programmes_about(user, key),
        "visits_may": may(user, "activity.visit"),
        "raises": may(user, "need.raise_"),
    }
    return render(request, "desk/before.html", context)


def _defects(user: User, keys: Sequence[UUID]) -> list[defect.Line]:
    """What the rules find wrong with those who live there, to be asked at the door."""
    if "defect" not in kinds_of(user):
        return []
    return defect.beside(user, about(user, keys, most=DEFECTS))


def _where(row: Any, moment: Moment) -> str:
    place = getattr(row, "place", None)
    if place is None:
        return ""
    return " › ".join(p.name for p in [*lineage_of(place, moment)[-1:], place])


def _members(user: User, keys: Sequence[UUID], moment: Moment) -> Any:
    kind = VOCABULARY["person"]
    listing, found = Listing((kind.name,), moment), opened(user, kind, keys, moment)
    return table_of(listing, found, [kind[key] for key in MEMBER]).filled()


#: What of each member is worth knowing at the door.
MEMBER = ("name", "relation", "sex", "age", "school", "work_kind", "work_region")
#: What of a household's sheet is worth knowing at the door.
AT_THE_DOOR = (
    "monitored_as", *(f"{one}_verdict" for one in ASSURANCE), "house_grade",
    "water_supply", "per_head_income", "income_until",
)  # fmt: skip


def _stands(user: User, household: UUID | None, moment: Moment) -> list[tuple[Field, str]]:
    """How the household stands, as far as it was judged and reckoned and is open."""
    if household is None:
        return []
    kind = kind_for(user, VOCABULARY["household"])
    fields = [kind[key] for key in AT_THE_DOOR if key in kind]
    drawn = _drawn(user, kind, [household], fields, moment)
    return [(f, c.text) for one in drawn for f, c in zip(fields, one.cells, strict=True) if c.text]


def _drawn(
    user: User, kind: Kind, keys: Sequence[UUID], fields: Sequence[Field], moment: Moment
) -> list[Line]:
    """Some fields of those of some subjects that are open."""
    rows = keyed(model_of(kind), [pk for _, pk in opened(user, kind, keys, moment)])
    return lines(Listing((kind.name,), moment), rows, fields, language=language())


def _phones(user: User, keys: Sequence[UUID], moment: Moment) -> list[dict[str, Any]]:
    """The numbers by which they can be reached, masked, and whether the reader may open them."""
    kind = VOCABULARY["person"]
    drawn = _drawn(user, kind, keys, [kind["name"], kind["phone"]], moment)
    return [
        {"key": line.fact, "name": line.cells[0].text, "masked": line.cells[1].text,
         "opens": may_reveal(user, line.fact)}
        for line in drawn
        if line.cells[1].text
    ]  # fmt: skip


def _changes(
    user: User, kind: Kind, key: UUID, last: Activity | None, moment: Moment
) -> list[dict[str, Any]]:
    """What began, ended or was collected anew since the last visit."""
    if last is None:
        return []
    days = [d for d in moved(latest_days(user, kind, key, moment, most=50)) if d.day > last.date]
    days = [d for d in days if d.kind != "activity"][:CHANGES]
    words: dict[UUID, str] = {}
    for name in {d.kind for d in days if not VOCABULARY[d.kind].sheet}:
        of = VOCABULARY[name]
        drawn = by_key(of, {d.fact for d in days if d.kind == name}, moment)
        words |= {row.fact: in_words(of, row, without=key) for row in drawn.rows}
    return [
        {"day": d.day, "side": d.side, "kind": VOCABULARY[d.kind], "text": words.get(d.fact, ""),
         "address": "" if VOCABULARY[d.kind].sheet else address_of(d.kind, d.fact)}
        for d in days
    ]  # fmt: skip


def _in_words(user: User, opened: Sequence[Open]) -> list[dict[str, Any]]:
    """The open needs with the words in which they were raised, for those who see to needs."""
    words: dict[UUID, str] = {}
    by = By(user, "desk")
    for subject in {one.need.subject for one in opened if one.need.private_text}:
        if needs.may_look(user, subject.fact):
            said_so = needs.words_of(by=by, subject=subject)
            words |= {need: told.get("private_text", "") for need, told in said_so.items()}
    return [
        {"need": one.need, "text": words.get(one.need.fact, one.need.text),
         "kind": _need_kind(one.need.kind), "measures": one.measures}
        for one in opened
    ]  # fmt: skip


def _need_kind(code: str) -> str:
    codes = VOCABULARY["need"]["kind"].codes
    return said(codes[code]) if code in codes else ""


def _entitled(user: User, key: UUID, moment: Moment) -> list[tuple[str, str]]:
    """What the subject is taken into and sorted as, in words: what it may be given."""
    found = []
    for name in ("enrolment", "class"):
        kind = VOCABULARY[name]
        facts = {*keys_tied(user, name, key, moment, most=20, going=True)}
        if facts:
            drawn = by_key(kind, facts, moment)
            found += [
                (address_of(name, row.fact), in_words(kind, row, without=key)) for row in drawn.rows
            ]
    return found


def _benefits(user: User, home: Sequence[UUID], key: UUID, moment: Moment) -> list[tuple[str, str]]:
    """What those who live there are given under which policy, in words."""
    kind = VOCABULARY["benefit"]
    if kind.name not in kinds_of(user):
        return []

    def of(some: list[UUID]) -> QuerySet[Any, Any]:
        rows = visible(user, kind, moment=moment).filter(subject__in=some)
        return rows.values_list("fact", flat=True)[:BENEFITS]

    what = Question(("benefits", rights_of(user), moment, BENEFITS), of)
    drawn = by_key(kind, set(asked_of_keys(what, home)), moment)
    return [
        (address_of(kind.name, row.fact), in_words(kind, row, without=key)) for row in drawn.rows
    ]


# ------------------------------------------------------------------ the visit itself


class _Visit:
    """A visit to one subject: what its form offers, and what is done with the answers."""

    def __init__(self, request: HttpRequest, kind: Kind, row: Any) -> None:
        self.request, self.kind, self.row = request, kind, row
        self.user, self.moment = reader(request), Moment.present()
        self.programmes = programmes_about(self.user, row.fact)
        #: What was offered to choose from and is left out, since nothing of it was chosen.
        self.left: list[str] = []

    @cached_property
    def home(self) -> list[UUID]:
        """Who lives there too, and their household."""
        household, members = home_of(self.kind, self.row.fact, self.moment)
        return [key for key in (*members, household) if key and key != self.row.fact]

    @cached_property
    def others(self) -> list[Subject]:
        """Those of them that the reader may open."""
        return reachable_subjects(self.user, self.home)

    @cached_property
    def open(self) -> list[Open]:
        """What is needed there and is not met."""
        return open_needs(self.user, [self.row.fact, *self.home], self.moment)

    def form(self) -> VisitForm:
        """The form with this subject's own choices; what has nothing to choose from is left out.

        So is, of a form that was sent, what nothing was chosen from: it is looked up if the form
        is shown again.
        """
        person = self.user.person_id
        form = VisitForm(self.request, initial={"who": [person] if person else []})
        _choices(form, "programme", [(p.name, p.title) for p in self.programmes])
        if len(self.programmes) == 1:
            form.let_pick("measure", programme=self.programmes[0])
        for name, several in CHOSEN.items():
            if form.is_bound and not sent(form, several):
                self.left.append(name)
                for one in several:
                    del form.fields[one]
            else:
                self._offer(form, name)
        return form

    def whole(self, form: VisitForm) -> VisitForm:
        """The form as it is shown again, with everything to choose from."""
        for name in self.left:
            form.fields |= {one: copy.deepcopy(form.base_fields[one]) for one in CHOSEN[name]}
            self._offer(form, name)
        self.left.clear()
        form.order_fields(list(form.base_fields))
        return form

    def _offer(self, form: VisitForm, name: str) -> None:
        match name:
            case "also":
                persons = [s for s in self.others if s.kind == "person"]
                _choices(form, "also", [(str(s.fact), s.name) for s in persons])
            case "met":
                words = _in_words(self.user, self.open) if may(self.user, "need.close") else []
                _choices(form, "met", [(str(w["need"].fact), _called(w)) for w in words])
            case "topic":
                _choices(form, "topic", [("", _("not said")), *self._topics()], least=2)
            case "photo":
                self._photo(form)

    def _photo(self, form: VisitForm) -> None:
        """Who may be in a photo and agree: the one visited, and who else is there."""
        if not may(self.user, "file.add"):
            del form.fields["photo"], form.fields["shown"]
            return
        agreed = _("%(name)s is in it and agreed to it, for the record")
        form.let_choose("shown", [
            ("none", _("Nobody")),
            *((str(who.fact), agreed % {"name": who.name}) for who in self._persons()),
            ("blur", _("Somebody; to be blurred before others see it")),
        ])  # fmt: skip

    def _persons(self) -> list[Subject]:
        there = [s for s in self.others if s.kind == "person"]
        return [self.row, *there] if self.kind.name == "person" else there

    def _taken(self, told: dict[str, Any]) -> Photo | None:
        """The photo that was brought, with the one consent that stands with it."""
        brought, shown = told.pop("photo", None), told.pop("shown", "")
        if not brought:
            return None
        who = next((one for one in self._persons() if str(one.fact) == shown), None)
        agreed = Agreed(who, told["on"], PHOTO_FOR) if who else None
        return Photo(Brought(brought.read()), PHOTO_TITLE, shown != "none", agreed)

    def _topics(self) -> list[tuple[str, str]]:
        """The topics that the programmes' own kinds of visit name."""
        found: dict[str, str] = {}
        for programme in self.programmes:
            file = Meaning.of(programme, self.moment).file
            for name, entry in file.entries("activity"):
                assert isinstance(entry, ActivityEntry)
                topic = (entry.where or {}).get("topic")
                if isinstance(topic, str) and file.kind_of(name) in ("visit", "phone_call"):
                    found.setdefault(topic, entry.title or name)
        return list(found.items())

    def record(self, by: By, told: dict[str, Any]) -> Activity:
        """Record what the form says."""
        need, kind_of_need = told.pop("need"), told.pop("need_kind")
        met, also = set(told.pop("met", ())), set(told.pop("also", ()))
        named, photo = told.pop("programme", ""), self._taken(told)
        of = next((p for p in self.programmes if p.name == named), None)
        if of is None and self.programmes:
            of = self.programmes[0]
        return activities.visit(
            by=by,
            kind="phone_call" if told["mode"] == "phone" else "visit",
            subject=self.row,
            also=[s for s in self.others if str(s.fact) in also] if also else [],
            programme=of,
            place=self.row.place,
            raised=[(kind_of_need, need)] if need else [],
            met=[one.need for one in self.open if str(one.need.fact) in met] if met else [],
            photo=photo,
            **told,
        )


def _choices(form: VisitForm, name: str, choices: list[tuple[str, str]], least: int = 1) -> None:
    if len(choices) < least:
        del form.fields[name]
        return
    form.let_choose(name, choices)


def _called(told: dict[str, Any]) -> str:
    parts = (told["kind"], told["text"], name_of(told["need"].subject))
    return " · ".join(part for part in parts if part)


@enters("activity.visit")
def visit(request: HttpRequest, key: UUID) -> HttpResponse:
    """A visit or call, recorded where it happened."""
    kind, row = subject_or_404(request, key, Moment.present())
    if kind.name not in ("person", "household"):
        raise Http404
    made = _Visit(request, kind, row)
    form = made.form()
    back = reverse("desk:before", args=[key])
    done = entered(request, form, made.record, word=_("The visit is on record."), to=back)
    return done or asking(
        request, made.whole(form), title=_("Record a visit"), about=name_of(row), back=back,
        kind=kind,
    )  # fmt: skip

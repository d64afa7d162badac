"""Programme files at the desk: brought in, checked line by line, read back, and put in force."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from bangfu.desk.asks import Day
from bangfu.desk.entry import EntryForm, asking, entered, enters
from bangfu.desk.page import language, programme_or_404, reader
from bangfu.desk.pick import Pick
from bangfu.desk.programme_writing import Sentence, ahead, sentence, sentences
from bangfu.ledger import clock
from bangfu.ledger.access import require
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import subject as subjects
from bangfu.ledger.actions.event import By
from bangfu.ledger.deep import checked
from bangfu.ledger.meaning import read, standing, version_at
from bangfu.ledger.models import Programme, ProgrammeVersion
from bangfu.ledger.moment import Moment
from bangfu.programmes.difference import difference
from bangfu.programmes.loader import FILE, library, library_papers, library_text
from bangfu.programmes.problems import ProgrammeErrors
from bangfu.programmes.programme import Programme as File
from bangfu.programmes.readback import clauses_without_entry, readback

#: What a file may be at most; the largest of the library has a twentieth of it.
MOST = 400_000


class FileForm(EntryForm):
    """A programme file, as a file or as text."""

    file = forms.FileField(required=False, label=gettext_lazy("The file (programme.toml)"))
    text = forms.CharField(
        required=False, strip=False, max_length=MOST, label=gettext_lazy("or its text"),
        widget=forms.Textarea(attrs={"rows": 16, "spellcheck": "false", "class": "code"}),
    )  # fmt: skip
    #: What the file says, once it was read without a fault.
    read: File | None = None
    #: Every fault of the file, with line and cure.
    problems: tuple[Any, ...] = ()
    #: The sentence of the notice that is being written into it.
    sentence: Sentence | None = None

    def called(self) -> str:
        """The short name of the programme."""
        name = str(getattr(self, "cleaned_data", self.initial).get("name") or "")
        return name or "programme"

    def clean(self) -> dict[str, Any]:
        """The text of the file, read; every fault of it at once."""
        told = super().clean() or {}
        told["text"] = text = self._text(told)
        if text is None or self.errors:
            return told
        if not self.reads(text):
            self.add_error(None, _where_faults_stand(len(self.problems)))
        return told

    def reads(self, text: str) -> bool:
        """Whether a text has no fault; what it says, or its faults, are kept for the page."""
        try:
            self.read = checked(text, self.called())
        except ProgrammeErrors as errors:
            self.problems = errors.problems
        return self.read is not None

    @property
    def text_so_far(self) -> str:
        """The text as it stands on the page, be it right or not."""
        return str(self["text"].value() or "").replace("\r\n", "\n")

    def write(self) -> None:
        """Write a sentence of the notice into the text, or ask for its blanks."""
        brought = self.request.FILES.get("file")
        if brought is not None and (brought.size or 0) <= MOST:
            text = brought.read().decode("utf-8-sig", errors="replace").replace("\r\n", "\n")
        else:
            text = self.text_so_far
        asked = sentence(self.request.POST, text, reader(self.request))
        if asked is not None and asked.is_bound and asked.is_valid():
            text, asked = asked.text_with_it, None
            self.reads(text)
        self.sentence = asked
        # The field was asked already for what stands in it, and keeps its answer.
        self["text"].initial = text

    def _text(self, told: dict[str, Any]) -> str | None:
        brought = told.pop("file", None)
        if brought is None:
            if not told.get("text", "").strip():
                self.add_error("file", _("Bring a file, or put its text into the field."))
                return None
            return str(told["text"]).replace("\r\n", "\n")
        if brought.size > MOST:
            self.add_error("file", _("The file is too large to be a programme file."))
            return None
        try:
            return str(brought.read().decode("utf-8-sig")).replace("\r\n", "\n")
        except UnicodeDecodeError as wrong:
            text = _("The file is not text in UTF-8 (byte %(at)s); save it as UTF-8.")
            self.add_error("file", text % {"at": wrong.start + 1})
            return None


def _where_faults_stand(number: int) -> SafeString:
    said = ngettext(
        "The file has %(number)d fault; it stands with its line and its cure.",
        "The file has %(number)d faults; each stands with its line and its cure.",
        number,
    )
    return format_html('<a href="#faults">{}</a>', said % {"number": number})


class StartForm(FileForm):
    """A programme file and the short name under which the programme is known."""

    library = forms.ChoiceField(
        required=False, label=gettext_lazy("One that comes with the product")
    )
    name = forms.CharField(
        label=gettext_lazy("Short name"), max_length=40, required=False,
        help_text=gettext_lazy(
            "Small letters, digits and _; it stands in addresses. "
            "Left blank, it is that of the file that comes with the product, or is made from the "
            "title."
        ),
    )  # fmt: skip
    field_order = ("key", "library", "name", "file", "text")

    def clean_name(self) -> str:
        """A name that can stand in an address: the one given, or the product's own, or none yet."""
        given = str(self.cleaned_data["name"]).strip()
        name = given or str(self.cleaned_data.get("library") or "")
        if name and not re.fullmatch(r"[a-z][a-z0-9_]*", name):
            raise forms.ValidationError(_("Small letters, digits and _ only, a letter first."))
        return name

    @property
    def text_so_far(self) -> str:
        """The text as it stands, or that of the file that comes with the product."""
        chosen, text = str(self["library"].value() or ""), super().text_so_far
        return library_text(chosen, FILE) if chosen in library() and not text.strip() else text

    def _text(self, told: dict[str, Any]) -> str | None:
        chosen = told.pop("library", "")
        brought = told.get("file") or told.get("text", "").strip()
        if chosen and not brought:
            told.pop("file", None)
            return library_text(chosen, FILE)
        return super()._text(told)


class ReplaceForm(FileForm):
    """A new version, from when it holds, and which paper says so."""

    on = Day(label=gettext_lazy("In force from"), future=True)
    note = forms.CharField(
        label=gettext_lazy("By which paper, and why"), max_length=200,
    )  # fmt: skip
    field_order = ("key", "on", "note", "file", "text")


def _checks(request: HttpRequest, form: FileForm) -> bool:
    """Whether the file is only to be checked; then what was read stands in the form as text."""
    if request.method != "POST" or request.POST.get("step") != "check":
        return False
    form.is_valid()
    if text := form.cleaned_data.get("text"):
        # Right or wrong: what is wrong is mended where its lines are named.
        anew = request.POST.copy()
        anew["text"] = text
        form.data = anew
    return True


def _shown(form: FileForm, programme: Programme | None = None) -> dict[str, Any]:
    """What the page says of a file that was read: its faults, or what it says and would give."""
    if form.looking:
        form.write()
    text = form.text_so_far
    faults = [
        {"line": one.line, "column": one.column, "key": one.key,
         "text": one.message.en if language() == "en" else one.message.zh,
         "cure": one.cure.en if language() == "en" else one.cure.zh}
        for one in form.problems
    ]  # fmt: skip
    writing = {
        "problems": faults,
        "faulty": {one["line"] for one in faults},
        "sentence": form.sentence,
        "sentences": sentences(text),
        "lines": text.split("\n") if faults else [],
    }
    if form.read is None:
        return writing
    passages = readback(form.read)
    lines, why = ahead(reader(form.request), form.read, programme)
    return writing | {
        "ahead": lines,
        "why": why,
        "read": form.read,
        "head": passages[0],
        "passages": passages[1:],
        "open_clauses": list(clauses_without_entry(form.read)),
    }


@enters("programme.start")
def start(request: HttpRequest) -> HttpResponse:
    """Starts a programme from its file, after it was read back."""
    form = StartForm(request)
    told = [(name, read(library_text(name, FILE), name).title) for name in library()]
    form.let_choose("library", [("", _("one of my own")), *told])
    checked = _checks(request, form)

    def act(by: By, told: dict[str, Any]) -> Programme:
        chosen = form.data.get("library") or ""
        papers = library_papers(chosen) if chosen in library() else None
        assert form.read is not None
        name = told["name"] or _short_name(form.read)
        return programmes.start(by=by, name=name, text=told["text"], papers=papers)

    done = None if checked else entered(
        request, form, act, word=_("The programme is started."),
        to=lambda made: reverse("desk:programme", args=[made.name]),
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Start a programme"), back=reverse("desk:home"),
        template="desk/programme_file.html", button=_("Start it"), checked=checked, **_shown(form),
    )  # fmt: skip


def _short_name(file: File) -> str:
    """A name for addresses out of the title: its initials and the year in which it begins."""
    sounds = subjects.sort_key_of(file.title, "organisation").split()
    letters = "".join(one[0] for one in sounds if one[0].isascii() and one[0].isalpha())
    return f"{letters.lower() or 'programme'}_{file.from_.year}"


class OwnerForm(EntryForm):
    """Which organisation runs the programme."""

    owner = Pick("organisation", label=gettext_lazy("Run by"))


def _owner_named(programme: Programme) -> UUID | None:
    """Which organisation is called as the file says of who runs the programme."""
    file = standing(version_at(programme, Moment.present()).text, programme.name)
    owner = file.file.owner
    found = programmes.organisation_named(file.title_of(owner)) if owner else None
    return found.fact_key if found else None


@enters("programme.set_owner")
def set_owner(request: HttpRequest, name: str) -> HttpResponse:
    """Says which organisation runs a programme."""
    programme, back = programme_or_404(request, name), reverse("desk:programme", args=[name])
    form = OwnerForm(request, initial={"owner": programme.owner_id or _owner_named(programme)})
    done = entered(
        request, form,
        lambda by, told: programmes.set_owner(by=by, programme=programme, owner=told["owner"]),
        word=_("The programme has an organisation that runs it."), to=back,
    )  # fmt: skip
    return done or asking(
        request, form, title=_("Who runs it"), about=programme.title, back=back, programme=programme
    )


@enters("programme.replace")
def replace(request: HttpRequest, name: str) -> HttpResponse:
    """Puts a new version of a programme's file in force, after the difference was shown."""
    programme = programme_or_404(request, name)
    user = request.user
    assert not user.is_anonymous
    require(user, "programme.replace", place=programme.area, programme=programme)
    last = version_at(programme, Moment(programme.ended or clock.today()))
    form = ReplaceForm(request, initial={"text": last.text, "on": clock.today()})
    form.called = lambda: name  # type: ignore[method-assign]  # the programme has its name
    checked = _checks(request, form)

    def act(by: By, told: dict[str, Any]) -> ProgrammeVersion:
        return programmes.replace(
            by=by, programme=programme, text=told["text"], on=told["on"], note=told["note"]
        )

    back = reverse("desk:versions", args=[name])
    done = None if checked else entered(
        request, form, act, word=_("The new version is in force from that day."), to=back
    )  # fmt: skip
    shown = _shown(form, programme)
    changes = None
    if form.read is not None:
        changes = difference(standing(last.text, name), form.read)
    return done or asking(
        request, form, title=_("A new version of the file"), about=programme.title, back=back,
        template="desk/programme_file.html", button=_("Put it in force"), programme=programme,
        checked=checked, changes=changes, **shown,
    )  # fmt: skip

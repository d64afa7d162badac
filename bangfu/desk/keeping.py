"""The installation as pages: health, backups, keys, what is past its term; for who keeps it all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET

from bangfu.desk.page import reader
from bangfu.desk.work import of_kind
from bangfu.keeping import backup
from bangfu.keeping.health import findings
from bangfu.ledger import clock, vault
from bangfu.ledger.access import allows, holds, kinds_of, may, opens
from bangfu.ledger.accounts import keeps_installation, kept_places
from bangfu.ledger.actions import key as sealed
from bangfu.ledger.models import Subject, User
from bangfu.ledger.retention import files_past_term, past_term
from bangfu.ledger.vocabulary import VOCABULARY

#: Whom a term is kept for, and so many of whom stand on the page.
PERSONAL, NAMED = ("person", "household"), 50


@dataclass(frozen=True, slots=True)
class Door:
    """One page of the keeping, as the first of them offers it."""

    address: str
    icon: str
    title: str
    says: str


@require_GET
def show(request: HttpRequest) -> HttpResponse:
    """What there is to keep, as far as the reader keeps it."""
    user = reader(request)
    keeps = may(user, "work.ask") or may(user, "user.view_as")
    title = _("Administration") if keeps else _("Roles and code books")
    context = {"title": title, "doors": doors_for(user)}
    return render(request, "desk/keeping.html", context)


def doors_for(user: User) -> list[Door]:
    """The pages of the keeping that are open to an account."""
    told: list[tuple[str, str, str, str]] = []
    if kept_places(user, "user.view_as"):
        told.append(("accounts", "users", _("Accounts"), _("Who signs in, with which roles")))
    told.append(("roles", "shield", _("Roles"), _("What each role may see and do")))
    if keeps_installation(user, "work.ask"):
        told += [
            (
                "health_page",
                "check",
                _("Health"),
                _("Whether every part is as it should be"),
            ),
            ("work", "clipboard-list", _("Work in hand"), _("What goes on in the background")),
            ("backups", "database", _("Backups"), _("What was backed up, and making one now")),
            ("keys", "key", _("Master keys"), _("Which master keys there are, and what they seal")),
        ]
    if keeps_installation(user, "work.ask") or _erases(user):
        told.append(("retention", "calendar", _("Retention"), _("What is past its term")))
    if holds(user, ("inspector", "administrator")):
        told.append(("journal", "history", _("Journal"), _("Who did what, and holding it to that")))
    told += [
        ("parameters", "settings", _("Dated values"), _("Lines and quotas, by day and paper")),
        ("codes", "list", _("Code books"), _("The words that fields may hold")),
    ]
    return [Door(reverse(f"desk:{name}"), *more) for name, *more in told]


def keeper_or_404(request: HttpRequest) -> User:
    """The reader, if all that is here is the reader's to keep; of the rest nothing is said."""
    user = reader(request)
    if not (may(user, "work.ask") and keeps_installation(user, "work.ask")):
        raise Http404
    return user


@require_GET
def health(request: HttpRequest) -> HttpResponse:
    """Each part of the installation with what was found just now."""
    keeper_or_404(request)
    found = list(findings())
    context = {
        "title": _("Health"),
        "findings": found,
        "bad": [one for one in found if not one.well],
        "warned": [one for one in found if one.warns],
        "now": clock.now(),
        "verified": of_kind("verify"),
    }
    return render(request, "desk/keeping_health.html", context)


@require_GET
def backups(request: HttpRequest) -> HttpResponse:
    """The backups in this machine's folder, and how the next one is made."""
    keeper_or_404(request)
    beside = settings.BANGFU_BACKUPS.is_relative_to(settings.BANGFU_DATA)
    context = {
        "title": _("Backups"),
        "kept": backup.kept(),
        "folder": backup.folder(),
        "beside": beside,
        "keys_file": settings.BANGFU_KEYS_FILE,
        "line": of_kind("backup"),
    }
    return render(request, "desk/keeping_backups.html", context)


@require_GET
def keys(request: HttpRequest) -> HttpResponse:
    """The master keys by version and fingerprint, and how much each seals; never a key."""
    keeper_or_404(request)
    ring, counted = vault.keyring(), sealed.counted()
    lines: list[dict[str, Any]] = [
        {
            "version": version,
            "fingerprint": ring.fingerprint(version),
            "current": version == ring.current,
            "values": counted.pop(version, 0),
        }
        for version in ring.versions
    ]
    context = {
        "title": _("Master keys"),
        "suite": ring.suite,
        "file": settings.BANGFU_KEYS_FILE,
        "lines": lines,
        "missing": counted,
        "unfinished": any(one["values"] for one in lines if not one["current"]),
    }
    return render(request, "desk/keeping_keys.html", context)


@require_GET
def retention(request: HttpRequest) -> HttpResponse:
    """How long each kind is kept, and what is past that: by name only to who may see them."""
    user = reader(request)
    keeps = may(user, "work.ask") and keeps_installation(user, "work.ask")
    if not keeps and not _erases(user):
        raise Http404
    past = {kind: past_term(kind, today=clock.today()) for kind in PERSONAL}
    due = {kind: rows.count() for kind, rows in past.items()} if keeps else {}
    files = {"file": files_past_term(today=clock.today()).count()} if keeps else {}
    kinds = [VOCABULARY[name] for name in VOCABULARY if not VOCABULARY[name].basic]
    context = {
        "title": _("Retention"),
        "keeps": keeps,
        "kinds": [(kind, (due | files).get(kind.name)) for kind in kinds],
        "due": sum(due.values()),
        "named": [_named(user, kind, rows) for kind, rows in past.items()],
        "line": of_kind("erase") if keeps else None,
    }
    return render(request, "desk/keeping_retention.html", context)


def _erases(user: User) -> bool:
    """Whether an account erases whom it sees; who keeps the accounts alone sees nobody."""
    return may(user, "subject.erase") and not kinds_of(user).isdisjoint(PERSONAL)


def _named(user: User, kind: str, past: QuerySet[Subject]) -> dict[str, Any]:
    """Those past their term whom the reader may see, the first of them by name."""
    sees = kind in kinds_of(user)
    rows = opens(user, VOCABULARY[kind], past) if sees else past.none()
    found = list(rows[: NAMED + 1])
    return {
        "kind": VOCABULARY[kind],
        "rows": found[:NAMED],
        "more": rows.count() - NAMED if len(found) > NAMED else 0,
        "erases": {row.fact for row in found[:NAMED] if allows(user, "subject.erase", row.fact)},
    }

"""The installation as pages: health, backups, keys, what is past its term; for who keeps it all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings
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
from bangfu.ledger.access import holds, may
from bangfu.ledger.accounts import keeps_installation, kept_places
from bangfu.ledger.actions import key as sealed
from bangfu.ledger.models import User
from bangfu.ledger.retention import past_term
from bangfu.ledger.vocabulary import VOCABULARY


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
    context = {"title": _("Administration"), "doors": doors_for(reader(request))}
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
            ("retention", "calendar", _("Retention"), _("What is past its term")),
        ]
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
    """How long each kind is kept, and how many are past that; of nobody who it is."""
    keeper_or_404(request)
    today = clock.today()
    due = {kind: past_term(kind, today=today).count() for kind in ("person", "household")}
    kinds = [VOCABULARY[name] for name in VOCABULARY if not VOCABULARY[name].basic]
    context = {
        "title": _("Retention"),
        "kinds": [(kind, due.get(kind.name)) for kind in kinds],
        "due": sum(due.values()),
        "line": of_kind("erase"),
    }
    return render(request, "desk/keeping_retention.html", context)

"""Which errors are expected, and the one sentence that each becomes."""

from __future__ import annotations

from collections.abc import Callable

from bangfu.jobs.console import Console


def sentence_of(error: BaseException, speaks: Console) -> str | None:
    """What to tell of an expected error; None for one that is a mistake of the program."""
    from django.apps import apps
    from django.core.exceptions import ImproperlyConfigured

    from bangfu.keeping.trouble import Trouble

    if isinstance(error, Trouble):
        return speaks.spoken(error.label)
    if isinstance(error, ImproperlyConfigured):
        return str(error)
    if isinstance(error, OSError) and error.filename:
        return f"{error.filename}: {error.strerror}"
    return _of_the_ledger(error, speaks) if apps.ready else None


def _of_the_ledger(error: BaseException, speaks: Console) -> str | None:
    from django.db import DatabaseError

    from bangfu.ledger.actions.event import Refused
    from bangfu.ledger.conditions import Unsayable
    from bangfu.ledger.divisions import CodeError, OwnTableErrors
    from bangfu.ledger.keys import KeysFileError, Unreadable
    from bangfu.ledger.meaning import NotInForce
    from bangfu.paper.forms.converting import CannotConvert
    from bangfu.paper.forms.package import NoWorkbook
    from bangfu.paper.forms.references import TooManyRows
    from bangfu.programmes.problems import ProgrammeErrors
    from bangfu.tables.understand import Unreadable as NoTable

    if isinstance(error, ProgrammeErrors | OwnTableErrors):
        return error.text(speaks.language)
    if isinstance(error, NoTable | NoWorkbook | CannotConvert):
        return speaks.spoken(error.label)
    told: tuple[tuple[type[BaseException], Callable[[BaseException], str]], ...] = (
        (Refused, lambda e: refusal_text(e, speaks)),
        (TooManyRows, str),
        (DatabaseError, lambda e: _of_the_database(e, speaks)),
        (KeysFileError, str),
        (Unreadable, str),
        (CodeError, str),
        (Unsayable, str),
        (NotInForce, str),
    )
    return next((says(error) for sort, says in told if isinstance(error, sort)), None)


def refusal_text(error: BaseException, speaks: Console) -> str:
    """Why an action was refused, in the language asked for as far as it is translated."""
    from django.utils import translation
    from django.utils.translation import gettext

    parts: dict[str, object] = getattr(error, "parts", {})
    if speaks.language == "zh" and "zh" in parts:
        return str(parts["zh"])
    with translation.override("zh-hans" if speaks.language == "zh" else "en"):
        message = gettext(getattr(error, "message", str(error)))
    return message % parts if "%(" in message else message


def _of_the_database(error: BaseException, speaks: Console) -> str:
    """A database quotes values in its messages; only what is said here is passed on."""
    said = str(error).lower()
    if "no such table" in said or "does not exist" in said:
        return speaks.words(
            "数据库还没有建好；请先运行 bangfu init",
            "The database is not set up yet; run bangfu init first.",
        )
    if "locked" in said:
        return speaks.words(
            "数据库正忙，请稍后再试", "The database is busy; try again in a moment."
        )
    if "unable to open" in said or "connect" in said:
        return speaks.words(
            "连不上数据库；请检查 BANGFU_DATABASE_URL 和 BANGFU_DATA",
            "The database cannot be reached; check BANGFU_DATABASE_URL and BANGFU_DATA.",
        )
    return speaks.words(
        "数据库拒绝了这项操作（{kind}）；加 --verbose 看出处",
        "The database refused ({kind}); --verbose shows where.",
        kind=type(error).__name__,
    )

"""What every record with a word of a book and a first and a last day is held against."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from bangfu.ledger import clock
from bangfu.ledger.actions.event import Refused
from bangfu.programmes.kinds import Label


def a_word_of(words: Mapping[str, Label], word: str) -> None:
    """Refuse a word that a code book lacks, naming those it has."""
    if word not in words:
        told = ", ".join(words)
        raise Refused("no_such_word", "%(word)s is none of: %(words)s.", word=word, words=told)


def days_of(began: dt.date, ended: dt.date | None) -> None:
    """Refuse a first day that is still to come, or that comes after the last."""
    if began > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=began)
    in_order(began, ended)


def in_order(began: dt.date, ended: dt.date | None) -> None:
    """Refuse a last day before the first."""
    if ended is not None and ended < began:
        raise Refused(
            "days_crossed",
            "It would end on %(last)s, before it begins on %(first)s.",
            last=ended,
            first=began,
        )

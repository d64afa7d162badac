"""Awards are put on record; whether one may be shown is for its holder to say."""

from __future__ import annotations

import datetime as dt
import re

from bangfu.ledger import clock
from bangfu.ledger.access import require, require_written
from bangfu.ledger.actions.event import By, Refused, action, correct, insert
from bangfu.ledger.actions.event import withdraw as withdraw_row
from bangfu.ledger.actions.terms import a_word_of
from bangfu.ledger.models import Award, Subject
from bangfu.ledger.vocabulary.award import LEVELS

#: What blames or ranks is no award.
_NO_PRAISE = re.compile(
    "批评|警告|处分|黑榜|黑名单|落后|后进|末位|倒数|曝光|第[一二三四五六七八九十百0-9]+名|排名"
)


@action("award.give")
def give(
    *,
    by: By,
    subject: Subject,
    on: dt.date,
    title: str,
    level: str = "",
    issuer: str = "",
    paper: str = "",
    shown: bool | None = None,
) -> Award:
    """Put on record that somebody was honoured; ``shown``: whether the holder lets it be shown."""
    require(by.user, "award.give", subject.fact)
    _check(title, level, on)
    row = Award(
        subject=subject, date=on, title=title.strip(), level=level, issuer=issuer.strip(),
        paper=paper.strip(), shown=shown,
    )  # fmt: skip
    insert(row)
    require_written(by.user, "award.give", row)
    return row


def _check(title: str, level: str, on: dt.date) -> None:
    if not title.strip():
        raise Refused("title_missing", "Say what for.")
    if _NO_PRAISE.search(title):
        raise Refused(
            "only_praise",
            "An award praises: who is blamed, and which place somebody took among others, is not "
            "kept here.",
        )
    if level:
        a_word_of(LEVELS, level)
    if on > clock.today():
        raise Refused("in_the_future", "%(on)s lies in the future.", on=on)


@action("award.correct")
def correct_award(
    *, by: By, award: Award, on: dt.date, title: str, level: str = "", issuer: str = "",
    paper: str = "",
) -> Award:  # fmt: skip
    """Put right what was entered wrongly of an award."""
    require(by.user, "award.correct", award)
    _check(title, level, on)
    return correct(
        award, date=on, title=title.strip(), level=level, issuer=issuer.strip(),
        paper=paper.strip(),
    )  # fmt: skip


@action("award.let_show")
def let_show(*, by: By, award: Award, shown: bool) -> Award:
    """Write down whether the holder lets it be shown; said anew, it holds from now on."""
    require(by.user, "award.let_show", award)
    return correct(award, shown=shown)


@action("award.withdraw")
def take_back(*, by: By, award: Award) -> Award:
    """Take back an award that should not have been entered."""
    require(by.user, "award.withdraw", award)
    return withdraw_row(award)

"""What actions say against a row, in both languages."""

from __future__ import annotations

from django.utils import translation
from django.utils.translation import gettext

from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions.event import Refused
from bangfu.programmes.kinds import Label

_OUTSIDE = Label(
    "您的账号不能写这一行：对象、单位或活动不在授权范围里",
    "your account may not write this row: whom or what it names lies outside of your grants",
)


def said_of(wrong: Refused | NotAllowed) -> Label:
    """A refusal as a label; what an account may not do is said without saying what is there."""
    if isinstance(wrong, NotAllowed):
        return _OUTSIDE
    with translation.override("zh-hans"):
        text = gettext(wrong.message)
    zh = text % wrong.parts if wrong.parts else text
    return Label(str(wrong.parts.get("zh", zh)), str(wrong))

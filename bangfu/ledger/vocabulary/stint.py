"""Stints 在岗与请假: days in one piece that somebody is there, away on duty, or on leave."""

from bangfu.ledger.vocabulary.words import SPAN, book, code, day, fields, flag, number, one
from bangfu.programmes.kinds import Kind, Label

STINT_KINDS = book(
    in_village=("驻村", "In the village"),
    on_duty=("公务外出", "Away on duty"),
    annual=("年休假（公休）", "Annual leave"),
    personal=("事假", "Personal leave"),
    sick=("病假", "Sick leave"),
    family=("婚丧产探亲假", "Family leave"),
    other=("其他假", "Other leave"),
)
#: What counts as being there unless something else is said.
PRESENT = ("in_village", "on_duty")
#: What somebody asks for and another approves: leave, and being away on duty.
ASKED_FOR = tuple(kind for kind in STINT_KINDS if kind != "in_village")


KIND = Kind(
    name="stint",
    label=Label("在岗与请假", "Days there and leave"),
    nature="episode",
    model="Stint",
    fields=fields(
        one("person", "姓名", "Person", "驻村干部", "队员姓名", "请假人", to="person"),
        code("kind", "类别", "Kind", "请假类别", "假别", codes=STINT_KINDS, sensitivity="personal"),
        flag("present", "计入在岗", "Counts as being there"),
        number("days", "天数", "Days", "请假天数", "驻村天数"),
        one("place", "所驻村", "Village", to="place"),
        one("approver", "批准人", "Approved by", "审批人", to="person"),
        day("approved", "批准日期", "Approved on", "审批日期", happens=True),
        day("refused", "不同意日期", "Refused on", happens=True),
        *SPAN,
    ),
    ties={"person": ("person",), "place": ("place",)},
    doer={"person": "person"},
    purpose=Label("核定在岗天数，办理请假", "Counting days on the spot and granting leave"),
    keep_years=3,
)

"""What is meant by words that people write for those of the language: other words, other spellings.

Only messages use it: a wrong word stays wrong, but its cure names the right one.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from decimal import Decimal
from difflib import get_close_matches
from math import prod
from typing import Final

#: For each word of the language, or of the vocabulary, what else people write for it.
_ALSO_WRITTEN: Final[Mapping[str, str]] = {
    # words of entries
    "amount": "sum value money total",
    "title": "name label heading caption 名称 标题",
    "of": "on target subject object kind record records entity source list type 对象",
    "where": "when if filter filters condition conditions criteria scope 条件",
    "per": "every each_period frequency freq interval period cycle recurrence schedule repeat 周期",
    "above": "gt more_than greater_than over exceeds",
    "below": "lt less_than under",
    "before": "lt earlier_than until",
    "after": "gt later_than depends depends_on requires needs prerequisite follows previous 之后",
    "at_least": "min minimum min_count least not_less_than no_less_than gte ge gt above over"
    " more_than greater_than floor quota required times count goal threshold 不少于 至少",
    "at_most": "max maximum max_count most not_more_than no_more_than lte le lt below under"
    " less_than limit cap ceiling up_to 不超过 至多",
    "exactly": "equal equals eq exact only number count 正好",
    "within": "deadline time_limit due due_in due_within timeout sla grace 时限 期限",
    "window": "between during dates range date_range season time_window 时段",
    "from": "start start_date begin begins began since starts valid_from 起 开始",
    "to": "end end_date ends ended until till through finish valid_to deadline 止 截止",
    "is": "value becomes equals amount veto 一票否决",
    "on": "by date day deadline by_date due due_date target_date as_of 日期",
    "sum": "total add add_up aggregate amount 合计",
    "in_a_row": "consecutive consecutively running successive streak 连续",
    "distinct": "unique count_distinct different dedupe 去重",
    "out_of": "denominator divide_by base total share_of percent_of of_total 占",
    "by": "group group_by grouped_by breakdown dimension 分组",
    "each": "of for for_each foreach per_record owed_by assignee who applies_to 每个",
    "as": "via through path role join 作为",
    "also": "and additionally plus sub subclaims 并且",
    "except": "exclude excluding exempt exemption exemptions skip unless 除外",
    "none": "not neither exclude 均不",
    "any": "or any_of one_of either 任一",
    "known": "exists filled not_null is_not_null present required",
    "owner": "responsible lead department responsible_unit assignee in_charge manager 负责",
    "reviewer": "approver approval checked_by 审核",
    "signer": "signed_by issuer 签发",
    "readers": "visible_to visibility viewers access 可见",
    "items": "fields questions options steps values milestones columns lines entries rules checks"
    " sections parts indicators criteria 条目",
    "points": "score weight max_points full_marks 分值",
    "grades": "levels ratings grade rating result results 等次 等级 总评",
    "step": "deduct deduction penalty per_item bonus 每处",
    "proof": "evidence attachment attachments 佐证",
    "budget": "cost funds money amount 预算",
    "lasts": "duration term valid_for validity period 有效",
    "times": "multiply factor multiplier ratio 倍",
    "plus": "increase increase_by rise grow_by more_than_baseline points 提高 增加 净增",
    "baseline": "base reference compared_to previous 基数",
    "unclear": "note notes remark remarks comment todo open questions assumptions 待确认",
    "helper": "helpers supporter mentor giver donor responsible cadre 帮扶方",
    "subject": "subjects helped beneficiary recipient target mentee household 对象",
    "purpose": "reason why use 用途",
    "area": "region place county code location 区域",
    "partial": "prorate pro_rata prorated proportional 部分",
    "held": "hold lasting continuous maintained 持续",
    "clause": "article section chapter ref 条款",
    "paper": "document reference source basis 依据",
    # sections
    "activity": "activities action work task visit",
    "agreement": "agreements contract pledge",
    "alert": "alerts warning warnings reminder reminders alarm trigger rule",
    "checklist": "checklists todo list_of_checks",
    "code": "codes enum dictionary codebook",
    "document": "documents report reports output form forms template",
    "duty": "duties task tasks obligation obligations requirement requirements rule rules",
    "enrol": "enroll enrollment enrolment membership admission participants roster",
    "figure": "figures metric metrics statistic statistics kpi measure_figure number count",
    "fund": "funds budget funding money finance",
    "list": "lists group groups query filter view set",
    "measure": "measures action_item actions project projects deed",
    "organisation": "organization organisations organizations org orgs unit units department"
    " departments company enterprise agency",
    "pairing": "pairings pair pairs match matching link links assignment",
    "phase": "phases stage stages step",
    "review": "reviews assessment assessments evaluation evaluations inspection scoring",
    "target": "targets goal goals objective objectives kpi indicator indicators",
    "value": "values parameter parameters param constant constants variable variables setting",
    "workflow": "workflows process processes procedure procedures flow approval",
    # periods
    "day": "daily days everyday every_day 日 天 每日 每天",
    "week": "weekly weeks every_week 周 每周",
    "ten_days": "tenday ten_day xun 旬 每旬",
    "half_month": "semimonthly twice_a_month fortnight fortnightly biweekly bi_weekly 半月 每半月",
    "month": "monthly months every_month 月 每月",
    "2 months": "bimonthly bi_monthly every_two_months 每两个月",
    "quarter": "quarterly quarters every_quarter season 季 季度 每季度 每季",
    "half_year": "halfyear half_yearly halfyearly semiannual semi_annual semiannually biannual"
    " biannually twice_a_year six_months semester term 半年 每半年",
    "year": "yearly years annual annually per_annum every_year 年 年度 每年",
    # kinds of record
    "person": "people persons resident residents individual member villager cadre user human",
    "household": "households family families home homes hh 户",
    "place": "places village villages town towns township townships county region area location"
    " community address",
    "post": "posts position positions job role rank office",
    "visit": "visits home_visit home_visits household_visit field_visit call_on",
    "phone_call": "call calls phone phonecall telephone",
    "talk": "talks interview interviews conversation chat heart_to_heart",
    "training": "trainings course courses lecture lectures class_session lesson workshop",
    "meeting": "meetings conference session",
    "clinic_day": "clinic clinics free_clinic outreach",
    "report": "reports monthly_report submission",
    "need": "needs problem problems issue issues request requests demand demands ticket complaint",
    "entry": "entries payment payments transaction transactions expense expenses donation"
    " donations income_entry",
    "statistic": "statistics stat stats indicator indicators data metric",
    "site": "sites facility facilities clinic_site venue",
    "enrolment": "enrollment enrollments enrolments participant",
    # fields and codes
    "sex": "gender",
    "birth": "birthday birthdate birth_date date_of_birth dob",
    "identity": "id_card id_number idcard identity_number",
    "phone": "telephone mobile tel",
    "education": "education_level degree schooling",
    "level": "type kind grade tier rank",
    "kind": "type category sort status class",
    "mode": "method type way channel",
    "topic": "theme type subject kind category purpose",
    "date": "day time visited_on happened_on created_at visit_date",
    "began": "start started start_date begin from since",
    "ended": "end end_date finish finished until to",
    "closed": "resolved resolved_at done finished completed completed_at closed_at status",
    "due": "deadline due_date",
    "who": "helper visitor by participants staff doer",
    "whom": "subject household target visited beneficiary person for",
    "attendees": "participants trainees present",
    "rank": "level grade",
    "home": "household home_visit in_home onsite at_home",
    "out": "expense payment paid spent",
    "in": "received income_in",
    "monitored": "monitoring monitor watched at_risk",
    "poor": "poverty formerly_poor out_of_poverty lifted",
    # sorts of question, paper, proof
    "text": "string str textarea free_text varchar",
    "number": "int integer float decimal numeric",
    "yes_no": "bool boolean flag yesno checkbox yes_or_no",
    "choice": "select single single_choice radio enum option dropdown",
    "choices": "multi multiple multi_choice multiple_choice multiselect multi_select checkboxes",
    "photo": "image picture photos img",
    "note": "text comment remark words",
    "bulletin": "briefing newsletter brief summary",
    "ledger": "table list roster spreadsheet register excel",
    "share": "proportion prorata pro_rata proportional",
    "staff": "clerk other others ordinary general",
    "section": "zhengke section_chief",
    "division": "county_leader leader zhengchu",
}


def _meant() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for word, others in _ALSO_WRITTEN.items():
        for other in others.split():
            found.setdefault(other, []).append(word)
    return {other: tuple(words) for other, words in found.items()}


_MEANT: Final[Mapping[str, tuple[str, ...]]] = _meant()
_BEFORE: Final = re.compile(r"(every|each|per|once a|once per|once every|一)[ _]+")


def meant(word: str, allowed: Iterable[str]) -> str | None:
    """Which of the allowed words stands for what somebody calls otherwise, if any does."""
    there = set(allowed)
    plain = re.sub(r"[ \-]+", "_", _BEFORE.sub("", word.strip().lower()))
    if plain in there:
        return plain
    return next((one for one in _MEANT.get(plain, ()) if one in there), None)


# ------------------------------------------------------------------ values of the wrong shape

_UNITS: Final[Mapping[str, str]] = {
    "working day": "working days|workdays|working day|business days|business day|workday|weekdays"
    "|个工作日|工作日",
    "hour": "hours|hour|hrs|hr|h|个小时|小时|时",
    "day": "calendar days|days|day|d|个自然日|自然日|天|日",
    "week": "weeks|week|w|周|个星期|星期",
    "month": "months|month|mo|m|个月|月",
    "year": "years|year|y|年",
}
_WITH_UNIT: Final = {
    unit: re.compile(rf"(?:p|within )?(\d+)[ _\-]*(?:{spelt})(?:内|以内)?", re.I)
    for unit, spelt in _UNITS.items()
}
_NUMBER: Final = re.compile(
    r"(?:>=|<=|≥|≤|=|不少于|不超过|至少)? *(\d+(?:\.\d+)?) *([%％‰]?)([百千万亿]*)(\D*)"
)
_MANY: Final[Mapping[str, int]] = {"百": 100, "千": 1000, "万": 10_000, "亿": 100_000_000}
_ISO: Final = re.compile(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?")
_MONTH_DAY: Final = re.compile(r"(lunar[ _]*|农历)?(\d{1,2})[-/.月](\d{1,2})日?", re.I)


def as_duration(text: str) -> str | None:
    """A length of time as the language writes it: ``30天`` is ``30 days``."""
    for unit, spelt in _WITH_UNIT.items():
        if found := spelt.fullmatch(text.strip()):
            count = int(found[1])
            return f"{count} {unit}" + ("" if count == 1 else "s")
    return None


def as_number(text: str) -> str | None:
    """A number that was put in quotation marks, with or without what it counts."""
    found = _NUMBER.fullmatch(text.strip())
    if found is None:
        return None
    if found[2]:
        return f'"{found[1]}{found[2].replace("％", "%")}"'
    if found[3]:
        return f"{(Decimal(found[1]) * prod(_MANY[one] for one in found[3])).normalize():f}"
    return found[1]


def as_day(text: str) -> str | None:
    """A calendar day as TOML writes it, without quotation marks."""
    found = _ISO.fullmatch(text.strip())
    return f"{found[1]}-{int(found[2]):02}-{int(found[3]):02}" if found else None


_WORKED_DAY: Final = re.compile(
    r"(?:the )?(first|last)[ _]*(?:work(?:ing)?|business|week)[ _]*days?"
    r"|(?:每月)?(第一|首|最后一)个工作日",
    re.I,
)
_AROUND: Final = re.compile(
    r"(\d+|one|two|three|six)[ _]+([a-z]+)[ _]+(before|after)[ _]+([a-z_]+)", re.I
)
_WORDED: Final[Mapping[str, str]] = {"one": "1", "two": "2", "three": "3", "six": "6"}


def _around(text: str) -> str | None:
    """A side of a window around a record's own day, with its number and unit put right."""
    found = _AROUND.fullmatch(text)
    units = ("day", "days", "week", "weeks", "month", "months", "year", "years")
    near = found and get_close_matches(found[2].lower(), units, 1, 0.7)
    if not found or not near:
        return None
    number = _WORDED.get(found[1].lower(), found[1])
    return f'"{number} {near[0]} {found[3].lower()} {found[4].lower()}"'


def as_window_day(text: str) -> str | None:
    """A day of a window as the language writes it: of every year, worked, or around a record's."""
    if day := as_day(text) or _around(text.strip()):
        return day
    if worked := _WORKED_DAY.fullmatch(text.strip()):
        which = (worked[1] or "").lower() or ("last" if worked[2] == "最后一" else "first")
        return f'"{which} working day"'
    found = _MONTH_DAY.fullmatch(text.strip())
    if found is None or not (1 <= int(found[2]) <= 12 and 1 <= int(found[3]) <= 31):
        return None
    lunar = "lunar " if found[1] else ""
    return f'"{lunar}{int(found[2]):02}-{int(found[3]):02}"'

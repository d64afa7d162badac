"""Persons 人员."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.functions import Cast, ExtractDay, ExtractMonth, ExtractYear
from django.db.models.lookups import LessThan

from bangfu.ledger.codes import EDUCATION, RELATION, SEX
from bangfu.ledger.vocabulary.words import (
    code,
    computed,
    day,
    fields,
    number,
    one,
    ranked,
    sealed,
    text,
)
from bangfu.programmes.kinds import Kind, Label


def age_on(on: Any, known_at: dt.datetime | None) -> Any:
    """Completed years on a day: an expression over a person's sheet.

    The month and day are compared as one number, so that a birthday counts from its own day on.
    """
    day_value = on if hasattr(on, "resolve_expression") else Value(on)
    years = ExtractYear(day_value) - ExtractYear(F("birth"))
    since = (ExtractMonth(day_value) * 100 + ExtractDay(day_value)) - (
        ExtractMonth(F("birth")) * 100 + ExtractDay(F("birth"))
    )
    # Not by dividing: PostgreSQL would give a year and a part of the next.
    not_yet = Case(When(LessThan(since, Value(0)), then=Value(1)), default=Value(0))
    return Cast(years - not_yet, IntegerField())


KIND = Kind(
    name="person",
    label=Label("人员", "Person"),
    nature="thing",
    model="Subject",
    sheet="Person",
    fields=fields(
        text(
            "name",
            "姓名",
            "Name",
            "户主姓名",
            "户主",
            "人员姓名",
            "成员姓名",
            "家庭成员姓名",
            "家庭成员",
            "贫困人口姓名",
            "本人姓名",
            "名字",
            "学生姓名",
            "患者姓名",
            "儿童姓名",
            "老人姓名",
            "学员姓名",
            "残疾人姓名",
            "务工人员姓名",
            "劳动力姓名",
            "人员名称",
            sensitivity="personal",
        ),
        code("sex", "性别", "Sex", codes=SEX, read="sheet.sex", sensitivity="personal"),
        day(
            "birth",
            "出生日期",
            "Born",
            "出生年月",
            "生日",
            "出生年月日",
            "出生时间",
            "出生年月(日)",
            read="sheet.birth",
            sensitivity="personal",
        ),
        computed(number("age", "年龄", "Age", "周岁", "岁数"), age_on),
        ranked(
            "education",
            "文化程度",
            "Education",
            "学历",
            "受教育程度",
            "教育程度",
            "最高学历",
            "学历层次",
            "文化水平",
            codes=EDUCATION,
            read="sheet.education",
            sensitivity="personal",
        ),
        one(
            "place",
            "户籍地",
            "Registered place",
            "所在村",
            "户籍所在地",
            "村",
            "行政村",
            "村名",
            "户籍所在村",
            "所属村",
            "户口所在地",
            to="place",
        ),
        one(
            "living_place",
            "居住地",
            "Living place",
            "现住地",
            to="place",
            read="sheet.living_place",
        ),
        text(
            "work_region",
            "务工所在地(本人自述,到县)",
            "Workplace (as stated, by county)",
            "务工地点",
            "务工所在地",
            "就业地",
            "务工地",
            "外出务工地点",
            "外出务工地",
            "务工地区",
            "就业地点",
            "务工省市县",
            "务工去向",
            "务工所在地省市县",
            read="sheet.work_region",
            sensitivity="personal",
        ),
        day(
            "work_reported",
            "就业地更新日期",
            "Workplace stated on",
            read="sheet.work_reported",
        ),
        one("household", "所在户", "Household", "户编号", to="household", read="sheet.household"),
        code(
            "relation",
            "与户主关系",
            "Relation to head",
            "与户主的关系",
            "家庭关系",
            "和户主关系",
            "与户主关系(称谓)",
            "关系",
            "与贫困户关系",
            "与户主",
            "家庭成员关系",
            "称谓",
            codes=RELATION,
            read="sheet.relation",
            sensitivity="personal",
        ),
        sealed(
            "identity",
            "身份证号",
            "Identity number",
            "证件号码",
            "身份证号码",
            "公民身份号码",
            "身份证",
            "居民身份证号码",
            "身份证件号码",
            "证件号",
            "二代身份证号码",
            "公民身份证号码",
            "身份证编号",
            "证件编号",
            "成员身份证号",
            read="sheet.identity",
        ),
        sealed(
            "phone",
            "联系电话",
            "Phone",
            "电话",
            "手机",
            "手机号码",
            "手机号",
            "联系方式",
            "电话号码",
            "本人电话",
            "联系手机",
            "联系号码",
            "成员电话",
            "家庭电话",
            "户联系电话",
            "移动电话",
            read="sheet.phone",
        ),
        sealed(
            "wishes",
            "愿望与障碍(本人自述)",
            "Wishes and barriers (in own words)",
            read="sheet.wishes",
            column=False,
        ),
    ),
    ties={"place": ("place", "living_place"), "household": ("household",)},
    purpose=Label("联系本人,落实帮扶", "Reaching the person and helping"),
    keep_years=5,
)

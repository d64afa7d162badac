"""Persons 人员."""

from __future__ import annotations

import datetime as dt
from typing import Any

from django.db.models import Case, F, IntegerField, Value, When
from django.db.models.functions import Cast
from django.db.models.lookups import LessThan

from bangfu.ledger.calendar_parts import DayOf, MonthOf, YearOf
from bangfu.ledger.codes import (
    ALLOWANCE,
    CAME,
    DESTITUTE,
    EDUCATION,
    GONE,
    HEALTH,
    LABOUR,
    PUBLIC_POST,
    RELATION,
    SCHOOL,
    SEX,
    UNSCHOOLED,
    WORK_CHANNEL,
    WORK_KIND,
)
from bangfu.ledger.vocabulary.words import (
    code,
    computed,
    day,
    fields,
    flag,
    money,
    number,
    on_sheet,
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
    years = YearOf(day_value) - YearOf(F("birth"))
    since = (MonthOf(day_value) * 100 + DayOf(day_value)) - (
        MonthOf(F("birth")) * 100 + DayOf(F("birth"))
    )
    # Not by dividing: PostgreSQL would give a year and a part of the next.
    not_yet = Case(When(LessThan(since, Value(0)), then=Value(1)), default=Value(0))
    return Cast(years - not_yet, IntegerField())


#: What the collection form asks of each member besides; shown where somebody chooses it.
MORE = (
    ranked(
        "school", "在校生状况", "Schooling",
            *"""在校生情况 在校状况 就读情况 在校情况 就学情况 在读情况 上学情况
            在校生类型 在读年级 年级""".split(), codes=SCHOOL,
    ),
    code(
        "unschooled", "未上学原因", "Why not at school",
            *"义务教育阶段未上学原因 未入学原因 失学辍学原因 辍学原因".split(), codes=UNSCHOOLED,
    ),
    code(
        "labour", "劳动技能", "Ability to work", *"""劳动能力 劳动力状况 劳动力情况 劳动能力情况
        劳动力类型 有无劳动能力 是否有劳动能力""".split(), codes=LABOUR,
    ),
    code(
        "work_kind", "务工就业类型", "Work",
            *"""务工类型 就业类型 就业去向 务工就业情况 就业形式 就业方式""".split(),
        codes=WORK_KIND,
    ),
    day(
        "work_began", "务工开始时间", "Work from",
        *"开始务工时间 外出务工开始时间 就业开始时间".split(),
    ),
    day(
        "work_ended", "务工结束时间", "Work until", *"结束务工时间 返乡时间 就业结束时间".split(),
    ),
    text(
        "employer", "务工企业名称", "Employer",
            *"务工单位 务工企业 用工单位".split(),
    ),
    text("industry", "所属行业", "Industry", *"从事行业 务工行业 行业类别 工种".split()),
    code(
        "work_channel", "就业渠道", "How the work was found",
        *"务工渠道 就业途径 外出务工渠道".split(), codes=WORK_CHANNEL,
    ),
    flag(
        "point_to_point", "是否点对点输送", "Brought there by the county",
        *"点对点输送 是否点对点 是否点对点输出".split(),
    ),
    number(
        "work_months", "务工时间（月）", "Months of work in the year",
                *"""务工时间 务工月数 务工时长 务工时间月
                务工月份数 全年务工时间""".split(),
    ),
    money(
        "monthly_pay", "务工月收入", "Monthly wage",
            *"""月收入 月工资 务工工资 工资 月平均工资 月工资收入 务工月工资""".split(),
    ),
    code(
        "public_post", "公益性岗位", "Public-welfare post", *"""公益岗位 公益岗 公益性岗位类型
        公益岗位名称 公益岗位类型""".split(), codes=PUBLIC_POST,
    ),
    number(
        "post_months", "公益岗位月数", "Months in a public-welfare post",
        *"公益性岗位月数 公益性岗位(月) 公益岗时间(月)".split(),
    ),
    flag(
        "resident_insured", "参加城乡居民医保", "Resident medical insurance",
            *"""是否参加医疗保险 是否参加基本医疗保险 是否参加城乡居民基本医疗保险
            医疗保险 是否参加新型农村合作医疗 是否参合 参合情况 医保情况
            是否参加城乡居民医保 参加医保 参保情况 是否参保 医保参保 是否参加新农合 新农合
            基本医疗保险 城乡居民医保 参加城乡居民基本医疗保险情况""".split(),
    ),
    flag(
        "employee_insured", "参加职工医保", "Employee medical insurance",
        *"是否参加职工医保 职工医保 参加城镇职工医保 是否参加城镇职工基本医疗保险".split(),
    ),
    flag(
        "illness_insured", "参加大病保险", "Serious-illness insurance",
        *"是否参加大病保险 大病保险 参加商业补充医疗保险".split(),
    ),
    flag(
        "resident_pension", "参加城乡居民养老保险", "Resident pension insurance",
            *"""是否参加养老保险 是否参加城乡居民养老保险 养老保险参保
            是否参加城乡居民基本养老保险 参加养老保险 居民养老保险 参加居民养老保险
            参加城乡居民基本养老保险情况 城乡居民养老保险 新农保""".split(),
    ),
    flag(
        "employee_pension", "参加职工养老保险", "Employee pension insurance",
            *"""是否参加城镇职工养老保险 职工养老保险 参加职工基本养老保险
            是否参加城镇职工基本养老保险""".split(),
    ),
    code(
        "allowance", "享受低保政策情况", "Subsistence allowance",
        *"是否享受低保 享受低保 是否享受低保政策 低保类别".split(), codes=ALLOWANCE,
    ),
    code(
        "destitute", "享受特困供养政策情况", "Support for the destitute",
        *"是否享受特困供养 享受特困供养".split(), codes=DESTITUTE,
    ),
    code(
        "health", "健康状况", "Health",
            *"""健康情况 身体状况 身体情况 身体健康状况 健康程度""".split(),
        codes=HEALTH, sensitivity="sealed",
    ),
    sealed(
        "disability", "残疾证号", "Disability certificate",
        *"残疾人证号 残疾证号码 残疾证编号".split(), column=False,
    ),
    code("came", "增加原因", "Why somebody joined",
        *"""人员增加原因 新增原因 自然增加原因""".split(),
         codes=CAME),
    code("gone", "减少原因", "Why somebody left",
        *"""人员减少原因 自然减少原因""".split(), codes=GONE),
)  # fmt: skip


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
            "帮扶对象姓名",
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
            "变动人员",
            "变动人员姓名",
            "增减人员姓名",
            "新增人员姓名",
            "减少人员姓名",
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
            "出生年月（日）",
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
            "务工所在地（本人自述，到县）",
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
            "与户主关系（称谓）",
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
            index="sheet.identity_index",
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
            index="sheet.phone_index",
        ),
        sealed(
            "wishes",
            "愿望与障碍（本人自述）",
            "Wishes and barriers (in own words)",
            read="sheet.wishes",
            column=False,
        ),
        *(on_sheet(one) for one in MORE),
    ),
    ties={"place": ("place", "living_place"), "household": ("household",)},
    purpose=Label("联系本人，落实帮扶", "Reaching the person and helping"),
    keep_years=5,
)

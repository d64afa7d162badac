"""A vocabulary for tests: the kinds that exist, and (in WIDE) kinds that are still to come."""

from __future__ import annotations

from bangfu.programmes.kinds import SUBJECT_KINDS, Field, FieldType, Kind, Label, Nature, Vocabulary

LABELS = {
    "name": "名称",
    "level": "级别",
    "kind": "类别",
    "parent": "上级",
    "key": "联系点",
    "poor": "贫困",
    "population": "人口",
    "households": "户数",
    "birth": "出生日期",
    "age": "年龄",
    "sex": "性别",
    "place": "所在地",
    "household": "所在户",
    "organisation": "单位",
    "rank": "职级",
    "education": "文化程度",
    "phone": "联系电话",
    "size": "人数",
    "area": "面积",
    "person": "人员",
    "real": "实职",
    "began": "起始日期",
    "ended": "截止日期",
    "subject": "对象",
    "helper": "帮扶责任人",
    "option": "类别",
    "grounds": "依据",
    "date": "日期",
    "topic": "主题",
    "mode": "方式",
    "who": "参加人员",
    "whom": "走访对象",
    "attendees": "到会人员",
    "people": "人数",
    "due": "期限",
    "closed": "办结日期",
    "measures": "对应措施数",
    "fund": "资金",
    "direction": "收支方向",
    "use": "用途",
    "amount": "金额",
    "amount_most": "承诺上限",
    "value": "数值",
    "source": "来源",
    "title": "标题",
    "days": "天数",
    "site": "场所",
    "work_region": "务工所在地",
    "work_reported": "就业地更新日期",
    "living_place": "居住地",
}

RANKS = {
    "staff": Label("科员", "staff"),
    "deputy_section": Label("副科级", "deputy section head"),
    "section": Label("正科级", "section head"),
    "deputy_division": Label("副处级", "deputy division head"),
    "division": Label("正处级", "division head"),
}
EDUCATION = {
    key: Label(zh, key.replace("_", " "))
    for key, zh in (
        ("none", "文盲"),
        ("primary", "小学"),
        ("junior_high", "初中"),
        ("senior_high", "高中"),
        ("secondary_vocational", "中专"),
        ("college", "大专"),
        ("bachelor", "本科"),
        ("master", "硕士"),
    )
}
CODES = {
    ("place", "level"): {"village": "村", "township": "乡镇", "county": "县", "province": "省"},
    ("entry", "direction"): {"promised": "承诺", "in": "收入", "out": "支出"},
    ("activity", "mode"): {
        "home": "入户",
        "village": "到村",
        "office": "在单位",
        "phone": "电话",
        "overnight": "过夜",
        "day": "白天",
        "away_on_duty": "因公外出",
    },
    ("stay", "mode"): {"overnight": "过夜", "day": "白天", "away_on_duty": "因公外出"},
}


#: Code books of today's kinds; the kinds to come still leave these open.
CODES_NOW = {
    ("organisation", "kind"): {
        "unit": "单位",
        "county_medical_unit": "县直医疗卫生单位",
        "bureau": "机关",
        "labour_service": "劳动服务机构",
    },
    ("site", "kind"): {"village_clinic": "村卫生室"},
    ("entry", "kind"): {"pledge": "认捐", "donation": "捐助", "payment": "支付"},
    ("entry", "use"): {
        "clinic": "医疗点设施",
        "road": "道路维修",
        "logistics": "后勤保障",
        "greening": "绿化",
    },
    ("need", "kind"): {"medical": "就医", "legal": "维权", "employment": "就业", "road": "道路"},
    ("statistic", "name"): {"out_migrants": "外出人员数", "population": "户籍人口"},
}


def _field(kind: str, key: str, sort: str, *, now: bool) -> Field:
    name, _, to = sort.partition(":")
    book = CODES.get((kind, key), CODES_NOW.get((kind, key), {}) if now else {})
    codes = {code: Label(zh, code) for code, zh in book.items()}
    if key == "rank":
        name, codes = "ranked", RANKS
    if key == "education":
        name, codes = "ranked", EDUCATION
    types: dict[str, FieldType] = {
        "text": "text",
        "code": "code",
        "ranked": "ranked",
        "number": "number",
        "money": "money",
        "day": "day",
        "flag": "flag",
        "one": "one",
        "many": "many",
    }
    return Field(
        key,
        Label(LABELS.get(key, key), key),
        types[name],
        to=to,
        codes=codes,
        planned=key in ("due", "ended"),
        grows=(kind, key) == ("need", "kind"),
    )


SPAN = "began:day ended:day"
ACTIVITY = (
    "date:day kind:code topic:code mode:code method:code who:many:person whom:many:subject "
    "attendees:many:person organisation:one:organisation place:one:place people:number "
    "hours:number "
    "period:day about:one:record"
)
SUBJECT_TIES = {kind: ("subject",) for kind in SUBJECT_KINDS}
SIDES = {kind: ("helper", "subject") for kind in SUBJECT_KINDS}
ACTIVITY_TIES = {
    "person": ("who", "whom", "attendees"),
    "organisation": ("organisation", "whom"),
    "household": ("whom",),
    "site": ("whom",),
    "place": ("place", "whom"),
    "record": ("about",),
}

#: name: (label, nature, fields, ties, doer, receiver)
Row = tuple[str, Nature, str, dict[str, tuple[str, ...]], dict[str, str], dict[str, str]]
NOW: dict[str, Row] = {
    "place": (
        "区划",
        "thing",
        "name:text level:code kind:code parent:one:place key:flag poor:flag "
        "population:number households:number",
        {"place": ("parent",)},
        {},
        {},
    ),
    "person": (
        "人员",
        "thing",
        "name:text birth:day age:number sex:code place:one:place "
        "household:one:household organisation:one:organisation rank:ranked education:ranked "
        "willing_to_serve:flag phone:text work_region:text work_reported:day "
        "wishes:text living_place:one:place",
        {"place": ("place",), "household": ("household",), "organisation": ("organisation",)},
        {},
        {},
    ),
    "household": (
        "户",
        "thing",
        "name:text place:one:place size:number kind:code per_head:number",
        {"place": ("place",)},
        {},
        {},
    ),
    "organisation": (
        "单位",
        "thing",
        "name:text kind:code level:code place:one:place "
        "parent:one:organisation has_union:flag population:number",
        {"place": ("place",), "organisation": ("parent",)},
        {},
        {},
    ),
    "site": (
        "场所",
        "thing",
        f"name:text kind:code place:one:place organisation:one:organisation area:number {SPAN}",
        {"place": ("place",), "organisation": ("organisation",)},
        {},
        {},
    ),
    "post": (
        "任职",
        "state",
        f"person:one:person organisation:one:organisation site:one:site "
        f"place:one:place body:code kind:code rank:ranked real:flag days:number {SPAN}",
        {
            "person": ("person",),
            "organisation": ("organisation",),
            "site": ("site",),
            "place": ("place",),
        },
        {},
        {},
    ),
    "enrolment": (
        "纳入",
        "state",
        f"name:code subject:one:subject grounds:code {SPAN}",
        SUBJECT_TIES,
        {},
        {},
    ),
    "class": (
        "分类",
        "state",
        f"name:code subject:one:subject option:code grounds:text {SPAN}",
        SUBJECT_TIES,
        {},
        {},
    ),
    "pairing": (
        "结对",
        "state",
        f"name:code helper:one:subject subject:one:subject reason:code {SPAN}",
        SIDES,
        {"person": "helper", "organisation": "helper"},
        {"person": "subject", "household": "subject"},
    ),
    "agreement": (
        "协议",
        "state",
        f"name:code helper:one:subject subject:one:subject signed:flag {SPAN}",
        SIDES,
        {"person": "helper", "organisation": "helper"},
        {"person": "subject"},
    ),
    "activity": (
        "工作记录",
        "event",
        ACTIVITY,
        ACTIVITY_TIES,
        {"person": "who", "organisation": "organisation"},
        {"person": "whom", "household": "whom", "organisation": "whom"},
    ),
    "need": (
        "需求",
        "event",
        "date:day subject:one:subject place:one:place kind:code who:many:person "
        "organisation:one:organisation due:day closed:day confirmed:flag self_solvable:flag "
        "measures:number hours:number urgent:flag",
        {
            **SUBJECT_TIES,
            "organisation": ("organisation", "subject"),
            "place": ("place",),
            "person": ("who", "subject"),
        },
        {"organisation": "organisation", "person": "who"},
        {kind: "subject" for kind in SUBJECT_KINDS},
    ),
    "entry": (
        "收支",
        "event",
        "date:day fund:code direction:code kind:code use:code amount:money amount_most:money "
        "organisation:one:organisation whom:many:subject place:one:place channel:code",
        {"organisation": ("organisation",), "place": ("place",)},
        {"organisation": "organisation"},
        {"household": "whom"},
    ),
    "measure": (
        "措施",
        "state",
        f"name:code title:text owner:one:organisation budget:money {SPAN}",
        {"organisation": ("owner",)},
        {"organisation": "owner"},
        {},
    ),
    "fund": ("资金", "state", f"name:code title:text {SPAN}", {}, {}, {}),
    "statistic": (
        "统计值",
        "state",
        f"place:one:place name:code value:number source:text {SPAN}",
        {"place": ("place",)},
        {},
        {},
    ),
    "document": (
        "材料",
        "event",
        "date:day name:code title:text period:day "
        "organisation:one:organisation place:one:place whom:many:subject who:many:person "
        "ended:day",
        {"organisation": ("organisation", "whom"), "place": ("place",), "person": ("whom", "who")},
        {"person": "who", "organisation": "organisation"},
        {"person": "whom", "household": "whom"},
    ),
}
LATER: dict[str, Row] = {
    "qualification": (
        "资格",
        "state",
        f"subject:one:subject kind:code {SPAN}",
        SUBJECT_TIES,
        {},
        {},
    ),
    "membership": (
        "会员",
        "state",
        f"person:one:person organisation:one:organisation number:text {SPAN}",
        {"person": ("person",), "organisation": ("organisation",)},
        {},
        {},
    ),
    "migration": (
        "流动",
        "state",
        f"person:one:person place:one:place direction:code {SPAN}",
        {"person": ("person",), "place": ("place",)},
        {},
        {},
    ),
    "stay": (
        "住村",
        "episode",
        f"person:one:person place:one:place mode:code reported:flag {SPAN}",
        {"person": ("person",), "place": ("place",)},
        {},
        {},
    ),
    "leave": (
        "请假",
        "episode",
        f"person:one:person kind:code approved:flag days:number {SPAN}",
        {"person": ("person",)},
        {},
        {},
    ),
    "benefit": (
        "政策享受",
        "state",
        f"name:code subject:one:subject amount:money {SPAN}",
        SUBJECT_TIES,
        {},
        {},
    ),
    "condition": (
        "生活状况",
        "state",
        f"subject:one:subject item:code verdict:code {SPAN}",
        SUBJECT_TIES,
        {},
        {},
    ),
    "income": (
        "收入",
        "state",
        f"household:one:household per_head:number net:number {SPAN}",
        {"household": ("household",)},
        {},
        {},
    ),
    "service": (
        "服务",
        "event",
        "kind:code date:day whom:many:subject who:many:person "
        "organisation:one:organisation place:one:place in_county:flag outcome:code "
        "hours:number arrears:number batch:code",
        {
            "person": ("whom", "who"),
            "organisation": ("organisation",),
            "place": ("place",),
            "site": ("whom",),
        },
        {"organisation": "organisation", "person": "who"},
        {"person": "whom"},
    ),
    "award": ("表彰", "event", "name:code date:day subject:one:subject", SUBJECT_TIES, {}, {}),
    "finding": (
        "比对结果",
        "event",
        "date:day subject:one:subject item:code closed:day due:day",
        SUBJECT_TIES,
        {},
        {},
    ),
    "occasion": (
        "场合",
        "episode",
        f"name:code place:one:place {SPAN}",
        {"place": ("place",)},
        {},
        {},
    ),
    "score": (
        "得分",
        "event",
        "date:day name:code subject:one:subject item:code score:number grade:code",
        SUBJECT_TIES,
        {},
        {},
    ),
}
BUILT_NOW = {
    "visit": "走访",
    "phone_call": "电话联系",
    "talk": "谈心",
    "training": "培训",
    "meeting": "会议",
    "clinic_day": "义诊",
    "report": "报告",
    "questionnaire": "问卷答卷",
}
BUILT_LATER = {
    "publicity": "宣传",
    "contest": "比赛",
    "study": "学习",
    "survey": "调查",
    "diary": "日记",
    "inspection": "检查",
}


def _kind(name: str, row: Row, *, now: bool) -> Kind:
    label, nature, fields, ties, doer, receiver = row
    declared = [_field(name, *one.split(":", 1), now=now) for one in fields.split()]
    return Kind(
        name=name,
        label=Label(label, name.replace("_", " ")),
        nature=nature,
        fields={one.key: one for one in declared},
        ties=ties,
        doer=doer,
        receiver=receiver,
    )


def _vocabulary(rows: dict[str, Row], built: dict[str, str], *, now: bool) -> Vocabulary:
    kinds = {name: _kind(name, row, now=now) for name, row in rows.items()}
    base = kinds["activity"]
    for name, label in built.items():
        kinds[name] = Kind(
            name=name,
            label=Label(label, name.replace("_", " ")),
            nature="event",
            fields=base.fields,
            ties=base.ties,
            doer=base.doer,
            receiver=base.receiver,
            basic="activity",
            preset={"kind": name},
        )
    return Vocabulary(kinds)


SMALL = _vocabulary(NOW, BUILT_NOW, now=True)
WIDE = _vocabulary({**NOW, **LATER}, {**BUILT_NOW, **BUILT_LATER}, now=False)

"""The kinds of record whose lists are read, compared and written in one way, each declared here.

What differs from kind to kind is data: by which columns and titles its lists are known, what tells
one record from another, what may be put right, and which other subjects a row names.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from bangfu.programmes.kinds import Label

#: What a body that a row names may be.
Body = Literal["organisation", "site", "person"]


@dataclass(frozen=True, slots=True)
class Declared:
    """A kind of record that a list tells row by row.

    ``whose`` is the column that says whose it is, ``same`` what beside it (and the day) makes two
    records one, ``right`` what may be put right of one on record, ``whole`` whether its action of
    putting right is told all of them. ``bodies`` are the columns that name other subjects, each
    with what these may be; of ``needed`` a row cannot be without one of each. ``words`` are coded
    fields whose other words are kept as a title of their own. ``heads`` are headings that mean one
    thing in such lists, ``says`` what of such lists no field of the ledger is called by. ``titled``
    is what its lists are called, ``unlike`` what they are not, ``body`` how a title that names the
    body (with § behind its name) says that it is that one, ``known`` the fields that show it.
    """

    whose: str
    enter: str
    same: tuple[str, ...]
    fields: tuple[str, ...]
    right: tuple[str, ...]
    titled: re.Pattern[str]
    known: frozenset[str]
    day: str = "began"
    correct: str = ""
    whole: bool = False
    end: str = ""
    reasons: bool = False
    bodies: Mapping[str, tuple[Body, ...]] = field(default_factory=dict)
    needed: tuple[tuple[tuple[str, ...], Label], ...] = ()
    words: str = ""
    heads: Mapping[str, str] = field(default_factory=dict)
    says: Mapping[str, str] = field(default_factory=dict)
    of_title: tuple[tuple[re.Pattern[str], str], ...] = ()
    unlike: re.Pattern[str] | None = None
    body: re.Pattern[str] | None = None
    serving: bool = False

    @property
    def lasts(self) -> bool:
        """Whether it has a first and a last day."""
        return self.day == "began"


def _heads(of: str, /, **named: str) -> dict[str, str]:
    """Headings, parted by blanks, by the field that they ask of a kind."""
    return {head: f"{of}.{key}" for key, heads in named.items() for head in heads.split()}


_NOWHERE = Label(
    "没有写明在哪个机构、哪处场所，或台账里还没有登记；请先登记",
    "it does not say in which organisation or at which site, or none such is on record",
)
_NO_BODY = Label(
    "没有写明是哪个组织的名册，或台账里还没有登记；请加一列“所属组织”，或先登记这个组织",
    "whose roster is it? add a column 所属组织, or register the body first",
)
NO_DAYS = Label(
    "没有写明从哪天到哪天；请加“起始日期”“截止日期”两列，只有天数记不下来",
    "from which day to which? add columns 起始日期 and 截止日期; a number of days is not enough",
)
_NO_LEAVE = Label("没有写明是驻村还是哪种假；请加一列“类别”", "in the village, or which leave?")
_NO_SUCH = Label(
    "没有写明是哪种资质；请加一列“证书名称”",
    "which qualification is it? add a column 证书名称",
)
_NO_HONOUR = Label("没有写明表彰名称", "it does not say for what")
_NO_SERVICE = Label(
    "没有写明是哪项服务；请加一列“服务项目”，或在标题里写明",
    "which service was it? add a column 服务项目, or name it in the title",
)
_NO_GIVER = Label(
    "没有写明哪个机构服务的，或台账里还没有登记；请加一列“服务机构”，或先登记这个机构",
    "who gave it? add a column 服务机构, or register the organisation first",
)

DECLARED: Mapping[str, Declared] = {
    "practice": Declared(
        whose="person", enter="practice.register", same=("kind", "organisation", "site"),
        fields=("kind", "main", "sessions"), right=("sessions",), correct="practice.correct",
        end="practice.end", titled=re.compile("执业地点|执业注册|多点执业|坐诊|出诊"),
        known=frozenset(("practice.organisation", "practice.site", "practice.sessions")),
        bodies={"organisation": ("organisation",), "site": ("site",)},
        needed=((("organisation", "site"), _NOWHERE), (("kind",), _NO_SUCH)),
        words="kind", serving=True,
        heads=_heads(
            "practice", main="是否主要执业地点 是否主执业机构 是否主要执业机构",
            began="注册日期 注册时间 执业时间 执业起始时间 备案日期 备案时间",
            ended="有效期至 有效期限 注册有效期至 截止日期 备案截止日期",
            organisation="主要执业机构 执业单位 执业机构名称 多点执业机构",
            site="所在村卫生室 村卫生室 卫生室 卫生室名称 执业地点 执业场所 坐诊地点 "
                 "执业卫生室",
            kind="资质类别 资格类别 证书类别",
        ),
    ),
    "qualification": Declared(
        whose="person", enter="qualification.enter", same=("kind", "title"),
        fields=("kind", "title", "issuer", "number"), right=("issuer", "number"),
        correct="qualification.correct", whole=True, end="qualification.end", reasons=True,
        titled=re.compile("资格|资质|证书|执业|持证|技能等级|职称"),
        known=frozenset(("qualification.kind", "qualification.number", "qualification.issuer",
                         "practice.kind")),
        needed=((("kind",), _NO_SUCH),), words="kind", serving=True,
        unlike=re.compile("残疾|申请|评定|认定|低保|特困|救助|享受|参保|供养"),
        heads=_heads(
            "qualification",
            began="发证日期 发证时间 取得时间 取得日期 颁证日期 颁发日期 "
                  "批准日期 起始日期 获证时间 "
                  "资格取得时间 证书取得时间 有效期起 有效期自",
            ended="有效期至 有效期限 有效期止 到期日期 到期时间 截止日期 证书有效期 证书有效期至",
            number="资格证书编号 资格证编号 执业证书编号 证书编码 执业证编号",
            kind="执业类别 资格证书名称 资格名称 职业资格名称",
            issuer="颁证单位 颁证机关 审批机关",
            title="专业 等级 专业等级 执业范围 级别 技能等级",
        ),
    ),
    "affiliation": Declared(
        whose="subject", enter="affiliation.admit", same=("organisation",),
        fields=("kind", "role", "number", "card"), right=("kind", "role", "number", "card"),
        correct="affiliation.correct", whole=True, end="affiliation.end", reasons=True,
        titled=re.compile("会员|社员|入会|入社|(协会|商会|学会|联合会|合作社|志愿.{0,4}队).{0,6}(成员|理事)"),
        body=re.compile("§([0-9]{4}年度?)?(全体)?(会员|社员|成员|理事|监事|入社|入会|花?名册|名单)"),
        known=frozenset(("affiliation.subject", "affiliation.organisation", "affiliation.kind",
                         "affiliation.number", "affiliation.role", "affiliation.card")),
        bodies={"organisation": ("organisation",)},
        needed=((("organisation",), _NO_BODY),),
        heads=_heads(
            "affiliation", began="入会时间 入会日期 入社时间 入社日期 加入时间 加入日期 登记日期",
            ended="退会时间 退会日期 退社时间 退社日期 退出时间 退出日期",
            organisation="所属合作社 合作社 合作社名称 所属组织 所在协会",
            role="职务 会员职务 社内职务",
            kind="类别", number="社员编号 成员编号",
        ),
    ),
    "stint": Declared(
        whose="person", enter="stint.enter", same=(), fields=("kind",), right=(),
        end="stint.end", titled=re.compile("请假|销假|休假|年休|驻村|在岗|在村|外出报备|公休"),
        known=frozenset(("stint.kind", "stint.days", "stint.person", "stint.approver")),
        bodies={"approver": ("person",)},
        needed=((("kind",), _NO_LEAVE), (("began",), NO_DAYS)),
        serving=True,
        heads=_heads(
            "stint",
            began="起始日期 开始日期 开始时间 起始时间 请假开始时间 请假起始时间 "
                  "请假时间起 请假起始日期 "
                  "请假开始日期 驻村起始时间 驻村开始时间 驻村起始日期 休假开始时间 "
                  "到村日期 离岗时间 起",
            ended="截止日期 结束日期 结束时间 截止时间 请假结束时间 请假截止时间 "
                  "请假时间止 请假截止日期 "
                  "请假结束日期 驻村截止时间 驻村结束时间 驻村截止日期 休假结束时间 "
                  "离村日期 返岗前一日 止",
            kind="请假类型 假期类型 请假种类 休假类别",
            days="天数 休假天数 在村天数 驻村天数 请假天数(天)",
            approver="审批人 批准人 审批领导 批准领导",
            approved="批准时间 审批时间 审批日期",
        ) | dict.fromkeys("驻村 所驻村 派驻村 驻点村 驻村名称".split(), "place.village"),
        of_title=((re.compile("请假|销假"), ""),
                  (re.compile("驻村(天数|时间|登记|考勤)|在村天数|在岗"), "in_village"),
                  (re.compile("年休|公休"), "annual"), (re.compile("外出报备"), "on_duty")),
    ),
    "award": Declared(
        whose="subject", enter="award.give", same=("title",), day="date",
        fields=("title", "level", "issuer", "paper", "shown"), right=("level", "issuer", "paper"),
        correct="award.correct", whole=True,
        titled=re.compile("表彰|获奖|先进|荣誉|光荣|示范户|文明户|模范|优秀|之星"),
        known=frozenset(("award.title", "award.date", "award.issuer", "award.paper",
                         "award.subject")),
        needed=((("title",), _NO_HONOUR),),
        heads=_heads(
            "award",
            title="荣誉名称 奖项 奖项名称 获得荣誉 表彰项目 获奖名称 奖励名称 表彰称号 荣誉",
            level="级别 奖励级别 获奖级别 表彰级别 荣誉级别 等次级别",
            issuer="颁奖单位 颁发单位 授奖单位 表彰机关 发文单位",
            paper="文号 文件号 发文文号 表彰文件",
            date="日期 时间 授牌时间 授牌日期 颁奖时间 获得时间 表彰日期 获奖日期 发文日期",
            shown="是否同意展示 是否同意公示",
        ),
    ),
    "encounter": Declared(
        whose="subject", enter="encounter.record", same=("kind", "provider"), day="date",
        fields=("kind", "outcome", "setting", "cost", "reimbursed", "settlement", "settled",
                "number"),
        right=("outcome", "setting", "cost", "reimbursed", "settlement", "settled", "number"),
        correct="encounter.correct",
        titled=re.compile("住院|健康服务|体检|查体|筛查|接种|随访|转诊|诊疗|门诊|救治|送药|康复|履约"),
        known=frozenset(("encounter.date", "encounter.kind", "encounter.provider",
                         "encounter.cost", "encounter.settlement", "encounter.outcome")),
        bodies={"provider": ("organisation", "site"), "doctor": ("person",)},
        needed=((("kind",), _NO_SERVICE), (("provider",), _NO_GIVER)),
        unlike=re.compile("签约(花名册|名单|统计)|参保"),
        body=re.compile("(院|卫生室|卫生所|服务中心|疾控中心|防治站)§"),
        says={
            "入院日期": "encounter.date", "出院日期": "encounter.discharged",
            "出院诊断疾病名称": "encounter.diagnosis",
            "基本补偿": "encounter.reimbursed#基本补偿",
            "大病报销金额": "encounter.reimbursed#大病报销金额",
            "救助金额": "encounter.reimbursed#救助金额",
            "补充保险报销": "encounter.reimbursed#补充保险报销",
        },
        heads=_heads(
            "encounter",
            date="日期 时间 体检日期 体检时间 随访日期 随访时间 接种日期 接种时间 "
                 "筛查日期 筛查时间 就诊日期 "
                 "就诊时间 门诊日期 康复日期 送药日期 诊疗日期 服务时间",
            provider="机构 医院 单位 医疗单位 体检机构 体检单位 随访机构 接种单位 筛查机构 "
                     "就诊医院 服务单位 接种机构",
            doctor="医生 医师 随访医生 体检医生 责任医生 接种医生",
            kind="服务类别 服务类型 就诊类别 就医类别",
            reimbursed="报销合计 报销总额 补偿合计 报销金额合计 合计报销 报销总金额 "
                       "补偿总额 报销金额 "
                       "补偿金额 实际报销金额 实际补偿金额",
            number="住院号 就诊编号 单据号 住院编号",
            **{
                "reimbursed#医保报销": "基本医保 医保报销 医保报销金额 新农合报销 统筹报销",
                "reimbursed#大病报销": "大病报销 大病保险 大病保险报销金额",
                "reimbursed#医疗救助": "医疗救助 医疗救助金额 民政救助金额",
            },
        ),
        of_title=(
            (re.compile("住院"), "inpatient"), (re.compile("体检|查体"), "check_up"),
            (re.compile("筛查"), "screening"), (re.compile("接种"), "vaccination"),
            (re.compile("随访|家庭医生|履约"), "family_doctor"), (re.compile("转诊"), "referral"),
            (re.compile("门诊"), "outpatient"), (re.compile("送药"), "medicine"),
            (re.compile("康复"), "rehabilitation"), (re.compile("专项救治"), "treatment"),
        ),
    ),
}  # fmt: skip


def targets_of(kind: str) -> frozenset[str]:
    """The fields that the columns of such a list can be said to ask."""
    way = DECLARED[kind]
    span = (
        ("began", "ended", *(("end_reason",) if way.reasons else ())) if way.lasts else (way.day,)
    )
    own = {"stint": ("days", "approved"), "encounter": ("own",)}.get(kind, ())
    return frozenset(f"{kind}.{key}" for key in (*way.fields, *way.bodies, *span, *own))


def named_in_title(kind: str, title: str) -> str:
    """The word of its kind that the title of a list names, where it names just one."""
    found = {word for way, word in DECLARED[kind].of_title if way.search(title)}
    return found.pop() if len(found) == 1 else ""

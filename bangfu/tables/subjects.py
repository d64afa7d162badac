"""What the rows of a table are about, by its headings and its title."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.programmes.kinds import Label
from bangfu.tables.headings import canonical, written
from bangfu.tables.likeness import parted
from bangfu.tables.parties import Parties, said_in
from bangfu.tables.places_in import level_of


@dataclass(frozen=True, slots=True)
class Guess:
    """A kind that rows may be about, how sure, and why."""

    kind: str
    confidence: float
    reason: Label


#: Headings that speak for a kind, with their weight; and words of a title that do.
_SIGNS: dict[str, tuple[tuple[str, float], ...]] = {
    "person": (
        (r"^(与户主(的)?关系|家庭关系|与贫困户关系)$", 3), (r"^(家庭)?成员姓名$", 3),
        (r"^人编号$", 3), (r"^(身份证号|证件号)$", 1.2), (r"^性别$", 1.2), (r"^姓名$", 1.6),
        (r"^(出生(时间|年月)|年龄)$", 0.8),
        (r"^(文化程度|学历|健康状况|劳动技能|在校生状况|民族|政治面貌)$", 0.8),
        (r"^(学生|患者|儿童|老人|病人|残疾人|务工人员|学员|医生|村医|人员|党员|职工|员工)姓名$", 3),
        (r"务工(地点|时间|单位|企业|所在地)|就业(单位|地)|月收入", 0.6), (r"^签约(医生|时间)", 0.6),
    ),
    "household": (
        (r"^户(主(姓名)?|名)$", 2.2),
        (r"^(贫困户|脱贫户|监测户|低保户|农户|困难户|帮扶户)(户主)?(姓名|名称)$", 2.2),
        (r"^户编号$", 1.2), (r"^(家庭)?(人口|人数|成员数|人口数)$", 1.2),
        (r"^户(类型|属性)|^贫困户(属性|类型)$", 1),
        (r"(致贫|返贫|风险|致困)", 0.6), (r"(总|纯|可支配)收入$", 0.6),
        (r"^劳动力(人数|数)?$", 0.6),
        (r"住房|饮水|耕地|林地", 0.4),
    ),
    "visit": (
        (r"^(走访|入户|到户|慰问|遍访|下乡|帮扶活动)(时间|内容|情况|记录|对象|人|人员)$", 2.5),
        (r"^(走访|入户|到户)(?!道?路|核[查实])", 1), (r"^(群众反映|反映问题|群众诉求)", 0.8),
        (r"^帮扶(工作)?(时间|内容)$", 1.2),
    ),
    "hospital_stay": ((r"^(入院|出院|住院)", 2.2), (r"(报销|补偿|自付|救助)", 0.7),
        (r"诊断|医疗机构", 1)),
    "project": (
        (r"^(项目|工程)(名称|编号|类型|类别)?$", 2.5), (r"投资|建设(内容|地点|规模|期限|单位)", 1),
        (r"(开工|竣工|完工)", 1), (r"资金(到位|来源|拨付)|进展|进度", 0.6),
    ),
    "measure": ((r"^(帮扶)?措施(名称)?$", 1.2), (r"^(实事|事项|工作任务|任务|目标任务)", 1.8),
                (r"^(责任单位|牵头单位|配合单位|完成时限)$", 0.9)),
    "need": ((r"^(需求|问题|诉求)(类别|类型|内容|描述|清单)?$", 1.5), (r"^(整改|办结|解决)", 1.1),
             (r"^(责任人|责任单位|完成时限)$", 0.4)),
    "training": ((r"^培训(名称|时间|地点|内容|人数|对象|机构)$", 1.5),),
    "meeting": ((r"^(会议|座谈)(名称|时间|地点|主题|内容)$", 1.8), (r"^(参会|到会)", 1)),
    "benefit": ((r"^(补助|补贴|资助|救助|奖补|慰问)(金额|项目|标准|类型|名称|时间)", 1.5),
        (r"^发放", 1)),
    "alert": ((r"预警", 1.8), (r"核实|核查", 0.8)),
    "team": ((r"^驻村|^派驻|工作队", 1.4), (r"^(选派|任职)", 0.6)),
    "entry": ((r"^(捐[赠助款]|认捐|收支|支出|收入)(时间|金额|单位|人|方|用途)", 1.6),
        (r"^(资金)?用途$", 1), (r"凭证", 1)),
    "agreement": ((r"^(协议|承诺书|合同)", 1.5), (r"甲方|乙方", 1.5)),
    "organisation": (
        (r"^(单位|机构|企业|公司|合作社|学校|医院|协会|基地|帮扶单位)(名称)?$", 1.3),
        (r"(统一社会)?信用代码|法人|法定代表", 1.4), (r"^(单位|机构)(性质|类别|级别|地址)", 1),
    ),
    "place": ((r"^(村集体|行政村)", 0.5), (r"^(总)?(户数|人口)$", 0.5),
        (r"^村(支书|主任|书记)", 1)),
}  # fmt: skip
_TITLES: tuple[tuple[str, str, float], ...] = (
    ("hospital_stay", r"住院|救治|报销|补偿", 1.2),
    ("visit", r"走访|入户|到户|遍访|慰问(记录|登记)", 1.5),
    ("project", r"项目|工程", 1.2), ("need", r"问题|需求|诉求|整改", 1.0),
    ("training", r"培训", 1.2),
    ("meeting", r"会议|座谈", 1.2), ("alert", r"预警|排查", 0.8),
    ("team", r"驻村|工作队|第一书记", 1.0),
    ("measure", r"措施|任务|实事|计划", 0.6), ("benefit", r"补助|补贴|发放|资助|救助", 0.9),
    ("entry", r"捐[赠助款]|认捐|收支|资金", 0.8), ("agreement", r"协议|承诺", 1.0),
    ("person", r"人员|人口|名单|花名册|成员|学生|儿童|老人|患者|党员|务工|残疾人|村医|责任人", 0.8),
    ("household", r"(?<!入)(?<!到)户|家庭", 0.8), ("organisation", r"单位|机构|企业|学校", 0.6),
    ("place", r"村情|村基本|贫困村|行政村", 1.0),
)  # fmt: skip


def leaf_of(path: tuple[str, ...]) -> str:
    """A column's own heading, in one way of writing."""
    return canonical(written(path[-1]).bare) if path else ""


def guesses(paths: Sequence[tuple[str, ...]], title: str) -> list[Guess]:
    """The kinds that rows may be about, the likeliest first."""
    weights: dict[str, float] = {}
    signs: dict[str, list[str]] = {}
    parties = Parties()
    own = [path for path in paths if not path or parties.of(path) != "relative"]
    leaves = list(dict.fromkeys(_told(path) for path in own if not _of_others(path)))
    usual = {leaf: (leaf, "".join(parted(leaf))) for leaf in leaves}
    for kind, listed in _SIGNS.items():
        for way, weight in listed:
            for leaf in leaves:
                if any(re.search(way, words) for words in usual[leaf]):
                    weights[kind] = weights.get(kind, 0) + weight
                    signs.setdefault(kind, []).append(leaf)
    words = canonical(written(title).bare)
    for kind, way, weight in _TITLES:
        if re.search(way, words):
            weights[kind] = weights.get(kind, 0) + weight
    if of_helpers(leaves, title) or helped_beside_helpers(leaves, title):
        weights["person"] = weights.get("person", 0) + _PLAINLY
    _lean(weights, leaves)
    total = sum(weights.values()) or 1
    return [
        Guess(kind, round(min(0.98, 0.5 + 0.5 * weight / total + min(weight, 6) / 20), 2),
              _why(signs.get(kind, []), words))
        for kind, weight in sorted(weights.items(), key=lambda pair: -pair[1])
    ]  # fmt: skip


def _told(path: tuple[str, ...]) -> str:
    """A column's heading; a name below the word of a head is the head's."""
    leaf = leaf_of(path)
    head = leaf == "姓名" and any(said_in(words) == "head" for words in path[:-1])
    if path and "户主" in written(path[-1]).beside:
        return "户主"
    return f"户主{leaf}" if head else leaf


def _of_others(path: tuple[str, ...]) -> bool:
    """Whether a column stands under a heading of those who help, and tells nothing of the rows."""
    return any(said_in(words) in _NOT_THEIRS for words in path[:-1])


_NOT_THEIRS = frozenset(("helper", "unit", "leader", "relative", "other"))
#: A list that is called so is of those who help, if it names them and nobody else.
_HELPERS = re.compile(r"(帮扶|包联|包保|包[村户]|结对)(责任人|联系人|干部|人员|人)")
_ANYBODY = re.compile(r"户主?$|户主|姓名|村民|对象|人口|时间$|日期$|身份证")
_WHOM_THEY_HELP = re.compile(r"(被?帮扶|结对(帮扶)?|受助)(对象|人员)(姓名)?$")
_NAMES = re.compile("户主|姓名|家庭|户[类属型]")


def of_helpers(leaves: Sequence[str], title: str) -> bool:
    """Whether each row is somebody who helps: named as the title says, and nobody beside."""
    helpers = [leaf for leaf in leaves if _HELPERS.match(leaf)]
    others = (leaf for leaf in leaves if leaf not in helpers)
    called = canonical(written(title).bare)
    return bool(helpers and _HELPERS.search(called)) and not any(map(_ANYBODY.search, others))


def helped_beside_helpers(leaves: Sequence[str], title: str) -> bool:
    """Whether each row of a list of helpers names one whom they help, and by nothing else."""
    helpers = [leaf for leaf in leaves if _HELPERS.match(leaf)]
    whom = [leaf for leaf in leaves if _WHOM_THEY_HELP.match(leaf)]
    others = (leaf for leaf in leaves if leaf not in (*helpers, *whom))
    named = helpers and len(whom) == 1 and not any(map(_NAMES.search, others))
    return bool(named and _HELPERS.search(canonical(written(title).bare)))


#: From this weight on rows are visits though a household is named in each.
_PLAINLY = 4


def _lean(weights: dict[str, float], leaves: list[str]) -> None:
    """Members make rows of persons though their household is named; a head alone does not."""
    related = "关系" in leaves and not {"家庭成员", "成员", "姓名"}.isdisjoint(leaves)
    if related or any(re.match(r"与户主(的)?关系|(家庭)?成员姓名|人编号", leaf) for leaf in leaves):
        weights["person"] = weights.get("person", 0) + 3
    elif weights.get("household", 0) >= 2.2 and all(
        any(re.fullmatch(way, leaf) for leaf in leaves) for way in _OF_MEMBERS
    ):
        weights["person"] = weights.get("person", 0) + 3
    elif weights.get("household", 0) >= 2.2 and weights.get("visit", 0) < _PLAINLY:
        named = any(re.search(r"(?<!户主)姓名$", leaf) and "户" not in leaf for leaf in leaves)
        weights["household"] += 1 if named else 3
    if weights.get("person", 0) >= 2.4 and "benefit" in weights:
        weights["benefit"] -= 3
    if weights.get("hospital_stay", 0) >= 3:
        weights["hospital_stay"] += 3


#: Beside the name of a head these tell of each of a household's people.
_OF_MEMBERS = (
    r"((贫困|脱贫|帮扶|监测)?(人口|人员|成员|对象)|本人)?姓名",
    r"(本人|人员|成员)?(身份证|证件|身份证件)(编号|号)?",
)


def _why(signs: list[str], title: str) -> Label:
    if signs:
        zh, en = "、".join(signs[:4]), ", ".join(signs[:4])
        return Label(f"有“{zh}”等列", f"has columns such as {en}")
    return Label(f"标题为“{title}”", f"titled {title}")


#: The stub of a summary: what each of its rows is called.
_STUBS: tuple[tuple[str, str], ...] = (
    ("organisation",
     r"(?<!计量)(单位|机构|部门|企业|学校|医院|卫生院|合作社|支行|网点|组织)(名称|标志)?$"),
    ("person", r"(姓名|干部|责任人|医生|员工姓名)$"),
    ("class",
     r"^(类别|类型|指标|项目|指标名称|统计指标|统计项目|分类|内容|名称|"
     r"(户|农户|家庭|人员|人口|人群|群体|对象)(类型|类别|属性))$"),
)  # fmt: skip


def stub_of(path: tuple[str, ...]) -> str | None:
    """The kind that a summary's stub column names; nothing where it cannot be one."""
    leaf = leaf_of(path)
    if level_of(leaf):
        return "place"
    return next((kind for kind, way in _STUBS if re.search(way, leaf)), None)

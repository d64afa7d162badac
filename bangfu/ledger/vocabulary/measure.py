"""Measures 措施."""

from bangfu.ledger.vocabulary.words import SPAN, code, day, fields, money, number, one, text
from bangfu.programmes.kinds import Kind, Label

KIND = Kind(
    name="measure",
    label=Label("措施", "Measure"),
    nature="state",
    model="Measure",
    fields=fields(
        code("name", "措施代号", "Key", column=False),
        text(
            "title",
            "措施",
            "Measure",
            "帮扶措施",
            "项目名称",
            "实事",
            "实事项目",
            "实事名称",
            "事项名称",
            "任务名称",
        ),
        one("owner", "责任单位", "Owner", "牵头单位", to="organisation"),
        number("planned_least", "计划数（至少）", "Planned, at least"),
        number("planned_most", "计划数（至多）", "Planned, at most"),
        text("unit", "单位", "Unit", "计量单位"),
        day("window_from", "计划开始", "Window from", planned=True),
        day("window_to", "计划完成", "Window to", "完成时限", planned=True),
        money("budget", "预算（元）", "Budget (yuan)"),
        *SPAN,
    ),
    ties={"organisation": ("owner",)},
    doer={"organisation": "owner"},
    purpose=Label("跟踪实事办理", "Following what was promised"),
)

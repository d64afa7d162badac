"""Benefits 享受政策 and payouts 补贴发放."""

import dataclasses

from bangfu.ledger.codes import BENEFIT
from bangfu.ledger.vocabulary.words import SPAN, book, code, day, fields, money, one, text
from bangfu.programmes.kinds import Kind, Label

PER = book(
    once=("一次性", "once"), month=("每月", "a month"), quarter=("每季", "a quarter"),
    year=("每年", "a year"),
)  # fmt: skip
_TIES = {"person": ("subject",), "household": ("subject",)}
_RECEIVER = {"person": "subject", "household": "subject"}
_PURPOSE = Label("落实应享受的政策", "Seeing that people get what they are entitled to")

KIND = Kind(
    name="benefit",
    label=Label("享受政策", "Benefit"),
    nature="state",
    model="Benefit",
    fields=fields(
        one("subject", "享受对象", "Who", "享受人", "受益人", "政策享受人", to="subject"),
        code("kind", "享受政策", "Benefit",
             *"""政策名称 享受政策名称 享受政策类型 享受政策情况 政策享受情况 享受的政策 政策享受
             惠民政策 帮扶政策 享受扶持政策 政策落实情况 享受政策项目 待遇名称 待遇类别""".split(),
             codes=BENEFIT, grows=True),
        text("title", "政策细目", "Called", sensitivity="personal"),
        money("amount", "享受标准（元）", "Amount (yuan)",
              *"享受标准 待遇标准 保障标准 补助标准 补贴标准".split()),
        code("per", "发放周期", "For each", "发放频次", "发放方式", codes=PER),
        text("account", "账号（尾号）", "Account (last two characters)", sensitivity="personal",
             column=False),
        text("source", "享受政策来源", "Source", sensitivity="personal", column=False),
        text("end_reason", "停发原因", "Why it ended", "停保原因", "退出政策原因",
             sensitivity="personal", column=False),
        dataclasses.replace(SPAN[0], aliases=(
            *SPAN[0].aliases, "享受起始时间", "享受开始时间", "开始享受时间", "享受政策时间",
            "政策享受时间", "享受时间", "享受政策起始时间",
        )),
        dataclasses.replace(SPAN[1], aliases=(
            *SPAN[1].aliases, "享受截止时间", "享受结束时间", "停发时间", "停保时间",
        )),
    ),
    ties=_TIES,
    receiver=_RECEIVER,
    purpose=_PURPOSE,
    keep_years=5,
)  # fmt: skip

PAYOUT = Kind(
    name="payout",
    label=Label("补贴发放", "Payout"),
    nature="event",
    model="Payout",
    fields=fields(
        day("date", "发放日期", "Paid on",
            *"发放时间 补贴发放时间 补助发放时间 领取时间 领取日期 领款时间 打卡时间".split()),
        one("subject", "领取人", "To", "领款人", "补贴对象", "补助对象", "发放对象", to="subject"),
        code("kind", "补贴项目", "Benefit",
             *"""补助项目 资助项目 救助项目 补贴名称 补助名称 补贴类型 补助类型 资助类型 救助类别
             补贴类别 补助类别 发放项目 奖补项目 奖补类别
             奖补名称""".split(), codes=BENEFIT, grows=True),
        text("title", "补贴细目", "Called", sensitivity="personal"),
        money("amount", "补助金额", "Amount (yuan)",
              *"""补贴金额 发放金额 救助金额(元) 奖补金额 补助资金 享受金额 应发金额 实发金额
              领取金额 发放金额(元) 补贴金额(元) 补助金额(元)""".split()),
        day("first_day", "所属期起", "For the time from", read="since", column=False),
        text("account", "账号（尾号）", "Account (last two characters)", sensitivity="personal",
             column=False),
        text("source", "发放来源", "Source", sensitivity="personal", column=False),
    ),
    ties=_TIES,
    receiver=_RECEIVER,
    purpose=_PURPOSE,
    keep_years=5,
)  # fmt: skip

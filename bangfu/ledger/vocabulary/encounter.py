"""Health services 服务记录: what was done for somebody, by whom, at what cost; no diagnosis."""

from bangfu.ledger.vocabulary.words import (
    book,
    code,
    day,
    fields,
    flag,
    money,
    number,
    one,
    text,
)
from bangfu.programmes.kinds import Kind, Label

ENCOUNTERS = book(
    screening=("筛查", "Screening"),
    check_up=("健康查体", "Check-up"),
    family_doctor=("家庭医生服务", "Family doctor"),
    outpatient=("门诊", "Outpatient care"),
    inpatient=("住院", "Stay in hospital"),
    treatment=("专项救治", "Course of treatment"),
    referral=("转诊", "Referral"),
    consultation=("会诊", "Consultation"),
    remote=("远程诊疗", "Remote consultation"),
    vaccination=("预防接种", "Vaccination"),
    rehabilitation=("康复", "Rehabilitation"),
    medicine=("送药", "Medicine brought home"),
    advice=("健康指导", "Health advice"),
)
OUTCOMES = book(
    done=("已完成", "Done"),
    going_on=("进行中", "Going on"),
    sent_on=("转出", "Sent on"),
    declined=("本人不愿", "Declined"),
    refused=("被拒收", "Turned away"),
)
SETTINGS = book(
    home=("家中", "At home"),
    clinic=("村卫生室", "Village clinic"),
    township=("乡镇卫生院", "Township hospital"),
    hospital=("医院", "Hospital"),
    online=("线上", "Online"),
)
SETTLEMENTS = book(
    one_stop=("一站式结算", "Settled at one counter"),
    afterwards=("先诊疗后付费", "Treated first, paid afterwards"),
    on_claim=("先付费后报销", "Paid first, claimed afterwards"),
    free=("免费", "Free of charge"),
)

KIND = Kind(
    name="encounter",
    label=Label("服务记录", "Health service"),
    nature="event",
    model="Encounter",
    fields=fields(
        day("date", "服务日期", "Given on", "就诊日期", "就诊时间", "就医时间"),
        one("subject", "服务对象", "To", to="person"),
        code("kind", "服务项目", "Service", codes=ENCOUNTERS, grows=True),
        code("outcome", "服务结果", "Result", codes=OUTCOMES),
        one("provider", "服务机构", "Given by",
            *"""医疗机构名称 医疗机构 就诊医院 住院医院 就诊医疗机构 医院名称 定点医院 就医机构
            救治医院 就诊机构""".split(), to="subject"),
        one("doctor", "服务医生", "Doctor", to="person", column=False),
        code("setting", "服务地点", "Where", codes=SETTINGS, column=False),
        one("sender", "转出机构", "Sent by", to="subject", column=False),
        day("sent", "转出日期", "Sent on", column=False),
        text("sent_time", "转出时刻", "Sent at", column=False),
        text("arrived_time", "到达时刻", "Arrived at", column=False),
        number("minutes", "转诊用时（分钟）", "Minutes from sending to arrival", column=False),
        flag("deposit", "收了押金", "A deposit was asked", column=False),
        money("cost", "服务费用（元）", "Cost (yuan)",
              *"""医疗总费用 住院总费用 总费用 医疗费用 住院费用 费用总额 医疗费总额 医药费用
              住院医疗总费用 医疗费用总额""".split()),
        money("reimbursed", "已报销（元）", "Reimbursed (yuan)",
              *"已报销金额 报销金额 报销总额 报销合计 报销总金额".split(), column=False),
        money("own", "本人负担（元）", "Left to the person (yuan)",
              *"""自付金额 自付费用 个人自付 个人负担 自付 自费金额 个人支付 个人自付金额 自费
              个人自付费用""".split()),
        code("settlement", "结算方式", "How it is settled", codes=SETTLEMENTS),
        day("settled", "结清日期", "Settled on", "结算日期", "结算时间", happens=True),
        text("number", "服务单号", "Number of the slip", sensitivity="personal", column=False),
    ),
    ties={
        "person": ("subject", "doctor"),
        "organisation": ("provider", "sender"),
        "site": ("provider", "sender"),
    },
    doer={"organisation": "provider", "site": "provider", "person": "doctor"},
    receiver={"person": "subject"},
    purpose=Label("落实健康服务和医疗保障", "Seeing that people get care and can pay for it"),
    keep_years=5,
)  # fmt: skip

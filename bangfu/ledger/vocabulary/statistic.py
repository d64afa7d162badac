"""Statistics 统计值."""

from bangfu.ledger.vocabulary.words import SPAN, book, code, fields, number, one, text
from bangfu.programmes.kinds import Kind, Label

STATISTICS = book(
    out_migrants=("外出人员数", "Out-migrants"),
    population=("户籍人口", "Registered population"),
    households=("户数", "Households"),
    per_head_income=("人均纯收入（元）", "Net income per head (yuan)"),
    insured_rate=("参保率（%）", "Insured (%)"),
    literacy_rate=("健康素养水平（%）", "Health literacy (%)"),
    hospital_delivery_rate=("住院分娩率（%）", "Births in hospital (%)"),
    mother_death_rate=("孕产妇死亡率（1/10万）", "Maternal deaths (per 100,000)"),
    infant_death_rate=("婴儿死亡率（‰）", "Infant deaths (per 1,000)"),
    visits_in_county=("县域内就诊率（%）", "Visits within the county (%)"),
    served_population=("服务人口", "Population served"),
    village_clinics=("卫生室（所）数", "Clinics in the village"),
    licensed_doctors=("执业（助理）医师和乡村医生数", "Licensed doctors"),
    public_toilets=("公共卫生厕所数", "Public toilets"),
    waste_points=("垃圾集中堆放点数", "Waste collection points"),
    libraries=("文化（图书）室数", "Libraries"),
    allowance_people=("低保人口", "People on subsistence allowance"),
    destitute_people=("特困供养人口", "Destitute people supported"),
    disabled_people=("持证残疾人口", "People with a disability certificate"),
    unsafe_water_households=("饮水未达标户数", "Households without safe water"),
    unsafe_house_households=("住房未达标户数", "Households without safe housing"),
)

KIND = Kind(
    name="statistic",
    label=Label("统计值", "Statistic"),
    nature="state",
    model="Statistic",
    fields=fields(
        one("place", "地方", "Place", "村", "乡镇", to="place"),
        code("name", "指标", "What", codes=STATISTICS, grows=True),
        number("value", "数值", "Value", "数量"),
        text("source", "来源", "Source"),
        text("as_written", "原文写法", "As written"),
        *SPAN,
    ),
    ties={"place": ("place",)},
    purpose=Label("引用地方统计数", "Quoting a place's numbers"),
)

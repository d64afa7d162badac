"""Organisations 单位."""

from bangfu.ledger.vocabulary.words import book, code, fields, one, text
from bangfu.programmes.kinds import Kind, Label

ORGANISATION_KINDS = book(
    county_medical_unit=("县直医疗卫生单位", "County medical unit"),
    county_hospital=("县级医院", "County hospital"),
    county_health_unit=("县级卫生单位", "County health unit"),
    city_hospital=("市级医院", "City hospital"),
    township_hospital=("乡镇卫生院", "Township hospital"),
    bureau=("机关", "Bureau"),
    party_committee=("党委", "Party committee"),
    party_branch=("党支部", "Party branch"),
    leading_group=("领导小组", "Leading group"),
    township_leading_group=("乡镇领导小组", "Township leading group"),
    leading_group_office=("领导小组办公室", "Leading group office"),
    township_government=("乡镇政府（街道办）", "Township government"),
    village_committee=("村民委员会", "Villagers' committee"),
    labour_service=("劳动服务机构", "Labour service body"),
    association=("协会", "Association"),
    enterprise=("企业", "Enterprise"),
    school=("学校", "School"),
    university=("高等院校", "University"),
)

LEVELS = book(
    village=("村级", "Village"),
    township=("乡级", "Township"),
    county=("县级", "County"),
    city=("市级", "City"),
    province=("省级", "Province"),
)

KIND = Kind(
    name="organisation",
    label=Label("单位", "Organisation"),
    nature="thing",
    model="Subject",
    sheet="Organisation",
    fields=fields(
        text(
            "name",
            "单位名称",
            "Name",
            "单位",
            "帮扶单位",
            "机构名称",
            "单位全称",
            "机构",
            "部门",
            "部门名称",
            "企业名称",
            "学校名称",
            "合作社名称",
            "工作单位",
            "所在单位",
            "医疗机构名称",
            "组织名称",
        ),
        code(
            "kind",
            "单位类别",
            "Kind",
            "类别",
            codes=ORGANISATION_KINDS,
            grows=True,
            read="sheet.kind",
        ),
        code("level", "级别", "Level", codes=LEVELS, read="sheet.level"),
        one("place", "所在地", "Place", to="place"),
        one("parent", "上级单位", "Part of", "主管单位", to="organisation", read="sheet.parent"),
        text("credit_code", "统一社会信用代码", "Credit code", read="sheet.credit_code"),
    ),
    ties={"place": ("place",), "organisation": ("parent",)},
    purpose=Label("明确责任单位", "Knowing who answers"),
)

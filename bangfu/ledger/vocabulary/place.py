"""Places 区划."""

from bangfu.ledger.vocabulary.words import SPAN, book, code, fields, flag, one, text
from bangfu.programmes.kinds import Kind, Label

LEVELS = book(
    body=("无代码单位", "Body without a code"),
    group=("村民小组", "Villagers' group"),
    village=("村（社区）", "Village"),
    township=("乡镇（街道）", "Township"),
    county=("县（区）", "County"),
    prefecture=("市（州）", "Prefecture"),
    province=("省", "Province"),
    country=("国家", "Country"),
)

#: Where a household may be at home; the levels above hold villages.
LIVED_IN = ("body", "group", "village")

KINDS = book(
    park=("园区", "Park"),
    mine=("矿区", "Mine"),
    school=("学校", "School"),
    office=("县外办事处", "Office outside the county"),
    resettlement=("易地搬迁安置点", "Resettlement site"),
)

KIND = Kind(
    name="place",
    label=Label("区划", "Place"),
    nature="thing",
    model="Place",
    fields=fields(
        text(
            "name",
            "名称",
            "Name",
            "区划名称",
            "地名",
            "村名",
            "乡镇",
            "行政村",
            "地区",
            "街道",
            "县区",
            "区县",
        ),
        code("level", "级别", "Level", "行政级别", codes=LEVELS),
        code("kind", "类别", "Kind", codes=KINDS),
        text("code", "代码", "Code", "区划代码", "统计用区划代码", "行政区划代码"),
        one("parent", "上级", "Part of", "所属", "上级区划", to="place"),
        flag("key", "联系点", "Contact point", "重点村", "联系村"),
        *SPAN,
    ),
    ties={"place": ("parent",)},
    purpose=Label("按地方管理和统计", "Managing and counting by place"),
)

"""Places 区划."""

import datetime as dt
from typing import Any

from django.db.models import Case, CharField, Q, Value, When
from django.db.models.functions import Substr
from django.db.models.lookups import In

from bangfu.ledger.vocabulary.words import SPAN, book, code, computed, fields, flag, one, text
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

COMMITTEES = book(
    village=("村民委员会", "Villagers' committee"),
    community=("居民委员会", "Residents' committee"),
)
#: The tenth digit of a statistical code, for villages (村委会) and communities (居委会).
_TENTH = {"community": ("0", "1", "4"), "village": ("2", "3", "5")}
_COMMUNITY = Q(name__endswith="社区") | Q(name__endswith="居委会") | Q(name__endswith="居民委员会")


def _committee(_on: Any, _known_at: dt.datetime | None) -> Any:
    """Whether villagers or residents have a committee there: by the code, else by the name."""
    ways = [When(~Q(level="village"), then=Value(""))]
    for word, digits in _TENTH.items():
        ways.append(When(In(Substr("code", 10, 1), digits), then=Value(word)))
    ways.append(When(_COMMUNITY, then=Value("community")))
    return Case(*ways, default=Value("village"), output_field=CharField())


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
        computed(code("committee", "自治组织", "Committee", codes=COMMITTEES), _committee),
        code("kind", "类别", "Kind", codes=KINDS),
        text("code", "代码", "Code", "区划代码", "统计用区划代码", "行政区划代码"),
        one("parent", "上级", "Part of", "所属", "上级区划", to="place"),
        flag("key", "联系点", "Contact point", "重点村", "联系村"),
        *SPAN,
    ),
    ties={"place": ("parent",)},
    purpose=Label("按地方管理和统计", "Managing and counting by place"),
)

"""Sites 场所."""

from bangfu.ledger.vocabulary.words import SPAN, book, code, fields, number, one, text
from bangfu.programmes.kinds import Kind, Label

SITE_KINDS = book(
    village_clinic=("村卫生室", "Village clinic"),
    well=("饮水点", "Water point"),
    service_station=("服务站", "Service station"),
    members_home=("会员之家", "Members' home"),
    children_park=("儿童乐园", "Children's park"),
    education_base=("教育基地", "Education base"),
    key_specialty=("重点专科", "Key specialty"),
)

KIND = Kind(
    name="site",
    label=Label("场所", "Site"),
    nature="thing",
    model="Subject",
    sheet="Site",
    fields=fields(
        text("name", "场所名称", "Name"),
        code("kind", "场所类别", "Kind", codes=SITE_KINDS, grows=True, read="sheet.kind"),
        one("place", "所在地", "Place", to="place"),
        one("organisation", "管理单位", "Run by", to="organisation", read="sheet.organisation"),
        number("area", "面积（平方米）", "Area (m²)", read="sheet.area"),
        *SPAN,
    ),
    ties={"place": ("place",), "organisation": ("organisation",)},
    purpose=Label("掌握服务设施", "Knowing what services there are"),
)

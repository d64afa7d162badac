"""Known people of a village: what the tests of the desk stand on, written through the actions.

All of it is fictional. 上麦村 has two households; 周明 is the office's clerk, 吴敏 helps one of the
households, 郑远 is a clerk of another town, 孙察 inspects, 钱管 keeps the server, 何医 treats.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from importlib.resources import files
from pathlib import Path
from uuid import UUID

from django.conf import settings

from bangfu.ledger import clock, vault
from bangfu.ledger.actions import (
    activity,
    classes,
    consent,
    enrolment,
    fund,
    health,
    household,
    measure,
    need,
    organisation,
    pairing,
    person,
    place,
    post,
    programme,
    site,
    statistic,
    subject,
    user,
)
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions.event import By
from bangfu.ledger.keys import Keyring
from bangfu.ledger.models import (
    Document,
    Fund,
    Measure,
    Need,
    Place,
    Programme,
    Subject,
    User,
)
from bangfu.paper import drafting

PASSWORD = "a-long-enough-password"
BY = By(None, "command")
#: An identity number of division 990001, which is nobody's, and a phone that rings nowhere.
IDENTITY = "990001196803120018"
PHONE = "11000000017"
FILE = """
title = "入户走访帮扶"
owner = "office"
area  = "990001"
from  = 2026-01-01
to    = 2026-12-31
unclear = "走访次数原文缺页,暂按每季度一次"

[clause]
"1" = "范围"
"2" = "走访与措施"

[paper."禾办发〔2026〕3号"]
title = "关于开展入户走访帮扶的通知"
owner = "office"
on    = 2026-01-05

[organisation.office]
title = "县走访办公室"

[organisation.county_hospital]
title = "县人民医院"

[list.monitored]
title = "监测户"
of    = "household"
where.kind = "monitored"

[list.large]
title = "四人以上的户"
of    = "household"
where.size.at_least = 4

[list.open_needs]
title = "还没有办结的问题"
of    = "need"
where.closed.known = false

[list.given]
title = "到账的捐助"
of    = "entry"
where = { kind = "donation", direction = "in" }

[enrol.helped]
title   = "纳入帮扶的户"
clause  = "1"
of      = "household"
purpose = "确定帮扶对象"
items   = { illness = "因病", flood = "因灾" }

[class.risk]
title    = "风险等级"
each     = "helped"
at_most  = 1
items    = { high = "高", low = "低" }

[pairing.one_to_one]
title   = "一户一干部"
clause  = "1"
helper  = { of = "person" }
subject = { of = "helped", exactly = 1 }

[activity.home_visit]
title = "入户走访"
clause = "2"
of    = "visit"
where.mode = "home"

[list.paired]
title = "有干部联系的户"
of    = "helped"
where.one_to_one.at_least = 1

[duty.monthly]
title    = "每户每月走访一次"
clause   = "2"
each     = "one_to_one"
of       = "home_visit"
per      = "month"
at_least = 1
unit     = "次"

[target.all_paired]
title    = "每户都有干部联系"
clause   = "1"
of       = "paired"
out_of   = "helped"
at_least = "100%"

[phase.first]
title = "摸底"
from  = 2026-01-01
to    = 2026-03-31

[measure.clinics]
title    = "到村义诊"
clause   = "2"
owner    = "county_hospital"
of       = "clinic_day"
at_least = 2
at_most  = 4
window   = ["03-01", "11-30"]
budget   = 20000
unit     = "次"

[figure]
helped_in   = { title = "纳入帮扶的户", of = "helped", unit = "户" }
visits      = { title = "入户走访次数", of = "home_visit", unit = "次", baseline = 2026-02-28 }
visited     = { title = "走访到的户", of = "home_visit", distinct = "whom", unit = "户" }
big         = { title = "四人以上的户", of = "large", unit = "户" }
big_share   = { title = "四人以上的户占比", of = "large", out_of = "household" }
money_in    = { title = "捐助到账", of = "given", sum = "amount", unit = "元" }
money_use   = { title = "捐助用途", of = "given", sum = "amount", by = ["use"], unit = "元" }
needs_kind  = { title = "问题类别", of = "need", by = ["kind"], unit = "个" }
by_unit = { title = "各单位走访", each = "organisation", of = "home_visit", as = "organisation" }

[fund.purse]
title = "帮扶资金"
owner = "office"
of    = "entry"
items.clinic = { title = "医疗点设施", where.use = "clinic" }

[document.bulletin]
title = "走访简报"
type  = "bulletin"
items.visits = { title = "一、走访", items = ["helped_in", "visits", "visited"] }
"""


@dataclass(slots=True)
class Story:
    """Everybody and everything by a short name."""

    places: dict[str, Place] = field(default_factory=dict)
    who: dict[str, Subject] = field(default_factory=dict)
    users: dict[str, User] = field(default_factory=dict)
    programme: Programme | None = None
    returnees: Programme | None = None
    papers: dict[str, Document] = field(default_factory=dict)

    def who_needs(self, who: str) -> UUID:
        """The key of the first need of somebody."""
        return Need.objects.current().filter(subject=self.who[who]).order_by("date")[0].fact

    def begun(self) -> Programme:
        """The programme, once it was started."""
        assert self.programme is not None
        return self.programme


def make_keys() -> None:
    """The keys file that the settings name."""
    vault.forget_keyring()
    file = Path(settings.BANGFU_KEYS_FILE)
    if not file.exists():
        Keyring.create(file)


def tell() -> Story:
    """Write the whole story."""
    make_keys()
    story = Story()
    _places(story)
    _units(story)
    _people(story)
    _programme(story)
    _deeds(story)
    _money(story)
    _accounts(story)
    _papers(story)
    return story


def day(month: int, number: int, year: int = 2026) -> dt.date:
    """A day of the story."""
    return dt.date(year, month, number)


def _places(story: Story) -> None:
    lines = (
        ("province", "示范省", "province", "", "990000000000"),
        ("county", "青禾县", "county", "province", "990001000000"),
        ("town", "麦川镇", "township", "county", "990001100000"),
        ("other_town", "禾阳街道", "township", "county", "990001001000"),
        ("village", "上麦村", "village", "town", "990001100201"),
        ("village_two", "下麦村", "village", "town", "990001100202"),
        ("far_village", "杏陂村", "village", "other_town", "990001001201"),
    )
    for key, name, level, parent, code in lines:
        story.places[key] = place.add(
            by=BY, name=name, level=level, parent=story.places.get(parent), code=code,
            began=day(1, 1, 2002), key=key == "village",
        )  # fmt: skip
    place.add_alias(
        by=BY, place=story.places["village"], text="麦坪大队", sort="former_name",
        began=day(1, 1, 1975), source="县志",
    )  # fmt: skip


def _units(story: Story) -> None:
    county = story.places["county"]
    for key, name, kind in (
        ("office", "县走访办公室", "leading_group_office"),
        ("hospital", "县人民医院", "county_medical_unit"),
    ):
        story.who[key] = organisation.register(
            by=BY, name=name, kind=kind, place=county, on=day(1, 1, 2020), level="county"
        )
    story.who["clinic"] = site.register(
        by=BY, name="上麦村卫生室", kind="village_clinic", place=story.places["village"],
        on=day(5, 1, 2019),
    )  # fmt: skip
    statistic.state(
        by=BY, place=story.places["village"], name="population", value=Decimal(1286),
        began=day(1, 1), ended=day(12, 31), source="2025 年年报",
    )  # fmt: skip


def _people(story: Story) -> None:
    village, far = story.places["village"], story.places["far_village"]
    began = day(1, 10)
    for key, name, size, kind, where in (
        ("zhang", "张有田", 4, "monitored", village),
        ("li", "李长贵", None, "ordinary", village),
        ("far", "赵远山", 2, "monitored", far),
    ):
        story.who[key] = household.register(
            by=BY, name=name, place=where, on=began, source="2026 年初摸底", size=size, kind=kind,
            group="二组",
        )  # fmt: skip
    story.who["old_zhang"] = person.register(
        by=BY, name="张有田", place=village, on=began, source="2026 年初摸底",
        household=story.who["zhang"], relation="head", identity=IDENTITY, phone=PHONE,
        education="primary",
    )  # fmt: skip
    story.who["young_zhang"] = person.register(
        by=BY, name="张小麦", place=village, on=began, source="2026 年初摸底",
        household=story.who["zhang"], relation="daughter", sex="2", birth=day(9, 1, 2008),
        wishes="想学护理",
    )  # fmt: skip
    story.who["far_man"] = person.register(
        by=BY, name="赵远山", place=far, on=began, source="2026 年初摸底",
        household=story.who["far"], relation="head",
    )  # fmt: skip
    household.update(by=BY, subject=story.who["zhang"], on=began, head=story.who["old_zhang"])
    household.update(by=BY, subject=story.who["zhang"], on=day(6, 1), size=5)
    person.update(
        by=BY, subject=story.who["old_zhang"], on=day(7, 1), source="七月走访",
        work_region="邻省临江县",
    )  # fmt: skip
    for key, name in (("wu", "吴敏"), ("he", "何医"), ("erased", "陈已忘")):
        story.who[key] = person.register(
            by=BY, name=name, place=village, on=began, source="单位名册"
        )
    post.appoint(
        by=BY, person=story.who["wu"], organisation=story.who["hospital"], on=day(1, 1, 2021),
        title="护士长", rank="staff_member" if "staff_member" in _ranks() else "",
    )  # fmt: skip


def _ranks() -> frozenset[str]:
    from bangfu.ledger.codes import RANK

    return frozenset(RANK)


def _programme(story: Story) -> None:
    begun = programme.start(by=BY, name="visits", text=FILE)
    story.programme = begun
    programme.set_owner(by=BY, programme=begun, owner=story.who["office"])
    for key in ("zhang", "li"):
        enrolment.take_in(
            by=BY, programme=begun, name="helped", subject=story.who[key], on=day(1, 15),
            grounds="因病支出大",
        )  # fmt: skip
    classes.give(
        by=BY, programme=begun, name="risk", subject=story.who["zhang"], option="high",
        on=day(1, 20),
    )  # fmt: skip
    pairing.make(
        by=BY, programme=begun, name="one_to_one", helper=story.who["wu"],
        subject=story.who["zhang"], on=day(1, 20),
    )  # fmt: skip
    library = files("bangfu.programmes") / "library" / "returnees" / "programme.toml"
    text = library.read_text(encoding="utf-8")
    story.returnees = programme.start(by=BY, name="returnees", text=text)


def _deeds(story: Story) -> None:
    begun, village = story.begun(), story.places["village"]
    for month, number, whom in ((2, 3, "zhang"), (3, 8, "li"), (6, 12, "zhang"), (9, 2, "zhang")):
        activity.record(
            by=BY, kind="visit", mode="home", on=day(month, number), programme=begun,
            place=village, who=[story.who["wu"]], whom=[story.who[whom]], people=2,
            note="问了用药和收成",
        )  # fmt: skip
    clinics = Measure.objects.current().get(programme=begun, name="clinics")
    activity.record(
        by=BY, kind="clinic_day", on=day(4, 18), programme=begun, place=village,
        organisation=story.who["hospital"], measure=clinics, people=43, topic="高血压义诊",
    )  # fmt: skip
    raised = need.raise_(
        by=BY, subject=story.who["zhang"], on=day(2, 3), text="去县城看病没有车", kind="medical",
        programme=begun, organisation=story.who["hospital"], due=day(3, 1),
    )  # fmt: skip
    measure.link(by=BY, measure=clinics, need=raised)
    need.close(by=BY, need=raised, on=day(4, 18), evidence="义诊到村,签约随访")
    site_need = need.raise_(
        by=BY, subject=story.who["clinic"], on=day(8, 1), text="屋顶漏雨", kind="other",
        programme=begun, organisation=story.who["office"], due=day(10, 1),
    )  # fmt: skip
    assert site_need.closed is None
    consent.give(
        by=BY, subject=story.who["old_zhang"], purpose="慢病随访", on=day(2, 3), text="知情同意书"
    )
    health.note(
        by=BY, subject=story.who["old_zhang"], on=day(2, 3), sort="高血压", detail="二级,规律服药",
        ground="consent", purpose="慢病随访",
    )  # fmt: skip
    subject.erase(by=BY, subject=story.who["erased"], reason="consent")


def _money(story: Story) -> None:
    purse = Fund.objects.current().get(programme=story.begun(), name="purse")
    giver = story.who["hospital"]
    fund.promise(
        by=BY, fund=purse, organisation=giver, on=day(2, 1), amount=200_000, amount_most=300_000
    )
    fund.receive(
        by=BY, fund=purse, organisation=giver, on=day(3, 1), amount=150_050, use="clinic",
        voucher="收 001",
    )  # fmt: skip
    fund.receive(
        by=BY, fund=purse, organisation=giver, on=day(5, 1), amount=50_000, use="road",
        voucher="收 002",
    )  # fmt: skip
    fund.pay(by=BY, fund=purse, on=day(6, 1), amount=80_000, use="clinic", voucher="付 001")


def _accounts(story: Story) -> None:
    county, other, town = (story.places[k] for k in ("county", "other_town", "town"))
    told = (
        ("clerk", "周明", "clerk", county, None),
        ("helper", "吴敏", "helper", None, "wu"),
        ("outsider", "郑远", "clerk", other, None),
        ("inspector", "孙察", "inspector", county, None),
        ("administrator", "钱管", "administrator", county, None),
        ("clinician", "何医", "clinician", town, "he"),
        ("nobody", "冯无", "", None, None),
    )
    for key, name, role, within, whose in told:
        made = user.create(
            by=BY, username=key, password=PASSWORD, display_name=name,
            person=story.who[whose] if whose else None,
        )  # fmt: skip
        story.users[key] = made
        if role:
            user.grant(
                by=BY, user=made, role=role, on=min(day(1, 1), clock.today()), reason="任命文件",
                place=within,
            )  # fmt: skip


def add_successor(story: Story) -> None:
    """施远, who has an account and helps nobody yet, and a need of whom 吴敏 helps."""
    story.who["shi"] = person.register(
        by=BY, name="施远", place=story.places["village"], on=day(1, 10), source="单位名册"
    )
    account = user.create(
        by=BY, username="successor", password=PASSWORD, display_name="施远",
        person=story.who["shi"],
    )  # fmt: skip
    user.grant(by=BY, user=account, role="helper", on=day(1, 1, 2020), reason="任命文件")
    story.users["successor"] = account
    need.raise_(
        by=BY, subject=story.who["zhang"], on=day(2, 3), text="家里水管坏了", kind="water",
        programme=story.begun(), due=day(3, 1),
    )  # fmt: skip


def add_other_roles(story: Story) -> None:
    """An account of each role that the story itself has no need of."""
    village, county = {"place": story.places["village"]}, {"place": story.places["county"]}
    unit = Subject.objects.current().get(kind="organisation", name="县人民医院")
    for name, within in (
        ("unit_lead", {"organisation": unit}), ("resident_team", village),
        ("village_officer", village), ("village_doctor", village),
        ("organisation_department", county),
    ):  # fmt: skip
        made = user.create(by=BY, username=name, password=PASSWORD, display_name="任职人")
        user.grant(by=BY, user=made, role=name, on=day(1, 1, 2020), reason="任命文件", **within)
        story.users[name] = made


PROSE = """# 走访

今年纳入帮扶 {{helped_in}}，入户走访 {{visits}}，走访到 {{visited}}。

# 资金

捐助到账 {{money_in}}。
"""


def _papers(story: Story) -> None:
    """A bulletin that was issued before a visit of its time was entered, and a draft."""
    for key in ("issued", "draft"):
        made = drafting.draft(
            by=BY, programme=story.begun(), name="bulletin", on=day(10, 31),
            furniture={"editor": "吴敏", "reviewer": "周明"},
        )  # fmt: skip
        body = made.body | {"prose": PROSE}
        story.papers[key] = documents.edit(
            by=BY, document=made, title=made.title, on=made.date, body=body
        )
    drafting.sign(by=BY, document=story.papers["issued"], signer=story.who["wu"])
    story.papers["issued"] = drafting.issue(by=BY, document=story.papers["issued"])
    activity.record(
        by=BY, kind="visit", mode="home", on=day(10, 20), programme=story.begun(),
        place=story.places["village"], who=[story.who["wu"]], whom=[story.who["li"]],
        note="补录",
    )  # fmt: skip

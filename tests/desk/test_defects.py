"""The pages of defects: found by place and rule, each with its form, mended or accepted as true."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pytest
from django.db import connection
from django.db.models import F, UUIDField, Value
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import strip_tags

from bangfu.desk.acts import ACTS
from bangfu.desk.defect import form_for
from bangfu.ledger.access import ROLES, fetch, grants_of, may, opens_about
from bangfu.ledger.actions import defect as defects
from bangfu.ledger.actions import income, person
from bangfu.ledger.actions import user as accounts
from bangfu.ledger.conditions import all_of
from bangfu.ledger.models import Defect, Event, Subject, User
from bangfu.ledger.moment import Moment
from bangfu.ledger.rules import FORMS, grounds, kinds_read, place_of, rules, subject_of
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists import defects as defects_lists
from bangfu.lists.defects import asking, by_helper, counted, of_the_helped, standing_for
from bangfu.programmes.rule import Rule
from bangfu.programmes.rule_files import load_rules
from tests.desk.conftest import Enter
from tests.desk.forms import fill, said
from tests.desk.story import BY, PASSWORD, PHONE, Story, day

SORT = "monitored_without_sort"
#: A rule whose sentence would tell a phone number, and who the head of the household is.
TELLING = '''title = "核查"
[paper.manual]
title = "手册"
[rule.telling]
of       = "person"
title    = { zh = "有电话的人", en = "Somebody with a phone" }
severity = "doubtful"
wrong    = { phone = { known = true } }
message  = { zh = "{name}的电话 {phone},在{household.name}", en = "{name}: {phone}" }
fix      = { zh = "核对电话", en = "Look at it", form = "household.update", on = "household" }
source   = "manual"
owner    = ["helper"]
[[rule.telling.case]]
title = "一人有电话"
on    = 2026-03-31
given.person = """
id | phone
甲 | 11000000001
乙 |
"""
wrong = ["甲"]
right = ["乙"]
'''
#: A household with an income and one without.
DRAWN = '''given.household = """
id
甲
乙
"""
given.income = """
subject | kind  | amount | first_day  | date
甲      | wages | 1      | 2025-01-01 | 2025-12-31
"""'''


@pytest.fixture
def found(story: Story) -> Story:
    """The story, held against a few rules."""
    for key in (SORT, "household_size_missing", "sex_missing"):
        defects.find(by=BY, rule=key)
    return story


def _page(client: Client, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, address
    return said(answer)


def _sentences(text: str) -> str:
    """What a page says: the name in a sentence is a link."""
    return strip_tags(text)


def _of_rule(key: str = SORT) -> str:
    return reverse("desk:defect_rule", args=[key])


def test_every_form_that_mends_is_offered_by_the_desk_for_its_kinds() -> None:
    for verb, kinds in FORMS.items():
        for kind in kinds:
            assert verb in {act.verb for act in ACTS[kind]}, (verb, kind)


@pytest.mark.parametrize(
    ("who", "names", "closed"),
    [
        ("clerk", ("张有田", "赵远山"), ()),
        ("helper", ("张有田",), ("赵远山",)),
        ("outsider", ("赵远山",), ("张有田",)),
        ("inspector", ("张有田", "赵远山"), ()),
    ],
)
def test_everybody_sees_the_defects_of_what_he_may_open_and_no_other(
    found: Story, enter: Enter, who: str, names: tuple[str, ...], closed: tuple[str, ...]
) -> None:
    client = enter(who)
    text, board = _page(client, _of_rule()), _page(client, reverse("desk:defects"))
    for name in names:
        assert f"{name}是监测户" in _sentences(text)
    for name in closed:
        assert name not in text
    heading = re.escape(rules()[SORT].title.zh)
    assert re.search(rf"{heading}</a> <span[^>]*>{len(names)}</span>", board)
    assert standing_for(found.users[who]).filter(rule=SORT).count() == len(names)


def test_beside_a_record_stands_what_one_can_mend_or_looks_after(
    found: Story, enter: Enter
) -> None:
    page = reverse("desk:subject", args=[found.who["zhang"].fact])
    told = {
        who: "是监测户" in _page(enter(who), page) for who in ("helper", "inspector", "clinician")
    }
    assert told == {"helper": True, "inspector": True, "clinician": False}


def test_who_may_open_no_record_is_told_of_no_defect(found: Story, enter: Enter) -> None:
    for address in (reverse("desk:defects"), _of_rule()):
        assert enter("nobody").get(address).status_code == 404
    assert "疑点" not in _page(enter("nobody"), reverse("desk:home"))


def test_a_place_narrows_the_defects_and_a_place_outside_is_not_known(
    found: Story, enter: Enter
) -> None:
    village, far = found.places["village"], found.places["far_village"]
    text = _page(enter("clerk"), f"{_of_rule()}?place={village.fact}")
    assert "张有田是监测户" in _sentences(text) and "赵远山" not in text
    board = _page(enter("clerk"), f"{reverse('desk:defects')}?place={found.places['town'].fact}")
    assert "上麦村" in board and "杏陂村" not in board
    for wrong in (far.fact, "x"):
        assert enter("helper").get(f"{_of_rule()}?place={wrong}").status_code == 404


def test_what_is_mended_leaves_the_page_at_once(found: Story, enter: Enter) -> None:
    client, home = enter("clerk"), found.who["zhang"]
    form = reverse("desk:household_update", args=[home.fact])
    assert form in client.get(_of_rule()).content.decode()
    assert (
        fill(client, form, on="2026-08-01", monitored_as="edge", source="电话").status_code == 302
    )
    text = _page(client, _of_rule())
    text = _sentences(text)
    assert "张有田是监测户" not in text and "1 条刚刚改好" in text and "赵远山是监测户" in text
    defects.find(by=BY, rule=SORT)
    assert Defect.objects.current().get(rule=SORT, record=home.fact).state == "left"
    assert "刚刚改好" not in _page(client, _of_rule())


def test_one_is_accepted_as_true_with_a_reason_and_opened_again(found: Story, enter: Enter) -> None:
    client, home = enter("helper"), found.who["zhang"]
    defect = Defect.objects.current().get(rule=SORT, record=home.fact)
    form = reverse("desk:defect_accept", args=[defect.fact])
    assert form in client.get(_of_rule()).content.decode()
    assert fill(client, form, reason="").status_code == 422
    assert fill(client, form, reason="镇里正在认定", until="2099-12-31").status_code == 302
    assert "张有田是监测户" not in _sentences(_page(client, _of_rule()))
    accepted = _page(client, f"{_of_rule()}?state=accepted")
    assert "镇里正在认定" in accepted and "2099-12-31" in accepted
    event = Event.objects.latest("at", "id")
    assert (event.verb, event.by, event.about) == (
        "defect.accept", found.users["helper"], defect.fact,
    )  # fmt: skip
    assert "镇里正在认定" not in str(event.fields) + str(event.outcome)
    record = _page(client, reverse("desk:record", args=["defect", defect.fact]))
    assert "镇里正在认定" in record and "核实属实" in record
    again = reverse("desk:defect_reopen", args=[defect.fact])
    assert fill(client, again).status_code == 302
    assert "张有田是监测户" in _sentences(_page(client, _of_rule()))


def test_who_only_looks_accepts_nothing(found: Story, enter: Enter) -> None:
    defect = Defect.objects.current().get(rule=SORT, record=found.who["zhang"].fact)
    form = reverse("desk:defect_accept", args=[defect.fact])
    assert form not in enter("inspector").get(_of_rule()).content.decode()
    assert enter("inspector").get(form).status_code == 403


def test_defects_stand_on_the_record_and_at_the_door(found: Story, enter: Enter) -> None:
    client, home = enter("helper"), found.who["zhang"]
    for page in ("subject", "before"):
        text = _page(client, reverse(f"desk:{page}", args=[home.fact]))
        assert "登记里待核实的" in text and "张有田是监测户" in _sentences(text)


def test_the_first_page_counts_what_is_the_readers_to_mend(found: Story, enter: Enter) -> None:
    # An inspector sees all of them and mends none.
    assert standing_for(found.users["inspector"]).count() > 0
    assert "条疑点" not in _page(enter("inspector"), reverse("desk:home"))
    asked = asking(found.users["clerk"]).count()
    assert asked and f"登记里有 {asked} 条疑点" in _page(enter("clerk"), reverse("desk:home"))


def test_what_waits_is_asked_about_the_kinds_that_have_any_alone(
    found: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[frozenset[str]] = []

    def watched(user: User, rows: Any, kinds: Iterable[str]) -> Any:
        asked.append(frozenset(kinds))
        return opens_about(user, rows, kinds)

    monkeypatch.setattr(defects_lists, "opens_about", watched)
    for user in found.users.values():
        assert defects_lists.waiting(user) == asking(user).count()
    standing = set(Defect.objects.current().filter(state="open").values_list("about", flat=True))
    assert asked and all(kinds and kinds <= standing for kinds in asked)
    # One that is found later, of another kind, is counted too.
    defects.find(by=BY, rule="village_population_missing")
    clerk = found.users["clerk"]
    assert defects_lists.waiting(clerk) == asking(clerk).count()
    assert "place" in asked[-1] and "place" not in standing


def test_who_raises_needs_of_a_unit_is_not_asked_about_all_villages(found: Story) -> None:
    defects.find(by=BY, rule="village_population_missing")
    unit = Subject.objects.current().get(kind="organisation", name="县人民医院")
    lead = accounts.create(by=BY, username="lead", password=PASSWORD, display_name="任职人")
    accounts.grant(by=BY, user=lead, role="unit_lead", organisation=unit, on=day(1, 1, 2020),
                   reason="任命文件")  # fmt: skip
    villages = standing_for(lead).filter(rule="village_population_missing")
    assert villages.exists() and may(lead, "need.raise_")
    assert not asking(lead).filter(rule="village_population_missing").exists()


def test_a_sentence_masks_what_is_sealed_and_tells_of_no_record_that_is_closed(
    story: Story, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    (rule,) = load_rules(TELLING, file="x", grounds=grounds())
    told: Mapping[str, Rule] = {"telling": rule}
    for module in ("ledger.actions.defect", "lists.defects", "desk.defect"):
        monkeypatch.setattr(f"bangfu.{module}.rules", lambda: told)
    defects.find(by=BY, rule="telling")
    assert Defect.objects.current().filter(rule="telling").count() == 1
    page = enter("clerk").get(_of_rule("telling")).content.decode()
    assert PHONE not in page and "*********17" in page and "在张有田" in page
    assert reverse("desk:household_update", args=[story.who["zhang"].fact]) in page


def test_who_may_not_open_what_a_rule_reads_is_not_told_what_it_finds(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    by_income = TELLING.replace("rule.telling", "rule.of_income").replace("person", "household")
    by_income = by_income.replace("{ phone = { known = true } }", "{ income = { at_least = 1 } }")
    by_income = by_income.replace("{phone},在{household.name}", "").replace("{phone}", "")
    by_income = by_income.replace(', on = "household"', "")
    by_income = re.sub(r'given.household = """.*?"""', lambda _: DRAWN, by_income, flags=re.DOTALL)
    (rule,) = load_rules(by_income, file="x", grounds=grounds())
    told: Mapping[str, Rule] = {"of_income": rule}
    for module in ("ledger.rules", "ledger.access.defects", "ledger.actions.defect"):
        monkeypatch.setattr(f"bangfu.{module}.rules", lambda: told)
    income.enter(
        by=BY, subject=story.who["zhang"], kind="wages", item="务工", amount=1_000_000,
        since=day(1, 1, 2025), until=day(12, 31, 2025),
    )  # fmt: skip
    defects.find(by=BY, rule="of_income")
    assert kinds_read("of_income") == {"household", "income"}
    told_to = {
        who: standing_for(story.users[who]).filter(rule="of_income").count()
        for who in ("clerk", "helper", "clinician")
    }
    assert told_to == {"clerk": 1, "helper": 1, "clinician": 0}


def test_leads_see_their_helpers_and_offices_see_units(found: Story) -> None:
    rows = Defect.objects.current().filter(rule=SORT)
    helpers = by_helper(rows, Moment.present(), units=False, there=counted(rows))
    assert [(one.name, one.count) for one in helpers] == [("吴敏", 1), ("", 1)]
    units = by_helper(rows, Moment.present(), units=True, there=counted(rows))
    assert [(one.name, one.count) for one in units] == [("县人民医院", 1), ("", 1)]


def test_defects_are_narrowed_to_whom_a_unit_helps_and_no_other_name_is_told(
    found: Story, enter: Enter
) -> None:
    board, hospital = reverse("desk:defects"), found.who["hospital"].fact
    assert f"who={hospital}" in _page(enter("clerk"), board)
    text = _page(enter("clerk"), f"{_of_rule()}?who={hospital}")
    assert "张有田是监测户" in _sentences(text) and "赵远山" not in text and "县人民医院" in text
    rest = _page(enter("clerk"), f"{_of_rule()}?who=nobody")
    assert "张有田" not in rest and "赵远山是监测户" in _sentences(rest)
    assert f"who={hospital}" in _page(enter("clerk"), f"{board}?who={hospital}")
    for other in (found.who["office"].fact, found.who["old_zhang"].fact, "x"):
        assert enter("clerk").get(f"{board}?who={other}").status_code == 404
    # A helper parts the own by nobody.
    assert "who=" not in _page(enter("helper"), board)


def test_who_helps_the_household_helps_its_members(found: Story) -> None:
    son = person.register(
        by=BY, name="张新", place=found.places["village"], on=day(8, 1), source="派出所",
        household=found.who["zhang"], relation="son",
    )  # fmt: skip
    defects.find(by=BY, rule="sex_missing")
    rows = Defect.objects.current().filter(rule="sex_missing", record=son.fact)
    assert [
        one.name for one in by_helper(rows, Moment.present(), units=False, there=counted(rows))
    ] == ["吴敏"]


def test_the_list_of_defects_is_a_list_like_any_other(found: Story, enter: Enter) -> None:
    text = _page(enter("clerk"), reverse("desk:list", args=["defect"]) + f"?rule={SORT}&state=open")
    assert rules()[SORT].title.zh in text and "张有田" in text and "赵远山" in text


def _of_every_record(rule: Rule, moment: Moment, *_more: Any) -> Iterator[dict[str, Any]]:
    """A defect of each record of each kind, with the subject and the place that the rules give."""
    for kind in VOCABULARY.kinds.values():
        if kind.basic or kind.name in ("defect", "proposal"):
            continue
        about, place = subject_of(kind), place_of(kind)
        columns = [F(path) if path else Value(None, UUIDField()) for path in (about, place)]
        for key, subject, where in all_of(kind, moment).values_list("fact", *columns):
            own = uuid.uuid4()
            yield {
                "id": own, "fact": own, "rule": rule.key, "about": kind.name, "record": key,
                "subject_id": subject, "place_id": where, "severity": "doubtful", "date": moment.on,
            }  # fmt: skip


def test_what_stands_on_a_defect_leaves_out_none_whose_record_is_open(
    story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Defects are left out by their own subject and place first, and then by their records."""
    monkeypatch.setattr(defects, "_new", _of_every_record)
    defects.find(by=BY, rule="sex_missing")
    rows = Defect.objects.current().filter(state="open")
    assert {row.about for row in rows} >= {"person", "place", "activity", "need", "post", "pairing"}
    told = 0
    for user in story.users.values():
        roles = [ROLES[grant.role] for grant in grants_of(user)]
        expected = {
            row.pk
            for row in rows
            if any(kinds_read(row.rule) <= role.sees for role in roles)
            and fetch(user, VOCABULARY[row.about], row.record) is not None
        }
        assert set(standing_for(user).values_list("pk", flat=True)) == expected, user.username
        for kinds in ({"person", "post"}, {"place", "activity", "need"}, {"document"}):
            some = {row.pk for row in rows if row.about in kinds}
            there = set(opens_about(user, rows, kinds).values_list("pk", flat=True))
            assert there == expected & some, user.username
        told += bool(expected) and len(expected) < len(rows)
    assert told > 2, "some see some of them"


def test_the_first_page_counts_only_so_many(
    found: Story, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    client, home = enter("clerk"), reverse("desk:home")
    whole = standing_for(found.users["clerk"]).count()
    assert whole > 2 and f"登记里有 {whole} 条疑点" in _page(client, home)
    monkeypatch.setattr("bangfu.lists.defects.MANY", 2)
    monkeypatch.setattr("bangfu.desk.home.MANY", 2)
    text = _page(client, home)
    assert "登记里有超过 2 条疑点" in text and f"{whole} 条疑点" not in text
    with CaptureQueriesContext(connection) as asked:
        _page(client, home)
    assert not [one for one in asked if '"ledger_defect"."state"' in one["sql"]], "kept"


def test_a_lead_sees_first_what_is_about_those_whom_the_own_people_help(
    found: Story, enter: Enter
) -> None:
    defects.find(by=BY, rule="village_population_missing")
    unit = Subject.objects.current().get(kind="organisation", name="县人民医院")
    lead = accounts.create(by=BY, username="lead", password=PASSWORD, display_name="任职人")
    accounts.grant(by=BY, user=lead, role="unit_lead", organisation=unit, on=day(1, 1, 2020),
                   reason="任命文件")  # fmt: skip
    found.users["lead"] = lead
    page = _page(enter("lead"), reverse("desk:defects"))
    others = page.index("您看得到的其他疑点")
    assert page.index('id="who"') < others, "who helps stands before what is about nobody's"
    villages = page.index(_of_rule("village_population_missing"))
    assert villages > others and "没有填户籍人口" not in page[:others]
    shown = {line.rpartition("/defects/rules/")[2] for line in _linked(page[:others])}
    mine = of_the_helped(standing_for(lead), Moment.present())
    assert mine.exists() and shown == {f"{rule}/" for rule in mine.values_list("rule", flat=True)}
    clerk = _page(enter("clerk"), reverse("desk:defects"))
    assert "您看得到的其他疑点" not in clerk and _of_rule("village_population_missing") in clerk


def _linked(page: str) -> list[str]:
    """The pages of rules to which a page leads, without what narrows them."""
    return [one.partition("?")[0] for one in re.findall(r'href="(/defects/rules/[^"]+)"', page)]


def test_a_visit_mends_what_is_about_people_and_no_village(found: Story) -> None:
    clerk, rule = found.users["clerk"], rules()["not_visited_by_helper"]
    assert rule.entry.fix.form == "activity.visit"
    home = found.who["zhang"].fact
    assert form_for(clerk, rule, home, "household") == reverse("desk:visit", args=[home])
    assert form_for(clerk, rule, home, "place") == "", "there is no such form about a place"

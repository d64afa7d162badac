"""Forms of the desk: what is typed is kept or stands there still, once and not twice."""

from __future__ import annotations

import datetime as dt

import lxml.html
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.desk import waiting
from bangfu.desk.asks import Day, Number, Yuan
from bangfu.ledger import clock, vault
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import need as needs
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.actions import task as tasks
from bangfu.ledger.models import Activity, Event, Need, Participant
from bangfu.lists import today
from bangfu.programmes.loader import library_text
from tests.desk.conftest import Enter
from tests.desk.forms import fill, form_of, said, values_of
from tests.desk.story import BY, Story, day

#: On either database, sign-in and standing in line included.
MOST_FOR_A_VISIT = 30


def raise_at(story: Story, who: str = "zhang") -> str:
    return reverse("desk:need_raise", args=[story.who[who].fact])


# ------------------------------------------------------------------ the frame of every form


def test_what_was_typed_is_kept_and_said(story: Story, enter: Enter) -> None:
    client = enter("helper")
    answer = fill(client, raise_at(story), text="想换一副拐杖", kind="medical")
    need = Need.objects.current().get(subject=story.who["zhang"].fact, date=clock.today())
    assert answer.status_code == 302
    assert answer["Location"] == reverse("desk:record", args=["need", need.fact])
    assert need.programme == story.begun(), "the household's only programme"
    assert "需求已登记" in said(client.get(answer["Location"]))
    event = Event.objects.get(verb="need.raise_", about=need.fact)
    assert (event.door, event.by) == ("desk", story.users["helper"])
    assert answer.cookies["entered"].value == str(event.pk), "the browser forgets its draft"


def test_the_same_form_sent_twice_is_one_record(story: Story, enter: Enter) -> None:
    client, address = enter("helper"), raise_at(story)
    told = values_of(form_of(client, address)) | {"text": ["想换一副拐杖"], "kind": ["medical"]}
    first, again = client.post(address, told), client.post(address, told)
    assert first["Location"] == again["Location"]
    assert Event.objects.filter(verb="need.raise_", by=story.users["helper"]).count() == 1


def test_the_same_form_with_other_words_asks_before_it_is_a_second_record(
    story: Story, enter: Enter
) -> None:
    client, address = enter("helper"), raise_at(story)
    told = values_of(form_of(client, address)) | {"text": ["想换一副拐杖"], "kind": ["medical"]}
    client.post(address, told)
    answer = client.post(address, told | {"text": ["还想要一把轮椅"]})
    assert answer.status_code == 422 and "已经提交过一次" in said(answer)
    assert "还想要一把轮椅" in said(answer)
    key = answer.context["form"].data["key"]
    assert (
        client.post(address, told | {"text": ["还想要一把轮椅"], "key": [key]}).status_code == 302
    )
    assert Event.objects.filter(verb="need.raise_", by=story.users["helper"]).count() == 2


def test_what_is_wrong_is_named_and_what_was_typed_stands(story: Story, enter: Enter) -> None:
    client = enter("helper")
    answer = fill(client, raise_at(story), text="想换一副拐杖", kind="", on="2026-13-40")
    assert answer.status_code == 422
    words = said(answer)
    assert "还没有保存" in words and "想换一副拐杖" in words
    assert "2026-13-40”不是日期" in words and "类别" in words
    assert not Need.objects.filter(subject=story.who["zhang"].fact, date=clock.today()).exists()


def test_a_day_that_has_not_come_is_refused(story: Story, enter: Enter) -> None:
    tomorrow = clock.today() + dt.timedelta(days=1)
    answer = fill(enter("helper"), raise_at(story), text="…", kind="other", on=str(tomorrow))
    assert answer.status_code == 422 and "还没有到" in said(answer)


@pytest.mark.parametrize("who", ["outsider", "inspector", "nobody", "administrator"])
def test_who_may_not_enter_gets_no_form(story: Story, enter: Enter, who: str) -> None:
    client = enter(who)
    for address in (raise_at(story), reverse("desk:visit", args=[story.who["zhang"].fact])):
        assert client.get(address).status_code in (302, 403, 404), address
        assert client.post(address, {"text": "x", "note": "x"}).status_code in (302, 403, 404)
    assert not Need.objects.filter(date=clock.today()).exists()


def test_everything_of_a_form_is_said_in_english_too(story: Story, enter: Enter) -> None:
    client = enter("helper", "en")
    for address in (raise_at(story), reverse("desk:visit", args=[story.who["zhang"].fact])):
        form = form_of(client, address)
        told = " ".join(form.xpath(".//label/text() | .//legend/text() | .//button/text()"))
        assert not [c for c in told if "\u4e00" <= c <= "\u9fff"], told


# ------------------------------------------------------------------ what people type


@pytest.mark.parametrize(
    ("typed", "fen"),
    [("3000", 300_000), ("3,000.50", 300_050), ("0.3万", 300_000), ("3000元", 300_000),
     ("¥12.34", 1_234), ("3 000", 300_000), ("", None)],
)  # fmt: skip
def test_an_amount_is_read_as_people_write_it(typed: str, fen: int | None) -> None:
    assert Yuan(required=False).clean(typed) == fen


@pytest.mark.parametrize("typed", ["三千", "3000.505", "1e400", "nan", "--5", "0.0000001万"])
def test_what_is_no_amount_is_refused_with_what_would_be_right(typed: str) -> None:
    with pytest.raises(Exception, match=r"3000\.50"):
        Yuan(required=False).clean(typed)


def test_numbers_and_days_come_in_several_spellings() -> None:
    assert Number(whole=True).clean("１,２００") == 1200
    with pytest.raises(Exception, match="12.5"):
        Number(whole=True).clean("12.5")
    for typed in ("2026-03-01", "2026/3/1", "2026.3.1", "20260301"):
        assert Day().clean(typed) == day(3, 1)


# ------------------------------------------------------------------ picking out of many


def pick(client: Client, **asked: str) -> str:
    answer = client.get(reverse("desk:pick"), asked)
    assert answer.status_code == 200
    return said(answer)


def test_a_search_box_finds_whom_the_reader_may_open(story: Story, enter: Enter) -> None:
    found = pick(enter("clerk"), name="who", kind="person", **{"who-q": "zhangxiaomai"[:5]})
    assert "张小麦" in found and "赵远山" not in found
    assert "赵远山" not in pick(enter("helper"), name="who", kind="person", **{"who-q": "赵"})
    assert "没有找到" in pick(enter("clerk"), name="who", kind="person", **{"who-q": "没有此人"})


def test_what_is_ticked_stays_while_one_looks_further(story: Story, enter: Enter) -> None:
    key = str(story.who["wu"].fact)
    found = pick(enter("clerk"), name="who", kind="person", several="1", who=key, **{"who-q": "张"})
    assert f'value="{key}" checked' in found and "张小麦" in found


def test_nobody_is_picked_who_is_out_of_reach(story: Story, enter: Enter) -> None:
    client = enter("helper")
    address = reverse("desk:visit", args=[story.who["zhang"].fact])
    answer = fill(client, address, note="入户", who=[story.who["far_man"].fact])
    assert answer.status_code == 422 and "现在不能选了" in said(answer)


def test_without_script_a_button_looks_up_and_loses_nothing(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    address = reverse("desk:visit", args=[story.who["zhang"].fact])
    told = values_of(form_of(client, address)) | {
        "note": ["看了新修的路"], "who-q": ["吴敏"], "look": ["who"],
    }  # fmt: skip
    answer = client.post(address, told)
    assert answer.status_code == 200
    assert "看了新修的路" in said(answer) and "吴敏" in said(answer)
    assert not Activity.objects.filter(note="看了新修的路").exists()


# ------------------------------------------------------------------ visits


def test_a_visit_is_one_line_and_knows_the_rest(story: Story, enter: Enter) -> None:
    client = enter("helper")
    answer = fill(client, reverse("desk:visit", args=[story.who["zhang"].fact]), note="送了种子")
    assert answer["Location"] == reverse("desk:before", args=[story.who["zhang"].fact])
    made = Activity.objects.current().get(note="送了种子")
    assert (made.kind, made.mode, made.date) == ("visit", "home", clock.today())
    assert (made.programme, made.place) == (story.begun(), story.places["village"])
    parts = Participant.objects.current().filter(activity=made.fact)
    assert set(parts.values_list("part", "subject_id")) == {
        ("who", story.who["wu"].fact), ("whom", story.who["zhang"].fact),
    }  # fmt: skip
    page = said(client.get(answer["Location"]))
    assert "送了种子" in page and "走访已登记" in page


def test_what_a_visit_brought_is_one_event(story: Story, enter: Enter) -> None:
    client, home = enter("helper"), story.who["zhang"].fact
    raised = fill(client, raise_at(story), text="想换一副拐杖", kind="medical")
    need = Need.objects.current().get(fact=raised["Location"].split("/")[-2])
    member = story.who["young_zhang"].fact
    answer = fill(
        client,
        reverse("desk:visit", args=[home]),
        note="拐杖送到了",
        met=str(need.fact),
        also=str(member),
        need="院坝灯坏了",
        need_kind="other",
    )
    assert answer.status_code == 302, said(answer)
    need.refresh_from_db()
    told = vault.unseal(home, "private_evidence", need.private_evidence)
    assert (need.closed, need.evidence, told) == (clock.today(), "", "拐杖送到了")
    visit = Activity.objects.current().get(note="拐杖送到了")
    fresh = Need.objects.current().get(raised_at=visit.fact)
    assert fresh.subject_id == home and fresh.event_id == visit.event_id == need.event_id
    page = said(client.get(reverse("desk:before", args=[home])))
    assert "院坝灯坏了" in page and "想换一副拐杖" not in page


def test_a_need_without_a_kind_keeps_the_whole_visit_on_the_page(
    story: Story, enter: Enter
) -> None:
    client, address = enter("helper"), reverse("desk:visit", args=[story.who["zhang"].fact])
    asked = list(client.get(address).context["form"].fields)
    answer = fill(client, address, note="送了种子", need="院坝灯坏了")
    assert answer.status_code == 422 and "请选择需求类别" in said(answer)
    assert "院坝灯坏了" in said(answer)
    assert list(answer.context["form"].fields) == asked
    assert f'value="{story.who["young_zhang"].fact}"' in said(answer)
    assert not Activity.objects.filter(note="送了种子").exists()


def test_a_plain_visit_is_written_in_few_questions(story: Story, enter: Enter) -> None:
    """Fifty at once record more than anything else; what nobody chose from is not looked up."""
    client, address = enter("helper"), reverse("desk:visit", args=[story.who["zhang"].fact])
    words = {"note": "送了种子", "mode": "home", "on": clock.today().isoformat()}
    with CaptureQueriesContext(connection) as asked:
        assert client.post(address, {**words, "key": str(clock.new_id())}).status_code == 302
    assert len(asked) <= MOST_FOR_A_VISIT, len(asked)


def test_a_call_is_a_call(story: Story, enter: Enter) -> None:
    address = reverse("desk:visit", args=[story.who["zhang"].fact])
    fill(enter("helper"), address, note="问了药", mode="phone")
    assert Activity.objects.current().get(note="问了药").kind == "phone_call"


# ------------------------------------------------------------------ before knocking


def before(client: Client, story: Story, who: str) -> str:
    answer = client.get(reverse("desk:before", args=[story.who[who].fact]))
    assert answer.status_code == 200
    return said(answer)


def test_before_knocking_one_knows_who_and_what(story: Story, enter: Enter) -> None:
    page = before(enter("helper"), story, "zhang")
    for words in ("张有田", "麦川镇", "上麦村", "张小麦", "2026-09-02", "吴敏", "风险等级"):
        assert words in page, words
    assert "11000000017" not in page


def test_words_of_a_need_are_for_those_who_see_to_it_and_looking_is_written_down(
    story: Story, enter: Enter
) -> None:
    fill(enter("helper"), raise_at(story), text="想换一副拐杖", kind="medical")
    client = enter("clerk")
    assert "想换一副拐杖" in before(client, story, "zhang")
    assert "想换一副拐杖" in before(client, story, "zhang")
    looks = Event.objects.filter(verb="need.look", by=story.users["clerk"])
    assert [event.about for event in looks] == [story.who["zhang"].fact], "once a day"
    assert "想换一副拐杖" not in before(enter("inspector"), story, "zhang")
    assert "周明" in said(client.get(reverse("desk:subject", args=[story.who["zhang"].fact])))


# ------------------------------------------------------------------ needs to their end


def test_a_need_goes_from_hand_to_hand(story: Story, enter: Enter) -> None:
    clerk = enter("clerk")
    raised = fill(clerk, raise_at(story), text="想换一副拐杖", kind="medical")["Location"]
    key = raised.split("/")[-2]
    fill(
        clerk, reverse("desk:need_assign", args=[key]), to=story.who["hospital"].fact,
        due=str(day(12, 31)),
    )  # fmt: skip
    need = Need.objects.current().get(fact=key)
    assert (need.organisation_id, need.due) == (story.who["hospital"].fact, day(12, 31))
    assert fill(clerk, reverse("desk:need_close", args=[key]), evidence="").status_code == 422
    fill(clerk, reverse("desk:need_close", args=[key]), evidence="拐杖已配")
    assert "回访提出人" in said(clerk.get(raised))
    fill(clerk, reverse("desk:need_confirm", args=[key]), confirmed="no")
    need.refresh_from_db()
    assert (need.closed, need.confirmed) == (None, False)


# ------------------------------------------------------------------ today


def test_today_begins_with_whom_one_helps(story: Story, enter: Enter) -> None:
    page = said(enter("helper").get(reverse("desk:home")))
    assert page.index("我联系的人") < page.index("活动")
    assert "张有田" in page and reverse("desk:visit", args=[story.who["zhang"].fact]) in page
    assert "赵远山" not in page


def test_today_tells_what_is_late_to_those_who_see_to_it(story: Story, enter: Enter) -> None:
    assert "2026-10-01 已过期" in said(enter("clerk").get(reverse("desk:home")))
    assert "2026-10-01 已过期" not in said(enter("outsider").get(reverse("desk:home")))


def test_today_has_one_order_what_is_late_first_and_the_rest_a_touch_away(
    story: Story, enter: Enter
) -> None:
    late, soon = clock.today() - dt.timedelta(days=1), clock.today() + dt.timedelta(days=1)
    for due in (soon, *[late] * today.MOST):
        needs.raise_(
            by=BY, subject=story.who["zhang"], on=day(2, 3), text="家里水管坏了", kind="water",
            programme=story.begun(), due=due,
        )  # fmt: skip
    page = lxml.html.fromstring(enter("clerk").get(reverse("desk:home")).content)
    lines = page.xpath("//*[@id='due']//ul[contains(@class, 'tight')]/li")
    first = page.xpath("//*[@id='due']/ul/li")
    marks = [one.xpath("string(span[contains(@class, 'mark')])") for one in lines]
    assert len(first) == waiting.SHOWN < len(lines)
    assert marks[0] == "2026-10-01 已过期" and marks == sorted(
        marks, key=lambda m: "已过期" not in m
    )
    (more,) = page.xpath("//*[@id='due']//details//a[contains(., '全部')]")
    rows = enter("clerk").get(f"{more.get('href')}&format=json").json()
    assert f"全部 {rows['total']} 个过期和将到期的需求" == more.text_content()
    assert rows["total"] == today.MOST + 2


def test_who_closed_needs_are_to_be_asked_about_opens_as_many_rows(
    story: Story, enter: Enter
) -> None:
    text = library_text("village_link", "programme.toml").replace("2028-12-31", "2026-06-30")
    over = programmes.start(by=BY, name="over", text=text)
    for one in range(today.MOST + 3):
        raised = needs.raise_(
            by=BY, subject=story.who["zhang"], on=day(2, 3), text="家里水管坏了", kind="water",
            programme=over if one == 1 else story.begun(),
        )  # fmt: skip
        needs.close(by=BY, need=raised, on=day(2, 5), evidence="已修好")
        if not one:
            needs.confirm(by=BY, need=raised, confirmed=True)
    page = lxml.html.fromstring(enter("clerk").get(reverse("desk:home")).content)
    (more,) = page.xpath("//*[@id='due']//a[contains(., '待回访')]")
    rows = enter("clerk").get(f"{more.get('href')}&format=json").json()
    assert f"全部 {rows['total']} 个" in more.text_content() and rows["total"] > today.MOST


def test_all_open_tasks_opens_as_many_rows(story: Story, enter: Enter) -> None:
    meeting = activities.record(
        by=BY, kind="meeting", on=day(5, 8), programme=story.begun(),
        place=story.places["village"],
    )  # fmt: skip
    for one in range(today.MOST + 2):
        due = day(6, 20) if one else clock.today() + dt.timedelta(days=90)
        tasks.decide(by=BY, meeting=meeting, text="再去一次", owner=story.who["wu"], due=due)
    page = lxml.html.fromstring(enter("clerk").get(reverse("desk:home")).content)
    (more,) = page.xpath("//*[@id='due']//a[contains(., '没办结的交办事项')]")
    rows = enter("clerk").get(f"{more.get('href')}&format=json").json()
    assert rows["total"] == today.MOST + 2 and f"全部 {rows['total']} " in more.text_content()

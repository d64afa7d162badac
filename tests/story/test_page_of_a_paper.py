"""The page of an issued paper says what has changed since, by rows, down to the cell of a table."""

from __future__ import annotations

import datetime as dt
import re
from html import unescape

import pytest
from django.test import Client
from django.urls import reverse

from bangfu.jobs.story import Told
from bangfu.ledger.actions import activity as activities
from bangfu.ledger.actions import classes, pairing
from bangfu.ledger.actions import document as documents
from bangfu.ledger.actions import programme as programmes
from bangfu.ledger.models import Document, Pairing, User
from bangfu.lists.papers import frozen_in
from bangfu.paper import drafting
from bangfu.programmes.loader import library_text
from tests.story.conftest import OPERATOR
from tests.story.test_printed_again import issued, late_health_class, listed, rename

PROSE = """# 走访

走访组一行{{visit_party}}，上门慰问{{home_visits}}。

# 需求

按本人自述分类，共{{need_classes}}：

{{need_classes}}

# 实事

{{deeds}}
"""


@pytest.fixture
def paper(told: Told) -> Document:
    """A briefing that is issued before anything of the below is entered."""
    return issued(told, prose=PROSE)


def enter(name: str = "clerk") -> Client:
    """A browser in which one of the story's accounts has signed in, in Chinese."""
    client = Client()
    client.force_login(User.objects.get(username=name))
    client.cookies["django_language"] = "zh-hans"
    return client


def page(paper: Document, *more: object, client: Client | None = None, **asked: str) -> str:
    """The text of a paper's page, or of the rows of one of its readings."""
    name = "desk:reading" if more else "desk:document"
    answer = (client or enter()).get(reverse(name, args=[paper.fact, *more]), asked)
    assert answer.status_code == 200, answer
    return unescape(answer.content.decode())


def row_of(said: str, anchor: str) -> str:
    """One row of the table of figures."""
    found = re.search(rf'<tr id="{anchor}">(.*?)</tr>', said, re.DOTALL)
    assert found
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", found[1]))


def place_of(paper: Document, figure: str) -> int:
    """Where a figure stands in the text."""
    return next(r.place_in_text for r in frozen_in(paper) if r.figure == figure)


def links(said: str, part: str) -> list[str]:
    """The addresses on a page that lead to one part of a reading's rows."""
    return re.findall(rf'href="(/documents/[^"]*/{part}/[^"]*)"', said)


def test_nothing_has_changed_at_first(paper: Document) -> None:
    said = page(paper)
    assert said.count("没有变化") == 4
    assert "表中有" not in said and "今天会印得不一样" not in said


def test_a_visit_entered_late_is_named_on_the_page(told: Told, paper: Document) -> None:
    place = place_of(paper, "home_visits")
    before = row_of(page(paper), f"r{place}")
    frozen = next(r.value for r in frozen_in(paper) if r.figure == "home_visits")
    activities.record(
        by=OPERATOR, kind="visit", on=dt.date(2009, 3, 7), programme=told.programme,
        place=told.village, topic="condolence", mode="home", people=2, note="七日补录",
        whom=told.returnees[:1],
    )  # fmt: skip
    said = page(paper)
    after = row_of(said, f"r{place}")
    more = f"{int(frozen.removesuffix('次')) + 1}次"
    assert frozen in before and more not in before
    assert frozen in after and more in after and "新增 1 条" in after
    assert "七日补录" in page(paper, place, "came")
    assert "七日补录" not in page(paper, place, "rows")


def test_a_corrected_visit_is_named_on_the_page(told: Told, paper: Document) -> None:
    assert told.visit is not None
    place = place_of(paper, "visit_party")
    activities.correct_record(by=OPERATOR, activity=told.visit, people=9)
    after = row_of(page(paper), f"r{place}")
    assert "7人" in after and "9人" in after and "变动 1 条" in after
    assert "冒雪进村" in page(paper, place, "changed")


def test_an_undone_class_is_named_on_the_page(told: Told, paper: Document) -> None:
    """The class is gone, and with it one from the number of its group in the printed table."""
    undone = told.classes[4]
    place = place_of(paper, "need_classes")
    frozen = next(r.value for r in frozen_in(paper) if r.figure == "need_classes")
    classes.undo(by=OPERATOR, given=undone)
    said = page(paper)
    after = row_of(said, f"r{place}")
    fewer = f"{int(frozen.removesuffix('人次')) - 1}人次"
    assert (
        frozen in after and fewer in after and "减少 1 条" in after and "表中有 1 行不同" in after
    )
    gone = links(said, "gone")
    assert len(gone) == 2, "the whole figure's, and that of the group in the table"
    for address in gone:
        rows = unescape(enter().get(unescape(address)).content.decode())
        assert f"/records/class/{undone.fact}/" in rows and rows.count('<th scope="row"') == 1
    assert f"/records/class/{undone.fact}/" in page(paper, place, "rows")


def test_a_changed_cell_is_named_with_what_stands_behind_it(told: Told, paper: Document) -> None:
    place = place_of(paper, "deeds")
    late = late_health_class(told)
    said = page(paper)
    assert "表中有 1 行不同" in row_of(said, f"r{place}")
    told_of = said[said.index(f'id="t{place}"') :]
    cells = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", told_of))
    assert "传染病防治宣传与健康教育 已完成 0 1 新增 1 条" in cells
    (came,) = links(told_of, "came")
    rows = unescape(enter().get(unescape(came)).content.decode())
    assert f"/records/training/{late.fact}/" in rows or f"/records/activity/{late.fact}/" in rows
    assert "传染病防治宣传与健康教育" in rows


def test_the_table_on_the_page_is_the_one_that_was_printed(told: Told, paper: Document) -> None:
    def table(said: str) -> str:
        return said[said.index("<article") : said.index("</article")]

    before = table(page(paper))
    assert "青禾县疾控中心" in before and "<caption>实事</caption>" in before
    assert before.count("<tr>") == (1 + 5 + 1) + (1 + 7 + 1)
    rename(told.bodies["青禾县疾控中心"], "疾病预防控制局")
    late_health_class(told)
    assert table(page(paper)) == before
    after = page(paper)
    assert after.index("疾病预防控制局") > after.index("</article")


def test_a_draft_shows_todays_table(told: Told) -> None:
    assert told.programme is not None
    made = drafting.draft(
        by=OPERATOR, programme=told.programme, name="bulletin", on=dt.date(2009, 3, 10)
    )
    body = {**made.body, "prose": PROSE}
    made = documents.edit(by=OPERATOR, document=made, title=made.title, on=made.date, body=body)
    assert "疾病预防控制局" not in page(made)
    rename(told.bodies["青禾县疾控中心"], "疾病预防控制局")
    assert "疾病预防控制局" in page(made)


# ------------------------------------------------------------------ ledgers


def test_a_ledger_shows_its_rows_and_which_of_them_differ(told: Told) -> None:
    paper = issued(told, "pair_list")
    said = page(paper)
    assert all(one.name in said for one in (*told.cadres, *told.returnees))
    renamed, name = told.cadres[0], told.cadres[0].name
    rename(renamed, "改名之后")
    pairs = Pairing.objects.current().filter(programme=told.programme, name="one_to_one")
    pair = pairs.get(subject=told.returnees[1].fact)
    pairing.undo(by=OPERATOR, pairing=pair)
    said = page(paper)
    assert "表中有 2 行不同" in said
    cells = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", said[said.index('id="t1"') :]))
    assert f"{name} 帮扶责任人 {name} 改名之后" in cells
    assert f"{told.cadres[1].name} 已印 已不在" in cells


def test_rows_that_do_not_open_for_a_reader_are_counted_only(told: Told) -> None:
    """Whoever may open the paper but not its people sees neither their rows nor their new names."""
    paper = issued(told, "pair_list")
    rename(told.cadres[0], "改名之后")
    said = page(paper, client=enter("director"))
    assert "改名之后" not in said and told.returnees[0].name not in said
    assert "16 条" in said and "另有 1 行也不同" in said


def test_the_briefing_is_open_to_whom_it_is_handed_up_and_to_no_helper(told: Told) -> None:
    briefing, pairs = told.bulletin, issued(told, "pair_list")
    assert briefing is not None
    opened = {
        (who, paper.name): enter(who).get(reverse("desk:document", args=[paper.fact])).status_code
        for who in ("zuzhibu", "helper", "lead", "director", "inspector", "clerk")
        for paper in (briefing, pairs)
    }
    closed = {one for one, status in opened.items() if status == 404}
    # The programme is over: a helper opens no paper of it any more.
    assert closed == {
        ("zuzhibu", "pair_list"), ("lead", "bulletin"), ("helper", "pair_list"),
        ("helper", "bulletin"),
    }  # fmt: skip
    assert "指定读者：县委组织部" in page(briefing, client=enter("zuzhibu"))
    # What the paper counts opens for those whose it is; who reads the paper is told so.
    address = reverse(
        "desk:reading", args=[briefing.fact, place_of(briefing, "home_visits"), "rows"]
    )
    behind = enter("zuzhibu").get(address)
    told_so = behind.content.decode()
    assert behind.status_code == 200 and "这些记录您都不能打开" in told_so, "not a dead end"
    assert "办公室经办人" in told_so and "/subjects/" not in told_so.split("<main")[1]


@pytest.mark.parametrize("row", ["x", "[", '["a", "b"]', "[1]", "{}", "null"])
def test_a_row_that_there_is_not_is_not_found(told: Told, paper: Document, row: str) -> None:
    for figure in ("deeds", "need_classes", "home_visits"):
        address = reverse("desk:reading", args=[paper.fact, place_of(paper, figure), "rows"])
        assert enter().get(address, {"row": row}).status_code == 404, figure


def kept_for(told: Told, readers: str, *, since: int = 1) -> None:
    """Let the file keep the list of open needs for some readers."""
    assert told.programme is not None
    text = library_text("returnees", "programme.toml").replace(
        "[list.open_needs]\n", f"[list.open_needs]\nreaders = {readers}\n"
    )
    programmes.replace(
        by=OPERATOR, programme=told.programme, text=text, on=dt.date(2009, 3, since), note="增补"
    )


@pytest.mark.parametrize("readers", ["", '["organisation_department"]', "[]"])
def test_a_list_that_is_kept_shows_no_rows_as_a_ledger(told: Told, readers: str) -> None:
    if readers:
        kept_for(told, readers)
    paper = listed(told, ["open_needs"], ["date", "text"])
    said = page(paper)
    assert ("村里没有医疗点" in said) is (readers == "")
    assert ("只给以下读者看：县委组织部" in said) is ("department" in readers)
    assert "村里没有医疗点" not in page(paper, client=enter("director"))


def test_who_examines_reads_what_is_kept_for_others_but_not_what_is_for_nobody(told: Told) -> None:
    kept_for(told, '["organisation_department"]')
    paper = listed(told, ["open_needs"], ["date", "text"])
    assert "村里没有医疗点" in page(paper, client=enter("inspector"))
    kept_for(told, "[]", since=2)
    assert "村里没有医疗点" not in page(paper, client=enter("inspector"))

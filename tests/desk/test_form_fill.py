"""A blank form of others at the desk: understood, asked about, and given back filled."""

from __future__ import annotations

import base64
import datetime as dt
import html
import io
import re
import uuid
import zipfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import openpyxl
import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from openpyxl.styles import Border, Side
from pypdf import PdfReader

from bangfu.desk import form_entry
from bangfu.desk.form_fill import MOST
from bangfu.ledger import clock
from bangfu.ledger.actions import enrolment, household, pairing
from bangfu.ledger.actions import user as users
from bangfu.ledger.models import Demand, Event, Household, Task
from bangfu.ledger.moment import Moment
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.paper.forms.asked import Request
from bangfu.paper.forms.fill import plan
from bangfu.paper.forms.records import Reader
from bangfu.paper.forms.typed import Target, write
from bangfu.paper.sheet import MEDIA_TYPE
from bangfu.tables import workbook as workbooks
from tests.desk.conftest import Enter
from tests.desk.story import BY, IDENTITY, PASSWORD, PHONE, Story, day
from tests.paper.forms.odd import ODD

ON = "2026-11-20"


def workbook(
    headings: dict[str, str], *, rows: int = 2, title: str = "农户帮扶情况一览表"
) -> bytes:
    """A blank form with one row of headings and some framed rows."""
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.title = "附表"
    sheet["A1"] = title
    sheet.merge_cells(f"A1:{list(headings)[-1]}1")
    thin = Side(style="thin")
    for column, heading in headings.items():
        sheet[f"{column}2"] = heading
        for row in range(2, 3 + rows):
            sheet[f"{column}{row}"].border = Border(thin, thin, thin, thin)
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


FORM = workbook(
    {"A": "序号", "B": "户主姓名", "C": "家庭人口", "D": "帮扶责任人", "E": "工作单位",
     "F": "行政村", "G": "户主身份证号", "H": "银行卡号"}
)  # fmt: skip


def post(client: Client, content: bytes | None = FORM, **said: Any) -> HttpResponse:
    name = said.pop("name", "一览表.xlsx")
    words = {"on": ON, "step": "look", **said}
    if content is not None:
        words["file"] = SimpleUploadedFile(name, content)
    answer: Any = client.post(reverse("desk:form_fill"), words)
    return answer


def two_factors(story: Story, who: str) -> None:
    """Lets an account in that needs a second factor."""
    TOTP.activate(story.users[who], generate_totp_secret())


def test_a_form_is_understood_filled_shown_and_taken(enter: Enter, story: Story) -> None:
    client = enter("clerk")
    place = str(story.places["village"].fact)
    page = post(client, place=place)
    text = page.content.decode()
    assert page.status_code == 200 and "《一览表.xlsx》已填" in text
    assert "户主 · 身份证号" in text and IDENTITY not in text
    assert reverse("desk:subject", args=[story.who["old_zhang"].fact]) in text
    held = re.search(r'name="held" value="([^"]+)"', text)
    assert held is not None
    file = post(
        client, None, held=held[1], called="一览表.xlsx", place=place, step="file",
        purpose="上报县里",
    )  # fmt: skip
    assert file["Content-Type"] == MEDIA_TYPE
    assert "一览表-已填.xlsx" in unquote(file["Content-Disposition"])
    assert "no-store" in file["Cache-Control"]
    sheet = openpyxl.load_workbook(io.BytesIO(file.content))["附表"]
    assert [c.value for c in sheet[3]] == [
        1, "张有田", 5, "吴敏", "县人民医院", "上麦村", "*" * 16 + IDENTITY[-2:], None
    ]  # fmt: skip


def test_while_a_place_is_looked_for_the_form_is_kept(enter: Enter, story: Story) -> None:
    page = post(enter("clerk"), look="place", **{"place-q": "上麦"})
    text = page.content.decode()
    assert page.status_code == 200 and "上麦村" in text
    held = re.search(r'name="held" value="([^"]+)"', text)
    assert held is not None and base64.b64decode(held[1]) == FORM
    assert 'name="called" value="一览表.xlsx"' in text


def test_what_is_not_sure_is_asked_and_the_answer_fills_it(enter: Enter, story: Story) -> None:
    client = enter("clerk")
    form = workbook({"A": "序号", "B": "户主姓名", "C": "人数", "D": "帮扶人", "E": "帮扶干部"})
    text = post(client, form).content.decode()
    assert "与前面一栏问的像是同一项，要问" in text
    name = re.search(r'<select[^>]*name="(to:附表!E3)"', text)
    assert name is not None
    again = post(client, form, **{name[1]: "-"}).content.decode()
    assert "按答复留空" in again


def test_the_lists_of_a_programme_may_be_chosen(enter: Enter, story: Story) -> None:
    text = post(enter("clerk"), programme="visits").content.decode()
    assert 'name="to:附表!3"' in text and 'value="helped"' in text
    chosen = post(enter("clerk"), programme="visits", **{"to:附表!3": "helped"})
    assert "张有田" in chosen.content.decode() and "李长贵" in chosen.content.decode()


def test_nobody_sees_more_than_the_own_grant_opens(enter: Enter, story: Story) -> None:
    everybody = {"to:附表!3": "household"}
    two_factors(story, "administrator")
    assert "张有田" in post(enter("clerk"), **everybody).content.decode()
    for who in ("outsider", "administrator", "nobody"):
        text = post(enter(who), **everybody).content.decode()
        assert "张有田" not in text and "李长贵" not in text, who
    assert "赵远山" in post(enter("outsider"), **everybody).content.decode()
    helper = post(enter("helper"), **everybody).content.decode()
    assert "张有田" in helper and "李长贵" not in helper


def test_a_place_outside_of_the_grant_cannot_be_named(enter: Enter, story: Story) -> None:
    answer = post(enter("outsider"), place=str(story.places["village"].fact))
    assert answer.status_code == 422 and "张有田" not in answer.content.decode()


@pytest.mark.parametrize(
    ("content", "name", "says"),
    [
        (None, "", "请选择空白表文件"),
        (b"rubbish", "a.xlsx", "a.xlsx"),
        (FORM, "a.exe", "请另存为 xlsx"),
        (b"PK" + b"\0" * 1_600_000, "a.xlsx", "1,500,000"),
    ],
)
def test_what_cannot_be_filled_is_said(
    enter: Enter, content: bytes | None, name: str, says: str
) -> None:
    answer = post(enter("clerk"), content, name=name)
    assert answer.status_code == 422 and says in answer.content.decode()


def test_the_lists_lead_to_it(enter: Enter) -> None:
    assert reverse("desk:form_fill") in enter("clerk").get(reverse("desk:lists")).content.decode()


UNITS = workbook(
    {"A": "序号", "B": "单位名称", "C": "单位性质", "D": "所在村"}, rows=10, title="单位一览表"
)


@pytest.mark.parametrize("kind", ["person", "household"])
def test_the_rows_of_a_table_are_of_no_other_kind(enter: Enter, story: Story, kind: str) -> None:
    """What a form asks of units is not answered with persons, whom the reader may not open."""
    two_factors(story, "administrator")
    said = {"to:附表!3": kind, "to:附表!B3": f"{kind}.name"}
    for who in ("administrator", "outsider"):
        page = post(enter(who), UNITS, **said)
        assert page.status_code == 200
        text = page.content.decode()
        assert not [one for one in ("张有田", "李长贵", "张小麦") if one in text], who


@pytest.mark.parametrize("kind", ["need", "document", "fund", "visit", "statistic", "pairing"])
def test_an_answer_of_another_kind_is_no_failure(enter: Enter, story: Story, kind: str) -> None:
    text = post(enter("clerk"), **{"to:附表!3": kind}).content.decode()
    assert "张有田" in text


def test_who_helps_the_own_people_is_named(enter: Enter, story: Story) -> None:
    """The helper is at home elsewhere; the record of the pairing names him all the same."""
    enrolment.take_in(
        by=BY, programme=story.begun(), name="helped", subject=story.who["far"], on=day(1, 15),
        grounds="因病支出大",
    )  # fmt: skip
    pairing.make(
        by=BY, programme=story.begun(), name="one_to_one", helper=story.who["he"],
        subject=story.who["far"], on=day(1, 20),
    )  # fmt: skip
    text = post(enter("outsider")).content.decode()
    assert "赵远山" in text and "何医" in text


@pytest.mark.parametrize("kind", ["person", "household"])
def test_of_a_closed_record_not_even_the_name_is_told(
    story: Story, tmp_path: Path, kind: str
) -> None:
    """However a form comes to ask of somebody: of whom the reader may not open nothing is told."""
    path = tmp_path / "form.xlsx"
    form = workbook({"A": "序号", "B": "户主姓名" if kind == "household" else "姓名"})
    path.write_bytes(form)
    for who, told in (("clerk", 1), ("outsider", 0)):
        asked = Request(Moment(day(11, 20)), user=story.users[who])
        _, (table,) = plan(path, asked)
        key = story.who["zhang" if kind == "household" else "young_zhang"].fact
        columns = [c for c in table.columns if c.source.sort == "field"]
        cell = Reader(asked, VOCABULARY[kind]).read([key], columns)[key][0]
        assert len(cell.values) == told and cell.withheld == (not told), who


def named_rows(content: bytes, *names: str) -> bytes:
    """A blank summary with the names of its rows written into it."""
    book = openpyxl.load_workbook(io.BytesIO(content))
    sheet = book["附表"]
    for row, name in enumerate(names, start=3):
        sheet[f"A{row}"] = name
    target = io.BytesIO()
    book.save(target)
    return target.getvalue()


def taken(client: Client, content: bytes, **said: Any) -> list[list[Any]]:
    """The rows of the filled form that the page gives out."""
    file = post(client, content, step="file", purpose="季度汇总", **said)
    sheet = openpyxl.load_workbook(io.BytesIO(file.content))["附表"]
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=3)]


VILLAGES = named_rows(
    workbook(
        {"A": "村名", "B": "女性人数", "C": "60岁以上人数", "D": "监测户数"},
        title="各村情况统计表",
    ),
    "杏陂村", "上麦村",
)  # fmt: skip


def test_a_summary_counts_what_the_account_may_open(enter: Enter, story: Story) -> None:
    """A number of one is a person; nobody has it of places and records that are closed."""
    assert taken(enter("clerk"), VILLAGES) == [["杏陂村", 0, 0, 1], ["上麦村", 1, 0, 1]]
    assert taken(enter("outsider"), VILLAGES)[1] == ["上麦村", None, None, None]
    blank = [["杏陂村", None, None, None], ["上麦村", None, None, None]]
    assert taken(enter("nobody"), VILLAGES) == blank
    far, own = taken(enter("helper"), VILLAGES)
    assert far == blank[0] and own == ["上麦村", 1, 0, 1]
    household.update(by=BY, subject=story.who["li"], on=day(6, 1), kind="monitored")
    assert taken(enter("clerk"), VILLAGES)[1][3] == 2
    assert taken(enter("helper"), VILLAGES)[1][3] == 1


INDICATORS = named_rows(
    workbook({"A": "指标", "B": "单位", "C": "数量", "D": "备注"}, title="帮扶情况统计表"),
    "监测户数", "帮扶成效户数",
)  # fmt: skip


def test_numbers_of_rows_open_to_what_they_count_as_far_as_it_is_open(
    enter: Enter, story: Story
) -> None:
    rows = taken(enter("clerk"), INDICATORS)
    assert rows == [["监测户数", None, 2, None], ["帮扶成效户数", None, None, None]]
    assert taken(enter("helper"), INDICATORS)[0][2] == 1
    assert taken(enter("nobody"), INDICATORS)[0][2] is None
    page = post(enter("clerk"), INDICATORS).content.decode()
    where = re.findall(r'<a href="([^"]*household[^"]*kind=monitored[^"]*)">2</a>', page)
    assert len(where) == 1
    answer = enter("clerk").get(html.unescape(where[0]))
    assert answer.status_code == 200 and answer.context["page"].paginator.count == 2
    assert "帮扶成效户数" in page


def test_what_is_typed_for_a_number_stands_in_the_form_alone(enter: Enter, story: Story) -> None:
    client = enter("clerk")
    page = post(client, INDICATORS, step="enter").content.decode()
    (name,) = (name for label, name in _inputs(page).items() if label.startswith("C4"))
    seen = post(
        client, None, **{**_hidden(page), name: "7", "collected": "2026-11-19"}, step="judge"
    )
    done = post(client, None, **{**_hidden(seen.content.decode()), "step": "accept"})
    words = {**_hidden(done.content.decode()), "purpose": "上报"}
    file = post(client, None, **words, step="file")
    filled = openpyxl.load_workbook(io.BytesIO(file.content))["附表"]
    assert (filled["C3"].value, filled["C4"].value) == (2, 7)


@pytest.mark.parametrize("answer", ["nonsense", "monthly", "-"])
def test_an_answer_that_is_no_figure_leaves_the_column_blank(
    enter: Enter, story: Story, answer: str
) -> None:
    said = {"programme": "visits", "to:附表!B3": answer}
    assert taken(enter("clerk"), VILLAGES, **said)[1] == ["上麦村", None, 0, 1]


WORK = named_rows(
    workbook({"A": "帮扶干部", "B": "入户走访次数", "C": "结对户数"}, title="帮扶干部工作统计表"),
    "吴敏", "何医",
)  # fmt: skip


def test_nobodys_work_is_told_to_others(enter: Enter, story: Story) -> None:
    """By name one has one's own numbers, and those of the people whom one leads."""
    said = {"programme": "visits", "to:附表!B3": "visits", "to:附表!C3": "one_to_one"}
    own = [["吴敏", 5, 1], ["何医", None, None]]
    for who in ("clerk", "outsider", "inspector", "clinician"):
        assert taken(enter(who), WORK, **said)[0] == ["吴敏", None, None], who
    assert taken(enter("helper"), WORK, **said) == own
    lead = users.create(by=BY, username="lead", password=PASSWORD)
    users.grant(
        by=BY, user=lead, role="unit_lead", on=day(1, 1), reason="任命文件",
        organisation=story.who["hospital"],
    )  # fmt: skip
    story.users["lead"] = lead
    assert taken(enter("lead"), WORK, **said) == own


def given_out(before: int) -> Event:
    """The event of what was given out, beside that of the form that was asked for."""
    given, asked = list(Event.objects.order_by("at"))[before:]
    assert asked.verb == "demand.note"
    return given


def test_what_a_form_gives_out_is_written_down(enter: Enter, story: Story) -> None:
    """Who, for what, which records and columns, how many rows; and no value of anybody."""
    client, place = enter("clerk"), story.places["village"]
    said = {"place": str(place.fact), "programme": "visits", "step": "file"}
    before = Event.objects.count()
    page = post(client, **said)
    assert page.status_code == 422 and Event.objects.count() == before
    text = page.content.decode()
    assert 'href="#id_purpose"' in text and "张有田" in text
    assert post(client, **said, purpose="上报县里")["Content-Type"] == MEDIA_TYPE
    event = given_out(before)
    assert (event.verb, event.by, event.door) == ("list.download", story.users["clerk"], "desk")
    assert event.purpose == "上报县里" and event.outcome["value"] == 2
    assert event.fields["question"] == ["of=visits.helped", f"on={ON}", f"place={place.code}"]
    assert "size" in event.fields["household"] and "identity" in event.fields["person"]
    assert "张有田" not in str(event.fields)


def test_the_numbers_of_a_summary_are_given_out_for_a_purpose_too(
    enter: Enter, story: Story
) -> None:
    before = Event.objects.count()
    assert taken(enter("clerk"), VILLAGES)[1] == ["上麦村", 1, 0, 1]
    event = given_out(before)
    assert set(event.fields) == {"household", "person", "question"}
    assert taken(enter("nobody"), VILLAGES)[1] == ["上麦村", None, None, None]
    assert Event.objects.count() == before + 2, "who sees nobody gives nothing out"


@pytest.mark.parametrize(
    ("row", "times"), [(b"<c/>" * 100, 20_000), (b"<!--" + b" " * 993 + b"-->", 60_000)]
)
def test_a_small_file_that_unpacks_to_a_huge_one_is_refused(
    enter: Enter, monkeypatch: pytest.MonkeyPatch, row: bytes, times: int
) -> None:
    """Two million cells, or sixty million bytes, in a few kilobytes: not read, and that is said."""
    monkeypatch.setattr(workbooks, "_sheets", lambda *_: pytest.fail("it was opened"))
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(FORM)) as old,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            content = old.read(name)
            if name == "xl/worksheets/sheet1.xml":
                start = content.index(b"</sheetData>")
                more = (b"<row>" + row + b"</row>") * times
                content = content[:start] + more + content[start:]
            new.writestr(name, content)
    assert len(target.getvalue()) < MOST
    answer = post(enter("clerk"), target.getvalue())
    assert answer.status_code == 422
    assert re.search("最多读1,100,000个|解压后过大", answer.content.decode())


def test_who_asks_is_counted_and_a_form_is_known_again(enter: Enter, story: Story) -> None:
    """Taking the form writes who asked; bringing it once more says what was given, and to whom."""
    client = enter("clerk")
    told = {"purpose": "报民政局", "asker": "县民政局", "paper": "民发〔2026〕3号"}
    assert "以前报过" not in post(client, **told).content.decode()
    assert post(client, step="file", **told)["Content-Type"] == MEDIA_TYPE
    demand = Demand.objects.current().get()
    assert (demand.asker, demand.paper, demand.title) == (
        *list(told.values())[1:],
        "农户帮扶情况一览表",
    )
    assert demand.filled > 0 and demand.left > 0 and "户主姓名" in demand.columns
    page = post(client, name="别的名字.xlsx").content.decode()
    assert "这张表以前报过" in page and "县民政局" in page and "同一张表" in page
    meter = client.get(reverse("desk:burden")).content.decode()
    assert "县民政局" in meter and f">{demand.filled}" in meter.replace("\n", "")
    assert "这张表以前报过" not in post(enter("outsider")).content.decode()


def test_a_form_of_a_place_of_which_no_demands_are_written_is_taken_all_the_same(
    enter: Enter, story: Story
) -> None:
    answer = post(enter("helper"), step="file", purpose="自用", asker="乡里")
    assert answer["Content-Type"] == MEDIA_TYPE
    assert not Demand.objects.exists()


BLANKS = workbook(
    {"A": "序号", "B": "户主姓名", "C": "家庭人口", "D": "文化程度", "E": "帮扶责任人",
     "F": "单位", "G": "宗教信仰", "H": "银行卡号", "I": "主要燃料类型"}
)  # fmt: skip


def test_reasons_for_blanks_are_told_apart_with_their_cells(enter: Enter, story: Story) -> None:
    place = str(story.places["village"].fact)
    text = post(enter("clerk"), BLANKS, place=place).content.decode()
    section = text[text.index('aria-labelledby="blanks"') :]
    for reason in ("台账没有登记", "不该收集，不填", "系统没有这一项"):
        assert reason in section, reason
    assert section.index("台账没有登记") < section.index("系统没有这一项")
    assert "主要燃料类型" in section and "宗教信仰" in section and "I3" in section
    assert reverse("desk:subject", args=[story.who["zhang"].fact]) in section


def test_who_can_know_is_asked_by_a_task_that_names_nobody_who_is_helped(
    enter: Enter, story: Story
) -> None:
    client, place = enter("clerk"), str(story.places["village"].fact)
    helper = story.who["wu"]
    text = post(client, BLANKS, place=place).content.decode()
    assert f'value="{helper.fact}"' in text and "谁能知道" in text
    nobody = post(client, BLANKS, place=place, step="ask", due="")
    assert nobody.status_code == 422 and "请勾选问谁要" in nobody.content.decode()
    asked = post(client, BLANKS, place=place, step="ask", whom=str(helper.fact), due="2099-01-05")
    assert asked.status_code == 200 and "2099-01-05前答复" in asked.content.decode()
    task = Task.objects.current().get(demand__isnull=False)
    assert task.owner_id == helper.fact and "主要燃料类型" in task.text
    assert "张有田" not in task.text and "上麦村" in task.text
    again = post(client, BLANKS, place=place, step="ask", whom=str(helper.fact))
    assert again.status_code == 422
    assert Task.objects.current().filter(demand=task.demand).count() == 1
    assert task.text in enter("helper").get(reverse("desk:home")).content.decode()


def test_the_companion_sheet_is_printed_for_a_purpose(enter: Enter, story: Story) -> None:
    client, place = enter("clerk"), str(story.places["village"].fact)
    refused = post(client, BLANKS, place=place, step="blanks")
    assert refused.status_code == 422
    sheet = post(client, BLANKS, place=place, step="blanks", purpose="让帮扶人补数")
    assert sheet["Content-Type"] == "application/pdf" and sheet.content[:5] == b"%PDF-"
    pages = PdfReader(io.BytesIO(sheet.content)).pages
    told = re.sub(r"\s", "", "".join(page.extract_text() for page in pages))
    assert "缺项清单" in told and "张有田" in told and "主要燃料类型" in told and "吴敏" in told
    assert "草稿" not in told, "it is worked with, and never issued"


def _hidden(text: str) -> dict[str, str]:
    """What travels with a page, as a browser would send it."""
    found = re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)"', text)
    return {name: html.unescape(value) for name, value in found if name != "csrfmiddlewaretoken"}


def _inputs(text: str) -> dict[str, str]:
    """The inputs of the page for blank cells, by what stands before them: cell and heading."""
    found = re.findall(
        r'<label for="c-[^"]*">([^<]+)</label>\s*<(?:input|select)[^>]*? name="([^"]+)"', text
    )
    return {label: html.unescape(name) for label, name in found}


def test_what_is_typed_becomes_a_fact_and_the_next_form_fills_itself(
    enter: Enter, story: Story
) -> None:
    client, place = enter("clerk"), str(story.places["village"].fact)
    page = post(client, BLANKS, place=place, step="enter", asker="县民政局").content.decode()
    inputs = _inputs(page)
    fuel, bank = inputs["I3 主要燃料类型"], inputs["H3 银行卡号"]
    assert "G3 宗教信仰" not in inputs
    assert "系统没有这一项，只写进这张表" in page
    typed = {**_hidden(page), fuel: "firewood", bank: "=HYPERLINK(1)", "collected": "2026-11-19"}
    before = Event.objects.count()
    seen = post(client, None, **{**typed, "step": "judge", "place": place})
    text = seen.content.decode()
    assert seen.status_code == 200
    assert Event.objects.count() == before
    assert "柴草" in text and "记入台账" in text
    done = post(client, None, **{**_hidden(text), "step": "accept"}).content.decode()
    assert "1 格已记入台账" in done and "1 格只写进这张表" in done
    sheet = Household.objects.current().get(fact=story.who["zhang"].fact, ended=None)
    assert (sheet.fuel, sheet.began, sheet.source) == (
        "firewood", dt.date(2026, 11, 19), "填《农户帮扶情况一览表》时补报 县民政局",
    )  # fmt: skip
    taken = {**_hidden(done), "place": place, "asker": "县民政局", "purpose": "上报"}
    file = post(client, None, **taken, step="file")
    filled = openpyxl.load_workbook(io.BytesIO(file.content))["附表"]
    assert filled["I3"].value == "柴草"
    assert filled["H3"].value == "=HYPERLINK(1)" and filled["H3"].data_type == "s"
    demand = Demand.objects.current().get(asker="县民政局")
    assert demand.entered == 2
    again = post(client, BLANKS, place=place, step="file", purpose="再填一次")
    sheet_again = openpyxl.load_workbook(io.BytesIO(again.content))["附表"]
    assert sheet_again["I3"].value == "柴草" and sheet_again["H3"].value is None


def test_the_key_of_an_event_tells_nothing_of_what_was_typed(story: Story) -> None:
    """Keys lie in clear: whoever reads the database must not find a number by trying all."""
    person, key, on = story.who["young_zhang"], uuid.uuid4(), dt.date(2026, 11, 19)
    target = Target("person", person.fact, "phone")
    by = replace(BY, key=key)
    for _ in range(2):
        done = write(by=by, told={target: PHONE}, on=on, source="入户")
        assert done.taken == [target]
    (event,) = Event.objects.filter(verb="person.update", about=person.fact)
    said = f"person.update {person.fact} {on} {[('phone', PHONE)]!r}"
    assert event.pk not in (uuid.uuid5(key, said), uuid.uuid3(key, said))


def test_nothing_that_was_typed_is_lost_when_something_is_wrong(enter: Enter, story: Story) -> None:
    client, place = enter("clerk"), str(story.places["village"].fact)
    form = workbook(
        {"A": "序号", "B": "户主姓名", "C": "耕地面积(亩)", "D": "银行卡号", "E": "致贫原因"}
    )
    page = post(client, form, place=place, step="enter").content.decode()
    inputs = _inputs(page)
    land, bank, risks = (inputs[name] for name in ("C3 耕地面积(亩)", "D3 银行卡号", "E3 致贫原因"))
    typed = {**_hidden(page), land: "三亩半", bank: "6222", risks: "懒", "place": place}
    wrong = post(client, None, **{**typed, "step": "accept"})
    text = wrong.content.decode()
    assert wrong.status_code == 422 and "“三亩半”不是数字" in text
    assert all(f'value="{said}"' in text for said in ("三亩半", "6222", "懒"))
    # What the ledger refuses stays where it was typed; what the form alone keeps is kept.
    refused = post(client, None, **{**typed, land: "3.5", "step": "accept"})
    text = refused.content.decode()
    assert refused.status_code == 422 and 'value="3.5"' in text and 'value="懒"' in text
    assert _hidden(text)[bank.replace("cell:", "keep:")] == "6222"
    again = {**_hidden(text), land: "3.5", risks: "因病", "place": place, "step": "accept"}
    assert "2 格已记入台账" in post(client, None, **again).content.decode()


def test_who_may_not_change_a_record_types_for_the_form_alone(enter: Enter, story: Story) -> None:
    page = post(enter("inspector"), BLANKS, step="enter").content.decode()
    assert "您不能改这条记录，只写进这张表" in page


def test_what_is_otherwise_since_a_form_was_given_out_is_shown(enter: Enter, story: Story) -> None:
    client, place = enter("clerk"), str(story.places["village"].fact)
    said = {"place": place, "on": clock.today().isoformat()}
    post(client, step="file", purpose="上报县里", **said)
    demand = Demand.objects.current().get()
    household.update(by=BY, subject=story.who["zhang"], on=clock.today(), size=7)
    first = post(client, **said).content.decode()
    assert "与那次相比有什么变化" in first
    text = post(client, since=str(demand.fact), **said).content.decode()
    assert "张有田 · 家庭人口：5 → 7" in re.sub(r"\s+", " ", text)
    assert "1 格不同" in text and "新增 0 条" in text
    far = post(enter("outsider"), since=str(demand.fact), on=ON).content.decode()
    assert "以来的变化" not in far


@pytest.mark.parametrize("made", ODD, ids=lambda made: made.__name__)
def test_what_is_no_form_is_answered_in_words(
    enter: Enter, tmp_path: Path, made: Callable[[Path], None]
) -> None:
    path = tmp_path / "a.xlsx"
    made(path)
    answer = post(enter("clerk"), path.read_bytes(), name="a.xlsx")
    assert answer.status_code == (200 if made.__name__ == "empty" else 422)
    assert "a.xlsx" in answer.content.decode()


@pytest.mark.parametrize("step", ["enter", "judge", "accept", "ask", "blanks", "look"])
def test_words_that_no_page_of_ours_sent_are_no_failure(enter: Enter, step: str) -> None:
    said = {
        "turn": "-9", "at": "九", "entered": "-1", "since": "nobody", "whom": "nobody",
        "due": "soon", "collected": "2099-01-01", "source": "", "cell:x@y": "z", "keep:x@y": "=1",
        "to:附表!I3": "person.phone",
    }  # fmt: skip
    assert post(enter("clerk"), BLANKS, step=step, **said).status_code in (200, 422)
    del said["turn"]
    assert post(enter("clerk"), BLANKS, step=step, **said).status_code in (200, 422)


def test_what_was_typed_on_one_page_of_many_cells_goes_along_to_the_next(
    enter: Enter, story: Story, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(form_entry, "ON_A_PAGE", 1)
    client, place = enter("clerk"), str(story.places["village"].fact)
    first = post(client, BLANKS, place=place, step="enter").content.decode()
    ((label, name),) = _inputs(first).items()
    assert label == "H3 银行卡号" and "第 1–1 格，共 2 格" in first
    typed = {**_hidden(first), name: "6222", "place": place, "turn": "1", "step": ""}
    second = post(client, None, **typed).content.decode()
    ((label, fuel),) = _inputs(second).items()
    assert label == "I3 主要燃料类型" and _hidden(second)[name] == "6222"
    both = {**_hidden(second), fuel: "coal", "place": place, "step": "judge"}
    text = post(client, None, **both).content.decode()
    assert "6222" in text and "煤炭" in text and "1 格记入台账" in text

"""A list is downloaded for a purpose, with what its reader may open, and that is written down."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator
from typing import Any

import openpyxl
import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from bangfu.desk import download, download_making
from bangfu.ledger.actions import household
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Event
from bangfu.ledger.vocabulary import VOCABULARY
from tests.desk.conftest import Enter
from tests.desk.forms import fill, said, wrong
from tests.desk.story import BY, IDENTITY, PHONE, Story, day

HOUSEHOLDS = reverse("desk:list_download", args=["household"])
PERSONS = reverse("desk:list_download", args=["person"])
WHY = "核对名单"


def downloaded(client: Client, address: str, why: str = WHY) -> bytes:
    """The file that a list is downloaded as."""
    answer = fill(client, address, purpose=why)
    assert answer.status_code == 200, wrong(answer)
    assert answer["Content-Disposition"].startswith("attachment") and answer.streaming
    assert answer["Cache-Control"] == "private, no-store"
    return b"".join(answer.streaming_content)


def opened(client: Client, address: str, why: str = WHY) -> tuple[list[str], list[list[Any]]]:
    """The lines of the head, and the table below with its headings."""
    sheet = openpyxl.load_workbook(io.BytesIO(downloaded(client, address, why))).active
    rows = [[cell.value for cell in row] for row in sheet.iter_rows()]
    return [row[0] for row in rows[:5]], rows[5:]


def latest() -> Event:
    """The event of the last download."""
    return Event.objects.filter(verb="list.download").order_by("at").last()  # type: ignore[return-value]


def test_the_file_says_what_was_asked_and_holds_those_rows(story: Story, enter: Enter) -> None:
    words = "kind=monitored&size.min=3&on=2026-07-01&columns=name,size"
    head, rows = opened(enter("clerk"), f"{HOUSEHOLDS}?{words}")
    assert head[0] == "户"
    assert head[1] == "户；筛选：人数：不少于 3；户类型：监测户；列：户名、人数"
    assert head[2] == "2026-07-01 的情况，按现在所知"
    assert "统计时间：20" in head[3] and "共 1 条" in head[3]
    assert head[4] == "下载人：周明　用途：核对名单"
    assert rows == [["户名", "人数"], ["张有田", 5]]


def test_both_dates_stand_in_the_head(story: Story, enter: Enter) -> None:
    head, rows = opened(enter("clerk"), f"{HOUSEHOLDS}?on=2026-03-01&known=2020-01-01")
    assert head[2] == "2026-03-01 的情况，按 2020-01-01 日终所知" and len(rows) == 1


def test_the_reader_gets_what_the_own_roles_open(story: Story, enter: Enter) -> None:
    every = {"李长贵", "张有田", "赵远山"}
    for who, names in (("clerk", every), ("helper", {"张有田"}), ("outsider", {"赵远山"})):
        found = {row[0] for row in opened(enter(who), HOUSEHOLDS)[1][1:]}
        assert found == names, who
        assert latest().outcome == {"value": len(names)}
    assert enter("administrator").get(HOUSEHOLDS).status_code in (302, 404)
    assert enter("nobody").get(HOUSEHOLDS).status_code == 404


def test_numbers_stay_masked_and_are_text(story: Story, enter: Enter) -> None:
    content = downloaded(enter("clerk"), f"{PERSONS}?columns=name,identity,phone,birth,age")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = next(row for row in sheet.iter_rows(min_row=7) if row[0].value == "张有田")
    by = {sheet.cell(6, cell.column).value: cell for cell in cells}
    assert by["身份证号"].value == "*" * 16 + IDENTITY[-2:] and by["身份证号"].data_type == "s"
    told = "".join(str(cell.value) for row in sheet.iter_rows() for cell in row)
    assert IDENTITY not in told and PHONE not in told


def test_one_event_says_who_what_for_which_question_and_how_many(
    story: Story, enter: Enter
) -> None:
    before = Event.objects.count()
    words = f"kind=monitored&head={story.who['old_zhang'].name}&columns=name,size"
    opened(enter("clerk"), f"{HOUSEHOLDS}?{words}")
    event = latest()
    assert Event.objects.count() == before + 1
    assert (event.by, event.door, event.purpose) == (story.users["clerk"], "desk", WHY)
    assert event.outcome == {"value": 1}
    assert event.fields == {
        "household": ["name", "size"],
        "question": [
            "columns=name,size", f"head={story.who['old_zhang'].fact}", "kind=monitored",
            "of=household",
        ],
    }  # fmt: skip
    assert "张有田" not in json.dumps([event.fields, event.outcome], ensure_ascii=False)
    assert verify().faults == []


def test_a_search_by_name_is_downloaded_and_the_name_kept_nowhere(
    story: Story, enter: Enter
) -> None:
    assert len(opened(enter("clerk"), f"{HOUSEHOLDS}?q=张")[1]) == 2
    assert latest().fields["question"] == ["of=household", "q="]


@pytest.mark.parametrize("why", ["", "x", f"查{IDENTITY}", f"打{PHONE}"])
def test_without_a_fit_purpose_nothing_is_handed_out(story: Story, enter: Enter, why: str) -> None:
    before = Event.objects.count()
    answer = fill(enter("clerk"), HOUSEHOLDS, purpose=why)
    assert answer.status_code == 422 and wrong(answer)
    assert Event.objects.count() == before


def test_what_the_list_did_not_understand_is_put_right_first(story: Story, enter: Enter) -> None:
    client, before = enter("clerk"), Event.objects.count()
    for words in ("shoe_size.min=43", "size.min=many", "kind=lost", "place=nowhere", "on=x"):
        answer = fill(client, f"{HOUSEHOLDS}?{words}", purpose=WHY)
        assert answer.status_code == 422 and "交出的会比想要的多" in wrong(answer), words
    assert Event.objects.count() == before


def test_a_list_that_no_sheet_holds_is_not_begun(
    story: Story, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "too_large", lambda count, columns: True)
    before = Event.objects.count()
    answer = fill(enter("clerk"), HOUSEHOLDS, purpose=WHY)
    assert answer.status_code == 422 and "放不下" in wrong(answer)
    assert Event.objects.count() == before


def test_no_name_becomes_a_formula(story: Story, enter: Enter) -> None:
    called = '=HYPERLINK("http://x","点我")'
    household.register(
        by=BY, name=called, place=story.places["village"], on=day(1, 10), source="名册"
    )  # fmt: skip
    content = downloaded(enter("clerk"), f"{HOUSEHOLDS}?columns=name")
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    cells = [cell for row in sheet.iter_rows(min_row=7) for cell in row if cell.value == called]
    assert [cell.data_type for cell in cells] == ["s"]


@pytest.mark.parametrize("kind", sorted(VOCABULARY))
def test_every_kind_is_downloaded_with_every_column(story: Story, enter: Enter, kind: str) -> None:
    client = enter("clerk")
    columns = ",".join(VOCABULARY[kind].fields)
    listed = client.get(f"{reverse('desk:list', args=[kind])}?columns={columns}&format=json")
    told = json.loads(listed.content)
    address = f"{reverse('desk:list_download', args=[kind])}?columns={columns}"
    _head, rows = opened(client, address)
    assert rows[0] == [column["label"] for column in told["columns"]]
    assert [row[0] or "" for row in rows[1:]] == [
        _shown(row[told["columns"][0]["key"]], rows[place + 1][0])
        for place, row in enumerate(told["rows"])
    ]


def _shown(text: str, held: Any) -> Any:
    """A text of a page as its sheet has it: days and numbers are such there."""
    return text if isinstance(held, str | None) else held


def test_a_programmes_list_and_a_figure_are_downloaded(story: Story, enter: Enter) -> None:
    address = reverse("desk:programme_list_download", args=["visits", "helped"])
    head, rows = opened(enter("clerk"), address)
    assert "入户走访帮扶 · 纳入帮扶的户" in head[1] and len(rows) > 1
    assert latest().fields["question"] == ["of=visits.helped"]
    figure = reverse("desk:programme_list_download", args=["visits", "visits"])
    assert len(opened(enter("clerk"), f"{figure}?base=figure&date.to=2026-12-31")[1]) > 1
    assert "of=visits.visits" in latest().fields["question"]


def test_the_journal_says_what_was_handed_out(story: Story, enter: Enter) -> None:
    opened(enter("clerk"), f"{HOUSEHOLDS}?kind=monitored&columns=name,size")
    page = said(enter("inspector").get(reverse("desk:journal")))
    assert "下载名单" in page and WHY in page and "交出 2 条" in page and "kind=monitored" in page


@pytest.fixture
def crowded(story: Story, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Forty households more, read in parts of twenty."""
    monkeypatch.setattr(download_making, "_AT_ONCE", 20)
    for number in range(40):
        household.register(
            by=BY, name=f"户{number:03}", place=story.places["village"], on=day(1, 10),
            source="名册", size=3, kind="ordinary",
        )  # fmt: skip
    yield


def test_a_long_list_is_read_in_parts_and_stays_in_order(
    story: Story, enter: Enter, crowded: None
) -> None:
    client = enter("clerk")
    answer = fill(client, f"{HOUSEHOLDS}?sort=-name&columns=name", purpose=WHY)
    with CaptureQueriesContext(connection) as queries:
        content = b"".join(answer.streaming_content)
    assert len(queries) <= 3 * 3, "so many for each part"
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    names = [row[0].value for row in sheet.iter_rows(min_row=7)]
    assert names[:3] == ["赵远山", "张有田", "李长贵"]
    assert names[3:] == [f"户{number:03}" for number in reversed(range(40))]

"""A large list is made in the background: followed, fetched by its asker alone, sealed, let go."""

from __future__ import annotations

import datetime as dt
import io
import threading
import uuid
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from django.conf import settings
from django.http.response import HttpResponseBase
from django.test import Client
from django.urls import reverse

from bangfu.desk import download, download_making
from bangfu.keeping.work import step
from bangfu.ledger import cabinet, clock, staging
from bangfu.ledger.actions import download as actions
from bangfu.ledger.actions import household, subject, user
from bangfu.ledger.actions.event import By
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Download, Event, Grant, Work
from bangfu.ledger.vocabulary import VOCABULARY
from bangfu.lists.work import latest_work
from tests.desk.conftest import Enter
from tests.desk.forms import fill, said, wrong
from tests.desk.story import BY, IDENTITY, Story, day

HOUSEHOLDS = reverse("desk:list_download", args=["household"])
PERSONS = reverse("desk:list_download", args=["person"])
WHY = "年度核对"
MADE = "here:1"


@pytest.fixture(autouse=True)
def large(monkeypatch: pytest.MonkeyPatch, settings: Any, tmp_path: Path) -> None:
    """Every list counts as a large one, and nothing else lies in the cabinet."""
    monkeypatch.setattr(download, "AT_ONCE", 0)
    settings.MEDIA_ROOT = tmp_path


def ask(client: Client, address: str) -> Download:
    """The file that is in hand after somebody asked for it."""
    answer = fill(client, address, purpose=WHY)
    assert answer.status_code == 302, wrong(answer)
    found = Download.objects.latest("asked_at")
    assert answer["Location"] == reverse("desk:prepared", args=[found.pk])
    return found


def at(what: str, file: Download) -> str:
    """The address of what is done with a file."""
    return reverse(f"desk:prepared{what}", args=[file.pk])


def page(client: Client, file: Download) -> str:
    """What the page of a file says."""
    return said(client.get(at("", file)))


def fetched(client: Client, file: Download) -> HttpResponseBase:
    """The answer to whoever presses the button."""
    return client.post(at("_fetch", file))


def rows_of(answer: Any) -> list[list[Any]]:
    """The rows of a workbook below its headings."""
    assert answer.status_code == 200 and answer.streaming
    content = b"".join(answer.streaming_content)
    assert int(answer["Content-Length"]) == len(content)
    sheet = openpyxl.load_workbook(io.BytesIO(content)).active
    return [[cell.value for cell in row] for row in sheet.iter_rows(min_row=7)]


def stored() -> Iterator[bytes]:
    """Everything that lies in the cabinet."""
    yield from (p.read_bytes() for p in Path(settings.MEDIA_ROOT).rglob("*") if p.is_file())


def test_a_large_list_is_made_by_a_worker_and_fetched(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    file = ask(client, f"{PERSONS}?columns=name,identity&q=张")
    assert (
        "正在生成" in page(client, file) and "hx-get" in client.get(at("", file)).content.decode()
    )
    assert "已生成" not in page(client, file)
    refused = client.post(at("_fetch", file), follow=True)
    assert "还没有生成" in said(refused)
    assert step(MADE) and not step(MADE)
    assert "文件已生成" in page(client, file) and "年" not in file.title
    rows = rows_of(fetched(client, file))
    assert {row[0] for row in rows} >= {"张有田"} and all("张" in row[0] for row in rows)
    zhang = next(row for row in rows if row[0] == "张有田")
    assert zhang[1] == "*" * 16 + IDENTITY[-2:]
    asked, taken = Event.objects.filter(verb__in=("list.prepare", "list.fetch")).order_by("at")
    assert (asked.by, asked.purpose, asked.about) == (story.users["clerk"], WHY, file.pk)
    assert asked.fields["question"] == ["columns=name,identity", "of=person", "q="]
    assert taken.outcome == {"value": len(rows)} and taken.about == file.pk
    assert verify().faults == []


def test_its_page_asks_how_far_it_is_and_says_when_it_is_there(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    file = ask(client, HOUSEHOLDS)
    part = client.get(at("", file), headers={"HX-Request": "true"})
    assert "<html" not in part.content.decode() and "HX-Refresh" not in part.headers
    assert "户" in said(client.get(reverse("desk:lists"))) and "等待" in page(client, file)
    assert step(MADE)
    part = client.get(at("", file), headers={"HX-Request": "true"})
    assert part["HX-Refresh"] == "true"
    assert "待取" in said(client.get(reverse("desk:lists")))
    assert Work.objects.get(download=file).done == Download.objects.get(pk=file.pk).rows > 0


def test_only_its_asker_sees_and_fetches_it(story: Story, enter: Enter) -> None:
    file = ask(enter("clerk"), HOUSEHOLDS)
    assert step(MADE)
    for who in ("inspector", "helper", "outsider", "administrator"):
        client = enter(who)
        assert client.get(at("", file)).status_code in (302, 404), who
        for what in ("_fetch", "_stop", "_again", "_let_go"):
            assert client.post(at(what, file)).status_code in (302, 404), (who, what)
        assert Download.objects.get(pk=file.pk).ended_at is None
    assert "待取" not in said(enter("inspector").get(reverse("desk:lists")))
    assert not latest_work(9), "and the administration is not told of it"


def test_who_lost_the_right_before_it_was_made_gets_none(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    file = ask(client, HOUSEHOLDS)
    _all_grants_end(story, "clerk")
    assert step(MADE)
    file.refresh_from_db()
    assert file.made_at is None and not file.pieces and not list(stored())
    work = Work.objects.get(download=file)
    assert work.state == "failed" and "无权查看" in work.message["zh"]


def test_what_is_made_is_what_is_open_then(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    file = ask(client, HOUSEHOLDS)
    _all_grants_end(story, "clerk")
    user.grant(by=BY, user=story.users["clerk"], role="clerk", on=day(1, 1), reason="改任",
               place=story.places["far_village"])  # fmt: skip
    assert step(MADE)
    assert {row[0] for row in rows_of(fetched(client, file))} == {"赵远山"}


def test_who_lost_the_right_since_it_was_made_does_not_get_it(
    story: Story, enter: Enter, django_capture_on_commit_callbacks: Any
) -> None:
    client = enter("clerk")
    file = ask(client, HOUSEHOLDS)
    assert step(MADE) and list(stored())
    _all_grants_end(story, "clerk")
    user.grant(by=BY, user=story.users["clerk"], role="clerk", on=day(1, 1), reason="改任",
               place=story.places["far_village"])  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(at("_fetch", file), follow=True)
    assert "已无权查看" in said(answer) and "不再提供" in said(answer)
    assert not list(stored()) and not Event.objects.filter(verb="list.fetch").exists()


@pytest.mark.parametrize("words", ["columns=name,{told}", "{told}=-", "sort=-{told}"])
def test_who_lost_the_right_to_a_column_since_does_not_get_it(
    story: Story, enter: Enter, django_capture_on_commit_callbacks: Any, words: str
) -> None:
    """Another role may open the same rows and not all that is told of them."""
    fields = VOCABULARY["household"].fields.values()
    told = next(one.key for one in fields if one.told_by and one.type in ("money", "number"))
    client = enter("clerk")
    file = ask(client, f"{HOUSEHOLDS}?{words.format(told=told)}")
    assert step(MADE)
    _all_grants_end(story, "clerk")
    user.grant(by=BY, user=story.users["clerk"], role="village_doctor", on=day(1, 1),
               reason="改任", place=story.places["county"])  # fmt: skip
    with django_capture_on_commit_callbacks(execute=True):
        answer = client.post(at("_fetch", file), follow=True)
    assert "已无权查看" in said(answer) and not list(stored())
    assert not Event.objects.filter(verb="list.fetch").exists()


def _all_grants_end(story: Story, who: str) -> None:
    for grant in Grant.objects.current().filter(user=story.users[who]):
        user.take_back(by=BY, granted=grant)


def test_nothing_of_it_lies_in_clear(story: Story, enter: Enter) -> None:
    file = ask(enter("clerk"), f"{HOUSEHOLDS}?q=张有田")
    assert step(MADE)
    file.refresh_from_db()
    for content in (*stored(), bytes(file.asked or b""), bytes(file.secret or b"")):
        assert "张".encode() not in content and b"PK\x03\x04" not in content[:200]
        assert story.who["zhang"].pk.bytes not in content
    held = b"".join(staging.taken(file, "key", file.held))
    assert len(held) == 16 * file.rows > 0


def test_a_file_is_sealed_in_pieces_as_it_comes(story: Story, monkeypatch: Any) -> None:
    monkeypatch.setattr(staging, "PIECE", 100)
    file, digests = Download(user=None), list[str]()
    staging.locked_question(file, {})
    given = (bytes([n]) * 70 for n in range(10))
    assert staging.put_sealed(file, "file", given, digests) == 700 and len(digests) == 7
    pieces = list(staging.taken(file, "file", digests))
    assert {len(piece) for piece in pieces} == {100}
    assert b"".join(pieces) == b"".join(bytes([n]) * 70 for n in range(10))


def test_it_is_stopped_and_begun_again(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    file = ask(client, HOUSEHOLDS)
    client.post(at("_stop", file))
    assert not step(MADE) and "没有生成" in page(client, file) and "已取消" in page(client, file)
    client.post(at("_again", file))
    assert step(MADE) and "文件已生成" in page(client, file)
    again = client.post(at("_again", file), follow=True)
    assert "才能再试" in said(again) or "只有" in said(again)


def test_a_worker_that_ends_leaves_it_to_the_next(
    story: Story, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download_making, "_AT_ONCE", 1)
    file = ask(enter("clerk"), HOUSEHOLDS)
    ended = threading.Event()
    ended.set()
    assert step(MADE, ended)
    file.refresh_from_db()
    assert file.made_at is None and not list(stored()), "nothing half made is left"
    assert step("there:1")
    assert len(rows_of(fetched(enter("clerk"), file))) == 3


def test_work_that_nobody_asked_for_is_not_done(story: Story, enter: Enter) -> None:
    file = ask(enter("clerk"), HOUSEHOLDS)
    Download.objects.filter(pk=file.pk).update(user=story.users["outsider"])
    Work.objects.filter(download=file).update(by=story.users["outsider"])
    assert step(MADE)
    assert Work.objects.get(download=file).state == "failed"
    assert not Download.objects.get(pk=file.pk).made_at


def test_a_made_file_is_not_given_to_another_by_changing_its_row(
    story: Story, enter: Enter
) -> None:
    file = ask(enter("clerk"), HOUSEHOLDS)
    assert step(MADE)
    Download.objects.filter(pk=file.pk).update(user=story.users["inspector"])
    answer = enter("inspector").post(at("_fetch", file))
    assert not answer.streaming and not Event.objects.filter(verb="list.fetch").exists()


def test_it_is_offered_for_two_days(
    story: Story, enter: Enter, django_capture_on_commit_callbacks: Any
) -> None:
    file = ask(enter("clerk"), HOUSEHOLDS)
    assert step(MADE)
    now = clock.now()
    assert actions.let_old_go(now=now + actions.TERM - dt.timedelta(minutes=1)) == 0
    assert not [told for told in cabinet.lost() if str(file.pk) in told]
    assert cabinet.sweep(now + dt.timedelta(days=9)) == 0, "what is offered is no litter"
    with django_capture_on_commit_callbacks(execute=True):
        assert actions.let_old_go(now=now + actions.TERM + dt.timedelta(minutes=1)) == 1
    file.refresh_from_db()
    assert not list(stored()) and file.salt is None and file.asked is None
    assert "不再提供" in page(enter("clerk"), file)
    assert fetched(enter("clerk"), file).status_code == 302


def test_whoever_is_erased_is_in_no_file_that_is_offered(story: Story, enter: Enter) -> None:
    file = ask(enter("clerk"), HOUSEHOLDS)
    waiting = ask(enter("clerk"), PERSONS)
    assert step(MADE)
    home = household.register(
        by=BY, name="孟知秋", place=story.places["village"], on=day(1, 10), source="名册"
    )
    subject.erase(by=BY, subject=home, reason="request")
    assert not step(MADE), "what was still to be made is not made either"
    for one in (file, waiting):
        one.refresh_from_db()
        assert one.ended_at and not one.pieces and one.secret is None


def test_a_few_at_a_time(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    for _ in range(actions.MOST_OPEN):
        ask(client, HOUSEHOLDS)
    answer = fill(client, HOUSEHOLDS, purpose=WHY)
    assert answer.status_code == 422 and "待取或正在生成" in wrong(answer)
    client.post(at("_let_go", Download.objects.latest("asked_at")))
    ask(client, HOUSEHOLDS)


def test_a_small_list_is_sent_at_once(
    story: Story, enter: Enter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(download, "AT_ONCE", 3)
    assert fill(enter("clerk"), HOUSEHOLDS, purpose=WHY).streaming
    monkeypatch.setattr(download, "AT_ONCE", 2)
    ask(enter("clerk"), HOUSEHOLDS)


def test_sent_twice_it_is_made_once(story: Story, enter: Enter) -> None:
    by = By(story.users["clerk"], "desk", purpose=WHY, key=uuid.uuid4())
    told: dict[str, Any] = {"kind": "household", "asked": {}, "columns": ["name"], "rows": 3}
    first = actions.prepare(by=by, title="户", question={}, **told)
    assert actions.prepare(by=by, title="户", question={}, **told) == first
    assert Work.objects.filter(download=first).count() == 1

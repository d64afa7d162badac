"""Files at the desk: brought in a form, shown to those who may see them, blurred, taken away."""

from __future__ import annotations

import io
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from PIL import Image

from bangfu.desk.file import ACROSS, DOWN, areas_of
from bangfu.ledger import clock
from bangfu.ledger.actions import consent as consents
from bangfu.ledger.models import Activity, Event, File
from tests.desk.conftest import Enter
from tests.desk.story import Story, day
from tests.pictures import blank_pdf, heic, landscape


def bring(client: Client, address: str, content: bytes | None = None, **more: Any) -> HttpResponse:
    """A photo sent in by its form."""
    file = SimpleUploadedFile("IMG_0001.jpg", content or landscape(), "image/jpeg")
    told = {"file": file, "title": "院子", "on": "2026-09-02", "people": "no", **more}
    told.setdefault("about", client.get(address).context["form"]["about"].value())
    return client.post(address, told)  # type: ignore[return-value]


def to(story: Story, who: str = "zhang") -> str:
    return reverse("desk:file_add", args=[story.who[who].fact])


def only() -> File:
    return File.objects.current().get()


def page(client: Client, file: File, what: str = "file") -> Any:
    return client.get(reverse(f"desk:{what}", args=[file.fact]))


def test_a_photo_is_brought_and_shown(story: Story, enter: Enter) -> None:
    client = enter("helper")
    assert bring(client, to(story)).status_code == 302
    file = only()
    said = client.get(reverse("desk:subject", args=[story.who["zhang"].fact])).content.decode()
    assert reverse("desk:file_small", args=[file.fact]) in said and "附件与照片" in said
    shown = page(client, file, "file_content")
    assert shown["Content-Type"] == "image/jpeg" and "no-store" in shown["Cache-Control"]
    assert Image.open(io.BytesIO(shown.content)).size == (640, 480)
    assert "no-store" in page(client, file, "file_small")["Cache-Control"]
    assert "院子" in page(client, file).content.decode()


def test_a_paper_is_handed_out_and_not_opened_in_the_browser(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    bring(client, to(story, "hospital"), blank_pdf(), title="协议")
    answer = page(client, only(), "file_content")
    assert answer["Content-Disposition"].startswith("attachment;")
    assert answer["X-Content-Type-Options"] == "nosniff"


def test_what_is_not_taken_says_why_and_keeps_what_was_typed(story: Story, enter: Enter) -> None:
    answer = bring(enter("clerk"), to(story), b"MZ no picture", title="合影")
    said = answer.content.decode()
    assert answer.status_code == 422 and "不论文件名怎么写" in said and "合影" in said
    assert not File.objects.exists()


def test_whoever_is_in_a_photo_agreed_or_is_blurred(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    answer = bring(client, to(story), people="agreed")
    assert answer.status_code == 422 and "请写明谁在哪一天同意用于什么" in answer.content.decode()
    who = story.who["old_zhang"]
    bring(client, to(story), people="agreed", agreed_by=str(who.fact),
          agreed_on="2026-09-01", agreed_to="record")  # fmt: skip
    file = only()
    assert file.consent is not None and file.consent.subject_id == who.fact
    said = client.get(reverse("desk:subject", args=[story.who["zhang"].fact])).content.decode()
    assert reverse("desk:file_small", args=[file.fact]) not in said
    assert page(client, file, "file_small").status_code == 404


def test_who_saw_a_person_in_a_photo_stands_on_the_page(story: Story, enter: Enter) -> None:
    client, who = enter("clerk"), story.who["old_zhang"]
    bring(client, to(story), people="agreed", agreed_by=str(who.fact),
          agreed_on="2026-09-01", agreed_to="record")  # fmt: skip
    inspector = enter("inspector")
    assert page(inspector, only(), "file_content").status_code == 200
    event = Event.objects.get(verb="file.look", by=story.users["inspector"])
    assert event.about == story.who["zhang"].fact
    said = client.get(reverse("desk:subject", args=[story.who["zhang"].fact])).content.decode()
    assert "孙察 · 有人的照片" in " ".join(said.split())
    consents.take_back(by=_by(story), consent=only().consent, on=clock.today().replace(day=1))
    assert page(inspector, only(), "file_content").status_code == 403
    assert "已撤回同意" in page(client, only()).content.decode()


def _by(story: Story) -> Any:
    from bangfu.ledger.actions.event import By

    return By(story.users["clerk"], "desk")


def test_an_unblurred_photo_is_shown_to_those_who_blur_it_only(story: Story, enter: Enter) -> None:
    client = enter("helper")
    answer = bring(client, to(story), people="blur")
    file = only()
    assert answer["Location"] == reverse("desk:file", args=[file.fact])
    assert page(enter("inspector"), file, "file_content").status_code == 403
    blur = reverse("desk:file_blur", args=[file.fact])
    assert enter("inspector").get(blur).status_code == 403
    assert client.get(blur).content.decode().count('name="cell"') == ACROSS * DOWN
    assert client.post(blur, {}).status_code == 422
    assert client.post(blur, {"cell": ["0-0", "0-1", "5-7"]}).status_code == 302
    assert only().people == "blurred"
    assert page(enter("inspector"), only(), "file_content").status_code == 200
    assert page(client, only(), "file_small").status_code == 200


def test_neighbouring_parts_become_one_area() -> None:
    assert areas_of(["0-0", "0-1", "2-15"]) == [(0, 0, 125, 83), (937, 166, 1000, 250)]
    assert areas_of([]) == []


def test_evidence_of_work_and_of_a_need(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    visit = Activity.objects.current().get(kind="visit", date=day(9, 2))
    address = reverse("desk:file_add_to_activity", args=[visit.fact])
    choices = [key for key, _name in client.get(address).context["form"].fields["about"].choices]
    assert str(story.who["zhang"].fact) in choices and str(visit.place_id) in choices
    bring(client, address, about=str(visit.place_id), title="村口")
    assert (only().activity_id, only().subject_id) == (visit.fact, visit.place_id)
    record = client.get(reverse("desk:record", args=["activity", visit.fact])).content.decode()
    assert "村口" in record
    need = story.who_needs("zhang")
    bring(client, reverse("desk:file_add_to_need", args=[need]), title="签约单")
    record = client.get(reverse("desk:record", args=["need", need])).content.decode()
    assert "签约单" in record


def test_a_file_is_taken_away(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    bring(client, to(story))
    file = only()
    drop = reverse("desk:file_drop", args=[file.fact])
    assert "不能恢复" in client.get(drop).content.decode()
    assert client.post(drop).status_code == 302
    assert not File.objects.current().exists()
    assert page(client, file, "file_content").status_code == 404


@pytest.mark.parametrize("who", ["outsider", "nobody", "administrator"])
def test_nobody_else_finds_a_file(story: Story, enter: Enter, who: str) -> None:
    bring(enter("clerk"), to(story))
    other = enter(who)
    for what in ("file", "file_content", "file_small", "file_blur", "file_drop"):
        assert page(other, only(), what).status_code in (302, 403, 404), what


def test_the_same_form_twice_keeps_one_file(story: Story, enter: Enter) -> None:
    client, key = enter("clerk"), clock.new_id()
    for _ in range(2):
        assert bring(client, to(story), key=str(key)).status_code == 302
    assert File.objects.count() == 1


# ------------------------------------------------------------------ with a visit


def visit(client: Client, story: Story, content: bytes | None = None, **more: Any) -> Any:
    """A visit sent in with a photo."""
    address = reverse("desk:visit", args=[story.who["zhang"].fact])
    told = {"note": "看了看院子", "mode": "home", "on": "2026-09-02", **more}
    photo = SimpleUploadedFile("IMG_0002.jpg", content or landscape(), "image/jpeg")
    return client.post(address, told | {"photo": photo}, headers=told.pop("headers", None))


def test_a_photo_comes_with_the_visit_in_one_event_and_one_consent(
    story: Story, enter: Enter
) -> None:
    client, zhang, young = enter("helper"), story.who["zhang"], story.who["young_zhang"]
    assert "image/jpeg" in client.get(reverse("desk:visit", args=[zhang.fact])).content.decode()
    assert visit(client, story, shown=str(young.fact)).status_code == 302
    file = only()
    assert (file.people, file.consent.subject_id) == ("agreed", young.fact)
    assert (file.activity.note, file.date) == ("看了看院子", day(9, 2))
    assert file.event == file.activity.event == file.consent.event


def test_nobody_in_it_needs_no_consent_and_somebody_unasked_is_blurred_first(
    story: Story, enter: Enter
) -> None:
    client = enter("helper")
    visit(client, story, shown="none")
    visit(client, story, shown="blur")
    assert [f.people for f in File.objects.current().order_by("pk")] == ["none", "unasked"]


def test_a_visit_keeps_nothing_where_its_photo_is_not_taken(story: Story, enter: Enter) -> None:
    client, visits = enter("helper"), Activity.objects.count()
    unasked = visit(client, story)
    assert unasked.status_code == 422 and "说明有没有人入镜" in unasked.content.decode()
    spoilt = visit(client, story, heic()[:400], shown="none")
    assert spoilt.status_code == 422 and "照片（HEIC）已损坏" in spoilt.content.decode()
    paper = visit(client, story, blank_pdf(), shown="none")
    assert paper.status_code == 422 and "这里请选照片" in paper.content.decode()
    assert (Activity.objects.count(), File.objects.count()) == (visits, 0)


def test_a_script_that_sends_a_form_is_told_where_it_leads(story: Story, enter: Enter) -> None:
    client = enter("helper")
    answer = visit(client, story, shown="none", headers={"Desk-Sent": "by-script"})
    assert (answer.status_code, answer["Location"]) == (
        204, reverse("desk:before", args=[story.who["zhang"].fact]),
    )  # fmt: skip
    assert "走访已登记" in client.get(answer["Location"]).content.decode()

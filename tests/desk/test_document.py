"""Papers: drafted, edited, issued; what was issued is held against what is so now."""

from __future__ import annotations

import pytest
from django.urls import reverse

from bangfu.ledger.models import Document
from tests.desk.conftest import Enter
from tests.desk.forms import fill, wrong
from tests.desk.story import Story


def address(story: Story, which: str, name: str = "document", *more: object) -> str:
    """An address of a paper of the story."""
    return reverse(f"desk:{name}", args=[story.papers[which].fact, *more])


def test_an_issued_paper_says_what_has_changed_since(story: Story, enter: Enter) -> None:
    said = enter("clerk").get(address(story, "issued")).content.decode()
    assert "2026 年第 1 期" in said
    assert "4次" in said and "5次" in said and "新增 1 条" in said
    assert "没有变化" in said
    assert story.papers["issued"].digest in said
    came = enter("clerk").get(address(story, "issued", "reading", 2, "came")).content.decode()
    assert "补录" in came
    then = enter("clerk").get(address(story, "issued", "reading", 2, "rows")).content.decode()
    assert "补录" not in then and then.count("<tr>") == 5


def test_a_figure_in_the_text_leads_to_its_frozen_reading(story: Story, enter: Enter) -> None:
    said = enter("clerk").get(address(story, "issued")).content.decode()
    assert '<a class="fig" href="#r2">4次' in said and 'id="r2"' in said


@pytest.mark.parametrize("form", ["docx", "pdf"])
def test_a_paper_is_had_as_a_file(story: Story, enter: Enter, form: str) -> None:
    answer = enter("clerk").get(address(story, "issued", "document_file", form))
    assert answer.status_code == 200
    assert answer.content[:4] in (b"PK\x03\x04", b"%PDF")
    assert "attachment" in answer["Content-Disposition"]


def test_other_forms_are_not_there(story: Story, enter: Enter) -> None:
    assert enter("clerk").get(address(story, "issued", "document_file", "exe")).status_code == 404


def test_a_draft_is_edited_and_issued(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    form = client.get(address(story, "draft", "document_edit"))
    assert "{{helped_in}}" in form.content.decode()
    asked = {
        "title": "十月简报", "on": "2026-10-30", "prose": "# 走访\n\n走访 {{visits}}。",
        "report_to": "县政府\n县卫健局",
    }  # fmt: skip
    answer = client.post(address(story, "draft", "document_edit"), asked, follow=True)
    assert "草稿已保存" in answer.content.decode()
    early = client.get(address(story, "draft", "document_issue")).content.decode()
    assert "十月简报" in early and "还没有人签发" in early
    fill(client, address(story, "draft", "document_sign"), signer=story.who["wu"].fact)
    before = client.get(address(story, "draft", "document_issue")).content.decode()
    assert "没有别人看过这份材料" in before
    assert client.post(address(story, "draft", "document_issue")).status_code == 422
    fill(client, address(story, "draft", "document_issue"), alone="on")
    said = client.get(address(story, "draft")).content.decode()
    assert "材料已印发" in said and "2026 年第 2 期" in said
    paper = Document.objects.get(pk=story.papers["draft"].pk)
    assert (paper.status, paper.issued_by) == ("issued", story.users["clerk"])
    assert paper.body["report_to"] == ["县政府", "县卫健局"]
    assert client.get(address(story, "draft", "document_edit")).status_code == 404


def test_a_draft_that_is_not_ready_is_not_issued(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    asked = {"title": "十月简报", "on": "2026-10-30", "prose": "走访 {{no_such_figure}}。"}
    client.post(address(story, "draft", "document_edit"), asked)
    said = client.get(address(story, "draft")).content.decode()
    assert "no_such_figure" in said
    assert "no_such_figure" in wrong(fill(client, address(story, "draft", "document_hand_in")))
    client.post(address(story, "draft", "document_issue"), {"alone": "on"})
    assert Document.objects.get(pk=story.papers["draft"].pk).status == "draft"


def test_a_correction_is_a_paper_of_its_own(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    answer = client.post(address(story, "issued", "document_correct"))
    made = Document.objects.current().get(corrects=story.papers["issued"].pk)
    assert answer["Location"] == reverse("desk:document_edit", args=[made.fact])
    assert "已由以下材料更正" in client.get(address(story, "issued")).content.decode()


def test_a_draft_is_begun_on_the_page_of_the_programme(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    begin = reverse("desk:document_begin", args=["visits"])
    answer = client.post(begin, {"name": "bulletin", "on": "2026-06-30"})
    assert answer.status_code == 302 and "/edit/" in answer["Location"]
    answer = client.post(begin, {"name": "nothing", "on": "2026-06-30"}, follow=True)
    assert "方案里没有“nothing”这种材料" in answer.content.decode()


def test_an_inspector_reads_and_changes_nothing(story: Story, enter: Enter) -> None:
    client = enter("inspector")
    said = client.get(address(story, "draft")).content.decode()
    assert address(story, "draft", "document_edit") not in said
    assert client.get(address(story, "draft", "document_edit")).status_code == 404
    assert client.post(address(story, "draft", "document_discard")).status_code == 403
    assert client.post(address(story, "issued", "document_correct")).status_code == 403
    begin = reverse("desk:document_begin", args=["visits"])
    answer = client.post(begin, {"name": "bulletin", "on": "2026-06-30"})
    assert answer.status_code == 403
    assert "办公室经办人" in answer.content.decode()


def test_a_draft_is_put_away(story: Story, enter: Enter) -> None:
    client = enter("clerk")
    answer = client.post(address(story, "draft", "document_discard"), follow=True)
    assert "草稿已放弃" in answer.content.decode()
    assert client.get(address(story, "draft")).status_code == 404

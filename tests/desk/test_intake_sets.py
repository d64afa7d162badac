"""Cards and sets of files in the browser; rows with the same fault are mended at once."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path
from typing import Any

import openpyxl
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from bangfu.desk.intake_faults import faults
from bangfu.ledger import staging
from bangfu.ledger.models import Intake, Subject
from tests.desk.conftest import Enter
from tests.desk.test_intake import FIRST, THIRD, bring, only, page, send, village
from tests.intake.test_cards import drawn

__all__ = ["village"]


def test_what_a_label_of_a_card_means_is_corrected_and_remembered_for_such_cards(
    enter: Enter, tmp_path: Path, village: str
) -> None:
    client = enter("clerk")

    def brought(head: str, number: str, told: str) -> Any:
        made = openpyxl.Workbook()
        drawn(made.active, head, number, village, [[1, head, "男", "", "户主", told, "", "外出"]])
        made.active["E4"], made.active["F4"] = "从前干什么活:", "建筑业"
        made.save(tmp_path / "cards.xlsx")
        file = SimpleUploadedFile("登记卡.xlsx", (tmp_path / "cards.xlsx").read_bytes())
        said = {"file": file, "purpose": "春季摸底", "ground": "duty", "on": "2026-04-01"}
        assert client.post(reverse("desk:intake_bring"), said).status_code == 302
        return Intake.objects.order_by("-brought_at", "-pk").first()

    def asked(intake: Any, label: str) -> dict[str, Any]:
        columns = staging.part_of(intake, "book")["columns"]
        (found,) = [one for one in columns if one["path"].endswith(label)]
        return dict(found)

    first = brought("王大", FIRST, "小学")
    label, listed = asked(first, "从前干什么活"), asked(first, "备注")
    assert not label["target"] and not listed["target"] and label["layouts"] != listed["layouts"]
    told = {f"means:{label['name']}": "person.industry", f"means:{listed['name']}": "-"}
    send(client, "teach", **told)
    assert asked(first, "从前干什么活")["target"] == "person.industry"
    new = page(client, "new")
    assert "所属行业" in new and "建筑业" in new
    second = brought("李二", THIRD, "初中")
    assert asked(second, "从前干什么活")["target"] == "person.industry", "such cards are known"
    assert second.counts["new"] == 1


def test_rows_with_one_fault_stand_under_one_sentence_and_are_mended_at_once(
    enter: Enter, tmp_path: Path, village: str
) -> None:
    client = enter("clerk")
    told = [["", "没有村", f"甲{n}", f"甲{n}", "户主", "", "", ""] for n in "一二三四"]
    wrong = ["", village, "王大", "王大", "户主", "123", "", ""]
    bring(client, tmp_path, [*told, wrong, ["", "无此村", "乙一", "乙一", "户主", "", "", ""]])
    assert only().counts["refused"] == 6
    shown = page(client, "refused")
    assert (
        shown.count("区划里没有这个地方") - shown.count("没有这个地方；请改正名称，或先登记别名 <")
        <= 3
    )
    assert shown.count('<details class="fold fault"') == 2 and "5 行" in shown
    rows_ = staging.part_of(only(), "refused")
    assert 'name="same:0"' in shown and shown.count("几行里同样的问题") == 0, "beside its fault"
    (places, number) = faults(rows_)
    assert [len(one.rows) for one in (places, number)] == [5, 1] and places.same
    send(client, "mend", tab="refused", page="1", **{f"fault:{places.number}": village})
    assert only().counts["refused"] == 1 and only().counts["new"] == 5
    send(client, "mend", tab="refused", page="1", **{"fault-left:0": "1"})
    assert only().counts["left"] == 1


def test_rows_that_each_say_something_else_are_not_given_one_value() -> None:
    """The names of four people are no place for one word; the same wrong place in four rows is."""

    def rows(*texts: str) -> list[dict[str, Any]]:
        about = {"column": "A", "zh": "没有找到", "en": "not found", "choices": []}
        return [{"row": n, "reasons": [{**about, "cell": f"A{n}", "text": text}]}
                for n, text in enumerate(texts, 2)]  # fmt: skip

    for texts, apart in (
        (("王大", "李二"), True),
        (("没有村", "没有村"), False),
        (("没有村", "没有村", "无此村"), False),
        (("", "王大"), False),
    ):
        (fault,) = faults(rows(*texts))
        assert fault.apart is apart, texts
        assert fault.texts == list(dict.fromkeys(filter(None, texts))), "by them one finds it"
    assert faults(rows(*"甲乙丙丁"))[0].texts == ["甲", "乙", "丙"]


def test_cards_in_one_archive_are_one_list_and_bad_files_are_said(
    enter: Enter, tmp_path: Path, village: str
) -> None:
    """As a village sends them: a card a file, one of them damaged, a photo between them."""
    client, target = enter("clerk"), io.BytesIO()
    with zipfile.ZipFile(target, "w") as packed:
        for head, number in (("王大", FIRST), ("李二", THIRD)):
            made, card = openpyxl.Workbook(), io.BytesIO()
            drawn(made.active, head, number, village, [[1, head, "男", "", "户主", "", "", ""]])
            made.save(card)
            packed.writestr(f"{village}/{head}.xlsx", card.getvalue())
        packed.writestr("坏.docx", b"PK\x03\x04")
        packed.writestr("照片.jpg", b"\xff\xd8")
    file = SimpleUploadedFile("各户登记卡.zip", target.getvalue())
    told = {"file": file, "purpose": "春季摸底", "ground": "duty", "on": "2026-04-01"}
    assert client.post(reverse("desk:intake_bring"), told).status_code == 302
    assert (only().state, only().counts["new"]) == ("judged", 2)
    what = page(client, "what")
    assert "2张卡片" in what and "坏.docx 已损坏" in what and "照片.jpg 不是表格" in what
    workbook_ = client.get(reverse("desk:intake_workbook", args=[only().pk]))
    assert workbook_.status_code == 200
    assert "写入" in send(client, "accept")
    names = {"王大", "李二"}
    assert names <= {one.name for one in Subject.objects.filter(kind="household")}

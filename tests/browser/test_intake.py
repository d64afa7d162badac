"""A list that nobody designed goes through the browser: brought, mended, accepted, taken back."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import openpyxl
import pytest
from playwright.sync_api import expect

from tests.browser.running import Desk, clicked, fits, sign_in
from tests.intake.lists import identity

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
#: The one-line headings; the six of a member stand under a heading of their own.
MEMBER = ["姓 名", "与户主\n关系", "身份证号码", "联系电话", "文化程度", "出生年月"]
VILLAGE = "上麦村"


def ugly(path: Path) -> Path:
    """A roll as an office makes it: a title, two rows of headings, a total, all sorts wrong."""
    book = openpyxl.Workbook()
    book.active.title = "说明"
    book.active["A1"] = "填表说明:请于4月30日前报送"
    sheet = book.create_sheet("花名册")
    sheet.merge_cells("A1:K1")
    sheet["A1"] = "麦川镇困难群众花名册"
    sheet["A2"] = "单位:人"
    for place, heading in ((1, "序号"), (2, "行政村"), (3, "户主姓名"), (10, "宗教信仰"),
                           (11, "去哪儿了")):  # fmt: skip
        sheet.merge_cells(start_row=3, end_row=4, start_column=place, end_column=place)
        sheet.cell(3, place, heading)
    sheet.merge_cells("D3:I3")
    sheet["D3"] = "家庭成员基本情况"
    for place, heading in enumerate(MEMBER, 4):
        sheet.cell(4, place, heading)
    for number, row in enumerate(_rows(), 1):
        sheet.append([number, VILLAGE, *row])
    sheet.append(["合计", *[""] * 9, 6])
    sheet.append([])
    sheet.append(["填表人:某某"])
    book.save(path)
    return path


def _rows() -> list[list[Any]]:
    first, second, third = (identity(f"19{n}0101", n) for n in (60, 62, 89))
    cut, rounded = identity("19500505", 44)[:-1], int(identity("19510505", 45)[:17] + "0")
    return [
        ["王大山", "王大山", "户主", first, "110 3333 4444", "小学", "", "无", "广东"],
        ["王大山", "李花花", "之妻", second, "", "幼儿园", "", "无", ""],
        ["王大山", "王小山", "之子", third, "", "幼儿园", "", "无", "浙江"],
        ["孙有田", "孙有田", "户主", cut, "", "文盲", "", "无", ""],
        ["钱多多", "钱多多", "户主", rounded, "", "小学", "", "无", ""],
        ["周平平", "周平平", "户主", "990***********1234", "", "小学", "", "无", ""],
    ]


def counts(page: Page) -> dict[str, int]:
    """How many rows have which verdict, as the tabs say it."""
    tabs = page.locator("nav.tabs a").all_inner_texts()
    found = (re.fullmatch(r"(\S+) (\d+)", text.strip()) for text in tabs)
    return {one[1]: int(one[2]) for one in found if one}


def keep(page: Page, button: str) -> None:
    clicked(page, f"main >> button.btn:has-text('{button}')")


def test_an_ugly_list_goes_from_the_file_to_the_ledger_and_back(
    desk: Desk, desktop: Page, see: Callable[..., Path], tmp_path: Path
) -> None:
    page = desktop
    sign_in(page, desk.home, "clerk")
    page.goto(desk.home)
    clicked(page, "main >> text=接收名单")
    page.set_input_files("input[type=file]", ugly(tmp_path / "花名册.xlsx"))
    page.fill("input[name=purpose]", "春季摸底")
    page.check("input[name=ground] >> nth=0")
    keep(page, "上传并检查")
    assert counts(page)["不予接收"] == 2 and counts(page)["存疑"] == 1
    assert "2 格认不出" in page.locator("main").inner_text()
    see(page, "intake-refused")
    assert fits(page)

    # One cell is mended, one row left out; then one mending for the same wrong value.
    page.fill("tr:has-text('孙有田') input.form-control", identity("19500505", 44))
    page.check("tr:has-text('钱多多') input[type=checkbox]")
    keep(page, "保存修改并重新判定")
    assert (counts(page)["不予接收"], counts(page)["不收此行"]) == (0, 1)
    page.click("nav.tabs >> text=新增")
    page.select_option(".alike select", label="小学")
    keep(page, "保存修改并重新判定")
    assert "格认不出" not in page.locator("main").inner_text()

    clicked(page, "nav.tabs >> text=存疑")
    page.check("label:has-text('按未知处理') input")
    keep(page, "保存修改并重新判定")
    assert counts(page)["新增"] == 5

    # What nobody may ask for is not taken; what was not known is said, and remembered.
    clicked(page, "nav.tabs >> text=识别结果")
    see(page, "intake-what")
    assert fits(page) and "宗教信仰" in page.locator("tr:has-text('不收集')").inner_text()
    page.select_option("tr:has-text('去哪儿了') select", value="person.work_region")
    keep(page, "记住并重新判定")
    assert "以前就是这样认的" in page.locator("tr:has-text('去哪儿了')").inner_text()

    keep(page, "接收 5 行")
    assert page.locator("text=已接收").first.is_visible()
    see(page, "intake-accepted")
    page.goto(f"{desk.home}/lists/person/?q=王小山")
    assert "王小山" in page.locator("table.rows").inner_text()
    page.go_back()
    keep(page, "整份撤销")
    assert page.locator("text=已撤销").first.is_visible()
    page.goto(f"{desk.home}/lists/person/?q=王小山")
    expect(page.locator("table.rows")).to_have_count(0)


def test_the_pages_fit_on_a_phone(
    desk: Desk, phone: Page, see: Callable[..., Path], tmp_path: Path
) -> None:
    sign_in(phone, desk.home, "clerk")
    phone.goto(f"{desk.home}/intake/")
    assert fits(phone)
    phone.set_input_files("input[type=file]", ugly(tmp_path / "花名册.xlsx"))
    phone.fill("input[name=purpose]", "春季摸底")
    phone.check("input[name=ground] >> nth=0")
    keep(phone, "上传并检查")
    see(phone, "intake-refused-phone")
    assert fits(phone)
    for tab in ("识别结果", "新增", "存疑"):
        clicked(phone, f"nav.tabs >> text={tab}")
        phone.wait_for_load_state()
        assert fits(phone), tab
    keep(phone, "放弃这份名单")
    assert phone.locator("text=已放弃").first.is_visible()

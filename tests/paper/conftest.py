"""Papers of a fictional county, and how a finished file is read back as text."""

from __future__ import annotations

import datetime as dt
import re
import shutil
import subprocess
import unicodedata
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from bangfu.paper.fonts import Faces, find_faces
from bangfu.paper.pages import (
    Attachment,
    Block,
    Briefing,
    FigureMark,
    FigureNote,
    Heading,
    LedgerColumn,
    LedgerSheet,
    OfficialLetter,
    Paragraph,
    TableBlock,
    TableColumn,
    Value,
    Verification,
    numbered,
)

BEIJING = dt.timezone(dt.timedelta(hours=8))
PRINTED = dt.datetime(2009, 3, 10, 9, 30, tzinfo=BEIJING)
CHECK = Verification(
    document="安卫简〔2009〕1号",
    journal_head="41:9f3a7c21d0b45e68",
    address="https://bangfu.example/d/0001",
)


def _note(number: int, counted: str, rows: int) -> FigureNote:
    return FigureNote(
        number=number,
        counted=counted,
        on=dt.date(2009, 3, 9),
        known_at=PRINTED,
        rows=rows,
        digest=f"7c1e09a{number}",
    )


NOTES = (_note(1, "有一条以上有效结对的干部职工人数", 612), _note(2, "有效结对的家庭户数", 1204))
TABLE = TableBlock(
    caption="表1　各乡镇结对情况",
    columns=(
        TableColumn("乡镇"),
        TableColumn("已结对", "right", "户"),
        TableColumn("投入资金", "right", "元"),
    ),
    rows=(("青石镇", "300", "12,400.00"), ("云溪镇", "280", "9,860.00")),
    total=("合计", FigureMark("1,204", 2), "22,260.00"),
    source="县卫生局台账",
)
BLOCKS: tuple[Block, ...] = numbered(
    (
        Paragraph(("已有", FigureMark("612", 1), "名职工与", FigureMark("1,204", 2), "户结对。")),
        Heading(1, "摸清底数"),
        Heading(2, "逐户走访"),
        Paragraph(("各帮扶责任人在15日内完成“首次走访”——问健康、问就业、问困难。",)),
        Heading(3, "走访内容"),
        Heading(4, "注意事项"),
        Paragraph(("不增加群众负担。",)),
        TABLE,
    )
)


@pytest.fixture(scope="session")
def briefing() -> Callable[..., Briefing]:
    """Issue no. 1 of a county health bureau's briefing; any part can be given otherwise."""

    def make(**parts: Any) -> Briefing:
        given: dict[str, Any] = {
            "masthead": "健康帮扶工作简报",
            "issuer": "安和县卫生局办公室",
            "date": dt.date(2009, 3, 10),
            "title": "全县卫生系统结对帮扶活动首月进展情况",
            "blocks": BLOCKS,
            "notes": NOTES,
            "state": "issued",
            "issue": 1,
            "running": 1,
            "editors_note": "现将有关情况编发，供参阅。",
            "source": "县卫生局办公室供稿",
            "signer": "局长",
            "phone": "0000-1234567",
            "report_to": ("市卫生局", "县委办公室"),
            "issue_to": ("局属各单位",),
            "copies": 60,
            "verification": CHECK,
        }
        return Briefing(**(given | parts))

    return make


@pytest.fixture(scope="session")
def prose(briefing: Callable[..., Briefing]) -> Callable[[str], Briefing]:
    """A briefing whose text is one paragraph."""

    def make(text: str) -> Briefing:
        return briefing(blocks=(Paragraph((text,)),), notes=())

    return make


@pytest.fixture(scope="session")
def letter() -> Callable[..., OfficialLetter]:
    """A notice of the bureau with two attachments."""

    def make(**parts: Any) -> OfficialLetter:
        given: dict[str, Any] = {
            "mark": "安和县卫生局文件",
            "title": "关于印发《结对帮扶活动实施方案》的通知",
            "addressees": ("局属各单位", "各乡镇卫生院"),
            "blocks": (Paragraph(("现将方案印发给你们，请认真贯彻执行。",)),),
            "signatory": "安和县卫生局",
            "date": dt.date(2009, 2, 16),
            "state": "issued",
            "reference": "安卫发〔2009〕5号",
            "urgency": "特急",
            "attachments": (
                Attachment(title="实施方案", blocks=(Heading(1, "一、工作目标"),)),
                Attachment(title="结对名单"),
            ),
            "copy_to": ("县委办公室",),
            "printer": "安和县卫生局办公室",
            "printed_on": dt.date(2009, 2, 16),
            "verification": CHECK,
        }
        return OfficialLetter(**(given | parts))

    return make


LEDGER_COLUMNS = (
    LedgerColumn("序号", "number", 6),
    LedgerColumn("户编号", "text", 22),
    LedgerColumn("户主", "text", 10),
    LedgerColumn("最近走访", "date", 12),
    LedgerColumn("投入资金", "money", 14),
    LedgerColumn("备注", "text", 24),
)


@pytest.fixture(scope="session")
def ledger() -> Callable[..., LedgerSheet]:
    """A ledger of visits with as many rows as wanted."""

    def make(count: int = 3, **parts: Any) -> LedgerSheet:
        rows: tuple[tuple[Value, ...], ...] = tuple(
            (n, f"99000100100{n:08d}", "张*", dt.date(2009, 3, 1), Decimal("12.5"), "")
            for n in range(1, count + 1)
        )
        given: dict[str, Any] = {
            "title": "返乡农民工家庭走访台账",
            "organisation": "安和县卫生局",
            "period": "2009年2月16日至3月9日",
            "printed_at": PRINTED,
            "columns": LEDGER_COLUMNS,
            "rows": rows,
            "state": "issued",
            "totals": ("合计", "", "", None, Decimal("12.5") * count, ""),
            "unit": "金额单位：元",
            "secrecy": "内部资料",
            "verification": CHECK,
        }
        return LedgerSheet(**(given | parts))

    return make


@pytest.fixture(scope="session")
def carried(tmp_path_factory: pytest.TempPathFactory) -> Faces:
    """A machine without any face: only the one that the package carries."""
    return find_faces(cache=tmp_path_factory.mktemp("faces"), system=False)


def _needs(command: str, package: str) -> str:
    found = shutil.which(command)
    if not found:
        pytest.skip(f"{command} is not to be had; on Debian it comes with {package}")
    return found


@pytest.fixture(scope="session")
def pdf_text() -> Callable[[bytes], str]:
    """What poppler reads out of a pdf, pages parted by form feeds."""
    command = _needs("pdftotext", "poppler-utils")

    def read(content: bytes) -> str:
        done = subprocess.run([command, "-", "-"], input=content, capture_output=True, check=True)
        return done.stdout.decode()

    return read


@pytest.fixture(scope="session")
def through_office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[bytes], bytes]:
    """A docx printed to pdf by LibreOffice, under a profile of its own."""
    command = _needs("soffice", "libreoffice-writer-nogui")
    folder = tmp_path_factory.mktemp("office")

    def convert(content: bytes) -> bytes:
        source = Path(folder, "paper.docx")
        source.write_bytes(content)
        subprocess.run(
            [
                command,
                f"-env:UserInstallation={Path(folder, 'profile').as_uri()}",
                "--headless",
                "--convert-to",
                "pdf",
                "--outdir",
                str(folder),
                str(source),
            ],
            capture_output=True,
            check=True,
            timeout=180,
        )
        return source.with_suffix(".pdf").read_bytes()

    return convert


@pytest.fixture(scope="session")
def squeezed() -> Callable[[str], str]:
    """Text without what layout changes: white space, page numbers, forms of one character.

    Hyphens go too, since poppler takes one at the end of a line for a torn word.
    """

    def squeeze(text: str) -> str:
        flat = unicodedata.normalize("NFKC", text)
        flat = re.sub(r"(?m)^\s*—\s*\d+\s*—\s*$", "", flat.replace("\f", "\n"))
        return re.sub(r"[\s\u200b\u2060-]+", "", flat)

    return squeeze

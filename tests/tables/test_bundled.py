"""Several files in one archive: each is read, a bad one is said, none unpacks too far."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Mapping
from pathlib import Path

import openpyxl
import pytest

from bangfu.tables import bundled
from bangfu.tables.reading import read
from bangfu.tables.unreadable import Limits, Unreadable, within


def _book(*rows: list[str]) -> bytes:
    made = openpyxl.Workbook()
    for row in rows:
        made.active.append(row)
    target = io.BytesIO()
    made.save(target)
    return target.getvalue()


GOOD = _book(["姓名", "性别"], ["王大", "男"])


class _Old(zipfile.ZipInfo):
    """A file in an archive of a system that knows no UTF-8: its name is in GBK, unmarked."""

    def _encodeFilenameFlags(self) -> tuple[bytes, int]:
        return self.filename.encode("gb18030"), self.flag_bits & ~0x800


def _zip(path: Path, files: Mapping[str, bytes], *, old: bool = False) -> Path:
    file = path / "各村.zip"
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        for name, content in files.items():
            packed.writestr(_Old(name) if old else name, content)
    return file


def _names(path: Path) -> list[str]:
    return [name for name, _, _ in read(path, bundles=True).sheets]


def test_every_file_is_a_sheet_and_others_are_said(tmp_path: Path) -> None:
    file = _zip(tmp_path, {
        "前岫村/王大.xlsx": GOOD, "前岫村/名单.csv": "姓名,性别\n李二,女\n".encode("gb18030"),
        "照片.jpg": b"\xff\xd8", "更多.zip": b"PK", "坏.xlsx": GOOD[:300],
        "__MACOSX/._王大.xlsx": b"x",
        "~$王大.xlsx": b"x", "../../逃.xlsx": GOOD, "空.xlsx": b"",
    })  # fmt: skip
    found = read(file, bundles=True)
    assert found.format == "zip"
    assert [name for name, _, _ in found.sheets] == ["王大.xlsx", "名单.csv", "逃.xlsx"]
    said = "\n".join(one.zh for one in found.remarks)
    assert len(found.remarks) == 4
    for words in (
        "照片.jpg 不是表格",
        "更多.zip 是压缩包里的压缩包",
        "坏.xlsx 已损坏",
        "空.xlsx 是空文件",
    ):
        assert words in said
    with pytest.raises(Unreadable):
        read(file)


def test_names_in_the_code_of_chinese_systems_are_read(tmp_path: Path) -> None:
    assert _names(_zip(tmp_path, {"前岫村/赵大山.xlsx": GOOD}, old=True)) == ["赵大山.xlsx"]
    assert _names(_zip(tmp_path, {"前岫村/赵大山.xlsx": GOOD})) == ["赵大山.xlsx"]


def test_a_bomb_too_many_files_and_an_archive_of_nothing_are_refused_in_words(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with within(Limits(part=10_000_000, unpacked=20_000_000)):
        with pytest.raises(Unreadable, match="unpacks to far more"):
            read(_zip(tmp_path, {"大.csv": b"0" * 30_000_000}), bundles=True)
        inner = io.BytesIO()
        with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as packed:
            packed.writestr("[Content_Types].xml", b" " * 9_000_000)
        many = {f"{n}.xlsx": inner.getvalue() for n in range(3)}
        with pytest.raises(Unreadable, match="unpacks to far more"):
            read(_zip(tmp_path, many), bundles=True)
    with pytest.raises(Unreadable, match=r"nothing in .* is read: 照片.jpg"):
        read(_zip(tmp_path, {"照片.jpg": b"x"}), bundles=True)
    with pytest.raises(Unreadable, match="no files in it"):
        read(_zip(tmp_path, {"__MACOSX/a": b"x"}), bundles=True)
    monkeypatch.setattr(bundled, "MOST_FILES", 2)
    with pytest.raises(Unreadable, match="at most 2"):
        read(_zip(tmp_path, {f"{n}.xlsx": GOOD for n in range(3)}), bundles=True)


def test_a_file_with_a_password_or_cut_off_leaves_the_others(tmp_path: Path) -> None:
    file = _zip(tmp_path, {"甲.xlsx": GOOD, "乙.xlsx": GOOD})
    content = bytearray(file.read_bytes())
    at = content.rindex(b"PK\x01\x02")
    content[at + 8] |= 1
    file.write_bytes(content)
    found = read(file, bundles=True)
    assert [name for name, _, _ in found.sheets] == ["甲.xlsx"]
    assert "加了密码" in found.remarks[0].zh
    content[at + 8] &= 0xFE
    begin = content.rindex(b"PK\x03\x04")
    content[begin + 200 : begin + 260] = b"\0" * 60
    file.write_bytes(content)
    assert _names(file) == ["甲.xlsx"]

"""Files that are no xlsx, made into one by LibreOffice: what it changes is said."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
from pathlib import Path

from bangfu.programmes.kinds import Label

SUFFIXES = (".xls", ".ods", ".et")
"""What is converted before it is filled."""

_SECONDS = 120


class CannotConvert(ValueError):
    """The file could not be made into xlsx; ``label`` says what would be right."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.label = Label(zh, en)


def converted(path: Path, folder: Path) -> Path:
    """The file as xlsx, in a folder; macros are not run and links are not followed."""
    office = shutil.which("soffice") or shutil.which("libreoffice")
    if office is None:
        raise CannotConvert(
            f"{path.suffix} 要先转成 xlsx，这台服务器没有 LibreOffice；请另存为 xlsx 后再试",
            f"{path.suffix} must become xlsx and LibreOffice is not here; save it as xlsx",
        )
    # Under a plain name: in some locales LibreOffice does not find a file with a Chinese one.
    plain = folder / f"form{path.suffix.lower()}"
    shutil.copyfile(path, plain)
    with tempfile.TemporaryDirectory() as profile:
        command = [
            office, "--headless", "--norestore", f"-env:UserInstallation=file://{profile}",
            "--convert-to", "xlsx:Calc MS Excel 2007 XML", "--outdir", str(folder), str(plain),
        ]  # fmt: skip
        try:
            subprocess.run(command, check=True, capture_output=True, timeout=_SECONDS)
        except (subprocess.SubprocessError, OSError):
            raise _failed(path) from None
    made = folder / "form.xlsx"
    if not made.exists():
        raise _failed(path)
    return made


def _failed(path: Path) -> CannotConvert:
    return CannotConvert(
        f"{path.name} 不能转成 xlsx；请用 Excel 或 WPS 另存为 xlsx 后再试",
        f"{path.name} could not be made into xlsx; save it as xlsx with Excel or WPS",
    )

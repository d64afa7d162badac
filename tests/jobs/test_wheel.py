"""The package as it is installed elsewhere: built, installed, told its story, and it prints."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import sysconfig
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

import bangfu
from tests.jobs.conftest import ROOT

pytestmark = pytest.mark.sqlite

Run = Callable[..., str]

#: Prints where no face is installed, as on a bare server.
_WITHOUT_FACES = """
import typst
whole = typst.Fonts
typst.Fonts = lambda include_system_fonts, font_paths: whole(
    include_system_fonts=False, font_paths=font_paths
)
from bangfu.jobs.command import main
main()
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """An environment with the wheel of this checkout, and the packages of the tests' own."""
    folder = tmp_path_factory.mktemp("wheel")
    _call(sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", folder / "dist", at=ROOT)
    [wheel] = (folder / "dist").glob("*.whl")
    python = folder / "venv" / "bin" / "python"
    _call(sys.executable, "-m", "venv", "--without-pip", folder / "venv", at=folder)
    # A path in a .pth file lends its packages, but not what its own .pth files name: so the
    # checkout that is installed there for work on it is not found.
    own = sysconfig.get_path("purelib")
    [packages] = (folder / "venv").glob("lib/python*/site-packages")
    (packages / "lent.pth").write_text(f"{own}\n")
    _call(
        sys.executable, "-m", "pip", "--python", python, "install", "--quiet", "--no-deps",
        "--no-index", "--ignore-installed", "--disable-pip-version-check", wheel, at=folder,
    )  # fmt: skip
    yield folder


def _call(*words: object, at: Path, **said: str) -> str:
    own = ("BANGFU_", "DJANGO_", "PYTHONPATH", "PYTHONHOME")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(own)}
    env = kept | {"LC_ALL": "C.UTF-8", "TMPDIR": str(at), **said}
    line = [str(word) for word in words]
    done = subprocess.run(line, cwd=at, env=env, capture_output=True, text=True, timeout=300)
    assert done.returncode == 0, (line, done.stdout, done.stderr)
    return done.stdout


@pytest.fixture
def run(installed: Path) -> Run:
    """Calls a program of that environment, outside of the checkout."""

    def call(program: str, *words: object) -> str:
        at = installed / "work"
        at.mkdir(exist_ok=True)
        data = str(installed / "demo")
        return _call(installed / "venv" / "bin" / program, *words, at=at, BANGFU_DATA=data)

    return call


def test_the_command_line_is_that_of_the_wheel(run: Run, installed: Path) -> None:
    assert run("bangfu", "--version") == f"bangfu, version {bangfu.__version__}\n"
    where = run("python", "-c", "import bangfu; print(bangfu.__file__)")
    assert Path(where).is_relative_to(installed / "venv")


def test_a_wheel_tells_its_story_and_prints_in_the_face_it_carries(
    run: Run, installed: Path
) -> None:
    said = json.loads(run("bangfu", "demo", "--no-serve", "--data", installed / "demo", "--json"))
    assert {"clerk", "helper"} <= {account["username"] for account in said["accounts"]}
    assert json.loads(run("bangfu", "check", "--journal", "--json"))["well"]
    paper = installed / "paper.pdf"
    run("python", "-c", _WITHOUT_FACES, "print", "returnees", "bulletin", "--out", paper)
    faces = _call("pdffonts", paper, at=installed).splitlines()[2:]
    assert faces and all("LXGWWenKai" in line or "Libertinus" in line for line in faces), faces
    assert any("LXGWWenKai" in line for line in faces)
    assert "村" in _call("pdftotext", paper, "-", at=installed)

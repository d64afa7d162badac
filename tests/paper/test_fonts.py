"""The face that the package carries, and the order in which faces are asked."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
from pathlib import Path

import bangfu.paper
from bangfu.paper.fonts import CARRIED, Faces, find_faces, unpack
from bangfu.paper.layout import WANTED

FOLDER = Path(bangfu.paper.__file__).parent / "faces"
ROOT = FOLDER.parent.parent.parent


def test_the_face_is_the_one_that_its_source_names(tmp_path: Path) -> None:
    source = (FOLDER / "SOURCE.md").read_text("utf-8")
    packed = (FOLDER / "LXGWWenKai-Regular.ttf.xz").read_bytes()
    assert hashlib.sha256(packed).hexdigest() in source
    assert hashlib.sha256(unpack(tmp_path).read_bytes()).hexdigest() in source
    assert "SIL OPEN FONT LICENSE Version 1.1" in (FOLDER / "OFL.txt").read_text("utf-8")


def test_it_is_unpacked_once(tmp_path: Path) -> None:
    first = unpack(tmp_path)
    written = first.stat().st_mtime_ns
    assert unpack(tmp_path) == first
    assert first.stat().st_mtime_ns == written
    assert [path.name for path in first.parent.iterdir()] == [first.name]


def test_it_draws_every_character_of_gb2312(carried: Faces) -> None:
    rows = (bytes((high, low)) for high in range(0xB0, 0xF8) for low in range(0xA1, 0xFF))
    characters = "".join(row.decode("gb2312", "ignore") for row in rows)
    assert len(characters) == 6763
    assert carried.missing(characters) == ""


def test_without_any_other_face_all_parts_use_it(carried: Faces) -> None:
    assert {pick.families[0] for pick in carried.chosen.values()} == {CARRIED}
    assert set(carried.chosen) == set(WANTED)


def test_what_is_not_a_directory_is_passed_over(tmp_path: Path) -> None:
    faces = find_faces([tmp_path / "nowhere"], cache=tmp_path, system=False)
    assert faces.chosen["fang"].families[0] == CARRIED


def test_a_lent_glyph_is_reported(tmp_path: Path) -> None:
    faces = find_faces()
    (head, *_) = faces.chosen["fang"].families
    words = [str(item) for item in faces.substitutions({"fang": {"喆", "帮"}})]
    if faces.covers(head, "喆"):
        assert not [word for word in words if "（喆）" in word]
    else:
        assert [word for word in words if word.startswith(f"{head}（喆）以")]


def test_faces_are_not_fetched_where_apt_is_missing(tmp_path: Path) -> None:
    tools = tmp_path / "bin"
    tools.mkdir()
    for name in ("bash", "dirname", "env"):
        (tools / name).symlink_to(str(shutil.which(name)))
    done = subprocess.run(
        [str(tools / "bash"), str(ROOT / "scripts/fetch-faces.sh"), str(tmp_path / "faces")],
        env={**os.environ, "PATH": str(tools)},
        capture_output=True,
        text=True,
        check=True,
    )
    assert "skipped: apt-get is not to be had" in done.stderr
    assert not (tmp_path / "faces").exists()

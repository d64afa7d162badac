"""Fetches the front-end files that we carry, and says where each is from.

usage: python scripts/vendor.py      (needs npm; writes bangfu/desk/static/vendor/)

To take another version or another icon, change the tables here and run it again.
"""

from __future__ import annotations

import hashlib
import json
import re
import subprocess
import tarfile
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENDOR = ROOT / "bangfu" / "desk" / "static" / "vendor"

TABLER = "@tabler/core@1.6.1"
ICONS = "@tabler/icons@3.51.0"
HTMX = "htmx.org@2.0.11"

#: The outline icons in the sprite; a page writes <use href="…/icons.svg#home">.
ICON_NAMES = """
    alert-triangle arrow-back-up building calendar chart-bar check chevron-down chevron-left
    chevron-right clipboard-list coin columns database download external-link eye file-text
    filter flag history home info-circle key language link list lock logout map-pin menu-2
    message pencil phone plus printer refresh search settings shield sort-ascending
    sort-descending target upload user users x
""".split()


@dataclass(frozen=True)
class Carried:
    """One file that we carry: its name here, what it is from, and its bytes."""

    name: str
    package: str
    licence: str
    source: str
    content: bytes


class Package:
    """A package of the npm registry, unpacked."""

    def __init__(self, name: str, folder: Path) -> None:
        self.name = name
        folder.mkdir()
        said = subprocess.run(
            ["npm", "pack", "--silent", "--pack-destination", str(folder), name],
            check=True,
            stdout=subprocess.PIPE,
            text=True,
        ).stdout
        with tarfile.open(folder / said.split()[-1]) as archive:
            archive.extractall(folder, filter="data")
        self.folder = folder / "package"
        self.licence = json.loads(self.read("package.json"))["license"]

    def read(self, path: str) -> bytes:
        return (self.folder / path).read_bytes()

    def carry(self, path: str, *, to: str = "") -> Carried:
        """A file as it is, but for the pointer to a source map, which we do not carry."""
        content = self.read(path)
        if path.endswith((".css", ".js")):
            content = re.sub(rb"\s*(/\*|//)# sourceMappingURL=\S+(\s*\*/)?\s*$", b"\n", content)
        return Carried(to or Path(path).name, self.name, self.licence, path, content)


def licence_of_tabler(tabler: Package, icons: Package) -> Carried:
    """The package states MIT and its holders in the style sheet, and carries no copy of the text.

    The text is its sister package's, under the holders that the style sheet names.
    """
    head = tabler.read("dist/css/tabler.min.css")[:600].decode("utf-8")
    holders = re.findall(r"Copyright .+", head)
    title, _holder, *body = icons.read("LICENSE").decode("utf-8").split("\n\n")
    # It is built on Bootstrap, which is under the same licence.
    holders.append("Copyright 2011-2026 The Bootstrap Authors")
    text = "\n\n".join([title, "\n".join(holders), *body])
    source = "the head of tabler.min.css"
    return Carried(
        "LICENSE.tabler-core.txt", tabler.name, tabler.licence, source, text.encode("utf-8")
    )


def sprite(icons: Package) -> Carried:
    """The icons as one file of symbols, drawn in the colour of the text around them."""
    symbols = []
    stroke = (
        'fill="none" stroke="currentColor" stroke-width="2" '
        'stroke-linecap="round" stroke-linejoin="round"'
    )
    for name in sorted(ICON_NAMES):
        svg = icons.read(f"icons/outline/{name}.svg").decode("utf-8")
        inner = re.search(r"<svg[^>]*>(.*)</svg>", svg, re.DOTALL)
        assert inner, name
        drawing = re.sub(r"\s+", " ", inner[1]).replace("> <", "><").replace(" />", "/>").strip()
        symbols.append(f'<symbol id="{name}" viewBox="0 0 24 24" {stroke}>{drawing}</symbol>')
    text = '<svg xmlns="http://www.w3.org/2000/svg">\n' + "\n".join(symbols) + "\n</svg>\n"
    return Carried(
        "icons.svg",
        icons.name,
        icons.licence,
        f"icons/outline/, {len(symbols)} of them",
        text.encode(),
    )


def register(files: list[Carried]) -> str:
    """The page that says what each file is."""
    rows = [
        f"| {file.name} | {file.package} | {file.licence} | {file.source} "
        f"| {hashlib.sha256(file.content).hexdigest()} |"
        for file in sorted(files, key=lambda file: file.name)
    ]
    return "\n".join(
        [
            "# Carried files",
            "",
            "Written by `scripts/vendor.py`; change that and run it again, never these files.",
            "Each is as its package has it, without the pointer to a source map; `icons.svg` is",
            "put together out of single icons.",
            "",
            "| file | package | licence | file in the package | sha256 |",
            "| --- | --- | --- | --- | --- |",
            *rows,
            "",
        ]
    )


def main() -> None:
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        tabler = Package(TABLER, work / "tabler")
        icons = Package(ICONS, work / "icons")
        htmx = Package(HTMX, work / "htmx")
        files = [
            tabler.carry("dist/css/tabler.min.css"),
            licence_of_tabler(tabler, icons),
            sprite(icons),
            icons.carry("LICENSE", to="LICENSE.tabler-icons.txt"),
            htmx.carry("dist/htmx.min.js"),
            htmx.carry("LICENSE", to="LICENSE.htmx.txt"),
        ]
    VENDOR.mkdir(parents=True, exist_ok=True)
    for old in VENDOR.iterdir():
        old.unlink()
    for file in files:
        (VENDOR / file.name).write_bytes(file.content)
    (VENDOR / "VENDOR.md").write_text(register(files), encoding="utf-8")


if __name__ == "__main__":
    main()

"""Which face prints which part: named directories first, then the system, last the face we carry.

Official papers are set in faces that may not be passed on. Where they are not installed, a free
face takes their place, and a glyph that one face lacks comes from the next. What replaced what,
and what no face can print, is always said.
"""

import functools
import hashlib
import io
import lzma
import os
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from importlib import resources
from pathlib import Path

import typst
from fontTools.ttLib import TTCollection, TTFont

from bangfu.paper.layout import LATIN, WANTED, Face

PREFERRED: dict[Face, tuple[str, ...]] = {
    "mark": ("方正小标宋简体", "FZXiaoBiaoSong-B05S", "Noto Serif CJK SC", "FandolSong"),
    "song": ("SimSun", "宋体", "FandolSong", "Noto Serif CJK SC"),
    "hei": ("SimHei", "黑体", "FandolHei", "Noto Sans CJK SC"),
    "kai": ("KaiTi_GB2312", "楷体_GB2312", "KaiTi", "楷体", "FandolKai", "LXGW WenKai"),
    "fang": ("FangSong_GB2312", "仿宋_GB2312", "FangSong", "仿宋", "FandolFang R"),
}
GENUINE: dict[Face, tuple[str, ...]] = {
    "mark": ("方正小标宋简体", "FZXiaoBiaoSong-B05S"),
    "song": ("SimSun", "宋体"),
    "hei": ("SimHei", "黑体"),
    "kai": ("KaiTi_GB2312", "楷体_GB2312"),
    "fang": ("FangSong_GB2312", "仿宋_GB2312"),
}
LAST_RESORTS = ("LXGW WenKai", "Noto Serif CJK SC", "Noto Sans CJK SC", "Libertinus Serif")
LATIN_FACES = ("Times New Roman", "Liberation Serif", "Libertinus Serif")
CARRIED = "LXGW WenKai"
CARRIED_FILE = "LXGWWenKai-Regular.ttf"
GETA = "〓"
"""What stands for a character that no face can print."""


@dataclass(frozen=True, slots=True)
class Substitution:
    """A face that was wanted, the one used instead, and for which characters (empty: for all)."""

    wanted: str
    used: str
    characters: str = ""

    def __str__(self) -> str:
        which = f"（{self.characters}）" if self.characters else ""
        return f"{self.wanted}{which}以{self.used}代"


@dataclass(frozen=True, slots=True)
class Chosen:
    """The faces of one kind of part: the head of the chain and those that lend it glyphs."""

    face: Face
    families: tuple[str, ...]

    @property
    def genuine(self) -> bool:
        """Whether the part is printed in the face that the standard names."""
        return self.families[0] in GENUINE[self.face]


@dataclass(frozen=True, slots=True, eq=False)
class Faces:
    """All faces at hand, in the order in which they are asked for a glyph."""

    book: typst.Fonts
    chosen: dict[Face, Chosen]
    latin: str
    files: dict[str, tuple[str, int]]

    def covers(self, family: str, char: str) -> bool:
        """Whether a family has a glyph for a character."""
        path, index = self.files.get(family, ("", 0))
        if not path:
            return family == "Libertinus Serif" and ord(char) < 0x250
        return ord(char) in glyphs(path, index)

    def missing(self, text: Iterable[str]) -> str:
        """The characters that no face at hand can print."""
        families = dict.fromkeys(name for pick in self.chosen.values() for name in pick.families)
        return "".join(
            char
            for char in sorted(set(text))
            if not _invisible(char) and not any(self.covers(name, char) for name in families)
        )

    def substitutions(self, used: dict[Face, set[str]]) -> tuple[Substitution, ...]:
        """What replaced what, for the characters that each kind of part prints."""
        found: list[Substitution] = []
        for face, chars in used.items():
            pick = self.chosen[face]
            if not pick.genuine:
                found.append(Substitution(WANTED[face], pick.families[0]))
            found += self._lent(pick, chars)
        if self.latin != LATIN:
            found.append(Substitution(LATIN, self.latin))
        return tuple(found)

    def _lent(self, pick: Chosen, chars: set[str]) -> list[Substitution]:
        head, *others = pick.families
        lent: dict[str, str] = {}
        for char in sorted(chars):
            if _invisible(char) or ord(char) < 0x250 or self.covers(head, char):
                continue
            lender = next((name for name in others if self.covers(name, char)), None)
            if lender:
                lent[lender] = lent.get(lender, "") + char
        return [Substitution(head, lender, chars) for lender, chars in lent.items()]


def find_faces(
    directories: Sequence[Path] = (), *, cache: Path | None = None, system: bool = True
) -> Faces:
    """The faces in the given directories, then of the system; our own is unpacked if needed."""
    paths = tuple(str(path) for path in directories if path.is_dir())
    return _find(paths, str(cache or default_cache()), system)


def default_cache() -> Path:
    """Where the face that we carry is unpacked unless a directory is given."""
    return Path(tempfile.gettempdir()) / f"bangfu-faces-{os.getuid() if _posix() else 'user'}"


@functools.lru_cache(maxsize=8)
def _find(directories: tuple[str, ...], cache: str, system: bool) -> Faces:
    book = typst.Fonts(include_system_fonts=system, font_paths=list(directories))
    if CARRIED not in book.families():
        folders = [*directories, str(unpack(Path(cache)).parent)]
        book = typst.Fonts(include_system_fonts=system, font_paths=folders)
    families = set(book.families())
    chosen: dict[Face, Chosen] = {
        face: Chosen(face, _chain(names, families)) for face, names in PREFERRED.items()
    }
    latin = next((name for name in LATIN_FACES if name in families), CARRIED)
    return Faces(book=book, chosen=chosen, latin=latin, files=_files(book))


def _chain(names: tuple[str, ...], families: set[str]) -> tuple[str, ...]:
    wanted = dict.fromkeys((*names, *LAST_RESORTS))
    return tuple(name for name in wanted if name in families)


def _files(book: typst.Fonts) -> dict[str, tuple[str, int]]:
    """Path and index of the upright face of each family, nearest to the regular weight."""
    best: dict[str, tuple[int, str, int]] = {}
    for info in book.fonts():
        if info.path is None or info.style != "normal":
            continue
        rank = (abs(info.weight - 400), info.path, info.index)
        if info.family not in best or rank < best[info.family]:
            best[info.family] = rank
    return {family: (path, index) for family, (_, path, index) in best.items()}


@functools.lru_cache(maxsize=16)
def glyphs(path: str, index: int) -> frozenset[int]:
    """The code points for which a font file has glyphs."""
    if path.lower().endswith((".ttc", ".otc")):
        with TTCollection(path, lazy=True) as collection:
            return frozenset(collection.fonts[index].getBestCmap() or {})
    with TTFont(path, lazy=True) as font:
        return frozenset(font.getBestCmap() or {})


def unpack(cache: Path) -> Path:
    """The face that we carry as a file; unpacked once, whole or not at all."""
    packed = resources.files("bangfu.paper").joinpath("faces", f"{CARRIED_FILE}.xz").read_bytes()
    folder = cache / hashlib.sha256(packed).hexdigest()[:12]
    target = folder / CARRIED_FILE
    if target.exists():
        return target
    cache.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.mkdir(exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder)
    with io.FileIO(handle, "wb") as half_done:
        half_done.write(lzma.decompress(packed))
    Path(name).replace(target)
    return target


def _posix() -> bool:
    return os.name == "posix"


def _invisible(char: str) -> bool:
    """White space, joiners and marks that choose a variant need no glyph."""
    point = ord(char)
    chooses_variant = 0xFE00 <= point <= 0xFE0F or 0xE0100 <= point <= 0xE01EF
    return char.isspace() or chooses_variant or 0x200B <= point <= 0x200D

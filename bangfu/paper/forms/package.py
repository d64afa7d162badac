"""A workbook as the parts of its zip: each is copied as it stands unless it was changed."""

from __future__ import annotations

import io
import posixpath
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from lxml import etree

from bangfu.programmes.kinds import Label
from bangfu.tables.packed import BROKEN, pieces, too_large
from bangfu.tables.unreadable import limits

_OLE = b"\xd0\xcf\x11\xe0"
_RELATIONS = "http://schemas.openxmlformats.org/package/2006/relationships"
_TYPES = "http://schemas.openxmlformats.org/package/2006/content-types"


class NoWorkbook(ValueError):
    """The file is no workbook that can be filled; ``label`` says so, and what would be right."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(zh)
        self.label = Label(zh, en)


_NO_XLSX = (
    "文件不是 xlsx，或已损坏；请用 Excel 另存为 xlsx 后再试",
    "the file is no xlsx, or is damaged; save it as xlsx with Excel",
)


def _too_large() -> tuple[str, str]:
    most = limits().unpacked
    return (
        f"文件解开后超过 {most:,} 字节，不是表格",
        f"unpacked it has more than {most:,} bytes: that is no form",
    )


def parsed(content: bytes, name: str) -> Any:
    """The root element of a part; nothing outside of it is read and no entity is resolved."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        root = etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise NoWorkbook(
            f"{name}：内容损坏，不能读取（{error}）；请用 Excel 另存后再试",
            f"{name} is damaged ({error}); save it anew with Excel",
        ) from None
    if root.getroottree().docinfo.doctype:
        raise NoWorkbook(
            f"{name}：含有外部定义，不予读取；请用 Excel 另存后再试",
            f"{name} holds definitions of its own and is not read; save it anew with Excel",
        )
    return root


def written(root: Any) -> bytes:
    """A part as bytes."""
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)
    return content


@dataclass(slots=True)
class Package:
    """The parts of a workbook: read when asked for, written again as they were."""

    archive: zipfile.ZipFile
    changed: dict[str, bytes] = field(default_factory=dict)
    removed: set[str] = field(default_factory=set)
    roots: dict[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, content: bytes) -> Package:
        """Open a workbook; raises :class:`NoWorkbook` where it is none, or too large unpacked."""
        if content.startswith(_OLE):
            raise NoWorkbook(
                "这是旧版 xls 或加密的工作簿；请去掉密码，或另存为 xlsx 后再试",
                "this is an old xls, or it has a password; take that off, or save it as xlsx",
            )
        try:
            archive = zipfile.ZipFile(io.BytesIO(content))
        except BROKEN:
            raise NoWorkbook(*_NO_XLSX) from None
        if too_large(archive, limits()):
            raise NoWorkbook(*_too_large())
        if "[Content_Types].xml" not in archive.namelist():
            raise NoWorkbook(*_NO_XLSX)
        return cls(archive)

    def names(self) -> Iterator[str]:
        """The names of all parts that there still are."""
        return (n for n in self.archive.namelist() if n not in self.removed)

    def __contains__(self, name: str) -> bool:
        return name in self.archive.NameToInfo and name not in self.removed

    def read(self, name: str) -> bytes:
        """The bytes of a part, as it stands now."""
        if name in self.changed:
            return self.changed[name]
        try:
            return b"".join(pieces(self.archive, self.archive.getinfo(name)))
        except BROKEN:
            raise NoWorkbook(
                f"{name}：内容损坏，不能读取；请用 Excel 另存后再试",
                f"{name} is damaged; save the file anew with Excel",
            ) from None

    def root(self, name: str) -> Any:
        """The root element of a part, parsed once; what is changed in it must be kept."""
        if name not in self.roots:
            self.roots[name] = parsed(self.read(name), name)
        return self.roots[name]

    def keep(self, name: str) -> None:
        """Write a part anew from its root element."""
        self.changed[name] = written(self.root(name))

    def remove(self, name: str) -> None:
        """Leave a part out, with every relation to it and its type."""
        if name not in self:
            return
        self.removed.add(name)
        for part in list(self.names()):
            if part.endswith(".rels"):
                self._unrelate(part, name)
        types = self.root("[Content_Types].xml")
        for entry in types.findall(f"{{{_TYPES}}}Override"):
            if entry.get("PartName") == f"/{name}":
                types.remove(entry)
                self.keep("[Content_Types].xml")

    def _unrelate(self, relations: str, name: str) -> None:
        for relation, target in self._relations(relations):
            if target == name:
                relation.getparent().remove(relation)
                self.keep(relations)

    def related(self, name: str) -> dict[str, str]:
        """The parts that a part points at, by the last word of the relation's kind or its id."""
        relations = posixpath.join(
            posixpath.dirname(name), "_rels", posixpath.basename(name) + ".rels"
        )
        found: dict[str, str] = {}
        if relations in self:
            for relation, target in self._relations(relations):
                found[relation.get("Id")] = target
        return found

    def _relations(self, relations: str) -> Iterator[tuple[Any, str]]:
        folder = posixpath.dirname(posixpath.dirname(relations))
        for relation in self.root(relations).findall(f"{{{_RELATIONS}}}Relationship"):
            if relation.get("TargetMode") != "External":
                yield relation, resolved(folder, relation.get("Target", ""))

    def content(self) -> bytes:
        """The workbook with what was changed; every other part byte for byte."""
        target = io.BytesIO()
        with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
            for info in self.archive.infolist():
                if info.filename in self.removed:
                    continue
                archive.writestr(_same(info), self.read(info.filename))
        return target.getvalue()


def _same(info: zipfile.ZipInfo) -> zipfile.ZipInfo:
    """A part's entry as it was; its time too, so that the same filling gives the same bytes."""
    copy = zipfile.ZipInfo(info.filename, info.date_time)
    copy.compress_type = info.compress_type
    copy.external_attr = info.external_attr
    return copy


def resolved(folder: str, target: str) -> str:
    """The name of a part that a relation points at."""
    if target.startswith("/"):
        return target[1:]
    return posixpath.normpath(posixpath.join(folder, target))

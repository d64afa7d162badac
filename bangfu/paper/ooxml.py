"""Pieces of WordprocessingML that python-docx has no words for."""

import datetime as dt
import io
import zipfile
from typing import Any

from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.oxml.xmlchemy import BaseOxmlElement

from bangfu.paper.layout import DRAFT_WORD, LATIN, WANTED, Face

CURRENT_NAMES: dict[Face, str] = {"fang": "仿宋", "kai": "楷体", "mark": "宋体"}
"""Faces to look for where the one that the standard names is not installed."""

_PROPERTY_ORDER = (
    "pStyle keepNext keepLines pageBreakBefore widowControl pBdr tabs overflowPunct autoSpaceDE "
    "autoSpaceDN snapToGrid spacing ind jc outlineLvl rPr"
).split()


def element(tag: str, **attributes: str | int | float) -> BaseOxmlElement:
    """A ``w:`` element with ``w:`` attributes."""
    made = OxmlElement(f"w:{tag}")
    for key, value in attributes.items():
        made.set(qn(f"w:{key}"), str(value))
    return made


def put(parent: Any, child: BaseOxmlElement) -> BaseOxmlElement:
    """Put a property in its parent, in place of one of the same name."""
    for former in parent.findall(child.tag):
        parent.remove(former)
    parent.append(child)
    return child


def put_paragraph_property(properties: Any, child: BaseOxmlElement) -> None:
    """Put a paragraph property where the schema wants it."""
    for former in properties.findall(child.tag):
        properties.remove(former)
    names = [qn(f"w:{name}") for name in _PROPERTY_ORDER]
    later = set(names[names.index(child.tag) + 1 :])
    for place, sibling in enumerate(properties):
        if sibling.tag in later:
            properties.insert(place, child)
            return
    properties.append(child)


def fonts(face: Face) -> BaseOxmlElement:
    """Faces of a run: the Chinese one, and Latin letters in its own or in Times New Roman."""
    latin = LATIN if face in ("fang", "kai") else WANTED[face]
    made = OxmlElement("w:rFonts")
    for key, value in (
        ("hint", "eastAsia"),
        ("ascii", latin),
        ("hAnsi", latin),
        ("cs", latin),
        ("eastAsia", WANTED[face]),
    ):
        made.set(qn(f"w:{key}"), value)
    return made


def hint() -> BaseOxmlElement:
    """Tells that quotation marks and dashes of a run are Chinese ones."""
    return element("rFonts", hint="eastAsia")


def field(instruction: str) -> list[BaseOxmlElement]:
    """The children of runs that make a field such as PAGE, with a number to be replaced."""
    code = element("instrText")
    code.text = f" {instruction} "
    shown = element("t")
    shown.text = "1"
    return [
        element("fldChar", fldCharType="begin"),
        code,
        element("fldChar", fldCharType="separate"),
        shown,
        element("fldChar", fldCharType="end"),
    ]


def borders(name: str, **sides: tuple[str, int]) -> BaseOxmlElement:
    """Borders of a table or cell: each side a kind and a thickness in eighths of a point."""
    made = element(name)
    for side, (kind, size) in sides.items():
        made.append(element(side, val=kind, sz=size, space=0, color="000000"))
    return made


def font_table_entry(face: Face) -> BaseOxmlElement:
    """A face in the document's font table, with the name of a face that may stand for it."""
    made = element("font", name=WANTED[face])
    if face in CURRENT_NAMES:
        made.append(element("altName", val=CURRENT_NAMES[face]))
    made.append(element("charset", val="86"))
    made.append(element("family", val="auto"))
    return made


def watermark() -> BaseOxmlElement:
    """A grey diagonal 草稿 behind the text, as Word's own watermarks are made."""
    return parse_xml(
        f"""<w:pict {nsdecls("w")} xmlns:v="urn:schemas-microsoft-com:vml"
          xmlns:o="urn:schemas-microsoft-com:office:office">
        <v:shapetype id="_x0000_t136" coordsize="21600,21600" o:spt="136" adj="10800"
          path="m@7,l@8,m@5,21600l@6,21600e">
          <v:formulas><v:f eqn="sum #0 0 10800"/><v:f eqn="prod #0 2 1"/>
            <v:f eqn="sum 21600 0 @1"/><v:f eqn="sum 0 0 @2"/><v:f eqn="sum 21600 0 @3"/>
            <v:f eqn="if @0 @3 0"/><v:f eqn="if @0 21600 @1"/><v:f eqn="if @0 0 @2"/>
            <v:f eqn="if @0 @4 21600"/></v:formulas>
          <v:path textpathok="t" o:connecttype="rect"/>
          <v:textpath on="t" fitshape="t"/><o:lock v:ext="edit" text="t" shapetype="t"/>
        </v:shapetype>
        <v:shape id="PowerPlusWaterMarkObject1" o:spid="_x0000_s2049" type="#_x0000_t136"
          style="position:absolute;margin-left:0;margin-top:0;width:340pt;height:170pt;rotation:315;z-index:-251658752;mso-position-horizontal:center;mso-position-horizontal-relative:margin;mso-position-vertical:center;mso-position-vertical-relative:margin"
          o:allowincell="f" fillcolor="#dddddd" stroked="f">
          <v:textpath style="font-family:&quot;黑体&quot;;font-size:1pt" string="{DRAFT_WORD}"/>
        </v:shape></w:pict>"""
    )


def same_bytes(content: bytes, made: dt.datetime) -> bytes:
    """The same zip with its parts dated by the paper, so that equal papers are equal files."""
    stamp = max((1980, 1, 1, 0, 0, 0), made.timetuple()[:6])
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for part in source.infolist():
            entry = zipfile.ZipInfo(part.filename, date_time=stamp)
            entry.compress_type = zipfile.ZIP_DEFLATED
            copy.writestr(entry, source.read(part))
    return target.getvalue()

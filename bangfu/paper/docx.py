"""A paper as docx, to GB/T 9704-2012, with the names of the faces that the standard asks for."""

import io
from typing import Any

import docx
from docx.document import Document
from docx.enum.section import WD_ORIENT
from docx.enum.text import WD_LINE_SPACING
from docx.oxml.ns import qn
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from lxml import etree

from bangfu.paper.cleaning import cleaned
from bangfu.paper.compose import composed
from bangfu.paper.docx_lines import write_line, write_runs
from bangfu.paper.docx_tables import add_table_style, write_foot, write_grid
from bangfu.paper.layout import (
    CLOSER,
    DRAFT_LINE,
    SIZE_2,
    SIZE_3,
    SIZE_4,
    SIZE_5,
    SMALL_5,
    WANTED,
    Face,
    Layout,
    Line,
    Setup,
    plain,
)
from bangfu.paper.ooxml import (
    element,
    field,
    font_table_entry,
    fonts,
    put,
    same_bytes,
    watermark,
)
from bangfu.paper.pages import Paper, Printed
from bangfu.paper.parts import HEADING_FACES

MEDIA_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
NEVER_FIRST = (
    "!%),.:;>?]}¢¨°·ˇˉ―‖’”…‰′″›℃∶、。〃〉》」』】〕〗〞︶︺︾﹀﹄﹚﹜﹞！＂％＇），．：；？］｀｜｝～￠"
    "["
)
"""What no line begins with: what Chinese never begins a line with, and the mark of a note."""

FOOTER_FROM_EDGE = {"dashes": 25.0, "of": 8.0}


def to_docx(paper: Paper) -> Printed:
    """The paper as docx; the notes say what text had to be cleaned."""
    tidy, notes = cleaned(paper)
    layout = composed(tidy)
    document = docx.Document()
    _prepare(document, layout)
    for item in layout.elements:
        if isinstance(item, Line):
            write_line(document.add_paragraph(), item, layout.setup)
        else:
            write_grid(document, item, layout.setup)
    if layout.foot:
        write_foot(document, layout.foot, layout.setup)
    target = io.BytesIO()
    document.save(target)
    return Printed(same_bytes(target.getvalue(), layout.made), MEDIA_TYPE, notes)


def _prepare(document: Document, layout: Layout) -> None:
    _describe(document, layout)
    _set_language(document)
    _set_font_table(document)
    _set_styles(document, layout.setup)
    _set_page(document, layout.setup)
    _set_furniture(document, layout)


def _describe(document: Document, layout: Layout) -> None:
    facts = document.core_properties
    facts.title = layout.title.replace("\n", "")[:255]
    facts.author = layout.author[:255]
    facts.last_modified_by = layout.author[:255]
    facts.comments = ""
    facts.created = facts.modified = layout.made
    facts.language = "zh-CN"
    relations = document.part.package.rels
    for key in [key for key, link in relations.items() if link.reltype.endswith("/thumbnail")]:
        relations.pop(key)


def _set_language(document: Document) -> None:
    settings = document.settings.element
    document.settings.odd_and_even_pages_header_footer = True
    for name, attributes in (
        ("themeFontLang", {"val": "en-US", "eastAsia": "zh-CN"}),
        ("characterSpacingControl", {"val": "compressPunctuation"}),
    ):
        former = settings.find(element(name).tag)
        settings.replace(former, element(name, **attributes))
    spacing = settings.find(element("characterSpacingControl").tag)
    spacing.addnext(element("noLineBreaksBefore", lang="zh-CN", val=NEVER_FIRST))
    for setting in settings.iter(qn("w:compatSetting")):
        if setting.get(qn("w:name")) == "compatibilityMode":
            setting.set(qn("w:val"), "15")
    zoom = settings.find(qn("w:zoom"))
    settings.replace(zoom, element("zoom", percent=100))


def _set_font_table(document: Document) -> None:
    part = next(
        link.target_part
        for link in document.part.rels.values()
        if link.reltype.endswith("/fontTable")
    )
    root = etree.fromstring(part.blob)
    for face in WANTED:
        root.append(etree.fromstring(etree.tostring(font_table_entry(face))))
    part._blob = etree.tostring(root, xml_declaration=True, encoding="UTF-8", standalone=True)


def _set_styles(document: Document, setup: Setup) -> None:
    styles = document.styles
    defaults = styles.element.find(qn("w:docDefaults"))
    defaults.getparent().remove(defaults)
    _shape_style(styles["Normal"], "fang", SIZE_3, setup.pitch, closer=True)
    for level, face in HEADING_FACES.items():
        _shape_style(styles[f"Heading {level}"], face, SIZE_3, setup.pitch, closer=True)
    _shape_style(styles["Title"], "mark", SIZE_2, 32)
    _shape_style(styles["Header"], "hei", SIZE_5, 16)
    _shape_style(styles["Footer"], "song", SIZE_4, 18)
    add_table_style(styles)


def _shape_style(
    style: Any, face: Face, size: float, pitch: float, *, closer: bool = False
) -> None:
    """Give a style its type from nothing, whatever the template had."""
    level = style.element.find(f"{element('pPr').tag}/{element('outlineLvl').tag}")
    for name in ("pPr", "rPr"):
        for former in style.element.findall(element(name).tag):
            style.element.remove(former)
    spacing = style.paragraph_format
    spacing.line_spacing_rule = WD_LINE_SPACING.EXACTLY
    spacing.line_spacing = Pt(pitch)
    spacing.space_before = spacing.space_after = Pt(0)
    spacing.widow_control = False
    properties = style.element.get_or_add_pPr()
    for name in ("overflowPunct", "autoSpaceDE", "autoSpaceDN"):
        properties.insert_element_before(element(name, val=0), "w:spacing")
    if level is not None:
        properties.append(level)
    run = style.element.get_or_add_rPr()
    put(run, fonts(face))
    put(run, element("color", val="000000"))
    put(run, element("spacing", val=round(CLOSER * 20) if closer else 0))
    put(run, element("sz", val=round(size * 2)))
    put(run, element("szCs", val=round(size * 2)))
    put(run, element("lang", val="en-US", eastAsia="zh-CN"))


def _set_page(document: Document, setup: Setup) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(setup.width), Mm(setup.height)
    section.top_margin, section.bottom_margin = Mm(setup.top), Mm(setup.bottom)
    section.left_margin, section.right_margin = Mm(setup.left), Mm(setup.right)
    section.footer_distance = Mm(FOOTER_FROM_EDGE[setup.counting])
    section.header_distance = Mm(setup.top - 8)
    page = section._sectPr
    if setup.width > setup.height:
        section.orientation = WD_ORIENT.LANDSCAPE
    put(page, element("docGrid", type="lines", linePitch=round(setup.pitch * 20)))


def _set_furniture(document: Document, layout: Layout) -> None:
    """Page numbers below, the draft's mark above and behind, on odd and even pages alike."""
    section = document.sections[0]
    for footer, odd in ((section.footer, True), (section.even_page_footer, False)):
        footer.is_linked_to_previous = False
        _write_page_number(footer.paragraphs[0], layout.setup, odd)
    for header in (section.header, section.even_page_header):
        header.is_linked_to_previous = False
        if layout.draft:
            line = Line(spans=plain(DRAFT_LINE), face="hei", size=SIZE_5, pitch=16, spread="right")
            write_line(header.paragraphs[0], line, layout.setup)
            header.paragraphs[0].add_run()._r.append(watermark())


def _write_page_number(paragraph: Paragraph, setup: Setup, odd: bool) -> None:
    """Write — 1 — outside on each page, or 第1页 共9页 in the middle."""
    dashes = setup.counting == "dashes"
    size = SIZE_4 if dashes else SMALL_5
    line = Line(
        spans=(),
        face="song",
        size=size,
        pitch=18,
        spread=("right" if odd else "left") if dashes else "center",
        left=1 if dashes and not odd else 0,
        right=1 if dashes and odd else 0,
    )
    write_line(paragraph, line, setup)
    pieces = ("— ", "PAGE", " —") if dashes else ("第", "PAGE", "页 共", "NUMPAGES", "页")
    for piece in pieces:
        if piece.isascii() and piece.isupper():
            for child in field(piece):
                run = write_runs(paragraph, plain(""), line, "Footer")[0]
                run._r.append(child)
        else:
            write_runs(paragraph, plain(piece), line, "Footer")

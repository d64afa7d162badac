"""Lines of a layout as paragraphs of a docx."""

from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_TAB_ALIGNMENT
from docx.oxml.ns import qn
from docx.shared import Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

from bangfu.paper.layout import CLOSER, RED, SIZE_2, SIZE_3, Face, Line, Rule, Setup, Spans
from bangfu.paper.ooxml import element, fonts, hint, put_paragraph_property
from bangfu.paper.parts import HEADING_FACES

ALIGNMENT = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "apart": WD_ALIGN_PARAGRAPH.LEFT,
    "center": WD_ALIGN_PARAGRAPH.CENTER,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "both": WD_ALIGN_PARAGRAPH.JUSTIFY,
}
_STYLES: dict[str, tuple[Face, float]] = {
    "Normal": ("fang", SIZE_3),
    "Title": ("mark", SIZE_2),
    **{f"Heading {level}": (face, SIZE_3) for level, face in HEADING_FACES.items()},
}


def write_line(paragraph: Paragraph, line: Line, setup: Setup) -> None:
    """Write a line into an empty paragraph; its rule becomes a paragraph of its own."""
    style = _style(line)
    if style != "Normal":
        paragraph.style = style
    _set_spread(paragraph, line, setup)
    write_runs(paragraph, line.spans, line, style)
    if line.spread == "apart":
        paragraph.add_run("\t")
        write_runs(paragraph, line.far, line, style)
    if line.rule:
        _write_rule(paragraph, line.rule)


def write_runs(paragraph: Paragraph, spans: Spans, line: Line, style: str = "Normal") -> list[Run]:
    """Write stretches of text; what the paragraph's style already says is not said again."""
    runs: list[Run] = []
    for span in spans:
        run = paragraph.add_run(span.text)
        _set_type(run, span.face or line.face, line, style)
        runs.append(run)
        if span.note is not None:
            note = paragraph.add_run(f"[{span.note}]")
            _set_type(note, line.face, line, style)
            note.font.superscript = True
            runs.append(note)
    return runs


def indent_width(line: Line) -> float:
    """How far one character of the line reaches, in points."""
    return line.size + (CLOSER if line.size == SIZE_3 else 0)


def _style(line: Line) -> str:
    if line.title:
        return "Title"
    return f"Heading {line.level}" if line.level else "Normal"


def _set_type(run: Run, face: Face, line: Line, style: str) -> None:
    properties = run._r.get_or_add_rPr()
    styled = _STYLES.get(style)
    named = styled is not None and styled[0] == face
    properties.insert(0, hint() if named else fonts(face))
    if styled is None or styled[1] != line.size:
        run.font.size = Pt(line.size)
        if line.size != SIZE_3 and style == "Normal":
            properties.insert_element_before(element("spacing", val=0), "w:sz", "w:szCs")
    if line.red:
        properties.insert_element_before(element("color", val=RED), "w:spacing", "w:sz", "w:szCs")


def _set_spread(paragraph: Paragraph, line: Line, setup: Setup) -> None:
    wide = indent_width(line)
    form = paragraph.paragraph_format
    form.alignment = ALIGNMENT[line.spread]
    if line.pitch != setup.pitch:
        form.line_spacing = Pt(line.pitch)
    if line.before:
        form.space_before = Pt(line.before)
    if line.after and not line.rule:
        form.space_after = Pt(line.after)
    if line.left:
        form.left_indent = Pt(line.left * wide)
    if line.right:
        form.right_indent = Pt(line.right * wide)
    if line.first:
        _indent_first(paragraph, line.first, wide)
    if line.keep or line.rule:
        form.keep_with_next = True
    if line.new_page:
        form.page_break_before = True
    if line.spread == "apart":
        form.tab_stops.add_tab_stop(Pt(setup.measure - line.right * wide), WD_TAB_ALIGNMENT.RIGHT)
    if line.face == "mark" or line.size != SIZE_3:
        properties = paragraph._p.get_or_add_pPr()
        put_paragraph_property(properties, element("snapToGrid", val=0))


def _indent_first(paragraph: Paragraph, characters: float, wide: float) -> None:
    form = paragraph.paragraph_format
    form.first_line_indent = Pt(characters * wide)
    if characters > 0:
        indent = paragraph._p.get_or_add_pPr().find(qn("w:ind"))
        indent.set(qn("w:firstLineChars"), str(round(characters * 100)))


def _write_rule(above: Paragraph, rule: Rule) -> None:
    """A line over the whole width, which a border under an indented text would not give."""
    paragraph = Paragraph(element("p"), above._parent)
    above._p.addnext(paragraph._p)
    form = paragraph.paragraph_format
    form.line_spacing = Pt(max(rule.gap, 1))
    properties = paragraph._p.get_or_add_pPr()
    put_paragraph_property(properties, element("snapToGrid", val=0))
    border = element("pBdr")
    colour = RED if rule.red else "000000"
    border.append(element("bottom", val="single", sz=round(rule.weight * 8), space=0, color=colour))
    put_paragraph_property(properties, border)

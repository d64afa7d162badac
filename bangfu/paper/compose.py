"""From a paper to its layout: which part stands where, in which type (GB/T 9704-2012)."""

import datetime as dt
from collections.abc import Iterable, Iterator
from dataclasses import replace

from bangfu.paper.dossier_page import dossier
from bangfu.paper.layout import (
    MM,
    OFFICIAL,
    PITCH,
    SIZE_4,
    Element,
    FootRow,
    Layout,
    Line,
    Rule,
    Span,
    em_width,
    plain,
)
from bangfu.paper.ledger_page import ledger
from bangfu.paper.pages import Briefing, Dossier, OfficialLetter, Paper
from bangfu.paper.parts import body, day_in_words, figure_notes, title, verification_lines

RED_RULE = Rule(weight=1.5, gap=4 * MM - 6)
"""4 mm under the glyphs; 6 points of it are already in the line."""


FOOT_CHARACTERS = OFFICIAL.measure / SIZE_4 - 2
"""How many characters of 4号 stand on a line of the foot, which keeps one free at each side."""


def composed(paper: Paper) -> Layout:
    """The layout of any paper."""
    if isinstance(paper, Briefing):
        return briefing(paper)
    if isinstance(paper, OfficialLetter):
        return letter(paper)
    return dossier(paper) if isinstance(paper, Dossier) else ledger(paper)


def briefing(paper: Briefing) -> Layout:
    """The layout of a briefing (简报)."""
    elements = (
        *_briefing_head(paper),
        *title(paper.title, before=PITCH * 1.5),
        *body(paper.blocks),
        *_source(paper.source),
        *figure_notes(paper.blocks, paper.notes),
        *verification_lines(paper.verification),
    )
    return Layout(
        title=paper.title,
        author=paper.issuer,
        made=_midnight(paper.date),
        elements=elements,
        foot=_briefing_foot(paper),
        draft=paper.state == "draft",
    )


def letter(paper: OfficialLetter) -> Layout:
    """The layout of a general official paper (公文)."""
    attached = (block for attachment in paper.attachments for block in attachment.blocks)
    elements = (
        *_letter_head(paper),
        *title(paper.title, before=PITCH * 1.5),
        *_addressees(paper.addressees),
        *_held_to_signature(body(paper.blocks)),
        *_attachment_list(paper),
        *_signature(paper.signatory, paper.date),
        *_remark(paper.remark),
        *_attachments(paper),
        *figure_notes((*paper.blocks, *attached), paper.notes),
        *verification_lines(paper.verification),
    )
    return Layout(
        title=paper.title,
        author=paper.signatory,
        made=_midnight(paper.date),
        elements=elements,
        foot=_letter_foot(paper),
        draft=paper.state == "draft",
    )


def _midnight(day: dt.date) -> dt.datetime:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC)


def _mark(text: str, *, largest: float, before: float) -> Line:
    """The red mark of the issuing office, as large as one line holds."""
    size = min(largest, int(OFFICIAL.measure * 0.99 / max(em_width(text), 1)))
    return Line(
        spans=plain(text),
        face="mark",
        size=size,
        pitch=round(size * 1.25),
        spread="center",
        red=True,
        before=before,
    )


def _briefing_head(paper: Briefing) -> Iterator[Line]:
    yield _secrecy(paper.secrecy)
    yield _mark(paper.masthead, largest=54, before=8)
    yield Line(spans=plain(_issue_text(paper)), spread="center", before=6)
    yield Line(
        spans=plain(paper.issuer),
        far=plain(day_in_words(paper.date)),
        spread="apart",
        left=1,
        right=1,
        before=6,
        rule=RED_RULE,
    )
    if paper.editors_note:
        label = Span("【按语】", face="hei")
        yield Line(spans=(label, Span(paper.editors_note)), face="kai", first=2, before=PITCH)


def _issue_text(paper: Briefing) -> str:
    issue = f"第{paper.issue}期" if paper.issue else "第　期"
    return f"{issue}（总第{paper.running}期）" if paper.running else issue


def _secrecy(text: str) -> Line:
    """The first line of the page, empty unless the paper is classified."""
    return Line(spans=plain(text), face="hei", spread="left")


def _source(text: str) -> Iterator[Line]:
    if text:
        yield Line(spans=plain(f"（{text}）"), spread="right")


def _briefing_foot(paper: Briefing) -> tuple[FootRow, ...]:
    receivers = (("报", paper.report_to), ("送", paper.send_to), ("发", paper.issue_to))
    rows = [FootRow(f"{word}：{'，'.join(names)}。") for word, names in receivers if names]
    staff = (("编辑", paper.editor), ("审核", paper.reviewer), ("签发", paper.signer))
    rows += [FootRow(text) for text in _fitted(f"{word}：{name}" for word, name in staff if name)]
    phone = f"联系电话：{paper.phone}" if paper.phone else ""
    copies = f"共印{paper.copies}份" if paper.copies else ""
    if phone or copies:
        rows.append(FootRow(phone, copies))
    return tuple(rows)


def _fitted(parts: Iterable[str]) -> list[str]:
    """Parts side by side, as many in a row of the foot as its width holds whole."""
    rows: list[str] = []
    for part in parts:
        both = f"{rows[-1]}　{part}" if rows else part
        if rows and em_width(both) <= FOOT_CHARACTERS:
            rows[-1] = both
        else:
            rows.append(part)
    return rows


def _letter_head(paper: OfficialLetter) -> Iterator[Line]:
    yield Line(spans=plain(paper.copy_number), spread="left")
    yield Line(spans=plain(paper.secrecy), face="hei", spread="left")
    yield Line(spans=plain(paper.urgency), face="hei", spread="left")
    yield _mark(paper.mark, largest=50, before=35 * MM - 3 * PITCH - 4)
    if paper.signer:
        signer = (Span("签发人："), Span(paper.signer, face="kai"))
        yield Line(
            spans=plain(paper.reference),
            far=signer,
            spread="apart",
            left=1,
            right=1,
            before=2 * PITCH,
            rule=RED_RULE,
        )
    else:
        yield Line(spans=plain(paper.reference), spread="center", before=2 * PITCH, rule=RED_RULE)


def _addressees(names: tuple[str, ...]) -> Iterator[Line]:
    if names:
        yield Line(spans=plain(f"{'，'.join(names)}："))


def _held_to_signature(text: Iterable[Element]) -> list[Element]:
    """The body with its last paragraph kept on the page of the signature."""
    elements = list(text)
    if elements and isinstance(elements[-1], Line):
        elements[-1] = replace(elements[-1], keep=True)
    return elements


def _attachment_list(paper: OfficialLetter) -> Iterator[Line]:
    many = len(paper.attachments) > 1
    for place, attachment in enumerate(paper.attachments, start=1):
        number = f"{place}." if many else ""
        word = "附件：" if place == 1 else "　　　"
        yield Line(
            spans=plain(f"{word}{number}{attachment.title}"),
            left=2 + 3 + (1 if many else 0),
            first=-3 - (1 if many else 0),
            before=PITCH if place == 1 else 0,
            keep=True,
        )


def _signature(name: str, day: dt.date) -> Iterator[Element]:
    """Office and day, room for the seal above: the day four characters in, the office over it."""
    words = day_in_words(day)
    over = (em_width(words) - em_width(name)) / 2
    office, date = (4 + over, 4.0) if 4 + over >= 0 else (0.0, -over)
    yield Line(spans=plain(name), spread="right", right=office, before=2 * PITCH, keep=True)
    yield Line(spans=plain(words), spread="right", right=date)


def _remark(text: str) -> Iterator[Line]:
    if text:
        yield Line(spans=plain(f"（{text}）"), first=2)


def _attachments(paper: OfficialLetter) -> Iterator[Element]:
    many = len(paper.attachments) > 1
    for place, attachment in enumerate(paper.attachments, start=1):
        if not attachment.blocks:
            continue
        word = f"附件{place}" if many else "附件"
        yield Line(spans=plain(word), face="hei", spread="left", new_page=True, keep=True)
        yield from title(attachment.title, before=PITCH)
        yield from body(attachment.blocks)


def _letter_foot(paper: OfficialLetter) -> tuple[FootRow, ...]:
    rows = []
    if paper.copy_to:
        rows.append(FootRow(f"抄送：{'，'.join(paper.copy_to)}。"))
    if paper.printer:
        printed = f"{day_in_words(paper.printed_on)}印发" if paper.printed_on else ""
        rows.append(FootRow(paper.printer, printed))
    return tuple(rows)

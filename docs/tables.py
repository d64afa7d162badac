"""The tables of the manual that are taken from the code, so that none can say something else.

``python docs/tables.py`` writes them anew between their marks; ``tests/test_docs.py`` compares.
"""

from __future__ import annotations

import csv
import datetime as dt
import os
import re
import sys
import tempfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

MANUAL = Path(__file__).parent / "manual"
#: On which page each table stands.
PAGES = {
    "roles": "privacy.md",
    "purposes": "privacy.md",
    "sensitive": "privacy.md",
    "wiped": "privacy.md",
    "refused": "privacy.md",
    "faces": "papers.md",
    "rows": "requirements.md",
    "row_sums": "requirements.md",
    "rules": "quality.md",
    "vocabulary": "fields.md",
    "story": "story.md",
}


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table as Markdown writes it."""
    drawn = [list(heads)]
    drawn += [["---"] * len(drawn[0])]
    drawn += [[cell.replace("|", "\\|").replace("\n", " ") for cell in row] for row in rows]
    return "\n".join("| " + " | ".join(row) + " |" for row in drawn)


def marked(text: str, name: str) -> str:
    """What stands between the marks of a table on a page."""
    found = re.search(_marks(name), text, re.DOTALL)
    if found is None:
        raise LookupError(f"no marks for the table {name}")
    return found[2].strip()


def replaced(text: str, name: str, drawn: str) -> str:
    """The page with a table put between its marks."""
    return re.sub(_marks(name), lambda m: f"{m[1]}\n\n{drawn}\n\n{m[3]}", text, flags=re.DOTALL)


def _marks(name: str) -> str:
    return rf"(<!-- table: {name} -->)(.*?)(<!-- end of table -->)"


# ------------------------------------------------------------------ out of the declarations


def roles() -> str:
    """What each role is for, sees and does."""
    from bangfu.ledger.access import EVERY_KIND, ROLES

    def seen(kinds: frozenset[str]) -> str:
        missing = sorted(EVERY_KIND - kinds)
        if not missing:
            return "every kind"
        if len(missing) < 6:
            return "every kind but " + ", ".join(missing)
        return ", ".join(k for k in sorted(kinds))

    def more(role: object) -> str:
        words = (
            ("own", "only the own pairings"),
            ("reveals", "opens sealed fields"),
            ("health", "reads health detail"),
            ("examines", "opens papers for named readers"),
            ("two_factor", "needs a second factor"),
        )
        return "; ".join(text for word, text in words if getattr(role, word))

    return table(
        ("role", "屏幕用词", "screen", "what for", "sees", "does", "besides"),
        (
            (
                f"`{role.name}`",
                role.label.zh,
                role.label.en,
                role.describes.en,
                seen(role.sees),
                ", ".join(f"`{verb}`" for verb in role.does) or "nothing",
                more(role),
            )
            for role in ROLES.values()
        ),
    )


def purposes() -> str:
    """For what purpose each kind is held, on which ground, for how long."""
    from bangfu.ledger.vocabulary import VOCABULARY

    grounds = {"duty": "duty by law", "consent": "consent"}
    return table(
        ("kind", "屏幕用词", "用途", "purpose", "ground", "term"),
        (
            (
                f"`{name}`",
                VOCABULARY[name].label.zh,
                VOCABULARY[name].purpose.zh,
                VOCABULARY[name].purpose.en,
                grounds[VOCABULARY[name].ground],
                f"{years} years" if (years := VOCABULARY[name].keep_years) else "none set",
            )
            for name in VOCABULARY
        ),
    )


def sensitive() -> str:
    """The fields that say something about a person, by how they are kept."""
    from bangfu.ledger.vocabulary import VOCABULARY

    kept = {
        "personal": "in clear, wiped at erasure where it is the person's own row",
        "sensitive": "in clear, not a column unless chosen",
        "sealed": "sealed under the subject's key, shown masked",
    }
    return table(
        ("kind", "field", "屏幕用词", "screen", "how it is kept"),
        (
            (f"`{name}`", f"`{one.key}`", one.label.zh, one.label.en, kept[one.sensitivity])
            for name in VOCABULARY
            if not VOCABULARY[name].basic
            for one in VOCABULARY[name].fields.values()
            if one.sensitivity != "open"
        ),
    )


def wiped() -> str:
    """The columns that erasing a person or household empties, table by table."""
    from bangfu.ledger.actions.erasing import BESIDES, TRACES

    tables = [*(model for model, _ in TRACES), *BESIDES]
    return table(
        ("table", "wiped where it is about the subject", "else the name is taken out of"),
        (
            (
                f"`{model.__name__}`",
                ", ".join(f"`{column}`" for column in model.personal),
                ", ".join(f"`{column}`" for column in model.words),
            )
            for model in tables
        ),
    )


def refused() -> str:
    """What no programme file may sort, ask or select people by."""
    from bangfu.programmes.subjects import FORBIDDEN

    return table(
        ("refused", "", "why", "instead"),
        ((f.subject.zh, f.subject.en, f.reason.en, f.instead.en) for f in FORBIDDEN),
    )


def faces() -> str:
    """Which face each part of a paper is printed in, and what stands in where it is missing."""
    from bangfu.paper.fonts import GENUINE, PREFERRED
    from bangfu.paper.layout import WANTED

    parts = {
        "mark": "masthead and title",
        "song": "page numbers and small marks",
        "hei": "first-level headings",
        "kai": "second-level headings, names of signers",
        "fang": "body",
    }
    return table(
        ("part", "named by the standard", "stands in, in this order"),
        (
            (
                parts[face],
                WANTED[face],
                ", ".join(name for name in names if name not in GENUINE[face]),
            )
            for face, names in PREFERRED.items()
        ),
    )


# ------------------------------------------------------------------ out of the told story


def story(lines: Iterable[object]) -> str:
    """Every figure of the source and what became of it."""
    from bangfu.jobs.sheet import STATUSES

    words = {"counted": "counted", "quoted": "quoted", "damaged": "damaged", "not_held": "not held"}
    return table(
        ("row", "the source says", "", "figure", "on record here", "why"),
        (
            (
                line.row,
                line.says,
                f"{STATUSES[line.status]} {words[line.status]}",
                f"`{line.name}`" if line.name else "",
                line.counted,
                line.why,
            )
            for line in lines  # type: ignore[attr-defined]
        ),
    )


def told_lines() -> list[object]:
    """The story told in a database of its own, and its sheet."""
    from django.conf import settings
    from django.core.management import call_command

    from bangfu.jobs import sheet
    from bangfu.jobs import story as stories
    from bangfu.ledger.actions.event import By
    from bangfu.ledger.keys import Keyring

    call_command("migrate", verbosity=0)
    Keyring.create(Path(settings.BANGFU_KEYS_FILE))
    told = stories.tell(by=By(None, "cli"), today=dt.date(2026, 11, 22))
    assert told.programme is not None
    return list(sheet.sheet(told.programme, on=stories.BULLETIN))


#: The tables that need no records.
#: How far a row of the sheet is carried out, and what that is called.
STATES = {
    "works": "works",
    "differently": "works differently, for the people's sake",
    "part": "in part",
    "not_yet": "not yet",
}


def requirements() -> list[dict[str, str]]:
    """Every row of the requirement sheet: how far it is carried out, and where."""
    with (Path(__file__).parent / "requirements.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def rows() -> str:
    """All rows of the sheet."""
    return table(
        ["row", "state", "file and key, kind, page", "what"],
        (
            [row["row"], STATES[row["state"]], _places(row["where"]), row["words"]]
            for row in requirements()
        ),
    )


def _places(where: str) -> str:
    return ", ".join(f"`{one}`" for one in where.split())


def row_sums() -> str:
    """How many rows of each source are how far."""
    found = [(row["row"].partition("-")[0], row["state"]) for row in requirements()]
    sources = list(dict.fromkeys(source for source, _ in found))
    drawn = [[s, *(str(found.count((s, state))) for state in STATES)] for s in sources]
    states = [state for _, state in found]
    drawn.append(["all", *(str(states.count(state)) for state in STATES)])
    return table(["source", *STATES.values()], drawn)


def rules() -> str:
    """Every rule of data quality: what it finds, how it is mended, by which paper."""
    from bangfu.ledger.rules import rules as read
    from bangfu.programmes.rule import SEVERITIES

    return table(
        ("rule", "of", "", "规则", "finds", "mended by", "依据"),
        (
            (
                f"`{rule.key}`",
                f"`{rule.kind.name}`",
                SEVERITIES[rule.entry.severity].en,
                rule.title.zh,
                rule.title.en,
                f"`{rule.entry.fix.form}`",
                "、".join(rule.sources()),
            )
            for rule in read().values()
        ),
    )


#: How the sort of a field is called in the manual, and by which words a condition asks for it.
SORTS = {
    "text": "text",
    "code": "code",
    "ranked": "ordered code",
    "number": "number",
    "money": "amount, yuan",
    "day": "day",
    "flag": "yes or no",
}


def vocabulary() -> str:
    """Every kind of record: to what it belongs, its fields with their words, its code books."""
    from bangfu.ledger.vocabulary import VOCABULARY

    parts = []
    for kind in VOCABULARY.kinds.values():
        parts.append(f"### `{kind.name}` {kind.label.zh}")
        parts.append(_belongs(kind))
        if kind.basic:
            parts.append(f"The fields of `{kind.basic}`.")
        else:
            heads = ("field", "屏幕用词", "sort", "codes")
            drawn = (_field_row(one) for one in kind.fields.values())
            parts.append(table(heads, drawn))
    return "\n\n".join(part for part in parts if part)


def _belongs(kind: Any) -> str:
    told = "; ".join(
        f"`{other}` by " + ", ".join(f"`{way}`" for way in ways)
        for other, ways in kind.ties.items()
    )
    return f"Belongs to {told}." if told else ""


def _field_row(one: Any) -> tuple[str, ...]:
    sort = (
        SORTS.get(one.type)
        or {
            "one": f"a {one.to}",
            "many": f"one or more of: {one.to}",
        }[one.type]
    )
    sort += ", sealed" if one.sensitivity == "sealed" else ""
    books = "; ".join(f"`{code}` {label.zh}" for code, label in one.codes.items())
    if one.grows:
        books += "; more may be added under `code`" if books else "added under `code`"
    return f"`{one.key}`", one.label.zh, sort, books


PLAIN: dict[str, Callable[[], str]] = {
    "rows": rows,
    "row_sums": row_sums,
    "roles": roles,
    "purposes": purposes,
    "sensitive": sensitive,
    "wiped": wiped,
    "refused": refused,
    "faces": faces,
    "rules": rules,
    "vocabulary": vocabulary,
}


def write(name: str, drawn: str) -> None:
    """Put a table on its page."""
    page = MANUAL / PAGES[name]
    page.write_text(replaced(page.read_text(encoding="utf-8"), name, drawn), encoding="utf-8")


def main() -> None:
    """Write every table anew."""
    sys.path.insert(0, str(Path(__file__).parent.parent))
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    with tempfile.TemporaryDirectory() as folder:
        for name in [n for n in os.environ if n.startswith("BANGFU_")]:
            del os.environ[name]
        os.environ["BANGFU_DATA"] = folder
        import django

        django.setup()
        for name, drawn in PLAIN.items():
            write(name, drawn())
        write("story", story(told_lines()))
        from docs import words

        words.write()


if __name__ == "__main__":
    main()

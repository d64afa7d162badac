"""How parts of sentences are put together, in both languages at once."""

from __future__ import annotations

from collections.abc import Iterable

from bangfu.programmes.kinds import Label


def say(zh: str, en: str, **parts: Label | str | int) -> Label:
    """A sentence in both languages from a pattern in each; parts that are labels follow suit."""
    return Label(
        zh.format(**{key: one.zh if isinstance(one, Label) else one for key, one in parts.items()}),
        en.format(**{key: one.en if isinstance(one, Label) else one for key, one in parts.items()}),
    )


def join(parts: Iterable[Label], zh: str = "，", en: str = ", ") -> Label:
    """Parts in a row."""
    parts = list(parts)
    return Label(zh.join(one.zh for one in parts), en.join(one.en for one in parts))


def quoted(text: str) -> Label:
    """A title in quotation marks; titles have one language."""
    return Label(f"“{text}”", f"“{text}”")


def quoted_label(label: Label) -> Label:
    """A label in quotation marks."""
    return Label(f"“{label.zh}”", f"“{label.en}”")


def number(value: int | float) -> str:
    """A number without needless decimals."""
    return f"{value:g}" if isinstance(value, float) and abs(value) < 1e15 else str(value)

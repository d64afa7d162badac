"""Why something about the installation cannot be done: one sentence, in both languages."""

from __future__ import annotations

from bangfu.programmes.kinds import Label


class Trouble(Exception):
    """One sentence for people; the command line and the desk say it in their own language."""

    def __init__(self, zh: str, en: str, **parts: object) -> None:
        self.label = sentence(zh, en, **parts)
        super().__init__(self.label.en)


def sentence(zh: str, en: str, **parts: object) -> Label:
    """A sentence in both languages, its named parts filled in."""
    return Label(zh.format(**parts), en.format(**parts)) if parts else Label(zh, en)

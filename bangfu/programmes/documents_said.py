"""Documents read aloud: what is handed up, who looks at it first, and what it shows."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from bangfu.programmes.kinds import Label
from bangfu.programmes.lines import Lines
from bangfu.programmes.saying import join, say
from bangfu.programmes.schema import Document, Part
from bangfu.programmes.sentences import Sentences
from bangfu.programmes.words import DOCUMENT_TYPES


@dataclass(slots=True)
class DocumentsSaid:
    """Says what the documents of one file are."""

    sentences: Sentences
    lines: Lines

    def document(self, entry: Document) -> list[Label]:
        """What a document says: its sort, who looks at it first, and what it shows."""
        said = [say("{type}", "A {type}", type=DOCUMENT_TYPES[entry.type])]
        said += self._before_issuing(entry)
        if listed := self.sentences.listed(entry):
            said.append(say("列出{listed}", "It lists {listed}", listed=listed))
        if isinstance(entry.items, Mapping):
            return [*said, *(self._part(part) for part in entry.items.values())]
        if entry.of:
            kinds = self.sentences.kinds(entry.of)
            shown = join(
                [self.sentences.phrases.path(one, kinds) for one in entry.items], "、", ", "
            )
            return [*said, say("各栏是{shown}", "Columns: {shown}", shown=shown)]
        return [
            *said,
            say("填{shown}", "It shows {shown}", shown=self.sentences.phrases.all_of(entry.items)),
        ]

    def _before_issuing(self, entry: Document) -> list[Label]:
        thing, said = self.sentences.phrases.thing, []
        if entry.reviewer:
            said.append(
                say("印发前由{who}审核", "Reviewed by {who} before it is issued",
                    who=thing(entry.reviewer))
            )  # fmt: skip
        if entry.signer:
            said.append(say("由{who}签发", "Signed by {who}", who=thing(entry.signer)))
        if entry.workflow:
            flow = thing(entry.workflow)
            said.append(say("按流程{flow}审签", "Reviewed and signed by {flow}", flow=flow))
        return said

    def _part(self, part: Part) -> Label:
        shown = self.sentences.phrases.all_of(part.items)
        said = say("{title}：{shown}", "{title}: {shown}", title=part.title or "", shown=shown)
        return self.lines.line(said, part)

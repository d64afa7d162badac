"""By which way counted records belong to those of ``each``: one way, and one that is there."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from bangfu.programmes.kinds import SUBJECT_KINDS, Kind, Label
from bangfu.programmes.names import ROW, Names, same
from bangfu.programmes.paths import PathChecker
from bangfu.programmes.positions import Route
from bangfu.programmes.problems import Report, both, choose


@dataclass(slots=True)
class TieChecker:
    """Holds the ways of a file against the fields by which records are tied."""

    names: Names
    report: Report
    paths: PathChecker

    def check(self, route: Route, of: Kind, each: Kind, chosen: str | None, side: str) -> None:
        """Check that counted records belong to the records of ``each``, by one way only."""
        if chosen is not None:
            self._steps((*route, "as"), chosen, of)
            end = self.paths.follow((*route, "as"), chosen, (of,))
            ties = self.names.ties(of=of, to=each)
            if end and end.kinds and not _lead_on(end.kinds, each):
                self.report.add(
                    (*route, "as"),
                    both(
                        f"“{chosen}”到不了{each.label.zh}",
                        f"“{chosen}” does not lead to {each.label.en}",
                    ),
                    choose(chosen, ties) if ties else self._way_round(of, each),
                )
            return
        sided = ("pairing", "agreement")
        if (
            each.name == "pairing"
            and of.name not in (*sided, ROW)
            and not (of.doer and of.receiver)
        ):
            self._one_sided(route, of)
        if same(of, each) or each.name in sided or of.name in sided:
            return
        sides = {"doer": of.doer, "receiver": of.receiver}.get(side, {})
        if each.name in sides or each.basic in sides or each.name == "place":
            if each.name != "place" or self.names.ties(of=of, to=each):
                return
        self._one_tie(route, of, each)

    def _one_sided(self, route: Route, of: Kind) -> None:
        """Say that a record does not name both sides of a pair, and by which one it may belong."""
        ways = [
            f'as = "{one.key}"'
            for one in of.fields.values()
            if one.type in ("one", "many") and one.to in ("subject", *SUBJECT_KINDS)
        ]
        told = " 或 ".join(ways), " or ".join(ways)
        self.report.add(
            (*route, "each"),
            both(
                f"{of.label.zh}没有写明谁为谁，归不到结对的哪一对",
                f"{of.label.en} does not say who did it and for whom, so it belongs to no pair",
            ),
            both(f"用 as 写明按哪一方归：{told[0]}", f"Say by which side it belongs: {told[1]}")
            if ways
            else both("换一个 each 或 of", "Choose another each or of"),
        )

    def _steps(self, route: Route, path: str, of: Kind) -> None:
        """Check that a way leads over kinds of records, not over lists of the file."""
        for step in path.split(".")[1:]:
            record = self.names.record(step) if step in self.names.entries else None
            if record is None or self.names.section(step) == "class":
                continue
            kind = record.basic or record.name
            self.report.add(
                route,
                both(
                    f"“{step}”是名单，as 里只能写字段和记录种类",
                    f"{step} is a list: as leads over fields and kinds of records",
                ),
                both(
                    f'写 as = "{path.replace(step, kind)}";each 已经说了是哪些',
                    f'Write as = "{path.replace(step, kind)}"; each says which of them',
                ),
            )

    def _one_tie(self, route: Route, of: Kind, each: Kind) -> None:
        ties = self.names.ties(of=of, to=each)
        if not ties:
            self.report.add(
                (*route, "each"),
                both(
                    f"{of.label.zh}和{each.label.zh}没有联系，不知道怎样归到每一个",
                    f"{of.label.en} is not tied to {each.label.en}",
                ),
                self._way_round(of, each),
            )
        elif len(ties) > 1:
            ways = [f'as = "{tie}"' for tie in ties]
            self.report.add(
                (*route, "each"),
                both(
                    f"{of.label.zh}可以经由几个字段归到{each.label.zh}，要写明是哪一个",
                    f"{of.label.en} may belong to {each.label.en} by several fields",
                ),
                both("加上 " + " 或 ".join(ways), "Add " + " or ".join(ways)),
            )

    def _way_round(self, of: Kind, each: Kind) -> Label:
        """The paths of two fields by which a record leads on, or that there is none."""
        wanted = (each.name, each.basic)
        ways = [
            f'as = "{first.key}.{second.key}"'
            for first in of.fields.values()
            for kind in (self.names.targets(first) if first.type in ("one", "many") else ())
            for second in kind.fields.values()
            if second.type == "one" and second.to in wanted
        ]
        ways += [
            f'as = "{way}.{each.basic or each.name}"'
            for way in of.receiver.values()
            if way in of and any(self._of_one(each, kind) for kind in self.names.targets(of[way]))
        ]
        if ways := list(dict.fromkeys(ways))[:6]:
            told = " 或 ".join(ways), " or ".join(ways)
            return both(f"用 as 写出经过哪些字段：{told[0]}", f"Write the fields in as: {told[1]}")
        return both(
            f"这样说不出来：{of.label.zh}里没有字段通到{each.label.zh}。"
            "换一个 each 或 of；只要总数，就写成 target 或 figure",
            f"This cannot be said: no field of {of.label.en} leads to {each.label.en}. "
            "Choose another each or of; for the total alone write a target or figure",
        )

    def _of_one(self, each: Kind, kind: Kind) -> bool:
        """Whether a record is about one person, household and so on, or was done for them."""
        if "activity" in (each.name, each.basic):
            return each.receiver.get(kind.name) == "whom"
        return not each.basic and each.ties.get(kind.name, ()) == ("subject",)


def _lead_on(kinds: Sequence[Kind], each: Kind) -> bool:
    """Whether what a path leads to is ``each``, one that stands in a pair, or the place of a unit.

    A pointer at any subject may lead to a place too, and by that alone it leads to no unit.
    """
    paired = each.name in ("pairing", "agreement")
    of_place = all(kind.name == "place" for kind in kinds)
    return of_place or any(
        same(kind, each) or paired and kind.name in SUBJECT_KINDS for kind in kinds
    )

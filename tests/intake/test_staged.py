"""A list is brought, lies sealed, is read, mended, accepted and undone; nothing of it stays."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from bangfu.intake import records, staged
from bangfu.intake.mends import Mends
from bangfu.keeping.work import at_once, step
from bangfu.ledger import cabinet, clock, keys, staging, vault
from bangfu.ledger.actions import intake as actions
from bangfu.ledger.actions import intake_steps as steps
from bangfu.ledger.actions import journal
from bangfu.ledger.actions import key as rotation
from bangfu.ledger.actions import pairing as pairings
from bangfu.ledger.actions import person as persons
from bangfu.ledger.actions import work as works
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.intake_rows import rehearse
from bangfu.ledger.actions.upload import Brought
from bangfu.ledger.keys import Keyring
from bangfu.ledger.models import Event, Intake, IntakePart, Pairing, Work
from tests.intake.lists import LISTED, MEMBERS, identity
from tests.tables.workbooks import workbook
from tests.village import IDENTITY, OPERATOR, Village

pytestmark = pytest.mark.django_db

FIRST, SECOND = identity("19600101", 11), identity("19620202", 22)
GOOD = [
    ["云岫镇", "前岫村", "王大", "王大", "户主", FIRST, "11033334444", "小学"],
    ["云岫镇", "前岫村", "王大", "李花", "之妻", SECOND, "", ""],
]


@pytest.fixture
def clerk(village: Village) -> By:
    """The clerk of the town, who brings lists for a purpose."""
    return By(village.account("near", "clerk", place=village.county), "desk", purpose="春季摸底")


def bring(
    path: Path, by: By, rows: Sequence[Sequence[Any]], *, read: bool = True,
    head: Sequence[str] = MEMBERS,
) -> Intake:  # fmt: skip
    """A list, of members unless said otherwise, that is staged and read."""
    file = workbook(path / "list.xlsx", [head, *rows])
    intake = steps.stage(
        by=by, brought=Brought(file.read_bytes()), name="名单.xlsx", place=None, on=LISTED,
        ground="duty", paper="县卫健发〔2009〕3号",
    )  # fmt: skip
    if read:
        assert at_once(intake)
    return Intake.objects.get(pk=intake.pk)


def test_a_list_is_brought_read_accepted_and_undone(clerk: By, tmp_path: Path) -> None:
    intake = bring(tmp_path, clerk, GOOD)
    assert (intake.state, intake.trouble) == ("judged", {})
    assert intake.counts == {"new": 2, "changes": 0, "unchanged": 0, "doubtful": 0, "refused": 0}
    shown = staging.part_of(intake, "new")
    assert [row["name"] for row in shown] == ["王大", "李花"]
    assert staged.accept(intake, by=clerk) == 3
    over = Intake.objects.get(pk=intake.pk)
    assert over.state == "accepted" and over.event is not None and over.event.purpose == "春季摸底"
    assert actions.undo(by=clerk, event=over.event.pk) == 3
    assert Intake.objects.get(pk=intake.pk).state == "undone"


def _sealed_bytes(intake: Intake) -> bytes:
    """All that is kept of a staged list: its file, its parts, what was mended."""
    parts = [bytes(part.sealed) for part in IntakePart.objects.filter(intake=intake)]
    pieces = [cabinet.take(digest) for digest in intake.pieces]
    return b"".join([*parts, *pieces, bytes(intake.mended or b"")])


def test_nothing_of_a_staged_list_lies_in_clear_and_nothing_of_it_stays(
    clerk: By, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    intake = bring(tmp_path, clerk, GOOD)
    intake = steps.mend(by=clerk, intake=intake, mends=Mends(cells={"D2": "王大大"}).kept())
    assert at_once(intake)
    intake = Intake.objects.get(pk=intake.pk)
    kept = _sealed_bytes(intake)
    for word in ("王大", "李花", FIRST, FIRST[-4:] + "ABC", "身份证号码"):
        assert word.encode() not in kept
    with pytest.raises(keys.NotGenuine):
        keys.open_apart("aes:" + "00" * 32, "file 0", cabinet.take(intake.pieces[0]))
    with django_capture_on_commit_callbacks(execute=True):
        steps.discard(by=clerk, intake=intake)
    over = Intake.objects.get(pk=intake.pk)
    assert (over.salt, over.secret, over.mended, over.pieces) == (None, None, None, [])
    assert not IntakePart.objects.exists()
    for digest in intake.pieces:
        with pytest.raises(cabinet.Lost):
            cabinet.take(digest)
    told = str([(e.fields, e.outcome, e.purpose) for e in Event.objects.filter(about=intake.pk)])
    assert "王大" not in told and FIRST not in told
    with pytest.raises(Refused, match="already"):
        steps.mend(by=clerk, intake=over, mends={})


def test_what_is_past_its_term_is_let_go_and_its_pieces_are_not_swept_before(
    clerk: By, tmp_path: Path
) -> None:
    intake = bring(tmp_path, clerk, GOOD)
    later = clock.now() + steps.TERM - dt.timedelta(hours=1)
    assert steps.discard_old(now=later) == 0
    cabinet.sweep(later)
    assert not list(cabinet.lost()) and Intake.objects.get(pk=intake.pk).open
    assert steps.discard_old(now=later + dt.timedelta(hours=2)) == 1
    assert Intake.objects.get(pk=intake.pk).state == "discarded"


def test_a_lost_file_is_told_by_the_check_and_on_its_page(clerk: By, tmp_path: Path) -> None:
    intake = bring(tmp_path, clerk, GOOD)
    cabinet.destroy(intake.pieces)
    (said,) = cabinet.lost()
    assert str(intake.pk) in said
    with pytest.raises(Refused) as refused:
        staged.accept(intake, by=clerk)
    assert refused.value.code == "list_unreadable"


@pytest.fixture
def own_keys(keyring: object, tmp_path: Path) -> Iterator[None]:
    """A keys file that a test may change."""
    shared, copy = settings.BANGFU_KEYS_FILE, tmp_path / "keys.toml"
    copy.write_bytes(Path(shared).read_bytes())
    copy.chmod(0o600)
    settings.BANGFU_KEYS_FILE = copy
    vault.forget_keyring()
    yield
    settings.BANGFU_KEYS_FILE = shared
    vault.forget_keyring()


def test_a_new_master_key_opens_what_was_staged_before(
    own_keys: None, clerk: By, tmp_path: Path
) -> None:
    intake = bring(tmp_path, clerk, GOOD)
    before = bytes(intake.secret or b"")
    Keyring.add_master(Path(settings.BANGFU_KEYS_FILE))
    vault.forget_keyring()
    rotation.rotate(by=OPERATOR)
    intake = Intake.objects.get(pk=intake.pk)
    assert bytes(intake.secret or b"") != before and not rotation.any_under(1)
    assert len(staging.part_of(intake, "new")) == 2
    assert journal.verify().sound


def test_what_became_otherwise_meanwhile_is_shown_anew_and_nothing_is_written(
    clerk: By, village: Village, tmp_path: Path
) -> None:
    row = ["云岫镇", "前岫村", "赵大山", "赵大山", "户主", IDENTITY, "", "初中"]
    intake = bring(tmp_path, clerk, [row, *GOOD])
    assert intake.counts["changes"] == 1
    persons.update(by=OPERATOR, subject=village.zhao, on=LISTED, education="junior_high")
    with pytest.raises(Refused) as refused:
        staged.accept(intake, by=clerk)
    assert refused.value.code == "otherwise_by_now"
    intake = Intake.objects.get(pk=intake.pk)
    assert (intake.state, intake.counts["changes"], intake.counts["unchanged"]) == ("judged", 0, 1)
    assert staged.accept(intake, by=clerk) == 3


ROSTER = ["行政村", "户主姓名", "帮扶责任人", "结对时间"]
FREE = ["前岫村", "赵大山", "李建国", "2009.3.1"]


def roster(path: Path, by: By, pairing: Pairing, *rows: Sequence[str]) -> Intake:
    """A list of pairings, staged and read under the entry of one that stands or stood."""
    intake = bring(path, by, rows, head=ROSTER)
    entry = f"{pairing.programme.name}/{pairing.name}"
    day = dt.date(2009, 3, 5)
    intake = steps.choose(by=by, intake=intake, table=0, place=None, on=day, entry=entry)
    assert at_once(intake)
    return Intake.objects.get(pk=intake.pk)


def _rehearsals(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """How many rows are rehearsed each time that some are."""
    told: list[int] = []

    def counted(by: By, rows: Sequence[Any]) -> Any:
        told.append(len(rows))
        return rehearse(by, rows)

    monkeypatch.setattr(records, "rehearse", counted)
    return told


def test_records_are_rehearsed_when_they_are_shown_and_not_again_to_be_written(
    clerk: By, village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = _rehearsals(monkeypatch)
    pairings.undo(by=OPERATOR, pairing=village.pairing)
    intake = roster(tmp_path, clerk, village.pairing, FREE)
    assert (intake.kind, intake.counts["new"], told) == ("pairing", 1, [1])
    assert staged.accept(intake, by=clerk) == 1
    assert told == [1] and Pairing.objects.current().count() == 2


def test_who_was_shown_as_refused_is_rehearsed_with_the_rows_beside(
    clerk: By, village: Village, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told = _rehearsals(monkeypatch)
    pairings.undo(by=OPERATOR, pairing=village.pairing)
    taken = ["前岫村", "赵大山", "周敏", "2009.3.1"]
    intake = roster(tmp_path, clerk, village.pairing, FREE, taken)
    assert (intake.counts["new"], intake.counts["refused"]) == (1, 1)
    read: list[int] = []
    assert staged.accept(intake, by=clerk, expect=read.append) == 1
    assert (told, read) == ([2, 2], [2]) and Pairing.objects.current().count() == 2


def test_what_only_writing_finds_is_shown_anew_and_nothing_is_written(
    clerk: By, village: Village, tmp_path: Path
) -> None:
    stands = village.pairing
    for pairing in Pairing.objects.current():
        pairings.undo(by=OPERATOR, pairing=pairing)
    intake = roster(tmp_path, clerk, village.pairing, FREE)
    pairings.make(
        by=OPERATOR, programme=stands.programme, name=stands.name, helper=village.li,
        subject=village.qian, on=dt.date(2009, 3, 1),
    )  # fmt: skip
    with pytest.raises(Refused) as refused:
        staged.accept(intake, by=clerk)
    assert refused.value.code == "otherwise_by_now"
    intake = Intake.objects.get(pk=intake.pk)
    assert (intake.counts["new"], intake.counts["refused"]) == (0, 1)
    assert Pairing.objects.current().count() == 1


def test_a_worker_reads_a_list_also_after_one_that_was_killed(clerk: By, tmp_path: Path) -> None:
    intake = bring(tmp_path, clerk, GOOD, read=False)
    assert works.claim("killed:1") is not None
    assert not step("other:1")
    Work.objects.update(beat_at=clock.now() - dt.timedelta(minutes=1))
    assert step("other:1")
    assert Intake.objects.get(pk=intake.pk).state == "judged"


def test_a_worker_accepts_a_list_once(clerk: By, tmp_path: Path) -> None:
    intake = bring(tmp_path, clerk, GOOD)
    steps.begin(by=clerk, intake=intake)
    with pytest.raises(Refused) as refused:
        steps.mend(by=clerk, intake=intake, mends={})
    assert refused.value.code == "work_in_hand_list"
    assert step("here:1") and not step("here:1")
    over = Intake.objects.get(pk=intake.pk)
    assert over.state == "accepted" and over.event is not None and over.event.by == clerk.user
    assert Work.objects.get(kind="accept").state == "done"


def test_reading_is_stopped_and_begun_again(clerk: By, tmp_path: Path) -> None:
    intake = bring(tmp_path, clerk, GOOD, read=False)
    steps.stop(by=clerk, intake=intake)
    assert Intake.objects.get(pk=intake.pk).state == "failed" and not step("here:1")
    steps.choose(by=clerk, intake=intake, table=None, place=None, on=LISTED)
    assert step("here:1") and Intake.objects.get(pk=intake.pk).state == "judged"


def test_work_that_nobody_asked_for_is_not_done(clerk: By, tmp_path: Path) -> None:
    intake = bring(tmp_path, clerk, GOOD)
    Work.objects.create(kind="accept", about=intake, by=clerk.user, asked_at=clock.now())
    assert step("here:1")
    assert Intake.objects.get(pk=intake.pk).state == "judged"
    assert not Event.objects.filter(verb="intake.accept").exists()


def test_a_doubt_is_decided_by_who_is_meant(clerk: By, village: Village, tmp_path: Path) -> None:
    for _ in range(2):
        persons.register(
            by=OPERATOR, name="孙同名", place=village.village, on=LISTED, source="摸底"
        )
    row = ["云岫镇", "前岫村", "", "孙同名", "", "", "", "小学"]
    intake = bring(tmp_path, clerk, [row])
    (shown,) = staging.part_of(intake, "doubtful")
    words = [choice["word"] for choice in shown["reasons"][0]["choices"]]
    assert len(words) == 3 and words[-1] == "new"
    for word, sort in ((words[0], "changes"), ("new", "new"), ("0" * 32, "doubtful")):
        steps.mend(by=clerk, intake=intake, mends=Mends(settled={2: word}).kept())
        assert at_once(intake)
        assert Intake.objects.get(pk=intake.pk).counts[sort] == 1, word

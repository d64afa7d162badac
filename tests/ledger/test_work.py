"""Work in the background: claimed by one worker, followed, cancelled, taken up again, ended."""

from __future__ import annotations

import datetime as dt
import threading
from collections.abc import Callable
from pathlib import Path

import pytest
from django.conf import settings
from django.db import OperationalError, connection

from bangfu.keeping import backup, heads
from bangfu.keeping import work as background
from bangfu.keeping.archive import Archive
from bangfu.keeping.progress import Cancelled, Progress
from bangfu.keeping.work import KINDS, Kind, Outcome, perform, step
from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import work as works
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.actions.journal import verify
from bangfu.ledger.models import Event, Place, Reading, Work
from bangfu.programmes.kinds import Label
from tests.village import OPERATOR, Village


def taken(kind: str) -> Progress:
    """Work that was asked for and taken up, with nobody writing beside."""
    works.ask(by=OPERATOR, kind=kind)
    work = works.claim("here:1")
    assert work is not None
    return Progress(work)


def known(work: Work) -> Work:
    return Work.objects.get(pk=work.pk)


@pytest.fixture(autouse=True)
def own_heads(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The heads that other tests kept belong to chains that were taken back."""
    monkeypatch.setattr(heads, "file", lambda: tmp_path / heads.NAME)


def instead(monkeypatch: pytest.MonkeyPatch, run: Callable[[Progress], Outcome]) -> None:
    """Let a recount be something else."""
    kind = Kind(Label("试", "try"), Label("试", "try"), run)
    monkeypatch.setitem(KINDS, "recount", kind)  # type: ignore[arg-type]


def test_every_kind_of_work_can_be_asked_for_and_done(village: Village) -> None:
    assert set(works.KINDS) == set(KINDS)


def test_the_journal_is_verified(village: Village) -> None:
    progress = taken("verify")
    perform(progress)
    done = known(progress.work)
    assert done.state == "done" and done.ended_at and done.of and done.done >= done.of
    assert "Everything agrees" in done.message["en"] and "全部相符" in done.message["zh"]
    told = Event.objects.get(verb="work.end")
    assert (told.about, told.purpose) == (done.pk, "verify: done")
    assert verify().faults == []


def test_a_journal_that_does_not_agree_is_told(village: Village) -> None:
    Place.objects.filter(pk=village.far_village.pk).update(name="改名村")
    progress = taken("verify")
    perform(progress)
    done = known(progress.work)
    assert done.state == "failed" and "1 faults" in done.message["en"]
    assert "row_changed" in done.message["lines"][0]


def test_figures_are_counted_anew_whatever_was_kept(village: Village) -> None:
    progress = taken("recount")
    perform(progress)
    done = known(progress.work)
    assert done.state == "done" and done.done == done.of and done.of
    first = set(Reading.objects.values_list("question", "counted_at"))
    assert first
    again = taken("recount")
    perform(again)
    second = set(Reading.objects.values_list("question", "counted_at"))
    assert {q for q, _at in first} == {q for q, _at in second} and not first & second


def test_work_that_was_put_in_by_hand_is_not_done(village: Village) -> None:
    keeper = village.account("k1", "administrator", place=village.county)
    Work.objects.create(kind="erase", by=keeper, asked_at=clock.now())
    assert step("here:1")
    done = Work.objects.get()
    assert done.state == "failed" and "does not say that anybody asked" in done.message["en"]
    assert not Event.objects.filter(verb="subject.erase").exists()

    works.ask(by=OPERATOR, kind="recount")
    Work.objects.filter(kind="recount").update(kind="erase", by=keeper)
    assert step("here:1")
    assert not Event.objects.filter(verb="subject.erase").exists()


def test_the_same_is_in_hand_once(village: Village) -> None:
    works.ask(by=OPERATOR, kind="verify")
    with pytest.raises(Refused) as refused:
        works.ask(by=OPERATOR, kind="verify")
    assert refused.value.code == "work_in_hand"
    works.ask(by=OPERATOR, kind="recount")
    assert Work.objects.count() == 2


def test_what_waits_longest_is_taken_and_by_one_worker_only(village: Village) -> None:
    works.ask(by=OPERATOR, kind="verify")
    works.ask(by=OPERATOR, kind="recount")
    first, second = works.claim("a:1"), works.claim("b:1")
    assert first and second and (first.kind, second.kind) == ("verify", "recount")
    assert works.claim("c:1") is None


def test_work_whose_worker_is_gone_is_taken_up_again(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    progress = taken("verify")
    later = clock.now() + works.GONE_AFTER + dt.timedelta(seconds=1)
    monkeypatch.setattr(clock, "now", lambda: later)
    again = works.claim("there:2")
    assert again is not None and (again.pk, again.tries) == (progress.work.pk, 2)
    progress.beat()
    with pytest.raises(Cancelled):
        progress.add(1)
    perform(progress)
    assert known(progress.work).state == "running", "the end is the other worker's to write"


def test_work_that_is_broken_off_again_and_again_is_given_up(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = works.ask(by=OPERATOR, kind="verify")
    at = clock.now()
    for number in range(works.MOST_TRIES):
        monkeypatch.setattr(clock, "now", lambda n=number: at + n * 2 * works.GONE_AFTER)
        assert works.claim(f"w:{number}") is not None
    monkeypatch.setattr(clock, "now", lambda: at + 10 * works.GONE_AFTER)
    assert step("last:1")
    given_up = known(asked)
    assert given_up.state == "failed" and "Interrupted 3 times" in given_up.message["en"]


def test_a_worker_that_is_told_to_end_puts_its_work_back(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    ended = threading.Event()

    def run(progress: Progress) -> Outcome:
        ended.set()
        progress.add(1)
        raise AssertionError("it goes on")

    instead(monkeypatch, run)
    progress = taken("recount")
    progress.ended = ended
    perform(progress)
    back = known(progress.work)
    assert (back.state, back.worker, back.tries) == ("waiting", "", 0)
    assert works.claim("next:1") is not None


def test_work_is_cancelled_while_it_waits_and_while_it_is_done(village: Village) -> None:
    waiting = works.ask(by=OPERATOR, kind="recount")
    works.cancel(by=OPERATOR, work=waiting)
    assert known(waiting).state == "cancelled"
    progress = taken("verify")
    works.cancel(by=OPERATOR, work=progress.work)
    assert known(progress.work).state == "running"
    progress.beat()
    perform(progress)
    assert known(progress.work).state == "cancelled"
    with pytest.raises(Refused) as refused:
        works.cancel(by=OPERATOR, work=waiting)
    assert refused.value.code == "work_over"


@pytest.mark.parametrize(
    ("trouble", "said"),
    [
        (OSError(13, "Permission denied", "/somewhere"), "/somewhere: Permission denied"),
        (OSError(28, "No space left on device", "/somewhere"), "The server's disk is full"),
        (OperationalError("database or disk is full"), "The server's disk is full"),
        (OperationalError("database is locked"), "The database refused (OperationalError)"),
    ],
)
def test_what_failed_is_tried_again(
    village: Village, monkeypatch: pytest.MonkeyPatch, trouble: Exception, said: str
) -> None:
    def run(progress: Progress) -> Outcome:
        raise trouble

    with monkeypatch.context() as patch:
        instead(patch, run)
        progress = taken("recount")
        perform(progress)
    failed = known(progress.work)
    assert failed.state == "failed" and failed.message["en"].startswith(said)
    again = works.retry(by=OPERATOR, work=failed)
    assert (again.state, again.tries, again.message) == ("waiting", 0, {})
    with pytest.raises(Refused):
        works.retry(by=OPERATOR, work=again)
    taken_up = works.claim("here:2")
    assert taken_up is not None
    perform(Progress(taken_up))
    assert known(failed).state == "done"


def test_a_mistake_of_the_program_ends_the_work_and_not_the_worker(
    village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    def run(progress: Progress) -> Outcome:
        raise KeyError("赵大山")

    instead(monkeypatch, run)
    progress = taken("recount")
    perform(progress)
    failed = known(progress.work)
    assert failed.state == "failed" and "KeyError" in failed.message["en"]
    assert "赵大山" not in str(failed.message)


def test_who_keeps_a_part_of_what_is_here_asks_for_nothing(village: Village) -> None:
    of_county = village.account("k1", "administrator", place=village.county)
    of_town = village.account("k2", "administrator", place=village.town)
    works.ask(by=By(of_county, "desk"), kind="verify")
    with pytest.raises(NotAllowed):
        works.ask(by=By(of_town, "desk"), kind="recount")


def test_who_is_past_the_term_is_erased_in_the_name_of_who_asked(village: Village) -> None:
    keeper = village.account("k1", "administrator", place=village.county)
    works.ask(by=By(keeper, "desk"), kind="erase")
    work = works.claim("here:1")
    assert work is not None
    perform(Progress(work))
    done = known(work)
    assert done.state == "done" and done.message["en"] == "2 were erased" and done.done == 2
    assert Event.objects.filter(verb="subject.erase", by=keeper, purpose="term").count() == 2


@pytest.mark.django_db(transaction=True)
def test_a_backup_is_made_once_and_can_be_brought_back(lasting_village: Village) -> None:
    for left in backup.kept():
        left.path.unlink()
    works.ask(by=OPERATOR, kind="backup")
    assert background.step("here:1") and not background.step("here:1")
    (made,) = backup.kept()
    assert made.path.parent == Path(settings.BANGFU_BACKUPS) and not made.with_keys
    whole = Archive.read(made.path)
    assert whole.manifest["counts"]["ledger_event"] > 10
    done = Work.objects.get()
    assert done.state == "done" and str(made.path) in done.message["zh"] and done.done > 0

    # Its worker was killed after the file had its name and before it said so.
    Work.objects.update(state="running", beat_at=clock.now() - 2 * works.GONE_AFTER)
    assert background.step("here:2")
    assert [one.path for one in backup.kept()] == [made.path]
    assert Work.objects.get().state == "done"
    made.path.unlink()


@pytest.mark.django_db(transaction=True)
def test_how_far_it_is_is_written_beside_and_two_workers_never_do_the_same(
    lasting_village: Village, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each piece is begun by one worker, as many as there are, also in processes of their own."""
    begun: list[str] = []
    seen: list[tuple[int, int | None]] = []
    monkeypatch.setattr("bangfu.keeping.progress.EVERY", 0.05)

    def run(progress: Progress) -> Outcome:
        begun.append(progress.work.kind)
        progress.expect(4)
        progress.add(3)
        until = clock.now() + dt.timedelta(seconds=20)
        while not seen or seen[-1][0] < 3:
            assert clock.now() < until
            found = Work.objects.get(pk=progress.work.pk)
            seen.append((found.done, found.of))
        return Outcome(Label("好", "good"))

    instead(monkeypatch, run)
    works.ask(by=OPERATOR, kind="recount")
    did: list[bool] = []

    def working(name: str) -> None:
        try:
            did.append(step(name))
        finally:
            connection.close()

    threads = [threading.Thread(target=working, args=(f"w:{n}",)) for n in range(3)]
    for one in threads:
        one.start()
    for one in threads:
        one.join(timeout=60)
    assert begun == ["recount"] and sorted(did) == [False, False, True]
    assert seen[-1] == (3, 4)


@pytest.mark.django_db(transaction=True)
def test_a_worker_does_what_is_asked_for_meanwhile_and_ends_when_told_to(
    lasting_village: Village,
) -> None:
    ended = threading.Event()

    def working() -> None:
        try:
            background.run(ended, every=0.05)
        finally:
            connection.close()

    worker = threading.Thread(target=working)
    worker.start()
    try:
        asked = works.ask(by=OPERATOR, kind="verify")
        until = clock.now() + dt.timedelta(seconds=30)
        while known(asked).state != "done" and clock.now() < until:
            threading.Event().wait(0.1)
        assert known(asked).state == "done"
    finally:
        ended.set()
        worker.join(timeout=30)
    assert not worker.is_alive()

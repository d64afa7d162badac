"""The kinds of work that are done in the background, and the worker that does them."""

from __future__ import annotations

import errno
import logging
import os
import re
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass

from django.conf import settings
from django.db import DatabaseError, InterfaceError, close_old_connections, connection
from django.utils.module_loading import import_string

from bangfu.intake import staged
from bangfu.keeping import backup, duplicates, heads
from bangfu.keeping.current import Keeping
from bangfu.keeping.progress import Cancelled, Interrupted, Progress
from bangfu.keeping.rewriting import rewrite
from bangfu.keeping.trouble import Trouble, sentence
from bangfu.ledger import clock
from bangfu.ledger.access import NotAllowed
from bangfu.ledger.actions import journal, retention
from bangfu.ledger.actions import work as works
from bangfu.ledger.actions.event import By, Refused
from bangfu.ledger.conditions import Unsayable
from bangfu.ledger.meaning import Meaning, NotInForce
from bangfu.ledger.models import Download, Intake, Programme, Work
from bangfu.ledger.moment import Moment
from bangfu.ledger.retention import past_term
from bangfu.ledger.rules import rules
from bangfu.lists.checking import check
from bangfu.lists.figure import Figure, figure_names, figure_of
from bangfu.lists.readings import count_anew
from bangfu.programmes.kinds import Label

#: How often a worker looks for work, in seconds.
EVERY = 1.0
#: So many are erased in one piece of work.
MOST = 1000
#: So many faults are told of a journal that does not agree; the command line tells all.
FAULTS = 20
log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of a piece of work: whether it is well, and what is told of it."""

    said: Label
    well: bool = True
    lines: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kind:
    """A kind of work: what it is called, what it is for, and what does it."""

    label: Label
    describes: Label
    run: Callable[[Progress], Outcome]


def _verify(progress: Progress) -> Outcome:
    """Hold chain, events, rows and kept heads against each other."""
    progress.expect(journal.how_much())
    verdict = journal.verify(kept=heads.kept(), told=progress.add)
    if verdict.sound:
        said = sentence(
            "全部相符：留痕 {e:,} 条，记录 {r:,} 行",
            "Everything agrees: {e:,} events, {r:,} rows",
            e=verdict.events,
            r=verdict.rows,
        )
        return Outcome(said)
    said = sentence("发现 {n} 处不符", "{n} faults found", n=len(verdict.faults))
    told = (f"{one.code} · {one.where} · {one.detail}" for one in verdict.faults[:FAULTS])
    return Outcome(said, False, tuple(told))


def _backup(progress: Progress) -> Outcome:
    """Write a backup whose name says when it was asked for: taken up again, it is made once."""
    path = backup.new_path(progress.work.asked_at)
    for left in path.parent.glob(f".{path.name}.*.part"):
        left.unlink()
    if not path.exists():
        progress.expect(backup.how_much())
        backup.make(path, told=progress.add)
    size = path.stat().st_size
    return Outcome(
        sentence("已备份到 {p}，{n:,} KB", "Written to {p}, {n:,} KB", p=path, n=size // 1024)
    )


def _recount(progress: Progress) -> Outcome:
    """Count every figure of every programme in force anew, so that pages need not."""
    figures = list(_figures())
    progress.expect(len(figures))
    for figure in figures:
        count_anew(figure)
        progress.add(1)
    return Outcome(sentence("重新计数 {n} 个数字", "{n} figures counted anew", n=len(figures)))


def _figures() -> Iterator[Figure]:
    moment = Moment.present()
    for programme in Programme.objects.at(moment):
        try:
            meaning = Meaning.of(programme, moment)
        except NotInForce:
            continue
        for name in figure_names(programme, moment):
            try:
                yield figure_of(programme, name, moment, meaning=meaning)
            except Unsayable:
                continue


def _quality(progress: Progress) -> Outcome:
    """Hold every record against every rule, whatever is known of it already."""
    progress.expect(len(rules()))
    by = By(None, "command")
    changed = sum(one.changed for one in check(by=by, anew=True, told=progress.add))
    return Outcome(
        sentence("按规则全部核查完毕，变动 {n} 条", "All rules were asked; {n} changed", n=changed)
    )


def _erase(progress: Progress) -> Outcome:
    """Erase those past their term, in the name of whoever asked for it."""
    today = clock.today()
    due = sum(past_term(kind, today=today).count() for kind in ("person", "household"))
    progress.expect(min(due, MOST))
    by = By(progress.work.by, "desk")
    erased = retention.erase_due(by=by, today=today, most=MOST, told=progress.add)
    if erased and not rewrite():
        return Outcome(
            sentence(
                "已删除 {n} 个；有人仍在读取旧数据，请稍后运行 bangfu retention rewrite",
                "{n} were erased; somebody still reads old rows: run bangfu retention rewrite "
                "later",
                n=len(erased),
            )
        )
    return Outcome(sentence("已删除 {n} 个", "{n} were erased", n=len(erased)))


def _rewrite(progress: Progress) -> Outcome:
    """Write the tables anew in which something of somebody stood who was erased."""
    progress.expect(1)
    if not rewrite():
        raise Trouble(
            "有人仍在读取旧数据，请稍后再试",
            "Somebody still reads old rows; try again later",
        )
    progress.add(1)
    return Outcome(sentence("数据库里没有旧行了", "No old row is left in the database"))


def _duplicates(progress: Progress) -> Outcome:
    """Look for persons and households that are on record twice; whoever decides finds them."""
    progress.expect(duplicates.how_many())
    by = By(progress.work.by, "desk")
    found, new = duplicates.search(by=by, told=progress.add)
    return Outcome(
        sentence(
            "疑似重复 {n:,} 对，其中新发现 {new:,} 对",
            "{n:,} possible duplicates, {new:,} of them new",
            n=found,
            new=new,
        )
    )


KINDS: Mapping[str, Kind] = {
    "verify": Kind(
        Label("核验留痕", "verify the journal"),
        Label(
            "核对封签链、每条留痕与每行记录，以及另存的链首",
            "Holds the chain, every event and row, and the heads kept outside against each other",
        ),
        _verify,
    ),
    "backup": Kind(
        Label("备份", "make a backup"),
        Label("把密钥以外的全部内容写入一个文件", "Writes everything but the keys into one file"),
        _backup,
    ),
    "recount": Kind(
        Label("全县重新计数", "count the whole county anew"),
        Label("把各活动的数字全部重新数一遍", "Counts every figure of every programme anew"),
        _recount,
    ),
    "quality": Kind(
        Label("按规则全部核查", "hold all records against the rules"),
        Label(
            "逐条规则核查全部登记，有变动的随时会自动核查",
            "Asks every rule of all records; what changes is looked at by itself as it goes",
        ),
        _quality,
    ),
    "duplicates": Kind(
        Label("全县查重", "search the whole county for duplicates"),
        Label(
            "比对全部人员的姓名、出生日期、证件号码和所在地，列出疑似重复，由人判断",
            "Holds names, birth dates, numbers and places of everybody against each other; people "
            "decide",
        ),
        _duplicates,
    ),
    "erase": Kind(
        Label("删除过期信息", "erase what is past its term"),
        Label(
            "删除过了保存期限的人员和户的信息，不能恢复",
            "Erases persons and households past their term; it cannot be undone",
        ),
        _erase,
    ),
    "rewrite": Kind(
        Label("清除已删除的旧行", "clear old rows of whom was erased"),
        Label(
            "重写数据库表，使已删除的内容不再留在文件里（PostgreSQL）",
            "Writes the tables anew, so that what was erased leaves their files (PostgreSQL)",
        ),
        _rewrite,
    ),
}


def _judge(progress: Progress) -> Outcome:
    """Read a staged list and judge its rows; what came of it stands with the list."""
    read = staged.read(_list(progress), expect=progress.expect, counted=progress.add)
    said = sentence("已读取", "Read") if read else sentence("没能读取", "Could not be read")
    return Outcome(said, read)


def _accept(progress: Progress) -> Outcome:
    """Write the good rows of a list in the name of whoever asked for it, unless that is done."""
    intake = _list(progress)
    if intake.open:
        by = By(progress.work.by, "desk", purpose=intake.purpose)
        staged.accept(intake, by=by, expect=progress.expect, counted=progress.add)
    return Outcome(sentence("已接收", "Accepted"))


def _list(progress: Progress) -> Intake:
    intake: Intake | None = progress.work.about
    assert intake is not None
    return intake


#: What is done with one list that is taken in; its own page asks for it and shows it.
LIST_KINDS: Mapping[str, Kind] = {
    "judge": Kind(
        Label("读取名单", "read a list"),
        Label("识别各列，逐行判定", "Understands the columns and judges every row"),
        _judge,
    ),
    "accept": Kind(
        Label("接收名单", "take in a list"),
        Label("把可以接收的行一次写入", "Writes all good rows at once"),
        _accept,
    ),
}


def _download(progress: Progress) -> Outcome:
    """Make a list that somebody asked for into a file; the door that showed it knows how."""
    download = progress.work.download
    assert download is not None
    progress.expect(download.rows)
    make: Callable[[Download, Callable[[int], None]], None]
    make = import_string(settings.MAKES_DOWNLOADS)
    make(download, progress.add)
    return Outcome(sentence("已生成", "Made"))


#: What is made for one account; its own page asks for it and shows it.
FILE_KINDS: Mapping[str, Kind] = {
    "download": Kind(
        Label("生成文件", "make the file"),
        Label("把一个大名单做成工作簿", "Makes a large list into a workbook"),
        _download,
    ),
}


# ------------------------------------------------------------------ the worker


def name_of_worker() -> str:
    """Who this worker is: the machine, the process, the thread."""
    return f"{socket.gethostname()[:40]}:{os.getpid()}:{threading.get_ident()}"


def run(ended: threading.Event, *, every: float = EVERY) -> None:
    """Do what waits, one piece after the other, until told to end."""
    worker, keeping = name_of_worker(), Keeping()
    while not ended.wait(every):
        try:
            while not ended.is_set() and step(worker, ended):
                pass
            keeping.go_on(ended)
        except (DatabaseError, InterfaceError) as trouble:
            log.error("the worker goes on later: %s", type(trouble).__name__)
            connection.close()
        close_old_connections()


def step(worker: str, ended: threading.Event | None = None) -> bool:
    """Take up one piece of work and do it; False where none waits."""
    work = works.claim(worker)
    if work is None:
        return False
    if work.tries > works.MOST_TRIES:
        said = sentence(
            "中断了 {n} 次，不再重试；查明原因后可再试",
            "Interrupted {n} times and not begun again; find out why, then try again",
            n=works.MOST_TRIES,
        )
        _end(work, "failed", Outcome(said, False))
        return True
    with Progress(work, ended) as progress:
        perform(progress)
    return True


def at_once(intake: Intake) -> bool:
    """Do what waits to be done with a list while its page is waited for; False where none does."""
    work = works.claim(name_of_worker(), about=intake)
    if work is not None:
        perform(Progress(work))
    return work is not None


def perform(progress: Progress) -> None:
    """Do a piece of work to its end, whatever that is, and write down how it ended."""
    work = progress.work
    try:
        if not works.asked_for(work):
            raise Trouble(
                "留痕里没有人提出过这项任务，没有执行",
                "The journal does not say that anybody asked for this; it was not done",
            )
        outcome = {**KINDS, **LIST_KINDS, **FILE_KINDS}[work.kind].run(progress)
    except Interrupted:
        works.put_back(work)
    except Cancelled:
        _end(work, "cancelled", Outcome(sentence("已取消", "Cancelled"), False))
    except (Trouble, Refused, NotAllowed, OSError, DatabaseError) as failed:
        _end(work, "failed", Outcome(_sentence_of(failed), False))
    except Exception as unforeseen:
        log.exception("work %s failed", work.kind)
        said = sentence(
            "程序出错（{k}），见服务器日志",
            "The program failed ({k}); see its log",
            k=type(unforeseen).__name__,
        )
        _end(work, "failed", Outcome(said, False))
    else:
        _end(work, "done" if outcome.well else "failed", outcome)


def _sentence_of(failed: Exception) -> Label:
    match failed:
        case Trouble():
            return failed.label
        case Refused():
            return Label(str(failed.parts.get("zh", failed)), str(failed))
        case NotAllowed():
            return sentence("申请人已无此权限", "Whoever asked for it may not do it any more")
        case _ if _no_room(failed):
            return sentence(
                "服务器的磁盘满了，这件事没有做完；请管理员腾出空间后再试",
                "The server's disk is full; this was not finished. Have an administrator make "
                "room, then try again",
            )
        case OSError():
            return sentence("{f}:{w}", "{f}: {w}", f=failed.filename, w=failed.strerror)
        case _:
            kind = type(failed).__name__
            return sentence("数据库拒绝（{k}）", "The database refused ({k})", k=kind)


def _no_room(failed: Exception) -> bool:
    """Whether a disk was full, as the system, SQLite or PostgreSQL says it."""
    if isinstance(failed, OSError):
        return failed.errno in (errno.ENOSPC, errno.EDQUOT)
    return bool(re.search("disk is full|No space left on device", str(failed)))


def _end(work: Work, state: str, outcome: Outcome) -> None:
    message = {"zh": outcome.said.zh, "en": outcome.said.en, "lines": list(outcome.lines)}
    works.end(by=By(None, "command"), work=work, state=state, message=message)

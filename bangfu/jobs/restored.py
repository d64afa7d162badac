"""What was unpacked is held against its manifest and its journal, before it is in its place."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from uuid import UUID

from django.conf import settings
from django.core.management import call_command
from django.db import connection, connections
from django.db.migrations.loader import MigrationLoader

from bangfu.jobs import installation
from bangfu.jobs.console import Failure
from bangfu.jobs.rewriting import rewrite_and_tell
from bangfu.keeping import archive, backup, heads, postgres
from bangfu.keeping.archive import Archive
from bangfu.keeping.installation import pending_migrations
from bangfu.keeping.planner import look_at_new_tables
from bangfu.ledger import cabinet, vault
from bangfu.ledger.actions import journal, subject, user
from bangfu.ledger.actions.event import By
from bangfu.ledger.models import Subject, SubjectKey, User

REASON = "restored"


def settle(found: Archive, database: str, erased: Iterable[UUID]) -> dict[str, Any]:
    """Check what stands beside and bring it up to date; a Failure leaves a database empty."""
    _refuse_other_keys(found)
    _refuse_newer(found)
    if database:
        _refuse_filled()
    try:
        if database:
            _load_dump()
        return _checked(found, erased)
    except BaseException:
        if database:
            _empty_again()
        raise
    finally:
        connections.close_all()


def _checked(found: Archive, erased: Iterable[UUID]) -> dict[str, Any]:
    _refuse_other_counts(found)
    # Tables of an earlier version are brought up to date first: nothing reads them as they were.
    if pending_migrations():
        call_command("migrate", verbosity=0, interactive=False)
    verdict = journal.verify(kept=heads.kept())
    if not verdict.sound:
        first = verdict.faults[0]
        raise Failure(
            "备份里的留痕有 {n} 处不符（{c} {w}），没有恢复",
            "The backup's journal has {n} faults ({c} {w}); nothing was restored.",
            n=len(verdict.faults),
            c=first.code,
            w=first.where,
        )
    _refuse_lost_files()
    installation.prepare()
    again = erase_again(erased)
    if again:
        rewrite_and_tell()
    journal.seal()
    heads.keep_new(heads.file())
    return {
        "rows": verdict.rows,
        "events": verdict.events,
        "head": found.manifest["head"],
        "erased_again": again,
    }


def _refuse_lost_files() -> None:
    """Every file that the backup believes in must have come with it."""
    gone = list(cabinet.lost())
    if gone:
        raise Failure(
            "备份里少了 {n} 个附件（{first}），没有恢复",
            "The backup lacks {n} files ({first}); nothing was restored.",
            n=len(gone),
            first=gone[0],
        )


def erase_again(erased: Iterable[UUID]) -> int:
    """Erase whoever a backup brought back; returns how many that were."""
    back = SubjectKey.objects.filter(subject__in=set(erased), salt__isnull=False)
    keys = list(back.values_list("subject_id", flat=True))
    by = By(None, "command")
    for key in keys:
        # An account that had been closed before may be open again, as the rest is back.
        for account in User.objects.filter(person=key, is_active=True):
            user.close(by=by, user=account)
        subject.erase(by=by, subject=Subject.objects.get(pk=key), reason=REASON)
    return len(keys)


def _refuse_other_keys(found: Archive) -> None:
    ring = vault.keyring()
    for version, fingerprint in found.manifest["keys"].items():
        if int(version) in ring.versions and ring.fingerprint(int(version)) != fingerprint:
            raise Failure(
                "密钥文件不是这份备份的：{v} 号主密钥不同",
                "The keys file is not this backup's: its master key {v} is another.",
                v=version,
            )
    missing = [v for v in found.manifest["keys"] if int(v) not in ring.versions]
    if missing:
        raise Failure(
            "密钥文件缺少这份备份用的 {v} 号主密钥",
            "The keys file lacks master key {v}, which this backup needs.",
            v=missing[0],
        )


def _refuse_newer(found: Archive) -> None:
    known = MigrationLoader(None, ignore_no_migrations=True).disk_migrations or {}
    ours = {f"{app}.{name}" for app, name in known}
    newer = [name for name in found.manifest["migrations"] if name not in ours]
    if newer:
        raise Failure(
            "备份来自更新的版本 {v}（{m}）；请先升级程序",
            "The backup is of a newer version, {v} ({m}); bring the program up to date first.",
            v=found.manifest["version"],
            m=newer[0],
        )


def _refuse_filled() -> None:
    with connection.cursor() as cursor:
        names = connection.introspection.table_names(cursor)
    if names:
        raise Failure(
            "数据库里已有表 {t}；请恢复到空数据库",
            "The database holds the table {t} already; restore to an empty one.",
            t=names[0],
        )


def _load_dump() -> None:
    dump = settings.BANGFU_DATA / archive.DATABASES["postgresql"]
    postgres.run(
        "pg_restore",
        ["--single-transaction", "--exit-on-error", "--no-owner", "--no-privileges", str(dump)],
    )
    look_at_new_tables()


def _empty_again() -> None:
    """Take back what a dump brought: the database was empty before."""
    connection.close()
    with connection.cursor() as cursor:
        cursor.execute("DROP SCHEMA public CASCADE")
        cursor.execute("CREATE SCHEMA public")


def _refuse_other_counts(found: Archive) -> None:
    counted = backup.counts()
    for table, told in found.manifest["counts"].items():
        if counted.get(table) != told:
            raise Failure(
                "表 {t} 有 {n} 行，备份清单说 {m} 行，没有恢复",
                "The table {t} has {n} rows and the manifest says {m}; nothing was restored.",
                t=table,
                n=counted.get(table),
                m=told,
            )

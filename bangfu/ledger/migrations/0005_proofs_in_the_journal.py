from django.db import migrations, models

from bangfu.ledger import clock, proofs, vault
from bangfu.ledger.digests import row_digest
from bangfu.ledger.rows import UNGUARDED, key_bytes, settled


def prove(apps, schema_editor):
    """Give what the journal holds its proofs, and take the accounts that are there into it."""
    Event, Seal = apps.get_model("ledger", "Event"), apps.get_model("ledger", "Seal")
    if not Event.objects.exists() and not apps.get_model("ledger", "User").objects.exists():
        return
    for table in ("event", "seal"):
        on = f" ON ledger_{table}" if schema_editor.connection.vendor == "postgresql" else ""
        schema_editor.execute(f"DROP TRIGGER IF EXISTS {table}_never_changed{on}")
    for made in Seal.objects.iterator():
        Seal.objects.filter(pk=made.pk).update(proof=proofs.of_link(made))
    for event in Event.objects.iterator(chunk_size=500):
        Event.objects.filter(pk=event.pk).update(proof=_proof(apps, event))
    _take_up_accounts(apps)


def _proof(apps, event):
    parts = apps.get_model("ledger", "EventRows").objects.filter(event=event)
    return proofs.of_event(proofs.event_digest(event, parts))


def _take_up_accounts(apps):
    Event, User = apps.get_model("ledger", "Event"), apps.get_model("ledger", "User")
    rows = b"".join(_record(user) for user in User.objects.order_by("pk"))
    event = Event(at=clock.now(), door="command", verb="user.take_up", asked=b"")
    event.suite = vault.keyring().suite
    parts = apps.get_model("ledger", "EventRows")
    part = parts(event=event, table="ledger_user", at=event.at, rows=rows)
    event.proof = proofs.of_event(proofs.event_digest(event, [part]))
    event.save()
    part.save()


def _record(user):
    fields = (f for f in user._meta.concrete_fields if f.name not in UNGUARDED["ledger_user"])
    values = {f.attname: settled(f, getattr(user, f.attname)) for f in fields}
    return key_bytes(user.pk) + row_digest("ledger_user", values, suite=vault.keyring().suite)


def forget_readings(apps, schema_editor):
    """Kept readings may go at any time; these have no proof."""
    apps.get_model("ledger", "Reading").objects.all().delete()


class Migration(migrations.Migration):
    dependencies = [
        ("ledger", "0004_erasing_leaves_nothing"),
    ]

    operations = [
        migrations.RunPython(forget_readings, migrations.RunPython.noop),
        migrations.AddField(
            model_name="event",
            name="proof",
            field=models.BinaryField(default=b"", max_length=16),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="seal",
            name="proof",
            field=models.BinaryField(default=b"", max_length=16),
            preserve_default=False,
        ),
        migrations.AddField(
            model_name="reading",
            name="proof",
            field=models.BinaryField(default=b"", max_length=16),
            preserve_default=False,
        ),
        migrations.RunPython(prove, migrations.RunPython.noop),
    ]

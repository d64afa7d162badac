import pkgutil
from importlib import import_module

from django.db import migrations

from bangfu.ledger.at_once import TablesAtOnce

_HERE, _NAME = __name__.rsplit(".", 1)
#: Every other step, in order: those that come later belong to a new ledger's tables by themselves.
STEPS = sorted(
    found.name
    for found in pkgutil.iter_modules(import_module(_HERE).__path__)
    if found.name != _NAME
)


class Migration(migrations.Migration):
    """The tables of a new ledger; one that stands takes the steps that this replaces."""

    initial = True

    replaces = [("ledger", name) for name in STEPS]

    dependencies = [("auth", "0012_alter_user_first_name_max_length")]

    operations = [
        TablesAtOnce(
            [
                operation
                for name in STEPS
                for operation in import_module(f"{_HERE}.{name}").Migration.operations
            ]
        )
    ]

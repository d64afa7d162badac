"""The command line ``bangfu``: what commands there are; each is loaded when it is called."""

from __future__ import annotations

import importlib
import os
import sys
import traceback
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, NoReturn

import click

import bangfu
from bangfu.jobs.console import LANGUAGE, VERBOSE, Console, console
from bangfu.keeping.room import roomy


@dataclass(frozen=True, slots=True)
class Entry:
    """Where a command stands, what it does, and whether it wants the ledger before it is loaded."""

    module: str
    name: str
    help: str
    ledger: bool = True


COMMANDS = {
    "init": Entry("installation", "init", "Make or bring up to date what an installation needs."),
    "check": Entry("health", "check", "Say whether everything is as it should be."),
    "demo": Entry("demo", "demo", "Tell the story of a fictional county and show it.", False),
    "serve": Entry("serve", "serve", "Serve the pages, and seal the journal beside them."),
    "work": Entry("worker", "work", "Do the work that waits in the background."),
    "places": Entry("places", "places", "Load and find divisions and other places."),
    "programme": Entry("programme_writing", "programme", "Write, check and start programme files."),
    "cases": Entry("examples", "cases", "Work out the examples of programmes."),
    "intake": Entry("intake", "intake", "Take in any table: judge its rows, accept, undo."),
    "list": Entry("listing", "list_", "Show the records of a kind or of a programme's list."),
    "figure": Entry("listing", "figure", "Count a figure, show its rows or its bridge."),
    "duties": Entry("duties", "duties", "Show what is owed in each period, and by whom."),
    "targets": Entry("targets", "targets", "Show how far targets are reached, and at what pace."),
    "alerts": Entry("alerts", "alerts", "Show which alerts are raised, and since when."),
    "coverage": Entry("coverage", "coverage_", "Show who has nobody, on which days, both ways."),
    "proceedings": Entry("procedure", "proceedings", "Show the open steps, and which are late."),
    "checklists": Entry("procedure", "checklists", "Show who lacks what on a checklist."),
    "reviews": Entry("procedure", "reviews", "Show the rounds of reviews of units."),
    "samples": Entry("procedure", "samples", "Show who was drawn for rounds of reviews."),
    "print": Entry("printing", "print_", "Write a paper of a programme as a file."),
    "fill": Entry("fill", "fill", "Fill a blank form of others in its own layout."),
    "burden": Entry("burden", "burden_", "Show what forms others ask for, and what they take."),
    "quality": Entry("quality", "quality_", "Hold records against the rules of data quality."),
    "journal": Entry("journal", "journal", "Seal, verify and read the journal."),
    "user": Entry("user", "user", "Make accounts and say what they may do."),
    "duplicates": Entry("duplicates", "duplicates", "Find who is on record twice, and decide."),
    "subject": Entry("subject", "subject", "Erase a person or household on request."),
    "retention": Entry("retention", "retention", "Show and erase what is past its term."),
    "keys": Entry("keys", "keys", "Show and change the keys of personal values."),
    "synth": Entry("synth", "synth", "Make up people, messy lists and blank forms for trials."),
    "backup": Entry("backup", "backup", "Write everything but the keys into one file."),
    "restore": Entry("restore", "restore", "Bring a backup back to an empty place.", False),
}


class Root(click.Group):
    """The whole command line; its help needs none of the modules behind it."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Every command, in the order in which one needs them."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Load one command, and the ledger before it where it wants that."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if entry.ledger:
            stand_up()
        module = importlib.import_module(f"bangfu.jobs.{entry.module}")
        found: click.Command = getattr(module, entry.name)
        return found

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of commands, out of the table above."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, entry.help) for name, entry in COMMANDS.items()])

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,
        **extra: Any,
    ) -> NoReturn:
        """Run a command and end the process: 0 when done, 1 when it cannot, 2 for wrong words."""
        speaks = extra["obj"] = console()
        try:
            code = super().main(args, prog_name, complete_var, standalone_mode=False, **extra)
        except click.UsageError as error:
            path = error.ctx.command_path if error.ctx else self.name
            _end(f"{_on_one_line(error)} ({path} --help)", error.exit_code)
        except click.ClickException as error:
            _end(error.format_message(), error.exit_code)
        except click.Abort:
            _end(speaks.words("已中止", "Stopped."), 130)
        except Exception as error:
            if speaks.verbose:
                click.echo("".join(traceback.format_exception(error)), err=True, nl=False)
            _end(_sentence(error, speaks), 1)
        sys.exit(code if isinstance(code, int) else 0)


def _on_one_line(error: click.UsageError) -> str:
    return " ".join(error.format_message().split())


def _sentence(error: Exception, speaks: Console) -> str:
    """One sentence for an error; of an unexpected one only its kind, which tells of nobody."""
    from bangfu.jobs.failures import sentence_of

    return sentence_of(error, speaks) or speaks.words(
        "程序内部错误（{kind}）；加 --verbose 看出处",
        "An error inside the program ({kind}); --verbose shows where.",
        kind=type(error).__name__,
    )


def _end(sentence: str, code: int) -> NoReturn:
    click.echo(sentence, err=True)
    sys.exit(code)


def stand_up() -> None:
    """Set Django up, once."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "bangfu.config.settings")
    import django
    from django.apps import apps

    if not apps.ready:
        django.setup()


@click.group(
    cls=Root,
    name="bangfu",
    params=[LANGUAGE, VERBOSE],
    context_settings={"help_option_names": ["-h", "--help"]},
)
@click.version_option(bangfu.__version__, prog_name="bangfu")
def command() -> None:
    """Paired-assistance programmes: facts entered once, counted from their rows.

    The data folder is named by BANGFU_DATA, the database by BANGFU_DATABASE_URL; see
    docs/manual/settings.md.
    """


@roomy
def main() -> None:
    """The entry point."""
    command.main(prog_name="bangfu")


if __name__ == "__main__":
    main()

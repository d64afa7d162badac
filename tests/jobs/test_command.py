"""The command line itself: quick, documented, in two languages, one sentence when it cannot."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from bangfu.jobs.command import COMMANDS, command
from bangfu.jobs.console import Console, language_of, table
from tests.jobs.conftest import ROOT, Call, Shell

MANUAL = (ROOT / "docs" / "manual" / "commands.md").read_text(encoding="utf-8")


def tree(group: click.Group, path: tuple[str, ...] = ()) -> Iterator[tuple[str, click.Command]]:
    """Every command that does something, by its whole name."""
    context = click.Context(group)
    for name in group.list_commands(context):
        one = group.get_command(context, name)
        assert one is not None
        if isinstance(one, click.Group):
            yield from tree(one, (*path, name))
        else:
            yield " ".join((*path, name)), one


LEAVES = dict(tree(command))


def test_help_needs_neither_the_ledger_nor_its_settings() -> None:
    code = (
        "import sys\nfrom bangfu.jobs.command import command\n"
        "try: command.main(['--help'])\nexcept SystemExit: pass\n"
        "assert not [m for m in sys.modules if m.startswith(('django', 'granian'))]"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    for name, entry in COMMANDS.items():
        assert re.search(rf"^  {name} +{re.escape(entry.help[:30])}", done.stdout, re.MULTILINE)


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_says_what_it_does_and_answers_machines(name: str) -> None:
    one = LEAVES[name]
    assert one.help and one.help.isascii(), "help is in English"
    options = {o for p in one.get_params(click.Context(one)) for o in p.opts}
    assert {"--json", "--lang", "--verbose"} <= options


@pytest.mark.parametrize("name", LEAVES)
def test_every_command_and_option_is_in_the_manual(name: str) -> None:
    heading = rf"^### `bangfu {name}(?: [^`]*)?`\n"
    section = re.search(heading + r"(.*?)(?=^##)", MANUAL + "\n##", re.MULTILINE | re.DOTALL)
    assert section, f"docs/manual/commands.md lacks bangfu {name}"
    for option in LEAVES[name].params:
        if isinstance(option, click.Option):
            assert f"`{option.opts[-1]}" in section[1], f"bangfu {name} lacks {option.opts[-1]}"


def test_the_manual_names_no_command_that_is_none() -> None:
    named = re.findall(r"^### `bangfu ([a-z -]+[a-z])(?: [^`]*)?`", MANUAL, re.MULTILINE)
    assert set(named) <= set(LEAVES)
    assert len(named) == len(LEAVES)


@pytest.mark.parametrize(
    ("environment", "language"),
    [
        ({}, "zh"),
        ({"LANG": "C.UTF-8"}, "zh"),
        ({"LANG": "en_GB.UTF-8"}, "en"),
        ({"LANG": "en_GB.UTF-8", "LC_ALL": "zh_CN.UTF-8"}, "zh"),
    ],
)
def test_messages_are_chinese_unless_the_locale_says_english(
    environment: dict[str, str], language: str
) -> None:
    assert language_of(environment) == language


def test_named_parts_are_filled_in_and_braces_in_them_stay() -> None:
    assert Console("en").words("{a}", "<{a}>", a="{b}") == "<{b}>"


def test_a_chinese_character_takes_two_columns() -> None:
    assert table([("村", "a"), ("ab", "b")]) == "村  a\nab  b"


def test_wrong_words_end_with_2_and_one_line(call: Call) -> None:
    for words in (["nothing"], ["places", "nothing"], ["user", "grant", "wang"], ["serve", "--x"]):
        result = call(*words)
        assert result.exit_code == 2
        assert len(result.stderr.splitlines()) == 1 and "--help" in result.stderr


def test_a_folder_without_an_installation_is_told_in_one_sentence(shell: Shell) -> None:
    done = shell.run("programme", "list", well=False)
    assert done.returncode == 1
    assert done.stderr == "数据库还没有建好；请先运行 bangfu init\n"
    done = shell.run("user", "list", "--lang", "en", well=False)
    assert done.stderr == "The database is not set up yet; run bangfu init first.\n"
    read = shell.run("programme", "readback", "disability_pairs")
    assert read.returncode == 0 and read.stdout.startswith("结对助残\n")


def test_a_setting_that_cannot_be_understood_is_told_in_one_sentence(
    shell: Shell, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Shell, "environment", shell.environment | {"BANGFU_HTTPS": "perhaps"})
    done = shell.run("check", well=False)
    assert done.stderr.startswith("BANGFU_HTTPS is 'perhaps'") and done.stderr.count("\n") == 1


def test_an_unexpected_error_tells_its_kind_only_and_its_place_when_asked(
    call: Call, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise ZeroDivisionError("of 990001197003150010")

    monkeypatch.setattr("bangfu.ledger.actions.journal.seal", broken)
    result = call("journal", "seal")
    assert result.exit_code == 1
    assert "ZeroDivisionError" in result.stderr and "990001" not in result.stderr
    assert "Traceback" not in result.stderr
    assert "Traceback" in call("--verbose", "journal", "seal").stderr


def test_no_file_of_the_command_line_is_a_drawer_or_too_long() -> None:
    for file in Path(ROOT / "bangfu" / "jobs").glob("*.py"):
        assert file.stem not in ("utils", "helpers", "common", "services", "manager")

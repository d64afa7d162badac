"""What carries the house: locks, licences, carried files, scripts, settings."""

from __future__ import annotations

import ast
import configparser
import hashlib
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from packaging.requirements import Requirement

if TYPE_CHECKING:
    from playwright.sync_api import Page

ROOT = Path(__file__).resolve().parent.parent
PYPROJECT = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
PROJECT: dict[str, Any] = tomllib.loads(PYPROJECT)
LOCKS = ("requirements.lock", "requirements-dev.lock", "requirements-build.lock")
VENDOR = ROOT / "bangfu" / "desk" / "static" / "vendor"
#: What a process is told that is told nothing else.
PASSED_ON = ("PATH", "PYTHONPYCACHEPREFIX")
BARE = {k: os.environ[k] for k in PASSED_ON if k in os.environ} | {"PYTHONPATH": str(ROOT)}


def required(lock: str) -> list[Requirement]:
    """What pyproject.toml asks of a lock."""
    runtime = PROJECT["project"]["dependencies"]
    asked = {
        "requirements.lock": runtime,
        "requirements-dev.lock": runtime + PROJECT["project"]["optional-dependencies"]["dev"],
        "requirements-build.lock": PROJECT["dependency-groups"]["build"],
    }
    return [Requirement(line) for line in asked[lock]]


def locked(lock: str) -> dict[str, str]:
    """The version of each package in a lock."""
    lines = (ROOT / lock).read_text(encoding="utf-8").splitlines()
    return dict(re.findall(r"^([a-z0-9.-]+)==(\S+)", "\n".join(lines), re.MULTILINE))


# Locks ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_fits_what_the_project_asks_for(lock: str) -> None:
    versions = locked(lock)
    for asked in required(lock):
        name = asked.name.lower().replace("_", "-")
        assert name in versions, f"{lock} lacks {name}: run make lock"
        assert versions[name] in asked.specifier, (
            f"{name} {versions[name]} in {lock}: run make lock"
        )


@pytest.mark.parametrize("lock", LOCKS)
def test_a_lock_names_every_file_by_its_hash_and_no_address(lock: str) -> None:
    text = (ROOT / lock).read_text(encoding="utf-8")
    assert "://" not in text and "--index" not in text and "--find-links" not in text
    entries = re.split(r"^(?=[a-z0-9])", text, flags=re.MULTILINE)
    for entry in filter(str.strip, entries):
        assert "--hash=sha256:" in entry, f"{entry.splitlines()[0]} in {lock} has no hash"


def test_the_locks_agree_since_one_environment_holds_them() -> None:
    runtime, dev, build = (locked(lock) for lock in LOCKS)
    assert runtime.items() <= dev.items()
    assert {name: dev.get(name, version) for name, version in build.items()} == build


def test_every_dependency_gives_its_reason() -> None:
    lines = PYPROJECT.splitlines()
    asked = [
        number
        for number, line in enumerate(lines)
        if re.fullmatch(r'    "[a-z][a-z0-9-]*(\[[a-z,]+\])?[<>=~].*",', line)
    ]
    assert len(asked) == sum(len(required(lock)) for lock in LOCKS[1:])
    for number in asked:
        reason = lines[number - 1].strip()
        assert reason.startswith("# ") and reason.endswith("."), f"{lines[number].strip()}: why?"


# Text that is not ours to say -------------------------------------------------------------------


def text_files() -> Iterator[tuple[Path, str]]:
    """Every file of the project that is text: what git knows, or would add."""
    said = subprocess.run(
        ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT,
        check=True,
        capture_output=True,
    ).stdout
    for name in filter(None, said.decode().split("\0")):
        path = ROOT / name
        try:
            yield path, path.read_text(encoding="utf-8")
        except (UnicodeDecodeError, FileNotFoundError):
            continue


def test_no_file_names_a_registry_or_a_path_of_the_machine_it_was_written_on() -> None:
    registries = ("pypi|org", "pythonhosted|org", "npmjs|org", "npmjs|com", "deb|debian|org")
    homes = ("/work|", "/ro|ot/", "/ho|me/", "/opt|/", ".py|env")
    unwanted = [word.replace("|", ".") for word in registries]
    unwanted += [word.replace("|", "") for word in homes]
    unwanted[len(registries)] += "/main"
    unwanted.append(str(ROOT))
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path, text in text_files()
        for word in unwanted
        if word in text and VENDOR not in path.parents
    ]
    assert found == []


# Carried files ----------------------------------------------------------------------------------


def carried() -> dict[str, str]:
    """The digest that VENDOR.md gives for each file."""
    text = (VENDOR / "VENDOR.md").read_text(encoding="utf-8")
    return dict(re.findall(r"^\| (\S+) \| .* \| ([0-9a-f]{64}) \|$", text, re.MULTILINE))


def test_every_carried_file_is_the_one_that_its_register_names() -> None:
    there = {
        file.name: hashlib.sha256(file.read_bytes()).hexdigest()
        for file in VENDOR.iterdir()
        if file.name != "VENDOR.md"
    }
    assert there == carried()
    assert len(there) >= 6


def test_carried_files_ask_no_other_host_for_anything() -> None:
    text = (VENDOR / "tabler.min.css").read_text(encoding="utf-8")
    assert not re.search(r"@import|url\(\s*['\"]?(?!data:|['\"]?data:)", text)
    assert "sourceMappingURL" not in text


# Scripts ----------------------------------------------------------------------------------------

SCRIPTS = [*sorted((ROOT / "scripts").glob("*.sh")), ROOT / ".ci" / "run"]


@pytest.mark.parametrize("script", SCRIPTS, ids=lambda script: script.name)
def test_a_script_is_sound_strict_and_may_be_run(script: Path) -> None:
    subprocess.run(["bash", "-n", str(script)], check=True)
    assert "\nset -euo pipefail\n" in script.read_text(encoding="utf-8")
    assert os.access(script, os.X_OK)


def test_the_borders_cover_analysis_once_it_is_there() -> None:
    contracts = configparser.ConfigParser()
    contracts.read(ROOT / ".importlinter", encoding="utf-8")
    pure = contracts["importlinter:contract:pure"]["source_modules"].split()
    built = [
        f"bangfu.{name}"
        for name in ("programmes", "tables", "analysis")
        if any((ROOT / "bangfu" / name).glob("*.py"))
    ]
    assert pure == built


# Settings ---------------------------------------------------------------------------------------


def settings_of(folder: Path, expression: str, **environment: str) -> Any:
    """What a fresh process finds in settings, under an environment of its own."""
    script = f"from bangfu.config import settings as s; print(repr({expression}))"
    said = subprocess.run(
        [sys.executable, "-c", script],
        cwd=folder,
        env={**BARE, **environment},
        capture_output=True,
        text=True,
    )
    if said.returncode:
        return said.stderr.strip().splitlines()[-1]
    return ast.literal_eval(said.stdout)


def test_a_first_start_writes_a_key_for_its_owner_alone_and_keeps_it(tmp_path: Path) -> None:
    first = settings_of(tmp_path, "s.SECRET_KEY")
    file = tmp_path / "var" / "data" / "secret-key"
    assert file.stat().st_mode & 0o777 == 0o600
    assert len(first) >= 50
    assert settings_of(tmp_path, "s.SECRET_KEY") == first


def test_processes_that_start_together_agree_on_one_key(tmp_path: Path) -> None:
    script = "from bangfu.config import settings as s; print(s.SECRET_KEY)"
    started = [
        subprocess.Popen(
            [sys.executable, "-c", script],
            cwd=tmp_path,
            env=BARE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for _ in range(4)
    ]
    assert len({process.communicate()[0] for process in started}) == 1
    assert [file.name for file in (tmp_path / "var" / "data").glob("secret-key*")] == ["secret-key"]


@pytest.mark.parametrize(
    ("url", "name"),
    [
        ("sqlite:////srv/a%20b.sqlite3", "/srv/a b.sqlite3"),
        ("postgres://u:p%40w@db.example:5433/bangfu?sslmode=require", "bangfu"),
    ],
)
def test_a_database_is_found_by_its_address(tmp_path: Path, url: str, name: str) -> None:
    found = settings_of(tmp_path, "s.DATABASES['default']", BANGFU_DATABASE_URL=url)
    assert found["NAME"] == name
    if url.startswith("postgres"):
        assert (found["PASSWORD"], found["PORT"]) == ("p@w", "5433")
        assert found["OPTIONS"]["sslmode"] == "require"


@pytest.mark.parametrize(
    ("variable", "value"),
    [
        ("BANGFU_DATABASE_URL", "mysql://host/name"),
        ("BANGFU_DATABASE_URL", "sqlite://"),
        ("BANGFU_HTTPS", "perhaps"),
        ("BANGFU_PROXIES", "two"),
    ],
)
def test_a_setting_that_cannot_be_understood_stops_the_start_by_name(
    tmp_path: Path, variable: str, value: str
) -> None:
    said = settings_of(tmp_path, "s.DEBUG", **{variable: value})
    assert isinstance(said, str) and variable in said and "write" in said


def test_cookies_are_secure_unless_this_is_a_demo_or_debugged(tmp_path: Path) -> None:
    both = "(s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SECURE_HSTS_SECONDS > 0)"
    assert settings_of(tmp_path, both) == (True, True, True)
    assert settings_of(tmp_path, both, BANGFU_DEMO="1") == (False, False, False)
    assert settings_of(tmp_path, both, BANGFU_DEMO="1", BANGFU_HTTPS="1") == (True, True, True)


def test_static_files_have_plain_names_until_collected_and_hashed_ones_after(
    tmp_path: Path,
) -> None:
    script = """
import django
django.setup()
from django.contrib.staticfiles.storage import staticfiles_storage
from django.core.management import call_command
print(staticfiles_storage.url("vendor/icons.svg"))
call_command("collectstatic", interactive=False, verbosity=0)
print(staticfiles_storage.url("vendor/icons.svg"))
"""
    said = subprocess.run(
        [sys.executable, "-c", script],
        env={
            **BARE,
            "BANGFU_DATA": str(tmp_path),
            "DJANGO_SETTINGS_MODULE": "bangfu.config.settings",
        },
        check=True,
        capture_output=True,
        text=True,
    ).stdout.split()
    assert said[0] == "/static/vendor/icons.svg"
    assert re.fullmatch(r"/static/vendor/icons\.[0-9a-f]{12}\.svg", said[1])


def test_starting_loads_no_engine_and_no_maker_of_workbooks(tmp_path: Path) -> None:
    """What few commands need is loaded when it is needed: every command would wait for it."""
    script = """
import sys, django
django.setup()
import bangfu.config.urls, bangfu.jobs.command
print(*{"duckdb", "splink", "pyarrow", "openpyxl", "polars", "numpy"} & set(sys.modules))
"""
    told = {"BANGFU_DATA": str(tmp_path), "DJANGO_SETTINGS_MODULE": "bangfu.config.settings"}
    words = [sys.executable, "-c", script]
    said = subprocess.run(words, env=BARE | told, check=True, capture_output=True, text=True)
    assert said.stdout.split() == []


def test_every_variable_is_in_the_manual() -> None:
    source = (ROOT / "bangfu" / "config" / "settings.py").read_text(encoding="utf-8")
    manual = (ROOT / "docs" / "manual" / "settings.md").read_text(encoding="utf-8")
    read = set(re.findall(r'"(BANGFU_[A-Z_]+)"', source))
    assert read == set(re.findall(r"^\| `(BANGFU_[A-Z_]+)`", manual, re.MULTILINE))


# Log-in -----------------------------------------------------------------------------------------


@pytest.fixture
def clerk(db: None) -> Any:
    from django.contrib.auth import get_user_model

    return get_user_model().objects.create_user(username="chen", password="a river in spring")


def log_in(client: Any, password: str) -> Any:
    return client.post("/account/login/", {"login": "chen", "password": password})


def test_a_clerk_logs_in_by_name_and_password(client: Any, clerk: Any) -> None:
    assert log_in(client, "a river in spring").status_code == 302
    assert client.session["_auth_user_id"] == str(clerk.pk)


def test_guessing_locks_the_account_for_that_address_only(client: Any, clerk: Any) -> None:
    answers = [log_in(client, f"guess {n}").status_code for n in range(5)]
    assert answers[-1] == 429
    assert log_in(client, "a river in spring").status_code == 429
    client.defaults["REMOTE_ADDR"] = "192.0.2.7"
    assert log_in(client, "a river in spring").status_code == 302


def test_a_session_ends_twelve_hours_after_log_in(client: Any, clerk: Any) -> None:
    client.force_login(clerk)
    client.get("/account/password/change/")
    session = client.session
    session["began"] -= 12 * 3600 + 1
    session.save()
    assert client.get("/account/password/change/").status_code == 302
    assert "_auth_user_id" not in client.session


@pytest.mark.parametrize("address", ["signup/", "email/", "password/reset/"])
def test_nobody_signs_up_or_is_mailed(client: Any, db: None, address: str) -> None:
    assert client.get(f"/account/{address}").status_code == 404


def test_every_page_is_closed_unless_it_says_that_it_is_open(client: Any, db: None) -> None:
    answer = client.get("/account/2fa/")
    assert answer.status_code == 302 and "/account/login/" in answer["Location"]


def test_a_page_carries_the_strict_policy(client: Any, db: None) -> None:
    answer = client.get("/account/login/")
    policy = answer["Content-Security-Policy"]
    for part in ("default-src 'self'", "object-src 'none'", "frame-ancestors 'none'"):
        assert part in policy
    assert "unsafe" not in policy
    assert answer["X-Content-Type-Options"] == "nosniff"
    assert answer["Referrer-Policy"] == "same-origin"
    assert answer["X-Frame-Options"] == "DENY"


def test_a_second_factors_secret_is_not_stored_in_clear() -> None:
    from bangfu.config.accounts import SecondFactorAdapter

    adapter = SecondFactorAdapter()
    kept = adapter.encrypt("JBSWY3DPEHPK3PXP")
    assert "JBSWY" not in kept
    assert adapter.decrypt(kept) == "JBSWY3DPEHPK3PXP"


def test_the_log_leaves_out_what_an_error_says() -> None:
    from bangfu.config.logs import DiscreetFormatter

    try:
        try:
            raise KeyError("张三 110105194912310021")
        except KeyError as cause:
            raise ValueError("张三") from cause
    except ValueError:
        said = DiscreetFormatter().formatException(sys.exc_info())  # type: ignore[arg-type]
    assert "builtins.ValueError" in said and "builtins.KeyError" in said
    assert "test_rig.py" in said and "张三" not in said


# Databases and the browser ----------------------------------------------------------------------


@pytest.mark.sqlite
def test_sqlite_is_told_what_keeps_rows_safe(tmp_path: Path, db: None) -> None:
    """As in use: the database of the tests itself waits for no disk."""
    from django.db.utils import ConnectionHandler

    from bangfu.config.settings import database_from

    said = database_from(f"sqlite:///{tmp_path}/kept.sqlite3")
    connection = ConnectionHandler({"default": said})["default"]
    wanted = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "secure_delete": 1,
        "temp_store": 2,
        "busy_timeout": 20000,
    }
    with connection.cursor() as cursor:
        found = {
            name: cursor.execute(f"PRAGMA {name}").fetchone()[0]  # a name from the list above
            for name in wanted
        }
    connection.close()
    assert found == wanted


@pytest.mark.postgres
def test_postgresql_sorts_bytes_and_knows_pinyin(db: None) -> None:
    from django.db import connection

    with connection.cursor() as cursor:
        cursor.execute("SELECT datcollate FROM pg_database WHERE datname = current_database()")
        assert cursor.fetchone() == ("C.UTF-8",)
        cursor.execute("""SELECT '张' > '李' COLLATE "zh-x-icu" """)
        assert cursor.fetchone() == (True,)


def test_a_test_cannot_leave_this_machine() -> None:
    import socket

    with pytest.raises(OSError, match="not this machine"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)


@pytest.mark.browser
def test_the_login_page_fits_both_widths_in_a_real_browser(
    live_server: Any, either: Page, see: Callable[..., Path]
) -> None:
    either.goto(f"{live_server.url}/account/login/")
    assert either.locator("input[name=password]").is_visible()
    width = either.evaluate("document.documentElement.scrollWidth")
    assert width <= either.viewport_size["width"]
    assert see(either, "login").stat().st_size > 1000

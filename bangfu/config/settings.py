"""Every setting there is, with its reason; what differs from place to place comes from BANGFU_*.

The page ``docs/manual/settings.md`` lists each BANGFU_* variable for those who run a server.
"""

from __future__ import annotations

import datetime as dt
import os
import secrets
from pathlib import Path
from typing import Any
from urllib.parse import SplitResult, parse_qsl, unquote, urlsplit

from django.core.exceptions import ImproperlyConfigured

import bangfu

_PACKAGE = Path(bangfu.__file__).resolve().parent


def _flag(name: str, *, default: bool = False) -> bool:
    """Whether a variable says yes: 1, true, yes or on; no: 0, false, no, off; nothing: default."""
    said = os.environ.get(name, "").strip().lower()
    if said in ("1", "true", "yes", "on"):
        return True
    if said in ("0", "false", "no", "off"):
        return False
    if said:
        raise ImproperlyConfigured(f"{name} is {said!r}; write 1 for yes or 0 for no.")
    return default


def _number(name: str, *, default: int) -> int:
    """A whole number that is not negative."""
    said = os.environ.get(name, "").strip() or str(default)
    if not said.isascii() or not said.isdigit():
        raise ImproperlyConfigured(f"{name} is {said!r}; write a whole number, such as {default}.")
    return int(said)


def _words(name: str, *, default: str) -> list[str]:
    """Words parted by commas."""
    said = os.environ.get(name, "") or default
    return [word.strip() for word in said.split(",") if word.strip()]


def _path(name: str, *, default: Path) -> Path:
    """A path, whole, so that it stays true when a process changes its directory."""
    return Path(os.environ.get(name) or default).expanduser().resolve()


def _secret_keys(file: Path) -> list[str]:
    """The signing keys, one a line, the present one first; made on the first start.

    A key is linked into place whole, so that of two processes that start together one wins.
    """
    if not file.exists():
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        fresh = file.with_name(f"{file.name}.{os.getpid()}")
        handle = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="ascii") as out:
            out.write(secrets.token_urlsafe(48) + "\n")
        try:
            os.link(fresh, file)
        except FileExistsError:
            pass
        finally:
            fresh.unlink()
    keys = file.read_text(encoding="ascii").split()
    if not keys:
        raise ImproperlyConfigured(f"{file} is empty; delete it, and the next start writes a key.")
    return keys


#: What every SQLite connection is told: others may read while one writes (WAL); what was
#: acknowledged survives a loss of power (FULL); what was erased is overwritten (secure_delete);
#: 64 MiB of pages are kept; sorting never spills personal data to a file.
_SQLITE_PRAGMAS = (
    "PRAGMA journal_mode=WAL",
    "PRAGMA synchronous=FULL",
    "PRAGMA foreign_keys=ON",
    "PRAGMA secure_delete=ON",
    "PRAGMA cache_size=-65536",
    "PRAGMA temp_store=MEMORY",
)


def _sqlite(file: Path) -> dict[str, Any]:
    return {
        "ENGINE": "bangfu.ledger.sqlite3",
        "NAME": str(file),
        # a kept connection keeps its pages
        "CONN_MAX_AGE": 600,
        "OPTIONS": {
            # a writer says so at once, and waits its turn instead of failing half way
            "transaction_mode": "IMMEDIATE",
            "timeout": 20,
            "init_command": ";".join(_SQLITE_PRAGMAS),
        },
    }


def _postgresql(url: SplitResult) -> dict[str, Any]:
    said = dict(parse_qsl(url.query))
    host = said.pop("host", "") or url.hostname or ""  # ?host=/directory names a socket
    return {
        "ENGINE": "bangfu.ledger.postgresql",
        "NAME": unquote(url.path.lstrip("/")),
        "USER": unquote(url.username or ""),
        "PASSWORD": unquote(url.password or ""),
        "HOST": host,
        "PORT": str(url.port or ""),
        "CONN_HEALTH_CHECKS": True,
        # the rest of the query (sslmode, sslrootcert …) goes to the driver as it is
        "OPTIONS": {
            # Threads wait here for nothing but a database that is away: a page says so after
            # seconds, and the next one tries anew at once, so that they come back by themselves.
            "pool": {"min_size": 1, "max_size": 10, "timeout": 5, "reconnect_timeout": 3},
            # Compiling a question takes half a second, which none of ours is worth; and what
            # 300,000 people are looked up in stays in memory. What the server keeps planned it
            # keeps from its first use: else it would plan each question five times more, and some
            # every time, because it takes what it does not know to be dear.
            "options": "-c jit=off -c work_mem=32MB -c plan_cache_mode=force_generic_plan",
            **said,
        },
    }


def database_from(url: str) -> dict[str, Any]:
    """Django's description of the database that an address names."""
    parts = urlsplit(url)
    if parts.scheme == "sqlite" and not parts.netloc and len(parts.path) > 1:
        # sqlite:///name lies where the process was started, sqlite:////path under the root
        return _sqlite(Path.cwd() / unquote(parts.path)[1:])
    if parts.scheme in ("postgres", "postgresql"):
        return _postgresql(parts)
    raise ImproperlyConfigured(
        f"BANGFU_DATABASE_URL is of the kind {parts.scheme!r}, or names no file; "
        "write sqlite:////path/to/file or postgres://user:password@host/name."
    )


# Where this stands ------------------------------------------------------------------------------

# Everything that belongs to this installation: database, keys, files, sessions.
BANGFU_DATA = _path("BANGFU_DATA", default=Path("var/data"))
# The keys that personal fields are encrypted under; kept apart from the backups of the database.
BANGFU_KEYS_FILE = _path("BANGFU_KEYS_FILE", default=BANGFU_DATA / "keys.toml")
# Backups that are made without a name of their own go here; better another disk than this one.
BANGFU_BACKUPS = _path("BANGFU_BACKUPS", default=BANGFU_DATA / "backups")
# A fictional county with open log-ins, on this machine only.
BANGFU_DEMO = _flag("BANGFU_DEMO")
# Of every account there; it stands in the manual, on the log-in page and so on purpose here.
BANGFU_DEMO_PASSWORD = "青禾-demo-2026"
# Error pages with code, plain static files: for those who write the software.
DEBUG = _flag("BANGFU_DEBUG")
# Browsers reach us over TLS; not so in a demo or while debugging, on this machine.
BANGFU_HTTPS = _flag("BANGFU_HTTPS", default=not (DEBUG or BANGFU_DEMO))
# How many reverse proxies stand before us, whose word on the client's address is taken.
BANGFU_PROXIES = _number("BANGFU_PROXIES", default=0)
# The names under which browsers may ask for us.
ALLOWED_HOSTS = _words("BANGFU_ALLOWED_HOSTS", default="localhost,127.0.0.1,[::1]")

BANGFU_DATA.mkdir(mode=0o700, parents=True, exist_ok=True)

# Signs sessions and forms; later lines of the file are former keys that still verify.
SECRET_KEY, *SECRET_KEY_FALLBACKS = _secret_keys(
    _path("BANGFU_SECRET_KEY_FILE", default=BANGFU_DATA / "secret-key")
)

# Parts ------------------------------------------------------------------------------------------

INSTALLED_APPS = [
    "bangfu.ledger",  # the only one of ours with tables
    "bangfu.desk",  # before allauth, whose pages it dresses
    "django.contrib.auth",
    "django.contrib.contenttypes",
    "django.contrib.sessions",
    "django.contrib.messages",
    "django.contrib.staticfiles",
    "allauth",
    "allauth.account",
    "allauth.mfa",
    "axes",
    "csp",
]

MIDDLEWARE = [
    "django.middleware.security.SecurityMiddleware",
    "whitenoise.middleware.WhiteNoiseMiddleware",  # static files need no session
    "csp.middleware.CSPMiddleware",  # every page below carries the policy, refusals too
    "django.contrib.sessions.middleware.SessionMiddleware",
    "django.middleware.locale.LocaleMiddleware",
    "django.middleware.common.CommonMiddleware",
    "django.middleware.csrf.CsrfViewMiddleware",
    "django.contrib.auth.middleware.AuthenticationMiddleware",
    "bangfu.config.one_page.OnePageMiddleware",  # what a page looks up twice, it looks up once
    "bangfu.config.accounts.SessionEndMiddleware",
    "django.contrib.auth.middleware.LoginRequiredMiddleware",  # a page is closed unless it says not
    "django.contrib.messages.middleware.MessageMiddleware",
    "bangfu.desk.first_password.FirstPasswordMiddleware",  # nobody works with another's password
    "bangfu.desk.second_factor.SecondFactorMiddleware",  # some roles show nothing without it
    "bangfu.desk.viewing.ViewingMiddleware",  # after who one is: as whom the pages are looked at
    "django.middleware.clickjacking.XFrameOptionsMiddleware",
    "allauth.account.middleware.AccountMiddleware",
    "axes.middleware.AxesMiddleware",  # last: it turns a lock-out into its page
]

ROOT_URLCONF = "bangfu.config.urls"
#: Who makes a large list into a file in the background: the door that showed it, known by its name
#: as the pages are by ``ROOT_URLCONF``.
MAKES_DOWNLOADS = "bangfu.desk.download_making.make"
WSGI_APPLICATION = "bangfu.config.wsgi.application"

TEMPLATES = [
    {
        "BACKEND": "django.template.backends.django.DjangoTemplates",
        "APP_DIRS": True,
        "OPTIONS": {
            "context_processors": [
                "django.template.context_processors.request",
                "django.template.context_processors.i18n",
                "django.contrib.auth.context_processors.auth",
                "django.contrib.messages.context_processors.messages",
            ],
        },
    },
]

# Rows -------------------------------------------------------------------------------------------

# One file on one machine, or PostgreSQL with several processes.
DATABASES = {
    "default": (
        database_from(os.environ["BANGFU_DATABASE_URL"])
        if os.environ.get("BANGFU_DATABASE_URL")
        else _sqlite(BANGFU_DATA / "bangfu.sqlite3")
    )
}
DEFAULT_AUTO_FIELD = "django.db.models.BigAutoField"

# Words and days ---------------------------------------------------------------------------------

LANGUAGE_CODE = "zh-hans"
LANGUAGES = [("zh-hans", "简体中文"), ("en", "English")]
LOCALE_PATHS = [_PACKAGE / "locale"]
LANGUAGE_COOKIE_AGE = 365 * 24 * 3600  # the choice stays with the browser, not with the account
LANGUAGE_COOKIE_SAMESITE = "Lax"
USE_I18N = True
USE_TZ = True
TIME_ZONE = "Asia/Shanghai"  # days are the calendar days of China
FORMAT_MODULE_PATH = "bangfu.config.formats"  # 2026-11-22 in both languages

# Accounts ---------------------------------------------------------------------------------------

AUTH_USER_MODEL = "ledger.User"
AUTHENTICATION_BACKENDS = [
    "axes.backends.AxesStandaloneBackend",  # first: a locked account is not even looked up
    "bangfu.config.accounts.AccountBackend",
]
PASSWORD_HASHERS = [
    "django.contrib.auth.hashers.Argon2PasswordHasher",
    "django.contrib.auth.hashers.PBKDF2PasswordHasher",  # reads accounts brought from elsewhere
]
AUTH_PASSWORD_VALIDATORS = [
    {"NAME": "django.contrib.auth.password_validation.UserAttributeSimilarityValidator"},
    {
        "NAME": "django.contrib.auth.password_validation.MinimumLengthValidator",
        "OPTIONS": {"min_length": 10},
    },
    {"NAME": "django.contrib.auth.password_validation.CommonPasswordValidator"},
    {"NAME": "django.contrib.auth.password_validation.NumericPasswordValidator"},
]
LOGIN_URL = "account_login"
LOGIN_REDIRECT_URL = "/"
LOGOUT_REDIRECT_URL = "account_login"

ACCOUNT_ADAPTER = "bangfu.config.accounts.AccountAdapter"  # writes passwords as actions
# An office gives out accounts: a name and a password, no e-mail, nobody signs up.
ACCOUNT_LOGIN_METHODS = {"username"}
ACCOUNT_SIGNUP_FIELDS = ["username*", "password1*", "password2*"]
ACCOUNT_EMAIL_VERIFICATION = "none"
ACCOUNT_UNIQUE_EMAIL = False
ACCOUNT_SESSION_REMEMBER = False  # closing the browser ends the session
ACCOUNT_LOGOUT_ON_GET = False
ACCOUNT_LOGOUT_ON_PASSWORD_CHANGE = True
ACCOUNT_DEFAULT_HTTP_PROTOCOL = "https" if BANGFU_HTTPS else "http"
# A whole office comes from one address at half past eight; guessing is axes' business.
ACCOUNT_RATE_LIMITS = {"login": "300/m/ip", "login_failed": "60/m/ip"}
ALLAUTH_TRUSTED_PROXY_COUNT = BANGFU_PROXIES

MFA_ADAPTER = "bangfu.config.accounts.SecondFactorAdapter"  # encrypts the shared secret
MFA_SUPPORTED_TYPES = ["totp", "recovery_codes"]
MFA_TOTP_ISSUER = "帮扶 Bangfu"
MFA_TOTP_TOLERANCE = 1  # a phone's clock may be half a minute off
MFA_ALLOW_UNVERIFIED_EMAIL = True  # there is no e-mail to verify

AXES_FAILURE_LIMIT = 5
AXES_COOLOFF_TIME = dt.timedelta(minutes=15)
AXES_LOCKOUT_PARAMETERS = [["username", "ip_address"]]  # a stranger cannot lock a clerk out
AXES_RESET_ON_SUCCESS = True
# People type passwords where the name belongs: of a name a digest is kept, of other fields nothing.
AXES_USERNAME_CALLABLE = "bangfu.config.accounts.digest_of_name"
AXES_SENSITIVE_PARAMETERS = [
    "username", "login", "ip_address", "code", "csrfmiddlewaretoken",
    "password", "oldpassword", "password1", "password2",
]  # fmt: skip
AXES_CLIENT_IP_CALLABLE = "bangfu.config.accounts.client_address"
AXES_ENABLE_ADMIN = False
AXES_VERBOSE = False
AXES_LOCKOUT_CALLABLE = "bangfu.config.accounts.locked_out"  # shows 429.html, as allauth does

# Sessions: half an hour idle, twelve hours at most.
SESSION_COOKIE_AGE = 30 * 60
SESSION_RENEWED_AFTER = dt.timedelta(minutes=1)  # a page within the minute writes nothing
SESSION_END_AFTER = dt.timedelta(hours=12)
SESSION_COOKIE_NAME = "bangfu_session"
SESSION_COOKIE_SECURE = BANGFU_HTTPS
SESSION_COOKIE_HTTPONLY = True
SESSION_COOKIE_SAMESITE = "Lax"
CSRF_COOKIE_SECURE = BANGFU_HTTPS
CSRF_COOKIE_HTTPONLY = True
CSRF_COOKIE_SAMESITE = "Lax"
# Pages renew their session. On SQLite that would queue behind every upload for the one write
# lock, so there, on one machine, sessions are files; several machines share the database.
if DATABASES["default"]["ENGINE"].endswith("sqlite3"):
    SESSION_ENGINE = "django.contrib.sessions.backends.file"
    SESSION_FILE_PATH = str(BANGFU_DATA / "sessions")
    Path(SESSION_FILE_PATH).mkdir(mode=0o700, exist_ok=True)
else:
    SESSION_ENGINE = "django.contrib.sessions.backends.db"

# What a browser may do with our pages -------------------------------------------------------------

CONTENT_SECURITY_POLICY = {
    "DIRECTIVES": {
        "default-src": ["'self'"],  # and so no inline script or style, no eval, no other host
        "img-src": ["'self'", "data:"],  # the style sheet's marks, the second factor's QR code
        "object-src": ["'none'"],
        "frame-ancestors": ["'none'"],
        "base-uri": ["'self'"],
        "form-action": ["'self'"],
    }
}
X_FRAME_OPTIONS = "DENY"
SECURE_CONTENT_TYPE_NOSNIFF = True
SECURE_REFERRER_POLICY = "same-origin"
SECURE_CROSS_ORIGIN_OPENER_POLICY = "same-origin"
SECURE_HSTS_SECONDS = 365 * 24 * 3600 if BANGFU_HTTPS else 0
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https") if BANGFU_PROXIES else None

# Files ------------------------------------------------------------------------------------------

STATIC_URL = "/static/"
# A folder for each version, so that an upgrade never meets the former one's names.
STATIC_ROOT = BANGFU_DATA / "static" / bangfu.__version__
STATIC_ROOT.mkdir(parents=True, exist_ok=True)
# Once collectstatic has run, names carry a hash and stay in the browser for good; until then,
# and while debugging, files are served from where they lie.
WHITENOISE_USE_FINDERS = DEBUG or not (STATIC_ROOT / "staticfiles.json").exists()
WHITENOISE_AUTOREFRESH = DEBUG
WHITENOISE_ALLOW_ALL_ORIGINS = False
MEDIA_ROOT = BANGFU_DATA / "files"
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.FileSystemStorage"},
    "staticfiles": {"BACKEND": "bangfu.config.static.CollectedStaticFilesStorage"},
}
FILE_UPLOAD_PERMISSIONS = 0o600
FILE_UPLOAD_DIRECTORY_PERMISSIONS = 0o700
# An upload stays in memory, at most 64 MiB: a temporary file would hold numbers in clear.
FILE_UPLOAD_HANDLERS = ["django.core.files.uploadhandler.MemoryFileUploadHandler"]
FILE_UPLOAD_MAX_MEMORY_SIZE = 64 * 2**20
# Of photos and papers that are kept with somebody, in MiB each.
BANGFU_FILE_MB = _number("BANGFU_FILE_MB", default=12)
#: By what turns of a duty, results of a review in a row, and items of a checklist are worked out
#: that a condition asks for.
BANGFU_TURNS = "bangfu.lists.turns_asked.work_out"
BANGFU_RESULTS = "bangfu.lists.results_asked.work_out"
BANGFU_ITEMS = "bangfu.lists.items_asked.work_out"
DATA_UPLOAD_MAX_NUMBER_FIELDS = 5000  # a checklist of a whole village on one page

# Outside ----------------------------------------------------------------------------------------

EMAIL_BACKEND = "django.core.mail.backends.dummy.EmailBackend"  # nothing is ever mailed

LOGGING = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "line": {
            "()": "bangfu.config.logs.DiscreetFormatter",
            "format": "%(asctime)s %(levelname)s %(name)s %(message)s",
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "line"}},
    "root": {"handlers": ["stderr"], "level": "INFO"},
    "loggers": {
        "django": {"handlers": ["stderr"], "level": "INFO", "propagate": False},
        # names the account in clear at lower levels
        "axes": {"level": "ERROR"},
    },
}

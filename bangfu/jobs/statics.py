"""Static files are gathered into the data folder, hashed and compressed, when they are newer."""

from __future__ import annotations

import os
from pathlib import Path

from django.conf import settings
from django.contrib.staticfiles.finders import get_finders
from django.core.management import call_command

MANIFEST = "staticfiles.json"
_HASHED = "whitenoise.storage.CompressedManifestStaticFilesStorage"


def gather() -> bool:
    """Gather the files unless those gathered are as new; returns whether that was needed.

    The manifest is written last, so a process that starts meanwhile serves from the sources. The
    settings of this process, and of those that it forks, are then as after any later start.
    """
    if settings.DEBUG or _gathered_at() >= _newest():
        return False
    settings.STORAGES["staticfiles"]["BACKEND"] = _HASHED
    call_command("collectstatic", verbosity=0, interactive=False)
    settings.WHITENOISE_USE_FINDERS = False
    return True


def _gathered_at() -> float:
    manifest = Path(settings.STATIC_ROOT) / MANIFEST
    return manifest.stat().st_mtime if manifest.exists() else 0.0


def _newest() -> float:
    """When the newest of the sources was written."""
    times = [
        os.path.getmtime(storage.path(name))
        for finder in get_finders()
        for name, storage in finder.list(None)
    ]
    return max(times, default=0.0)

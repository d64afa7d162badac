"""Static files under names that carry a hash, once they have been collected."""

from __future__ import annotations

from whitenoise.storage import CompressedManifestStaticFilesStorage


class CollectedStaticFilesStorage(CompressedManifestStaticFilesStorage):  # type: ignore[misc]
    """Before ``collectstatic`` has run, plain names; afterwards a name that it missed is an error.

    So a checkout, a test and a demo work at once, and a server that collected cannot serve a page
    whose style sheet is not there.
    """

    def stored_name(self, name: str) -> str:
        return str(super().stored_name(name)) if self.hashed_files else name

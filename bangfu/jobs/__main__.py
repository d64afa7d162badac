"""``python -m bangfu.jobs`` is the command line too."""

from __future__ import annotations

from bangfu.jobs.command import main

if __name__ == "__main__":
    main()

"""A log that says where something went wrong and never about whom."""

from __future__ import annotations

import logging
import traceback
from types import TracebackType


class DiscreetFormatter(logging.Formatter):
    """Prints an exception's kind and places, not its words.

    A database quotes the offending value in its message, and so would the log.
    """

    def formatException(
        self,
        ei: tuple[type[BaseException], BaseException, TracebackType | None]
        | tuple[None, None, None],
    ) -> str:
        kind, error, trace = ei
        if kind is None:
            return ""
        lines = [f"{kind.__module__}.{kind.__qualname__}"]
        lines += [
            f"  {frame.filename}:{frame.lineno} in {frame.name}"
            for frame in traceback.extract_tb(trace)
        ]
        cause = error.__cause__ or error.__context__ if error else None
        if cause is not None:
            source = (type(cause), cause, cause.__traceback__)
            lines.append("out of " + self.formatException(source))
        return "\n".join(lines)

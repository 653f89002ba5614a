"""What can go wrong, in words a user can act on."""

from __future__ import annotations


class SsfError(Exception):
    """Root of every error that ssf raises on purpose; its text is one sentence for the user."""


class InputError(SsfError, ValueError):
    """The caller's map, table or setting does not fit."""


class ModelError(SsfError):
    """An ONNX file that cannot be used: unreadable, of another shape, or at odds with its card."""


class WorkersError(SsfError):
    """Processes or machines that share the work are lost or do not fit: no map is to blame."""


def counted(count: int, noun: str, many: str | None = None) -> str:
    """How many of something, as one says it: 1 window, 2 windows; `many` where no "s" does it."""
    return f"{count} {noun if count == 1 else many or noun + 's'}"


def in_words(error: Exception) -> str:
    """What an error says in one line; of the system's, which file it was and what is wrong."""
    if isinstance(error, OSError) and error.strerror:
        place = "" if error.filename is None else f"{error.filename}: "
        return f"{place}{error.strerror}."
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__

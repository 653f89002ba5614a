"""JSON files as the verbs write them, and what is said of one that is none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ssf_model.errors import InputError

LONGEST_REASON = 200  # letters


def read_table(path: Path, *, what: str, remedy: str = "") -> dict[str, Any]:
    """Read a file that holds one JSON object.

    Parameters
    ----------
    path : Path
        The file.
    what : str
        What it is to be, for messages.
    remedy : str, optional
        What makes such a file, a sentence.

    Raises
    ------
    InputError
        If it is not there, unreadable, or holds something else.
    """
    try:
        entries = json.loads(Path(path).read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError) as error:
        raise not_readable(path, error, what=what, remedy=remedy) from error
    if not isinstance(entries, dict):
        reason = TypeError(f"no JSON object but {type(entries).__name__}")
        raise not_readable(path, reason, what=what, remedy=remedy)
    return entries


def not_readable(path: Path, error: Exception, *, what: str, remedy: str = "") -> InputError:
    """What is said of a file that does not hold what it should."""
    reason = " ".join(str(error).split())[:LONGEST_REASON] or type(error).__name__
    return InputError(f"{path}: not readable as {what} ({reason}). {remedy}".rstrip())

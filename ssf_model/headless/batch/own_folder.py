"""What a batch may write into and remove: folders of its own, open to one process at a time."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import IO

from ssf_model.errors import InputError


def make_own_folder(path: Path) -> None:
    """Make a folder that only a batch puts things into, and removes them from."""
    refuse_link(path)
    if path.exists() and not path.is_dir():
        message = f"{path} is a file where a batch keeps a folder; remove it."
        raise InputError(message)
    path.mkdir(exist_ok=True)


def refuse_link(path: Path) -> None:
    """Refuse a link where a batch keeps what is its own: it would lead to what is not."""
    if path.is_symlink():
        message = f"{path} is a link; a batch keeps its notes in folders and files of its own."
        raise InputError(message)


def locked(file: IO) -> bool:
    """Whether the file could be locked; the lock ends with the process, however that ends."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True

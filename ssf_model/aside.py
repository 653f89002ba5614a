"""Outputs that appear whole: written beside their place, then renamed."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ssf_model.errors import InputError


@contextmanager
def written_aside(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give a temporary path beside `path`, which takes its place when the block succeeds.

    Raises
    ------
    InputError
        If the output exists and may not be overwritten, or its folder does not exist.
    """
    path = Path(path)
    check_output(path, overwrite=overwrite)
    aside = path.with_name(f".{path.stem}.{os.getpid()}.part{path.suffix}")
    try:
        yield aside
        os.replace(aside, path)
    finally:
        for rest in path.parent.glob(glob.escape(aside.name) + "*"):
            rest.unlink()


def write_text(path: Path, parts: Iterable[str], *, overwrite: bool) -> None:
    """Write text, part by part, as UTF-8; refuses what `written_aside` does."""
    with (
        written_aside(path, overwrite=overwrite) as aside,
        open(aside, "w", encoding="utf-8", newline="") as file,
    ):
        file.writelines(parts)


def check_output(path: Path, *, overwrite: bool) -> None:
    """Refuse an output that could not be written, before any work is done."""
    if not path.parent.is_dir():
        message = f"The folder {path.parent} does not exist; make it, or choose another output."
        raise InputError(message)
    if path.is_dir():
        message = f"{path} is a folder; name a file."
        raise InputError(message)
    if path.exists() and not overwrite:
        message = f"{path} exists already; give --overwrite to replace it, or another name."
        raise InputError(message)

"""Files and folders that appear whole or not at all, and never over what is there unasked.

Each is written beside its place under a name of its own and renamed at the end, so that neither
an error, a kill nor a full disk leaves half of it, and what was there before stays until then.
"""

from __future__ import annotations

import glob
import os
import re
import shutil
from collections.abc import Collection, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

from ssf_model.errors import InputError


@contextmanager
def whole_file(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give a temporary path beside `path`; what is written there takes its place at the end.

    Parameters
    ----------
    path : Path
        The file to be.
    overwrite : bool
        Whether an existing file may be replaced.

    Yields
    ------
    aside : Path
        Where to write; it ends as `path` does, since drivers go by the ending. On an error it is
        removed, with what a driver left beside it, and `path` stays as it was.

    Raises
    ------
    InputError
        As `check_output` does.
    """
    path = Path(path)
    check_output(path, overwrite=overwrite)
    aside = _beside(path, "part")
    try:
        yield aside
        os.replace(aside, path)
    except OSError as error:
        if error.errno is not None and error.filename is None:  # as where a disk is full
            error.filename = str(path)
        raise
    finally:
        for rest in path.parent.glob(glob.escape(aside.name) + "*"):
            rest.unlink()


def write_text(path: Path, parts: str | Iterable[str], *, overwrite: bool) -> None:
    """Write text, at once or part by part, as UTF-8; refuses what `whole_file` does."""
    with (
        whole_file(path, overwrite=overwrite) as aside,
        open(aside, "w", encoding="utf-8", newline="") as file,
    ):
        file.writelines([parts] if isinstance(parts, str) else parts)


@contextmanager
def whole_folder(path: Path, contents: Collection[str], *, overwrite: bool) -> Iterator[Path]:
    """Give a temporary folder beside `path`, which takes its place at the end.

    Parameters
    ----------
    path : Path
        The folder to be; folders above it are made.
    contents : collection of str
        Names of the files that it will hold. An existing folder is replaced only if it holds
        nothing else.
    overwrite : bool
        Whether an existing folder may be replaced.

    Yields
    ------
    aside : Path
        An empty folder to fill. On an error it is removed and `path` stays as it was.

    Raises
    ------
    InputError
        If `path` exists and may not be replaced, or holds other things.
    """
    refuse_existing(path, overwrite=overwrite)
    if path.exists():
        entries = [entry.name for entry in path.iterdir()] if path.is_dir() else [path.name]
        strangers = sorted(set(entries) - set(contents)) if path.is_dir() else entries
        if strangers:
            message = f"{path}: not replaced, it holds something else ({strangers[0]})."
            raise InputError(message)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside, former = _beside(path, "part"), _beside(path, "former")
    aside.mkdir()
    try:
        yield aside
        if path.exists():
            os.replace(path, former)
        os.replace(aside, path)
    finally:
        shutil.rmtree(aside, ignore_errors=True)
        if former.exists() and not path.exists():
            os.replace(former, path)
        shutil.rmtree(former, ignore_errors=True)


def check_output(path: Path, *, overwrite: bool) -> None:
    """Refuse an output file that could not be written, before any work is done.

    Raises
    ------
    InputError
        If `path` exists and may not be replaced, is a folder, or its folder does not exist.
    """
    if not path.parent.is_dir():
        message = f"The folder {path.parent} does not exist; make it, or choose another output."
        raise InputError(message)
    if path.is_dir():
        message = f"{path} is a folder; name a file."
        raise InputError(message)
    refuse_existing(path, overwrite=overwrite)


def refuse_existing(path: Path, *, overwrite: bool) -> None:
    """Refuse a file or folder that exists and may not be replaced.

    Raises
    ------
    InputError
        If `path` exists and `overwrite` is not given.
    """
    if path.exists() and not overwrite:
        message = f"{path} exists already; give --overwrite to replace it, or another name."
        raise InputError(message)


def is_remnant(name: str) -> bool:
    """Whether a name is one that a killed process left, half-written, beside its place."""
    return re.match(r"\.(part|former)\d+\.", name) is not None


def _beside(path: Path, role: str) -> Path:
    """A hidden name beside a path, of this process alone, with the same ending."""
    return path.with_name(f".{role}{os.getpid()}.{path.name}")

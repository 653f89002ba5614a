"""Outputs that appear whole or not at all, and never over what is there unasked."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from ssf_model.errors import InputError


@contextlib.contextmanager
def whole_file(path: Path, *, overwrite: bool = False) -> Iterator[Path]:
    """Give a temporary name beside `path`; what was written there takes its place at the end.

    Parameters
    ----------
    path : Path
        The file to be; its folder must be there.
    overwrite : bool, optional
        Whether an existing file may be replaced.

    Yields
    ------
    aside : Path
        Where to write. On an error it is removed and `path` stays as it was.

    Raises
    ------
    InputError
        If `path` exists and may not be replaced, or its folder is missing.
    """
    refuse_existing(path, overwrite=overwrite)
    if not path.parent.is_dir():
        message = f"{path}: the folder {path.parent} does not exist."
        raise InputError(message)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    try:
        yield aside
        os.replace(aside, path)
    finally:
        aside.unlink(missing_ok=True)


@contextlib.contextmanager
def whole_folder(
    path: Path, contents: tuple[str, ...], *, overwrite: bool = False
) -> Iterator[Path]:
    """Give a temporary folder beside `path`, which takes its place at the end.

    Parameters
    ----------
    path : Path
        The folder to be.
    contents : tuple of str
        Names of the files that it will hold. An existing folder is replaced only if it holds
        nothing else.
    overwrite : bool, optional
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
        strangers = sorted(
            entry.name for entry in path.iterdir() if entry.name not in contents
        ) if path.is_dir() else [path.name]  # fmt: skip
        if strangers:
            message = f"{path}: not replaced, it holds something else ({strangers[0]})."
            raise InputError(message)
    path.parent.mkdir(parents=True, exist_ok=True)
    aside = path.with_name(f".{path.name}.{os.getpid()}.part")
    former = path.with_name(f".{path.name}.{os.getpid()}.former")
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


def refuse_existing(path: Path, *, overwrite: bool) -> None:
    """Refuse an output that exists, before any work on it.

    Raises
    ------
    InputError
        If `path` exists and `overwrite` is not given.
    """
    if path.exists() and not overwrite:
        message = f"{path} exists. Give another name, or --overwrite."
        raise InputError(message)

"""Files and folders that appear whole or not at all, and never over what is there unasked.

Each is made in a hidden folder of one run alone, beside its place (`ssf_model.asides`), and renamed
at the end, so that neither an error, a kill, a power cut nor a full disk leaves half of it, and
what was there before stays until then.
"""

from __future__ import annotations

import ctypes
import os
import sys
from collections.abc import Collection, Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ssf_model.asides import aside, change_places, is_remnant, remove_leftovers, to_disk
from ssf_model.databases import drop_sidecars, settle
from ssf_model.errors import InputError

TRIAL_BYTES = 65_536  # written to see whether a folder takes anything
AT_HERE = -100  # Linux's AT_FDCWD and RENAME_EXCHANGE
EXCHANGE = 2


@contextmanager
def whole_file(path: Path, *, overwrite: bool) -> Iterator[Path]:
    """Give a path where a file can be written, which takes the place of `path` at the end.

    Parameters
    ----------
    path : Path
        The file to be.
    overwrite : bool
        Whether an existing file may be replaced.

    Yields
    ------
    new : Path
        Where to write; it ends as `path` does, since drivers go by the ending, and nothing is
        there. On an error it is removed, with what a driver left beside it, and `path` stays as
        it was.

    Raises
    ------
    InputError
        As `check_output` does; if another run writes the same file; or if something took its place
        meanwhile: then what was written is kept under another name, which the message tells.
    """
    path = Path(path)
    _check_file(path, overwrite=overwrite)
    with named(path), aside(path) as folder:
        new = folder / ("new" + "".join(path.suffixes[-2:]))
        yield new
        to_disk(new)
        _put(new, path, overwrite=overwrite)


def write_text(path: Path, parts: str | Iterable[str], *, overwrite: bool) -> None:
    """Write text, at once or part by part, as UTF-8; refuses what `whole_file` does."""
    with (
        whole_file(path, overwrite=overwrite) as new,
        open(new, "w", encoding="utf-8", newline="") as file,
    ):
        file.writelines([parts] if isinstance(parts, str) else parts)


@contextmanager
def whole_folder(path: Path, contents: Collection[str], *, overwrite: bool) -> Iterator[Path]:
    """Give a folder to fill, which takes the place of `path` at the end.

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
    new : Path
        An empty folder to fill. On an error it is removed and `path` stays as it was.

    Raises
    ------
    InputError
        If `path` exists and may not be replaced, or holds other things, or another run writes it.
    """
    path = Path(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    remove_leftovers(path.parent)  # which may bring back what a killed run was about to replace
    _check_folder(path, contents, overwrite=overwrite)
    with named(path), aside(path) as folder:
        new = folder / path.name
        new.mkdir()
        yield new
        for entry in new.rglob("*"):
            to_disk(entry)
        refuse_existing(path, overwrite=overwrite)
        if not (path.exists() and _exchanged(new, path)):
            change_places(folder, [path.name])


@contextmanager
def whole_files(folder: Path, former: Sequence[Path], *, name: str = "files") -> Iterator[Path]:
    """Give a folder to fill with files that come into another one, all of them at the end.

    Parameters
    ----------
    folder : Path
        Where the files go; it is made, with those above it.
    former : sequence of Path
        Files in it that go away at the same time.
    name : str
        What two runs that must not meet have in common.

    Yields
    ------
    new : Path
        An empty folder to fill. On an error it is removed, and `folder` stays as it was, as it
        does where nothing is put there.

    Raises
    ------
    InputError
        If another run writes into the folder.
    """
    made = [each for each in (folder, *folder.parents) if not each.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    try:
        with named(folder), aside(folder / name) as new:
            yield new
            for path in new.iterdir():
                to_disk(path)
            change_places(new, [path.name for path in former])
    finally:
        with suppress(OSError):  # as far as they are empty: after an error, or a run that ended
            for each in made:
                each.rmdir()


def check_output(path: Path, *, overwrite: bool) -> None:
    """Refuse an output file that could not be written, before any work is done.

    What killed runs left beside it is removed.

    Raises
    ------
    InputError
        If `path` exists and may not be replaced, is a folder, or open in another program; if its
        folder does not exist or takes no files of that name; or if another run is writing it.
    """
    _check_file(path, overwrite=overwrite)
    settle(path)
    remove_leftovers(path.parent)
    _try_to_write(path, path.parent)


def check_output_folder(path: Path, contents: Collection[str], *, overwrite: bool) -> None:
    """Refuse a folder that `whole_folder` could not make, before any work is done.

    Raises
    ------
    InputError
        As `whole_folder` does; or if nothing can be written where the folder is to be.
    """
    there = next(each for each in path.parents if os.path.lexists(each))
    remove_leftovers(there)
    _check_folder(path, contents, overwrite=overwrite)
    _try_to_write(path, there)


def _check_folder(path: Path, contents: Collection[str], *, overwrite: bool) -> None:
    """Refuse a folder that is there unasked, or holds something else than what will be in it."""
    refuse_existing(path, overwrite=overwrite)
    if path.exists():
        entries = [entry.name for entry in path.iterdir()] if path.is_dir() else [path.name]
        strangers = sorted(set(entries) - set(contents)) if path.is_dir() else entries
        if strangers:
            message = f"{path}: not replaced, it holds something else ({strangers[0]})."
            raise InputError(message)


def _try_to_write(path: Path, folder: Path) -> None:
    """Refuse an output where its folder, or the one that this will be in, takes no files."""
    try:
        with aside(folder / path.name) as new:
            (new / "trial").write_bytes(bytes(TRIAL_BYTES))
    except OSError as error:
        message = f"{path} cannot be written ({error.strerror or error})."
        raise InputError(message) from error


def refuse_existing(path: Path, *, overwrite: bool) -> None:
    """Refuse a file or folder that exists and may not be replaced, or whose name cannot be.

    Raises
    ------
    InputError
        If `path` exists, be it as a link to nowhere, and `overwrite` is not given; or if the system
        takes no such name.
    """
    try:
        os.lstat(path)
    except (FileNotFoundError, NotADirectoryError):
        return
    except (OSError, ValueError) as error:  # a name too long, or with a zero in it
        message = f"{path} cannot be written ({getattr(error, 'strerror', None) or error})."
        raise InputError(message) from error
    if not overwrite:
        message = f"{path} exists already; give --overwrite to replace it, or another name."
        raise InputError(message)


@contextmanager
def named(path: Path) -> Iterator[None]:
    """Have errors of the system name the output: a full disk names nothing, or the folder aside."""
    try:
        yield
    except OSError as error:
        parts = Path(os.fsdecode(error.filename or "")).parts
        if error.errno is not None and (not parts or any(map(is_remnant, parts))):
            error.filename = str(path)
        raise


def _check_file(path: Path, *, overwrite: bool) -> None:
    """Refuse a file that is there unasked, is a folder, or lies in none."""
    if not path.parent.is_dir():
        message = f"The folder {path.parent} does not exist; make it, or choose another output."
        raise InputError(message)
    refuse_existing(path, overwrite=True)
    if path.is_dir():
        message = f"{path} is a folder; name a file."
        raise InputError(message)
    refuse_existing(path, overwrite=overwrite)


def _put(new: Path, path: Path, *, overwrite: bool) -> None:
    """Give a whole file its place; keep it under another name where that cannot be had any more."""
    os.stat(new)  # which must have been written
    try:
        drop_sidecars(path)
        if overwrite:
            os.replace(new, path)
        else:
            _rename(new, path)
    except (OSError, InputError) as error:
        reason = str(error) if isinstance(error, InputError) else f"{path}: {error.strerror}."
        other = _free_name(path)
        try:
            _rename(new, other)
        except OSError:
            raise error from None
        message = f"{reason} What was made is whole and kept as {other}."
        raise InputError(message) from error
    to_disk(path.parent)


def _rename(new: Path, path: Path) -> None:
    """Rename a file to a name that nothing has; FileExistsError where something has it."""
    try:
        os.link(new, path)
    except FileExistsError:
        raise
    except OSError as error:  # a file system without links
        if os.path.lexists(path):
            raise FileExistsError(17, "File exists", str(path)) from error
        os.rename(new, path)


def _free_name(path: Path) -> Path:
    """A name beside a file's that nothing has."""
    number = 2
    while os.path.lexists(path.with_name(f"{path.stem}-{number}{path.suffix}")):
        number += 1
    return path.with_name(f"{path.stem}-{number}{path.suffix}")


def _exchanged(new: Path, path: Path) -> bool:
    """Whether two names changed places in one step, which not every system can do."""
    if not sys.platform.startswith("linux"):
        return False
    rename = getattr(ctypes.CDLL(None), "renameat2", None)
    names = (os.fsencode(new), os.fsencode(path))
    done = rename is not None and not rename(AT_HERE, names[0], AT_HERE, names[1], EXCHANGE)
    if done:
        to_disk(path.parent)
    return done

"""A hidden folder beside an output, of one run alone, where the output is made.

    .ssf-0123456789abcdef/   named by the output's name, so that two runs meet here
        lock                 locked while its run lives; the system unlocks it however that ends
        new/                 what is made
        plan, former/        a change of places that was begun: what comes and what goes

A later run that can take the lock knows that the folder's own run is dead: it ends a change of
places that was begun, which is so whole or absent, and removes the rest. A file system without
locks gives each run a folder of its own, which nobody but the user removes after a kill.
"""

from __future__ import annotations

import errno
import hashlib
import json
import os
import re
import shutil
import stat
import sys
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from ssf_model.errors import InputError

LOCK, NEW, FORMER, PLAN = "lock", "new", "former", "plan"
HELD = (errno.EWOULDBLOCK, errno.EAGAIN, errno.EACCES, errno.EDEADLK)


@contextmanager
def aside(path: Path) -> Iterator[Path]:
    """Give the folder in which an output is made; it is gone at the end.

    Parameters
    ----------
    path : Path
        The output; its folder must be there.

    Yields
    ------
    new : Path
        An empty folder beside `path`, on its disk, that no other process writes into.

    Raises
    ------
    InputError
        If another run is making this output, or something else has the folder's name.
    OSError
        If no folder can be made there.
    """
    folder = _folder_of(path)
    lock = _take(folder, path)
    if lock is None:
        shutil.rmtree(folder, ignore_errors=True)
        folder = Path(tempfile.mkdtemp(prefix=f"{folder.name}-", dir=path.parent))
    try:
        _clear(folder)
        (folder / NEW).mkdir()
        yield folder / NEW
    finally:
        try:
            _leave(folder, lock)
        except KeyboardInterrupt:  # which came in the midst of it
            _leave(folder, lock)
            raise


def change_places(new: Path, replaced: Sequence[str]) -> None:
    """Move all that lies in `new`, from `aside`, to its place, in the place of what was there.

    Parameters
    ----------
    new : Path
        The folder of `aside`; its entries are whole.
    replaced : sequence of str
        Names beside it that go away.

    Raises
    ------
    OSError
        If something cannot be moved; what went away is put back then where nothing has come.
    """
    folder = new.parent
    plan = {"replaced": list(replaced), "new": sorted(os.listdir(new))}
    written = folder / f"{PLAN}.new"
    written.write_text(json.dumps(plan), encoding="utf-8")
    to_disk(written)
    os.replace(written, folder / PLAN)
    try:
        _follow(folder, plan)
    except OSError:
        (folder / PLAN).unlink()
        for name in os.listdir(folder / FORMER):
            if not os.path.lexists(folder.parent / name):
                os.replace(folder / FORMER / name, folder.parent / name)
        raise
    (folder / PLAN).unlink()
    to_disk(folder.parent)


def remove_leftovers(folder: Path) -> None:
    """Remove what killed runs left in a folder, after ending what they had begun to put in place.

    What belongs to a run that lives stays, and what cannot be removed.
    """
    with suppress(OSError):
        for name in [name for name in os.listdir(folder) if is_remnant(name)]:
            with suppress(OSError, InputError):
                lock = _take(folder / name, folder / name, make=False)
                if lock is not None:
                    _clear(folder / name)
                    _leave(folder / name, lock)


def is_remnant(name: str) -> bool:
    """Whether a name is one of the hidden folders, which only a killed process leaves behind."""
    return re.fullmatch(r"\.ssf-[0-9a-f]{16}(-\w+)?", name) is not None


def to_disk(path: Path) -> None:
    """Have a file, or the names in a folder, written to disk, so that a power cut spares them."""
    with suppress(OSError):  # folders of Windows, and file systems that do not know it
        handle = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)


def _folder_of(path: Path) -> Path:
    """The hidden folder of an output; its name has one length, however long the output's is."""
    digest = hashlib.sha256(os.fsencode(path.name)).hexdigest()[:16]
    return path.with_name(f".ssf-{digest}")


def _take(folder: Path, path: Path, *, make: bool = True) -> int | None:
    """Lock the folder, made where it is not there; None where the file system has no locks."""
    while True:
        try:
            os.mkdir(folder, 0o700)
        except FileExistsError:
            _check_ours(folder)
        else:
            if not make:  # its run ended meanwhile
                os.rmdir(folder)
                return None
        flags = os.O_RDWR | os.O_CREAT | getattr(os, "O_NOFOLLOW", 0)
        try:
            lock = os.open(folder / LOCK, flags, 0o600)
        except FileNotFoundError:  # its run ended meanwhile
            continue
        locked = _locked(lock)
        if locked and _is(lock, folder / LOCK):
            return lock
        os.close(lock)
        if locked is None:
            return None
        if not locked:
            message = f"Another run is writing {path}; wait for it, or choose another output."
            raise InputError(message)


def _check_ours(folder: Path) -> None:
    """Refuse a link, a file, or another user's folder of that name."""
    try:
        there = os.lstat(folder)
    except FileNotFoundError:
        return
    mine = not hasattr(os, "geteuid") or there.st_uid == os.geteuid()
    if not (stat.S_ISDIR(there.st_mode) and mine):
        message = f"{folder} is in the way: no folder of this user's. Remove it."
        raise InputError(message)


def _locked(handle: int) -> bool | None:
    """Whether a file could be locked; None where the file system has no locks."""
    try:
        if sys.platform == "win32":
            import msvcrt

            msvcrt.locking(handle, msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError as error:
        return False if error.errno in HELD else None
    return True


def _is(handle: int, path: Path) -> bool:
    """Whether an open file still is the one of that name."""
    try:
        return os.path.samestat(os.fstat(handle), os.lstat(path))
    except FileNotFoundError:
        return False


def _clear(folder: Path) -> None:
    """End what a dead run had begun to put in place, and remove what it left."""
    plan = _plan(folder / PLAN)
    if plan is not None:
        _follow(folder, plan)
    for name in os.listdir(folder):
        if name == LOCK:
            continue
        if (folder / name).is_dir() and not (folder / name).is_symlink():
            shutil.rmtree(folder / name)
        else:
            (folder / name).unlink()


def _leave(folder: Path, lock: int | None) -> None:
    """Remove the folder, the lock last; what cannot be removed stays for a later run."""
    with suppress(OSError):
        if lock is None:
            shutil.rmtree(folder)
            return
        for name in os.listdir(folder):
            if (folder / name).is_dir():
                shutil.rmtree(folder / name)
            elif name != LOCK:
                (folder / name).unlink()
    if lock is None:
        return
    if sys.platform == "win32":  # which removes no open file
        os.close(lock)
    with suppress(OSError):
        (folder / LOCK).unlink()
        os.rmdir(folder)
    if sys.platform != "win32":
        with suppress(OSError):  # closed already
            os.close(lock)


def _plan(path: Path) -> dict[str, list[str]] | None:
    """A plan as `change_places` wrote it; None where there is none."""
    try:
        plan = json.loads(path.read_text(encoding="utf-8"))
        names = [*plan["replaced"], *plan["new"]]
        ours = all(os.path.basename(name) == name not in ("", ".", "..") for name in names)
    except (FileNotFoundError, ValueError, KeyError, TypeError):
        return None
    return plan if ours else None


def _follow(folder: Path, plan: dict[str, list[str]]) -> None:
    """Follow a plan from wherever it was left."""
    new, former = folder / NEW, folder / FORMER
    former.mkdir(exist_ok=True)
    for name in plan["replaced"]:
        has_come = name in plan["new"] and not os.path.lexists(new / name)
        if not has_come and os.path.lexists(folder.parent / name):
            os.replace(folder.parent / name, former / name)
    for name in plan["new"]:
        if os.path.lexists(new / name):
            os.replace(new / name, folder.parent / name)

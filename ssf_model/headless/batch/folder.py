"""The folder of a batch: results, and beside them what lets the same command go on after a kill.

    FOLDER/NAME.gpkg                     a finished result, one a map
    FOLDER/summary.csv                   a row a map and zone
    FOLDER/batch/settings.json           what all results of the folder depend on besides the maps
    FOLDER/batch/maps/NAME/finished.json a finished map: checksum and summary
    FOLDER/batch/maps/NAME/replace       its result may be replaced: --overwrite was given
    FOLDER/batch/maps/NAME/error.log     why it failed the last time, in full
    FOLDER/batch/maps/NAME/              a map under way: answers of its chunks, unfinished result

A map is finished where finished.json and a whole result are there and nothing asks for another.
"""

from __future__ import annotations

import dataclasses
import json
import os
import shutil
import sqlite3
import traceback
from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from ssf_model.asides import remove_leftovers
from ssf_model.databases import drop_sidecars, settle
from ssf_model.errors import InputError
from ssf_model.headless.batch.chunks import fingerprint
from ssf_model.headless.batch.own_folder import locked, make_own_folder, refuse_link
from ssf_model.tables.zone_summary import ZoneSummary
from ssf_model.whole_files import write_text

FOLDER_FORMAT = 2
ENTRY, REPLACE, LOG, RESULT = "finished.json", "replace", "error.log", "result.gpkg"
NOT_AS_WRITTEN = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


class BatchFolder:
    """An opened folder: no other process has it open.

    Attributes
    ----------
    root : Path
        The folder.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._maps = root / "batch" / "maps"

    def result(self, name: str) -> Path:
        """Where the finished result of a map goes."""
        return self.root / f"{name}.gpkg"

    def unfinished_result(self, name: str) -> Path:
        """Where the result of a map is written; there is none at first."""
        path = self._of_map(name) / RESULT
        for rest in path.parent.glob(RESULT + "*"):  # of a run that was killed
            rest.unlink()
        return path

    def record(self, name: str, number: int) -> Path:
        """Where the answers of a map's chunk go."""
        return self._of_map(name) / f"{number:06d}.npz"

    def is_finished(self, name: str, sha256: str) -> bool:
        """Whether the whole result of a map is there.

        Raises
        ------
        InputError
            If it is that of another map (`sha256` is not the fingerprint of what was read then),
            nobody knows whose it is, what is noted of it is damaged, or it is to be replaced and
            open in another program.
        """
        result = self.result(name)
        if (self._maps / name / REPLACE).exists() or not result.exists():
            settle(result)
            return False
        entry = self._entry(name)
        if entry is None:
            message = f"{result} exists already; give --overwrite to replace it."
            raise InputError(message)
        if entry["sha256"] != sha256:
            message = (
                f"The map changed since {result} was made from it; give --overwrite to make it "
                "anew, or choose another folder."
            )
            raise InputError(message)
        return _is_whole(result)

    def finish(self, name: str, zones: Sequence[ZoneSummary], *, sha256: str) -> None:
        """Move a map's result to its place, note that it is finished, forget its chunks."""
        folder = self._maps / name
        _to_disk(folder / RESULT)  # so that no power cut leaves the name without the content
        entry = {"sha256": sha256, "zones": [dataclasses.asdict(zone) for zone in zones]}
        _write(folder / ENTRY, {**entry, "checksum": _checksum(entry)})
        drop_sidecars(self.result(name))
        os.replace(folder / RESULT, self.result(name))
        for path in folder.iterdir():
            if not path.is_dir() and path.name != ENTRY:
                path.unlink()
        remove_leftovers(folder)

    def fail(self, name: str, error: Exception) -> Path:
        """Write down in full why a map failed, and give the file where that stands."""
        path = self._maps / name / LOG
        text = "".join(traceback.format_exception(type(error), error, error.__traceback__))
        with suppress(OSError):  # a full disk is told of already
            self._of_map(name)
            path.write_text(text, encoding="utf-8", errors="backslashreplace")
        return path

    def finished(self) -> Iterator[tuple[str, list[ZoneSummary]]]:
        """Give every finished map and its zones, by name; those with damaged notes are left out."""
        for path in sorted(self._maps.glob(f"*/{ENTRY}")):
            name = path.parent.name
            with suppress(InputError):
                entry = self._entry(name)
                replaced = (path.parent / REPLACE).exists()
                if entry is not None and self.result(name).exists() and not replaced:
                    yield name, [ZoneSummary(**zone) for zone in entry["zones"]]

    def damaged(self) -> Iterator[tuple[str, str]]:
        """Give every map whose notes are damaged, and what is to be said of it."""
        for path in sorted(self._maps.glob(f"*/{ENTRY}")):
            try:
                self._entry(path.parent.name)
            except InputError as error:
                yield path.parent.name, str(error)

    def begin(self, settings: Mapping[str, Any], names: Sequence[str], *, overwrite: bool) -> None:
        """Begin or go on with a batch.

        Parameters
        ----------
        settings : mapping
            All that results depend on besides the maps, as JSON can tell it.
        names : sequence of str
            Of the maps to come.
        overwrite : bool
            Make their results anew, each staying until its successor is whole; and, where
            settings differ, forget all others.

        Raises
        ------
        InputError
            If the folder was begun with other settings and may not be overwritten.
        """
        path = self.root / "batch" / "settings.json"
        wanted = json.loads(json.dumps({"format": FOLDER_FORMAT, **settings}))
        there = _read(path, "give the batch another folder")
        differ = there is not None and there != wanted
        if there is not None and differ and not overwrite:
            message = (
                f"{self.root} was begun with other settings ({_difference(there, wanted)}). "
                "Choose another folder, or give --overwrite to begin anew."
            )
            raise InputError(message)
        if overwrite and differ:
            shutil.rmtree(self._maps, ignore_errors=True)
        make_own_folder(self._maps)
        if overwrite:
            for name in names:
                self._replace(name)
        _write(path, wanted)

    def _replace(self, name: str) -> None:
        """Let the result of a map be replaced, and forget what is known of it."""
        folder = self._of_map(name)
        (folder / REPLACE).touch()
        remove_leftovers(folder)
        for path in folder.iterdir():
            if not path.is_dir() and path.name != REPLACE:
                path.unlink()

    def _of_map(self, name: str) -> Path:
        """The folder of what is noted of a map."""
        path = self._maps / name
        make_own_folder(path)
        return path

    def _entry(self, name: str) -> dict | None:
        """What is noted of a finished map, refused where it is not what was written."""
        path, what = self._maps / name / ENTRY, "give --overwrite to make its map's result anew"
        entry = _read(path, what)
        if entry is None:
            return None
        try:
            whole = entry.pop("checksum") == _checksum(entry) and isinstance(entry["sha256"], str)
            zones = [ZoneSummary(**zone) for zone in entry["zones"]]
        except NOT_AS_WRITTEN:
            whole, zones = False, []
        if not whole or not zones:
            message = f"{path} is damaged; {what}."
            raise InputError(message)
        return entry


@contextmanager
def open_folder(root: Path) -> Iterator[BatchFolder]:
    """Open the folder of a batch, made where it is not there, for this process alone.

    Raises
    ------
    InputError
        If it cannot be made, or another process works in it.
    """
    if root.exists() and not root.is_dir():
        message = f"{root} is a file; the results of a batch go into a folder."
        raise InputError(message)
    if not root.parent.is_dir():
        message = f"The folder {root.parent} does not exist; make it, or choose another one."
        raise InputError(message)
    with ExitStack() as stack:
        try:
            root.mkdir(exist_ok=True)
            make_own_folder(root / "batch")
            lock = root / "batch" / "lock"
            refuse_link(lock)
            file = stack.enter_context(open(lock, "ab"))
        except OSError as error:
            message = f"{root} cannot hold a batch ({error.strerror}: {error.filename})."
            raise InputError(message) from error
        if not locked(file):
            message = f"Another process works in {root}; wait for it, or choose another folder."
            raise InputError(message)
        yield BatchFolder(root)


def _difference(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """The first setting that differs, in words."""
    for name in [*wanted, *there]:
        if there.get(name) != wanted.get(name):
            return f"{name}: {json.dumps(there.get(name))}, now {json.dumps(wanted.get(name))}"
    return "unreadable"


def _write(path: Path, entries: Mapping[str, Any]) -> None:
    """Write JSON whole."""
    write_text(path, json.dumps(entries, indent=1, ensure_ascii=False), overwrite=True)


def _read(path: Path, what_to_do: str) -> dict | None:
    """JSON as `_write` wrote it; None where there is none."""
    try:
        entries = json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except (OSError, ValueError, RecursionError) as error:
        message = f"{path} is damaged ({type(error).__name__}); {what_to_do}."
        raise InputError(message) from error
    if not isinstance(entries, dict):
        message = f"{path} is damaged (no table of entries); {what_to_do}."
        raise InputError(message)
    return entries


def _checksum(entry: Mapping[str, Any]) -> str:
    """Checksum of what is noted of a map, by which damage is found."""
    return fingerprint(json.dumps(entry, sort_keys=True))


def _is_whole(result: Path) -> bool:
    """Whether a result is a database as it was finished: neither empty nor cut short."""
    uri = f"{result.resolve().as_uri()}?mode=ro&immutable=1"  # nothing is made beside it
    try:
        with closing(sqlite3.connect(uri, uri=True)) as database:
            (health,) = database.execute("PRAGMA quick_check(1)").fetchone()
            database.execute("SELECT count(*) FROM windows").fetchone()
    except sqlite3.Error:
        return False
    return health == "ok"


def _to_disk(path: Path) -> None:
    """Have the system write a file to its disk."""
    with open(path, "rb+") as file:
        os.fsync(file.fileno())

"""The folder of a batch: results, and beside them what lets the same command go on after a kill.

    FOLDER/NAME.gpkg              a finished result, one a map
    FOLDER/summary.csv            a row a map and zone
    FOLDER/batch/settings.json    what all results of the folder depend on besides the maps
    FOLDER/batch/maps/NAME.json   a finished map: checksum and summary
    FOLDER/batch/maps/NAME/       a map under way: answers of its chunks, its unfinished result

A map is finished where both its JSON and its result are there.
"""

from __future__ import annotations

import dataclasses
import hashlib
import json
import os
import shutil
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from ssf_model.errors import InputError
from ssf_model.tables.zone_summary import ZoneSummary
from ssf_model.whole_files import write_text

FOLDER_FORMAT = 1
READ_BYTES = 1 << 20


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
        path = self._under_way(name) / "result.gpkg"
        for rest in path.parent.glob(path.name + "*"):  # of a run that was killed
            rest.unlink()
        return path

    def record(self, name: str, number: int) -> Path:
        """Where the answers of a map's chunk go."""
        return self._under_way(name) / f"{number:06d}.npz"

    def is_finished(self, name: str, sha256: str) -> bool:
        """Whether the result of a map is there.

        Raises
        ------
        InputError
            If it is that of another map: `sha256` is not that of `map_sha256` then.
        """
        entry, result = self._entry(name), self.result(name)
        if entry is None or not result.exists():
            if result.exists():
                message = f"{result} exists already; give --overwrite to replace it."
                raise InputError(message)
            return False
        if entry["sha256"] != sha256:
            message = (
                f"The map changed since {result} was made from it; give --overwrite to make it "
                "anew, or choose another folder."
            )
            raise InputError(message)
        return True

    def finish(self, name: str, zones: Sequence[ZoneSummary], *, sha256: str) -> None:
        """Move a map's result to its place, note that it is finished, forget its chunks."""
        entries = [dataclasses.asdict(zone) for zone in zones]
        _write(self._maps / f"{name}.json", {"name": name, "sha256": sha256, "zones": entries})
        os.replace(self._maps / name / "result.gpkg", self.result(name))
        shutil.rmtree(self._maps / name)

    def finished(self) -> Iterator[tuple[str, list[ZoneSummary]]]:
        """Give every finished map and its zones, by name."""
        for path in sorted(self._maps.glob("*.json")):
            entry = _read(path)
            if entry is not None and self.result(entry["name"]).exists():
                yield entry["name"], [ZoneSummary(**zone) for zone in entry["zones"]]

    def begin(self, settings: Mapping[str, Any], names: Sequence[str], *, overwrite: bool) -> None:
        """Begin or go on with a batch.

        Parameters
        ----------
        settings : mapping
            All that results depend on besides the maps, as JSON can tell it.
        names : sequence of str
            Of the maps to come.
        overwrite : bool
            Remove their results; and, where settings differ, forget all others.

        Raises
        ------
        InputError
            If the folder was begun with other settings and may not be overwritten.
        """
        path = self.root / "batch" / "settings.json"
        wanted = json.loads(json.dumps({"format": FOLDER_FORMAT, **settings}))
        there = _read(path)
        differ = there is not None and there != wanted
        if there is not None and differ and not overwrite:
            message = (
                f"{self.root} was begun with other settings ({_difference(there, wanted)}). "
                "Choose another folder, or give --overwrite to begin anew."
            )
            raise InputError(message)
        if overwrite:
            self._forget(names, all_maps=differ)
        self._maps.mkdir(exist_ok=True)
        _write(path, wanted)

    def _forget(self, names: Sequence[str], *, all_maps: bool) -> None:
        """Remove results by name, and what is known of them, or of all maps."""
        for name in names:
            (self._maps / f"{name}.json").unlink(missing_ok=True)
            shutil.rmtree(self._maps / name, ignore_errors=True)
            self.result(name).unlink(missing_ok=True)
        if all_maps:
            shutil.rmtree(self._maps)

    def _under_way(self, name: str) -> Path:
        """The folder of a map that is under way."""
        path = self._maps / name
        path.mkdir(exist_ok=True)
        return path

    def _entry(self, name: str) -> dict | None:
        """What is noted of a finished map."""
        return _read(self._maps / f"{name}.json")


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
    (root / "batch").mkdir(parents=True, exist_ok=True)
    with open(root / "batch" / "lock", "ab") as file:
        if not _locked(file):
            message = f"Another process works in {root}; wait for it, or choose another folder."
            raise InputError(message)
        yield BatchFolder(root)


def _locked(file: IO) -> bool:
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


def map_sha256(path: Path) -> str:
    """SHA-256 of a vector file: all its files where it is a Shapefile or a folder.

    Raises
    ------
    InputError
        If it does not exist or cannot be read.
    """
    if path.is_dir():
        parts = [part for part in path.rglob("*") if part.is_file()]
    elif path.suffix.lower() == ".shp":
        parts = list(path.parent.glob(path.stem + ".*"))
    else:
        parts = [path]
    digest = hashlib.sha256()
    try:
        for part in sorted(parts):
            with open(part, "rb") as file:
                while content := file.read(READ_BYTES):
                    digest.update(content)
    except FileNotFoundError as error:
        message = f"{path} does not exist."
        raise InputError(message) from error
    except OSError as error:
        message = f"{path} cannot be read ({error.strerror})."
        raise InputError(message) from error
    return digest.hexdigest()


def _difference(there: Mapping[str, Any], wanted: Mapping[str, Any]) -> str:
    """The first setting that differs, in words."""
    for name in [*wanted, *there]:
        if there.get(name) != wanted.get(name):
            return f"{name}: {json.dumps(there.get(name))}, now {json.dumps(wanted.get(name))}"
    return "unreadable"


def _write(path: Path, entries: Mapping[str, Any]) -> None:
    """Write JSON whole."""
    write_text(path, json.dumps(entries, indent=1, ensure_ascii=False), overwrite=True)


def _read(path: Path) -> dict | None:
    """JSON as `_write` wrote it; None where there is none."""
    try:
        return json.loads(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as error:
        message = f"{path} is broken ({error}); give the batch another folder."
        raise InputError(message) from error

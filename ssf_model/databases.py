"""SQLite files that are replaced, such as GeoPackages: what SQLite keeps beside them goes first.

A `-wal` or `-journal` of the former file would be taken for the new one's: it shows the former
tables then, or is destroyed.
"""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from ssf_model.errors import InputError

DATABASES = (".gpkg", ".sqlite", ".sqlite3", ".db")
SIDECARS = ("-wal", "-shm", "-journal")


def settle(path: Path) -> None:
    """Have SQLite take what lies beside a database into it, so that it is whole by itself.

    Does nothing where nothing lies there, or `path` is no database.

    Raises
    ------
    InputError
        If another program has the database open.
    """
    if path.suffix.lower() not in DATABASES or not path.is_file() or not sidecars(path):
        return
    address = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=0)) as database:
            database.execute("PRAGMA journal_mode=DELETE").fetchall()
            database.execute("BEGIN EXCLUSIVE")
            database.execute("ROLLBACK")
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            message = (
                f"{path} is open in another program, such as QGIS. Close it there, or choose "
                "another output."
            )
            raise InputError(message) from error
    except sqlite3.DatabaseError:
        return  # no database at all


def check_takes_tables(path: Path) -> None:
    """Refuse a database to which nothing can be added, before any work is done.

    Raises
    ------
    InputError
        If another program is writing it, it may not be written, or it is no database.
    """
    address = f"{path.absolute().as_uri()}?mode=rw"
    try:
        with closing(sqlite3.connect(address, uri=True, timeout=0)) as database:
            database.execute("BEGIN IMMEDIATE")
            database.execute("ROLLBACK")
    except sqlite3.DatabaseError as error:
        locked = "locked" in str(error)
        reason = "another program is writing it" if locked else str(error)
        message = f"{path} takes no table ({reason}). Choose another output."
        raise InputError(message) from error


def drop_sidecars(path: Path) -> None:
    """Remove what lies beside a database that is about to be replaced; InputError as `settle`."""
    settle(path)
    for sidecar in sidecars(path) if path.suffix.lower() in DATABASES else ():
        sidecar.unlink(missing_ok=True)


def sidecars(path: Path) -> list[Path]:
    """The files of SQLite beside a database."""
    return [Path(f"{path}{ending}") for ending in SIDECARS if os.path.lexists(f"{path}{ending}")]

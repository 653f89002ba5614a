"""A map that changed since its batch began is told from one that did not."""

import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from makers.batch_maps import summary_rows
from makers.map_files import ORIGIN, write


def moved_map(path, by_m):
    """A straight line, moved north."""
    line = np.array([[0.0, by_m], [12_000.0, by_m]])
    return write(path, [shapely.linestrings(line + ORIGIN)])


def through_vrt(folder):
    """A map that refers to another file, and a function that changes that one."""
    moved_map(folder / "elsewhere.gpkg", 0)
    layer = pyogrio.list_layers(folder / "elsewhere.gpkg")[0, 0]
    path = folder / "map.vrt"
    path.write_text(
        f'<OGRVRTDataSource><OGRVRTLayer name="{layer}"><SrcDataSource relativeToVRT="1">'
        "elsewhere.gpkg</SrcDataSource></OGRVRTLayer></OGRVRTDataSource>"
    )

    def change():
        (folder / "elsewhere.gpkg").unlink()
        moved_map(folder / "elsewhere.gpkg", 300)

    return path, change


def in_several_files(folder, name, only=None):
    """A map of several files; of a changed one the files but for `only` are taken over."""
    path = folder / name
    moved_map(path, 0)

    def change():
        there = folder / "there"
        there.mkdir()
        moved_map(there / name, 300)
        for part in there.iterdir():
            if part.suffix != only:
                shutil.copy(part, folder / part.name)

    return path, change


LEAVES_A_WAL = """
import os, sqlite3, sys
path, layer, geometry = sys.argv[1:]
database = sqlite3.connect(path)
database.execute("PRAGMA journal_mode=WAL")
for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type='trigger'").fetchall():
    database.execute(f'DROP TRIGGER "{name}"')
database.execute(f'UPDATE "{layer}" SET geom = ?', [bytes.fromhex(geometry)])
database.commit()
os._exit(0)
"""


def in_wal_mode(folder):
    """A GeoPackage that another program changed and did not close: the change lies in its -wal."""
    path = Path(moved_map(folder / "map.gpkg", 0))
    (layer,) = pyogrio.list_layers(path)[:, 0]
    moved = shapely.linestrings(np.array([[0.0, 300.0], [12_000.0, 300.0]]) + ORIGIN)
    header = b"GP\x00\x01" + (32611).to_bytes(4, "little")  # OGC 12-128r18, 2.1.3
    before = path.read_bytes()

    def change():
        words = [str(path), layer, (header + shapely.to_wkb(moved)).hex()]
        subprocess.run([sys.executable, "-c", LEAVES_A_WAL, *words], check=True)
        assert Path(f"{path}-wal").stat().st_size > 0
        assert path.read_bytes()[100:] == before[100:]  # but for the mode in its header

    return path, change


CHANGED = {
    "vrt": through_vrt,
    "tab": lambda folder: in_several_files(folder, "map.tab", only=".tab"),
    "brackets": lambda folder: in_several_files(folder, "map [1].shp"),
    "wal": in_wal_mode,
}


@pytest.mark.parametrize("kind", CHANGED)
def test_a_map_that_changed_is_told_from_one_that_did_not(batch_of, tmp_path, kind):
    """Whichever of its files the change lies in."""
    run, out = batch_of
    path, change = CHANGED[kind](tmp_path)
    trusted = ["--follow-vrt"] if kind == "vrt" else []
    assert run([path], *trusted) == 0
    assert run([path], *trusted) == 0  # read once more, it is the same
    change()
    assert run([path], *trusted) == 1
    assert "The map changed since" in summary_rows(out)[path.stem]["error"]
    assert run([path], *trusted, "--overwrite") == 0

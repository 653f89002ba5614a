"""A database that is replaced leaves nothing of itself beside the new one."""

import shutil
import sqlite3
from contextlib import closing

import pytest

from ssf_model.databases import drop_sidecars, settle
from ssf_model.errors import InputError
from ssf_model.whole_files import check_output, whole_file


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def made(path, word, *, mode="delete"):
    """A database of one word; the open connection where its journal is to stay."""
    database = sqlite3.connect(path)
    database.execute(f"PRAGMA journal_mode={mode}")
    database.execute("CREATE TABLE words (word)")
    database.execute("INSERT INTO words VALUES (?)", [word])
    database.commit()
    return database


def word_of(path):
    with closing(sqlite3.connect(path)) as database:
        return database.execute("SELECT word FROM words").fetchall()


@pytest.fixture
def with_wal(tmp_path):
    """A database whose content lies in its -wal, as a program leaves it that was killed."""
    live = tmp_path / "live"
    live.mkdir()
    with closing(made(live / "map.gpkg", "former", mode="wal")):
        for path in live.iterdir():
            shutil.copy(path, tmp_path / path.name)
    shutil.rmtree(live)
    assert (tmp_path / "map.gpkg-wal").stat().st_size > 0
    return tmp_path / "map.gpkg"


def overwrite(path):
    with whole_file(path, overwrite=True) as new:
        made(new, "later").close()


def test_an_old_wal_does_not_show_through_the_new_database(with_wal):
    check_output(with_wal, overwrite=True)
    assert word_of(with_wal) == [("former",)]  # until then nothing is lost
    overwrite(with_wal)
    assert word_of(with_wal) == [("later",)]
    assert names(with_wal.parent) == ["map.gpkg"]


def test_a_wal_that_comes_while_the_work_is_done_goes_too(tmp_path, with_wal):
    shutil.copy(with_wal, tmp_path / "kept")
    wal = (tmp_path / "map.gpkg-wal").read_bytes()
    with_wal.unlink()
    overwrite(with_wal)
    assert word_of(with_wal) == [("later",)]
    assert names(tmp_path) == ["kept", "map.gpkg"]
    assert wal


@pytest.mark.parametrize("ending", ["-journal", "-wal", "-shm"])
def test_what_is_no_database_leaves_no_sidecars(tmp_path, ending):
    path = tmp_path / "map.gpkg"
    path.write_text("text")
    (tmp_path / f"map.gpkg{ending}").write_text("rest")
    settle(path)
    overwrite(path)
    assert word_of(path) == [("later",)]
    assert names(tmp_path) == ["map.gpkg"]


def test_a_database_that_another_program_has_open_is_refused(tmp_path):
    path = tmp_path / "map.gpkg"
    with closing(made(path, "former", mode="wal")):
        with pytest.raises(InputError, match=r"map\.gpkg is open in another program"):
            check_output(path, overwrite=True)
        with pytest.raises(InputError, match=r"What was made is whole and kept as .*map-2\.gpkg"):
            overwrite(path)
    assert word_of(path) == [("former",)]
    assert word_of(tmp_path / "map-2.gpkg") == [("later",)]


def test_files_beside_what_is_no_database_by_its_name_stay(tmp_path):
    (tmp_path / "a.html-wal").write_text("mine")
    (tmp_path / "a.html").write_text("former")
    drop_sidecars(tmp_path / "a.html")
    assert names(tmp_path) == ["a.html", "a.html-wal"]

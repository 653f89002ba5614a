import subprocess
import sys

import pytest

from makers.full_disk import full_disk
from makers.places import REPOSITORY
from ssf_model.errors import InputError
from ssf_model.whole_files import is_remnant, whole_file, whole_folder, write_text


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_a_file_takes_its_place_at_the_end_alone(tmp_path):
    (tmp_path / "a.txt").write_text("former")
    with whole_file(tmp_path / "a.txt", overwrite=True) as aside:
        aside.write_text("later")
        assert (tmp_path / "a.txt").read_text() == "former"
    assert (tmp_path / "a.txt").read_text() == "later"
    assert names(tmp_path) == ["a.txt"]


@pytest.mark.parametrize("name", ["map.gpkg", "best.weights.h5", "[map].gpkg", "none"])
def test_the_name_aside_ends_as_the_file_does(tmp_path, name):
    """A driver and Keras choose the format by the ending, `.weights.h5` among them."""
    with whole_file(tmp_path / name, overwrite=False) as aside:
        assert aside.name.endswith(name)
        assert aside.name.startswith(".")
        assert aside.parent == tmp_path
        aside.touch()


def write_half(path):
    with whole_file(path, overwrite=True) as aside:
        aside.write_text("hal")
        aside.with_name(aside.name + "-journal").write_text("SQLite's")
        raise OSError(28, "No space left on device")


def test_an_error_leaves_what_was_there_and_nothing_of_the_driver(tmp_path):
    path = tmp_path / "[map].gpkg"  # brackets mean something to a pattern of names
    path.write_text("former")
    (tmp_path / "[map].gpkg-wal").write_text("of another")
    with pytest.raises(OSError, match="No space left"):
        write_half(path)
    assert path.read_text() == "former"
    assert names(tmp_path) == ["[map].gpkg", "[map].gpkg-wal"]


def test_an_error_of_writing_names_the_file(tmp_path):
    with full_disk(3), pytest.raises(OSError, match=r"too large: '.*a\.txt'"):
        write_text(tmp_path / "a.txt", "1234", overwrite=False)
    assert names(tmp_path) == []


def test_an_error_with_words_of_its_own_keeps_them(tmp_path):
    with pytest.raises(OSError, match=r"^no room$"), whole_file(tmp_path / "a", overwrite=False):
        raise OSError("no room")  # noqa: EM101


def test_a_file_that_was_never_written_is_no_result(tmp_path):
    with pytest.raises(FileNotFoundError), whole_file(tmp_path / "a.txt", overwrite=False):
        pass
    assert names(tmp_path) == []


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("there.txt", "there.txt exists already; give --overwrite to replace it"),
        ("folder", "folder is a folder; name a file"),
        ("gone/a.txt", "The folder .*gone does not exist; make it"),
    ],
)
def test_what_could_not_be_written_is_refused_before_work(tmp_path, name, message):
    (tmp_path / "there.txt").write_text("mine")
    (tmp_path / "folder").mkdir()
    with (
        pytest.raises(InputError, match=message),
        whole_file(tmp_path / name, overwrite=False),
    ):
        pytest.fail("the work has begun")
    assert (tmp_path / "there.txt").read_text() == "mine"


def test_text_is_written_as_it_is(tmp_path):
    write_text(tmp_path / "a.txt", "Düzce\r\nß\n", overwrite=False)
    write_text(tmp_path / "b.txt", iter(["Dü", "zce\r\n", "ß\n"]), overwrite=False)
    assert (tmp_path / "a.txt").read_bytes() == "Düzce\r\nß\n".encode()
    assert (tmp_path / "b.txt").read_bytes() == (tmp_path / "a.txt").read_bytes()


def test_a_folder_replaces_its_former_whole(tmp_path):
    former = tmp_path / "run"
    former.mkdir()
    (former / "a").write_text("former")
    with whole_folder(former, ("a", "b"), overwrite=True) as aside:
        (aside / "b").write_text("later")
        assert names(former) == ["a"]
    assert names(former) == ["b"]
    assert names(tmp_path) == ["run"]


def fill_half(path):
    with whole_folder(path, ("a",), overwrite=True) as aside:
        (aside / "a").write_text("hal")
        raise OSError(28, "No space left on device")


def test_a_folder_that_fails_leaves_its_former(tmp_path):
    former = tmp_path / "run"
    former.mkdir()
    (former / "a").write_text("former")
    with pytest.raises(OSError, match="No space left"):
        fill_half(former)
    assert (former / "a").read_text() == "former"
    assert names(tmp_path) == ["run"]


def test_a_folder_with_other_things_stays(tmp_path):
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "thesis.tex").write_text("years")
    with (
        pytest.raises(InputError, match=r"holds something else \(thesis\.tex\)"),
        whole_folder(tmp_path / "run", ("a",), overwrite=True),
    ):
        pytest.fail("the work has begun")
    assert names(tmp_path / "run") == ["thesis.tex"]


def test_what_a_kill_leaves_can_be_told(tmp_path):
    """A process that ends without its last words leaves the name aside, and nothing else."""
    code = (
        "import os, sys; from pathlib import Path; from ssf_model.whole_files import whole_file\n"
        "with whole_file(Path(sys.argv[1]), overwrite=False) as aside:\n"
        "    aside.write_text('hal'); os._exit(9)"
    )
    path = tmp_path / "best.weights.h5"
    done = subprocess.run([sys.executable, "-c", code, path], cwd=REPOSITORY, check=False)
    assert done.returncode == 9
    assert [is_remnant(name) for name in names(tmp_path)] == [True]
    for name in ("best.weights.h5", ".party.5.txt", "part5.a", ".part5", "a.part5.b"):
        assert not is_remnant(name)

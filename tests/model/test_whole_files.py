import shutil
import sys

import pytest

from makers.full_disk import full_disk
from ssf_model.asides import aside, is_remnant
from ssf_model.errors import InputError
from ssf_model.whole_files import (
    check_output,
    check_output_folder,
    whole_file,
    whole_files,
    whole_folder,
    write_text,
)


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
        assert aside.name.endswith(name[name.find(".") :] if "." in name else "")
        assert not list(aside.parent.iterdir())
        aside.touch()
        assert aside.stat().st_dev == tmp_path.stat().st_dev
    assert names(tmp_path) == [name]


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


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("full", "exists already"),
        ("/sys/none/run", "/sys/none/run cannot be written"),
        ("full/a/run", "Not a directory"),
        ("held", "Another run is writing"),
    ],
)
def test_a_folder_that_could_not_be_made_is_refused_before_work(tmp_path, name, message):
    """Not even root can write into /sys."""
    (tmp_path / "full").mkdir()
    (tmp_path / "full" / "a").touch()
    with aside(tmp_path / "held"), pytest.raises(InputError, match=message):
        check_output_folder(tmp_path / name, ("a",), overwrite=False)
    assert names(tmp_path) == ["full"]


def test_a_folder_that_can_be_made_is_let_be_until_then(tmp_path):
    for path in (tmp_path / "run", tmp_path / "above" / "run"):
        check_output_folder(path, ("a",), overwrite=False)
    (tmp_path / "run").mkdir()
    check_output_folder(tmp_path / "run", ("a",), overwrite=True)
    (tmp_path / "run" / "thesis.tex").touch()
    with pytest.raises(InputError, match=r"holds something else \(thesis\.tex\)"):
        check_output_folder(tmp_path / "run", ("a",), overwrite=True)
    assert names(tmp_path) == ["run"]


def test_two_runs_into_one_output_are_told_of_each_other(tmp_path):
    path = tmp_path / "a.txt"
    told = "Another run is writing .*a.txt; wait for it"
    with whole_file(path, overwrite=True) as new:
        new.write_text("the first")
        with pytest.raises(InputError, match=told):
            check_output(path, overwrite=True)
        with pytest.raises(InputError, match=told):
            write_text(path, "the second", overwrite=True)
    assert path.read_text() == "the first"


def test_a_whole_result_whose_place_was_taken_is_kept(tmp_path):
    (tmp_path / "a-2.txt").write_text("there already")

    def overtaken():
        with whole_file(tmp_path / "a.txt", overwrite=False) as new:
            new.write_text("mine")
            (tmp_path / "a.txt").write_text("of another program")

    match = r"a\.txt: File exists\. What was made is whole and kept as .*a-3\.txt\.$"
    with pytest.raises(InputError, match=match):
        overtaken()
    assert (tmp_path / "a.txt").read_text() == "of another program"
    assert (tmp_path / "a-3.txt").read_text() == "mine"
    assert names(tmp_path) == ["a-2.txt", "a-3.txt", "a.txt"]


def test_a_link_to_nowhere_is_there_already(tmp_path):
    (tmp_path / "a.txt").symlink_to("gone")
    with pytest.raises(InputError, match="exists already"):
        check_output(tmp_path / "a.txt", overwrite=False)


def test_a_name_that_no_file_can_have_is_refused_before_work(tmp_path):
    for name, match in (("n" * 300, "File name too long"), ("a\0b", "null")):
        with pytest.raises(InputError, match=match):
            check_output(tmp_path / name, overwrite=False)
    longest = tmp_path / ("n" * 251 + ".txt")
    check_output(longest, overwrite=False)
    write_text(longest, "mine", overwrite=False)
    assert longest.read_text() == "mine"


def test_a_folder_or_disk_that_takes_nothing_is_refused_before_work(tmp_path, monkeypatch):
    with full_disk(100), pytest.raises(InputError, match=r"a\.txt cannot be written \(File too"):
        check_output(tmp_path / "a.txt", overwrite=False)
    assert names(tmp_path) == []

    def refused(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("os.mkdir", refused)  # whoever is root may write anywhere
    with pytest.raises(InputError, match=r"a\.txt cannot be written \(Permission denied"):
        check_output(tmp_path / "a.txt", overwrite=False)


def test_a_file_system_without_locks_or_links_serves_too(tmp_path, monkeypatch):
    monkeypatch.setattr("ssf_model.asides._locked", lambda handle: None)

    def no_links(*_):
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr("os.link", no_links)
    write_text(tmp_path / "a.txt", "mine", overwrite=False)
    assert names(tmp_path) == ["a.txt"]
    assert (tmp_path / "a.txt").read_text() == "mine"
    with pytest.raises(InputError, match="exists already"):
        write_text(tmp_path / "a.txt", "other", overwrite=False)


def test_two_runs_that_begin_together_on_a_disk_without_locks_do_not_end_each_other(
    tmp_path, monkeypatch
):
    """The other one removes the folder that neither could lock between two steps of this one."""

    def has_no_locks(handle):
        shutil.rmtree(next(tmp_path.iterdir()))

    monkeypatch.setattr("ssf_model.asides._locked", has_no_locks)
    write_text(tmp_path / "a.txt", "mine", overwrite=False)
    assert names(tmp_path) == ["a.txt"]


def test_a_folder_is_replaced_in_one_step_where_the_system_can(tmp_path, monkeypatch):
    if not sys.platform.startswith("linux"):
        pytest.skip("renameat2 is Linux's")

    def never(*_):
        raise AssertionError

    monkeypatch.setattr("ssf_model.whole_files.change_places", never)
    test_a_folder_replaces_its_former_whole(tmp_path)


def test_files_come_into_a_folder_together_and_their_formers_go(tmp_path):
    folder = tmp_path / "new" / "strips"
    with whole_files(folder, []) as new:
        for name in "ab":
            (new / name).write_text("first")
        assert [name for name in names(folder) if not is_remnant(name)] == []
    (folder / "mine").write_text("thesis")
    with whole_files(folder, [folder / "a", folder / "b"]) as new:
        (new / "b").write_text("second")
    assert {name: (folder / name).read_text() for name in names(folder)} == {
        "b": "second",
        "mine": "thesis",
    }


def test_where_nothing_comes_no_folder_is_made(tmp_path):
    with whole_files(tmp_path / "new" / "strips", []):
        pass
    assert names(tmp_path) == []


def test_files_that_fail_leave_the_folder_as_it_was(tmp_path):
    def fail(folder, former):
        with whole_files(folder, former) as new:
            (new / "a").write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail(tmp_path / "new" / "strips", [])
    assert names(tmp_path) == []
    (tmp_path / "a").write_text("former")
    with pytest.raises(KeyboardInterrupt):
        fail(tmp_path, [tmp_path / "a"])
    assert (tmp_path / "a").read_text() == "former"
    assert names(tmp_path) == ["a"]

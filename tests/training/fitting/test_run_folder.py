"""A run's folder is made, or takes the place of an older run's, whatever a kill left there."""

import json
import shutil

import pytest

from ssf_model.errors import InputError
from training.fitting.checkpoint import CHECKPOINT
from training.fitting.run_folder import (
    RESULT,
    SETTINGS,
    SPLIT,
    VERSIONS,
    WEIGHTS,
    noted_result,
    noted_versions,
    own_run_folder,
    remove_rest,
)


@pytest.fixture
def run(tmp_path):
    """An older run."""
    folder = tmp_path / "runs" / "run"
    folder.mkdir(parents=True)
    for name in (SETTINGS, SPLIT, WEIGHTS):
        (folder / name).write_text(name)
    return folder


def make_run_folder(run, *, overwrite):
    with own_run_folder(run, overwrite=overwrite):
        assert run.is_dir()
        assert list(run.iterdir()) == []


def below(folder):
    return sorted(path.name for path in folder.rglob("*"))


def test_an_older_run_makes_room_and_leaves_nothing(run):
    make_run_folder(run, overwrite=True)
    assert below(run.parent) == ["run"]


@pytest.mark.parametrize("left", [(), (SPLIT,), (".ssf-0123456789abcdef",), (SETTINGS, SPLIT)])
def test_what_a_run_killed_in_its_first_moments_leaves_is_a_run(run, left):
    shutil.rmtree(run)
    run.mkdir()
    for name in left:
        (run / name).mkdir()
    make_run_folder(run, overwrite=True)
    assert below(run.parent) == ["run"]


@pytest.mark.parametrize("moment", ["os.replace", "shutil.rmtree", "pathlib.Path.mkdir"])
def test_a_run_stopped_while_it_makes_room_can_be_begun_again(run, moment, monkeypatch):
    """Stops in the place of what is called next; the folder is then no half of a run."""

    class StoppedError(BaseException):
        """Nothing catches it, as nothing catches a kill."""

    with monkeypatch.context() as patch:

        def stop(*_, **__):
            patch.undo()
            raise StoppedError

        patch.setattr(moment, stop)
        with pytest.raises(StoppedError):
            make_run_folder(run, overwrite=True)
    assert not run.exists() or below(run) == sorted([SETTINGS, SPLIT, WEIGHTS])
    make_run_folder(run, overwrite=True)
    assert below(run.parent) == ["run"]


@pytest.mark.parametrize(
    "text", ["", "{", "[" * 10**5, "[]", '{"best": 3}', '{"best": {"epoch": "x"}}', "\x80"]
)
def test_notes_that_were_tampered_with_are_refused_in_one_line(run, text):
    (run / RESULT).write_text(text, encoding="latin-1")
    (run / VERSIONS).write_text(text, encoding="latin-1")
    with pytest.raises(InputError, match=r"result\.json: not readable as a run's result"):
        noted_result(run)
    with pytest.raises(InputError, match=r"versions\.json: not readable as versions"):
        noted_versions(run)


def test_notes_are_read_as_they_were_written(run):
    best = {"epoch": 3, "val_loss": 1.5, "val_mae": 0.1, "val_within_2sd": 0.9}
    (run / RESULT).write_text(json.dumps({"best": best}))
    (run / VERSIONS).write_text('{"python": "3.11"}')
    assert noted_result(run) == {"best": best}
    assert noted_versions(run) == {"python": "3.11"}


def test_what_a_run_killed_as_it_ended_left_is_removed(run):
    for name in (".ssf-0123456789abcdef", "run/.ssf-0123456789abcdef"):
        (run.parent / name).mkdir()
    (run / CHECKPOINT).touch()
    remove_rest(run)
    assert below(run.parent) == sorted(["run", SETTINGS, SPLIT, WEIGHTS])


def test_other_things_are_no_run(run):
    (run / SETTINGS).unlink()
    with pytest.raises(InputError, match=r"is no run folder \(no settings.json\)"):
        make_run_folder(run, overwrite=True)
    thesis = run.parent / "thesis.tex"
    thesis.write_text("years")
    with pytest.raises(InputError, match="is no run folder"):
        make_run_folder(thesis, overwrite=True)
    with pytest.raises(InputError, match="is there already"):
        make_run_folder(run, overwrite=False)
    assert thesis.read_text() == "years"
    assert below(run) == sorted([SPLIT, WEIGHTS])


@pytest.mark.parametrize("how", [{"overwrite": True}, {"overwrite": False, "goes_on": True}])
def test_no_second_training_comes_into_a_run_that_is_under_way(run, how):
    """It would have put the run's folder away, or written its own files among the run's."""
    told = pytest.raises(InputError, match=r"Another run is writing .*run; wait for it")
    with own_run_folder(run, overwrite=False, goes_on=True):
        with told, own_run_folder(run, **how):
            pass
        assert below(run) == sorted([SETTINGS, SPLIT, WEIGHTS])
    with own_run_folder(run, **how):
        assert below(run) == ([] if how["overwrite"] else sorted([SETTINGS, SPLIT, WEIGHTS]))
    assert [path.name for path in run.parent.iterdir()] == ["run"]

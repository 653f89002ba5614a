"""What a run that was killed leaves beside its output, and what the next one makes of it."""

import os
import shutil
import subprocess
import sys

import pytest

from makers.places import REPOSITORY
from ssf_model.asides import is_remnant
from ssf_model.errors import InputError
from ssf_model.whole_files import check_output, whole_file, whole_folder, write_text


def names(folder):
    return sorted(path.name for path in folder.iterdir())


KILLED = (
    "import os, sys; from pathlib import Path\n"
    "from ssf_model import asides, whole_files\n"
    "path = Path(sys.argv[1])\n"
)


def killed(code, path):
    """Run code that ends its process without its last words."""
    words = [sys.executable, "-c", KILLED + code, path]
    done = subprocess.run(words, cwd=REPOSITORY, check=False)
    assert done.returncode == 9


def half_written(path):
    killed("with whole_files.whole_file(path, overwrite=True) as a: a.touch(); os._exit(9)", path)


def test_what_a_kill_leaves_is_one_hidden_folder_and_goes_with_the_next_run(tmp_path):
    path = tmp_path / "best.weights.h5"
    half_written(path)
    half_written(path)
    assert [is_remnant(name) for name in names(tmp_path)] == [True]
    write_text(path, "whole", overwrite=False)
    assert names(tmp_path) == ["best.weights.h5"]
    assert path.read_text() == "whole"
    for name in ("best.weights.h5", ".ssf-5.txt", "ssf-0123456789abcdef", ".ssf-0123456789abcdefg"):
        assert not is_remnant(name)


def test_what_another_outputs_run_left_is_removed_and_what_lives_stays(tmp_path):
    half_written(tmp_path / "a.txt")
    with whole_file(tmp_path / "living.txt", overwrite=False) as new:
        check_output(tmp_path / "b.txt", overwrite=False)
        assert len(names(tmp_path)) == 1
        new.write_text("alive")
    assert names(tmp_path) == ["living.txt"]


def test_nothing_is_appended_to_and_no_link_is_followed(tmp_path):
    """A folder that somebody put there by a link, or a file of that name, is refused."""
    path, victim = tmp_path / "a.txt", tmp_path / "victim"
    half_written(path)
    (left,) = tmp_path.iterdir()
    (left / "new" / "new.txt").write_text("of the dead run")
    with whole_file(path, overwrite=False) as new:
        assert not new.exists()
        new.touch()
    victim.mkdir()
    (victim / "thesis.tex").write_text("years")
    left.symlink_to(victim)
    with pytest.raises(InputError, match="is in the way"):
        write_text(path, "b", overwrite=True)
    left.unlink()
    left.mkdir()
    (left / "lock").symlink_to(victim / "thesis.tex")
    with pytest.raises(OSError, match=r"a\.txt"):
        write_text(path, "b", overwrite=True)
    assert (victim / "thesis.tex").read_text() == "years"
    assert names(victim) == ["thesis.tex"]


@pytest.mark.parametrize("moment", ["shutil.rmtree", "os.rmdir"])
def test_ctrl_c_while_all_is_cleared_up_leaves_nothing(tmp_path, monkeypatch, moment):
    """It comes in the place of one of the calls that clear up."""
    module, name = moment.split(".")
    really, calls = getattr({"os": os, "shutil": shutil}[module], name), []

    def interrupted(*args, **options):
        calls.append(args)
        if len(calls) == 1:
            raise KeyboardInterrupt
        return really(*args, **options)

    def stopped():
        with whole_file(tmp_path / "a.txt", overwrite=False) as new:
            new.write_text("whole")
            monkeypatch.setattr(moment, interrupted)
            raise OSError(28, "No space left on device")

    with pytest.raises(KeyboardInterrupt):
        stopped()
    monkeypatch.undo()
    assert names(tmp_path) == []


SWAPS = {  # moments of a change of places, as the functions that are called next
    "before the plan": "asides.to_disk",
    "before the former goes": "asides._follow",
    "before the new one comes": "os.replace",
}


@pytest.mark.parametrize("moment", SWAPS)
def test_a_folder_survives_a_kill_between_its_renames(tmp_path, moment):
    """Without the one step that changes both, which some systems lack: former or new, no third."""
    path = tmp_path / "run"
    path.mkdir()
    (path / "a").write_text("former")
    code = """
whole_files._exchanged = lambda new, path: False
def end(*_): os._exit(9)
def replace(old, new, former=os.replace):
    former(old, new)
    if Path(old) == path: os._exit(9)
"""
    change = {"os.replace": "os.replace = replace\n"}.get(SWAPS[moment], f"{SWAPS[moment]} = end\n")
    road = "with whole_files.whole_folder(path, ('a',), overwrite=True) as new:\n"
    killed(code + change + road + "    (new / 'a').write_text('later')", path)
    for _ in range(2):  # the run after a kill finds one of both, and leaves nothing
        with (
            pytest.raises(InputError, match="exists already"),
            whole_folder(path, ("a",), overwrite=False),
        ):
            pass
        assert names(tmp_path) == ["run"]
        expected = "former" if moment == "before the plan" else "later"
        assert (path / "a").read_text() == expected


@pytest.mark.parametrize("plan", ["", "[]", '{"replaced": ["../thesis"], "new": []}'])
def test_a_plan_that_nobody_made_is_not_followed(tmp_path, plan):
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "thesis").write_text("years")
    half_written(folder / "a.txt")
    (left,) = folder.iterdir()
    (left / "plan").write_text(plan)
    write_text(folder / "a.txt", "whole", overwrite=False)
    assert (tmp_path / "thesis").read_text() == "years"
    assert names(folder) == ["a.txt"]

"""What ./check and ./demo set up, once a run was stopped over it: made anew, mended, or told of.

A stub takes the place of Python: it makes environments whose pip does what the test says.
"""

import os
import shutil
import subprocess

import pytest

from makers.places import REPOSITORY

pytestmark = pytest.mark.skipif(shutil.which("bash") is None, reason="needs a shell")

# $0 -m venv [--clear] FOLDER; what pip does stands in ./pip, ensurepip lays a pip that works.
PYTHON = """#!/bin/sh
echo "$@" >>calls
case "$*" in
-c*) exit 0 ;;
"-m venv --clear "*) rm -rf .venv; mkdir -p .venv/bin; cp "$0" .venv/bin/python; touch .venv/pip ;;
"-m venv "*) mkdir -p .venv/bin; cp "$0" .venv/bin/python; sh ./venv; touch .venv/pip ;;
"-m ensurepip") sh ./ensurepip && touch .venv/pip ;;
"-m pip --version") test -e .venv/pip ;;
"-m pip install "*) touch .venv/package; sh ./pip ;;
esac
"""
KILL = "kill -9 $(cat shell)"


class Place:
    """A folder with what the script reads, and a Python that the test makes."""

    def __init__(self, folder):
        self.folder = folder
        for name in ("pyproject.toml", "constraints.txt", "venv", "pip", "ensurepip"):
            (folder / name).touch()
        (folder / "bin").mkdir()
        self.executable(folder / "bin" / "python3")

    def executable(self, path):
        """Put the stub there."""
        path.write_text(PYTHON)
        path.chmod(0o755)

    def says(self, name, words):
        """Write a file of the folder."""
        (self.folder / name).write_text(words)

    def set_up(self):
        """Exit code, what was said, and what Python was called for."""
        (self.folder / "calls").write_text("")
        line = f'echo $$ >shell; . "{REPOSITORY}/tools/environments.sh"; need_venv headless'
        path = f"{self.folder / 'bin'}:{os.environ['PATH']}"
        done = subprocess.run(
            ["bash", "-c", line], cwd=self.folder, env={**os.environ, "PATH": path},
            capture_output=True, text=True, check=False,
        )  # fmt: skip
        calls = [line.split(" --quiet")[0] for line in self.calls() if not line.startswith("-c")]
        return done.returncode, done.stderr, calls

    def calls(self):
        """What Python was called with."""
        return (self.folder / "calls").read_text().splitlines()

    def is_whole(self):
        """Whether the environment is finished, and nothing is beside it."""
        there = {path.name for path in self.folder.iterdir() if path.name.startswith(".venv")}
        return there == {".venv"} and (self.folder / ".venv" / "ssf-stamp").exists()


@pytest.fixture
def place(tmp_path):
    return Place(tmp_path)


def test_a_new_environment_is_made_once(place):
    assert place.set_up()[2] == ["-m venv .venv", "-m pip --version", "-m pip install"]
    assert place.is_whole()
    assert place.set_up() == (0, "", [])


@pytest.mark.parametrize("moment", ["venv", "pip"])
def test_one_that_a_run_was_killed_over_is_made_anew(place, moment):
    place.says(moment, KILL)
    assert place.set_up()[0] == -9
    assert not place.is_whole()
    place.says(moment, "")
    (place.folder / ".venv" / "half").touch()
    code, said, calls = place.set_up()
    assert (code, calls) == (0, ["-m venv --clear .venv", "-m pip install"])
    assert "An earlier run was stopped while it set up .venv, which is made anew." in said
    assert not (place.folder / ".venv" / "half").exists()
    assert place.is_whole()


def test_one_that_is_there_is_brought_up_to_date_and_made_anew_if_that_is_killed(place):
    place.set_up()
    place.says("pyproject.toml", "other")
    place.says("pip", KILL)
    code, _, calls = place.set_up()
    assert (code, calls) == (-9, ["-m pip --version", "-m pip install"])
    place.says("pip", "")
    assert "-m venv --clear .venv" in place.set_up()[2]
    assert place.is_whole()


def test_what_pip_refuses_is_tried_again_in_place(place):
    place.says("pip", "exit 1")
    assert place.set_up()[0] == 1
    assert not place.is_whole()
    place.says("pip", "")
    assert place.set_up()[2] == ["-m pip --version", "-m pip install"]
    assert place.is_whole()


def test_somebodys_own_environment_is_added_to_and_never_cleared(place):
    (place.folder / ".venv" / "bin").mkdir(parents=True)
    place.executable(place.folder / ".venv" / "bin" / "python")
    place.says("ensurepip", "exit 1")
    code, said, _ = place.set_up()
    assert code == 1
    assert ".venv has no pip, and none could be put there; remove the folder" in said
    place.says("ensurepip", "")
    place.says("pip", KILL)
    assert place.set_up()[0] == -9
    place.says("pip", "")
    calls = place.set_up()[2]
    assert calls == ["-m pip --version", "-m pip install"]
    assert place.is_whole()

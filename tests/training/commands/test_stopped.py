"""Signals stop the verbs of training as they stop those of the command line: no half outputs."""

import os
import signal
import subprocess
import sys
import time

import pytest
from scipy.io import savemat

from makers.hand_made_mat import windows_2022
from makers.places import REPOSITORY
from makers.signals import as_a_shell_does


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130), (signal.SIGHUP, 129)]
)
def test_a_signal_stops_a_simulation_in_one_line(tmp_path, number, code, workers):
    """At once, not after the experiments that are under way, which take a minute each."""
    words = ["simulate", "--out", str(tmp_path / "raw"), "--workers", str(workers)]
    process = subprocess.Popen(
        [sys.executable, "-m", "training", *words],
        cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=as_a_shell_does,
    )  # fmt: skip
    said = b""
    while b"simulate:" not in said:
        said += process.stderr.read(1)
        assert process.poll() is None, said
    time.sleep(2)  # so that workers are there, mostly; it ends alike where they are not yet
    process.send_signal(number)
    _, said = process.communicate(timeout=600)
    assert process.returncode == code
    assert said.decode().splitlines()[-1] == "Stopped; the same command with --resume goes on."
    assert "Traceback" not in said.decode()
    assert list(tmp_path.glob("raw/*.mat")) == []


@pytest.mark.parametrize("workers", [1, 2])
@pytest.mark.parametrize(("number", "code"), [(signal.SIGTERM, 143), (signal.SIGINT, 130)])
def test_a_signal_stops_an_ingestion_and_its_readers(tmp_path, number, code, workers):
    """To the whole group, as Ctrl-C goes; the pipes close only when no process is left."""
    (tmp_path / "raw").mkdir()
    savemat(tmp_path / "raw" / "a.mat", windows_2022())
    os.mkfifo(tmp_path / "raw" / "b.mat")  # a reader waits for what is never written
    words = ["ingest", str(tmp_path / "raw"), "--out", str(tmp_path / "w")]
    process = subprocess.Popen(
        [sys.executable, "-m", "training", *words, "--workers", str(workers)],
        cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, start_new_session=True,
        preexec_fn=as_a_shell_does,
    )  # fmt: skip
    said = b""
    while b" 1/2 " not in said:
        said += process.stderr.read(1)
        assert process.poll() is None, said
    os.killpg(process.pid, number)
    _, said = process.communicate(timeout=600)
    assert process.returncode == code
    assert said.decode().splitlines()[-1] == "Stopped; the result was not written."
    assert "Traceback" not in said.decode()
    assert [path.name for path in tmp_path.iterdir()] == ["raw"]

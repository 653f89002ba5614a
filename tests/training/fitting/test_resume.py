"""A run that was stopped goes on to the very same end; several seeds are runs like any other."""

import csv
import dataclasses
import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

import h5py
import numpy as np
import pytest

from makers.places import REPOSITORY
from ssf_model.errors import InputError, ModelError
from ssf_model.scale import ExperimentScale
from training.__main__ import main
from training.experiments.experiment import Experiment
from training.fitting import fit as fit_module
from training.fitting.batches import LabelledMaps
from training.fitting.checkpoint import CHECKPOINT
from training.fitting.config import TrainingConfig
from training.fitting.fit import fit
from training.fitting.run_folder import load_run
from training.fitting.workers import side_by_side
from training.windows.dataset import write_windows

pytest.importorskip("tensorflow")

# Dropout draws random numbers in every step, Adam remembers steps: all of that must come back.
SHORT = TrainingConfig("published", 0.2, epochs=5, windows_per_epoch=96, batch_size=32, flips=True,
                       shift_px=(1, 1), threads=0)  # fmt: skip


class StoppedError(Exception):
    """Stands for a kill within a process."""


def labelled(n, seed):
    """Windows of 12 x 8 with one line; KE is the share of the columns that it covers."""
    rng = np.random.default_rng(seed)
    maps = np.zeros((n, 12, 8), np.uint8)
    maps[:, 6] = rng.random((n, 8)) < rng.random((n, 1))
    return LabelledMaps(
        maps, maps[:, 6].mean(axis=1), np.full(n, 0.1), np.ones(n), np.ones(n, bool)
    )


def history(run):
    """The history without the time that epochs took."""
    with (run / "history.csv").open(encoding="utf-8") as file:
        return [{k: v for k, v in row.items() if k != "seconds"} for row in csv.DictReader(file)]


def weights(run, shape=(12, 8)):
    return b"".join(w.tobytes() for w in load_run(run, shape)[0].get_weights())


@pytest.fixture(scope="module")
def whole_run(tmp_path_factory):
    folder = tmp_path_factory.mktemp("whole")
    return folder, fit(labelled(80, 1), labelled(40, 2), folder, config=SHORT)


@pytest.mark.parametrize(
    ("moment", "call"),
    [("save_checkpoint", 1), ("save_checkpoint", 3), ("_save_weights", 2), ("_epoch", 4)],
)
def test_a_run_stopped_at_any_moment_ends_as_if_it_had_not_been(
    whole_run, tmp_path, monkeypatch, moment, call
):
    """Oracle: the run that went through. Stops before the step named, at its nth time."""
    step, calls = getattr(fit_module, moment), []

    def stopping(*args, **kwargs):
        calls.append(1)
        if len(calls) == call:
            raise StoppedError
        return step(*args, **kwargs)

    with monkeypatch.context() as patch:
        patch.setattr(fit_module, moment, stopping)
        with pytest.raises(StoppedError):
            fit(labelled(80, 1), labelled(40, 2), tmp_path, config=SHORT)
    result = fit(labelled(80, 1), labelled(40, 2), tmp_path, config=SHORT, resume=True)
    folder, expected = whole_run
    assert weights(tmp_path) == weights(folder)
    assert history(tmp_path) == history(folder)
    assert {**result["best"], "seconds": 0} == {**expected["best"], "seconds": 0}
    assert not (tmp_path / CHECKPOINT).exists()


@pytest.mark.parametrize("other", [{}, {"architecture": "mirrored", "flips": False}])
def test_a_balanced_run_that_was_stopped_ends_as_if_it_had_not_been(tmp_path, monkeypatch, other):
    """The draw of an epoch depends on seed and epoch alone. Oracle: the run that went through."""
    config = dataclasses.replace(SHORT, balance=0.7, epochs=3, **other)
    whole, stopped = tmp_path / "whole", tmp_path / "stopped"
    for folder in (whole, stopped):
        folder.mkdir()
    fit(labelled(80, 1), labelled(40, 2), whole, config=config)
    epoch = fit_module._epoch

    def stopping(*args):
        if args[4] == 2:
            raise StoppedError
        return epoch(*args)

    with monkeypatch.context() as patch:
        patch.setattr(fit_module, "_epoch", stopping)
        with pytest.raises(StoppedError):
            fit(labelled(80, 1), labelled(40, 2), stopped, config=config)
    fit(labelled(80, 1), labelled(40, 2), stopped, config=config, resume=True)
    assert weights(stopped) == weights(whole)
    assert history(stopped) == history(whole)


def test_the_checkpoint_that_is_resumed_from_matters(whole_run, tmp_path, monkeypatch):
    """A checkpoint with other weights in it must lead elsewhere, else it would not be read."""
    with monkeypatch.context() as patch:
        patch.setattr(fit_module, "write_text", lambda path, text, overwrite: None)
        patch.setattr(Path, "unlink", lambda self, missing_ok=False: None)
        short = dataclasses.replace(SHORT, epochs=2)
        fit(labelled(80, 1), labelled(40, 2), tmp_path, config=short)
    with h5py.File(tmp_path / CHECKPOINT, "r+") as file:
        file["network/0000"][...] += 0.1
    fit(labelled(80, 1), labelled(40, 2), tmp_path, config=SHORT, resume=True)
    assert history(tmp_path)[-1]["loss"] != history(whole_run[0])[-1]["loss"]


def test_a_checkpoint_that_is_broken_or_of_another_network_is_refused(tmp_path, monkeypatch):
    monkeypatch.setattr(fit_module, "write_text", lambda path, text, overwrite: None)
    (tmp_path / CHECKPOINT).write_bytes(b"no HDF5")
    good = labelled(40, 1)
    with pytest.raises(InputError, match=r"checkpoint\.h5: not a readable checkpoint"):
        fit(good, good, tmp_path, config=SHORT, resume=True)
    with h5py.File(tmp_path / CHECKPOINT, "w") as file:
        file.create_group("network")["0000"] = np.zeros(3)
        file.create_group("optimizer")
        file.attrs["progress"] = json.dumps({"history": [], "wall_s": 0})
    with pytest.raises(InputError, match="its network is not that of these settings"):
        fit(good, good, tmp_path, config=SHORT, resume=True)


SCALE = ExperimentScale(pixel_size_m=90.0, window_rows=12, window_cols=8, stride_px=6)


@pytest.fixture(scope="module")
def road(tmp_path_factory):
    """Windows, their split and settings whose epochs last long enough to be killed in."""
    folder = tmp_path_factory.mktemp("road")
    experiments = []
    names = ("EB_025_1", "EB_025_2", "EB_025_3", "PP_050_1", "PP_050_2", "PP_050_3")
    for number, name in enumerate(names):
        maps = np.zeros((12, 20, 12), np.uint8)
        maps[6] = np.random.default_rng(number).random((20, 12)) < 0.5
        ke = np.stack([maps[6, start : start + 8].mean(axis=0) for start in (0, 6, 12)])
        experiments.append(Experiment(name, "virtual", maps, ke, np.full((3, 12), 0.1), SCALE))
    write_windows(experiments, folder / "windows")
    settings = dataclasses.asdict(dataclasses.replace(SHORT, epochs=6, windows_per_epoch=1536))
    (folder / "config.json").write_text(json.dumps(settings))
    assert main(f"split {folder}/windows --by experiment --out {folder}/split.json".split()) == 0
    return folder


def words(road, run, more=""):
    return (
        f"train --windows {road}/windows --split {road}/split.json --config {road}/config.json "
        f"--run {run} {more}"
    ).split()


# The process kills itself, so that the moment does not hang on how busy the machine is.
KILLED_AFTER_TWO_EPOCHS = """
import os, signal, sys
from training.commands import train
from training.__main__ import main

def report(line, *, prefix):
    if line.startswith("epoch 2/"):
        os.kill(os.getpid(), signal.SIGKILL)

train._report = report
main(sys.argv[1:])
"""


def test_a_killed_process_is_resumed_to_the_same_bits(road, tmp_path, capsys):
    """SIGKILL after the second epoch; oracle: the same command left alone."""
    command = [sys.executable, "-c", KILLED_AFTER_TWO_EPOCHS, *words(road, tmp_path / "run")]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    assert done.returncode == -signal.SIGKILL, done.stderr
    assert not (tmp_path / "run" / "result.json").exists()
    assert len(history(tmp_path / "run")) == 2
    assert main(words(road, tmp_path / "run")) == 1
    assert "--resume to go on" in capsys.readouterr().err
    assert main(words(road, tmp_path / "run", "--resume")) == 0
    told = capsys.readouterr().err
    assert "epoch 2/6" not in told
    assert "epoch 3/6" in told
    assert main(words(road, tmp_path / "alone")) == 0
    assert weights(tmp_path / "run") == weights(tmp_path / "alone")
    assert history(tmp_path / "run") == history(tmp_path / "alone")


def test_a_run_is_resumed_by_what_began_it_only(road, tmp_path, capsys):
    run = tmp_path / "run"
    run.mkdir()
    (run / "thesis.txt").write_text("mine")
    assert main(words(road, run, "--resume")) == 1
    assert "is no run folder" in capsys.readouterr().err
    (run / "thesis.txt").unlink()
    config = json.loads((road / "config.json").read_text())
    (run / "settings.json").write_text(json.dumps(config))
    assert main(words(road, run, "--resume --seed 9")) == 1
    assert "begun with other settings (seed)" in capsys.readouterr().err
    (run / "versions.json").write_text('{"tensorflow": "1.0"}')
    assert main(words(road, run, "--resume")) == 1
    assert "begun with another version of python, tensorflow" in capsys.readouterr().err
    (run / "split.json").write_text("{}")
    assert main(words(road, run, "--resume")) == 1
    assert "begun with another split" in capsys.readouterr().err


def test_several_seeds_give_the_runs_that_each_alone_gives_and_name_the_best(
    road, tmp_path, capsys
):
    short = json.loads((road / "config.json").read_text()) | {"epochs": 2, "windows_per_epoch": 96}
    shutil.copytree(road, tmp_path / "road")
    (tmp_path / "road" / "config.json").write_text(json.dumps(short))
    assert main(words(tmp_path / "road", tmp_path / "both", "--seeds 7,3 --workers 2")) == 0
    told = capsys.readouterr().out.splitlines()
    results = {
        seed: json.loads((tmp_path / f"both/seed{seed}/result.json").read_text())["best"]
        for seed in (7, 3)
    }
    best = min(results, key=lambda seed: results[seed]["val_loss"])
    assert told[-1].startswith(f"best of 2 by validation loss: {tmp_path}/both/seed{best} (")
    assert main(words(tmp_path / "road", tmp_path / "alone", "--seed 7")) == 0
    assert weights(tmp_path / "both" / "seed7") == weights(tmp_path / "alone")
    assert weights(tmp_path / "both" / "seed3") != weights(tmp_path / "alone")
    (tmp_path / "alone" / CHECKPOINT).touch()  # as a kill right behind the result leaves it
    before = (tmp_path / "alone" / "best.weights.h5").stat().st_mtime_ns
    assert main(words(tmp_path / "road", tmp_path / "alone", "--seed 7 --resume")) == 0
    assert (tmp_path / "alone" / "best.weights.h5").stat().st_mtime_ns == before
    assert not (tmp_path / "alone" / CHECKPOINT).exists()


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("--seeds 1,1", "Seeds are different whole numbers"),
        ("--seeds 1,2 --workers 0", "number of workers is 1 or more"),
        ("--seeds 1,2", "is there already"),
    ],
)
def test_seeds_that_cannot_be_trained_are_refused_before_any_work(
    road, tmp_path, capsys, more, message
):
    (tmp_path / "seed2").mkdir()
    assert main(words(road, tmp_path, more)) == 1
    assert message in capsys.readouterr().err
    assert [entry.name for entry in tmp_path.iterdir()] == ["seed2"]


def test_tensorboards_log_holds_the_history_and_leaves_the_fit_alone(road, tmp_path):
    """Oracle: history.csv, and the weights of the same run without a log."""
    import tensorflow as tf

    short = json.loads((road / "config.json").read_text()) | {"epochs": 2, "windows_per_epoch": 96}
    shutil.copytree(road, tmp_path / "road")
    (tmp_path / "road" / "config.json").write_text(json.dumps(short))
    assert main(words(tmp_path / "road", tmp_path / "run", "--tensorboard")) == 0
    assert main(words(tmp_path / "road", tmp_path / "plain")) == 0
    assert weights(tmp_path / "run") == weights(tmp_path / "plain")
    (events,) = (tmp_path / "run" / "tensorboard").iterdir()
    logged = {}
    for record in tf.data.TFRecordDataset(str(events)):
        event = tf.compat.v1.Event.FromString(record.numpy())
        for value in event.summary.value:
            assert value.metadata.plugin_data.plugin_name == "scalars"
            logged[event.step, value.tag] = float(tf.make_ndarray(value.tensor))
    for row in history(tmp_path / "run"):
        for name in set(row) - {"epoch"}:
            assert logged[int(row["epoch"]), name] == pytest.approx(float(row[name]), rel=1e-6)


def test_a_killed_worker_is_told_and_not_waited_for():
    """The system kills what takes too much memory, without a word to its parent."""
    assert side_by_side(max, [(1, 5), (7, 2), (3, 3)], workers=2) == [5, 7, 3]
    with pytest.raises(ModelError, match=r"process was killed.*--resume goes on"):
        side_by_side(os._exit, [(9,), (9,)], workers=2)


def test_several_seeds_do_not_go_into_a_run_folder(road, tmp_path, capsys):
    (tmp_path / "settings.json").write_text("{}")
    assert main(words(road, tmp_path, "--seeds 1,2")) == 1
    assert "holds a run of one seed" in capsys.readouterr().err

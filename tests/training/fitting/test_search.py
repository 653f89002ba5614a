"""A search finds where an error is least, remembers all trials, and goes on where it stopped."""

import dataclasses
import logging
import sqlite3

import numpy as np
import pytest

from makers.full_disk import full_disk
from ssf_model.errors import InputError, ModelError
from ssf_model.scale import ExperimentScale
from training.__main__ import main
from training.experiments.experiment import Experiment
from training.fitting.config import TrainingConfig, load_config
from training.fitting.search import search_settings, settings_of, suggested
from training.windows.dataset import write_windows

optuna = pytest.importorskip("optuna")

BASE = TrainingConfig(epochs=3)
MADE_FOR = {"windows": "abc"}


def bowl(config):
    """An error that is least at a learning rate of 1e-3 with batches of 128."""
    return abs(np.log10(config.learning_rate) + 3) + (config.batch_size != 128)


def test_the_least_of_a_known_error_is_found(tmp_path):
    """A rate within a factor of two of the best, from a range of 33."""
    study = search_settings(tmp_path / "s.db", bowl, base=BASE, trials=25, made_for=MADE_FOR)
    assert study.best_params["batch_size"] == 128
    assert 5e-4 < study.best_params["learning_rate"] < 2e-3


def test_a_study_that_was_stopped_goes_on_and_tries_nothing_twice(tmp_path):
    tried = []

    def error(config):
        tried.append(config.learning_rate)
        if len(tried) == 4:
            raise KeyboardInterrupt
        return bowl(config)

    with pytest.raises(KeyboardInterrupt):
        search_settings(tmp_path / "s.db", error, base=BASE, trials=6, made_for=MADE_FOR)
    study = search_settings(tmp_path / "s.db", error, base=BASE, trials=6, made_for=MADE_FOR)
    values = [trial.value for trial in study.get_trials() if trial.value is not None]
    assert len(values) == 6  # the one that was stopped is tried again, the same
    assert tried[4] == tried[3]
    assert len(set(tried)) == 6
    again = search_settings(tmp_path / "s.db", error, base=BASE, trials=6, made_for=MADE_FOR)
    assert len(again.get_trials()) == len(study.get_trials())
    with sqlite3.connect(tmp_path / "s.db") as database:
        (count,) = database.execute("select count(*) from trials").fetchone()
    assert count == len(study.get_trials())


@pytest.mark.parametrize("room_bytes", [0, 4096, 140_000])
def test_a_study_on_a_full_disk_is_told_in_one_line_and_goes_on_once_there_is_room(
    tmp_path, room_bytes
):
    """140,000 bytes hold the tables of a study, and some trials."""
    whole = search_settings(tmp_path / "w.db", bowl, base=BASE, trials=30, made_for=MADE_FOR)
    with full_disk(room_bytes), pytest.raises(InputError, match=r"s\.db cannot be written \(.*"):
        search_settings(tmp_path / "s.db", bowl, base=BASE, trials=30, made_for=MADE_FOR)
    study = search_settings(tmp_path / "s.db", bowl, base=BASE, trials=30, made_for=MADE_FOR)
    values = [trial.value for trial in study.get_trials() if trial.value is not None]
    assert values == [trial.value for trial in whole.get_trials()]


def test_all_settings_that_matter_are_tried_and_the_others_left():
    """Oracle: Optuna's own fixed trial, which suggests what it is told."""
    told = {
        "learning_rate": 2e-3, "schedule": "constant", "batch_size": 32, "sd_floor": 0.02,
        "dropout": 0.1, "balance": 0.4, "shift_rows": 7,
    }  # fmt: skip
    config = suggested(optuna.trial.FixedTrial(told), BASE)
    rows = told.pop("shift_rows")
    assert config == dataclasses.replace(BASE, **told, shift_px=(rows, BASE.shift_px[1]))
    assert settings_of({"dropout": 0.25}, BASE) == dataclasses.replace(BASE, dropout=0.25)
    study = optuna.create_study(sampler=optuna.samplers.RandomSampler(seed=1))
    rows = {suggested(study.ask(), BASE).shift_px[0] for _ in range(300)}
    assert rows == set(range(2 * BASE.shift_px[0] + 1))


def test_fits_that_run_away_are_passed_over_unless_all_do(tmp_path):
    calls = []

    def error(config):
        calls.append(config)
        if len(calls) == 1:
            message = "ran away"
            raise ModelError(message)
        return bowl(config)

    study = search_settings(tmp_path / "s.db", error, base=BASE, trials=3, made_for=MADE_FOR)
    assert len(study.get_trials()) == 3
    assert study.best_value == min(bowl(config) for config in calls[1:])

    def runs_away(config):
        message = "ran away"
        raise ModelError(message)

    with pytest.raises(ModelError, match="no trial came through"):
        search_settings(tmp_path / "t.db", runs_away, base=BASE, trials=2, made_for=MADE_FOR)


def test_a_study_for_other_windows_or_settings_and_a_file_that_is_none_are_refused(tmp_path):
    search_settings(tmp_path / "s.db", bowl, base=BASE, trials=1, made_for=MADE_FOR)
    with pytest.raises(InputError, match="begun for another 'windows'"):
        search_settings(tmp_path / "s.db", bowl, base=BASE, trials=2, made_for={"windows": "x"})
    with pytest.raises(InputError, match="begun for another 'base'"):
        search_settings(
            tmp_path / "s.db", bowl, base=TrainingConfig(epochs=4), trials=2, made_for=MADE_FOR
        )
    (tmp_path / "mine.db").write_text("thesis" * 1000)
    with pytest.raises(InputError, match=r"mine\.db: is no study of `search`"):
        search_settings(tmp_path / "mine.db", bowl, base=BASE, trials=1, made_for=MADE_FOR)
    assert (tmp_path / "mine.db").read_text() == "thesis" * 1000


@pytest.fixture
def words(tmp_path):
    """The verb's, with windows, split and settings in place."""
    pytest.importorskip("tensorflow")
    scale = ExperimentScale(pixel_size_m=90.0, window_rows=12, window_cols=8, stride_px=6)
    experiments = []
    for name in ("EB_025_1", "EB_025_2", "EB_025_3", "PP_050_1", "PP_050_2", "PP_050_3"):
        maps = np.zeros((12, 20, 9), np.uint8)
        maps[6] = 1
        labels = np.random.default_rng(0).random((3, 9))
        experiments.append(Experiment(name, "virtual", maps, labels, labels, scale))
    write_windows(experiments, tmp_path / "windows")
    split = tmp_path / "split.json"
    assert main(f"split {tmp_path}/windows --by experiment --out {split}".split()) == 0
    words = (
        f"search --windows {tmp_path}/windows --split {split} --study {tmp_path}/study.db "
        f"--config {tmp_path}/base.json --trials 2 --out {tmp_path}/best.json"
    )
    (tmp_path / "base.json").write_text(
        '{"epochs": 1, "windows_per_epoch": 64, "threads": 0, "shift_px": [1, 1]}'
    )
    return words.split()


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (OSError(28, "No space left on device"), "No space left on device."),
        (ModelError("ran away"), "no trial came through; the loss ran away in each."),
    ],
)
def test_a_trial_that_fails_is_told_without_its_traceback(
    tmp_path, words, capsys, monkeypatch, error, told
):
    def fails(training, validation, run, **options):
        error.filename = str(run / "best.weights.h5")  # in the hidden folder of the trial
        raise error

    monkeypatch.setattr("training.fitting.fit.fit", fails)
    capsys.readouterr()
    assert main([*words, "--study", str(tmp_path / "s.db")]) == 1
    said = capsys.readouterr().err
    assert said.splitlines()[-1] == f"error: {tmp_path}/s.db: {told}"
    assert said.count("ran away    learning_rate") == 2 * isinstance(error, ModelError)
    assert not logging.getLogger("optuna").isEnabledFor(logging.WARNING)


def test_the_verb_writes_the_best_settings_that_it_tried(tmp_path, words, capsys):
    capsys.readouterr()
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()[-2:]
    errors = [float(line.split()[1]) for line in lines]
    assert errors == sorted(errors)
    best = load_config(tmp_path / "best.json")
    assert f"batch_size {best.batch_size}  " in lines[0]
    assert (best.epochs, best.windows_per_epoch) == (1, 64)
    assert {path.name for path in tmp_path.iterdir()} == {
        "windows", "split.json", "study.db", "base.json", "best.json",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("--trials 0 --study {0}/s.db", "number of trials is 1 or more"),
        ("--study {0}/nowhere/s.db", "does not exist"),
    ],
)
def test_a_search_that_cannot_be_is_refused_before_any_work(tmp_path, capsys, more, message):
    words = f"search --windows {tmp_path} --split {tmp_path}/s.json {more.format(tmp_path)}"
    assert main(words.split()) == 1
    assert message in capsys.readouterr().err
    assert not list(tmp_path.iterdir())

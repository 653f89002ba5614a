"""Fitting learns, repeats itself bit by bit, and leaves a run folder that says how."""

import csv
import dataclasses
import hashlib
import json
import shutil
import subprocess
import sys
from collections import Counter
from pathlib import Path
from types import SimpleNamespace

import h5py
import numpy as np
import pytest

from makers.places import REPOSITORY
from ssf_model.errors import InputError, ModelError
from training.fitting import fit as fit_module
from training.fitting.batches import LabelledMaps, epoch_rows
from training.fitting.config import TrainingConfig, load_config
from training.fitting.fit import fit, predict_windows
from training.fitting.learner import compiled_model
from training.fitting.run_folder import WEIGHTS, load_run

pytest.importorskip("tensorflow")

SHORT = TrainingConfig(
    "three_scales", epochs=3, windows_per_epoch=96, batch_size=32, shift_px=(1, 1), threads=0
)


def labelled(n, seed):
    """Windows of 12 x 8 with one line; KE is the share of the columns that it covers."""
    rng = np.random.default_rng(seed)
    maps = np.zeros((n, 12, 8), np.uint8)
    maps[np.arange(n), rng.integers(4, 8, n)] = rng.random((n, 8)) < rng.random((n, 1))
    return LabelledMaps(
        maps, maps.sum(axis=(1, 2)) / 8.0, np.full(n, 0.1), np.ones(n), np.ones(n, bool)
    )


def weights_hash(model):
    return hashlib.sha256(b"".join(w.tobytes() for w in model.get_weights())).hexdigest()


@pytest.fixture(scope="module")
def short_run(tmp_path_factory):
    """A run folder, and what `fit` said of it."""
    folder = tmp_path_factory.mktemp("run")
    return folder, fit(labelled(80, 1), labelled(40, 2), folder, config=SHORT)


@pytest.fixture(scope="module")
def other_run(tmp_path_factory):
    """The same with another seed and a constant learning rate."""
    folder = tmp_path_factory.mktemp("other")
    config = dataclasses.replace(SHORT, seed=2, schedule="constant", epochs=2)
    fit(labelled(80, 1), labelled(40, 2), folder, config=config)
    return folder


def test_fitting_learns_what_windows_show(tmp_path):
    """A line's covered share is learned far better than the mean would answer (MAE 0.26)."""
    config = dataclasses.replace(SHORT, epochs=8, windows_per_epoch=1024, shift_px=(1, 0))
    result = fit(labelled(1024, 1), labelled(256, 2), tmp_path, config=config)
    assert result["best"]["val_mae"] < 0.1


def test_the_same_seed_gives_the_same_weights_bit_by_bit_in_another_process(
    short_run, other_run, tmp_path
):
    code = (
        "import sys; from pathlib import Path\n"
        "sys.path[:0] = ['.', 'tests', 'tests/training/fitting']\n"
        "import test_fit as t\n"
        "t.fit(t.labelled(80, 1), t.labelled(40, 2), Path(sys.argv[1]), config=t.SHORT)\n"
    )
    subprocess.run(
        [sys.executable, "-c", code, str(tmp_path)], check=True, capture_output=True, cwd=REPOSITORY
    )
    hashes = [
        weights_hash(load_run(run, (12, 8))[0]) for run in (short_run[0], tmp_path, other_run)
    ]
    assert hashes[0] == hashes[1]
    assert hashes[0] != hashes[2]


def test_the_run_folder_holds_settings_versions_history_and_the_best_epoch(short_run):
    folder, result = short_run
    assert load_config(folder / "settings.json") == SHORT
    assert json.loads((folder / "versions.json").read_text())["numpy"] == np.__version__
    rows = list(csv.DictReader((folder / "history.csv").open(encoding="utf-8")))
    assert [row["epoch"] for row in rows] == ["1", "2", "3"]
    losses = [float(row["val_loss"]) for row in rows]
    assert result["best"]["epoch"] == 1 + int(np.argmin(losses))
    # The weights kept are those of that epoch: they score its validation error again.
    validation = labelled(40, 2)
    model, _ = load_run(folder, (12, 8))
    error = np.abs(predict_windows(model, validation.maps) - validation.ke).mean()
    assert error == pytest.approx(result["best"]["val_mae"], rel=1e-6)
    assert json.loads((folder / "result.json").read_text()) == result


def test_a_cosine_schedule_ends_at_a_hundredth_and_a_constant_one_stays(short_run, other_run):
    for folder, last in (
        (short_run[0], SHORT.learning_rate * 0.01),
        (other_run, SHORT.learning_rate),
    ):
        rows = list(csv.DictReader((folder / "history.csv").open(encoding="utf-8")))
        assert float(rows[-1]["learning_rate"]) == pytest.approx(last, rel=1e-4)


def test_the_loss_of_an_epoch_is_the_mean_over_its_windows(tmp_path, monkeypatch):
    """Oracle: a learner whose batches' losses are known; the last batch is a smaller one."""

    class Told:
        losses = iter([4.0, 1.0, 7.0])
        optimizer = SimpleNamespace(learning_rate=0.5, variables=[])
        variables = ()
        inputs, outputs = ("fault_map",), ("ke",)

        def train_on_batch(self, maps, ke, sample_weight):
            return next(self.losses)

        def predict_on_batch(self, maps):
            return np.zeros((len(maps), 1), np.float32)

        def get_weights(self):
            return []

        def save_weights(self, path):
            Path(path).touch()

    monkeypatch.setattr(
        "training.fitting.fit.compiled_model", lambda shape, config: (Told(), Told())
    )
    config = dataclasses.replace(SHORT, epochs=1, windows_per_epoch=80)
    result = fit(labelled(80, 1), labelled(40, 2), tmp_path, config=config)
    assert result["best"]["loss"] == pytest.approx((4.0 * 32 + 1.0 * 32 + 7.0 * 16) / 80)


def test_every_epoch_is_judged_by_the_same_windows_as_many_as_asked(tmp_path, monkeypatch):
    """Oracle: windows that tell their number, and a network that keeps what it was shown."""
    shown = []

    class Keeps:
        optimizer = SimpleNamespace(learning_rate=0.5, variables=[])
        variables = ()
        inputs, outputs = ("fault_map",), ("ke",)

        def train_on_batch(self, maps, ke, sample_weight):
            return 1.0

        def predict_on_batch(self, maps):
            shown.append(maps[:, :, :, 0].reshape(len(maps), -1) @ 2 ** np.arange(96.0))
            return np.zeros((len(maps), 1), np.float32)

        def get_weights(self):
            return []

        def save_weights(self, path):
            Path(path).touch()

    monkeypatch.setattr(
        "training.fitting.fit.compiled_model", lambda shape, config: (Keeps(), Keeps())
    )
    numbers = np.arange(40)
    maps = (numbers[:, None] >> np.arange(96) & 1).astype(np.uint8).reshape(40, 12, 8)
    validation = LabelledMaps(maps, numbers / 40, np.full(40, 0.1), np.ones(40), np.ones(40, bool))
    for asked, count in ((16, 16), (40, 40), (99, 40)):
        shown.clear()
        config = dataclasses.replace(SHORT, epochs=2, validation_windows=asked)
        result = fit(labelled(80, 1), validation, tmp_path, config=config)
        first, second = shown
        assert len(set(first)) == len(first) == count
        assert set(first) <= set(numbers)
        np.testing.assert_array_equal(first, second)
        assert result["best"]["val_mae"] == pytest.approx(first.mean() / 40)  # it answers 0
        if count == 16:
            assert not np.array_equal(np.sort(first), numbers[:16])


@pytest.mark.parametrize("through", [False, True])
def test_training_goes_through_the_last_relu_only_where_asked(through):
    """With a bias far below 0 the network in use answers 0 in either case."""
    config = dataclasses.replace(SHORT, train_through_relu=through)
    model, learner = compiled_model((12, 8), config)
    kernel, _ = model.get_layer("ke_linear").get_weights()
    model.get_layer("ke_linear").set_weights([kernel, np.array([-1e4], np.float32)])
    maps = labelled(5, 1).maps
    assert (predict_windows(model, maps) == 0).all()
    learned = predict_windows(learner, maps)
    assert (learned == 0).all() if through else (learned < -1e3).all()


def test_epochs_go_through_all_windows_before_any_comes_again():
    """Oracle: counting. Two and a half laps of 10 windows in 5 epochs of 5."""
    drawn = [epoch_rows(10, epoch, draws=5, seed=3) for epoch in range(5)]
    for lap in (drawn[0:2], drawn[2:4]):
        assert sorted(np.concatenate(lap)) == list(range(10))
    assert not np.array_equal(np.concatenate(drawn[0:2]), np.concatenate(drawn[2:4]))
    assert len(set(drawn[4])) == 5


def test_an_epoch_longer_than_the_data_draws_each_window_equally_often():
    counts = Counter(epoch_rows(7, 0, draws=21, seed=1).tolist())
    assert counts == dict.fromkeys(range(7), 3)
    assert len(epoch_rows(7, 3, draws=25, seed=1)) == 25


def test_what_cannot_be_learned_from_is_refused(tmp_path):
    good, empty = labelled(40, 1), labelled(0, 1)
    with pytest.raises(InputError, match="no training windows"):
        fit(empty, good, tmp_path, config=SHORT)
    with pytest.raises(InputError, match="no validation windows"):
        fit(good, empty, tmp_path, config=SHORT)
    unlabelled = dataclasses.replace(good, ke=np.where(good.ke > 0.5, np.nan, good.ke))
    with pytest.raises(InputError, match="Labels of training windows are missing or not finite"):
        fit(unlabelled, good, tmp_path, config=SHORT)
    with pytest.raises(
        InputError, match="No loss is called 'huber'; there are weighted, published"
    ):
        fit(good, good, tmp_path, config=dataclasses.replace(SHORT, loss="huber"))
    assert not list(tmp_path.iterdir())


def test_a_loss_that_runs_away_stops_the_run(tmp_path):
    wild = labelled(80, 1)
    wild = dataclasses.replace(wild, ke=wild.ke * 1e30)
    with pytest.raises(ModelError, match=r"the loss of epoch 1 is .*A smaller learning rate"):
        fit(wild, wild, tmp_path, config=SHORT)


@pytest.mark.parametrize("value", [np.nan, np.inf])
def test_weights_that_are_no_finite_numbers_are_refused(short_run, tmp_path, value):
    folder = tmp_path / "run"
    shutil.copytree(short_run[0], folder)
    with h5py.File(folder / WEIGHTS, "r+") as file:
        names = []
        file.visititems(lambda name, one: names.append(name) if hasattr(one, "shape") else None)
        file[names[0]][...] = value
    with pytest.raises(ModelError, match=r"best\.weights\.h5: holds weights that are no finite"):
        load_run(folder, (12, 8))


def test_a_folder_without_a_run_and_weights_of_another_size_are_refused(short_run, tmp_path):
    with pytest.raises(InputError, match=r"holds no best\.weights\.h5"):
        load_run(tmp_path, (12, 8))
    with pytest.raises(
        ModelError, match=r"does not fit the architecture 'three_scales' .* 24 x 8 px"
    ):
        load_run(short_run[0], (24, 8))


def test_a_resumed_run_has_its_history_from_the_first_moment_on(tmp_path, monkeypatch):
    """It stood empty on disk until the next epoch had ended, which can take minutes."""
    epoch, seen = fit_module._epoch, []

    def stopping(*args):
        if args[4] == 2:
            seen.append((tmp_path / "history.csv").read_text().splitlines())
            raise KeyboardInterrupt
        return epoch(*args)

    monkeypatch.setattr(fit_module, "_epoch", stopping)
    for resume in (False, True):
        with pytest.raises(KeyboardInterrupt):
            fit(labelled(80, 1), labelled(40, 2), tmp_path, config=SHORT, resume=resume)
    assert seen[0] == seen[1]
    assert len(seen[1]) == 3  # its head and two epochs


def test_a_run_begins_anew_unless_it_is_asked_to_go_on(tmp_path, monkeypatch):
    epoch, begun = fit_module._epoch, []

    def stopping(*args):
        begun.append(args[4])
        if args[4] == 1:
            raise KeyboardInterrupt
        return epoch(*args)

    monkeypatch.setattr(fit_module, "_epoch", stopping)
    for settings in ({}, {}, {"resume": True}):
        with pytest.raises(KeyboardInterrupt):
            fit(labelled(80, 1), labelled(40, 2), tmp_path, config=SHORT, **settings)
    assert begun == [0, 1, 0, 1, 1]

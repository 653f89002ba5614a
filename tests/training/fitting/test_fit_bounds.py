"""A network that is told how finely maps were drawn learns from that, and what it cannot know."""

import csv
import dataclasses

import numpy as np
import pytest

from ssf_model.errors import InputError
from training.fitting.batches import LabelledMaps, batches_ahead, validation_sample
from training.fitting.config import TrainingConfig
from training.fitting.fit import answer_windows, fit
from training.fitting.learner import compiled_model, train_on_batch
from training.fitting.losses import pinball_loss, weighted_loss
from training.fitting.run_folder import load_run

pytest.importorskip("tensorflow")

SHORT = TrainingConfig(
    "mirrored", epochs=2, windows_per_epoch=96, batch_size=32, shift_px=(1, 0), threads=0
)


def numbered(n):
    """Windows that tell their number in pixels, as `stretch_px` and as KE."""
    numbers = np.arange(n)
    maps = (numbers[:, None] >> np.arange(96) & 1).astype(np.uint8).reshape(n, 12, 8)
    detail = (numbers + 1).astype(np.float32)
    return LabelledMaps(maps, numbers / n, np.full(n, 0.1), detail, np.ones(n, bool))


def coarse_or_fine(n, seed):
    """The same kind of map has KE about .3 if drawn finely and .8 if not, and then scatters more.

    KE lies uniformly within .05 of .3, within .2 of .8; no map tells which.
    """
    rng = np.random.default_rng(seed)
    maps = (rng.random((n, 12, 8)) < 0.2).astype(np.uint8)
    coarse = rng.random(n) < 0.5
    ke = np.where(coarse, 0.8, 0.3) + np.where(coarse, 0.2, 0.05) * rng.uniform(-1, 1, n)
    detail = np.where(coarse, 90, 2).astype(np.float32)
    return LabelledMaps(maps, ke, np.full(n, 0.1), detail, np.ones(n, bool))


@pytest.fixture(scope="module")
def told_run(tmp_path_factory):
    """A run on `coarse_or_fine`, long enough to tell the two apart."""
    folder = tmp_path_factory.mktemp("told")
    config = dataclasses.replace(
        SHORT, epochs=6, windows_per_epoch=2048, learning_rate=0.01, balance=0.0
    )
    return folder, fit(coarse_or_fine(1024, 1), coarse_or_fine(512, 2), folder, config=config)


def test_a_batch_hands_each_window_its_own_stretch_and_a_sample_too():
    """Oracle: windows, `stretch_px` and labels that all tell the window's number."""
    labelled = numbered(64)
    config = dataclasses.replace(SHORT, shift_px=(0, 0), edge_loss=0.0, rim_change=0.0)
    for maps, stretch_px, ke, _ in batches_ahead(labelled, 0, config).as_numpy_iterator():
        number = maps.reshape(len(maps), -1) @ 2.0 ** np.arange(96)
        np.testing.assert_array_equal(stretch_px, number + 1)
        np.testing.assert_allclose(ke[:, 0], number / 64, rtol=1e-6)
    sample = validation_sample(labelled, dataclasses.replace(config, validation_windows=20))
    np.testing.assert_allclose(sample.stretch_px, sample.ke * 64 + 1)
    assert len(set(sample.ke)) == 20


def test_what_only_the_stretch_tells_is_learned(told_run):
    """Where it is not told, the best answer is .55, a mean absolute error of about .25."""
    folder, _ = told_run
    model, _ = load_run(folder, (12, 8))
    unseen = coarse_or_fine(400, 3)
    ke, low, high = answer_windows(model, unseen.maps, unseen.stretch_px).T
    coarse = unseen.stretch_px > 50
    for those, middle in ((coarse, 0.8), (~coarse, 0.3)):
        assert np.median(ke[those]) == pytest.approx(middle, abs=0.05)
    # Bounds of 90 % lie .36 and .09 apart at best, and .2 untrained.
    width = np.median((high - low)[coarse]), np.median((high - low)[~coarse])
    assert width[0] > 1.5 * width[1]
    assert 0.75 < ((low <= unseen.ke) & (unseen.ke <= high)).mean() <= 1


def test_the_history_tells_how_the_bounds_do(told_run):
    """Oracle: the best epoch's weights, asked again."""
    folder, result = told_run
    rows = list(csv.DictReader((folder / "history.csv").open(encoding="utf-8")))
    assert list(rows[0])[-2:] == ["val_pinball", "val_held"]
    best, validation = result["best"], coarse_or_fine(512, 2)
    model, _ = load_run(folder, (12, 8))
    _, low, high = answer_windows(model, validation.maps, validation.stretch_px).T
    lower, upper = (
        pinball_loss(validation.ke, bound, share=share)
        for bound, share in ((low, 0.05), (high, 0.95))
    )
    assert best["val_pinball"] == pytest.approx((lower + upper) / 2, rel=1e-5)
    held = (low <= validation.ke) & (validation.ke <= high)
    assert best["val_held"] == pytest.approx(held.mean())


def test_the_loss_of_a_step_is_kes_own_and_the_step_is_for_all_three():
    """Oracle: the losses in NumPy, and their sum as the settings weigh it."""
    labelled = coarse_or_fine(32, 5)
    weights = np.random.default_rng(0).uniform(10, 90, 32).astype(np.float32)
    _, learner = compiled_model((12, 8), dataclasses.replace(SHORT, interval_weight=4.0))
    maps, ke = labelled.maps[..., None].astype(np.float32), labelled.ke[:, None].astype(np.float32)
    # In a step Keras normalizes by the batch, and so does this.
    answers = learner([maps, labelled.stretch_px], training=True)
    middle, low, high = (np.ravel(answer) for answer in answers)
    of_ke = weighted_loss(labelled.ke, middle, weights)
    of_low = pinball_loss(labelled.ke, low, share=0.05)
    of_high = pinball_loss(labelled.ke, high, share=0.95)
    keras_step, returned = learner.train_on_batch, []

    def noted(*args, **kwargs):
        returned.append(keras_step(*args, **kwargs))
        return returned[-1]

    learner.train_on_batch = noted
    found = train_on_batch(learner, maps, labelled.stretch_px, ke, weights)
    assert found == pytest.approx(of_ke, rel=1e-5)
    assert returned[0][0] == pytest.approx(of_ke + 4.0 * (of_low + of_high), rel=1e-5)


def test_what_would_change_nothing_and_what_is_not_known_are_refused(tmp_path):
    good = coarse_or_fine(40, 1)
    with pytest.raises(InputError, match=r"'mirrored' answers mirror images alike.*'flips' to f"):
        fit(good, good, tmp_path, config=dataclasses.replace(SHORT, flips=True))
    unknown = dataclasses.replace(good, stretch_px=np.where(good.ke > 0.5, np.nan, 1.0))
    with pytest.raises(InputError, match="How finely validation windows were drawn is not known"):
        fit(good, unknown, tmp_path, config=SHORT)
    with pytest.raises(InputError, match="No architecture is called 'deep'"):
        fit(good, good, tmp_path, config=dataclasses.replace(SHORT, architecture="deep"))
    assert not list(tmp_path.iterdir())
    # An architecture that is not told does not ask.
    config = dataclasses.replace(SHORT, architecture="three_scales", epochs=1)
    fit(unknown, unknown, tmp_path, config=config)
    columns = (tmp_path / "history.csv").read_text(encoding="utf-8").splitlines()[0]
    assert "val_held" not in columns

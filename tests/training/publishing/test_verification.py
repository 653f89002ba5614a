"""A card's scores are recomputed from the data, and what does not hold is refused in one line."""

import dataclasses

import numpy as np
import pytest

from ssf_model.network.model import open_model
from ssf_model.scale import ExperimentScale
from training.__main__ import main
from training.experiments.experiment import Experiment
from training.fitting.fit import predict_windows
from training.publishing.model_card import card_of_run
from training.publishing.onnx_file import export_model
from training.publishing.verification import score_differences
from training.scoring.evaluation import evaluate
from training.windows.dataset import load_windows, write_windows
from training.windows.split import load_split

keras = pytest.importorskip("keras")

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale(pixel_size_m=90.0, window_rows=16, window_cols=8, stride_px=6)
NAMES = ("EB_025_1", "EB_025_2", "EB_025_3", "PP_050_1", "PP_050_2", "PP_050_3")


def experiment_named(name):
    rng = np.random.default_rng(NAMES.index(name))
    maps = (rng.random((16, 20, 9)) < 0.2).astype(np.uint8)
    return Experiment(name, "virtual", maps, rng.random((3, 9)), rng.random((3, 9)), SCALE)


@pytest.fixture(scope="module")
def exported(tmp_path_factory):
    """Windows, split and an untrained network with the card of its scores in Keras."""
    from training.fitting.architectures import published_network

    folder = tmp_path_factory.mktemp("exported")
    write_windows([experiment_named(name) for name in NAMES], folder / "windows")
    words = f"split {folder}/windows --by experiment --out {folder}/split.json"
    assert main(words.split()) == 0
    windows = load_windows(folder / "windows")
    sets = {
        name: rows for name, rows in load_split(folder / "split.json", windows).items() if len(rows)
    }
    keras.utils.set_random_seed(3)
    model = published_network(16, 8)
    predicted = {name: predict_windows(model, windows.maps[rows]) for name, rows in sets.items()}
    card = card_of_run(
        windows, sets["train"], name="tiny", version="1", seed=3, made_with={},
        scores=evaluate(predicted, windows, sets)["sets"],
    )  # fmt: skip
    export_model(model, card, folder / "model.onnx")
    return folder, model, card


def verify(folder, model, more=""):
    words = f"verify {model} --windows {folder}/windows --split {folder}/split.json {more}"
    return main(words.split())


def test_scores_that_keras_gave_hold_in_both_engines(exported, capsys):
    folder, _, card = exported
    assert verify(folder, folder / "model.onnx") == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0].rstrip(":") for line in lines] == ["onnxruntime", "numpy"]
    stated = sum(len(scores) for scores in card.scores.values())
    assert all(f"{stated} scores of {len(card.scores)} sets hold" in line for line in lines)


@pytest.mark.parametrize("key", ["mae", "r2_low", "within_2sd", "n_windows"])
@pytest.mark.parametrize("engine", ["onnxruntime", "numpy"])
def test_a_score_that_was_touched_up_is_found(exported, tmp_path, capsys, key, engine):
    folder, model, card = exported
    better = {name: dict(scores) for name, scores in card.scores.items()}
    better["train"][key] += 2e-4 if key != "n_windows" else 1
    touched = dataclasses.replace(card, scores=better)
    export_model(model, touched, tmp_path / "model.onnx")
    assert verify(folder, tmp_path / "model.onnx", f"--engines {engine}") == 1
    told = capsys.readouterr().err
    assert f"'{key}' of set 'train' is" in told
    assert told.count("\n") == 1


def test_less_than_the_tolerance_passes(exported, tmp_path):
    folder, model, card = exported
    near = {name: dict(scores) for name, scores in card.scores.items()}
    near["test"]["mae"] += 0.5e-4
    export_model(model, dataclasses.replace(card, scores=near), tmp_path / "model.onnx")
    assert verify(folder, tmp_path / "model.onnx", "--engines numpy") == 0


def test_a_window_on_the_border_of_two_sd_may_count_either_way(exported):
    """One of four windows is 2e-6 beyond its border: a share of .75 and of 1 both hold."""
    windows = load_windows(exported[0] / "windows")
    rows = np.arange(4)
    off = 2 * windows.ke_sd[rows] * np.array([0.1, 0.2, 0.3, 1.0]) + [0, 0, 0, 2e-6]
    predicted = {"all": windows.ke[rows] + off}
    for share, expected in ((0.75, 0.0), (1.0, 0.0), (0.5, 0.0), (0.25, 0.25)):
        stated = {"all": {"within_2sd": share}}
        found = score_differences(stated, predicted, windows, {"all": rows})
        assert found["all", "within_2sd"] == pytest.approx(expected)


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({"scores": {}}, "its card states no scores"),
        ({"training_data_sha256": "0" * 64}, "its card is of other data (sha256 000000000000)"),
        ({"scores": {"test": {"charm": 1.0}}}, "states 'charm' of set 'test', which cannot"),
        ({"scores": {"holdout": {"mae": 0.1}}}, "has no set 'holdout'"),
    ],
)
def test_cards_that_cannot_be_verified_are_refused(exported, tmp_path, capsys, change, message):
    folder, model, card = exported
    export_model(model, dataclasses.replace(card, **change), tmp_path / "model.onnx")
    assert open_model(tmp_path / "model.onnx").card.name == "tiny"
    assert verify(folder, tmp_path / "model.onnx") == 1
    told = capsys.readouterr().err
    assert message in told
    assert told.count("\n") == 1

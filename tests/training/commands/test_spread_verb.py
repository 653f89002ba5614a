"""From a run's spread to the card that carries it, and back: the verbs on a tiny data set."""

import dataclasses
import json
import shutil

import pytest

from makers.lined_experiments import NAMES, lined
from ssf_model.network.model import open_model
from ssf_model.options import Options
from training.__main__ import main
from training.fitting.config import TrainingConfig, config_to_json
from training.fitting.fit import predict_windows
from training.publishing.model_card import card_of_run, spread_in
from training.publishing.onnx_file import export_model
from training.scoring.evaluation import evaluate
from training.windows.dataset import load_windows, write_windows
from training.windows.split import load_split

keras = pytest.importorskip("keras")

pytestmark = pytest.mark.numerical


@pytest.fixture(scope="module")
def road(tmp_path_factory):
    """Windows with lines to draw, their split, a run of an untrained network, and its card."""
    from training.fitting.architectures import published_network

    folder = tmp_path_factory.mktemp("road")
    write_windows([lined(name) for name in NAMES], folder / "windows",
                  pens=("raw", "drawn"))  # fmt: skip
    words = f"split {folder}/windows --by experiment --out {folder}/split.json"
    assert main(words.split()) == 0
    windows = load_windows(folder / "windows")
    sets = load_split(folder / "split.json", windows)
    keras.utils.set_random_seed(3)
    model = published_network(48, 24)
    (folder / "run").mkdir()
    model.save_weights(str(folder / "run" / "best.weights.h5"))
    (folder / "run" / "settings.json").write_text(
        config_to_json(TrainingConfig(architecture="published"))
    )
    (folder / "run" / "versions.json").write_text("{}")
    shutil.copy(folder / "split.json", folder / "run" / "split.json")
    predicted = {"test": predict_windows(model, windows.maps[sets["test"]])}
    card = card_of_run(
        windows, sets["train"], name="tiny", version="1", seed=3, made_with={},
        scores=evaluate(predicted, windows, {"test": sets["test"]})["sets"],
    )  # fmt: skip
    export_model(model, card, folder / "plain.onnx")
    assert spread(folder, "plain.onnx", "--seed 2") == 0
    found = spread_in(folder / "spread.json", windows, folder / "plain.onnx")["spread"]
    return folder, model, dataclasses.replace(card, spread=found)


def spread(folder, network, more="", out="spread.json"):
    words = (
        f"spread {folder}/{network} --windows {folder}/windows --split {folder}/split.json "
        f"--frames 4 --level 0.6 --out {folder}/{out} {more}"
    )
    return main(words.split())


def verify(folder, model, more=""):
    words = f"verify {model} --windows {folder}/windows --split {folder}/split.json {more}"
    return main(words.split())


def test_a_spread_is_measured_again_from_what_the_card_says_of_it(road, tmp_path, capsys):
    folder, model, card = road
    export_model(model, card, tmp_path / "model.onnx")
    assert verify(folder, tmp_path / "model.onnx", "--engines numpy") == 0
    assert f"numpy: {len(card.spread)} figures of the spread hold" in capsys.readouterr().out
    assert verify(folder, tmp_path / "model.onnx", "--engines onnxruntime numpy") == 0
    assert capsys.readouterr().out.splitlines()[-1].startswith("onnxruntime")


@pytest.mark.parametrize(
    ("key", "off"), [("half_width", 2e-4), ("held_test", 0.02), ("n_windows", 1)]
)
def test_a_figure_of_the_spread_that_was_touched_up_is_found(road, tmp_path, capsys, key, off):
    folder, model, card = road
    touched = dict(card.spread)
    touched[key] += off
    export_model(model, dataclasses.replace(card, spread=touched), tmp_path / "model.onnx")
    assert verify(folder, tmp_path / "model.onnx", "--engines onnxruntime") == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert f"'{key}' of its spread is {off:.2g} off what its card says" in told


def test_a_spread_of_unknown_frames_is_told_and_one_of_unknown_figures_refused(
    road, tmp_path, capsys
):
    folder, model, card = road
    alone = {name: card.spread[name] for name in ("level", "half_width", "shift_px")}
    export_model(model, dataclasses.replace(card, spread=alone), tmp_path / "alone.onnx")
    assert verify(folder, tmp_path / "alone.onnx", "--engines onnxruntime") == 0
    assert "spread: not measured again" in capsys.readouterr().out
    odd = {**card.spread, "charm": 1.0}
    export_model(model, dataclasses.replace(card, spread=odd), tmp_path / "odd.onnx")
    assert verify(folder, tmp_path / "odd.onnx", "--engines onnxruntime") == 1
    assert "states 'charm' of its spread, which cannot" in capsys.readouterr().err


def test_a_run_s_spread_is_that_of_its_export_and_enters_the_card(road, capsys):
    """Oracle: the ONNX file of the same network, to what an export promises.

    Estimates find what they need.
    """
    folder, _, _ = road
    assert spread(folder, "run", "--seed 2", out="of_run.json") == 0
    assert "drawings for 60% of the labels" in capsys.readouterr().out
    of_run, of_file = (
        json.loads((folder / name).read_text()) for name in ("of_run.json", "spread.json")
    )
    assert of_run["half_width"] == pytest.approx(of_file["half_width"], abs=1e-5)
    assert of_run["network_sha256"] != of_file["network_sha256"]
    words = f"--windows {folder}/windows --split {folder}/split.json --out {folder}/scores.json"
    assert main(f"evaluate --run {folder}/run {words}".split()) == 0
    export = (
        f"export --run {folder}/run --windows {folder}/windows --scores {folder}/scores.json "
        f"--name tiny --version 8 --out {folder}/spread.onnx --spread {folder}"
    )
    assert main(f"{export}/spread.json".split()) == 1
    assert "these figures are of another network" in capsys.readouterr().err
    assert main(f"{export}/of_run.json".split()) == 0
    entry = open_model(folder / "spread.onnx").card.spread
    assert entry["half_width"] == of_run["half_width"]
    assert (entry["level"], entry["shift_px"]) == (0.6, Options().shift_px)


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ("--frames 0", "1 or more frames and a seed of 0 or above, not 0, 1"),
        ("--seed -3", "1 or more frames and a seed of 0 or above, not 4, -3"),
        ("--shift 50", "shift is 0 to 12 px, not 50"),
        ("--level 1", "share to hold is between 0 and 1"),
    ],
)
def test_settings_of_a_spread_that_cannot_be_are_refused(road, capsys, more, message):
    assert spread(road[0], "plain.onnx", more, out="never.json") == 1
    assert message in capsys.readouterr().err.splitlines()[-1]
    assert not (road[0] / "never.json").exists()


def test_a_spread_is_not_overwritten_unasked(road, capsys):
    before = (road[0] / "spread.json").read_bytes()
    assert spread(road[0], "plain.onnx") == 1
    assert "spread.json exists" in capsys.readouterr().err
    assert (road[0] / "spread.json").read_bytes() == before


def test_an_ensembles_band_is_measured_for_the_share_asked_for(road, tmp_path, capsys):
    """A run and its export answer alike: the band is as wide as their rounding."""
    folder, _, _ = road
    words = f"calibrate {folder}/run {folder}/plain.onnx --windows {folder}/windows"
    out = tmp_path / "band.json"
    more = f"--split {folder}/split.json --level 0.6 --out {out}"
    assert main([*words.split(), *more.split()]) == 0
    found = json.loads(out.read_text())
    assert (found["level"], found["members"]) == (0.6, 2)
    assert all(of["width"] < 1e-5 for of in found["sets"].values())
    of_validation = found["sets"]["validation"]["held_widened"]
    assert of_validation >= 0.6
    assert capsys.readouterr().out.startswith("band of 2 members for 60% of the labels")

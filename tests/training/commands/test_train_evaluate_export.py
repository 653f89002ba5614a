"""The verbs from windows to an ONNX file, as a user types them, on a tiny data set."""

import dataclasses
import json
import subprocess
import sys

import numpy as np
import pytest

from ssf_model.drawing.map_statistics import STATISTICS
from ssf_model.errors import InputError
from ssf_model.network.model import open_model
from ssf_model.scale import ExperimentScale
from training.__main__ import main
from training.experiments.experiment import Experiment
from training.publishing.model_card import card_of_run, scores_in
from training.scoring.evaluation import evaluate
from training.windows.dataset import load_windows, write_windows
from training.windows.split import load_split

pytest.importorskip("tensorflow")

NAMES = ("EB_025_1", "EB_025_2", "EB_025_3", "PP_050_1", "PP_050_2", "PP_050_3")
SCALE = ExperimentScale(pixel_size_m=90.0, window_rows=16, window_cols=8, stride_px=6)


def experiment_named(name):
    """Twelve frames of a line that covers ever more columns; KE is the covered share."""
    rng = np.random.default_rng(NAMES.index(name))
    maps = np.zeros((16, 20, 12), np.uint8)
    for frame in range(12):
        maps[8, :, frame] = rng.random(20) < (frame + 1) / 12
    ke = np.stack([maps[8, start : start + 8].mean(axis=0) for start in (0, 6, 12)])
    return Experiment(name, "virtual", maps, ke, np.full((3, 12), 0.1), SCALE)


@pytest.fixture(scope="module")
def road(tmp_path_factory):
    """A folder with windows, split, settings, a run, its scores and its ONNX file."""
    folder = tmp_path_factory.mktemp("road")
    write_windows([experiment_named(name) for name in NAMES], folder / "windows")
    settings = {"epochs": 2, "windows_per_epoch": 64, "batch_size": 32, "threads": 0}
    settings["shift_px"] = [1, 1]
    (folder / "config.json").write_text(json.dumps(settings))
    for verb in (
        "split {0}/windows --by experiment --out {0}/split.json",
        "train --windows {0}/windows --split {0}/split.json --config {0}/config.json "
        "--run {0}/run --seed 5",
        "evaluate --run {0}/run --windows {0}/windows --split {0}/split.json --out {0}/scores.json",
        "export --run {0}/run --windows {0}/windows --scores {0}/scores.json --name tiny "
        "--version 7 --out {0}/model.onnx",
    ):
        assert main(verb.format(folder).split()) == 0
    return folder


def test_the_run_says_what_made_it(road):
    settings = json.loads((road / "run" / "settings.json").read_text())
    assert (settings["seed"], settings["epochs"]) == (5, 2)
    assert (road / "run" / "split.json").read_text() == (road / "split.json").read_text()
    assert (road / "run" / "result.json").is_file()


def test_the_scores_are_those_of_the_exported_file_on_the_same_windows(road):
    """Oracle: the ONNX file's answers, scored by plain NumPy."""
    windows = load_windows(road / "windows")
    model = open_model(road / "model.onnx")
    scores = json.loads((road / "scores.json").read_text())["sets"]
    for name, rows in load_split(road / "split.json", windows).items():
        if not len(rows):
            assert name not in scores
            continue
        error = model.predict(windows.maps[rows], windows.stretch_px[rows]) - windows.ke[rows]
        assert scores[name]["n_windows"] == len(rows)
        assert scores[name]["mae"] == pytest.approx(np.abs(error).mean(), abs=1e-5)
        within = np.mean(np.abs(error) <= 0.2)
        assert scores[name]["within_2sd"] == pytest.approx(within, abs=0.02)  # ties in float32


def test_the_card_of_the_export_says_data_seed_and_ranges(road):
    windows = load_windows(road / "windows")
    card = open_model(road / "model.onnx").card
    train = load_split(road / "split.json", windows)["train"]
    assert (card.label, card.seed, card.scale) == ("tiny-7", 5, SCALE)
    assert card.material == "virtual"
    assert card.training_data_sha256 == windows.sha256
    assert f"{len(train)} of {len(windows)} windows" in card.training_data
    assert "of 6 experiments (virtual)" in card.training_data
    expected = np.quantile(windows.trace_px[train], [0.01, 0.99])
    np.testing.assert_allclose(card.input_ranges["trace_px"], expected)
    cover = windows.maps[train].any(axis=1).mean(axis=1)
    np.testing.assert_allclose(card.input_ranges["cover"], np.quantile(cover, [0.01, 0.99]))
    assert set(card.input_ranges) == set(STATISTICS)
    assert card.scores == json.loads((road / "scores.json").read_text())["sets"]
    assert card.licence == "GPL-2.0-or-later"


def test_a_network_agrees_with_itself(road, capsys):
    words = (
        f"evaluate --model {road}/model.onnx --windows {road}/windows --split {road}/split.json "
        f"--sets train --against {road}/model.onnx --out {road}/self.json"
    )
    assert main(words.split()) == 0
    evaluation = json.loads((road / "self.json").read_text())
    assert evaluation["agreement"]["train"]["r"] == pytest.approx(1.0)
    assert evaluation["agreement"]["train"]["mae"] == 0.0
    assert evaluation["against"] == evaluation["sets"]
    table = capsys.readouterr().out
    assert f"{evaluation['sets']['train']['mae']:.3f} [" in table
    assert "agreement: train" in table


def test_agreement_compares_predictions_and_scores_compare_labels(road):
    """Two made-up networks a known distance apart."""
    windows = load_windows(road / "windows")
    true = {window.tobytes(): ke for window, ke in zip(windows.maps, windows.ke)}
    truth = lambda maps: np.array([true[window.tobytes()] for window in maps])  # noqa: E731
    answers = truth(windows.maps)
    evaluation = evaluate(
        {"all": answers},
        windows,
        {"all": np.arange(len(windows))},
        against={"all": answers / 2 + 0.25},
    )
    assert evaluation["agreement"]["all"]["r"] == pytest.approx(1.0)
    expected = np.abs(windows.ke / 2 - 0.25).mean()
    assert evaluation["agreement"]["all"]["mae"] == pytest.approx(expected, abs=0.01)
    assert evaluation["against"]["all"]["mae"] == pytest.approx(expected, abs=0.01)


def test_a_run_and_its_export_span_a_band_of_no_width(road, capsys):
    """They are the same network, so all that is held is what the widening holds."""
    words = (
        f"calibrate {road}/model.onnx {road}/run --windows {road}/windows "
        f"--split {road}/split.json --out {road}/calibration.json"
    )
    assert main(words.split()) == 0
    calibration = json.loads((road / "calibration.json").read_text())
    assert len(set(calibration["networks_sha256"])) == calibration["members"] == 2
    assert calibration["sets"]["test"]["width"] < 1e-5
    assert calibration["sets"]["validation"]["held_widened"] >= 0.9
    assert "band of 2 members for 90% of the labels" in capsys.readouterr().out


def test_a_report_is_written_beside_the_table(road):
    words = (
        f"evaluate --run {road}/run --windows {road}/windows --split {road}/split.json "
        f"--report {road}/report"
    )
    assert main(words.split()) == 0
    assert (road / "report" / "report.md").read_text().startswith("# Scores of run\n")
    scores = json.loads((road / "report" / "scores.json").read_text())
    assert scores == json.loads((road / "scores.json").read_text())
    assert set(scores["baselines"]) == {"mean label", "fault pixels", "covered columns", "both"}


def test_nothing_is_overwritten_unasked(road, capsys):
    for words, place in (
        (f"train --windows {road}/windows --split {road}/split.json --run {road}/run", "run"),
        (f"evaluate --run {road}/run --windows {road}/windows --split {road}/split.json "
         f"--out {road}/scores.json", "scores.json"),
        (f"export --run {road}/run --windows {road}/windows --scores {road}/scores.json "
         f"--name a --version 1 --out {road}/model.onnx", "model.onnx"),
    ):  # fmt: skip
        before = sorted((path, path.stat().st_mtime_ns) for path in road.rglob("*"))
        assert main(words.split()) == 1
        assert f"{road / place}" in capsys.readouterr().err
        assert sorted((path, path.stat().st_mtime_ns) for path in road.rglob("*")) == before


def test_a_folder_that_is_no_run_is_not_replaced(road, tmp_path, capsys):
    (tmp_path / "thesis.txt").write_text("mine")
    words = f"train --windows {road}/windows --split {road}/split.json --run {tmp_path} --overwrite"
    assert main(words.split()) == 1
    assert "is no run folder" in capsys.readouterr().err
    assert (tmp_path / "thesis.txt").read_text() == "mine"


def test_scores_of_other_windows_or_another_network_do_not_enter_a_card(road, tmp_path):
    windows, weights = load_windows(road / "windows"), road / "run" / "best.weights.h5"
    other = dataclasses.replace(windows, manifest=windows.manifest | {"data_sha256": "0"})
    with pytest.raises(InputError, match="of another set of windows"):
        scores_in(road / "scores.json", other, weights)
    with pytest.raises(InputError, match="of another network"):
        scores_in(road / "scores.json", windows, road / "model.onnx")
    (tmp_path / "scores.json").write_text('{"sets": {}}')
    with pytest.raises(InputError, match="not readable as scores"):
        scores_in(tmp_path / "scores.json", windows, weights)
    scores = json.loads((road / "scores.json").read_text())
    scores["sets"]["test"]["mae"] = "small"
    (tmp_path / "scores.json").write_text(json.dumps(scores))
    with pytest.raises(InputError, match="scores of set 'test' are no table of finite numbers"):
        scores_in(tmp_path / "scores.json", windows, weights)


def test_a_card_may_carry_its_own_words_on_the_data(road):
    windows = load_windows(road / "windows")
    card = card_of_run(
        windows, np.arange(9), name="a", version="1", seed=1, scores={}, made_with={},
        training_data="sixteen boxes", material="clay",
    )  # fmt: skip
    assert (card.training_data, card.material) == ("sixteen boxes", "clay")


def test_the_command_line_says_what_went_wrong_in_one_line(road, tmp_path):
    words = f"train --windows {tmp_path} --split {road}/split.json --run {tmp_path}/run"
    done = subprocess.run(
        [sys.executable, "-m", "training", *words.split()], capture_output=True, check=False
    )
    assert done.returncode == 1
    assert done.stderr.decode().startswith("error: ")
    assert done.stderr.count(b"\n") == 1
    assert not (tmp_path / "run").exists()

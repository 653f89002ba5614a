"""The report says the numbers of the evaluation, and its figures show the points they should."""

import json
import re

import numpy as np
import pytest

from makers.evaluated import two_pens
from ssf_model.errors import InputError
from training.scoring.evaluation import evaluate, evaluate_baselines, table_of
from training.scoring.figures import draw_agreement, draw_courses, draw_errors, save_figure
from training.scoring.report import CONTENTS, score_cell, write_report


@pytest.fixture(scope="module")
def evaluated():
    """Windows, sets, predictions and their evaluation."""
    windows = two_pens(experiments=4)
    sets = {
        "train": np.flatnonzero(np.isin(windows.experiment, ("E0", "E1")) & (windows.frame < 8)),
        "test": np.flatnonzero(np.isin(windows.experiment, ("E2", "E3"))),
    }
    drawn = windows.source == "virtual, drawn 3 px"
    answers = windows.ke + np.where(drawn, 0.3, 0.05)
    predicted = {name: answers[rows] for name, rows in sets.items()}
    evaluation = {"network_sha256": "abc"} | evaluate(predicted, windows, sets)
    evaluation |= evaluate_baselines(windows, sets["train"], sets)
    return windows, sets, predicted, evaluation


def test_the_evaluation_tells_pens_and_groups_apart(evaluated):
    """The errors were made: .05 as measured, .30 as drawn, .25 from pen to pen."""
    _, _, _, evaluation = evaluated
    groups = evaluation["groups"]["test"]["source"]
    assert groups["virtual"]["bias"] == pytest.approx(0.05)
    assert groups["virtual, drawn 3 px"]["bias"] == pytest.approx(0.3)
    change = evaluation["pens"]["test"]
    assert (change["n_pairs"], change["mean"]) == (48, pytest.approx(0.25))
    assert evaluation["sets"]["test"]["mae"] == pytest.approx(0.175)
    assert "KE changes by 0.250 on average, 95 % by less than 0.250 (48" in table_of(evaluation)


def test_baselines_learn_from_the_training_set_alone(evaluated):
    windows, sets, _, evaluation = evaluated
    mean = windows.ke[sets["train"]].mean()
    expected = np.abs(windows.ke[sets["test"]] - mean).mean()
    assert evaluation["baselines"]["mean label"]["test"]["mae"] == pytest.approx(expected)
    assert set(evaluation["baseline_groups"]) == {"train", "test"}


def test_the_report_is_a_folder_with_all_its_numbers_and_figures(evaluated, tmp_path):
    windows, sets, predicted, evaluation = evaluated
    folder = tmp_path / "report"
    write_report(folder, evaluation, predicted, windows, sets, network="made-up")
    assert {path.name for path in folder.iterdir()} == set(CONTENTS)
    assert json.loads((folder / "scores.json").read_text()) == evaluation
    text = (folder / "report.md").read_text()
    assert all((folder / name).is_file() for name in re.findall(r"\]\((.+?)\)", text))
    (line,) = re.findall(r"\| virtual, drawn 3 px \| 48 \| 2 \| (.+?) \|", text)[:1]
    assert line == "0.300 [0.300, 0.300]"
    assert "| test | 48 | 0.250 | 0.250 |" in text
    simple = text.split("## Simple answers for comparison")[1].split("\n## ")[0]
    assert re.findall(r"^Set `(\w+)`:$", simple, re.MULTILINE) == list(sets)
    assert (folder / "agreement.png").read_bytes().startswith(b"\x89PNG")
    assert "<svg" in (folder / "courses.svg").read_text()
    with pytest.raises(InputError, match="exists"):
        write_report(folder, evaluation, predicted, windows, sets, network="made-up")
    (folder / "thesis.txt").write_text("mine")
    with pytest.raises(InputError, match="holds something else"):
        write_report(
            folder, evaluation, predicted, windows, sets, network="made-up", overwrite=True
        )


def test_the_density_counts_every_window_of_a_set_once(evaluated):
    windows, sets, predicted, _ = evaluated
    beyond = {name: answer + 5 for name, answer in predicted.items()}  # outside the panel
    for answers in (predicted, beyond):
        figure = draw_agreement(answers, windows, sets)
        for panel, rows in zip(figure.axes, sets.values()):
            assert panel.collections[0].get_array().sum() == len(rows)


def test_a_course_shows_label_and_both_pens_of_one_window_position(evaluated):
    windows, sets, predicted, _ = evaluated
    figure = draw_courses(predicted["test"], windows, sets["test"], ["E3"])
    lines = {line.get_label(): line.get_xydata() for line in figure.axes[0].lines}
    assert [len(points) for points in lines.values()] == [12, 12, 12]
    label, measured, drawn = lines.values()
    np.testing.assert_allclose(measured[:, 1] - label[:, 1], 0.05)
    np.testing.assert_allclose(drawn[:, 1] - label[:, 1], 0.3)


def test_errors_stand_at_their_mean_with_their_interval(evaluated):
    _, _, _, evaluation = evaluated
    groups = evaluation["groups"]["test"]
    figure = draw_errors({"network": groups, "other": evaluation["baseline_groups"]["test"]})
    panel = figure.axes[0]
    expected = [scores["mae"] for scores in groups["ke"].values()]
    np.testing.assert_allclose(panel.lines[0].get_ydata(), expected)
    assert len(panel.lines) == 2
    low_high = [segment[:, 1] for segment in panel.collections[1].get_segments()]
    other = evaluation["baseline_groups"]["test"]["ke"].values()
    np.testing.assert_allclose(low_high, [(s["mae_low"], s["mae_high"]) for s in other])


def test_the_same_figure_gives_the_same_svg(evaluated, tmp_path):
    _, _, _, evaluation = evaluated
    for name in ("one.svg", "two.svg"):
        save_figure(draw_errors({"network": evaluation["groups"]["test"]}), tmp_path / name)
    assert (tmp_path / "one.svg").read_bytes() == (tmp_path / "two.svg").read_bytes()


def test_a_score_that_is_not_defined_is_a_dash():
    assert score_cell({"mae": 0.5}, "r") == "-"
    assert score_cell({"mae": 0.5}, "mae") == "0.500"
    assert score_cell({"mae": 0.5, "mae_low": 0.4, "mae_high": 0.61}, "mae") == (
        "0.500 [0.400, 0.610]"
    )

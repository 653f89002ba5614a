"""Groups hold the windows that their names promise, and pens are compared window by window."""

import numpy as np
import pytest

from makers.evaluated import two_pens, windows_of
from ssf_model.errors import InputError
from training.scoring.groups import grouped_scores, ke_range, maturity, pen_change


def test_ranges_of_ke_share_no_edge_and_leave_nothing_out():
    ke = np.array([-0.1, 0.0, 0.19, 0.2, 0.39, 0.4, 0.6, 0.79, 0.8, 1.0, 1.3])
    assert ke_range(ke).tolist() == [0, 0, 0, 1, 1, 2, 3, 3, 4, 4, 4]


def test_maturity_is_the_third_of_the_experiments_own_frames():
    """Oracle: by hand. A has 12 frames, B has 3; a window missing early changes nothing."""
    frame = [0, 3, 4, 7, 8, 11, 0, 1, 2]
    windows = windows_of(["A"] * 6 + ["B"] * 3, [0] * 9, frame, [0.5] * 9)
    assert maturity(windows).tolist() == [0, 0, 1, 1, 2, 2, 0, 1, 2]


def test_thirds_are_of_the_displacement_after_each_frame():
    """By hand: of 10 steps of displacement the third ends at 3.3, the seventh at 6.7 of 10.

    After frame 3 four steps are done, more than a third.
    """
    windows = windows_of(["A"] * 10, [0] * 10, range(10), [0.5] * 10)
    assert maturity(windows).tolist() == [0, 0, 0, 1, 1, 1, 2, 2, 2, 2]


def test_a_set_without_an_experiments_last_frames_has_its_thirds_all_the_same():
    """By hand: window 0 shows a fault up to frame 5, window 1 to frame 11, the last."""
    window, frame = [0] * 6 + [1] * 12, [*range(6), *range(12)]
    windows = windows_of(["A"] * 18, window, frame, np.linspace(0.1, 0.9, 18))
    found = grouped_scores(np.full(6, 0.5), windows, np.arange(6), seed=1)["maturity"]
    counts = {name: scores["n_windows"] for name, scores in found.items()}
    assert counts == {"first third": 4, "second third": 2}


def test_scores_of_a_group_are_those_of_its_windows_alone():
    """Oracle: NumPy on the windows picked by their columns; only a part of all is the set."""
    windows = two_pens()
    rows = np.flatnonzero(windows.experiment != "E2")
    predicted = windows.ke[rows] + np.linspace(-0.3, 0.2, len(rows))
    found = grouped_scores(predicted, windows, rows, seed=1)
    error = np.abs(predicted - windows.ke[rows])
    part = {name: getattr(windows, name)[rows] for name in ("ke", "frame", "experiment", "source")}
    for kind, name, inside in (
        ("ke", "0.4 to 0.6", (part["ke"] >= 0.4) & (part["ke"] < 0.6)),
        ("ke", "0.8 and above", part["ke"] >= 0.8),
        ("maturity", "first third", part["frame"] < 4),
        ("source", "virtual, drawn 3 px", part["source"] == "virtual, drawn 3 px"),
        ("experiment", "E1", part["experiment"] == "E1"),
    ):
        assert found[kind][name]["n_windows"] == inside.sum()
        assert found[kind][name]["mae"] == pytest.approx(error[inside].mean())
    assert set(found["experiment"]) == {"E0", "E1"}
    for kind in found:
        assert sum(scores["n_windows"] for scores in found[kind].values()) == len(rows)
    assert "mae_low" in found["ke"]["0.4 to 0.6"]
    assert "mae_low" not in found["experiment"]["E1"]


def test_the_change_from_pen_to_pen_is_over_all_pairs_of_the_same_window():
    """Oracle: a plain loop over windows that occur three times, twice and once."""
    rng = np.random.default_rng(3)
    keys = [("A", 0, 5)] * 3 + [("A", 1, 5)] * 2 + [("B", 0, 5)] * 2 + [("A", 0, 6)]
    order = rng.permutation(len(keys))
    experiment, window, frame = zip(*(keys[place] for place in order))
    windows = windows_of(experiment, window, frame, np.full(len(keys), 0.5))
    predicted = rng.random(len(keys))
    expected = [
        abs(predicted[i] - predicted[j])
        for i in range(len(keys))
        for j in range(i)
        if keys[order[i]] == keys[order[j]]
    ]
    found = pen_change(predicted, windows, np.arange(len(keys)))
    assert found["n_pairs"] == 5
    assert found["mean"] == pytest.approx(np.mean(expected))
    assert found["p95"] == pytest.approx(np.quantile(expected, 0.95))


def test_a_frame_observed_again_is_compared_with_itself_alone():
    """By hand: raw with drawn, varied with its own drawing; the rest differs in its label, too."""
    sources = ["virtual", "virtual, drawn 3 px", "virtual, varied", "virtual, varied, drawn 2 px"]
    windows = windows_of(["A"] * 4, [0] * 4, [5] * 4, [0.5, 0.5, 0.7, 0.7], source=sources)
    found = pen_change(np.array([0.5, 0.6, 0.9, 0.6]), windows, np.arange(4))
    assert found["n_pairs"] == 2
    assert found["mean"] == pytest.approx((0.1 + 0.3) / 2)


def test_without_a_second_pen_there_is_no_change_to_tell():
    windows = windows_of(["A", "A"], [0, 1], [3, 3], [0.1, 0.2])
    assert pen_change(np.zeros(2), windows, np.arange(2)) is None
    with pytest.raises(InputError, match="3 predictions do not fit 2 windows"):
        pen_change(np.zeros(3), windows, np.arange(2))


def test_an_experiment_is_scored_in_each_of_its_families():
    windows = windows_of(list("AABBCC"), [0] * 6, [0, 1] * 3, [0.5] * 6)
    windows.manifest["families"] = {"A": ["step", "viscous"], "B": ["bend", "viscous"]}
    predicted = np.array([0.6, 0.6, 0.4, 0.4, 0.9, 0.9])
    groups = grouped_scores(predicted, windows, np.arange(6), seed=0)["family"]
    counts = {name: scores["n_windows"] for name, scores in groups.items()}
    assert counts == {"step": 2, "viscous": 4, "bend": 2}
    assert groups["step"]["bias"] == pytest.approx(0.1)
    assert groups["bend"]["bias"] == pytest.approx(-0.1)
    assert groups["viscous"]["bias"] == pytest.approx(0, abs=1e-12)
    only_c = grouped_scores(predicted[4:], windows, np.array([4, 5]), seed=0)
    assert "family" not in only_c

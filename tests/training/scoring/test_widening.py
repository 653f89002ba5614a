"""Intervals hold the share that they promise in each class, where theory says how many that is."""

import numpy as np
import pytest

from ssf_model.errors import InputError
from training.scoring.conformal import conformal_half_width, conformal_widening
from training.scoring.widening import (
    class_names,
    coverage,
    coverage_table,
    joined_edges,
    widen_by_class,
)


def test_a_band_wider_than_it_needs_to_be_may_shrink_but_a_half_width_may_not():
    """By hand: 9 labels, 80 %: the 8th of the distances beyond 0.1 to 0.9, all within."""
    ke = np.array([0.5, 0.5, 0.45, 0.55, 0.4, 0.6, 0.3, 0.75, 0.15])
    # Distances: -.4, -.4, -.35, -.35, -.3, -.3, -.2, -.15, -.05.
    low, high = np.full(9, 0.1), np.full(9, 0.9)
    assert conformal_widening(ke, low, high, level=0.8) == pytest.approx(-0.15)
    assert conformal_widening(ke, low, high, level=0.9) == pytest.approx(-0.05)
    assert conformal_half_width(ke, low, high, level=0.8) == 0


def test_each_class_is_widened_by_its_own_rank():
    """By hand, 19 labels a class and 90 %: the 18th distance. An edge belongs to what is above."""
    beyond = np.concatenate([np.arange(19) / 100, np.arange(19) / 10 - 5, np.full(19, 0.4)])
    stretch_px = np.repeat([1.0, 4.0, 90.0], 19)
    high = np.zeros(57)
    order = np.random.default_rng(0).permutation(57)
    edges, widen_by = widen_by_class(
        (high + beyond)[order], high - 100, high, stretch_px[order], edges=(4, 30), least=19
    )
    assert edges == [4, 30]
    assert widen_by == pytest.approx([0.17, 1.7 - 5, 0.4])


@pytest.mark.parametrize(
    ("counts", "least", "left"),
    [
        ((50, 50, 50, 50), 50, [2, 8, 32]),
        ((50, 20, 60, 90), 50, [8, 32]),  # joins the smaller neighbour, below
        ((80, 20, 60, 90), 50, [2, 32]),  # above
        ((20, 90, 90, 10), 50, [8]),  # the least first: 20, 90, 100; then 110, 100
        ((90, 20, 20, 90), 30, [2, 32]),
        ((60, 20, 60, 90), 50, [8, 32]),  # of two alike the finer
        ((5, 5, 5, 5), 50, []),
        ((0, 60, 0, 60), 50, [32]),  # 60, 0, 60; then the finer
    ],
)
def test_classes_of_too_few_are_joined_with_a_neighbour(counts, least, left):
    """Oracle: worked out by hand. Inner edges 2, 8 and 32 px."""
    stretch_px = np.repeat([1.0, 3.0, 10.0, 50.0], counts)
    assert joined_edges(stretch_px, (2, 8, 32), least=least) == left


def test_too_few_labels_in_all_are_refused():
    with pytest.raises(InputError, match="8 labels are too few for a band of 90%; 9 are needed"):
        widen_by_class(*np.zeros((3, 8)), np.arange(8) + 1.0, edges=(4,))


def one_draw(rng, n):
    """Labels that scatter the more the coarser a map is drawn, and bounds that do not know it."""
    stretch_px = np.exp(rng.uniform(0, np.log(128), n))
    middle = rng.random(n)
    ke = middle + rng.normal(0, 0.02 * (1 + stretch_px / 10))
    return ke, middle - 0.1, middle + 0.1, stretch_px


def test_widened_intervals_hold_the_share_of_each_class():
    """Closed form: m exchangeable labels and rank r hold r / (m + 1) on average, 90 % or more."""
    rng = np.random.default_rng(3)
    held = {0: [], 1: [], 2: []}
    edges = (6.0, 30.0)
    for _ in range(400):
        ke, low, high, stretch_px = one_draw(rng, 700)
        found = slice(0, 300)
        kept, widen_by = widen_by_class(
            ke[found], low[found], high[found], stretch_px[found], edges=edges, least=40
        )
        assert kept == [6.0, 30.0]
        assert widen_by[0] < 0 < widen_by[2]  # fine maps had room to spare
        number = np.digitize(stretch_px, edges)[300:]
        by = np.array(widen_by)[number]
        inside = (low[300:] - by <= ke[300:]) & (ke[300:] <= high[300:] + by)
        for place, shares in held.items():
            shares.append(inside[number == place].mean())
    for shares in held.values():
        # Of 400 draws with a standard deviation of about .04 each; ranks round up by .01 at most.
        assert 0.895 < np.mean(shares) < 0.915


def test_the_widening_is_what_mapie_adds():
    """Oracle: another library's conformalized quantile regression, on ready-made quantiles."""
    mapie = pytest.importorskip("mapie.regression", reason="mapie checks the widening")
    from sklearn.base import BaseEstimator, RegressorMixin

    class Given(RegressorMixin, BaseEstimator):
        """Answers with a column of what it is shown."""

        def __init__(self, column=0):
            self.column = column

        def fit(self, x, y):
            self.fitted_ = True
            return self

        def predict(self, x):
            return x[:, self.column]

    ke, low, high, _ = one_draw(np.random.default_rng(8), 403)
    shown = np.column_stack([low, high, (low + high) / 2])
    quantiles = [Given(column).fit(shown, ke) for column in range(3)]
    theirs = mapie.ConformalizedQuantileRegressor(quantiles, confidence_level=0.9, prefit=True)
    theirs.conformalize(shown, ke)
    _, intervals = theirs.predict_interval(shown, symmetric_correction=True)
    by = conformal_widening(ke, low, high, level=0.9)
    np.testing.assert_allclose(intervals[:, 0, 0], low - by, atol=1e-12)
    np.testing.assert_allclose(intervals[:, 1, 0], high + by, atol=1e-12)


def test_classes_are_named_by_their_edges():
    assert class_names([2, 8.5]) == ["below 2 px", "2 to 8.5 px", "8.5 px and above"]
    assert class_names([4]) == ["below 4 px", "4 px and above"]
    assert class_names([]) == ["all"]


def test_coverage_counts_what_each_group_holds():
    """By hand: seven labels of two experiments in two kinds of group; ends count as within."""
    ke = np.array([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7])
    low = np.array([0.1, 0.3, 0.2, 0.3, 0.5, 0.5, 0.8])
    high = np.array([0.2, 0.4, 0.3, 0.5, 0.5, 0.7, 0.9])
    # within: yes, no, yes, yes, yes, yes, no
    experiment = np.array(["A", "A", "A", "B", "B", "B", "B"])
    groups = {
        "stretch_px": (class_names([4]), np.array([0, 0, 0, 1, 1, 1, 1])),
        "family": (["never", "EB", "PP"], np.array([1, 1, 2, 1, 2, 2, 2])),
    }
    shares = coverage(ke, low, high, experiment, groups)
    assert list(shares) == ["all", "stretch_px", "family"]
    assert list(shares["family"]) == ["EB", "PP"]
    whole, fine, eb = (
        shares["all"]["all"],
        shares["stretch_px"]["below 4 px"],
        shares["family"]["EB"],
    )
    assert (whole["n_windows"], whole["n_experiments"]) == (7, 2)
    assert whole["held"] == pytest.approx(5 / 7)
    assert whole["held_low"] < whole["held"] < whole["held_high"]
    assert fine == {
        "n_windows": 3, "n_experiments": 1,
        "held": pytest.approx(2 / 3), "width": pytest.approx(0.1),
    }  # fmt: skip
    assert eb["held"] == pytest.approx(2 / 3)
    assert shares["family"]["PP"]["held"] == pytest.approx(3 / 4)
    assert "| stretch_px | below 4 px | 3 | 1 | 66.7% | 0.100 |" in coverage_table(shares)

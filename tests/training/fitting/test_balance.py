"""Classes of KE count as the setting says, and the draw depends on seed and epoch alone."""

import numpy as np
import pytest

from training.fitting.balance import balanced_rows, draw_weights

SIZES = (5, 0, 20, 80, 160, 320, 640, 320, 160, 40)  # windows of each tenth of KE; one has none


def labels_of(sizes=SIZES):
    """Labels in random order, so many in each tenth."""
    rng = np.random.default_rng(0)
    low = np.repeat(np.arange(10) / 10, sizes)
    return rng.permutation(low + rng.uniform(0.01, 0.09, len(low)))


def drawn_from(ke, rows):
    """How many of the rows are of each tenth."""
    return np.histogram(ke[rows], np.linspace(0, 1, 11))[0]


@pytest.mark.parametrize("balance", [0.0, 0.5, 1.0])
def test_a_class_is_drawn_in_proportion_to_its_size_to_one_minus_the_balance(balance):
    """Oracle: the shares by hand. Systematic draws leave less than a tenth of a class to chance."""
    ke = labels_of()
    rows = balanced_rows(draw_weights(ke, balance=balance), 3, draws=9000, seed=1)
    size = np.array(SIZES, float)
    share = np.where(size > 0, np.maximum(size, 1) ** (1 - balance), 0)
    expected = 9000 * share / share.sum()
    found = drawn_from(ke, rows)
    assert found[1] == 0
    np.testing.assert_allclose(found, expected, rtol=0.1)
    if balance == 1.0:
        assert np.ptp(found[size > 0]) < 0.1 * 1000


def test_labels_outside_0_to_1_belong_to_the_first_and_last_class():
    """Oracle: two classes of four windows each, so that all weigh the same."""
    weights = draw_weights(np.array([-0.2, 0.0, 0.05, 0.09, 0.9, 0.95, 1.0, 1.3]), balance=1.0)
    np.testing.assert_allclose(weights, 1 / 8)


def test_a_window_comes_as_often_as_its_weight_says_to_less_than_one_time():
    ke = labels_of()
    weights = draw_weights(ke, balance=1.0)
    times = np.bincount(balanced_rows(weights, 0, draws=3000, seed=5), minlength=len(ke))
    assert times.sum() == 3000
    assert (np.abs(times - 3000 * weights) < 1).all()


def test_a_draw_depends_on_seed_and_epoch_alone():
    weights = draw_weights(labels_of(), balance=0.5)
    first, again, later, other = (
        balanced_rows(weights, epoch, draws=200, seed=seed)
        for epoch, seed in ((4, 1), (4, 1), (5, 1), (4, 2))
    )
    np.testing.assert_array_equal(first, again)
    assert not np.array_equal(np.sort(first), np.sort(later))
    assert not np.array_equal(np.sort(first), np.sort(other))


def test_windows_that_come_twice_do_not_stand_side_by_side():
    """One window of five weighs as much as four thousand others: half of the draws are it."""
    ke = np.concatenate([np.full(4000, 0.55), [0.05]])
    rows = balanced_rows(draw_weights(ke, balance=1.0), 0, draws=1000, seed=1)
    assert (rows == 4000).sum() == pytest.approx(500, abs=1)
    # In a random order 250 +- 8 of 500 are followed by another one.
    assert 200 < ((rows[1:] == 4000) & (rows[:-1] == 4000)).sum() < 300

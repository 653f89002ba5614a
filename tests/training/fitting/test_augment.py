"""Augmented windows are the same faults, mirrored, moved and worn, and stay binary."""

import numpy as np
import pytest

from ssf_model.errors import InputError
from training.fitting.augment import augment_windows, worn_windows


def slow_variants(window, rows_px, cols_px, flips):
    """Every mirrored and shifted form of a window, pixel by pixel."""
    rows, cols = window.shape
    variants = set()
    for down in range(-rows_px, rows_px + 1):
        for right in range(-cols_px, cols_px + 1):
            moved = np.zeros_like(window)
            for row in range(rows):
                for col in range(cols):
                    if 0 <= row - down < rows:
                        moved[row, col] = window[row - down, min(max(col - right, 0), cols - 1)]
            # Mirroring before a shift is mirroring after the opposite shift, except at blank rows
            # and repeated columns, where it is the same again: so four forms of each shift do.
            forms = [moved]
            if flips:
                forms += [moved[::-1], moved[:, ::-1], moved[::-1, ::-1]]
            variants |= {form.tobytes() for form in forms}
    return variants


@pytest.mark.parametrize("flips", [False, True])
def test_augmentation_draws_all_and_only_the_variants_of_a_window(flips):
    """Oracle: all variants written out by loops."""
    rng = np.random.default_rng(3)
    window = (rng.random((5, 4)) < 0.5).astype(np.uint8)
    batch = np.repeat(window[None], 3000, axis=0)
    drawn = augment_windows(batch, flips=flips, shift_px=(1, 1), rng=rng)
    assert {form.tobytes() for form in drawn} == slow_variants(window, 1, 1, flips)


def test_each_window_of_a_batch_goes_its_own_way_and_keeps_its_pixels():
    """A lone pixel in the middle stays one pixel, wherever it goes, in its own window."""
    batch = np.zeros((200, 21, 21), np.uint8)
    batch[::2, 10, 10] = 1
    drawn = augment_windows(batch, flips=True, shift_px=(5, 3), rng=np.random.default_rng(0))
    assert drawn.dtype == np.uint8
    assert drawn.sum(axis=(1, 2)).tolist() == [1, 0] * 100
    _, rows, cols = np.nonzero(drawn)
    assert set(rows) == set(range(5, 16))
    assert set(cols) == set(range(7, 14))


def test_without_flips_and_shifts_nothing_changes():
    batch = (np.random.default_rng(1).random((6, 9, 7)) < 0.4).astype(np.uint8)
    same = augment_windows(batch, flips=False, shift_px=(0, 0), rng=np.random.default_rng(1))
    np.testing.assert_array_equal(same, batch)


def test_the_same_random_state_draws_the_same():
    batch = (np.random.default_rng(1).random((6, 9, 7)) < 0.4).astype(np.uint8)
    first, second = (
        augment_windows(batch, flips=True, shift_px=(3, 2), rng=np.random.default_rng(8))
        for _ in range(2)
    )
    np.testing.assert_array_equal(first, second)


def test_a_shift_as_large_as_the_window_is_refused():
    batch = np.zeros((1, 8, 6), np.uint8)
    with pytest.raises(InputError, match="does not fit a window of 8 x 6"):
        augment_windows(batch, flips=True, shift_px=(2, 6), rng=np.random.default_rng(0))


def slow_rims(window):
    """Pixels whose fault may begin or end a row higher or lower, one by one."""
    rims = set()
    for row, col in np.ndindex(*window.shape):
        beside = [window[row + step, col] for step in (-1, 1) if 0 <= row + step < len(window)]
        if sum(beside) == 1 or (sum(beside) == 2 and not window[row, col]):
            rims.add((row, col))
    return rims


def worn(windows, seed=0, **changed):
    """Worn by settings of which only those given do something."""
    settings = {"edge_loss": 0.0, "edge_px": 1, "rim_change": 0.0} | changed
    measured = settings.pop("measured", np.ones(len(windows), bool))
    return worn_windows(windows, measured, rng=np.random.default_rng(seed), **settings)


def test_all_and_only_pixels_of_a_rim_change_and_as_often_as_asked():
    """Oracle: rims found by loops; a window's chance is uniform, so half the largest on average."""
    window = (np.random.default_rng(4).random((8, 6)) < 0.4).astype(np.uint8)
    batch = np.repeat(window[None], 4000, axis=0)
    changed = worn(batch, rim_change=0.4) != batch
    _, rows, cols = np.nonzero(changed)
    rims = slow_rims(window)
    assert set(zip(rows.tolist(), cols.tolist())) == rims
    assert 0 < len(rims) < window.size
    shares = changed.sum(axis=(1, 2)) / len(rims)
    assert shares.mean() == pytest.approx(0.2, abs=0.01)
    # Windows differ in how often: by the uniform chance and by chance itself.
    assert shares.var() == pytest.approx(0.4**2 / 12 + (0.2 - 0.4**2 / 3) / len(rims), rel=0.1)


def test_rims_of_drawn_lines_stay_as_they_are():
    batch = (np.random.default_rng(5).random((40, 8, 6)) < 0.4).astype(np.uint8)
    measured = np.arange(40) % 2 == 0
    same = (worn(batch, rim_change=1.0, measured=measured) == batch).all(axis=(1, 2))
    assert same[~measured].all()
    assert same[measured].mean() < 0.3, "a chance near 0 leaves some as they were"


def test_columns_are_lost_at_either_side_in_every_number_up_to_the_most():
    batch = np.ones((3000, 4, 9), np.uint8)
    left = worn(batch, edge_loss=0.5, edge_px=3)
    assert (left.min(axis=1) == left.max(axis=1)).all(), "a column is lost as a whole"
    kept = left[:, 0]
    first, last = kept.argmax(axis=1), kept[:, ::-1].argmax(axis=1)
    np.testing.assert_array_equal(kept.sum(axis=1), 9 - first - last)
    for lost in (first, last):
        shares = np.bincount(lost, minlength=4) / len(batch)
        np.testing.assert_allclose(shares, [1 / 2, 1 / 6, 1 / 6, 1 / 6], atol=0.03)
    both = np.mean((first > 0) & (last > 0))
    assert both == pytest.approx(0.25, abs=0.03), "each side on its own"


def test_wear_leaves_what_it_is_given():
    batch = (np.random.default_rng(6).random((5, 8, 6)) < 0.4).astype(np.uint8)
    before = batch.copy()
    assert not np.array_equal(worn(batch, edge_loss=1.0, edge_px=2, rim_change=1.0), batch)
    np.testing.assert_array_equal(batch, before)
    np.testing.assert_array_equal(worn(batch), batch)

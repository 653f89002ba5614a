"""Augmented windows are the same faults, mirrored and moved, and stay binary."""

import numpy as np
import pytest

from ssf_model.errors import InputError
from training.fitting.augment import augment_windows


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

"""What a camera makes of displacements, by closed forms and maps drawn by hand."""

import dataclasses

import numpy as np
import pytest

from training.virtual.observation import Observation, map_faults, observation_of, observe
from training.virtual.parameters import VirtualParameters

PLAIN = Observation(slip_share=0.09, peak_share=0.0, peak_factor=1.5, fault_cells=12)


def test_curl_of_rigid_rotation_is_the_rotation():
    """Closed form: u = w y, v = -w x turns at w (rows downward); noise moves it by little."""
    rows, cols = np.mgrid[:40, :50] * 1.14
    rng = np.random.default_rng(0)
    turn = 0.2
    for sense in (1, -1):
        _, _, curl, _ = observe(-turn * rows, turn * cols, sense=sense, rng=rng)
        inner = curl[4:-4, 4:-4]  # smoothing flattens the rim
        assert inner.mean() == pytest.approx(sense * turn, abs=1e-3)
        assert inner.std() < 2e-3


def test_fault_map_keeps_large_patches_with_a_peak_and_joins_corners():
    share = np.zeros((20, 40))
    share[2, 2:14] = 0.10
    share[2, 5] = 0.2  # 12 cells and a peak: a fault
    share[6, 2:14] = 0.10  # no peak
    share[10, 2:13] = 0.2  # 11 cells
    share[14, 2:8] = 0.2
    share[15, 8:14] = 0.2  # joined by a corner: 12 cells
    expected = np.zeros((20, 40))
    expected[2, 2:14] = expected[14, 2:8] = expected[15, 8:14] = 1
    np.testing.assert_array_equal(map_faults(share, observation=PLAIN), expected)


def test_a_fault_must_exceed_its_threshold_by_the_factor_that_is_asked_for():
    """By hand: a patch with a peak of .1 is a fault at .06 x 1.5 = .09, but not at .08 x 1.5."""
    share = np.zeros((5, 20))
    share[2, 2:16] = 0.085
    share[2, 5] = 0.1
    for threshold, factor, cells in ((0.06, 1.5, 14), (0.08, 1.5, 0), (0.08, 1.2, 14)):
        camera = dataclasses.replace(PLAIN, slip_share=threshold, peak_factor=factor)
        assert map_faults(share, observation=camera).sum() == cells


def test_a_wide_band_is_mapped_by_its_middle_and_a_far_weak_fault_whole():
    """By hand: at a share of .5, flanks below half of the peak within three rows are no fault."""
    share = np.zeros((20, 20))
    share[3:10] = np.array([0.1, 0.2, 0.3, 0.5, 0.26, 0.2, 0.1])[:, None]
    share[10] = 0.14  # four rows off the peak; the largest within reach is .26
    share[14] = 0.1  # alone: nothing stronger is within three rows
    camera = dataclasses.replace(PLAIN, slip_share=0.09, peak_share=0.5, peak_factor=1.0)
    rows = np.flatnonzero(map_faults(share, observation=camera).all(axis=1))
    np.testing.assert_array_equal(rows, [5, 6, 7, 10, 14])
    camera = dataclasses.replace(camera, peak_share=0.0)
    rows = np.flatnonzero(map_faults(share, observation=camera).all(axis=1))
    np.testing.assert_array_equal(rows, [3, 4, 5, 6, 7, 8, 9, 10, 14])


def test_the_camera_is_that_of_the_experiment():
    facts = {
        "smoothing_cells": 0.55, "slip_share": 0.07, "peak_share": 0.25, "peak_factor": 1.1,
        "fault_cells": 5.5, "noise": 0.007,
    }  # fmt: skip
    parameters = VirtualParameters("C", seed=0, frames=1, rate_mm_min=0.5, **facts)
    assert observation_of(parameters) == Observation(**facts)

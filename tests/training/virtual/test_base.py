"""The base under the clay: closed forms of its zone and of how it moves."""

import math

import numpy as np
import pytest
from scipy.integrate import quad

from ssf_model.errors import InputError
from training.virtual.base import base_drive, zone_rows
from training.virtual.parameters import VirtualParameters

HALF_STEP = 0.5 * 0.25 / 1.14  # half the plates' step, in cells


@pytest.mark.parametrize(
    ("band", "halvings", "layer_now", "band_now"),
    [
        (0.0, 0, 18, 0.0),
        (8.0, 0, 18, 8.0),
        (0.0, 1, 10, 0.0),  # half of the way from 18 to 2
        (8.0, 1, 10, 5.0),  # half of the way from 8 to its quarter
        (4.0, 20, 2, 1.0),
    ],
)
def test_base_moves_as_an_elastic_layer_over_a_step(band, halvings, layer_now, band_now):
    """Oracle: the published profile, averaged over the band by adaptive quadrature.

    Layer and band narrow as exp(-slip / Sc): by half of what they can at a slip of Sc ln 2.
    """
    parameters = VirtualParameters(
        "B",
        seed=0,
        frames=1,
        rate_mm_min=0.5,
        layer=18,
        layer_mature=2,
        band=band,
        narrowing_mm=6,
    )
    zone_row = np.full(2, 66.3)
    drive = base_drive(parameters, zone_row, 135, slip_mm=halvings * 6 * math.log(2))

    def profile(z):
        def layer(shift):
            return 4 / math.pi * math.atan(math.tanh(math.pi * (z - shift) / (4 * layer_now)))

        return layer(0) if band == 0 else quad(layer, -band_now, band_now)[0] / (2 * band_now)

    exact = np.array([profile(row - 66.3) for row in range(136)])
    exact *= -HALF_STEP / np.abs(exact[[0, -1]]).max()
    # the band is sampled at 15 places, which errs by about (band / layer)^2 / 6 / 15
    np.testing.assert_allclose(drive[:, 0], exact, atol=0.01 * HALF_STEP)


def test_base_narrows_as_faults_slip_but_keeps_its_step():
    parameters = VirtualParameters("B", seed=0, frames=1, rate_mm_min=0.5)
    young, mature = (
        base_drive(parameters, np.full(2, 67.5), 135, slip_mm=slip)[:, 0] for slip in (0, 100)
    )
    assert young[0] == pytest.approx(mature[0]) == pytest.approx(HALF_STEP)
    assert mature[64] > 1.5 * young[64] > 0 > 1.5 * young[71] > mature[71]


def base_of(**facts):
    return VirtualParameters("B", seed=0, frames=1, rate_mm_min=0.5, **facts)


def test_a_step_and_a_bend_are_ramps_about_their_middle_and_the_zone_returns_behind_the_map():
    """By hand: up by 10 rows over columns 15 to 25, down by 6 over 40 to 60, in a map of 80."""
    base = base_of(
        zone_row=66, jog_col=20, jog_rows=-10, jog_cols=10,
        second_jog_col=50, second_jog_rows=6, second_jog_cols=20,
    )  # fmt: skip
    rows = zone_rows(base, 80, 100)
    by_hand = {0: 68, 15: 68, 20: 63, 25: 58, 40: 58, 50: 61, 60: 64, 80: 64, 90: 66, 100: 68}
    assert len(rows) == 101
    np.testing.assert_allclose(rows[list(by_hand)], list(by_hand.values()), atol=1e-12)
    np.testing.assert_allclose(rows[15:26], 68 - np.arange(11), atol=1e-12)  # 45 degrees


def test_a_tilted_zone_crosses_its_mean_row_in_the_middle_of_the_map():
    rows = zone_rows(base_of(zone_row=66, tilt_rows=8), 80, 80)
    np.testing.assert_allclose(rows[:80], 62 + np.arange(80) / 10, atol=1e-12)
    assert rows[80] == rows[0]


@pytest.mark.parametrize("sense", [1, -1])
def test_each_strand_moves_the_base_by_its_share(sense):
    """Closed form: a thin layer over two steps moves by the sum of two steps.

    Strands 30 rows apart about row 67 lie at 52 and 82; the upper one takes .3 of 2 x HALF_STEP.
    """
    base = base_of(strand_rows=30, upper_share=0.3, layer=1, layer_mature=1, band=0.0, sense=sense)
    drive = base_drive(base, np.full(2, 67.0), 135, slip_mm=0)[:, 0]
    np.testing.assert_allclose(drive[:46], sense * HALF_STEP, rtol=1e-4)
    np.testing.assert_allclose(drive[57:78], sense * (1 - 0.6) * HALF_STEP, rtol=1e-2)
    np.testing.assert_allclose(drive[89:], -sense * HALF_STEP, rtol=1e-4)


def test_strands_upon_one_another_are_one():
    one, two = (
        base_drive(base_of(upper_share=share), np.full(2, 66.3), 135, slip_mm=3)
        for share in (0.5, 0.3)
    )
    np.testing.assert_allclose(one, two, atol=1e-7)


def test_the_base_follows_its_zone_from_column_to_column():
    """A step of the zone moves the same profile: what lies under row r stands under r + 9."""
    base = base_of(jog_col=20, jog_rows=9, jog_cols=9)
    drive = base_drive(base, zone_rows(base, 40, 60), 135, slip_mm=2)
    np.testing.assert_allclose(drive[9:, 30], drive[:-9, 5], atol=1e-5)


@pytest.mark.parametrize("releases", [True, False])
def test_a_jog_to_the_right_of_dextral_slip_opens_and_one_to_the_left_closes(releases):
    """Strain along strike is above 0 within a jog that opens; rows run downward."""
    base = base_of(jog_col=30, jog_rows=20 if releases else -20, jog_cols=20, layer=4)
    drive = base_drive(base, zone_rows(base, 60, 80), 135, slip_mm=0)
    stretched = np.gradient(drive, axis=1)[:, 21:40]
    other = np.gradient(drive, axis=1)[:, :18]
    assert np.abs(other).max() < 1e-6
    assert np.sign(stretched[np.abs(stretched) > 1e-4]).mean() == (1 if releases else -1)


def test_bases_that_make_no_sense_are_refused():
    with pytest.raises(InputError, match=r"a jog of 5 rows needs a length above 0, not 0\.0"):
        base_of(jog_rows=5)
    with pytest.raises(InputError, match="a jog of -3 rows needs a length above 0, not -1"):
        base_of(second_jog_rows=-3, second_jog_cols=-1)
    with pytest.raises(InputError, match=r"takes a share of 0 to 1, not 10 and 1\.2"):
        base_of(strand_rows=10, upper_share=1.2)
    with pytest.raises(InputError, match="strands lie 0 or more rows apart"):
        base_of(strand_rows=float("nan"))


def test_unknown_sense_and_empty_experiments_are_refused():
    with pytest.raises(InputError, match=r"sense is 1 .dextral. or -1, not 0"):
        VirtualParameters("X", seed=0, frames=1, rate_mm_min=0.5, sense=0)
    with pytest.raises(InputError, match="needs a frame and a rate above 0"):
        VirtualParameters("X", seed=0, frames=0, rate_mm_min=0.5)
    with pytest.raises(InputError, match="needs a frame and a rate above 0"):
        VirtualParameters("X", seed=0, frames=1, rate_mm_min=float("nan"))

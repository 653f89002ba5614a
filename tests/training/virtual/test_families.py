"""Families: what bases and clays are drawn, and that what they carry can be read off a map."""

import collections
import math

import numpy as np
import pytest

from makers import virtual_runs
from ssf_model.errors import InputError
from training.experiments.files import read_experiment
from training.scoring.patterns import patterns_of
from training.virtual.base import zone_rows
from training.virtual.families import BASES, CAMERA, RHEOLOGIES, draw_parameters
from training.virtual.parameters import VirtualParameters
from training.virtual.runs import plan_experiments, run_experiment, write_experiment
from training.windows.deal import configuration

SEEDS = range(60)


def drawn(family, seed, *, rheology="viscous"):
    return draw_parameters(
        "EB_050_1", frames=9, rate_mm_min=0.5, has_band=True, seed=seed, family=family,
        rheology=rheology,
    )  # fmt: skip


def test_four_draws_hold_all_families_and_every_configuration_meets_most():
    plan = plan_experiments(draws=4, seed=1)
    assert len(plan) == 64
    counts = collections.Counter((p.family, p.rheology) for p in plan)
    assert set(counts) == {(base, clay) for base in BASES for clay in RHEOLOGIES}
    assert min(counts.values()) >= 6
    for name in {configuration(p.name) for p in plan}:
        own = [p for p in plan if configuration(p.name) == name]
        assert len({p.family for p in own}) >= 3
        assert {p.rheology for p in own} == set(RHEOLOGIES)


def test_the_zone_of_a_straight_base_is_straight():
    for seed in SEEDS:
        p = drawn("straight", seed)
        rows = zone_rows(p, 313, 384)[:313]
        np.testing.assert_allclose(np.diff(rows), p.tilt_rows / 313, atol=1e-9)
        assert p.strand_rows == 0
        assert 63 <= p.zone_row <= 71


def test_steps_are_of_5_to_30_cells_one_or_two_at_45_degrees_either_way():
    steps = [drawn("step", seed) for seed in SEEDS]
    jogs = [jog for p in steps for jog in p.jogs_rows_cols if jog[0] != 0]
    assert {sum(rows != 0 for rows, _ in p.jogs_rows_cols) for p in steps} == {1, 2}
    assert {math.copysign(1, rows) for rows, _ in jogs} == {1, -1}
    assert all(5 <= abs(rows) <= 30 and cols == abs(rows) for rows, cols in jogs)
    for p in steps:  # the zone stays within the rows of a window
        rows = zone_rows(p, 313, 384)
        assert rows.min() > 30
        assert rows.max() < 105


def test_bends_turn_the_zone_by_5_to_20_degrees_either_way():
    bends = [drawn("bend", seed) for seed in SEEDS]
    slopes = [p.jog_rows / p.jog_cols for p in bends]
    degrees = [abs(math.degrees(math.atan(slope))) for slope in slopes]
    assert 5 <= min(degrees) < 7
    assert 18 < max(degrees) <= 20
    assert min(slopes) < 0 < max(slopes)
    assert all(abs(p.jog_rows) <= 30 + 1e-9 for p in bends)


def test_strands_lie_5_to_40_cells_apart_over_clay_that_is_weaker_the_farther_they_are():
    """By hand: half as strong from 20 cells on, three quarters at 10."""
    for seed in SEEDS:
        one, two = drawn("straight", seed), drawn("strands", seed)
        assert 5 <= two.strand_rows <= 40
        assert 0.3 <= two.upper_share <= 0.7
        strength = max(0.5, 1 - two.strand_rows / 40)
        for name in ("yield_strain", "softening_strain", "band"):
            assert getattr(two, name) == pytest.approx(strength * getattr(one, name))
        assert two.relaxation_min == pytest.approx(one.relaxation_min / strength)
        assert 0.6 * 0.06 <= two.slip_share <= 0.6 * 0.12


@pytest.mark.parametrize("family", BASES)
@pytest.mark.parametrize("rheology", RHEOLOGIES)
def test_the_clay_and_the_camera_are_within_their_ranges(family, rheology):
    clay = RHEOLOGIES[rheology]
    for seed in SEEDS:
        p = drawn(family, seed, rheology=rheology)
        assert (p.family, p.rheology) == (family, rheology)
        assert clay.friction_deg[0] <= p.friction_deg <= clay.friction_deg[1]
        assert clay.viscosity[0] <= p.viscosity <= clay.viscosity[1]
        for name in set(CAMERA) - {"slip_share"}:
            assert CAMERA[name][0] <= getattr(p, name) <= CAMERA[name][1]


def test_two_strands_are_both_mapped_and_carry_no_more_than_the_plates(tmp_path):
    """Each of two equal strands carries about half; both lie in the window's rows."""
    p = VirtualParameters(
        "EB_050_1", seed=7, frames=150, rate_mm_min=0.5, family="strands", strand_rows=26,
        layer=9, layer_mature=3, yield_strain=0.065, softening_strain=2.5, relaxation_min=300,
        slip_share=0.045,
    )  # fmt: skip
    variables = run_experiment(p, shape=virtual_runs.SHAPE)
    write_experiment(tmp_path / "EB_050_1.mat", variables, p)
    experiment = read_experiment(tmp_path / "EB_050_1.mat")
    assert experiment.families == ("strands", "viscous")
    assert 0.5 < np.median(experiment.ke[:, -10:]) <= experiment.ke.max() <= 1
    carried = (variables["curl_map"] * variables["altBW_filt"])[:128, :, -10:]
    upper, lower = carried[:67].sum(), carried[67:].sum()
    assert 0.3 < upper / (upper + lower) < 0.7
    rows = np.flatnonzero(variables["altBW_filt"][:, :, -10:].any(axis=(1, 2)))
    assert 30 < rows.min() < 60 < 74 < rows.max() < 105


def test_the_standard_experiments_faults_are_as_many_and_as_wide_as_the_laboratorys(tmp_path):
    """Laboratory: lines of 2 to 4.3 px and 1 to 2.2 strands where KE is .4 and above."""
    experiment = virtual_runs.experiment_of(virtual_runs.grown(), tmp_path)
    maps = experiment.fault_map[:128, :64].transpose(2, 0, 1)
    patterns = patterns_of(maps[experiment.ke[0] >= 0.4])
    assert len(patterns["covered"]) > 100
    assert np.quantile(patterns["covered"], 0.05) > 0.9
    assert 2 < patterns["width_px"].min() < patterns["width_px"].max() < 4.3
    assert np.quantile(patterns["strands"], 0.05) >= 1
    assert np.quantile(patterns["strands"], 0.95) < 2.2


def test_families_that_are_no_words_are_refused(tmp_path):
    p = VirtualParameters("X", seed=0, frames=1, rate_mm_min=0.5, family="step, bend")
    cube = np.zeros((135, 64, 1), np.float32)
    moving = cube.copy()
    moving[0] = 0.25
    fields = {"curl_map": cube, "altBW_filt": cube, "store_u": moving, "store_v": cube}
    write_experiment(tmp_path / "X.mat", fields, p)
    with pytest.raises(InputError, match=r"X.mat: 'parameters' names the families .'step, bend'"):
        read_experiment(tmp_path / "X.mat")

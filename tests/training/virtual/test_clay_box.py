import dataclasses
import math

import numpy as np
import pytest
from scipy.ndimage import label

from makers import virtual_runs
from training.experiments.labels import column_slip, plate_velocity
from training.virtual import clay_box
from training.virtual.clay_box import displacement_frames
from training.virtual.observation import observe
from training.virtual.parameters import STEP_MM, VirtualParameters

pytestmark = pytest.mark.numerical

EIGHT = np.ones((3, 3))
HALF_STEP = 0.5 * 0.25 / 1.14  # half the plates' step, in cells


def first_fault_frame(variables):
    return int(np.argmax(variables["altBW_filt"].any(axis=(0, 1))))


def segment_angles_deg(fault_map):
    """Angle of each patch's long axis, positive where it runs downward to the right."""
    patches, count = label(fault_map, EIGHT)
    angles = []
    for patch in range(1, count + 1):
        rows, cols = np.nonzero(patches == patch)
        if np.ptp(cols) >= 12:  # long enough to have a direction
            _, axes = np.linalg.eigh(np.cov(cols, rows))
            along = axes[:, -1] * np.sign(axes[0, -1])
            angles.append(math.degrees(math.atan2(along[1], along[0])))
    return angles


@pytest.mark.parametrize("sense", [1, -1])
def test_first_shears_stand_in_echelon_on_the_side_of_the_sense(sense):
    """Coulomb: synthetic shears turn clockwise from a dextral zone, the other way if sinistral.

    The study's maps show 4 to 10 degrees, less than half the friction angle of intact clay.
    """
    fault_maps = virtual_runs.onset(sense)["altBW_filt"]
    first = first_fault_frame(virtual_runs.onset(sense))
    angles = [
        angle
        for frame in range(first + 5, first + 16)
        for angle in segment_angles_deg(fault_maps[:, :, frame])
    ]
    assert len(angles) >= 11  # a segment a frame
    assert 4 < sense * np.median(angles) < 10


@pytest.mark.parametrize("sense", [1, -1])
def test_first_faults_appear_at_as_many_mm_as_in_the_laboratory(sense):
    """A window shows its first fault at 5.7 to 15.5 mm there (means over experiments)."""
    assert 5.7 <= first_fault_frame(virtual_runs.onset(sense)) * STEP_MM <= 15.5


def test_no_strand_goes_through_within_ten_frames_of_the_first_fault():
    variables = virtual_runs.onset(1)
    first = first_fault_frame(variables)
    for frame in range(first, first + 10):
        patches, count = label(variables["altBW_filt"][:, :, frame], EIGHT)
        spans = [np.ptp(np.nonzero(patches == patch)[1]) for patch in range(1, count + 1)]
        assert max(spans, default=0) < virtual_runs.SHAPE[1] - 1


def test_mature_faults_carry_most_of_the_slip(tmp_path):
    """The laboratory ends at KE of .8 to .95, its widest virtual range is .55 to .95."""
    experiment = virtual_runs.experiment_of(virtual_runs.grown(), tmp_path)
    assert 0.55 < np.median(experiment.ke[:, -20:]) < 0.95
    early = experiment.ke[:, : first_fault_frame(virtual_runs.grown()) + 5]
    assert np.median(early[:, -5:]) < 0.4


def test_the_plates_move_by_the_stated_step():
    """A frame is 0.25 mm of dextral displacement: the far side moves right."""
    u = virtual_runs.onset(1)["store_u"]
    across = np.median(u[0], axis=0) - np.median(u[-1], axis=0)
    np.testing.assert_allclose(across, 0.25, atol=0.005)  # 2 x cell thickness of shear + noise


def test_same_parameters_give_the_same_experiment():
    again = virtual_runs.run_experiment(
        virtual_runs.parameters_of(frames=12), shape=virtual_runs.SHAPE
    )
    for name, cube in again.items():
        np.testing.assert_array_equal(cube, virtual_runs.onset(1)[name][:, :, :12])


@pytest.mark.parametrize(
    ("base", "mirrored_base"),
    [
        ({}, {}),
        (
            {"tilt_rows": 4, "jog_col": 30, "jog_rows": 12, "jog_cols": 12},
            {"tilt_rows": -4, "jog_col": 66, "jog_rows": -12},
        ),
        ({"strand_rows": 24, "upper_share": 0.35, "yield_strain": 0.06}, {}),
    ],
)
def test_mirrored_clay_sheared_the_other_way_gives_the_mirrored_displacement(
    base, mirrored_base, monkeypatch
):
    """Symmetry: no equation knows left from right. 45 frames reach the first yielding.

    A step at column 30 of 96 lies at 66 in the mirror, and goes the other way.
    """
    parameters = VirtualParameters("M", seed=3, frames=45, rate_mm_min=0.5, **base)
    other = dataclasses.replace(parameters, sense=-1, **mirrored_base)
    *_, (u, v) = displacement_frames(parameters, shape=(135, 96), padding_cols=24)
    field = clay_box._cohesion_field

    def mirrored(*args):
        cells = field(*args)[:, 1:]
        return clay_box._with_ghost(np.roll(cells[:, ::-1], 96, axis=1))  # the map onto itself

    monkeypatch.setattr(clay_box, "_cohesion_field", mirrored)
    *_, (u_other, v_other) = displacement_frames(other, shape=(135, 96), padding_cols=24)
    assert np.abs(v).max() > 1e-4  # something else than plain shear happened
    np.testing.assert_allclose(u_other[:, ::-1], -u, atol=2e-5)
    np.testing.assert_allclose(v_other[:, ::-1], v, atol=2e-5)


def test_ten_times_tighter_equilibrium_leaves_ke_as_it_is():
    """The solver's tolerance must not show: KE moves by less than .03 (rms)."""
    parameters = virtual_runs.parameters_of(frames=85)
    ke = []
    for tolerance in (3e-4, 3e-5):
        rng = np.random.default_rng(0)
        slip, velocity = [], []
        for u, v in displacement_frames(
            parameters, shape=(135, 96), padding_cols=24, tolerance=tolerance
        ):
            u, v, curl, fault_map = (cube[:, :, None] for cube in observe(u, v, sense=1, rng=rng))
            slip.append(np.median(column_slip(curl[:128], fault_map[:128])))
            velocity.append(plate_velocity(u, v)[0])
        ke.append(np.array(slip) / np.array(velocity))
    assert ke[0].max() > 0.2  # faults had grown
    shown = ke[0] > 0
    assert np.sqrt(np.mean((ke[0] - ke[1])[shown] ** 2)) < 0.03


def test_shear_stress_relaxes_between_frames_but_pressure_does_not(monkeypatch):
    """Closed form: a Maxwell body keeps 1 / (1 + dt / tM) of its shear stress a frame."""
    parameters = VirtualParameters("R", seed=0, frames=2, rate_mm_min=0.5, relaxation_min=2.0)
    seen = []

    def unit_stress(u, v, stress, strength, *args, **options):
        seen.append(stress.copy())
        return np.ones_like(stress), np.zeros_like(strength), 1

    monkeypatch.setattr(clay_box, "solve_frame", unit_stress)
    list(displacement_frames(parameters, shape=(135, 8), padding_cols=0))
    np.testing.assert_allclose(seen[1][0], 1)  # mean stress
    np.testing.assert_allclose(seen[1][1:], 1 / (1 + 0.5 / 2.0), rtol=1e-6)


@pytest.mark.parametrize("strain", [0.0, 4.0, 400.0])
def test_faults_lose_cohesion_and_friction_with_slip(strain):
    """Closed form for even strain: the weak share is 1 - exp(-strain / gc), here gc = 4."""
    parameters = VirtualParameters(
        "W", seed=0, frames=1, rate_mm_min=0.5, friction_deg=48, softening_strain=4
    )
    cells = np.ones((20, 31))
    strength, sin_friction = clay_box._softened(parameters, 0.1 * cells, strain * cells)
    weak = 1 - math.exp(-strain / 4)
    friction = math.radians(48 - (48 - 12) * weak)
    np.testing.assert_allclose(sin_friction, math.sin(friction), rtol=1e-5)
    np.testing.assert_allclose(strength, 0.1 * (1 - 0.9 * weak) * math.cos(friction), rtol=1e-5)

import math

import numpy as np
import pytest
from scipy.integrate import quad
from scipy.ndimage import label

from makers import virtual_runs
from ssf_model.errors import InputError
from training.experiments.labels import column_slip, plate_velocity
from training.virtual import clay_box
from training.virtual.clay_box import STEP_MM, VirtualParameters, base_drive, displacement_frames
from training.virtual.observation import map_faults, observe

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

    The study's maps show 10 to 17 degrees, less than half the friction angle of intact clay.
    """
    fault_maps = virtual_runs.onset(sense)["altBW_filt"]
    first = first_fault_frame(virtual_runs.onset(sense))
    angles = [
        angle
        for frame in range(first + 4, first + 15)
        for angle in segment_angles_deg(fault_maps[:, :, frame])
    ]
    assert len(angles) >= 11  # a segment a frame
    assert 10 < sense * np.median(angles) < 17


@pytest.mark.parametrize("sense", [1, -1])
def test_first_faults_appear_at_11_to_17_mm(sense):
    """Range of the laboratory's experiments."""
    assert 11 <= first_fault_frame(virtual_runs.onset(sense)) * STEP_MM <= 17


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


def test_traces_are_as_thick_as_in_the_laboratory():
    """Laboratory: 2.2 to 4.3 fault pixels a covered column."""
    thickness = virtual_runs.grown()["altBW_filt"].sum(axis=0)
    assert 2.2 < thickness[thickness > 0].mean() < 4.3


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


def test_mirrored_clay_sheared_the_other_way_gives_the_mirrored_displacement(monkeypatch):
    """Symmetry: no equation knows left from right. 45 frames reach the first yielding."""
    parameters = VirtualParameters("M", seed=3, frames=45, rate_mm_min=0.5)
    other = VirtualParameters("M", seed=3, frames=45, rate_mm_min=0.5, sense=-1)
    *_, (u, v) = displacement_frames(parameters, shape=(135, 96), padding_cols=0)
    field = clay_box._cohesion_field

    def mirrored(*args):
        return clay_box._with_ghost(field(*args)[:, :0:-1])

    monkeypatch.setattr(clay_box, "_cohesion_field", mirrored)
    *_, (u_other, v_other) = displacement_frames(other, shape=(135, 96), padding_cols=0)
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
    parameters = VirtualParameters("W", seed=0, frames=1, rate_mm_min=0.5, friction_deg=48)
    cells = np.ones((20, 31))
    strength, sin_friction = clay_box._softened(parameters, 0.1 * cells, strain * cells)
    weak = 1 - math.exp(-strain / 4)
    friction = math.radians(48 - (48 - 12) * weak)
    np.testing.assert_allclose(sin_friction, math.sin(friction), rtol=1e-5)
    np.testing.assert_allclose(strength, 0.1 * (1 - 0.9 * weak) * math.cos(friction), rtol=1e-5)


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
        "B", seed=0, frames=1, rate_mm_min=0.5, layer=18, layer_mature=2, band=band, narrowing_mm=6
    )
    zone_row = np.full(2, 66.3)
    drive = base_drive(parameters, zone_row, 135, slip_mm=halvings * 6 * math.log(2))

    def profile(z):
        def layer(shift):
            return 4 / math.pi * math.atan(math.tanh(math.pi * (z - shift) / (4 * layer_now)))

        return layer(0) if band == 0 else quad(layer, -band_now, band_now)[0] / (2 * band_now)

    exact = np.array([profile(row - 66.3) for row in range(136)])
    exact *= -HALF_STEP / abs(exact[0])
    # the band is sampled at 15 places, which errs by about (band / layer)^2 / 6 / 15
    np.testing.assert_allclose(drive[:, 0], exact, atol=0.01 * HALF_STEP)


def test_base_narrows_as_faults_slip_but_keeps_its_step():
    parameters = VirtualParameters("B", seed=0, frames=1, rate_mm_min=0.5)
    young, mature = (
        base_drive(parameters, np.full(2, 67.0), 135, slip_mm=slip)[:, 0] for slip in (0, 100)
    )
    assert young[0] == pytest.approx(mature[0]) == pytest.approx(HALF_STEP)
    assert mature[64] > 1.5 * young[64] > 0 > 1.5 * young[70] > mature[70]


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
    np.testing.assert_array_equal(map_faults(share), expected)


def test_a_fault_must_exceed_one_and_a_half_times_the_threshold_that_is_asked_for():
    """By hand: a patch with a peak of .1 is a fault at .06, which asks for .09, but not at .08."""
    share = np.zeros((5, 20))
    share[2, 2:16] = 0.085
    share[2, 5] = 0.1
    assert map_faults(share, threshold=0.06).sum() == 14
    assert map_faults(share, threshold=0.08).sum() == 0


def test_unknown_sense_and_empty_experiments_are_refused():
    with pytest.raises(InputError, match=r"sense is 1 .dextral. or -1, not 0"):
        VirtualParameters("X", seed=0, frames=1, rate_mm_min=0.5, sense=0)
    with pytest.raises(InputError, match="needs a frame and a rate above 0"):
        VirtualParameters("X", seed=0, frames=0, rate_mm_min=0.5)
    with pytest.raises(InputError, match="needs a frame and a rate above 0"):
        VirtualParameters("X", seed=0, frames=1, rate_mm_min=float("nan"))

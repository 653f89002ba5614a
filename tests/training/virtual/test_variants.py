"""Frames observed again have the maps and the labels that their own measurement gives."""

import dataclasses
import json
import statistics
from types import SimpleNamespace

import numpy as np
import pytest
from scipy.ndimage import gaussian_filter1d

from makers.virtual_experiments import FRAMES, ROWS, SEED, experiment_of, truth_of
from ssf_model.errors import InputError
from ssf_model.scale import ExperimentScale
from training.experiments.experiment import Experiment
from training.experiments.labels import map_labels, plate_velocity
from training.virtual.families import CAMERA
from training.virtual.observation import Observation, observe
from training.virtual.variants import vary_experiment
from training.windows.dataset import load_windows, write_windows
from training.windows.labelled import labelled_windows, pen_of, pen_seed
from training.windows.split import load_split, make_split

pytestmark = pytest.mark.numerical

ALL = ("raw", "drawn", "varied", "varied-drawn", "mapped", "varied-mapped")


def pinned(seed):
    """A generator whose uniform numbers are the standard values, and which draws real noise."""
    standard = {ends: getattr(Observation(), name) for name, ends in CAMERA.items()}
    return SimpleNamespace(
        uniform=lambda low, high, size: np.full(size, standard[low, high]),
        standard_normal=np.random.default_rng(seed).standard_normal,
    )


def test_standard_values_and_the_same_noise_give_the_experiment_itself():
    experiment = experiment_of()
    again = vary_experiment(experiment, rng=pinned([SEED, 2]))
    assert experiment.fault_map.any()
    np.testing.assert_array_equal(again.fault_map, experiment.fault_map)
    np.testing.assert_array_equal(again.ke, experiment.ke)
    np.testing.assert_array_equal(again.ke_sd, experiment.ke_sd)


def test_a_varied_frame_is_what_a_slow_twin_measures_and_labels():
    """Oracle: differences, patches, trapezoids, median and deviation by plain loops."""
    experiment = experiment_of(cols=64)
    varied = vary_experiment(experiment, rng=np.random.default_rng(3))
    rng = np.random.default_rng(3)
    cameras = {name: rng.uniform(*ends, FRAMES) for name, ends in CAMERA.items()}
    kept = 0
    for frame in range(FRAMES):
        camera = {name: drawn[frame] for name, drawn in cameras.items()}
        smoothing = camera["smoothing_cells"]
        fields = []
        for field in (experiment.truth.u[:, :, frame], experiment.truth.v[:, :, frame]):
            noisy = field + camera["noise"] * 0.25 * rng.standard_normal(field.shape)
            along = gaussian_filter1d(noisy, smoothing, axis=1)
            fields.append(gaussian_filter1d(along, smoothing, axis=0))
        u, v = fields
        curl = 0.5 * (difference(v.T).T - difference(u))
        fault_map = slow_map(2 * curl * 1.14 / 0.25, camera)
        np.testing.assert_array_equal(varied.fault_map[:, :, frame], fault_map)
        velocity = np.hypot(
            statistics.median(u[0]) - statistics.median(u[-1]),
            statistics.median(v[0]) - statistics.median(v[-1]),
        )
        ke = []
        for col in range(64):
            on_fault = [curl[row, col] * fault_map[row, col] for row in range(128)]
            slip = 2 * sum(1.14 * (a + b) / 2 for a, b in zip(on_fault, on_fault[1:]))
            ke.append(slip / velocity)
        # The measurement is kept in float32, as in an experiment's file.
        assert varied.ke[0, frame] == pytest.approx(statistics.median(ke), abs=1e-5)
        assert varied.ke_sd[0, frame] == pytest.approx(statistics.pstdev(ke), abs=1e-5)
        kept += fault_map.sum()
    assert kept > 100
    assert not np.allclose(varied.ke, experiment.ke, atol=0.01)


def difference(field):
    """Slope down the rows, 1.14 mm apart: central, one-sided at the rims."""
    slope = np.empty_like(field)
    slope[1:-1] = (field[2:] - field[:-2]) / (2 * 1.14)
    slope[0], slope[-1] = (field[1] - field[0]) / 1.14, (field[-1] - field[-2]) / 1.14
    return slope


def slow_map(slip_share, camera):
    """Patches found by walking from cell to cell; large ones with a peak stay."""
    threshold = camera["slip_share"]
    waiting = {
        (int(r), int(c))
        for r, c in np.argwhere(slip_share > threshold)
        if slip_share[r, c] > camera["peak_share"] * slip_share[max(0, r - 3) : r + 4, c].max()
    }
    fault_map = np.zeros(slip_share.shape, np.uint8)
    while waiting:
        border = [waiting.pop()]
        patch = list(border)
        while border:
            r, c = border.pop()
            near = {(r + i, c + j) for i in (-1, 0, 1) for j in (-1, 0, 1)} & waiting
            waiting -= near
            border += near
            patch += near
        highest = max(slip_share[cell] for cell in patch)
        if len(patch) >= camera["fault_cells"] and highest > camera["peak_factor"] * threshold:
            for cell in patch:
                fault_map[cell] = 1
    return fault_map


def test_a_lower_threshold_keeps_every_fault_pixel_and_no_less_slip():
    """Patches only grow and their peak stays, so that none is lost."""
    truth = truth_of(5)
    maps, ke = [], []
    for share in (0.06, 0.08, 0.1):
        u, v, curl, fault_map = (
            field[:, :, None]
            for field in observe(
                truth.u[:, :, 0], truth.v[:, :, 0], sense=1, rng=np.random.default_rng(1),
                observation=Observation(slip_share=share),
            )
        )  # fmt: skip
        maps.append(fault_map)
        ke.append(map_labels(curl, fault_map, plate_velocity(u, v), scale=ExperimentScale())[0])
    assert (maps[0] >= maps[1]).all()
    assert (maps[1] >= maps[2]).all()
    assert maps[0].sum() > maps[2].sum() > 0
    assert (ke[0] >= ke[1]).all()
    assert (ke[1] >= ke[2]).all()


def test_smoothing_spreads_a_step_by_the_gaussian_that_was_asked_for():
    """Closed form: central differences at a step see the Gaussian's two middle weights."""
    u = np.where(np.arange(ROWS) < 67, 0.125, -0.125)[:, None] * np.ones((1, 80))
    for cells in (0.5, 0.8, 1.0):
        _, _, curl, _ = observe(
            u, 0 * u, sense=1, rng=np.random.default_rng(0),
            observation=Observation(smoothing_cells=cells, noise=0.0),
        )  # fmt: skip
        weights = np.exp(-(np.arange(-9, 10) ** 2) / (2 * cells**2))
        expected = weights[9:11].sum() / weights.sum() / 2
        # The filter ends at four deviations, where a weight is below 4e-4.
        assert 2 * curl[67, 40] * 1.14 / 0.25 == pytest.approx(expected, abs=4e-4)


def test_pens_give_the_varied_frames_raw_and_drawn_with_one_label():
    pytest.importorskip("skimage", reason="the pen needs scikit-image")
    experiment = experiment_of()
    labelled = labelled_windows(experiment, pens=ALL)
    seed = pen_seed(experiment.name)
    varied = vary_experiment(experiment, rng=np.random.default_rng([seed, 1]))
    rows = {pen: {} for pen in ALL}
    pens = pen_of(np.array([row[6] for row in labelled.rows]))
    for pen, row, window_map in zip(pens, labelled.rows, labelled.maps):
        rows[pen][row[1:3]] = (row, window_map)
    assert len(rows["varied"]) > 15
    assert set(rows["varied-drawn"]) <= set(rows["varied"])
    assert len(rows["varied-drawn"]) >= len(rows["varied"]) - FRAMES
    for (window, frame), (row, window_map) in rows["varied"].items():
        cut = varied.fault_map[:128, 50 * window : 50 * window + 64, frame]
        np.testing.assert_array_equal(window_map, cut)
        assert row[3:5] == (varied.ke[window, frame], varied.ke_sd[window, frame])
        assert row[6] == "virtual, varied"
    for key, (row, window_map) in rows["varied-drawn"].items():
        assert row[3:5] == rows["varied"][key][0][3:5]
        assert row[5] == window_map.sum() > 0
        assert row[6] in {f"virtual, varied, drawn {t} px" for t in (2, 3, 4)}
    assert len(rows["varied-mapped"]) > 15
    for key, (row, window_map) in rows["varied-mapped"].items():
        assert row[3:5] == rows["varied"][key][0][3:5]
        assert row[5] == window_map.sum() > 0
        assert row[6] in {f"virtual, varied, mapped {t} px" for t in (2, 3, 4)}
    assert any(
        row[3] != rows["raw"][key][0][3] for key, (row, _) in rows["varied"].items()
        if key in rows["raw"]
    )  # fmt: skip


def test_the_first_two_pens_give_the_same_with_and_without_the_others():
    pytest.importorskip("skimage", reason="the pen needs scikit-image")
    two, all_of_them = (labelled_windows(experiment_of(), pens=pens) for pens in (ALL[:2], ALL))
    assert all_of_them.rows[: len(two.rows)] == two.rows
    np.testing.assert_array_equal(all_of_them.maps[: len(two.maps)], two.maps)


def test_variants_depend_on_the_experiments_name_alone():
    one, again, other = (
        labelled_windows(experiment_of(name), pens=["varied"])
        for name in ("EB_025_1", "EB_025_1", "EB_025_2")
    )
    np.testing.assert_array_equal(one.maps, again.maps)
    assert one.rows == again.rows
    assert [row[3] for row in one.rows] != [row[3] for row in other.rows]


@pytest.mark.parametrize("by", ["experiment", "published"])
def test_all_pens_of_a_window_are_in_one_set_and_share_no_frame_with_another(tmp_path, by):
    names = ("EB_025_1", "EB_025_2", "EB_025_3", "EB_050_1", "EB_050_2", "PP_150_1")
    experiments = [experiment_of(name, seed) for seed, name in enumerate(names)]
    write_windows(experiments, tmp_path / "w", pens=("raw", "varied"))
    windows = load_windows(tmp_path / "w")
    split = make_split(windows, by=by, seed=1)
    (tmp_path / "split.json").write_text(json.dumps(split))
    rows = load_split(tmp_path / "split.json", windows)
    assert sum(map(len, rows.values())) == len(windows)
    homes = {}
    for name, own in rows.items():
        for row in own:
            key = (windows.experiment[row], windows.window[row], windows.frame[row])
            homes.setdefault(key, []).append(name)
    assert sum(len(found) == 2 for found in homes.values()) > 100
    assert all(len(set(found)) == 1 for found in homes.values())
    assert all(pair["adjacent_frames"] == 0 for pair in split["leakage"]["pairs"])


def test_the_folder_says_how_frames_were_varied(tmp_path):
    manifest = write_windows([experiment_of()], tmp_path / "w", pens=("raw", "varied"))
    assert manifest["pens"] == ["raw", "varied"]
    assert manifest["varied"] == {name: list(ends) for name, ends in CAMERA.items()}
    assert manifest["pen_seeds"] == {"EB_025_1": pen_seed("EB_025_1")}
    assert "varied" not in write_windows([experiment_of()], tmp_path / "raw")


def test_a_source_names_its_pen():
    sources = [
        "laboratory",
        "virtual, drawn 3 px",
        "virtual, varied",
        "virtual, varied, drawn 2 px",
        "virtual, mapped 4 px",
        "virtual, varied, mapped 3 px",
    ]
    assert pen_of(np.array(sources)).tolist() == list(ALL)


def test_an_experiment_without_its_truth_cannot_be_varied():
    experiment = experiment_of()
    bare = Experiment(
        "B", "laboratory", experiment.fault_map, experiment.ke, experiment.ke_sd, experiment.scale
    )
    with pytest.raises(InputError, match="B: has no true displacement"):
        labelled_windows(bare, pens=["varied-drawn"])


@pytest.mark.parametrize("name", list(CAMERA))
@pytest.mark.parametrize("value", [-0.1, float("nan"), float("inf")])
def test_an_observation_that_makes_no_sense_is_refused(name, value):
    with pytest.raises(InputError, match=f"An observation's {name} is 0 or above, not"):
        Observation(**{name: value})


def test_strands_are_observed_again_at_the_thresholds_of_their_family():
    """Two strands share the slip: .6 of the other families' .06 to .12."""
    seen = []

    def uniform(low, high, size):
        seen.append((low, high))
        return np.full(size, low)

    rng = SimpleNamespace(uniform=uniform, standard_normal=np.random.default_rng(1).standard_normal)
    experiment = dataclasses.replace(experiment_of(), families=("strands", "viscous"))
    vary_experiment(experiment, rng=rng)
    assert seen[list(CAMERA).index("slip_share")] == pytest.approx((0.036, 0.072))
    assert seen[list(CAMERA).index("noise")] == CAMERA["noise"]


def test_the_manifest_names_the_families_of_experiments_that_have_some(tmp_path):
    one = dataclasses.replace(experiment_of("EB_025_1"), families=("step", "viscous"))
    write_windows([one, experiment_of("EB_025_2")], tmp_path / "w")
    windows = load_windows(tmp_path / "w")
    assert windows.manifest["families"] == {"EB_025_1": ["step", "viscous"]}
    assert windows.families == {"EB_025_1": ["step", "viscous"], "EB_025_2": []}

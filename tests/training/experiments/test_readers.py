"""The forms of 2022, in both containers; the clay form of 2021 is in test_experiments."""

import statistics

import numpy as np
import pytest
from scipy.io import savemat

from makers.clay_files import clay_file, slow_labels
from makers.hand_made_mat import columns_2022, windows_2022
from makers.mat73 import write_mat73
from ssf_model.errors import InputError
from ssf_model.scale import ExperimentScale
from training.experiments.files import read_experiment
from training.windows.labelled import labelled_windows

BOTH = pytest.mark.parametrize("write", [savemat, write_mat73])


def read(tmp_path, variables, *, write=savemat, name="E355_64px"):
    path = tmp_path / f"{name}.mat"
    write(path, {key: value for key, value in variables.items() if value is not None})
    return read_experiment(path)


def test_labels_of_clay_in_hdf5_equal_the_published_formula(tmp_path):
    """Oracle: the slow twin of the 2021 form, from axes written in MATLAB's reversed order."""
    variables = clay_file(tmp_path / "unused.mat")
    experiment = read(tmp_path, variables, write=write_mat73)
    assert experiment.fault_map.shape == variables["altBW_filt"].shape
    for window, first_col in enumerate((0, 50)):
        ke, ke_sd = slow_labels(variables, first_col, 1)
        assert experiment.ke[window, 1] == pytest.approx(ke, abs=1e-9)
        assert experiment.ke_sd[window, 1] == pytest.approx(ke_sd, abs=1e-9)


@BOTH
@pytest.mark.parametrize(
    ("width", "overlap", "windows", "map_shape"),
    [
        (64, 14, 5, (128, 264)),  # clay re-issued
        (128, 26, 4, (256, 434)),  # E355 at 128 px; twice 128 is no uint8
        (32, 0, 2, (64, 64)),
    ],
)
def test_the_file_s_labels_and_windows_come_through_at_any_size(
    tmp_path, write, width, overlap, windows, map_shape
):
    """Cut by hand; sizes of known files."""
    variables = windows_2022(width=width, overlap=overlap, windows=windows)
    assert variables["fault_map"].shape[:2] == map_shape
    experiment = read(tmp_path, variables, write=write)
    assert experiment.scale == ExperimentScale(
        window_rows=2 * width, window_cols=width, stride_px=width - overlap
    )
    assert experiment.ke.dtype == experiment.ke_sd.dtype == np.float64
    labelled = labelled_windows(experiment)
    assert len(labelled.rows) == windows * 4
    for own_map, (_, window, frame, ke, ke_sd, _, source, stretch_px) in zip(
        labelled.maps, labelled.rows
    ):
        start = window * (width - overlap)
        by_hand = variables["fault_map"][:, start : start + width, frame]
        np.testing.assert_array_equal(own_map, by_hand)
        assert ke == variables["label"][window, frame, 1]  # KE comes second
        assert ke_sd == variables["label"][window, frame, 0]
        assert stretch_px == 1.0  # pixels were never lines
        assert source == "laboratory"


@BOTH
def test_labels_of_columns_are_median_and_deviation_over_each_window(tmp_path, write):
    """Oracle: Python's statistics. 376 columns hold 7 windows that begin every 50."""
    variables = columns_2022()
    experiment = read(tmp_path, variables, write=write)
    assert experiment.scale == ExperimentScale()
    assert experiment.ke.shape == experiment.ke_sd.shape == (7, 3)
    for window in range(7):
        for frame in range(3):
            columns = variables["KE"][50 * window : 50 * window + 64, frame].tolist()
            assert experiment.ke[window, frame] == pytest.approx(
                statistics.median(columns), abs=1e-9
            )
            assert experiment.ke_sd[window, frame] == pytest.approx(
                statistics.pstdev(columns), abs=1e-9
            )
    np.testing.assert_array_equal(experiment.fault_map, variables["fault_map"])
    assert experiment.padded_rows == (0, 0)


@pytest.mark.parametrize(("rows", "padded"), [(112, (8, 8)), (127, (0, 1)), (1, (63, 64))])
def test_a_low_map_gets_blank_rows_above_and_below(tmp_path, rows, padded):
    variables = columns_2022(rows=rows, cols=220, windows=3)
    experiment = read(tmp_path, variables)
    above, below = padded
    assert experiment.padded_rows == padded
    assert experiment.fault_map.shape == (128, 220, 3)
    np.testing.assert_array_equal(experiment.fault_map[above : 128 - below],
                                  variables["fault_map"])  # fmt: skip
    assert not experiment.fault_map[:above].any()
    assert not experiment.fault_map[128 - below :].any()


@pytest.mark.parametrize("counted", [5, 7])
def test_both_ways_to_count_the_windows_of_columns_are_known(tmp_path, counted):
    """E280: 5 windows 14 px apart, or 7 that overlap by 14 px; both are cut as 7."""
    assert read(tmp_path, columns_2022(windows=counted)).ke.shape[0] == 7


@BOTH
def test_a_single_frame_comes_through(tmp_path, write):
    """MATLAB drops a last axis of length 1."""
    one = windows_2022(frames=1)
    flat = {**one, "fault_map": one["fault_map"][:, :, 0]}
    experiment = read(tmp_path, flat, write=write)
    np.testing.assert_array_equal(experiment.fault_map, one["fault_map"])
    np.testing.assert_array_equal(experiment.ke, one["label"][:, :, 1])


def test_a_logical_map_and_whole_numbers_of_any_class_come_through(tmp_path):
    variables = windows_2022()
    changed = {
        **variables,
        "fault_map": variables["fault_map"].astype(bool),
        "windowWidth": 64.0,
        "overlap": np.int32(14),
    }
    experiment = read(tmp_path, changed, write=write_mat73)
    np.testing.assert_array_equal(experiment.fault_map, variables["fault_map"])


@BOTH
def test_content_tells_the_form_and_who_made_it(tmp_path, write):
    """Names of other forms, and variables besides."""
    declared = {"material": "virtual wet kaolin"}
    windows = windows_2022(parameters=declared, numWindows=np.uint8(3), numFrames=np.uint8(4))
    assert read(tmp_path, windows, write=write, name="EB_025_1").material == "virtual"
    columns = columns_2022(note="sand")
    assert read(tmp_path, columns, write=write, name="EB_025_2").ke.shape == (7, 3)


def test_the_pixel_size_is_the_caller_s(tmp_path):
    for name, variables in (
        ("windows", windows_2022()),
        ("columns", columns_2022()),
        ("clay", clay_file(tmp_path / "x.mat")),
    ):
        savemat(tmp_path / f"{name}.mat", variables)
        experiment = read_experiment(tmp_path / f"{name}.mat", pixel_size_m=250.0)
        assert experiment.scale.pixel_size_m == 250
        assert read_experiment(tmp_path / f"{name}.mat").scale.pixel_size_m == 100


NAN = np.full((3, 4, 2), 0.5)
NAN[1, 2, 0] = np.nan
NEGATIVE = np.full((3, 4, 2), 0.5)
NEGATIVE[2, 1, 0] = -0.1
GREY = np.full((128, 164, 4), 0.5)


@BOTH
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"label": None}, "variable 'label' is missing .form windows-2022"),
        ({"fault_map": None}, "variable 'fault_map' is missing .form windows-2022"),
        ({"windowWidth": None}, "variable 'windowWidth' is missing .form windows-2022"),
        ({"overlap": None}, "variable 'overlap' is missing .form windows-2022"),
        (
            {"label": np.ones((4, 4, 2))},
            "'label' has 4 windows, 'fault_map' gives 3 at width 64, stride 50. "
            "Check 'windowWidth' and 'overlap'.",
        ),
        ({"overlap": 39.0}, "'label' has 3 windows, 'fault_map' gives 5 at width 64, stride 25"),
        ({"label": np.ones((3, 5, 2))}, r"'label' has shape \(3, 5, 2\), not \(3, 4, 2\): win"),
        ({"label": np.ones((3, 4, 3))}, r"'label' has shape \(3, 4, 3\), not \(3, 4, 2\): win"),
        ({"label": np.ones((3, 4))}, r"'label' has shape \(3, 4, 1\), not \(3, 4, 2\): win"),
        ({"label": 0.5}, "'label' has 1 window, 'fault_map' gives 3"),
        ({"label": NAN}, "'label' holds NaN or infinity, first in frame 2"),
        ({"label": NEGATIVE}, "'label' holds deviations below 0; .* must be SD, .* KE"),
        ({"label": "none"}, "'label' holds .U4, not real numbers"),
        ({"label": {"ke": 0.5}}, "'label' holds a struct, not real numbers"),
        ({"fault_map": GREY}, "'fault_map' must hold 0 and 1 only"),
        ({"windowWidth": 32.0}, r"'fault_map' has 128 rows, a window has 64 \(2 x 'windowWidth'"),
        ({"windowWidth": 60.0}, "'fault_map' has 128 rows, a window has 120"),
        (
            {"fault_map": np.ones((112, 164, 4), np.uint8)},
            "'fault_map' has 112 rows, a window has 128",
        ),
        (
            {"fault_map": np.ones((128, 60, 4), np.uint8)},
            "'fault_map' has 128 x 60 pixels, less than a window of 128 x 64",
        ),
        ({"windowWidth": 0.0}, "'windowWidth' is 0.0, not a whole number of 1 or more"),
        ({"windowWidth": 63.5}, "'windowWidth' is 63.5, not a whole number"),
        ({"windowWidth": np.array([64.0, 64.0])}, "'windowWidth' is no single number"),
        ({"overlap": -2.0}, "'overlap' is -2.0, not a whole number of 0 or more"),
        ({"overlap": float("nan")}, "'overlap' is nan, not a whole number"),
        ({"overlap": 64.0}, "'overlap' is 64, not below 'windowWidth' of 64"),
    ],
)
def test_windows_that_disagree_are_refused_by_file_and_variable(tmp_path, write, changes, message):
    with pytest.raises(InputError, match=rf"^E355_64px\.mat: {message}") as refusal:
        read(tmp_path, {**windows_2022(), **changes}, write=write)
    assert "\n" not in str(refusal.value)


@BOTH
@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"KE": None}, "variable 'KE' is missing .form columns-2022"),
        ({"numFrames": None}, "variable 'numFrames' is missing .form columns-2022"),
        ({"numWindows": None}, "variable 'numWindows' is missing .form columns-2022"),
        ({"KE": np.ones((375, 3))}, r"'KE' has shape \(375, 3\), 'fault_map' has \(376, 3\) col"),
        ({"KE": np.ones((376, 2))}, r"'KE' has shape \(376, 2\), 'fault_map' has \(376, 3\) col"),
        ({"KE": np.full((376, 3), np.nan)}, "'KE' holds NaN or infinity, first in frame 0"),
        ({"numFrames": 4.0}, "'numFrames' is 4, 'fault_map' has 3 frames"),
        (
            {"numWindows": 6.0},
            "'numWindows' is 6, 'fault_map' gives 7 at width 64, stride 50. "
            "Check 'windowWidth' and 'overlap'.",
        ),
        ({"rows": 129}, "'fault_map' has 129 rows, a window has 128"),
        ({"cols": 63, "windows": 1}, "'fault_map' has 128 x 63 pixels, less than a window"),
        ({"overlap": 77.0}, "'overlap' is 77, not below 'windowWidth' of 64"),
    ],
)
def test_columns_that_disagree_are_refused_by_file_and_variable(tmp_path, write, changes, message):
    with pytest.raises(InputError, match=rf"^E355_64px\.mat: {message}") as refusal:
        read(tmp_path, columns_2022(**changes), write=write)
    assert "\n" not in str(refusal.value)

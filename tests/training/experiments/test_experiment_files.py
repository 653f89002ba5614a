import numpy as np
import pytest
from scipy.io import savemat

from makers.clay_files import COLS, FRAMES, ROWS, clay_file, slow_labels
from ssf_model.errors import InputError
from training.experiments.files import read_experiment


def test_labels_of_the_clay_form_equal_the_published_formula(tmp_path):
    """Oracle: a slow twin without numpy; 1e-9 is far above the rounding of its sums."""
    variables = clay_file(tmp_path / "EB_025_1.mat")
    experiment = read_experiment(tmp_path / "EB_025_1.mat")
    assert experiment.ke.shape == experiment.ke_sd.shape == (2, FRAMES)
    for window, first_col in enumerate((0, 50)):
        for frame in range(FRAMES):
            ke, ke_sd = slow_labels(variables, first_col, frame)
            assert experiment.ke[window, frame] == pytest.approx(ke, abs=1e-9)
            assert experiment.ke_sd[window, frame] == pytest.approx(ke_sd, abs=1e-9)


def test_one_straight_fault_that_carries_half_the_slip_has_half_the_efficiency(tmp_path):
    """Closed form: a curl of V / (4 x 1.14) on one row integrates to half of V."""
    velocity = 0.25
    fault_map = np.zeros((ROWS, COLS, 1), np.uint8)
    fault_map[70] = 1
    u = np.zeros((ROWS, COLS, 1))
    u[0], u[-1] = velocity / 2, -velocity / 2
    clay_file(
        tmp_path / "A.mat",
        curl_map=np.full((ROWS, COLS, 1), velocity / (4 * 1.14)),
        altBW_filt=fault_map,
        store_u=u,
        store_v=np.zeros_like(u),
    )
    experiment = read_experiment(tmp_path / "A.mat")
    np.testing.assert_allclose(experiment.ke, 0.5, atol=1e-12)
    np.testing.assert_allclose(experiment.ke_sd, 0, atol=1e-12)


def test_a_file_is_the_laboratory_s_unless_it_declares_itself_virtual(tmp_path):
    for stem, parameters, material in (
        ("a", None, "laboratory"),
        ("b", {"material": "virtual wet kaolin", "seed": 1}, "virtual"),
        ("c", {"material": "wet kaolin"}, "laboratory"),
        ("d", {"operator": "M. E."}, "laboratory"),
    ):
        clay_file(tmp_path / f"{stem}.mat", parameters=parameters)
        assert read_experiment(tmp_path / f"{stem}.mat").material == material


def test_the_name_is_the_file_s_and_maps_stay_as_they_are(tmp_path):
    variables = clay_file(tmp_path / "PP_050_2.mat")
    experiment = read_experiment(tmp_path / "PP_050_2.mat")
    assert experiment.name == "PP_050_2"
    np.testing.assert_array_equal(experiment.fault_map, variables["altBW_filt"])
    assert experiment.fault_map.dtype == np.uint8


CUBE = (ROWS, COLS, FRAMES)
NAN_IN_FRAME_1 = np.zeros(CUBE)
NAN_IN_FRAME_1[3, 4, 1] = np.nan
STILL_IN_FRAME_2 = np.zeros(CUBE)
STILL_IN_FRAME_2[0, :, :2] = 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"store_v": None}, r"E\.mat: variable 'store_v' is missing \(form clay-2021\)"),
        ({"store_u": np.zeros((ROWS, COLS, 2))}, r"E\.mat: 'store_u' has shape \(135, 114, 2\)"),
        ({"curl_map": NAN_IN_FRAME_1}, r"E\.mat: 'curl_map' holds NaN or infinity.* frame 1\."),
        ({"store_u": NAN_IN_FRAME_1}, r"E\.mat: 'store_u' holds NaN"),
        (
            {"store_u": STILL_IN_FRAME_2, "store_v": np.zeros(CUBE)},
            r"E\.mat: the plates stand still in frame 2: .*'store_u'",
        ),
        ({"altBW_filt": np.full(CUBE, 255, np.uint8)}, r"E\.mat: 'altBW_filt' must hold 0 and 1"),
        ({"altBW_filt": np.full(CUBE, 0.5)}, r"E\.mat: 'altBW_filt' must hold 0 and 1"),
        ({"curl_map": np.zeros(CUBE, complex)}, r"E\.mat: 'curl_map' holds complex128"),
        ({"curl_map": "text"}, r"E\.mat: 'curl_map' holds .U4, not real numbers"),
        ({"curl_map": np.zeros((2, 3, 4, 5))}, r"E\.mat: 'curl_map' has shape \(2, 3, 4, 5\)"),
        ({"curl_map": np.zeros((0, 0))}, r"E\.mat: 'curl_map' has shape \(0, 0, 1\)"),
    ],
)
def test_a_file_that_does_not_fit_is_refused_by_name_and_variable(tmp_path, changes, message):
    clay_file(tmp_path / "E.mat", **changes)
    with pytest.raises(InputError, match=message) as refusal:
        read_experiment(tmp_path / "E.mat")
    assert "\n" not in str(refusal.value)


def test_a_map_smaller_than_a_window_is_refused(tmp_path):
    small = {
        name: np.ones((100, 80, 2))
        for name in ("curl_map", "altBW_filt", "store_u", "store_v")
    }  # fmt: skip
    clay_file(tmp_path / "E.mat", **small)
    with pytest.raises(InputError, match=r"'altBW_filt' has 100 x 80 pixels, less than a window"):
        read_experiment(tmp_path / "E.mat")


def test_a_variable_of_an_unknown_class_is_refused(tmp_path):
    """Such a file makes scipy trip over itself; the user still gets one line."""
    variables = clay_file(tmp_path / "E.mat")
    savemat(tmp_path / "E.mat", variables)
    content = bytearray((tmp_path / "E.mat").read_bytes())
    array_class = content.index(b"store_u") - 40  # MATLAB's MAT-file format, array flags
    assert content[array_class] == 6  # double
    content[array_class] = 99
    (tmp_path / "E.mat").write_bytes(content)
    with pytest.raises(InputError, match=r"E\.mat: cut short or damaged"):
        read_experiment(tmp_path / "E.mat")


def test_files_that_are_no_experiment_are_refused(tmp_path):
    savemat(tmp_path / "other.mat", {"weather": 1.0})
    with pytest.raises(InputError, match=r"other\.mat: holds weather, which is no known form"):
        read_experiment(tmp_path / "other.mat")
    (tmp_path / "text.mat").write_text("not a MATLAB file\n" * 40)
    with pytest.raises(InputError, match=r"text\.mat: not readable as a MATLAB file"):
        read_experiment(tmp_path / "text.mat")
    (tmp_path / "empty.mat").write_bytes(b"")
    with pytest.raises(InputError, match=r"empty\.mat: not readable as a MATLAB file"):
        read_experiment(tmp_path / "empty.mat")
    with pytest.raises(InputError, match=r"gone\.mat: not readable as a MATLAB file"):
        read_experiment(tmp_path / "gone.mat")


@pytest.mark.parametrize("share", [0.1, 0.3, 0.5, 0.7, 0.9, 0.99])
def test_a_file_cut_short_is_refused(tmp_path, share):
    clay_file(tmp_path / "E.mat")
    whole = (tmp_path / "E.mat").read_bytes()
    (tmp_path / "E.mat").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError, match=r"E\.mat: .*(missing|cut short|not readable)"):
        read_experiment(tmp_path / "E.mat")


@pytest.mark.parametrize("seed", range(20))
def test_a_damaged_file_is_refused(tmp_path, seed):
    clay_file(tmp_path / "E.mat")
    rng = np.random.default_rng(seed)
    content = bytearray((tmp_path / "E.mat").read_bytes())
    for place in rng.integers(0, len(content), 30):
        content[place] = rng.integers(0, 256)
    (tmp_path / "E.mat").write_bytes(content)
    with pytest.raises(InputError, match=r"^E\.mat: "):
        read_experiment(tmp_path / "E.mat")

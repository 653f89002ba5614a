"""The true displacement in a virtual experiment's file: read where it is asked for, or refused."""

import numpy as np
import pytest
from scipy.io import loadmat, savemat

from makers.virtual_experiments import experiment_of
from ssf_model.errors import InputError
from training.__main__ import main
from training.experiments.files import read_experiment
from training.windows.dataset import load_windows

pytestmark = pytest.mark.numerical


def write_file(path, **changes):
    """A virtual experiment's file; `None` leaves a variable out."""
    experiment = experiment_of()
    truth = experiment.truth
    variables = {
        "parameters": {"material": "virtual wet kaolin", "sense": truth.sense},
        "curl_map": np.ones(truth.u.shape, np.float32),
        "altBW_filt": experiment.fault_map,
        "store_u": truth.u,
        "store_v": truth.v,
        "true_u": truth.u,
        "true_v": truth.v,
    } | changes
    savemat(path, {name: value for name, value in variables.items() if value is not None})


def test_the_truth_comes_back_from_a_file_where_it_is_asked_for(tmp_path):
    write_file(tmp_path / "A.mat")
    assert read_experiment(tmp_path / "A.mat").truth is None
    truth = read_experiment(tmp_path / "A.mat", with_truth=True).truth
    np.testing.assert_array_equal(truth.u, loadmat(tmp_path / "A.mat")["true_u"])
    np.testing.assert_array_equal(truth.v, 0)
    assert truth.sense == 1


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"true_u": None}, r"A\.mat: variable 'true_u' is missing, without which its frames "),
        ({"true_v": None}, r"A\.mat: variable 'true_v' is missing"),
        ({"parameters": None}, r"A\.mat: variable 'parameters' is missing"),
        ({"true_v": np.ones((135, 264, 5))}, r"A\.mat: 'true_v' has shape \(135, 264, 5\), the "),
        ({"true_u": np.full((135, 264, 6), np.nan)}, r"A\.mat: 'true_u' holds NaN or infinity"),
        ({"parameters": {"sense": 0}}, r"A\.mat: 'parameters' names no sense of 1 \(dextral\) or"),
        ({"parameters": {"seed": 1}}, r"A\.mat: 'parameters' names no sense"),
        ({"parameters": 7.0}, r"A\.mat: 'parameters' names no sense"),
    ],
)
def test_a_file_without_a_truth_that_fits_is_refused_by_file_and_variable(
    tmp_path, changes, message
):
    write_file(tmp_path / "A.mat", **changes)
    with pytest.raises(InputError, match=message):
        read_experiment(tmp_path / "A.mat", with_truth=True)


def test_ingest_of_laboratory_files_with_the_pen_varied_is_refused_in_one_line(tmp_path, capsys):
    (tmp_path / "raw").mkdir()
    write_file(tmp_path / "raw" / "A.mat", true_u=None, true_v=None)
    words = ["ingest", str(tmp_path / "raw"), "--out", str(tmp_path / "w"), "--pens", "raw,varied"]
    assert main(words) == 1
    assert (
        "error: A.mat: variable 'true_u' is missing, without which its frames cannot be observed "
        "again (pen 'varied'). Files made by `simulate` have it.\n"
    ) in capsys.readouterr().err
    assert not (tmp_path / "w").exists()
    write_file(tmp_path / "raw" / "A.mat")
    assert main(words) == 0
    assert set(load_windows(tmp_path / "w").source) == {"virtual", "virtual, varied"}

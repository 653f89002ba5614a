"""The published weights give Keras's own answers, and files that are none are refused."""

import h5py
import numpy as np
import pytest

from makers.run_folders import write_keras2
from ssf_model.errors import InputError, ModelError
from ssf_model.network.model import open_model
from ssf_model.scale import ExperimentScale
from training.__main__ import main
from training.fitting.architectures import published_network
from training.fitting.fit import predict_windows
from training.publishing.onnx_file import probe_maps
from training.publishing.published_weights import read_published

pytest.importorskip("keras")

pytestmark = pytest.mark.numerical

SMALL = ExperimentScale(window_rows=16, window_cols=8, stride_px=8)


@pytest.fixture(scope="module")
def small_network():
    model = published_network(16, 8)
    rng = np.random.default_rng(6)
    for layer in model.layers:
        layer.set_weights([rng.uniform(0.1, 0.9, w.shape) for w in layer.get_weights()])
    return model


def test_the_published_weights_answer_as_keras_loads_them(reference_data, tmp_path):
    """Oracle: Keras's own `load_weights`. Real lines give 0 to 2; 1e-5 is the export's promise."""
    weights = reference_data / "published" / "weights-improvement-41-0.97.hdf5"
    out = tmp_path / "published.onnx"
    assert main(["import-keras", str(weights), "--out", str(out), "--pixel-size", "90"]) == 0
    theirs = published_network(128, 64)
    theirs.load_weights(str(weights))
    maps = probe_maps(128, 64, rng=np.random.default_rng(5))
    expected = predict_windows(theirs, maps)
    ours = open_model(out)
    np.testing.assert_allclose(ours.predict(maps), expected, atol=1e-5)
    assert expected.max() > 1
    assert ours.card.pixel_size_m == 90
    assert ours.card.material == "wet kaolin"
    assert ours.card.licence == "not stated by the authors"
    assert "10.1029/2021GL096854" in ours.card.citation


@pytest.mark.parametrize("group", ["model_weights", None])
def test_weights_come_back_as_they_were(tmp_path, small_network, group):
    """Whether the file holds a whole model or weights alone."""
    path = write_keras2(tmp_path / "w.hdf5", small_network, group=group)
    read = read_published(path, scale=SMALL)
    for ours, theirs in zip(read.get_weights(), small_network.get_weights()):
        np.testing.assert_array_equal(ours, theirs)


def test_nothing_that_the_file_describes_is_run(tmp_path, small_network):
    """A description that Keras would choke on makes no difference."""
    path = write_keras2(tmp_path / "w.hdf5", small_network)
    with h5py.File(path, "a") as file:
        file.attrs["model_config"] = '{"class_name": "Lambda", "config": "raise SystemExit"}'
        file.attrs["keras_version"] = "9.9"
    assert read_published(path, scale=SMALL).count_params() == small_network.count_params()


def test_files_that_are_no_hdf5_or_not_there_are_refused(tmp_path):
    (tmp_path / "w.hdf5").write_text("weights")
    with pytest.raises(InputError, match="cannot be read as HDF5"):
        read_published(tmp_path / "w.hdf5", scale=SMALL)
    with pytest.raises(InputError, match="there is no such file"):
        read_published(tmp_path / "absent.hdf5", scale=SMALL)


def drop_names(file):
    del file["model_weights"].attrs["layer_names"]


def drop_weight(file):
    del file["model_weights/dense/dense/bias:0"]


def drop_layer(file):
    names = [n for n in file["model_weights"].attrs["layer_names"] if n not in (b"dense", "dense")]
    del file["model_weights"].attrs["layer_names"]
    file["model_weights"].attrs["layer_names"] = names


def spoil_weight(file):
    file["model_weights/dense/dense/bias:0"][2] = np.nan


def put_integers(file):
    drop_weight(file)
    file["model_weights/dense/dense/bias:0"] = np.zeros(8, np.int32)


@pytest.mark.parametrize(
    ("spoil", "match"),
    [
        (drop_names, "has no 'layer_names', so it is no weights file of Keras 2"),
        (drop_weight, "'dense/bias:0' is listed but not there"),
        (drop_layer, "has 8 layers with weights, the study's has 9"),
        (spoil_weight, "layer 'dense' has weights that are not finite"),
        (put_integers, "'dense/bias:0' is no float32 weight"),
    ],
)
def test_a_file_with_other_contents_is_refused_with_the_place(
    tmp_path, small_network, spoil, match
):
    path = write_keras2(tmp_path / "w.hdf5", small_network)
    with h5py.File(path, "a") as file:
        spoil(file)
    with pytest.raises(ModelError, match=match):
        read_published(path, scale=SMALL)


def test_weights_for_windows_of_another_size_are_refused(tmp_path, small_network):
    path = write_keras2(tmp_path / "w.hdf5", small_network)
    with pytest.raises(ModelError, match=r"layer 'dense' has weights \[\(64, 8\), \(8,\)\]"):
        read_published(path, scale=ExperimentScale())

"""An onnxruntime that is there and does not work: the NumPy engine runs and says why."""

import sys
from types import SimpleNamespace

import numpy as np
import pytest
from onnx import helper

from makers.batch_maps import QUICK, wavy_map
from makers.onnx_networks import card_of, model_of, weighted_sum, written
from ssf_model.__main__ import main
from ssf_model.errors import ModelError
from ssf_model.network.model import open_model
from ssf_model.network.numpy_products import by_loops

ROWS, COLS = 6, 4
WEIGHTS = np.random.default_rng(0).normal(size=(ROWS, COLS))
RAISES = {
    "of another NumPy": "raise ValueError('numpy.dtype size changed')",
    "a library missing": "raise ImportError('libonnxruntime.so: no such file')",
    "a part missing": "import nothing_of_that_name",
    "an odd one": "raise KeyError('capi')",
    "one that leaves": "import sys; sys.exit('no')",
    "what one left behind": "",
}


@pytest.fixture
def installed(tmp_path, monkeypatch):
    """A function that installs an onnxruntime of one line."""
    for name in [name for name in sys.modules if name.split(".")[0] == "onnxruntime"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.syspath_prepend(str(tmp_path / "site"))

    def install(text):
        (tmp_path / "site" / "onnxruntime").mkdir(parents=True)
        (tmp_path / "site" / "onnxruntime" / "__init__.py").write_text(text)

    yield install
    sys.modules.pop("onnxruntime", None)


def answers(model):
    windows = np.ones((3, ROWS, COLS), dtype=np.uint8)
    return model.predict(windows)


@pytest.mark.parametrize("text", RAISES.values(), ids=RAISES)
def test_whatever_its_import_does_numpy_runs_and_says_why(installed, tmp_path, text):
    installed(text)
    path = written(tmp_path, weighted_sum(WEIGHTS))
    model = open_model(path)
    assert model.engine == "numpy"
    assert "onnxruntime is installed but broken" in model.engine_note
    assert model.engine_note.endswith("The NumPy engine runs the model instead.")
    assert "\n" not in model.engine_note
    np.testing.assert_allclose(answers(model), WEIGHTS.sum(), rtol=1e-6)
    assert open_model(path, engine="numpy").engine_note is None
    with pytest.raises(ModelError, match="onnxruntime is installed but broken") as refusal:
        open_model(path, engine="onnxruntime")
    assert "NumPy" not in str(refusal.value)


class TooOld:
    """A session of an onnxruntime that knows no such opset."""

    def __init__(self, content, **options):
        message = "Opset 13 is\nunder development"
        raise RuntimeError(message)


class BreaksLater:
    """A session that cannot be run."""

    def __init__(self, content, **options):
        pass

    def run(self, outputs, inputs):
        """Fail."""
        message = "bad allocation"
        raise MemoryError(message)


def fake(session):
    return SimpleNamespace(
        SessionOptions=SimpleNamespace, InferenceSession=session, __version__="1.0.0"
    )


@pytest.mark.parametrize(
    ("session", "why"), [(TooOld, "Opset 13 is under development"), (BreaksLater, "bad allocation")]
)
def test_one_that_cannot_run_the_model_leaves_it_to_numpy(tmp_path, monkeypatch, session, why):
    monkeypatch.setitem(sys.modules, "onnxruntime", fake(session))
    path = written(tmp_path, weighted_sum(WEIGHTS))
    model = open_model(path)
    assert model.engine == "numpy"
    assert f"cannot be run by onnxruntime 1.0.0: {why}. The NumPy engine" in model.engine_note
    np.testing.assert_allclose(answers(model), WEIGHTS.sum(), rtol=1e-6)
    with pytest.raises(ModelError, match=why):
        open_model(path, engine="onnxruntime")


def test_a_model_that_neither_can_run_is_told_of_both(tmp_path, monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", fake(TooOld))
    node = helper.make_node("Erf", ["maps"], ["ke"])  # no operator of the NumPy engine
    proto = model_of([node], {}, ("n", 1, ROWS, COLS), card=card_of(ROWS, COLS))
    proto.graph.output[0].type.CopyFrom(proto.graph.input[0].type)
    del proto.graph.output[0].type.tensor_type.shape.dim[1:]
    with pytest.raises(ModelError, match=r"Opset 13 .* The NumPy engine cannot either\. .*Erf"):
        open_model(written(tmp_path, proto))


def test_a_model_that_works_has_nothing_to_say(tmp_path):
    model = open_model(written(tmp_path, weighted_sum(WEIGHTS)))
    assert model.engine.startswith("onnxruntime ")
    assert model.engine_note is None


@pytest.mark.parametrize("text", RAISES.values(), ids=RAISES)
def test_models_of_ours_do_not_need_it_and_so_do_not_load_it(installed, text):
    installed(text)
    model = open_model()
    assert (model.engine, model.engine_note) == ("numpy", None)


def test_where_numpy_has_no_fast_product_onnxruntime_runs_them(monkeypatch):
    monkeypatch.setattr("ssf_model.network.engines.product", lambda: by_loops)
    assert open_model().engine.startswith("onnxruntime ")


def test_the_command_line_says_so_once_and_goes_on(installed, tmp_path, capsys):
    model = written(tmp_path, weighted_sum(np.full((128, 64), 1e-4)))  # no rows to leave out
    installed("raise ValueError('numpy.dtype size changed')")
    path, out = wavy_map(tmp_path / "map.gpkg", zones=1, length_km=12), tmp_path / "out.gpkg"
    words = ["estimate", path, "--out", str(out), *["--model", str(model)] * 2, *QUICK]
    assert main(words) == 0
    told = capsys.readouterr()
    assert told.err.count("onnxruntime is installed but broken") == 1
    assert "(numpy)" in told.out
    assert out.exists()

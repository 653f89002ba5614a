"""Models, windows and settings that `open_model` and `predict` refuse, in one line each."""

import numpy as np
import pytest
from onnx import TensorProto, helper

from makers.onnx_networks import card_of, model_of, weighted_sum, written
from ssf_model.errors import InputError, ModelError
from ssf_model.network.model import open_model

ENGINES = ("onnxruntime", "numpy")
ROWS, COLS = 6, 4
WEIGHTS = np.random.default_rng(0).normal(size=(ROWS, COLS))


def with_second(kind):
    proto = weighted_sum(WEIGHTS)
    port = helper.make_tensor_value_info("second", TensorProto.FLOAT, ["n", 1])
    getattr(proto.graph, kind).append(port)
    if kind == "output":
        proto.graph.node.append(helper.make_node("Identity", ["ke"], ["second"]))
    return proto


def wide(columns, output_shape):
    """A network with several answers a window."""
    nodes = [helper.make_node("Flatten", ["maps"], ["x"])]
    nodes.append(helper.make_node("Gemm", ["x", "w"], ["ke"]))
    return model_of(
        nodes,
        {"w": np.ones((ROWS * COLS, columns), np.float32)},
        ("n", 1, ROWS, COLS),
        output_shape=output_shape,
        card=card_of(ROWS, COLS),
    )


def not_finite(value):
    weights = WEIGHTS.copy()
    weights[0, 0] = value
    return weighted_sum(weights)


def integers():
    node = helper.make_node("Cast", ["maps"], ["ke"], to=TensorProto.INT64)
    proto = model_of([node], {}, ("n", 1, ROWS, COLS), card=card_of(ROWS, COLS))
    proto.graph.output[0].type.tensor_type.elem_type = TensorProto.INT64
    return proto


REFUSED = {
    "second input": (with_second("input"), "has 2 inputs"),
    "second output": (with_second("output"), "has 2 outputs"),
    "rank": (
        weighted_sum(WEIGHTS, input_shape=("n", ROWS, COLS)),
        r"'maps' \(n, 6, 4\); maps have 4",
    ),
    "no shape": (weighted_sum(WEIGHTS, input_shape=None), "'maps' of no stated shape"),
    "fixed number": (
        weighted_sum(WEIGHTS, input_shape=(8, 1, ROWS, COLS)),
        "exactly 8 windows at a time",
    ),
    "colours": (
        weighted_sum(WEIGHTS, input_shape=("n", 3, ROWS, COLS)),
        r"\(n, 3, 6, 4\), which does not fit the windows of 6 x 4 pixels",
    ),
    "all open": (
        weighted_sum(WEIGHTS, input_shape=("n", "a", "b", "c")),
        "does not say which axis is the channel",
    ),
    "other window": (
        weighted_sum(WEIGHTS, card=card_of(ROWS, COLS + 1)),
        r"\(n, 1, 6, 4\), which does not fit the windows of 6 x 5 pixels",
    ),
    "turned window": (
        weighted_sum(WEIGHTS, card=card_of(COLS, ROWS)),
        "does not fit the windows of 4 x 6 pixels",
    ),
    "doubles": (weighted_sum(WEIGHTS, element=TensorProto.DOUBLE), "maps of type float64"),
    "integers": (integers(), "answers with type int64"),
    "two answers": (wide(2, ("n", 2)), r"'ke' \(n, 2\), not one number a window"),
    "two answers unsaid": (wide(2, ("n", "m")), "not with one number each"),
    "huge window": (
        weighted_sum(WEIGHTS, input_shape=("n", 1, "r", "c"), card=card_of(2**15, 2**15)),
        "up to 1048576 pixels",
    ),
    "not a number": (not_finite(np.nan), "the weights 'weights' are not all finite numbers"),
    "infinite": (not_finite(np.inf), "the weights 'weights' are not all finite numbers"),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_fault_network_is_refused_on_opening_in_one_line(tmp_path, name, engine):
    proto, match = REFUSED[name]
    with pytest.raises(ModelError, match=match) as refusal:
        open_model(written(tmp_path, proto), engine=engine)
    assert str(refusal.value).startswith("model.onnx")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_answer_that_overflows_is_refused(tmp_path, engine):
    model = open_model(written(tmp_path, weighted_sum(np.full((ROWS, COLS), 3e38))), engine=engine)
    windows = np.zeros((3, ROWS, COLS), dtype=np.uint8)
    windows[1:] = 1
    with pytest.raises(ModelError, match="answers 2 of 3 windows with no finite number"):
        model.predict(windows)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_network_that_an_engine_cannot_run_is_refused_in_one_line(tmp_path, engine):
    proto = weighted_sum(WEIGHTS)
    proto.graph.node[1].op_type = "FlattenMore"
    with pytest.raises(ModelError, match=r"FlattenMore") as refusal:
        open_model(written(tmp_path, proto), engine=engine)
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("opset", [8, 999])
def test_a_file_of_another_age_is_refused_in_one_line(tmp_path, opset, engine):
    proto = weighted_sum(WEIGHTS)
    proto.opset_import[0].version = opset
    said = f"^model.onnx is no network that ssf runs: its opset {opset} is not within 9 to 28"
    with pytest.raises(ModelError, match=said):
        open_model(written(tmp_path, proto), engine=engine)


@pytest.mark.parametrize("engine", ENGINES)
def test_weights_that_do_not_fit_the_window_are_refused_on_opening(tmp_path, engine):
    """The file leaves the window's size open; its card says more rows than its weights do."""
    proto = weighted_sum(
        WEIGHTS, input_shape=("n", 1, "rows", "cols"), card=card_of(ROWS + 1, COLS)
    )
    with pytest.raises(ModelError, match=r"^model\.onnx .*'Gemm' with 28 numbers for 24"):
        open_model(written(tmp_path, proto), engine=engine)


@pytest.mark.parametrize(
    ("windows", "match"),
    [
        (np.zeros((2, ROWS, COLS + 1), np.uint8), r"probe-1 reads windows of 6 x 4.*\(2, 6, 5\)"),
        (np.zeros((ROWS, COLS), np.uint8), "6 x 4"),
        (np.zeros((2, ROWS, COLS, 1), np.uint8), "6 x 4"),
        (np.zeros((2, ROWS, COLS), np.float32), "not float32"),
        (np.zeros((2, ROWS, COLS), np.int8), "not int8"),
        (np.full((2, ROWS, COLS), 255, np.uint8), "up to 255"),
    ],
)
def test_windows_of_another_form_are_refused(tmp_path, windows, match):
    model = open_model(written(tmp_path, weighted_sum(WEIGHTS)))
    with pytest.raises(InputError, match=match):
        model.predict(windows)


def test_settings_that_do_not_exist_are_refused(tmp_path):
    path = written(tmp_path, weighted_sum(WEIGHTS))
    with pytest.raises(InputError, match="auto, onnxruntime, numpy, not 'torch'"):
        open_model(path, engine="torch")
    with pytest.raises(InputError, match="at least 1, not 0"):
        open_model(path, threads=0)


def test_a_path_that_leads_nowhere_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"absent\.onnx: there is no such model file"):
        open_model(tmp_path / "absent.onnx")


def test_a_file_that_is_no_onnx_is_refused(tmp_path):
    path = tmp_path / "picture.onnx"
    path.write_bytes(b"GIF89a" + bytes(50))
    with pytest.raises(ModelError, match=r"picture\.onnx is not an ONNX model"):
        open_model(path)

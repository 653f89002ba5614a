"""Networks that the NumPy engine refuses, each with the reason and a way out."""

import numpy as np
import pytest
from onnx import TensorProto, helper, numpy_helper

from makers.onnx_networks import conv_with, model_of, one_node, study_like
from ssf_model.errors import ModelError
from ssf_model.network.numpy_engine import NumpyEngine
from ssf_model.network.onnx_file import parse_onnx


def engine_of(proto):
    return NumpyEngine(parse_onnx(proto.SerializeToString(), source="m.onnx"), threads=2)


def later():
    proto = study_like(8, 8)
    proto.opset_import[0].version = 29
    return proto


def after_flatten(operator, *weights, **attributes):
    """The same for the 64 pixels of a window in a row."""
    proto = one_node(operator, *weights, **attributes)
    proto.graph.node.insert(0, helper.make_node("Flatten", ["maps"], ["row"]))
    proto.graph.node[1].input[0] = "row"
    return proto


def norm_of_one_axis():
    """All pixels of all windows in one row, and then by channel, which they do not have."""
    proto = one_node("BatchNormalization", *[np.ones(1, np.float32)] * 4)
    proto.graph.node.insert(0, helper.make_node("Reshape", ["maps", "shape"], ["row"]))
    proto.graph.node[1].input[0] = "row"
    proto.graph.initializer.append(numpy_helper.from_array(np.array([-1]), "shape"))
    return proto


def computed(operator, *weights):
    """An operator whose last input comes from another operator, not from the file."""
    proto = after_flatten(operator, *weights)
    proto.graph.node.insert(1, helper.make_node("Relu", ["row"], ["told"]))
    proto.graph.node[2].input.append("told")
    return proto


ONE = np.ones(1, np.float32)
REFUSED = {
    "unknown": (one_node("Sigmoid"), "does not know the operator 'Sigmoid'"),
    "domain": (one_node("Relu", domain="com.example"), "does not know the operator 'Relu'"),
    "attribute": (one_node("Relu", slope=0.5), "'Relu' with .*'slope'"),
    "stride": (conv_with(strides=[2, 2]), r"'Conv' with strides \[2, 2\]"),
    "group": (conv_with(group=2), "group 2"),
    "kernel": (conv_with(kernel_shape=[5, 5]), "kernel_shape"),
    "padding": (conv_with(pads=[0, 0, 0, -1]), "whole numbers"),
    "padded far": (conv_with(pads=[0, 0, 10**9, 0]), "pads"),
    "dilated far": (conv_with(dilations=[10**9, 1]), "kernel of this size"),
    "auto_pad": (conv_with(auto_pad="SAME"), "auto_pad 'SAME'"),
    "ceil": (one_node("MaxPool", kernel_shape=[3, 3], strides=[3, 3], ceil_mode=1), "ceil_mode"),
    "overlap": (one_node("MaxPool", kernel_shape=[3, 3]), "strides other than the kernel"),
    "pool pads": (
        one_node("MaxPool", kernel_shape=[2, 2], strides=[2, 2], pads=[1, 1, 1, 1]),
        "padding",
    ),
    "axis": (one_node("Flatten", axis=2), "axis 2"),
    "cast": (one_node("Cast", to=TensorProto.DOUBLE), "only float32"),
    "double": (one_node("Add", np.ones(1)), "is float64, not float32"),
    "turned": (one_node("Transpose", perm=[1, 0, 2, 3]), "windows must stay first"),
    "merged": (one_node("Reshape", np.array([2, -1])), "number of windows must stay"),
    "across": (one_node("Gemm", np.ones((1, 8), np.float32), transA=1), "transA"),
    "training": (one_node("BatchNormalization", *[ONE] * 4, training_mode=1), "training_mode"),
    "fit": (one_node("Add", np.ones(7, np.float32)), "cannot run it"),
    "channels": (one_node("Conv", np.ones((1, 2, 1, 1), np.float32)), "1 channels where 2"),
    "huge": (one_node("Add", np.ones((2**17, 1, 1, 1, 1), np.float32)), "an array of 8388608"),
    "bias": (conv_with(np.ones(3, np.float32)), "bias of another size"),
    "no kernel": (one_node("Conv", np.ones((2, 1, 0, 3), np.float32)), "kernel of this size"),
    "no answers": (one_node("Conv", np.ones((0, 1, 3, 3), np.float32)), "kernel of this size"),
    "wide kernel": (one_node("Conv", np.ones((1, 1, 1, 65), np.float32)), "kernel of this size"),
    "three steps": (conv_with(dilations=[1, 1, 1]), "whole numbers"),
    "no step": (conv_with(dilations=[0, 1]), "whole numbers"),
    "axes of weights": (one_node("Conv", np.ones((2, 1, 3), np.float32)), "constant of 4 axes"),
    "wide pool": (one_node("MaxPool", kernel_shape=[1, 64], strides=[1, 64]), "kernel_shape"),
    "larger pool": (one_node("MaxPool", kernel_shape=[9, 1], strides=[9, 1]), "maps of 8 x 8"),
    "pool steps": (
        one_node("MaxPool", kernel_shape=[2, 2], strides=[2, 2], dilations=[2, 2]),
        "dilations",
    ),
    "padded pool": (
        one_node("MaxPool", kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_UPPER"),
        "padding",
    ),
    "spatial": (one_node("BatchNormalization", *[ONE] * 4, spatial=0), "spatial"),
    "epsilon": (one_node("BatchNormalization", *[ONE] * 4, epsilon=1), "epsilon"),
    "norm of a row": (norm_of_one_axis(), "fewer than two axes"),
    "gemm of maps": (one_node("Gemm", np.ones((64, 1), np.float32)), "other than two axes"),
    "gemm of others": (after_flatten("Gemm", np.ones((63, 1), np.float32)), "64 values for 63"),
    "gemm's transB": (after_flatten("Gemm", np.ones((64, 1), np.float32), transB=2), "transB"),
    "gemm's alpha": (after_flatten("Gemm", np.ones((64, 1), np.float32), alpha=1), "alpha"),
    "gemm's beta": (after_flatten("Gemm", np.ones((64, 1), np.float32), beta=1), "beta"),
    "gemm's sum": (computed("Gemm", np.ones((64, 1), np.float32)), "last input that is no const"),
    "computed weights": (computed("Conv"), "input 1 that is no float32 constant of 4 axes"),
    "shape computed": (computed("Reshape"), "shape that the file does not give"),
    "shape of floats": (one_node("Reshape", -ONE), "float32, not int64"),
    "no shape": (one_node("Reshape", np.ones(0, np.int64)), "'Reshape' with shape"),
    "axes of shape": (one_node("Reshape", np.array([[0, -1]])), "'Reshape' with shape"),
    "nine axes": (one_node("Reshape", np.array([0, -1, *[1] * 7])), "'Reshape' with shape"),
    "allowzero": (one_node("Reshape", np.array([0, -1]), allowzero=1), "'Reshape' with shape"),
    "no axis to keep": (one_node("Reshape", np.array([0, 8, 8, 1, 0])), r"shape \(0, 8, 8"),
    "old": (study_like(8, 8, opset=8), "opset 8 is not within 9 to 28"),
    "new": (later(), "opset 29 is not within 9 to 28"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_the_engine_cannot_run_is_refused_with_a_way_out(name, monkeypatch):
    monkeypatch.setattr("ssf_model.network.limits.MAX_VALUES", 2**20)
    proto, match = REFUSED[name]
    with pytest.raises(ModelError, match=match) as refusal:
        engine_of(proto).run(np.zeros((1, 1, 8, 8), dtype=np.float32))
    assert "pip install onnxruntime" in str(refusal.value)


def test_a_graph_that_does_not_hang_together_is_refused():
    dangling = model_of([helper.make_node("Relu", ["absent"], ["ke"])], {}, ("n", 1, 8, 8))
    with pytest.raises(ModelError, match="'Relu' has inputs or outputs that it cannot place"):
        engine_of(dangling)
    empty = model_of([], {}, ("n", 1, 8, 8))
    with pytest.raises(ModelError, match="no operator makes its output 'ke'"):
        engine_of(empty)
    twice = [helper.make_node("Relu", ["maps"], ["ke"]) for _ in range(2)]
    with pytest.raises(ModelError, match="two values are called"):
        engine_of(model_of(twice, {}, ("n", 1, 8, 8)))


@pytest.mark.parametrize("operator", ["Gemm", "MatMul"])
def test_more_answers_than_there_is_room_for_are_refused(monkeypatch, operator):
    """Three windows with 8 answers each are 24 numbers."""
    monkeypatch.setattr("ssf_model.network.limits.MAX_VALUES", 16)
    node = helper.make_node(operator, ["maps", "w"], ["ke"])
    proto = model_of([node], {"w": np.ones((1, 8), np.float32)}, ("n", 1))
    engine = engine_of(proto)
    assert engine.run(np.ones((2, 1), np.float32)).shape == (2, 8)
    with pytest.raises(ModelError, match="an array of 24 numbers, more than 16"):
        engine.run(np.ones((3, 1), np.float32))


def test_a_convolution_of_more_answers_than_there_is_room_for_is_refused(monkeypatch):
    """300 windows of 8 x 8 give two maps of 6 x 6 each: 21,600 numbers."""
    engine = engine_of(conv_with())
    monkeypatch.setattr("ssf_model.network.limits.MAX_VALUES", 21_599)
    assert engine.run(np.ones((1, 1, 8, 8), np.float32)).shape == (1, 2, 6, 6)
    with pytest.raises(ModelError, match="more than 21599"):
        engine.run(np.ones((300, 1, 8, 8), np.float32))

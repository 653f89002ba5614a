"""Steps that keep rows apart: which rows they read, and those that pooling leaves out."""

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper

from makers.onnx_networks import float_weights, model_of
from ssf_model.network.numpy_engine import NumpyEngine
from ssf_model.network.numpy_operators import Reach
from ssf_model.network.numpy_rows import chained
from ssf_model.network.onnx_file import parse_onnx


def test_the_reach_of_steps_in_a_chain_is_that_of_reading_row_by_row():
    """Which input rows the second output row reads, step by step backwards."""
    steps = [Reach(2, 1, 1), Reach(1, 2, 0), Reach(4, 1, 2), Reach(2, 3, 1)]
    wanted = {1}
    for step in reversed(steps):
        first = {row * step.stride - step.pad_top for row in wanted}
        wanted = {row + more for row in first for more in range(step.extent + 1)}
    reach = chained(steps)
    begin = reach.stride - reach.pad_top
    assert (min(wanted), max(wanted)) == (begin, begin + reach.extent)


@pytest.mark.parametrize("rows", [[8], [7, 8], [0], []])
def test_a_row_that_pooling_leaves_out_changes_no_answer(rows):
    """Of nine rows pooled two by two the last is read by nobody. Oracle: onnxruntime."""
    rng = np.random.default_rng(2)
    nodes = [
        helper.make_node("Cast", ["maps"], ["x"], to=TensorProto.FLOAT),
        helper.make_node("Conv", ["x", "kernel"], ["c"]),
        helper.make_node("MaxPool", ["c"], ["p"], kernel_shape=[2, 2], strides=[2, 2]),
        helper.make_node("Flatten", ["p"], ["f"]),
        helper.make_node("Gemm", ["f", "matrix", "shift"], ["ke"]),
    ]
    constants = {
        "kernel": float_weights(rng, 3, 1, 1, 1),
        "matrix": float_weights(rng, 3 * 4 * 2, 1),
        "shift": np.array([0.25], np.float32),
    }
    proto = model_of(nodes, constants, ("n", 1, 9, 5), element=TensorProto.UINT8)
    windows = np.zeros((3, 1, 9, 5), np.uint8)
    for number in range(3):
        windows[number, 0, rows, number:] = 1
    content = proto.SerializeToString()
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (expected,) = session.run(None, {"maps": windows})
    found = NumpyEngine(parse_onnx(content, source="m.onnx"), threads=1).run(windows)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-6)
    assert (expected == np.float32(0.25)).all() == (rows in ([8], []))


@pytest.mark.parametrize("again", ["flattened", "maps"])
def test_features_that_a_later_step_reads_too_are_not_added_up_row_by_row(again):
    """Two products of the flattened maps, or maxima of the maps beside one."""
    rng = np.random.default_rng(4)
    constants = {
        "kernel": float_weights(rng, 3, 1, 3, 3),
        "one": float_weights(rng, 3 * 9 * 5, 1),
        "two": float_weights(rng, 3 * 9 * 5 if again == "flattened" else 3, 1),
    }
    nodes = [
        helper.make_node("Cast", ["maps"], ["x"], to=TensorProto.FLOAT),
        helper.make_node("Conv", ["x", "kernel"], ["c"], pads=[1, 1, 1, 1]),
        helper.make_node("Flatten", ["c"], ["f"]),
        helper.make_node("Gemm", ["f", "one"], ["a"]),
    ]
    if again == "maps":
        whole = {"kernel_shape": [9, 5], "strides": [9, 5]}
        nodes.append(helper.make_node("MaxPool", ["c"], ["m"], **whole))
        nodes.append(helper.make_node("Flatten", ["m"], ["g"]))
    nodes.append(helper.make_node("Gemm", ["f" if again == "flattened" else "g", "two"], ["b"]))
    nodes.append(helper.make_node("Add", ["a", "b"], ["ke"]))
    proto = model_of(nodes, constants, ("n", 1, 9, 5), element=TensorProto.UINT8)
    windows = (rng.random((6, 1, 9, 5)) < 0.2).astype(np.uint8)
    content = proto.SerializeToString()
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    (expected,) = session.run(None, {"maps": windows})
    found = NumpyEngine(parse_onnx(content, source="m.onnx"), threads=1).run(windows)
    np.testing.assert_allclose(found, expected, rtol=0, atol=1e-5)

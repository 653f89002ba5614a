"""Operators on few numbers a window, against onnx's own reference."""

import numpy as np
import pytest
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from makers.onnx_networks import model_of
from ssf_model.errors import ModelError
from ssf_model.network.numpy_engine import NumpyEngine
from ssf_model.network.onnx_file import parse_onnx


def numbers(*values):
    return np.array(values, dtype=np.int64)


def network(operator, constants, attributes, *, outputs=("ke",), inputs=("maps",)):
    names = [f"w{place}" for place in range(len(constants))]
    node = helper.make_node(operator, [*inputs, *names], outputs, **attributes)
    nodes = [node]
    if outputs != ("ke",):
        nodes.append(helper.make_node("Identity", [outputs[0]], ["ke"]))
    return model_of(nodes, dict(zip(names, constants)), ("n", 3, 4), output_shape=None)


def answers(proto, maps):
    return NumpyEngine(parse_onnx(proto.SerializeToString(), source="m.onnx"), threads=2).run(maps)


LIMITS = [np.float32(-0.5), np.float32(0.25)]
OPERATORS = {
    "clip": ("Clip", LIMITS, {}),
    "exp": ("Exp", [], {}),
    "log": ("Log", [], {}),
    "softplus": ("Softplus", [], {}),
    "sub": ("Sub", [np.arange(4, dtype=np.float32)], {}),
    "div": ("Div", [np.float32(3)], {}),
    "sum": ("ReduceSum", [numbers(2)], {}),
    "sum without its axis": ("ReduceSum", [numbers(-1)], {"keepdims": 0}),
    "sum of two axes": ("ReduceSum", [numbers(1, 2)], {"keepdims": 0}),
    "part": ("Slice", [numbers(1), numbers(3), numbers(2)], {}),
    "part from the end": ("Slice", [numbers(-2), numbers(2**31), numbers(-1)], {}),
    "backward": ("Slice", [numbers(-1), numbers(-(2**31)), numbers(1), numbers(-1)], {}),
    "two axes": (
        "Slice",
        [numbers(0, 3), numbers(2, 0), numbers(1, 2), numbers(1, -2)],
        {},
    ),
    "more axes": ("Unsqueeze", [numbers(1, -1)], {}),
    "side by side": ("Concat", [], {"axis": -1}),
    "matrices": ("MatMul", [np.arange(8, dtype=np.float32).reshape(4, 2)], {}),
}


@pytest.mark.parametrize("name", OPERATORS)
def test_each_operator_does_what_the_onnx_reference_does(name):
    operator, constants, attributes = OPERATORS[name]
    inputs = ("maps", "maps") if operator == "Concat" else ("maps",)
    proto = network(operator, constants, attributes, inputs=inputs)
    maps = np.random.default_rng(3).normal(size=(5, 3, 4)).astype(np.float32)
    if operator == "Log":
        maps = np.abs(maps)
    expected = ReferenceEvaluator(proto).run(None, {"maps": maps})[0]
    found = answers(proto, maps)
    assert found.dtype == np.float32
    np.testing.assert_allclose(found, expected, rtol=1e-6, atol=1e-6)


def test_softplus_of_large_numbers_neither_overflows_nor_vanishes():
    maps = np.array([-200, -20, 0, 20, 200], dtype=np.float32).reshape(5, 1, 1) * np.ones((1, 3, 4))
    found = answers(network("Softplus", [], {}), maps.astype(np.float32))[:, 0, 0]
    np.testing.assert_allclose(found, [0, np.exp(-20), np.log(2), 20, 200], rtol=1e-6)


@pytest.mark.parametrize(
    ("constants", "attributes", "n_outputs"),
    [
        ([numbers(1, 3)], {"axis": 2}, 2),
        ([numbers(0, 3, 1)], {"axis": -1}, 3),
        ([], {"axis": 1}, 3),
        ([], {"axis": 2}, 2),
    ],
)
def test_an_axis_is_split_as_the_onnx_reference_does(constants, attributes, n_outputs):
    maps = np.random.default_rng(3).normal(size=(5, 3, 4)).astype(np.float32)
    names = [f"part{number}" for number in range(n_outputs)]
    proto = network("Split", constants, attributes, outputs=names)
    for asked in names:
        proto.graph.node[1].input[0] = asked
        expected = ReferenceEvaluator(proto).run(None, {"maps": maps})[0]
        np.testing.assert_array_equal(answers(proto, maps), expected)


def test_axes_of_one_are_squeezed_as_the_onnx_reference_does():
    proto = network("Squeeze", [numbers(1, -1)], {})
    maps = np.arange(5, dtype=np.float32).reshape(5, 1, 1)
    expected = ReferenceEvaluator(proto).run(None, {"maps": maps})[0]
    assert expected.shape == (5,)
    np.testing.assert_array_equal(answers(proto, maps), expected)


def test_matrices_of_each_window_are_multiplied_by_themselves():
    """Truth: einsum, window by window."""
    nodes = [
        helper.make_node("Transpose", ["maps"], ["turned"], perm=[0, 2, 1]),
        helper.make_node("MatMul", ["maps", "turned"], ["ke"]),
    ]
    proto = model_of(nodes, {}, ("n", 3, 4), output_shape=None)
    maps = np.random.default_rng(3).normal(size=(5, 3, 4)).astype(np.float32)
    expected = np.einsum("nij,nkj->nik", maps, maps)
    np.testing.assert_allclose(answers(proto, maps), expected, rtol=0, atol=1e-6)


def test_constants_that_are_made_of_constants_are_constants():
    """(2 + 1) is no number a window: neither where the map goes on nor where another input does."""
    nodes = [
        helper.make_node("Conv", ["maps", "kernel"], ["x"]),
        helper.make_node("Flatten", ["x"], ["flat"]),
        helper.make_node("Add", ["one", "two"], ["three"]),
        helper.make_node("Mul", ["flat", "three"], ["thrice"]),
        helper.make_node("Mul", ["other", "three"], ["other thrice"]),
        helper.make_node("Add", ["thrice", "other thrice"], ["ke"]),
    ]
    constants = {
        "one": np.ones(4, np.float32),
        "two": np.full(1, 2, np.float32),
        "kernel": np.ones((1, 1, 1, 1), np.float32),
    }
    proto = model_of(nodes, constants, ("n", 1, 2, 2), output_shape=None)
    port = helper.make_tensor_value_info("other", TensorProto.FLOAT, ("n", 4))
    proto.graph.input.append(port)
    rng = np.random.default_rng(3)
    maps = rng.normal(size=(5, 1, 2, 2)).astype(np.float32)
    other = rng.normal(size=(5, 4)).astype(np.float32)
    engine = NumpyEngine(parse_onnx(proto.SerializeToString(), source="m.onnx"), threads=1)
    np.testing.assert_allclose(
        engine.run(maps, other), 3 * (maps.reshape(5, 4) + other), rtol=1e-5, atol=1e-6
    )


REFUSED = {
    "windows summed": (("ReduceSum", [numbers(0)], {}), "axis 0 of 3"),
    "windows summed from behind": (("ReduceSum", [numbers(-3)], {}), "axis -3 of 3"),
    "no axes": (("ReduceSum", [], {}), "input 1 that is no constant list"),
    "all axes": (("ReduceSum", [numbers()], {}), "no axes"),
    "windows cut": (("Slice", [numbers(1), numbers(3), numbers(0)], {}), "axis 0 of 3"),
    "cut without axes": (("Slice", [numbers(1), numbers(3)], {}), "input 3 that is no constant"),
    "uneven lists": (("Slice", [numbers(1), numbers(3), numbers(1, 2)], {}), "lists"),
    "no step": (("Slice", [numbers(1), numbers(3), numbers(1), numbers(0)], {}), "lists"),
    "axis beyond": (("Unsqueeze", [numbers(4)], {}), "axis 4 of 4"),
    "many axes": (("Unsqueeze", [numbers(*range(1, 30))], {}), "29 more axes"),
    "squeezed windows": (("Squeeze", [numbers(0)], {}), "axis 0 of 3"),
    "squeezed more than one": (("Squeeze", [numbers(1)], {}), "cannot run it"),
    "axes as of old": (("Squeeze", [], {"axes": [1]}), "'Squeeze' with .*'axes'"),
    "joined windows": (("Concat", [], {"axis": 0}), "axis 0 of 3"),
    "half a clip": (("Clip", [np.float32(0)], {}), "bounds that are no two constants"),
    "wide clip": (("Clip", [np.ones(2, "f4"), np.ones(2, "f4")], {}), "bounds that are no two"),
    "whole clip": (("Clip", [numbers(0), numbers(1)], {}), "is int64, not float32"),
    "parts of another sum": (("Split", [numbers(1, 2)], {"axis": 2}), "sizes of other parts"),
    "split windows": (("Split", [], {"axis": 0}), "axis 0 of 3"),
    "no matrix": (("MatMul", [np.ones((2, 4, 2), "f4")], {}), "a constant that is no matrix"),
    "nothing to multiply by": (("MatMul", [], {}), "'MatMul' with"),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_these_operators_cannot_do_is_refused(name):
    (operator, constants, attributes), match = REFUSED[name]
    proto = network(operator, constants, attributes)
    with pytest.raises(ModelError, match=match):
        answers(proto, np.ones((2, 3, 4), dtype=np.float32))


def test_an_axis_that_does_not_split_evenly_is_refused():
    proto = network("Split", [], {"axis": 1}, outputs=("a", "b"))
    with pytest.raises(ModelError, match=r"parts of \[1, 1\] in 3"):
        answers(proto, np.ones((2, 3, 4), dtype=np.float32))


def test_matrices_that_are_neither_constant_nor_one_a_window_are_refused():
    proto = model_of(
        [helper.make_node("MatMul", ["maps", "maps"], ["ke"])], {}, ("n", 2), output_shape=None
    )
    with pytest.raises(ModelError, match="neither constant nor stacked"):
        answers(proto, np.ones((2, 2), dtype=np.float32))

"""What of a model's graph is run at all: told from shapes, window by window, before any session.

Truth: onnx's reference, for shapes; and that it answers windows together as one by one.
"""

import numpy as np
import pytest
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from makers.hostile_networks import CLAIMS, HOSTILE, as_bytes, numbers, with_claim
from makers.onnx_networks import card_of, float_weights, model_of, written
from ssf_model.errors import ModelError
from ssf_model.network.allowed import ALLOWED, require_allowed
from ssf_model.network.model import open_model
from ssf_model.network.onnx_file import parse_onnx
from ssf_model.network.onnx_writing import onnx_bytes

ENGINES = ("onnxruntime", "numpy")
RNG = np.random.default_rng(8)
KERNEL = float_weights(RNG, 4, 3, 3, 2)
SCALES = [float_weights(RNG, 3) for _ in range(3)] + [np.abs(float_weights(RNG, 3)) + 1]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_networks_are_refused_in_one_line_whichever_engine_is_to_run_them(
    tmp_path, name, engine
):
    make, match = HOSTILE[name]
    (tmp_path / "m.onnx").write_bytes(as_bytes(make))
    with pytest.raises(ModelError, match=match) as refusal:
        open_model(tmp_path / "m.onnx", engine=engine)
    assert str(refusal.value).startswith("m.onnx is n")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("claim", CLAIMS)
def test_a_length_beyond_the_file_is_refused(tmp_path, claim):
    (tmp_path / "m.onnx").write_bytes(with_claim(claim))
    with pytest.raises(ModelError, match="or not a whole one"):
        open_model(tmp_path / "m.onnx")


# Operator, constants, attributes; on maps of (n, 3, 8, 6) unless a shape stands there, too.
FORMS = {
    "Conv": [([KERNEL, KERNEL[:, 0, 0, 0]], {"strides": [2, 1], "pads": [1, 0, 2, 1]}),
             ([KERNEL], {"dilations": [2, 3]}),
             ([float_weights(RNG, 6, 1, 3, 3)], {"group": 3, "auto_pad": "SAME_UPPER"})],
    "MaxPool": [([], {"kernel_shape": [2, 3], "strides": [2, 2]}),
                ([], {"kernel_shape": [3, 2], "strides": [2, 2], "ceil_mode": 1})],
    "AveragePool": [([], {"kernel_shape": [2, 2], "pads": [1, 1, 0, 0]})],
    "GlobalAveragePool": [([], {})],
    "GlobalMaxPool": [([], {})],
    "BatchNormalization": [(SCALES, {})],
    "InstanceNormalization": [(SCALES[:2], {})],
    "LayerNormalization": [([np.ones(6, np.float32)], {}), ([np.ones((8, 6), "f4")], {"axis": 2})],
    "Dropout": [([], {}), ([np.float32(0.5), np.bool_(False)], {})],
    "Softmax": [([], {}), ([], {"axis": 1})],
    "LogSoftmax": [([], {"axis": -2})],
    "Flatten": [([], {}), ([], {"axis": -3})],
    "Reshape": [([numbers(0, -1)], {}), ([numbers(-1, 6, 24)], {}), ([numbers(0, 0, 48)], {})],
    "Transpose": [([], {"perm": [0, 3, 1, 2]})],
    "Squeeze": [([numbers(1, -1)], {}, (1, 8, 1))],
    "Unsqueeze": [([numbers(1, -1)], {}), ([numbers(2)], {})],
    "Slice": [([numbers(1, -1), numbers(3, -9), numbers(2, -1), numbers(1, -2)], {}),
              ([numbers(-2), numbers(2**31), numbers(3)], {})],
    "Split": [([numbers(1, 5, 2)], {"axis": 2}), ([], {"axis": -1})],
    "Concat": [([], {"axis": 1}), ([], {"axis": -1})],
    "Pad": [([numbers(0, 0, 1, 2, 0, 0, 3, 0)], {}),
            ([numbers(0, 0, 1, 0, 0, 0, 0, 0)], {"mode": "reflect"})],
    "Gemm": [([float_weights(RNG, 7, 5), np.ones((1, 5), "f4")], {"alpha": 0.5}, (7,)),
             ([float_weights(RNG, 5, 7), np.float32(2)], {"transB": 1}, (7,))],
    "MatMul": [([float_weights(RNG, 6, 2)], {}), ([float_weights(RNG, 7, 2)], {}, (7,))],
    "Add": [([np.ones((3, 1, 1), "f4")], {}), ([np.ones((1, 3, 1, 6), "f4")], {})],
    "PRelu": [([np.full((3, 1, 1), 0.2, "f4")], {})],
    "Clip": [([np.float32(-0.2), np.float32(0.3)], {})],
    "Cast": [([], {"to": TensorProto.DOUBLE})],
    "ReduceSum": [([numbers(1, -1)], {}), ([numbers(2)], {"keepdims": 0})],
    "LeakyRelu": [([], {"alpha": 0.3})],
}  # fmt: skip
PAIRED = {"Concat": 2, "Max": 2, "Mean": 3, "Min": 2, "Sum": 3, "Div": 2, "Mul": 2, "Sub": 2}
OPSET_13 = {
    name: [([], {"axes": [2, 3]}), ([], {"axes": [-1], "keepdims": 0})]
    for name in ALLOWED
    if name.startswith("Reduce") and name != "ReduceSum"
}
YOUNG = {"Gelu": 20, "Mish": 18, "Celu": 17, "HardSwish": 17}


def network(operator, constants, attributes, shape=(3, 8, 6)):
    """One node on values of this shape a window."""
    outputs = ["ke", "b", "c"] if operator == "Split" else ["ke"]
    names = [f"w{place}" for place in range(len(constants))]
    inputs = ["maps"] * PAIRED.get(operator, 1) + names
    node = helper.make_node(operator, inputs, outputs, **attributes)
    opset = 13 if operator in OPSET_13 else YOUNG.get(operator, 17)
    given = dict(zip(names, constants))
    return model_of([node], given, ("n", *shape), output_shape=None, opset=opset)


def cases():
    forms = {name: [([], {})] for name in ALLOWED} | FORMS | OPSET_13
    forms["Pow"] = [([np.float32(2)], {})]
    return [(name, *form) for name in sorted(ALLOWED) for form in forms[name]]


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case[0]} {case[2]}")
def test_shapes_and_windows_are_as_the_onnx_reference_has_them(case):
    operator, _, _, *shape = case
    proto = network(*case)
    graph = parse_onnx(proto.SerializeToString(), source="m.onnx")
    shape = shape[0] if shape else (3, 8, 6)
    maps = np.random.default_rng(3).normal(size=(5, *shape)).astype(np.float32)
    maps = np.abs(maps) + 0.1 if operator in ("Log", "Sqrt", "Pow") else maps
    reference = ReferenceEvaluator(proto)
    (expected,) = reference.run(None, {"maps": maps})
    require_allowed(graph, window=shape)
    assert answer_shape(graph, shape) == expected.shape[1:]
    assert len(expected) == 5
    for at in range(5):
        (one,) = reference.run(None, {"maps": maps[at : at + 1]})
        np.testing.assert_allclose(one[0], expected[at], rtol=1e-5, atol=1e-6)


def answer_shape(graph, window):
    """The shape that makes the same network let a Reshape to it pass, and no other."""
    from ssf_model.network.window_shapes import Call, Value

    node = graph.nodes[0]
    values = {name: Value(array.shape, by_window=False, constant=array)
              for name, array in graph.constants.items()}  # fmt: skip
    inputs = tuple(values.get(name, Value(tuple(window))) for name in node.inputs)
    call = Call(inputs, node.attributes, len(node.outputs), graph.opset)
    return ALLOWED[node.op_type].shape(call)[0].shape


@pytest.mark.parametrize("case", cases(), ids=lambda case: f"{case[0]} {case[2]}")
def test_what_was_read_is_written_as_the_same_network(case):
    """Whatever an attribute is: a number, a word, a list."""
    graph = parse_onnx(network(*case).SerializeToString(), source="m.onnx")
    ports = graph.inputs, graph.outputs
    again = onnx_bytes(graph.nodes, graph.constants, *ports, opset=graph.opset)
    again = parse_onnx(again, source="m.onnx")
    assert again.nodes == graph.nodes
    assert again.inputs == graph.inputs
    assert again.outputs == graph.outputs
    assert again.opset == graph.opset
    for name, array in graph.constants.items():
        np.testing.assert_array_equal(again.constants[name], array)


def foreign():
    """As other programs write networks: strides, groups, means, a sigmoid at the end."""
    constants = {
        "k": float_weights(RNG, 4, 1, 3, 3),
        "deep": float_weights(RNG, 4, 1, 3, 3),
        "point": float_weights(RNG, 8, 4, 1, 1),
        "w": float_weights(RNG, 8, 1),
        "form": numbers(-1, 8),
    }
    nodes = [
        helper.make_node("Cast", ["maps"], ["x"], to=TensorProto.FLOAT),
        helper.make_node("Conv", ["x", "k"], ["a"], strides=[2, 2], auto_pad="SAME_LOWER"),
        helper.make_node("LeakyRelu", ["a"], ["b"], alpha=0.2),
        helper.make_node("Conv", ["b", "deep"], ["c"], group=4, pads=[1] * 4),
        helper.make_node("Conv", ["c", "point"], ["d"]),
        helper.make_node("HardSwish", ["d"], ["e"]),
        helper.make_node("GlobalAveragePool", ["e"], ["f"]),
        helper.make_node("Reshape", ["f", "form"], ["g"]),
        helper.make_node("MatMul", ["g", "w"], ["h"]),
        helper.make_node("Constant", [], ["half"], value_float=0.5),
        helper.make_node("Mul", ["h", "half"], ["i"]),
        helper.make_node("Sigmoid", ["i"], ["ke"]),
    ]
    return model_of(
        nodes, constants, ("n", 1, 16, 8), element=TensorProto.UINT8, card=card_of(16, 8)
    )


def test_onnxruntime_runs_networks_that_others_made(tmp_path):
    proto = foreign()
    model = open_model(written(tmp_path, proto), engine="onnxruntime")
    windows = np.random.default_rng(2).integers(0, 2, (40, 16, 8)).astype(np.uint8)
    (expected,) = ReferenceEvaluator(proto).run(None, {"maps": windows[:, None]})
    np.testing.assert_allclose(model.predict(windows), expected[:, 0], rtol=1e-5)


@pytest.mark.parametrize(
    ("most", "match"),
    [("MAX_NUMBERS", "numbers a window"), ("MAX_PRODUCTS", "products a window"),
     ("MAX_NODES", "nodes, over")],
)  # fmt: skip
def test_every_bound_is_held_and_what_lies_within_passes(tmp_path, monkeypatch, most, match):
    """Counted by hand: see `foreign`; on (16, 8) maps the first convolution gives (4, 8, 4)."""
    counts = {
        "MAX_NODES": 12,
        "MAX_NUMBERS": 128 + 3 * 4 * 32 + 2 * 8 * 32 + 8 + 8 + 1 + 1 + 1,
        "MAX_PRODUCTS": 128 + (128 + 36) + 128 + (128 + 36) + (128 + 32) + 256 + 256
        + (8 + 2) + (8 + 8) + (1 + 1) + 1  # what each node reads
        + 128 * 9 + 128 * 9 + 256 * 4 + 8,
    }  # fmt: skip
    path = written(tmp_path, foreign())
    monkeypatch.setattr(f"ssf_model.network.allowed.{most}", counts[most])
    open_model(path, engine="onnxruntime")
    monkeypatch.setattr(f"ssf_model.network.allowed.{most}", counts[most] - 1)
    with pytest.raises(ModelError, match=match):
        open_model(path, engine="onnxruntime")

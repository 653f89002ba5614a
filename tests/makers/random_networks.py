"""Networks drawn by chance: operators that are allowed and others, with all kinds of attributes."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from makers.onnx_networks import card_of
from ssf_model.errors import ModelError
from ssf_model.network.allowed import ALLOWED, require_allowed
from ssf_model.network.model_card import CARD_KEY, card_to_json
from ssf_model.network.numpy_steps import KNOWN
from ssf_model.network.onnx_file import parse_onnx

ROWS, COLS = 12, 8
FOREIGN = (
    "ArgMax", "CumSum", "Expand", "Gather", "If", "Loop", "NonZero", "Range", "RandomUniformLike",
    "Resize", "Scan", "ScatterND", "Shape", "Tile", "TopK", "Unique", "Where", "LSTM",
)  # fmt: skip
WHOLE = {"Reshape", "ReduceSum", "Slice", "Split", "Squeeze", "Unsqueeze", "Pad"}
LISTS = ("kernel_shape", "strides", "dilations", "pads", "perm")
ATTRIBUTES = {
    "Conv": ("strides", "dilations", "pads", "auto_pad", "group"),
    "MaxPool": ("kernel_shape", "strides", "dilations", "pads", "auto_pad", "ceil_mode"),
    "AveragePool": ("kernel_shape", "strides", "pads", "auto_pad", "ceil_mode"),
    "Transpose": ("perm",),
    "Softmax": ("axis",), "LogSoftmax": ("axis",), "LayerNormalization": ("axis",),
    "Flatten": ("axis",), "Concat": ("axis",), "Split": ("axis",),
    "Reshape": ("allowzero",),
    "Gemm": ("transA", "transB", "alpha"),
    "Cast": ("to",),
    "BatchNormalization": ("training_mode",),
    "LeakyRelu": ("alpha",),
}  # fmt: skip
MOST_INPUTS = {"Conv": 3, "Gemm": 3, "MatMul": 2, "Clip": 3, "PRelu": 2, "Pow": 2, "Add": 2,
               "Sub": 2, "Mul": 2, "Div": 2, "Slice": 5, "BatchNormalization": 5,
               "InstanceNormalization": 3, "LayerNormalization": 3, "Concat": 3, "Max": 3,
               "Min": 3, "Sum": 3, "Mean": 3, "Dropout": 3, "Pad": 2, "Where": 3}  # fmt: skip


def attribute(name, rng):
    """A value that fits now and then."""
    if name in LISTS:
        if name == "perm":
            return [int(axis) for axis in (0, *(1 + rng.permutation(3)))]
        length = 4 if name == "pads" else 2
        low, high = (0, 3) if name == "pads" else (1, 4)
        return [int(size) for size in rng.integers(low, high, length)]
    if name == "auto_pad":
        return str(rng.choice(["NOTSET", "SAME_UPPER", "SAME_LOWER", "VALID", "ODD"]))
    if name == "alpha":
        return float(rng.choice([0.1, 1.0, -2.0]))
    choices = {"axis": (-2, 4), "to": (1, 15), "group": (1, 4)}
    return int(rng.integers(*choices.get(name, (0, 2))))


def constant(operator, place, rng):
    """Numbers of a shape that fits now and then."""
    if operator in WHOLE and rng.random() < 0.9:
        low, high = (0, 3) if operator == "Pad" else (-1, 5)
        length = 8 if operator == "Pad" else int(rng.integers(1, 4))
        numbers = rng.integers(low, high, length).astype(np.int64)
        if operator in ("Reshape", "Pad"):
            numbers[:: 4 if operator == "Pad" else 9] = 0
        return numbers
    if operator == "Conv" and place == 1:
        shape = [*rng.integers(1, 4, 2), *rng.integers(1, 4, 2)]
    elif operator in ("Gemm", "MatMul"):
        shape = rng.choice([1, 2, 3, 4, 8, 12], 2)
    else:
        shape = rng.choice([1, 1, 2, 3, 8, 12], int(rng.integers(0, 4)))
    return rng.normal(size=shape.tolist() if hasattr(shape, "tolist") else shape).astype("f4")


def random_graph(rng):
    """A model's bytes: a chain and branches of random nodes, then one number a window.

    Most nodes that would be refused are left out again, so that some networks pass.
    """
    nodes = [helper.make_node("Cast", ["maps"], ["x"], to=TensorProto.FLOAT)]
    constants, values = {}, ["x", "x"]
    plain = KNOWN if rng.random() < 0.5 else None  # of both engines
    for at in range(int(rng.integers(2, 12))):
        pool = FOREIGN if rng.random() < 0.02 else sorted(plain or ALLOWED)
        operator = str(rng.choice(pool))
        weights, inputs = {}, [str(values[-1] if rng.random() < 0.8 else rng.choice(values))]
        for place in range(
            1, int(rng.integers(1, MOST_INPUTS.get(operator, 2 if operator in WHOLE else 1) + 1))
        ):
            if operator not in WHOLE and rng.random() < 0.3:
                inputs.append(str(rng.choice(values)))
            else:
                weights[f"c{at}_{place}"] = constant(operator, place, rng)
                inputs.append(f"c{at}_{place}")
        names = [name for name in ATTRIBUTES.get(operator, ()) if rng.random() < 0.5]
        drawn = {name: attribute(name, rng) for name in names}
        outputs = [f"y{at}"] + ([f"z{at}"] if operator == "Split" else [])
        more = [*nodes, helper.make_node(operator, inputs, outputs, **drawn)]
        if not passes(more, {**constants, **weights}, outputs[0]) and rng.random() < 0.98:
            continue
        nodes, constants = more, {**constants, **weights}
        values += outputs
    size = width(nodes, constants, values[-1])
    nodes.append(helper.make_node("Flatten", [values[-1]], ["flat"]))
    constants["w"] = rng.normal(size=(size, 1)).astype("f4") / max(size, 1)
    nodes.append(helper.make_node("Gemm", ["flat", "w"], ["ke"]))
    return network(nodes, constants, "ke").SerializeToString()


def network(nodes, constants, output):
    """The nodes so far as a model."""
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("maps", TensorProto.UINT8, ["n", 1, ROWS, COLS])],
        [helper.make_tensor_value_info(output, TensorProto.FLOAT, None)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 20)], ir_version=9)
    helper.set_model_props(proto, {CARD_KEY: card_to_json(card_of(ROWS, COLS))})
    return proto


def passes(nodes, constants, output):
    """Whether the nodes so far would be let pass."""
    graph = parse_onnx(network(nodes, constants, output).SerializeToString(), source="m")
    try:
        require_allowed(graph, window=(1, ROWS, COLS))
    except ModelError:
        return False
    return True


def width(nodes, constants, output):
    """How many numbers a window has there, by trying: what a matrix after it must have."""
    flat = [*nodes, helper.make_node("Flatten", [output], ["flat"])]
    graph = parse_onnx(
        network(
            [*flat, helper.make_node("MatMul", ["flat", "none"], ["ke"])],
            {**constants, "none": np.ones((0, 1), "f4")},
            "ke",
        ).SerializeToString(),
        source="m",
    )
    try:
        require_allowed(graph, window=(1, ROWS, COLS))
    except ModelError as error:
        said = str(error).split("with ")[-1].split(" numbers")[0]
        return int(said) if said.isdigit() else 1
    return 0

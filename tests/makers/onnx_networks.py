"""Small networks as ONNX files, made with the onnx package, for the tests of this folder."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

from ssf_model.network.model_card import CARD_KEY, ModelCard, card_to_json


def float_weights(rng, *shape):
    """Random weights whose sums stay near 1."""
    share = np.sqrt(max(1, np.prod(shape[1:])))
    return (rng.normal(size=shape) / share).astype(np.float32)


def model_of(nodes, constants, input_shape, *, output_shape=("n", 1), **options):
    """A model with one input 'maps' and one output 'ke'."""
    element = options.get("element", TensorProto.FLOAT)
    graph = helper.make_graph(
        nodes,
        "network",
        [helper.make_tensor_value_info("maps", element, input_shape)],
        [helper.make_tensor_value_info("ke", TensorProto.FLOAT, output_shape)],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    proto = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", options.get("opset", 17))], ir_version=8
    )
    card = options.get("card")
    if card is not None:
        helper.set_model_props(proto, {CARD_KEY: card_to_json(card)})
    return proto


def card_of(rows, cols, **entries):
    """A card for windows of this size."""
    return ModelCard(
        name="probe", version="1", window_rows=rows, window_cols=cols, stride_px=cols, **entries
    )


def study_like(rows=128, cols=64, *, seed=0, opset=17, auto_pad=False, card=True):
    """Random weights in the operators that exports of the study's network have."""
    rng = np.random.default_rng(seed)
    constants, nodes = {}, [helper.make_node("Cast", ["maps"], ["x0"], to=TensorProto.FLOAT)]

    def then(operator, *weights, **attributes):
        names = [f"weights{len(constants) + place}" for place in range(len(weights))]
        constants.update(zip(names, weights))
        entry, after = f"x{len(nodes) - 1}", f"x{len(nodes)}"
        nodes.append(helper.make_node(operator, [entry, *names], [after], **attributes))

    before = 1
    for channels in (4, 8):
        for entries, step in ((before, 1), (channels, 2)):
            pad = {"auto_pad": "SAME_UPPER"} if auto_pad else {"pads": [step] * 4}
            weights = float_weights(rng, channels, entries, 3, 3), float_weights(rng, channels)
            then("Conv", *weights, dilations=[step, step], kernel_shape=[3, 3], **pad)
        then("Relu")
        then("MaxPool", kernel_shape=[2, 2], strides=[2, 2])
        before = channels
    then("Flatten")
    then("Gemm", float_weights(rng, 8 * (rows // 4) * (cols // 4), 1) / 20, np.ones(1, np.float32))
    then("Relu")
    nodes[-1].output[0] = "ke"
    proto = model_of(
        nodes,
        constants,
        ("n", 1, rows, cols),
        element=TensorProto.UINT8,
        opset=opset,
        card=card_of(rows, cols) if card else None,
    )
    onnx.checker.check_model(proto, full_check=True)
    return proto


def weighted_sum(weights, *, layout="nchw", element=TensorProto.UINT8, **options):
    """A network that answers the sum of a window's pixels times `weights`, (rows, cols)."""
    rows, cols = weights.shape
    shape = ("n", 1, rows, cols) if layout == "nchw" else ("n", rows, cols, 1)
    nodes = [
        helper.make_node("Cast", ["maps"], ["x"], to=TensorProto.FLOAT),
        helper.make_node("Flatten", ["x"], ["flat"]),
        helper.make_node("Gemm", ["flat", "weights"], ["ke"]),
    ]
    constants = {"weights": weights.reshape(-1, 1).astype(np.float32)}
    if options.pop("flat_answer", False):
        nodes[-1].output[0] = "column"
        nodes.append(helper.make_node("Reshape", ["column", "shape"], ["ke"]))
        constants["shape"] = np.array([-1], dtype=np.int64)
        options["output_shape"] = ("n",)
    options.setdefault("card", card_of(rows, cols))
    input_shape = options.pop("input_shape", shape)
    return model_of(nodes, constants, input_shape, element=element, **options)


def fault_like(rng, count, rows, cols):
    """Windows with up to three broken lines along strike; about one in ten is blank."""
    windows = np.zeros((count, rows, cols), dtype=np.uint8)
    for window in windows:
        for _ in range(rng.integers(0, 4)):
            start, end = np.sort(rng.integers(0, cols + 1, size=2))
            row, slope = rng.uniform(0, rows), rng.normal(0, 0.3)
            for col in range(start, end):
                middle = round(row + slope * (col - start))
                window[max(middle - 1, 0) : max(middle + 2, 0), col] = 1
    return windows


def random_network(rng):
    """A chain of row-wise operators, then a weighted sum; and the size of its windows."""
    rows, cols = (int(size) for size in rng.integers(14, 40, size=2))
    constants, channels, shape = {}, 1, [rows, cols]
    nodes = [helper.make_node("Cast", ["maps"], ["x0"], to=TensorProto.FLOAT)]
    for _ in range(rng.integers(2, 7)):
        operator = rng.choice(["Conv", "Conv", "Relu", "MaxPool", "BatchNormalization", "Add"])
        weights, attributes = [], {}
        if operator == "Conv":
            kernel, gaps, pads = rng.integers(1, 5, 2), rng.integers(1, 3, 2), rng.integers(0, 4, 4)
            size = np.array(shape) + pads[:2] + pads[2:] - (kernel - 1) * gaps
            if size.min() < 3:
                continue
            before, channels, shape = channels, int(rng.integers(1, 11)), size.tolist()
            weights = [float_weights(rng, channels, before, *kernel), float_weights(rng, channels)]
            weights = weights[: rng.integers(1, 3)]
            attributes = {"pads": pads.tolist(), "dilations": gaps.tolist()}
        elif operator == "MaxPool":
            kernel = rng.integers(1, 4, 2)
            if (shape // kernel).min() < 3:
                continue
            shape = (shape // kernel).tolist()
            attributes = {"kernel_shape": kernel.tolist(), "strides": kernel.tolist()}
        elif operator == "BatchNormalization":
            weights = [float_weights(rng, channels) for _ in range(3)]
            weights.append(rng.uniform(0.5, 2, channels).astype(np.float32))
        elif operator == "Add":  # by channel, by column, or by row
            form = [(channels, 1, 1), (shape[1],), (shape[0], 1)][rng.integers(3)]
            weights = [float_weights(rng, *form)]
        names = [f"w{len(constants) + place}" for place in range(len(weights))]
        constants.update(zip(names, weights))
        entry, after = nodes[-1].output[0], f"x{len(nodes)}"
        nodes.append(helper.make_node(operator, [entry, *names], [after], **attributes))
    constants["last"] = float_weights(rng, channels * shape[0] * shape[1], 1) / 10
    nodes.append(helper.make_node("Flatten", [nodes[-1].output[0]], ["flat"]))
    nodes.append(helper.make_node("Gemm", ["flat", "last"], ["ke"]))
    proto = model_of(nodes, constants, ("n", 1, rows, cols), element=TensorProto.UINT8)
    onnx.checker.check_model(proto, full_check=True)
    return proto, rows, cols


def written(tmp_path, proto, name="model.onnx"):
    """The network as a file."""
    path = tmp_path / name
    onnx.save(proto, path)
    return path

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


def conv_with(*bias, **attributes):
    """A convolution of 3 x 3 ones with two answers, and a bias where one is given."""
    return one_node("Conv", np.ones((2, 1, 3, 3), np.float32), *bias, **attributes)


def one_node(operator, *weights, **attributes):
    """One operator with weights, for maps of 8 x 8."""
    names = [f"w{place}" for place in range(len(weights))]
    node = helper.make_node(operator, ["maps", *names], ["ke"], **attributes)
    return model_of([node], dict(zip(names, weights)), ("n", 1, 8, 8))


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


def mirrored(array, turn):
    """The last two axes as they are, or mirrored: columns where bit 1 is set, rows where bit 2."""
    return array[..., :: -1 if turn & 2 else 1, :: -1 if turn & 1 else 1]


def mirror_kernel(free):
    """Free weights (out, in_turns, in, rows, cols) as a kernel whose channels are turns x patterns.

    What is looked for in turn t among maps of turn u are the weights of their difference, mirrored
    by t (Cohen & Welling 2016); what reads a map itself has in_turns of 1.
    """
    out, in_turns, into = free.shape[:3]
    kernel = np.empty((4, out, in_turns, into, *free.shape[3:]), np.float32)
    for turn in range(4):
        for before in range(in_turns):
            kernel[turn, :, before] = mirrored(free[:, (turn ^ before) % in_turns], turn)
    return kernel.reshape(4 * out, in_turns * into, *free.shape[3:])


def told_of_detail(rows=16, cols=8, *, seed=0, end="summed", patterns=(2, 3), card=True, **entries):
    """Random weights in a network that is told `stretch_px`, and answers with an interval.

    It answers the four mirror images of a map alike. `end` is how its last part is written:
    "summed" or "multiplied". `entries` go into its card.
    """
    rng = np.random.default_rng(seed)
    constants, nodes = {}, []

    def then(operator, *inputs, name=None, **attributes):
        names = []
        for value in inputs:
            if not isinstance(value, str):
                constants[f"c{len(constants)}"] = value
                value = f"c{len(constants) - 1}"
            names.append(value)
        outputs = name if isinstance(name, list) else [name or f"x{len(nodes)}"]
        nodes.append(helper.make_node(operator, names, outputs, **attributes))
        return outputs[0]

    def whole(*numbers):
        return np.array(numbers, dtype=np.int64)

    x, in_turns, into = then("Cast", "fault_map", to=TensorProto.FLOAT), 1, 1
    for out, side, step in zip(patterns, (5, 3), (1, 2)):
        kernel = mirror_kernel(float_weights(rng, out, in_turns, into, side, side))
        bias, pad = np.tile(float_weights(rng, out), 4), step * (side - 1) // 2
        x = then("Conv", x, kernel, bias, pads=[pad] * 4, dilations=[step] * 2)
        x = then("MaxPool", then("Relu", x), kernel_shape=[2, 2], strides=[2, 2])
        in_turns, into = 4, out
    shape = into, rows // 4, cols // 4
    own = float_weights(rng, 8, *shape)
    weights = np.stack([mirrored(own, turn) for turn in range(4)], axis=1).reshape(8, -1).T
    h = then("Gemm", then("Flatten", x), weights, float_weights(rng, 8), name="h")

    clipped = then("Clip", "stretch_px", np.float32(1), np.float32(128))
    detail = then("Log", clipped)
    hidden = float_weights(rng, 1, 8), float_weights(rng, 8)
    ends = [weights / 10 for weights in (float_weights(rng, 8, 27), float_weights(rng, 27))]
    ends[1][24:] += [0.6, -2, -2]  # KE about .6, its interval some .13 to both sides
    if end == "summed":
        column = then("Reshape", then("Div", detail, np.float32(np.log(128))), whole(-1, 1))
        told = then("Gemm", then("Relu", then("Gemm", column, *hidden)), *ends)
        then("Split", told, whole(24, 3), name=["factors", "offsets"], axis=1)
        factors = then("Reshape", "factors", whole(0, 3, 8))
        products = then("Mul", factors, then("Unsqueeze", h, whole(1)))
        z = then("Add", then("ReduceSum", products, whole(2), keepdims=0), "offsets")
        then("Split", z, name=["z0", "z1", "z2"], axis=1)
    else:
        column = then("Unsqueeze", then("Mul", detail, np.float32(1 / np.log(128))), whole(1))
        inner = then("Relu", then("Add", then("MatMul", column, hidden[0]), hidden[1]))
        told = then("Add", then("MatMul", inner, ends[0]), ends[1])
        factors = then("Slice", told, whole(0), whole(24), whole(1))
        offsets = then("Slice", told, whole(24), whole(2**31), whole(-1), whole(1))
        factors = then("Reshape", factors, whole(-1, 3, 8))
        product = then("MatMul", factors, then("Reshape", h, whole(0, 8, 1)))
        z = then("Add", then("Squeeze", product, whole(2)), offsets)
        for at in range(3):
            then("Slice", z, whole(at), whole(at + 1), whole(1), whole(1), name=f"z{at}")
    ke = then("Relu", "z0")
    low, high = then("Softplus", "z1"), then("Softplus", "z2")
    then("Squeeze", then("Sub", ke, low), whole(1), name="ke_low")
    then("Squeeze", then("Add", ke, high), whole(1), name="ke_high")
    then("Squeeze", ke, whole(1), name="ke")

    ports = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "network",
        [
            ports("stretch_px", TensorProto.FLOAT, ["n"]),
            ports("fault_map", TensorProto.UINT8, ["n", 1, rows, cols]),
        ],
        [ports(name, TensorProto.FLOAT, ["n"]) for name in ("ke_high", "ke", "ke_low")],
        [numpy_helper.from_array(np.asarray(value), name) for name, value in constants.items()],
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    if card:
        card = card_of(rows, cols, **{"equivariant": True, **entries})
        helper.set_model_props(proto, {CARD_KEY: card_to_json(card)})
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


def counting(each=1.0):
    """A network whose cells are pixels: it answers the number of fault pixels, times `each`."""
    nodes = [
        helper.make_node("Cast", ["maps"], ["x"], to=TensorProto.FLOAT),
        helper.make_node("Conv", ["x", "one"], ["y"]),
        helper.make_node("Flatten", ["y"], ["flat"]),
        helper.make_node("Gemm", ["flat", "weights"], ["ke"]),
    ]
    constants = {"one": np.ones((1, 1, 1, 1), "f4"), "weights": np.full((128 * 64, 1), each, "f4")}
    card = ModelCard(name="counting", version="1")
    return model_of(nodes, constants, ("n", 1, 128, 64), element=TensorProto.UINT8, card=card)


def written(tmp_path, proto, name="model.onnx"):
    """The network as a file."""
    path = tmp_path / name
    onnx.save(proto, path)
    return path

"""Networks as nobody trains them: endless, huge, by chance, mixing windows, reading other files."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from makers.onnx_networks import card_of, model_of, weighted_sum

ROWS, COLS = 6, 4
NAMED = "is not among those that it runs"


def after_sum(nodes, constants=None, *, last="ke"):
    """Nodes between the sum of a window's pixels, 'sum' (n, 1), and the answer."""
    proto = weighted_sum(np.ones((ROWS, COLS)), card=card_of(ROWS, COLS))
    proto.graph.node[-1].output[0] = "sum"
    proto.graph.node.extend(nodes)
    proto.graph.node[-1].output[0] = last
    for name, value in (constants or {}).items():
        proto.graph.initializer.append(numpy_helper.from_array(np.asarray(value), name))
    return proto


def node(operator, inputs, **attributes):
    return helper.make_node(operator, inputs, ["ke"], **attributes)


def numbers(*values):
    return np.array(values, dtype=np.int64)


def endless_loop():
    state = [helper.make_tensor_value_info("x", TensorProto.FLOAT, None)]
    ports = [
        helper.make_tensor_value_info("at", TensorProto.INT64, []),
        helper.make_tensor_value_info("go", TensorProto.BOOL, []),
        *state,
    ]
    body = helper.make_graph(
        [helper.make_node("Identity", [a], [b]) for a, b in (("go", "go_on"), ("x", "y"))],
        "body",
        ports,
        [
            helper.make_tensor_value_info("go_on", TensorProto.BOOL, []),
            helper.make_tensor_value_info("y", TensorProto.FLOAT, None),
        ],
    )
    return after_sum(
        [node("Loop", ["most", "go", "sum"], body=body)],
        {"most": np.int64(2**62), "go": np.bool_(True)},
    )


def nested(depth):
    """If in If in If, so deep that no parser that goes down by itself comes back."""
    whole = after_sum([node("If", ["yes"])], {"yes": np.bool_(True)})
    name, kind = _field(1, b"then_branch"), b"\xa0\x01\x05"
    head = _field(1, b"yes") + _field(2, b"ke") + _field(4, b"If")
    attribute = name + kind
    for _ in range(depth):
        branch = _field(1, head + _field(5, attribute))
        attribute = name + _field(6, branch) + kind
    del whole.graph.node[-1]
    inner = whole.graph.SerializeToString() + _field(1, head + _field(5, attribute))
    whole.ClearField("graph")
    return whole.SerializeToString() + _field(7, inner)


def _field(number, content):
    """A field of bytes in protobuf's wire format."""
    return bytes([number << 3 | 2]) + _varint(len(content)) + content


def _varint(value):
    digits = []
    while value > 0x7F:
        digits.append(value & 0x7F | 0x80)
        value >>= 7
    return bytes([*digits, value])


def outside(location):
    """A tensor whose numbers lie in another file."""
    tensor = TensorProto(name="far", data_type=TensorProto.FLOAT, dims=[1])
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value=location)
    return tensor


def outside_weights(location="../../etc/passwd"):
    proto = after_sum([node("Add", ["sum", "far"])])
    proto.graph.initializer.append(outside(location))
    return proto


def outside_in_a_branch():
    out = helper.make_tensor_value_info("ke", TensorProto.FLOAT, None)
    graph = helper.make_graph([node("Add", ["sum", "far"])], "branch", [], [out])
    graph.initializer.append(outside("/etc/passwd"))
    branches = {"then_branch": graph, "else_branch": graph}
    return after_sum([node("If", ["yes"], **branches)], {"yes": np.bool_(True)})


def outside_in_a_constant():
    return after_sum(
        [
            helper.make_node("Constant", [], ["far"], value=outside("/dev/zero")),
            node("Add", ["sum", "far"]),
        ]
    )


def huge_convolution():
    """Terabytes by pads alone."""
    nodes = [
        helper.make_node("Cast", ["maps"], ["x"], to=TensorProto.FLOAT),
        helper.make_node("Conv", ["x", "w"], ["y"], pads=[10**6] * 4),
        helper.make_node("GlobalMaxPool", ["y"], ["z"]),
        helper.make_node("Flatten", ["z"], ["ke"]),
    ]
    weights = {"w": np.ones((1, 1, 1, 1), np.float32)}
    return on_maps(nodes, weights)


def on_maps(nodes, constants, rows=ROWS, cols=COLS):
    return model_of(
        nodes,
        constants,
        ("n", 1, rows, cols),
        element=TensorProto.UINT8,
        card=card_of(rows, cols),
    )


def wide_convolutions(channels=256, count=14, rows=128, cols=64):
    """Work without end from weights of few numbers: each is made of a row and a column."""
    nodes = [helper.make_node("Cast", ["maps"], ["x0"], to=TensorProto.FLOAT)]
    ones = {"a": np.ones((channels, 1, 3, 3), np.float32), "b": np.ones((1, channels, 1, 1), "f4")}
    nodes.append(helper.make_node("Mul", ["a", "b"], ["w"]))
    nodes.append(helper.make_node("Conv", ["x0", "a"], ["x1"], pads=[1] * 4))
    for at in range(1, count):
        nodes.append(helper.make_node("Conv", [f"x{at}", "w"], [f"x{at + 1}"], pads=[1] * 4))
    nodes.append(helper.make_node("GlobalMaxPool", [f"x{count}"], ["z"]))
    nodes.append(helper.make_node("ReduceSum", ["z", "axes"], ["ke"], keepdims=0))
    return on_maps(nodes, {**ones, "axes": numbers(2, 3)}, rows, cols)


def outer_products():
    """A gigabyte times itself from two short lists."""
    nodes = [helper.make_node("Mul", ["down", "along"], ["huge"])]
    nodes += [helper.make_node("ReduceSum", ["huge", "axes"], ["one"], keepdims=0)]
    nodes += [node("Add", ["sum", "one"])]
    long = np.ones(10**5, np.float32)
    return after_sum(nodes, {"down": long[:, None], "along": long[None], "axes": numbers(0, 1)})


def sparse():
    proto = after_sum([node("Add", ["sum", "thin"])])
    values = helper.make_tensor("thin", TensorProto.FLOAT, [1], [1.0])
    places = helper.make_tensor("places", TensorProto.INT64, [1], [0])
    proto.graph.sparse_initializer.append(helper.make_sparse_tensor(values, places, [10**12]))
    return proto


def with_function():
    proto = after_sum([node("Mine", ["sum"], domain="own")])
    proto.opset_import.append(helper.make_opsetid("own", 1))
    proto.functions.append(
        helper.make_function(
            "own",
            "Mine",
            ["a"],
            ["b"],
            [helper.make_node("Identity", ["a"], ["b"])],
            [helper.make_opsetid("", 17)],
        )
    )
    return proto


def known_name_elsewhere():
    proto = after_sum([node("Relu", ["sum"], domain="com.microsoft")])
    proto.opset_import.append(helper.make_opsetid("com.microsoft", 1))
    return proto


def circle():
    proto = after_sum([node("Add", ["sum", "b"])])
    proto.graph.node.insert(0, helper.make_node("Identity", ["a"], ["b"]))
    proto.graph.node.insert(0, helper.make_node("Identity", ["b"], ["a"]))
    return proto


def many(count):
    nodes = [helper.make_node("Identity", ["sum" if not at else f"y{at}"], [f"y{at + 1}"])
             for at in range(count)]  # fmt: skip
    return after_sum([*nodes, node("Identity", [f"y{count}"])])


def named_twice(kind):
    proto = after_sum([node("Add", ["sum", "one"])], {"one": np.ones(1, np.float32)})
    if kind == "weights":
        proto.graph.initializer.append(proto.graph.initializer[-1])
    elif kind == "node":
        proto.graph.node.append(helper.make_node("Relu", ["sum"], ["ke"]))
    else:
        proto.graph.node.append(helper.make_node("Relu", ["sum"], ["one"]))
    return proto


def mixing(nodes, constants=None, **options):
    return lambda: after_sum(nodes, constants, **options)


HOSTILE = {
    "endless loop": (endless_loop, f"'Loop' {NAMED}"),
    "nested graphs": (lambda: nested(3), f"'If' {NAMED}"),
    "deeply nested graphs": (lambda: nested(5_000), f"'If' {NAMED}"),
    "weights outside": (outside_weights, "lie in another file"),
    "weights outside in a branch": (outside_in_a_branch, f"'If' {NAMED}"),
    "weights outside in a constant": (outside_in_a_constant, "lie in another file"),
    "huge pads": (huge_convolution, "kernel or pads over 64"),
    "wide convolutions": (wide_convolutions, "takes over 20000000000 products a window"),
    "outer products": (outer_products, "'Mul' with an array of shape"),
    "sparse": (sparse, "reads 'thin', which nothing before makes"),
    "function": (with_function, f"'own.Mine' {NAMED}"),
    "known name elsewhere": (known_name_elsewhere, f"'com.microsoft.Relu' {NAMED}"),
    "circle": (circle, "reads 'b', which nothing before makes"),
    "thousands of nodes": (lambda: many(5_000), "it has 5004 nodes, over 1000"),
    "two weights of a name": (lambda: named_twice("weights"), "two weights are called 'one'"),
    "two nodes of a name": (lambda: named_twice("node"), r"two values are called \('ke',\)"),
    "a node as a weight": (lambda: named_twice("weight and node"), "two values are called"),
    "by chance": (mixing([node("RandomNormalLike", ["sum"])]), f"'RandomNormalLike' {NAMED}"),
    "drawn": (mixing([node("Bernoulli", ["sum"])]), f"'Bernoulli' {NAMED}"),
    "multinomial": (mixing([node("Multinomial", ["sum"])]), f"'Multinomial' {NAMED}"),
    "dropout in training": (
        mixing([node("Dropout", ["sum", "half", "on"])],
               {"half": np.float32(0.5), "on": np.bool_(True)}),
        "'Dropout' with training_mode",
    ),
    "normalized by the windows": (
        mixing([helper.make_node("BatchNormalization", ["sum", *"abab"], ["ke"], training_mode=1)],
               {"a": np.ones(1, np.float32), "b": np.zeros(1, np.float32)}),
        "'BatchNormalization' with training_mode",
    ),
    "summed over windows": (
        mixing([helper.make_node("ReduceMax", ["sum"], ["m"], axes=[0], keepdims=1),
                node("Sub", ["sum", "m"])]),
        "'ReduceMax' with an axis that is the windows' own",
    ),
    "summed over all": (
        mixing([helper.make_node("ReduceMax", ["sum"], ["m"]), node("Sub", ["sum", "m"])]),
        "'ReduceMax' with no axes",
    ),
    "softmax over windows": (
        mixing([node("Softmax", ["sum"], axis=0)]), "'Softmax' with an axis that is the windows'"
    ),
    "windows turned": (
        mixing([node("Transpose", ["sum"], perm=[1, 0])]), "windows must stay first"
    ),
    "windows turned by default": (mixing([node("Transpose", ["sum"])]), "windows must stay first"),
    "windows as numbers": (
        mixing([node("Reshape", ["sum", "form"])], {"form": numbers(1, -1)}),
        "the number of windows must stay",
    ),
    "windows cut": (
        mixing([node("Slice", ["sum", "from", "to"])], {"from": numbers(0), "to": numbers(1)}),
        "'Slice' with an axis that is the windows' own",
    ),
    "windows side by side": (
        mixing([node("Concat", ["sum", "sum"], axis=0)]),
        "'Concat' with an axis that is the windows' own",
    ),
    "windows against windows": (  # (n, 1) + (n,) is (n, n): row by row all windows
        mixing([helper.make_node("Squeeze", ["sum", "one"], ["row"]),
                helper.make_node("Sub", ["sum", "row"], ["all"]),
                node("ReduceMax", ["all"], axes=[1])], {"one": numbers(1)}),
        "'Sub' with values whose windows lie along different axes",
    ),
    "places told apart": (
        mixing([node("Add", ["sum", "places"])], {"places": np.arange(16, dtype="f4")[:, None]}),
        "'Add' with a constant that tells windows apart by their places",
    ),
    "windows multiplied": (
        mixing([helper.make_node("Squeeze", ["sum", "one"], ["row"]),
                node("MatMul", ["row", "w"])],
               {"one": numbers(1), "w": np.ones((1, 1), "f4")}),
        "'MatMul' with no constant matrix after a window's",
    ),
    "a weight that is none": (
        mixing([node("Max", ["sum", "none"])], {"none": np.float32(np.nan)}),
        "the weights 'none' are not all finite numbers",
    ),
    "a constant that is none": (
        mixing([helper.make_node("Constant", [], ["none"], value_float=float("inf")),
                node("Min", ["sum", "none"])]),
        "the weights 'none' are not all finite numbers",
    ),
    "too few inputs": (mixing([node("Add", ["sum"])]), "'Add' has 1 inputs"),
    "too many inputs": (mixing([node("Relu", ["sum", "sum"])]), "'Relu' has 2 inputs"),
    "texts": (
        mixing([node("Cast", ["sum"], to=TensorProto.STRING)]), "'Cast' with an unknown type"
    ),
    "an answer of no window": (
        mixing([helper.make_node("Identity", ["sum"], ["unused"]), node("Identity", ["one"])],
               {"one": np.ones((1, 1), "f4")}),
        "nothing makes its output 'ke' of a window",
    ),
}  # fmt: skip


def as_bytes(make):
    proto = make()
    return proto if isinstance(proto, bytes) else proto.SerializeToString()


def with_claim(length):
    """A model whose graph says that it is so many bytes long."""
    content = weighted_sum(np.ones((ROWS, COLS))).SerializeToString()
    return content + b"\x3a" + _varint(length) + b"\x0a"


CLAIMS = [2**31 - 1, 2**31, 2**32 + 1, 2**62, 2**63 + 5]

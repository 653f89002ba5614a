import tracemalloc
from pathlib import Path

import numpy as np
import onnx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from makers.onnx_networks import model_of, study_like
from ssf_model.errors import ModelError
from ssf_model.network import onnx_file
from ssf_model.network.model_card import CARD_KEY
from ssf_model.network.numpy_engine import NumpyEngine
from ssf_model.network.onnx_file import parse_onnx, read_onnx_bytes

NETWORK = study_like(8, 8)
CONTENT = NETWORK.SerializeToString()


def parse(proto):
    return parse_onnx(proto.SerializeToString(), source="m.onnx")


def outcome(content):
    """Parse and run what may be damaged: only a refusal or numbers may come of it."""
    try:
        graph = parse_onnx(content, source="m.onnx")
        if len(graph.inputs) == 1 and len(graph.outputs) == 1:
            NumpyEngine(graph, threads=1).run(np.zeros((2, 1, 8, 8), dtype=np.uint8))
    except ModelError as error:
        assert str(error).startswith("m.onnx")  # noqa: PT017
        assert "\n" not in str(error)  # noqa: PT017
        return "refused"
    return "read"


def test_a_network_is_read_as_the_onnx_package_reads_it():
    graph = parse(NETWORK)
    assert graph.opset == 17
    assert graph.metadata == {entry.key: entry.value for entry in NETWORK.metadata_props}
    assert CARD_KEY in graph.metadata
    assert [(port.name, port.dtype, port.shape) for port in graph.inputs] == [
        ("maps", np.dtype("u1"), (None, 1, 8, 8))
    ]
    assert [(port.name, port.dtype, port.shape) for port in graph.outputs] == [
        ("ke", np.dtype("f4"), (None, 1))
    ]
    expected = {entry.name: numpy_helper.to_array(entry) for entry in NETWORK.graph.initializer}
    assert graph.constants.keys() == expected.keys()
    for name, array in expected.items():
        np.testing.assert_array_equal(graph.constants[name], array)
        assert graph.constants[name].dtype == array.dtype
    assert len(graph.nodes) == len(NETWORK.graph.node) == 12
    for node, theirs in zip(graph.nodes, NETWORK.graph.node):
        assert node.op_type == theirs.op_type
        assert list(node.inputs) == list(theirs.input)
        assert list(node.outputs) == list(theirs.output)
        assert node.attributes == {
            entry.name: helper.get_attribute_value(entry) for entry in theirs.attribute
        }


@pytest.mark.parametrize("raw", [True, False])
@pytest.mark.parametrize(
    ("kind", "values"),
    [
        (TensorProto.FLOAT, [1.5, -2.25, np.inf, 3e-40]),
        (TensorProto.DOUBLE, [1.5, -2.25, 1e300, 0.1]),
        (TensorProto.FLOAT16, [1.5, -2.25, 65504, 6e-8]),
        (TensorProto.UINT8, [0, 1, 200, 255]),
        (TensorProto.INT8, [0, 1, -128, 127]),
        (TensorProto.INT32, [0, -1, 2**31 - 1, -(2**31)]),
        (TensorProto.INT64, [0, -1, 2**63 - 1, -(2**63)]),
        (TensorProto.UINT32, [0, 1, 2**32 - 1, 7]),
        (TensorProto.UINT64, [0, 1, 2**64 - 1, 7]),
        (TensorProto.BOOL, [True, False, False, True]),
    ],
)
def test_weights_are_read_in_both_forms_a_file_may_hold_them(kind, values, raw):
    dtype = helper.tensor_dtype_to_np_dtype(kind)
    array = np.array(values, dtype=dtype).reshape(2, 2)
    given = array.tobytes() if raw else array.ravel().tolist()
    tensor = helper.make_tensor("w", kind, [2, 2], given, raw=raw)
    proto = model_of([], {}, ("n", 1, 8, 8))
    proto.graph.initializer.append(tensor)
    read = parse(proto).constants["w"]
    np.testing.assert_array_equal(read, numpy_helper.to_array(tensor))
    assert read.dtype == dtype
    assert read.shape == (2, 2)


def test_attributes_of_each_kind_are_read():
    array = np.arange(6, dtype=np.float32).reshape(2, 3)
    given = {
        "whole": -7,
        "real": 0.25,
        "word": "né",
        "wholes": [1, -2, 2**40],
        "reals": [0.5, -1.5],
        "words": ["a", "b"],
        "array": numpy_helper.from_array(array),
        "graph": NETWORK.graph,
    }
    node = helper.make_node("Any", ["maps", ""], ["ke"], domain="elsewhere", **given)
    read = parse(model_of([node], {}, ("n", 1, 8, 8))).nodes[0]
    assert (read.domain, read.inputs, read.outputs) == ("elsewhere", ("maps", ""), ("ke",))
    np.testing.assert_array_equal(read.attributes.pop("array"), array)
    assert read.attributes.pop("graph") is None
    del given["array"], given["graph"]
    assert read.attributes == given


def test_what_is_none_of_our_types_is_named_but_not_read():
    proto = model_of([], {}, ("n", 1, 8, 8), element=TensorProto.STRING)
    proto.graph.initializer.append(helper.make_tensor("s", TensorProto.STRING, [1], [b"x"]))
    graph = parse(proto)
    assert graph.constants == {"s": None}
    assert graph.inputs[0].dtype is None


def test_an_old_file_that_lists_its_weights_as_inputs_has_one_input():
    proto = study_like(8, 8)
    for entry in proto.graph.initializer:
        proto.graph.input.append(
            helper.make_tensor_value_info(entry.name, entry.data_type, list(entry.dims))
        )
    assert [port.name for port in parse(proto).inputs] == ["maps"]


def test_open_and_missing_sizes_are_told_apart():
    proto = model_of([], {}, ("n", None, 0, 8))
    proto.graph.output[0].type.tensor_type.ClearField("shape")
    graph = parse(proto)
    assert graph.inputs[0].shape == (None, None, 0, 8)
    assert graph.outputs[0].shape is None


@pytest.mark.parametrize(
    ("content", "match"),
    [
        (b"", "m.onnx is not an ONNX model: it holds no graph"),
        (b"Hello, world: this is a text file.", "m.onnx is not an ONNX model"),
        (b"version https://git-lfs.github.com/spec/v1\n", "m.onnx is not an ONNX model"),
        (b"PK\x03\x04" + bytes(100), "m.onnx is not an ONNX model"),
        (b"\x89HDF\r\n\x1a\n" + bytes(100), "HDF5 file.*python -m training import-keras"),
        (bytes(1000), "m.onnx is not an ONNX model"),
        (b"\xff" * 1000, "m.onnx is not an ONNX model"),
        (b"\x3a\xff\xff\xff\xff\xff\xff\xff\xff\x7f", "m.onnx is not an ONNX model.*bytes"),
        (b"\x3a\x80", "cut short"),
        (b"\x38\x01", "m.onnx is not an ONNX model.*number"),
    ],
)
def test_what_is_no_onnx_is_refused(content, match):
    with pytest.raises(ModelError, match=match):
        parse_onnx(content, source="m.onnx")


def test_a_missing_file_and_a_folder_are_refused(tmp_path):
    for path in (tmp_path / "absent.onnx", tmp_path, Path("zero\0byte")):
        with pytest.raises(ModelError, match=r"no such model file|cannot be read"):
            read_onnx_bytes(path)


def test_a_file_too_large_for_a_network_is_not_even_read(tmp_path):
    path = tmp_path / "huge.onnx"
    with path.open("wb") as file:
        file.truncate(onnx_file.MAX_FILE_BYTES + 1)
    tracemalloc.start()
    with pytest.raises(ModelError, match=r"huge\.onnx is over 64 MB"):
        read_onnx_bytes(path)
    assert tracemalloc.get_traced_memory()[1] < 2**20
    tracemalloc.stop()


def test_weights_in_another_file_are_refused():
    proto = study_like(8, 8)
    proto.graph.initializer[0].data_location = TensorProto.EXTERNAL
    with pytest.raises(ModelError, match="another file"):
        parse(proto)


@pytest.mark.parametrize(
    ("dims", "match"),
    [
        ([2**62, 4], "shape"),
        ([-1, 4], "shape"),
        ([1] * 9, "shape"),
        ([1] * 12, r"have the shape \[1, 1, 1, 1, 1, 1, 1, 1, 1\]$|have the shape \[1(, 1){8}\]"),
        ([0, 2**31 - 1, 2**31 - 1, 2**31 - 1], "m.onnx"),
        ([5], "m.onnx"),
    ],
)
def test_a_shape_that_the_weights_do_not_fill_is_refused(dims, match):
    proto = model_of([], {}, ("n", 1, 8, 8))
    proto.graph.initializer.append(onnx.TensorProto(name="w", data_type=1, dims=dims))
    with pytest.raises(ModelError, match=match):
        parse(proto)


def test_more_entries_than_a_network_has_are_refused():
    with pytest.raises(ModelError, match="20000 nodes and weights"):
        parse_onnx(b"\x3a" + varint(60_000) + b"\x0a\x00" * 30_000, source="m.onnx")


def varint(number):
    """Protobuf's form of a whole number."""
    parts = []
    while number > 0x7F:
        parts.append(number & 0x7F | 0x80)
        number >>= 7
    return bytes([*parts, number])


def test_a_file_cut_at_any_length_is_refused_or_whole():
    """The card stands after the graph, so a cut there leaves a network without its card."""
    assert outcome(CONTENT) == "read"
    graph_end = CONTENT.index(NETWORK.graph.SerializeToString()) + NETWORK.graph.ByteSize()
    for length in range(len(CONTENT)):
        assert outcome(CONTENT[:length]) == "refused" or length >= graph_end


def test_a_graph_cut_at_any_length_is_refused_or_read():
    body = NETWORK.graph.SerializeToString()
    outcomes = [
        outcome(b"\x08\x08\x3a" + varint(length) + body[:length])
        for length in range(0, len(body), 13)
    ]
    assert outcomes.count("refused") > len(outcomes) / 2


def test_flipped_bytes_give_a_refusal_or_a_network_and_cost_little_memory():
    rng = np.random.default_rng(1)
    outcomes = set()
    tracemalloc.start()
    for _ in range(400):
        damaged = np.frombuffer(CONTENT, dtype=np.uint8).copy()
        places = rng.integers(0, len(damaged), size=rng.integers(1, 9))
        damaged[places] ^= rng.integers(1, 256, size=places.size, dtype=np.uint8)
        outcomes.add(outcome(damaged.tobytes()))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert outcomes == {"refused", "read"}
    assert peak < 200 * 2**20


@settings(max_examples=300)
@given(st.binary(max_size=300), st.sampled_from([b"", b"\x08\x08", b"\x3a", CONTENT[:40]]))
def test_random_bytes_are_refused_or_read(noise, start):
    assert outcome(start + noise) in ("refused", "read")


def test_weights_whose_bytes_are_cut_short_are_refused():
    proto = onnx.ModelProto.FromString(CONTENT)
    proto.graph.initializer[0].raw_data = proto.graph.initializer[0].raw_data[:-1]
    with pytest.raises(ModelError, match="are cut short"):
        parse(proto)

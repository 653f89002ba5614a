"""Operators at the bounds of what is run: inputs, attributes, kernels, sizes."""

import numpy as np
import onnx
import pytest
from onnx import helper

from makers.onnx_networks import model_of
from ssf_model.errors import ModelError
from ssf_model.network.allowed import ALLOWED, OPSETS, require_allowed
from ssf_model.network.numpy_convolution import Convolution
from ssf_model.network.onnx_file import parse_onnx


def checked(operator, *constants, shape=(1, 80, 70), **attributes):
    """Whether a network of one operator on windows of that shape is run."""
    names = [f"c{number}" for number in range(len(constants))]
    node = helper.make_node(operator, ["maps", *names], ["ke"], **attributes)
    proto = model_of([node], dict(zip(names, constants)), ("n", *shape))
    require_allowed(parse_onnx(proto.SerializeToString(), source="m.onnx"), window=shape)


@pytest.mark.parametrize("operator", ALLOWED)
def test_no_operator_may_have_more_inputs_than_onnx_gives_it(operator):
    """Truth: ONNX's own table, of every version in which the operator means the same."""
    least, most = ALLOWED[operator].inputs
    schemas = {
        onnx.defs.get_schema(operator, version).since_version: onnx.defs.get_schema(
            operator, version
        )
        for version in range(OPSETS[0], onnx.defs.onnx_opset_version() + 1)
        if onnx.defs.has(operator, version)
    }
    assert most <= max(schema.max_input for schema in schemas.values())
    assert least >= min(schema.min_input for schema in schemas.values())


@pytest.mark.parametrize("operator", ["Conv", "MaxPool"])
def test_a_kernel_spans_up_to_64_rows(operator):
    def on_maps(rows):
        if operator == "Conv":
            checked("Conv", np.ones((1, 1, rows, 1), np.float32))
        else:
            checked("MaxPool", kernel_shape=[rows, 1])

    on_maps(64)
    with pytest.raises(ModelError, match="kernel or pads over 64"):
        on_maps(65)


@pytest.mark.parametrize("operator", ["GlobalAveragePool", "MaxPool"])
def test_what_is_no_map_is_not_pooled(operator):
    attributes = {"kernel_shape": [2]} if operator == "MaxPool" else {}
    with pytest.raises(ModelError, match="no maps of channels, rows and columns"):
        checked(operator, shape=(3, 8), **attributes)


def test_an_attribute_that_is_no_whole_number_is_refused():
    checked("Flatten", axis=1)
    with pytest.raises(ModelError, match=r"'Flatten' with axis 1\.0"):
        checked("Flatten", axis=1.0)


def test_a_shape_with_a_size_of_nought_is_refused_where_that_stands_for_nought():
    """`allowzero`: a 0 keeps an axis without it, and is an empty axis with it."""
    checked("Reshape", np.array([0, -1]), allowzero=0)
    checked("Reshape", np.array([-1, 1, 5600]), allowzero=1)
    with pytest.raises(ModelError, match="'Reshape' with allowzero"):
        checked("Reshape", np.array([0, -1]), allowzero=1)


def test_a_convolution_is_unrolled_only_where_its_matrix_has_room(monkeypatch):
    weights = np.ones((4, 2, 3, 3), np.float32)
    settings = {"dilations": (1, 1), "pads": (1, 1, 1, 1)}
    room = Convolution(weights, None, **settings)._matrix.size
    assert room > weights.size
    monkeypatch.setattr("ssf_model.network.limits.MAX_VALUES", room)
    Convolution(weights, None, **settings)
    monkeypatch.setattr("ssf_model.network.limits.MAX_VALUES", room - 1)
    with pytest.raises(ValueError, match=f"an array of {room} numbers, more than {room - 1}"):
        Convolution(weights, None, **settings)


def test_a_shape_without_sizes_is_refused():
    with pytest.raises(ModelError, match="'Reshape' with a shape that the file does not give"):
        checked("Reshape", np.array([], np.int64))


@pytest.mark.parametrize("kind", [ValueError, TypeError, IndexError, OverflowError])
def test_whatever_a_rule_falls_over_the_operator_is_named(monkeypatch, kind):
    def falls(call):
        raise kind("it is odd")  # noqa: EM101

    monkeypatch.setitem(ALLOWED, "Relu", ALLOWED["Relu"]._replace(shape=falls))
    with pytest.raises(ModelError, match=r"no network that ssf runs: 'Relu' with it is odd\.$"):
        checked("Relu")

"""The end of a graph that is told how finely a map was drawn and answers with bounds.

How finely, through two small layers, gives for each answer a factor of each feature of the map
and an offset. The features are a linear map of the last feature maps, so `ke_linear` is an exact
sum over these.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from ssf_model.errors import ModelError

if TYPE_CHECKING:
    import keras
    import onnx


STRETCH, FEATURES = "stretch_px", "features"  # what it reads
KE, LOW, HIGH = "ke", "ke_low", "ke_high"  # what it answers
LAYERS_BEHIND = ["ReLU", "Bounds"]  # what Keras does with a `DetailEnd`, as here


def detail_end(
    layer: keras.Layer, behind: list[keras.Layer]
) -> tuple[list[onnx.NodeProto], list[onnx.TensorProto]]:
    """Write a `training.fitting.detail_end.DetailEnd` and what comes behind it.

    Parameters
    ----------
    layer : keras.Layer
        The `DetailEnd`.
    behind : list of keras.Layer
        All behind it.

    Returns
    -------
    nodes : list of onnx.NodeProto
        From `stretch_px` (n,) and `features` (n, k) to `ke`, `ke_low` and `ke_high`, (n,) each.
        What lies between has names, too: `detail`, and for each answer `_factors` (n, k),
        `_offset` (n, 1) and `_linear` (n, 1), before the last ReLU or softplus.
    constants : list of onnx.TensorProto

    Raises
    ------
    ModelError
        If other layers come behind it.
    """
    from onnx import helper, numpy_helper

    from training.fitting.detail_end import LARGEST_STRETCH_PX

    kinds = [type(one).__name__ for one in behind]
    if kinds != LAYERS_BEHIND:
        message = f"Behind layer '{layer.name}' come {kinds}; the export knows {LAYERS_BEHIND}."
        raise ModelError(message)
    nodes, constants = [], []

    def constant(name: str, values: Any, kind: type = np.float32) -> str:
        constants.append(numpy_helper.from_array(np.asarray(values, kind), name))
        return name

    def node(operator: str, inputs: list[str], output: str, **attributes: Any) -> str:
        nodes.append(helper.make_node(operator, inputs, [output], **attributes))
        return output

    def dense(before: str, output: str, kernel: np.ndarray, bias: np.ndarray) -> str:
        weights = [constant(f"{output}_weights", kernel), constant(f"{output}_bias", bias)]
        return node("Gemm", [before, *weights], output)

    hidden_kernel, hidden_bias, factors, factors_bias, offsets, offsets_bias = layer.get_weights()
    units = factors.shape[1] // 3
    each, flat = constant("a_column", [-1, 1], np.int64), constant("a_line", [-1], np.int64)
    last_axis = constant("last_axis", [1], np.int64)
    column = node("Reshape", [STRETCH, each], "stretch_column")
    ends = [constant("least_stretch", 1.0), constant("largest_stretch", LARGEST_STRETCH_PX)]
    logarithm = node("Log", [node("Clip", [column, *ends], "stretch_clipped")], "stretch_log")
    per_log = constant("detail_per_log", 1 / math.log(LARGEST_STRETCH_PX))
    detail = node("Mul", [logarithm, per_log], "detail")
    hidden = node("Relu", [dense(detail, "hidden_linear", hidden_kernel, hidden_bias)], "hidden")
    for number, answer in enumerate((KE, LOW, HIGH)):
        own = slice(number * units, (number + 1) * units)
        one = slice(number, number + 1)
        factor = dense(hidden, f"{answer}_factors", factors[:, own], factors_bias[own])
        offset = dense(hidden, f"{answer}_offset", offsets[:, one], offsets_bias[one])
        products = node("Mul", [FEATURES, factor], f"{answer}_products")
        total = node("ReduceSum", [products, last_axis], f"{answer}_sum", keepdims=1)
        node("Add", [total, offset], f"{answer}_linear")
    ke = node("Relu", [f"{KE}_linear"], f"{KE}_column")
    for answer, operator in ((LOW, "Sub"), (HIGH, "Add")):
        distance = node("Softplus", [f"{answer}_linear"], f"{answer}_distance")
        node(operator, [ke, distance], f"{answer}_column")
    for answer in (KE, LOW, HIGH):
        node("Reshape", [f"{answer}_column", flat], answer)
    return nodes, constants

"""A trained Keras network as an ONNX graph, built by hand and as small as it gets.

Batch normalization goes into the linear layer before it, also through a pooling between the
two, and linear layers with nothing between them become one, so that six kinds of operator are
left: Cast, Conv, Relu, MaxPool, Flatten, Gemm. Layers that share weights among mirror images are
written as plain ones with all their weights. A network that is told how finely a map was drawn
ends as `training.publishing.onnx_detail` says.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from ssf_model.errors import ModelError
from training.publishing.onnx_detail import FEATURES, HIGH, KE, LOW, STRETCH, detail_end

if TYPE_CHECKING:
    import keras
    import onnx


OPSET = 17  # runs on onnxruntime 1.15 and later
IR_VERSION = 8  # the file format of that opset's time
INPUT = "fault_map"
DETAIL_END = "DetailEnd"


def onnx_from_keras(model: keras.Model, *, metadata: dict[str, str]) -> onnx.ModelProto:
    """Write a network as ONNX.

    Parameters
    ----------
    model : keras.Model
        A chain of Conv2D, Dense, BatchNormalization, ReLU, MaxPooling2D, Dropout, Flatten and
        `training.fitting.mirror_layers` layers, from (n, rows, cols, 1) to (n, 1); or such a
        chain to (n, k), ended by a `training.fitting.detail_end.DetailEnd`.
    metadata : dict of str to str
        Entries for the file.

    Returns
    -------
    proto : onnx.ModelProto
        Input `fault_map`, uint8 (n, 1, rows, cols); output `ke`, float32 (n, 1); n is open.
        With a `DetailEnd` a second input, `stretch_px`, float32 (n,), and three outputs, `ke`,
        `ke_low` and `ke_high`, float32 (n,).

    Raises
    ------
    ModelError
        If the network has a layer, or a setting of a layer, that is not known here.
    """
    import onnx
    from onnx import TensorProto, helper

    _, rows, cols, _ = model.inputs[0].shape
    chain = _Chain(shape=(rows, cols, 1))
    chain.add("Cast", to=TensorProto.FLOAT)
    layers = [layer for layer in model.layers if type(layer).__name__ != "InputLayer"]
    kinds = [type(layer).__name__ for layer in layers]
    end = kinds.index(DETAIL_END) if DETAIL_END in kinds else len(layers)
    for layer in layers[:end]:
        _add_layer(chain, layer)
    chain.flush()
    chain.nodes[-1].output[0] = FEATURES if end < len(layers) else KE
    nodes, constants = chain.nodes, chain.constants
    inputs = [helper.make_tensor_value_info(INPUT, TensorProto.UINT8, ["n", 1, rows, cols])]
    outputs = [helper.make_tensor_value_info(KE, TensorProto.FLOAT, ["n", 1])]
    if end < len(layers):
        end_nodes, end_constants = detail_end(layers[end], layers[end + 1 :])
        nodes, constants = nodes + end_nodes, constants + end_constants
        told, *outputs = (
            helper.make_tensor_value_info(name, TensorProto.FLOAT, ["n"])
            for name in (STRETCH, KE, LOW, HIGH)
        )
        inputs.append(told)
    graph = helper.make_graph(nodes, "fault_map_to_ke", inputs, outputs, constants)
    proto = helper.make_model(
        graph, opset_imports=[helper.make_opsetid("", OPSET)], producer_name="ssf"
    )
    proto.ir_version = IR_VERSION
    helper.set_model_props(proto, metadata)
    onnx.checker.check_model(proto, full_check=True)
    return proto


@dataclass
class _Linear:
    """A linear layer not written yet; `kernel` ends in its output channels, float64."""

    kernel: np.ndarray
    bias: np.ndarray
    dilation: tuple[int, int] = (1, 1)


@dataclass
class _Chain:
    """The nodes so far, the shape (rows, cols, channels) or (units,) that leaves them."""

    shape: tuple[int, ...]
    nodes: list = field(default_factory=list)
    constants: list = field(default_factory=list)
    linear: _Linear | None = None
    pool: dict[str, object] | None = None  # that comes after `linear` and is not written either
    grid: np.ndarray | None = None  # Keras's flattened feature that each value is added to
    order: np.ndarray | None = None  # the same of the values as they are flattened here

    def add(self, operator: str, *arrays: np.ndarray, **attributes: object) -> None:
        """Append a node with its constants."""
        from onnx import helper, numpy_helper

        number = len(self.nodes)
        names = [f"{operator.lower()}{number}_{part}" for part in ("weights", "bias")]
        for name, array in zip(names, arrays):
            self.constants.append(numpy_helper.from_array(array.astype(np.float32), name))
        before = self.nodes[-1].output[0] if self.nodes else INPUT
        inputs = [before, *names[: len(arrays)]]
        self.nodes.append(helper.make_node(operator, inputs, [f"x{number}"], **attributes))

    def flush(self) -> None:
        """Write the linear layer that waits for a normalization or another after it."""
        linear, self.linear = self.linear, None
        pool, self.pool = self.pool, None
        if linear is not None and linear.kernel.ndim == 2:
            self.add("Gemm", linear.kernel, linear.bias)
        elif linear is not None:
            self._add_convolution(linear)
        if pool is not None:
            self.add("MaxPool", **pool)

    def _add_convolution(self, linear: _Linear) -> None:
        """Write a convolution that gives as many rows and columns as it takes."""
        pads = [step * (size - 1) // 2 for step, size in zip(linear.dilation, linear.kernel.shape)]
        self.add(
            "Conv",
            linear.kernel.transpose(3, 2, 0, 1),
            linear.bias,
            kernel_shape=linear.kernel.shape[:2],
            dilations=linear.dilation,
            pads=pads * 2,
        )


def _add_layer(chain: _Chain, layer: keras.Layer) -> None:
    """Append one Keras layer to the chain."""
    kind = type(layer).__name__
    if kind not in _LAYERS:
        message = f"Layer '{layer.name}' is a {kind}; the export knows {', '.join(_LAYERS)}."
        raise ModelError(message)
    _LAYERS[kind](chain, layer)


def _add_conv(chain: _Chain, layer: keras.Layer) -> None:
    """A convolution waits, as a normalization may follow."""
    chain.flush()
    kernel, bias = (np.asarray(weight, dtype=np.float64) for weight in layer.get_weights())
    odd = all(size % 2 for size in kernel.shape[:2])
    plain = layer.strides == (1, 1) and layer.groups == 1 and layer.padding == "same" and odd
    _require(layer, plain and layer.activation.__name__ == "linear")
    chain.linear = _Linear(kernel, bias, tuple(layer.dilation_rate))
    chain.shape = (*chain.shape[:2], kernel.shape[-1])


def _add_mirror_conv(chain: _Chain, layer: keras.Layer) -> None:
    """A convolution with each free weight in all the places that share it."""
    chain.flush()
    _require(layer, layer.side % 2 == 1)
    kernel, bias = (np.asarray(weight, dtype=np.float64) for weight in layer.full_weights())
    chain.linear = _Linear(kernel, bias, (layer.dilation, layer.dilation))
    chain.shape = (*chain.shape[:2], kernel.shape[-1])


def _add_dense(chain: _Chain, layer: keras.Layer) -> None:
    """A dense layer, merged with one before it that has nothing in between."""
    kernel, bias = (np.asarray(weight, dtype=np.float64) for weight in layer.get_weights())
    _require(layer, layer.activation.__name__ == "linear" and len(chain.shape) == 1)
    if chain.order is not None:
        kernel, chain.order = kernel[chain.order], None
    if chain.linear is None:
        chain.linear = _Linear(kernel, bias)
    else:
        before = chain.linear
        chain.linear = _Linear(before.kernel @ kernel, before.bias @ kernel + bias)
    chain.shape = (kernel.shape[1],)


def _add_norm(chain: _Chain, layer: keras.Layer) -> None:
    """What normalization does in use, a factor and an offset, goes into the layer before.

    A maximum of scaled values is the scaled maximum where the factor is above 0.
    """
    _require(layer, chain.linear is not None and layer.center)
    weights = [np.asarray(weight, dtype=np.float64) for weight in layer.get_weights()]
    gamma = weights.pop(0) if layer.scale else 1.0
    beta, mean, variance = weights
    factor = gamma / np.sqrt(variance + layer.epsilon)
    _require(layer, chain.pool is None or bool((factor > 0).all()))
    chain.linear = _scaled(chain.linear, factor, beta - mean * factor)


def _add_mirror_norm(chain: _Chain, layer: keras.Layer) -> None:
    """The same, with a factor and an offset for all orientations of a pattern."""
    _require(layer, chain.linear is not None)
    chain.linear = _scaled(chain.linear, *layer.factor_and_shift())


def _scaled(linear: _Linear, factor: np.ndarray, shift: np.ndarray) -> _Linear:
    """A linear layer whose outputs are multiplied and shifted."""
    return _Linear(linear.kernel * factor, linear.bias * factor + shift, linear.dilation)


def _add_relu(chain: _Chain, layer: keras.Layer) -> None:
    """A plain ReLU."""
    _require(layer, not layer.negative_slope and not layer.threshold and layer.max_value is None)
    chain.flush()
    chain.add("Relu")


def _add_pool(chain: _Chain, layer: keras.Layer) -> None:
    """Maxima over blocks that do not overlap; what is left over at the end is dropped."""
    _require(layer, layer.pool_size == layer.strides and layer.padding == "valid")
    if chain.linear is None or chain.pool is not None:
        chain.flush()
    chain.pool = {"kernel_shape": layer.pool_size, "strides": layer.strides}
    rows, cols, channels = chain.shape
    chain.shape = (rows // layer.pool_size[0], cols // layer.pool_size[1], channels)


def _add_flatten(chain: _Chain, layer: keras.Layer) -> None:
    """Flattening; ONNX has channels first, so the next dense layer's rows change places."""
    chain.flush()
    chain.add("Flatten")
    rows, cols, channels = chain.shape
    chain.shape = (rows * cols * channels,)
    grid, chain.grid = chain.grid, None
    if grid is None:
        grid = np.arange(*chain.shape).reshape(rows, cols, channels)
    chain.order = grid.transpose(2, 0, 1).ravel()


def _add_mirror_sum(chain: _Chain, layer: keras.Layer) -> None:
    """Nothing is added up here: the dense layer behind it takes a feature's weight in four places.

    What is mirrored and added to a place is added with that place's weights.
    """
    from training.fitting.mirror_layers import ORIENTATIONS, axes_reversed

    _require(layer, chain.linear is None and chain.grid is None)
    rows, cols, channels = chain.shape
    chain.shape = (rows, cols, channels // ORIENTATIONS)
    grid = np.arange(np.prod(chain.shape)).reshape(chain.shape)
    turned = [np.flip(grid, axes_reversed(turn, rows=0, cols=1)) for turn in range(ORIENTATIONS)]
    chain.grid = np.concatenate(turned, axis=2)


def _add_nothing(chain: _Chain, layer: keras.Layer) -> None:
    """A layer that does nothing in use."""


_LAYERS = {
    "Conv2D": _add_conv,
    "Dense": _add_dense,
    "BatchNormalization": _add_norm,
    "ReLU": _add_relu,
    "MaxPooling2D": _add_pool,
    "Flatten": _add_flatten,
    "Dropout": _add_nothing,
    "MirrorConv": _add_mirror_conv,
    "MirrorNorm": _add_mirror_norm,
    "MirrorSum": _add_mirror_sum,
}


def _require(layer: keras.Layer, holds: bool) -> None:
    """Refuse a layer whose settings the export does not know."""
    if not holds:
        message = (
            f"Layer '{layer.name}' ({type(layer).__name__}) stands in a place, or has a setting, "
            f"that the export does not know: {layer.get_config()}."
        )
        raise ModelError(message)

"""The networks are what their sources say, and importing the table needs no TensorFlow."""

import subprocess
import sys

import numpy as np
import pytest

from ssf_model.errors import InputError
from training.fitting.architectures import ARCHITECTURES, build
from training.fitting.fit import answer_windows

keras = pytest.importorskip("keras")

pytestmark = pytest.mark.numerical


def test_the_published_network_has_the_parameters_of_the_study():
    """Summed by hand: 40 + 148 + 16 + 296 + 584 + 32 + 32,776 + 32 + 9."""
    model = build("published", 128, 64)
    assert model.count_params() == 33_933
    assert model.input_shape == (None, 128, 64, 1)
    assert model.output_shape == (None, 1)


def test_the_published_network_is_the_stack_that_the_paper_describes():
    """Oracle: the forward pass written out in NumPy, in training's absence."""
    model = build("published", 16, 8)
    rng = np.random.default_rng(2)
    for layer in model.layers:
        layer.set_weights([rng.uniform(-0.3, 0.6, w.shape) for w in layer.get_weights()])
    for layer in model.layers:
        if "norm" in layer.name:
            gamma, beta, mean, _ = layer.get_weights()
            layer.set_weights([gamma, beta, mean, rng.uniform(0.5, 2, gamma.shape)])
    maps = (rng.random((3, 16, 8, 1)) < 0.3).astype(np.float32)
    weights = {layer.name: layer.get_weights() for layer in model.layers}
    x = maps
    for block in ("block1", "block2"):
        x = slow_conv(x, *weights[f"{block}_near"], dilation=1)
        x = slow_conv(x, *weights[f"{block}_far"], dilation=2)
        x = np.maximum(slow_norm(x, *weights[f"{block}_norm"]), 0)
        n, rows, cols, channels = x.shape
        x = x.reshape(n, rows // 2, 2, cols // 2, 2, channels).max(axis=(2, 4))
    x = x.reshape(3, -1) @ weights["dense"][0] + weights["dense"][1]
    x = slow_norm(x, *weights["dense_norm"])
    x = x @ weights["ke_linear"][0] + weights["ke_linear"][1]
    linear = keras.Model(model.input, model.get_layer("ke_linear").output)
    np.testing.assert_allclose(linear(maps).numpy(), x, rtol=1e-4)  # float32 sums
    np.testing.assert_allclose(model(maps).numpy(), np.maximum(x, 0), rtol=1e-4)


def test_the_network_of_three_scales_takes_maxima_and_normalizes_as_it_says():
    """Oracle: the forward pass in NumPy; 208 + 1,168 + 4,640 + 9,248 in convolutions."""
    model = build("three_scales", 128, 64)
    assert model.count_params() == 15_264 + 3 * (8 + 16 + 32 + 32) + 131_080 + 32 + 9
    model = build("three_scales", 16, 8)
    rng = np.random.default_rng(3)
    for layer in model.layers:
        weights = [rng.uniform(-0.3, 0.5, w.shape) for w in layer.get_weights()]
        if "norm" in layer.name:
            weights[-1] = rng.uniform(0.5, 2, weights[-1].shape)
        layer.set_weights(weights)
    weights = {layer.name: layer.get_weights() for layer in model.layers}
    x = maps = (rng.random((3, 16, 8, 1)) < 0.3).astype(np.float32)
    for place, dilation in (("1_1", 1), ("2_1", 1), ("3_1", 1), ("3_2", 2)):
        x = slow_conv(x, *weights[f"scale{place}_conv"], dilation=dilation)
        if place in ("1_1", "2_1"):
            n, rows, cols, channels = x.shape
            x = x.reshape(n, rows // 2, 2, cols // 2, 2, channels).max(axis=(2, 4))
        x = np.maximum(slow_norm(x, 1, *weights[f"scale{place}_norm"]), 0)
    x = x.reshape(3, -1) @ weights["dense"][0] + weights["dense"][1]
    x = slow_norm(x, *weights["dense_norm"])
    x = x @ weights["ke_linear"][0] + weights["ke_linear"][1]
    assert np.ptp(x) > 0.1
    np.testing.assert_allclose(model(maps).numpy(), np.maximum(x, 0), rtol=1e-4)  # float32 sums


def test_the_mirrored_network_costs_three_scales_and_a_wide_convolution_with_a_quarter_of_weights():
    """Summed by hand: free weights and biases, offsets and statistics, dense layers, the end."""
    model = build("mirrored", 128, 64)
    convolutions = (50 + 2) + (9 * 8 * 4 + 4) + (9 * 16 * 8 + 8) + 2 * (9 * 32 * 8 + 8)
    end = (8 + 8) + (8 * 24 + 24) + (8 * 3 + 3)
    assert model.count_params() == convolutions + 3 * (2 + 4 + 8 + 8 + 8) + 32_776 + 32 + end
    assert [tuple(port.shape) for port in model.inputs] == [(None, 128, 64, 1), (None,)]
    other = build("three_scales", 128, 64)
    for place in ("1_1", "2_1", "3_1", "3_2"):
        name = f"scale{place}_conv"
        shapes = [tuple(network.get_layer(name).output.shape) for network in (model, other)]
        assert shapes[0] == shapes[1]


def test_the_mirrored_network_is_the_stack_that_it_says():
    """Oracle: the forward pass in NumPy, with the layers' own full kernels tested elsewhere."""
    model = build("mirrored", 16, 8)
    rng = np.random.default_rng(4)
    for layer in model.layers:
        weights = [rng.uniform(-0.3, 0.4, w.shape) for w in layer.get_weights()]
        if "norm" in layer.name:
            weights[-1] = rng.uniform(0.5, 2, weights[-1].shape)
        layer.set_weights(weights)
    weights = {layer.name: layer.get_weights() for layer in model.layers}
    maps, stretch_px = (rng.random((3, 16, 8, 1)) < 0.3).astype(np.float32), np.array([1.0, 9, 99])
    x = maps
    for place, dilation in (("1_1", 1), ("2_1", 1), ("3_1", 1), ("3_2", 2), ("3_3", 4)):
        kernel, bias = model.get_layer(f"scale{place}_conv").full_weights()
        x = slow_conv(x, kernel, bias, dilation=dilation)
        if place in ("1_1", "2_1"):
            n, rows, cols, channels = x.shape
            x = x.reshape(n, rows // 2, 2, cols // 2, 2, channels).max(axis=(2, 4))
        offset, mean, variance = (np.tile(w, 4) for w in weights[f"scale{place}_norm"])
        x = np.maximum(slow_norm(x, 1, offset, mean, variance), 0)
    as_it_is, along, across, both = np.split(x, 4, axis=-1)
    x = as_it_is + along[:, :, ::-1] + across[:, ::-1] + both[:, ::-1, ::-1]
    x = x.reshape(3, -1) @ weights["dense"][0] + weights["dense"][1]
    x = slow_norm(x, *weights["dense_norm"])
    first, first_bias, factors, factors_bias, offsets, offsets_bias = weights["linear"]
    hidden = np.maximum(np.log(stretch_px)[:, None] / np.log(128) * first + first_bias, 0)
    factors = (hidden @ factors + factors_bias).reshape(3, 3, 8)
    z = (factors * x[:, None]).sum(axis=2) + hidden @ offsets + offsets_bias
    ke = np.maximum(z[:, 0], 0)
    expected = [ke, ke - np.log1p(np.exp(z[:, 1])), ke + np.log1p(np.exp(z[:, 2]))]
    assert np.ptp(z, axis=0).min() > 0.1
    found = answer_windows(model, maps[..., 0], stretch_px)
    np.testing.assert_allclose(found, np.transpose(expected), rtol=1e-4, atol=1e-5)  # float32


def slow_conv(x, kernel, bias, *, dilation):
    """Convolution with zero padding, tap by tap."""
    n, rows, cols, _ = x.shape
    side = kernel.shape[0]
    pad = dilation * (side - 1) // 2
    padded = np.pad(x, ((0, 0), (pad, pad), (pad, pad), (0, 0)))
    out = np.zeros((n, rows, cols, kernel.shape[3])) + bias
    for i in range(side):
        for j in range(side):
            a, b = i * dilation, j * dilation
            out += padded[:, a : a + rows, b : b + cols] @ kernel[i, j]
    return out


def slow_norm(x, gamma, beta, mean, variance):
    """Batch normalization as it acts in use; 1e-3 is Keras's epsilon."""
    return gamma * (x - mean) / np.sqrt(variance + 1e-3) + beta


@pytest.mark.parametrize("name", ARCHITECTURES)
def test_every_architecture_answers_any_window_size_with_a_ke_not_below_zero(name):
    model = build(name, 24, 12)
    maps = (np.random.default_rng(0).random((5, 24, 12)) < 0.3).astype(np.uint8)
    answers = answer_windows(model, maps, np.array([1, 2, 10, 60, 300]))
    assert answers.shape == (5, 3 if ARCHITECTURES[name].tells_interval else 1)
    assert np.isfinite(answers).all()
    assert (answers[:, 0] >= 0).all()
    if ARCHITECTURES[name].tells_interval:
        ke, low, high = answers.T
        assert ((low < ke) & (ke < high)).all()


def test_an_unknown_name_and_a_window_too_small_are_refused():
    with pytest.raises(
        InputError,
        match="No architecture is called 'resnet'; there are published, three_scales, mirrored",
    ):
        build("resnet", 128, 64)
    for name in ARCHITECTURES:
        with pytest.raises(InputError, match="4 px or more each way, not 128 x 3"):
            build(name, 128, 3)
    for rows, cols in ((16, 10), (18, 8)):
        with pytest.raises(InputError, match=f"multiples of 4 px each way, not {rows} x {cols}"):
            build("mirrored", rows, cols)


def test_the_command_line_opens_without_tensorflow():
    """`--help` answers at once: no verb imports TensorFlow before it runs."""
    code = (
        "import sys, training.__main__ as m; m._parser(); "
        "sys.exit('tensorflow' in sys.modules or 'keras' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0

"""What Keras learned is what the ONNX file answers, and the file says what it is."""

import dataclasses

import numpy as np
import pytest

from ssf_model.errors import InputError, ModelError
from ssf_model.network.model import open_model
from ssf_model.network.model_card import ModelCard
from training.fitting.architectures import ARCHITECTURES, build
from training.fitting.fit import answer_windows
from training.publishing import onnx_file, onnx_graph
from training.publishing.onnx_file import export_model, probe_maps, probe_stretches_px

keras = pytest.importorskip("keras")
onnx = pytest.importorskip("onnx")

pytestmark = pytest.mark.numerical

CARD = ModelCard(name="tried", version="3", window_rows=32, window_cols=16, stride_px=16)


def random_network(rows=32, cols=16, seed=4, architecture="published"):
    """A network with weights, means and variances that are all at work."""
    keras.utils.set_random_seed(seed)
    model = build(architecture, rows, cols)
    rng = np.random.default_rng(seed)
    for layer in model.layers:
        weights = [w + rng.normal(0, 0.2, w.shape).astype(w.dtype) for w in layer.get_weights()]
        if "norm" in layer.name:
            weights[-1] = np.abs(weights[-1]) + 0.2
        layer.set_weights(weights)
    last = "dense" if ARCHITECTURES[architecture].tells_interval else "ke_linear"
    kernel, *others = model.get_layer(last).get_weights()
    model.get_layer(last).set_weights([kernel / 20, *others])
    return model


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_the_file_answers_as_keras_does_on_every_engine(tmp_path, architecture):
    """Oracle: Keras itself. 1e-5 is ten times what float32 sums in another order differ by."""
    seed = 5 if architecture == "mirrored" else 4  # not always 0
    model = random_network(architecture=architecture, seed=seed)
    out = tmp_path / "model.onnx"
    difference = export_model(model, CARD, out)
    rng = np.random.default_rng(77)  # not the maps of the check
    maps, stretch_px = probe_maps(32, 16, rng=rng), probe_stretches_px(rng=rng)
    theirs = answer_windows(model, maps, stretch_px)
    assert (np.ptp(theirs, axis=0) > 0.1).all()
    assert difference <= 1e-5
    for engine in ("onnxruntime", "numpy"):
        ours = open_model(out, engine=engine).answer(maps, stretch_px)
        np.testing.assert_allclose(ours, theirs, atol=1e-5)


def test_the_graph_holds_the_few_operators_of_folded_layers_and_an_open_batch(tmp_path):
    proto = onnx_graph.onnx_from_keras(random_network(), metadata={})
    assert [node.op_type for node in proto.graph.node] == [
        "Cast", "Conv", "Conv", "Relu", "MaxPool", "Conv", "Conv", "Relu", "MaxPool",
        "Flatten", "Gemm", "Relu",
    ]  # fmt: skip
    (maps,), (ke,) = proto.graph.input, proto.graph.output
    assert (maps.name, ke.name) == ("fault_map", "ke")
    assert maps.type.tensor_type.elem_type == onnx.TensorProto.UINT8
    assert [d.dim_value for d in maps.type.tensor_type.shape.dim] == [0, 1, 32, 16]
    assert proto.opset_import[0].version == 17
    assert proto.ir_version == 8


def test_maxima_are_taken_before_a_relu_that_folding_left_behind_them():
    proto = onnx_graph.onnx_from_keras(random_network(architecture="three_scales"), metadata={})
    assert [node.op_type for node in proto.graph.node] == [
        "Cast", "Conv", "MaxPool", "Relu", "Conv", "MaxPool", "Relu", "Conv", "Relu",
        "Conv", "Relu", "Flatten", "Gemm", "Relu",
    ]  # fmt: skip


def test_a_network_told_of_detail_is_a_plain_graph_of_two_inputs_and_three_outputs():
    """Oracle: onnxruntime alone, and Keras; whole kernels stand in ordinary convolutions."""
    onnxruntime = pytest.importorskip("onnxruntime")
    model = random_network(architecture="mirrored", seed=5)
    proto = onnx_graph.onnx_from_keras(model, metadata={})
    trunk = [
        "Cast", "Conv", "MaxPool", "Relu", "Conv", "MaxPool", "Relu", "Conv", "Relu",
        "Conv", "Relu", "Conv", "Relu", "Flatten", "Gemm",
    ]  # fmt: skip
    kinds = [node.op_type for node in proto.graph.node]
    assert kinds[: len(trunk)] == trunk
    assert set(kinds[len(trunk) :]) == {
        "Reshape", "Clip", "Log", "Mul", "Gemm", "Relu", "ReduceSum", "Add", "Sub", "Softplus"
    }  # fmt: skip
    constants = {one.name: tuple(one.dims) for one in proto.graph.initializer}
    kernels = [constants[n.input[1]] for n in proto.graph.node if n.op_type == "Conv"]
    assert kernels == [(8, 1, 5, 5), (16, 8, 3, 3), (32, 16, 3, 3), (32, 32, 3, 3), (32, 32, 3, 3)]
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    ports = [
        (port.name, port.type, port.shape)
        for port in (*session.get_inputs(), *session.get_outputs())
    ]
    assert ports == [
        ("fault_map", "tensor(uint8)", ["n", 1, 32, 16]), ("stretch_px", "tensor(float)", ["n"]),
        ("ke", "tensor(float)", ["n"]), ("ke_low", "tensor(float)", ["n"]),
        ("ke_high", "tensor(float)", ["n"]),
    ]  # fmt: skip
    rng = np.random.default_rng(5)
    maps, stretch_px = probe_maps(32, 16, rng=rng), probe_stretches_px(rng=rng)
    shown = {"fault_map": maps[:, None], "stretch_px": stretch_px}
    theirs = answer_windows(model, maps, stretch_px)
    np.testing.assert_allclose(np.stack(session.run(None, shown), axis=1), theirs, atol=1e-5)
    for turned in (maps[:, ::-1], maps[:, :, ::-1], maps[:, ::-1, ::-1]):
        shown["fault_map"] = np.ascontiguousarray(turned)[:, None]
        images = np.stack(session.run(None, shown), axis=1)
        np.testing.assert_allclose(images, theirs, atol=1e-5)


def test_ke_is_told_to_be_a_sum_over_features_before_its_relu():
    """Oracle: what the graph calls features, factors and offset, multiplied and added by hand."""
    onnxruntime = pytest.importorskip("onnxruntime")
    proto = onnx_graph.onnx_from_keras(random_network(architecture="mirrored"), metadata={})
    names = ("features", "ke_factors", "ke_offset", "ke_linear")
    for name in names:
        proto.graph.output.append(onnx.helper.make_empty_tensor_value_info(name))
    rng = np.random.default_rng(6)
    maps, stretch_px = probe_maps(32, 16, rng=rng), probe_stretches_px(rng=rng)
    session = onnxruntime.InferenceSession(proto.SerializeToString())
    shown = {"fault_map": maps[:, None], "stretch_px": stretch_px}
    ke, features, factors, offset, linear = session.run(["ke", *names], shown)
    expected = (features * factors).sum(axis=1) + offset[:, 0]
    np.testing.assert_allclose(linear[:, 0], expected, atol=1e-5)
    np.testing.assert_allclose(ke, np.maximum(expected, 0), atol=1e-5)


def test_another_ending_behind_the_detail_is_refused():
    model = build("mirrored", 32, 16)
    ended = keras.Model(model.inputs, keras.layers.Softmax()(model.get_layer("linear").output))
    with pytest.raises(ModelError, match=r"Behind layer 'linear' come \['Softmax'\]"):
        onnx_graph.onnx_from_keras(ended, metadata={})


@pytest.mark.parametrize("gamma", [1.0, -1.0])
def test_a_norm_goes_through_a_pooling_only_where_its_factor_is_above_0(tmp_path, gamma):
    """A maximum of values times -1 is not the maximum times -1."""
    window = keras.Input((32, 16, 1))
    x = keras.layers.Conv2D(2, 3, padding="same")(window)
    x = keras.layers.BatchNormalization(name="after")(keras.layers.MaxPooling2D(2)(x))
    model = keras.Model(window, keras.layers.Dense(1)(keras.layers.Flatten()(x)))
    weights = model.get_layer("after").get_weights()
    model.get_layer("after").set_weights([np.array([1.0, gamma]), *weights[1:]])
    if gamma > 0:
        assert export_model(model, CARD, tmp_path / "model.onnx") <= 1e-5
    else:
        with pytest.raises(ModelError, match="'after'"):
            export_model(model, CARD, tmp_path / "model.onnx")


def test_the_card_travels_in_the_file(tmp_path):
    card = dataclasses.replace(
        CARD, seed=4, scores={"test": {"mae": 0.05}}, input_ranges={"trace_px": (60.0, 300.0)}
    )
    export_model(random_network(), card, tmp_path / "model.onnx")
    read = open_model(tmp_path / "model.onnx").card
    assert dataclasses.replace(read, input_ranges=card.input_ranges) == card
    assert list(read.input_ranges["trace_px"]) == [60.0, 300.0]


def test_a_card_that_cannot_be_written_is_refused_and_no_file_left(tmp_path):
    card = dataclasses.replace(CARD, made_with={"numpy": "1.\ud83d"})
    with pytest.raises(ModelError, match=r"model\.onnx: its card would hold text that cannot be"):
        export_model(random_network(), card, tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


def test_a_file_that_answers_otherwise_than_keras_is_refused_and_not_left(tmp_path, monkeypatch):
    """Flattening as Keras does, channels last, is the classic mistake."""

    def forgetful(chain, layer):
        chain.flush()
        chain.add("Flatten")
        chain.shape = (int(np.prod(chain.shape)),)

    monkeypatch.setitem(onnx_graph._LAYERS, "Flatten", forgetful)
    with pytest.raises(ModelError, match=r"ONNX and Keras differ by .* KE on 256 maps"):
        export_model(random_network(), CARD, tmp_path / "model.onnx")
    assert not list(tmp_path.iterdir())


def test_a_card_of_another_window_size_and_an_existing_file_are_refused(tmp_path):
    model = random_network()
    with pytest.raises(ModelError, match="reads 32 x 16 px, its card says 128 x 64"):
        export_model(model, ModelCard(name="a", version="1"), tmp_path / "model.onnx")
    (tmp_path / "model.onnx").write_text("mine")
    with pytest.raises(InputError, match="exists"):
        export_model(model, CARD, tmp_path / "model.onnx")
    assert (tmp_path / "model.onnx").read_text() == "mine"


def test_layers_that_the_export_does_not_know_are_refused_by_name():
    window = keras.Input((32, 16, 1))
    for layer, match in (
        (keras.layers.AveragePooling2D(2, name="mean"), "'mean' is a AveragePooling2D"),
        (keras.layers.Conv2D(2, 3, strides=2, padding="same", name="skip"), "'skip'"),
        (keras.layers.Conv2D(2, 3, padding="valid", name="cut"), "'cut'"),
        (keras.layers.Conv2D(2, 3, padding="same", activation="relu", name="bent"), "'bent'"),
        (keras.layers.ReLU(max_value=6, name="six"), "'six'"),
        (keras.layers.MaxPooling2D(3, strides=2, name="lap"), "'lap'"),
        (keras.layers.BatchNormalization(name="first"), "'first'"),
    ):
        with pytest.raises(ModelError, match=match):
            onnx_graph.onnx_from_keras(keras.Model(window, layer(window)), metadata={})


def test_the_probe_maps_are_binary_blank_full_sparse_and_lined():
    maps = probe_maps(128, 64, rng=np.random.default_rng(1))
    assert maps.shape == (256, 128, 64)
    assert set(np.unique(maps)) == {0, 1}
    share = maps.mean(axis=(1, 2))
    assert share[0] == 0
    assert share[1] == 1
    assert (share[2:33] > 0.6).any()
    # Lines as they are drawn in use: 2 to 4 px thick, up to six of them, over most columns.
    lined = maps[33:].any(axis=1).mean()
    assert lined > 0.7
    assert share[33:].max() < 0.3
    assert onnx_file.PROBE_MAPS == 256


def test_a_network_that_answers_the_same_to_the_last_bit_is_within_any_tolerance(
    tmp_path, monkeypatch
):
    """Of weights that are all 0 the answer is, whoever runs it."""
    monkeypatch.setattr("training.publishing.onnx_file.TOLERANCE", 0.0)
    model = random_network()
    for layer in model.layers:
        layer.set_weights([0 * weights for weights in layer.get_weights()])
    assert export_model(model, CARD, tmp_path / "model.onnx") == 0

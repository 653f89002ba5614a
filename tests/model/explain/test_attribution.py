"""Contributions against the network itself, taken apart by onnxruntime."""

import numpy as np
import onnx
import onnxruntime
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from onnx import TensorProto, helper, numpy_helper

from makers.drawn_maps import model_that
from makers.onnx_networks import card_of, fault_like, float_weights, model_of, study_like, written
from ssf_model.errors import InputError, ModelError
from ssf_model.explain.attribution import Attribution
from ssf_model.network.model import Model, default_model_path, open_model
from ssf_model.network.onnx_file import parse_onnx

pytestmark = pytest.mark.numerical

TOLERANCE = 1e-5  # float32 sums of 16,384 products in two orders differ by some 1e-6
DETAILS = [1.0, 3.5, 20.0, 75.0, 300.0]  # lengths of stretches, px


@pytest.fixture(scope="module")
def shipped():
    model = open_model(default_model_path(), threads=1)
    return model, Attribution(model)


def taken_apart(tmp_path, proto, engine="auto"):
    model = open_model(written(tmp_path, proto), engine=engine, threads=1)
    return model, Attribution(model)


@pytest.fixture(scope="module")
def before_last_relu():
    """What the last ReLU of the shipped model's KE reads, by onnxruntime."""
    proto = onnx.load(default_model_path())
    makers = {name: node for node in proto.graph.node for name in node.output}
    relu = makers["ke"]
    while relu.op_type != "Relu":
        (before,) = (name for name in relu.input if name in makers)
        relu = makers[before]
    read = helper.make_tensor_value_info(relu.input[0], TensorProto.FLOAT, ["n", 1])
    proto.graph.output.append(read)
    session = onnxruntime.InferenceSession(
        proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )

    def answers(windows, stretch_px):
        stretch_px = np.asarray(stretch_px, dtype=np.float32)
        inputs = {"fault_map": windows[:, None], "stretch_px": stretch_px}
        return session.run([read.name], inputs)[0].reshape(-1)

    return answers


def features(proto, windows):
    """What a network like the study's finds before it is flattened, by onnxruntime."""
    proto = onnx.ModelProto.FromString(proto.SerializeToString())
    found = next(node.input[0] for node in proto.graph.node if node.op_type == "Flatten")
    proto.graph.output[0].CopyFrom(
        helper.make_tensor_value_info(found, TensorProto.FLOAT, ("n", 8, 32, 16))
    )
    session = onnxruntime.InferenceSession(
        proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(None, {"maps": windows[:, None]})[0]


def test_constant_and_contributions_sum_up_to_the_shipped_model_s_answer(shipped, before_last_relu):
    model, attribution = shipped
    rng = np.random.default_rng(0)
    windows = fault_like(rng, 60, 128, 64)
    stretch_px = rng.choice(DETAILS, 60)
    raw = before_last_relu(windows, stretch_px)
    assert raw.min() < 0.1 < 0.3 < raw.max()
    constants = attribution.constants(stretch_px)
    found = constants + attribution.contributions(windows, stretch_px).sum(axis=(1, 2))
    np.testing.assert_allclose(found, raw, rtol=0, atol=TOLERANCE)
    ke = model.predict(windows, stretch_px)
    np.testing.assert_allclose(np.maximum(found, 0), ke, rtol=0, atol=TOLERANCE)
    blank = before_last_relu(windows * 0, stretch_px)
    assert np.ptp(blank) > 0.01
    np.testing.assert_allclose(constants, blank, rtol=0, atol=1e-6)


def test_a_cell_s_contribution_is_its_features_times_their_weights(tmp_path):
    """Truth: onnxruntime gives the features, the file the weights, in two plain loops."""
    proto = study_like(seed=4)
    _, attribution = taken_apart(tmp_path, proto)
    weights = numpy_helper.to_array(proto.graph.initializer[-2]).reshape(8, 32, 16)
    windows = fault_like(np.random.default_rng(1), 10, 128, 64)
    unlike_blank = features(proto, windows) - features(proto, windows[:1] * 0)
    expected = np.zeros((10, 32, 16))
    for channel in range(8):
        expected += unlike_blank[:, channel] * weights[channel]
    assert np.abs(expected).max() > 0.005
    np.testing.assert_allclose(attribution.contributions(windows), expected, rtol=0, atol=1e-6)


def test_a_blank_window_has_no_contributions(shipped):
    blank = np.zeros((len(DETAILS), 128, 64), dtype=np.uint8)
    found = shipped[1].contributions(blank, DETAILS)
    np.testing.assert_array_equal(found, np.zeros((len(DETAILS), 32, 16)))
    assert shipped[1].contributions(blank[:0], DETAILS[:0]).shape == (0, 32, 16)
    assert shipped[1].constants(DETAILS[:0]).shape == (0,)


def test_cells_are_4_pixels_wide_and_hear_what_the_kernels_reach(shipped, tmp_path):
    """Study: 1 + 2 px, after halving 2 (1 + 2); shipped: 2 px, then 2 x 1, then 4 (1 + 2 + 4)."""
    study = taken_apart(tmp_path, study_like())[1]
    for attribution, reach_px in ((study, 9), (shipped[1], 32)):
        for cells, count in ((attribution.rows, 32), (attribution.cols, 16)):
            assert (cells.count, cells.size_px, cells.first_px) == (count, 4, 0)
            assert cells.reach_px == reach_px
    # pixel 20: cells whose first pixel is 8 to 29, and -15 to 52
    assert np.flatnonzero(study.rows.hearing(20, 21)).tolist() == [2, 3, 4, 5, 6, 7]
    assert np.flatnonzero(shipped[1].rows.hearing(20, 21)).tolist() == list(range(14))


@settings(max_examples=25)
@given(
    seed=st.integers(0, 2**32 - 1),
    row=st.integers(0, 120),
    col=st.integers(0, 60),
    height=st.integers(1, 40),
    width=st.integers(1, 20),
    detail=st.sampled_from(DETAILS),
)
def test_removed_pixels_change_only_cells_that_hear_them_and_by_the_change_of_the_answer(
    shipped, before_last_relu, seed, row, col, height, width, detail
):
    _, attribution = shipped
    (window,) = fault_like(np.random.default_rng(seed), 1, 128, 64)
    less = window.copy()
    less[row : row + height, col : col + width] = 0
    both, details = np.stack([window, less]), [detail, detail]
    whole, rest = attribution.contributions(both, details)
    hearing = np.outer(
        attribution.rows.hearing(row, min(row + height, 128)),
        attribution.cols.hearing(col, min(col + width, 64)),
    )
    # BLAS may sum in another order where fewer rows are looked at: 32 features of up to 2 differ
    # by some 1e-7 of themselves, at weights of up to 0.007
    np.testing.assert_allclose(whole[~hearing], rest[~hearing], rtol=0, atol=1e-6)
    raw = before_last_relu(both, details)
    assert (whole - rest)[hearing].sum() == pytest.approx(raw[0] - raw[1], abs=TOLERANCE)


def test_reach_is_what_it_must_be(tmp_path):
    """All weights above 0: a lone pixel then shows in every cell that can hear it, and only there.

    Truth: the features by onnxruntime. 153 products are summed on the way to one of them, none
    below 0, so that float32 errs by less than 153 * 2**-24 = 1e-5 of the largest.
    """
    proto = study_like(seed=5)
    for constant in proto.graph.initializer:
        above = np.abs(numpy_helper.to_array(constant)) + np.float32(0.01)
        constant.CopyFrom(numpy_helper.from_array(above, constant.name))
    _, attribution = taken_apart(tmp_path, proto)
    for row, col in ((50, 30), (51, 33), (0, 63), (127, 2)):
        windows = np.zeros((2, 128, 64), dtype=np.uint8)
        windows[0, row, col] = 1
        lone, blank = features(proto, windows)
        shows = (lone - blank).max(axis=0) > 2e-5 * lone.max()
        hearing = np.outer(
            attribution.rows.hearing(row, row + 1), attribution.cols.hearing(col, col + 1)
        )
        np.testing.assert_array_equal(hearing, shows)
        np.testing.assert_array_equal(attribution.contributions(windows)[0] > 0, shows)


def test_a_cell_that_hears_of_no_fault_contributes_nothing_whatever_the_last_bits(
    shipped, monkeypatch
):
    """Another processor rounds the engine's sums otherwise: here each moves by up to 1e-6."""
    _, attribution = shipped
    run, rng = attribution._body.run, np.random.default_rng(6)

    def rounded_otherwise(maps):
        found = run(maps)
        return found * (1 + rng.uniform(-1e-6, 1e-6, found.shape))

    monkeypatch.setattr(attribution._body, "run", rounded_otherwise)
    windows = fault_like(rng, 10, 128, 64)
    windows[:, :, 24:] = 0
    hearing = np.zeros((10, 32, 16), dtype=bool)
    for number, row, col in np.argwhere(windows).tolist():
        hearing[number] |= np.outer(
            attribution.rows.hearing(row, row + 1), attribution.cols.hearing(col, col + 1)
        )
    found = attribution.contributions(windows, rng.choice(DETAILS, 10))
    assert (found[~hearing] == 0).all()
    assert (found[hearing] != 0).mean() > 0.9


def network_ending_in(rng, *steps, channels=3, rows=12, cols=8, layout="nchw"):
    """A convolution, a ReLU and a halving, and then the given steps."""
    constants = {"kernel": float_weights(rng, channels, 1, 3, 3)}
    nodes = [helper.make_node("Cast", ["maps"], ["cast"], to=TensorProto.FLOAT)]
    if layout == "nhwc":
        nodes.append(helper.make_node("Transpose", ["cast"], ["turned"], perm=[0, 3, 1, 2]))
    nodes += [
        helper.make_node("Conv", [nodes[-1].output[0], "kernel"], ["conv"], pads=[1] * 4),
        helper.make_node("Relu", ["conv"], ["above"]),
        helper.make_node("MaxPool", ["above"], ["y0"], kernel_shape=[2, 2], strides=[2, 2]),
    ]
    for number, (operator, weights, attributes) in enumerate(steps):
        names = [f"w{number}_{place}" for place in range(len(weights))]
        constants.update(zip(names, weights))
        entry, after = f"y{number}", f"y{number + 1}"
        nodes.append(helper.make_node(operator, [entry, *names], [after], **attributes))
    nodes[-1].output[0] = "ke"
    shape = ("n", 1, rows, cols) if layout == "nchw" else ("n", rows, cols, 1)
    card = card_of(rows, cols)
    return model_of(nodes, constants, shape, element=TensorProto.UINT8, card=card)


RNG = np.random.default_rng(9)
SIZE = 3 * 6 * 4
DENSE = ("Gemm", [float_weights(RNG, SIZE, 1), float_weights(RNG, 1)], {})
EIGHT = ("Gemm", [float_weights(RNG, SIZE, 8), float_weights(RNG, 8)], {})
NORM = (
    "BatchNormalization",
    [float_weights(RNG, 8), float_weights(RNG, 8), float_weights(RNG, 8), np.ones(8, np.float32)],
    {},
)
ONE = ("MatMul", [float_weights(RNG, 8, 1)], {})
PLUS = ("Add", [float_weights(RNG, 1)], {})
RELU, FLAT = ("Relu", [], {}), ("Flatten", [], {})
KERAS = ("Transpose", [], {"perm": [0, 2, 3, 1]}), ("Reshape", [np.array([-1, SIZE])], {})
LINEAR_ENDS = {
    "one product": (FLAT, DENSE),
    "relu": (FLAT, DENSE, RELU),
    "dense, norm, dense": (FLAT, EIGHT, NORM, ONE, PLUS, RELU),
    "as Keras writes it": (*KERAS, EIGHT, NORM, ONE, PLUS, RELU),
    "reshaped after the relu": (FLAT, DENSE, RELU, ("Reshape", [np.array([-1, 1])], {})),
}


@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
@pytest.mark.parametrize("end", LINEAR_ENDS)
def test_every_linear_end_is_taken_apart(tmp_path, end, layout):
    proto = network_ending_in(np.random.default_rng(2), *LINEAR_ENDS[end], layout=layout)
    model, attribution = taken_apart(tmp_path, proto)
    windows = fault_like(np.random.default_rng(3), 30, 12, 8)
    raw = attribution.constants() + attribution.contributions(windows).sum(axis=(1, 2))
    expected = model.predict(windows)
    assert np.ptp(expected) > 0.05
    if RELU in LINEAR_ENDS[end]:
        raw = np.maximum(raw, 0)
    np.testing.assert_allclose(raw, expected, rtol=0, atol=TOLERANCE)
    assert attribution.contributions(windows).shape == (30, 6, 4)


OTHER_ENDS = {
    "two layers": (FLAT, EIGHT, RELU, ONE),
    "no flattening": (("MaxPool", [], {"kernel_shape": [6, 4], "strides": [6, 4]}),),
    "flattened only": (FLAT, ("Sigmoid", [], {})),
}


@pytest.mark.parametrize("end", OTHER_ENDS)
def test_a_network_that_ends_otherwise_is_refused(tmp_path, end):
    """Whether or not any engine answers such a network with one number a window."""
    path = written(tmp_path, network_ending_in(np.random.default_rng(2), *OTHER_ENDS[end]))
    graph = parse_onnx(path.read_bytes(), source=path.name)
    model = Model(path, card_of(12, 8), "none", lambda windows: windows, graph)
    with pytest.raises(ModelError, match="contributions are not defined for this model"):
        Attribution(model)


def test_a_network_with_an_operator_that_numpy_does_not_know_is_refused(tmp_path):
    proto = network_ending_in(np.random.default_rng(2), FLAT, DENSE, RELU)
    for node in proto.graph.node:
        if node.op_type == "Relu" and node.input[0] == "conv":
            node.op_type = "Elu"
    model = open_model(written(tmp_path, proto), engine="onnxruntime", threads=1)
    with pytest.raises(ModelError, match=r"the NumPy engine cannot run it: .*Elu.*for any model"):
        Attribution(model)


def test_a_model_that_was_not_opened_from_a_file_is_refused():
    with pytest.raises(ModelError, match="was not opened from a file"):
        Attribution(model_that(lambda window: 0.5))


def test_windows_that_the_model_does_not_read_are_refused(shipped):
    with pytest.raises(InputError, match="reads windows of 128 x 64"):
        shipped[1].contributions(np.zeros((1, 64, 128), dtype=np.uint8))
    with pytest.raises(InputError, match="hold up to 255"):
        shipped[1].contributions(np.full((1, 128, 64), 255, dtype=np.uint8))

import logging
import sys

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper
from onnx_networks import card_of, fault_like, model_of, study_like, weighted_sum

from ssf_model.errors import InputError, ModelError
from ssf_model.inference import (
    MISSING_ONNXRUNTIME,
    Model,
    carries_card,
    default_model_path,
    open_model,
)
from ssf_model.scale import ExperimentScale

ENGINES = ("onnxruntime", "numpy")
ROWS, COLS = 6, 4
WEIGHTS = np.random.default_rng(0).normal(size=(ROWS, COLS))
SMALL = ExperimentScale(window_rows=ROWS, window_cols=COLS, stride_px=COLS)


def written(tmp_path, proto, name="model.onnx"):
    path = tmp_path / name
    onnx.save(proto, path)
    return path


def some_windows(count, rows=ROWS, cols=COLS):
    return np.random.default_rng(1).integers(0, 2, size=(count, rows, cols), dtype=np.uint8)


@pytest.fixture
def no_onnxruntime(monkeypatch):
    monkeypatch.setitem(sys.modules, "onnxruntime", None)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("element", [TensorProto.UINT8, TensorProto.FLOAT])
@pytest.mark.parametrize("layout", ["nchw", "nhwc"])
@pytest.mark.parametrize("flat_answer", [False, True])
def test_every_accepted_form_of_network_gives_each_window_its_own_answer(
    tmp_path, engine, element, layout, flat_answer
):
    """Truth: the network is a weighted sum of pixels, which einsum does in float64."""
    proto = weighted_sum(WEIGHTS, layout=layout, element=element, flat_answer=flat_answer)
    model = open_model(written(tmp_path, proto), engine=engine)
    for count in (1, 2, 33, 257):
        windows = some_windows(count)
        ke_raw = model.predict(windows)
        assert ke_raw.dtype == np.float32
        assert ke_raw.shape == (count,)
        expected = np.einsum("nrc,rc->n", windows, WEIGHTS)
        np.testing.assert_allclose(ke_raw, expected, rtol=0, atol=1e-5)


def test_engines_agree_on_maps_of_faults(tmp_path):
    path = written(tmp_path, study_like(seed=3))
    windows = fault_like(np.random.default_rng(4), 300, 128, 64)
    answers = [open_model(path, engine=engine).predict(windows) for engine in ENGINES]
    assert np.ptp(answers[0]) > 0.1
    np.testing.assert_allclose(answers[1], answers[0], rtol=0, atol=1e-5)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("threads", [1, 3])
def test_threads_and_company_change_no_answer(tmp_path, engine, threads):
    path = written(tmp_path, study_like(32, 16))
    windows = fault_like(np.random.default_rng(5), 100, 32, 16)
    together = open_model(path, engine=engine, threads=threads).predict(windows)
    single = open_model(path, engine=engine, threads=1)
    alone = np.concatenate([single.predict(window[None]) for window in windows])
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-6)


@pytest.mark.parametrize("engine", ENGINES)
def test_no_windows_give_no_answers_and_bool_maps_count_as_ones(tmp_path, engine):
    model = open_model(written(tmp_path, weighted_sum(WEIGHTS)), engine=engine)
    assert model.predict(np.empty((0, ROWS, COLS), dtype=np.uint8)).shape == (0,)
    windows = some_windows(5)
    np.testing.assert_array_equal(model.predict(windows.astype(bool)), model.predict(windows))


@pytest.mark.parametrize("engine", ENGINES)
def test_windows_that_are_a_view_are_read_in_their_own_order(tmp_path, engine):
    model = open_model(written(tmp_path, weighted_sum(WEIGHTS)), engine=engine)
    windows = some_windows(40)
    flipped = windows[::-2, ::-1, ::-1]
    np.testing.assert_array_equal(model.predict(flipped), model.predict(flipped.copy()))


def test_answers_are_raw_neither_clipped_nor_blanked(tmp_path):
    path = written(tmp_path, weighted_sum(np.full((ROWS, COLS), 0.5)))
    windows = np.stack([np.zeros((ROWS, COLS)), np.ones((ROWS, COLS))]).astype(np.uint8)
    np.testing.assert_allclose(open_model(path).predict(windows), [0, ROWS * COLS / 2])


def test_onnxruntime_is_taken_where_it_is_there_and_the_log_says_so(tmp_path, caplog):
    path = written(tmp_path, weighted_sum(WEIGHTS))
    with caplog.at_level(logging.INFO, logger="ssf_model"):
        model = open_model(path)
    assert model.engine == f"onnxruntime {onnxruntime.__version__}"
    assert caplog.messages == [f"model.onnx (probe-1) runs on {model.engine}"]
    assert repr(model) == f"<Model probe-1 from model.onnx on {model.engine}>"


@pytest.mark.usefixtures("no_onnxruntime")
def test_without_onnxruntime_numpy_runs_the_same_file_and_the_log_says_so(tmp_path, caplog):
    path = written(tmp_path, weighted_sum(WEIGHTS))
    with caplog.at_level(logging.INFO, logger="ssf_model"):
        model = open_model(path)
    assert model.engine == "numpy"
    assert caplog.messages == [MISSING_ONNXRUNTIME, "model.onnx (probe-1) runs on numpy"]
    assert "python3 -m pip install onnxruntime" in MISSING_ONNXRUNTIME
    np.testing.assert_allclose(
        model.predict(some_windows(1)), [(some_windows(1) * WEIGHTS).sum()], atol=1e-5
    )


@pytest.mark.usefixtures("no_onnxruntime")
def test_onnxruntime_that_is_asked_for_but_missing_is_an_error(tmp_path):
    with pytest.raises(ModelError, match="pip install onnxruntime"):
        open_model(written(tmp_path, weighted_sum(WEIGHTS)), engine="onnxruntime")


def test_the_library_adds_no_handler_to_the_log(tmp_path):
    open_model(written(tmp_path, weighted_sum(WEIGHTS)))
    assert logging.getLogger("ssf_model").handlers == []


def test_the_card_travels_with_the_model(tmp_path):
    card = card_of(ROWS, COLS, licence="CC0", seed=7)
    model = open_model(written(tmp_path, weighted_sum(WEIGHTS, card=card)))
    assert isinstance(model, Model)
    assert model.card == card
    assert model.path == tmp_path / "model.onnx"
    assert open_model(model.path, scale=SMALL).card == card


def test_a_model_without_a_card_opens_with_a_given_scale_and_says_so(tmp_path):
    path = written(tmp_path, weighted_sum(WEIGHTS, card=None), "theirs.onnx")
    with pytest.raises(ModelError, match=r"theirs\.onnx carries no model card"):
        open_model(path)
    scale = ExperimentScale(pixel_size_m=88.0, window_rows=ROWS, window_cols=COLS, stride_px=3)
    model = open_model(path, scale=scale)
    assert model.card.scale == scale
    assert model.card.label == "theirs-no-card"
    assert not carries_card(path)
    assert carries_card(written(tmp_path, weighted_sum(WEIGHTS)))
    with pytest.raises(ModelError, match="no such model file"):
        carries_card(tmp_path / "absent.onnx")


@pytest.mark.parametrize(
    "scale",
    [
        ExperimentScale(88.0, ROWS, COLS, COLS),
        ExperimentScale(100.0, ROWS, COLS, COLS - 1),
        ExperimentScale(),
    ],
)
def test_a_scale_at_odds_with_the_card_is_refused(tmp_path, scale):
    with pytest.raises(ModelError, match=r"its card says ExperimentScale\(pixel_size_m=100.0"):
        open_model(written(tmp_path, weighted_sum(WEIGHTS)), scale=scale)


def with_second(kind):
    proto = weighted_sum(WEIGHTS)
    port = helper.make_tensor_value_info("second", TensorProto.FLOAT, ["n", 1])
    getattr(proto.graph, kind).append(port)
    if kind == "output":
        proto.graph.node.append(helper.make_node("Identity", ["ke"], ["second"]))
    return proto


def wide(columns, output_shape):
    """A network with several answers a window."""
    nodes = [helper.make_node("Flatten", ["maps"], ["x"])]
    nodes.append(helper.make_node("Gemm", ["x", "w"], ["ke"]))
    return model_of(
        nodes,
        {"w": np.ones((ROWS * COLS, columns), np.float32)},
        ("n", 1, ROWS, COLS),
        output_shape=output_shape,
        card=card_of(ROWS, COLS),
    )


def not_finite(value):
    weights = WEIGHTS.copy()
    weights[0, 0] = value
    return weighted_sum(weights)


def integers():
    node = helper.make_node("Cast", ["maps"], ["ke"], to=TensorProto.INT64)
    proto = model_of([node], {}, ("n", 1, ROWS, COLS), card=card_of(ROWS, COLS))
    proto.graph.output[0].type.tensor_type.elem_type = TensorProto.INT64
    return proto


REFUSED = {
    "second input": (with_second("input"), "has 2 inputs"),
    "second output": (with_second("output"), "has 2 outputs"),
    "rank": (
        weighted_sum(WEIGHTS, input_shape=("n", ROWS, COLS)),
        r"'maps' \(n, 6, 4\); maps have 4",
    ),
    "no shape": (weighted_sum(WEIGHTS, input_shape=None), "'maps' of no stated shape"),
    "fixed number": (
        weighted_sum(WEIGHTS, input_shape=(8, 1, ROWS, COLS)),
        "exactly 8 windows at a time",
    ),
    "colours": (
        weighted_sum(WEIGHTS, input_shape=("n", 3, ROWS, COLS)),
        r"\(n, 3, 6, 4\), which does not fit the windows of 6 x 4 pixels",
    ),
    "all open": (
        weighted_sum(WEIGHTS, input_shape=("n", "a", "b", "c")),
        "does not say which axis is the channel",
    ),
    "other window": (
        weighted_sum(WEIGHTS, card=card_of(ROWS, COLS + 1)),
        r"\(n, 1, 6, 4\), which does not fit the windows of 6 x 5 pixels",
    ),
    "turned window": (
        weighted_sum(WEIGHTS, card=card_of(COLS, ROWS)),
        "does not fit the windows of 4 x 6 pixels",
    ),
    "doubles": (weighted_sum(WEIGHTS, element=TensorProto.DOUBLE), "maps of type float64"),
    "integers": (integers(), "answers with type int64"),
    "two answers": (wide(2, ("n", 2)), r"'ke' \(n, 2\), not one number a window"),
    "two answers unsaid": (wide(2, ("n", "m")), "not with one number each"),
    "huge window": (
        weighted_sum(WEIGHTS, input_shape=("n", 1, "r", "c"), card=card_of(2**15, 2**15)),
        "up to 1048576 pixels",
    ),
    "not a number": (not_finite(np.nan), "answers 1 of 1 windows with no finite number"),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_fault_network_is_refused_on_opening_in_one_line(tmp_path, name, engine):
    proto, match = REFUSED[name]
    with pytest.raises(ModelError, match=match) as refusal:
        open_model(written(tmp_path, proto), engine=engine)
    assert str(refusal.value).startswith("model.onnx")
    assert "\n" not in str(refusal.value)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_answer_that_overflows_is_refused(tmp_path, engine):
    model = open_model(written(tmp_path, weighted_sum(np.full((ROWS, COLS), 3e38))), engine=engine)
    windows = np.zeros((3, ROWS, COLS), dtype=np.uint8)
    windows[1] = 1
    with pytest.raises(ModelError, match="answers 1 of 3 windows with no finite number"):
        model.predict(windows)


@pytest.mark.parametrize("engine", ENGINES)
def test_a_network_that_an_engine_cannot_run_is_refused_in_one_line(tmp_path, engine):
    proto = weighted_sum(WEIGHTS)
    proto.graph.node[1].op_type = "FlattenMore"
    with pytest.raises(ModelError, match=r"FlattenMore") as refusal:
        open_model(written(tmp_path, proto), engine=engine)
    assert "\n" not in str(refusal.value)


def test_a_file_from_a_later_onnx_is_refused_by_onnxruntime_in_one_line(tmp_path):
    proto = weighted_sum(WEIGHTS)
    proto.opset_import[0].version = 999
    with pytest.raises(ModelError, match=r"model.onnx \(opset 999\) cannot be run by onnxruntime"):
        open_model(written(tmp_path, proto), engine="onnxruntime")


@pytest.mark.parametrize("engine", ENGINES)
def test_weights_that_do_not_fit_the_window_are_refused_on_opening(tmp_path, engine):
    """The file leaves the window's size open; its card says more rows than its weights do."""
    proto = weighted_sum(
        WEIGHTS, input_shape=("n", 1, "rows", "cols"), card=card_of(ROWS + 1, COLS)
    )
    with pytest.raises(ModelError, match=r"^model\.onnx.*cannot"):
        open_model(written(tmp_path, proto), engine=engine)


@pytest.mark.parametrize(
    ("windows", "match"),
    [
        (np.zeros((2, ROWS, COLS + 1), np.uint8), r"probe-1 reads windows of 6 x 4.*\(2, 6, 5\)"),
        (np.zeros((ROWS, COLS), np.uint8), "6 x 4"),
        (np.zeros((2, ROWS, COLS, 1), np.uint8), "6 x 4"),
        (np.zeros((2, ROWS, COLS), np.float32), "not float32"),
        (np.zeros((2, ROWS, COLS), np.int8), "not int8"),
        (np.full((2, ROWS, COLS), 255, np.uint8), "up to 255"),
    ],
)
def test_windows_of_another_form_are_refused(tmp_path, windows, match):
    model = open_model(written(tmp_path, weighted_sum(WEIGHTS)))
    with pytest.raises(InputError, match=match):
        model.predict(windows)


def test_settings_that_do_not_exist_are_refused(tmp_path):
    path = written(tmp_path, weighted_sum(WEIGHTS))
    with pytest.raises(InputError, match="auto, onnxruntime, numpy, not 'torch'"):
        open_model(path, engine="torch")
    with pytest.raises(InputError, match="at least 1, not 0"):
        open_model(path, threads=0)


def test_a_path_that_leads_nowhere_is_refused(tmp_path):
    with pytest.raises(ModelError, match=r"absent\.onnx: there is no such model file"):
        open_model(tmp_path / "absent.onnx")


def test_a_file_that_is_no_onnx_is_refused(tmp_path):
    path = tmp_path / "picture.onnx"
    path.write_bytes(b"GIF89a" + bytes(50))
    with pytest.raises(ModelError, match=r"picture\.onnx is not an ONNX model"):
        open_model(path)


def test_the_shipped_model_opens_and_its_engines_agree():
    if not default_model_path().is_file():
        pytest.skip("no model is shipped yet")
    card = open_model(default_model_path()).card
    windows = fault_like(np.random.default_rng(6), 200, card.window_rows, card.window_cols)
    answers = [open_model(default_model_path(), engine=name).predict(windows) for name in ENGINES]
    assert np.ptp(answers[0]) > 0.3
    np.testing.assert_allclose(answers[1], answers[0], rtol=0, atol=1e-5)

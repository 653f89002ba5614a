import logging
import sys

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto

from makers.onnx_networks import card_of, fault_like, study_like, weighted_sum, written
from ssf_model.errors import ModelError
from ssf_model.network.engines import MISSING_ONNXRUNTIME
from ssf_model.network.model import Model, carries_card, default_model_path, open_model
from ssf_model.scale import ExperimentScale

pytestmark = pytest.mark.numerical

ENGINES = ("onnxruntime", "numpy")
ROWS, COLS = 6, 4
WEIGHTS = np.random.default_rng(0).normal(size=(ROWS, COLS))
SMALL = ExperimentScale(window_rows=ROWS, window_cols=COLS, stride_px=COLS)


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
    np.testing.assert_allclose(together, alone, rtol=0, atol=1e-5)


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


def test_the_shipped_model_opens_and_its_engines_agree():
    if not default_model_path().is_file():
        pytest.skip("no model is shipped yet")
    card = open_model(default_model_path()).card
    rng = np.random.default_rng(6)
    windows = fault_like(rng, 200, card.window_rows, card.window_cols)
    stretch_px = rng.choice([1.0, 3.5, 20.0, 75.0, 300.0], 200)
    answers = [
        open_model(default_model_path(), engine=name).answer(windows, stretch_px)
        for name in ENGINES
    ]
    assert answers[0].shape == (200, 3)
    assert np.ptp(answers[0], axis=0).min() > 0.3
    np.testing.assert_allclose(answers[1], answers[0], rtol=0, atol=1e-5)

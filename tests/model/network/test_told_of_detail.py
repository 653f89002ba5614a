"""Networks that are told how finely a map was drawn, and answer with an interval."""

import numpy as np
import onnxruntime
import pytest
from onnx import TensorProto, helper, numpy_helper

from makers.onnx_networks import (
    fault_like,
    mirrored,
    study_like,
    told_of_detail,
    weighted_sum,
    written,
)
from ssf_model.errors import InputError, ModelError
from ssf_model.network.model import open_model
from ssf_model.network.numpy_engine import NumpyEngine
from ssf_model.network.onnx_file import parse_onnx
from ssf_model.network.ports import INPUTS, OUTPUTS, in_order

ENGINES = ("onnxruntime", "numpy")
ENDS = ("summed", "multiplied")
TOLERANCE = 1e-5  # the project's promise; float32 sums in another order differ by some 1e-6


def onnxruntime_answers(proto, windows, stretch_px):
    """KE and the ends of its interval as columns, asked for by name."""
    session = onnxruntime.InferenceSession(
        proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    inputs = {"fault_map": windows[:, None], "stretch_px": stretch_px}
    return np.stack(session.run(["ke", "ke_low", "ke_high"], inputs), axis=1)


def asked(count, rows=16, cols=8, seed=1):
    """Windows of faults and how finely they were drawn, below 1 px and above 128 px, too."""
    rng = np.random.default_rng(seed)
    stretch_px = np.exp(rng.uniform(-1, 6, count)).astype(np.float32)
    return fault_like(rng, count, rows, cols), stretch_px


@pytest.mark.parametrize("end", ENDS)
@pytest.mark.parametrize("seed", range(6))
def test_both_engines_answer_as_the_network_does_window_by_window(tmp_path, seed, end):
    """Truth: onnxruntime, asked one window at a time; the file lists its ports in no order."""
    proto = told_of_detail(seed=seed, end=end)
    windows, stretch_px = asked(70, seed=seed)
    alone = [
        onnxruntime_answers(proto, windows[at : at + 1], stretch_px[at : at + 1])
        for at in range(70)
    ]
    expected = np.concatenate(alone)
    assert np.ptp(expected[:, 1:], axis=0).min() > 0.01
    for engine in ENGINES:
        model = open_model(written(tmp_path, proto), engine=engine)
        assert (model.wants_detail, model.tells_interval) == (True, True)
        found = model.answer(windows, stretch_px)
        assert (found.dtype, found.shape) == (np.float32, (70, 3))
        np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE)
        np.testing.assert_array_equal(model.predict(windows, stretch_px), found[:, 0])


def test_the_made_network_is_what_it_says(tmp_path):
    """Mirror images get the same; detail moves KE; the interval holds KE."""
    proto = told_of_detail(seed=1)
    windows, stretch_px = asked(40)
    expected = onnxruntime_answers(proto, windows, stretch_px)
    for turn in (1, 2, 3):
        turned = np.ascontiguousarray(mirrored(windows, turn))
        assert (turned != windows).any()
        found = onnxruntime_answers(proto, turned, stretch_px)
        np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE)
    otherwise = onnxruntime_answers(proto, windows, stretch_px[::-1].copy())
    assert np.abs(otherwise - expected).max() > 0.01
    assert (expected[:, 1] < expected[:, 0]).all()
    assert (expected[:, 0] < expected[:, 2]).all()
    assert open_model(written(tmp_path, proto)).card.equivariant


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("count", [1, 17, 1025])
def test_many_windows_in_chunks_and_threads_keep_their_own_detail(tmp_path, engine, count):
    proto = told_of_detail(12, 8, seed=2)
    windows, stretch_px = asked(count, 12, 8)
    expected = onnxruntime_answers(proto, windows, stretch_px)
    found = open_model(written(tmp_path, proto), engine=engine, threads=3).answer(
        windows, stretch_px
    )
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("engine", ENGINES)
def test_blank_windows_are_answered_by_their_detail(tmp_path, engine):
    """The NumPy engine computes a blank map once; what it is told besides still counts."""
    proto = told_of_detail(seed=1)
    stretch_px = np.array([1, 5, 30, 128], dtype=np.float32)
    windows = np.zeros((4, 16, 8), dtype=np.uint8)
    windows[2, 7] = 1
    expected = onnxruntime_answers(proto, windows, stretch_px)
    assert np.unique(expected[[0, 1, 3], 0].round(3)).size == 3
    found = open_model(written(tmp_path, proto), engine=engine).answer(windows, stretch_px)
    np.testing.assert_allclose(found, expected, rtol=0, atol=TOLERANCE)


def test_detail_beyond_its_ends_is_that_of_the_ends(tmp_path):
    model = open_model(written(tmp_path, told_of_detail(seed=1)))
    windows = np.repeat(asked(1)[0], 4, axis=0)
    below, one, most, beyond = model.answer(windows, [0.2, 1.0, 128.0, 4000.0])
    np.testing.assert_array_equal(below, one)
    np.testing.assert_array_equal(most, beyond)
    assert np.abs(one - most).max() > 0.01


@pytest.mark.parametrize("engine", ENGINES)
def test_no_windows_give_no_answers(tmp_path, engine):
    model = open_model(written(tmp_path, told_of_detail()), engine=engine)
    none = np.empty((0, 16, 8), dtype=np.uint8)
    assert model.answer(none, np.empty(0)).shape == (0, 3)
    assert model.predict(none, np.empty(0)).shape == (0,)


def test_a_network_that_wants_no_detail_is_not_told(tmp_path):
    model = open_model(written(tmp_path, study_like(16, 8)))
    windows, stretch_px = asked(9)
    assert (model.wants_detail, model.tells_interval) == (False, False)
    answers = model.answer(windows)
    assert answers.shape == (9, 1)
    np.testing.assert_array_equal(model.answer(windows, stretch_px), answers)
    np.testing.assert_array_equal(model.predict(windows), answers[:, 0])


@pytest.mark.parametrize(
    ("stretch_px", "match"),
    [
        (None, "probe-1 must be told how finely each map was drawn: stretch_px"),
        (np.ones(3), r"2 windows have 2 stretch_px, not \(3,\)"),
        (np.ones((2, 1)), r"not \(2, 1\)"),
        (np.float32(1), r"not \(\)"),
        ([1.0, np.nan], "finite and above 0"),
        ([1.0, np.inf], "finite and above 0"),
        ([0.0, 1.0], "finite and above 0"),
    ],
)
def test_detail_that_is_missing_or_none_is_refused(tmp_path, stretch_px, match):
    model = open_model(written(tmp_path, told_of_detail()))
    for ask in (model.answer, model.predict):
        with pytest.raises(InputError, match=match):
            ask(asked(2)[0], stretch_px)


def with_port(kind, name, *, place=0, element=TensorProto.FLOAT, shape=("n",), new_name=None):
    """A network of the new form with one of its inputs or outputs described otherwise."""
    proto = told_of_detail()
    ports = getattr(proto.graph, kind)
    port = next(port for port in ports if port.name == name)
    port.CopyFrom(helper.make_tensor_value_info(new_name or name, element, shape))
    for node in proto.graph.node:
        values = getattr(node, kind)
        for at, value in enumerate(values):
            values[at] = new_name or value if value == name else value
    return proto


REFUSED = {
    "another input": (
        with_port("input", "stretch_px", new_name="detail"),
        r"has 2 inputs \('detail', 'fault_map'\); .* has one input, or 2 by the names fault_map, s",
    ),
    "another output": (
        with_port("output", "ke_low", new_name="low"),
        r"has 3 outputs \('ke_high', 'ke', 'low'\); .* or 3 by the names ke, ke_low, ke_high",
    ),
    "column of detail": (
        with_port("input", "stretch_px", shape=("n", 1)),
        r"reads 'stretch_px' \(n, 1\) of type float32, not one float32 a window",
    ),
    "one detail": (with_port("input", "stretch_px", shape=(1,)), r"'stretch_px' \(1\)"),
    "whole detail": (
        with_port("input", "stretch_px", element=TensorProto.INT64),
        "of type int64, not one float32",
    ),
    "wide end": (
        with_port("output", "ke_high", shape=("n", 2)),
        r"answers with 'ke_high' \(n, 2\), not one number a window",
    ),
    "whole end": (
        with_port("output", "ke_low", element=TensorProto.INT32),
        "answers with type int32",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_no_network_of_this_form_is_refused_on_opening_in_one_line(tmp_path, name):
    proto, match = REFUSED[name]
    with pytest.raises(ModelError, match=match) as refusal:
        open_model(written(tmp_path, proto), engine="numpy")
    assert str(refusal.value).startswith("model.onnx")
    assert "\n" not in str(refusal.value)


def test_an_end_that_is_no_number_is_refused(tmp_path):
    """Softplus of an offset that is none; KE itself is sound."""
    proto = told_of_detail(end="multiplied")
    offsets = next(c for c in proto.graph.initializer if list(c.dims) == [27])
    numbers = numpy_helper.to_array(offsets).copy()
    numbers[16:24] = 3e38  # finite, as weights must be, but not when many are summed
    offsets.CopyFrom(numpy_helper.from_array(numbers, offsets.name))
    for engine in ENGINES:
        with pytest.raises(ModelError, match="answers 1 of 1 window with no finite number"):
            open_model(written(tmp_path, proto), engine=engine)


def test_one_input_and_one_output_may_go_by_any_name():
    graph = parse_onnx(weighted_sum(np.ones((6, 4))).SerializeToString(), source="m.onnx")
    assert in_order(graph) == graph
    both = parse_onnx(told_of_detail().SerializeToString(), source="m.onnx")
    ordered = in_order(both)
    assert tuple(port.name for port in ordered.inputs) == INPUTS
    assert tuple(port.name for port in ordered.outputs) == OUTPUTS
    assert set(ordered.inputs) == set(both.inputs)


def test_the_engine_refuses_inputs_that_do_not_go_together():
    graph = in_order(parse_onnx(told_of_detail().SerializeToString(), source="m.onnx"))
    engine = NumpyEngine(graph, threads=1)
    windows = asked(3)[0][:, None]
    for others in ((), (np.ones(2, np.float32),), (np.ones(3, np.float32),) * 2):
        with pytest.raises(ModelError, match="inputs of other numbers of windows"):
            engine.run_all(windows, *others)

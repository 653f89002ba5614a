"""Networks run on the rows that faults reach, against onnxruntime on whole windows."""

import numpy as np
import onnx
import onnxruntime
import pytest

from makers.onnx_networks import fault_like, random_network, study_like, told_of_detail, written
from ssf_model.network.active_rows import ActiveRows
from ssf_model.network.model import open_model
from ssf_model.network.numpy_engine import NumpyEngine
from ssf_model.network.onnx_file import Node, Port, parse_onnx
from ssf_model.network.onnx_writing import onnx_bytes
from ssf_model.network.ports import in_order
from ssf_model.scale import ExperimentScale

pytestmark = pytest.mark.numerical

TOLERANCE = 1e-5  # the project's promise; float32 sums in another order differ by some 1e-6
SIZES = [(128, 64), (96, 40), (64, 16), (37, 23), (16, 8)]


def active_rows_of(proto):
    graph = in_order(parse_onnx(proto.SerializeToString(), source="m.onnx"))
    _, rows, cols = (size or 0 for size in graph.inputs[0].shape[1:])
    blank = np.zeros((1, 1, rows, cols), np.uint8)
    return ActiveRows(NumpyEngine(graph, threads=1), graph, blank)


def expected_answers(proto, windows, **others):
    session = onnxruntime.InferenceSession(
        proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    (maps,) = (port.name for port in session.get_inputs() if port.name not in others)
    names = ["ke", "ke_low", "ke_high"][: len(session.get_outputs())]
    found = session.run(names, {maps: windows[:, None], **others})
    return np.stack([one.reshape(-1) for one in found], axis=1)


def everywhere(rows, cols):
    """Faults in all rows: single pixels, lines a few rows thick, faults far apart, and noise."""
    rng = np.random.default_rng(rows)
    windows = np.zeros((3 * rows, rows, cols), dtype=np.uint8)
    for row in range(rows):
        windows[row, row, rng.integers(cols)] = 1
        windows[rows + row, row : row + 3, rng.integers(cols) :] = 1
        windows[2 * rows + row, [row, rng.integers(rows)], rng.integers(cols)] = 1
    noise = (rng.random((9, rows, cols)) < np.geomspace(0.003, 0.9, 9)[:, None, None]) * 1
    blank = np.zeros((1, rows, cols))
    return np.concatenate([windows, fault_like(rng, 60, rows, cols), noise, blank]).astype("u1")


@pytest.mark.parametrize("size", SIZES, ids=str)
def test_a_network_like_the_study_s_answers_as_on_all_rows(tmp_path, size):
    proto = study_like(*size, seed=size[0])
    windows = everywhere(*size)
    answers = open_model(written(tmp_path, proto), engine="onnxruntime").answer(windows)
    np.testing.assert_allclose(answers, expected_answers(proto, windows), rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("size", [(128, 64), (64, 16), (16, 8)], ids=str)
def test_a_network_that_is_told_the_detail_answers_as_on_all_rows(tmp_path, size):
    proto = told_of_detail(*size)
    windows = everywhere(*size)
    stretch_px = np.geomspace(0.5, 300, len(windows)).astype(np.float32)
    model = open_model(written(tmp_path, proto), engine="onnxruntime")
    expected = expected_answers(proto, windows, stretch_px=stretch_px)
    answers = model.answer(windows, stretch_px)
    np.testing.assert_allclose(answers, expected, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("seed", range(30))
def test_networks_of_random_layers_answer_as_on_all_rows(tmp_path, seed):
    proto, rows, cols = random_network(np.random.default_rng(seed))
    windows = everywhere(rows, cols)
    scale = ExperimentScale(window_rows=rows, window_cols=cols, stride_px=1)
    model = open_model(written(tmp_path, proto), engine="onnxruntime", scale=scale)
    expected = expected_answers(proto, windows)
    np.testing.assert_allclose(model.answer(windows), expected, rtol=TOLERANCE, atol=TOLERANCE)


def test_our_networks_are_run_in_parts_and_others_whole(tmp_path, caplog):
    caplog.set_level("DEBUG", logger="ssf_model")
    open_model(engine="onnxruntime")  # the shipped one
    open_model(written(tmp_path, study_like()), engine="onnxruntime")
    open_model(written(tmp_path, told_of_detail(128, 64)), engine="onnxruntime")
    assert "on all rows" not in caplog.text
    proto = study_like()
    proto.graph.node[3].op_type = "Sigmoid"
    open_model(written(tmp_path, proto), engine="onnxruntime")
    assert "model.onnx is run on all rows of every window" in caplog.text


def test_parts_that_answer_otherwise_than_the_whole_are_not_used(tmp_path, monkeypatch, caplog):
    caplog.set_level("DEBUG", logger="ssf_model")
    features = ActiveRows.features
    monkeypatch.setattr(ActiveRows, "features", lambda *given: features(*given) + 1)
    model = open_model(written(tmp_path, study_like()), engine="onnxruntime")
    assert "parts answer otherwise" in caplog.text
    windows = everywhere(128, 64)[::9]
    expected = expected_answers(study_like(), windows)
    np.testing.assert_allclose(model.answer(windows), expected, rtol=0, atol=TOLERANCE)


def test_faults_in_the_middle_need_few_rows():
    """Rows 60-67 of a network that halves twice: 2 units of 4; its kernels reach as drawn here.

    Two convolutions of 3 and of 3 with gaps reach 3 rows before each halving, (2 * 4 + 2 * 3) / 2
    and up to even rows 8, then (8 + 2 * 3 + 2 * 1) / 2 = 7 or 8.
    """
    rows = active_rows_of(study_like()).rows
    begin, part = rows.around(60, 67)
    assert (begin, part) == (15, (2, False, False))
    stages = [stage for stage in rows.stages(begin, part) if stage.step.op_type == "Conv"]
    assert [stage.stop - stage.start for stage in stages] == [8, 10, 8, 10]
    assert stages[-1].out_stop - stages[-1].out_start == 16


def test_faults_at_an_edge_need_the_rows_up_to_it():
    rows = active_rows_of(study_like()).rows
    assert rows.around(0, 3)[1][1:] == (True, False)
    assert rows.around(124, 127)[1][1:] == (False, True)
    assert rows.around(0, 127) == (0, (32, True, True))
    assert rows.around(4, 7)[0] == 0


@pytest.mark.parametrize("engine", ["onnxruntime", "numpy"])
def test_a_window_has_the_same_bits_alone_and_in_any_company(engine):
    """Results are to be the same however work is shared: so must sums be, to the last bit."""
    rng = np.random.default_rng(1)
    windows = fault_like(rng, 80, 128, 64)
    windows[5:20, 40:44] |= 1
    stretch_px = rng.uniform(1, 40, len(windows))
    together = open_model(engine=engine, threads=2).answer(windows, stretch_px)
    model = open_model(engine=engine, threads=1)
    for chosen in (rng.permutation(80), rng.permutation(80)[:33], *np.arange(80)[:, None]):
        model = open_model(engine=engine, threads=1) if len(chosen) > 1 else model
        answers = model.answer(windows[chosen], stretch_px[chosen])
        np.testing.assert_array_equal(answers, together[chosen])


def test_written_bytes_are_read_by_onnx_and_by_us():
    weights = np.arange(-4, 5, dtype=np.float32).reshape(1, 1, 3, 3)
    sizes = np.array([0, -1, 2**40], dtype=np.int64)
    nodes = [
        Node("Conv", "", ("maps", "weights"), ("x",), {"pads": [1, 0, 300, 0]}),
        Node("Cast", "", ("x",), ("ke",), {"to": 1}),
    ]
    ports = Port("maps", np.dtype("<f4"), (None, 1, 8, 8)), Port("ke", np.dtype("<f4"), (None,))
    constants = {"weights": weights, "sizes": sizes}
    content = onnx_bytes(nodes, constants, ports[:1], ports[1:], opset=17)
    graph = onnx.load_from_string(content).graph
    assert [(node.op_type, list(node.input), list(node.output)) for node in graph.node] == [
        ("Conv", ["maps", "weights"], ["x"]),
        ("Cast", ["x"], ["ke"]),
    ]
    assert onnx.helper.get_node_attr_value(graph.node[0], "pads") == [1, 0, 300, 0]
    arrays = [onnx.numpy_helper.to_array(one) for one in graph.initializer]
    np.testing.assert_array_equal(arrays[0], weights)
    np.testing.assert_array_equal(arrays[1], sizes)
    ours = parse_onnx(content, source="m.onnx")
    assert (ours.nodes, ours.opset) == (tuple(nodes), 17)
    assert (ours.inputs, ours.outputs) == (ports[:1], ports[1:])

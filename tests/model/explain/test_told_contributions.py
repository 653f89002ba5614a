"""Contributions in networks that are told how finely a map is drawn, against onnxruntime."""

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from makers.drawn_maps import on_earth, traces_of
from makers.onnx_networks import fault_like, told_of_detail, written
from ssf_model.errors import InputError, ModelError
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.explain.attribution import Attribution
from ssf_model.explain.contributions import strip_contributions
from ssf_model.explain.explaining import explain_strips
from ssf_model.network.model import open_model
from ssf_model.options import Options
from ssf_model.scale import ExperimentScale
from ssf_model.zones.planning import plan_strips

SCALE = ExperimentScale()
GUIDE = [[-10_000, 0], [10_000, 0]]
# A fault that steps to the left, coarsely drawn in the west, finely in the east.
WEST = [[-20_000, -550], [-5_000, -650], [700, -550]]
EAST = [[-700 + 300 * at, 650 + 60 * (at % 2)] for at in range(70)]


def raw_answers(proto, windows, stretch_px):
    """KE before its last ReLU by onnxruntime, one window at a time."""
    proto = onnx.ModelProto.FromString(proto.SerializeToString())
    z = next(node.input[0] for node in proto.graph.node if node.op_type == "Relu"
             and node.input[0] == "z0")  # fmt: skip
    proto.graph.output.append(helper.make_tensor_value_info(z, TensorProto.FLOAT, ["n", 1]))
    session = onnxruntime.InferenceSession(
        proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return np.array(
        [
            session.run([z], {"fault_map": one[None, None], "stretch_px": told[None]})[0].item()
            for one, told in zip(windows, stretch_px)
        ]
    )


def asked(count, rows=16, cols=8, seed=1):
    rng = np.random.default_rng(seed)
    stretch_px = np.exp(rng.uniform(-1, 6, count)).astype(np.float32)
    stretch_px[: count // 2] = stretch_px[0]  # several windows of one detail, and one each
    return fault_like(rng, count, rows, cols), rng.permutation(stretch_px)


@pytest.mark.parametrize("end", ["summed", "multiplied"])
@pytest.mark.parametrize("seed", range(6))
def test_constant_and_contributions_sum_up_to_the_answer_before_its_last_relu(tmp_path, seed, end):
    proto = told_of_detail(seed=seed, end=end)
    attribution = Attribution(open_model(written(tmp_path, proto)))
    windows, stretch_px = asked(40, seed=seed)
    raw = raw_answers(proto, windows, stretch_px)
    assert np.ptp(raw) > 0.003
    cells = attribution.contributions(windows, stretch_px)
    assert cells.shape == (40, 4, 2)
    assert np.abs(cells).max() > 0.002
    constants = attribution.constants(stretch_px)
    np.testing.assert_allclose(constants + cells.sum(axis=(1, 2)), raw, rtol=0, atol=1e-6)
    blank = raw_answers(proto, windows * 0, stretch_px)
    assert np.ptp(blank) > 0.001
    np.testing.assert_allclose(constants, blank, rtol=0, atol=1e-6)


def test_a_cell_s_part_is_what_its_features_change_at_the_window_s_own_detail(tmp_path):
    """Truth: weights by hand. A network whose map is summed in three ways, weighed by 1 and log2.

    z = (1 + d) * sum of cells - d * sum of the first column + 2 d, d the detail in 0 to 1.
    """
    rows, cols = 4, 3
    ways = np.zeros((rows * cols, 2), np.float32)
    ways[:, 0] = 1
    ways[::cols, 1] = -1
    constants = {
        "one": np.ones((1, 1, 1, 1), np.float32),
        "ways": ways,
        "row": np.ones((1, 2), np.float32),
        "first": np.array([1, 0], np.float32),
        "low": np.float32(1),
        "high": np.float32(128),
        "log": np.float32(np.log(128)),
        "axis": np.array([1], np.int64),
        "two": np.full((1, 1), 2, np.float32),
    }
    made = helper.make_node
    nodes = [
        made("Cast", ["fault_map"], ["x"], to=TensorProto.FLOAT),
        made("Conv", ["x", "one"], ["y"]),
        made("Flatten", ["y"], ["flat"]),
        made("Gemm", ["flat", "ways"], ["h"]),
        made("Clip", ["stretch_px", "low", "high"], ["clipped"]),
        made("Log", ["clipped"], ["logarithm"]),
        made("Div", ["logarithm", "log"], ["d"]),
        made("Unsqueeze", ["d", "axis"], ["column"]),
        made("MatMul", ["column", "row"], ["both"]),
        made("Add", ["both", "first"], ["weights"]),
        made("Mul", ["weights", "h"], ["products"]),
        made("ReduceSum", ["products", "axis"], ["sum"]),
        made("MatMul", ["column", "two"], ["offset"]),
        made("Add", ["sum", "offset"], ["ke"]),
    ]
    ports = helper.make_tensor_value_info
    graph = helper.make_graph(
        nodes,
        "by hand",
        [
            ports("fault_map", TensorProto.UINT8, ["n", 1, rows, cols]),
            ports("stretch_px", TensorProto.FLOAT, ["n"]),
        ],
        [ports("ke", TensorProto.FLOAT, ["n", 1])],
        [onnx.numpy_helper.from_array(np.asarray(one), name) for name, one in constants.items()],
    )
    proto = helper.make_model(graph, opset_imports=[helper.make_opsetid("", 17)], ir_version=8)
    scale = ExperimentScale(window_rows=rows, window_cols=cols, stride_px=cols)
    model = open_model(written(tmp_path, proto), scale=scale)
    assert (model.wants_detail, model.tells_interval) == (True, False)
    windows, _ = asked(6, rows, cols)
    stretch_px = np.array([1, 2, 4, 16, 128, 1000])
    d = np.array([0, 1, 2, 4, 7, 7]) / 7
    expected = windows * (1 + d)[:, None, None]
    expected[:, :, 0] -= windows[:, :, 0] * d[:, None]
    attribution = Attribution(model)
    np.testing.assert_allclose(
        attribution.contributions(windows, stretch_px), expected, rtol=0, atol=1e-6
    )
    np.testing.assert_allclose(attribution.constants(stretch_px), 2 * d, rtol=0, atol=1e-6)
    np.testing.assert_allclose(
        model.predict(windows, stretch_px), expected.sum(axis=(1, 2)) + 2 * d, rtol=0, atol=1e-5
    )


def test_a_cell_that_hears_of_no_fault_contributes_exactly_nothing(tmp_path):
    attribution = Attribution(open_model(written(tmp_path, told_of_detail(48, 32, seed=1))))
    windows, stretch_px = asked(20, 48, 32)
    windows[:, :, 12:] = 0
    hearing = np.zeros((20, 12, 8), dtype=bool)
    for number, row, col in np.argwhere(windows).tolist():
        hearing[number] |= np.outer(
            attribution.rows.hearing(row, row + 1), attribution.cols.hearing(col, col + 1)
        )
    found = attribution.contributions(windows, stretch_px)
    assert 0.1 < hearing.mean() < 0.9
    assert (found[~hearing] == 0).all()
    assert (found[hearing] != 0).mean() > 0.9
    blank = np.zeros((3, 48, 32), dtype=np.uint8)
    assert (attribution.contributions(blank, [1, 20, 300]) == 0).all()
    assert attribution.contributions(blank[:0], []).shape == (0, 12, 8)
    assert attribution.constants([]).shape == (0,)


def test_contributions_without_the_detail_that_is_wanted_are_refused(tmp_path):
    attribution = Attribution(open_model(written(tmp_path, told_of_detail())))
    windows = asked(2)[0]
    with pytest.raises(InputError, match="must be told how finely"):
        attribution.contributions(windows)
    with pytest.raises(InputError, match="must be told how finely"):
        attribution.constants()
    with pytest.raises(InputError, match="2 windows have 2 stretch_px"):
        attribution.contributions(windows, [1.0])


def ending_otherwise(how):
    """A network of the new form whose KE is no sum over cells for a given detail."""
    proto = told_of_detail(end="multiplied")
    nodes = {node.output[0]: node for node in proto.graph.node}
    product = next(name for name, node in nodes.items() if node.op_type == "Squeeze")
    feeds = nodes[product].input[0]
    gemm = nodes["h"]
    if how == "a bend in the sums":
        gemm.output[0] = "h before"
        bend = helper.make_node("Relu", ["h before"], ["h"])
    elif how == "a square":
        nodes[product].input[0] = "squared"
        bend = helper.make_node("Mul", [feeds, feeds], ["squared"])
    elif how == "two values of the map":
        gemm.output[0] = "h before"
        bend = helper.make_node("Relu", ["h before"], ["h"])
        nodes[product].input[0] = "more"
        more = helper.make_node("Add", [feeds, "pooled"], ["more"])
        pool = helper.make_node("Reshape", ["first of h", "form"], ["pooled"])
        first = helper.make_node("Slice", ["h before", "from", "to", "axis"], ["first of h"])
        for name, numbers in (("form", [0, 1, 1]), ("from", [0]), ("to", [1]), ("axis", [1])):
            value = onnx.numpy_helper.from_array(np.array(numbers, dtype=np.int64), name)
            proto.graph.initializer.append(value)
        place = list(proto.graph.node).index(nodes[product])
        for node in (more, pool, first):
            proto.graph.node.insert(place, node)
    place = list(proto.graph.node).index(gemm if how != "a square" else nodes[product])
    proto.graph.node.insert(place + (how != "a square"), bend)
    onnx.checker.check_model(proto, full_check=True)
    return proto


@pytest.mark.parametrize("how", ["a bend in the sums", "a square", "two values of the map"])
def test_a_network_whose_answer_is_no_sum_over_cells_is_refused(tmp_path, how):
    model = open_model(written(tmp_path, ending_otherwise(how)))
    assert model.tells_interval
    with pytest.raises(ModelError, match="contributions are not defined for this model"):
        Attribution(model)


@pytest.fixture(scope="module")
def told(tmp_path_factory):
    """A network of the new form for windows of the study's size."""
    path = written(tmp_path_factory.mktemp("model"), told_of_detail(128, 64, seed=1))
    return open_model(path, threads=1)


def explained(model, **options):
    traces = traces_of(WEST, EAST)
    strips = plan_strips(traces, scale=SCALE, guides=[on_earth(GUIDE)])
    options = Options(**options)
    (estimate,) = estimate_strips(traces, strips, [model], options=options)
    return estimate, strip_contributions(estimate, [Attribution(model)], options=options)


@pytest.mark.parametrize("options", [{}, {"flips": "all", "shift_px": 1.5}], ids=["auto", "all"])
def test_cells_of_a_window_sum_up_to_the_mean_of_its_members(told, options):
    """Truth: the members' answers by onnxruntime, all above 0."""
    estimate, found = explained(told, **options)
    assert estimate.raw.min() > 0.05
    assert estimate.raw.shape == (3, 60 if options else 15)
    assert estimate.stretch_px[0] > 3 * estimate.stretch_px[2] > 3
    expected = estimate.raw.astype(float).mean(axis=1)
    assert np.ptp(expected) > 0.001
    np.testing.assert_allclose(
        found.constant + found.cells.sum(axis=(1, 2)), expected, rtol=0, atol=1e-5
    )
    assert np.ptp(found.constant) > 0.001


def test_a_straight_fault_is_said_to_be_drawn_as_finely_as_the_window_is(told):
    """Truth: the network itself, asked for such a fault at each window's detail."""
    options = {"flips": "none", "shift_px": 0, "thickness_px": (3.0,)}
    estimate, found = explained(told, **options)
    map_of_it = np.zeros((1, 128, 64), dtype=np.uint8)
    apart = []
    for number in (0, 2):
        stretch_px = estimate.stretch_px[number : number + 1]
        x, y = np.concatenate(estimate.paths).T  # nearly level, so any vertex inside tells its row
        inside = (x > 5_000 * number) & (x < 5_000 * number + 6_400)
        row = 127 - int(y[inside].mean() / 100) if inside.any() else 127 - 58
        answers = []
        for top in range(row - 3, row + 3):
            map_of_it[:] = 0
            map_of_it[0, top : top + 3] = 1
            answers.append(told.predict(map_of_it, stretch_px)[0])
        drawn_alone = found.constant[number] + found.straight[number].sum()
        apart.append(np.abs(np.array(answers) - drawn_alone).min())
    assert max(apart) < 1e-5
    otherwise = [found.constant[2 - number] + found.straight[number].sum() for number in (0, 2)]
    assert np.ptp(otherwise) > 1e-3


def test_a_removed_stretch_leaves_the_detail_that_the_network_is_told(told):
    """So the change of the answer is that of the cells."""
    traces = traces_of(WEST, EAST)
    strips = plan_strips(traces, scale=SCALE, guides=[on_earth(GUIDE)])
    seen = []
    answer = type(told).answer

    class Noting(type(told)):
        def answer(self, windows, stretch_px=None):
            seen.append(set(np.round(np.asarray(stretch_px), 6).tolist()))
            return np.clip(answer(self, windows, stretch_px), 0, 1)  # so that all have a KE

    noting = Noting(told.path, told.card, told.engine, told._run, told.graph,
                    wants_detail=True, tells_interval=True)  # fmt: skip
    estimates = list(estimate_strips(traces, strips, [noting]))
    whole = set().union(*seen)
    seen.clear()
    (found,) = explain_strips(estimates, [noting], scale=SCALE, contributions=False)
    assert len(found.removals) > 10
    assert set().union(*seen) == whole
    assert len(whole) == 2  # the middle window has the stretch of the west

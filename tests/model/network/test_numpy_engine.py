"""The NumPy engine against onnxruntime, onnx's own reference and closed forms."""

import runpy
import subprocess
import sys
import threading
import tracemalloc

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper
from onnx.reference import ReferenceEvaluator

from makers.onnx_networks import (
    fault_like,
    float_weights,
    model_of,
    one_node,
    random_network,
    study_like,
)
from ssf_model.network.numpy_convolution import Convolution
from ssf_model.network.numpy_engine import NumpyEngine
from ssf_model.network.onnx_file import parse_onnx

pytestmark = pytest.mark.numerical

TOLERANCE = 1e-5  # the project's promise; float32 sums in another order differ by some 1e-6


def engine_of(proto, threads=2):
    return NumpyEngine(parse_onnx(proto.SerializeToString(), source="m.onnx"), threads=threads)


def onnxruntime_answers(proto, maps):
    session = onnxruntime.InferenceSession(
        proto.SerializeToString(), providers=["CPUExecutionProvider"]
    )
    return session.run(None, {"maps": maps})[0]


def probes(rng, rows, cols):
    """Faults, noise from sparse to dense, single pixels in the corners, blank and full."""
    share = np.geomspace(0.001, 0.8, 20)[:, None, None]
    noise = (rng.random((20, rows, cols)) < share).astype(np.uint8)
    special = np.zeros((6, rows, cols), dtype=np.uint8)
    for window, row, col in zip(special, (0, 0, -1, -1), (0, -1, 0, -1)):
        window[row, col] = 1
    special[4] = 1
    return np.concatenate([fault_like(rng, 40, rows, cols), noise, special])


@pytest.mark.parametrize("auto_pad", [False, True])
@pytest.mark.parametrize(
    ("rows", "cols"), [(128, 64), (256, 128), (37, 23), (16, 130), (5, 6)], ids=str
)
def test_a_network_like_the_study_s_answers_as_in_onnxruntime(rows, cols, auto_pad):
    maps = probes(np.random.default_rng(2), rows, cols)[:, None]
    # onnxruntime refuses auto_pad where a kernel has gaps, so its pads are always written out
    expected = onnxruntime_answers(study_like(rows, cols, seed=rows), maps)
    assert np.ptp(expected) > 0.01
    answers = engine_of(study_like(rows, cols, seed=rows, auto_pad=auto_pad)).run(maps)
    assert answers.dtype == np.float32
    np.testing.assert_allclose(answers, expected, rtol=TOLERANCE, atol=TOLERANCE)


@pytest.mark.parametrize("opset", [9, 11, 13, 17, 21, 28])
def test_files_of_older_and_newer_opsets_answer_alike(opset):
    proto = study_like(16, 16, opset=opset)
    maps = probes(np.random.default_rng(2), 16, 16)[:, None]
    np.testing.assert_allclose(
        engine_of(proto).run(maps), onnxruntime_answers(proto, maps), rtol=0, atol=TOLERANCE
    )


@pytest.mark.parametrize("seed", range(30))
def test_networks_of_random_layers_answer_as_in_onnxruntime(seed):
    """Kernels, gaps, pads (also lopsided and wide), pools and order are drawn at random."""
    rng = np.random.default_rng(seed)
    proto, rows, cols = random_network(rng)
    maps = probes(rng, rows, cols)[:, None]
    expected = onnxruntime_answers(proto, maps)
    np.testing.assert_allclose(engine_of(proto).run(maps), expected, rtol=TOLERANCE, atol=TOLERANCE)


CHANNEL = np.array([0.5, -1.0, 2.0], dtype=np.float32)
SINGLE_OPERATORS = {
    "add": ("Add", [CHANNEL.reshape(3, 1, 1)], {}),
    "add of numbers": ("Add", [np.float32(0.5)], {}),
    "mul": ("Mul", [CHANNEL.reshape(1, 3, 1, 1)], {}),
    "norm": ("BatchNormalization", [CHANNEL, -CHANNEL, CHANNEL / 3, CHANNEL**2], {"epsilon": 0.1}),
    "reshape": ("Reshape", [np.array([0, -1, 2], dtype=np.int64)], {}),
    "transpose": ("Transpose", [], {"perm": [0, 2, 3, 1]}),
    "flatten": ("Flatten", [], {"axis": 1}),
    "matmul": ("MatMul", [np.arange(10, dtype=np.float32).reshape(5, 2)], {}),
    "identity": ("Identity", [], {}),
    "relu": ("Relu", [], {}),
    "cast": ("Cast", [], {"to": TensorProto.FLOAT}),
    "pool": ("MaxPool", [], {"kernel_shape": [2, 3], "strides": [2, 3]}),
    "valid": ("Conv", [np.ones((2, 3, 2, 2), np.float32)], {"auto_pad": "VALID"}),
    "lower": ("Conv", [np.ones((1, 3, 2, 4), np.float32) / 9], {"auto_pad": "SAME_LOWER"}),
    "upper": ("Conv", [np.ones((1, 3, 2, 4), np.float32) / 9], {"auto_pad": "SAME_UPPER"}),
}


@pytest.mark.parametrize("name", SINGLE_OPERATORS)
def test_each_operator_does_what_the_onnx_reference_does(name):
    operator, weights, attributes = SINGLE_OPERATORS[name]
    names = [f"w{place}" for place in range(len(weights))]
    node = helper.make_node(operator, ["maps", *names], ["ke"], **attributes)
    proto = model_of([node], dict(zip(names, weights)), ("n", 3, 4, 5), output_shape=None)
    maps = np.random.default_rng(3).normal(size=(2, 3, 4, 5)).astype(np.float32)
    expected = ReferenceEvaluator(proto).run(None, {"maps": maps})[0]
    np.testing.assert_allclose(engine_of(proto).run(maps), expected, rtol=0, atol=TOLERANCE)


@pytest.mark.parametrize("trans_b", [0, 1])
@pytest.mark.parametrize("shift", [[], [2], [1, 2], [1]])
def test_gemm_turns_and_scales_as_the_onnx_reference_does(trans_b, shift):
    rng = np.random.default_rng(4)
    weights = [float_weights(rng, *((2, 6) if trans_b else (6, 2)))]
    if shift:
        weights.append(float_weights(rng, *shift))
    names = ["w", "c"][: len(weights)]
    node = helper.make_node("Gemm", ["maps", *names], ["ke"], transB=trans_b, alpha=0.5, beta=-3.0)
    maps = rng.normal(size=(6, 6)).astype(np.float32)
    proto = model_of([node], dict(zip(names, weights)), ("n", 6), output_shape=None)
    expected = ReferenceEvaluator(proto).run(None, {"maps": maps})[0]
    np.testing.assert_allclose(engine_of(proto).run(maps), expected, rtol=0, atol=TOLERANCE)


def test_two_branches_and_a_constant_node_come_together():
    """No chain of rows here: relu(x) + relu(-x) is |x|."""
    nodes = [
        helper.make_node(
            "Constant", [], ["minus"], value=onnx.numpy_helper.from_array(-np.ones(1, "f4"))
        ),
        helper.make_node("Conv", ["maps", "one"], ["x"]),
        helper.make_node("Relu", ["x"], ["above"]),
        helper.make_node("Mul", ["x", "minus"], ["turned"]),
        helper.make_node("Relu", ["turned"], ["below"]),
        helper.make_node("Add", ["above", "below"], ["ke"]),
    ]
    proto = model_of(nodes, {"one": np.ones((1, 1, 1, 1), np.float32)}, ("n", 1, 4, 5))
    maps = np.random.default_rng(5).normal(size=(3, 1, 4, 5)).astype(np.float32)
    np.testing.assert_array_equal(engine_of(proto).run(maps), np.abs(maps))


def test_operators_after_the_answer_do_no_harm():
    proto = one_node("Conv", np.full((1, 1, 2, 2), 0.5, np.float32))
    proto.graph.node.append(helper.make_node("Relu", ["ke"], ["unused"]))
    maps = np.random.default_rng(5).normal(size=(3, 1, 8, 8)).astype(np.float32)
    expected = onnxruntime_answers(proto, maps)
    np.testing.assert_allclose(engine_of(proto).run(maps), expected, rtol=0, atol=TOLERANCE)


def test_an_answer_depends_on_its_own_window_only():
    proto = study_like(32, 24)
    maps = probes(np.random.default_rng(6), 32, 24)[:, None]
    engine = engine_of(proto)
    alone = np.concatenate([engine.run(one[None]) for one in maps])
    order = np.random.default_rng(7).permutation(len(maps))
    np.testing.assert_allclose(engine.run(maps[order]), alone[order], rtol=0, atol=TOLERANCE)
    np.testing.assert_array_equal(engine_of(proto, threads=7).run(maps), engine.run(maps))


def test_only_rows_that_a_fault_reaches_are_multiplied(monkeypatch):
    """A fault in row 20 of 128 reaches 3 rows before the first halving, 1 + 3 after it."""
    seen = []
    add_to = Convolution.add_to

    def noted(self, sums, maps, first):
        add_to(self, sums, maps, first)
        seen.append((maps.shape[2], sums.shape[2]))

    monkeypatch.setattr(Convolution, "add_to", noted)
    maps = np.zeros((2, 1, 128, 64), dtype=np.uint8)
    maps[0, 0, 20, 30] = 1
    engine_of(study_like()).run(maps)
    # 20 adds to 19-21, these to 17-23 or whole pairs 16-23; halved 8-11 to 7-12, these to 4-15
    assert seen == [(1, 3), (3, 8), (4, 6), (6, 12)]


def test_a_second_kernel_gives_products_other_bits(pytestconfig):
    """What ./check runs numerical tests under once more; the same numbers but for rounding."""
    code = (
        "import sys, numpy as np; a, b = np.random.default_rng(3).normal(size=(2, 200, 200)); "
        "sys.stdout.buffer.write((a.astype('f4') @ b.astype('f4')).tobytes())"
    )
    command = [sys.executable, "-c", code]
    tool = [sys.executable, pytestconfig.rootpath / "tools" / "second_kernel.py"]
    own, other = (
        np.frombuffer(subprocess.run(words, check=True, capture_output=True).stdout, np.float32)
        for words in (command, [*tool, *command])
    )
    assert (own != other).any()
    np.testing.assert_allclose(own, other, rtol=0, atol=1e-4)  # sums of 200 products of up to 10


def test_where_no_switch_works_nothing_is_run(pytestconfig, monkeypatch, tmp_path, capsys):
    main = runpy.run_path(str(pytestconfig.rootpath / "tools" / "second_kernel.py"))["main"]
    monkeypatch.setitem(main.__globals__, "switches", lambda *_, features: {})
    monkeypatch.setattr(sys, "argv", ["second_kernel.py", "touch", str(tmp_path / "ran")])
    assert main() == 1
    assert "can be had here" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_many_windows_take_bounded_memory_and_threads_end():
    engine = engine_of(study_like())
    maps = np.tile(probes(np.random.default_rng(8), 128, 64), (15, 1, 1))[:, None]
    others = threading.active_count()
    tracemalloc.start()
    engine.run(maps)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 5 * maps.nbytes + 60 * 2**20  # the cast to float32 is four times the input
    assert threading.active_count() <= others

"""The verb `explain`."""

import json

import numpy as np
import onnx
import pytest
import shapely
from pyogrio.errors import DataLayerError

from makers.map_files import read, write
from makers.onnx_networks import study_like
from ssf_model.__main__ import main
from ssf_model.errors import ModelError
from ssf_model.explain.explaining import explain_strips
from ssf_model.network.model import open_model
from ssf_model.network.model_card import CARD_KEY, ModelCard, card_to_json
from ssf_model.scale import ExperimentScale
from ssf_model.tables.explanations import CONTRIBUTION_FIELDS, STRETCH_FIELDS

pytestmark = pytest.mark.numerical

# A fault steps to the left by 1.1 km.
STEPPING = [[-20_000, -500], [300, -500]], [[-300, 600], [20_000, 600]]


def two_layers(path):
    """A network with a ReLU between two dense layers, and a card."""
    proto = study_like(seed=3, card=False)
    *nodes, _, _ = proto.graph.node
    rng = np.random.default_rng(0)
    weights = {"a": rng.normal(size=(4096, 4)) / 64, "b": np.ones((4, 1)) / 4}
    for name, value in weights.items():
        tensor = onnx.numpy_helper.from_array(value.astype(np.float32), name)
        proto.graph.initializer.append(tensor)
    steps = [("Gemm", [nodes[-1].output[0], "a"]), ("Relu", ["s0"]), ("Gemm", ["s1", "b"])]
    del proto.graph.node[-2:]
    for number, (operator, inputs) in enumerate(steps):
        output = "ke" if number == 2 else f"s{number}"
        proto.graph.node.append(onnx.helper.make_node(operator, inputs, [output]))
    card = card_to_json(ModelCard(name="two layers", version="1"))
    onnx.helper.set_model_props(proto, {CARD_KEY: card})
    path.write_bytes(proto.SerializeToString())
    return str(path)


@pytest.fixture
def stepping_file(tmp_path):
    lines = [shapely.linestrings(np.array(line) + [500_000, 3_800_000]) for line in STEPPING]
    return write(tmp_path / "stepping.gpkg", lines)


QUICK_WORDS = ["--trend", "90", "--flips", "none", "--thickness", "3", "--shift", "0"]


def test_the_command_line_writes_three_layers(tmp_path, stepping_file, capsys):
    out = tmp_path / "why.gpkg"
    assert main(["explain", stepping_file, "--out", str(out), "--json", *QUICK_WORDS]) == 0
    told = json.loads(capsys.readouterr().out)
    columns, shapes, _ = read(out, "columns")
    assert len(shapes) == 16 * len(told["windows"])
    for window in told["windows"]:
        mine = (columns["window"] == window["window"]) & (columns["strip"] == window["strip"])
        assert columns["lost"][mine].sum() == pytest.approx(window["lost"])
    contributions, shapes, _ = read(out, "contributions")
    assert len(shapes) > 100
    assert list(contributions) == [field.name for field in CONTRIBUTION_FIELDS]
    stretches, shapes, _ = read(out, "stretches")
    assert {shape.geom_type for shape in shapes} == {"MultiLineString"}
    assert stretches["length_m"].sum() == pytest.approx(shapely.length(shapes).sum(), rel=1e-3)
    assert list(stretches) == [field.name for field in STRETCH_FIELDS]


def test_the_terminal_names_the_windows_that_lose_most(tmp_path, stepping_file, capsys):
    """And of each the column that loses most: what the layer of columns has of it."""
    out = tmp_path / "why.gpkg"
    words = ["explain", stepping_file, "--out", str(out), "--no-stretches", *QUICK_WORDS]
    assert main(words) == 0
    lines = capsys.readouterr().out.splitlines()
    told = [(line[:24].strip(), *line.split()[-8:]) for line in lines[1:-2]]
    lost = [float(words[4]) for words in told]
    assert lost == sorted(lost, reverse=True)
    assert lost[0] > 0.05
    columns, _, _ = read(out, "columns")
    for zone, strip, window, _, _, most, *_, place in told:
        mine = (columns["strip"] == int(strip)) & (columns["window"] == int(window))
        mine &= columns["zone"] == zone
        assert float(most) == pytest.approx(columns["lost"][mine].max(), abs=0.00501)
        there = mine & (np.abs(columns["along_km"] - float(place)) < 0.0501)  # columns of 0.4 km
        assert columns["lost"][there] == pytest.approx(columns["lost"][mine].max())


def test_a_network_without_contributions_still_tells_of_stretches(tmp_path, stepping_file, capsys):
    model = two_layers(tmp_path / "deep.onnx")
    out = tmp_path / "why.gpkg"
    words = ["explain", stepping_file, "--out", str(out), "--model", model, *QUICK_WORDS]
    assert main(words) == 1
    assert "deep.onnx: contributions are not defined" in capsys.readouterr().err
    assert not out.exists()
    assert main([*words, "--no-contributions"]) == 0
    stretches, _, _ = read(out, "stretches")
    assert len(stretches["ke"]) > 5
    with pytest.raises(DataLayerError, match="columns"):
        read(out, "columns")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--stretch", "10"], "The length of stretches is from 200 m"),
        (["--no-stretches", "--no-contributions"], "there is nothing to explain"),
    ],
)
def test_settings_that_cannot_be_are_refused(tmp_path, stepping_file, capsys, words, message):
    out = tmp_path / "why.gpkg"
    assert main(["explain", stepping_file, "--out", str(out), *words]) == 1
    assert message in capsys.readouterr().err
    assert not out.exists()


def test_a_network_without_contributions_is_refused_before_any_work(tmp_path):
    model = open_model(two_layers(tmp_path / "deep.onnx"), threads=1)

    def never():
        raise AssertionError
        yield

    with pytest.raises(ModelError, match="contributions are not defined"):
        explain_strips(never(), [model], scale=ExperimentScale())

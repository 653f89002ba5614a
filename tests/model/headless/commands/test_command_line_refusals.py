"""What the command line refuses, and that it leaves nothing behind."""

import json
import re

import numpy as np
import pytest
import shapely

from makers.map_files import ORIGIN, STRAIGHT, read, write
from makers.onnx_networks import study_like
from ssf_model.__main__ import main
from ssf_model.whole_files import whole_file

GOOD = shapely.linestrings(STRAIGHT + ORIGIN)
BAD_LAYERS = {
    "empty": ([], {}, "is empty"),
    "no crs": ([GOOD], {"crs": None}, "no coordinate reference system"),
    "points": ([shapely.points(ORIGIN)], {"kind": "Point"}, "holds no fault trace (1 point)"),
    "polygons": (
        [shapely.box(0, 0, 9, 9)],
        {"kind": "Polygon"},
        "holds no fault trace (1 polygon)",
    ),
    "nan": ([shapely.linestrings([[1, 2], [np.nan, 3]])], {}, "not finite"),
    "infinite": ([shapely.linestrings([[1, 2], [np.inf, 3]])], {}, "not finite"),
    "no length": (
        [shapely.linestrings([ORIGIN, ORIGIN])],
        {},
        "holds no fault trace (1 without length)",
    ),
    "no place": ([shapely.linestrings([[1e30, 1e30], [2e30, 2e30]])], {}, "cannot be transformed"),
    "local crs": (
        [GOOD],
        {"crs": 'LOCAL_CS["quarry",UNIT["metre",1]]'},
        "local or geocentric coordinate reference system: its map cannot be placed",
    ),
}


@pytest.mark.parametrize("name", BAD_LAYERS)
def test_a_layer_that_cannot_be_used_is_refused_and_nothing_is_written(
    name, model, tmp_path, capsys
):
    shapes, options, match = BAD_LAYERS[name]
    faults = write(tmp_path / "bad.gpkg", shapes, **{"kind": "LineString", **options})
    out = tmp_path / "out.gpkg"
    assert main(["estimate", faults, "--out", str(out), "--model", model]) == 1
    error = capsys.readouterr().err
    assert match in error
    assert "bad.gpkg" in error
    assert error.splitlines()[-1].startswith("error: ")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.gpkg"]


def test_a_line_of_one_vertex_is_refused(tmp_path, model, capsys):
    faults = tmp_path / "one.geojson"
    line = {"type": "LineString", "coordinates": [[10.0, 45.0]]}
    feature = {"type": "Feature", "properties": {}, "geometry": line}
    faults.write_text(json.dumps({"type": "FeatureCollection", "features": [feature]}))
    out = tmp_path / "out.gpkg"
    assert main(["estimate", str(faults), "--out", str(out), "--model", model]) == 1
    assert "one.geojson" in capsys.readouterr().err
    assert not out.exists()


@pytest.mark.parametrize(
    ("change", "match"),
    [
        ({"TRACES": "nothing.gpkg"}, "nothing.gpkg does not exist"),
        ({"--layer": "other"}, "has no layer 'other'; --layer takes one of: faults"),
        ({"--zone-field": "zone"}, "has no field 'zone'; its fields are: name, ke"),
        ({"--out": "out.shp"}, "ends with .gpkg"),
        ({"--out": "no/folder/out.gpkg"}, "does not exist; make it"),
        ({"--thickness": "thin"}, "such as 2,3,4"),
        ({"--pixel-size": "-5"}, "above 0 m"),
        ({"--trend": "nan"}, "azimuth"),
        ({"--model": "no.onnx"}, "no.onnx"),
    ],
)
def test_an_argument_that_does_not_fit_is_refused(change, match, traces, model, tmp_path, capsys,
                                                  monkeypatch):  # fmt: skip
    monkeypatch.chdir(tmp_path)
    options = {"--out": "out.gpkg", "--model": model, **change}
    file = options.pop("TRACES", traces)
    assert main(["estimate", file, *[word for pair in options.items() for word in pair]]) == 1
    assert match in capsys.readouterr().err
    assert sorted(path.name for path in tmp_path.iterdir()) == ["faults.gpkg"]


def test_nothing_is_overwritten_unasked(traces, model, tmp_path, capsys):
    out = tmp_path / "out.gpkg"
    out.write_text("mine")
    arguments = ["estimate", traces, "--out", str(out), "--model", model]
    assert main(arguments) == 1
    assert "out.gpkg exists already; give --overwrite" in capsys.readouterr().err
    assert out.read_text() == "mine"
    assert main([*arguments, "--overwrite"]) == 0
    assert len(read(out, "windows")[0]["ke"]) == 4


def test_the_input_is_never_the_output(traces, model, tmp_path, capsys):
    before = (tmp_path / "faults.gpkg").read_bytes()
    assert main(["estimate", traces, "--out", traces, "--model", model, "--overwrite"]) == 1
    assert "is the input" in capsys.readouterr().err
    assert (tmp_path / "faults.gpkg").read_bytes() == before


def test_guide_lines_are_never_the_output(traces, model, tmp_path, capsys):
    guides = write(tmp_path / "guides.gpkg", [GOOD], name=["g"])
    before = (tmp_path / "guides.gpkg").read_bytes()
    arguments = ["estimate", traces, "--out", guides, "--guides", guides, "--overwrite"]
    assert main([*arguments, "--model", model]) == 1
    assert "is the input" in capsys.readouterr().err
    assert (tmp_path / "guides.gpkg").read_bytes() == before


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"--guides": "in.csv", "--profile": "in.csv"}, "--profile: in.csv is the input --guides"),
        ({"--model": "m.html", "--report": "m.html"}, "--report: m.html is the input --model"),
        ({"--report": "a.html", "--figure": "a.svg"}, None),
        ({"--report": "a.html", "--profile": "link.csv"}, "--report: .* the output --profile, too"),
        ({"--raster": "out.gpkg"}, "--raster: out.gpkg is the output --out, too"),
    ],
)
def test_every_output_is_held_against_every_input_and_output(
    options, match, traces, tmp_path, capsys, monkeypatch
):
    monkeypatch.chdir(tmp_path)
    for name in ("in.csv", "m.html"):
        (tmp_path / name).write_text("mine")
    (tmp_path / "link.csv").symlink_to("a.html")
    before = sorted(tmp_path.iterdir())
    words = [word for pair in options.items() for word in pair]
    assert main(["estimate", traces, "--out", "out.gpkg", "--overwrite", *words]) == int(
        match is not None
    )
    if match is not None:
        assert re.search(match, capsys.readouterr().err)
        assert sorted(tmp_path.iterdir()) == before
    assert (tmp_path / "in.csv").read_text() == (tmp_path / "m.html").read_text() == "mine"


def test_strips_of_another_run_are_not_mixed_with(traces, model, tmp_path, capsys):
    folder = tmp_path / "strips"
    folder.mkdir()
    (folder / "a_strip_1.tif").write_text("mine")
    arguments = ["estimate", traces, "--out", str(tmp_path / "o.gpkg"), "--raster", str(folder)]
    assert main([*arguments, "--model", model]) == 1
    assert "holds strips already" in capsys.readouterr().err


def test_a_layer_must_be_named_where_a_file_has_several(tmp_path, model, capsys):
    path = write(tmp_path / "two.gpkg", [GOOD], layer="one", name=["a"])
    write(tmp_path / "two.gpkg", [GOOD], layer="two", append=True, name=["b"])
    out = str(tmp_path / "out.gpkg")
    assert main(["estimate", path, "--out", out, "--model", model]) == 1
    assert "--layer takes one or more of: one, two" in capsys.readouterr().err
    assert main(["estimate", path, "--out", out, "--model", model, "--layer", "two"]) == 0
    assert read(out, "traces")[0]["name"].tolist() == ["b"]


def test_an_output_that_fails_half_way_leaves_nothing(tmp_path):
    out = tmp_path / "out.gpkg"

    def fail_half_way():
        with whole_file(out, overwrite=False) as aside:
            aside.write_text("half")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail_half_way()
    assert list(tmp_path.iterdir()) == []


def test_a_file_that_is_no_onnx_is_refused(traces, tmp_path, capsys):
    bad = tmp_path / "bad.onnx"
    bad.write_text("this is no model")
    out = tmp_path / "out.gpkg"
    assert main(["estimate", traces, "--out", str(out), "--model", str(bad)]) == 1
    assert "bad.onnx" in capsys.readouterr().err
    assert not out.exists()


def test_a_model_without_card_needs_its_pixel_size_and_outputs_say_so(traces, tmp_path, capsys):
    bare = tmp_path / "bare.onnx"
    bare.write_bytes(study_like(card=False).SerializeToString())
    out = tmp_path / "out.gpkg"
    arguments = ["estimate", traces, "--out", str(out), "--model", str(bare)]
    assert main(arguments) == 1
    assert "pixel size" in capsys.readouterr().err
    assert main([*arguments, "--pixel-size", "100"]) == 0
    assert set(read(out, "windows")[0]["model"]) == {"bare-no-card"}


def test_reading_guides_refuses_what_reading_traces_does(tmp_path, traces, model, capsys):
    points = write(tmp_path / "p.gpkg", [shapely.points(ORIGIN)], kind="Point")
    out = str(tmp_path / "o.gpkg")
    assert main(["estimate", traces, "--out", out, "--model", model, "--guides", points]) == 1
    assert "is a point" in capsys.readouterr().err


def test_guides_in_a_file_of_several_layers_are_refused(traces, model, tmp_path, capsys):
    guides = write(tmp_path / "g.gpkg", [GOOD], layer="one", name=["a"])
    write(tmp_path / "g.gpkg", [GOOD], layer="two", append=True, name=["b"])
    out = str(tmp_path / "o.gpkg")
    assert main(["estimate", traces, "--out", out, "--model", model, "--guides", guides]) == 1
    assert "a file of their own" in capsys.readouterr().err


def test_a_file_where_strips_should_come_is_refused(traces, model, tmp_path, capsys):
    (tmp_path / "strips").write_text("thesis")
    words = ["estimate", traces, "--model", model, "--out", str(tmp_path / "out.gpkg")]
    assert main([*words, "--raster", str(tmp_path / "strips"), "--overwrite"]) == 1
    assert "strips is a file; --raster takes a folder." in capsys.readouterr().err
    assert (tmp_path / "strips").read_text() == "thesis"
    assert not (tmp_path / "out.gpkg").exists()

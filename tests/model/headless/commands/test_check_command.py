"""`ssf check` on files."""

import json

import pyogrio
import shapely

from makers.map_files import ORIGIN, STRAIGHT, read, write
from ssf_model.__main__ import main


def test_the_check_is_told_and_written(tmp_path, model, capsys):
    line = shapely.linestrings(STRAIGHT + ORIGIN)
    path = write(tmp_path / "faults.gpkg", [line, line])
    out = tmp_path / "check.gpkg"
    assert main(["check", path, "--model", model, "--out", str(out)]) == 0
    told = capsys.readouterr()
    said = told.out
    assert "check.gpkg" in told.err.splitlines()[-1]
    assert "48 km of trace" in said
    assert "duplicate" in said
    assert "coarse_trace" in said
    layers = pyogrio.list_layers(out)[:, 0]
    names = [str(name) for name in layers if name != "layer_styles"]
    assert names == ["points", "lines", "windows"]
    columns, shapes, _ = read(out, "lines")
    assert sorted(columns["kind"].tolist()) == ["coarse", "coarse", "duplicate"]
    assert all(shapely.equals_exact(shape.geoms[0], line, 0.01) for shape in shapes)


def test_counts_can_be_had_as_json_and_no_file_is_needed(tmp_path, model, capsys):
    path = write(tmp_path / "faults.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN)])
    assert main(["check", path, "--model", model, "--json"]) == 0
    facts = json.loads(capsys.readouterr().out)
    assert facts["found"] == {"coarse": 1}
    assert facts["n_windows"] == 4
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["faults.gpkg"]

"""`ssf windows`: a plan as layers, whose guide lines can be given back."""

from pathlib import Path

import numpy as np
import pyogrio
import pytest
import shapely

from makers.map_files import ORIGIN, UTM, write
from ssf_model.__main__ import main


@pytest.fixture
def bending(tmp_path):
    """A fault of 45 km that bends, and a stray line 40 km beside it."""
    x = np.linspace(0, 45_000, 40)
    main_line = np.column_stack([x, 3_000 * np.sin(x / 20_000)])
    stray = np.array([[10_000, 40_000], [22_000, 41_000]])
    lines = [shapely.linestrings(each + ORIGIN) for each in (main_line, stray)]
    return write(tmp_path / "faults.gpkg", lines, zone=["a", "b"])


def layer(path, name):
    _, _, geometry, columns = pyogrio.raw.read(path, layer=name)
    names = pyogrio.read_info(path, layer=name)["fields"]
    return shapely.from_wkb(geometry), dict(zip(names, columns))


def test_the_plan_is_written_and_its_guides_give_the_same_windows(bending, tmp_path, capsys):
    plan, again = tmp_path / "plan.gpkg", tmp_path / "again.gpkg"
    assert main(["windows", str(bending), "--out", str(plan)]) == 0
    assert "2 zones" in capsys.readouterr().err
    layers = pyogrio.list_layers(plan)[:, 0]
    names = [str(name) for name in layers if name != "layer_styles"]
    assert names == ["windows", "strips", "guides", "traces"]
    assert pyogrio.read_info(plan, layer="windows")["crs"] == UTM
    guides, columns = layer(plan, "guides")
    assert columns["length_km"].round().tolist() == [45, 12]
    _, told = layer(plan, "traces")
    assert told["zone"].tolist() == ["a", "b"]
    assert told["ssf_zone"].tolist() == ["zone 1", "zone 2"]
    alone = tmp_path / "guides.gpkg"
    write(alone, list(shapely.get_parts(guides)))
    assert main(["windows", str(bending), "--guides", str(alone), "--out", str(again)]) == 0
    before, after = layer(plan, "windows")[0], layer(again, "windows")[0]
    assert len(before) == len(after) == 10
    apart = shapely.distance(shapely.centroid(before), shapely.centroid(after))
    assert apart.max() < 100  # a pixel


def test_windows_never_replace_the_map(bending, tmp_path, capsys):
    before = Path(bending).read_bytes()
    assert main(["windows", str(bending), "--out", str(bending), "--overwrite"]) == 1
    assert "never changed" in capsys.readouterr().err
    assert Path(bending).read_bytes() == before


def test_the_ribbon_is_a_layer_on_demand(bending, model, tmp_path, capsys):
    for options, there in (((), False), (("--ribbon",), True)):
        out = tmp_path / f"result{there}.gpkg"
        words = ["estimate", str(bending), "--model", model, "--out", str(out), *options]
        assert main(words) == 0
        names = [str(name) for name in pyogrio.list_layers(out)[:, 0]]
        assert ("ribbon" in names) == there
    shapes, columns = layer(out, "ribbon")
    assert len(shapes) == len(layer(out, "windows")[0])
    lengths_km = shapely.length(shapes) / 1000
    assert lengths_km == pytest.approx(columns["to_km"] - columns["from_km"], rel=1e-3)

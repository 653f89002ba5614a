"""Layers of a result that have nothing to show: there, with their columns, and empty."""

import pyogrio
import pytest

from ssf_model.headless.writing import write_lines, write_points, write_polygons
from ssf_model.tables.fields import Field

FIELDS = (Field("zone", "str", "Fault zone"), Field("ke", "float", "Kinematic efficiency"))


@pytest.mark.parametrize("crs", ["EPSG:4326", "EPSG:32611"])
@pytest.mark.parametrize(
    ("write", "kind"),
    [(write_polygons, "Polygon"), (write_lines, "MultiLineString"), (write_points, "Point")],
)
def test_a_layer_without_rows_has_its_columns_and_its_kind(tmp_path, write, kind, crs):
    path = tmp_path / "result.gpkg"
    write(path, "layer", FIELDS, [], [], crs=crs, look="windows")
    found = pyogrio.read_info(path, layer="layer")
    assert (found["features"], found["geometry_type"], found["crs"]) == (0, kind, crs)
    assert found["fields"].tolist() == ["zone", "ke"]

"""Results hold the looks of the plugin, for whoever opens them."""

import re
import sqlite3
from contextlib import closing

import numpy as np
import pyogrio
import pytest
import shapely

from makers.map_files import ORIGIN, STRAIGHT, write
from ssf_model.__main__ import main
from ssf_model.headless.layer_styles import STYLES, style_text

QUICK = ("--thickness", "3", "--shift", "0", "--flips", "none")
STYLED = {
    "estimate": {"windows", "traces"},
    "explain": {"contributions", "columns", "stretches"},
    "compare": {"windows"},
    "windows": {"windows", "strips", "guides", "traces"},
}


def styles_of(path):
    """Layer -> geometry column, name, whether it is the default, and QML."""
    with closing(sqlite3.connect(path)) as database:
        rows = database.execute(
            "SELECT f_table_name, f_geometry_column, styleName, useAsDefault, styleQML "
            "FROM layer_styles"
        ).fetchall()
    assert len({row[0] for row in rows}) == len(rows)
    return {row[0]: row[1:] for row in rows}


@pytest.mark.parametrize("verb", STYLED)
def test_every_layer_of_a_result_has_its_style(verb, tmp_path):
    faults = write(tmp_path / "f.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN)], name=["a"])
    other = write(tmp_path / "o.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN + 9)], name=["a"])
    out = tmp_path / "r.gpkg"
    maps = [faults, other] if verb == "compare" else [faults]
    assert main([verb, *maps, "--out", str(out), *(() if verb == "windows" else QUICK)]) == 0
    styles = styles_of(out)
    assert set(styles) == STYLED[verb]
    for layer, (column, name, is_default, qml) in styles.items():
        assert (column, name, is_default) == ("geom", "ssf", 1)
        fields = pyogrio.read_info(out, layer=layer)["fields"].tolist()
        named = set(re.findall(r"&quot;(\w+)&quot;", qml)) | set(re.findall(r' name="(\w+)"', qml))
        assert "__" not in "".join(re.findall(r"<alias .*?>|filter=\".*?\"", qml))
        # What a rule asks for is there; the other names are Qt's.
        assert set(re.findall(r"&quot;(\w+)&quot;", "".join(rules_of(qml)))) <= set(fields)
        assert named


def rules_of(qml):
    """The conditions of a style's rules."""
    return re.findall(r'filter="(.*?)"', qml)


def test_a_style_reads_the_columns_that_were_given(tmp_path):
    """A layer that has a `ke` of its own gets an `ssf_ke`."""
    lines = [shapely.linestrings(STRAIGHT + ORIGIN)]
    faults = write(tmp_path / "f.gpkg", lines, ke=np.array([7.0]))
    out = tmp_path / "r.gpkg"
    assert main(["estimate", faults, "--out", str(out), *QUICK]) == 0
    styles = styles_of(out)
    assert any("&quot;ssf_ke&quot; >= 0" in rule for rule in rules_of(styles["traces"][3]))
    assert not any("&quot;ke&quot;" in rule for rule in rules_of(styles["traces"][3]))
    assert any("&quot;ke&quot; >= 0" in rule for rule in rules_of(styles["windows"][3]))


def test_a_result_with_styles_is_a_map_again(tmp_path):
    """The table of styles is no layer to choose from."""
    faults = write(tmp_path / "f.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN)], name=["a"])
    out, again = tmp_path / "r.gpkg", tmp_path / "again.gpkg"
    assert main(["estimate", faults, "--out", str(out), *QUICK]) == 0
    words = ["estimate", str(out), "--layer", "traces", "--out", str(again), *QUICK]
    assert main(words) == 0
    assert "ssf_ke" in pyogrio.read_info(again, layer="traces")["fields"]


def test_names_are_written_so_that_they_stay_text():
    assert style_text('<a b="__ke__"/>', {"ke": 'a<"&'}) == '<a b="a&lt;&quot;&amp;"/>'


def test_templates_hold_no_more_than_placeholders_and_qml():
    for path in STYLES.glob("*.qml"):
        assert path.read_text(encoding="utf-8").startswith("<!DOCTYPE qgis")

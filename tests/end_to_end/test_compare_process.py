"""Two maps compared by the installed plugin, and by the command line of the checkout."""

import json
import subprocess

import pytest

from makers.places import REPOSITORY
from makers.qgis_results import ENGINES, table

COMMAND_LINE = REPOSITORY / ".venv" / "bin" / "python"
NUMBERS = ("along_km", "ke_a", "ke_b", "ke_change", "change_p05", "change_p95", "sign_agrees")
SAME = ("zone", "strip", "window", "changed_px", "flags_a", "flags_b", "trace_px_a", "trace_px_b")


@pytest.fixture(scope="module")
def linked(fault_map, tmp_path_factory):
    """The map drawn by hand with its echelon shears linked, tip to tip."""
    drawn = json.loads(fault_map.read_text())
    shears = [
        feature["geometry"]["coordinates"]
        for feature in drawn["features"]
        if feature["properties"]["zone"] == "echelon"
    ]
    for one, following in zip(shears, shears[1:]):
        geometry = {"type": "LineString", "coordinates": [one[-1], following[0]]}
        properties = {"zone": "echelon", "number": 99}
        feature = {"type": "Feature", "properties": properties, "geometry": geometry}
        drawn["features"].append(feature)
    path = tmp_path_factory.mktemp("linked") / "linked.geojson"
    path.write_text(json.dumps(drawn))
    return path


@pytest.mark.parametrize("engine", ENGINES)
def test_both_roads_say_the_same(qgis_process, fault_map, linked, tmp_path, engine):
    """Tolerance: the engines' float32 sums; places agree to some micrometres."""
    out = tmp_path / "qgis.gpkg"
    done = qgis_process(
        "--json", "run", "ssf:comparetraces", "--",
        f"TRACES={fault_map}", f"TRACES_B={linked}", "ZONE_FIELD=zone", "ZONE_FIELD_B=zone",
        f"ENGINE={engine}", f"WINDOWS={out}",
        onnxruntime=ENGINES[engine],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"runs on {engine}" in done.stdout + done.stderr
    rows = table(out, "qgis")
    assert len(rows) == json.loads(done.stdout)["results"]["N_WINDOWS"]
    assert any(row["changed_px"] for row in rows)
    for row in rows:
        if row["zone"] == "through":
            assert (row["changed_px"], row["ke_change"], row["sign_agrees"]) == (0, 0, 1)
    if not COMMAND_LINE.exists():
        pytest.skip("the headless environment .venv is not set up")
    again = tmp_path / "headless.gpkg"
    words = [fault_map, linked, "--zone-field", "zone", "--zone-field-b", "zone", "--out", again]
    ran = subprocess.run(
        [COMMAND_LINE, "-m", "ssf_model", "compare", *words],
        cwd=REPOSITORY, capture_output=True, text=True, timeout=1800, check=False,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stderr
    expected = table(again, "windows")
    assert len(expected) == len(rows)
    for row, other in zip(rows, expected):
        assert [row[name] for name in SAME] == [other[name] for name in SAME]
        for name in NUMBERS:
            assert row[name] == pytest.approx(other[name], abs=1e-5), name

"""A dense map by both roads: qgis_process and the command line."""

import json
import subprocess

import pytest

from makers.dense_maps import dense_lines
from makers.drawn_maps import on_earth
from makers.places import REPOSITORY
from makers.qgis_results import table

COMMAND_LINE = REPOSITORY / ".venv" / "bin" / "python"


@pytest.mark.skipif(not COMMAND_LINE.exists(), reason="the environment .venv is not set up")
def test_both_roads_generalize_alike(qgis_process, tmp_path):
    features = [
        {
            "type": "Feature",
            "properties": {"zone": "one"},
            "geometry": {"type": "LineString", "coordinates": on_earth(line).tolist()},
        }
        for line in dense_lines()
    ]
    dense, targets = tmp_path / "dense.geojson", {}
    dense.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    targets["plugin"] = tmp_path / "plugin.gpkg", tmp_path / "lines.gpkg"
    done = qgis_process(
        "--json", "run", "ssf:estimateke", "--", f"TRACES={dense}", "ZONE_FIELD=zone",
        "THICKNESS=3", "SHIFT=0", f"WINDOWS={targets['plugin'][0]}",
        f"GENERALIZED={targets['plugin'][1]}",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    targets["headless"] = [tmp_path / "headless.gpkg"] * 2
    words = [dense, "--zone-field", "zone", "--thickness", "3", "--shift", "0"]
    subprocess.run(
        [COMMAND_LINE, "-m", "ssf_model", "estimate", *words, "--out", targets["headless"][0]],
        cwd=REPOSITORY,
        env={"PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        timeout=300,
    )
    windows = {
        "plugin": table(targets["plugin"][0], "plugin"),
        "headless": table(targets["headless"][0], "windows"),
    }
    lines = {
        "plugin": table(targets["plugin"][1], "lines"),
        "headless": table(targets["headless"][1], "generalized"),
    }
    assert len(windows["plugin"]) == len(windows["headless"]) > 5
    for ours, theirs in zip(windows["plugin"], windows["headless"]):
        for name in ("zone", "strip", "window", "flags", "trace_px", "generalized"):
            assert ours[name] == theirs[name]
        assert ours["ke"] == pytest.approx(theirs["ke"], abs=1e-4)
    assert {row["generalized"] for row in windows["headless"]} == {0, 1}
    assert len(lines["plugin"]) == len(lines["headless"]) > 0
    for ours, theirs in zip(lines["plugin"], lines["headless"]):
        assert ours["length_m"] == pytest.approx(theirs["length_m"], abs=0.1)

"""The figures of the tutorial are those of its files."""

import re

import numpy as np
import pytest

from makers.places import REPOSITORY
from ssf_model import Options, estimate_ke, open_models, plan_strips
from ssf_model.check.checking import check_map

pytest.importorskip("pyogrio", reason="the tutorial's files are GeoPackages")
from ssf_model import read_traces

FOLDER = REPOSITORY / "examples" / "tutorial"
TEXT = (REPOSITORY / "docs" / "tutorial.md").read_text(encoding="utf-8")
LAST_BITS = 0.011  # two decimals are told; sums differ a little from processor to processor


def traces(name):
    return read_traces(FOLDER / f"{name}.gpkg", zone_field="zone").traces


def findings(name):
    models, scale = open_models()
    fault_map = traces(name)
    strips = plan_strips(fault_map, scale=scale)
    check = check_map(fault_map, strips, models, options=Options(), zones=["a"] * 99)
    assert [window.flags for window in check.windows] == [()] * 5
    return {finding.kind: finding.value_m for finding in check.findings}


def test_a_check_finds_the_two_slips():
    found = findings("digitized")
    assert "**gap** of 1.4 km" in TEXT
    assert "ends 10 m from its fault" in " ".join(TEXT.split())
    assert found == {
        "gap": pytest.approx(1_400, abs=50),
        "near_miss": pytest.approx(10, abs=1),
    }


def test_a_check_finds_nothing_once_they_are_mended():
    assert findings("mended") == {}


def test_ke_is_what_the_text_says():
    windows = estimate_ke(traces("mended"))
    (told,) = re.findall(
        r"From the north-west: ([\d.]+) and ([\d.]+), .*?; ([\d.]+) at the step; ([\d.]+) along"
        r".*?; ([\d.]+) where",
        TEXT,
        flags=re.DOTALL,
    )
    ke = [window.ke for window in windows]
    assert ke == pytest.approx(list(map(float, told)), abs=LAST_BITS)
    assert [windows[2].ke_low, windows[2].ke_high] == pytest.approx([0.17, 0.59], abs=LAST_BITS)
    assert "0.17 to 0.59 at the step" in TEXT


def test_the_gap_costs_what_the_text_says():
    before = [window.ke for window in estimate_ke(traces("digitized"))]
    after = [window.ke for window in estimate_ke(traces("mended"))]
    assert "0.33 where the mended map has 0.87" in TEXT
    assert [before[1], after[1]] == pytest.approx([0.33, 0.87], abs=LAST_BITS)
    assert np.delete(before, 1) == pytest.approx(np.delete(after, 1), abs=0.03)

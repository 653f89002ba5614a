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


def scan_and_transform():
    """Grey of the scan, and what turns easting and northing into its columns and rows."""
    image = pytest.importorskip("PIL.Image", reason="Pillow comes with the extra report")
    with image.open(FOLDER / "scan.png") as scan:
        grey = np.asarray(scan.convert("L"), dtype=float)
    points = np.loadtxt(FOLDER / "scan.png.points", delimiter=",", skiprows=1)
    places = np.column_stack([points[:, :2], np.ones(len(points))])
    pixels = np.column_stack([points[:, 2], -points[:, 3]])
    affine, left, *_ = np.linalg.lstsq(places, pixels, rcond=None)
    assert np.sqrt(left.sum()) < 0.1  # four points, three of which tell a turned sheet
    return grey, lambda metres: np.column_stack([metres, np.ones(len(metres))]) @ affine, pixels


def darkest_near(grey, places, reach):
    """The darkest pixel within reach of each place."""
    return np.array(
        [
            grey[row - reach : row + reach + 1, col - reach : col + reach + 1].min()
            for col, row in np.round(places).astype(int)
        ]
    )


def test_the_points_lie_on_crosses_of_the_grid():
    grey, _, pixels = scan_and_transform()
    assert (darkest_near(grey, pixels, 2) < np.median(grey) - 60).all()
    assert (darkest_near(grey, pixels + 25, 2) > np.median(grey) - 60).all()


@pytest.mark.parametrize("name", ["digitized", "mended"])
def test_the_lines_lie_on_the_ink(name):
    import pyogrio
    import shapely

    grey, to_pixels, _ = scan_and_transform()
    _, _, shapes, _ = pyogrio.raw.read(FOLDER / f"{name}.gpkg")
    for line in shapely.from_wkb(shapes):
        places = to_pixels(shapely.get_coordinates(line))
        assert (darkest_near(grey, places, 2) < 100).mean() > 0.9
        assert (darkest_near(grey, places + [0, 30], 2) < 100).mean() < 0.3

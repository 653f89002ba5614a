"""The README's first command."""

import os
import re
import shutil
import sqlite3
import statistics
import subprocess

import pytest

from makers.places import REPOSITORY

# Once all is set up no network is needed: none is there, where the system lets us take it away.
WITHOUT_NETWORK = ["unshare", "-rn"]


def can_do_without():
    """Whether a program can be run without a network."""
    if shutil.which(WITHOUT_NETWORK[0]) is None:
        return False
    return subprocess.run([*WITHOUT_NETWORK, "true"], check=False).returncode == 0


@pytest.fixture(scope="module")
def demonstration(tmp_path_factory):
    """What ./demo printed, and the folder with its results."""
    folder = tmp_path_factory.mktemp("demo") / "out"
    environment = {k: v for k, v in os.environ.items() if k not in ("PYTHONPATH", "VIRTUAL_ENV")}
    done = subprocess.run(
        [*(WITHOUT_NETWORK * can_do_without()), shutil.which("bash"), REPOSITORY / "demo", folder],
        env=environment,
        capture_output=True,
        text=True,
        timeout=1800,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, folder


def test_the_table_is_what_the_geopackage_holds(demonstration):
    printed, folder = demonstration
    with sqlite3.connect(folder / "estimate.gpkg") as connection:
        stored = connection.execute("SELECT zone, strip, window, ke, ofd FROM windows").fetchall()
        traces = connection.execute("SELECT count(*), count(ofd) FROM traces").fetchone()
    expected = [
        [zone, f"{strip}.{window}", f"{ke:.2f}", f"{ofd:.2f}"]
        for zone, strip, window, ke, ofd in stored
    ]
    lines = printed.splitlines()
    assert lines[0].split() == ["zone", "window", "KE", "OFD", "p05-p95", "flags"]
    assert [line.split()[:4] for line in lines[1:]] == expected
    assert traces[0] == traces[1] > 10


def test_the_zones_come_out_in_their_known_order(demonstration):
    """They were drawn as the three stages of the experiments (Chaipornkaew et al. 2022)."""
    printed, _ = demonstration
    by_zone = {}
    for zone, ke in re.findall(r"^(\w+) +\d+\.\d+ +(\d\.\d+)", printed, re.MULTILINE):
        by_zone.setdefault(zone, []).append(float(ke))
    medians = [statistics.median(by_zone[zone]) for zone in ("echelon", "linking", "mature")]
    assert medians == sorted(medians)
    assert medians[0] < medians[2]


def test_the_map_is_drawn_with_its_windows(demonstration):
    """Tinted windows fill the part of the map that they should; the rest stays light."""
    qt = pytest.importorskip("qgis.PyQt.QtGui", reason="this test runs inside QGIS's own Python")
    _, folder = demonstration
    image = qt.QImage(str(folder / "estimate.png"))
    assert (image.width(), image.height()) == (1753, 1240)  # A4 at 150 dots an inch
    places = [
        image.pixelColor(x, y).getRgb()[:3]
        for x in range(100, 1200, 10)
        for y in range(200, 1150, 10)
    ]
    page = max(set(places), key=places.count)
    tinted = sum(max(abs(a - b) for a, b in zip(place, page)) > 12 for place in places)
    # Three zones of 7 windows, 36.4 x 12.8 km, on a map of about 100 x 88 km: some 16 %.
    assert 0.1 < tinted / len(places) < 0.3
    assert min(page) > 240
    assert sorted(path.name for path in folder.iterdir()) == ["estimate.gpkg", "estimate.png"]

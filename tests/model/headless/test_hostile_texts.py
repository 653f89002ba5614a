"""Attribute texts that mean something to shells, browsers, spreadsheets, terminals or disks."""

import csv
import json
import re
import xml.dom.minidom  # nosec B408 - it reads what a test wrote a line before
from html.parser import HTMLParser

import numpy as np
import pytest
import shapely

from makers.map_files import ORIGIN, STRAIGHT, read, write
from ssf_model.__main__ import main
from ssf_model.tables.cells import unguarded

HOSTILE = [
    "../../../outside",
    "/etc/outside",
    "C:\\outside",
    '=HYPERLINK("https://example.org","x")',
    "-2+3",
    "@SUM(1)",
    "<img src=x onerror=alert(1)>",
    "CON",
    "..",
    "red \x1b[31m and \x07",
]
QUICK = ["--thickness", "3", "--shift", "0", "--flips", "none"]


@pytest.fixture
def hostile_map(tmp_path):
    """A fault for each name, 60 km apart."""
    lines = [
        shapely.linestrings(STRAIGHT + ORIGIN + [0, 60_000.0 * n]) for n in range(len(HOSTILE))
    ]
    zones = np.array(HOSTILE, dtype=object)
    return write(tmp_path / "faults.gpkg", lines, zone=zones)


class Tags(HTMLParser):
    """Keeps the names of all tags, and of their attributes that run programs."""

    def __init__(self):
        super().__init__()
        self.seen = set()

    def handle_starttag(self, tag, attrs):
        """Keep it."""
        self.seen |= {tag, *(name for name, _ in attrs if name.startswith("on"))}


@pytest.fixture
def results(hostile_map, tmp_path, model, capsys):
    """Everything that an estimate writes, in a folder of its own; what was printed."""
    out = tmp_path / "in" / "out"
    out.mkdir(parents=True)
    arguments = ["estimate", hostile_map, "--zone-field", "zone", "--model", model, *QUICK]
    arguments += ["--out", str(out / "r.geojson"), "--profile", str(out / "p.csv"), "--members"]
    arguments += ["--report", str(out / "r.html"), "--figure", str(out / "f.svg")]
    before = set(tmp_path.rglob("*"))
    assert main([*arguments, "--raster", str(out / "strips")]) == 0
    written = set(tmp_path.rglob("*")) - before
    assert all(out in path.parents for path in written), written
    return out, capsys.readouterr()


def cells(path):
    with open(path, encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_zones_never_become_paths_and_texts_never_programs(results):
    out, printed = results
    strips = [path.name for path in (out / "strips").iterdir()]
    assert len(strips) == len(HOSTILE)
    assert all(re.fullmatch(r"\w[\w-]*_strip_1(_\d+)?\.tif", name) for name in strips), strips
    for name in ("r_zones.csv", "p.csv", "r_members.csv"):
        rows = cells(out / name)
        assert {unguarded(row["zone"]) for row in rows} == set(HOSTILE)
        for row in rows:
            for column, cell in row.items():
                assert cell[:1] not in ("=", "+", "@", "\t", "\r"), (name, column)
                if cell[:1] == "-":
                    float(cell)
    for name in ("r.html", "f.svg"):
        tags = Tags()
        tags.feed((out / name).read_text(encoding="utf-8"))
        assert not tags.seen & {"img", "script", "onerror"}, name
    assert "\x1b" not in printed.out + printed.err
    assert "\x07" not in printed.out + printed.err


def test_the_summary_of_a_batch_holds_no_formula(hostile_map, tmp_path, model):
    path = tmp_path / "=1+1.gpkg"
    (tmp_path / "faults.gpkg").rename(path)
    out = tmp_path / "results"
    arguments = ["batch", str(path), "--zone-field", "zone", "--model", model, *QUICK]
    assert main([*arguments, "--out", str(out)]) == 0
    rows = cells(out / "summary.csv")
    assert {row["map"] for row in rows} == {"'=1+1"}
    assert {unguarded(row["zone"]) for row in rows} == set(HOSTILE)
    assert {row["zone"][:1] for row in rows} & {"=", "@", "-"} == set()


def test_a_geopackage_keeps_texts_as_they_are(hostile_map, tmp_path, model):
    out = tmp_path / "r.gpkg"
    arguments = ["estimate", hostile_map, "--zone-field", "zone", "--model", model, *QUICK]
    assert main([*arguments, "--out", str(out)]) == 0
    columns, _, _ = read(out, "windows")
    assert set(columns["zone"]) == set(HOSTILE)


def test_kml_leaves_out_the_letters_that_xml_cannot_hold(tmp_path, model):
    """In names of zones, columns and values; what is left of two names may be one."""
    texts = ["a\x01b\x0c", "\x1f\ufffe\uffffü\t\U0001f30b"]
    feature = {
        "type": "Feature",
        "properties": {"zone": texts[0], "no\x01te": texts[1], "note": "plain", '<q"&>': 1.5},
        "geometry": {"type": "LineString", "coordinates": [[31.0, 40.7], [31.2, 40.71]]},
    }
    (tmp_path / "m.geojson").write_text(json.dumps(feature), encoding="utf-8")
    words = ["estimate", "m.geojson", "--zone-field", "zone", "--model", model, *QUICK]
    words = [str(tmp_path / word) if word.startswith("m.") else str(word) for word in words]
    assert main([*words, "--out", str(tmp_path / "r.kml")]) == 0
    xml.dom.minidom.parse(str(tmp_path / "r.kml"))  # noqa: S318 # nosec B318 - our own file
    assert set(read(tmp_path / "r.kml", "windows")[0]["zone"]) == {"ab"}
    columns, _, _ = read(tmp_path / "r.kml", "traces")
    assert (columns["note"][0], columns["note_2"][0]) == ("ü\t\U0001f30b", "plain")
    assert columns["_q___"][0] == 1.5

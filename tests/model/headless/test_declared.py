"""Files that are not whole, as a killed copy or a full disk leaves them: never read in part."""

import sqlite3
import struct
import zipfile
from contextlib import closing

import numpy as np
import pyogrio
import pytest
import shapely

from ssf_model.declared import check_count, check_whole, says_encoding
from ssf_model.errors import InputError
from ssf_model.headless.reading import read_traces

N = 40
LINES = [
    shapely.linestrings([[31 + 0.01 * n, 40], [31.005 + 0.01 * n, 40.01], [31.009 + 0.01 * n, 40]])
    for n in range(N)
]
DRIVERS = {
    "shp": "ESRI Shapefile", "fgb": "FlatGeobuf", "gpkg": "GPKG", "tab": "MapInfo File",
    "geojsonl": "GeoJSONSeq", "geojson": "GeoJSON",
}  # fmt: skip


def written(folder, ending, count=N, **options):
    path = folder / f"map.{ending}"
    pyogrio.raw.write(
        path,
        shapely.to_wkb(np.array(LINES[:count])),
        [np.arange(count), np.array([f"fault {n}" for n in range(count)], dtype=object)],
        ["n", "name"],
        driver=DRIVERS[ending],
        geometry_type="LineString",
        crs="EPSG:4326",
        **options,
    )
    return path


@pytest.mark.parametrize("ending", DRIVERS)
def test_whole_files_are_read_to_the_end(tmp_path, ending):
    assert len(read_traces(written(tmp_path, ending)).traces.lines) == N


@pytest.mark.parametrize("count", [1, 2, 15, 16, 17, 40])
@pytest.mark.parametrize("index", ["YES", "NO"])
def test_flatgeobufs_of_any_size_pass(tmp_path, count, index):
    path = written(tmp_path, "fgb", count, layer_options={"SPATIAL_INDEX": index})
    check_whole(path)
    assert len(read_traces(path).traces.lines) == count


@pytest.mark.parametrize("part", ["shp", "shx", "dbf", "fgb", "geojsonl", "geojson", "dat", "id"])
@pytest.mark.parametrize("share", np.linspace(0.02, 0.98, 17).tolist())
def test_a_file_cut_short_is_refused_wherever_it_ends(tmp_path, part, share):
    ending = {"shx": "shp", "dbf": "shp", "dat": "tab", "id": "tab"}.get(part, part)
    path = written(tmp_path, ending)
    cut = path.with_suffix(f".{part}")
    whole = cut.read_bytes()
    kept = int(len(whole) * share)
    if part == "geojsonl" and whole[:kept].rstrip().endswith(b"}"):
        return  # cut between two lines: whole as far as anybody can see
    cut.write_bytes(whole[:kept])
    with pytest.raises(InputError, match=r"map\.(shp|fgb|geojson|tab)"):
        read_traces(path)


@pytest.mark.parametrize("how", ["zip", "folder"])
@pytest.mark.parametrize("part", ["shp", "dbf", "fgb"])
def test_files_in_archives_and_folders_are_looked_at(tmp_path, part, how):
    inside = tmp_path / "inside"
    inside.mkdir()
    path = written(inside, "fgb" if part == "fgb" else "shp")
    cut = path.with_suffix(f".{part}")
    whole = cut.read_bytes()

    def packed(name):
        if how == "folder":
            return inside
        with zipfile.ZipFile(tmp_path / name, "w") as archive:
            for file in inside.iterdir():
                archive.write(file, file.name)
        return tmp_path / name

    check_whole(packed("whole.zip"))
    cut.write_bytes(whole[: int(0.7 * len(whole))])
    with pytest.raises(InputError, match=rf"map\.{path.suffix[1:]}: .*cut short"):
        read_traces(packed("cut.zip"))


def test_the_sentence_says_how_much_is_there(tmp_path):
    path = written(tmp_path, "shp")
    whole = path.read_bytes()
    path.write_bytes(whole[:1000])
    expected = rf"\.shp is cut short, 1000 of {len(whole)} bytes are there\. The file is damaged"
    with pytest.raises(InputError, match=expected):
        read_traces(path)
    path.write_bytes(whole)
    table = path.with_suffix(".dbf")
    rows = table.read_bytes()
    begin, width = struct.unpack_from("<HH", rows, 8)
    table.write_bytes(rows[: begin + 7 * width + 3])
    with pytest.raises(InputError, match=rf"\.dbf is cut short, 7 of {N} rows are there"):
        read_traces(path)


@pytest.mark.parametrize("declared", [N - 3, N + 3])
def test_a_stale_count_of_a_geopackage_is_refused(tmp_path, declared):
    path = written(tmp_path, "gpkg")
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE gpkg_ogr_contents SET feature_count = ?", (declared,))
        database.commit()
    with pytest.raises(InputError, match=f"holds {declared} features, and {N} are there"):
        read_traces(path)


def test_a_geopackage_without_counts_is_read(tmp_path):
    path = written(tmp_path, "gpkg")
    with closing(sqlite3.connect(path)) as database:
        database.execute("UPDATE gpkg_ogr_contents SET feature_count = NULL")
        database.commit()
    assert len(read_traces(path).traces.lines) == N


def test_rows_beyond_a_stale_count_of_a_table_are_refused(tmp_path):
    path = written(tmp_path, "shp")
    table = path.with_suffix(".dbf")
    rows = bytearray(table.read_bytes())
    struct.pack_into("<I", rows, 4, N - 1)
    table.write_bytes(rows)
    with pytest.raises(InputError, match=rf"\.dbf says that it has {N - 1} rows, and {N} are"):
        read_traces(path)


def test_parts_of_two_shapefiles_are_refused(tmp_path):
    path = written(tmp_path, "shp")
    other = tmp_path / "other"
    other.mkdir()
    table = written(other, "shp", N - 5).with_suffix(".dbf")
    path.with_suffix(".dbf").write_bytes(table.read_bytes())
    with pytest.raises(InputError, match=rf"has {N} shapes and {N - 5} rows of attributes"):
        read_traces(path)


def test_features_beyond_a_stale_count_of_a_flatgeobuf_are_refused(tmp_path):
    """Without an index, whose length would change with the count."""
    path = written(tmp_path, "fgb", layer_options={"SPATIAL_INDEX": "NO"})
    whole = path.read_bytes()
    counts = [at for at in range(12, 400) if whole[at : at + 8] == struct.pack("<Q", N)]
    assert len(counts) == 1
    path.write_bytes(whole[: counts[0]] + struct.pack("<Q", N - 2) + whole[counts[0] + 8 :])
    with pytest.raises(InputError, match=f"says that it holds {N - 2} features, and {N} are there"):
        read_traces(path)


def test_other_forms_and_no_file_pass(tmp_path):
    check_whole(tmp_path)
    check_whole(tmp_path / "none.shp")
    check_count("map", -1, 7)  # it says nothing


def test_a_shapefile_says_its_encoding_by_a_cpg_or_in_its_table(tmp_path):
    path = written(tmp_path, "shp")
    assert says_encoding(path)
    path.with_suffix(".cpg").unlink()
    table = path.with_suffix(".dbf")
    rows = bytearray(table.read_bytes())
    assert says_encoding(path) == bool(rows[29])
    rows[29] = 0
    table.write_bytes(rows)
    assert not says_encoding(path)
    path.with_suffix(".CPG").write_text("UTF-8")
    assert says_encoding(path)

"""A user hears our sentence alone: what libraries print or warn of beside it is left out."""

import os
import warnings

import numpy as np
import pytest
import rasterio
import shapely

from makers.fuzzing import NOISE, heard
from makers.map_files import ORIGIN, STRAIGHT, write
from ssf_model.__main__ import main

PLACES = STRAIGHT + ORIGIN
CASES = {
    "a vertex that is no number": ("check nan.gpkg", "a vertex is not finite"),
    "guide lines with such a vertex": ("check map.gpkg --guides nan.gpkg", "is not finite"),
    "places that are none": ("join result.gpkg nan.gpkg --out j.gpkg", "x = nan"),
    "a reference system by a number that none has": (
        "check map.gpkg --crs EPSG:99999", "EPSG:99999"),
    "one by words of PROJ": ("check map.gpkg --crs +proj=nix", "is not understood"),
    "a raster without a place": (
        "trace plain.tif --out t.gpkg", "has no coordinate reference system"),
    "a raster whose place is no number": (
        "trace nowhere.tif --out t.gpkg", "where its pixels lie is not told in numbers"),
}  # fmt: skip


@pytest.fixture
def folder(tmp_path, model, monkeypatch):
    """A map, a result of it, and inputs that libraries warn of."""
    monkeypatch.chdir(tmp_path)
    write("map.gpkg", [shapely.linestrings(PLACES)])
    assert main(["estimate", "map.gpkg", "--model", model, "--out", "result.gpkg"]) == 0
    kind = {"driver": "GTiff", "count": 1, "dtype": "uint8", "width": 9, "height": 9}
    nowhere = {"transform": rasterio.Affine(np.nan, 0, 5e5, 0, -100, 4e6), "crs": "EPSG:32611"}
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        for name, more in (("plain", {}), ("nowhere", nowhere)):
            with rasterio.open(f"{name}.tif", "w", **kind, **more) as raster:
                raster.write(np.ones((9, 9), np.uint8), 1)
        write("nan.gpkg", [shapely.linestrings(np.insert(PLACES, 1, [np.nan, 4e6], axis=0))])
    return tmp_path


@pytest.mark.parametrize("case", CASES)
def test_an_error_stands_alone(folder, model, case):
    line, sentence = CASES[case]
    code, said = heard(main, line.split())
    assert code == 1
    assert [one for one in said if NOISE.match(one)] == []
    assert [sentence in one for one in said if one.startswith("error: ")] == [True]


def test_what_a_library_prints_is_heard():
    """Else the test above would be content with any noise."""

    def noisy(words):
        warnings.warn(words[0], RuntimeWarning, stacklevel=1)
        os.write(2, b"ERROR 1: PROJ: as a library in C writes\n")  # past Python's own stderr
        return 0

    code, said = heard(noisy, ["hear, hear"])
    assert code == 0
    assert said[-1] == "RuntimeWarning: hear, hear"
    assert any(one.startswith("ERROR 1: PROJ") for one in said)

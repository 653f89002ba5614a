"""What a strip's GeoTIFF is called and says of itself."""

from fnmatch import fnmatch
from types import SimpleNamespace

import pytest

from ssf_model import __version__
from ssf_model.tables.strip_raster import (
    RASTER_PATTERN,
    STRIP_FIELDS,
    band_names,
    raster_names,
    raster_tags,
    strip_values,
)


def named(*zones, numbers=None):
    """Stand-ins for strips of zones, the first one of each."""
    numbers = numbers or [1] * len(zones)
    strips = [SimpleNamespace(zone=zone, number=n) for zone, n in zip(zones, numbers)]
    return raster_names(strips)


def test_files_are_named_by_zone_and_strip():
    assert named("Calico", "Calico", "San Andreas / Mecca", numbers=[1, 2, 1]) == [
        "Calico_strip_1.tif",
        "Calico_strip_2.tif",
        "San_Andreas_Mecca_strip_1.tif",
    ]


@pytest.mark.parametrize(
    "zones",
    [
        ("a/b", "a b", "a.b"),
        ("A", "a"),
        ("Å", "å"),
        ("", "/", "zone"),
        ("断" * 99 + "1", "断" * 99 + "2"),
        ("a", "A_strip_1_2", "A"),
    ],
)
def test_no_two_strips_share_a_file(zones):
    """Some file systems hold upper and lower case to be the same, and take 255 bytes."""
    names = named(*zones)
    assert len({name.lower() for name in names}) == len(zones)
    for name in names:
        assert fnmatch(name, RASTER_PATTERN)
        assert len(name.encode("utf-8")) <= 255
        assert not set(name) & set('/\\:*?"<>| ')


def test_a_file_says_what_it_is():
    strip = SimpleNamespace(zone="a / b", number=3, trend_deg=59.996)
    assert raster_tags(strip, (2.0, 2.5)) == {
        "SSF_VERSION": __version__,
        "SSF_ZONE": "a / b",
        "SSF_STRIP": "3",
        "SSF_TREND_DEG": "60.00",
        "SSF_THICKNESS_PX": "2,2.5",
    }
    assert band_names((2.0, 2.5)) == ["2 px", "2.5 px"]


def test_a_strip_s_row_is_in_the_units_of_its_columns():
    strip = SimpleNamespace(
        zone="Z", number=2, n_windows=5, along_m=28_200.0, trend_deg=133.5, lines=[4, 5, 9]
    )
    row = dict(zip([field.name for field in STRIP_FIELDS], strip_values(strip, "z.tif")))
    assert row == {
        "zone": "Z", "strip": 2, "n_windows": 5, "along_km": 28.2, "trend_deg": 133.5,
        "n_lines": 3, "file": "z.tif",
    }  # fmt: skip

"""Offsets of clocks in GDAL's text of dates, by ISO 8601: quarters of an hour ahead of UTC."""

import pytest

from ssf_model.headless.columns import _quarters


@pytest.mark.parametrize(
    ("zone", "quarters"),
    [
        ("Z", 0),
        ("+00:00", 0),
        ("+05:45", 23),
        ("-03:30", -14),
        ("+0530", 22),
        ("-08", -32),
        ("+14:00", 56),
        ("-00:15", -1),
    ],
)
def test_quarters_are_those_of_the_clock(zone, quarters):
    assert _quarters(zone) == quarters

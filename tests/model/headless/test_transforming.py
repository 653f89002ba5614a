"""Places that another reference system does not have."""

import numpy as np
import pytest

from ssf_model.errors import InputError
from ssf_model.headless.transforming import transformed


@pytest.mark.parametrize("lost", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("axis", [0, 1])
def test_the_first_place_that_is_lost_is_named(monkeypatch, lost, axis):
    """Some versions of PROJ give such numbers where others refuse."""
    answer = [[1.0, 2.0, 3.0], [4.0, 5.0, 6.0]]
    answer[axis][1] = lost
    monkeypatch.setattr("rasterio.warp.transform", lambda *_: answer)
    places = np.array([[12.5, 40.0], [13.25, 90.0], [14.0, 41.0]])
    match = "faults: x = 13.25, y = 90 lies outside of what its coordinate reference system"
    with pytest.raises(InputError, match=match):
        transformed(places, "EPSG:4326", "EPSG:3857", "faults")

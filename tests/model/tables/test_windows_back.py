"""A window read back from its row and its outline is the window that was written."""

import numpy as np
import pytest

from makers.drawn_maps import model_that, traces_of
from ssf_model.errors import InputError
from ssf_model.estimate.estimating import estimate_strips
from ssf_model.scale import ExperimentScale
from ssf_model.tables.estimates import WINDOW_FIELDS, window_values
from ssf_model.tables.windows_back import check_columns, window_from_row
from ssf_model.zones.planning import plan_strips

SCALE = ExperimentScale()
NAMES = [field.name for field in WINDOW_FIELDS]


@pytest.fixture(scope="module")
def windows():
    """Three windows of a zone that runs to the north-east."""
    traces = traces_of([[-7_000, -7_000], [0, 300], [7_000, 7_000]], zone_names=["Z"])
    strips = plan_strips(traces, scale=SCALE)
    model = model_that(lambda window: 0.37)
    found = [w for one in estimate_strips(traces, strips, [model]) for w in one.windows]
    assert len(found) == 3
    return found


def row_of(window):
    return dict(zip(NAMES, window_values(window)))


def turned(ring, corner, backward):
    """The same outline from another corner, or the other way round."""
    ring = np.roll(ring[:4], -corner, axis=0)
    ring = ring[::-1] if backward else ring
    return np.concatenate([ring, ring[:1]])


def assert_same(found, window):
    told = {name: value for name, value in row_of(found).items() if not name.startswith("by_")}
    assert told == {name: value for name, value in row_of(window).items() if name in told}


@pytest.mark.parametrize("corner", range(4))
@pytest.mark.parametrize("backward", [False, True])
@pytest.mark.parametrize("with_trend", [True, False])
def test_whatever_corner_its_outline_begins_at(windows, corner, backward, with_trend):
    """The first side of the footprint runs along strike: 6.4 km, not 12.8."""
    for window in windows:
        row = row_of(window)
        if not with_trend:
            row["trend_deg"] = None
        found = window_from_row(row, turned(window.footprint, corner, backward))
        first, second = found.footprint[:2]
        assert sorted(map(tuple, found.footprint[:4])) == sorted(map(tuple, window.footprint[:4]))
        degrees = {tuple(window.footprint[n]): n for n in range(4)}
        assert {degrees[tuple(first)], degrees[tuple(second)]} in ({0, 1}, {2, 3})
        np.testing.assert_array_equal(found.footprint[0], found.footprint[4])
        if with_trend:
            assert_same(found, window)
        else:
            assert np.isnan(found.trend_deg)


@pytest.mark.parametrize("name", ["zone", "along_km", "ke"])
def test_a_column_that_is_needed_is_asked_for_by_name(windows, name):
    names = list(row_of(windows[0]))
    check_columns(names, "layer 'a'")
    names.remove(name)
    with pytest.raises(InputError, match=f"^layer 'a' has no column '{name}', so it holds no wind"):
        check_columns(names, "layer 'a'")


def test_what_has_not_four_corners_is_refused(windows):
    ring = np.concatenate([windows[0].footprint[:4], windows[0].footprint[1:2] + 0.01])
    ring = np.concatenate([ring, ring[:1]])
    with pytest.raises(InputError, match="four corners; this polygon has 5"):
        window_from_row(row_of(windows[0]), ring)


def test_columns_that_other_versions_lack_are_nought_or_unknown(windows):
    row = row_of(windows[0])
    found = window_from_row(
        {name: row[name] for name in ("zone", "along_km", "ke")}, windows[0].footprint
    )
    assert (found.strip, found.window, found.n_members, found.trace_px) == (0, 0, 0, 0)
    assert (found.flags, found.sense, found.model, found.generalized) == ((), "", "", False)
    assert (found.ke_low, found.ke_p05, found.ke_raw, found.others) == (None,) * 4


def test_generalized_is_read_from_a_number(windows):
    row = {**row_of(windows[0]), "generalized": 1}
    assert window_from_row(row, windows[0].footprint).generalized is True

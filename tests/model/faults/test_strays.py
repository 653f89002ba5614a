"""What holds no trace is left out with a count, unless a user is to hear of it at once."""

import numpy as np
import pytest

from ssf_model.errors import InputError
from ssf_model.faults.repeats import is_one_place
from ssf_model.faults.strays import without_strays

LINE = np.array([[10.0, 45.0], [10.1, 45.0]])
DOT = np.array([[10.0, 45.0], [10.0, 45.0]])
PARTS = [[LINE], [], [LINE, DOT, DOT], [DOT], [LINE[:1]], [LINE]]
NAMES = [f"feature {number}" for number in range(6)]


def test_what_is_no_trace_is_left_out_and_counted():
    parts, remarks = without_strays(PARTS, NAMES, {5: "point"}, label="map")
    assert [len(lines) for lines in parts] == [1, 0, 1, 0, 0, 0]
    assert remarks == [
        "4 of 6 features hold no trace and are skipped: 1 without geometry, 1 without length, "
        "1 of one vertex, 1 point; the first is feature 1.",
        "2 parts of other features have no length and are skipped.",
    ]


@pytest.mark.parametrize(
    ("number", "match"),
    [
        (1, "^feature 1 has no geometry"),
        (2, "^feature 2 has no length"),
        (3, "^feature 3 has no length"),
        (4, "^feature 4 has a broken geometry, a line of one vertex"),
        (5, "^feature 5 is a point; fault traces are lines"),
    ],
)
def test_where_that_is_asked_for_the_first_of_them_is_refused(number, match):
    parts = [[LINE]] * number + [PARTS[number]] + PARTS
    names = [f"feature {place}" for place in range(len(parts))]
    kinds = {5: "point"} if number == 5 else {}
    with pytest.raises(InputError, match=match):
        without_strays(parts, names, kinds, label="map", strict=True)


def test_a_map_of_nothing_else_is_refused():
    with pytest.raises(
        InputError, match=r"^map is empty.*\(1 without geometry, 1 without length\)"
    ):
        without_strays([[], [DOT]], NAMES[:2], {}, label="map")
    with pytest.raises(InputError, match=r"^map is empty: it holds no fault trace\.$"):
        without_strays([], [], {}, label="map")


@pytest.mark.parametrize("turned", [-360.0, 0.0, 360.0])
@pytest.mark.parametrize(("east_deg", "expected"), [(0.0, True), (1e-8, True), (1e-6, False)])
def test_one_place_is_one_to_a_centimetre_and_360_degrees_on(east_deg, turned, expected):
    """A degree of longitude is 78.8 km there: .8 mm and 8 cm."""
    line = np.array([[10.0, 45.0], [10.0 + east_deg + turned, 45.0]])
    assert is_one_place(line) is expected

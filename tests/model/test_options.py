import pytest

from ssf_model.errors import InputError
from ssf_model.options import Options, parse_pixel_sizes, parse_thickness


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"sense": "left"}, "sense"),
        ({"flips": "some"}, "Flips"),
        ({"generalize": "sometimes"}, "generalized auto, never, always, not 'sometimes'"),
        ({"shift_px": -1}, "shift is 0 to 12 px, not -1"),
        ({"shift_px": float("nan")}, "shift is 0 to 12 px, not nan"),
        ({"other_pixel_sizes_m": (88.0, 0.0)}, r"1 to 10000 m wide on the ground, not 0\.0"),
        ({"other_pixel_sizes_m": (float("nan"),)}, "wide on the ground, not nan"),
        ({"other_pixel_sizes_m": tuple(range(50, 150))}, "3 thicknesses at 101 sizes .* too many"),
        ({"thickness_px": (3.0,) * 33}, "up to 32 numbers above 0 and up to 16 px"),
        ({"thickness_px": (1e50,)}, "up to 16 px"),
        ({"thickness_px": ()}, "up to 32 numbers"),
    ],
)
def test_unknown_options_are_refused(options, match):
    with pytest.raises(InputError, match=match):
        Options(**options)


def test_thickness_is_read_from_text():
    assert parse_thickness("2, 3,4.5") == (2.0, 3.0, 4.5)
    assert parse_thickness("2;3.5") == (2.0, 3.5)
    assert parse_thickness("3") == (3.0,)


@pytest.mark.parametrize("text", ["", "a", "2,,3", "2,5;3", "0", "-1", "17", "nan", "inf"])
def test_thickness_that_is_none_is_refused(text):
    with pytest.raises(InputError, match="such as 2,3,4"):
        parse_thickness(text)


def test_thousands_of_thicknesses_are_refused_in_a_line():
    with pytest.raises(InputError, match="up to 32 numbers") as refusal:
        parse_thickness("3," * 5_000 + "3")
    assert len(str(refusal.value)) < 200


def test_pixel_sizes_are_read_from_text():
    assert parse_pixel_sizes("88; 120") == (88.0, 120.0)


@pytest.mark.parametrize("text", ["", "100 m", "88,0", "88,5;120,5", "inf"])
def test_pixel_sizes_that_are_none_are_refused(text):
    with pytest.raises(InputError, match="such as 64,88,120"):
        parse_pixel_sizes(text)


def test_windows_are_moved_each_way_once():
    assert Options(shift_px=0).shifts_px == ((0, 0),)
    assert set(Options(shift_px=1.5).shifts_px) == {
        (0, 0),
        (1.5, 0),
        (-1.5, 0),
        (0, 1.5),
        (0, -1.5),
    }


def test_more_pixel_sizes_than_drawings_are_refused():
    with pytest.raises(InputError, match="1001 sizes of a pixel are too many"):
        parse_pixel_sizes(",".join(str(size) for size in range(1, 1002)))
    assert len(parse_pixel_sizes(",".join(str(size) for size in range(1, 1001)))) == 1000

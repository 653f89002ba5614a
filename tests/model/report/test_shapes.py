"""Shapes and numbers that pictures are made of: hatching, ticks, scale bars."""

import numpy as np
import pytest

from ssf_model.report.shapes import hatching, nice_ticks, rectangle, round_length


def test_hatching_stays_inside_and_lines_are_evenly_apart():
    ring = rectangle(10, 20, 60, 50)[:4]
    lines = hatching(ring, apart=5)
    for line in lines:
        assert (line >= [10 - 1e-9, 20 - 1e-9]).all()
        assert (line <= [60 + 1e-9, 50 + 1e-9]).all()
        assert line[0].sum() == pytest.approx(line[1].sum())  # rises at 45 degrees
    levels = [line[0].sum() / np.sqrt(2) for line in lines]
    np.testing.assert_allclose(np.diff(levels), 5)
    assert len(lines) == pytest.approx(80 / np.sqrt(2) / 5, abs=1)


@pytest.mark.parametrize(
    ("low", "high", "most", "expected"),
    [(0, 1, 6, [0, 0.2, 0.4, 0.6, 0.8, 1]), (3, 31, 5, [10, 20, 30]), (0, 6.4, 9, range(7))],
)
def test_ticks_are_round_numbers(low, high, most, expected):
    np.testing.assert_allclose(nice_ticks(low, high, most), list(expected), atol=1e-9)


@pytest.mark.parametrize(("most", "expected"), [(19.9, 10), (20, 20), (7, 5), (0.3, 0.2), (1, 1)])
def test_a_scale_bar_has_a_round_length(most, expected):
    assert round_length(most) == pytest.approx(expected)


def test_no_tick_is_called_minus_nothing():
    assert [f"{tick:g}" for tick in nice_ticks(-0.4, 3.0, 4)] == ["0", "1", "2", "3"]

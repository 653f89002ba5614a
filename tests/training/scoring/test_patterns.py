"""Patterns of faults, counted on maps that are drawn by hand."""

import numpy as np
import pytest

from ssf_model.errors import InputError
from training.scoring.pattern_figure import draw_patterns
from training.scoring.patterns import (
    CLAY,
    KE_CLASSES,
    PATTERNS,
    ke_class,
    pattern_table,
    patterns_of,
    read_clay_maps,
    table_text,
)

DRAWN = """
....................
##############......
......##############
....................
..####....##........
..####....##........
....................
"""


def drawn(text):
    return np.array([[letter == "#" for letter in line] for line in text.split()], np.uint8)


def only(fault_map):
    return {name: values[0] for name, values in patterns_of(fault_map[None]).items()}


def test_statistics_are_those_counted_by_hand():
    """Two lines that overlap in columns 6 to 13 are two rows of one run there."""
    found = only(drawn(DRAWN))
    assert found["covered"] == 1
    assert found["strands"] == pytest.approx((20 + 4 + 2) / 20)
    assert found["width_px"] == pytest.approx((14 + 14 + 8 + 4) / 26)
    # columns' mean rows: 1 (0, 1), (1 + 4 + 5) / 3 in 2 to 5, 1.5 in 6 to 9, (1+2+4+5)/4, 2
    assert found["range_rows"] == pytest.approx(10 / 3 - 1)


def test_half_a_map_without_a_fault_is_not_covered():
    fault_map = np.zeros((8, 40), np.uint8)
    fault_map[3, :20] = 1
    found = only(fault_map)
    assert (found["covered"], found["strands"], found["width_px"]) == (0.5, 1, 1)
    assert (found["range_rows"], found["angle_deg"]) == (0, 0)


def test_faults_at_the_rims_count_and_a_gap_parts_two():
    fault_map = np.zeros((6, 3), np.uint8)
    fault_map[[0, 1, 3, 5]] = 1
    found = only(fault_map)
    assert found["strands"] == 3
    assert found["width_px"] == pytest.approx(4 / 3)


@pytest.mark.parametrize(("down", "degrees"), [(1, 45.0), (-1, -45.0)])
def test_faults_that_run_downward_to_the_right_have_a_positive_angle(down, degrees):
    fault_map = np.eye(20, dtype=np.uint8)[::down]
    assert only(fault_map)["angle_deg"] == pytest.approx(degrees)
    assert only(fault_map)["range_rows"] == 19


def test_long_patches_count_by_their_pixels_and_short_ones_not():
    """A diagonal of 20 pixels, a level line of 30, and an upright one that is one column wide."""
    fault_map = np.zeros((60, 60), np.uint8)
    fault_map[np.arange(20), np.arange(20)] = 1
    fault_map[40, 20:50] = 1
    fault_map[20:38, 55] = 1
    assert only(fault_map)["angle_deg"] == pytest.approx(45 * 20 / 50)
    fault_map[:] = 0
    fault_map[5, 5:16] = 1  # 11 columns
    assert np.isnan(only(fault_map)["angle_deg"])
    fault_map[5, 16] = 1
    assert only(fault_map)["angle_deg"] == 0


def test_a_map_without_a_fault_has_no_pattern():
    found = only(np.zeros((9, 9), np.uint8))
    assert found.pop("covered") == 0
    assert np.isnan(list(found.values())).all()


def test_classes_of_ke_begin_at_their_lower_edge():
    ke = [0.0, 0.19, 0.2, 0.55, 0.6, 0.899, 0.9, 1.2]
    named = [KE_CLASSES[number] for number in ke_class(np.array(ke))]
    assert named == [
        "below .2", "below .2", ".2 to .3", ".5 to .6", ".6 to .7", ".8 to .9", ".9 and above",
        ".9 and above",
    ]  # fmt: skip
    assert set(CLAY) <= set(KE_CLASSES)
    assert all(set(row) <= set(PATTERNS) for row in CLAY.values())


def many():
    """Windows with a line over 10, 20, 30 and 40 of 40 columns, at KE .25, and one at .95."""
    maps = np.zeros((5, 30, 40), np.uint8)
    for place, cols in enumerate((10, 20, 30, 40, 40)):
        maps[place, 14:16, :cols] = 1
    return maps, np.array([0.25, 0.25, 0.25, 0.25, 0.95])


def test_the_table_holds_quantiles_of_each_class():
    table = pattern_table(*many(), quantiles=(0.0, 0.5, 1.0))
    assert list(table) == [".2 to .3", ".9 and above"]
    assert table[".2 to .3"]["windows"] == [4]
    assert table[".2 to .3"]["covered"] == [0.25, 0.625, 1]
    assert table[".2 to .3"]["width_px"] == [2, 2, 2]
    assert table[".9 and above"]["covered"] == [1, 1, 1]


def test_a_statistic_that_no_window_of_a_class_has_is_left_out():
    maps = np.zeros((1, 30, 40), np.uint8)
    maps[0, 5, 3:6] = 1
    table = pattern_table(maps, np.array([0.1]), quantiles=(0.5,))
    assert "angle_deg" not in table["below .2"]


def test_the_text_shows_both_side_by_side():
    table = pattern_table(*many(), quantiles=(0.1, 0.5, 0.9))
    text = table_text(table)
    line = next(line for line in text.splitlines() if ".2 to .3" in line)
    assert "| 4 | 0.33 **0.62** 0.93 (0.70 to 0.97) | 1.00 **1.00** 1.00 (1.00 to 1.50) |" in line
    clay = pattern_table(*many(), quantiles=(0.0, 1.0))
    line = next(line for line in table_text(table, clay).splitlines() if ".2 to .3" in line)
    assert "0.33 **0.62** 0.93 (0.25 to 1.00)" in line
    assert "2.00 **2.00** 2.00 (2.00) |" in line  # one number where both ends are one


def write_clay(path, **changed):
    maps = np.zeros((2, 128, 114), np.uint8)
    maps[0, 60, :64] = maps[1, 50, 50:] = 1
    arrays = {
        "fault_map": maps,
        "published_ke": np.array([[0.5, 0.1], [0.2, 0.7]], np.float32),
        "ke_first_window": np.array([0.4, 0.3]),
        **changed,
    }
    np.savez(path, **{name: array for name, array in arrays.items() if array is not None})
    return path


def test_clay_windows_have_their_printed_label_or_the_studys_answer(tmp_path):
    windows, ke = read_clay_maps(write_clay(tmp_path / "clay.npz"))
    assert windows.shape == (4, 128, 64)
    np.testing.assert_allclose(ke, [0.4, 0.1, 0.3, 0.7])
    assert windows.sum(axis=(1, 2)).tolist() == [64, 14, 14, 64]


def test_clay_files_that_do_not_fit_are_refused(tmp_path):
    with pytest.raises(InputError, match=r"clay.npz: not a readable file of clay maps"):
        read_clay_maps(tmp_path / "clay.npz")
    with pytest.raises(InputError, match="not a readable file of clay maps"):
        read_clay_maps(write_clay(tmp_path / "a.npz", published_ke=None))
    with pytest.raises(InputError, match="has 4 windows, but KE of 6"):
        read_clay_maps(write_clay(tmp_path / "b.npz", published_ke=np.zeros((2, 3))))
    whole = write_clay(tmp_path / "c.npz").read_bytes()
    for content in (b"", whole[:400], whole[:150] + b"\xff" + whole[151:]):
        (tmp_path / "c.npz").write_bytes(content)
        with pytest.raises(InputError, match=r"c\.npz: not a readable file of clay maps"):
            read_clay_maps(tmp_path / "c.npz")


def test_the_figure_shows_clay_first_and_each_class_on_a_line():
    maps, ke = many()
    maps = np.pad(maps, ((0, 0), (40, 40), (0, 0)))
    figure = draw_patterns(maps, ke, rng=np.random.default_rng(1), clay=(maps[:1], ke[:1]))
    shown = [axes.get_title("left") for axes in figure.axes if axes.images]
    assert shown == ["clay 0.25", *4 * ["virtual 0.25"], "virtual 0.95"]
    np.testing.assert_array_equal(figure.axes[0].images[0].get_array(), maps[0, 24:-24])
    labelled = [axes for axes in figure.axes if axes.texts]
    assert [axes.texts[0].get_text() for axes in labelled] == [".2 to .3", ".9 and above"]
    for axes in labelled:  # left of the first window of its row
        assert axes.get_subplotspec().colspan.start == 0
        place = axes.texts[0].get_transform().transform(axes.texts[0].get_position())
        np.testing.assert_allclose(place, axes.transAxes.transform((-0.1, 0.5)))
    alone = draw_patterns(maps, ke, rng=np.random.default_rng(1))
    assert not any("clay" in axes.get_title("left") for axes in alone.axes)

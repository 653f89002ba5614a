"""Windows drawn as mappers draw, and what the table says of how finely that is."""

import numpy as np
import pytest

from ssf_model.drawing.drawn_lines import drawn_lines
from ssf_model.drawing.raster import burn_traces
from ssf_model.scale import ExperimentScale
from training.experiments.experiment import Experiment
from training.windows.dataset import load_windows, write_windows
from training.windows.labelled import labelled_windows, pen_seed
from training.windows.mapper import draw_style, mapped_lines
from training.windows.pen import centre_lines

pytest.importorskip("skimage", reason="the pen needs scikit-image")

BOTH = ("raw", "drawn")
WINDOWS = 5


def echelon_experiment(name="EB_025_1", frames=6):
    """Each frame has four wavy faults en echelon, two of which a gap of 4 px cuts."""
    rng = np.random.default_rng(3)
    shape = (135, 64 + 50 * (WINDOWS - 1))
    fault_map = np.zeros((*shape, frames), np.uint8)
    for frame in range(frames):
        for number, start in enumerate((5, 65, 125, 190)):
            x = np.arange(start, start + 60.0)
            y = 75 - 0.2 * (x - start) + 2 * np.sin(x / rng.uniform(4, 9))
            trace = np.column_stack([x, y])
            parts = [trace[:30], trace[36:]] if number < 2 else [trace]
            fault_map[:, :, frame] |= burn_traces(parts, shape, pixel_size_m=1, thickness_px=[3])[0]
    labels = rng.random((2, WINDOWS, frames))
    return Experiment(name, "virtual", fault_map, *labels, ExperimentScale())


def test_a_mapped_window_is_cut_from_the_frame_in_its_mapper_s_style():
    """Slow twin, which burns and measures lines moved into the cut's 128 of 135 rows."""
    experiment = echelon_experiment()
    labelled = labelled_windows(experiment, pens=["mapped"])
    assert len(labelled.rows) > 20
    for window_map, (_, window, frame, ke, _, _, source, stretch_px) in zip(
        labelled.maps, labelled.rows
    ):
        rng = np.random.default_rng([pen_seed(experiment.name), 3, frame])
        style = draw_style(rng)
        centre = centre_lines(experiment.fault_map[:, :, frame])
        down, right = style.shift_px
        lines = [line + [right, -7 - down] for line in mapped_lines(centre, style, rng=rng)]
        shape = (128, experiment.fault_map.shape[1])
        full = burn_traces(lines, shape, pixel_size_m=1, thickness_px=[style.thickness_px])[0]
        np.testing.assert_array_equal(window_map, full[:, 50 * window : 50 * window + 64])
        assert source == f"virtual, mapped {style.thickness_px:g} px"
        assert ke == experiment.ke[window, frame]
        (found,) = drawn_lines(lines, [50 * window], scale=ExperimentScale(pixel_size_m=1.0))
        assert stretch_px == pytest.approx(found.stretch_px, abs=0.000_51)  # three decimals
    assert len({row[7] for row in labelled.rows}) > 10


def test_the_table_tells_how_finely_the_lines_in_a_window_are_drawn():
    """A straight fault of 90 px, whose ends wander a little, and wavy ones of a vertex a pixel."""
    fault_map = np.zeros((135, 114, 1), np.uint8)
    fault_map[60:63, 10:100] = 1
    labels = np.zeros((2, 2, 1))
    straight = Experiment("A", "virtual", fault_map, *labels, ExperimentScale())
    raw, drawn = labelled_windows(straight, pens=BOTH).rows[::2]
    assert (raw[7], raw[6]) == (1.0, "virtual")
    assert 75 < drawn[7] < 90
    labelled = labelled_windows(echelon_experiment(), pens=BOTH)
    for row in labelled.rows:
        assert row[7] == 1.0 if row[6] == "virtual" else 0.9 < row[7] < 1.6


def test_lines_below_the_cut_s_rows_do_not_count():
    """A dash of 20 px in the window, a fault of 114 px in the rows 128 to 134."""
    fault_map = np.zeros((135, 114, 1), np.uint8)
    fault_map[60:63, 20:40] = 1
    fault_map[130:133] = 1
    labels = np.zeros((2, 2, 1))
    experiment = Experiment("A", "virtual", fault_map, *labels, ExperimentScale())
    (row,) = (row for row in labelled_windows(experiment, pens=["drawn"]).rows if row[1] == 0)
    assert 10 < row[7] < 20


def test_a_window_into_which_a_line_s_width_alone_reaches_has_the_stretch_of_pixels():
    """A dash that ends at x = 49.9 before the second window's first column, drawn 4 px thick."""
    fault_map = np.zeros((135, 114, 40), np.uint8)
    fault_map[60:63, 20:51] = 1
    labels = np.zeros((2, 2, 40))
    experiment = Experiment("A", "virtual", fault_map, *labels, ExperimentScale())
    rows = labelled_windows(experiment, pens=["drawn"]).rows
    inside, outside = ([row[7] for row in rows if row[1] == window] for window in (0, 1))
    assert min(inside) > 20
    assert 1.0 in outside


def test_the_mapper_depends_on_the_experiment_s_name_alone():
    pens = ("raw", "mapped")
    alone = labelled_windows(echelon_experiment(), pens=["mapped"])
    beside = labelled_windows(echelon_experiment(), pens=pens)
    other = labelled_windows(echelon_experiment("EB_025_2"), pens=["mapped"])
    np.testing.assert_array_equal(beside.maps[-len(alone.maps) :], alone.maps)
    assert beside.rows[-len(alone.rows) :] == alone.rows
    assert [row[7] for row in alone.rows] != [row[7] for row in other.rows]
    # A frame's mapper knows no other frame.
    experiment = echelon_experiment()
    experiment.fault_map[:, :, 0] = 0
    later = labelled_windows(experiment, pens=["mapped"])
    assert later.rows == [row for row in alone.rows if row[2] > 0]


def test_the_folder_keeps_stretches_and_says_how_mappers_differ(tmp_path):
    experiment = echelon_experiment()
    manifest = write_windows([experiment], tmp_path / "w", pens=("raw", "mapped"))
    windows = load_windows(tmp_path / "w")
    labelled = labelled_windows(experiment, pens=("raw", "mapped"))
    assert windows.stretch_px.dtype == np.float32
    np.testing.assert_allclose(windows.stretch_px, [row[7] for row in labelled.rows], rtol=1e-6)
    assert manifest["mapped"]["spacing_px"] == [0.6, 60.0]
    assert manifest["pen_seeds"] == {"EB_025_1": pen_seed("EB_025_1")}
    assert manifest["versions"]["scikit-image"]
    assert "mapped" not in write_windows([experiment], tmp_path / "drawn", pens=BOTH)

"""A sheet shows the maps and the labels that the file holds."""

import numpy as np
import pytest
from scipy.io import savemat

from makers.hand_made_mat import windows_2022
from ssf_model.errors import InputError
from ssf_model.scale import ExperimentScale
from training.__main__ import main
from training.experiments.experiment import Experiment
from training.experiments.files import read_experiment
from training.experiments.sheet import chosen_frames, draw_sheet, read_sheet, window_ke

ROWS, COLS, FRAMES = 135, 114, 8  # two windows: columns 0 to 63 and 50 to 113
FAR, NEAR = 0.5, -0.25  # displacement of the plates a frame


@pytest.fixture(scope="module")
def clay(tmp_path_factory):
    """A file of the clay form whose second window shows no fault before frame 5."""
    path = tmp_path_factory.mktemp("raw") / "EB_1.mat"
    rng = np.random.default_rng(4)
    fault_map = np.zeros((ROWS, COLS, FRAMES), np.uint8)
    fault_map[60, 10:40, 2:] = 1
    fault_map[70, 80:100, 5:] = 1
    u = np.broadcast_to(np.linspace(FAR, NEAR, ROWS)[:, None, None], fault_map.shape)
    curl = rng.normal(0.1, 0.02, fault_map.shape)
    savemat(path, {"curl_map": curl, "altBW_filt": fault_map, "store_u": u, "store_v": 0 * u})
    return path


def test_each_panel_shows_its_variable_at_its_moment(clay):
    sheet = read_sheet(clay)
    figure = draw_sheet(sheet, [2, 7])
    panels = [axes for axes in figure.axes if axes.images]
    shown = np.array([axes.images[0].get_array() for axes in panels]).reshape(2, 4, ROWS, COLS)
    for row, frame in enumerate((2, 7)):
        for column, name in enumerate(("store_u", "store_v", "curl_map")):
            np.testing.assert_array_equal(shown[row, column], sheet.fields[name][:, :, frame])
        faults = sheet.experiment.fault_map[:, :, frame]
        np.testing.assert_array_equal(shown[row, 3], 1 - faults)  # black on white
    limits = {axes.images[0].get_clim() for axes in panels[::4]}
    assert len(limits) == 1  # one scale of colours for all moments


def test_windows_bear_their_labels_and_curves_follow_them(clay):
    """Oracle: the labels that ingestion reads; windows without a fault have none."""
    sheet = read_sheet(clay)
    label = read_experiment(clay).ke
    figure = draw_sheet(sheet, [2, 7])
    early, late = (axes for axes in figure.axes if axes.texts)
    assert [text.get_text() for text in early.texts] == [f"{label[0, 2]:.2f}", "-"]
    assert [text.get_text() for text in late.texts] == [f"{ke:.2f}" for ke in label[:, 7]]
    boxes = [line.get_xdata() for line in late.lines]
    assert [(box.min(), box.max()) for box in boxes] == [(0, 63), (50, 113)]
    first, second = figure.axes[-1].lines[:2]
    # By hand: the plates move by .75 in each frame.
    np.testing.assert_allclose(first.get_xdata(), (FAR - NEAR) * np.arange(1, FRAMES + 1))
    np.testing.assert_array_equal(first.get_ydata()[2:], label[0, 2:])
    np.testing.assert_array_equal(np.isnan(second.get_ydata()), np.arange(FRAMES) < 5)
    assert np.isnan(window_ke(sheet.experiment)[0, :2]).all()


def test_a_form_without_displacements_shows_maps_against_frames(tmp_path):
    path = tmp_path / "sand.mat"
    savemat(path, windows_2022(windows=2, frames=6))
    sheet = read_sheet(path)
    figure = draw_sheet(sheet, [0, 5])
    assert sum(bool(axes.images) for axes in figure.axes) == 2
    np.testing.assert_array_equal(figure.axes[-1].lines[0].get_xdata(), np.arange(6))
    assert figure.axes[-1].get_xlabel() == "frame"


def test_moments_go_from_the_first_fault_to_the_last_frame():
    fault_map = np.zeros((4, 4, 21), np.uint8)
    assert chosen_frames(fault_map, 3) == [0, 10, 20]
    fault_map[1, 1, 10:12] = 1
    assert chosen_frames(fault_map, 3) == [10, 15, 20]
    assert chosen_frames(fault_map, 1) == [20]
    assert chosen_frames(fault_map, 50) == list(range(10, 21))
    with pytest.raises(InputError, match="1 moment or more, not 0"):
        chosen_frames(fault_map, 0)


def test_the_verb_writes_a_whole_picture_and_replaces_none_unasked(clay, tmp_path, capsys):
    out = tmp_path / "sheet.png"
    words = ["picture", str(clay), "--out", str(out), "--moments", "2"]
    assert main(words) == 0
    assert out.read_bytes().startswith(b"\x89PNG")
    assert "frames 2, 7" in capsys.readouterr().out
    assert [path.name for path in tmp_path.iterdir()] == ["sheet.png"]
    assert main(words) == 1
    assert "exists" in capsys.readouterr().err
    assert main([*words[:3], str(tmp_path / "sheet.jpg")]) == 1
    assert "written as .png or .svg" in capsys.readouterr().err
    svg = tmp_path / "sheet.svg"
    assert main([*words[:3], str(svg)]) == 0
    assert "<svg" in svg.read_text()


@pytest.mark.parametrize(
    ("col", "shown"), [(0, (0,)), (49, (0,)), (50, (0, 1)), (63, (0, 1)), (64, (1,)), (113, (1,))]
)
def test_a_window_has_a_ke_where_a_fault_lies_in_its_columns(col, shown):
    """Columns 0 to 63 and 50 to 113; a fault below their 128 rows is in neither."""
    maps = np.zeros((ROWS, COLS, 2), np.uint8)
    maps[100, col, 0] = maps[130, col, 1] = 1
    ke = np.full((2, 2), 0.5)
    experiment = Experiment("A", "clay", maps, ke, ke, ExperimentScale())
    known = np.isfinite(window_ke(experiment))
    assert tuple(np.flatnonzero(known[:, 0])) == shown
    assert not known[:, 1].any()

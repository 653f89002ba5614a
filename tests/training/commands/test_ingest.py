"""A folder of files becomes one folder of windows; what does not fit is told, never dropped."""

import json
import multiprocessing

import numpy as np
import pytest
from scipy.io import savemat

from makers.clay_files import clay_file
from makers.hand_made_mat import columns_2022, windows_2022
from makers.mat73 import write_mat73
from training.__main__ import main
from training.windows.dataset import load_windows


@pytest.fixture
def raw(tmp_path):
    """All three forms in both containers, under names that do not tell."""
    folder = tmp_path / "raw"
    folder.mkdir()
    clay_file(folder / "a.mat")
    savemat(folder / "b.mat", windows_2022())
    write_mat73(folder / "c.MAT", columns_2022(rows=112))
    return folder


def spoil(raw):
    """Add files that do not fit; what is said of each, in order."""
    clay_file(raw / "bad1.mat", store_v=None)
    savemat(raw / "bad2.mat", windows_2022(windows=3, label=np.ones((2, 4, 2))))
    write_mat73(raw / "bad3.mat", {**columns_2022(), "KE": np.full((376, 3), np.nan)})
    still = np.zeros((135, 114, 3))
    clay_file(raw / "bad4.mat", store_u=still, store_v=still)
    savemat(raw / "bad5.mat", {**windows_2022(), "last": np.zeros(99)})
    (raw / "bad5.mat").write_bytes((raw / "bad5.mat").read_bytes()[:-600])
    savemat(raw / "bad6.mat", windows_2022(width=128, overlap=26))
    return {
        "bad1.mat": "variable 'store_v' is missing (form clay-2021).",
        "bad2.mat": "'label' has 2 windows, 'fault_map' gives 3 at width 64, stride 50. "
        "Check 'windowWidth' and 'overlap'.",
        "bad3.mat": "'KE' holds NaN or infinity, first in frame 0.",
        "bad4.mat": "the plates stand still in frame 0: first and last row of 'store_u' and "
        "'store_v' have the same medians.",
        "bad5.mat": "cut short or damaged in variable 'last', where the file ends.",
        "bad6.mat": "has windows of 256 x 128 px at stride 102, a of 128 x 64 px at stride 50. "
        "Ingest each size into a folder of its own.",
    }


def lines_of(text):
    """The lines on stderr that are no progress bar."""
    lines = [line.rsplit("\r", 1)[-1] for line in text.splitlines()]
    return [line for line in lines if line.startswith(("left out", "error"))]


def test_all_forms_go_into_one_table(tmp_path, raw):
    assert main(["ingest", str(raw), "--out", str(tmp_path / "w")]) == 0
    windows = load_windows(tmp_path / "w")
    assert windows.manifest["experiments"] == {"a": 6, "b": 12, "c": 21}
    assert windows.manifest["padded_rows"] == {"c": [8, 8]}
    assert windows.manifest["left_out"] == {}
    assert windows.manifest["pixel_size_m"] == 100
    assert windows.maps.shape == (39, 128, 64)
    label = windows_2022()["label"]
    own = windows.experiment == "b"
    at = windows.window[own], windows.frame[own]
    np.testing.assert_array_equal(windows.ke[own], label[(*at, 1)])  # to the last bit
    np.testing.assert_array_equal(windows.ke_sd[own], label[(*at, 0)])


def test_without_keep_going_the_first_misfit_stops_it_in_one_line(tmp_path, raw, capsys):
    said = spoil(raw)
    assert main(["ingest", str(raw), "--out", str(tmp_path / "w")]) == 1
    assert lines_of(capsys.readouterr().err) == [f"error: bad1.mat: {said['bad1.mat']}"]
    assert not (tmp_path / "w").exists()


@pytest.mark.parametrize("workers", ["1", "2"])
def test_keep_going_takes_the_others_and_tells_each_misfit(tmp_path, raw, capsys, workers):
    said = spoil(raw)
    out = tmp_path / "w"
    words = ["ingest", str(raw), "--out", str(out), "--keep-going", "--workers", workers]
    assert main(words) == 1
    captured = capsys.readouterr()
    assert lines_of(captured.err) == [
        *(f"left out: {name}: {why}" for name, why in said.items()),
        f"error: 6 of 9 files were left out, see {out / 'windows.json'}; the others are in.",
    ]
    assert captured.out.startswith("a\t6\nb\t12\nc\t21\n")
    manifest = json.loads((out / "windows.json").read_text())
    assert manifest["left_out"] == said
    assert manifest["experiments"] == {"a": 6, "b": 12, "c": 21}
    assert len(load_windows(out)) == 39


def write_killer(path):
    """One byte flipped, the type of a number: SciPy looks up a type that it does not have."""
    savemat(path, windows_2022())
    whole = b"overlap\0\x02\0\x01\0"  # the name, then uint8 and its length
    content = path.read_bytes()
    assert content.count(whole) == 1
    path.write_bytes(content.replace(whole, whole.replace(b"\x02", b"\x7f")))


@pytest.mark.parametrize("workers", ["1", "2"])
def test_a_file_that_kills_its_reader_is_a_line_and_the_others_go_through(
    tmp_path, raw, capsys, workers
):
    write_killer(raw / "aa.mat")
    words = ["ingest", str(raw), "--out", str(tmp_path / "w"), "--workers", workers]
    assert main(words) == 1
    (line,) = lines_of(capsys.readouterr().err)
    assert line.startswith("error: aa.mat: ")
    assert "damaged" in line
    assert not (tmp_path / "w").exists()
    assert main([*words, "--keep-going"]) == 1
    assert lines_of(capsys.readouterr().err)[0].startswith("left out: aa.mat: ")
    manifest = load_windows(tmp_path / "w").manifest
    assert manifest["experiments"] == {"a": 6, "b": 12, "c": 21}
    assert list(manifest["left_out"]) == ["aa.mat"]
    assert multiprocessing.active_children() == []


def test_a_picture_of_a_file_that_kills_its_reader_is_refused(tmp_path, capsys):
    write_killer(tmp_path / "a.mat")
    words = ["picture", str(tmp_path / "a.mat"), "--out", str(tmp_path / "a.png")]
    assert main(words) == 1
    (line,) = lines_of(capsys.readouterr().err)
    assert line.startswith("error: a.mat: ")
    assert not (tmp_path / "a.png").exists()


def test_keep_going_without_a_misfit_is_no_failure(tmp_path, raw):
    assert main(["ingest", str(raw), "--out", str(tmp_path / "w"), "--keep-going"]) == 0


def test_nothing_readable_leaves_nothing(tmp_path, raw, capsys):
    for path in raw.iterdir():
        path.write_bytes(b"spoilt")
    assert main(["ingest", str(raw), "--out", str(tmp_path / "w"), "--keep-going"]) == 1
    assert lines_of(capsys.readouterr().err)[-1] == "error: None of the 3 files could be read."
    assert not (tmp_path / "w").exists()


def test_large_windows_go_through(tmp_path):
    """Sand at 128 px: windows of 256 x 128, cut by hand."""
    variables = windows_2022(width=128, overlap=26, windows=2)
    (tmp_path / "raw").mkdir()
    savemat(tmp_path / "raw" / "E280_128px.mat", variables)
    words = ["ingest", str(tmp_path / "raw"), "--out", str(tmp_path / "w"), "--pixel-size", "50"]
    assert main(words) == 0
    windows = load_windows(tmp_path / "w")
    keys = ("window_rows", "window_cols", "stride_px", "pixel_size_m")
    assert [windows.manifest[key] for key in keys] == [256, 128, 102, 50]
    by_hand = [
        variables["fault_map"][:, start : start + 128, frame]
        for start in (0, 102)
        for frame in range(4)
    ]
    np.testing.assert_array_equal(windows.maps, by_hand)


@pytest.mark.parametrize("size", ["0", "-5", "nan", "inf"])
def test_a_pixel_size_that_is_none_is_refused(tmp_path, raw, capsys, size):
    words = ["ingest", str(raw), "--out", str(tmp_path / "w"), f"--pixel-size={size}"]
    assert main(words) == 1
    assert "Pixel size must be above 0 m and finite" in capsys.readouterr().err


def test_a_second_file_of_the_same_name_is_refused(tmp_path, raw, capsys):
    """`b.MAT` comes before `b.mat`."""
    savemat(raw / "b.MAT", windows_2022(windows=1))
    words = ["ingest", str(raw), "--out", str(tmp_path / "w")]
    assert main(words) == 1
    said = "b.mat: another file is called b, too."
    assert lines_of(capsys.readouterr().err) == [f"error: {said}"]
    assert main([*words, "--keep-going"]) == 1
    assert lines_of(capsys.readouterr().err)[0] == f"left out: {said}"
    assert load_windows(tmp_path / "w").manifest["experiments"] == {"b": 4, "a": 6, "c": 21}


def test_the_help_tells_of_the_exit_code_and_the_pixel_size(capsys):
    with pytest.raises(SystemExit):
        main(["ingest", "--help"])
    text = " ".join(capsys.readouterr().out.split())
    assert "the exit code is 1 all the same" in text
    assert "default 100" in text

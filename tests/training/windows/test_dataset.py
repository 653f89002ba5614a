import csv
import hashlib
import json

import numpy as np
import pytest

from ssf_model.errors import InputError
from ssf_model.scale import ExperimentScale
from training.__main__ import main
from training.experiments.experiment import Experiment
from training.windows.dataset import load_windows, refuse_unknown_stretch, write_windows


def experiment_of(name="EB_025_1", *, frames=3, seed=0, material="virtual", **scale):
    """An experiment of two windows; the second one shows no fault in the first frame."""
    rng = np.random.default_rng(seed)
    fault_map = (rng.random((135, 114, frames)) < 0.05).astype(np.uint8)
    fault_map[:, 50:, 0] = 0
    labels = rng.random((2, 2, frames))
    return Experiment(name, material, fault_map, *labels, ExperimentScale(**scale))


def test_windows_are_the_study_s_cut_and_empty_ones_are_left_out(tmp_path):
    """Cut by hand: columns 0-63 and 50-113 of the first 128 rows."""
    experiment = experiment_of()
    write_windows([experiment], tmp_path / "w")
    windows = load_windows(tmp_path / "w")
    expected = [(0, 0), (0, 1), (0, 2), (1, 1), (1, 2)]
    assert list(zip(windows.window.tolist(), windows.frame.tolist())) == expected
    for row, (window, frame) in enumerate(expected):
        by_hand = experiment.fault_map[:128, 50 * window : 50 * window + 64, frame]
        np.testing.assert_array_equal(windows.maps[row], by_hand)
        assert windows.trace_px[row] == by_hand.sum() > 0
        assert windows.ke[row] == experiment.ke[window, frame]  # to the last bit
        assert windows.ke_sd[row] == experiment.ke_sd[window, frame]
    assert windows.maps.dtype == np.uint8
    assert set(windows.source) == {"virtual"}


def test_a_window_whose_only_fault_lies_below_its_rows_is_left_out(tmp_path):
    fault_map = np.zeros((135, 114, 2), np.uint8)
    fault_map[130, :, 0] = 1
    fault_map[127, :, 1] = 1
    labels = np.zeros((2, 2, 2))
    experiment = Experiment("E", "laboratory", fault_map, *labels, ExperimentScale())
    write_windows([experiment], tmp_path / "w")
    assert load_windows(tmp_path / "w").frame.tolist() == [1, 1]


def test_names_of_experiments_are_no_formulas_and_read_back_the_same(tmp_path):
    names = ["=1+1", "-2", "@A"]
    write_windows([experiment_of(name) for name in names], tmp_path / "w")
    with (tmp_path / "w" / "windows.csv").open(newline="") as file:
        written = {row["experiment"] for row in csv.DictReader(file)}
    assert written == {"'=1+1", "-2", "'@A"}
    assert set(load_windows(tmp_path / "w").experiment) == set(names)


def test_the_folder_holds_three_files_that_describe_each_other(tmp_path):
    experiments = [experiment_of("A"), experiment_of("B", seed=1, material="laboratory")]
    write_windows(experiments, tmp_path / "w")
    folder = tmp_path / "w"
    assert sorted(p.name for p in folder.iterdir()) == [
        "windows.csv",
        "windows.json",
        "windows.npz",
    ]
    with (folder / "windows.csv").open(newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == [
        "experiment", "window", "frame", "ke", "ke_sd", "trace_px", "source", "stretch_px",
    ]  # fmt: skip
    assert [row[0] for row in rows[1:]] == ["A"] * 5 + ["B"] * 5
    manifest = json.loads((folder / "windows.json").read_text())
    assert manifest["experiments"] == {"A": 5, "B": 5}
    assert manifest["material"] == "laboratory and virtual"
    assert manifest["padded_rows"] == {}
    assert [manifest[key] for key in ("window_rows", "window_cols", "stride_px")] == [128, 64, 50]
    assert list(tmp_path.iterdir()) == [folder]  # nothing left beside it


def test_the_hash_names_the_content(tmp_path):
    hashes = []
    for number, seed in enumerate((0, 0, 1)):
        manifest = write_windows([experiment_of(seed=seed)], tmp_path / str(number))
        hashes.append(manifest["data_sha256"])
    assert hashes[0] == hashes[1] != hashes[2]


def test_files_that_do_not_belong_together_are_refused(tmp_path):
    write_windows([experiment_of()], tmp_path / "a")
    write_windows([experiment_of(seed=1)], tmp_path / "b")
    for name in ("windows.npz", "windows.csv"):
        own = (tmp_path / "a" / name).read_bytes()
        (tmp_path / "a" / name).write_bytes((tmp_path / "b" / name).read_bytes())
        with pytest.raises(InputError, match=r"are not those that windows\.json was written for"):
            load_windows(tmp_path / "a")
        (tmp_path / "a" / name).write_bytes(own)
    load_windows(tmp_path / "a")


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("windows.npz", None, r"windows\.npz is missing"),
        ("windows.csv", None, r"windows\.csv is missing"),
        ("windows.json", None, r"windows\.json is missing"),
        ("windows.json", b"{", "not a readable folder of windows"),
        ("windows.json", b"[]", "not a readable folder of windows"),
        ("windows.npz", b"no archive", "not a readable folder of windows"),
    ],
)
def test_a_spoilt_folder_is_refused(tmp_path, name, content, message):
    write_windows([experiment_of()], tmp_path / "w")
    if content is None:
        (tmp_path / "w" / name).unlink()
    else:
        (tmp_path / "w" / name).write_bytes(content)
    with pytest.raises(InputError, match=message):
        load_windows(tmp_path / "w")


ODD_MANIFESTS = {
    "rows": ({"window_rows": 10**9}, "maps of"),
    "cols as text": ({"window_cols": "8"}, "a scale of"),
    "true as rows": ({"window_rows": True}, "a scale of"),
    "stride": ({"stride_px": 0}, "stride_px must be"),
    "pixel": ({"pixel_size_m": float("nan")}, "a scale of"),
    "no pixel": ({"pixel_size_m": [90.0]}, "a scale of"),
    "material": ({"material": None}, "'material' is not"),
    "experiments": ({"experiments": 3}, "'experiments' is not"),
    "families": ({"families": {"A": "steps"}}, "'families' is not"),
    "hash": ({"data_sha256": 5}, "'data_sha256' is not"),
    "format": ({"format": True}, "not of format 1 or 2"),
}


@pytest.mark.parametrize("name", ODD_MANIFESTS)
def test_a_manifest_that_was_tampered_with_is_refused(tmp_path, name):
    write_windows([experiment_of()], tmp_path / "w")
    entries, message = ODD_MANIFESTS[name]
    path = tmp_path / "w" / "windows.json"
    path.write_text(json.dumps(json.loads(path.read_text()) | entries))
    with pytest.raises(InputError, match=rf"not a readable folder of windows \(.*{message}"):
        load_windows(tmp_path / "w")


def test_lists_in_lists_without_end_are_refused(tmp_path):
    write_windows([experiment_of()], tmp_path / "w")
    (tmp_path / "w" / "windows.json").write_text("[" * 100_000)
    with pytest.raises(InputError, match="not a readable folder of windows"):
        load_windows(tmp_path / "w")


def test_a_folder_that_unpacks_to_far_more_than_its_table_tells_is_refused(tmp_path, monkeypatch):
    """4 MB that unpack to 4 GB would be 4 kB of a smaller test; nothing is unpacked."""
    write_windows([experiment_of()], tmp_path / "w")
    np.savez_compressed(tmp_path / "w" / "windows.npz", maps=np.zeros((9_000, 32, 32), np.uint8))
    monkeypatch.setattr(np, "load", None)
    with pytest.raises(InputError, match=r"maps of 92161\d\d bytes for"):
        load_windows(tmp_path / "w")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("ke,", "kf,", "'ke'"),
        ("\n", "\n1,2\n", "rows of other lengths"),
        ("0.5", "half", "half"),
        ("0.5", "nan", "'ke' that is no finite number"),
    ],
)
def test_a_table_that_was_tampered_with_is_refused_though_its_hash_fits(
    tmp_path, old, new, message
):
    write_windows([experiment_of()], tmp_path / "w")
    path = tmp_path / "w" / "windows.csv"
    table = path.read_text()
    place = table.index(table.splitlines()[1].split(",")[3]) if old == "0.5" else table.index(old)
    old = table[place:].split(",")[0] if old == "0.5" else old
    table = (table[:place] + new + table[place + len(old) :]).encode()
    path.write_bytes(table)
    with np.load(tmp_path / "w" / "windows.npz") as archive:
        content = archive["maps"].tobytes() + table
    manifest = json.loads((tmp_path / "w" / "windows.json").read_text())
    manifest["data_sha256"] = hashlib.sha256(content).hexdigest()
    (tmp_path / "w" / "windows.json").write_text(json.dumps(manifest))
    with pytest.raises(InputError, match=rf"not a readable folder of windows \(.*{message}"):
        load_windows(tmp_path / "w")


def make_older(folder):
    """Make a folder one of format 1: without the table's last column."""
    table = (folder / "windows.csv").read_bytes()
    table = b"".join(line.rpartition(b",")[0] + b"\n" for line in table.splitlines())
    # Only sources with a comma are in quotes, and what is cut off is a number.
    (folder / "windows.csv").write_bytes(table)
    manifest = json.loads((folder / "windows.json").read_text())
    with np.load(folder / "windows.npz") as archive:
        content = archive["maps"].tobytes() + table
    manifest |= {"format": 1, "data_sha256": hashlib.sha256(content).hexdigest()}
    (folder / "windows.json").write_text(json.dumps(manifest))


def test_a_folder_from_before_lines_were_measured_is_read(tmp_path):
    """Maps as measured have the stretch of pixels; what was drawn again has none that is known."""
    pytest.importorskip("skimage", reason="the pen needs scikit-image")
    folder = tmp_path / "w"
    write_windows([experiment_of()], folder, pens=("raw", "drawn"))
    today = load_windows(folder)
    make_older(folder)
    older = load_windows(folder)
    assert older.manifest["format"] == 1
    for name in ("maps", "experiment", "window", "frame", "ke", "ke_sd", "trace_px", "source"):
        np.testing.assert_array_equal(getattr(older, name), getattr(today, name))
    drawn = np.char.find(today.source, "drawn") >= 0
    assert 0 < drawn.sum() < len(drawn)
    np.testing.assert_array_equal(older.stretch_px, np.where(drawn, np.nan, 1.0))
    refuse_unknown_stretch(today)
    message = f"{drawn.sum()} of {len(drawn)} windows were drawn again before it was recorded how"
    with pytest.raises(InputError, match=message):
        refuse_unknown_stretch(older)


def test_an_older_folder_of_windows_as_measured_lacks_nothing(tmp_path):
    write_windows([experiment_of()], tmp_path / "w")
    make_older(tmp_path / "w")
    older = load_windows(tmp_path / "w")
    assert (older.stretch_px == 1).all()
    refuse_unknown_stretch(older)


def test_pickled_maps_are_refused(tmp_path):
    write_windows([experiment_of()], tmp_path / "w")
    np.savez(tmp_path / "w" / "windows.npz", maps=np.array([{"a": 1}], dtype=object))
    with pytest.raises(InputError, match="not a readable folder of windows"):
        load_windows(tmp_path / "w")


def test_experiments_of_two_scales_are_refused_and_nothing_is_written(tmp_path):
    with pytest.raises(InputError, match="differs from the others'"):
        write_windows([experiment_of("A"), experiment_of("B", pixel_size_m=88.0)], tmp_path / "w")
    assert not list(tmp_path.iterdir())


def test_two_experiments_of_one_name_are_refused(tmp_path):
    with pytest.raises(InputError, match="Two experiments are called A"):
        write_windows([experiment_of("A"), experiment_of("A", seed=1)], tmp_path / "w")
    assert not list(tmp_path.iterdir())


def test_experiments_without_a_fault_are_refused(tmp_path):
    experiment = experiment_of()
    experiment.fault_map[:] = 0
    with pytest.raises(InputError, match="No window of these experiments shows a fault"):
        write_windows([experiment], tmp_path / "w")


def test_an_existing_folder_is_kept_unless_overwrite_is_given(tmp_path):
    write_windows([experiment_of()], tmp_path / "w")
    with pytest.raises(InputError, match=r"exists already; give --overwrite to replace it"):
        write_windows([experiment_of(seed=1)], tmp_path / "w")
    write_windows([experiment_of(seed=1)], tmp_path / "w", overwrite=True)
    assert load_windows(tmp_path / "w").ke[0] == experiment_of(seed=1).ke[0, 0]
    assert list(tmp_path.iterdir()) == [tmp_path / "w"]


def test_a_folder_with_other_things_is_never_replaced(tmp_path):
    (tmp_path / "w").mkdir()
    (tmp_path / "w" / "thesis.tex").write_text("years of work")
    with pytest.raises(InputError, match=r"holds something else \(thesis\.tex\)"):
        write_windows([experiment_of()], tmp_path / "w", overwrite=True)
    assert (tmp_path / "w" / "thesis.tex").read_text() == "years of work"


def test_ingest_of_nothing_fails_in_one_line(tmp_path, capsys):
    assert main(["ingest", str(tmp_path), "--out", str(tmp_path / "w")]) == 1
    captured = capsys.readouterr()
    assert captured.err == f"error: {tmp_path} is no folder with .mat files.\n"
    assert not (tmp_path / "w").exists()

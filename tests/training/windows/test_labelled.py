import json

import numpy as np
import pytest
from scipy.io import savemat

from ssf_model.drawing.raster import burn_traces
from ssf_model.errors import InputError
from ssf_model.scale import ExperimentScale
from training.__main__ import main
from training.experiments.experiment import Experiment
from training.windows.dataset import load_windows, write_windows
from training.windows.labelled import labelled_windows, pen_seed
from training.windows.pen import redraw
from training.windows.split import load_split, make_split

pytest.importorskip("skimage", reason="the pen needs scikit-image")

BOTH = ("raw", "drawn")
WINDOWS, FRAMES = 5, 12
REFUSED = "Pens are raw, drawn, varied, varied-drawn, mapped and varied-mapped, each at most once"


def experiment_of(name="EB_025_1", seed=0):
    """Five windows; in each frame one straight fault, which leaves some windows blank."""
    rng = np.random.default_rng(seed)
    shape = (135, 64 + 50 * (WINDOWS - 1))
    fault_map = np.zeros((*shape, FRAMES), np.uint8)
    for frame in range(FRAMES):
        x, y = rng.uniform(0, 150), rng.uniform(40, 100)
        trace = np.array([[x, y], [x + 100, y + rng.uniform(-20, 20)]])
        fault_map[:, :, frame] = burn_traces([trace], shape, pixel_size_m=1, thickness_px=[3])[0]
    labels = rng.random((2, WINDOWS, FRAMES))
    return Experiment(name, "virtual", fault_map, *labels, ExperimentScale())


def thickness_of(source):
    return float(source.split("drawn ")[1].split(" px")[0])


def test_the_raw_pen_alone_is_what_it_was_before_there_were_pens(tmp_path):
    experiment = experiment_of()
    alone = labelled_windows(experiment)
    both = labelled_windows(experiment, pens=BOTH)
    n = len(alone.rows)
    assert n > 20
    assert both.rows[:n] == alone.rows
    np.testing.assert_array_equal(both.maps[:n], alone.maps)
    assert {row[6] for row in alone.rows} == {"virtual"}


def test_each_raw_window_has_one_drawn_twin_with_its_label():
    labelled = labelled_windows(experiment_of(), pens=BOTH)
    raw = [row for row in labelled.rows if row[6] == "virtual"]
    drawn = [row for row in labelled.rows if row[6] != "virtual"]
    keys = [row[:5] for row in raw]  # experiment, window, frame, ke, ke_sd
    assert {row[:5] for row in drawn} <= set(keys)
    assert len({row[:5] for row in drawn}) == len(drawn) >= len(raw) - FRAMES
    assert [row[5] for row in labelled.rows] == labelled.maps.sum(axis=(1, 2)).tolist()
    assert min(row[5] for row in labelled.rows) > 0


def test_a_drawn_window_is_cut_from_the_frame_drawn_with_its_thickness():
    """Slow twin: one thickness a frame; some shift of up to half a pixel gives the very map."""
    experiment = experiment_of()
    labelled = labelled_windows(experiment, pens=["drawn"])
    rng = np.random.default_rng(pen_seed(experiment.name))
    thickness_px = rng.choice([2.0, 3.0, 4.0], size=FRAMES)
    shift_px = rng.uniform(-0.5, 0.5, size=(FRAMES, 2))
    for window_map, (_, window, frame, _, _, _, source, _) in zip(labelled.maps, labelled.rows):
        assert thickness_of(source) == thickness_px[frame]
        full = redraw(
            experiment.fault_map[:, :, frame],
            thickness_px=thickness_px[frame],
            shift_px=shift_px[frame],
        )
        np.testing.assert_array_equal(window_map, full[:128, 50 * window : 50 * window + 64])
    assert len(set(thickness_px)) == 3
    assert {row[6] for row in labelled.rows} == {
        "virtual, drawn 2 px",
        "virtual, drawn 3 px",
        "virtual, drawn 4 px",
    }


def test_the_drawing_depends_on_the_experiment_s_name_alone():
    first, again = (labelled_windows(experiment_of(), pens=["drawn"]) for _ in range(2))
    other = labelled_windows(experiment_of("EB_025_2"), pens=["drawn"])
    np.testing.assert_array_equal(first.maps, again.maps)
    assert first.rows == again.rows
    assert [row[6] for row in first.rows] != [row[6] for row in other.rows]


def test_a_window_that_is_blank_when_drawn_is_left_out_of_the_drawn_ones():
    """A fault of three rows, only the first of which is in the cut: a thin line often is not."""
    fault_map = np.zeros((135, 64, 60), np.uint8)
    fault_map[127:130, 10:50] = 1
    labels = np.zeros((2, 1, 60))
    experiment = Experiment("A", "virtual", fault_map, *labels, ExperimentScale())
    labelled = labelled_windows(experiment, pens=BOTH)
    counts = {source: 0 for *_, source, _ in labelled.rows}
    for *_, source, _ in labelled.rows:
        counts[source] += 1
    assert counts["virtual"] == 60
    assert 0 < sum(counts.values()) - 60 < 60


def test_a_window_that_shows_no_fault_as_measured_is_not_there_drawn_either():
    """A fault just below the cut's 128 rows, drawn thicker than it is, reaches into them."""
    fault_map = np.zeros((135, 114, 60), np.uint8)
    fault_map[60:63, 5:45] = 1  # in the first window
    fault_map[128:130, 70:110] = 1  # below the second
    labels = np.zeros((2, 2, 60))
    experiment = Experiment("A", "virtual", fault_map, *labels, ExperimentScale())
    assert redraw(fault_map[:, :, 0], thickness_px=4, shift_px=(-0.5, 0))[:128, 50:].any()
    labelled = labelled_windows(experiment, pens=BOTH)
    assert {row[1] for row in labelled.rows} == {0}
    assert len(labelled.rows) == 120


@pytest.mark.parametrize("by", ["experiment", "published"])
def test_both_pens_of_a_window_are_in_one_set(tmp_path, by):
    names = ("EB_025_1", "EB_025_2", "EB_025_3", "EB_050_1", "EB_050_2", "PP_150_1")
    experiments = [experiment_of(name, seed) for seed, name in enumerate(names)]
    write_windows(experiments, tmp_path / "w", pens=BOTH)
    windows = load_windows(tmp_path / "w")
    split = tmp_path / "split.json"
    split.write_text(json.dumps(make_split(windows, by=by, seed=1)))
    rows = load_split(split, windows)
    assert sum(map(len, rows.values())) == len(windows)
    sets = {}
    for name, own in rows.items():
        for row in own:
            key = (windows.experiment[row], windows.window[row], windows.frame[row])
            sets.setdefault(key, []).append((name, windows.source[row]))
    twins = [found for found in sets.values() if len(found) == 2]
    assert len(twins) > 0.9 * len(sets)
    for (one, raw), (other, drawn) in twins:
        assert one == other
        assert (raw, drawn.startswith("virtual, drawn ")) == ("virtual", True)


def test_the_same_experiments_are_in_the_same_sets_with_and_without_the_drawn_pen(tmp_path):
    names = ("EB_025_1", "EB_025_2", "EB_025_3", "EB_050_1", "EB_050_2", "PP_150_1")
    experiments = [experiment_of(name, seed) for seed, name in enumerate(names)]
    sets = []
    for pens in (("raw",), BOTH):
        folder = tmp_path / "".join(pens)
        write_windows(experiments, folder, pens=pens)
        sets.append(make_split(load_windows(folder), by="experiment", seed=1)["sets"])
    assert sets[0] == sets[1]


def test_the_folder_says_with_which_pens_and_seeds_it_was_made(tmp_path):
    raw = write_windows([experiment_of()], tmp_path / "raw")
    both = write_windows([experiment_of()], tmp_path / "both", pens=BOTH)
    assert (raw["pens"], raw["pen_seeds"]) == (["raw"], {})
    assert (both["pens"], both["material"]) == (["raw", "drawn"], "virtual")
    assert both["pen_seeds"] == {"EB_025_1": pen_seed("EB_025_1")}
    assert pen_seed("123456789") == 0xCBF43926  # the check value in every description of CRC-32
    assert both["versions"]["scikit-image"]
    assert raw["data_sha256"] != both["data_sha256"]


@pytest.mark.parametrize("pens", [(), ("pencil",), ("raw", "raw"), ("raw", "")])
def test_unknown_pens_are_refused(tmp_path, pens):
    with pytest.raises(InputError, match=f"{REFUSED}, not"):
        labelled_windows(experiment_of(), pens=pens)
    with pytest.raises(InputError, match=f"{REFUSED}, not"):
        write_windows([experiment_of()], tmp_path / "w", pens=pens)
    assert not list(tmp_path.iterdir())


def test_an_experiment_cut_with_other_pens_is_refused(tmp_path):
    labelled = labelled_windows(experiment_of(), pens=BOTH)
    with pytest.raises(InputError, match="EB_025_1 was cut with raw,drawn, not these pens"):
        write_windows([labelled], tmp_path / "w")
    assert not list(tmp_path.iterdir())


def write_clay(path, experiment):
    """The experiment as a file of the laboratory's form; the labels follow from the numbers."""
    u = np.zeros(experiment.fault_map.shape)
    u[-1] = 1.0
    savemat(
        path,
        {
            "curl_map": 0.1 * experiment.fault_map,
            "altBW_filt": experiment.fault_map,
            "store_u": u,
            "store_v": 0 * u,
        },
    )


def test_ingest_draws_the_same_however_many_workers_it_has(tmp_path, capsys):
    (tmp_path / "raw").mkdir()
    for seed, name in enumerate(("EB_025_1", "EB_025_2", "PP_025_1")):
        write_clay(tmp_path / "raw" / f"{name}.mat", experiment_of(name, seed))
    printed = []
    for workers in "12":
        out = tmp_path / workers
        words = ["ingest", str(tmp_path / "raw"), "--out", str(out), "--pens", "raw,drawn"]
        assert main([*words, "--workers", workers]) == 0
        printed.append(capsys.readouterr().out)
    assert printed[0] == printed[1]
    one, two = (load_windows(tmp_path / workers) for workers in "12")
    np.testing.assert_array_equal(one.maps, two.maps)
    assert one.manifest == two.manifest
    assert set(one.source) == {"laboratory", *(f"laboratory, drawn {t} px" for t in (2, 3, 4))}


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--pens", "raw,pencil"], f"{REFUSED}, not 'raw,pencil'."),
        (["--workers", "0"], "The number of workers is 1 or more, not 0."),
    ],
)
def test_ingest_refuses_in_one_line_before_it_reads(tmp_path, capsys, words, message):
    assert main(["ingest", str(tmp_path), "--out", str(tmp_path / "w"), *words]) == 1
    assert capsys.readouterr().err == f"error: {message}\n"


def test_every_frame_has_its_source_however_many_there_are(tmp_path):
    """Seventy moments of a box of 64 columns."""
    maps = np.zeros((128, 64, 70), np.uint8)
    maps[60] = 1
    ke = np.linspace(0, 1, 70)[None]
    experiment = Experiment("E", "virtual", maps, ke, ke, ExperimentScale())
    write_windows([experiment], tmp_path / "w")
    found = load_windows(tmp_path / "w")
    assert list(found.source) == ["virtual"] * 70
    np.testing.assert_array_equal(found.ke, ke[0])

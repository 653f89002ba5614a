import json

import numpy as np
import pytest
import scipy.io
from scipy.io import loadmat

from makers import virtual_runs
from ssf_model.errors import InputError
from training.__main__ import main
from training.virtual import runs
from training.virtual.clay_box import displacement_frames
from training.virtual.runs import plan_experiments, run_experiment, write_experiment
from training.windows.dataset import load_windows


def test_the_first_draw_is_named_and_timed_like_the_laboratory():
    """Counts of the study; later draws carry a suffix and differ in every parameter drawn."""
    plan = plan_experiments(draws=2, seed=2026)
    first, second = plan[:16], plan[16:]
    assert [p.name for p in first] == list(runs.LABORATORY_FRAMES)
    assert [p.name for p in second] == [f"{name}_r2" for name in runs.LABORATORY_FRAMES]
    assert sum(p.frames for p in first) == 3405
    for one, two in zip(first, second):
        assert (one.frames, one.rate_mm_min) == (two.frames, two.rate_mm_min)
        assert one.zone_row != two.zone_row
        assert one.coupling != two.coupling
    by_name = {p.name: p for p in first}
    assert by_name["EB_025_3"].rate_mm_min == 0.25
    assert by_name["PP_150_1"].rate_mm_min == 1.5
    assert by_name["PP_150_1"].band == 0 < by_name["EB_150_1"].band
    assert {p.sense for p in plan} == {1}


def test_an_experiment_depends_on_the_seed_and_its_name_alone():
    plan = {p.name: p for p in plan_experiments(draws=3, seed=5)}
    alone = plan_experiments(draws=2, seed=5, only=["PP_025_2"])
    assert [p.name for p in alone] == ["PP_025_2", "PP_025_2_r2"]
    assert alone == [plan["PP_025_2"], plan["PP_025_2_r2"]]
    assert alone[0] != plan_experiments(draws=1, seed=6, only=["PP_025_2"])[0]


def test_the_same_experiment_is_the_same_file_and_says_how_it_was_made(tmp_path):
    parameters = virtual_runs.parameters_of(frames=2)
    for name in ("a", "b"):
        variables = run_experiment(parameters, shape=(135, 80))
        write_experiment(tmp_path / f"{name}.mat", variables, parameters)
    assert (tmp_path / "a.mat").read_bytes() == (tmp_path / "b.mat").read_bytes()
    assert b"Created on" not in (tmp_path / "a.mat").read_bytes()[:124]  # tells no time
    found = loadmat(tmp_path / "a.mat", simplify_cells=True)
    assert found["curl_map"].dtype == found["store_u"].dtype == found["store_v"].dtype == "float32"
    assert found["altBW_filt"].dtype == "uint8"
    assert {found[name].shape for name in variables} == {(135, 80, 2)}
    for frame, (u, v) in enumerate(displacement_frames(parameters, shape=(135, 80))):
        np.testing.assert_array_equal(found["true_u"][:, :, frame], u)
        np.testing.assert_array_equal(found["true_v"][:, :, frame], v)
    made = found["parameters"]
    assert made["material"] == "virtual wet kaolin"
    assert made["seed"] == 7
    assert made["coupling"] == parameters.coupling  # full precision
    assert {"ssf_version", "numpy_version", "numba_version"} <= set(made)


def test_the_command_writes_resumes_and_refuses(tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(runs, "LABORATORY_FRAMES", {"PP_150_1": 2})
    raw = tmp_path / "raw"
    words = ["simulate", "--out", str(raw), "--seed", "3"]
    assert main(words) == 0
    captured = capsys.readouterr()
    assert captured.out == f"1 experiment written to {raw}\n"
    assert "1/1" in captured.err  # progress goes to stderr
    file = raw / "PP_150_1.mat"
    assert list(raw.iterdir()) == [file]
    own = file.stat().st_mtime_ns
    assert main(words) == 1
    assert f"error: {file} exists" in capsys.readouterr().err
    (raw / ".ssf-0123456789abcdef" / "new").mkdir(parents=True)  # killed as it had just finished
    assert main([*words, "--resume"]) == 0
    assert capsys.readouterr().out == f"0 experiments written to {raw}\n"
    assert file.stat().st_mtime_ns == own
    assert list(raw.iterdir()) == [file]
    assert main(["simulate", "--out", str(raw), "--seed", "4", "--resume"]) == 1
    assert "is not this run's experiment" in capsys.readouterr().err
    file.write_bytes(file.read_bytes()[:3000])
    assert main([*words, "--resume"]) == 1
    assert "is not this run's experiment" in capsys.readouterr().err


def test_a_whole_virtual_experiment_is_ingested_with_its_labels(tmp_path):
    experiment = virtual_runs.experiment_of(virtual_runs.grown(), tmp_path)
    assert main(["ingest", str(tmp_path), "--out", str(tmp_path / "w")]) == 0
    windows = load_windows(tmp_path / "w")
    assert json.loads((tmp_path / "w" / "windows.json").read_text())["material"] == "virtual"
    np.testing.assert_array_equal(windows.ke, experiment.ke[windows.window, windows.frame])
    assert len(windows) > 300  # of 3 x 218, of which the first third shows no fault


def test_runs_that_make_no_sense_are_refused(tmp_path, capsys):
    with pytest.raises(InputError, match="needs a draw and a seed from 0 on, not 0 and 1"):
        plan_experiments(draws=0, seed=1)
    with pytest.raises(InputError, match="needs a draw and a seed from 0 on, not 1 and -1"):
        plan_experiments(draws=1, seed=-1)
    with pytest.raises(InputError, match="No virtual experiment is called XX_1; see EB_025_1"):
        plan_experiments(draws=1, seed=1, only=["XX_1"])
    assert main(["simulate", "--out", str(tmp_path / "raw"), "--workers", "0"]) == 1
    assert "--workers must be 1 or more, not 0" in capsys.readouterr().err
    assert not (tmp_path / "raw").exists()


def test_a_worker_that_dies_is_told_in_a_sentence(tmp_path, capsys, monkeypatch):
    """As where memory runs out; it ended in a traceback."""
    monkeypatch.setattr("training.commands.simulate._run_and_write", virtual_runs.killed_at_once)
    assert main(["simulate", "--out", str(tmp_path / "raw"), "--workers", "2"]) == 1
    assert "A process of the simulation was killed" in capsys.readouterr().err
    assert list((tmp_path / "raw").iterdir()) == []


def test_a_write_that_fails_leaves_no_file(tmp_path, monkeypatch):
    def half_written(file, *args, **options):
        file.write(b"MATLAB")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(scipy.io, "savemat", half_written)
    parameters = virtual_runs.parameters_of(frames=1)
    with pytest.raises(OSError, match="No space left"):
        write_experiment(tmp_path / "a.mat", {}, parameters)
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_refused(tmp_path):
    parameters = virtual_runs.parameters_of(frames=1)
    with pytest.raises(InputError, match=r"The folder .*gone does not exist"):
        write_experiment(tmp_path / "gone" / "a.mat", {}, parameters)

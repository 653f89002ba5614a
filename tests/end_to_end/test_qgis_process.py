"""The installed plugin in a QGIS of its own, with NumPy alone and with onnxruntime."""

import json
import subprocess

import numpy as np
import pytest

from makers.places import REPOSITORY
from makers.qgis_results import ENGINES, table


@pytest.fixture(scope="module")
def estimated(qgis_process, fault_map, tmp_path_factory):
    """For each engine: the JSON that qgis_process printed, what it said, the windows."""
    found = {}
    for engine, with_onnxruntime in ENGINES.items():
        folder = tmp_path_factory.mktemp(engine)
        done = qgis_process(
            "--json", "run", "ssf:estimateke", "--",
            f"TRACES={fault_map}", "ZONE_FIELD=zone", f"ENGINE={engine}",
            f"WINDOWS={folder / 'windows.gpkg'}", f"TRACES_OUT={folder / 'traces.gpkg'}",
            onnxruntime=with_onnxruntime,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr
        found[engine] = (json.loads(done.stdout), done.stdout + done.stderr, folder)
    return found


def test_the_algorithms_are_listed_with_their_help(qgis_process):
    listed = qgis_process("list").stdout
    for name in ("ssf:estimateke", "ssf:explainke", "ssf:rasterizetraces"):
        assert name in listed
        described = qgis_process("help", name)
        assert described.returncode == 0
        assert "hazard" in described.stdout


@pytest.mark.parametrize("engine", ENGINES)
def test_it_runs_on_the_engine_that_is_there(estimated, engine):
    printed, said, folder = estimated[engine]
    assert f"runs on {engine}" in said
    windows = table(folder / "windows.gpkg", "windows")
    assert len(windows) == printed["results"]["N_WINDOWS"]
    assert len(table(folder / "traces.gpkg", "traces")) == 9
    kes = [row["ke"] for row in windows if row["ke"] is not None]
    assert printed["results"]["MEAN_KE"] == pytest.approx(np.mean(kes))


def test_an_engine_that_is_not_there_is_refused_with_the_command_that_brings_it(
    qgis_process, fault_map, tmp_path
):
    done = qgis_process(
        "run", "ssf:estimateke", "--", f"TRACES={fault_map}", "ENGINE=onnxruntime",
        f"WINDOWS={tmp_path / 'windows.gpkg'}", onnxruntime=False,
    )  # fmt: skip
    assert done.returncode != 0
    said = done.stdout + done.stderr
    assert "onnxruntime is not installed" in said
    assert "pip install --no-deps onnxruntime" in said
    assert "Traceback" not in said
    assert not list(tmp_path.iterdir())


def test_both_engines_give_the_same_ke(estimated):
    windows = {
        engine: table(folder / "windows.gpkg", "windows")
        for engine, (_, _, folder) in estimated.items()
    }
    assert len(windows["numpy"]) == len(windows["onnxruntime"]) > 4
    for ours, theirs in zip(windows["numpy"], windows["onnxruntime"]):
        assert (ours["zone"], ours["flags"]) == (theirs["zone"], theirs["flags"])
        for name in ("ke", "ke_p05", "ke_p95", "ke_raw"):
            assert ours[name] == pytest.approx(theirs[name], abs=1e-4)


def test_echelon_steps_are_less_efficient_than_a_through_going_fault(estimated):
    """What the whole thing is for (Chaipornkaew et al. 2022, Fig. 1)."""
    _, _, folder = estimated["numpy"]
    windows = table(folder / "windows.gpkg", "windows")
    by_zone = {
        zone: np.median([row["ke"] for row in windows if row["zone"] == zone and row["ke"]])
        for zone in ("echelon", "through")
    }
    assert by_zone["echelon"] < by_zone["through"]


def test_the_command_line_gives_the_same_ke(estimated, fault_map, tmp_path):
    """Two roads, one core: GDAL and PROJ of another build, onnxruntime beside NumPy."""
    python = REPOSITORY / ".venv" / "bin" / "python"
    if not python.exists():
        pytest.skip("the headless environment .venv is not set up")
    target = tmp_path / "headless.gpkg"
    subprocess.run(
        [python, "-m", "ssf_model", "estimate", fault_map, "--zone-field", "zone", "--out", target],
        cwd=REPOSITORY,
        env={"PATH": "/usr/bin:/bin"},
        check=True,
        capture_output=True,
        timeout=1800,
    )
    headless = table(target, "windows")
    _, _, folder = estimated["numpy"]
    plugin = table(folder / "windows.gpkg", "windows")
    assert len(headless) == len(plugin)
    for ours, theirs in zip(plugin, headless):
        for name in ("zone", "strip", "window", "flags", "trace_px", "n_members", "model"):
            assert ours[name] == theirs[name]
        assert ours["ke"] == pytest.approx(theirs["ke"], abs=1e-4)


def test_strips_are_written_as_geotiff(qgis_process, fault_map, tmp_path):
    from osgeo import gdal

    arguments = (
        "--json", "run", "ssf:rasterizetraces", "--",
        f"TRACES={fault_map}", "ZONE_FIELD=zone", f"FOLDER={tmp_path / 'strips'}",
    )  # fmt: skip
    done = qgis_process(*arguments)
    assert done.returncode == 0, done.stderr
    names = sorted(path.name for path in (tmp_path / "strips").iterdir())
    assert names == ["echelon_strip_1.tif", "through_strip_1.tif"]
    pixels = gdal.Open(str(tmp_path / "strips" / names[0])).ReadAsArray()
    assert pixels.shape[0] == 128
    assert np.unique(pixels).tolist() == [0, 1]
    again = qgis_process(*arguments)
    assert again.returncode == 1
    assert "Choose an empty folder" in again.stderr


BAD_MAPS = {
    "one vertex": ('{"type":"LineString","coordinates":[[-117,34]]}', "1 of one vertex"),
    "no length": (
        '{"type":"LineString","coordinates":[[-117,34],[-117,34]]}',
        "1 without length",
    ),
    "no place": ('{"type":"LineString","coordinates":[[5e5,4e6],[5e5,5e6]]}', "no place on Earth"),
    "points": ('{"type":"Point","coordinates":[-117,34]}', "no lines but point"),
}


@pytest.mark.parametrize("case", BAD_MAPS)
def test_bad_maps_end_with_a_sentence_and_without_a_file(qgis_process, tmp_path, case):
    geometry, sentence = BAD_MAPS[case]
    path = tmp_path / "bad.geojson"
    path.write_text(f'{{"type":"Feature","properties":{{}},"geometry":{geometry}}}')
    done = qgis_process(
        "run", "ssf:estimateke", "--",
        f"TRACES={path}", f"WINDOWS={tmp_path / 'w.gpkg'}", f"TRACES_OUT={tmp_path / 't.gpkg'}",
    )  # fmt: skip
    assert done.returncode == 1
    assert sentence in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert [file.name for file in tmp_path.iterdir()] == ["bad.geojson"]


@pytest.mark.parametrize("engine", ENGINES)
def test_it_explains_on_either_engine(qgis_process, fault_map, tmp_path, engine):
    """The echelon zone loses more against a straight fault than the through-going one."""
    layers = {key: tmp_path / f"{key.lower()}.gpkg" for key in ("COLUMNS", "STRETCHES")}
    done = qgis_process(
        "--json", "run", "ssf:explainke", "--",
        f"TRACES={fault_map}", "ZONE_FIELD=zone", "FLIPS=none", "THICKNESS=3",
        f"ENGINE={engine}", *(f"{key}={path}" for key, path in layers.items()),
        onnxruntime=ENGINES[engine],
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert f"runs on {engine}" in done.stdout + done.stderr
    columns = table(layers["COLUMNS"], "columns")
    lost = {
        zone: np.mean([row["lost"] for row in columns if row["zone"] == zone])
        for zone in ("echelon", "through")
    }
    assert lost["echelon"] > lost["through"] + 0.005
    stretches = table(layers["STRETCHES"], "stretches")
    assert {row["feature"] for row in stretches if row["zone"] == "through"} == {9}


def test_files_that_are_no_layers_are_read_without_a_project(qgis_process, fault_map, tmp_path):
    """qgis_process has no project: a model and a file of words were looked for in it."""
    words = tmp_path / "words.txt"
    words.write_text("kuzey = dextral\n", encoding="utf-8")
    model = REPOSITORY / "ssf_model" / "network" / "weights" / "ssf-virtual-kaolin.onnx"
    done = qgis_process(
        "run", "ssf:estimateke", "--",
        f"TRACES={fault_map}", f"MODEL={model}", f"SLIP_WORDS={words}",
        f"WINDOWS={tmp_path / 'windows.gpkg'}", "THICKNESS=3", "SHIFT=0",
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "windows.gpkg").exists()
    done = qgis_process("run", "ssf:modelinfo", "--", f"MODEL={model}")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("algorithm", ["ssf:estimateke", "ssf:checktraces"])
def test_a_map_that_is_not_there_is_refused_in_a_sentence(qgis_process, algorithm, tmp_path):
    done = qgis_process(
        "run", algorithm, "--", f"TRACES={tmp_path / 'nowhere.gpkg'}", "WINDOWS=TEMPORARY_OUTPUT"
    )
    assert done.returncode == 1
    assert "nowhere.gpkg" in done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr

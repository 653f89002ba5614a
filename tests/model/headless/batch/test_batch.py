"""Batches: the same bits whoever does the work, and whether or not it was stopped."""

import csv
import os
import signal
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from makers.batch_maps import QUICK, tables, wavy_map
from makers.places import REPOSITORY
from ssf_model.__main__ import main
from ssf_model.estimate.flags import LEGEND
from ssf_model.headless.batch import chunks, workers
from ssf_model.tables.estimates import ZONE_FIELDS

pytestmark = pytest.mark.numerical

HANGS_S = 1800  # whoever takes longer never ends, however busy the machine is


@pytest.fixture(scope="module")
def maps(tmp_path_factory):
    """A map of three chunks and one of a single chunk, where `small_chunks` are cut."""
    folder = tmp_path_factory.mktemp("maps")
    return [
        wavy_map(folder / "long.gpkg", zones=2, length_km=120),
        wavy_map(folder / "short.gpkg", zones=1, length_km=30, seed=1),
    ]


@pytest.fixture(autouse=True)
def small_chunks(monkeypatch):
    """Chunks of fewer windows, so that small maps have several."""
    monkeypatch.setattr(chunks, "WINDOWS_A_CHUNK", 16)


@pytest.fixture(scope="module")
def arguments(maps, model):
    """A batch of both, but for its folder."""
    return ["batch", *maps, "--zone-field", "zone", "--model", model, *QUICK]


@pytest.fixture(scope="module")
def expected(maps, model, tmp_path_factory):
    """The tables that `estimate` makes of each map, window by window in one process."""
    folder, made = tmp_path_factory.mktemp("expected"), {}
    for path in map(Path, maps):
        out = folder / path.name
        words = ["estimate", str(path), "--out", str(out), "--zone-field", "zone"]
        assert main([*words, "--model", model, *QUICK]) == 0
        made[path.stem] = tables(out)
    return made


def results(folder):
    """The tables of every result in a folder."""
    return {path.stem: tables(path) for path in folder.glob("*.gpkg")}


# The process kills itself, so that the moment does not hang on how busy the machine is.
KILLED_AFTER_TWO_CHUNKS = """
import multiprocessing, os, signal, sys
from ssf_model.__main__ import main
from ssf_model.headless.batch import chunks

def replace_and_die(source, target):
    replace(source, target)
    if str(target).endswith("000002.npz"):
        print(len(multiprocessing.active_children()), flush=True)
        os.kill(os.getpid(), signal.SIGKILL)

replace, os.replace = os.replace, replace_and_die
chunks.WINDOWS_A_CHUNK = 1
main(sys.argv[1:])
"""


def killed(words):
    """Run the command until it has the answers of two chunks; how many workers it left behind.

    Their output goes to the same pipe, which is at its end when the last of them has ended.
    """
    process = subprocess.Popen(
        [sys.executable, "-c", KILLED_AFTER_TWO_CHUNKS, *words],
        cwd=REPOSITORY,
        stdout=subprocess.PIPE,
    )
    try:
        told, _ = process.communicate(timeout=HANGS_S)
    finally:
        process.kill()
    assert process.returncode == -signal.SIGKILL
    return int(told)


def n_strips(result):
    """How many strips a result has."""
    names, bits, _ = result["windows"]
    columns = dict(zip(names, bits))
    return len(set(zip(columns["zone"], np.frombuffer(columns["strip"], dtype=np.int64).tolist())))


@pytest.mark.parametrize("count", ["1", "2"])
def test_a_batch_gives_the_bits_of_estimate(arguments, expected, tmp_path, count):
    out = tmp_path / "out"
    assert main([*arguments, "--out", str(out), "--workers", count]) == 0
    assert results(out) == expected
    assert len(expected["long"]["windows"][1][0]) > 2 * 16  # several chunks


def test_processes_give_the_bits_of_the_numpy_engine(maps, model, tmp_path):
    """Its matrix products might round differently by other numbers of threads."""
    out, alone = tmp_path / "out", tmp_path / "alone.gpkg"
    options = ["--zone-field", "zone", "--model", model, *QUICK, "--engine", "numpy"]
    assert main(["batch", maps[0], "--out", str(out), "--workers", "2", *options]) == 0
    assert main(["estimate", maps[0], "--out", str(alone), *options]) == 0
    assert results(out)["long"] == tables(alone)


def test_workers_of_estimate_give_its_bits_and_drawings(maps, model, tmp_path):
    made = {}
    for count in ("1", "2"):
        out, strips = tmp_path / f"{count}.gpkg", tmp_path / count
        words = ["estimate", maps[1], "--out", str(out), "--raster", str(strips), "--members"]
        assert main([*words, "--model", model, *QUICK, "--workers", count]) == 0
        images = {path.name: path.read_bytes() for path in strips.iterdir()}
        made[count] = tables(out), images
    assert made["1"] == made["2"]
    assert set(made["1"][0]) == {"windows", "traces", "zones", "members", "layer_styles"}
    assert made["1"][1]


def test_the_summary_has_a_row_a_zone_and_one_a_failure(arguments, tmp_path, capsys):
    """Its numbers are those of the results' windows."""
    broken, out = tmp_path / "broken.gpkg", tmp_path / "out"
    broken.write_bytes(b"no GeoPackage")
    arguments = [arguments[0], str(broken), *arguments[1:]]
    assert main([*arguments, "--out", str(out), "--workers", "1"]) == 1
    with open(out / "summary.csv", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [row["map"] for row in rows] == ["long"] * 2 + ["short", "broken"]
    assert {"map", "error", *LEGEND} <= set(rows[0])
    assert {field.name for field in ZONE_FIELDS} - {"flags"} <= set(rows[0])
    names, bits, _ = tables(out / "long.gpkg")["windows"]
    columns = dict(zip(names, bits))
    ke = np.frombuffer(columns["ke"])[np.array(columns["zone"]) == "zone 1"]
    assert float(rows[1]["ke_median"]) == np.nanmedian(ke)
    assert int(rows[1]["n_windows"]) == len(ke)
    flags = [
        flags.split(",")
        for flags, zone in zip(columns["flags"], columns["zone"])
        if zone == "zone 1"
    ]
    for flag in LEGEND:
        assert int(rows[1][flag]) == sum(flag in one for one in flags)
    assert "no vector file" in rows[-1]["error"]
    assert rows[-1]["ke_median"] == ""
    stderr = capsys.readouterr().err
    assert "failed: broken: broken.gpkg is no vector file" in stderr
    assert stderr.splitlines()[-1].startswith("error: 1 of 3 maps failed")


class PowerCutError(BaseException):
    """Nothing catches it."""


def test_a_batch_goes_on_wherever_it_was_cut(arguments, expected, tmp_path, monkeypatch):
    """Cut before the first file that takes its place, then again before the next one, and so on."""
    out = tmp_path / "out"
    really_replace, cuts = os.replace, 0

    def cut_off(source, target):
        if str(target) not in seen:
            seen.add(str(target))
            raise PowerCutError
        really_replace(source, target)

    seen = set()
    monkeypatch.setattr(os, "replace", cut_off)
    while cuts < 100:
        try:
            code = main([*arguments, "--out", str(out), "--workers", "1"])
        except PowerCutError:
            cuts += 1
            continue
        assert code == 0
        break
    assert cuts == 1 + (3 + 1) + 2 * 2  # settings, a record a chunk, a JSON and a result a map
    assert results(out) == expected
    left = {path.name for path in (out / "batch" / "maps").glob("*/*")}
    assert left == {"finished.json"}


def test_a_killed_batch_goes_on_and_asks_nothing_twice(arguments, expected, tmp_path, monkeypatch):
    out = tmp_path / "out"
    words = [*arguments, "--out", str(out), "--workers", "1"]
    monkeypatch.setattr(chunks, "WINDOWS_A_CHUNK", 1)
    assert killed(words) == 0
    assert not (out / "long.gpkg").exists()
    done = len(list((out / "batch" / "maps" / "long").glob("*.npz")))
    assert done == 2
    asked = []
    estimate_chunk = workers.estimate_chunk

    def counted(chunk, *others):
        asked.append(chunk)
        return estimate_chunk(chunk, *others)

    monkeypatch.setattr(workers, "estimate_chunk", counted)
    assert main(words) == 0
    n_chunks = sum(n_strips(one) for one in expected.values())
    assert 0 < len(asked) == n_chunks - done
    assert results(out) == expected
    made = {path: path.stat().st_mtime_ns for path in out.glob("*.gpkg")}
    assert main(words) == 0  # all is there
    assert len(asked) == n_chunks - done
    assert {path: path.stat().st_mtime_ns for path in out.glob("*.gpkg")} == made


def test_workers_end_with_a_parent_that_was_killed(arguments, tmp_path):
    """`killed` comes back when all have ended."""
    assert killed([*arguments, "--out", str(tmp_path / "out"), "--workers", "2"]) >= 1


def test_ctrl_c_says_that_the_batch_can_go_on(arguments, tmp_path, monkeypatch, capsys):
    def interrupted(*_):
        raise KeyboardInterrupt

    monkeypatch.setattr(workers, "estimate_chunk", interrupted)
    out = tmp_path / "out"
    assert main([*arguments, "--out", str(out), "--workers", "1"]) == 130
    assert "the same command goes on" in capsys.readouterr().err.splitlines()[-1]
    assert (out / "summary.csv").exists()
    words = [*arguments, "--out", str(out), "--workers", "1", "--overwrite"]
    assert main(words) == 130
    assert "without --overwrite goes on" in capsys.readouterr().err.splitlines()[-1]


def test_a_folder_grows_by_more_maps(arguments, maps, expected, tmp_path):
    """The second batch leaves the first one's result alone and sums up both."""
    out = tmp_path / "out"
    last = ["--workers", "1", "--out", str(out)]
    first = [word for word in arguments if word != maps[1]]
    second = [word for word in arguments if word != maps[0]]
    assert main([*first, *last]) == 0
    made = (out / "long.gpkg").stat().st_mtime_ns
    assert main([*second, *last]) == 0
    assert (out / "long.gpkg").stat().st_mtime_ns == made
    assert results(out) == expected
    with open(out / "summary.csv", encoding="utf-8", newline="") as file:
        assert [row["map"] for row in csv.DictReader(file)] == ["long"] * 2 + ["short"]

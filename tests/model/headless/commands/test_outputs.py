"""Outputs of the command line: whole or absent, whatever happens, and no work lost at the end."""

import io
import json
import os
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing

import numpy as np
import pytest
import rasterio
import shapely

from makers.full_disk import full_disk
from makers.map_files import ORIGIN, STRAIGHT, read, write
from makers.places import REPOSITORY
from makers.signals import as_a_shell_does
from ssf_model.__main__ import main

QUICK = ("--thickness", "3", "--shift", "0", "--flips", "none")


@pytest.fixture
def estimate(traces, model, tmp_path, monkeypatch):
    """A run of `estimate` on a map of one fault, in its folder."""
    monkeypatch.chdir(tmp_path)

    def run(*words, **options):
        told = [f"--{name}={value}" for name, value in options.items()]
        return main(
            ["estimate", traces, "--out", "r.gpkg", "--model", model, *QUICK, *told, *words]
        )

    return run


@pytest.fixture
def late(monkeypatch):
    """A disk that fills up only after the trial that is made before the work."""
    monkeypatch.setattr("ssf_model.whole_files.TRIAL_BYTES", 0)


def names(folder="."):
    return sorted(os.listdir(folder))


def last_line(capsys):
    return capsys.readouterr().err.splitlines()[-1]


@pytest.mark.parametrize(
    ("options", "match"),
    [
        ({"workers": "0"}, "workers is 1 or more, not 0"),
        ({"trend": "500"}, "an azimuth in degrees, -360 to 360, not 500"),
        ({"thickness": "2,2"}, "The line thickness 2 is named twice"),
        ({"other-pixel-sizes": "88,120,88"}, "The pixel size 88 is named twice"),
        ({"report": f"{'n' * 300}.html"}, "html cannot be written (File name too long)"),
    ],
)
def test_what_could_never_work_is_refused_at_once(estimate, options, match, capsys):
    assert estimate(**options) == 1
    (line,) = capsys.readouterr().err.splitlines()  # not even the map was read
    assert match in line
    assert names() == ["faults.gpkg"]


@pytest.mark.parametrize("room_kib", range(0, 400, 16))
def test_a_full_disk_is_one_line_and_leaves_nothing(estimate, late, capsys, room_kib):
    """Or the result is whole, as SQLite sees it, spatial indices and all."""
    with full_disk(room_kib * 1024):
        code = estimate("--members")
    if code == 1:
        assert last_line(capsys).startswith("error: ")
        assert names() == ["faults.gpkg"]
        return
    with closing(sqlite3.connect("r.gpkg")) as database:
        assert database.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
        indices = database.execute("SELECT table_name FROM gpkg_extensions WHERE "
                                   "extension_name = 'gpkg_rtree_index'").fetchall()  # fmt: skip
    assert sorted(indices) == [("traces",), ("windows",)]
    assert len(read("r.gpkg", "zones")[0]["zone"]) == 1


@pytest.mark.parametrize(
    ("option", "name"), [("profile", "p.csv"), ("report", "p.html"), ("figure", "p.svg")]
)
def test_a_document_that_fails_costs_no_result(estimate, option, name, monkeypatch, capsys):
    from ssf_model import whole_files
    from ssf_model.headless import documents

    def full(path, *rest, **options):
        if str(path).startswith("p."):
            raise OSError(28, "No space left on device", str(path))
        return whole_files.whole_file(path, *rest, **options)

    def full_text(path, *_, **__):
        full(path)

    monkeypatch.setattr(documents, "write_text", full_text)
    if option == "profile":
        monkeypatch.setattr(documents, "to_csv", lambda *_, head=True: "zone\n" * head or fail())

    def fail():
        raise OSError(28, "No space left on device")

    assert estimate(**{option: name}) == 1
    line = last_line(capsys)
    assert f"{name}: No space left on device." in line
    assert "The result is whole all the same. Written: r.gpkg" in line
    assert len(read("r.gpkg", "windows")[0]["ke"]) == 4
    assert names() == ["faults.gpkg", "r.gpkg"]


def test_strips_of_an_earlier_run_go_and_what_is_not_of_ssf_stays(estimate, capsys):
    assert estimate(raster="strips") == 0
    assert "Written: r.gpkg, strips" in capsys.readouterr().out
    (name,) = names("strips")
    os.rename(f"strips/{name}", "strips/Zone_gone_strip_7.tif")
    with open("strips/my_strip_1.tif", "w") as file:
        file.write("thesis")
    assert estimate("--overwrite", raster="strips") == 0
    assert names("strips") == sorted([name, "my_strip_1.tif"])
    with rasterio.open(f"strips/{name}") as image:
        assert image.tags()["SSF_STRIP"] == "1"


def test_a_run_that_fails_keeps_the_former_strips(estimate, late, capsys):
    assert estimate(raster="strips") == 0
    (name,) = names("strips")
    with open(f"strips/{name}", "rb") as file:
        before = file.read()
    with full_disk(50):
        assert estimate("--overwrite", raster="strips") == 1
    assert names("strips") == [name]
    with open(f"strips/{name}", "rb") as file:
        assert file.read() == before


def umlauts(tmp_path):
    """A map whose zone has letters that some terminals lack."""
    lines = [shapely.linestrings(STRAIGHT + ORIGIN)]
    return write(tmp_path / "f.gpkg", lines, zone=np.array(["Düzce 断層 \U0001f600"], dtype=object))


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
@pytest.mark.parametrize("as_json", [False, True])
def test_a_terminal_that_lacks_letters_fails_no_run(tmp_path, model, encoding, as_json):
    words = ["estimate", umlauts(tmp_path), "--out", str(tmp_path / "r.gpkg"), "--model", model]
    words += [*QUICK, "--zone-field", "zone", *(["--json"] if as_json else [])]
    done = subprocess.run(
        [sys.executable, "-m", "ssf_model", *words],
        cwd=REPOSITORY,
        env={**os.environ, "PYTHONIOENCODING": encoding},
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    said = done.stdout.decode(encoding)
    if as_json:
        assert json.loads(said)["zones"][0]["zone"] == "Düzce 断層 \U0001f600"
    else:
        assert "zce \\u65ad\\u5c64 \\U0001f600" in said


def test_nobody_who_reads_is_no_error(tmp_path, model):
    """`ssf ... | head`, and standard streams that are closed: the result is there all the same."""
    line = f'"{sys.executable}" -m ssf_model estimate "{umlauts(tmp_path)}" --model "{model}" '
    line += f'{" ".join(QUICK)} --out "{tmp_path}'
    for number, rest in enumerate(('| true; echo "${PIPESTATUS[0]}"', ">&- 2>&-; echo $?")):
        said = subprocess.run(
            ["bash", "-c", f'{line}/{number}.gpkg" {rest}'],
            cwd=REPOSITORY, capture_output=True, text=True, check=False,
        )  # fmt: skip
        assert said.stdout == "0\n", said.stderr
        assert "Traceback" not in said.stderr
        assert len(read(tmp_path / f"{number}.gpkg", "windows")[0]["ke"]) == 4


def test_a_summary_that_cannot_be_printed_is_told_of(estimate, monkeypatch, capsys):
    class Full(io.StringIO):
        def flush(self):
            if self.getvalue():
                raise OSError(28, "No space left on device")

    monkeypatch.setattr("sys.stdout", Full())
    assert estimate() == 1
    assert "this command prints to: No space left on device." in last_line(capsys)
    assert names() == ["faults.gpkg", "r.gpkg"]


def started(tmp_path, model, *words):
    """A run on a map of many faults, once it estimates."""
    lines = [shapely.linestrings(STRAIGHT + ORIGIN + [0, 40_000.0 * n]) for n in range(25)]
    many = write(tmp_path / "many.gpkg", lines, id=list(range(25)))
    process = subprocess.Popen(
        [sys.executable, "-m", "ssf_model", "estimate", many, "--model", model, *words],
        cwd=REPOSITORY, stdout=subprocess.PIPE, stderr=subprocess.PIPE, preexec_fn=as_a_shell_does,
    )  # fmt: skip
    said = b""
    while b"estimating:" not in said:
        byte = process.stderr.read(1)
        assert byte, said
        said += byte
    return process


@pytest.mark.parametrize(
    ("number", "code"), [(signal.SIGTERM, 143), (signal.SIGHUP, 129), (signal.SIGINT, 130)]
)
def test_a_signal_stops_a_run_in_one_line_and_leaves_nothing(tmp_path, model, number, code):
    raster = str(tmp_path / "strips")
    process = started(tmp_path, model, "--out", str(tmp_path / "r.gpkg"), "--raster", raster)
    process.send_signal(number)
    _, said = process.communicate(timeout=600)
    assert process.returncode == code
    assert said.decode().splitlines()[-1] == "Stopped; the result was not written."
    assert b"Traceback" not in said
    assert names(tmp_path) == ["many.gpkg"]


def test_a_kill_leaves_no_result_and_the_next_run_no_trace_of_it(tmp_path, model):
    out = str(tmp_path / "r.gpkg")
    process = started(tmp_path, model, "--out", out)
    time.sleep(0.2)
    process.kill()
    process.communicate()
    assert not os.path.exists(out)
    other = write(tmp_path / "one.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN)], id=[1])
    assert main(["estimate", other, "--out", str(tmp_path / "o.gpkg"), "--model", model]) == 0
    assert names(tmp_path) == ["many.gpkg", "o.gpkg", "one.gpkg"]


def test_two_runs_into_one_output_do_not_mix(tmp_path, model, capsys):
    out = str(tmp_path / "r.gpkg")
    process = started(tmp_path, model, "--out", out)
    one = write(tmp_path / "one.gpkg", [shapely.linestrings(STRAIGHT + ORIGIN)], id=[1])
    assert main(["estimate", one, "--out", out, "--model", model]) == 1
    assert "Another run is writing" in last_line(capsys)
    process.communicate(timeout=120)
    assert process.returncode == 0
    assert len(set(read(out, "windows")[0]["zone"])) == 25

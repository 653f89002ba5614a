"""Batches whose maps, results and notes are not as they should be: each one row, never the end."""

import importlib
import io
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pyogrio
import pytest

from makers.batch_maps import small_map, summary_rows, tables, wavy_map
from ssf_model.headless.batch import many_maps
from ssf_model.headless.result import ResultWriter

EVERY = 101  # bytes between two that are flipped, so that all parts of a record are met


@pytest.mark.parametrize("error", [ZeroDivisionError("weights\nsum to zero"), MemoryError()])
@pytest.mark.parametrize("place", ["reading", "planning", "cutting", "noting", "writing"])
def test_whatever_a_map_does_is_a_row_and_the_others_go_through(
    batch_of, tmp_path, monkeypatch, place, error
):
    run, out = batch_of
    maps = [small_map(tmp_path / f"{name}.gpkg") for name in ("a", "b")]
    failed = []

    def fails_once(really):
        def breaks(*words, **options):
            if not failed:
                failed.append(place)
                raise error
            return really(*words, **options)

        return breaks

    where = {
        "reading": ("ssf_model.headless.job", "read_file"),
        "planning": (many_maps.__name__, "plan_zones"),
        "cutting": (many_maps.__name__, "cut_chunks"),
        "noting": (many_maps.__name__, "write_record"),
    }
    if place == "writing":
        monkeypatch.setattr(ResultWriter, "finish", fails_once(ResultWriter.finish))
    else:
        module, name = where[place]
        really = getattr(importlib.import_module(module), name)
        monkeypatch.setattr(f"{module}.{name}", fails_once(really))
    assert run(maps) == 1
    found = summary_rows(out)
    assert failed == [place]
    assert type(error).__name__ in found["a"]["error"]
    assert "\n" not in found["a"]["error"]
    assert found["b"]["error"] == ""
    assert [path.name for path in out.glob("*.gpkg")] == ["b.gpkg"]
    log = out / "batch" / "maps" / "a" / "error.log"
    assert str(log) in found["a"]["error"]
    assert "Traceback" in log.read_text()
    assert "in breaks" in log.read_text()
    assert run(maps) == 0  # and the log goes with the failure
    assert not log.exists()
    assert summary_rows(out)["a"]["error"] == ""


def test_a_file_that_is_no_map_fails_by_its_message_alone(batch_of, tmp_path):
    run, out = batch_of
    (tmp_path / "a.gpkg").write_bytes(b"no map")
    assert run([tmp_path / "a.gpkg", small_map(tmp_path / "b.gpkg")]) == 1
    assert summary_rows(out)["a"]["error"].startswith("a.gpkg is no vector file")
    assert "Traceback" in (out / "batch" / "maps" / "a" / "error.log").read_text()


@pytest.mark.parametrize("kept", [0, 100, 30_000])
def test_a_result_that_was_cut_short_is_made_again(batch_of, tmp_path, kept):
    """As a power cut leaves it: empty, or without its end."""
    run, out = batch_of
    path = small_map(tmp_path / "map.gpkg")
    assert run([path]) == 0
    whole = (out / "map.gpkg").read_bytes()
    expected = tables(out / "map.gpkg")
    assert len(whole) > kept
    (out / "map.gpkg").write_bytes(whole[:kept])
    assert run([path]) == 0
    assert tables(out / "map.gpkg") == expected


def test_a_result_that_its_user_styled_stays(batch_of, tmp_path):
    run, out = batch_of
    path = small_map(tmp_path / "map.gpkg")
    assert run([path]) == 0
    with closing(sqlite3.connect(out / "map.gpkg")) as database, database:
        database.execute("UPDATE layer_styles SET styleQML = 'mine'")
    before = (out / "map.gpkg").read_bytes()
    assert run([path]) == 0
    assert (out / "map.gpkg").read_bytes() == before


def test_overwrite_does_not_cost_the_result_of_a_map_that_is_gone(batch_of, tmp_path):
    run, out = batch_of
    path = Path(small_map(tmp_path / "map.gpkg"))
    assert run([path]) == 0
    good, content = tables(out / "map.gpkg"), path.read_bytes()
    path.unlink()
    assert run([path], "--overwrite") == 1
    assert "does not exist" in summary_rows(out)["map"]["error"]
    assert tables(out / "map.gpkg") == good
    path.write_bytes(content)
    stamp = (out / "map.gpkg").stat().st_mtime_ns
    assert run([path]) == 0  # --overwrite was given for it, and it was never made
    assert (out / "map.gpkg").stat().st_mtime_ns > stamp
    assert tables(out / "map.gpkg") == good


def test_names_that_differ_by_an_ending_have_results_of_their_own(batch_of, tmp_path):
    run, out = batch_of
    maps = [small_map(tmp_path / name, seed) for seed, name in enumerate(["x.gpkg", "x.json.gpkg"])]
    assert run(maps) == 0
    assert set(summary_rows(out)) == {"x", "x.json"}
    assert tables(out / "x.gpkg")["windows"] != tables(out / "x.json.gpkg")["windows"]
    made = {path: path.stat().st_mtime_ns for path in out.glob("*.gpkg")}
    assert run(maps) == 0
    assert {path: path.stat().st_mtime_ns for path in out.glob("*.gpkg")} == made


def test_damaged_answers_are_asked_for_again(batch_of, tmp_path, monkeypatch):
    """Records of chunks with flipped bytes, cut or empty: the result is as if they were gone."""
    run, out = batch_of
    path = small_map(tmp_path / "map.gpkg")
    assert run([path]) == 0
    expected = tables(out / "map.gpkg")
    kept = tmp_path / "kept.npz"
    write_record = many_maps.write_record

    def keep(target, answers, *, fingerprint):
        write_record(target, answers, fingerprint=fingerprint)
        shutil.copy(target, kept)

    monkeypatch.setattr(many_maps, "write_record", keep)
    assert run([path], "--overwrite") == 0
    content = kept.read_bytes()
    key = str(np.load(io.BytesIO(content[32:]))["fingerprint"])  # 32: the checksum
    assert many_maps.read_record(kept, fingerprint=key) is not None
    for place in range(0, len(content), EVERY):
        flipped = bytearray(content)
        flipped[place] ^= 0x10
        kept.write_bytes(flipped)
        assert many_maps.read_record(kept, fingerprint=key) is None
    for length in (0, 1, 31, 32, len(content) // 2, len(content) - 1):
        kept.write_bytes(content[:length])
        assert many_maps.read_record(kept, fingerprint=key) is None
    (out / "map.gpkg").unlink()
    (out / "batch" / "maps" / "map" / "000001.npz").write_bytes(content[:-1])
    assert run([path]) == 0
    assert tables(out / "map.gpkg") == expected


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", '{"zones": 3}', "[" * 100_000, "\udcff", "digit"]
)
def test_damaged_notes_are_one_line_and_cost_nothing(batch_of, tmp_path, text, capsys):
    run, out = batch_of
    maps = [small_map(tmp_path / name, seed) for seed, name in enumerate(["a.gpkg", "b.gpkg"])]
    assert run(maps) == 0
    before = (out / "a.gpkg").read_bytes()
    note = out / "batch" / "maps" / "a" / "finished.json"
    content = note.read_text()
    changed = content.replace('"n_windows": 2', '"n_windows": 3')
    assert changed != content
    note.write_text(changed if text == "digit" else text, errors="surrogateescape")
    assert run(maps) == 1
    found = summary_rows(out)
    assert "finished.json is damaged" in found["a"]["error"]
    assert found["b"]["error"] == ""
    assert (out / "a.gpkg").read_bytes() == before
    assert run(maps[1:]) == 0  # another command tells of it, too
    assert "finished.json is damaged" in summary_rows(out)["a"]["error"]
    assert run(maps, "--overwrite") == 0
    assert "Traceback" not in capsys.readouterr().err


def test_a_folder_that_cannot_be_written_is_one_line(batch_of, tmp_path, capsys):
    run, out = batch_of
    out.mkdir()
    (out / "batch").write_text("mine")
    assert run([small_map(tmp_path / "map.gpkg")]) == 1
    said = capsys.readouterr().err.splitlines()[-1]
    assert "is a file where a batch keeps a folder; remove it" in said
    assert (out / "batch").read_text() == "mine"


def test_the_bar_ends_where_all_windows_are_estimated(batch_of, tmp_path, monkeypatch):
    run, out = batch_of
    told = []

    class Bar:
        """A bar that keeps what it was told."""

        def __init__(self, *, total, **look):
            self.total = total

        def __enter__(self):
            return self

        def __exit__(self, *_):
            told.append(self.total)

        def update(self, n_windows):
            """So many windows more."""
            told.append(n_windows)

        def set_postfix_str(self, name):
            """The map under way."""

    monkeypatch.setattr(many_maps, "tqdm", Bar)
    maps = [small_map(tmp_path / "a.gpkg"), wavy_map(tmp_path / "b.gpkg", zones=2, length_km=24)]
    assert run(maps) == 0
    *done, total = told
    assert (
        sum(done)
        == total
        == sum(
            pyogrio.read_info(out / f"{name}.gpkg", layer="windows")["features"] for name in "ab"
        )
    )

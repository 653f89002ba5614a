"""What batches refuse, each with one sentence."""

import json
import os
import shutil
import signal
from pathlib import Path

import pytest

from makers.batch_maps import QUICK, wavy_map
from ssf_model.__main__ import main
from ssf_model.errors import InputError, ModelError
from ssf_model.headless.batch import workers
from ssf_model.headless.batch.folder import _checksum, open_folder
from ssf_model.headless.batch.recipe import estimate_chunk
from ssf_model.headless.batch.table import BATCH_FIELDS


@pytest.fixture
def batch(tmp_path, model):
    """A function that runs a batch of one small map, with more options, and its folder."""
    path = wavy_map(tmp_path / "map.gpkg", zones=1, length_km=12)
    out = tmp_path / "out"

    def run(*more, maps=(path,)):
        words = ["batch", *maps, "--out", str(out), "--model", model, *QUICK, "--workers", "1"]
        return main([*words, *more])

    return run, out


def last_line(capsys):
    return capsys.readouterr().err.splitlines()[-1]


def test_other_settings_are_refused_and_nothing_is_touched(batch, capsys):
    run, out = batch
    assert run() == 0
    before = {path: path.read_bytes() for path in out.rglob("*") if path.is_file()}
    assert run("--flips", "none") == 1
    said = last_line(capsys)
    assert 'begun with other settings (flips: "all", now "none")' in said
    assert "--overwrite to begin anew" in said
    assert {path: path.read_bytes() for path in out.rglob("*") if path.is_file()} == before
    assert run("--flips", "none", "--overwrite") == 0
    assert json.loads((out / "batch" / "settings.json").read_text())["flips"] == "none"
    assert run("--flips", "none") == 0


@pytest.mark.parametrize(
    "more", [["--members"], ["--trend", "90"], ["--pixel-size", "90"], ["--engine", "onnxruntime"]]
)
def test_every_setting_counts(batch, more, capsys):
    run, _ = batch
    assert run() == 0
    assert run(*more) == 1
    assert "begun with other settings" in last_line(capsys)


def test_another_model_is_refused(batch, tmp_path, model, capsys):
    """Of the same name: its content counts."""
    run, _ = batch
    assert run("--model", model) == 0
    other = tmp_path / "other" / "random.onnx"
    other.parent.mkdir()
    other.write_bytes(Path(model).read_bytes() + b"\x0a\x00")  # an empty field more
    assert run("--model", str(other)) == 1
    assert "begun with other settings (models" in last_line(capsys)


def test_a_changed_map_fails_and_its_result_stays(batch, tmp_path, capsys):
    run, out = batch
    assert run() == 0
    before = (out / "map.gpkg").read_bytes()
    (tmp_path / "map.gpkg").unlink()
    wavy_map(tmp_path / "map.gpkg", zones=1, length_km=12, seed=5)
    assert run() == 1
    assert "The map changed since" in capsys.readouterr().err
    assert (out / "map.gpkg").read_bytes() == before
    lines = (out / "summary.csv").read_text().splitlines()
    assert len(lines) == 2  # not the older map's zone
    assert "The map changed since" in lines[1]
    assert run("--overwrite") == 0
    assert (out / "map.gpkg").read_bytes() != before


def test_what_a_killed_run_left_among_the_notes_hinders_no_overwriting(batch):
    run, out = batch
    assert run() == 0
    left = out / "batch" / "maps" / "map" / ".ssf-0123456789abcdef"
    (left / "new").mkdir(parents=True)
    (left / "new" / "new.npz").write_bytes(b"of the dead run")
    assert run("--overwrite") == 0
    assert not left.exists()
    assert (out / "map.gpkg").exists()


def test_a_result_of_something_else_is_not_replaced_unasked(batch, capsys):
    run, out = batch
    out.mkdir()
    (out / "map.gpkg").write_bytes(b"mine")
    assert run() == 1
    assert "map.gpkg exists already; give --overwrite" in capsys.readouterr().err
    assert (out / "map.gpkg").read_bytes() == b"mine"
    assert run("--overwrite") == 0
    assert (out / "map.gpkg").read_bytes() != b"mine"


def test_two_maps_of_one_name_are_refused(batch, tmp_path, capsys):
    run, out = batch
    same = ["a/faults.gpkg", "b/Faults.geojson"]
    assert run(maps=same) == 1
    said = last_line(capsys)
    assert "a/faults.gpkg and b/Faults.geojson would have the same result" in said
    assert not out.exists()


def test_a_map_where_its_result_would_go_is_refused(batch, capsys):
    run, out = batch
    out.mkdir()
    path = wavy_map(out / "map.gpkg", zones=1, length_km=12)
    before = (out / "map.gpkg").read_bytes()
    assert run("--overwrite", maps=[path]) == 1
    assert "is the input TRACES, and inputs are never changed" in last_line(capsys)
    assert (out / "map.gpkg").read_bytes() == before


def test_folders_that_cannot_be_are_refused(batch, tmp_path, capsys):
    run, out = batch
    out.write_bytes(b"")
    assert run() == 1
    assert "is a file; the results of a batch go into a folder" in last_line(capsys)
    with pytest.raises(InputError, match="does not exist; make it"), open_folder(out / "b" / "c"):
        pass


def test_two_batches_in_one_folder_are_refused(batch, capsys):
    run, out = batch
    with open_folder(out):
        assert run() == 1
        assert "Another process works in" in last_line(capsys)
    assert run() == 0


def test_settings_that_are_broken_are_refused(batch, capsys):
    run, out = batch
    assert run() == 0
    (out / "batch" / "settings.json").write_text("{")
    assert run() == 1
    assert "settings.json is damaged" in last_line(capsys)


@pytest.mark.parametrize("verb", ["batch", "estimate"])
def test_less_than_one_worker_is_refused(verb, tmp_path, model, capsys):
    path, out = wavy_map(tmp_path / "map.gpkg", zones=1, length_km=12), tmp_path / "out.gpkg"
    words = [verb, path, "--out", str(out), "--model", model, "--workers", "0"]
    assert main(words) == 1
    assert "number of workers is 1 or more, not 0" in last_line(capsys)
    assert not out.exists()


def test_guide_lines_that_do_not_exist_are_refused(batch, capsys):
    run, out = batch
    assert run("--guides", "nowhere.geojson") == 1
    assert "nowhere.geojson does not exist" in last_line(capsys)
    assert not (out / "map.gpkg").exists()


def test_a_map_whose_windows_fail_lets_the_others_through(batch, tmp_path, monkeypatch, capsys):
    """The error comes while its chunks are estimated, from whichever worker."""
    run, out = batch
    other = wavy_map(tmp_path / "other.gpkg", zones=1, length_km=12, seed=2)
    asked = []

    def fails_first(*words):
        asked.append(words)
        if len(asked) == 1:
            message = "It answers with no finite number."
            raise ModelError(message)
        return estimate_chunk(*words)

    monkeypatch.setattr(workers, "estimate_chunk", fails_first)
    assert run(maps=[str(tmp_path / "map.gpkg"), other]) == 1
    assert [path.name for path in sorted(out.glob("*.gpkg"))] == ["other.gpkg"]
    blank = "," * (len(BATCH_FIELDS) - 1)
    assert f"map{blank}It answers" in (out / "summary.csv").read_text()
    assert run(maps=[str(tmp_path / "map.gpkg"), other]) == 0
    assert (out / "map.gpkg").exists()


def kill_itself(*_):
    """In the place of work: as where memory ran out."""
    os.kill(os.getpid(), signal.SIGKILL)


def kill_or_answer(chunk, _):
    """A chunk that kills whoever estimates it, and others that do not."""
    return kill_itself() if chunk == "kills" else (chunk, os.getpid())


def test_what_kills_its_worker_is_told_of_and_others_are_answered(monkeypatch):
    """Also those that wait in the pool that breaks."""
    monkeypatch.setattr(workers, "estimate_chunk", kill_or_answer)
    with workers.local_workers(None, 2) as crew:
        chunks = ["a", "kills", "b", "c"]
        answers = dict(zip(chunks, [crew.submit(chunk) for chunk in chunks]))
        for chunk in ("a", "b", "c"):
            assert answers[chunk].result()[0] == chunk
        with pytest.raises(InputError, match=r"killed the worker process .*, twice, .* alone"):
            answers["kills"].result()
        told, number = crew.submit("d").result()
        assert told == "d"
        assert number != os.getpid()


def kill_over_long_maps(chunk, *others):
    """An estimate, which kills its process over a map of more than 20 km."""
    return kill_itself() if chunk.n_windows > 4 else estimate_chunk(chunk, *others)


def test_a_map_that_kills_its_worker_every_time_lets_the_others_through(
    batch, tmp_path, monkeypatch, capsys
):
    """Where one is refused by memory, say; the batch comes to its end, and says so."""
    run, out = batch
    maps = [
        wavy_map(tmp_path / f"{name}.gpkg", zones=1, length_km=length_km)
        for name, length_km in (("first", 12), ("long", 40), ("last", 12))
    ]
    monkeypatch.setattr(workers, "estimate_chunk", kill_over_long_maps)
    assert run("--workers", "2", maps=maps) == 1
    assert [path.name for path in sorted(out.glob("*.gpkg"))] == ["first.gpkg", "last.gpkg"]
    said = capsys.readouterr().err.splitlines()
    assert said[-1].startswith("error: 1 of 3 maps failed")
    assert any("failed: long: Its windows killed the worker process" in line for line in said)
    assert "killed the worker process" in (out / "summary.csv").read_text()
    monkeypatch.undo()
    assert run("--workers", "2", maps=maps) == 0
    assert (out / "long.gpkg").exists()


@pytest.mark.parametrize("place", ["batch", "batch/lock", "batch/maps", "batch/maps/map"])
@pytest.mark.parametrize("more", [[], ["--overwrite"]])
def test_links_out_of_the_folder_are_refused_and_what_they_lead_to_stays(
    batch, tmp_path, place, more, capsys
):
    """Notes of a map are removed once it is finished: through a link that removed other files."""
    run, out = batch
    assert run() == 0
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "kept").write_bytes(b"kept")
    own = out / place
    if own.is_dir():
        shutil.rmtree(own)
        own.symlink_to(outside)
    else:
        own.unlink()
        own.symlink_to(outside / "made")
    capsys.readouterr()
    assert run(*more) == 1
    assert f"{own} is a link" in capsys.readouterr().err
    assert [path.name for path in outside.iterdir()] == ["kept"]


def test_notes_that_lack_their_map_s_fingerprint_are_damaged(batch, capsys):
    run, out = batch
    assert run() == 0
    path = out / "batch" / "maps" / "map" / "finished.json"
    entry = json.loads(path.read_text())
    del entry["sha256"], entry["checksum"]
    path.write_text(json.dumps({**entry, "checksum": _checksum(entry)}))
    assert run() == 1
    assert "finished.json is damaged; give --overwrite" in capsys.readouterr().err

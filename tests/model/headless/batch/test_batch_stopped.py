"""A batch that is asked to end, at moments when maps are not what it is at: what it says is so."""

import os
import signal
from contextlib import contextmanager

import pytest

from makers.batch_maps import QUICK, small_map, summary_rows, tables
from ssf_model.__main__ import main
from ssf_model.headless.batch.folder import BatchFolder
from ssf_model.headless.commands import batch as verb

MAPS = ("a", "b")


def killing(act, *, after):
    """What does as another function does, and sends SIGTERM before or after it, once."""
    sent = []

    def killed(*args, **options):
        if after:
            act(*args, **options)
        if not sent:
            sent.append(True)
            os.kill(os.getpid(), signal.SIGTERM)
        return None if after else act(*args, **options)

    return killed


@pytest.mark.parametrize("more", [[], ["--overwrite"]])
@pytest.mark.parametrize(
    ("place", "name", "after", "said", "made"),
    [
        (BatchFolder, "begin", False, "Stopped before any map; the same command begins again.", 0),
        (BatchFolder, "begin", True, "Stopped before any map; the same command begins again.", 0),
        (verb, "write_summary", False, "Stopped; the same command{} goes on from what lies in ", 2),
        (verb, "write_summary", True, "Stopped; the same command{} goes on from what lies in ", 2),
    ],
)
def test_a_signal_at_either_end_is_answered_by_what_is_so(
    tmp_path, model, monkeypatch, capsys, place, name, after, said, made, more
):
    """And the same command, as told, then ends with both maps in its summary."""
    maps = [small_map(tmp_path / f"{each}.gpkg", seed) for seed, each in enumerate(MAPS)]
    out = tmp_path / "out"
    words = ["batch", *maps, "--out", out, "--model", model, *QUICK, "--workers", "1"]
    words = [str(word) for word in words]
    monkeypatch.setattr(place, name, killing(getattr(place, name), after=after))
    assert main([*words, *more]) == 128 + signal.SIGTERM
    last = capsys.readouterr().err.splitlines()[-1]
    assert last.startswith(said.format(" without --overwrite" if more else ""))
    results = {path.stem: path.read_bytes() for path in out.glob("*.gpkg")}
    assert len(results) == made
    if name == "write_summary":
        assert (out / "summary.csv").exists() == after
    assert main(words) == 0
    assert set(summary_rows(out)) == set(MAPS)
    assert {each: (out / f"{each}.gpkg").read_bytes() for each in results} == results


def test_a_signal_after_the_summary_takes_nothing_back(tmp_path, model, monkeypatch, capsys):
    """As while processes are sent home."""
    given, out, opened = small_map(tmp_path / "a.gpkg"), tmp_path / "out", verb.open_folder

    @contextmanager
    def opened_and_killed(root):
        with opened(root) as folder:
            yield folder
        os.kill(os.getpid(), signal.SIGTERM)

    monkeypatch.setattr(verb, "open_folder", opened_and_killed)
    words = ["batch", given, "--out", out, "--model", model, *QUICK, "--workers", "1"]
    assert main([str(word) for word in words]) == 128 + signal.SIGTERM
    last = capsys.readouterr().err.splitlines()[-1]
    assert last == f"Stopped after the last map; {out / 'summary.csv'} is whole."
    assert set(summary_rows(out)) == {"a"}
    assert "windows" in tables(out / "a.gpkg")

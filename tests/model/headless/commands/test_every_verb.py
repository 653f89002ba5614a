"""What holds for every verb that writes: signals, places that take nothing, two runs at once."""

import signal
import sqlite3
import sys
from contextlib import closing

import pytest

from makers.kill_roads import ROADS
from makers.killing import contents, undisturbed
from ssf_model.asides import aside
from ssf_model.headless.batch.folder import open_folder

MOMENTS = (0.2, 0.8)  # shares of the time that a run takes

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the fork server needs Linux"
)
each_road = pytest.mark.parametrize(
    "road", [each for each in ROADS if each.module == "ssf_model"], ids=lambda road: road.verb
)


def emptied(verbs):
    for path in sorted(verbs.work.rglob("*"), reverse=True):
        path.rmdir() if path.is_dir() else path.unlink()


@each_road
def test_signals_stop_it_in_one_line_and_leave_whole_outputs_or_none(verbs, road):
    """As Ctrl-C does, to all its processes; where it had ended by then it had worked."""
    expected, run, _ = undisturbed(road, road.words, verbs)
    for number, code in ((signal.SIGTERM, 143), (signal.SIGINT, 130)):
        for share in MOMENTS:
            emptied(verbs)
            done = verbs.run(
                road, road.words, kill_after_s=share * run.seconds, number=number, whole_group=True
            )
            assert done.code in (0, code), done.said
            assert not done.stayed
            assert "Traceback" not in done.said
            found = contents(verbs.work, remnants=False)
            if done.code == code:
                last = done.said.splitlines()[-1]
                assert last.startswith("Stopped; "), done.said
                grown = tuple(f"{each}/" for each in (*road.grows, "out/summary.csv"))
                for name in found:
                    assert f"{name}/".startswith(grown) or found[name] == expected[name]
            else:
                assert found == expected
    # Between two steps of making or removing a hidden folder it can stay; the next run takes it.
    assert verbs.run(road, f"{road.words} --overwrite").code == 0
    assert contents(verbs.work) == expected


@each_road
def test_a_place_that_takes_no_files_is_refused_before_the_work(verbs, road):
    """Not even root can write into /sys."""
    emptied(verbs)
    done = verbs.run(road, road.words.replace("--out ", "--out /sys/"))
    assert done.code == 1
    (line,) = done.said.splitlines()
    assert line.startswith("error: /sys/")
    assert list(verbs.work.iterdir()) == []


@each_road
def test_two_runs_into_one_output_are_told_of_each_other(verbs, road):
    undisturbed(road, road.words, verbs)
    before = contents(verbs.work)
    batch = road.verb == "batch"
    with open_folder(verbs.work / "out") if batch else aside(verbs.work / "r.gpkg"):
        done = verbs.run(road, f"{road.words} --overwrite")
    assert done.code == 1
    (line,) = done.said.splitlines()
    told = "Another process works in out; wait" if batch else "Another run is writing r.gpkg; wait"
    assert told in line
    assert contents(verbs.work) == before


@each_road
def test_a_result_that_is_open_elsewhere_is_refused_before_the_work(verbs, road):
    """As QGIS has one open: its write-ahead log holds what the file does not."""
    undisturbed(road, road.words, verbs)
    result = next(verbs.work.rglob("*.gpkg"))
    with closing(sqlite3.connect(result)) as database:
        database.execute("PRAGMA journal_mode = WAL")
        database.execute("BEGIN IMMEDIATE")
        database.execute("CREATE TABLE notes (id)")
        done = verbs.run(road, f"{road.words} --overwrite")
        assert done.code == 1
        told = [line for line in done.said.splitlines() if "open in another program" in line]
        assert len(told) == 1
        assert "Traceback" not in done.said
    assert not list(verbs.work.glob(".ssf-*"))

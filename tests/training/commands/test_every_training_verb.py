"""What holds for every verb of training: places that take nothing, signals, small disks, two runs.

Quick verbs stand for all where a run is needed; `tools/stop_campaign.py` tries each.
"""

import sys

import pytest

from makers.filling import fill
from makers.kill_roads import ROADS
from makers.killing import contents
from makers.stopping import emptied, find_no_place, meet, stop
from ssf_model.asides import aside

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the fork server needs Linux"
)
TRAINING = {road.verb: road for road in ROADS if road.module == "training"}
each_road = pytest.mark.parametrize("verb", TRAINING)
# What a run holds while it works, and so another one is told of.
HELD = {"train": "run", "simulate": "raw/EB_025_1.mat", "ingest": "windows", "split": "split.json",
        "evaluate": "report", "search": "best.json", "realism": "r.md"}  # fmt: skip


@each_road
def test_a_place_that_takes_no_files_is_refused_before_the_work(experiments, verb):
    """Not even root can write into /sys."""
    done = find_no_place(TRAINING[verb], at=experiments)
    assert done.faults == []
    assert done.tried >= 1


@pytest.mark.parametrize("verb", HELD)
def test_a_run_is_told_of_another_into_the_same_output(experiments, verb):
    emptied(experiments)
    held = experiments.work / HELD[verb]
    held.parent.mkdir(exist_ok=True)
    with aside(held):
        done = experiments.run(TRAINING[verb], TRAINING[verb].words)
        assert contents(experiments.work, remnants=False) == {}
    assert done.code == 1
    (line,) = done.said.splitlines()
    assert f"Another run is writing {HELD[verb]}; wait for it" in line


@pytest.mark.parametrize("verb", ["card", "spread"])
def test_signals_stop_it_in_one_line_and_leave_whole_outputs_or_none(experiments, verb):
    done = stop(TRAINING[verb], (0.2, 0.8), at=experiments)
    assert done.faults == []
    assert done.tried == 4


@pytest.mark.parametrize("verb", ["split", "realism"])
def test_of_two_runs_at_once_one_is_refused_or_both_are_whole(experiments, verb):
    assert meet(TRAINING[verb], at=experiments).faults == []


@pytest.mark.parametrize("verb", ["split", "realism"])
def test_a_verb_on_a_small_disk_refuses_or_works_and_goes_on_once_there_is_room(experiments, verb):
    done = fill(TRAINING[verb], (0.0, 0.9), at=experiments)
    assert done.faults == []
    assert done.refused >= 1
    assert done.refused + done.worked == done.went_on == done.tried
    experiments.run(TRAINING[verb], "--version")  # which takes the disk away

"""SIGKILL at drawn moments of the verbs of training."""

import sys

import pytest

from makers.kill_roads import ROADS
from makers.killing import campaign, undisturbed

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the fork server needs Linux"
)

KILLS = {"split": 8, "card": 8, "realism": 4, "ingest": 3, "export": 2, "simulate": 2, "train": 2}
# tools/kill_campaign.py: any


@pytest.mark.parametrize(
    "road", [each for each in ROADS if each.verb in KILLS], ids=lambda road: road.verb
)
def test_a_verb_that_is_killed_leaves_whole_outputs_or_none(experiments, road):
    tally = campaign(road, KILLS[road.verb], seed=2026, at=experiments)
    assert tally.faults == []
    assert tally.same == tally.tried == KILLS[road.verb]


def test_simulations_are_the_same_bytes_however_many_workers_make_them(experiments):
    road = next(each for each in ROADS if each.verb == "simulate")
    made = [
        undisturbed(road, road.words.replace("--workers 2", f"--workers {count}"), experiments)[2]
        for count in (1, 2)
    ]
    assert made[0] == made[1]
    assert len(made[0]) == 2

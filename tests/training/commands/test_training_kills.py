"""SIGKILL at drawn moments of the verbs of training."""

import sys

import pytest

from makers.kill_roads import ROADS
from makers.killing import bench, campaign

pytest.importorskip("tensorflow")
pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the fork server needs Linux"
)

KILLS = {"ingest": 4, "export": 4, "simulate": 2, "train": 2}  # tools/kill_campaign.py: any


@pytest.fixture(scope="module")
def experiments(tmp_path_factory):
    with bench("training", tmp_path_factory.mktemp("kills") / "bench") as made:
        yield made


@pytest.mark.parametrize("road", [each for each in ROADS if each.module == "training"],
                         ids=lambda road: road.verb)  # fmt: skip
def test_a_verb_that_is_killed_leaves_whole_outputs_or_none(experiments, road):
    tally = campaign(road, KILLS[road.verb], seed=2026, at=experiments)
    assert tally.faults == []
    assert tally.same == tally.tried == KILLS[road.verb]

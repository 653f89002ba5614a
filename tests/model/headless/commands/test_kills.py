"""SIGKILL at drawn moments: outputs are whole or absent, and the next run knows nothing of it."""

import sys

import pytest

from makers.kill_roads import ROADS
from makers.killing import campaign

KILLS = 10  # tools/kill_campaign.py makes as many as one likes

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the fork server needs Linux"
)


@pytest.mark.parametrize("road", [each for each in ROADS if each.module == "ssf_model"],
                         ids=lambda road: road.verb)  # fmt: skip
def test_a_verb_that_is_killed_leaves_whole_outputs_or_none(verbs, road):
    tally = campaign(road, KILLS, seed=2026, at=verbs)
    assert tally.faults == []
    assert tally.same == tally.tried == KILLS

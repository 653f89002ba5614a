"""A disk too small for a verb's outputs: one line, nothing half written, no false success."""

import sys

import pytest

from makers.filling import fill
from makers.kill_roads import ROADS

SHARES = (0.0, 0.5, 0.9, 1.5)  # of what the outputs hold; what is made aside takes more at times

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the fork server needs Linux"
)


@pytest.mark.parametrize("road", [each for each in ROADS if each.module == "ssf_model"],
                         ids=lambda road: road.verb)  # fmt: skip
def test_a_verb_on_a_small_disk_refuses_or_works_and_goes_on_once_there_is_room(verbs, road):
    done = fill(road, SHARES, at=verbs)
    assert done.faults == []
    assert done.refused >= 2
    assert done.refused + done.worked == done.went_on == done.tried

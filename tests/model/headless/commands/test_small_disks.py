"""A disk too small for a verb's outputs: one line, nothing half written, no false success."""

import sys

import pytest

from makers.filling import fill
from makers.kill_roads import ROADS
from makers.killing import bench

SHARES = (0.0, 0.5, 0.9, 1.5)  # of what the outputs hold; what is made aside takes more at times

pytestmark = pytest.mark.skipif(
    not sys.platform.startswith("linux"), reason="the fork server needs Linux"
)


@pytest.fixture(scope="module")
def maps(tmp_path_factory):
    with bench("ssf_model", tmp_path_factory.mktemp("disks") / "bench") as made:
        yield made


@pytest.mark.parametrize("road", [each for each in ROADS if each.module == "ssf_model"],
                         ids=lambda road: road.verb)  # fmt: skip
def test_a_verb_on_a_small_disk_refuses_or_works_and_goes_on_once_there_is_room(maps, road):
    done = fill(road, SHARES, at=maps)
    assert done.faults == []
    assert done.refused >= 2
    assert done.refused + done.worked == done.went_on == done.tried

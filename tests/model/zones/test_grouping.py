import numpy as np
import pytest

from makers.drawn_maps import traces_of
from ssf_model.scale import ExperimentScale
from ssf_model.zones.grouping import LONG_M, find_zones

pytestmark = pytest.mark.numerical


def members(traces):
    """The lines of each zone."""
    return [zone.lines.tolist() for zone in find_zones(traces)]


def test_short_traces_within_the_gap_are_one_zone_and_others_another():
    row = [[[x, 0], [x + 3000, 200]] for x in range(0, 20_000, 4_000)]  # gaps of 1 km
    far = [[[x, 6000], [x + 3000, 6200]] for x in range(0, 20_000, 4_000)]
    assert members(traces_of(*row, *far)) == [[0, 1, 2, 3, 4], [5, 6, 7, 8, 9]]


def test_a_long_fault_is_one_zone_however_it_is_split():
    whole = [[-40_000, 0], [0, 2_000], [40_000, 0]]
    pieces = [[[x, 0], [x + 8_000, 0]] for x in range(0, 80_000, 8_000)]
    backward = [piece[::-1] if number % 2 else piece for number, piece in enumerate(pieces)]
    assert members(traces_of(whole)) == [[0]]
    assert members(traces_of(*backward)) == [list(range(10))]
    (zone,) = find_zones(traces_of(*backward))
    assert zone.backbone is not None


def test_a_branch_is_a_zone_of_its_own():
    """Two long faults go on straight through the place where a third leaves at 35 degrees."""
    west, east = [[-40_000, 0], [0, 0]], [[0, 0], [40_000, 1_000]]
    branch = [[0, 0], [30_000, -21_000]]
    assert members(traces_of(west, branch, east)) == [[0, 2], [1]]


def test_long_faults_continue_each_other_across_a_gap_but_not_around_a_corner():
    straight = [[-40_000, 0], [-500, 0]], [[500, 0], [40_000, 0]]
    corner = [[-40_000, 0], [-500, 0]], [[0, 500], [0, 40_000]]
    assert members(traces_of(*straight)) == [[0, 1]]
    assert members(traces_of(*corner)) == [[0], [1]]


def test_short_traces_join_the_long_fault_beside_them():
    long_one = [[-30_000, 0], [30_000, 0]]
    other = [[-30_000, 12_000], [30_000, 12_000]]
    splays = [[[x, 1_000], [x + 2_000, 1_500]] for x in (-9_000, 0, 9_000)]
    assert members(traces_of(long_one, other, *splays)) == [[0, 2, 3, 4], [1]]


@pytest.mark.parametrize("length_m", [20_000, 26_000, 26_800, 60_000])
@pytest.mark.parametrize(("apart_m", "n_zones"), [(50, 1), (1_500, 1), (2_600, 2), (6_000, 2)])
def test_strands_beside_each_other_are_one_zone_however_long(length_m, apart_m, n_zones):
    """At 26.4 km a path is long enough to be a zone; a strand of another one is none."""
    lines = [[0, 0], [length_m, 0]], [[0, apart_m], [length_m, apart_m]]
    for traces in (traces_of(*lines), traces_of(*lines[::-1])):
        assert len(members(traces)) == n_zones


@pytest.mark.parametrize(("leaves_at_m", "zones"), [(45_000, [[0, 1]]), (20_000, [[0], [1]])])
def test_a_strand_that_leaves_for_more_than_a_quarter_is_a_zone(leaves_at_m, zones):
    """It leaves at a right angle after so much of 60 km beside the longer fault."""
    strand = [[0, 500], [leaves_at_m, 500], [leaves_at_m, 60_000 - leaves_at_m]]
    assert members(traces_of([[-1_000, 0], [61_000, 0]], strand)) == zones


def test_a_chain_of_strands_does_not_grow_sideways():
    """Each is within 2 km of the next one, the third not of the longest."""
    faults = [[[0, 1_500 * n], [60_000 - 2_000 * n, 1_500 * n]] for n in range(3)]
    assert members(traces_of(*faults)) == [[0, 1], [2]]


def test_named_zones_are_taken_as_they_are():
    lines = [[[x, 0], [x + 1_000, 0]] for x in (0, 1_000, 2_000)]
    zones = find_zones(traces_of(*lines, zone_names=["b", "a", "b "]))
    assert [(zone.name, zone.lines.tolist()) for zone in zones] == [("b", [0, 2]), ("a", [1])]


def test_every_line_is_in_exactly_one_zone():
    rng = np.random.default_rng(4)
    starts = rng.uniform(-60_000, 60_000, size=(300, 2))
    lines = [[start, start + rng.normal(0, 4_000, 2)] for start in starts]
    lines += [[start, start + [40_000, 5_000]] for start in starts[:10]]
    zones = find_zones(traces_of(*lines))
    assert len(zones) > 3
    assert sorted(np.concatenate([zone.lines for zone in zones]).tolist()) == list(range(310))


def test_a_cancelled_search_ends_early():
    assert find_zones(traces_of([[0, 0], [1_000, 0]]), cancelled=lambda: True) == []


@pytest.mark.parametrize("asked_before", [0, 1])
def test_whenever_it_is_cancelled_there_is_no_zone(asked_before):
    answers = iter([False] * asked_before + [True] * 100)
    assert find_zones(traces_of([[0, 0], [1_000, 0]]), cancelled=lambda: next(answers)) == []


def test_a_path_is_long_from_the_length_of_the_laboratory_s_box_on():
    """Five windows of 64 pixels that share 14 with the next one are 264 pixels of 100 m."""
    assert LONG_M == ExperimentScale().strip_cols(5) * 100.0 == 26_400.0


def test_zones_come_in_the_order_of_their_first_lines():
    """A lone short trace, then half of a long fault, another short one, and the other half."""
    lines = [
        [[0, 30_000], [2_000, 30_000]],
        [[20_000, 0], [40_000, 0]],
        [[0, -30_000], [2_000, -30_000]],
        [[20_000, 0], [0, 0]],
    ]
    assert members(traces_of(*lines)) == [[0], [1, 3], [2]]
    assert members(traces_of(*lines[::-1])) == [[0, 2], [1], [3]]


def test_lines_without_a_name_are_found_among_themselves():
    """The second and fourth continue each other; the named one between them stays alone."""
    lines = [[[x, 0], [x + 3_000, 0]] for x in (0, 3_500, 7_000, 7_500)]
    zones = find_zones(traces_of(*lines, zone_names=["zone 1", None, "b", ""]))
    assert [(zone.name, zone.lines.tolist()) for zone in zones] == [
        ("zone 1", [0]),
        ("zone 2", [1, 3]),
        ("b", [2]),
    ]


def test_labels_name_zones_that_are_found_and_make_none():
    """Most of the labelled length decides; a label that two zones have is told apart."""
    near = [[[0, 0], [3_000, 0]], [[3_500, 0], [9_000, 0]], [[9_500, 0], [11_000, 0]]]
    far = [[[x, y + 20_000] for x, y in line] for line in near[:2]]
    lone = [[[0, 50_000], [5_000, 50_000]]]
    labels = ["South", "North", None, None, "North", None]
    zones = find_zones(traces_of(*near, *far, *lone, zone_labels=labels))
    assert [(zone.name, zone.lines.tolist()) for zone in zones] == [
        ("North", [0, 1, 2]),
        ("North (2)", [3, 4]),
        ("zone 1", [5]),
    ]


def test_a_number_that_is_a_label_already_is_not_given():
    """The first zone has no label, and the second one is called as the first would be."""
    lines = [[[0, y], [5_000, y]] for y in (0, 20_000)]
    zones = find_zones(traces_of(*lines, zone_labels=[None, "zone 1"]))
    assert [zone.name for zone in zones] == ["zone 2", "zone 1"]

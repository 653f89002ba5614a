"""Tables for people, lined up."""

from ssf_model.tables.fields import lined_up


def test_a_name_that_breaks_the_line_or_turns_it_round_stays_in_its_row():
    rows = [["zone", "KE"], ["a\nb\tc", "0.5"], ["\u202e\x1b[2J断層", "1"]]
    lines = lined_up(rows).split("\n")
    assert lines[1:] == ["a\\nb\\tc" + 10 * " " + "0.5", "\\u202e\\x1b[2J断層  1"]

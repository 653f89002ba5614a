"""What the page of good and bad windows says of each window is what comes out."""

import pytest

from makers.places import REPOSITORY

pytest.importorskip("matplotlib", reason="the program that draws the windows needs it")
from tools.draw_windows import doubtful, good, more, seen, unknown

PAGE = REPOSITORY / "docs" / "good-and-bad-windows.md"
ROWS = [
    [cell.strip() for cell in line.strip("| \n").split("|")]
    for line in PAGE.read_text(encoding="utf-8").splitlines()
    if line.startswith("| ") and not line.startswith("| window ")
]
CASES = {case.title: case for case in (*good(), *unknown(), *doubtful(), *more())}
LAST_BITS = 0.011  # two decimals are told; sums differ a little from processor to processor


def test_every_window_is_on_the_page():
    assert [row[0] for row in ROWS] == list(CASES)


@pytest.mark.parametrize("row", ROWS, ids=lambda row: row[0])
def test_a_window_is_what_the_page_says(row):
    title, ke, interval, flags = row
    window = seen(CASES[title]).window
    assert (window.ke is None) == (ke == "NULL")
    assert (window.ke_low is None) == (interval == "none")
    if window.ke is not None:
        assert window.ke == pytest.approx(float(ke), abs=LAST_BITS)
    if window.ke_low is not None:
        told = [float(end) for end in interval.split(" to ")]
        assert [window.ke_low, window.ke_high] == pytest.approx(told, abs=LAST_BITS)
    assert ", ".join(f"`{flag}`" for flag in window.flags) == flags.replace("none", "")

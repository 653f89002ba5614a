"""What the card of a trained network says of the maps it learned from."""

import numpy as np

from ssf_model.drawing.drawn_lines import DrawnLines
from ssf_model.drawing.raster import burn_traces
from ssf_model.estimate.flags import OUTSIDE_TRAINING, describe_window, window_flags
from ssf_model.network.model_card import ModelCard
from training.publishing import model_card
from training.publishing.model_card import input_ranges

TOLD = DrawnLines(stretch_px=1.0, heading_deg=0.0, oblique_share=0.0, dip_slip_share=0.0)


def wavy_windows(n_windows, *, seed):
    """Windows with one or two broken lines near the middle."""
    rng = np.random.default_rng(seed)
    windows = []
    for _ in range(n_windows):
        lines = []
        for _ in range(rng.integers(1, 3)):
            along = np.linspace(-8, 72, 9)
            across = 64 + rng.normal(0, 3) + rng.normal(0, 1.5, size=9)
            lines.append(np.column_stack([along, across]))
        thickness = float(rng.integers(2, 5))
        windows.append(burn_traces(lines, (128, 64), pixel_size_m=1.0, thickness_px=[thickness])[0])
    return np.stack(windows)


def test_most_windows_like_the_training_set_are_inside_and_other_maps_are_not():
    maps = wavy_windows(500, seed=1)
    card = ModelCard(name="m", version="1", input_ranges=input_ranges(maps, np.arange(500)))

    def share_outside(windows):
        flags = [
            window_flags(describe_window(window, TOLD, past_end=False), 0.5, card)
            for window in windows
        ]
        return np.mean([OUTSIDE_TRAINING in found for found in flags])

    # Six statistics, at most 2 % beyond each range.
    assert share_outside(wavy_windows(500, seed=2)) < 0.12
    others = np.stack([maps[number] | maps[number + 1] for number in range(0, 80, 2)])
    others = np.concatenate([others | np.roll(others, 14, axis=1)])
    assert share_outside(others) > 0.9


def test_ranges_are_those_of_the_training_rows_however_many_are_read_at_once(monkeypatch):
    maps = wavy_windows(60, seed=3)
    rows = np.arange(1, 60, 2)
    expected = input_ranges(maps[1::2], np.arange(30))
    monkeypatch.setattr(model_card, "WINDOWS_AT_ONCE", 7)
    assert input_ranges(maps, rows) == expected
    low, high = expected["trace_px"]
    counts = maps[1::2].sum(axis=(1, 2))
    assert (low, high) == tuple(np.quantile(counts, [0.01, 0.99]))

"""What sets have in common is what comparing every window with every other finds."""

import numpy as np
import pytest

from makers.dealt_windows import PUBLISHED_COUNTS, windows_of
from training.windows.leakage import describe_pair, shared_between_sets
from training.windows.split import make_split


def slow_pair(windows, ours, theirs):
    """Row by row, with the columns of each window written out."""
    cols, stride = windows.manifest["window_cols"], windows.manifest["stride_px"]

    def columns(row):
        start = stride * int(windows.window[row])
        return set(range(start, start + cols))

    shared_experiments, most, adjacent = set(), 0, set()
    near = set(), set()
    for row in ours:
        for other in theirs:
            if windows.experiment[row] != windows.experiment[other]:
                continue
            shared_experiments.add(windows.experiment[row])
            shared = len(columns(row) & columns(other))
            most = max(most, shared)
            later = int(windows.frame[other] - windows.frame[row])
            if shared and later == 0:
                near[0].add(row)
                near[1].add(other)
            if windows.window[row] == windows.window[other] and abs(later) <= 1:
                moment = (windows.experiment[row], windows.window[row], windows.frame[row])
                adjacent.add((*moment, later))
    return {
        "shared_experiments": len(shared_experiments),
        "shared_columns_px": most,
        "windows_sharing_columns": [len(near[0]), len(near[1])],
        "adjacent_frames": len(adjacent),
    }


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize(("window_cols", "stride_px"), [(64, 50), (64, 64), (128, 30)])
def test_the_figures_are_those_of_comparing_all_windows(seed, window_cols, stride_px):
    """Rows dealt at random, some of them twice, as two pens give them."""
    windows = windows_of(
        dict.fromkeys("ABC", 25), window_cols=window_cols, stride_px=stride_px
    )  # fmt: skip
    rng = np.random.default_rng(seed)
    again = np.sort(np.append(np.arange(75), rng.integers(0, 75, 20)))
    for name in ("experiment", "window", "frame"):
        object.__setattr__(windows, name, getattr(windows, name)[again])
    order = rng.permutation(95)[: rng.integers(5, 95)]
    cuts = np.sort(rng.integers(0, len(order), 2))
    rows = dict(zip(("train", "validation", "test"), np.split(order, cuts)))
    rows = {name: own for name, own in rows.items() if len(own)}
    found = shared_between_sets(windows, {**rows, "never_seen": np.empty(0, int)})
    names = list(rows)
    expected = [
        {"sets": [a, b], **slow_pair(windows, rows[a], rows[b])}
        for i, a in enumerate(names)
        for b in names[i + 1 :]
    ]
    assert found["pairs"] == expected


def pair_of(split, *names):
    return next(pair for pair in split["leakage"]["pairs"] if pair["sets"] == list(names))


def test_the_published_split_shares_14_of_64_columns_between_its_sets():
    """By hand: windows of 64 px begin every 50; nine repeats are in all three sets."""
    split = make_split(windows_of(PUBLISHED_COUNTS), by="published", seed=1)
    for names in (("train", "validation"), ("train", "test"), ("validation", "test")):
        pair = pair_of(split, *names)
        assert pair["shared_experiments"] == 9
        assert pair["shared_columns_px"] == 14
        assert pair["adjacent_frames"] == 0  # positions stay whole
        assert all(pair["windows_sharing_columns"])
    assert pair_of(split, "train", "never_seen")["shared_experiments"] == 0
    assert split["leakage"]["in_words"] == (
        "'train' and 'test' hold windows of the same experiments, and neighbours show up to 14 of "
        "64 columns twice: scores tell how well a network fills in experiments that it partly "
        "knows, not how it does on a new one."
    )


@pytest.mark.parametrize("options", [{"by": "experiment"}, {"by": "k-fold", "fold": 2}])
def test_splits_by_whole_experiments_share_nothing(options):
    split = make_split(windows_of(PUBLISHED_COUNTS), seed=1, **options)
    assert len(split["leakage"]["pairs"]) == 6
    for pair in split["leakage"]["pairs"]:
        assert pair["shared_experiments"] == pair["shared_columns_px"] == 0
        assert pair["windows_sharing_columns"] == [0, 0]
        assert pair["adjacent_frames"] == 0
    assert split["leakage"]["in_words"].startswith("No experiment is in two sets:")


def test_the_sentence_tells_the_worst_of_the_pairs():
    """Rows 0-4 are the positions of frame 0, rows 5-9 those of frame 1, of experiment A."""
    windows = windows_of({"A": 10, "B": 10})

    def words(**rows):
        return shared_between_sets(windows, rows)["in_words"]

    assert "'train' and 'test' hold frames next to each other" in words(train=[0], test=[5])
    assert "'train' and 'test' hold windows" in words(train=[0], other=[10], test=[1])
    assert "14 of 64 columns twice" in words(train=[0], test=[1])
    assert "though no column twice" in words(train=[0], test=[2])
    assert "No experiment is in two sets" in words(train=[0, 1], test=[10])
    assert "There is one set only" in words(train=[0, 1], test=[])


def test_a_pair_is_one_line():
    pair = {
        "sets": ["train", "test"],
        "shared_experiments": 9,
        "shared_columns_px": 14,
        "windows_sharing_columns": [800, 700],
        "adjacent_frames": 0,
    }
    assert describe_pair(pair).split("\t") == [
        "train / test",
        "9 experiments in both",
        "14 px of columns shared, by 800 / 700 windows",
        "0 adjacent frames",
    ]

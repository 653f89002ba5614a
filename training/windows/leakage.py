"""What the sets of a split have in common, in figures and in a sentence.

A score on a set is only as honest as the set is foreign to those that trained: windows of one
experiment show the same faults, neighbouring windows share columns of pixels, and frames next to
each other are nearly the same map.
"""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations
from typing import Any

import numpy as np

from ssf_model.errors import counted
from training.windows.dataset import Windows
from training.windows.deal import TEST, TRAIN

Moment = tuple[str, int, int]  # experiment, position of the window, frame


def shared_between_sets(windows: Windows, rows: Mapping[str, np.ndarray]) -> dict[str, Any]:
    """Count what each two sets of windows have in common.

    Parameters
    ----------
    windows : Windows
        Labelled windows.
    rows : mapping of str to (n,) int array
        Row indices of each set; empty sets are passed over.

    Returns
    -------
    shared : dict
        `in_words`: one sentence on the worst pair. `pairs`: for each two sets

        - `sets`: their names, [a, b];
        - `shared_experiments`: experiments in both;
        - `shared_columns_px`: columns that a window of one and a window of the other show both,
          at most, over all pairs of windows of one experiment;
        - `windows_sharing_columns`: [n, m], rows of a (of b) that share columns with a window of
          b (of a) in the same frame;
        - `adjacent_frames`: pairs of moments of one window, one in each set, that are the same
          frame or frames next to each other.
    """
    window_cols, stride_px = windows.manifest["window_cols"], windows.manifest["stride_px"]
    moments = {
        name: list(
            zip(
                windows.experiment[own].tolist(),
                windows.window[own].tolist(),
                windows.frame[own].tolist(),
            )
        )
        for name, own in rows.items()
        if len(own)
    }
    pairs = [
        {
            "sets": [a, b],
            **_shared_by_pair(moments[a], moments[b], window_cols=window_cols, stride_px=stride_px),
        }
        for a, b in combinations(moments, 2)
    ]
    return {"pairs": pairs, "in_words": _in_words(pairs, window_cols)}


def _shared_by_pair(
    ours: list[Moment], theirs: list[Moment], *, window_cols: int, stride_px: int
) -> dict[str, Any]:
    """What two sets have in common, from experiment, position and frame of their rows."""
    both = {moment[0] for moment in ours} & {moment[0] for moment in theirs}
    ours = [moment for moment in ours if moment[0] in both]
    theirs = [moment for moment in theirs if moment[0] in both]
    distances = [
        abs(position - other)
        for experiment, position in {moment[:2] for moment in ours}
        for other_experiment, other in {moment[:2] for moment in theirs}
        if experiment == other_experiment
    ]
    reach = (window_cols - 1) // stride_px  # positions away that still share a column
    known, their_known = set(ours), set(theirs)
    return {
        "shared_experiments": len(both),
        "shared_columns_px": max([0, *(window_cols - stride_px * d for d in distances)]),
        "windows_sharing_columns": [
            _count_near(ours, their_known, reach),
            _count_near(theirs, known, reach),
        ],
        "adjacent_frames": sum(
            (experiment, position, frame + step) in their_known
            for experiment, position, frame in known
            for step in (-1, 0, 1)
        ),
    }


def _count_near(ours: list[Moment], theirs: set[Moment], reach: int) -> int:
    """How many have one of theirs in the same frame, at most so many positions away."""
    return sum(
        any(
            (experiment, position + step, frame) in theirs
            for step in range(-reach, reach + 1)
        )
        for experiment, position, frame in ours
    )  # fmt: skip


def _in_words(pairs: list[dict[str, Any]], window_cols: int) -> str:
    """One sentence on what scores on these sets can show."""
    if not pairs:
        return "There is one set only: nothing can be scored on windows that did not train."
    worst = max(
        pairs,
        key=lambda p: (
            p["adjacent_frames"],
            p["shared_columns_px"],
            p["shared_experiments"],
            p["sets"] == [TRAIN, TEST],
        ),
    )
    both = "'{}' and '{}'".format(*worst["sets"])
    tells = (
        "scores tell how well a network fills in experiments that it partly knows, not how it "
        "does on a new one."
    )
    if worst["adjacent_frames"]:
        return (
            f"{both} hold frames next to each other of the same windows, which are nearly the "
            "same maps: scores tell what a network remembers, not what it has learned."
        )
    if worst["shared_columns_px"]:
        return (
            f"{both} hold windows of the same experiments, and neighbours show up to "
            f"{worst['shared_columns_px']} of {window_cols} columns twice: {tells}"
        )
    if worst["shared_experiments"]:
        return f"{both} hold windows of the same experiments, though no column twice: {tells}"
    return (
        "No experiment is in two sets: scores tell how a network does on an experiment that it "
        "has not seen, of the kinds that trained."
    )


def describe_pair(pair: Mapping[str, Any]) -> str:
    """Give a pair of `shared_between_sets` as one line with tabs."""
    near_a, near_b = pair["windows_sharing_columns"]
    both = counted(pair["shared_experiments"], "experiment")
    return (
        f"{pair['sets'][0]} / {pair['sets'][1]}\t{both} in both"
        f"\t{pair['shared_columns_px']} px of columns shared, by {near_a} / "
        f"{counted(near_b, 'window')}"
        f"\t{counted(pair['adjacent_frames'], 'adjacent frame')}"
    )

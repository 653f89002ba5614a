"""Which windows an epoch draws where each range of KE shall count alike.

Few windows of an experiment have a small KE, since young faults grow fast. Drawn as they come,
a network learns them last and answers nearer to the mean than they are.
"""

from __future__ import annotations

import numpy as np

KE_CLASSES = 10  # between 0 and 1; what lies outside belongs to the first and the last
ORDER_STREAM = 2  # keeps these random numbers apart from the augmentation's of the same epoch


def draw_weights(ke: np.ndarray, *, balance: float) -> np.ndarray:
    """How often each window is drawn, against the others.

    Parameters
    ----------
    ke : (n,) array
        Labels.
    balance : float
        From 0, every window alike, to 1, every class of KE that has windows alike. A class of m
        windows is drawn in proportion to m ** (1 - balance).

    Returns
    -------
    weights : (n,) float64 array
        Sum 1.
    """
    number = np.clip(np.floor(ke * KE_CLASSES), 0, KE_CLASSES - 1).astype(int)
    windows = np.bincount(number, minlength=KE_CLASSES)[number]
    weights = windows.astype(float) ** -balance
    return weights / weights.sum()


def balanced_rows(weights: np.ndarray, epoch: int, *, draws: int, seed: int) -> np.ndarray:
    """Which windows an epoch trains on, drawn by weight.

    Systematic sampling: the windows are laid in a random order along a line, each as long as
    its weight, and taken at even steps. So a window comes as often as its weight says, to less
    than one time, and large classes as their share says, nearly without chance.

    Parameters
    ----------
    weights : (n,) array
        Sum 1.
    epoch : int
        Counted from 0; with the seed it sets the draw, whatever came before.
    draws : int
        Windows an epoch; may exceed n.
    seed : int
        Seed of the orders.

    Returns
    -------
    rows : (draws,) int array
        In random order.
    """
    rng = np.random.default_rng((seed, epoch, ORDER_STREAM))
    order = rng.permutation(len(weights))
    ends = np.cumsum(weights[order])
    points = (np.arange(draws) + rng.random()) / draws * ends[-1]
    places = np.minimum(np.searchsorted(ends, points, side="right"), len(order) - 1)
    return rng.permutation(order[places])

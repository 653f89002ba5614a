"""A fault drawn by hand whose eastern part is a thicket of fractures, as ruptures are mapped."""

import numpy as np

HALF_M = 24_000.0
THICKET_M = (12_000.0, 19_000.0)


def dense_lines(seed=0):
    """Lines in metres along x: a wavy fault 48 km long, and 600 fractures at its eastern end."""
    rng = np.random.default_rng(seed)
    x = np.arange(-HALF_M, HALF_M + 1, 200.0)
    fault = np.column_stack([x, 150 * np.sin(x / 1500)])
    middles = np.column_stack([rng.uniform(*THICKET_M, 600), rng.uniform(-1_500, 1_500, 600)])
    angles, halves = rng.normal(0, 0.5, 600), rng.exponential(250, 600) + 50
    along = np.column_stack([np.cos(angles), np.sin(angles)]) * halves[:, None]
    return [fault, *np.stack([middles - along, middles + along], axis=1)]

"""Clay files of the laboratory's form, and their labels by slow loops."""

import statistics

import numpy as np
from scipy.io import savemat

ROWS, COLS, FRAMES = 135, 114, 3  # two windows


def clay_file(path, **changes):
    """A tiny file of the laboratory's form with random content; the variables written."""
    rng = np.random.default_rng(5)
    shape = (ROWS, COLS, FRAMES)
    variables = {
        "curl_map": rng.normal(0.02, 0.05, shape).astype(np.float32),
        "altBW_filt": (rng.random(shape) < 0.1).astype(np.uint8),
        "store_u": (np.linspace(0.12, -0.12, ROWS)[:, None, None] + rng.normal(0, 0.01, shape)),
        "store_v": rng.normal(0.03, 0.01, shape),
    }
    variables["store_v"][0] += 0.1  # the plates' motion is not parallel to the columns
    for name, value in changes.items():
        variables[name] = value
    savemat(path, {k: v for k, v in variables.items() if v is not None}, do_compression=True)
    return variables


def slow_labels(variables, first_col, frame):
    """The published formula, pixel by pixel in Python's own numbers."""
    ends = []
    for field in (variables["store_u"], variables["store_v"]):
        far = statistics.median(float(x) for x in field[0, :, frame])
        near = statistics.median(float(x) for x in field[-1, :, frame])
        ends.append(far - near)
    velocity = (ends[0] ** 2 + ends[1] ** 2) ** 0.5
    slips = []
    for col in range(first_col, first_col + 64):
        values = [
            float(variables["curl_map"][row, col, frame])
            * float(variables["altBW_filt"][row, col, frame])
            for row in range(128)
        ]
        area = sum(1.14 * (a + b) / 2 for a, b in zip(values, values[1:]))
        slips.append(2 * area)
    return statistics.median(slips) / velocity, statistics.pstdev(slips) / velocity

"""What the shipped model says of redrawn faults: the figures of docs/method.md, section 10.

    python benchmarks/what_if.py [--seeds 4] [--json FILE]

Two wiggly strands step by 0.6 to 1.5 km and are linked by a straight line from tip to tip, at
angles from a gentle one to one that leads back; and the same strands are drawn with a shaking
hand. Prints by how much KE changes, as `ssf_model.compare.comparing` tells it.
"""

from __future__ import annotations

import argparse
import json
import math
import sys
from collections.abc import Sequence
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
if str(REPOSITORY) not in sys.path:  # so that a plain `python benchmarks/...` works
    sys.path.insert(0, str(REPOSITORY))

from ssf_model.compare.comparing import WindowComparison, compare_strips  # noqa: E402
from ssf_model.compare.counterpart import counterpart_strips  # noqa: E402
from ssf_model.faults.traces import make_traces  # noqa: E402
from ssf_model.geometry.frames import LocalFrame  # noqa: E402
from ssf_model.network.model import Model, default_model_path, open_model  # noqa: E402
from ssf_model.scale import ExperimentScale  # noqa: E402
from ssf_model.zones.planning import plan_strips  # noqa: E402

SCALE = ExperimentScale()
MIDDLE = LocalFrame(20.0, 40.0)
HALF_LENGTH_M = 30_000.0
VERTEX_M = 400.0
WALK_M = 20.0  # by which a vertex leaves the course of the one before, one sigma
STEPS_M = (600.0, 900.0, 1200.0, 1500.0)
ANGLES_DEG = (12.0, 18.0, 27.0, 37.0, 45.0, 56.0, 63.0, 72.0, 90.0, 110.0)  # link to fault
SHAKES_M = (10.0, 25.0, 50.0)


def main() -> None:
    """Measure links and shaking hands, and print a table of each."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--seeds", type=int, default=4, help="pairs of strands a step (4)")
    parser.add_argument("--json", type=Path, help="write the figures here, too")
    args = parser.parse_args()
    model = open_model(default_model_path())
    pairs = [(step, seed) for step in STEPS_M for seed in range(args.seeds)]
    found = {"model": model.card.label, "links": links(model, pairs), "shakes": {}}
    print(f"{model.card.label}, {len(pairs)} pairs of strands for each row\n")
    print(f"{'link to the fault':>18}  {'KE changes by':>16}  median")
    for angle, changes in found["links"].items():
        low, middle, high = np.percentile(changes, (0, 50, 100))
        print(f"{angle:>14} deg  {low:+7.2f} to {high:+.2f}  {middle:+.2f}  of {len(changes)}")
    print(f"\n{'vertices moved by':>18}  windows  largest  all agree  medians apart")
    for shake_m in SHAKES_M:
        windows = shaken(model, pairs, shake_m)
        changes = [abs(window.ke_change) for window in windows]
        agree = float(np.mean([window.sign_agrees == 1 for window in windows]))
        apart = [abs(window.b.ke - window.a.ke - window.ke_change) for window in windows]
        found["shakes"][shake_m] = {
            "windows": len(windows),
            "largest": max(changes),
            "all_agree": agree,
            "median_apart": max(apart),
            "median_apart_95": float(np.percentile(apart, 95)),
        }
        print(
            f"{shake_m:>16g} m  {len(windows):7}  {max(changes):7.3f}  {agree:9.2f}  "
            f"{max(apart):.3f} (95 %: {np.percentile(apart, 95):.3f})"
        )
    if args.json is not None:
        args.json.write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def links(model: Model, pairs: Sequence[tuple[float, int]]) -> dict[float, list[float]]:
    """Change of KE in the window with most of the link, by the link's angle to the fault."""
    changes: dict[float, list[float]] = {}
    for angle in ANGLES_DEG:
        for step_m, seed in pairs:
            gap_m = step_m / math.tan(math.radians(angle))
            first, second = strands(step_m, gap_m, seed)
            link = np.stack([first[-1], second[0]])
            windows = compare(model, [first, second], [first, second, link])
            at_link = max(windows, key=lambda window: window.changed_px)
            if at_link.changed_px:  # else the link lies where KE is NULL
                changes.setdefault(angle, []).append(at_link.ke_change)
    return changes


def shaken(
    model: Model, pairs: Sequence[tuple[float, int]], shake_m: float
) -> list[WindowComparison]:
    """All windows of strands whose vertices were moved at random."""
    found = []
    for step_m, seed in pairs:
        rng = np.random.default_rng([seed, round(step_m), round(shake_m)])
        lines = strands(step_m, 1600.0, seed)
        found += compare(
            model, lines, [line + rng.normal(0, shake_m, line.shape) for line in lines]
        )
    return found


def strands(step_m: float, gap_m: float, seed: int) -> list[np.ndarray]:
    """Two traces along x that step to the left, their tips `gap_m` apart along strike."""
    rng = np.random.default_rng([seed, round(step_m)])
    lines = []
    for start, end, y in (
        (-HALF_LENGTH_M, -gap_m / 2, -step_m / 2),
        (gap_m / 2, HALF_LENGTH_M, step_m / 2),
    ):
        x = np.append(np.arange(start, end - VERTEX_M / 2, VERTEX_M), end)
        walk = np.cumsum(rng.normal(0, WALK_M, len(x)))
        lines.append(np.column_stack([x, y + walk - np.linspace(walk[0], walk[-1], len(x))]))
    return lines


def compare(
    model: Model, lines_a: Sequence[np.ndarray], lines_b: Sequence[np.ndarray]
) -> list[WindowComparison]:
    """Windows of two maps whose KE is known on both, along one straight guide."""
    a, b = (
        make_traces([[MIDDLE.to_lonlat(line)] for line in lines]) for lines in (lines_a, lines_b)
    )
    guides = [MIDDLE.to_lonlat(np.array([[-HALF_LENGTH_M, 0.0], [HALF_LENGTH_M, 0.0]]))]
    strips = plan_strips(a, scale=SCALE, guides=guides)
    other = counterpart_strips(strips, a, b, guides=guides)
    return [
        window
        for strip in compare_strips(a, strips, b, other, [model])
        for window in strip.windows
        if window.ke_change is not None
    ]


if __name__ == "__main__":
    main()

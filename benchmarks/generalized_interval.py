"""Whether the interval of KE holds for generalized maps: the figure of docs/method.md, section 5.

    python benchmarks/generalized_interval.py [MODEL.onnx] --windows DIR --split FILE [--frames 30]

Frames of the sets `test` and `never_seen` are drawn as mappers do, once as they are and once
generalized, which in use only dense maps are. Prints what share of the labels the model's interval
holds, with 95 % intervals over experiments.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
if str(REPOSITORY) not in sys.path:  # so that a plain `python benchmarks/...` works
    sys.path.insert(0, str(REPOSITORY))

from ssf_model.network.model import Model, default_model_path, open_model  # noqa: E402
from ssf_model.options import Options  # noqa: E402
from training.scoring.own_interval import widened  # noqa: E402
from training.scoring.readings import read_set  # noqa: E402
from training.scoring.scores import share_with_interval  # noqa: E402
from training.windows.dataset import Windows, load_windows  # noqa: E402
from training.windows.deal import NEVER_SEEN, TEST  # noqa: E402
from training.windows.split import load_split  # noqa: E402

SEED = 5  # of frames and mappers; the card's own calibration has another


def held(
    windows: Windows, rows: np.ndarray, model: Model, *, frames: int, generalize: bool
) -> tuple[int, dict[str, float], float, float]:
    """Windows with an interval, the share of labels it holds, its width, and KE's mean error."""
    entry = model.card.interval
    part = read_set(
        windows, rows, model,
        options=Options(shift_px=entry["shift_px"]), frames=frames, seed=SEED, mapped=True,
        generalize=generalize,
    )  # fmt: skip
    low, high = widened(part, entry["stretch_px"], entry["widen_by"])[:, part.plain]
    label = np.clip(part.ke, 0.0, 1.0)[part.plain]
    ke = np.clip(np.median(part.raw.astype(float), axis=1), 0.0, 1.0)[part.plain]
    share = share_with_interval(
        (low <= label) & (label <= high),
        part.experiment[part.plain],
        rng=np.random.default_rng(SEED),
    )
    return len(label), share, float((high - low).mean()), float(np.abs(ke - label).mean())


def main() -> None:
    """Print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", default=default_model_path(), help="an ONNX file")
    parser.add_argument("--windows", type=Path, required=True, help="folder made by `ingest`")
    parser.add_argument("--split", type=Path, required=True, help="file made by `split`")
    parser.add_argument("--frames", type=int, default=30, help="of each experiment (30)")
    args = parser.parse_args()
    model, windows = open_model(args.model), load_windows(args.windows)
    sets = load_split(args.split, windows)
    print(f"{model.card.label}\n\n| set | drawn | windows | held | width | mean error |")
    print("|" + "---|" * 6)
    for name in (TEST, NEVER_SEEN):
        for words, generalize in (("as mapped", False), ("generalized", True)):
            count, share, width, error = held(
                windows, sets[name], model, frames=args.frames, generalize=generalize
            )
            bounds = f"[{share['_low']:.1%}, {share['_high']:.1%}]" if "_low" in share else ""
            print(
                f"| {name} | {words} | {count:,} | {share['']:.1%} {bounds} | {width:.2f} "
                f"| {error:.3f} |"
            )


if __name__ == "__main__":
    main()

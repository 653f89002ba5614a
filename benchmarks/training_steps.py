"""Windows learned a second: every architecture against the study's network, in one run.

    python benchmarks/training_steps.py [--windows 1024] [--repeats 5] [--threads 2]

Each turn is an epoch as `training.fitting.fit` runs it, with the shipped settings, from maps in
memory. The architectures take turns in each repeat, so that a busy machine slows them alike.
"""

from __future__ import annotations

import argparse
import dataclasses
import sys
import time
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
for folder in (REPOSITORY, REPOSITORY / "benchmarks"):  # for a plain `python benchmarks/...`
    if str(folder) not in sys.path:
        sys.path.insert(0, str(folder))

from windows_per_second import fault_windows, report  # noqa: E402


def main() -> None:
    """Time every architecture and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--windows", type=int, default=1024, help="windows a turn (1024)")
    parser.add_argument("--repeats", type=int, default=5, help="turns of each (5)")
    parser.add_argument("--threads", type=int, default=2, help="processor threads (2)")
    args = parser.parse_args()
    from training.fitting.run_folder import set_up_tensorflow

    set_up_tensorflow(args.threads)
    rates = timed(args.windows, repeats=args.repeats, threads=args.threads)
    report(rates, args.windows, against="published")


def timed(count: int, *, repeats: int, threads: int) -> dict[str, list[float]]:
    """Windows a second of each architecture in each repeat, the study's first."""
    from training.fitting.architectures import ARCHITECTURES
    from training.fitting.batches import LabelledMaps, batches_ahead
    from training.fitting.config import TrainingConfig
    from training.fitting.learner import compiled_model, train_on_batch

    windows = fault_windows(count)
    rng = np.random.default_rng(0)
    labelled = LabelledMaps(
        windows,
        rng.random(count),
        rng.uniform(0.05, 0.2, count),
        rng.uniform(1, 100, count).astype(np.float32),
        rng.random(count) < 0.5,
    )
    config = TrainingConfig(windows_per_epoch=count, threads=threads)
    learners = {}
    for name in ARCHITECTURES:
        settings = dataclasses.replace(config, architecture=name)
        learners[name] = compiled_model(windows.shape[1:], settings)[1]
    rates: dict[str, list[float]] = {name: [] for name in learners}
    for epoch in range(repeats + 1):  # the first one warms up
        for name, learner in learners.items():
            start = time.perf_counter()
            for batch in batches_ahead(labelled, epoch, config):
                train_on_batch(learner, *batch)
            if epoch:
                rates[name].append(count / (time.perf_counter() - start))
    return rates


if __name__ == "__main__":
    main()

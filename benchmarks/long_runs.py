"""Whether memory, open files or temporary files grow in one process over many maps and estimates.

    python benchmarks/long_runs.py --maps 1000 --estimates 300

Prints tables: at each tenth of a run the process's memory (RSS), its open files, the files in the
system's temporary folder, and hidden folders beside results. One batch is one command. Linux only.
"""

from __future__ import annotations

import argparse
import gc
import os
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

sys.path[:0] = [str(Path(__file__).resolve().parents[1] / name) for name in ("", "tests")]

from makers.batch_maps import wavy_map  # noqa: E402
from ssf_model.__main__ import main as ssf  # noqa: E402

LENGTH_KM = 8  # of a map's only fault
KINDS = 10  # of maps, each drawn by a seed of its own
QUICK = ["--thickness", "3", "--shift", "0"]
HEAD = ("after", "RSS (MiB)", "open files", "temporary files", "hidden folders")


def state(folder: Path) -> tuple[float, int, int, int]:
    """Memory in MiB, open files, temporary files, and hidden folders of runs."""
    gc.collect()
    pages = int(Path("/proc/self/statm").read_text().split()[1])
    rss = pages * os.sysconf("SC_PAGE_SIZE") / 2**20
    temporary = sum(1 for _ in Path(tempfile.gettempdir()).iterdir())
    hidden = sum(1 for _ in folder.rglob(".ssf-*"))
    return rss, len(os.listdir("/proc/self/fd")), temporary, hidden


def quietly(words: list[str]) -> None:
    """Run a verb in this process; it must work."""
    with open(os.devnull, "w") as nowhere, redirect_stdout(nowhere), redirect_stderr(nowhere):
        code = ssf(words)
    if code != 0:
        sys.exit(f"{' '.join(words[:3])} ...: exit code {code}")


@contextmanager
def watched(name: str, count: int, done: Callable[[], int], folder: Path) -> Iterator[None]:
    """Print a row at each tenth of `count`, as far as `done` says that the block has come."""
    print(f"\n{name}\n\n| {' | '.join(HEAD)} |\n|{' --- |' * len(HEAD)}", flush=True)
    start, ended = time.process_time(), threading.Event()

    def watch() -> None:
        tenths = [count * tenth // 10 for tenth in range(1, 11)]
        while tenths:
            if done() < tenths[0] and not ended.wait(0.05):
                continue
            rss, files, temporary, hidden = state(folder)
            sys.__stdout__.write(
                f"| {tenths[0]} | {rss:.1f} | {files} | {temporary} | {hidden} |\n"
            )
            tenths.pop(0)

    thread = threading.Thread(target=watch)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
    print(f"\n{(time.process_time() - start) / count:.2f} CPU seconds each", flush=True)


def main() -> None:
    """Run both."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--maps", type=int, default=1000, help="of the batch (default 1000)")
    parser.add_argument("--estimates", type=int, default=300, help="in a row (default 300)")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "tmp").mkdir()
        tempfile.tempdir = str(folder / "tmp")
        drawn = [
            wavy_map(folder / f"kind{seed}.gpkg", zones=1, length_km=LENGTH_KM, seed=seed)
            for seed in range(KINDS)
        ]
        out = str(folder / "r.gpkg")
        counted = [0]
        with watched("Estimates in one process", args.estimates, lambda: counted[0], folder):
            for number in range(args.estimates):
                chosen = drawn[number % KINDS]
                quietly(["estimate", chosen, "--out", out, "--overwrite", *QUICK])
                counted[0] += 1
        batch = folder / "batch"
        maps = [folder / f"map{number:05d}.gpkg" for number in range(args.maps)]
        for number, path in enumerate(maps):
            path.write_bytes(Path(drawn[number % KINDS]).read_bytes())
        with watched(
            "One batch of small maps", args.maps, lambda: len(list(batch.glob("*.gpkg"))), folder
        ):
            words = ["batch", *map(str, maps), "--out", str(batch), "--workers", "1", *QUICK]
            quietly(words)


if __name__ == "__main__":
    main()

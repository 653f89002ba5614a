"""Time and memory of a batch: N processes against one, and maps of growing size.

    python benchmarks/batch.py [--windows 600] [--workers 2] [--repeats 3]

Runs `python -m ssf_model batch` as a user does on maps drawn here: wavy lines in zones of 100
km. One process and N take turns, so that a busy machine slows them alike, and their tables must
be the same bits. Memory is that of all processes together, what they share counted once (Pss of
proc(5), looked at four times a second): with the times, and in maps of one, two, four and eight
times the windows, each read once (`--thickness 3 --shift 0 --flips none`). Linux only.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import pyogrio
import shapely

REPOSITORY = Path(__file__).resolve().parents[1]
WINDOWS_A_ZONE = 19  # of 100 km
SIZES = (1, 2, 4, 8)
ONE_MEMBER = ("--thickness", "3", "--shift", "0", "--flips", "none")
LOOK_EVERY_S = 0.25


@dataclass(frozen=True)
class Run:
    """What one run took; `peak_mib` is that of all its processes together."""

    seconds: float
    cpu_seconds: float
    peak_mib: float


def main() -> None:
    """Run and print both tables."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--windows", type=int, default=600, help="of the smallest map (600)")
    parser.add_argument("--workers", type=int, default=2, help="processes (2)")
    parser.add_argument("--repeats", type=int, default=3, help="turns of each (3)")
    parser.add_argument("--map", type=Path, help="another map for the times")
    parser.add_argument("--part", choices=("time", "memory"), help="this part alone")
    args = parser.parse_args()
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores{load}")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if args.part != "memory":
            path = args.map or draw_map(folder / "time.gpkg", args.windows)
            times(path, folder, args.workers, args.repeats)
        if args.part != "time":
            memory(folder, args.windows)


def times(path: Path, folder: Path, workers: int, repeats: int) -> None:
    """Print how long one process and several take, in turn."""
    runs: dict[int, list[Run]] = {1: [], workers: []}
    for turn in range(repeats):
        for count, its in runs.items():
            its.append(run(path, folder / f"{turn}-{count}", "--workers", str(count)))
        if len({tables(folder / f"{turn}-{count}" / f"{path.stem}.gpkg") for count in runs}) != 1:
            sys.exit("the results differ")
    print(f"{'processes':>9} {'median s':>8} {'min':>6} {'max':>6} {'CPU s':>6} {'peak MiB':>8}")
    for count, its in runs.items():
        seconds = [one.seconds for one in its]
        cpu = median(one.cpu_seconds for one in its)
        peak = max(one.peak_mib for one in its)
        print(
            f"{count:9} {median(seconds):8.1f} {min(seconds):6.1f} {max(seconds):6.1f} "
            f"{cpu:6.1f} {peak:8.0f}"
        )
    ratios = [one.seconds / many.seconds for one, many in zip(runs[1], runs[workers])]
    print(f"{workers} processes are {median(ratios):.2f} times as fast, turn by turn "
          f"{min(ratios):.2f} to {max(ratios):.2f}; tables are the same bits")  # fmt: skip


def memory(folder: Path, n_windows: int) -> None:
    """Print the memory of maps of growing size."""
    print(f"{'windows':>9} {'map MiB':>8} {'s':>6} {'peak MiB':>8}")
    for size in SIZES:
        path = draw_map(folder / f"size-{size}.gpkg", size * n_windows)
        one = run(path, folder / f"of-size-{size}", "--workers", "2", *ONE_MEMBER)
        count = pyogrio.read_info(
            folder / f"of-size-{size}" / f"{path.stem}.gpkg", layer="windows"
        )["features"]
        on_disk = path.stat().st_size / 2**20
        print(f"{count:9} {on_disk:8.1f} {one.seconds:6.1f} {one.peak_mib:8.0f}")


def run(path: Path, out: Path, *options: str) -> Run:
    """Run the command once; SystemExit with its message where it fails."""
    command = [sys.executable, "-m", "ssf_model", "batch", str(path.resolve()), "--out", str(out)]
    start = time.perf_counter()
    with tempfile.TemporaryFile() as said:
        process = subprocess.Popen(
            [*command, *options], cwd=REPOSITORY, stdout=said, stderr=subprocess.STDOUT
        )
        peak_mib, ended = 0.0, 0
        while not ended:
            peak_mib = max(peak_mib, together_mib(process.pid))
            time.sleep(LOOK_EVERY_S)
            ended, status, usage = os.wait4(process.pid, os.WNOHANG)
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        if process.returncode:
            sys.exit(said.read().decode())
    return Run(
        time.perf_counter() - start,
        usage.ru_utime + usage.ru_stime,
        peak_mib,
    )


def together_mib(first: int) -> float:
    """Memory of a process and of all that it started, what they share counted once."""
    parents: dict[int, int] = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                told = (folder / "stat").read_text().rpartition(")")[2].split()
            except OSError:  # it has ended
                continue
            parents[int(folder.name)] = int(told[1])
    family = {first}
    while more := {child for child, parent in parents.items() if parent in family} - family:
        family |= more
    total_kib = 0
    for member in family:
        try:
            lines = Path(f"/proc/{member}/smaps_rollup").read_text().splitlines()
        except OSError:
            continue
        total_kib += sum(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return total_kib / 1024


def draw_map(path: Path, n_windows: int) -> Path:
    """Draw zones of wavy, broken lines, 40 km apart in columns of fifty."""
    rng = np.random.default_rng(0)
    shapes = []
    for zone in range(max(1, n_windows // WINDOWS_A_ZONE)):
        corner = np.array([150_000.0 * (zone // 50), 3_000_000.0 + 40_000 * (zone % 50)])
        for start in np.arange(0, 100_000, 4_000):
            x = np.linspace(start, start + 4_600, 24)
            y = 300 * np.sin(x / 9_000) + rng.normal(0, 40, 24) + rng.normal(0, 300)
            shapes.append(shapely.linestrings(np.column_stack([x, y]) + corner))
    wkb = shapely.to_wkb(np.array(shapes, dtype=object))
    pyogrio.raw.write(path, wkb, [], [], geometry_type="LineString", crs="EPSG:3857")
    return path


def tables(path: Path) -> tuple:
    """All layers of a result, with every bit."""
    found = []
    for layer in pyogrio.list_layers(path)[:, 0]:
        meta, _, shapes, values = pyogrio.raw.read(path, layer=layer)
        bits = tuple(
            tuple(column) if column.dtype == object else column.tobytes() for column in values
        )
        found.append(
            (layer, tuple(meta["fields"]), bits, None if shapes is None else tuple(shapes))
        )
    return tuple(found)


if __name__ == "__main__":
    main()

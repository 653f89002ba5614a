"""Time and memory of the whole command on real maps: onnxruntime against the NumPy engine.

    python benchmarks/real_maps.py [--data FOLDER] [--model MODEL.onnx] [--repeats 3]

Runs `python -m ssf_model estimate` as a user does, each run a process of its own, and both
engines in turn. FOLDER is that of the reference data, which are not distributed with ssf;
SSF_REFERENCE_DATA can name it. `--map` measures any other file instead. Linux and macOS only.
"""

from __future__ import annotations

import argparse
import json
import os
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

REPOSITORY = Path(__file__).resolve().parents[1]
MAPS = {
    "Hector Mine 1999": "faults/rupture_1999_hector_mine_mw7_1.geojson",
    "California sections": "faults/named_california_sections_nshm23.geojson",
}
ENGINES = ("onnxruntime", "numpy")
BYTES_A_UNIT = 1 if sys.platform == "darwin" else 1024  # of ru_maxrss, getrusage(2)


@dataclass(frozen=True)
class Run:
    """What one process took."""

    seconds: float
    cpu_seconds: float
    peak_mib: float
    windows: int


def main() -> None:
    """Run every map on both engines and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data", type=Path, default=os.environ.get("SSF_REFERENCE_DATA"))
    parser.add_argument("--map", type=Path, action="append", default=[], help="another map")
    parser.add_argument("--model", type=Path, help="ONNX file (the shipped one)")
    parser.add_argument("--repeats", type=int, default=3, help="turns of each engine (3)")
    args = parser.parse_args()
    if not args.map and not args.data:
        parser.error("give --data, --map, or set SSF_REFERENCE_DATA")
    maps = {path.name: path for path in args.map}
    if not maps:
        maps = {name: Path(args.data) / path for name, path in MAPS.items()}
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores{load}, {args.repeats} repeats in turn")
    print(
        f"{'map':24} {'engine':12} {'windows':>7} {'median s':>8} {'min':>6} {'max':>6} "
        f"{'CPU s':>6} {'peak MiB':>8}"
    )
    for name, path in maps.items():
        runs: dict[str, list[Run]] = {engine: [] for engine in ENGINES}
        for _ in range(args.repeats):
            for engine in ENGINES:
                runs[engine].append(estimate(path, engine, args.model))
        for engine, its in runs.items():
            seconds = [run.seconds for run in its]
            print(
                f"{name:24} {engine:12} {its[0].windows:7} {median(seconds):8.2f} "
                f"{min(seconds):6.2f} {max(seconds):6.2f} "
                f"{median(run.cpu_seconds for run in its):6.2f} "
                f"{max(run.peak_mib for run in its):8.0f}"
            )


def estimate(path: Path, engine: str, model: Path | None) -> Run:
    """Run the command once; SystemExit with its message where it fails."""
    with tempfile.TemporaryDirectory() as folder:
        out = Path(folder)
        command = [sys.executable, "-m", "ssf_model", "estimate", str(path.resolve())]
        command += ["--out", str(out / "result.gpkg"), "--engine", engine, "--json"]
        if model is not None:
            command += ["--model", str(model.resolve())]
        with (out / "stdout").open("wb") as stdout, (out / "stderr").open("wb") as stderr:
            start = time.perf_counter()
            process = subprocess.Popen(command, cwd=REPOSITORY, stdout=stdout, stderr=stderr)
            _, status, usage = os.wait4(process.pid, 0)
            seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode:
            sys.exit((out / "stderr").read_text(encoding="utf-8"))
        summary = json.loads((out / "stdout").read_text(encoding="utf-8"))
    return Run(
        seconds,
        usage.ru_utime + usage.ru_stime,
        usage.ru_maxrss * BYTES_A_UNIT / 2**20,
        summary["n_windows"],
    )


if __name__ == "__main__":
    main()

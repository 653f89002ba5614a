"""How many times as fast each part is as a named alternative, all in one run.

    python benchmarks/speed.py [--map FAULTS.gpkg] [--windows 300] [--repeats 3]

Both roads of a row take turns, so that a busy machine slows them alike, and are held to the same
answer before they are timed; CPU seconds of one process, median of the turns. Without `--map` a
database is drawn as in `benchmarks/zones.py`. Keras is timed where TensorFlow is installed, QGIS
where `qgis_process` is.
"""

from __future__ import annotations

import argparse
import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path
from statistics import median

import numpy as np

# QGIS runs the file of its variable without saying so to the file.
THIS_FILE = Path(globals().get("__file__") or os.environ["PYQGIS_STARTUP"]).resolve()
REPOSITORY = THIS_FILE.parents[1]
if str(REPOSITORY) not in sys.path:  # so that a plain `python benchmarks/...` works
    sys.path.insert(0, str(REPOSITORY))

from benchmarks.zones import copied, database  # noqa: E402
from ssf_model.drawing.raster import burn_traces  # noqa: E402
from ssf_model.estimate.canvases import canvases, draw_strips  # noqa: E402
from ssf_model.estimate.estimating import estimate_strips  # noqa: E402
from ssf_model.faults.traces import Traces, make_traces  # noqa: E402
from ssf_model.network.model import default_model_path, open_model  # noqa: E402
from ssf_model.options import Options  # noqa: E402
from ssf_model.scale import ExperimentScale  # noqa: E402
from ssf_model.zones.planning import plan_strips  # noqa: E402
from ssf_model.zones.strips import Strip, strip_paths  # noqa: E402

SCALE = ExperimentScale()
OPTIONS = Options(flips="none")
TOLERANCE = 1e-5  # of KE, between two ways to run a network
SHARES = (0.01, 0.03, 0.1, 0.3, 1.0)  # of a map, for how the cost of a window grows
LINES_FILE = "SSF_BENCHMARK_LINES"  # names the map of the child that QGIS runs
CPU = time.process_time


def main() -> None:
    """Time every part and print a table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--map", help="a fault map (else one is drawn)")
    parser.add_argument("--windows", type=int, default=300, help="so many are looked at (300)")
    parser.add_argument("--repeats", type=int, default=3, help="turns of each road (3)")
    args = parser.parse_args()
    traces = copied(database(60, seed=1), 1)
    if args.map:
        from ssf_model.headless.reading import read_traces

        traces = read_traces(args.map).traces
    strips = some_strips(plan_strips(traces, scale=SCALE), args.windows)
    n_windows = sum(strip.n_windows for strip in strips)
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    print(f"{os.cpu_count()} cores{load}; {len(strips)} strips, {n_windows} windows; CPU seconds")
    print(f"{'part':34} {'ms/window':>9}   {'alternative':38} {'ms/window':>9} {'times':>6}")
    drawn = drawing(traces, strips, args.repeats)
    networks(drawn, n_windows, args.repeats)
    whole_estimates(traces, strips, args.repeats)
    growth(traces, args.windows)


def some_strips(strips: Sequence[Strip], n_windows: int) -> list[Strip]:
    """Strips from all over a map with about so many windows."""
    total = sum(strip.n_windows for strip in strips)
    return list(strips[:: max(1, round(total / n_windows))])


def turns(roads: Sequence[Callable[[], object]], repeats: int) -> list[float]:
    """CPU seconds of each road, the median of its turns."""
    taken: list[list[float]] = [[] for _ in roads]
    for _ in range(repeats):
        for road, its in zip(roads, taken):
            begin = CPU()
            road()
            its.append(CPU() - begin)
    return [median(its) for its in taken]


def row(part: str, ours: float, alternative: str, theirs: float, n_windows: int) -> None:
    """Print a row."""
    each, other = 1000 * ours / n_windows, 1000 * theirs / n_windows
    print(f"{part:34} {each:9.3f}   {alternative:38} {other:9.3f} {theirs / ours:6.1f}", flush=True)


def drawing(traces: Traces, strips: Sequence[Strip], repeats: int) -> list[np.ndarray]:
    """All members' maps at once, against one canvas at a time and against buffers by GDAL."""
    import shapely
    from rasterio.features import rasterize
    from rasterio.transform import from_origin

    lines = [(strip_paths(traces, strip), strip.n_windows) for strip in strips]
    thickness_px = (2.0, 3.0, 4.0)
    settings = {"scale": SCALE, "options": OPTIONS, "thickness_px": thickness_px}
    laid = [
        (paths, canvas)
        for paths, count in lines
        for (canvas,) in canvases(count, scale=SCALE, options=OPTIONS)
    ]

    def one_by_one() -> list[np.ndarray]:
        return [
            burn_traces(
                [path - canvas.corner_m for path in paths],
                canvas.shape,
                pixel_size_m=SCALE.pixel_size_m,
                thickness_px=thickness_px,
            )
            for paths, canvas in laid
        ]

    def by_buffers() -> list[np.ndarray]:
        found = []
        for paths, canvas in laid:
            low, size = canvas.corner_m, SCALE.pixel_size_m
            corner = from_origin(low[0], low[1] + canvas.shape[0] * size, size, size)
            shapes = shapely.linestrings(np.concatenate(paths), indices=_owners(paths))
            found.append([
                rasterize(
                    list(shapely.buffer(shapes, width * size / 2, quad_segs=8)),
                    out_shape=canvas.shape, transform=corner, dtype="uint8",
                )
                for width in thickness_px
            ])  # fmt: skip
        return found

    drawn = [one.windows for one in draw_strips(lines, **settings)]
    differ = np.mean([np.mean(np.array(a) != b) for a, b in zip(by_buffers(), one_by_one())])
    if differ > 1e-3:  # a buffer's round ends have corners
        sys.exit(f"buffers differ in {100 * differ:.1f} % of the pixels")
    taken = turns([lambda: draw_strips(lines, **settings), one_by_one, by_buffers], repeats)
    n_windows = sum(count for _, count in lines)
    row("drawing, strips together", taken[0], "one canvas at a time", taken[1], n_windows)
    row("drawing, strips together", taken[0], "shapely buffers, rasterio", taken[2], n_windows)
    return drawn


def _owners(paths: Sequence[np.ndarray]) -> np.ndarray:
    """The number of each vertex's path."""
    return np.repeat(np.arange(len(paths)), [len(path) for path in paths])


def networks(drawn: Sequence[np.ndarray], n_windows: int, repeats: int) -> None:
    """Distinct maps and active rows on either engine, against every map as a whole."""
    import onnxruntime

    maps = np.concatenate([one.reshape(-1, *one.shape[-2:]) for one in drawn])
    detail = np.full(len(maps), 3.0, np.float32)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    session = onnxruntime.InferenceSession(
        str(default_model_path()), options, providers=["CPUExecutionProvider"]
    )

    def whole() -> np.ndarray:
        found = [
            session.run(
                ["ke"],
                {"fault_map": maps[at : at + 16, None], "stretch_px": detail[at : at + 16]},
            )[0]
            for at in range(0, len(maps), 16)
        ]
        return np.concatenate(found)

    def by(engine: str) -> np.ndarray:
        return open_model(engine=engine, threads=1).predict(maps, detail)

    expected = whole()
    roads: dict[str, Callable[[], object]] = {"onnxruntime, every map, all rows": whole}
    for engine in ("onnxruntime", "numpy"):
        worst = np.abs(by(engine) - expected).max()
        if not worst <= TOLERANCE:
            sys.exit(f"{engine} differs by {worst:.1e}")
        roads[engine] = lambda engine=engine: by(engine)
    predict = keras_predict(maps)
    if predict is not None:
        roads["Keras predict, batch 32"] = predict
    taken = dict(zip(roads, turns(list(roads.values()), repeats)))
    for engine in ("onnxruntime", "numpy"):
        for alternative in roads:
            if alternative not in ("onnxruntime", "numpy"):
                part = f"network, 15 members, {engine}"
                row(part, taken[engine], alternative, taken[alternative], n_windows)


def keras_predict(maps: np.ndarray) -> Callable[[], object] | None:
    """A network of the shipped form by Keras, as the study ran its own; None without TensorFlow."""
    if importlib.util.find_spec("tensorflow") is None:
        return None
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
    from training.fitting.architectures import build

    network = build("mirrored", *maps.shape[1:])
    shown = {
        "fault_map": maps[..., None].astype(np.float32),
        "stretch_px": np.full(len(maps), 3.0, np.float32),
    }
    few = {name: values[:64] for name, values in shown.items()}
    network.predict(few, batch_size=32, verbose=0)  # builds its graph
    return lambda: network.predict(shown, batch_size=32, verbose=0)


def whole_estimates(traces: Traces, strips: Sequence[Strip], repeats: int) -> None:
    """From lines to windows with KE: on both engines, and on NumPy inside QGIS."""
    n_windows = sum(strip.n_windows for strip in strips)
    roads = [lambda: estimate(traces, strips, "onnxruntime"), lambda: estimate(traces, strips)]
    by_onnxruntime, by_numpy = turns(roads, repeats)
    row("estimate, numpy", by_numpy, "the same, onnxruntime", by_onnxruntime, n_windows)
    if shutil.which("qgis_process") is None:
        return
    lines = {line for strip in strips for line in strip.lines.tolist()}
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "lines.npz"
        np.savez(path, *[traces.lines[line] for line in sorted(lines)])
        roads = [
            [sys.executable, str(THIS_FILE)],
            ["qgis_process", "--version"],
        ]
        here, there = ([child(command, path) for _ in range(repeats)] for command in roads)
    count = here[0][1]
    row("estimate, numpy", median(one for one, _ in here), "the same in QGIS",
        median(one for one, _ in there), count)  # fmt: skip


def child(command: Sequence[str], path: Path) -> tuple[float, int]:
    """CPU seconds and windows of an estimate by NumPy in another program."""
    environment = {
        **os.environ,
        LINES_FILE: str(path),
        "PYQGIS_STARTUP": str(THIS_FILE),
        "QT_QPA_PLATFORM": "offscreen",
    }
    said = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    told = [line.split()[1:] for line in said.stdout.splitlines() if line.startswith("ssf-child")]
    if not told:
        sys.exit(f"{command[0]} told nothing: {said.stdout[-500:]}{said.stderr[-500:]}")
    return float(told[0][0]), int(told[0][1])


def as_child(path: str) -> None:
    """What `child` runs."""
    with np.load(path) as file:
        traces = make_traces([[file[name]] for name in file.files])
    strips = plan_strips(traces, scale=SCALE)
    begin = CPU()
    estimate(traces, strips)
    print(f"ssf-child {CPU() - begin} {sum(strip.n_windows for strip in strips)}", flush=True)


def estimate(traces: Traces, strips: Sequence[Strip], engine: str = "numpy") -> None:
    """Estimate strips by a model that remembers nothing, one thread."""
    models = [open_model(engine=engine, threads=1)]
    for _ in estimate_strips(traces, strips, models):
        pass


def growth(traces: Traces, n_windows: int) -> None:
    """Plan and estimate parts of a map: how a window's cost grows with their number."""
    counts, costs = [], []
    rng = np.random.default_rng(0)
    order = rng.permutation(traces.n_features)
    for share in SHARES:
        chosen = set(order[: max(1, round(share * len(order)))].tolist())
        lines = [line for line, of in zip(traces.lines, traces.features) if int(of) in chosen]
        part = make_traces([[line] for line in lines])
        begin = CPU()
        strips = plan_strips(part, scale=SCALE)
        planned = CPU() - begin
        some = some_strips(strips, n_windows)
        begin = CPU()
        estimate(part, some)
        total = sum(strip.n_windows for strip in strips)
        each = planned / total + (CPU() - begin) / sum(strip.n_windows for strip in some)
        counts.append(total)
        costs.append(each * total)
        print(
            f"{f'plan and estimate, {100 * share:.0f} %':34} {1000 * each:9.3f}   {total} windows"
        )
    slope = np.polyfit(np.log(counts), np.log(costs), 1)[0]
    print(f"cost grows as windows to the power of {slope:.2f}")


if os.environ.get(LINES_FILE):
    as_child(os.environ[LINES_FILE])
elif __name__ == "__main__":
    main()

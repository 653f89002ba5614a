"""The study's own comparison, made again: Figures 3 and 4, the ranks, and what came since.

    SSF_REFERENCE_DATA=FOLDER python benchmarks/study.py [MODEL.onnx]
        [--windows DIR --split FILE [--sets SET ...]] [--into DOCUMENT ...] [--only TABLE ...]

Prints tables in Markdown; with `--into` they replace what stands between their markers in the
documents named. FOLDER holds what may not be distributed: faults/, lab/clay_maps.npz and
published/*.hdf5, the study's network, each used where it is there. DIR and FILE are made by
`ingest` and `split`; without them there is no table of experiments.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np

REPOSITORY = Path(__file__).resolve().parents[1]
if str(REPOSITORY) not in sys.path:  # so that a plain `python benchmarks/...` works
    sys.path.insert(0, str(REPOSITORY))

import pyogrio.raw  # noqa: E402
from doc_blocks import put_blocks  # noqa: E402
from published_values import (  # noqa: E402
    CHINA,
    MAPS,
    RUPTURE_LINES,
    FaultMap,
    estimate,
    map_table,
    published_table,
    zone_table,
)
from study_experiments import (  # noqa: E402
    against_table,
    clay_table,
    configuration_table,
    set_table,
)
from study_faults import (  # noqa: E402
    CRUSTAL_MAPS,
    RUPTURE_MAPS,
    crustal_table,
    maturity_table,
    read_slips,
    rupture_table,
    slip_table,
)

from ssf_model.errors import InputError, SsfError  # noqa: E402
from ssf_model.network.model import Model, default_model_path, open_model  # noqa: E402
from ssf_model.whole_files import whole_file  # noqa: E402
from training.windows.dataset import load_windows  # noqa: E402
from training.windows.split import load_split  # noqa: E402

SLIPS = Path(__file__).with_name("fault_slip.csv")
TESTED = ("test", "never_seen")  # whose windows are shown by configuration and against labels
BOTH_WAYS = ("crustal faults", "ruptures", "maturity", "cumulative slip")
AS_USERS_DO = {"published values": published_table, "maps": map_table, "faults": zone_table}
BLOCKS = ("experiments", "real clay", *BOTH_WAYS, *AS_USERS_DO)


def main() -> int:
    """Run the command line."""
    args = arguments()
    try:
        check_documents(args.into)
        model = open_model(args.model)
        with tempfile.TemporaryDirectory() as folder:
            published = published_network(args.data, Path(folder))
            blocks = made(args, model, published)
    except SsfError as error:
        print(error, file=sys.stderr)
        return 1
    told = {name: f"Model: `{model.card.label}`.\n\n{block}" for name, block in blocks.items()}
    for path in args.into:
        text = put_blocks(path.read_text(encoding="utf-8"), told, names=BLOCKS, place=path.name)
        with whole_file(path, overwrite=True) as aside:
            aside.write_text(text, encoding="utf-8")
    for name, block in told.items():
        print(f"## {name.capitalize()}\n\n{block}\n")
    return 0


def arguments() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("model", nargs="?", type=Path, default=default_model_path())
    parser.add_argument("--windows", type=Path, metavar="DIR", help="folder made by `ingest`")
    parser.add_argument("--split", type=Path, metavar="FILE", help="file made by `split`")
    parser.add_argument("--sets", nargs="+", metavar="SET", help="only these sets")
    parser.add_argument("--into", nargs="+", type=Path, default=[], metavar="DOCUMENT")
    parser.add_argument("--only", nargs="+", default=BLOCKS, choices=BLOCKS, metavar="TABLE")
    args = parser.parse_args()
    if (args.windows is None) != (args.split is None):
        parser.error("--windows and --split go together.")
    data = os.environ.get("SSF_REFERENCE_DATA")
    args.data = None if data is None else Path(data)
    if args.data is not None and not args.data.is_dir():
        parser.error(f"SSF_REFERENCE_DATA names {data}, which is no folder.")
    if args.data is None and args.windows is None:
        parser.error("set SSF_REFERENCE_DATA, or give --windows and --split: nothing to compare.")
    return args


def check_documents(paths: Sequence[Path]) -> None:
    """Refuse documents without markers before the work is done."""
    for path in paths:
        if not path.is_file():
            message = f"{path}: there is no such document."
            raise InputError(message)
        put_blocks(path.read_text(encoding="utf-8"), {}, names=BLOCKS, place=path.name)


def published_network(data: Path | None, folder: Path) -> Path | None:
    """The study's network as an ONNX file in a folder; None where the data lack it."""
    weights = sorted((data / "published").glob("*.hdf5")) if data is not None else []
    if not weights:
        return None
    out = folder / "published.onnx"
    command = [*(sys.executable, "-m", "training", "import-keras", str(weights[-1]))]
    done = subprocess.run(
        [*command, "--out", str(out)], cwd=REPOSITORY, capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise InputError(done.stderr.strip().splitlines()[-1])
    return out


def made(args: argparse.Namespace, model: Model, published: Path | None) -> dict[str, str]:
    """The tables that are wanted and for which the data are there, by the names of `BLOCKS`."""
    blocks = {}
    if args.windows is not None and "experiments" in args.only:
        blocks["experiments"] = experiments(args, model, published)
    if args.data is None:
        return blocks
    clay = args.data / "lab" / "clay_maps.npz"
    if clay.is_file() and "real clay" in args.only:
        with np.load(clay, allow_pickle=False) as file:
            blocks["real clay"] = clay_table(dict(file), model)
    folder = args.data / "faults"
    if folder.is_dir() and not set(AS_USERS_DO).isdisjoint(args.only):
        # The largest map is in one of these tables alone.
        maps = MAPS if "maps" in args.only else [each for each in MAPS if each != CHINA]
        as_users_do = estimates(maps, folder, args.model)
        blocks |= {
            name: table(as_users_do) for name, table in AS_USERS_DO.items() if name in args.only
        }
    if folder.is_dir() and not set(BOTH_WAYS).isdisjoint(args.only):
        both = both_ways(folder, args.model, model, published)
        blocks |= {name: table for name, table in both.items() if name in args.only}
    return {name: blocks[name] for name in BLOCKS if name in blocks}


def experiments(args: argparse.Namespace, model: Model, published: Path | None) -> str:
    """Figure 3: three tables."""
    windows = load_windows(args.windows)
    sets = load_split(args.split, windows, wanted=args.sets or ())
    sets = {name: sets[name] for name in args.sets or sets if len(sets[name])}
    networks = {model.card.label: model}
    if published is not None:
        networks["the study's"] = open_model(published)
    predicted = {}
    for name, network in networks.items():
        predicted[name] = np.full(len(windows), np.nan)
        for rows in sets.values():
            answers = network.predict(windows.maps[rows], windows.stretch_px[rows])
            predicted[name][rows] = answers
    tested = [sets[name] for name in TESTED if name in sets] or list(sets.values())
    rows = np.unique(np.concatenate(tested))
    return "\n\n".join(
        [
            f"{len(windows):,} windows of virtual experiments, data `{windows.sha256[:12]}`.",
            set_table(windows, sets, predicted),
            configuration_table(windows, rows, predicted),
            against_table(windows, rows, predicted),
        ]
    )


def both_ways(folder: Path, path: Path, model: Model, published: Path | None) -> dict[str, str]:
    """Figure 4, ruptures, maturity: as drawn and generalized."""
    maps = tuple(dict.fromkeys(CRUSTAL_MAPS + RUPTURE_MAPS))
    drawn = estimates(maps, folder, path, "--generalize", "never")
    generalized = estimates(maps, folder, path, "--generalize", "always")
    theirs = None
    if published is not None:
        theirs = estimates(CRUSTAL_MAPS, folder, published, "--generalize", "never")
    slips, lines = read_slips(SLIPS), strike_slip_lines(folder)
    return {
        "crustal faults": crustal_table(drawn, generalized, theirs, model=model.card.label),
        "ruptures": rupture_table(drawn, generalized, lines, slips),
        "maturity": maturity_table(drawn, generalized, lines, slips),
        "cumulative slip": slip_table(slips),
    }


def estimates(
    maps: Sequence[FaultMap], folder: Path, model: Path, *options: str
) -> Mapping[FaultMap, dict]:
    """Summaries of several maps."""
    found = {}
    for fault_map in maps:
        print(f"{fault_map.title}, {model.stem} {' '.join(options)}", file=sys.stderr)
        found[fault_map] = estimate(fault_map, folder, ["--model", str(model), *options])
    return found


def strike_slip_lines(folder: Path) -> list[str]:
    """Names of the FDHI's strike-slip earthquakes."""
    _, _, _, columns = pyogrio.raw.read(
        folder / RUPTURE_LINES.file, columns=["eq_name", "style"], read_geometry=False
    )
    return sorted(columns[0][columns[1] == "Strike-Slip"].tolist())


if __name__ == "__main__":
    sys.exit(main())

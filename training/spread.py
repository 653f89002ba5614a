"""The verb `spread`: by how much the band of drawings must be widened to hold labels.

Experiments that no weight was fitted to are drawn as maps in use are, and `training.band` finds
the number, which the model's card carries.
"""

from __future__ import annotations

import argparse
import json
import tempfile
from collections.abc import Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.errors import InputError
from ssf_model.estimate.ensemble import list_members
from ssf_model.network.model import Model, open_model
from ssf_model.options import SHIFT_PX, Options
from ssf_model.whole_files import refuse_existing, whole_file
from training.band import measure_spread, spread_text
from training.calibration import LEVEL, check_level
from training.cards import card_of_run, file_sha256, made_for
from training.dataset import Windows, load_windows
from training.drawings import read_set
from training.evaluate import network_file
from training.split import TEST, TRAIN, VALIDATION, load_split

FRAMES = 60  # of each experiment: neighbouring frames tell the same again
SETS = (VALIDATION, TEST)


def spread_of(
    windows: Windows,
    sets: Mapping[str, np.ndarray],
    model: Model,
    *,
    shift_px: float,
    level: float,
    frames: int,
    seed: int,
    show: bool = False,
) -> dict[str, Any]:
    """Read sets of windows as maps in use are read, and measure the spread.

    Parameters
    ----------
    windows : Windows
        Labelled windows.
    sets : mapping of str to int array
        Row numbers of each set's windows, `validation` among them.
    model : Model
        The network.
    shift_px : float
        By how much windows are moved; all else about the ensemble is as in use.
    level, frames, seed
        As `measure_spread` and `training.drawings.read_set` take them.
    show : bool, optional
        Whether to show progress on stderr.

    Returns
    -------
    spread : dict
        That of `measure_spread` with `shift_px`, `thickness_px`, `frames` and `seed`.

    Raises
    ------
    InputError
        As those two, and if the shift is none.
    """
    options = Options(shift_px=shift_px)
    readings = {}
    for name, rows in sets.items():
        readings[name] = read_set(
            windows, rows, model,
            options=options, frames=frames, seed=seed,
            progress=partial(_shown, title=name) if show else iter,
        )  # fmt: skip
    members = list_members([model], scale=model.card.scale, options=options)
    made_by = {"shift_px": shift_px, "thickness_px": list(model.card.thickness_px)}
    made_by |= {"frames": frames, "seed": seed}
    return made_by | measure_spread(readings, members, level=level)


def _shown(names: list[str], *, title: str) -> Iterable[str]:
    """The names, with a bar that tells how many are done."""
    from tqdm import tqdm

    return tqdm(names, desc=title, unit="experiment")


def card_spread(found: Mapping[str, Any]) -> dict[str, float]:
    """What a model's card says of its spread.

    Parameters
    ----------
    found : mapping
        Of `spread_of`.

    Returns
    -------
    spread : dict of str to float
        `level`, `half_width` and `shift_px`, which estimates need; `frames` and `seed`, to
        measure it again; of the windows without a flag of the validation set `n_windows`,
        `n_experiments`, `held_left_out` and its `_worst`; of those of the test set, where there
        is one, the same with `_test` behind, `held_test` with `_low`, `_high` and `_worst`, and the
        same by KE.
    """
    entry = {name: found[name] for name in ("level", "half_width", "shift_px", "frames", "seed")}
    for name, ending in ((VALIDATION, ""), (TEST, "_test")):
        if name in found["sets"]:
            entry[f"n_windows{ending}"] = found["sets"][name]["n_plain"]
            entry[f"n_experiments{ending}"] = found["sets"][name]["n_experiments"]
    for name, share in found["sets"].get(TEST, {}).get("held_by_ke", {}).items():
        entry[f"held_test, KE {name}"] = share
    validated, tested = found["sets"][VALIDATION], found["sets"].get(TEST, {})
    for key in ("held_left_out", "held_left_out_worst"):
        if key in validated:
            entry[key] = validated[key]
    for key, name in (
        ("held_test", "held_widened"),
        ("held_test_low", "held_widened_low"),
        ("held_test_high", "held_widened_high"),
        ("held_test_worst", "held_worst"),
    ):
        if name in tested:
            entry[key] = tested[name]
    return entry


def spread_in(path: Path, windows: Windows, network: Path) -> dict[str, float]:
    """Read what `spread` wrote for these windows and this network, as a card says it.

    Parameters
    ----------
    path : Path
        JSON file of `spread`.
    windows : Windows
        The data.
    network : Path
        The network's file: weights of a run, or ONNX.

    Returns
    -------
    spread : dict of str to float
        As `card_spread`.

    Raises
    ------
    InputError
        If the file is unreadable, or was made on other windows or with another network.
    """
    found = made_for(path, windows, network, what="figures", verb="spread", part="sets")
    try:
        return card_spread(found)
    except (KeyError, TypeError) as error:
        message = f"{path}: not readable as figures ({error}). `spread --out` writes them."
        raise InputError(message) from error


def spread(args: argparse.Namespace) -> None:
    """Run the verb `spread`."""
    if args.out is not None:
        refuse_existing(args.out, overwrite=args.overwrite)
    check_level(args.level)
    if args.frames < 1 or args.seed < 0:
        message = (
            f"There are 1 or more frames and a seed of 0 or above, not {args.frames}, {args.seed}."
        )
        raise InputError(message)
    windows = load_windows(args.windows)
    rows = load_split(args.split, windows, wanted=(TRAIN, VALIDATION))
    sets = {name: rows[name] for name in SETS if len(rows.get(name, ()))}
    sha256 = {
        "network_sha256": file_sha256(network_file(args.network)),
        "data_sha256": windows.sha256,
    }
    found = spread_of(
        windows, sets, _open_network(args.network, windows, rows[TRAIN]),
        shift_px=args.shift, level=args.level, frames=args.frames, seed=args.seed, show=True,
    )  # fmt: skip
    if args.out is not None:
        with whole_file(args.out, overwrite=args.overwrite) as aside:
            aside.write_text(json.dumps(sha256 | found, indent=1) + "\n", encoding="utf-8")
    print(spread_text(found))  # noqa: T201


def _open_network(network: Path, windows: Windows, train_rows: np.ndarray) -> Model:
    """An ONNX file, or what a run folder would be as one."""
    if not network.is_dir():
        return open_model(network)
    from training.export import export_model
    from training.run_folder import load_run, set_up_tensorflow

    set_up_tensorflow()
    run, config = load_run(network, windows.maps.shape[1:])
    card = card_of_run(
        windows, train_rows,
        name=network.name, version="0", seed=config.seed, scores={}, made_with={},
    )  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        export_model(run, card, Path(folder) / "run.onnx")
        return open_model(Path(folder) / "run.onnx")


def add_command(subparsers: Any) -> None:
    """Add `spread` to the command line."""
    parser = subparsers.add_parser(
        "spread",
        help="calibrate the band of drawings that estimates carry",
        description="Draw experiments of the validation set as maps are drawn in use, read them "
        "by the whole ensemble of drawings, and find by how much its band must be widened to "
        "hold the share wanted; the test set only checks. `export --spread` takes the file.",
    )
    parser.add_argument(
        "network", type=Path, metavar="NETWORK", help="folder made by `train`, or an ONNX file"
    )
    parser.add_argument(
        "--windows", type=Path, required=True, metavar="DIR", help="folder made by `ingest`"
    )
    parser.add_argument(
        "--split", type=Path, required=True, metavar="FILE", help="file made by `split`"
    )
    parser.add_argument(
        "--frames", type=int, default=FRAMES, metavar="N",
        help=f"drawn of each experiment (default {FRAMES})",
    )  # fmt: skip
    parser.add_argument("--seed", type=int, default=1, metavar="S", help="which ones (default 1)")
    parser.add_argument(
        "--shift", type=float, default=SHIFT_PX, metavar="PX",
        help=f"by how much windows are moved (default {SHIFT_PX:g}, as in use)",
    )  # fmt: skip
    parser.add_argument(
        "--level", type=float, default=LEVEL, metavar="SHARE", help=f"to hold; default {LEVEL}"
    )
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the figures as JSON")
    parser.add_argument("--overwrite", action="store_true", help="replace FILE")
    parser.set_defaults(run=spread)

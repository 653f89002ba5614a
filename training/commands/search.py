"""The verb `search`: settings tried one after the other, with all trials on disk."""

from __future__ import annotations

import argparse
import sys
import uuid
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssf_model.asides import aside, remove_leftovers
from ssf_model.errors import InputError, ModelError
from ssf_model.whole_files import check_output, named, whole_file
from training.commands.learned_sets import learned_sets
from training.fitting.config import TrainingConfig, config_to_json, load_config
from training.fitting.run_folder import set_up_tensorflow
from training.fitting.workers import told_to_go_on
from training.windows.dataset import load_windows
from training.windows.deal import TRAIN, VALIDATION
from training.windows.split import load_split

if TYPE_CHECKING:
    pass

from training.commands.shared_options import add_split, add_windows
from training.fitting.search import search_settings, settings_of

SHOWN = 5  # best trials in the table


def search(args: argparse.Namespace) -> None:
    """Run the verb `search`."""
    with told_to_go_on("the same command goes on"):
        _search(args)


def _search(args: argparse.Namespace) -> None:
    """Try settings until the study holds as many trials as asked for."""
    if args.trials < 1:
        message = f"The number of trials is 1 or more, not {args.trials}."
        raise InputError(message)
    if args.out is not None:
        check_output(args.out, overwrite=args.overwrite)
    if not args.study.parent.is_dir():
        message = f"{args.study}: the folder {args.study.parent} does not exist."
        raise InputError(message)
    remove_leftovers(args.study.parent)
    with named(args.study), aside(args.study.with_name(uuid.uuid4().hex)):
        pass  # refuses here a place that takes no files
    base = TrainingConfig() if args.config is None else load_config(args.config)
    windows = load_windows(args.windows)
    rows = load_split(args.split, windows, wanted=(TRAIN, VALIDATION))
    set_up_tensorflow(base.threads)

    import keras

    from training.fitting.fit import fit

    training, validation = learned_sets(windows, rows)

    def fitted_mae(config: TrainingConfig) -> float:
        keras.backend.clear_session()
        trial = args.study.with_name(uuid.uuid4().hex)  # several may share a study
        try:
            with named(args.study), aside(trial) as run:
                best = fit(training, validation, run, config=config)["best"]
        except ModelError:
            _show(f"ran away    {_searched(config)}")
            raise
        _show(f"MAE {best['val_mae']:.4f}  {_searched(config)}")
        return best["val_mae"]

    made_for = {"windows": windows.sha256, "split": args.split.read_text(encoding="utf-8")}
    study = search_settings(
        args.study, fitted_mae, base=base, trials=args.trials, made_for=made_for
    )
    tried = sorted(
        (trial for trial in study.get_trials() if trial.value is not None),
        key=lambda trial: trial.value,
    )
    for trial in tried[:SHOWN]:
        config = settings_of(trial.params, base)
        print(f"MAE {trial.value:.4f}  {_searched(config)}")
    if args.out is not None:
        best = settings_of(study.best_params, base)
        with whole_file(args.out, overwrite=args.overwrite) as new:
            new.write_text(config_to_json(best), encoding="utf-8")


def _searched(config: TrainingConfig) -> str:
    """The settings that are searched, in a line."""
    return (
        f"learning_rate {config.learning_rate:.2e}  schedule {config.schedule}  "
        f"batch_size {config.batch_size}  sd_floor {config.sd_floor:.3f}  "
        f"dropout {config.dropout:.3f}  balance {config.balance:.2f}  "
        f"shift {config.shift_px[0]} rows"
    )


def _show(line: str) -> None:
    """Show progress."""
    print(line, file=sys.stderr, flush=True)


def add_command(subparsers: Any) -> None:
    """Add `search` to the command line."""
    parser = subparsers.add_parser(
        "search",
        help="try settings for `train` and keep all trials in a file",
        description="Try learning rate and its schedule, batch size, floor of the labels' SD, "
        "dropout, balance of KE and the largest shift in rows (up to twice that of the settings "
        "given), judged by the validation set's mean absolute error (Optuna). The same command "
        "goes on with a study that was stopped.",
    )
    add_windows(parser)
    add_split(parser)
    parser.add_argument(
        "--study", type=Path, required=True, metavar="FILE.db", help="SQLite file of all trials"
    )
    parser.add_argument("--trials", type=int, default=20, metavar="N", help="in all (default 20)")
    parser.add_argument(
        "--config", type=Path, metavar="FILE", help="settings that are not searched; fewer "
        "epochs than in the end make trials quicker",
    )  # fmt: skip
    parser.add_argument("--out", type=Path, metavar="FILE", help="write the best settings here")
    parser.add_argument("--overwrite", action="store_true", help="replace FILE")
    parser.set_defaults(run=search)

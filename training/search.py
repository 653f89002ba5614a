"""The verb `search`: settings tried one after the other, with all trials on disk."""

from __future__ import annotations

import argparse
import dataclasses
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssf_model.errors import InputError, ModelError
from ssf_model.whole_files import refuse_existing, whole_file
from training.config import SCHEDULES, TrainingConfig, config_to_json, load_config
from training.dataset import load_windows
from training.run_folder import set_up_tensorflow
from training.split import TRAIN, VALIDATION, load_split

if TYPE_CHECKING:
    import optuna

STUDY_NAME = "ssf"
SHIFT_ROWS = "shift_rows"  # a trial's name for the first of the settings' `shift_px`
SHOWN = 5  # best trials in the table
MISSING_OPTUNA = "optuna is not installed, which `search` needs: pip install 'ssf[search]'"


def suggested(trial: optuna.Trial, base: TrainingConfig) -> TrainingConfig:
    """The settings of a trial: `base` with those replaced that matter most to a fit."""
    trial.suggest_float("learning_rate", 3e-4, 1e-2, log=True)
    trial.suggest_categorical("schedule", list(SCHEDULES))
    trial.suggest_categorical("batch_size", [32, 64, 128, 256])
    trial.suggest_float("sd_floor", 0.01, 0.1, log=True)
    trial.suggest_float("dropout", 0.0, 0.3)
    trial.suggest_float("balance", 0.0, 1.0)
    trial.suggest_int(SHIFT_ROWS, 0, 2 * base.shift_px[0])
    return settings_of(trial.params, base)


def settings_of(params: Mapping[str, Any], base: TrainingConfig) -> TrainingConfig:
    """The settings that a trial's parameters stand for; those it lacks are as in `base`."""
    changes = dict(params)
    rows = changes.pop(SHIFT_ROWS, base.shift_px[0])
    return dataclasses.replace(base, **changes, shift_px=(rows, base.shift_px[1]))


def search_settings(
    study_file: Path,
    fitted_mae: Callable[[TrainingConfig], float],
    *,
    base: TrainingConfig,
    trials: int,
    made_for: dict[str, str],
) -> optuna.Study:
    """Try settings until a study holds that many trials.

    Parameters
    ----------
    study_file : Path
        SQLite file, which is made where it is not there. A study that was stopped goes on.
    fitted_mae : function
        From settings to the validation set's mean absolute error. The loss itself would not
        do: what it weighs depends on the settings.
    base : TrainingConfig
        Settings that are not searched; its seed is the search's, too.
    trials : int
        How many trials the study shall hold, those of earlier commands included.
    made_for : dict of str to str
        What the trials depend on besides their settings: hashes of windows and split.

    Returns
    -------
    study : optuna.Study

    Raises
    ------
    InputError
        If optuna is missing, the file is no study, or one for other windows or base settings.
    ModelError
        If no trial came through.
    """
    try:
        import optuna
        from sqlalchemy.exc import SQLAlchemyError
    except ImportError as error:
        raise InputError(MISSING_OPTUNA) from error

    optuna.logging.set_verbosity(optuna.logging.WARNING)
    storage = f"sqlite:///{study_file}"
    try:
        study = optuna.create_study(study_name=STUDY_NAME, storage=storage, load_if_exists=True)
    except SQLAlchemyError as error:
        message = f"{study_file}: is no study of `search` ({type(error).__name__})."
        raise InputError(message) from error
    for key, value in (made_for | {"base": config_to_json(base)}).items():
        if study.user_attrs.setdefault(key, value) != value:
            message = f"{study_file}: was begun for another '{key}'. Name another file."
            raise InputError(message)
        study.set_user_attr(key, value)

    def objective(trial: optuna.Trial) -> float:
        return fitted_mae(suggested(trial, base))

    ended = (optuna.trial.TrialState.COMPLETE, optuna.trial.TrialState.FAIL)
    while (count := len(study.get_trials(deepcopy=False, states=ended))) < trials:
        # A sampler that began from the same seed each time would suggest the same again.
        study.sampler = optuna.samplers.TPESampler(seed=base.seed + count)
        study.optimize(objective, n_trials=1, catch=(ModelError,))
    if not study.get_trials(deepcopy=False, states=ended[:1]):
        message = f"{study_file}: no trial came through; the loss ran away in each."
        raise ModelError(message)
    return study


def search(args: argparse.Namespace) -> None:
    """Run the verb `search`."""
    if args.trials < 1:
        message = f"The number of trials is 1 or more, not {args.trials}."
        raise InputError(message)
    if args.out is not None:
        refuse_existing(args.out, overwrite=args.overwrite)
    if not args.study.parent.is_dir():
        message = f"{args.study}: the folder {args.study.parent} does not exist."
        raise InputError(message)
    base = TrainingConfig() if args.config is None else load_config(args.config)
    windows = load_windows(args.windows)
    rows = load_split(args.split, windows, wanted=(TRAIN, VALIDATION))
    set_up_tensorflow(base.threads)

    import keras

    from training.batches import LabelledMaps
    from training.fit import fit

    training, validation = (
        LabelledMaps(windows.maps[part], windows.ke[part], windows.ke_sd[part])
        for part in (rows[TRAIN], rows[VALIDATION])
    )

    def fitted_mae(config: TrainingConfig) -> float:
        keras.backend.clear_session()
        with tempfile.TemporaryDirectory(dir=args.study.parent) as run:
            best = fit(training, validation, Path(run), config=config)["best"]
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
        print(f"MAE {trial.value:.4f}  {_searched(config)}")  # noqa: T201
    if args.out is not None:
        best = settings_of(study.best_params, base)
        with whole_file(args.out, overwrite=args.overwrite) as aside:
            aside.write_text(config_to_json(best), encoding="utf-8")


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
    print(line, file=sys.stderr, flush=True)  # noqa: T201


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
    parser.add_argument(
        "--windows", type=Path, required=True, metavar="DIR", help="folder made by `ingest`"
    )
    parser.add_argument(
        "--split", type=Path, required=True, metavar="FILE", help="file made by `split`"
    )
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

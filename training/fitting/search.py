"""Settings tried one after the other, with all trials on disk."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ssf_model.errors import InputError, ModelError
from training.fitting.config import SCHEDULES, TrainingConfig, config_to_json

if TYPE_CHECKING:
    import optuna


STUDY_NAME = "ssf"
SHIFT_ROWS = "shift_rows"  # a trial's name for the first of the settings' `shift_px`
RAN_AWAY = "ran_away"  # noted of a trial whose loss did; others that failed are tried again
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
        If optuna is missing, the file is no study, or one for other windows or base settings, or
        cannot be written any more.
    ModelError
        If no trial came through.
    """
    try:
        import optuna
        from sqlalchemy.exc import OperationalError, SQLAlchemyError
    except ImportError as error:
        raise InputError(MISSING_OPTUNA) from error

    optuna.logging.set_verbosity(optuna.logging.ERROR)  # it tells failures by tracebacks
    storage = f"sqlite:///{study_file}"
    try:
        study = optuna.create_study(study_name=STUDY_NAME, storage=storage, load_if_exists=True)
    except OperationalError as error:
        raise _not_written(study_file, error) from error
    except SQLAlchemyError as error:
        message = f"{study_file}: is no study of `search` ({type(error).__name__})."
        raise InputError(message) from error
    try:
        _go_on(study, fitted_mae, base=base, trials=trials, made_for=made_for, name=str(study_file))
    except (OperationalError, optuna.exceptions.StorageInternalError) as error:
        raise _not_written(study_file, error) from error
    return study


def _not_written(study_file: Path, error: Exception) -> InputError:
    """What is to be said where SQLite gave up."""
    while error.__cause__ is not None and not hasattr(error, "orig"):
        error = error.__cause__
    return InputError(f"{study_file} cannot be written ({getattr(error, 'orig', error)}).")


def _go_on(
    study: optuna.Study,
    fitted_mae: Callable[[TrainingConfig], float],
    *,
    base: TrainingConfig,
    trials: int,
    made_for: dict[str, str],
    name: str,
) -> None:
    """Try settings until the study holds that many trials that ended."""
    import optuna

    for key, value in (made_for | {"base": config_to_json(base)}).items():
        if study.user_attrs.setdefault(key, value) != value:
            message = f"{name}: was begun for another '{key}'. Name another file."
            raise InputError(message)
        study.set_user_attr(key, value)

    def objective(trial: optuna.Trial) -> float:
        try:
            return fitted_mae(suggested(trial, base))
        except ModelError:
            trial.set_user_attr(RAN_AWAY, True)
            raise

    def ended() -> list[optuna.trial.FrozenTrial]:
        return [
            trial
            for trial in study.get_trials(deepcopy=False)
            if trial.value is not None or RAN_AWAY in trial.user_attrs
        ]

    while (count := len(ended())) < trials:
        # A sampler that began from the same seed each time would suggest the same again.
        study.sampler = optuna.samplers.TPESampler(seed=base.seed + count)
        study.optimize(objective, n_trials=1, catch=(ModelError,))
    if all(trial.value is None for trial in ended()):
        message = f"{name}: no trial came through; the loss ran away in each."
        raise ModelError(message)

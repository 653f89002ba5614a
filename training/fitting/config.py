"""Settings of a training run: one JSON file, each key explained here.

A key that is not named here is refused, since a setting that nobody reads misleads.
"""

from __future__ import annotations

import dataclasses
import json
import math
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ssf_model.errors import InputError
from training.json_files import read_table


@dataclass(frozen=True)
class TrainingConfig:
    """How a network is trained. The defaults are those of the model that ssf ships.

    Where the study's own value differs, the comment gives it (Chaipornkaew et al. 2022).
    """

    # Row of training.fitting.architectures.ARCHITECTURES.
    architecture: str = "mirrored"
    # Share of the dense layer's eight outputs that is blanked at random in each step (study:
    # 0.2). The normalization after it then learns a wider spread than outputs have in use.
    dropout: float = 0.0
    # Row of training.fitting.losses.LOSSES: "weighted" is Eq. 1 of the study, sample by sample;
    # "published" is what its code computes, which weights no sample against another.
    loss: str = "weighted"
    # Least standard deviation a label is given in the loss (study: 0). Windows of mature,
    # straight faults have 0.02-0.05; weighted by them a few would carry most of a batch.
    sd_floor: float = 0.05
    # Whether training sees the last ReLU (study: true). Where that cuts an answer off at 0 there
    # is no gradient: after six epochs a third of our windows were stuck there. Either way the
    # same weights are fitted, and the network in use ends in its ReLU.
    train_through_relu: bool = False
    # Adam's step (study: 5e-3), and how it goes on: "constant" (study) or "cosine", which falls
    # to a hundredth over the run and so settles instead of jumping about to the last epoch.
    learning_rate: float = 2.5e-3
    schedule: str = "cosine"
    # Study: 256 and 50, that is 1,600 steps. Steps are what the fit lacks: at the same cost, the
    # validation loss after three epochs was 1.6 with batches of 256 and 0.9 with these after two.
    batch_size: int = 64
    epochs: int = 48
    # Windows drawn for an epoch, from a random order that runs on through the epochs, so
    # that a larger data set makes the run richer but not longer (study: all its 7,998).
    windows_per_epoch: int = 16384
    # How far classes of KE, ten between 0 and 1, count alike when an epoch's windows are drawn:
    # 0 takes windows as they come (study), 1 draws as many from each class, and between them a
    # class of m windows is drawn in proportion to m ** (1 - balance). With 0.5 the error below KE
    # 0.2 fell from 0.12 to 0.09 and from 0.8 up from 0.063 to 0.059; between it grew by up to .007
    # (the study's architecture; not measured again with three scales).
    balance: float = 0.5
    # Windows that an epoch is judged by: so many of the validation set, drawn once by the seed,
    # or all where it has fewer (study: all). At some 2,200 a second all 25,060 of ours would take
    # most of the time of the training in between, and neighbouring frames say nearly the same.
    validation_windows: int = 6144
    # What the losses of KE's two bounds count beside KE's own, where the architecture answers with
    # bounds. Their weights in the last layer are their own, and Adam steps by the sign of a
    # gradient more than by its size, so this says how far they have a say in what features the
    # map is weighed into. A label moves KE by twice its error times its weight, about 10, and a
    # bound by its share times this times the slope of a softplus, at most 1: KE leads.
    interval_weight: float = 10.0
    # Mirror each window along and across strike with a chance of one half each (study: true).
    # Refused with an architecture that answers mirror images alike: it would change nothing.
    flips: bool = False
    # Largest shift in whole pixels (rows, columns): a tenth of the window across strike, as in
    # the study. Along strike a shift would blank columns at the window's end, and show less of
    # what its label is of. The study's zoom of 5 % is left out: it makes grey pixels, which no
    # map has in use.
    shift_px: tuple[int, int] = (12, 0)
    # Chance that a window loses columns at a side, for each side, and how many at most (study: no
    # such loss). A map has them blank where image correlation has no neighbours, or a figure its
    # frame. To a network that never saw it, a fault that stops there is one that ends.
    edge_loss: float = 0.15
    edge_px: int = 4
    # Largest chance that a pixel of a measured fault's rim changes; each window has its own, from
    # 0 up to this (study: 0). The rims of virtual faults are smoother than those of clay.
    rim_change: float = 0.25
    # Seed of the weights, the order of windows, the augmentation and the dropout.
    seed: int = 1
    # Processor threads; 0 takes all. Sums depend on it in their last bits, so it is fixed. Two
    # seeds side by side on one thread each are done sooner than one after the other on two.
    threads: int = 2
    # Compile the step with XLA. Gives up repeatability bit by bit, which TensorFlow does not
    # offer with XLA, and is slower than oneDNN on processors with AVX-512.
    jit_compile: bool = False

    def __post_init__(self) -> None:
        for name in ("architecture", "loss", "schedule"):
            self._require(name, isinstance(getattr(self, name), str), "a name")
        for name in ("train_through_relu", "flips", "jit_compile"):
            self._require(name, isinstance(getattr(self, name), bool), "true or false")
        for name, least in _LEAST_INTEGERS.items():
            value = getattr(self, name)
            self._require(name, _is_integer(value) and value >= least, f"a whole number >= {least}")
        self._require("dropout", _is_number(self.dropout) and 0 <= self.dropout < 1, "in [0, 1)")
        balance = self.balance
        self._require("balance", _is_number(balance) and 0 <= balance <= 1, "from 0 to 1")
        self._require("sd_floor", _is_number(self.sd_floor) and self.sd_floor >= 0, "0 or above")
        weight = self.interval_weight
        self._require("interval_weight", _is_number(weight) and weight >= 0, "0 or above")
        for name in ("edge_loss", "rim_change"):
            value = getattr(self, name)
            self._require(name, _is_number(value) and 0 <= value <= 1, "from 0 to 1")
        rate = self.learning_rate
        self._require("learning_rate", _is_number(rate) and rate > 0, "above 0")
        self._require("schedule", self.schedule in SCHEDULES, f"one of {', '.join(SCHEDULES)}")
        shift = self.shift_px
        is_pair = isinstance(shift, tuple) and len(shift) == 2
        fits = is_pair and all(_is_integer(part) and part >= 0 for part in shift)
        self._require("shift_px", fits, "two whole numbers of pixels, rows and columns, >= 0")

    def _require(self, name: str, holds: bool, wanted: str) -> None:
        """Refuse a setting that is not what is wanted."""
        if not holds:
            message = f"Setting '{name}' must be {wanted}, not {getattr(self, name)!r}."
            raise InputError(message)


SCHEDULES = ("constant", "cosine")
_LEAST_INTEGERS = {
    "batch_size": 2,  # batch normalization needs a spread
    "epochs": 1,
    "windows_per_epoch": 2,
    "validation_windows": 1,
    "edge_px": 1,
    "seed": 0,
    "threads": 0,
}


def load_config(path: Path) -> TrainingConfig:
    """Read settings from a JSON file; keys that it leaves out keep their defaults.

    Parameters
    ----------
    path : Path
        The file; one JSON object.

    Returns
    -------
    config : TrainingConfig

    Raises
    ------
    InputError
        If the file is missing or no JSON object, holds an unknown key, or a value that does
        not fit.
    """
    entries = read_table(path, what="settings")
    known = [entry.name for entry in dataclasses.fields(TrainingConfig)]
    unknown = sorted(set(entries) - set(known))
    if unknown:
        message = f"{path}: unknown settings {', '.join(unknown)}. Known: {', '.join(known)}."
        raise InputError(message)
    if isinstance(entries.get("shift_px"), list):
        entries["shift_px"] = tuple(entries["shift_px"])
    try:
        return TrainingConfig(**entries)
    except InputError as error:
        message = f"{path}: {error}"
        raise InputError(message) from error


def config_to_json(config: TrainingConfig) -> str:
    """The settings as the text of a JSON file that `load_config` reads back."""
    return json.dumps(dataclasses.asdict(config), indent=2) + "\n"


def _is_integer(value: Any) -> bool:
    """Whether the value is a whole number and no truth value."""
    return isinstance(value, int) and not isinstance(value, bool)


def _is_number(value: Any) -> bool:
    """Whether the value is a finite number and no truth value."""
    is_real = isinstance(value, (int, float)) and not isinstance(value, bool)
    return is_real and math.isfinite(value)

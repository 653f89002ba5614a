"""How like the laboratory's experiments the virtual ones are.

A network that never saw virtual maps predicts their simulated KE, and a few statistics of the
windows stand beside those of the laboratory. Nothing of this goes into training or settings.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

import numpy as np

from ssf_model.errors import InputError, counted
from ssf_model.network.model import Model
from training.markdown import markdown_table
from training.scoring.baselines import covered_columns
from training.scoring.patterns import SHOWN_QUANTILES, pattern_table, table_text
from training.scoring.report import scores_table
from training.scoring.scores import score
from training.virtual.families import STRAIGHT
from training.virtual.runs import LABORATORY_FRAMES
from training.windows.dataset import Windows
from training.windows.labelled import RAW, pen_of

BOOTSTRAP_SEED = 2022
INDEPENDENT = (
    "This network never saw a virtual map. It is compared with here and nowhere else: it is "
    "never used to train, to tune or to choose settings, or the comparison would tell nothing."
)
# Windows that show a fault (Chaipornkaew et al. 2022, the lists of its public code).
LABORATORY_WINDOWS = {
    "EB_025_1": 910, "EB_025_2": 1021, "EB_025_3": 949,
    "EB_050_1": 902, "EB_050_2": 893, "EB_050_3": 968,
    "EB_150_1": 659, "EB_150_2": 675, "EB_150_3": 644,
    "PP_025_1": 923, "PP_025_2": 908,
    "PP_050_1": 824, "PP_050_2": 843,
    "PP_100_1": 717, "PP_100_2": 758,
    "PP_150_1": 770,
}  # fmt: skip
LABORATORY_PLACES = 5  # windows a frame
FRAME_MM = 0.25  # plate displacement a frame, as the virtual experiments take it from the study
# Ranges over the laboratory's maps and labels.
LABORATORY_PIXELS = (2.2, 4.3)
LABORATORY_SD = (0.04, 0.12)
STATISTICS = {
    "windows": "windows that show a fault",
    "faultless_mm": "plate displacement before a window's first fault (mm)",
    "pixels": "fault pixels a covered column",
    "median_sd": "median SD of the labels",
}
NAME = re.compile(r"(?P<laboratory>(?P<configuration>(EB|PP)_\d{3})_\d+)(_r\d+)?")
OTHER = "other"


def configuration(experiment: str) -> str:
    """Base and loading rate of an experiment, from a name like EB_025_1_r2: EB_025."""
    match = NAME.fullmatch(experiment)
    return OTHER if match is None else match["configuration"]


def compare(predicted: np.ndarray, windows: Windows) -> dict[str, Any]:
    """Score a network's predictions of all windows, and put statistics beside the laboratory's.

    Parameters
    ----------
    predicted : (n,) float array
        Raw KE of every window.
    windows : Windows
        Labelled windows.

    Returns
    -------
    comparison : dict
        `all`, `configurations`, `families` and `pens`: `training.scoring.scores.score` of all
        windows as measured, of those by configuration and by family, and of those observed or
        drawn again by their source.
        `statistics`: as `statistics_of`. `patterns`: windows as measured by their KE,
        `training.scoring.patterns.pattern_table`; where families are known those over straight
        bases, as the laboratory's.

    Raises
    ------
    InputError
        If there are not as many predictions as windows, or none is as measured.
    """
    if len(predicted) != len(windows):
        message = f"{len(predicted)} predictions do not fit {counted(len(windows), 'window')}."
        raise InputError(message)
    others = pen_of(windows.source) != RAW
    if others.all():
        message = "No window is as measured; ingest with the pen 'raw'."
        raise InputError(message)
    straight = windows.in_family(STRAIGHT) & ~others
    comparable = straight if straight.any() else ~others
    kinds = np.array([configuration(name) for name in windows.experiment.tolist()])
    return {
        "all": _scored(~others, predicted, windows),
        "configurations": {
            str(kind): _scored(~others & (kinds == kind), predicted, windows)
            for kind in np.unique(kinds[~others])
        },
        "families": {
            family: _scored(~others & windows.in_family(family), predicted, windows)
            for family in windows.family_names
            if (~others & windows.in_family(family)).any()
        },
        "pens": {
            str(source): _scored(windows.source == source, predicted, windows)
            for source in np.unique(windows.source[others])
        },
        "statistics": statistics_of(windows, ~others),
        "patterns": pattern_table(
            windows.maps[comparable], windows.ke[comparable], quantiles=SHOWN_QUANTILES
        ),
    }


def statistics_of(windows: Windows, chosen: np.ndarray) -> dict[str, dict[str, list[float]]]:
    """Least, median and largest value over experiments, here and in the laboratory.

    Parameters
    ----------
    windows : Windows
        Labelled windows.
    chosen : (n,) bool array
        Those to look at: as measured, neither observed nor drawn again.

    Returns
    -------
    statistics : dict
        For each key of `STATISTICS` a dict: `here` has the three numbers; `laboratory` has the
        same, or least and largest where no more is known. The displacement takes experiments
        with the laboratory's names only, since windows do not tell how many frames there were.
    """
    here: dict[str, list[float]] = {name: [] for name in STATISTICS}
    for name in np.unique(windows.experiment[chosen]).tolist():
        rows = np.flatnonzero(chosen & (windows.experiment == name))
        covered = covered_columns(windows.maps[rows]) * windows.maps.shape[2]
        here["windows"].append(len(rows))
        here["pixels"].append(float((windows.trace_px[rows] / covered).mean()))
        here["median_sd"].append(float(np.median(windows.ke_sd[rows])))
        match = NAME.fullmatch(name)
        if match is not None and match["laboratory"] in LABORATORY_FRAMES:
            places = int(windows.window[rows].max()) + 1
            frames = LABORATORY_FRAMES[match["laboratory"]]
            here["faultless_mm"].append(_faultless_mm(frames, len(rows), places))
    faultless = [
        _faultless_mm(LABORATORY_FRAMES[name], count, LABORATORY_PLACES)
        for name, count in LABORATORY_WINDOWS.items()
    ]
    laboratory = {
        "windows": _range(list(LABORATORY_WINDOWS.values())),
        "faultless_mm": _range(faultless),
        "pixels": list(LABORATORY_PIXELS),
        "median_sd": list(LABORATORY_SD),
    }
    return {
        name: {"here": _range(values), "laboratory": laboratory[name]}
        for name, values in here.items()
        if values
    }


def _faultless_mm(frames: int, windows: int, places: int) -> float:
    """Displacement at which a window shows its first fault, mean over an experiment's windows."""
    return FRAME_MM * (frames - windows / places)


def _range(values: list[float]) -> list[float]:
    """Least, median and largest."""
    return [float(min(values)), float(np.median(values)), float(max(values))]


def _scored(chosen: np.ndarray, predicted: np.ndarray, windows: Windows) -> dict[str, float]:
    """Scores of chosen windows, resampled alike each time."""
    return score(
        windows.ke[chosen],
        predicted[chosen],
        windows.ke_sd[chosen],
        windows.experiment[chosen],
        rng=np.random.default_rng(BOOTSTRAP_SEED),
    )


def report_text(comparison: Mapping[str, Any]) -> str:
    """The comparison in Markdown."""
    rows = {"**all**": comparison["all"]} | comparison["configurations"]
    lines = [
        [STATISTICS[name], _range_text(values["here"]), _range_text(values["laboratory"])]
        for name, values in comparison["statistics"].items()
    ]
    parts = [
        "# How like the laboratory's these experiments are",
        f"Network {comparison['network']}, sha256 `{comparison['network_sha256']}`; windows "
        f"sha256 `{comparison['data_sha256']}`.",
        comparison["independent"],
        "## What the network makes of them",
        "Labels are the experiments' own KE. In brackets: 95 % intervals of a bootstrap over "
        "experiments. Bias is prediction minus label.",
        scores_table("configuration", rows),
    ]
    if comparison["families"]:
        parts += [
            "By family; the laboratory had straight bases alone, so that the network never met "
            "what a step, a bend or two strands make of a map:",
            scores_table("family", comparison["families"]),
        ]
    if comparison["pens"]:
        parts += [
            "The same windows observed or drawn again:",
            scores_table("source", comparison["pens"]),
        ]
    parts += [
        "## Statistics beside the laboratory's",
        "Least, median and largest over experiments (two numbers: least and largest). Displacement "
        f"is counted from the frames without a fault, {FRAME_MM} mm each. The threshold of the "
        "virtual fault maps was calibrated against the study's figures, so that fault "
        "pixels are no independent check.",
        markdown_table(("", "here", "laboratory"), lines),
        "## Patterns of faults at like KE",
        "10 %, median and 90 % of the windows here (of straight bases alone, where families are "
        "known); in brackets "
        + (
            "least and largest of real clay, as read off the study's figures."
            if comparison.get("clay_patterns") is None
            else "least and largest of the clay maps given."
        ),
        table_text(comparison["patterns"], comparison.get("clay_patterns")),
    ]
    return "\n\n".join(parts) + "\n"


def _range_text(values: list[float]) -> str:
    """Numbers with three digits that count, the middle one of three set off."""
    words = [f"{value:.0f}" if value >= 100 else f"{value:.3g}" for value in values]
    return " to ".join(words) if len(words) < 3 else f"{words[0]} - **{words[1]}** - {words[2]}"


def check_independent(model: Model, windows: Windows) -> None:
    """Refuse a network whose answers to these windows would tell nothing.

    Raises
    ------
    InputError
        If its card names virtual material or these very windows as what it was trained on.
    """
    from training.experiments.experiment import VIRTUAL

    card = model.card
    trained_on = "these windows" if card.training_data_sha256 == windows.sha256 else card.material
    if trained_on != card.material or VIRTUAL in card.material.lower():
        message = (
            f"{model.path.name}: '{card.label}' was trained on {trained_on}. Give a network of "
            "the laboratory's, such as `import-keras` makes."
        )
        raise InputError(message)

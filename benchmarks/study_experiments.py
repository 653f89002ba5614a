"""The study's Figure 3 as tables: KE that networks predict beside KE that was measured.

`benchmarks/study.py` prints them. The study (Chaipornkaew et al. 2022) plots one against the
other, set by set, and counts the windows that are predicted within two standard deviations of
their label. Its own experiments are not distributed, so virtual ones stand for them here; a few
windows of its real clay can be had beside.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from clay_maps import as_drawn, as_they_are, known_ke

from ssf_model.network.model import Model
from training.fitting.losses import within_two_sd
from training.markdown import markdown_table
from training.windows.dataset import Windows
from training.windows.labelled import MAPPED, RAW, VARIED, VARIED_MAPPED, pen_of
from training.windows.pen import centre_lines

STUDY_WITHIN = {"train": 0.967, "validation": 0.961, "test": 0.909}  # its accuracies, by set
CLAY_SD = (0.10, 0.09, 0.07, 0.03)  # of the four labels, read off the grey band of its Figure 1
PENS = {"as seen": (RAW, VARIED), "as drawn": (MAPPED, VARIED_MAPPED)}
CONDITIONS = {"EB": "elastic band", "PP": "plates"}
BIN = 0.1  # of measured KE
SCORE_HEAD = ("windows", "KE measured", "KE predicted", "mean error", "bias", "within 2 SD")

Predicted = Mapping[str, np.ndarray]  # a network's name -> (n,) KE of all windows


def configuration(experiment: str) -> str:
    """Boundary condition and loading rate of an experiment, in words; its name if it has none."""
    condition, _, rest = experiment.partition("_")
    rate = rest.partition("_")[0]
    if condition not in CONDITIONS or not rate.isdigit():
        return experiment
    return f"{CONDITIONS[condition]}, {int(rate) / 100:.2f} mm/min"


def score_cells(ke: np.ndarray, predicted: np.ndarray, ke_sd: np.ndarray) -> list[str]:
    """The cells below `SCORE_HEAD`; predictions above 1 count as 1, as in use."""
    predicted = np.minimum(predicted, 1)
    error = predicted - ke
    return [
        f"{len(ke):,}",
        f"{np.median(ke):.2f}",
        f"{np.median(predicted):.2f}",
        f"{np.abs(error).mean():.3f}",
        f"{error.mean():+.3f}",
        f"{within_two_sd(ke, predicted, ke_sd).mean():.1%}",
    ]


def set_table(windows: Windows, sets: Mapping[str, np.ndarray], predicted: Predicted) -> str:
    """A row a set, way of drawing and network, beside the study's own accuracy."""
    lines = []
    for name, rows in sets.items():
        for drawn, kept in _by_pen(windows, rows):
            for network, ke in predicted.items():
                cells = score_cells(windows.ke[kept], ke[kept], windows.ke_sd[kept])
                study = STUDY_WITHIN.get(name) if drawn == "as seen" else None
                told = "-" if study is None else f"{study:.1%}"
                lines.append([name, drawn, network, *cells, told])
    return markdown_table(("set", "maps", "network", *SCORE_HEAD, "the study, on its clay"), lines)


def configuration_table(windows: Windows, rows: np.ndarray, predicted: Predicted) -> str:
    """A row a boundary condition with its rate, way of drawing and network."""
    named = np.array([configuration(name) for name in windows.experiment[rows].tolist()])
    lines = []
    for name in np.unique(named).tolist():
        for drawn, kept in _by_pen(windows, rows[named == name]):
            for network, ke in predicted.items():
                cells = score_cells(windows.ke[kept], ke[kept], windows.ke_sd[kept])
                lines.append([name, drawn, network, *cells])
    return markdown_table(("experiments", "maps", "network", *SCORE_HEAD), lines)


def against_table(windows: Windows, rows: np.ndarray, predicted: Predicted) -> str:
    """The plot itself: what is predicted, by tenths of what was measured."""
    columns = [
        (f"{network}, {drawn}", kept, np.minimum(ke[kept], 1))
        for network, ke in predicted.items()
        for drawn, kept in _by_pen(windows, rows)
    ]
    lines = []
    for number in range(round(1 / BIN)):
        # A label on an edge belongs to the upper tenth, one of 1 to the last.
        cells = [
            answer[np.minimum(np.floor(windows.ke[kept] / BIN + 1e-9), 9) == number]
            for _, kept, answer in columns
        ]
        if any(len(cell) for cell in cells):
            name = f"{number * BIN:.1f}-{(number + 1) * BIN:.1f}"
            lines.append([name, *map(_spread, cells)])
    head = ("KE measured", *(title for title, _, _ in columns))
    return markdown_table(head, lines)


def clay_table(lab: Mapping[str, np.ndarray], model: Model) -> str:
    """Four labelled windows of real clay, as the laboratory mapped them and as lines."""
    maps, label = lab["fault_map"], lab["ke_first_window"]
    answers = {
        f"{model.card.label}, maps as they are": as_they_are(maps, model),
        f"{model.card.label}, drawn along centre lines": known_ke(
            as_drawn(maps, model, centre_lines)
        ),
        "the study's network, maps as they are": lab["published_ke"],
    }
    lines = []
    for title, ke in answers.items():
        first = ke[:, 0]
        known = np.isfinite(first)
        within = within_two_sd(label[known], first[known], np.array(CLAY_SD)[known])
        error = first[known] - label[known]
        lines.append(
            [
                title,
                " ".join(f"{value:.2f}" for value in first),
                f"{np.abs(error).mean():.3f}",
                f"{error.mean():+.3f}",
                f"{within.sum()} of {len(within)}",
            ]
        )
    labels = " ".join(f"{value:.2f}" for value in label)
    head = ("real clay", f"labelled {labels}", "mean error", "bias", "within 2 SD")
    return markdown_table(head, lines)


def _by_pen(windows: Windows, rows: np.ndarray) -> list[tuple[str, np.ndarray]]:
    """Rows as seen and as drawn, those that there are."""
    pens = pen_of(windows.source[rows])
    parts = [(name, rows[np.isin(pens, kinds)]) for name, kinds in PENS.items()]
    return [(name, part) for name, part in parts if len(part)]


def _spread(answers: Sequence[float]) -> str:
    """Median and 5 to 95 % of some answers."""
    if not len(answers):
        return "-"
    low, middle, high = np.percentile(answers, (5, 50, 95))
    return f"{middle:.2f} ({low:.2f}-{high:.2f})"

"""The report of an evaluation: tables in Markdown, with the figures beside them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np

from ssf_model.whole_files import whole_folder
from training.markdown import markdown_table
from training.scoring.scores import with_interval
from training.windows.dataset import Windows

REPORT, SCORES = "report.md", "scores.json"
FIGURES = ("agreement", "courses", "errors")
FORMATS = ("png", "svg")
CONTENTS = (REPORT, SCORES, *(f"{name}.{suffix}" for name in FIGURES for suffix in FORMATS))
COURSES = 6  # experiments that are drawn over time
PREFERRED_SET = "test"
COLUMNS = {
    "mae": "MAE",
    "rmse": "RMSE",
    "bias": "bias",
    "within_2sd": "within 2 SD",
    "r2": "R2",
    "r": "r",
}
KINDS = {
    "source": "By source",
    "ke": "By KE",
    "maturity": "By share of the displacement",
    "family": "By family",
    "experiment": "By experiment",
}


def write_report(
    folder: Path,
    evaluation: Mapping[str, Any],
    predicted: Mapping[str, np.ndarray],
    windows: Windows,
    sets: Mapping[str, np.ndarray],
    *,
    network: str,
    overwrite: bool = False,
) -> None:
    """Write an evaluation as a folder to read: `report.md`, `scores.json` and figures.

    Parameters
    ----------
    folder : Path
        The folder to be.
    evaluation : mapping
        Made by `training.commands.evaluate`.
    predicted : mapping of str to float array
        Predictions for each set's windows.
    windows : Windows
        Labelled windows.
    sets : mapping of str to int array
        Row numbers of each set's windows.
    network : str
        What the network is called.
    overwrite : bool, optional
        Whether an earlier report may be replaced.

    Raises
    ------
    InputError
        If the folder exists and may not be replaced, or holds other things.
    """
    from training.scoring.figures import draw_agreement, draw_courses, draw_errors, save_figure

    shown = PREFERRED_SET if PREFERRED_SET in sets else list(sets)[-1]
    with whole_folder(folder, CONTENTS, overwrite=overwrite) as aside:
        text = json.dumps(evaluation, indent=1) + "\n"
        (aside / SCORES).write_text(text, encoding="utf-8")
        names = np.unique(windows.experiment[sets[shown]])
        some = names[np.linspace(0, len(names) - 1, min(COURSES, len(names))).round().astype(int)]
        groups = {"network": evaluation["groups"][shown]}
        if shown in evaluation.get("baseline_groups", {}):
            groups["linear model of pixels and columns"] = evaluation["baseline_groups"][shown]
        for name, figure in zip(
            FIGURES,
            (
                draw_agreement(predicted, windows, sets),
                draw_courses(predicted[shown], windows, sets[shown], some),
                draw_errors(groups),
            ),
        ):
            for suffix in FORMATS:
                save_figure(figure, aside / f"{name}.{suffix}")
        report = report_text(evaluation, network=network, shown=shown)
        (aside / REPORT).write_text(report, encoding="utf-8")


def report_text(evaluation: Mapping[str, Any], *, network: str, shown: str) -> str:
    """The report in Markdown.

    Parameters
    ----------
    evaluation : mapping
        Made by `training.commands.evaluate`.
    network : str
        What the network is called.
    shown : str
        The set whose courses and errors are drawn.

    Returns
    -------
    text : str
    """
    parts = [
        f"# Scores of {network}",
        f"Network sha256 `{evaluation['network_sha256']}`, windows sha256 "
        f"`{evaluation['data_sha256']}`. In brackets: 95 % intervals of a bootstrap over "
        "experiments; where there is one experiment only, there is none. Bias is prediction "
        "minus label. R2 compares with a set's (or group's) own mean label, so that within a "
        "narrow range of KE even a good network is below 0.",
        "## By set",
        scores_table("set", evaluation["sets"]),
        "![Predicted against true KE](agreement.png)",
        "Colour counts windows; dashed: two standard deviations of the label (median at that KE).",
        f"![KE over time, set {shown}](courses.png)",
        "Band: one standard deviation of the label.",
        f"![Mean absolute error by KE and displacement, set {shown}](errors.png)",
    ]
    if evaluation.get("baselines"):
        parts.append("## Simple answers for comparison")
        parts.append(
            "Linear models fitted to the training set: of nothing (the mean label), of the fault "
            "pixels a column, of the share of columns that show a fault, and of both with their "
            "squares and product."
        )
        for name in evaluation["sets"]:
            parts.append(f"Set `{name}`:")
            rows = {"**network**": evaluation["sets"][name]}
            rows |= {who: scores[name] for who, scores in evaluation["baselines"].items()}
            parts.append(scores_table("model", rows))
    changes = {name: change for name, change in evaluation.get("pens", {}).items() if change}
    if changes:
        parts.append("## The same window drawn by several pens")
        parts.append("Absolute change of the prediction from pen to pen.")
        lines = [
            [name, f"{change['n_pairs']:,}", f"{change['mean']:.3f}", f"{change['p95']:.3f}"]
            for name, change in changes.items()
        ]
        parts.append(markdown_table(("set", "pairs", "mean", "95 % are below"), lines))
    for kind, title in KINDS.items():
        sets = {name: own[kind] for name, own in evaluation["groups"].items() if kind in own}
        parts += [f"## {title}"] if sets else []
        for name, groups in sets.items():
            parts += [f"Set `{name}`:", scores_table(kind, groups)]
    return "\n\n".join(parts) + "\n"


def scores_table(first: str, rows: Mapping[str, Mapping[str, float]]) -> str:
    """Scores in Markdown, a line each; `first` heads the column of names."""
    head = (first, "windows", "experiments", *COLUMNS.values())
    lines = [
        [
            name,
            f"{scores['n_windows']:,}",
            str(scores["n_experiments"]),
            *(score_cell(scores, key) for key in COLUMNS),
        ]
        for name, scores in rows.items()
    ]
    return markdown_table(head, lines)


def score_cell(scores: Mapping[str, float], key: str) -> str:
    """A score with its interval: 0.052 [0.048, 0.057]; a dash where it is not defined."""
    if key not in scores:
        return "-"
    return with_interval(scores, key, ".3f")

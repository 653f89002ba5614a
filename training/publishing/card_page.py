"""All that is known of a model as a page of Markdown, made from its numbers."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from ssf_model.drawing.map_statistics import STATISTICS
from ssf_model.estimate.flags import LEGEND
from ssf_model.network.model import Model
from ssf_model.network.model_card import ModelCard
from training.markdown import markdown_table
from training.publishing.hashes import file_sha256
from training.scoring.line_answers import line_answers
from training.scoring.report import KINDS, PREFERRED_SET, scores_table
from training.scoring.scores import with_interval
from training.scoring.widening import class_names
from training.windows.deal import TEST, TRAIN, VALIDATION
from training.windows.labelled import RAW, pen_of

SHOWN_KINDS = ("source", "ke", "maturity")  # of `training.scoring.report.KINDS`
STUDY_SETS = (TRAIN, VALIDATION, TEST)
# Share within two standard deviations on the study's sets (Chaipornkaew et al. 2022).
STUDY_WITHIN_2SD = (0.967, 0.961, 0.909)
HELD_BY_KE = "held_test, KE "  # how keys of `training.scoring.interval.card_spread` begin


def card_page(
    model: Model,
    *,
    preface: str = "",
    evaluation: Mapping[str, Any] | None = None,
    by_study_split: Mapping[str, Any] | None = None,
) -> str:
    """All that a model's file and its evaluation say, in Markdown.

    Parameters
    ----------
    model : Model
        The network, with its card.
    preface : str, optional
        Markdown that goes below the title.
    evaluation : mapping, optional
        Made by `training.commands.evaluate`; without it scores are by set alone.
    by_study_split : mapping, optional
        The evaluation of such a network that was trained by the study's split.

    Returns
    -------
    page : str
    """
    card = model.card
    parts = [f"# {card.label}", *([preface.strip()] if preface.strip() else [])]
    parts += ["## What it is", *_facts(model)]
    parts += ["## Scores", *_scores(card, evaluation)]
    if evaluation is not None and by_study_split is not None:
        parts += ["## Beside the study", *_beside_study(evaluation, by_study_split)]
    parts += ["## Interval of KE", *_spread(card)]
    parts += ["## What it answers to lines alone", *_lines(model)]
    parts += ["## What its training windows look like", *_ranges(card)]
    parts += [
        "## Limits",
        "A screening estimate from one analogue material, not an input to hazard analysis. What "
        "makes an estimate doubtful is told by its flags:",
        markdown_table(("flag", "meaning"), [(f"`{flag}`", text) for flag, text in LEGEND.items()]),
        "## Licence and citation",
        f"Licence: {card.licence or 'none stated'}.",
        card.citation,
    ]
    return "\n\n".join(part for part in parts if part) + "\n"


def _facts(model: Model) -> list[str]:
    """The model, its file and its training as a table."""
    card, scale = model.card, model.card.scale
    size_km = f"{scale.window_width_m / 1000:g} x {scale.window_length_m / 1000:g} km"
    made_with = ", ".join(f"{name} {version}" for name, version in card.made_with.items())
    lines = [
        ("reads", f"maps of {card.window_rows} x {card.window_cols} pixels, {card.fault_value} on "
         f"a fault; a pixel is {card.pixel_size_m:g} m, a window {size_km}"),
        ("answers", "kinematic efficiency, KE"),
        ("windows along a fault", f"every {card.stride_px} pixels"),
        ("lines are drawn", f"{', '.join(f'{t:g}' for t in card.thickness_px)} pixels wide"),
        ("material", card.material),
        ("sense of slip", card.sense),
        ("training data", card.training_data),
        ("their sha256", f"`{card.training_data_sha256}`" if card.training_data_sha256 else ""),
        ("seed", "" if card.seed is None else str(card.seed)),
        ("made with", made_with),
        ("file", f"`{model.path.name}`, {model.path.stat().st_size:,} bytes"),
        ("its sha256", f"`{file_sha256(model.path)}`"),
    ]  # fmt: skip
    return [markdown_table(("fact", "value"), [line for line in lines if line[1]])]


def _scores(card: ModelCard, evaluation: Mapping[str, Any] | None) -> list[str]:
    """Scores by set, and of one set by group, beside simple answers."""
    if not card.scores:
        return ["The file states none."]
    parts = [
        "Mean absolute error (MAE), root mean square error, bias (prediction minus label), share "
        "within two standard deviations of the label, share of variance explained (R2; within a "
        "group of like KE even a good network is below 0) and correlation (r); in brackets 95 % "
        "intervals of a bootstrap over experiments, where there are several.",
        scores_table("set", card.scores),
    ]
    if evaluation is None:
        return parts
    shown = PREFERRED_SET if PREFERRED_SET in card.scores else list(card.scores)[-1]
    for kind in SHOWN_KINDS:
        groups = evaluation["groups"][shown][kind]
        parts += [f"### {KINDS[kind]}, set `{shown}`", scores_table(kind, groups)]
    change = evaluation.get("pens", {}).get(shown)
    if change:
        parts.append(
            f"Where the same window was drawn by several pens, KE changes by {change['mean']:.3f} "
            f"on average from pen to pen, 95 % by less than {change['p95']:.3f} "
            f"({change['n_pairs']:,} pairs)."
        )
    rows = {f"**{card.label}**": card.scores[shown]}
    rows |= {
        f"linear model of {name}": scores[shown]
        for name, scores in evaluation.get("baselines", {}).items()
    }
    if len(rows) > 1:
        parts += [f"### Beside simple answers, set `{shown}`", scores_table("model", rows)]
    if shown in evaluation.get("agreement", {}):
        parts += [
            f"### Beside another network, set `{shown}`",
            scores_table(
                "compared",
                {
                    "this network with the labels": card.scores[shown],
                    "the other with the labels": evaluation["against"][shown],
                    "this network with the other": evaluation["agreement"][shown],
                },
            ),
        ]
    return parts


def _beside_study(evaluation: Mapping[str, Any], by_study_split: Mapping[str, Any]) -> list[str]:
    """Shares within two standard deviations beside those that the study published."""
    lines = [("the study, laboratory clay", _joined(STUDY_WITHIN_2SD), "not published")]
    for title, measured in (("ours, maps as seen", True), ("ours, all maps", False)):
        shares = [_within(of, measured=measured) for of in (by_study_split, evaluation)]
        if all(shares):
            lines.append((title, *shares))
    return [
        "Share within two standard deviations of the label on training, validation and test set. "
        "The study scored its network on laboratory clay, ours is scored on "
        "its own data; so this shows how much a network learns of what it is taught, not which one "
        "is better. The windows of the study's split share columns of the same experiments; a "
        "split by whole experiment shows what is new to the network.",
        markdown_table(("scored", "by the study's split", "by whole experiment"), lines),
    ]


def _within(evaluation: Mapping[str, Any], *, measured: bool) -> str:
    """Shares within two standard deviations of the study's sets; "" where one is missing."""
    shares = []
    for name in STUDY_SETS:
        scores = evaluation["sets"].get(name)
        if measured and scores is not None:
            sources = evaluation["groups"][name]["source"]
            plain = [source for source in sources if pen_of(np.array([source]))[0] == RAW]
            scores = sources[plain[0]] if len(plain) == 1 and len(sources) > 1 else None
        if scores is None:
            return ""
        shares.append(scores["within_2sd"])
    return _joined(shares)


def _joined(shares: Sequence[float]) -> str:
    """Shares as `96.7 / 96.1 / 90.9 %`."""
    return " / ".join(f"{100 * share:.1f}" for share in shares) + " %"


def _spread(card: ModelCard) -> list[str]:
    """How the interval was calibrated, and what it holds."""
    spread = card.spread
    if card.interval:
        return _own_interval(card)
    if not spread:
        return ["Not calibrated: estimates carry no interval (`ke_low` and `ke_high` are NULL)."]
    held = f"{spread['level']:.0%}"
    parts = [
        "`ke_low` and `ke_high` are the 5th and 95th percentile of the drawings, widened by "
        f"{spread['half_width']:.3f} on both sides. That is the least that held {held} of the "
        "labels of experiments that no weight was fitted to, drawn as maps in use are and moved "
        f"by {spread['shift_px']:g} pixels. It promises that for windows like those and without a "
        "flag; windows of one experiment resemble each other, so an experiment can fare worse "
        "than all of them."
    ]
    rows = [
        ("found on", spread, "n_windows", "n_experiments"),
        ("checked on", spread, "n_windows_test", "n_experiments_test"),
    ]
    lines = [
        (f"{what}, windows of experiments", f"{of[windows]:,.0f} of {of[experiments]:.0f}")
        for what, of, windows, experiments in rows
        if windows in of and experiments in of
    ]
    for key, title in (
        ("held_left_out", "held of experiments left out of the calibration"),
        ("held_left_out_worst", "the worst of them"),
        ("held_test", "held of the test set"),
        ("held_test_worst", "its worst experiment"),
    ):
        if key in spread:
            lines.append((title, with_interval(spread, key, ".1%")))
    lines += [
        (f"held of the test set's windows with KE {key.removeprefix(HELD_BY_KE)}", f"{share:.1%}")
        for key, share in spread.items()
        if key.startswith(HELD_BY_KE)
    ]
    return [*parts, *([markdown_table(("interval", "value"), lines)] if lines else [])]


def _own_interval(card: ModelCard) -> list[str]:
    """How the interval that the network tells was calibrated, and what it holds."""
    entry = card.interval
    sets = list(entry.get("held", {}))
    widths = [f"{by:+.3f}" for by in entry["widen_by"]]
    lines = [
        (name, by, *(_held_cell(entry, kind, name) for kind in sets))
        for name, by in zip([*class_names(entry["stretch_px"]), "all"], [*widths, ""])
    ]
    head = ("median straight stretch", "widened by", *(f"held, set {name}" for name in sets))
    return [
        "The network tells a 5 % and a 95 % quantile beside KE. `ke_low` and `ke_high` are the "
        "medians of the drawings' quantiles, widened on both sides by a number that depends on how "
        f"finely the map is drawn, so that they hold {entry['level']:.0%} of the labels of "
        "experiments of families that no weight was fitted to, drawn as mappers draw and moved by "
        f"{entry['shift_px']:g} pixels (conformalized quantile regression). They promise that for "
        "windows like those, without another flag than `coarse_trace`.",
        markdown_table(head, lines),
    ]


def _held_cell(entry: Mapping[str, Any], kind: str, group: str) -> str:
    """Share held by a set's windows of a class, of how many."""
    of = entry["held"][kind].get(group)
    if of is None:
        return ""
    return f"{with_interval(of, 'held', '.1%')} of {of['n_windows']:,}, width {of['width']:.2f}"


def _lines(model: Model) -> list[str]:
    """Answers to drawn lines as a table."""
    lines = [
        (title, ", ".join(f"{case}: {ke:.2f}" for case, ke in cases.items()))
        for title, cases in line_answers(model).items()
        if cases
    ]
    return [
        "KE before it is clipped to 1 (median of the drawings). No experiment shows such maps; "
        "flags tell of most of them.",
        markdown_table(("drawn", "KE"), lines),
    ]


def _ranges(card: ModelCard) -> list[str]:
    """Ranges of map statistics as a table."""
    if not card.input_ranges:
        return ["The file does not tell."]
    lines = [
        (f"`{name}`", STATISTICS.get(name, ""), f"{low:.4g}", f"{high:.4g}")
        for name, (low, high) in card.input_ranges.items()
    ]
    return [
        "Percentiles 1 and 99 of the training windows; maps clearly outside are flagged.",
        markdown_table(("statistic", "meaning", "from", "to"), lines),
    ]

"""Cards of models, for people to read."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator, Mapping, Sequence

from ssf_model.network.model_card import ModelCard
from ssf_model.report.html import table
from ssf_model.report.shell import in_shell

CARD = {
    "name": "Name",
    "version": "Version",
    "material": "Material",
    "sense": "Sense of slip",
    "pixel_size_m": "Pixel on the ground, m",
    "window_rows": "Window across strike, pixels",
    "window_cols": "Window along strike, pixels",
    "stride_px": "From window to window, pixels",
    "thickness_px": "Line thicknesses, pixels",
    "fault_value": "Value of a fault pixel",
    "training_data": "Training data",
    "training_data_sha256": "SHA-256 of the training data",
    "seed": "Seed",
    "scores": "Scores",
    "input_ranges": "Range of training maps",
    "spread": "Calibration of the spread",
    "interval": "Calibration of the interval",
    "equivariant": "Answers mirror images alike",
    "licence": "Licence",
    "citation": "Citation",
    "made_with": "Made with",
}
# Sets of a card's scores in the order in which they are told, and what each is.
SETS = {
    "train": "Experiments that it was fitted to",
    "validation": "Experiments that chose the epoch",
    "test": "Experiments that it never saw",
    "never_seen": "Experiments that nothing was chosen by",
    "calibration": "Experiments that its interval was calibrated on",
}
SCORES = {
    "mae": "mean absolute error",
    "rmse": "root mean square error",
    "bias": "bias",
    "r": "correlation",
    "within_2sd": "within 2 sd of the label",
}


def model_page(cards: Sequence[ModelCard], engines: Sequence[str]) -> Iterator[str]:
    """Write a page about models, part by part; `engines` say what runs each of them."""
    labels = ", ".join(card.label for card in cards)
    yield from in_shell(f"Model {labels}", "What a model says of itself.", _parts(cards, engines))


def _parts(cards: Sequence[ModelCard], engines: Sequence[str]) -> Iterator[str]:
    """The body of the page."""
    for card, engine in zip(cards, engines):
        yield f"<h2>{card_title(card)}</h2>\n"
        yield from table((), card_in_words(card, engine))
        if card.scores:
            yield "<h3>How well it does</h3>\n"
            yield from table(
                ("set", "windows#", *(f"{name}#" for name in SCORES.values())), score_rows(card)
            )
    yield from card_tables(cards)


def card_title(card: ModelCard) -> str:
    """The model's name as a heading; it is a word of letters, digits and signs."""
    return "".join(sign for sign in card.label if sign.isalnum() or sign in "-_. ")


def card_in_words(card: ModelCard, engine: str) -> list[tuple[str, str]]:
    """What a user should know of a model before trusting it, as (what, how) pairs."""
    length_km = card.window_cols * card.pixel_size_m / 1000
    width_km = card.window_rows * card.pixel_size_m / 1000
    stride_km = card.stride_px * card.pixel_size_m / 1000
    told = [
        ("Runs on", engine),
        ("Learned from", card.training_data or "not told"),
        ("Material", card.material or "not told"),
        ("Reads windows of", f"{length_km:g} km along and {width_km:g} km across strike"),
        ("One window every", f"{stride_km:g} km, at {card.pixel_size_m:g} m a pixel"),
        ("Line thicknesses", f"{in_words(card.thickness_px)} pixels"),
        ("Sense of slip", _sense(card)),
    ]
    if card.interval or card.spread:
        level = float((card.interval or card.spread).get("level", 0.0))
        told.append(("Interval", f"calibrated to hold {level:.0%} of the labels"))
    else:
        told.append(("Interval", "none: not calibrated"))
    return told


def score_rows(card: ModelCard) -> Iterator[tuple[str, ...]]:
    """Give a row for each set of scores: what it is, windows, and scores with two decimals."""
    for name in sorted(card.scores, key=lambda name: [*SETS, name].index(name)):
        scores = card.scores[name]
        shown = (f"{scores[key]:.2f}" if key in scores else "" for key in SCORES)
        windows = scores.get("n_windows")
        yield (SETS.get(name, name), "" if windows is None else f"{windows:.0f}", *shown)


def _sense(card: ModelCard) -> str:
    """In which sense it learned, and whether that matters."""
    if card.equivariant:
        return f"{card.sense}; mirror images are answered alike, so both senses are read as well"
    return f"{card.sense}; maps of the other sense are mirrored"


def card_tables(cards: Sequence[ModelCard]) -> Iterator[str]:
    """What each model says of itself, once."""
    yield "<h2>Model</h2>\n"
    seen: list[ModelCard] = []
    for card in cards:
        if card in seen:
            continue
        seen.append(card)
        entries = {entry.name: getattr(card, entry.name) for entry in dataclasses.fields(card)}
        yield from table(
            (),
            (
                (CARD.get(key, key), in_words(value))
                for key, value in entries.items()
                if value not in ("", None, {}) and value is not False
            ),
        )


def in_words(value: object) -> str:
    """A setting or an entry of a card in words."""
    if value is None or value == [] or value == ():
        return "none"
    if isinstance(value, Mapping):
        return "; ".join(f"{key}: {in_words(one)}" for key, one in value.items())
    if isinstance(value, (list, tuple)):
        return ", ".join(in_words(one) for one in value)
    if value is True:
        return "yes"
    return f"{value:.6g}" if isinstance(value, float) else str(value)

"""What an ONNX model says of itself: scale, training, scores, limits.

The card travels inside the ONNX file, as JSON in one metadata entry, so that a user never
retypes a number that the model knows. It is written and read here only.
"""

from __future__ import annotations

import dataclasses
import json
import reprlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ssf_model.errors import InputError, ModelError
from ssf_model.network.card_entries import (
    CHECK,
    INTERVAL,
    NUMBER,
    RANGES,
    SCORES,
    SEED,
    SPREAD,
    TEXT,
    THICKNESS,
    TRUTH,
    VERSIONS,
    WHOLE,
)
from ssf_model.scale import DRAWN_THICKNESS_PX, ExperimentScale

CARD_KEY = "ssf_model_card"  # entry of the ONNX file's metadata_props
CARD_FORMAT = 1
FAULT_VALUE = 1  # polarity of the maps: a fault pixel is 1, all else 0


@dataclass(frozen=True)
class ModelCard:
    """Facts about a model that outputs and checks depend on.

    `scores` holds one table a set: ``{"test": {"mae": 0.05, "mae_low": ..}}``, bounds being
    95 % intervals. `input_ranges` holds the extent in the training set of statistics that
    `map_statistics` lists: ``{"trace_px": [low, high]}``. `spread` says how the ensemble's
    5-95 % band was calibrated on experiments that no weight was fitted to: widened by
    `half_width` on both sides it holds a share `level` of the labels, when windows are moved by
    `shift_px`, drawn at all of `thickness_px` and mirrored in all ways. `interval` says the same
    of a network that answers with an interval of its own, by how finely maps were drawn (see
    `ssf_model.network.interval_entry`). `equivariant` says whether it answers mirror images of a
    map alike. `made_with` names versions.
    """

    name: str = field(metadata=TEXT)
    version: str = field(metadata=TEXT)
    pixel_size_m: float = field(default=100.0, metadata=NUMBER)
    window_rows: int = field(default=128, metadata=WHOLE)
    window_cols: int = field(default=64, metadata=WHOLE)
    stride_px: int = field(default=50, metadata=WHOLE)
    thickness_px: tuple[float, ...] = field(default=DRAWN_THICKNESS_PX, metadata=THICKNESS)
    fault_value: int = field(default=FAULT_VALUE, metadata=WHOLE)
    material: str = field(default="", metadata=TEXT)
    sense: str = field(default="dextral", metadata=TEXT)
    training_data: str = field(default="", metadata=TEXT)
    training_data_sha256: str = field(default="", metadata=TEXT)
    seed: int | None = field(default=None, metadata=SEED)
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict, metadata=SCORES)
    input_ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict, metadata=RANGES)
    spread: Mapping[str, float] = field(default_factory=dict, metadata=SPREAD)
    interval: Mapping[str, Any] = field(default_factory=dict, metadata=INTERVAL)
    equivariant: bool = field(default=False, metadata=TRUTH)
    licence: str = field(default="", metadata=TEXT)
    citation: str = field(default="", metadata=TEXT)
    made_with: Mapping[str, str] = field(default_factory=dict, metadata=VERSIONS)

    @property
    def scale(self) -> ExperimentScale:
        """The grid that the model was trained on."""
        return ExperimentScale(
            self.pixel_size_m, self.window_rows, self.window_cols, self.stride_px
        )

    @property
    def label(self) -> str:
        """Name and version as one word, for attribute tables."""
        return f"{self.name}-{self.version}"


def card_to_json(card: ModelCard) -> str:
    """The card as the JSON text that an ONNX file carries."""
    return json.dumps(
        {"card_format": CARD_FORMAT, **dataclasses.asdict(card)},
        indent=1,
        allow_nan=False,
        ensure_ascii=False,
    )


def card_from_metadata(metadata: Mapping[str, str], *, source: str) -> ModelCard | None:
    """Read the card from the metadata of an ONNX file.

    Parameters
    ----------
    metadata : mapping of str to str
        All metadata entries of the file.
    source : str
        Name of the file, for messages.

    Returns
    -------
    card : ModelCard or None
        None where the file carries no card at all.

    Raises
    ------
    ModelError
        If there is a card that cannot be understood.
    """
    text = metadata.get(CARD_KEY)
    if text is None:
        return None
    try:
        entries = json.loads(text, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        message = f"{source}: its model card is not JSON ({error})."
        raise ModelError(message) from error
    if not isinstance(entries, dict):
        message = f"{source}: its model card is not a table of entries."
        raise ModelError(message)
    card_format = entries.pop("card_format", None)
    if card_format != CARD_FORMAT:
        message = (
            f"{source}: its model card has format {reprlib.repr(card_format)}; this version of "
            f"ssf reads format {CARD_FORMAT}. Use a newer ssf, or export the model again."
        )
        raise ModelError(message)
    known = {entry.name: entry for entry in dataclasses.fields(ModelCard)}
    unknown = sorted(set(entries) - set(known))
    if unknown:
        message = f"{source}: its model card has unknown entries: {reprlib.repr(unknown)}."
        raise ModelError(message)
    values = {name: _checked(known[name], value, source) for name, value in entries.items()}
    try:
        card = ModelCard(**values)
        _ = card.scale
    except (TypeError, InputError) as error:
        message = f"{source}: its model card does not hold together: {error}"
        raise ModelError(message) from error
    if card.fault_value != FAULT_VALUE:
        message = (
            f"{source}: its model card says that fault pixels are {card.fault_value}; "
            f"ssf draws them as {FAULT_VALUE}."
        )
        raise ModelError(message)
    return card


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """A table from its entries; a ValueError where two have one name."""
    entries = dict(pairs)
    if len(entries) < len(pairs):
        names = [name for name, _ in pairs]
        message = f"two entries {next(name for name in names if names.count(name) > 1)!r}"
        raise ValueError(message)
    return entries


def _checked(entry: dataclasses.Field, value: Any, source: str) -> Any:
    """What the card keeps of one entry, refused where its check does."""
    try:
        return entry.metadata[CHECK](entry.name, value)
    except ValueError as error:
        message = f"{source}: {error}"
        raise ModelError(message) from error

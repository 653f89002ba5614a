"""What an ONNX model says of itself: scale, training, scores, limits.

The card travels inside the ONNX file, as JSON in one metadata entry, so that a user never
retypes a number that the model knows. It is written and read here only.
"""

from __future__ import annotations

import dataclasses
import json
import reprlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from ssf_model.errors import InputError, ModelError
from ssf_model.scale import DRAWN_THICKNESS_PX, ExperimentScale

CARD_KEY = "ssf_model_card"  # entry of the ONNX file's metadata_props
CARD_FORMAT = 1
LARGEST_NUMBER = 1e100  # no fact of a card comes near it
FAULT_VALUE = 1  # polarity of the maps: a fault pixel is 1, all else 0


@dataclass(frozen=True)
class ModelCard:
    """Facts about a model that outputs and checks depend on.

    `scores` holds one table a set: ``{"test": {"mae": 0.05, "mae_low": ..}}``, bounds being
    95 % intervals. `input_ranges` holds the extent in the training set of statistics that
    `map_statistics` lists: ``{"trace_px": [low, high]}``. `spread` says how the ensemble's
    5-95 % band was calibrated on experiments that no weight was fitted to: widened by
    `half_width` on both sides it holds a share `level` of the labels, when windows are moved by
    `shift_px`, drawn at all of `thickness_px` and mirrored in all ways. `made_with` names
    versions.
    """

    name: str
    version: str
    pixel_size_m: float = 100.0
    window_rows: int = 128
    window_cols: int = 64
    stride_px: int = 50
    thickness_px: tuple[float, ...] = DRAWN_THICKNESS_PX
    fault_value: int = FAULT_VALUE
    material: str = ""
    sense: str = "dextral"
    training_data: str = ""
    training_data_sha256: str = ""
    seed: int | None = None
    scores: Mapping[str, Mapping[str, float]] = field(default_factory=dict)
    input_ranges: Mapping[str, tuple[float, float]] = field(default_factory=dict)
    spread: Mapping[str, float] = field(default_factory=dict)
    licence: str = ""
    citation: str = ""
    made_with: Mapping[str, str] = field(default_factory=dict)

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
        entries = json.loads(text)
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


_KINDS: dict[str, type | tuple[type, ...]] = {
    "float": (int, float),
    "int": int,
    "int | None": (int, type(None)),
    "str": str,
    "tuple[float, ...]": list,
}


def _checked(entry: dataclasses.Field, value: Any, source: str) -> Any:
    """The value of one entry, refused where it is of another kind than the card's field."""
    kind = _KINDS.get(str(entry.type), dict)
    right_kind = isinstance(value, kind) and not isinstance(value, bool)
    if not right_kind or (str(entry.type) == "float" and not _is_number(value)):
        message = (
            f"{source}: entry '{entry.name}' of its model card is {reprlib.repr(value)}, "
            f"not {entry.type}."
        )
        raise ModelError(message)
    if entry.name == "thickness_px":
        if not value or not all(_is_number(item) and item > 0 for item in value):
            message = (
                f"{source}: its model card lists line thicknesses {reprlib.repr(value)}; "
                "all must be above 0."
            )
            raise ModelError(message)
        return tuple(float(item) for item in value)
    if kind is dict:
        name, holds, wanted = _TABLES[entry.name]
        for key, item in value.items():
            if not holds(item):
                message = (
                    f"{source}: {name} {reprlib.repr(key)} of its model card is "
                    f"{reprlib.repr(item)}, not {wanted}."
                )
                raise ModelError(message)
    if entry.name == "input_ranges":
        return {key: (float(low), float(high)) for key, (low, high) in value.items()}
    return float(value) if str(entry.type) == "float" else value


def _is_number(value: Any) -> bool:
    """Whether the value is a finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < LARGEST_NUMBER  # also refuses NaN


def _is_range(value: Any) -> bool:
    """Whether the value is a lower and an upper bound."""
    pair = isinstance(value, list) and len(value) == 2
    return pair and all(_is_number(bound) for bound in value) and value[0] <= value[1]


def _is_table_of_numbers(value: Any) -> bool:
    """Whether the value is a table of finite numbers."""
    return isinstance(value, dict) and all(_is_number(item) for item in value.values())


_TABLES: dict[str, tuple[str, Callable[[Any], bool], str]] = {
    "spread": ("the spread's", _is_number, "a finite number"),
    "scores": ("the scores of set", _is_table_of_numbers, "a table of numbers"),
    "input_ranges": ("input range", _is_range, "a low and a high number"),
    "made_with": ("the version of", lambda item: isinstance(item, str), "text"),
}

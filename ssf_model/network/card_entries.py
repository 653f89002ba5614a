"""What the entries of a model card may hold: a check for each, in its dataclass field's metadata.

A check takes an entry's name and its value as JSON gave it, and returns the value that the card
keeps. Where that is none, it raises a ValueError that names the entry.
"""

from __future__ import annotations

import reprlib
from collections.abc import Callable, Mapping
from typing import Any

from ssf_model.errors import InputError
from ssf_model.network.interval_entry import interval_entry
from ssf_model.options import check_widths

LARGEST_NUMBER = 1e100  # no fact of a card comes near it

Check = Callable[[str, Any], Any]
CHECK = "check"  # its key in a field's metadata


def plain(words: str, *kinds: type) -> dict[str, Check]:
    """Metadata of an entry that is one value of these kinds, as a message words them."""

    def check(name: str, value: Any) -> Any:
        return _of_kind(name, value, words, *kinds)

    return {CHECK: check}


def table(
    words: str,
    item_name: str,
    holds: Callable[[Any], bool],
    wanted: str,
    keep: Callable[[Any], Any] = lambda item: item,
) -> dict[str, Check]:
    """Metadata of an entry that is a table.

    `holds` decides whether an item is `wanted`, `item_name` is what a message calls it, and
    `keep` turns it into what the card keeps.
    """

    def check(name: str, value: Any) -> Mapping[str, Any]:
        entries = _of_kind(name, value, words, dict)
        for key, item in entries.items():
            if not holds(item):
                message = (
                    f"{item_name} {reprlib.repr(key)} of its model card is {reprlib.repr(item)}, "
                    f"not {wanted}."
                )
                raise ValueError(message)
        return {key: keep(item) for key, item in entries.items()}

    return {CHECK: check}


def _number(name: str, value: Any) -> float:
    """A finite number."""
    if not is_number(value):
        raise ValueError(_refusal(name, value, "float"))
    return float(value)


def _thickness(name: str, value: Any) -> tuple[float, ...]:
    """Line widths, one or more."""
    items = _of_kind(name, value, "tuple[float, ...]", list)
    if not items or not all(is_number(item) and item > 0 for item in items):
        message = (
            f"its model card lists line thicknesses {reprlib.repr(value)}; all must be above 0."
        )
        raise ValueError(message)
    try:
        check_widths(items)
    except InputError as error:
        message = f"its model card lists what cannot be drawn. {error}"
        raise ValueError(message) from error
    return tuple(float(item) for item in items)


def _truth(name: str, value: Any) -> bool:
    """True or false."""
    if not isinstance(value, bool):
        raise ValueError(_refusal(name, value, "bool"))
    return value


def _interval(name: str, value: Any) -> Mapping[str, Any]:
    """What `ssf_model.network.interval_entry` asks for."""
    return interval_entry(name, _of_kind(name, value, "Mapping[str, Any]", dict))


def is_number(value: Any) -> bool:
    """Whether the value is a finite number."""
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        return False
    return abs(value) < LARGEST_NUMBER  # also refuses NaN


def is_range(value: Any) -> bool:
    """Whether the value is a lower and an upper bound."""
    pair = isinstance(value, list) and len(value) == 2
    return pair and all(is_number(bound) for bound in value) and value[0] <= value[1]


def is_table_of_numbers(value: Any) -> bool:
    """Whether the value is a table of finite numbers."""
    return isinstance(value, dict) and all(is_number(item) for item in value.values())


def _of_kind(name: str, value: Any, words: str, *kinds: type) -> Any:
    """The value, refused where it is of none of these kinds; a bool is no number."""
    if isinstance(value, bool) or not isinstance(value, kinds):
        raise ValueError(_refusal(name, value, words))
    return value


def _refusal(name: str, value: Any, words: str) -> str:
    """One line on an entry of another kind than the card's field."""
    return f"entry '{name}' of its model card is {reprlib.repr(value)}, not {words}."


TEXT = plain("str", str)
WHOLE = plain("int", int)
SEED = plain("int | None", int, type(None))
NUMBER: dict[str, Check] = {CHECK: _number}
THICKNESS: dict[str, Check] = {CHECK: _thickness}
TRUTH: dict[str, Check] = {CHECK: _truth}
INTERVAL: dict[str, Check] = {CHECK: _interval}
SCORES = table(
    "Mapping[str, Mapping[str, float]]",
    "the scores of set",
    is_table_of_numbers,
    "a table of numbers",
)
RANGES = table(
    "Mapping[str, tuple[float, float]]",
    "input range",
    is_range,
    "a low and a high number",
    keep=lambda bounds: (float(bounds[0]), float(bounds[1])),
)
SPREAD = table("Mapping[str, float]", "the spread's", is_number, "a finite number")
VERSIONS = table("Mapping[str, str]", "the version of", lambda item: isinstance(item, str), "text")

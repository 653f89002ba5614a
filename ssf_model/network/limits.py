"""What a model's file may ask for: sizes that fit into memory, and shapes that fit together."""

from __future__ import annotations

MAX_VALUES = 2**27  # in one array; a file's sizes are not to ask for all memory


def require_room(values: int) -> None:
    """Refuse an array that is far larger than a fault network needs."""
    require(values <= MAX_VALUES, f"an array of {values} numbers, more than {MAX_VALUES}")


def require(holds: bool, what: str) -> None:
    """Raise a ValueError of these words unless something holds."""
    if not holds:
        raise ValueError(what)

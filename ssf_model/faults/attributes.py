"""Values of attributes as text: one rule for every reader, so that they name zones alike."""

from __future__ import annotations

import datetime
import json
from collections import Counter
from collections.abc import Iterable, Mapping

import numpy as np

from ssf_model.errors import counted

EXACT = 2.0**53  # whole numbers up to here are exact as real ones, and are written as whole
UNREAD_LETTER = "\ufffd"
SHOWN = 100  # values that a sentence lists


def plain(value: object) -> object:
    """Give an attribute's value as Python's own; None where there is none.

    Parameters
    ----------
    value : object
        Of Python or NumPy: text, number, boolean, date, time, bytes, list or mapping.

    Returns
    -------
    value : object
        None for NaN and NaT, too, which stand for NULL in columns of numbers and of dates.
    """
    if isinstance(value, np.datetime64):
        coarse = np.datetime_data(value.dtype)[0] in ("Y", "M", "W", "D")
        value = value.astype("datetime64[D]" if coarse else "datetime64[us]")
    if isinstance(value, np.generic):
        value = value.item()
    if isinstance(value, np.ndarray):
        value = list(value)
    if isinstance(value, (list, tuple)):
        return [plain(entry) for entry in value]
    if isinstance(value, Mapping):
        return {str(key): plain(entry) for key, entry in value.items()}
    if isinstance(value, float) and value != value:
        return None
    return value


def text_of(value: object) -> str | None:
    """Write an attribute's value as exact text, which may name a zone.

    Parameters
    ----------
    value : object
        See `plain`.

    Returns
    -------
    text : str or None
        None for a missing value and for blank text. 1234567.0 is "1234567", true "true", a date
        "2023-02-06", a time of a day "2023-02-06T01:17:35" without its time zone, which not
        every reader knows; lists and mappings are JSON.
    """
    value = plain(value)
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, datetime.datetime):
        spec = "milliseconds" if value.microsecond else "seconds"
        return value.replace(tzinfo=None).isoformat(timespec=spec)
    if isinstance(value, datetime.time):
        spec = "milliseconds" if value.microsecond else "seconds"
        return value.replace(tzinfo=None).isoformat(timespec=spec)
    if isinstance(value, datetime.date):
        return value.isoformat()
    if isinstance(value, (bytes, bytearray)):
        return value.hex() or None
    if isinstance(value, (list, dict)):
        return json.dumps(_whole(value), ensure_ascii=False, sort_keys=True, default=str)
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(_whole(value))


def told_counts(values: Iterable[object]) -> str:
    """List values with how often each occurs: "'-999' (2), 'n/a' (1)", the most frequent first."""
    counts = Counter(repr(text_of(value) or "") for value in values)
    listed = sorted(counts.items(), key=lambda entry: (-entry[1], entry[0]))
    shown = ", ".join(f"{text} ({count})" for text, count in listed[:SHOWN])
    more = len(listed) - SHOWN
    return shown + (f" and {counted(more, 'other value')}" if more > 0 else "")


def unread_texts(values: Iterable[object]) -> list[str]:
    """Say, in a sentence at most, how many texts hold the sign for a letter that was not read."""
    texts = [value for value in values if isinstance(value, str) and UNREAD_LETTER in value]
    if not texts:
        return []
    some = counted(len(texts), "text holds", "texts hold")
    return [
        f"{some} the sign for a letter that could not be read, such as "
        f"{texts[0]!r}: the file is written in another encoding, or once was read in a wrong one."
    ]


def _whole(value: object) -> object:
    """Whole real numbers as whole ones, inside lists and mappings, too."""
    if isinstance(value, float) and value.is_integer() and abs(value) <= EXACT:
        return int(value)
    if isinstance(value, list):
        return [_whole(entry) for entry in value]
    if isinstance(value, dict):
        return {key: _whole(entry) for key, entry in value.items()}
    return value

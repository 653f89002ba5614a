"""How faults slip, as far as a map's attributes tell: by rake, slip type or dip.

Databases spell this in hundreds of ways. What cannot be understood is refused by field, value
and feature; an empty value (NULL) is unknown, which is never taken for an answer.
"""

from __future__ import annotations

import re
import reprlib
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from ssf_model.errors import InputError

UNKNOWN, STRIKE_SLIP, OBLIQUE, DIP_SLIP = range(4)
DEXTRAL, SINISTRAL = 1, -1  # 0 where the sense is unknown

# Rake after Aki & Richards (1980): 0 is sinistral, 180 dextral, 90 reverse, -90 normal slip.
# The classes are those of NGA-West2 (Ancheta et al. 2013, PEER 2013/03): strike-slip within 30
# degrees of horizontal slip, reverse or normal within 30 degrees of slip along the dip.
STRIKE_SLIP_RAKE_DEG = 30.0
DIP_SLIP_RAKE_DEG = 60.0
RAKES_DEG = (-180.0, 360.0)  # above 180 some catalogues count on, so that 270 is -90
# Measured on the 2023 hazard model of the USA: 97 % of 218 strike-slip sections dip by 65
# degrees or more, 3 % of 781 dip-slip sections do; by 80 or more 85 % and 1 %.
GENTLE_DIP_DEG = 65.0
STEEP_DIP_DEG = 80.0
DIPS_DEG = (0.0, 90.0)

NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.IGNORECASE)
WORD = re.compile(r"[^\W\d_]+")
BETWEEN_WORDS = re.compile(r"[\s_,;:/()&+.-]*")
SHOWN = 5  # values that a message names
WITHOUT_SLIP_TYPE = frozenset(
    ("", "?", "-", "na", "n/a", "nan", "nd", "none", "null", "undefined", "undetermined")
    + ("unknown", "unspecified", "not known", "not specified")
)


def _meanings() -> dict[str, tuple[int, int]]:
    """Word of a slip type -> kind of slip and sense; a filler word has the kind `UNKNOWN`."""
    words = {
        (STRIKE_SLIP, DEXTRAL): "dextral dext destrale dextre right rl rls rlss rightlateral",
        (STRIKE_SLIP, SINISTRAL): "sinistral sinist sinestral sinistrale senestre left ll lls llss "
        "leftlateral",
        (STRIKE_SLIP, 0): "strike strikeslip ss transform wrench",
        (OBLIQUE, 0): "oblique transpression transpressional transpressive transtension "
        "transtensional transtensive",
        (DIP_SLIP, 0): "normal nm nf reverse rv rev rf inverse thrust tf backthrust megathrust "
        "overthrust subduction detachment dip dipslip extension extensional tensional rift "
        "spreading ridge compression compressional contraction contractional anticline syncline "
        "monocline fold flexure",
        (UNKNOWN, 0): "slip lateral fault faults faulting zone and with component sense type "
        "movement moving mainly mostly predominantly predominant pure blind low high angle",
    }
    return {word: meaning for meaning, text in words.items() for word in text.split()}


WORDS = _meanings()


@dataclass(frozen=True)
class Slip:
    """How each feature of a map slips.

    Attributes
    ----------
    kinds : (n,) int8 array
        `STRIKE_SLIP`; `OBLIQUE` (both components count, or no more is known than a gentle dip);
        `DIP_SLIP`; `UNKNOWN`.
    senses : (n,) int8 array
        `DEXTRAL`, `SINISTRAL`, or 0 where that is unknown.
    """

    kinds: np.ndarray
    senses: np.ndarray


def slip_of_features(
    names: Sequence[str],
    columns: Mapping[str, Iterable[object]],
    *,
    rake_field: str | None = None,
    dip_field: str | None = None,
    slip_type_field: str | None = None,
) -> Slip | None:
    """Tell from attributes how every feature slips.

    The rake decides; where it is unknown the slip type does, and where that is unknown, too, the
    dip stands in: a gentle one makes strike-slip doubtful, a steep one likely.

    Parameters
    ----------
    names : sequence of str
        What messages call each feature.
    columns : mapping of str to sequence
        Field -> its value for each feature; None, NaN and empty text are unknown.
    rake_field, dip_field, slip_type_field : str, optional
        Fields, of those in `columns`, with rakes and dips in degrees (numbers, as text, too, or
        triples "(most likely,least,greatest)" as the GEM database writes them) and with words
        such as "dextral", "Left-lateral" or "Dextral-Normal".

    Returns
    -------
    slip : Slip or None
        None where no field is given.

    Raises
    ------
    InputError
        If values cannot be understood; it names the first of them.
    """
    readers = (
        (rake_field, slip_of_rake, _RAKE_RULE),
        (slip_type_field, slip_of_type, _TYPE_RULE),
        (dip_field, slip_of_dip, _DIP_RULE),
    )
    if all(field is None for field, _, _ in readers):
        return None
    kinds, senses = np.zeros((2, len(names)), dtype=np.int8)
    for field, reader, rule in readers:
        if field is None:
            continue
        found = _read_column(field, columns[field], names, reader, rule)
        kinds = np.where(kinds == UNKNOWN, found[:, 0], kinds)
        senses = np.where(senses == 0, found[:, 1], senses)
    return Slip(kinds, senses)


def slip_of_rake(value: object) -> tuple[int, int]:
    """Kind and sense of slip by a rake in degrees.

    Raises
    ------
    InputError
        If the value is no angle from -180 to 360.
    """
    rake_deg = _degrees(value, RAKES_DEG)
    if rake_deg is None:
        return UNKNOWN, 0
    along = np.cos(np.radians(rake_deg))
    steep_deg = float(np.degrees(np.arccos(min(abs(along), 1.0))))
    steep_deg = round(steep_deg, 9)  # so that a rake of 150 is as far from horizontal as one of 30
    sense = SINISTRAL if along > 0 else DEXTRAL
    if steep_deg <= STRIKE_SLIP_RAKE_DEG:
        return STRIKE_SLIP, sense
    return (DIP_SLIP, 0) if steep_deg >= DIP_SLIP_RAKE_DEG else (OBLIQUE, sense)


def slip_of_type(value: object) -> tuple[int, int]:
    """Kind and sense of slip by its name; the first word that tells a kind is the main one.

    So "Dextral-Normal" is strike-slip and "Normal-Dextral" oblique, as in the GEM database.

    Raises
    ------
    InputError
        If the text has a word or sign that is not known, or no word that tells a kind.
    """
    if _is_missing(value):
        return UNKNOWN, 0
    text = " ".join(str(value).lower().split())
    if text in WITHOUT_SLIP_TYPE:
        return UNKNOWN, 0
    words = WORD.findall(text)
    clear = all(BETWEEN_WORDS.fullmatch(signs) for signs in WORD.split(text))
    known = [WORDS.get(word) for word in words]
    told = [meaning for meaning in known if meaning is not None and meaning[0] != UNKNOWN]
    if not clear or None in known or not told:
        message = f"{reprlib.repr(value)} is no slip type that is known."
        raise InputError(message)
    senses = {sense for _, sense in told if sense}
    kinds = [kind for kind, _ in told]
    kind = kinds[0] if kinds[0] != DIP_SLIP or set(kinds) == {DIP_SLIP} else OBLIQUE
    return kind, senses.pop() if len(senses) == 1 else 0


def slip_of_dip(value: object) -> tuple[int, int]:
    """Kind of slip for which a dip in degrees speaks; its sense stays unknown.

    Raises
    ------
    InputError
        If the value is no angle from 0 to 90.
    """
    dip_deg = _degrees(value, DIPS_DEG)
    if dip_deg is None or GENTLE_DIP_DEG <= dip_deg < STEEP_DIP_DEG:
        return UNKNOWN, 0
    return (OBLIQUE if dip_deg < GENTLE_DIP_DEG else STRIKE_SLIP), 0


_RAKE_RULE = (
    "A rake is a number from -180 to 360 degrees: 0 is sinistral, 180 dextral, 90 reverse, -90 "
    "normal. Leave it empty (NULL) where it is unknown."
)
_DIP_RULE = "A dip is a number from 0 to 90 degrees. Leave it empty (NULL) where it is unknown."
_TYPE_RULE = (
    "A slip type is dextral, sinistral, strike-slip, oblique, normal, reverse or thrust, or a pair "
    "such as dextral-normal. Leave it empty (NULL) where it is unknown."
)


def _read_column(
    field: str,
    values: Iterable[object],
    names: Sequence[str],
    reader: Callable[[object], tuple[int, int]],
    rule: str,
) -> np.ndarray:
    """Kind and sense, (n, 2), of every value; refuses those that the reader does."""
    known: dict[object, tuple[int, int]] = {}
    refused: dict[object, str] = {}
    count = 0
    slips = np.zeros((len(names), 2), dtype=np.int8)
    for number, value in enumerate(values):
        value = _plain(value)
        if value not in known and value not in refused:
            try:
                known[value] = reader(value)
            except InputError:
                refused[value] = names[number]
        count += value in refused
        slips[number] = known.get(value, (UNKNOWN, 0))
    if refused:
        shown = ", ".join(
            f"{reprlib.repr(value)} ({name})" for value, name in list(refused.items())[:SHOWN]
        )
        more = f" and {len(refused) - SHOWN} other values" if len(refused) > SHOWN else ""
        message = (
            f"Field '{field}' of {count} of {len(names)} features is not understood: {shown}{more}."
            f" {rule}"
        )
        raise InputError(message)
    return slips


def _degrees(value: object, bounds: tuple[float, float]) -> float | None:
    """An angle, None where it is unknown; refused where it is none within the bounds."""
    if _is_missing(value):
        return None
    text = str(value).strip()
    triple = text.startswith("(") and text.endswith(")")
    entries = [entry.strip() for entry in (text[1:-1].split(",") if triple else [text])]
    given = [entry for entry in entries if entry]
    angles = [float(entry) for entry in given if NUMBER.fullmatch(entry)]
    readable = len(angles) == len(given) and len(entries) == (3 if triple else 1)
    if not readable or not all(bounds[0] <= angle <= bounds[1] for angle in angles):
        message = f"{reprlib.repr(value)} is no angle from {bounds[0]:g} to {bounds[1]:g} degrees."
        raise InputError(message)
    # A triple without its first number tells one by its only bound; two bounds leave it open.
    return angles[0] if entries[0] or len(angles) == 1 else None


def _plain(value: object) -> object:
    """An attribute's value as Python's own number or text; None for NaN, which stands for NULL."""
    value = value.item() if isinstance(value, np.generic) else value
    if isinstance(value, float) and value != value:
        return None
    return value if value is None or isinstance(value, (str, int, float)) else str(value)


def _is_missing(value: object) -> bool:
    """Whether the value is NULL, NaN or empty."""
    return value is None or value != value or (isinstance(value, str) and not value.strip())

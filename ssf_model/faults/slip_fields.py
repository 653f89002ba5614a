"""How the features of a map slip, by its fields: rake, slip type and dip, and what they leave open.

Databases spell this in hundreds of ways. What cannot be understood is unknown, which is never
taken for an answer, and is listed with counts.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial

import numpy as np

from ssf_model.errors import InputError, counted
from ssf_model.faults.attributes import plain, text_of, told_counts
from ssf_model.faults.slip import DEXTRAL, DIP_SLIP, SINISTRAL, STRIKE_SLIP, UNKNOWN, Slip
from ssf_model.faults.slip_angles import slip_of_dip, slip_of_rake
from ssf_model.faults.slip_words import letter_codes, slip_of_type

RAKE_RULE = (
    "A rake is a number from -180 to 360 degrees: 0 is sinistral, 180 dextral, 90 reverse, -90 "
    "normal."
)
DIP_RULE = "A dip is a number from 0 to 90 degrees."
TYPE_RULE = (
    "A slip type is dextral, sinistral, strike-slip, oblique, normal, reverse or thrust, or a pair "
    "such as dextral-normal; slip words of your own may say what others mean."
)
EMPTY_RULE = "Leave it empty (NULL) where it is unknown."
SHOWN = 5  # values that a refusal names
SENSES = {DEXTRAL: "dextral", SINISTRAL: "sinistral"}

Reader = Callable[[object], "tuple[int, int]"]


def slip_of_features(
    names: Sequence[str],
    columns: Mapping[str, Iterable[object]],
    *,
    rake_field: str | None = None,
    dip_field: str | None = None,
    slip_type_field: str | None = None,
    own_words: Mapping[str, tuple[int, int]] | None = None,
    strict: bool = False,
) -> tuple[Slip | None, list[str]]:
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
    own_words : mapping, optional
        A user's own words of slip types, from `parse_slip_words`.
    strict : bool
        Whether a value that cannot be understood is refused.

    Returns
    -------
    slip : Slip or None
        None where no field is given.
    remarks : list of str
        What was not understood and where rake and slip type disagree, a sentence each.

    Raises
    ------
    InputError
        If values cannot be understood and `strict` is set; it names the first of them.
    """
    letters: dict[str, tuple[int, int]] = {}
    if slip_type_field is not None:
        columns = {**columns, slip_type_field: list(columns[slip_type_field])}
        letters = letter_codes(columns[slip_type_field])
    by_type = partial(slip_of_type, own=own_words, letters=letters)
    fields: tuple[tuple[str | None, Reader, str], ...] = (
        (rake_field, slip_of_rake, RAKE_RULE),
        (slip_type_field, by_type, TYPE_RULE),
        (dip_field, slip_of_dip, DIP_RULE),
    )
    if all(field is None for field, _, _ in fields):
        return None, []
    kinds, senses = np.zeros((2, len(names)), dtype=np.int8)
    remarks, found = [], []
    for field, reader, rule in fields:
        told = np.zeros((len(names), 2), dtype=np.int8)
        if field is not None:
            told, remark = _read_column(field, columns[field], names, reader, rule, strict)
            remarks += remark
        found.append(told)
        kinds = np.where(kinds == UNKNOWN, told[:, 0], kinds)
        senses = np.where(senses == 0, told[:, 1], senses)
    remarks += _disagreements(found[0], found[1], rake_field, slip_type_field)
    return Slip(kinds, senses), remarks


def _read_column(
    field: str,
    values: Iterable[object],
    names: Sequence[str],
    reader: Reader,
    rule: str,
    strict: bool,
) -> tuple[np.ndarray, list[str]]:
    """Kind and sense, (n, 2), of every value, and a remark on those that the reader refuses."""
    known: dict[str | None, tuple[int, int] | None] = {}
    refused: list[tuple[str, str]] = []
    untold: list[str] = []
    slips = np.zeros((len(names), 2), dtype=np.int8)
    for number, value in enumerate(values):
        key = text_of(value)
        if key not in known:
            try:
                known[key] = reader(plain(value))
            except InputError:
                known[key] = None
        slip = known[key]
        if slip is None:
            refused.append((str(key), names[number]))
        else:
            slips[number] = slip
            if key is not None and slip[0] == UNKNOWN:
                untold.append(key)
    said, every = [], counted(len(names), "feature")
    if rule is TYPE_RULE and untold:
        counts = told_counts(untold)
        said = [f"Field '{field}' of {len(untold)} of {every} says unknown: {counts}."]
    if not refused:
        return slips, said
    begin = f"Field '{field}' of {len(refused)} of {every} is not understood"
    if strict:
        first = dict(reversed(refused))  # the first feature of each value
        shown = ", ".join(f"{value!r} ({first[value]})" for value in list(first)[::-1][:SHOWN])
        rest = len(first) - SHOWN
        more = f" and {counted(rest, 'other value')}" if rest > 0 else ""
        message = f"{begin}: {shown}{more}. {rule} {EMPTY_RULE}"
        raise InputError(message)
    counts = told_counts(value for value, _ in refused)
    return slips, [*said, f"{begin} and counts as unknown: {counts}. {rule}"]


def _disagreements(
    rakes: np.ndarray, types: np.ndarray, rake_field: str | None, slip_type_field: str | None
) -> list[str]:
    """Where rake and slip type say different things of one feature."""
    both = (rakes[:, 1] != 0) & (types[:, 1] != 0)
    differ = both & (rakes[:, 1] != types[:, 1])
    remarks = []
    if differ.any():
        pairs = Counter(zip(rakes[differ, 1].tolist(), types[differ, 1].tolist()))
        told = ", ".join(
            f"{SENSES[rake]} by rake and {SENSES[kind]} by slip type in {count}"
            for (rake, kind), count in sorted(pairs.items())
        )
        remarks.append(
            f"Rake ('{rake_field}') and slip type ('{slip_type_field}') disagree on the sense of "
            f"{int(differ.sum())} of {_telling(both)} both: {told}. The rake "
            "was followed; if it counts another way here (0 is sinistral, 180 dextral), leave it "
            "out."
        )
    kinds = (rakes[:, 0] != UNKNOWN) & (types[:, 0] != UNKNOWN)
    across = kinds & np.isin(rakes[:, 0], (STRIKE_SLIP, DIP_SLIP))
    across &= np.isin(types[:, 0], (STRIKE_SLIP, DIP_SLIP)) & (rakes[:, 0] != types[:, 0])
    if across.any():
        normal = int((across & (rakes[:, 0] == DIP_SLIP)).sum())
        remarks.append(
            f"Rake ('{rake_field}') and slip type ('{slip_type_field}') disagree on the kind of "
            f"slip of {int(across.sum())} of {_telling(kinds)} both: {normal} "
            "normal or reverse by rake and strike-slip by slip type, "
            f"{int(across.sum()) - normal} the other way round. The rake was followed."
        )
    return remarks


def _telling(features: np.ndarray) -> str:
    """How many features tell something, (n,) bool."""
    count = int(features.sum())
    return f"{counted(count, 'feature')} that {'tells' if count == 1 else 'tell'}"

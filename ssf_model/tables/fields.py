"""Fields of tables: name, type and meaning once, for QGIS, command line, CSV and help alike."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from ssf_model.tables.cells import guarded

FLAG_SEPARATOR = ","
RENAMED = "ssf_"
OF_GEOPACKAGES = ("fid", "geom")  # columns that every layer of a GeoPackage has
STATEMENT = (
    "Kinematic efficiency (KE) and off-fault deformation (OFD = 1 - KE) estimated from the map "
    "pattern of fault traces by a network trained on one analogue material. A screening "
    "estimate, not an input to hazard analysis."
)


@dataclass(frozen=True)
class Field:
    """A column of an output table; `kind` is "int", "float" or "str", `meaning` one sentence."""

    name: str
    kind: str
    meaning: str


def kept_names(names: Sequence[str], *, key: str | None = None) -> list[str]:
    """Name a source's columns as any file can hold them.

    Parameters
    ----------
    names : sequence of str
        Columns as they are called there.
    key : str, optional
        The one that numbers the source's rows, which numbers those of a result as well.

    Returns
    -------
    kept : list of str
        Each name, with "_2" behind it, or the next number that is free, where an earlier column
        has it but for upper and lower case, or where it is that of a GeoPackage's own columns.
    """
    there = {name.lower() for name in names}
    taken, kept = set(OF_GEOPACKAGES), []
    for name in names:
        chosen, number = name, 2
        while name != key and chosen.lower() in taken:
            chosen, number = f"{name}_{number}", number + 1
            if chosen.lower() in there:
                chosen = name
        taken.add(chosen.lower())
        kept.append(chosen)
    return kept


def renamed_in_words(names: Sequence[str], kept: Sequence[str]) -> list[str]:
    """Say which columns `kept_names` gave another name: one sentence, or none."""
    told = [f"{name} as {chosen}" for name, chosen in zip(names, kept) if name != chosen]
    return [f"Attributes are written under other names: {', '.join(told)}."] if told else []


def free_names(fields: Sequence[Field], taken: Iterable[str]) -> list[str]:
    """Name our columns in a table that has columns already.

    Parameters
    ----------
    fields : sequence of Field
        Columns to add.
    taken : iterable of str
        Names that the table has. Case does not tell columns apart, as in GeoPackages.

    Returns
    -------
    names : list of str
        Each field's own name, with "ssf_" before it, as often as needed, where that is taken.
    """
    lower = {name.lower() for name in taken}
    names = []
    for field in fields:
        name = field.name
        while name.lower() in lower:
            name = RENAMED + name
        lower.add(name.lower())
        names.append(name)
    return names


def names_in_words(
    names: Sequence[str], ours: Sequence[Field], *, key: str | None = None
) -> list[str]:
    """Say which columns of a source, and of ours behind them, come out under other names.

    Parameters
    ----------
    names, key
        Of the source, as for `kept_names`.
    ours : sequence of Field
        Columns that are added.

    Returns
    -------
    remarks : list of str
        At most a sentence on each.
    """
    kept = kept_names(names, key=key)
    given = free_names(ours, kept)
    told = [f"{field.name} as {name}" for field, name in zip(ours, given) if field.name != name]
    remarks = renamed_in_words(names, kept)
    if told:
        remarks.append(
            f"There are columns of the same names already, so ssf writes {', '.join(told)}."
        )
    return remarks


def to_csv(fields: Sequence[Field], rows: Iterable[Sequence], *, head: bool = True) -> str:
    """Write rows as CSV text; NULL is an empty cell, and no text is a formula (see `cells`).

    Parameters
    ----------
    fields : sequence of Field
        The columns.
    rows : iterable of sequences
        A value for each of them.
    head : bool
        Whether a line with the columns' names comes first.
    """
    names = [[field.name for field in fields]] if head else []
    return rows_as_csv([*names, *([guarded(value) for value in row] for row in rows)])


def rows_as_csv(rows: Iterable[Sequence]) -> str:
    """Write rows, of cells that are no formulas, as CSV text."""
    text = io.StringIO()
    csv.writer(text, lineterminator="\n").writerows(rows)
    return text.getvalue()


def lined_up(rows: Sequence[Sequence[str]]) -> str:
    """Text with a line a row and the cells of every column one below the other.

    What is no letter, such as a line's end in a name, stands there as a code.
    """
    rows = [[_in_letters(cell) for cell in row] for row in rows]
    widths = [max(len(cell) for cell in column) for column in zip(*rows)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths)).rstrip() for row in rows
    )


def _in_letters(cell: str) -> str:
    """A cell without signs that break lines, turn text round or command a terminal."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in cell)

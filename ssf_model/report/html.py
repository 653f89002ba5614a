"""Text and tables as HTML."""

from __future__ import annotations

import html
from collections.abc import Iterable, Iterator, Sequence

from ssf_model.tables.cells import printable


class Markup(str):
    """Text that is HTML already."""


def table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """Write a table, part by part; a column whose name ends with # holds numbers."""
    kind = "rows" if head else "facts"
    yield f'<div class="wide"><table class="{kind}">\n'
    numeric = [name.endswith("#") for name in head]
    if head:
        cells = "".join(
            f'<th class="number">{text(name[:-1])}</th>' if number else f"<th>{text(name)}</th>"
            for name, number in zip(head, numeric)
        )
        yield f"<thead><tr>{cells}</tr></thead>\n"
    yield "<tbody>\n"
    for row in rows:
        cells = "".join(
            f'<td class="number">{text(cell)}</td>' if number else f"<td>{text(cell)}</td>"
            for cell, number in zip(row, numeric or [False] * len(row))
        )
        yield f"<tr>{cells}</tr>\n"
    yield "</tbody>\n</table></div>\n"


def text(words: str) -> str:
    """Give text as HTML; control characters, which it cannot hold, are left out."""
    return words if isinstance(words, Markup) else html.escape(printable(words))

"""Texts as files can hold them: spreadsheets take some for formulas, XML holds not all letters."""

from __future__ import annotations

import re

# Source: OWASP, "CSV Injection": = + - @, tab, carriage return and line feed, and the wide forms
# of the signs, which some spreadsheets read alike.
FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")
NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?")
QUOTE = "'"


def guarded(value: object) -> object:
    """Give a value as a cell may hold it: an apostrophe before a text that a formula may be.

    Parameters
    ----------
    value : object
        Numbers, and texts that are nothing but a number, stay as they are.

    Returns
    -------
    cell : object
        `unguarded` gives the value back.
    """
    if isinstance(value, str) and FORMULA.match(value) and not NUMBER.fullmatch(value):
        return QUOTE + value
    return value


def unguarded(cell: str) -> str:
    """Give the text that `guarded` made a cell of."""
    return cell[1:] if cell.startswith(QUOTE) and FORMULA.match(cell) else cell


def held_by_xml(value: object) -> object:
    """Give a value as KML and GML can hold it: a text without what is not `printable`."""
    return printable(value) if isinstance(value, str) else value


def name_in_xml(name: str) -> str:
    """Give a column's name as KML and GML can hold it: GDAL does not escape what ends it."""
    return re.sub('["<>&]', "_", printable(name))


def printable(text: str) -> str:
    """Leave out the characters that XML cannot hold, such as control characters."""
    return "".join(
        letter
        for letter in text
        if letter in "\t\n"
        or " " <= letter <= "\ud7ff"
        or "\ue000" <= letter <= "\ufffd"
        or letter >= "\U00010000"
    )

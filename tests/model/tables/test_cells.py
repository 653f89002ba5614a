"""Texts in CSV are no formulas, and come back as they were."""

import csv
import io

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ssf_model.tables.cells import guarded, unguarded
from ssf_model.tables.fields import Field, to_csv

STARTS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"  # by OWASP
NUMBERS = ["-5", "+3.25", "-.5", "1e-9", "-1.5E+20", "12", "7."]
FORMULAS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3",
    "@SUM(A1)",
    "\t=1",
    "\r=1",
    "-",
    "-inf",
    "\uff1dA1",
]


@pytest.mark.parametrize("text", FORMULAS)
def test_what_may_be_a_formula_is_a_text(text):
    assert guarded(text) == "'" + text


@pytest.mark.parametrize("value", [*NUMBERS, *map(float, NUMBERS), 0, -7, None, True, "a-b", "'x"])
def test_numbers_and_plain_texts_stay(value):
    assert guarded(value) is value


@given(st.text(alphabet="=+-@\t\r\n\uff1d'5.eE a", max_size=6) | st.text(max_size=6))
def test_every_text_comes_back_and_no_cell_begins_like_a_formula(text):
    cell = guarded(text)
    assert unguarded(cell) == text
    if cell and cell[0] in STARTS:
        float(cell)


def test_a_table_reads_back_with_its_numbers_and_texts():
    """Oracle: the standard library's reader."""
    fields = [Field(name, "str", "") for name in "abc"]
    rows = [("=1+1", -0.25, None), ('@x, "y"', 3, "-5"), ("plain", -1e-20, "'=z")]
    text = to_csv(fields, rows)
    read = list(csv.reader(io.StringIO(text)))
    assert read[1:] == [
        ["'=1+1", "-0.25", ""],
        ['\'@x, "y"', "3", "-5"],
        ["plain", "-1e-20", "''=z"],
    ]
    assert [[unguarded(cell) for cell in row] for row in read[1:]] == [
        ["=1+1", "-0.25", ""],
        ['@x, "y"', "3", "-5"],
        ["plain", "-1e-20", "'=z"],
    ]

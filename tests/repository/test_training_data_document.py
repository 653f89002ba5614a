"""The page for laboratories names every variable, column, split and option that the code has."""

import re

import pytest

from makers.places import REPOSITORY
from training.__main__ import main
from training.experiments.files import READERS
from training.windows.labelled import COLUMNS
from training.windows.split import SPLITS

DOCUMENT = REPOSITORY / "docs" / "training-data.md"
TEXT = DOCUMENT.read_text(encoding="utf-8")


def in_first_columns(text):
    """Everything in back quotes in the first column of tables."""
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    return [name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])]


@pytest.mark.parametrize("reader", READERS, ids=lambda reader: reader.form)
def test_the_table_of_a_form_is_the_reader_s(reader):
    section = TEXT.split(f"**Form `{reader.form}`**")[1].split("**Form ")[0].split("## ")[0]
    assert sorted(in_first_columns(section)) == sorted(reader.variables)
    for name in reader.optional:
        assert f"`{name}`" in TEXT


def test_the_table_of_columns_and_that_of_splits_are_whole():
    columns, splits = TEXT.split("## What comes out")[1].split("## Splits")
    assert tuple(in_first_columns(columns)) == COLUMNS
    assert sorted(in_first_columns(splits)) == sorted(SPLITS)


def test_the_options_exist(capsys):
    known = set()
    for verb in ("ingest", "split"):
        with pytest.raises(SystemExit):
            main([verb, "--help"])
        known |= set(re.findall(r"--[a-z-]+", capsys.readouterr().out))
    named = set(re.findall(r"(?<![\w-])--[a-z]+[a-z-]*", TEXT))
    assert {"--keep-going", "--pixel-size", "--pens", "--folds"} <= named <= known

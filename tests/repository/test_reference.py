"""The reference pages are what the code says now, and leave out nothing."""

import argparse
import importlib
import pkgutil

import pytest

import ssf_model.tables
from makers.places import REPOSITORY
from ssf_model.estimate.flags import LEGEND
from tools.make_reference import (
    TABLES,
    commands_page,
    constants,
    fields_page,
    flags_page,
    verbs_of,
)

REFERENCE = REPOSITORY / "docs" / "reference"
STALE = "run tools/make_reference.py"


def text_of(name):
    return (REFERENCE / f"{name}.md").read_text(encoding="utf-8")


@pytest.mark.parametrize(("name", "page"), [("fields", fields_page), ("flags", flags_page)])
def test_the_page_is_what_the_code_says(name, page):
    assert text_of(name) == page(), STALE


def test_the_page_of_commands_is_what_the_parsers_say():
    pytest.importorskip("h5py", reason="the verbs of training need its extra")
    assert text_of("commands") == commands_page(), STALE


def test_every_table_of_the_code_is_on_the_page():
    told = {place for _, place, _, _ in TABLES}
    there = set()
    for module in pkgutil.iter_modules(ssf_model.tables.__path__):
        names = vars(importlib.import_module(f"ssf_model.tables.{module.name}"))
        for name, value in names.items():
            homes = [place for place in told if place.endswith(f".{name}")]
            if name.endswith("_FIELDS") and isinstance(value, tuple):
                there.add(homes[0] if homes else name)
    assert there == told
    assert len(told) == len(TABLES)


def test_every_flag_is_on_the_page():
    for flag in LEGEND:
        assert f"\n| `{flag}` | " in text_of("flags")


def test_every_verb_and_option_is_on_the_page():
    pytest.importorskip("h5py", reason="the verbs of training need its extra")
    text = text_of("commands")
    for package in ("ssf_model", "training"):
        parser = importlib.import_module(f"{package}.__main__")._parser()
        for verb, one in verbs_of(parser).items():
            section = text.split(f"### `{package} {verb}`\n")[1].split("\n### ")[0]
            words = {word for action in one._actions for word in action.option_strings}
            assert {word for word in words - {"-h", "--help"} if f"`{word}" not in section} == set()


def test_a_number_comes_with_the_remark_beside_or_above_it(tmp_path):
    file = tmp_path / "a.py"
    file.write_text("# two\n# lines\nA = 2.5\nB = 3  # measured\n\nC = 'text'\nD = 4\n")
    assert list(constants(file)) == [("A", 2.5, "two lines"), ("B", 3, "measured"), ("D", 4, "")]


def test_a_changed_help_makes_the_page_stale(monkeypatch):
    pytest.importorskip("h5py", reason="the verbs of training need its extra")
    changed = argparse.ArgumentParser.add_argument

    def add_argument(self, *names, **told):
        if names == ("--ribbon",):
            told["help"] = "another help"
        return changed(self, *names, **told)

    monkeypatch.setattr(argparse.ArgumentParser, "add_argument", add_argument)
    assert text_of("commands") != commands_page()

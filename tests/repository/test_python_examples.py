"""The examples for Python users run as they stand, and show every public function."""

import doctest
import inspect

import pytest

import ssf_model
from makers.places import REPOSITORY

PAGE = REPOSITORY / "docs" / "python.md"
FUNCTIONS = [name for name in ssf_model.__all__ if inspect.isfunction(getattr(ssf_model, name))]
WITH_EXAMPLES = [name for name in FUNCTIONS if ">>>" in getattr(ssf_model, name).__doc__]


def outcome_of(test):
    """How many examples failed and ran, and what there is to say of failures."""
    said = []
    failed, ran = doctest.DocTestRunner(verbose=False).run(test, out=said.append)
    return failed, ran, "".join(said)


def test_the_examples_of_the_page_run(monkeypatch):
    monkeypatch.chdir(REPOSITORY)
    text = PAGE.read_text(encoding="utf-8")
    test = doctest.DocTestParser().get_doctest(text, {}, PAGE.name, str(PAGE), 0)
    failed, ran, said = outcome_of(test)
    assert not failed, said
    assert ran == text.count(">>> ") > 20


@pytest.mark.parametrize("name", WITH_EXAMPLES)
def test_the_examples_of_a_function_run(name):
    (test,) = doctest.DocTestFinder(recurse=False).find(getattr(ssf_model, name), name)
    failed, ran, said = outcome_of(test)
    assert not failed, said
    assert ran == getattr(ssf_model, name).__doc__.count(">>> ")


def test_the_page_shows_every_public_function():
    text = PAGE.read_text(encoding="utf-8")
    assert {"estimate_ke", "make_traces"} <= set(WITH_EXAMPLES)
    assert [name for name in FUNCTIONS if f"ssf_model.{name}(" not in text] == []

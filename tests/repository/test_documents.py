"""What the documents say of fields, flags and options is what the code has."""

import re

import pytest

from makers.places import REPOSITORY
from ssf_model.__main__ import _parser
from ssf_model.estimate.flags import LEGEND
from ssf_model.tables.estimates import TRACE_FIELDS, WINDOW_FIELDS


def names_in_tables(path):
    """Everything in back quotes in the first column of a document's tables."""
    rows = [
        line for line in path.read_text(encoding="utf-8").splitlines() if line.startswith("| `")
    ]
    return {name for row in rows for name in re.findall(r"`([^`]+)`", row.split("|")[1])}


def test_the_readme_explains_every_column_of_the_windows():
    assert {field.name for field in WINDOW_FIELDS} <= names_in_tables(REPOSITORY / "README.md")


def test_the_readme_names_every_column_of_the_traces():
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    for field in TRACE_FIELDS:
        assert f"`{field.name}`" in text


def test_the_legend_of_flags_is_whole():
    assert names_in_tables(REPOSITORY / "docs" / "method.md") == set(LEGEND)


def test_the_readme_names_only_options_that_exist(capsys):
    with pytest.raises(SystemExit):
        _parser().parse_args(["estimate", "--help"])
    options = set(re.findall(r"--[a-z-]+", capsys.readouterr().out)) | {"--help"}
    section = (REPOSITORY / "README.md").read_text(encoding="utf-8").split("## ")[2]
    assert section.startswith("On the command line")
    named = set(re.findall(r"--[a-z-]+", section))
    assert len(named) > 8
    assert named <= options


@pytest.mark.parametrize(
    "document", sorted(REPOSITORY.glob("*.md")) + sorted(REPOSITORY.glob("docs/**/*.md"))
)
def test_links_between_documents_lead_somewhere(document):
    for target in re.findall(r"\]\((?!https?:)([^)]+)", document.read_text(encoding="utf-8")):
        path, _, anchor = target.partition("#")
        there = document.parent / path if path else document
        assert there.exists(), target
        assert not anchor or anchor in anchors_of(there), target


def anchors_of(document):
    """The anchors that a code host gives the headings of a document."""
    headings = re.findall(r"^#+ (.*)$", document.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}

"""What is counted is told as one or as many: no message says "1 windows"."""

import ast

import pytest

from makers.places import REPOSITORY
from ssf_model.errors import counted

# Whatever a user's map, model or training has one of.
NOUNS = [
    "windows",
    "zones",
    "traces",
    "strips",
    "features",
    "maps",
    "experiments",
    "files",
    "layers",
    "labels",
    "scores",
    "sets",
    "frames",
    "stretches",
    "guides",
    "texts",
    "lines",
    "parts",
    "warnings",
    "vertices",
]
# What is never one, and what is no count.
NEVER_ONE = {
    "ssf_model/headless/reading.py": ["len(layers)"],
    "ssf_model/headless/documents.py": ["MOST_FIGURE_ZONES"],
    "ssf_model/network/model.py": ["count"],  # of numbers that a program gave
    "ssf_model/network/ports.py": ["shape[0]"],
    "training/fitting/fit.py": ["name"],
    "training/publishing/onnx_file.py": ["PROBE_MAPS"],
    "training/scoring/interval.py": ["len(readings[VALIDATION])"],  # each of them
    "training/scoring/own_interval.py": ["each['n_read']"],
    "training/windows/ingestion.py": ["ENDING"],
}
FILES = sorted(
    str(path.relative_to(REPOSITORY))
    for room in ("ssf_model", "training")
    for path in (REPOSITORY / room).rglob("*.py")
)


@pytest.mark.parametrize(
    ("count", "words", "told"),
    [
        (0, ["window"], "0 windows"),
        (1, ["window"], "1 window"),
        (2, ["window"], "2 windows"),
        (1, ["text holds", "texts hold"], "1 text holds"),
        (3, ["text holds", "texts hold"], "3 texts hold"),
    ],
)
def test_one_is_told_as_one_and_others_as_many(count, words, told):
    assert counted(count, *words) == told


def many_whatever(source):
    """What texts count with a plural that stands there whatever the count."""
    for node in ast.walk(ast.parse(source)):
        parts = node.values if isinstance(node, ast.JoinedStr) else []
        for value, text in zip(parts, parts[1:]):
            if isinstance(value, ast.FormattedValue) and isinstance(text, ast.Constant):
                word = text.value.removeprefix(" ").replace("\t", " ").split(" ")[0].strip(".,:;\n")
                if text.value.startswith(" ") and word in NOUNS:
                    yield ast.unparse(value.value)


@pytest.mark.parametrize("path", FILES)
def test_no_message_counts_in_the_plural_alone(path):
    found = many_whatever((REPOSITORY / path).read_text(encoding="utf-8"))
    assert [value for value in found if value not in NEVER_ONE.get(path, ())] == []


def test_a_plural_that_stands_there_whatever_the_count_is_seen():
    """Else the test above would be content with any message."""
    assert list(many_whatever('f"{len(windows)} windows, {a} metres"')) == ["len(windows)"]

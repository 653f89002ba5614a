"""The reference of the QGIS algorithms as Markdown, out of their own declarations."""

from __future__ import annotations

import re
from collections.abc import Iterator

TITLE = "# QGIS algorithms"
# What a parameter or output takes, by the type that QGIS gives it.
KINDS = {
    "source": "vector layer",
    "sink": "vector layer",
    "field": "field",
    "number": "number",
    "string": "text",
    "boolean": "yes or no",
    "enum": "choice",
    "file": "file",
    "multilayer": "files",
    "raster": "raster layer",
    "band": "band",
    "fileDestination": "file",
    "folderDestination": "folder",
    "outputVector": "vector layer",
    "outputHtml": "page",
    "outputFile": "file",
    "outputFolder": "folder",
    "outputMultilayer": "layers",
    "outputNumber": "number",
    "outputString": "text",
}


def algorithm_page(algorithms, meaning, *, head: str) -> str:
    """Write the page.

    Parameters
    ----------
    algorithms : list of QgsProcessingAlgorithm
        In the order of the page.
    meaning : callable
        What a key of an algorithm means: ``meaning(name, key)``.
    head : str
        The remark on top.

    Returns
    -------
    text : str
        Markdown, a heading an algorithm, tables of parameters and outputs.
    """
    lines = [head, "", TITLE, "", *_introduction()]
    for algorithm in algorithms:
        lines += ["", f"## `ssf:{algorithm.name()}`", "", f"**{algorithm.displayName()}**", ""]
        lines += list(_parameters(algorithm, meaning))
        lines += list(_outputs(algorithm, meaning))
    return "\n".join(lines) + "\n"


def _introduction() -> list[str]:
    """What holds for all."""
    return [
        "The keys are those of `qgis_process`, models and scripts; they never change. What is in",
        "*italics* stands under *Advanced* in the dialog. Columns are told in",
        "[Columns](fields.md), flags in [Flags](flags.md).",
    ]


def _parameters(algorithm, meaning) -> Iterator[str]:
    """The table of parameters, outputs that are chosen among them."""
    yield "| parameter | takes | what |"
    yield "|---|---|---|"
    for one in algorithm.parameterDefinitions():
        mark = "*" if one.flags() & one.Flag.FlagAdvanced else "**"
        label = f"{mark}{_cell(one.description())}{mark}"
        told = f"{label}. {_cell(meaning(algorithm.name(), one.name()))}"
        yield f"| `{one.name()}` | {_cell(_takes(one))} | {told} |"


def _takes(one) -> str:
    """What a parameter takes, whether it must be given, and what it is if it is not."""
    kind = KINDS[one.type()]
    if one.isDestination():
        kind = f"output, {kind}"
    if one.type() == "enum":
        kind = " / ".join(one.options())
    if one.type() == "number" and not one.isDestination():
        low, high = one.minimum(), one.maximum()
        known = [abs(end) < 1e300 for end in (low, high)]
        if all(known):
            kind += f" {low:g} to {high:g}"
        elif known[0]:
            kind += f" from {low:g}"
    default = one.defaultValue()
    if one.type() in ("enum", "number", "string", "boolean") and default is not None:
        value = {True: "yes", False: "no"}[default] if isinstance(default, bool) else default
        return f"{kind}; {value if isinstance(value, str) else format(value, 'g')}"
    return f"{kind}; optional" if one.flags() & one.Flag.FlagOptional else kind


def _outputs(algorithm, meaning) -> Iterator[str]:
    """The table of outputs that are no parameters; none where there are none."""
    chosen = {one.name() for one in algorithm.parameterDefinitions()}
    told = [one for one in algorithm.outputDefinitions() if one.name() not in chosen]
    if told:
        yield ""
        yield "| output | is | what |"
        yield "|---|---|---|"
    for one in told:
        what = f"**{_cell(one.description())}**. {_cell(meaning(algorithm.name(), one.name()))}"
        yield f"| `{one.name()}` | {KINDS[one.type()]} | {what} |"


def _cell(text: str) -> str:
    """Text as a table's cell holds it."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;")

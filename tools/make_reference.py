"""Write docs/reference/ out of the code: run it with either Python.

    .venv/bin/python tools/make_reference.py         command line, columns, flags
    .venv-qgis/bin/python tools/make_reference.py    QGIS algorithms, columns, flags

Tests say when a page is stale.
"""

from __future__ import annotations

import argparse
import ast
import importlib
import importlib.util
import os
import re
import sys
import tokenize
from collections.abc import Iterator
from io import StringIO
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
REFERENCE = ROOT / "docs" / "reference"
HEAD = "<!-- Made by tools/make_reference.py out of the code; change the code instead. -->"

# Table of a result, its columns, where it is on the command line and in QGIS.
TABLES = (
    ("Windows with KE", "estimates.WINDOW_FIELDS", "`windows` of `estimate`, `batch`",
     "`WINDOWS` of `ssf:estimateke`, `ssf:estimatefromraster`"),
    ("Traces with KE, behind their own columns", "estimates.TRACE_FIELDS",
     "`traces` of `estimate`, `batch`", "`TRACES_OUT` of the same"),
    ("Fault zones", "estimates.ZONE_FIELDS", "`zones` of `estimate`, `batch`",
     "`ZONES` of `ssf:estimateke`"),
    ("Profile", "estimates.PROFILE_FIELDS", "`--profile`", "`PROFILE` of `ssf:estimateke`"),
    ("Ribbon", "ribbon.RIBBON_FIELDS", "`ribbon`, with `--ribbon`", "`RIBBON` of `ssf:estimateke`"),
    ("Every member's answer", "estimates.MEMBER_FIELDS", "`members`, with `--members`",
     "`MEMBERS` of `ssf:estimateke`"),
    ("Generalized lines", "estimates.GENERALIZED_FIELDS", "`generalized` of `estimate`, `batch`",
     "`GENERALIZED` of `ssf:estimateke`"),
    ("Contributions of cells", "explanations.CONTRIBUTION_FIELDS", "`contributions` of `explain`",
     "`CONTRIBUTIONS` of `ssf:explainke`"),
    ("KE lost, column by column", "explanations.COLUMN_FIELDS", "`columns` of `explain`",
     "`COLUMNS` of `ssf:explainke`"),
    ("KE without each stretch", "explanations.STRETCH_FIELDS", "`stretches` of `explain`",
     "`STRETCHES` of `ssf:explainke`"),
    ("Windows with a change of KE", "comparisons.COMPARISON_FIELDS", "`windows` of `compare`",
     "`WINDOWS` of `ssf:comparetraces`"),
    ("Findings of a check", "check_table.FINDING_FIELDS", "`points`, `lines` of `check`",
     "`POINTS`, `LINES` of `ssf:checktraces`"),
    ("Flags to come", "check_table.FORESEEN_FIELDS", "`windows` of `check`",
     "`WINDOWS` of `ssf:checktraces`"),
    ("Guide lines", "plan.GUIDE_FIELDS", "`guides` of `windows`",
     "`GUIDES_OUT` of `ssf:makewindows`"),
    ("Windows, planned", "plan.PLAN_WINDOW_FIELDS", "`windows` of `windows`",
     "`WINDOWS` of `ssf:makewindows`"),
    ("Strips", "strip_raster.STRIP_FIELDS", "`strips` of `windows`",
     "`STRIPS` of `ssf:makewindows`, `FOOTPRINTS` of `ssf:rasterizetraces`"),
    ("Zones of traces, behind their own columns", "plan.TRACE_ZONE_FIELDS", "`traces` of `windows`",
     "`TRACES_OUT` of `ssf:makewindows`"),
    ("Points or lines with KE, behind their own columns", "join_table.JOIN_FIELDS",
     "`joined` of `join`", "`JOINED` of `ssf:joinke`"),
)  # fmt: skip
KINDS = {"int": "whole number", "float": "number", "str": "text"}


def fields_page() -> str:
    """The columns of every table, as Markdown."""
    lines = [HEAD, "", "# Columns", ""]
    lines += ["What QGIS shows instead of a name is in brackets. NULL is what cannot be known."]
    aliases = importlib.import_module("ssf_model.tables.aliases").ALIASES
    for title, place, layer, output in TABLES:
        module, name = place.split(".")
        fields = getattr(importlib.import_module(f"ssf_model.tables.{module}"), name)
        lines += ["", f"## {title}", "", f"On the command line {layer}; in QGIS {output}.", ""]
        lines += ["| column | is | what |", "|---|---|---|"]
        for field in fields:
            alias = f" ({aliases[field.name]})" if field.name in aliases else ""
            what = _cell(f"{field.meaning}{alias}")
            lines.append(f"| `{field.name}` | {KINDS[field.kind]} | {what} |")
    return "\n".join(lines) + "\n"


def flags_page() -> str:
    """The flags, what a check finds, and all thresholds, as Markdown."""
    from ssf_model.check.finding import KINDS as FOUND
    from ssf_model.estimate.flags import LEGEND

    lines = [HEAD, "", "# Flags", ""]
    lines += [
        "What makes a window's KE doubtful, in its column `flags`; [method](../method.md#7-flags)"
    ]
    lines += ["tells more. A pixel is 100 m with the shipped model.", ""]
    lines += ["| flag | meaning |", "|---|---|"]
    lines += [f"| `{flag}` | {_cell(text)} |" for flag, text in LEGEND.items()]
    lines += ["", "## Thresholds", ""]
    lines += ["| where | name | value | source |", "|---|---|---|---|"]
    for file in ("estimate/flags.py", "estimate/fractions.py"):
        for name, value, source in constants(ROOT / "ssf_model" / file):
            lines.append(f"| `{file}` | `{name}` | {value:g} | {_cell(source)} |")
    lines += ["", "## What a check finds", "", "| kind | meaning |", "|---|---|"]
    lines += [f"| `{kind}` | {_cell(text)} |" for kind, text in FOUND.items()]
    return "\n".join(lines) + "\n"


def constants(path: Path) -> Iterator[tuple[str, float, str]]:
    """Numbers that a file names at its top, and the remark behind each."""
    text = path.read_text(encoding="utf-8")
    remarks = {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(StringIO(text).readline)
        if token.type == tokenize.COMMENT
    }
    for node in ast.parse(text).body:
        if not isinstance(node, ast.Assign) or not isinstance(node.value, ast.Constant):
            continue
        if isinstance(node.value.value, (int, float)):
            first = node.lineno  # of the remark: behind the number, or in the lines above
            while node.lineno not in remarks and first - 1 in remarks:
                first -= 1
            lines = [remarks[line] for line in range(first, node.lineno + 1) if line in remarks]
            yield ast.unparse(node.targets[0]), node.value.value, " ".join(lines)


def commands_page() -> str:
    """The verbs of both command lines with all options, as Markdown."""
    lines = [HEAD, "", "# Command line", ""]
    lines += [
        "`--help` behind a verb prints the same. Every command ends with 0 where it worked, 1"
    ]
    lines += ["where it was refused or failed, with one line that says why, and 2 for wrong usage."]
    for package, command in (("ssf_model", "ssf"), ("training", "ssf-train")):
        parser = importlib.import_module(f"{package}.__main__")._parser()
        lines += ["", f"## `python -m {package}`", ""]
        lines += [f"{parser.description} Installed as `{command}`."]
        for verb, one in verbs_of(parser).items():
            lines += ["", f"### `{package} {verb}`", "", *_described(one), ""]
            lines += ["| option | default | what |", "|---|---|---|"]
            lines += [_option(one, action) for action in one._actions if action.dest != "help"]
    return "\n".join(lines) + "\n"


def verbs_of(parser: argparse.ArgumentParser) -> dict[str, argparse.ArgumentParser]:
    """The parser of each verb."""
    (verbs,) = [one for one in parser._actions if isinstance(one, argparse._SubParsersAction)]
    return dict(verbs.choices)


def _described(parser: argparse.ArgumentParser) -> list[str]:
    """What a verb does, a paragraph each."""
    return [_cell(part) for part in (parser.description or "").split("\n\n") if part]


def _option(parser: argparse.ArgumentParser, action: argparse.Action) -> str:
    """The row of an option."""
    value = action.metavar or (action.dest.upper() if action.nargs != 0 else "")
    if action.choices is not None:
        value = " / ".join(map(str, action.choices))
    value = " ".join(value) if isinstance(value, tuple) else value
    many = " ..." if action.nargs in ("+", "*") else ""
    called = ", ".join(action.option_strings) or value
    shown = f"`{called} {value}{many}`" if action.option_strings and value else f"`{called}{many}`"
    preset = action.default
    if isinstance(preset, (list, tuple)):
        preset = ", ".join(map(str, preset))
    known = preset not in (None, False, argparse.SUPPRESS, "")
    default = f"`{preset}`" if known else ("required" if action.required else "")
    text = (action.help or "") % {**vars(action), "prog": parser.prog}
    return f"| {_cell(shown)} | {_cell(default)} | {_cell(text)} |"


def _cell(text: str) -> str:
    """Text as a table's cell holds it."""
    return re.sub(r"\s+", " ", text).replace("|", "\\|").replace("<", "&lt;")


def algorithms_page() -> str:
    """The QGIS algorithms; needs QGIS."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from qgis.core import QgsApplication

    application = QgsApplication.instance()
    if application is None:
        application = QgsApplication([], True)
        application.initQgis()
    sys.path.append(str(Path(application.pkgDataPath()) / "python" / "plugins"))
    importlib.import_module("qgis_ssf_plugin.door").load()
    algorithms = [one() for one in importlib.import_module("qgis_ssf_plugin.provider").ALGORITHMS]
    for one in algorithms:
        one.initAlgorithm()
    page = importlib.import_module("tools.algorithm_reference").algorithm_page
    meaning = importlib.import_module("qgis_ssf_plugin.meanings").meaning
    return page(algorithms, meaning, head=HEAD)


def main() -> None:
    """Write what this Python can make."""
    sys.path.insert(0, str(ROOT))
    pages = {"fields": fields_page, "flags": flags_page}
    if importlib.util.find_spec("qgis") is not None:
        pages["algorithms"] = algorithms_page
    else:
        pages["commands"] = commands_page
    REFERENCE.mkdir(exist_ok=True)
    for name, page in pages.items():
        (REFERENCE / f"{name}.md").write_text(page(), encoding="utf-8")
        print(REFERENCE / f"{name}.md")


if __name__ == "__main__":
    main()

"""Bring the plugin's translations up to date, and compile them, with Qt's own tools.

    QT_QPA_PLATFORM=offscreen .venv-qgis/bin/python tools/translations.py

Writes qgis_ssf_plugin/i18n/ssf_LANGUAGE.ts, where texts that are new or changed stand without a
translation (type "unfinished"), and ssf_LANGUAGE.qm, which the plugin loads; both are committed, so
that nobody else needs the tools (on Debian: pyqt5-dev-tools, qttools5-dev-tools). Translate with Qt
Linguist or an editor, and run this again; a test says where something is missing.
"""

from __future__ import annotations

import ast
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

REPOSITORY = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(REPOSITORY))

from qgis_ssf_plugin.language import CONTEXT, FOLDER  # noqa: E402
from qgis_ssf_plugin.looks.results import kind_name  # noqa: E402
from ssf_model.check.finding import KINDS  # noqa: E402
from ssf_model.estimate.flags import LEGEND  # noqa: E402
from ssf_model.report.ke_colours import UNKNOWN_LABEL  # noqa: E402
from ssf_model.tables.aliases import ALIASES  # noqa: E402
from ssf_model.tables.comparisons import SAME_EVERYWHERE  # noqa: E402
from ssf_model.tables.fields import STATEMENT  # noqa: E402

LANGUAGES = ("es",)
PLACE = re.compile(r" *<location [^>]*/>\n")  # where a text stands changes with every edit


def source_texts() -> list[str]:
    """Every text that the plugin may show in the user's language, each once."""
    plugin = REPOSITORY / "qgis_ssf_plugin"
    found = [text for path in sorted(plugin.rglob("*.py")) for text in _literals(path)]
    found += [*LEGEND.values(), *ALIASES.values(), *map(kind_name, KINDS)]
    found += [STATEMENT, SAME_EVERYWHERE, UNKNOWN_LABEL]
    return list(dict.fromkeys(found))


def _literals(path: Path) -> Iterator[str]:
    """The texts that a file marks for translation."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        called = ast.unparse(node.func)
        if called in ("tr", "QT_TRANSLATE_NOOP") and isinstance(node.args[-1], ast.Constant):
            yield node.args[-1].value


def update(language: str) -> None:
    """Add what is new to a language's texts, drop what is gone, and compile them."""
    ts, qm = FOLDER / f"ssf_{language}.ts", FOLDER / f"ssf_{language}.qm"
    with tempfile.TemporaryDirectory() as folder:
        stub, aside = Path(folder) / "texts.py", Path(folder) / ts.name
        lines = (f'QT_TRANSLATE_NOOP("{CONTEXT}", {_quoted(text)})' for text in source_texts())
        stub.write_text("\n".join(lines) + "\n", encoding="utf-8")
        if ts.exists():
            shutil.copy(ts, aside)
        _run("pylupdate5", "-noobsolete", stub, "-ts", aside)
        text = PLACE.sub("", aside.read_text(encoding="utf-8"))
        text = re.sub(r"<TS [^>]*>", f'<TS version="2.1" language="{language}">', text)
        ts.write_text(text.rstrip() + "\n", encoding="utf-8")
        _run("lrelease", "-silent", ts, "-qm", qm)


def _quoted(text: str) -> str:
    """A text as pylupdate5 reads it: between double quotes."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _run(program: str, *arguments: object) -> None:
    """Run one of Qt's tools; what it says is shown where it fails."""
    done = subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        sys.exit(f"{program} failed: {done.stderr}")


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for each in LANGUAGES:
        update(each)
        print(f"{FOLDER / f'ssf_{each}.ts'}: {len(source_texts())} texts")

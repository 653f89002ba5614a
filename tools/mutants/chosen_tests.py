"""Which tests run a line of a file: read from what coverage recorded test by test."""

from __future__ import annotations

import ast
import json
from pathlib import Path

from coverage import CoverageData

MIRROR = {"ssf_model": "model", "training": "training", "qgis_ssf_plugin": "plugin"}
MOST_FILES = 12  # of tests for one mutant: to read a hundred of them takes longer than to run them


class ChosenTests:
    """The tests of each line, those of the file's own room and the quick ones first.

    `recorded` is what `python tools/mutants record` keeps: `tests.json` holds seconds and outcome
    of every test, `lines` coverage's data with one context a test.
    """

    def __init__(self, recorded: Path, tree: Path):
        self._tree = tree
        kept = json.loads((recorded / "tests.json").read_text(encoding="utf-8"))
        self.seconds = {test: spent for test, (spent, outcome) in kept.items()}
        self._passed = {test for test, (_, outcome) in kept.items() if outcome == "passed"}
        self._data = CoverageData(str(recorded / "lines"))
        self._data.read()

    def of_line(self, file: str, line: int) -> list[str]:
        """Tests that run the statement of this line.

        For one that runs when the file is imported (a constant, a default, a decorator): tests that
        run anything of the file, or those of its room where it holds nothing but such lines.
        """
        by_line = self._data.contexts_by_lineno(str(self._tree / file))
        wanted = _statement(self._tree / file, line)
        own = room_of_tests(file)
        found = self._tests(by_line, wanted)
        if any("" in by_line.get(one, ()) for one in wanted):
            found = self._tests(by_line, by_line) or {t for t in self._passed if t.startswith(own)}
        stem = f"test_{Path(file).stem}"

        def rank(test: str) -> tuple:
            return stem not in test, not test.startswith(own), self.seconds[test], test

        return sorted(found, key=rank)

    def in_stages(self, file: str, line: int, first: float, budget: float) -> list[list[str]]:
        """Tests of a line in two lots: those of `first` seconds, and what more fits the budget."""
        stages: list[list[str]] = [[], []]
        spent, files = 0.0, set()
        for test in self.of_line(file, line):
            where = test.split("::")[0]
            if where in files or len(files) < MOST_FILES:
                files.add(where)
                spent += self.seconds[test]
                if stages[0] and spent > budget:
                    break
                stages[spent > first and bool(stages[0])].append(test)
        return stages

    def _tests(self, by_line: dict, lines) -> set[str]:
        """Tests that passed and ran one of these lines, here or in a process that they started."""
        contexts = {part for line in lines for part in by_line.get(line, ())}
        names = {part for context in contexts for part in context.split("|") if "::" in part}
        return names & self._passed

    def covered(self, files: list[str]) -> dict[str, tuple[int, int]]:
        """Statements of each file and how many of them ran, as coverage counts them."""
        import coverage

        asked = coverage.Coverage(data_file=str(self._data.data_filename()), config_file=False)
        asked.load()
        counts = {}
        for file in files:
            _, statements, _, missing, _ = asked.analysis2(str(self._tree / file))
            counts[file] = (len(statements), len(statements) - len(missing))
        return counts


def room_of_tests(file: str) -> str:
    """The folder of the tests of a file; the plugin's lie in one."""
    house, *rooms = Path(file).parts[:-1]
    return "/".join(["tests", MIRROR[house], *(rooms if house != "qgis_ssf_plugin" else ())])


def _statement(path: Path, line: int) -> range:
    """Lines of the innermost simple statement, or head of a compound one, that has this line."""
    best = range(line, line + 1)
    size = None
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, (ast.stmt, ast.ExceptHandler)):
            continue
        body = getattr(node, "body", None)
        first = min([node.lineno, *(one.lineno for one in getattr(node, "decorator_list", ()))])
        last = body[0].lineno - 1 if body else node.end_lineno or node.lineno
        last = max(last, node.lineno)
        if first <= line <= last and (size is None or last - first < size):
            best, size = range(first, last + 1), last - first
    return best

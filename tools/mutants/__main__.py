"""Change the code in one place after another and see whether a test notices.

    python tools/mutants record --work FOLDER [TEST ...]      run the tests once, line by line
    python tools/mutants try    --work FOLDER [FILE ...]      try a sample of mutants
    python tools/mutants again  --work FOLDER TEST ...        try those alive once more
    python tools/mutants alive  --work FOLDER                 list those alive
    python tools/mutants table  --work FOLDER                 count them by room

Everything happens in a copy of the repository under FOLDER, which `record` makes. A mutant meets
only the tests that run its line, the room's own first; a line that no test runs is alive at once.
What was tried is kept (`tried.jsonl`), so that `try` goes on where it was stopped. `again` is for
tests written since: it takes them over into the copy. Needs `pip install cosmic-ray pytest-cov`.

A mutant can remove or write what the code would not: run it where that does no harm.
"""

from __future__ import annotations

import argparse
import difflib
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from chosen_tests import ChosenTests, room_of_tests
from sampling import Mutant, mutants_of, sample
from table import equivalents, table
from trial import changed_file, outcome, preload

REPOSITORY = Path(__file__).resolve().parents[2]
HIDDEN = shutil.ignore_patterns(".git", ".venv*", "__pycache__", "build", "dist")
COVERAGE = """[run]
parallel = True
data_file = {work}/lines
source_pkgs = {packages}
context = ${{SSF_TEST_NOW-}}
sigterm = True
"""


def main() -> int:
    """Do what the first argument says."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("verb", choices=("record", "try", "again", "alive", "table"))
    parser.add_argument("names", nargs="*", metavar="FILE or TEST")
    parser.add_argument("--work", type=Path, required=True)
    parser.add_argument("--package", default="ssf_model", help="folder (or file, for `again`)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--each", type=int, default=30, help="one mutant for so many lines")
    parser.add_argument("--least", type=int, default=4, help="fewest mutants of a file")
    parser.add_argument("--most", type=int, default=10, help="most mutants of a file")
    parser.add_argument("--budget", type=float, default=60.0, help="seconds of tests a mutant")
    parser.add_argument("--first", type=float, default=3.0, help="of these, before all others")
    given = parser.parse_intermixed_args()
    given.work = given.work.resolve()
    before = os.environ.get("PYTHONPATH", "").split(os.pathsep)
    own = [str(given.work / "tree"), str(Path(__file__).parent)]
    os.environ["PYTHONPATH"] = os.pathsep.join([*own, *filter(None, before)])
    for library in ("OPENBLAS", "OMP", "MKL"):
        os.environ.setdefault(f"{library}_NUM_THREADS", "1")
    {"record": _record, "try": _try, "again": _again, "alive": _alive, "table": _table}[given.verb](
        given
    )
    return 0


def _record(given: argparse.Namespace) -> None:
    """Copy the repository and run the tests, keeping which test ran which line."""
    tree = given.work / "tree"
    given.work.mkdir(parents=True, exist_ok=True)
    if not tree.exists():
        shutil.copytree(REPOSITORY, tree, ignore=HIDDEN)
    settings = given.work / "coverage.cfg"
    settings.write_text(COVERAGE.format(work=given.work, packages=given.package), encoding="utf-8")
    environment = {
        **os.environ,
        "COVERAGE_PROCESS_START": str(settings),
        "SSF_TESTS_KEPT": str(given.work / "tests.json"),
    }
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", "-p", "test_names"]
    command += [f"--cov={given.package}", "--cov-report=", f"--cov-config={settings}"]
    command += ["--cov-context=test", *(given.names or ["tests/model"])]
    subprocess.run(command, cwd=tree, env=environment, check=False)


def _try(given: argparse.Namespace) -> None:
    """Try the sample of each file, going on where an earlier run was stopped."""
    tree, tests = given.work / "tree", ChosenTests(given.work, given.work / "tree")
    done = {row["key"] for row in _tried(given.work)}
    files = given.names or sorted(
        str(path.relative_to(tree)) for path in (tree / given.package).rglob("*.py")
    )
    sys.path[:0] = [str(tree)]
    preload()
    for file in files:
        source = (tree / file).read_text(encoding="utf-8")
        count = min(given.most, max(given.least, len(source.splitlines()) // given.each))
        for mutant in sample(file, source, count=count, seed=given.seed):
            if mutant.key() not in done:
                stages = tests.in_stages(file, mutant.line, given.first, given.budget)
                _keep(given.work, mutant, source, stages, 40 + 6 * given.budget, tree=tree)


def _again(given: argparse.Namespace) -> None:
    """Try those alive against tests written since, in a new copy of the repository.

    A mutant meets the tests given that stand in the folder of its room; it is found again by its
    line, so that files may have changed elsewhere.
    """
    tree = given.work / "again"
    shutil.rmtree(tree, ignore_errors=True)
    shutil.copytree(REPOSITORY, tree, ignore=HIDDEN)
    os.environ["PYTHONPATH"] = os.environ["PYTHONPATH"].replace(str(given.work / "tree"), str(tree))
    preload()
    known = equivalents()
    for row in _latest(given.work).values():
        old = Mutant(**row["mutant"])
        if row["outcome"] != "alive" or row["key"] in known or given.package not in old.file:
            continue
        path = tree / old.file
        source = path.read_text(encoding="utf-8") if path.exists() else ""
        alike = [
            one
            for one in mutants_of(old.file, source)
            if (one.text, one.column, one.operator) == (old.text, old.column, old.operator)
        ]
        room = room_of_tests(old.file)
        tests = [name for name in given.names if name.startswith(room)]
        if alike and tests:
            same = [one for one in alike if one.occurrence == old.occurrence] or alike
            _keep(given.work, same[0], source, [tests], 300, tree=tree, key=row["key"])


def _keep(
    work: Path,
    mutant: Mutant,
    source: str,
    stages: list[list[str]],
    seconds: float,
    *,
    tree: Path,
    key: str | None = None,
) -> None:
    """Try one mutant, put the file back, and write down how it ended."""
    changed = mutant.applied(source)
    tests = [test for stage in stages for test in stage]
    ended, told = "alive", "no test runs this line"
    with changed_file(tree / mutant.file, source, changed):
        for stage in stages:
            if ended == "alive" and stage:
                ended, told = outcome(tree, stage, seconds=seconds, work=work)
    both = source.splitlines(), changed.splitlines()
    difference = list(difflib.unified_diff(*both, n=0, lineterm=""))[3:]
    row = {"key": key or mutant.key(), "mutant": mutant.row(), "difference": difference}
    row.update(outcome=ended, tests=len(tests), told=told)
    with open(work / "tried.jsonl", "a", encoding="utf-8") as file:
        file.write(json.dumps(row) + "\n")
    print(f"{ended:8} {mutant.file}:{mutant.line} {mutant.operator} ({len(tests)})", flush=True)


def _tried(work: Path) -> list[dict]:
    """Rows of what was tried so far."""
    path = work / "tried.jsonl"
    return [json.loads(line) for line in path.open(encoding="utf-8")] if path.exists() else []


def _latest(work: Path) -> dict[str, dict]:
    """The last word on each mutant, and the first one; one killed stays killed."""
    rows: dict[str, dict] = {}
    for row in _tried(work):
        before = rows.get(row["key"], row)
        if before["outcome"] == "alive":
            rows[row["key"]] = {**row, "first": before.get("first", before["outcome"])}
        elif before is row:
            rows[row["key"]] = {**row, "first": row["outcome"]}
    return rows


def _alive(given: argparse.Namespace) -> None:
    """Print the mutants that no test noticed and that are not known to be equivalent."""
    known = equivalents()
    for key, row in _latest(given.work).items():
        if row["outcome"] == "alive" and key not in known:
            where = row["mutant"]
            print(f"\n{where['file']}:{where['line']} {where['operator']}, {row['tests']} tests")
            print(*(f"  {line}" for line in row["difference"]), sep="\n")


def _table(given: argparse.Namespace) -> None:
    """Print the counts as a table of Markdown."""
    print(table(list(_latest(given.work).values())))


if __name__ == "__main__":
    sys.exit(main())

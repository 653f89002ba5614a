"""One mutant against its tests, in a process of its own."""

from __future__ import annotations

import os
import resource
import shutil
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PRELOADED = ("numpy", "pytest", "shapely", "rasterio", "pyogrio", "onnx", "onnxruntime")
PRELOADED += ("hypothesis", "matplotlib", "xml.dom.minidom", "sqlite3", "qgis.core")
BYTES = 12 * 2**30  # of address space: a mutant may ask for more than there is


def preload() -> None:
    """Import what the tests import anyhow, once for all mutants; never a file that is mutated."""
    import importlib
    from contextlib import suppress

    for name in PRELOADED:
        with suppress(ImportError):
            importlib.import_module(name)


@contextmanager
def changed_file(path: Path, source: str, changed: str) -> Iterator[None]:
    """Write another text into a file and the old one back, and keep no bytecode of either."""
    aside = path.with_name(f"{path.name}.whole")  # found by hand after a crash
    aside.write_text(source, encoding="utf-8")
    path.write_text(changed, encoding="utf-8")
    try:
        _forget(path)
        yield
    finally:
        os.replace(aside, path)
        _forget(path)


def _forget(path: Path) -> None:
    """Remove the bytecode of a file: two texts of one size and second look alike to Python."""
    for made in (path.parent / "__pycache__").glob(f"{path.stem}.*"):
        made.unlink()


def outcome(tree: Path, tests: list[str], *, seconds: float, work: Path) -> tuple[str, str]:
    """How the tests of the tree end, and the last lines that they print.

    `alive` where all pass, `killed` where one fails or the tests cannot even be collected,
    `timeout` where they take longer than `seconds`.
    """
    base, log = work / "base", work / "last.log"
    shutil.rmtree(base, ignore_errors=True)
    child = os.fork()
    if child == 0:
        _run(tree, tests, base, log)
    begun = time.monotonic()
    while time.monotonic() - begun < seconds:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            told = "\n".join(log.read_text(encoding="utf-8", errors="replace").splitlines()[-6:])
            return ("alive" if status == 0 else "killed"), told
        time.sleep(0.02)
    os.killpg(child, signal.SIGKILL)
    os.waitpid(child, 0)
    return "timeout", ""


def _run(tree: Path, tests: list[str], base: Path, log: Path) -> None:
    """Be the process that runs the tests; never comes back."""
    code = 99
    try:
        os.setsid()
        resource.setrlimit(resource.RLIMIT_AS, (BYTES, BYTES))
        output = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        os.dup2(output, 1)
        os.dup2(output, 2)
        os.chdir(tree)
        import pytest

        settings = ["-x", "-q", "--tb=line", "-p", "no:cacheprovider", f"--basetemp={base}"]
        code = int(pytest.main([*settings, *tests]))
    finally:
        os._exit(code)

"""The checkout in a chroot, and the plugin's tests there."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

from .chroots import COMMAND_LINE, PYTHON, VersionsError, say, within
from .matrix import Outcome, read_outcome

CHECKOUT = "/checkout"
TESTED = ("tests/plugin", "tests/end_to_end")
# Run by the chroot's own Python; the names are those of the matrix.
ASK_VERSIONS = """
import json, platform
import numpy, onnxruntime
from osgeo import gdal
from qgis.core import Qgis
from qgis.PyQt.QtCore import QT_VERSION_STR
print(json.dumps({
    "QGIS": Qgis.QGIS_VERSION.split("-")[0],
    "Qt": QT_VERSION_STR,
    "GDAL": gdal.VersionInfo("RELEASE_NAME"),
    "Python": platform.python_version(),
    "NumPy": numpy.__version__,
    "onnxruntime": onnxruntime.__version__,
}))
"""


def versions_in(root: Path) -> dict:
    """What a chroot has, by the names of the matrix."""
    asked = within(root, [PYTHON, "-c", ASK_VERSIONS])
    done = subprocess.run(asked, check=False, stdout=subprocess.PIPE, text=True)
    if done.returncode != 0:
        message = f"QGIS cannot be imported in {root}; remove that folder and run this again."
        raise VersionsError(message)
    return json.loads(done.stdout.splitlines()[-1])


def put_checkout(repository: Path, root: Path) -> None:
    """Copy what git knows of a working tree, and would know, beside a chroot's own `.venv`."""
    listed = subprocess.run(
        [
            "git",
            "-c",
            f"safe.directory={repository}",
            "ls-files",
            "-z",
            "-co",
            "--exclude-standard",
        ],
        cwd=repository,
        check=True,
        stdout=subprocess.PIPE,
        text=True,
    )
    there = root / CHECKOUT.lstrip("/")
    shutil.rmtree(there, ignore_errors=True)
    for name in filter(None, listed.stdout.split("\0")):
        if (repository / name).is_file():  # neither a folder's link nor a file that was removed
            (there / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(repository / name, there / name)
    (there / ".venv").symlink_to(COMMAND_LINE)


def try_plugin(root: Path, log: Path, arguments: list[str]) -> Outcome:
    """Run the plugin's tests in a chroot, or what `arguments` name; all words go to `log`."""
    for left in (root / "tmp").iterdir():  # of earlier runs
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink()
    command = [PYTHON, "-m", "pytest", "-p", "no:cacheprovider", *(arguments or TESTED)]
    say(f"running {' '.join(command[2:])}; all words go to {log}")
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as file:
        inner = ["/usr/bin/env", "-C", CHECKOUT, *command]
        done = subprocess.run(
            within(root, inner), check=False, stdout=file, stderr=subprocess.STDOUT
        )
    outcome = read_outcome(log.read_text(encoding="utf-8", errors="replace"), done.returncode)
    if done.returncode not in (0, 1):
        sys.stderr.write("".join(log.read_text(errors="replace").splitlines(keepends=True)[-20:]))
    return outcome

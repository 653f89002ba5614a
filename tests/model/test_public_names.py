"""`import ssf_model` offers every public name, and loads nothing before one is asked for."""

import ast
import importlib
import shutil
import subprocess
import sys

import pytest

import ssf_model
from makers.places import REPOSITORY


def told_to_type_checkers():
    """Name -> home, from the statements under `if TYPE_CHECKING:`."""
    tree = ast.parse((REPOSITORY / "ssf_model" / "__init__.py").read_text(encoding="utf-8"))
    blocks = [node for node in tree.body if isinstance(node, ast.If)]
    told = next(block for block in blocks if ast.unparse(block.test) == "TYPE_CHECKING")
    return {alias.name: each.module for each in told.body for alias in each.names}


@pytest.mark.parametrize("name", told_to_type_checkers())
def test_a_public_name_is_what_type_checkers_are_told(name):
    home = importlib.import_module(told_to_type_checkers()[name])
    assert getattr(ssf_model, name) is getattr(home, name)


def test_no_public_name_is_missing_from_a_list():
    assert sorted(ssf_model.__all__) == sorted(told_to_type_checkers())
    assert set(ssf_model.__all__) <= set(dir(ssf_model))


def test_no_public_name_hides_a_room():
    rooms = {path.stem for path in (REPOSITORY / "ssf_model").iterdir()}
    assert not rooms & set(ssf_model.__all__)


def test_a_name_that_is_none_is_refused_as_python_does():
    with pytest.raises(AttributeError, match="module 'ssf_model' has no attribute 'estimate_kee'"):
        _ = ssf_model.estimate_kee
    assert not hasattr(ssf_model, "_missing_")


def run(program, *options, folder=REPOSITORY):
    """What a program prints that has `ssf_model` from a folder."""
    words = [sys.executable, *options, "-c", program]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=True)
    return done.stdout.splitlines()


def test_the_version_needs_no_numpy_and_no_room():
    """QGIS's plugin and the packager import the package before anything else is certain."""
    printed = run(
        "import sys; sys.modules['numpy'] = None; import ssf_model; print(ssf_model.__version__);"
        "print([name for name in sys.modules if name.startswith('ssf_model')])"
    )
    assert printed == [ssf_model.__version__, "['ssf_model']"]


READ = """
import sys
sys.modules["pyogrio"] = None
from ssf_model import {names}
try:
    read_traces("faults.gpkg", zone_field="zone_name")
except ModuleNotFoundError as error:
    print(error)
"""


def test_reading_files_says_what_is_missing_when_it_is_called(tmp_path):
    """Without the extra "headless", and as in QGIS's zip, which has no such folder."""
    (said,) = run(READ.format(names="*"))
    assert said.startswith("ssf_model.read_traces needs pyogrio, which is not here.")
    assert 'pip install "ssf[headless]"' in said
    in_qgis = shutil.ignore_patterns("headless", "__main__.py", "__pycache__")
    shutil.copytree(REPOSITORY / "ssf_model", tmp_path / "ssf_model", ignore=in_qgis)
    # -S: without installed packages, among which might be ssf as a whole
    (said,) = run(READ.format(names="read_traces"), "-S", folder=tmp_path)
    assert said.startswith("ssf_model.read_traces needs ssf_model.headless, which is not here.")

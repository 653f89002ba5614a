"""Who may import what, read from the syntax trees: the rule that keeps QGIS alive.

PyPI's shapely and rasterio crash a QGIS process, TensorFlow aborts it, and many QGIS builds
carry none of them. So the core needs NumPy alone, and what is heavy loads inside functions.
"""

import ast
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]
HIDDEN = {".venv", ".venv-qgis", ".git", "build", "dist", "runs", "demo_output"}


@dataclass(frozen=True)
class Room:
    """Packages that a room may import besides the standard library; some in functions only."""

    anywhere: frozenset
    in_functions: frozenset = frozenset()
    python39: bool = False


CORE = Room(frozenset({"numpy", "ssf_model"}), python39=True)
OPENS_MODELS = Room(CORE.anywhere, frozenset({"onnxruntime"}), python39=True)
DRAWS = Room(CORE.anywhere, frozenset({"matplotlib"}), python39=True)
EDGE = Room(CORE.anywhere | {"shapely", "rasterio", "pyogrio", "tqdm"}, python39=True)
ON_A_CLUSTER = Room(CORE.anywhere, frozenset({"distributed"}), python39=True)
PLUGIN = Room(frozenset({"qgis", "osgeo", "numpy", "qgis_ssf_plugin"}), python39=True)
PLUGIN_DOOR = Room(PLUGIN.anywhere | {"ssf_model"}, python39=True)
TRAINING = Room(
    frozenset({"training", "ssf_model", "numpy", "scipy", "h5py", "matplotlib", "numba", "tqdm"}),
    frozenset({"tensorflow", "keras", "onnx", "skimage", "optuna", "sqlalchemy"}),
)

SPECIAL = {
    "ssf_model/inference.py": OPENS_MODELS,
    "ssf_model/files.py": EDGE,
    "ssf_model/png.py": DRAWS,
    "ssf_model/outputs.py": EDGE,
    "ssf_model/batch/cluster.py": ON_A_CLUSTER,
    "qgis_ssf_plugin/core.py": PLUGIN_DOOR,
}
BY_FOLDER = {
    "ssf_model/commands": EDGE,
    "ssf_model": CORE,
    "qgis_ssf_plugin": PLUGIN,
    "training": TRAINING,
}

# They run code that a file holds, or a shell.
NEVER_IMPORTED = {"pickle", "cPickle", "_pickle", "dill", "joblib", "marshal", "shelve", "yaml"}
NEVER_CALLED = {"eval", "exec", "os.system", "os.popen", "pandas.read_pickle"}
NEVER_TRUE = {"shell", "allow_pickle"}
LATER_THAN_39 = {"zip": {"strict"}, "dataclass": {"slots", "kw_only", "weakref_slot"}}


def room_of(path):
    """The room of a file, None where it may import what it likes."""
    folders = [BY_FOLDER[folder] for folder in BY_FOLDER if path.startswith(f"{folder}/")]
    return SPECIAL.get(path, folders[0] if folders else None)


def breaches(path, source):
    """What a file does against the rules, as lines of text."""
    room = room_of(path)
    try:
        oldest = (3, 9) if room is not None and room.python39 else sys.version_info[:2]
        tree = ast.parse(source, feature_version=oldest)
    except SyntaxError as error:
        return [f"{path}:{error.lineno} is no Python {oldest[0]}.{oldest[1]}: {error.msg}"]
    found = list(_walk(tree, path, room, inside=False))
    if room is not None and room.python39:
        found += _unions_without_future(tree, path)
    return found


def _walk(node, path, room, *, inside):
    """Breaches below a node; `inside` a function or not."""
    for child in ast.iter_child_nodes(node):
        if isinstance(child, ast.If) and ast.unparse(child.test).endswith("TYPE_CHECKING"):
            continue  # never runs
        where = f"{path}:{getattr(child, 'lineno', 0)}"
        for package in _imported(child):
            allowed = room is None or package in room.anywhere or package in sys.stdlib_module_names
            if room is not None and inside:
                allowed = allowed or package in room.in_functions
            if package in NEVER_IMPORTED or not allowed:
                yield f"{where} imports {package}"
        if isinstance(child, ast.Call):
            yield from _wrong_call(child, where, room)
        function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        yield from _walk(child, path, room, inside=inside or function)


def _imported(node):
    """Top-level packages that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [node.module.split(".")[0]]
    return []


def _wrong_call(call, where, room):
    """What a call does against the rules."""
    name = ast.unparse(call.func)
    if name in NEVER_CALLED:
        yield f"{where} calls {name}"
    later = LATER_THAN_39.get(name.split(".")[-1], set()) if room and room.python39 else set()
    for keyword in call.keywords:
        is_false = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        if keyword.arg in NEVER_TRUE and not is_false:
            yield f"{where} sets {keyword.arg}"
        if keyword.arg in later:
            yield f"{where} sets {keyword.arg}, which Python 3.9 does not know"


def _unions_without_future(tree, path):
    """Annotations such as `int | None`, which Python 3.9 runs only where they are deferred."""
    deferred = any(
        isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body
    )
    for node in ast.walk(tree):
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(annotation, ast.AST) and not deferred:
                for part in ast.walk(annotation):
                    if isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitOr):
                        yield f"{path}:{part.lineno} has a union that Python 3.9 would run"


def our_files():
    """Every Python file of the repository, relative to it."""
    files = (path.relative_to(REPOSITORY) for path in REPOSITORY.rglob("*.py"))
    return sorted(path.as_posix() for path in files if path.parts[0] not in HIDDEN)


@pytest.mark.parametrize("path", our_files())
def test_every_file_keeps_to_its_room(path):
    assert breaches(path, (REPOSITORY / path).read_text(encoding="utf-8")) == []


def test_the_rooms_are_found():
    folders = {path.split("/")[0] for path in our_files()}
    assert {"ssf_model", "qgis_ssf_plugin", "training", "tests"} <= folders
    assert set(SPECIAL) <= set(our_files())


@pytest.mark.parametrize(
    ("path", "source", "breach"),
    [
        ("ssf_model/zones.py", "import shapely", "imports shapely"),
        ("ssf_model/zones.py", "from scipy.ndimage import label", "imports scipy"),
        ("ssf_model/zones.py", "import numpy, qgis.core", "imports qgis"),
        ("ssf_model/zones.py", "def f():\n    import rasterio", "imports rasterio"),
        ("ssf_model/zones.py", "if True:\n    import tensorflow", "imports tensorflow"),
        ("ssf_model/zones.py", "from training import split", "imports training"),
        ("ssf_model/zones.py", "def f():\n    import onnxruntime", "imports onnxruntime"),
        ("ssf_model/inference.py", "import onnxruntime", "imports onnxruntime"),
        ("ssf_model/inference.py", "def f():\n    import onnx", "imports onnx"),
        ("ssf_model/inference.py", "import onnx", "imports onnx"),
        ("ssf_model/batch/cluster.py", "import distributed", "imports distributed"),
        ("ssf_model/batch/workers.py", "def f():\n    import dask", "imports dask"),
        ("ssf_model/files.py", "import qgis", "imports qgis"),
        ("ssf_model/files.py", "def f():\n    import tensorflow", "imports tensorflow"),
        ("ssf_model/new.py", "import requests", "imports requests"),
        ("qgis_ssf_plugin/layers.py", "from ssf_model.raster import x", "imports ssf_model"),
        ("qgis_ssf_plugin/core.py", "import training", "imports training"),
        ("qgis_ssf_plugin/algorithms/a.py", "import shapely", "imports shapely"),
        ("training/train.py", "import keras", "imports keras"),
        ("training/train.py", "class A:\n    import tensorflow", "imports tensorflow"),
        ("training/train.py", "from qgis.core import x", "imports qgis"),
        ("training/train.py", "import qgis_ssf_plugin", "imports qgis_ssf_plugin"),
        ("training/train.py", "import yaml", "imports yaml"),
        ("benchmarks/speed.py", "import pickle", "imports pickle"),
        ("tests/model/test_x.py", "def f():\n    from pickle import load", "imports pickle"),
        ("examples/draw.py", "x = eval('1')", "calls eval"),
        ("tests/model/test_x.py", "exec('x = 1')", "calls exec"),
        ("package_plugin.py", "import os\nos.system('ls')", "calls os.system"),
        ("package_plugin.py", "import subprocess\nsubprocess.run('ls', shell=True)", "sets shell"),
        ("package_plugin.py", "run('ls', shell=SHELL)", "sets shell"),
        ("training/dataset.py", "np.load(path, allow_pickle=True)", "sets allow_pickle"),
        ("ssf_model/zones.py", "match x:\n    case 1:\n        pass", "is no Python 3.9"),
        ("ssf_model/zones.py", "zip(a, b, strict=True)", "sets strict"),
        ("ssf_model/zones.py", "@dataclass(slots=True)\nclass A:\n    a: int", "sets slots"),
        ("ssf_model/zones.py", "def f(a: int | None): ...", "a union"),
        ("qgis_ssf_plugin/a.py", "def f() -> list[int | None]: ...", "a union"),
    ],
)
def test_a_breach_is_seen(path, source, breach):
    found = breaches(path, source)
    assert len(found) == 1
    assert found[0].startswith(f"{path}:")
    assert breach in found[0]


@pytest.mark.parametrize(
    ("path", "source"),
    [
        ("ssf_model/zones.py", "from __future__ import annotations\ndef f(a: int | None): ..."),
        ("ssf_model/inference.py", "def f():\n    import onnxruntime"),
        ("ssf_model/files.py", "import shapely\ndef f():\n    import pyogrio"),
        ("qgis_ssf_plugin/layers.py", "from .core import traces\nfrom qgis.core import QgsField"),
        ("qgis_ssf_plugin/core.py", "import ssf_model"),
        ("qgis_ssf_plugin/plugin.py", "dialog.exec()"),
        ("training/train.py", "def f():\n    import keras"),
        ("training/train.py", "if TYPE_CHECKING:\n    import keras"),
        ("training/dataset.py", "np.load(path, allow_pickle=False)\nzip(a, b, strict=True)"),
        ("tests/model/test_x.py", "import shapely, tensorflow"),
    ],
)
def test_what_is_allowed_is_no_breach(path, source):
    assert breaches(path, source) == []

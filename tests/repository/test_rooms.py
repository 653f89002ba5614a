"""Who may import what, read from the syntax trees: the rule that keeps QGIS alive, and the house.

PyPI's shapely and rasterio crash a QGIS process, TensorFlow aborts it, and many QGIS builds
carry none of them. So the core needs NumPy alone, and what is heavy loads inside functions.
Rooms stand on floors: a file imports from its own room and from floors below, and no imports of
files run in a circle.
"""

import pytest

from makers.import_rules import (
    FLOORS,
    SPECIAL,
    breaches,
    circle,
    floor_of,
    imports_of,
    our_files,
    path_parts,
)
from makers.places import REPOSITORY


@pytest.mark.parametrize("path", our_files())
def test_every_file_keeps_to_its_room(path):
    assert breaches(path, (REPOSITORY / path).read_text(encoding="utf-8")) == []


def test_the_rooms_are_found():
    folders = {path.split("/")[0] for path in our_files()}
    assert {"ssf_model", "qgis_ssf_plugin", "training", "tests"} <= folders
    assert set(SPECIAL) <= set(our_files())


def test_every_file_of_a_house_has_a_floor():
    homeless = [path for path in our_files() if path.split("/")[0] in FLOORS]
    homeless = [path for path in homeless if floor_of(path_parts(path))[0] < 0]
    assert homeless == []


@pytest.mark.parametrize("house", FLOORS)
def test_no_imports_run_in_a_circle(house):
    files = [path for path in our_files() if path.startswith(f"{house}/")]
    assert circle({path: imports_of(path) for path in files}) == []


def test_a_circle_is_seen():
    assert circle({"a": {"b"}, "b": {"c", "d"}, "c": {"a"}, "d": set()}) == ["a", "b", "c"]
    assert circle({"a": {"b", "c"}, "b": {"c"}, "c": {"elsewhere"}}) == []


@pytest.mark.parametrize(
    ("path", "source", "breach"),
    [
        ("ssf_model/zones/grouping.py", "import shapely", "imports shapely"),
        ("ssf_model/zones/grouping.py", "from scipy.ndimage import label", "imports scipy"),
        ("ssf_model/zones/grouping.py", "import numpy, qgis.core", "imports qgis"),
        ("ssf_model/zones/grouping.py", "def f():\n    import rasterio", "imports rasterio"),
        ("ssf_model/zones/grouping.py", "if True:\n    import tensorflow", "imports tensorflow"),
        ("ssf_model/zones/grouping.py", "from training import split", "imports training"),
        ("ssf_model/zones/grouping.py", "def f():\n    import onnxruntime", "imports onnxruntime"),
        ("ssf_model/network/engines.py", "import onnxruntime", "imports onnxruntime"),
        ("ssf_model/network/engines.py", "def f():\n    import onnx", "imports onnx"),
        ("ssf_model/network/engines.py", "import onnx", "imports onnx"),
        ("ssf_model/headless/batch/cluster.py", "import distributed", "imports distributed"),
        ("ssf_model/headless/batch/workers.py", "def f():\n    import dask", "imports dask"),
        ("ssf_model/headless/reading.py", "import qgis", "imports qgis"),
        ("ssf_model/headless/reading.py", "def f():\n    import tensorflow", "imports tensorflow"),
        ("ssf_model/new.py", "import requests", "imports requests"),
        ("ssf_model/zones/strips.py", "from ssf_model.estimate.flags import x", "climbs to estim"),
        ("ssf_model/zones/strips.py", "from ssf_model.estimate import flags", "climbs to estimate"),
        ("ssf_model/zones/strips.py", "import ssf_model.estimate.flags", "climbs to estimate"),
        ("ssf_model/zones/strips.py", "def f():\n    import ssf_model.report", "climbs to report"),
        ("ssf_model/explain/removal.py", "import ssf_model.compare.comparing", "climbs to compare"),
        ("ssf_model/scale.py", "from ssf_model.options import x", "climbs to options"),
        ("ssf_model/__init__.py", "def f():\n    from ssf_model.scale import x", "climbs to scale"),
        ("ssf_model/__init__.py", "import ssf_model.scale", "climbs to scale"),
        (
            "ssf_model/scale.py",
            "if not TYPE_CHECKING:\n    import ssf_model.zones",
            "climbs to zon",
        ),
        (
            "ssf_model/scale.py",
            "if TYPE_CHECKING:\n    import x\nelse:\n    import shapely",
            "imports shapely",
        ),
        ("ssf_model/scale.py", "importlib.import_module('shapely')", "imports by name"),
        ("qgis_ssf_plugin/door.py", "__import__('shapely')", "imports by name"),
        ("ssf_model/attic/new.py", "import ssf_model.errors", "climbs to errors"),
        ("qgis_ssf_plugin/a.py", "from ssf_model.headless import job", "looks into ssf_model.head"),
        ("training/fitting/a.py", "import ssf_model.headless.png", "looks into ssf_model.head"),
        ("qgis_ssf_plugin/door.py", "import training", "imports training"),
        ("qgis_ssf_plugin/algorithms/a.py", "import shapely", "imports shapely"),
        ("training/commands/train.py", "import keras", "imports keras"),
        ("training/commands/train.py", "class A:\n    import tensorflow", "imports tensorflow"),
        ("training/commands/train.py", "from qgis.core import x", "imports qgis"),
        ("training/commands/train.py", "import qgis_ssf_plugin", "imports qgis_ssf_plugin"),
        ("training/commands/train.py", "import yaml", "imports yaml"),
        ("benchmarks/speed.py", "import pickle", "imports pickle"),
        ("tests/model/test_x.py", "def f():\n    from pickle import load", "imports pickle"),
        ("examples/draw.py", "x = eval('1')", "calls eval"),
        ("tests/model/test_x.py", "exec('x = 1')", "calls exec"),
        ("package_plugin.py", "import os\nos.system('ls')", "calls os.system"),
        ("package_plugin.py", "import subprocess\nsubprocess.run('ls', shell=True)", "sets shell"),
        ("package_plugin.py", "run('ls', shell=SHELL)", "sets shell"),
        ("training/windows/dataset.py", "np.load(path, allow_pickle=True)", "sets allow_pickle"),
        ("ssf_model/zones/grouping.py", "match x:\n    case 1:\n        pass", "is no Python 3.9"),
        ("ssf_model/zones/grouping.py", "zip(a, b, strict=True)", "sets strict"),
        (
            "ssf_model/zones/grouping.py",
            "@dataclass(slots=True)\nclass A:\n    a: int",
            "sets slots",
        ),
        ("ssf_model/zones/grouping.py", "def f(a: int | None): ...", "a union"),
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
        (
            "ssf_model/zones/grouping.py",
            "from __future__ import annotations\ndef f(a: int | None): ...",
        ),
        ("ssf_model/network/engines.py", "def f():\n    import onnxruntime"),
        ("ssf_model/headless/reading.py", "import shapely\ndef f():\n    import pyogrio"),
        ("ssf_model/zones/strips.py", "from ssf_model.zones.paths import x"),
        ("ssf_model/zones/strips.py", "from ssf_model.errors import InputError"),
        ("ssf_model/zones/strips.py", "if TYPE_CHECKING:\n    import ssf_model.estimate.flags"),
        ("ssf_model/__init__.py", "if TYPE_CHECKING:\n    from ssf_model.scale import x"),
        ("ssf_model/__init__.py", "importlib.import_module(_HOME_OF[name])"),
        ("ssf_model/headless/job.py", "from ssf_model.report.page import x"),
        ("qgis_ssf_plugin/layers.py", "from .door import load\nfrom qgis.core import QgsField"),
        ("qgis_ssf_plugin/layers.py", "from ssf_model.drawing.raster import burn_traces"),
        ("qgis_ssf_plugin/plugin.py", "dialog.exec()"),
        ("training/commands/train.py", "def f():\n    import keras"),
        ("training/commands/train.py", "if TYPE_CHECKING:\n    import keras"),
        (
            "training/windows/dataset.py",
            "np.load(path, allow_pickle=False)\nzip(a, b, strict=True)",
        ),
        ("tests/model/test_x.py", "import shapely, tensorflow"),
    ],
)
def test_what_is_allowed_is_no_breach(path, source):
    assert breaches(path, source) == []


@pytest.mark.parametrize("in_qgis", [False, True])
def test_no_two_files_of_tests_of_one_run_have_one_name(in_qgis):
    """They would be one module to pytest, which stops before any test then."""
    names = [
        path.split("/")[-1]
        for path in our_files()
        if path.startswith("tests/") and "/test_" in path
        if path.startswith(("tests/plugin/", "tests/end_to_end/")) == in_qgis
    ]
    assert len(names) > 20
    assert sorted({name for name in names if names.count(name) > 1}) == []

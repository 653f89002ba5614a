"""No provider of a layer has a name in the plugin; qgis_ssf_plugin/source_files.py says why."""

import ast

import pytest

from makers.places import REPOSITORY

PLUGIN = REPOSITORY / "qgis_ssf_plugin"
FILES = sorted(path.relative_to(PLUGIN).as_posix() for path in PLUGIN.rglob("*.py"))


def named_providers(source):
    """Lines that give a layer's provider a name."""
    return [
        node.lineno
        for node in ast.walk(ast.parse(source))
        if isinstance(node, (ast.Assign, ast.AnnAssign, ast.NamedExpr))
        and node.value is not None
        and ast.unparse(node.value).endswith(".dataProvider()")
    ]


@pytest.mark.parametrize("path", FILES)
def test_no_provider_has_a_name(path):
    """One run in fifteen failed for it in QGIS's window, and none without a window."""
    assert named_providers((PLUGIN / path).read_text(encoding="utf-8")) == []


def test_a_provider_with_a_name_is_seen():
    assert named_providers("a = 1\nprovider = layer.dataProvider()") == [2]

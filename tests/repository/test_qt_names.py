"""What runs inside QGIS asks nothing of Qt that Qt 6 would refuse."""

import pytest

from makers.import_rules import our_files
from makers.places import REPOSITORY
from makers.qt_names import IN_BOTH, names_used, qt_breaches

# What runs inside QGIS's Python, and what users run there.
INSIDE_QGIS = [
    path
    for path in our_files()
    if path.startswith(("qgis_ssf_plugin/", "examples/render_", "tools/qgis_", "tools/make_styles"))
]


@pytest.mark.parametrize("path", INSIDE_QGIS)
def test_every_name_of_qt_is_one_that_qt6_has(path):
    assert list(qt_breaches(path, (REPOSITORY / path).read_text(encoding="utf-8"))) == []


def test_nothing_is_listed_that_nobody_uses():
    used = set()
    for path in INSIDE_QGIS:
        source = (REPOSITORY / path).read_text(encoding="utf-8")
        for _, name, _ in names_used(source, every_branch=True):
            module, *parts = name.split(".")
            used |= {f"{module}.{'.'.join(parts[:n])}" for n in range(1, len(parts) + 1)}
    listed = {f"{module}.{name}" for module, names in IN_BOTH.items() for name in names}
    assert listed <= used


@pytest.mark.parametrize(
    ("source", "breach"),
    [
        ("from PyQt5.QtCore import QUrl", "imports PyQt5.QtCore"),
        ("import PyQt6", "imports PyQt6"),
        ("def f():\n    from PySide6 import QtCore", "imports PySide6"),
        ("import qgis.PyQt.QtCore", "imports qgis.PyQt.QtCore"),
        ("from qgis.PyQt import QtGui", "imports QtGui of qgis.PyQt as a whole"),
        ("from qgis.PyQt.QtCore import *", "imports * of qgis.PyQt.QtCore as a whole"),
        ("from qgis.PyQt.QtCore import QRegExp", "imports QtCore.QRegExp, which was not looked"),
        ("from qgis.PyQt.QtWidgets import QDesktopWidget", "QDesktopWidget, which was not looked"),
        ("from qgis.PyQt.QtGui import QImage\nQImage.Format_RGB32", "without its enumeration"),
        ("from qgis.PyQt.QtGui import QImage as I\nI.Format_RGB32", "without its enumeration"),
        ("from qgis.PyQt.QtCore import QVariant\nQVariant.Double", "without its enumeration"),
        ("from qgis.PyQt.QtGui import QColor\nQColor.toCmyk(1)", "QtGui.QColor.toCmyk, which was"),
        ("from qgis.PyQt.QtGui import QFont\nQFont.Weight.Fat", "QtGui.QFont.Weight.Fat, which"),
        ("from qgis.PyQt.QtGui import QImage\nf = QImage.Format_RGB32\nf.x, f", "without its enum"),
        (
            "from qgis.PyQt.QtGui import QImage\nf = QImage.Format\nf.Fat",
            "QImage.Format.Fat, which",
        ),
        ("from qgis.core import Qgis\nQgis.Info", "core.Qgis.Info without its enumeration"),
        ("dialog.exec_()", "calls exec_, which Qt 6 dropped"),
        (
            "from qgis.core import Qgis\nfrom qgis.PyQt.QtCore import QVariant\n"
            "a = QVariant.Double if Qgis.QGIS_VERSION_INT >= 33800 else QVariant.Double",
            "without its enumeration",
        ),
        (
            "from qgis.core import Qgis\nfrom qgis.PyQt.QtCore import QMetaType, QVariant\n"
            "a = QMetaType.Type.Double if Qgis.QGIS_VERSION_INT >= 49900 else QVariant.Double",
            "without its enumeration",
        ),
    ],
)
def test_what_qt6_would_refuse_is_seen(source, breach):
    (found,) = qt_breaches("a.py", source)
    assert found.startswith("a.py:")
    assert breach in found


@pytest.mark.parametrize(
    "source",
    [
        "from qgis.PyQt.QtGui import QImage\nQImage(1, 1, QImage.Format.Format_RGB32).save('a')",
        "from qgis.core import Qgis, QgsVectorLayer\nQgis.MessageLevel.Info, Qgis.QGIS_VERSION\n"
        "QgsVectorLayer.LayerOptions(True)",
        "from qgis.core import QgsProcessing\nkinds = QgsProcessing.SourceType\nkinds.TypeFile",
        "dialog.exec()",
        "from qgis.core import Qgis\nfrom qgis.PyQt.QtCore import QMetaType, QVariant\n"
        "a = QMetaType.Type.Double if Qgis.QGIS_VERSION_INT >= 33800 else QVariant.Double",
    ],
)
def test_what_both_know_is_no_breach(source):
    assert list(qt_breaches("a.py", source)) == []

"""Names of Qt and QGIS that code uses, and what would not run on Qt 6, read from syntax trees.

PyQt6 knows enumerators by their enumeration only (`QImage.Format.Format_RGB32`), has no `exec_`,
and lacks what Qt 6 dropped. QGIS's `qgis.PyQt` hands out PyQt5 or PyQt6, whichever it was built
with, so nothing else may be imported.
"""

import ast

# Found in PyQt5 5.15.9 and in PyQt6 6.11.0 on 2026-11-27 by `python3 -m tests.versions.look_up_qt`;
# a new name is put here, and stays where that program finds it in both.
IN_BOTH = {
    "QtCore": {
        *("QByteArray", "QCoreApplication", "QCoreApplication.installTranslator"),
        *("QCoreApplication.removeTranslator", "QCoreApplication.translate", "QDate", "QDateTime"),
        *("QEventLoop", "QLocale", "QMetaType", "QMetaType.Type.Double", "QMetaType.Type.LongLong"),
        *("QMetaType.Type.QString", "QMetaType.Type.QStringList", "QMetaType.Type.QVariantList"),
        *("QMetaType.Type.QVariantMap", "QSize", "QT_TRANSLATE_NOOP", "QTime", "QTimer"),
        *("QTimer.singleShot", "QTranslator", "QUrl", "QVariant", "Qt"),
        "Qt.Orientation.Horizontal",
    },
    "QtGui": {
        *("QColor", "QDesktopServices", "QDesktopServices.openUrl", "QFont", "QIcon", "QImage"),
        *("QImage.Format.Format_ARGB32", "QImage.Format.Format_RGB32"),
        *("QImage.Format.Format_Indexed8", "QPainter"),
    },
    "QtSvg": {"QSvgRenderer"},
    "QtWidgets": {
        *("QAction", "QDialog", "QDockWidget", "QLineEdit", "QTextBrowser", "QVBoxLayout"),
    },
    "QtXml": {"QDomDocument"},
}
# qgis.PyQt has them where PyQt5 has them, whatever PyQt6 says.
MOVED_BY_QGIS = {"QtWidgets.QAction": "QtGui.QAction"}
FOREIGN = {"PyQt5", "PyQt6", "PySide2", "PySide6", "sip"}
# Methods that PyQt6 or Qt 6 dropped.
DROPPED = {"exec_", "print_", "setMargin", "setTabStopWidth"}
VERSION = "QGIS_VERSION_INT"


def names_used(source, *, every_branch=False):
    """
    Names of Qt and of QGIS with what is asked of them, such as `QtGui.QImage.Format.Format_RGB32`.

    Parameters
    ----------
    source : str
        Python.
    every_branch : bool
        Also what runs only in an older QGIS than 3.38, all of which have Qt 5.

    Returns
    -------
    names : list of (int, str, bool)
        Line, dotted name below `qgis.PyQt` or `qgis`, and whether it is called.
    """
    tree = ast.parse(source)
    home = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] == "qgis":
            below = node.module.removeprefix("qgis.").removeprefix("PyQt.")
            home.update({one.asname or one.name: f"{below}.{one.name}" for one in node.names})
    called = {id(node.func) for node in ast.walk(tree) if isinstance(node, ast.Call)}
    inner = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Attribute)}
    short = _short_names(tree, home, inner)
    old = {id(value) for _, value in short} | (set() if every_branch else _only_before_qt6(tree))
    home.update({name: f"{home[value.value.id]}.{value.attr}" for name, value in short})
    found = []
    for node in ast.walk(tree):
        if isinstance(node, (ast.Attribute, ast.Name)) and id(node) not in inner | old:
            parts = ast.unparse(node).split(".") if _is_chain(node) else [""]
            if parts[0] in home and isinstance(node.ctx, ast.Load):
                whole = ".".join([home[parts[0]], *parts[1:]])
                found.append((node.lineno, whole, id(node) in called))
    return found


def qt_breaches(path, source):
    """What a file does that Qt 6 does not know, as lines of text."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, (ast.Import, ast.ImportFrom)):
            yield from (f"{path}:{node.lineno} {wrong}" for wrong in _wrong_import(node))
        elif isinstance(node, ast.Attribute) and node.attr in DROPPED:
            yield f"{path}:{node.lineno} calls {node.attr}, which Qt 6 dropped"
    for line, name, called in names_used(source):
        module, *parts = name.split(".")
        if module.startswith("Qt") and not called and _is_unscoped(parts):
            yield f"{path}:{line} has {name} without its enumeration"
        elif module.startswith("Qt") and not _is_known(module, parts):
            yield f"{path}:{line} has {name}, which was not looked up in PyQt6"
        elif module == "core" and not called and _is_unscoped(parts):
            yield f"{path}:{line} has {name} without its enumeration"


def _wrong_import(node):
    """Qt by another door than qgis.PyQt, or by whole modules, whose names nobody could see."""
    if isinstance(node, ast.Import):
        for one in node.names:
            if one.name.split(".")[0] in FOREIGN or one.name.startswith("qgis.PyQt"):
                yield f"imports {one.name}"
    elif node.level == 0:
        if node.module.split(".")[0] in FOREIGN:
            yield f"imports {node.module}"
        elif node.module == "qgis.PyQt" or any(one.name == "*" for one in node.names):
            yield f"imports {node.names[0].name} of {node.module} as a whole"
        elif node.module.startswith("qgis.PyQt."):
            module = node.module.removeprefix("qgis.PyQt.")
            for one in node.names:
                if not _is_known(module, [one.name]):
                    yield f"imports {module}.{one.name}, which was not looked up in PyQt6"


def _is_known(module, parts):
    """Whether a name was looked up in both; what an object is asked, beyond that, is not."""
    return ".".join(parts) in IN_BOTH.get(module, ())


def _is_unscoped(parts):
    """Whether a class is asked for a capitalized member that is no constant in capitals."""
    return len(parts) == 2 and parts[1][0].isupper() and not parts[1].isupper()


def _is_chain(node):
    """Whether attributes lead down to a bare name."""
    while isinstance(node, ast.Attribute):
        node = node.value
    return isinstance(node, ast.Name)


def _short_names(tree, home, inner):
    """Short names of enumerations, `kinds = QgsProcessing.SourceType`, that only give members."""
    bare = {
        node.id
        for node in ast.walk(tree)
        if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Load) and id(node) not in inner
    }
    return [
        (node.targets[0].id, node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Assign)
        and isinstance(node.targets[0], ast.Name)
        and node.targets[0].id not in bare
        and isinstance(node.value, ast.Attribute)
        and isinstance(node.value.value, ast.Name)
        and node.value.value.id in home
    ]


def _only_before_qt6(tree):
    """Nodes of branches that only an older QGIS than 3.38 takes."""
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, (ast.If, ast.IfExp)) and VERSION in ast.unparse(node.test):
            newer = ast.unparse(node.test).endswith(f"{VERSION} >= 33800")
            branch = node.orelse if newer else []
            for top in branch if isinstance(branch, list) else [branch]:
                found.update(id(inner) for inner in ast.walk(top))
    return found

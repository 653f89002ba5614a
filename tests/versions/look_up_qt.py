"""Look up every name of Qt that runs inside QGIS in the PyQt5 and PyQt6 that are installed.

    python3 -m tests.versions.look_up_qt

PyQt6 comes by pip into an environment of its own, never into QGIS's; PyQt5 is QGIS's own. The exit
status is 0 where each binding that is there has all names, 1 otherwise.
"""

import importlib
import sys
from operator import attrgetter

from tests.makers.qt_names import IN_BOTH, MOVED_BY_QGIS


def missing(binding):
    """Names that PyQt5 or PyQt6 lacks; None where the binding itself cannot be imported."""
    try:
        importlib.import_module(binding)
    except ImportError:
        return None
    names = [f"{module}.{name}" for module in sorted(IN_BOTH) for name in sorted(IN_BOTH[module])]
    return [name for name in names if not _has(binding, name)]


def _has(binding, name):
    """Whether a binding has a name, where qgis.PyQt takes it from."""
    places = [name, MOVED_BY_QGIS.get(name, name)]
    for place in places:
        module, _, inner = place.partition(".")
        try:
            attrgetter(inner)(importlib.import_module(f"{binding}.{module}"))
        except (ImportError, AttributeError):
            continue
        return True
    return False


def main():
    """Say what was found."""
    total = sum(map(len, IN_BOTH.values()))
    failed = False
    for binding in ("PyQt5", "PyQt6"):
        lacking = missing(binding)
        if lacking is None:
            sys.stdout.write(f"{binding} is not installed\n")
            continue
        core = importlib.import_module(f"{binding}.QtCore")
        sys.stdout.write(
            f"{binding} {core.PYQT_VERSION_STR} (Qt {core.QT_VERSION_STR}): "
            f"{total - len(lacking)} of {total} names\n"
        )
        sys.stdout.writelines(f"  lacks {name}\n" for name in lacking)
        failed = failed or bool(lacking)
    return int(failed)


if __name__ == "__main__":
    sys.exit(main())

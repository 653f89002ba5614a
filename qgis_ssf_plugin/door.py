"""The one door from the plugin to `ssf_model`.

In the zip the package lies inside the plugin's folder, in a checkout beside it. It is loaded
from that very place, so that another version on QGIS's path cannot change a result.
"""

import importlib.util
import os
import sys
import sysconfig
from pathlib import Path

from .language import tr

PLUGIN_FOLDER = Path(__file__).resolve().parent
PACKAGE = "ssf_model"


def _package_folder() -> Path:
    """Where `ssf_model` lies."""
    for parent in (PLUGIN_FOLDER, PLUGIN_FOLDER.parent):
        if (parent / PACKAGE / "__init__.py").is_file():
            return parent / PACKAGE
    message = "The ssf plugin is incomplete: its folder ssf_model is missing. Install it again."
    raise ImportError(message)


def load() -> None:
    """Make `import ssf_model` mean the package that belongs to this plugin."""
    folder = _package_folder()
    loaded = sys.modules.get(PACKAGE)
    if loaded is not None and Path(loaded.__file__).resolve().parent == folder:
        return
    forget()
    spec = importlib.util.spec_from_file_location(
        PACKAGE, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    package = importlib.util.module_from_spec(spec)
    sys.modules[PACKAGE] = package
    try:
        spec.loader.exec_module(package)
    except BaseException:
        del sys.modules[PACKAGE]
        raise


def forget() -> None:
    """Drop `ssf_model`, so that the next load reads the files anew (after an upgrade)."""
    for name in [name for name in sys.modules if name.split(".")[0] == PACKAGE]:
        del sys.modules[name]


def install_command() -> str:
    """What to run, and where, so that QGIS's own Python gets onnxruntime and keeps its numpy."""
    install = "-m pip install --no-deps onnxruntime"
    if sys.platform == "win32":
        return tr('open the "OSGeo4W Shell" of this QGIS and run: {command}').format(
            command=f"python {install}"
        )
    if sys.platform == "darwin":
        python = Path(sys.exec_prefix) / "bin" / "python3"
        return _in_terminal(f"{python} {install}")
    if os.environ.get("FLATPAK_ID"):
        return _in_terminal(
            f"flatpak run --devel --command=pip3 {os.environ['FLATPAK_ID']} install --user "
            "--no-deps onnxruntime"
        )
    command = f"python3 {install} --user"
    if (Path(sysconfig.get_path("stdlib")) / "EXTERNALLY-MANAGED").exists():
        command += " --break-system-packages"
    return _in_terminal(command)


def _in_terminal(command: str) -> str:
    """Where to run a command."""
    return tr("open a terminal and run: {command}").format(command=command)

"""Real qgis_process, a fresh profile, and the plugin as its zip unpacks."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
import zipfile

import pytest

from makers.places import REPOSITORY

sys.path.append(str(REPOSITORY))


@pytest.fixture(scope="session")
def archive(tmp_path_factory):
    """The plugin's zip, built from this checkout."""
    from package_plugin import package_plugin

    path = tmp_path_factory.mktemp("dist") / "qgis_ssf_plugin.zip"
    package_plugin(REPOSITORY, path)
    return path


@pytest.fixture(scope="session")
def qgis_process(archive, tmp_path_factory):
    """A runner of qgis_process: arguments, onnxruntime, profile, folder -> completed process."""
    program = shutil.which("qgis_process.bin") or shutil.which("qgis_process")
    if program is None:
        pytest.skip("qgis_process is not installed")
    plugins = tmp_path_factory.mktemp("plugins")
    with zipfile.ZipFile(archive) as bundle:
        bundle.extractall(plugins)
    environment = {
        name: value
        for name, value in os.environ.items()
        if name not in ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONHOME")
    }
    environment.update(
        QT_QPA_PLATFORM="offscreen",
        QGIS_PLUGINPATH=str(plugins),
        QGIS_CUSTOM_CONFIG_PATH=str(tmp_path_factory.mktemp("profile")),
        PYTHONNOUSERSITE="1",
    )

    def run(*arguments, onnxruntime=False, profile=None, cwd=None):
        extra = {"PYTHONPATH": sysconfig.get_path("purelib")} if onnxruntime else {}
        if profile is not None:
            extra["QGIS_CUSTOM_CONFIG_PATH"] = str(profile)
        return subprocess.run(
            [program, *arguments],
            cwd=cwd,
            env={**environment, **extra},
            capture_output=True,
            text=True,
            timeout=1800,
            check=False,
        )

    enabled = run("plugins", "enable", "qgis_ssf_plugin")
    assert enabled.returncode == 0, enabled.stderr
    return run


@pytest.fixture(scope="session")
def fault_map(tmp_path_factory):
    """A GeoJSON drawn by hand: an echelon zone and a through-going one, at 34 degrees north."""
    echelon = [[[-117.0 + 0.03 * i, 34.0], [-116.967 + 0.03 * i, 33.993]] for i in range(8)]
    through = [[[-117.0, 34.5], [-116.88, 34.503], [-116.76, 34.5]]]
    features = [
        {
            "type": "Feature",
            "properties": {"zone": zone, "number": number},
            "geometry": {"type": "LineString", "coordinates": line},
        }
        for zone, lines in (("echelon", echelon), ("through", through))
        for number, line in enumerate(lines)
    ]
    path = tmp_path_factory.mktemp("maps") / "faults.geojson"
    path.write_text(json.dumps({"type": "FeatureCollection", "features": features}))
    return path

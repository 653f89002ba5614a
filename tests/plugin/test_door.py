"""How onnxruntime gets into QGIS's own Python, by system: what a user is told to run."""

import sys

import pytest


@pytest.mark.parametrize(
    ("platform", "flatpak", "said"),
    [
        ("win32", None, 'open the "OSGeo4W Shell" of this QGIS and run: python -m pip install'),
        ("darwin", None, f"{sys.exec_prefix}/bin/python3 -m pip install --no-deps onnxruntime"),
        ("linux", "org.qgis.qgis", "flatpak run --devel --command=pip3 org.qgis.qgis install"),
        ("linux", None, "python3 -m pip install --no-deps onnxruntime --user"),
    ],
)
def test_the_command_is_that_of_the_system(qgis, monkeypatch, platform, flatpak, said):
    from qgis_ssf_plugin.door import install_command

    monkeypatch.setattr("sys.platform", platform)
    monkeypatch.delenv("FLATPAK_ID", raising=False)
    if flatpak is not None:
        monkeypatch.setenv("FLATPAK_ID", flatpak)
    command = install_command()
    assert said in command
    assert "--no-deps onnxruntime" in command


def test_the_package_that_is_loaded_is_the_plugin_s_own(qgis):
    """Loading it anew gives modules anew, from the folder beside the plugin."""
    from qgis_ssf_plugin import door

    kept = {name: module for name, module in sys.modules.items() if name.startswith("ssf_model")}
    try:
        door.forget()
        assert not [name for name in sys.modules if name.split(".")[0] == "ssf_model"]
        door.load()
        loaded = sys.modules["ssf_model"]
        assert loaded is not kept["ssf_model"]
        assert loaded.__file__ == str(door.PLUGIN_FOLDER.parent / "ssf_model" / "__init__.py")
        door.load()
        assert sys.modules["ssf_model"] is loaded
    finally:
        door.forget()
        sys.modules.update(kept)

"""What flake8 says of the plugin, with the QGS rules of flake8-qgis: no private or renamed Qt."""

import subprocess
import sys

import pytest

from makers.places import REPOSITORY

pytest.importorskip("flake8_qgis", reason="it is in the extra 'test', which QGIS's Python lacks")

# QGS202 guesses by the names of methods alone whether an answer tells of success.
# Lines may be of 100 letters, and ruff's format sets blanks before colons and breaks lines so.
NOT_ASKED = "QGS202,E203,E501,W503"
EXCEPTIONS = {
    "plugin.py": "QGS105",  # classFactory is given iface, and qgis_process gives None
    "menu.py": "QGS105",
    "layers.py": "QGS402",  # QGIS before 3.38 takes no QMetaType; newer ones get it
    "dressing.py": "QGS402",
}


def rules_broken(place):
    """What flake8 says, a line each."""
    listed = ",".join(f"{name}:{rule}" for name, rule in EXCEPTIONS.items())
    done = subprocess.run(
        [
            sys.executable, "-m", "flake8", "--isolated", "--jobs", "1", "--select", "E,F,W,QGS",
            "--extend-ignore", NOT_ASKED, "--per-file-ignores", listed, str(place),
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_the_plugin_keeps_the_rules():
    for folder in ("qgis_ssf_plugin", "ssf_model"):  # what the zip holds
        assert rules_broken(REPOSITORY / folder) == []


def test_a_broken_rule_is_seen(tmp_path):
    text = "import os\nfrom PyQt5.QtCore import QVariant\n\nKIND = QVariant.Double\n"
    (tmp_path / "bad.py").write_text(text)
    assert [line.split()[1] for line in rules_broken(tmp_path)] == ["F401", "QGS103", "QGS402"]

"""The QGS rules of flake8-qgis: no private or renamed Qt, nothing that QGIS 4 has dropped."""

import subprocess
import sys

import pytest

from makers.places import REPOSITORY

pytest.importorskip("flake8_qgis", reason="it is in the extra 'test', which QGIS's Python lacks")

# QGS202 guesses by the names of methods alone whether an answer tells of success.
NOT_ASKED = "QGS202"
EXCEPTIONS = {
    "plugin.py": "QGS105",  # classFactory is given iface, and qgis_process gives None
    "menu.py": "QGS105",
    "layers.py": "QGS402",  # QGIS before 3.38 takes no QMetaType; newer ones get it
    "dressing.py": "QGS402",
}


def rules_broken(place):
    """What flake8 says of the QGS rules, a line each."""
    listed = ",".join(f"{name}:{rule}" for name, rule in EXCEPTIONS.items())
    done = subprocess.run(
        [
            sys.executable, "-m", "flake8", "--isolated", "--jobs", "1", "--select", "QGS",
            "--extend-ignore", NOT_ASKED, "--per-file-ignores", listed, str(place),
        ],
        capture_output=True,
        text=True,
        check=False,
    )  # fmt: skip
    assert done.stderr == ""
    return done.stdout.splitlines()


def test_the_plugin_keeps_the_rules():
    assert rules_broken(REPOSITORY / "qgis_ssf_plugin") == []


def test_a_broken_rule_is_seen(tmp_path):
    text = "from PyQt5.QtCore import QVariant\n\nKIND = QVariant.Double\n"
    (tmp_path / "bad.py").write_text(text)
    assert [line.split()[1] for line in rules_broken(tmp_path)] == ["QGS103", "QGS402"]

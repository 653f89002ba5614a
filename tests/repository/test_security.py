"""Bandit and detect-secrets are quiet: the repository, and the zip as plugins.qgis.org sees it."""

import json
import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

from makers.import_rules import HIDDEN
from makers.places import REPOSITORY
from package_plugin import package_plugin

pytest.importorskip("bandit", reason="Bandit is in the extra 'test', which QGIS's Python lacks")
detect_secrets = pytest.importorskip("detect_secrets", reason="it is in the extra 'test'")
OWN_CACHES = {"__pycache__", ".ruff_cache", ".mypy_cache", ".pytest_cache", ".hypothesis"}
TOLD = re.compile(r"# nosec (B\d+)(?:, B\d+)* - \S+ \S+")


def bandit(place, *options):
    """What Bandit finds, a line each."""
    command = [sys.executable, "-m", "bandit", "-q", "-f", "json", *options, "-r", str(place)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=REPOSITORY)
    told = json.loads(done.stdout)
    assert not told["errors"], told["errors"]
    assert len(told["metrics"]) > 1, "Bandit saw no file"
    return [
        f"{each['filename']}:{each['line_number']}: {each['test_id']} {each['issue_text']}"
        for each in told["results"]
    ]


def secrets(files):
    """What detect-secrets finds with the settings that it comes with, a line each."""
    found = detect_secrets.SecretsCollection()
    with detect_secrets.settings.default_settings():
        found.scan_files(*map(str, files), num_processors=1)
    return [f"{name}:{secret.line_number}: {secret.type}" for name, secret in found]


@pytest.fixture(scope="module")
def unpacked(tmp_path_factory):
    """The plugin as its zip unpacks."""
    folder = tmp_path_factory.mktemp("plugin")
    package_plugin(REPOSITORY, folder / "plugin.zip")
    with zipfile.ZipFile(folder / "plugin.zip") as bundle:
        bundle.extractall(folder / "plugin")
    return folder / "plugin"


def repository_files():
    """Every file of the checkout but what tools leave there."""
    for path in sorted(REPOSITORY.rglob("*")):
        parts = path.relative_to(REPOSITORY).parts
        if path.is_file() and parts[0] not in HIDDEN and not OWN_CACHES & set(parts):
            yield path


def test_bandit_finds_nothing_in_the_repository():
    folders = [path for path in REPOSITORY.iterdir() if path.is_dir() and path.name not in HIDDEN]
    found = [line for path in sorted(folders) if any(path.rglob("*.py"))
             for line in bandit(path, "-c", "pyproject.toml")]  # fmt: skip
    assert found == []


def test_bandit_finds_nothing_in_the_plugin_with_its_own_settings(unpacked, tmp_path):
    """No exception of ours counts there: neither pyproject.toml nor a remark in a line."""
    nothing = tmp_path / "bandit.yaml"
    nothing.write_text("{}\n")
    assert bandit(unpacked, "--ignore-nosec", "-c", str(nothing)) == []


def test_bandit_sees_what_is_dangerous(tmp_path):
    (tmp_path / "bad.py").write_text("import pickle\n\n\ndef read(text):\n    return eval(text)\n")
    found = bandit(tmp_path, "-c", "pyproject.toml")
    assert [line.split()[1] for line in found] == ["B403", "B307"]


def test_no_secret_is_in_the_repository_of_which_the_plugin_is_a_part():
    files = list(repository_files())
    assert len(files) > 400
    assert secrets(files) == []


def test_a_secret_is_seen_in_every_kind_of_file_that_holds_text(tmp_path):
    """The settings blind the tool to no ending, and to nothing that looks like weights."""
    key = "AKIA" + "QWERTY7ZXCVB3NMA"
    encoded = "".join(["c3VwZXIgbG9uZyBzdHJpbmcg", "c2hvdWxkIGNhdXNl", "IGVub3VnaCBlbnRyb3B5"])
    for ending in ("py", "md", "json", "txt", "toml", "qml", "ts", "model3"):
        (tmp_path / f"a.{ending}").write_text(f"key = '{key}'\n")
        (tmp_path / f"b.{ending}").write_text(f"weights = '{encoded}'\n")
    found = secrets(sorted(tmp_path.iterdir()))
    assert {Path(line.split(":")[0]).name for line in found} == {
        path.name for path in tmp_path.iterdir()
    }


def test_every_exception_says_why_in_its_line():
    silent = []
    for path in repository_files():
        if path.suffix != ".py" or path == Path(__file__):
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), start=1):
            if "nosec" in line and not TOLD.search(line):
                silent.append(f"{path.relative_to(REPOSITORY)}:{number}")
            assert "pragma: allowlist" not in line, f"{path}:{number}"
    assert silent == []

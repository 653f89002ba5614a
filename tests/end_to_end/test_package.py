"""The zip that QGIS installs."""

import os
import re
import stat
import subprocess
import sys
import zipfile

import pytest

from makers.places import REPOSITORY

KINDS = {"py", "txt", "md", "svg", "png", "gpkg", "onnx", "qm", "model3"}
FORBIDDEN = re.compile(r"\.(pyc|so|dll|exe|pyd)$|__pycache__|/\.|/tests?/")


@pytest.fixture
def package():
    """The packager."""
    from package_plugin import package_plugin

    return package_plugin


def tiny_checkout(folder, *, weights=True):
    """A checkout with the fewest files that make a plugin."""
    for name in (
        "metadata.txt", "LICENSE", "qgis_ssf_plugin/__init__.py", "qgis_ssf_plugin/icon.svg",
        "ssf_model/__init__.py", "ssf_model/headless/reading.py", "ssf_model/__pycache__/old.pyc",
    ):  # fmt: skip
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(name)
    if weights:
        path = folder / "ssf_model" / "network" / "weights" / "m.onnx"
        path.parent.mkdir(parents=True)
        path.write_bytes(b"net")
    return folder


def test_the_zip_is_what_the_plugin_repository_takes(archive):
    """Its validator: one top folder, a licence, no caches or binaries, at most 25 MB."""
    with zipfile.ZipFile(archive) as bundle:
        names = bundle.namelist()
    assert {name.split("/")[0] for name in names} == {"qgis_ssf_plugin"}
    for needed in (
        "__init__.py", "metadata.txt", "LICENSE", "icon.svg", "ssf_model/__init__.py",
        "sample_faults.gpkg", "i18n/ssf_es.qm", "models/check_estimate_plot.model3",
    ):  # fmt: skip
        assert f"qgis_ssf_plugin/{needed}" in names
    assert any(
        re.fullmatch(r"qgis_ssf_plugin/ssf_model/network/weights/.*\.onnx", name) for name in names
    )
    assert not [name for name in names if FORBIDDEN.search(name)]
    assert archive.stat().st_size < 25_000_000


def test_all_that_the_zip_holds_is_a_file_of_the_repository(archive):
    """Nothing hidden, no links, and of no other kind than these."""
    places = ("", "qgis_ssf_plugin/", "examples/")
    with zipfile.ZipFile(archive) as bundle:
        for member in bundle.infolist():
            assert stat.S_ISREG(member.external_attr >> 16), member.filename
            inside = member.filename.split("/", 1)[1]
            found = [place for place in places if (REPOSITORY / (place + inside)).is_file()]
            assert found, inside
            assert bundle.read(member) == (REPOSITORY / (found[0] + inside)).read_bytes()
            assert inside == "LICENSE" or inside.rpartition(".")[2] in KINDS, inside


def test_the_zip_needs_nothing_that_qgis_lacks(archive):
    """shapely, rasterio and their like crash QGIS or are not there."""
    with zipfile.ZipFile(archive) as bundle:
        for name in bundle.namelist():
            if name.endswith(".py"):
                text = bundle.read(name).decode()
                assert not re.search(
                    r"^\s*(import|from) (shapely|rasterio|pyogrio|scipy|tensorflow|onnx)\b",
                    text,
                    re.MULTILINE,
                ), name


def test_the_same_files_give_the_same_zip(package, tmp_path):
    root = tiny_checkout(tmp_path / "root")
    package(root, tmp_path / "one.zip")
    os.utime(root / "LICENSE", (1e9, 1e9))
    package(root, tmp_path / "two.zip")
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_caches_and_the_command_lines_files_stay_out(package, tmp_path):
    names = package(tiny_checkout(tmp_path / "root"), tmp_path / "a.zip")
    assert names == [
        "qgis_ssf_plugin/LICENSE",
        "qgis_ssf_plugin/__init__.py",
        "qgis_ssf_plugin/icon.svg",
        "qgis_ssf_plugin/metadata.txt",
        "qgis_ssf_plugin/ssf_model/__init__.py",
        "qgis_ssf_plugin/ssf_model/network/weights/m.onnx",
    ]


def test_a_zip_without_weights_is_refused(package, tmp_path):
    with pytest.raises(ValueError, match=r"no .* model in ssf_model/network/weights"):
        package(tiny_checkout(tmp_path / "root", weights=False), tmp_path / "a.zip")
    assert not (tmp_path / "a.zip").exists()


def test_a_zip_without_licence_is_refused(package, tmp_path):
    root = tiny_checkout(tmp_path / "root")
    (root / "LICENSE").unlink()
    with pytest.raises(ValueError, match="LICENSE is missing"):
        package(root, tmp_path / "a.zip")


def test_what_git_does_not_know_stays_out(package, tmp_path, monkeypatch):
    """A stand-in for git answers, since a bare machine has none."""
    root = tiny_checkout(tmp_path / "root")
    known = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    (root / ".git").mkdir()
    (root / "qgis_ssf_plugin" / "scratch.py").write_text("")
    (root / "ssf_model" / "network" / "weights" / "trial.onnx").write_text("")
    programs = tmp_path / "bin"
    programs.mkdir()
    listed = "".join(f"{name}\\0" for name in known)
    (programs / "git").write_text(f"#!/bin/sh\nprintf '{listed}'\n")
    (programs / "git").chmod(0o755)
    monkeypatch.setenv("PATH", str(programs), prepend=os.pathsep)
    names = package(root, tmp_path / "a.zip")
    assert "qgis_ssf_plugin/__init__.py" in names
    assert "qgis_ssf_plugin/ssf_model/network/weights/m.onnx" in names
    assert not [name for name in names if "scratch" in name or "trial" in name]


def test_the_command_does_not_overwrite_unasked(tmp_path):
    target = tmp_path / "a.zip"
    target.write_bytes(b"mine")
    done = subprocess.run(
        [sys.executable, REPOSITORY / "package_plugin.py", "--out", target],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 1
    assert "give --overwrite" in done.stderr
    assert target.read_bytes() == b"mine"

"""The folder of a batch, tampered with: the batch goes on, or refuses in one line.

It never touches what is not its own: files beside its results, and what links lead to.
"""

import contextlib
import hashlib
import json
import os
import shutil

import numpy as np
import pytest

from makers.batch_maps import QUICK, tables, wavy_map
from makers.fuzzing import (
    REFUSED,
    RESULT,
    WRONG,
    counted,
    damaged,
    heard,
    none_wrong,
    seeds,
    tampered,
    why_not,
)
from makers.onnx_networks import study_like
from ssf_model.__main__ import main
from ssf_model.headless.batch.folder import BatchFolder, _checksum

MAPS = ("a", "b")
FOREIGN = {"notes.txt": b"mine", "other.gpkg": b"mine, too", "batch/mine": b"still mine"}


def command(folder, *more):
    maps = [folder / f"{name}.gpkg" for name in MAPS]
    words = ["batch", *maps, "--out", folder / "out", "--model", folder / "m.onnx", *QUICK]
    return [str(word) for word in [*words, "--workers", "1", *more]]


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """A batch that is through, and files that are not its own."""
    folder = tmp_path_factory.mktemp("finished")
    (folder / "m.onnx").write_bytes(study_like(seed=3).SerializeToString())
    for seed, name in enumerate(MAPS):
        wavy_map(folder / f"{name}.gpkg", zones=1, length_km=12, seed=seed)
    assert main(command(folder)) == 0
    (folder / "outside").mkdir()
    (folder / "outside" / "kept").write_bytes(b"kept")
    for name, content in FOREIGN.items():
        (folder / "out" / name).write_bytes(content)
    return folder


@pytest.fixture(scope="module")
def begun(tmp_path_factory, finished):
    """A batch that was stopped as it was to finish a map: records are there."""
    folder = tmp_path_factory.mktemp("begun") / "case"
    shutil.copytree(finished, folder)
    shutil.rmtree(folder / "out")

    def stop(*_, **__):
        message = "no disk"
        raise OSError(message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(BatchFolder, "finish", stop)
        assert main(command(folder)) == 1
    assert list((folder / "out").rglob("*.npz"))
    for name, content in FOREIGN.items():
        (folder / "out" / name).write_bytes(content)
    return folder


def tamper(out, rng):
    """Do something to one thing in a batch's folder; in words, what."""
    own = [path for path in sorted(out.rglob("*"))
           if str(path.relative_to(out)) not in FOREIGN]  # fmt: skip
    path = own[int(rng.integers(len(own)))]
    outside, what = out.parent / "outside", str(path.relative_to(out))
    way = rng.random()
    if way < 0.3 or path.is_dir():
        link = str(rng.choice([str(outside), str(outside / "kept"), str(outside / "new"), "loop"]))
        shutil.rmtree(path) if path.is_dir() else path.unlink()
        if way < 0.08:
            return f"{what}: gone"
        if way < 0.16:
            (path.mkdir if path.suffix else path.touch)()
            return f"{what}: a file for a folder, or a folder for a file"
        path.symlink_to(path.name if link == "loop" else link)
        return f"{what}: link to {link}"
    content = path.read_bytes()
    if path.suffix == ".json" and way < 0.8:
        entries = tampered(json.loads(content), rng)
        if "checksum" in entries and way < 0.6:  # by somebody who knows how
            entries.pop("checksum")
            entries["checksum"] = _checksum(entries)
        path.write_text(json.dumps(entries))
        return f"{what}: entry"
    if path.suffix == ".npz" and way < 0.6:
        content = damaged(content[32:], rng)
        path.write_bytes(hashlib.sha256(content).digest() + content)
        return f"{what}: bytes, checksum fits"
    path.write_bytes(b"" if way > 0.95 else damaged(content, rng) if content else b"x")
    return f"{what}: bytes"


def kept(folder):
    """What is not the batch's own."""
    outside = (folder / "outside").rglob("*")
    found = {path: path.read_bytes() if path.is_file() else None for path in outside}
    found |= dict.fromkeys([folder / "out" / name for name in FOREIGN], b"")
    for name in FOREIGN:
        with contextlib.suppress(OSError):
            found[folder / "out" / name] = (folder / "out" / name).read_bytes()
    found |= {path: path.read_bytes() for path in folder.iterdir() if path.is_file()}
    return found


def bytes_of(path):
    """Of a result that stays as it is where it is a whole database: people edit results."""
    return path.read_bytes() if path.is_file() else None


def outcome(folder, *more):
    """Exit code and lines of a batch."""
    return heard(main, command(folder, *more))


def reason_of(folder, expected, *more):
    """What went wrong, if anything did."""
    there = kept(folder)
    before = {name: bytes_of(folder / "out" / f"{name}.gpkg") for name in MAPS}
    code, said = outcome(folder, *more)
    now = kept(folder)
    new = {path for path in {*now, *there} if now.get(path) != there.get(path)}
    reason = why_not(code, said, new, set())
    if any("a fault of ssf" in line for line in said):
        reason = f"said {[line for line in said if 'fault of ssf' in line]}"
    if not reason and code == 0:
        results = {name: folder / "out" / f"{name}.gpkg" for name in MAPS}
        odd = [name for name, path in results.items() if path.read_bytes() != before[name]
               and tables(path) != expected[name]]  # fmt: skip
        reason = f"other results: {odd}" if odd else None
    return code, reason


@pytest.mark.parametrize("state", ["finished", "begun"])
def test_tampered_batches(tmp_path, request, finished, state):
    expected = {name: tables(finished / "out" / f"{name}.gpkg") for name in MAPS}
    source, wrong = request.getfixturevalue(state), []
    for seed in seeds(20):
        rng = np.random.default_rng([12, len(state), seed])
        folder = tmp_path / f"case{seed}"
        shutil.copytree(source, folder)
        what = f"{state}, {seed}: {tamper(folder / 'out', rng)}"
        for more in ([], ["--overwrite"]):
            code, reason = reason_of(folder, expected, *more)
            counted(f"batch, {state}", WRONG if reason else REFUSED if code else RESULT)
            if reason:
                wrong.append(f"{what}, {more}: {reason}")
        shutil.rmtree(folder)
    none_wrong(wrong)


def test_an_untouched_batch_has_nothing_to_do(tmp_path, finished, begun):
    """Else the test above would be content with refusing everything."""
    expected = {name: tables(finished / "out" / f"{name}.gpkg") for name in MAPS}
    for source in (finished, begun):
        shutil.copytree(source, tmp_path / source.name)
        assert reason_of(tmp_path / source.name, expected) == (0, None)
        assert os.listdir(tmp_path / source.name / "outside") == ["kept"]

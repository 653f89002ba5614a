"""Verbs of training write over no input, whatever they are told and by whatever name."""

import os

import pytest

from training.__main__ import main

READ = {  # words of a verb whose only missing one is where it writes; files and folders it reads
    "split": ("split windows --by published --overwrite --out", ["windows/windows.json"]),
    "train": (
        "train --windows windows --split split.json --config config.json --overwrite --run",
        ["windows", "split.json", "config.json", "windows/windows.csv", "."],
    ),
    "evaluate": (
        "evaluate --run run --windows windows --split split.json --overwrite --out",
        ["run/best.weights.h5", "windows/windows.npz", "split.json"],
    ),
    "report": (
        "evaluate --model m.onnx --windows windows --split split.json --overwrite --report",
        ["windows", "run/..", "m.onnx"],
    ),
    "export": (
        "export --run run --windows windows --scores scores.json --spread spread.json --name n "
        "--version 1 --overwrite --out",
        ["scores.json", "spread.json", "run/settings.json", "windows/windows.npz"],
    ),
    "card": ("card m.onnx --scores scores.json --preface p.md --overwrite --out",
             ["m.onnx", "scores.json", "p.md"]),
    "spread": ("spread run --windows windows --split split.json --overwrite --out",
               ["run/split.json", "split.json"]),
    "calibrate": ("calibrate m.onnx run --windows windows --split split.json --overwrite --out",
                  ["m.onnx", "run/result.json"]),
    "ingest": ("ingest raw --overwrite --out", ["raw", "raw/a.mat", "raw/.."]),
    "picture": ("picture raw/a.mat --overwrite --out", ["raw/a.mat"]),
    "realism": ("realism --windows windows --against m.onnx --clay c.npz --overwrite --out",
                ["m.onnx", "c.npz", "windows/windows.csv"]),
    "search": ("search --windows windows --split split.json --config config.json --out best.json "
               "--overwrite --study", ["split.json", "config.json", "best.json"]),
    "import": ("import-keras w.hdf5 --overwrite --out", ["w.hdf5"]),
}  # fmt: skip
FILES = [
    "windows/windows.npz", "windows/windows.csv", "windows/windows.json", "split.json",
    "config.json", "run/best.weights.h5", "run/settings.json", "run/split.json", "run/result.json",
    "scores.json", "spread.json", "m.onnx", "p.md", "raw/a.mat", "c.npz", "w.hdf5", "best.json",
    "settings.json",
]  # fmt: skip


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """Files that verbs read, with something in them that is worth keeping."""
    place = tmp_path / "place"
    for name in FILES:
        (place / name).parent.mkdir(parents=True, exist_ok=True)
        (place / name).write_text(f"years went into {name}")
    monkeypatch.chdir(place)
    return place


def held(folder):
    return {name: (folder / name).read_text() for name in FILES}


def refused(words, output, capsys):
    assert main([*words.split(), str(output)]) == 1
    (line,) = capsys.readouterr().err.splitlines()  # before anything was read
    return line


@pytest.mark.parametrize(
    ("words", "name"), [(words, name) for words, names in READ.values() for name in names]
)
def test_an_output_that_is_an_input_is_refused_by_whatever_name(folder, words, name, capsys):
    before = held(folder)
    told = ("inputs are never changed", "is the output --")
    assert any(text in refused(words, name, capsys) for text in told)
    os.symlink(folder / name, folder.parent / "link")
    assert any(text in refused(words, folder.parent / "link", capsys) for text in told)
    if os.path.isfile(name):
        os.link(name, folder.parent / "hard")
        assert any(text in refused(words, folder.parent / "hard", capsys) for text in told)
    assert held(folder) == before


@pytest.mark.parametrize(
    ("words", "output"),
    [
        ("split windows --by experiment --overwrite --out", "windows/split.json"),
        ("evaluate --run run --windows windows --split split.json --overwrite --out",
         "run/scores.json"),
        ("spread run --windows windows --split split.json --overwrite --out", "run/spread.json"),
        ("calibrate run --windows windows --split split.json --overwrite --out", "run/c.json"),
    ],
)  # fmt: skip
def test_what_a_verb_wrote_beside_what_it_reads_is_no_input(folder, words, output, capsys):
    """The same command goes both times: refused is here what is read, which are no windows."""
    assert "not a readable folder of windows" in refused(words, output, capsys)
    (folder / output).write_text("of the first time")
    assert "not a readable folder of windows" in refused(words, output, capsys)
    without = words.replace(" --overwrite", "")
    assert "exists already; give --overwrite" in refused(without, output, capsys)


def test_a_new_file_may_lie_in_a_folder_that_is_read(folder, capsys):
    """As scores beside the run that they are of; what is refused here is what is read."""
    words = "evaluate --run run --windows windows --split split.json --out"
    assert "not a readable folder of windows" in refused(words, "run/scores.json", capsys)

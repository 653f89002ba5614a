"""What a training leaves, tampered with: read as it says, or refused in one line; no code runs.

Verbs run in a process of its own that may die: HDF5's library reads damaged files badly.
"""

import shutil

import h5py
import numpy as np
import pytest

from makers.fuzzing import REFUSED, counted, damaged, none_wrong, seeds
from makers.run_folders import made_road, words
from makers.training_cases import tamper, wrong_cases
from training.__main__ import main

pytest.importorskip("tensorflow")

# Which files a verb reads, and what it writes.
READ = {
    "evaluate": ("windows/windows.npz windows/windows.csv windows/windows.json split.json "
                 "run/settings.json run/best.weights.h5", "scores.json"),
    "export a spread": ("windows/windows.json run/settings.json run/versions.json run/split.json "
                        "run/best.weights.h5 scores.json spread.json", "spread.onnx"),
    "verify": ("model.onnx windows/windows.json split.json", None),
    "card": ("model.onnx scores.json", "CARD.md"),
    "go on": ("run/settings.json run/versions.json run/split.json run/result.json config.json "
              "windows/windows.json", None),
    "import-keras": ("keras2.h5", "imported.onnx"),
}  # fmt: skip


@pytest.fixture(scope="module")
def road(tmp_path_factory):
    return made_road(tmp_path_factory.mktemp("road"))


def made_of(verb, folder, code, new):
    """What a verb may make; without its result a run is trained anew."""
    out = READ[verb][1]
    if verb == "go on" and code == 0:
        return {path for path in new if path.parent == folder / "run"}
    return {folder / out} if out else set()


def copied(road, folder, verb):
    """All that a training left, less what a verb is to make."""
    shutil.copytree(road, folder)
    if READ[verb][1]:
        (folder / READ[verb][1]).unlink(missing_ok=True)
    return folder


def test_tampered_folders(road, tmp_path):
    cases = []
    for verb, (files, _) in READ.items():
        for seed in seeds(7):
            rng = np.random.default_rng([10, len(verb), seed])
            folder = copied(road, tmp_path / f"{verb} {seed}", verb)
            name = str(rng.choice(files.split()))
            cases.append((verb, folder, f"{seed}: {name}, {tamper(folder / name, rng)}"))
    none_wrong(wrong_cases(cases, words, made_of))


def test_damaged_weights(road, tmp_path):
    """Where HDF5's headers stand, which are few of a file's bytes."""
    cases = []
    for verb, name in (("evaluate", "run/best.weights.h5"), ("import-keras", "keras2.h5")):
        for seed in seeds(7):
            rng = np.random.default_rng([11, len(verb), seed])
            folder = copied(road, tmp_path / f"{verb} {seed}", verb)
            whole = (folder / name).read_bytes()
            place = int(rng.integers(min(len(whole), 8_000)))
            near = whole[place : place + 200]
            content = whole[:place] + damaged(near, rng) + whole[place + len(near) :]
            (folder / name).write_bytes(content)
            cases.append((verb, folder, f"{seed}: {name}, bytes at {place}"))
    none_wrong(wrong_cases(cases, words, made_of))


def test_nothing_tampered_with_works(road, tmp_path):
    """Else the tests above would be content with refusing everything."""
    for verb in READ:
        assert main(words(verb, copied(road, tmp_path / verb, verb))) == 0


@pytest.mark.parametrize("verb", ["evaluate", "import-keras"])
def test_code_in_a_weights_file_is_never_run(road, tmp_path, verb):
    """A whole model with a Lambda whose code would make a file, as Keras 2 and 3 keep it."""
    import keras

    marker, folder = tmp_path / "marker", copied(road, tmp_path / "case", verb)

    def code(x):
        open(marker, "w").close()
        return x

    inputs = keras.Input((16, 8, 1))
    model = keras.Model(inputs, keras.layers.Lambda(code, output_shape=(16, 8, 1))(inputs))
    marker.unlink(missing_ok=True)
    model.save(tmp_path / "whole.h5")
    model.save(tmp_path / "whole.keras")
    with h5py.File(tmp_path / "whole.h5") as file:
        assert "Lambda" in str(file.attrs["model_config"])
    place = folder / ("run/best.weights.h5" if verb == "evaluate" else "keras2.h5")
    for ending in ("h5", "keras"):
        shutil.copy(tmp_path / f"whole.{ending}", place)
        assert main(words(verb, folder)) == 1
        counted("training, code", REFUSED)
        assert not marker.exists()

"""From a run that tells its interval to the card that carries it, and back: the verbs."""

import json
import shutil

import pytest

from makers.wandering import wandering
from ssf_model.network.model import open_model
from training.__main__ import main
from training.fitting.config import TrainingConfig, config_to_json
from training.scoring.own_interval import card_interval
from training.windows.dataset import write_windows

keras = pytest.importorskip("keras")

pytestmark = pytest.mark.numerical


@pytest.fixture(scope="module")
def road(tmp_path_factory):
    """Windows, a split that calibrates, an untrained run, its interval and its ONNX file."""
    from training.fitting.architectures import ARCHITECTURES

    folder = tmp_path_factory.mktemp("road")
    write_windows([wandering(name, frames=8) for name in "ABCDEFGHI"], folder / "windows")
    words = "split {0}/windows --by experiment --calibrate step --out {0}/split.json"
    assert main(words.format(folder).split()) == 0
    keras.utils.set_random_seed(3)
    (folder / "run").mkdir()
    model = ARCHITECTURES["mirrored"].build(48, 24)
    model.save_weights(str(folder / "run" / "best.weights.h5"))
    settings = config_to_json(TrainingConfig(architecture="mirrored", flips=False))
    (folder / "run" / "settings.json").write_text(settings)
    (folder / "run" / "versions.json").write_text("{}")
    shutil.copy(folder / "split.json", folder / "run" / "split.json")
    for words in (
        "spread {0}/run --windows {0}/windows --split {0}/split.json --frames 8 --level 0.6 "
        "--shift 1 --out {0}/spread.json",
        "evaluate --run {0}/run --windows {0}/windows --split {0}/split.json --sets test "
        "--out {0}/scores.json",
        "export --run {0}/run --windows {0}/windows --scores {0}/scores.json "
        "--spread {0}/spread.json --name tiny --version 1 --out {0}/model.onnx",
    ):
        assert main(words.format(folder).split()) == 0
    return folder


def verify(road, model):
    words = f"verify {model} --windows {road}/windows --split {road}/split.json"
    return main([*words.split(), "--engines", "numpy"])


def test_the_interval_measured_is_the_cards(road):
    found = json.loads((road / "spread.json").read_text())
    card = open_model(road / "model.onnx").card
    assert dict(card.interval) == card_interval(found)
    assert card.interval["level"] == 0.6
    assert card.interval["held"]["calibration"]["all"]["n_experiments"] == 3
    assert dict(card.spread) == {}


def test_the_interval_holds_where_it_is_measured_again(road, capsys):
    assert verify(road, road / "model.onnx") == 0
    assert "figures of the interval hold" in capsys.readouterr().out


def test_an_interval_that_was_touched_up_is_refused(road, tmp_path, capsys):
    onnx = pytest.importorskip("onnx")
    proto = onnx.load(road / "model.onnx")
    (entry,) = proto.metadata_props
    card = json.loads(entry.value)
    card["interval"]["widen_by"][0] -= 0.05
    entry.value = json.dumps(card)
    onnx.save(proto, tmp_path / "touched.onnx")
    assert verify(road, tmp_path / "touched.onnx") == 1
    told = capsys.readouterr().err.splitlines()[-1]
    assert "'widen_by 0' of its interval is 0.05 off what its card says" in told

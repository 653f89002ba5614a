"""Settings come from JSON whole, and nothing unknown passes."""

import dataclasses
import json
from pathlib import Path

import pytest

import training
from ssf_model.errors import InputError
from training.fitting.config import TrainingConfig, config_to_json, load_config


def written(tmp_path, entries):
    path = tmp_path / "config.json"
    path.write_text(json.dumps(entries), encoding="utf-8")
    return path


def test_the_default_file_names_every_setting_with_its_default():
    path = Path(training.__file__).parent / "configs" / "default.json"
    assert load_config(path) == TrainingConfig()
    assert set(json.loads(path.read_text())) == {
        entry.name for entry in dataclasses.fields(TrainingConfig)
    }


def test_settings_of_the_architecture_before_are_still_there():
    """They differ in the architecture, in mirroring, which it needs, in length and in wear."""
    path = Path(training.__file__).parent / "configs" / "three_scales.json"
    expected = dataclasses.replace(
        TrainingConfig(),
        architecture="three_scales",
        flips=True,
        epochs=60,
        edge_loss=0.0,
        rim_change=0.0,
    )
    assert load_config(path) == expected


def test_settings_come_back_as_they_were_written(tmp_path):
    config = TrainingConfig(epochs=3, shift_px=(0, 4), flips=True, loss="published", seed=9)
    path = tmp_path / "config.json"
    path.write_text(config_to_json(config), encoding="utf-8")
    assert load_config(path) == config


def test_settings_left_out_keep_their_defaults(tmp_path):
    config = load_config(written(tmp_path, {"epochs": 7}))
    assert config == dataclasses.replace(TrainingConfig(), epochs=7)


def test_an_unknown_setting_is_refused_by_name(tmp_path):
    with pytest.raises(InputError, match=r"unknown settings epoch, zoom\. Known: architecture"):
        load_config(written(tmp_path, {"epoch": 7, "zoom": 0.05}))


@pytest.mark.parametrize(
    ("entries", "match"),
    [
        ({"epochs": 0}, "'epochs' must be a whole number >= 1, not 0"),
        ({"epochs": 2.5}, "'epochs' must be a whole number"),
        ({"epochs": True}, "'epochs' must be a whole number"),
        ({"batch_size": 1}, "'batch_size' must be a whole number >= 2"),
        ({"validation_windows": 0}, "'validation_windows' must be a whole number >= 1"),
        ({"seed": -1}, "'seed' must be a whole number >= 0"),
        ({"dropout": 1.0}, r"'dropout' must be in \[0, 1\)"),
        ({"balance": 1.5}, "'balance' must be from 0 to 1, not 1.5"),
        ({"balance": True}, "'balance' must be from 0 to 1"),
        ({"sd_floor": -0.1}, "'sd_floor' must be 0 or above"),
        ({"learning_rate": 0}, "'learning_rate' must be above 0"),
        ({"learning_rate": "fast"}, "'learning_rate' must be above 0"),
        ({"schedule": "step"}, "'schedule' must be one of constant, cosine"),
        ({"interval_weight": -1}, "'interval_weight' must be 0 or above"),
        ({"interval_weight": True}, "'interval_weight' must be 0 or above"),
        ({"flips": 1}, "'flips' must be true or false"),
        ({"loss": None}, "'loss' must be a name"),
        ({"shift_px": [12]}, "'shift_px' must be two whole numbers"),
        ({"shift_px": [12, -6]}, "'shift_px' must be two whole numbers"),
        ({"shift_px": 12}, "'shift_px' must be two whole numbers"),
    ],
)
def test_a_value_that_does_not_fit_is_refused_with_file_and_key(tmp_path, entries, match):
    with pytest.raises(InputError, match=rf"config\.json: Setting {match}"):
        load_config(written(tmp_path, entries))


def test_nan_is_no_learning_rate():
    with pytest.raises(InputError, match="'learning_rate' must be above 0"):
        TrainingConfig(learning_rate=float("nan"))


@pytest.mark.parametrize("text", ["{", "", "\x00"])
def test_a_file_that_is_no_json_is_refused(tmp_path, text):
    path = tmp_path / "config.json"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match="not readable as settings"):
        load_config(path)


def test_a_missing_file_and_a_list_are_refused(tmp_path):
    with pytest.raises(InputError, match="not readable as settings"):
        load_config(tmp_path / "absent.json")
    with pytest.raises(InputError, match="no JSON object but list"):
        load_config(written(tmp_path, [1, 2]))

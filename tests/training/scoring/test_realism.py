"""Virtual windows are scored by a network that never saw any, beside the laboratory's numbers."""

import json

import numpy as np
import pytest

from makers.evaluated import windows_of
from ssf_model.errors import InputError
from ssf_model.network.model import open_model
from ssf_model.network.model_card import ModelCard
from ssf_model.scale import ExperimentScale
from training.__main__ import main
from training.experiments.experiment import Experiment
from training.scoring.realism import (
    LABORATORY_WINDOWS,
    compare,
    configuration,
    report_text,
    statistics_of,
)
from training.windows.dataset import load_windows, write_windows

pytestmark = pytest.mark.numerical

SCALE = ExperimentScale(window_rows=16, window_cols=8, stride_px=6)


def many_windows():
    """Four experiments of two places and ten frames; errors of .05, and .2 by other pens."""
    names = ("EB_025_1", "EB_025_2_r2", "PP_050_1", "sandbox")
    columns = [
        (name, place, frame, (frame + 1) / 10, source)
        for source in ("virtual", "virtual, drawn 3 px", "virtual, varied")
        for name in names
        for place in range(2)
        for frame in range(10)
    ]
    experiment, place, frame, ke, source = zip(*columns)
    maps = np.zeros((len(ke), 4, 4), np.uint8)
    maps[:, 1:3, :2] = 1  # four pixels over two columns
    windows = windows_of(experiment, place, frame, ke, source=source, maps=maps)
    others = windows.source != "virtual"
    return windows, windows.ke + np.where(others, 0.2, np.where(windows.frame < 5, 0.05, -0.05))


def test_patterns_are_of_windows_as_measured():
    """Of 80 windows as measured, two columns of four show a fault; KE .2 is in its own class."""
    windows, predicted = many_windows()
    found = compare(predicted, windows)["patterns"]
    assert sum(row["windows"][0] for row in found.values()) == 80
    assert found[".2 to .3"]["windows"] == [8]
    assert found[".2 to .3"]["covered"] == [0.5, 0.5, 0.5]
    windows.manifest["families"] = {"EB_025_1": ["straight", "viscous"], "PP_050_1": ["bend"]}
    found = compare(predicted, windows)["patterns"]
    assert found[".2 to .3"]["windows"] == [2]  # straight bases are like the laboratory's


def test_scores_are_of_windows_as_measured_by_configuration():
    """The errors were made: +.05 in the first five frames, -.05 in the others."""
    windows, predicted = many_windows()
    found = compare(predicted, windows)
    assert found["all"]["n_windows"] == 80
    assert found["all"]["mae"] == pytest.approx(0.05)
    assert found["all"]["bias"] == pytest.approx(0, abs=1e-12)
    r = np.corrcoef(windows.ke[:80], predicted[:80])[0, 1]
    assert found["all"]["r"] == pytest.approx(r)
    assert found["all"]["mae_low"] <= 0.0500001
    counts = {
        name: (part["n_windows"], part["n_experiments"])
        for name, part in found["configurations"].items()
    }
    assert counts == {"EB_025": (40, 2), "PP_050": (20, 1), "other": (20, 1)}
    assert set(found["pens"]) == {"virtual, drawn 3 px", "virtual, varied"}
    assert found["pens"]["virtual, drawn 3 px"]["bias"] == pytest.approx(0.2)


def test_families_have_scores_of_their_own():
    """EB_025_1 alone is of the family: half of its frames are .05 too high, half too low."""
    windows, predicted = many_windows()
    assert compare(predicted, windows)["families"] == {}
    windows.manifest["families"] = {
        "EB_025_1": ["step", "viscous"],
        "PP_050_1": ["bend", "viscous"],
    }
    found = compare(predicted, windows)["families"]
    counts = {name: part["n_windows"] for name, part in found.items()}
    assert counts == {"bend": 20, "step": 20, "viscous": 40}
    assert found["step"]["mae"] == pytest.approx(0.05)


def test_a_family_of_which_nothing_is_as_measured_has_no_scores():
    """A step is as measured all over, 3 x 20 windows; a bend was observed again all over."""
    windows, predicted = many_windows()
    windows.manifest["families"] = {"EB_025_1": ["step"], "PP_050_1": ["bend"]}
    windows.source[windows.experiment == "EB_025_1"] = "virtual"
    windows.source[windows.experiment == "PP_050_1"] = "virtual, varied"
    found = compare(predicted, windows)["families"]
    assert {name: part["n_windows"] for name, part in found.items()} == {"step": 60}


def test_the_report_has_a_table_of_families_and_one_of_pens():
    """Errors were made: .05 as measured, .2 by other pens; a step is 20 windows of one box."""
    windows, predicted = many_windows()
    windows.manifest["families"] = {"EB_025_1": ["step", "viscous"]}
    made_of = {"network": "n", "network_sha256": "1", "data_sha256": "2", "independent": "Alone."}
    text = report_text(made_of | compare(predicted, windows))
    for name, counts, mae in (
        ("step", "20 | 1", "0.050"),
        ("virtual, drawn 3 px", "80 | 4", "0.200"),
        ("virtual, varied", "80 | 4", "0.200"),
    ):
        (row,) = (line for line in text.splitlines() if line.startswith(f"| {name} |"))
        assert row.startswith(f"| {name} | {counts} | {mae}")
    assert "By family; the laboratory had straight bases alone" in text
    assert "The same windows observed or drawn again:" in text


def test_statistics_are_those_counted_by_hand():
    windows, _ = many_windows()
    found = statistics_of(windows, windows.source == "virtual")
    assert found["windows"]["here"] == [20, 20, 20]
    assert found["pixels"]["here"] == [2, 2, 2]
    assert found["median_sd"]["here"] == pytest.approx([0.1, 0.1, 0.1])
    # Frames of the laboratory: EB_025 227, PP_050_1 219; ten of them show a fault.
    assert found["faultless_mm"]["here"] == [209 * 0.25, 217 * 0.25, 217 * 0.25]
    assert found["windows"]["laboratory"] == [
        644,
        np.median(list(LABORATORY_WINDOWS.values())),
        1021,
    ]
    # EB_025_2: (227 - 1021 / 5) x .25; EB_150_3: (191 - 644 / 5) x .25.
    low, _, high = found["faultless_mm"]["laboratory"]
    assert (low, high) == pytest.approx((5.7, 15.55))
    others = np.array([name == "sandbox" for name in windows.experiment])
    assert "faultless_mm" not in statistics_of(windows, others)


def test_only_windows_as_measured_are_held_against_the_laboratorys():
    windows, predicted = many_windows()
    windows.maps[windows.source != "virtual", 0] = 1
    found = compare(predicted, windows)["statistics"]
    assert found == statistics_of(windows, windows.source == "virtual")
    assert found["pixels"]["here"] == [2, 2, 2]


def test_the_published_counts_add_up_to_the_published_sum():
    """The study: 7,998 + 3,064 + 1,532 windows in its sets, and PP_150_1 in none."""
    assert sum(LABORATORY_WINDOWS.values()) - LABORATORY_WINDOWS["PP_150_1"] == 7998 + 3064 + 1532


def test_names_tell_the_configuration():
    assert configuration("EB_150_3_r12") == "EB_150"
    assert configuration("PP_100_2") == "PP_100"
    assert [configuration(name) for name in ("XB_150_3", "EB_150", "EB_150_3_q")] == ["other"] * 3


def test_what_does_not_fit_is_refused():
    windows, predicted = many_windows()
    with pytest.raises(InputError, match="3 predictions do not fit 240 windows"):
        compare(predicted[:3], windows)
    windows.source[:] = "virtual, drawn 2 px"
    with pytest.raises(InputError, match="No window is as measured"):
        compare(predicted, windows)


@pytest.fixture(scope="module")
def road(tmp_path_factory):
    """Windows of two experiments, and how to export an untrained network with some card."""
    keras = pytest.importorskip("keras")
    from training.fitting.architectures import published_network
    from training.publishing.onnx_file import export_model

    folder = tmp_path_factory.mktemp("realism")
    rng = np.random.default_rng(1)
    experiments = [
        Experiment(
            name, "virtual", (rng.random((16, 20, 9)) < 0.2).astype(np.uint8),
            rng.random((3, 9)), rng.random((3, 9)), SCALE,
        )
        for name in ("EB_025_1", "PP_050_1_r2")
    ]  # fmt: skip
    write_windows(experiments, folder / "windows")
    keras.utils.set_random_seed(3)
    network = published_network(16, 8)

    def export(name, **facts):
        card = ModelCard(
            name=name, version="1", window_rows=16, window_cols=8, stride_px=6, **facts
        )
        export_model(network, card, folder / name)
        return folder / name

    return folder, export


def test_the_verb_writes_both_reports_whole(road, tmp_path, capsys):
    folder, export = road
    model = export("clay.onnx", material="wet kaolin")
    out, markdown = tmp_path / "report.json", tmp_path / "report.md"
    words = ["realism", "--windows", f"{folder}/windows", "--against", str(model),
             "--out", str(out), "--markdown", str(markdown)]  # fmt: skip
    assert main(words) == 0
    found = json.loads(out.read_text())
    windows = load_windows(folder / "windows")
    answers = open_model(model, engine="numpy").predict(windows.maps)
    assert found["all"]["mae"] == pytest.approx(np.abs(answers - windows.ke).mean(), abs=1e-5)
    assert found["data_sha256"] == windows.sha256
    text = markdown.read_text()
    assert capsys.readouterr().out == text
    assert "never used to train, to tune or to choose settings" in text
    assert f"| **all** | {len(windows)} | 2 | {found['all']['mae']:.3f} [" in text
    assert "| below .2 |" in text
    assert {path.name for path in tmp_path.iterdir()} == {"report.json", "report.md"}
    out.unlink()
    assert main(words) == 1
    assert "report.md exists" in capsys.readouterr().err
    assert not out.exists()
    figure = tmp_path / "windows.png"
    assert main([*words, "--overwrite", "--figure", str(figure)]) == 0
    assert figure.read_bytes()[:4] == b"\x89PNG"
    assert out.exists()


def test_a_network_that_saw_virtual_maps_is_no_judge(road, tmp_path, capsys):
    folder, export = road
    seen = load_windows(folder / "windows").sha256
    for name, facts, trained_on in (
        ("ours.onnx", {"material": "virtual wet kaolin"}, "virtual wet kaolin"),
        ("same.onnx", {"material": "clay", "training_data_sha256": seen}, "these windows"),
    ):
        model = export(name, **facts)
        words = f"realism --windows {folder}/windows --against {model} --out {tmp_path}/r.json"
        assert main(words.split()) == 1
        assert f"was trained on {trained_on}. Give a network" in capsys.readouterr().err

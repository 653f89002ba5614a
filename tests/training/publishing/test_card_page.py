"""The page on a model says the numbers of its file and evaluation, and no other model's."""

import dataclasses
import hashlib
import json
import re

import numpy as np
import pytest

from makers.evaluated import two_pens
from ssf_model.estimate.flags import LEGEND
from ssf_model.network.model_card import ModelCard
from training.__main__ import main
from training.publishing.card_page import STUDY_WITHIN_2SD, card_page
from training.scoring.evaluation import evaluate, evaluate_baselines
from training.scoring.line_answers import line_answers

SPREAD = {
    "level": 0.9, "half_width": 0.1023, "shift_px": 2.5, "n_windows": 2127, "n_experiments": 8,
    "n_windows_test": 2218, "n_experiments_test": 8, "held_left_out": 0.898,
    "held_left_out_worst": 0.779, "held_test": 0.9152, "held_test_low": 0.8923,
    "held_test_high": 0.9354, "held_test_worst": 0.86, "held_test, KE below 0.2": 0.7,
}  # fmt: skip
HELD = {"held": 0.905, "held_low": 0.88, "held_high": 0.93, "n_windows": 1234, "width": 0.417}
INTERVAL = {
    "level": 0.9, "shift_px": 2.5, "stretch_px": [3.0, 8.0], "widen_by": [0.021, -0.013, 0.3],
    "held": {
        "test": {"all": HELD, "below 3 px": HELD | {"held": 0.8}},
        "never_seen": {"3 to 8 px": {"held": 0.7, "n_windows": 5, "width": 0.2}},
    },
}  # fmt: skip


class Counting:
    """A network that answers the share of a window's pixels that are fault."""

    def __init__(self, path, card):
        self.path, self.card, self.reads_apart = path, card, False

    def predict(self, maps):  # noqa: D102
        return maps.mean(axis=(1, 2), dtype=np.float32)

    def answer(self, maps, stretch_px=None):  # noqa: D102
        return self.predict(maps)[:, None]


@pytest.fixture(scope="module")
def evaluation():
    windows = two_pens(experiments=6)
    names = (("E0", "E1"), ("E2", "E3"), ("E4", "E5"))
    sets = {
        name: np.flatnonzero(np.isin(windows.experiment, of))
        for name, of in zip(("train", "validation", "test"), names)
    }
    drawn = windows.source == "virtual, drawn 3 px"
    answers = windows.ke + np.where(drawn, 0.3, 0.05)
    predicted = {name: answers[rows] for name, rows in sets.items()}
    other = {name: windows.ke[rows] + 0.4 for name, rows in sets.items()}
    found = evaluate(predicted, windows, sets, against=other)
    return found | evaluate_baselines(windows, sets["train"], sets)


@pytest.fixture
def model(tmp_path, evaluation):
    (tmp_path / "made-up.onnx").write_bytes(b"network")
    card = ModelCard(
        name="made-up", version="9", material="jelly", seed=77, licence="none",
        training_data="twelve boxes", training_data_sha256="abc", citation="Nobody (1999)",
        scores=evaluation["sets"], spread=SPREAD, made_with={"keras": "0.1"},
        input_ranges={"trace_px": (61.25, 404.0), "cover": (0.25, 1.0)},
    )  # fmt: skip
    return Counting(tmp_path / "made-up.onnx", card)


def table(page, title):
    """Cells of the first table below a heading: first column -> the others."""
    below = page.split(f"{title}\n", 1)[1]
    lines = re.search(r"(?:^\|.*\n)+", below, re.MULTILINE).group().splitlines()[2:]
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]
    return {row[0]: row[1:] for row in cells}


def test_the_scores_read_back_are_those_of_the_evaluation(model, evaluation):
    """Errors were made: .05 as measured and .30 as drawn, .25 from pen to pen."""
    page = card_page(model, evaluation=evaluation)
    by_set = table(page, "## Scores")
    for name, scores in evaluation["sets"].items():
        assert by_set[name][0] == str(scores["n_windows"])
        assert by_set[name][2].startswith(f"{scores['mae']:.3f} [{scores['mae_low']:.3f}, ")
    by_source = table(page, "### By source, set `test`")
    assert [by_source[f"virtual{pen}"][2][:5] for pen in ("", ", drawn 3 px")] == ["0.050", "0.300"]
    assert set(table(page, "### By KE, set `test`")) == set(evaluation["groups"]["test"]["ke"])
    assert "KE changes by 0.250 on average from pen to pen, 95 % by less than 0.250" in page
    beside = table(page, "### Beside simple answers, set `test`")
    assert beside["**made-up-9**"] == by_set["test"]
    mean_label = evaluation["baselines"]["mean label"]["test"]["mae"]
    assert beside["linear model of mean label"][2].startswith(f"{mean_label:.3f}")
    other = table(page, "### Beside another network, set `test`")
    assert other["the other with the labels"][2].startswith("0.400")


def test_the_page_holds_facts_ranges_interval_and_legend(model):
    page = card_page(model, preface="Do **not** eat.\n")
    assert page.startswith("# made-up-9\n\nDo **not** eat.\n\n## What it is\n")
    facts = table(page, "## What it is")
    assert facts["seed"] == ["77"]
    assert facts["its sha256"] == [f"`{hashlib.sha256(b'network').hexdigest()}`"]
    assert "12.8 x 6.4 km" in facts["reads"][0]
    assert (facts["training data"], facts["material"]) == (["twelve boxes"], ["jelly"])
    ranges = table(page, "## What its training windows look like")
    assert ranges["`trace_px`"] == ["fault pixels", "61.25", "404"]
    interval = table(page, "## Interval of KE")
    assert "widened by 0.102 on both sides" in page
    assert "held 90% of the labels" in page
    assert interval["held of the test set"] == ["91.5% [89.2%, 93.5%]"]
    assert interval["its worst experiment"] == ["86.0%"]
    assert interval["found on, windows of experiments"] == ["2,127 of 8"]
    assert interval["held of the test set's windows with KE below 0.2"] == ["70.0%"]
    limits = table(page, "## Limits")
    assert {flag.strip("`"): text for flag, (text,) in limits.items()} == LEGEND
    assert page.endswith("Licence: none.\n\nNobody (1999)\n")


def test_an_interval_that_the_network_tells_is_shown_class_by_class(model):
    model.card = dataclasses.replace(model.card, spread={}, interval=INTERVAL)
    page = card_page(model)
    assert "hold 90% of the labels" in page
    assert "moved by 2.5 pixels" in page
    assert (
        "| median straight stretch | widened by | held, set test | held, set never_seen |" in page
    )
    assert table(page, "## Interval of KE") == {
        "below 3 px": ["+0.021", "80.0% [88.0%, 93.0%] of 1,234, width 0.42", ""],
        "3 to 8 px": ["-0.013", "", "70.0% of 5, width 0.20"],
        "8 px and above": ["+0.300", "", ""],
        "all": ["", "90.5% [88.0%, 93.0%] of 1,234, width 0.42", ""],
    }


def test_a_card_that_is_nearly_empty_says_so(model):
    model.card = ModelCard(name="bare", version="0")
    page = card_page(model)
    assert "Not calibrated: estimates carry no interval" in page
    assert "## Scores\n\nThe file states none." in page
    assert "Licence: none stated." in page
    assert "| |" not in page.replace("|  |", "| |")


def test_the_table_beside_the_study_takes_each_share_from_its_evaluation(model, evaluation):
    study_split = json.loads(json.dumps(evaluation))
    for place, name in enumerate(("train", "validation", "test")):
        study_split["sets"][name]["within_2sd"] = 0.5 + place / 10
        study_split["groups"][name]["source"]["virtual"]["within_2sd"] = 0.2 + place / 10
    page = card_page(model, evaluation=evaluation, by_study_split=study_split)
    found = table(page, "## Beside the study")
    assert STUDY_WITHIN_2SD == (0.967, 0.961, 0.909)  # table 1 and text of the study
    assert found["the study, laboratory clay"] == ["96.7 / 96.1 / 90.9 %", "not published"]
    assert found["ours, all maps"] == ["50.0 / 60.0 / 70.0 %", "50.0 / 50.0 / 50.0 %"]
    assert found["ours, maps as seen"] == ["20.0 / 30.0 / 40.0 %", "100.0 / 100.0 / 100.0 %"]


def test_lines_are_drawn_where_their_names_say(model):
    """Closed form: a line of w pixels along a window of 128 rows covers w / 128 of it."""
    answers = line_answers(model)
    for width in (2, 3, 4):
        straight = answers["a straight line through the middle, drawn so wide"][f"{width} px"]
        # Rows whose centres lie on its rims count, too: up to one more than its width.
        assert width / 128 - 1e-6 <= straight <= (width + 1) / 128 + 1e-6
    one = answers["moved across strike by"]["0 px"]
    assert answers["moved across strike by"]["30 px"] == pytest.approx(one)
    assert answers["two lines, apart by"]["16 px"] == pytest.approx(2 * one, abs=1e-4)
    turned = answers["turned by"]["20 degrees"]
    assert turned == pytest.approx(3 / 128 / np.cos(np.radians(20)), rel=0.03)
    half = answers["one segment alone, so long"]["32 px"]
    # Half as long, and two half circles of 3 px for its ends; a column of 4 px more or less.
    assert half == pytest.approx(one / 2 + np.pi * 1.5**2 / (128 * 64), abs=4 / (128 * 64))


def test_lines_that_do_not_fit_a_small_window_are_left_out():
    """Of 32 x 16 px, lines up to 4 px thick: by hand, what stays 4 px from the rim."""
    card = ModelCard(name="small", version="1", window_rows=32, window_cols=16, stride_px=12)
    answers = line_answers(Counting("small.onnx", card))
    assert [key.split()[0] for key in answers["moved across strike by"]] == ["0", "5", "10"]
    crossed = answers["crossed at a right angle by one so long"]
    assert [key.split()[0] for key in crossed] == ["5", "10", "15", "20"]
    assert [key.split()[0] for key in answers["two lines, apart by"]] == ["4", "8", "16"]
    assert list(answers["one segment alone, so long"]) == ["16 px"]


@pytest.fixture(scope="module")
def exported(tmp_path_factory, evaluation):
    """An untrained network whose card states the evaluation's scores."""
    pytest.importorskip("keras")
    from training.fitting.architectures import published_network
    from training.publishing.onnx_file import export_model

    folder = tmp_path_factory.mktemp("exported")
    card = ModelCard(
        name="tiny", version="1", window_rows=16, window_cols=8, stride_px=6,
        scores=json.loads(json.dumps(evaluation["sets"])),
    )  # fmt: skip
    export_model(published_network(16, 8), card, folder / "model.onnx")
    (folder / "scores.json").write_text(json.dumps(evaluation))
    return folder


def test_the_verb_writes_a_page_and_never_over_another_unasked(exported, tmp_path, capsys):
    (tmp_path / "preface.md").write_text("Mine.")
    words = (
        f"card {exported}/model.onnx --scores {exported}/scores.json "
        f"--study-split {exported}/scores.json --preface {tmp_path}/preface.md "
        f"--out {tmp_path}/CARD.md"
    )
    assert main(words.split()) == 0
    page = (tmp_path / "CARD.md").read_text()
    assert page.startswith("# tiny-1\n\nMine.\n")
    assert "## Beside the study" in page
    (tmp_path / "CARD.md").write_text("thesis")
    assert main(words.split()) == 1
    assert "CARD.md exists" in capsys.readouterr().err
    assert (tmp_path / "CARD.md").read_text() == "thesis"
    assert main([*words.split(), "--overwrite"]) == 0
    assert (tmp_path / "CARD.md").read_text() == page


def test_scores_that_are_not_the_model_s_are_refused(exported, evaluation, tmp_path, capsys):
    changed = json.loads(json.dumps(evaluation))
    changed["sets"]["test"]["mae"] += 1e-9
    (tmp_path / "other.json").write_text(json.dumps(changed))
    (tmp_path / "none.json").write_text('{"sets": {}}')
    changed = json.loads(json.dumps(evaluation))
    changed["groups"]["test"]["ke"]["below 0.2"] = "twelve"
    (tmp_path / "odd.json").write_text(json.dumps(changed))
    for words, message in (
        ("--scores {0}/other.json", "its scores are not those that the card of"),
        ("--scores {0}/none.json", "not readable as scores ('groups')"),
        ("--scores {0}/absent.json", "not readable as scores"),
        ("--scores {0}/odd.json", "odd.json: not readable as scores (string indices must be"),
        ("--preface {0}/absent.md", "cannot be read as text"),
        ("--study-split {0}/other.json", "--scores, which is not given"),
    ):
        more = words.format(tmp_path).split()
        assert main(["card", f"{exported}/model.onnx", *more, "--out", f"{tmp_path}/C.md"]) == 1
        told = capsys.readouterr().err
        assert message in told
        assert told.splitlines()[-1].startswith("error: ")
    assert not (tmp_path / "C.md").exists()

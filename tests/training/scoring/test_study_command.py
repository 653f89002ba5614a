"""The command of the study's comparison: documents, and a run on made-up maps."""

import sys

import numpy as np
import pytest
import shapely

from makers.map_files import ORIGIN, write
from makers.places import REPOSITORY
from ssf_model.errors import InputError
from ssf_model.network.model import default_model_path, open_model

pytest.importorskip("scipy", reason="the training packages are not here")
pytest.importorskip("pyogrio", reason="the packages of the command line are not here")
sys.path.insert(0, str(REPOSITORY / "benchmarks"))

import study
from clay_maps import as_they_are
from doc_blocks import BEGIN, END, put_blocks
from published_values import CHINA, HECTOR_MINE, MAPS, PUBLISHED, RUPTURE_LINES, estimate
from study_faults import read_slips

NAMES = ("one", "other")


def marked(name, body):
    return f"{BEGIN.format(name)}{body}{END.format(name)}"


def test_a_block_is_replaced_and_all_else_stays():
    text = f"before\r\n{marked('one', 'old')} between {marked('other', 'kept')}\nafter"
    found = put_blocks(text, {"one": "| new |", "unasked": "x"}, names=NAMES, place="page.md")
    expected = marked("one", "\n\n| new |\n\n")
    assert found == f"before\r\n{expected} between {marked('other', 'kept')}\nafter"
    assert put_blocks(found, {"one": "| new |"}, names=NAMES, place="page.md") == found


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ("nothing", "page.md: has no marker such as <!-- made by benchmarks/study.py: one -->"),
        (marked("third", ""), "nothing makes 'third'; there is one, other"),
        (marked("one", "") * 2, "'one' needs one marker to begin and one to end"),
        (BEGIN.format("one") + marked("one", ""), "'one' needs one marker to begin"),
        (BEGIN.format("one"), "'one' needs one marker to begin and one to end"),
        (END.format("one") + BEGIN.format("one"), "the end of 'one' does not follow"),
        (marked("one", marked("other", "")), "the end of 'one' does not follow"),
    ],
)
def test_markers_that_do_not_fit_are_refused(text, complaint):
    with pytest.raises(InputError, match=complaint):
        put_blocks(text, {"one": "x"}, names=NAMES, place="page.md")


def test_the_documents_have_a_place_for_every_table_and_each_once():
    found = []
    for name in ("study.md", "real-faults.md"):
        text = (REPOSITORY / "docs" / name).read_text(encoding="utf-8")
        put_blocks(text, {}, names=study.BLOCKS, place=name)
        found += [block for block in study.BLOCKS if BEGIN.format(block) in text]
    assert sorted(found) == sorted(study.BLOCKS)


def test_the_table_of_slip_names_lines_that_there_are(reference_data):
    lines = study.strike_slip_lines(reference_data / "faults")
    assert len(lines) == 31  # of the 66 events, counted in the file by hand
    assert set(read_slips(study.SLIPS)) <= set(lines)


@pytest.fixture
def made_up(tmp_path, monkeypatch):
    """A folder of maps in which every zone has the same answer: KE .5, generalized .25."""
    folder = tmp_path / "data" / "faults"
    folder.mkdir(parents=True)
    names = {name for entry in PUBLISHED for _, name in entry.zones if name is not None}
    line = shapely.LineString([ORIGIN, ORIGIN + 1000])
    path = folder / RUPTURE_LINES.file
    write(path, [line] * 2, eq_name=["HectorMine", "ElAsnam"], style=["Strike-Slip", "Reverse"])

    def answer(fault_map, where, options):
        assert where == folder
        assert options[:2] == ["--model", str(default_model_path())]
        ke = 0.25 if options[2:] == ["--generalize", "always"] else 0.5
        own = {"ke_median": ke, "ke_min": ke, "ke_max": ke, "n_windows": 1, "n_windows_with_ke": 1}
        own |= {"interval": "none", "ofd_ends": None, "n_without": 1, "flags": {}}
        return {**own, "zones": [{"zone": name, **own} for name in sorted(names)]}

    monkeypatch.setattr(study, "estimate", answer)
    monkeypatch.setenv("SSF_REFERENCE_DATA", str(folder.parent))
    return tmp_path


def test_one_command_fills_the_documents(made_up, monkeypatch, capsys):
    page = made_up / "page.md"
    page.write_text("\n".join(marked(name, " ") for name in study.BLOCKS), encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["study.py", "--into", str(page)])
    assert study.main() == 0
    text = page.read_text(encoding="utf-8")
    assert marked("experiments", " ") in text  # nothing was there to make it of
    assert marked("real clay", " ") in text
    for row in (
        "| 17-68 | - | 50 (50-50) | none | 75 (75-75) |",
        "| HectorMine | 1.01-1.294 | 1 of 1 | 50 (50-50) | none | 1 of 1 | 75 (75-75) | none |",
        "| below 3 km | HectorMine | 34-67 | 50 of 1 | 1 | 75 of 1 | 0 |",
        "| Landers 1992 | 46 +- 10 (Milliner et al. 2015, image correlation) | Rupture lines "
        "(FDHI) | 50 | none | 1 of 1 |",
    ):
        assert text.count(row) == 1
    assert "ElAsnam" not in text  # no strike-slip fault
    assert "rank correlation" not in text  # all answers are alike
    assert "## Maturity" in capsys.readouterr().out


def test_an_estimate_tells_the_interval_of_each_zone(tmp_path):
    """Truth: OFD is 1 - KE, and a straight fault's lies between the ends of its interval."""
    half = np.array([10_000.0, 0.0])
    line = shapely.LineString([ORIGIN - half, ORIGIN + half])
    write(tmp_path / HECTOR_MINE.file, [line], id=[1])
    summary = estimate(HECTOR_MINE, tmp_path, ["--generalize", "never"])
    (zone,) = summary["zones"]
    low, high = zone["ofd_ends"]
    assert low <= 1 - zone["ke_median"] <= high
    assert zone["interval"] == summary["interval"] == f"{1 - high:.2f}-{1 - low:.2f}"
    assert zone["n_windows"] == zone["n_windows_with_ke"] == 3
    assert zone["n_without"] == 0


def test_one_table_alone_asks_for_no_map_that_it_does_not_show(made_up, monkeypatch, capsys):
    asked = []
    answer = study.estimate
    monkeypatch.setattr(
        study, "estimate", lambda *of: asked.append((of[0], of[2][2:])) or answer(*of)
    )
    monkeypatch.setattr(sys, "argv", ["study.py", "--only", "faults"])
    assert study.main() == 0
    assert asked == [(each, []) for each in MAPS if each != CHINA]
    assert capsys.readouterr().out.startswith("## Faults\n")


def test_the_published_network_is_that_of_the_study(reference_data, tmp_path):
    """Truth: what it answers to real clay stands beside these maps."""
    pytest.importorskip("tensorflow", reason="TensorFlow is not here")
    path = reference_data / "lab" / "clay_maps.npz"
    if not path.is_file():
        pytest.skip("the maps of real clay are not in the reference data")
    network = open_model(study.published_network(reference_data, tmp_path))
    with np.load(path, allow_pickle=False) as file:
        answers = as_they_are(file["fault_map"], network)
        assert np.abs(answers - file["published_ke"]).max() < 0.01
    assert study.published_network(tmp_path, tmp_path) is None


def test_refusals_come_in_one_line_before_the_work(made_up, monkeypatch, capsys):
    page = made_up / "page.md"
    page.write_text("no marker", encoding="utf-8")
    monkeypatch.setattr(sys, "argv", ["study.py", "--into", str(page)])
    assert study.main() == 1
    assert capsys.readouterr().err.count("\n") == 1
    monkeypatch.setattr(sys, "argv", ["study.py", "--windows", "x"])
    with pytest.raises(SystemExit):
        study.main()
    assert "--windows and --split go together" in capsys.readouterr().err
    monkeypatch.delenv("SSF_REFERENCE_DATA")
    monkeypatch.setattr(sys, "argv", ["study.py"])
    with pytest.raises(SystemExit):
        study.main()
    assert "nothing to compare" in capsys.readouterr().err

"""Tables of the study's own comparison: each from small made-up windows and zones, by hand."""

import math
import sys

import numpy as np
import pytest

from makers.places import REPOSITORY
from ssf_model.errors import InputError
from training.windows.dataset import Windows

pytest.importorskip("scipy", reason="the training packages are not here")
pytest.importorskip("pyogrio", reason="the packages of the command line are not here")
sys.path.insert(0, str(REPOSITORY / "benchmarks"))

import published_values
import study_experiments
import study_faults
from published_values import CALIFORNIA, HECTOR_MINE, LANDERS, RUPTURE_LINES
from study_faults import BETWEEN, OLD, UNKNOWN, YOUNG, Slip

NAN = math.nan


def windows_of(*rows):
    """Windows without maps; a row is experiment, source, KE and SD."""
    experiment, source, ke, ke_sd = zip(*rows)
    nothing = np.zeros(len(rows), np.int64)
    return Windows(
        maps=np.zeros((len(rows), 1, 1), np.uint8),
        experiment=np.array(experiment), window=nothing, frame=nothing,
        ke=np.array(ke), ke_sd=np.array(ke_sd), trace_px=nothing, source=np.array(source),
        stretch_px=np.ones(len(rows), np.float32), manifest={"data_sha256": "c0ffee"},
    )  # fmt: skip


WINDOWS = windows_of(  # in fractions that binary numbers hold exactly
    ("EB_025_1_r2", "virtual", 0.25, 0.125),
    ("EB_025_1_r2", "virtual, varied", 0.5, 0.125),
    ("EB_025_1_r2", "virtual, mapped 3 px", 0.75, 0.125),
    ("EB_025_1_r2", "virtual, drawn 3 px", 0.5, 0.125),
    ("PP_150_1", "virtual", 1.0, 0.125),
)
# Two standard deviations off, which counts as within; a little more; right; unused; above 1.
ANSWERS = {"A": np.array([0.5, 0.875, 0.75, 9.0, 1.5])}


def cells(table, *begin):
    """The cells of the one row that begins so."""
    rows = [[cell.strip() for cell in line.strip("|").split("|")] for line in table.splitlines()]
    (row,) = [row for row in rows if row[: len(begin)] == list(begin)]
    return row[len(begin) :]


def test_windows_within_two_standard_deviations_are_counted_set_by_set():
    table = study_experiments.set_table(
        WINDOWS, {"test": np.arange(4), "never_seen": np.array([4])}, ANSWERS
    )
    assert cells(table, "test", "as seen", "A") == [
        "2", "0.38", "0.69", "0.312", "+0.312", "50.0%", "90.9%",
    ]  # fmt: skip
    assert cells(table, "test", "as drawn", "A") == [
        "1", "0.75", "0.75", "0.000", "+0.000", "100.0%", "-",
    ]  # fmt: skip
    # 1.5 counts as 1, and the study has no such set.
    assert cells(table, "never_seen", "as seen", "A") == [
        "1", "1.00", "1.00", "0.000", "+0.000", "100.0%", "-",
    ]  # fmt: skip
    assert len(table.splitlines()) == 5


def test_experiments_are_told_apart_by_boundary_condition_and_rate():
    table = study_experiments.configuration_table(WINDOWS, np.arange(5), ANSWERS)
    assert cells(table, "elastic band, 0.25 mm/min", "as seen", "A")[0] == "2"
    assert cells(table, "elastic band, 0.25 mm/min", "as drawn", "A")[0] == "1"
    assert cells(table, "plates, 1.50 mm/min", "as seen", "A")[0] == "1"
    assert study_experiments.configuration("E280_64px") == "E280_64px"


def test_predictions_are_told_by_tenths_of_what_was_measured():
    """A label on an edge belongs to the upper tenth; 1 has none above it."""
    windows = windows_of(*[("EB", "virtual", ke, 0.1) for ke in (0.3, 0.31, 0.39, 1.0, 0.0)])
    answers = {"A": np.array([0.1, 0.2, 0.3, 0.9, 0.05])}
    table = study_experiments.against_table(windows, np.arange(5), answers)
    assert len(table.splitlines()) == 2 + 3
    assert cells(table, "0.3-0.4") == ["0.20 (0.11-0.29)"]
    assert cells(table, "0.9-1.0") == ["0.90 (0.90-0.90)"]
    assert cells(table, "0.0-0.1") == ["0.05 (0.05-0.05)"]


def test_the_published_network_errs_on_real_clay_as_was_told(reference_data):
    """Truth: the note beside these maps says .062."""
    from ssf_model.network.model import default_model_path, open_model

    path = reference_data / "lab" / "clay_maps.npz"
    if not path.is_file():
        pytest.skip("the maps of real clay are not in the reference data")
    with np.load(path, allow_pickle=False) as file:
        table = study_experiments.clay_table(dict(file), open_model(default_model_path()))
    assert "labelled 0.25 0.44 0.58 0.78" in table
    assert cells(table, "the study's network, maps as they are")[1] == "0.062"
    assert len(table.splitlines()) == 2 + 3


def zone(name, ke, *, ends=None, without=0):
    """A zone of a summary: KE of its windows, None where there is none."""
    told = [each for each in ke if each is not None]
    return {
        "zone": name, "n_windows": len(ke), "n_windows_with_ke": len(told),
        "ke_median": float(np.median(told)) if told else None,
        "ke_min": min(told, default=None), "ke_max": max(told, default=None),
        "interval": "none", "ofd_ends": ends, "n_without": without, "flags": {},
    }  # fmt: skip


def test_the_interval_has_the_medians_of_both_ends_of_windows_that_have_one():
    low, high = np.array([0.2, NAN, 0.4, 0.9]), np.array([0.5, NAN, 0.6, 1.0])
    assert published_values.median_ends(low, high) == pytest.approx((0.4, 0.6))
    assert published_values.median_interval(low, high) == "0.40-0.60, 1 without"
    nothing = np.full(2, NAN)
    assert published_values.median_ends(nothing, nothing) is None
    assert published_values.median_interval(nothing, nothing) == "none"


def test_crustal_faults_stand_beside_the_study_s_own_estimates():
    drawn = {
        CALIFORNIA: {
            "zones": [
                zone("Calico - Hidalgo", [0.8, 0.6, 0.7], ends=(0.1, 0.5)),
                zone("San Andreas (Coachella)", [0.9]),
            ]
        },
        RUPTURE_LINES: {"zones": [zone("Kumamoto", [0.5, 0.25, None, 0.75])]},
    }
    general = {
        CALIFORNIA: {
            "zones": [zone("Calico - Hidalgo", [0.5]), zone("San Andreas (Coachella)", [None])]
        },
        RUPTURE_LINES: {"zones": [zone("Kumamoto", [0.4])]},
    }
    table = study_faults.crustal_table(drawn, general, None, model="M-1")
    calico = "12-28 (Shelef & Oskin 2010, deflected markers)"
    # The study: KE 32-83 % of Calico, 77-91 % of the San Andreas fault, 47-67 % of Futagawa.
    assert cells(table, "Calico", calico) == ["17-68", "-", "30 (20-40)", "10-50", "50 (50-50)"]
    assert cells(table, "San Andreas, Mecca Hills")[1:] == [
        "9-23", "-", "10 (10-10)", "none", "NULL",
    ]  # fmt: skip
    assert cells(table, "Futagawa (Kumamoto 2016)")[1:4] == ["33-53", "-", "50 (25-75)"]
    assert len(table.splitlines()) == 2 + 3
    assert "M-1, as drawn" in table
    theirs = study_faults.crustal_table(drawn, general, general, model="M-1")
    assert cells(theirs, "Calico", calico)[1] == "50 (50-50)"


def slip(low, high):
    return Slip("fault", low, high, "", "somebody")


@pytest.mark.parametrize(
    ("low", "high", "kind", "words"),
    [
        (0.5, 2.9, YOUNG, "0.5-2.9"),
        (0.0, 3.0, BETWEEN, "0-3"),
        (1.6, 4.0, BETWEEN, "1.6-4"),
        (20.0, 20.0, BETWEEN, "20"),
        (20.5, 20.5, OLD, "20.5"),
        (52.0, math.inf, OLD, "52 or more"),
        (2.0, math.inf, BETWEEN, "2 or more"),
        (NAN, NAN, UNKNOWN, "unknown"),
    ],
)
def test_a_fault_is_young_or_old_if_all_that_is_known_of_its_slip_is(low, high, kind, words):
    assert slip(low, high).maturity == kind
    assert slip(low, high).in_words == words


def test_lines_are_set_beside_measured_strain_by_the_slip_of_their_faults():
    slips = {"young": slip(0, 1), "old": slip(25, 25), "older": slip(52, math.inf)}
    drawn = {
        RUPTURE_LINES: {
            "zones": [
                zone("young", [0.5, 0.25, 0.5]),
                zone("old", [0.875]),
                zone("older", [0.75]),
                zone("nobody knows", [None, None]),
            ]
        }
    }
    lines = ["nobody knows", "old", "older", "young"]
    table = study_faults.maturity_table(drawn, drawn, lines, slips)
    assert cells(table, YOUNG) == ["young", "34-67", "50 of 1", "1", "50 of 1", "1"]
    assert cells(table, OLD)[:4] == ["old, older", "13-19", "19 (12-25) of 2", "0"]
    assert cells(table, UNKNOWN) == ["1 lines", "-", "NULL", "-", "NULL", "-"]
    assert BETWEEN not in table


def test_ruptures_are_told_as_drawn_and_generalized_the_least_mature_first():
    slips = {"Landers": slip(1.6, 4), "young": slip(0.5, 0.5)}
    lines = {"zones": [zone("Landers", [0.75]), zone("young", [0.5]), zone("a", [0.5])]}
    main = [zone("zone 1", [0.5]), zone("zone 2", [0.5, None, 0.25], ends=(0.2, 0.7), without=2)]
    drawn = {LANDERS: {"zones": main}, HECTOR_MINE: {"zones": main[:1]}, RUPTURE_LINES: lines}
    general = drawn | {LANDERS: {"zones": [zone("zone 1", [0.5] * 3)]}}
    table = study_faults.rupture_table(drawn, general, ["a", "Landers", "young"], slips)
    assert cells(table, "Landers 1992, rupture map, main zone") == [
        "1.6-4", "2 of 3", "62 (50-75)", "20-70, 2 without", "3 of 3", "50 (50-50)", "none",
    ]  # fmt: skip
    first = [line.split("|")[1].strip() for line in table.splitlines()[4:]]
    assert first == ["young", "Landers", "a"]
    assert cells(table, "a")[0] == UNKNOWN


HEAD = "eq_name,fault,low_km,high_km,note,source\n"


@pytest.mark.parametrize(
    ("rows", "complaint"),
    [
        ("A,f,1,2,,x\nA,f,1,2,,x\n", "'A' is there twice"),
        ("A,f,3,2,,x\n", "'A' slipped 3 to 2 km, which is no range"),
        ("A,f,-1,2,,x\n", "which is no range"),
        ("A,f,1,2,,\n", "'A' has no source"),
    ],
)
def test_a_table_of_slip_that_cannot_be_is_refused(tmp_path, rows, complaint):
    path = tmp_path / "slip.csv"
    path.write_text(HEAD + rows, encoding="utf-8")
    with pytest.raises(InputError, match=complaint):
        study_faults.read_slips(path)


def test_open_ends_of_slip_are_read_as_such(tmp_path):
    path = tmp_path / "slip.csv"
    path.write_text(HEAD + "A,f,52,,,x\nB,f,,2,,x\nC,f,,,,x\n", encoding="utf-8")
    slips = study_faults.read_slips(path)
    assert (slips["A"].low_km, slips["A"].high_km) == (52, math.inf)
    assert (slips["B"].low_km, slips["B"].high_km) == (0, 2)
    assert slips["C"].maturity == UNKNOWN
    assert "| C | f | unknown | - | x |" in study_faults.slip_table(slips)

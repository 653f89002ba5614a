"""Profile, report and figure from the command line."""

import csv

import numpy as np
import pyogrio
import pytest
import shapely

from makers.map_files import ORIGIN, STRAIGHT, read, write
from makers.report_settings import keys_among, settings_of
from ssf_model.__main__ import main


def run(traces, model, tmp_path, *more):
    out = tmp_path / "result.gpkg"
    arguments = ["estimate", traces, "--out", str(out), "--model", model, "--flips", "none"]
    return main([*arguments, "--shift", "0", *map(str, more)]), out


def test_the_profile_and_the_zones_say_what_the_windows_do(traces, model, tmp_path):
    path = tmp_path / "profile.csv"
    code, out = run(traces, model, tmp_path, "--profile", path)
    assert code == 0
    windows = read(out, "windows")[0]
    with open(path, encoding="utf-8", newline="") as file:
        profile = list(csv.DictReader(file))
    for name in ("along_km", "ke", "ofd", "ke_p05", "ke_p95"):
        found = [float(row[name] or "nan") for row in profile]
        np.testing.assert_allclose(found, windows[name].astype(float))
    assert [row["flags"] for row in profile] == windows["flags"].tolist()
    meta, _, geometry, values = pyogrio.raw.read(out, layer="zones")
    zones = dict(zip(meta["fields"].tolist(), values))
    assert geometry is None
    assert zones["n_windows"].tolist() == [len(profile)]
    assert zones["ke_median"][0] == pytest.approx(np.nanmedian(windows["ke"].astype(float)))


def test_report_and_figures_name_no_folder_and_leave_nothing_else(traces, model, tmp_path):
    names = ("report.html", "figure.svg", "figure.png")
    paths = [tmp_path / name for name in names]
    arguments = ["--report", paths[0], "--figure", paths[1], "--show-zone", "zone 1"]
    assert run(traces, model, tmp_path, *arguments)[0] == 0
    assert run(traces, model, tmp_path, "--figure", paths[2], "--overwrite")[0] == 0
    report = paths[0].read_text(encoding="utf-8")
    assert "faults.gpkg" in report
    assert str(tmp_path) not in report
    assert paths[1].read_text(encoding="utf-8").startswith("<?xml")
    assert paths[2].read_bytes().startswith(b"\x89PNG")
    present = {path.name for path in tmp_path.iterdir()}
    assert present == {"faults.gpkg", "result.gpkg", *names}


def test_the_report_says_all_settings_in_words(model, tmp_path):
    faults = write(
        tmp_path / "faults.gpkg",
        [shapely.linestrings(STRAIGHT + ORIGIN)],
        layer="mapped",
        fault=["Calico"],
        slip_angle=[180.0],
        motion=["dextral"],
        steep=[90.0],
    )
    report = tmp_path / "report.html"
    fields = ["--rake-field", "slip_angle", "--slip-type-field", "motion", "--dip-field", "steep"]
    given = ["--zone-field", "fault", "--layer", "mapped", "--trend", "95", *fields]
    assert run(faults, model, tmp_path, "--report", report, *given)[0] == 0
    settings = settings_of(report.read_text(encoding="utf-8"))
    assert settings["Field with the rake, degrees"] == "slip_angle"
    assert settings["Field with the slip type"] == "motion"
    assert settings["Field with the dip, degrees"] == "steep"
    assert settings["Field with the fault zones"] == "fault"
    assert settings["Trend of the zones, degrees"] == "95"
    assert settings["Layer"] == "mapped"
    assert settings["Guide lines"] == "none"
    assert keys_among(settings) == []


REFUSALS = {
    "profile's ending": (["--profile", "p.txt"], "ends with .csv"),
    "report's ending": (["--report", "r.pdf"], "ends with .html or .htm"),
    "figure's ending": (["--figure", "f.jpg"], "ends with .png or .svg"),
    "folder": (["--report", "none/r.html"], "does not exist"),
    "present": (["--report", "present.html"], "exists already"),
    "zone": (["--report", "r.html", "--show-zone", "Elsinore"], "no fault zone 'Elsinore'"),
    "nothing drawn": (["--show-zone", "zone 1"], "give one of these"),
    "too many": (
        ["--figure", "f.svg", *(word for name in "abcdefghi" for word in ("--show-zone", name))],
        "at most 8 zones",
    ),
}


@pytest.mark.parametrize("case", REFUSALS)
def test_what_cannot_be_written_is_refused(case, traces, model, tmp_path, capsys):
    words, match = REFUSALS[case]
    (tmp_path / "present.html").write_text("mine")
    placed = [str(tmp_path / word) if "." in word else word for word in words]
    code, out = run(traces, model, tmp_path, *placed)
    assert code == 1
    assert match in capsys.readouterr().err
    assert not out.exists()
    assert (tmp_path / "present.html").read_text() == "mine"
    assert {path.name for path in tmp_path.iterdir()} == {"faults.gpkg", "present.html"}


def test_without_matplotlib_a_png_is_refused_before_the_work(
    traces, model, tmp_path, capsys, monkeypatch
):
    import sys

    monkeypatch.setitem(sys.modules, "matplotlib", None)
    code, out = run(traces, model, tmp_path, "--figure", tmp_path / "f.png")
    assert code == 1
    assert 'pip install "ssf[report]"' in capsys.readouterr().err
    assert not out.exists()

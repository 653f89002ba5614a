"""Every message that docs quote is said, on a map made for it here."""

import re

import pytest

from makers.field_maps import DOT, POINT, SQUARE, TWICE, geojson, line
from makers.places import REPOSITORY

pytest.importorskip("pyogrio", reason="maps are read by the extra headless")
from ssf_model.__main__ import main
from ssf_model.errors import InputError
from ssf_model.headless.reading import read_traces

CASES = (REPOSITORY / "docs" / "field-cases.md").read_text(encoding="utf-8")
ROUND = {"type": "LineString", "coordinates": [[31.0, 40.7], [391.0, 40.7]]}
SHORT = {"type": "LineString", "coordinates": [[31.0, 40.7], [31.48, 40.7]]}
STRANDS = [line(number) for number in range(5)]


def unnamed(folder):
    names = ["North Fault", "North Fault", None, "North Fault", None]
    return geojson(folder / "map.geojson", STRANDS, zone=names), {"zone_field": "zone"}


def rakes(folder):
    path = geojson(
        folder / "map.geojson", STRANDS, rake=[0, 10, 20, 340, 360], slip=["dextral"] * 5
    )
    return path, {"rake_field": "rake", "slip_type_field": "slip"}


def point_and_polygon(folder):
    return geojson(folder / "map.geojson", [*STRANDS, POINT, SQUARE]), {}


def without_length(folder):
    return geojson(folder / "map.geojson", [*STRANDS, TWICE]), {}


def one_vertex(folder):
    return geojson(folder / "map.geojson", [*STRANDS, DOT]), {}


def half_a_metre(folder):
    return geojson(folder / "map.geojson", [SHORT]), {"crs": "EPSG:32636"}


def once_around(folder):
    return geojson(folder / "map.geojson", [*STRANDS, ROUND]), {}


MAPS = {
    "names 1 zone of 3 features; 2 of 5 features have no value there": [unnamed],
    "disagree on the sense of 5 of 5 features": [rakes],
    "2 of 7 features hold no trace and are skipped: 1 point, 1 polygon": [point_and_polygon],
    "1 of 6 features holds no trace and is skipped": [without_length, one_vertex],
    "All lines together span 0.48 m ... Check the coordinate reference system": [half_a_metre],
    "holds no trace": [once_around],
}


def quoted(text):
    """Messages in the second column of the cases, but for what was said once, in brackets."""
    text = text.split("## Cases, on both roads")[1].split("\n## ")[0]
    for row in re.findall(r"^\| .* \|$", text, re.MULTILINE):
        told = re.sub(r"\([^()]*\)", "", row.split("|")[2])
        yield from re.findall(r'"([^"]+)"', told)


# Quoted elsewhere, or in brackets, what was said before: why no map here says it.
OTHER_QUOTES = {
    "Nothing found to look at.": "said by `check`, below",
    "holds several layers": "said once",
    "NAME, part 2": "a value of the field `zone`",
    "the shipped model": "an expression, explained",
    "one fault": "an expression",
    "35 %": "what an axis says",
}


def quoted_anywhere():
    """All that documents put in quotation marks outside of commands and code."""
    for page in (REPOSITORY / "README.md", *REPOSITORY.glob("docs/*.md")):
        text = page.read_text(encoding="utf-8")
        text = re.sub(r"```.*?```|`[^`\n]*`", "`code`", text, flags=re.DOTALL)
        yield from (" ".join(words.split()) for words in re.findall(r'"([^"]+)"', text))


def test_these_are_the_messages_that_the_page_quotes():
    assert list(quoted(CASES)) == list(MAPS)


def test_no_page_quotes_a_message_that_no_test_here_has_heard():
    found = {text for text in quoted_anywhere() if " " in text}
    assert found == set(MAPS) | set(OTHER_QUOTES)


@pytest.mark.parametrize(
    ("message", "case"), [(message, case) for message, cases in MAPS.items() for case in cases]
)
def test_a_quoted_message_is_said(tmp_path, message, case):
    path, told = case(tmp_path)
    said = " ".join(read_traces(path, **told).remarks)
    place = 0
    for part in message.split(" ... "):
        assert part in said[place:], said
        place = said.index(part, place) + len(part)


def test_strict_refuses_each_of_them_that_is_skipped(tmp_path):
    for case in (point_and_polygon, without_length, one_vertex):
        path, told = case(tmp_path)
        with pytest.raises(InputError):
            read_traces(path, strict=True, **told)


def test_the_example_of_a_file_that_does_not_fit_is_the_message(tmp_path):
    savemat = pytest.importorskip("scipy.io", reason="needs the extra train").savemat
    from makers.hand_made_mat import windows_2022
    from training.experiments.files import read_experiment

    (told,) = re.findall(
        r"^```text\n(E355.*)\n```",
        (REPOSITORY / "docs" / "training-data.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    path = tmp_path / "E355_64px.mat"
    savemat(path, {**windows_2022(windows=5), "label": windows_2022(windows=4)["label"]})
    with pytest.raises(InputError) as refusal:
        read_experiment(path)
    assert str(refusal.value) == told


def test_the_tutorial_quotes_a_check(tmp_path, capsys):
    text = (REPOSITORY / "docs" / "tutorial.md").read_text(encoding="utf-8")
    (told,) = re.findall(r'Checked again: "([^"]+)"', text)
    path = REPOSITORY / "examples" / "tutorial" / "mended.gpkg"
    out = tmp_path / "check.gpkg"
    assert main(["check", str(path), "--zone-field", "zone", "--out", str(out)]) == 0
    assert told in capsys.readouterr().out

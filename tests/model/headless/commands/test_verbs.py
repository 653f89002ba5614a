"""What the program says of itself, before any verb works."""

from pathlib import Path

import pytest
import shapely

from makers.batch_maps import QUICK
from makers.map_files import ORIGIN, STRAIGHT, write
from ssf_model.__main__ import VERBS, _parser, main
from ssf_model.headless.map_options import tell


@pytest.mark.parametrize(
    ("started_as", "called"),
    [
        ("/usr/bin/ssf", "ssf"),
        ("ssf.exe", "ssf"),
        ("/x/ssf_model/__main__.py", "python -m ssf_model"),
    ],
)
def test_it_calls_itself_as_it_was_called(monkeypatch, capsys, started_as, called):
    monkeypatch.setattr("sys.argv", [started_as])
    with pytest.raises(SystemExit, match=r"^0$"):
        main(["--help"])
    assert capsys.readouterr().out.startswith(f"usage: {called} [-h]")


def test_without_a_verb_there_is_a_usage_error(capsys):
    with pytest.raises(SystemExit, match=r"^2$"):
        main([])
    said = capsys.readouterr()
    assert said.out == ""
    assert "VERB" in said.err


@pytest.mark.parametrize("verb", [entry[0] for entry in VERBS])
def test_every_verb_has_its_options_and_only_it(verb):
    """Given its words the parser knows one verb's options; given none, all of them."""
    for words in ([verb], None):
        (verbs,) = (action for action in _parser(words)._actions if action.choices)
        for name, parser in verbs.choices.items():
            assert (parser.get_default("run") is not None) is (words is None or name == verb)


def test_remarks_on_a_map_are_told_one_a_line_and_never_among_results(capsys):
    tell("faults.gpkg", ["2 features are skipped.", "A field says nothing."])
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.splitlines() == [
        "note: faults.gpkg: 2 features are skipped.",
        "note: faults.gpkg: A field says nothing.",
    ]


def test_a_page_about_a_model_never_replaces_the_model(tmp_path, model, capsys):
    mine = tmp_path / "mine.html"
    mine.write_bytes(Path(model).read_bytes())
    assert main(["model", str(mine), "--html", str(mine), "--overwrite"]) == 1
    assert "--html" in capsys.readouterr().err
    assert mine.read_bytes() == Path(model).read_bytes()


WRITES = ("estimate a", "explain a", "compare a b", "windows a", "trace a", "join a b")


@pytest.mark.parametrize("words", WRITES)
def test_a_verb_that_writes_is_told_where_to(words, capsys):
    with pytest.raises(SystemExit, match=r"^2$"):
        main(words.split())
    assert "required: --out" in capsys.readouterr().err


@pytest.mark.parametrize(("count", "told"), [(1, "1 trace line."), (2, "2 trace lines.")])
def test_it_says_how_many_lines_it_reads(tmp_path, model, capsys, count, told):
    lines = [shapely.linestrings(STRAIGHT + ORIGIN + [0, 900 * number]) for number in range(count)]
    path = write(tmp_path / "faults.gpkg", lines)
    out = str(tmp_path / "out.gpkg")
    assert main(["estimate", path, "--model", model, "--out", out, *QUICK]) == 0
    assert told in capsys.readouterr().err.splitlines()

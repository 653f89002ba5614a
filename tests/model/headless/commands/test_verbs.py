"""What the program says of itself, before any verb works."""

import pytest

from ssf_model.__main__ import VERBS, _parser, main


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
    with pytest.raises(SystemExit, match="^0$"):
        main(["--help"])
    assert capsys.readouterr().out.startswith(f"usage: {called} [-h]")


def test_without_a_verb_there_is_a_usage_error(capsys):
    with pytest.raises(SystemExit, match="^2$"):
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

"""What pyproject.toml promises to those who install ssf: commands and types."""

import importlib
import subprocess
import sys
from pathlib import Path

import pytest

import ssf_model
from makers.places import REPOSITORY

tomllib = pytest.importorskip("tomllib", reason="Python below 3.11 has no tomllib")

PROJECT = tomllib.loads((REPOSITORY / "pyproject.toml").read_text(encoding="utf-8"))
COMMANDS = {"ssf": "python -m ssf_model", "ssf-train": "python -m training"}


def main_of(command):
    """The function that an installed command calls."""
    module, function = PROJECT["project"]["scripts"][command].split(":")
    return getattr(importlib.import_module(module), function)


def test_these_are_the_commands():
    assert set(PROJECT["project"]["scripts"]) == set(COMMANDS)


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_tells_its_version(command, capsys):
    with pytest.raises(SystemExit) as ended:
        main_of(command)(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out == f"ssf {ssf_model.__version__}\n"


@pytest.mark.parametrize("ending", ["", ".exe"])
@pytest.mark.parametrize("command", COMMANDS)
def test_help_calls_a_command_as_the_user_did(command, ending, capsys, monkeypatch):
    for called, shown in (
        (Path("bin") / f"{command}{ending}", command),
        (Path("ssf_model") / "__main__.py", COMMANDS[command]),
    ):
        monkeypatch.setattr(sys, "argv", [str(called)])
        with pytest.raises(SystemExit):
            main_of(command)(["--help"])
        assert capsys.readouterr().out.startswith(f"usage: {shown} ")


def test_training_says_which_extra_is_missing():
    program = (
        "import sys; sys.modules['numpy'] = None; import training.__main__ as m; m.main(['-h'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=REPOSITORY, capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    assert done.stderr == 'error: numpy is missing; run: pip install "ssf[train]"\n'


def test_types_are_installed_with_the_package():
    assert "py.typed" in PROJECT["tool"]["setuptools"]["package-data"]["ssf_model"]
    assert (REPOSITORY / "ssf_model" / "py.typed").is_file()

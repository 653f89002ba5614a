"""Every command that README and docs show: its words are understood, and on the sample it runs.

A command of `ssf_model` runs on copies of the sample under the names that the documents use, in an
empty folder, page by page in the page's order. All others are parsed by the very parser, or are
in `NOT_RUN` with the reason.
"""

import contextlib
import glob
import importlib
import io
import os
import re
import shlex
import shutil

import numpy as np
import pytest

from makers.places import REPOSITORY
from ssf_model.__main__ import main
from tools.make_reference import verbs_of

PAGES = sorted(
    path.relative_to(REPOSITORY).as_posix()
    for path in (
        REPOSITORY / "README.md",
        *(REPOSITORY / "docs").glob("*.md"),
        *(REPOSITORY / "ssf_model").rglob("*.md"),
    )
)
OURS = {"ssf_model": "ssf_model", "training": "training"}
# Parsed and not run, by what a command begins with or holds: why.
NOT_RUN = {
    "python -m training": "hours, or a laboratory's files; tests/training runs every verb, tiny",
    "--dask": "needs a cluster; tests/model/headless/batch has one of two processes",
    "mylab.onnx": "of a laboratory's network, which the page itself has made",
}
# Neither parsed nor run.
LEFT_ALONE = {
    "./demo": "tests/end_to_end runs it",
    "./check": "runs these tests",
    "pip install": "needs a network",
    "dask ": "another program's",
    "python3 package_plugin.py": "tests/end_to_end makes the zip",
    "python3 -m zipfile": "tests/end_to_end unpacks the zip",
    "python benchmarks/": "minutes, and often maps that may not be distributed; must be there",
    "tools/make_model": "hours",
}


def commands_of(page):
    """The commands in the fenced blocks of a page, one a line, without remarks."""
    text = (REPOSITORY / page).read_text(encoding="utf-8")
    blocks = re.findall(r"^```(?:sh|text)\n(.*?)^```", text, re.MULTILINE | re.DOTALL)
    for line in "\n".join(blocks).replace("\\\n", " ").splitlines():
        words = shlex.split(line, comments=True)
        if words and re.match(r"(\./(demo|check)|python|pip|dask|ssf|tools/)", words[0]):
            yield " ".join(shlex.quote(word) if " " in word else word for word in words)


COMMANDS = [(page, command) for page in PAGES for command in commands_of(page)]


def of_ours(command):
    """The package and the words of a command of ours; None of another's."""
    words = shlex.split(command)
    if words[:2] == ["python", "-m"] and words[2] in OURS:
        return words[2], words[3:]
    return None


def is_run(command):
    """Whether the command runs here."""
    return of_ours(command) is not None and not any(part in command for part in NOT_RUN)


def test_there_are_commands_and_each_has_its_place():
    assert len(COMMANDS) > 50
    for page, command in COMMANDS:
        known = of_ours(command) or any(command.startswith(one) for one in LEFT_ALONE)
        assert known, f"{page}: {command}"
    for one in (*NOT_RUN, *LEFT_ALONE):
        assert any(one in command for _, command in COMMANDS), f"no command has {one!r} any more"


@pytest.mark.parametrize(("page", "command"), COMMANDS)
def test_a_command_names_what_is_there(page, command):
    ours = of_ours(command)
    if ours is None:
        for word in shlex.split(command):
            if re.match(r"(benchmarks|tools)/|package_plugin|\./", word):
                assert (REPOSITORY / word).is_file(), word
        return
    package, words = ours
    if package == "training":
        pytest.importorskip("h5py", reason="the verbs of training need its extra")
    parser = importlib.import_module(f"{package}.__main__")._parser()
    if words == ["--help"]:
        return
    assert words[0] in verbs_of(parser)
    told = io.StringIO()
    try:
        with contextlib.redirect_stderr(told):
            parser.parse_args(words)
    except SystemExit as ended:
        pytest.fail(f"{page}: {command}\n{told.getvalue()}: {ended.code}")


def test_a_wrong_option_is_seen():
    with pytest.raises(pytest.fail.Exception, match="unrecognized arguments: --zones"):
        test_a_command_names_what_is_there("a.md", "python -m ssf_model model --zones")


OF_OTHERS = {
    *("--nthreads", "--nworkers"),  # of dask
    *("--nologo", "--noversioncheck", "--profiles-path", "--code"),  # of QGIS
}


def named_options(text):
    """Everything in a text that looks like an option."""
    return set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", text))


def known_options():
    """Options of all verbs, and of the programs beside them."""
    known = {"--help", "--version"}
    for package in OURS:
        for one in verbs_of(importlib.import_module(f"{package}.__main__")._parser()).values():
            known |= {word for action in one._actions for word in action.option_strings}
    for folder in ("benchmarks", "tools", "tests/versions", "."):
        for path in (REPOSITORY / folder).glob("*.py"):
            known |= set(re.findall(r'"(--[a-z-]+)"', path.read_text(encoding="utf-8")))
    return known


@pytest.mark.parametrize("page", PAGES)
def test_every_option_that_a_page_names_exists(page):
    pytest.importorskip("h5py", reason="the verbs of training need its extra")
    named = named_options((REPOSITORY / page).read_text(encoding="utf-8"))
    assert named - known_options() - OF_OTHERS == set()


def test_an_option_that_nobody_has_is_seen():
    assert named_options("`--zones` or --zone-field F -- and so") == {"--zones", "--zone-field"}
    assert {"--zone-field", "--seeds", "--map"} <= known_options()
    assert "--zones" not in known_options()


@pytest.fixture
def folder(tmp_path, monkeypatch):
    """A folder with the sample under the names that the documents use."""
    pytest.importorskip("pyogrio", reason="the command line needs the extra headless")
    sample = REPOSITORY / "examples" / "sample_faults.gpkg"
    (tmp_path / "maps").mkdir()
    for name in ("faults.gpkg", "other.gpkg", "sites.gpkg", "maps/a.gpkg", "maps/b.gpkg"):
        shutil.copyfile(sample, tmp_path / name)
    shutil.copytree(REPOSITORY / "examples", tmp_path / "examples")
    draw_map(tmp_path / "map.tif")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def draw_map(path):
    """A raster of one fault, in UTM."""
    import rasterio

    fault = np.zeros((60, 400), dtype=np.uint8)
    fault[29:32, 10:390] = 1
    place = rasterio.Affine(100, 0, 500_000, 0, -100, 3_800_000)
    shape = {"height": 60, "width": 400, "count": 1, "dtype": "uint8"}
    with rasterio.open(path, "w", driver="GTiff", crs="EPSG:32611", transform=place, **shape) as f:
        f.write(fault, 1)


@pytest.mark.parametrize(
    "page", [page for page in PAGES if any(is_run(command) for command in commands_of(page))]
)
def test_the_commands_of_a_page_run_in_its_order(page, folder, capsys):
    for command in filter(is_run, commands_of(page)):
        words = []
        for word in of_ours(command)[1]:
            words += sorted(glob.glob(word)) if "*" in word else [word]
        made = written(words)
        if words[0] != "join" and made is not None and os.path.exists(made):
            shutil.move(made, f"{made}.before")  # the page shows another way to make it
        assert main(words) == 0, f"{command}\n{capsys.readouterr().err}"
        assert made is None or os.path.exists(made), command


def written(words):
    """What a command says that it writes; None where it prints."""
    return words[words.index("--out") + 1] if "--out" in words else None

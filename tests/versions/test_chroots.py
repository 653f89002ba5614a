"""What the makers of chroots work out before they touch anything."""

import argparse
import os
import subprocess
from pathlib import Path

import pytest

from versions import chroots
from versions.__main__ import DOCUMENT, parser, try_all
from versions.chroots import (
    RELEASES,
    VersionsError,
    default_cache,
    kept_settings,
    mirror_of,
    need_chroot,
    need_tools,
    stamp_of,
    within,
)
from versions.matrix import BEGIN, END
from versions.trial import put_checkout


@pytest.mark.parametrize(
    ("lines", "mirror"),
    [
        ("http://a.example/debian-security/ Debian-Security Debian\n"
         "http://b.example/debian/ Debian Debian\nhttp://c.example/debian/ Debian Debian",
         "http://b.example/debian"),
        ("https://d.example/ Debian Debian", "https://d.example"),
        ("http://e.example/ubuntu/ Ubuntu Ubuntu", None),
        ("cdrom:[Debian]/ Debian Debian", None),
        ("http://f.example/node/ nodesource ", None),
        ("", None),
    ],
)  # fmt: skip
def test_the_mirror_is_that_of_debian_itself(lines, mirror):
    assert mirror_of(lines) == mirror


def test_of_apts_settings_those_are_kept_that_lead_to_a_mirror():
    dump = (
        'APT::Architecture "amd64";\nAcquire::http::Proxy "http://p.example:3128";\n'
        'Acquire::https::Verify-Peer "true";\nAcquire::Check-Valid-Until "false";\n'
        'Acquire::Retries "3";\nDPkg::Post-Invoke:: "rm x";\n'
    )
    assert kept_settings(dump) == (
        'Acquire::http::Proxy "http://p.example:3128";\n'
        'Acquire::https::Verify-Peer "true";\nAcquire::Check-Valid-Until "false";\n'
    )


def test_a_chroot_is_finished_again_when_its_list_changes():
    assert stamp_of(("a", "b"), ("c",)) == stamp_of(("a", "b"), ("c",))
    others = [(("a", "b", "c"), ()), (("a",), ("b", "c")), (("a", "b"), ("d",))]
    assert stamp_of(("a", "b"), ("c",)) not in {stamp_of(*other) for other in others}


def test_the_cache_is_the_users_and_no_checkouts(monkeypatch, tmp_path):
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert default_cache() == tmp_path / "ssf-versions"
    monkeypatch.delenv("XDG_CACHE_HOME")
    assert default_cache() == Path.home() / ".cache" / "ssf-versions"


def test_only_root_is_served(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 1000)
    with pytest.raises(VersionsError, match="Only root can make and enter chroots"):
        need_tools()


def test_what_is_missing_is_named(monkeypatch):
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(chroots.shutil, "which", lambda name: None if name == "unshare" else name)
    with pytest.raises(VersionsError, match="There is no unshare here"):
        need_tools()


def test_a_command_runs_inside_with_an_environment_of_its_own(tmp_path):
    command = within(tmp_path, ["pytest", "a b"])
    assert command[:4] == ["unshare", "--mount", "--pid", "--fork"]
    inside = command[command.index(str(tmp_path)) + 1 :]
    assert inside[:2] == ["/usr/bin/env", "-i"]
    assert "QT_QPA_PLATFORM=offscreen" in inside
    assert inside[-2:] == ["pytest", "a b"]


def test_an_unknown_release_is_named(tmp_path):
    asked = argparse.Namespace(releases=["13", "14"], cache=tmp_path, only=[])
    with pytest.raises(VersionsError, match="no release '14' here, only 12, 13, sid"):
        try_all(asked, "http://unused.example")


def test_the_command_line_gives_a_command_whole():
    options = parser().parse_args(["--cache", "x", "run", "sid", "ls", "-l", "--all"])
    assert (options.cache, options.release, options.command) == (
        Path("x"), "sid", ["ls", "-l", "--all"]
    )  # fmt: skip
    assert [release.title for release in RELEASES.values()] == [
        "12 (bookworm)", "13 (trixie)", "sid"
    ]  # fmt: skip


def test_the_document_has_room_for_the_matrix():
    text = DOCUMENT.read_text(encoding="utf-8")
    assert text.count(BEGIN) == text.count(END) == 1


def test_a_checkout_is_copied_as_it_is_worked_on(tmp_path):
    """With what is not committed, without what git ignores, and nothing of an earlier copy."""
    repository, root = tmp_path / "here", tmp_path / "root"
    (repository / "deep").mkdir(parents=True)
    for name, text in ((".gitignore", "*.pyc\n"), ("deep/a.py", "1"), ("b.py", "2"), ("c.pyc", "")):
        (repository / name).write_text(text)
    for command in (["init", "-q"], ["add", "deep/a.py", "b.py"]):
        subprocess.run(["git", *command], cwd=repository, check=True)
    (repository / "deep" / "a.py").write_text("changed")
    (repository / "b.py").unlink()
    (root / "checkout").mkdir(parents=True)
    (root / "checkout" / "old.py").write_text("")
    put_checkout(repository, root)
    there = root / "checkout"
    files = {path.relative_to(there).as_posix() for path in there.rglob("*") if path.is_file()}
    assert files == {".gitignore", "deep/a.py"}
    assert os.readlink(there / ".venv") == "/headless"
    assert (there / "deep" / "a.py").read_text() == "changed"


@pytest.fixture
def commands(monkeypatch):
    """Commands that would have been run; the list's `fails` names a word that makes one fail."""

    class Commands(list):
        fails = None

    called = Commands()

    def run(command, **_):
        words = [str(word) for word in command]
        called.append(words)
        if "debootstrap" in words:
            for name in ("etc/apt/apt.conf.d", "etc/dpkg/dpkg.cfg.d", "usr/sbin", "dev"):
                (Path(words[-2]) / name).mkdir(parents=True)
        failed = called.fails in words
        return subprocess.CompletedProcess(command, int(failed), stdout="3 13\n")

    monkeypatch.setattr(chroots.subprocess, "run", run)
    return called


def test_a_chroot_that_was_broken_off_is_taken_up_and_a_whole_one_left_alone(commands, tmp_path):
    release, mirror = RELEASES["13"], "http://m.example/debian"
    (tmp_path / "trixie.part" / "usr").mkdir(parents=True)
    commands.fails = "debootstrap"
    with pytest.raises(VersionsError, match="debootstrap could not make Debian 13"):
        need_chroot(release, tmp_path, mirror)
    assert not (tmp_path / "trixie").exists()
    commands.fails = "install"
    with pytest.raises(VersionsError, match=r"apt-get install failed in Debian 13 \(trixie\)"):
        need_chroot(release, tmp_path, mirror)
    assert sum("debootstrap" in words for words in commands) == 2
    commands.fails = None
    root = need_chroot(release, tmp_path, mirror)
    assert sum("debootstrap" in words for words in commands) == 2
    assert (root / "etc/apt/sources.list").read_text() == f"deb {mirror} trixie main\n"
    before = len(commands)
    assert need_chroot(release, tmp_path, mirror) == root
    assert len(commands) == before
    (root / "ssf-stamp").write_text("another list")
    need_chroot(release, tmp_path, mirror)
    assert any("install" in words for words in commands[before:])

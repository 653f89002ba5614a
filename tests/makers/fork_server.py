"""Verbs in processes forked from one that has imported everything, and killed at a moment.

A process of its own starts in a second or ten, most of which goes into imports, where nothing is at
stake: so a kill hits work, and many kills take little time. Reads a run a line from its standard
input, as JSON, and answers each with a line.

    {"module": "ssf_model", "words": [...], "folder": "/tmp/x", "said": "/tmp/x.txt",
     "kill_after_s": 0.1, "whole_group": false, "before": "package.module:function",
     "room_kib": 64, "refill": false, "number": 9, "kill_at": 3}
    {"code": -9, "seconds": 0.1, "stayed": false, "touched": 3}

`kill_at` has it kill itself just before it opens, renames or removes something in its folder for
so manieth time; `touched` says how often it was about to. `twice` runs it two times at once; the
other one's code is `second`, and what it says comes behind the first's.
"""

from __future__ import annotations

import ctypes
import json
import mmap
import os
import pkgutil
import resource
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from makers.places import REPOSITORY
from makers.signals import as_a_shell_does

# In a space of mounts of its own, as root or as whoever may pass for root there, the server can
# give a run a disk of any size; `Server.seen` is the way to look at it from outside.
APART = ["unshare", "-rm"]
PR_SET_CHILD_SUBREAPER = 36  # of Linux's prctl: orphans of our children become our children
TOUCHES = {"os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.truncate"}
WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT
STAYS_S = 1800.0  # a worker that lives so long after its parent never ends with it


class Server:
    """A process that has imported some modules and forks runs of their verbs."""

    def __init__(self, modules: Sequence[str], environment: dict[str, str]) -> None:
        paths = os.pathsep.join([str(REPOSITORY), str(REPOSITORY / "tests")])
        self._mounts = _can_mount()
        self._process = subprocess.Popen(
            [*(APART * self._mounts), sys.executable, "-m", "makers.fork_server", *modules],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            cwd=REPOSITORY,
            text=True,
            env={**os.environ, "PYTHONPATH": paths, "TF_CPP_MIN_LOG_LEVEL": "3", **environment},
        )

    def run(self, module: str, words: Sequence[str], folder: Path, **options: Any) -> Run:
        """Run a verb in a folder; options are those of the protocol."""
        said = folder.with_suffix(".said")
        request = {"module": module, "words": list(words), "folder": str(folder), **options}
        self._process.stdin.write(json.dumps({**request, "said": str(said)}) + "\n")
        self._process.stdin.flush()
        answer = self._process.stdout.readline()
        assert answer, "the server ended"
        files = [said, *([Path(f"{said}.2")] if options.get("twice") else [])]
        text = "".join(file.read_text(errors="replace") for file in files)
        return Run(**json.loads(answer), said=text)

    def seen(self, folder: Path) -> Path:
        """Where a folder of the server can be looked at, also what is mounted there."""
        if not self._mounts:
            return folder
        return Path(f"/proc/{self._process.pid}/root") / folder.relative_to("/")

    def close(self) -> None:
        """End it."""
        self._process.stdin.close()
        self._process.stdout.close()
        self._process.wait()


class Run:
    """How a run ended."""

    def __init__(
        self, code: int, seconds: float, stayed: bool, touched: int, second: int | None, said: str
    ) -> None:
        self.code, self.seconds, self.stayed, self.said = code, seconds, stayed, said
        self.touched, self.second = touched, second


def _can_mount() -> bool:
    """Whether a disk of a given size can be had."""
    try:
        tried = [*APART, "mount", "-t", "tmpfs", "none", "/mnt"]
        return subprocess.run(tried, capture_output=True, check=False).returncode == 0
    except OSError:
        return False


def _serve(modules: Sequence[str]) -> None:
    """Answer requests until there is nobody to ask."""
    for module in modules:
        pkgutil.resolve_name(module)
    ctypes.CDLL(None).prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0)
    for line in sys.stdin:
        sys.stdout.write(json.dumps(_forked(**json.loads(line))) + "\n")
        sys.stdout.flush()


def _forked(
    module: str,
    words: list[str],
    folder: str,
    said: str,
    kill_after_s: float | None = None,
    whole_group: bool = False,
    before: str = "",
    room_kib: int | None = None,
    refill: bool = False,
    number: int = signal.SIGKILL,
    kill_at: int = 0,
    twice: bool = False,
) -> dict[str, Any]:
    """Run a verb in a child, once it has done what comes before.

    `room_kib` gives it a new disk of that size; `refill` leaves on it what there is.
    """
    _give_room(folder, room_kib, refill)
    touched, begun = mmap.mmap(-1, 8), mmap.mmap(-1, 1)  # shared with the child

    def watch() -> None:
        _count(touched, kill_at, whole_group)
        begun[0] = 1

    child = os.fork()
    if child == 0:
        _be(module, words, folder, said, before, watch)
    other = os.fork() if twice else None
    if other == 0:
        _be(module, words, folder, f"{said}.2", before, lambda: None)
    while not begun[0] and not _has_ended(child):  # a signal is for the verb
        time.sleep(0.0005)
    began = time.perf_counter()
    if kill_after_s is not None:
        while time.perf_counter() - began < kill_after_s:
            if _has_ended(child):
                break
            time.sleep(0.0005)
        with suppress(ProcessLookupError):
            os.killpg(child, number) if whole_group else os.kill(child, number)
    _, status = os.waitpid(child, 0)
    second = os.waitstatus_to_exitcode(os.waitpid(other, 0)[1]) if twice else None
    seconds = time.perf_counter() - began
    return {
        "code": os.waitstatus_to_exitcode(status),
        "seconds": seconds,
        "stayed": _stayed(child),
        "touched": int.from_bytes(touched[:], "little"),
        "second": second,
    }


def _has_ended(child: int) -> bool:
    """Whether a process has ended, which is still to be waited for."""
    return os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None


def _count(touched: mmap.mmap, kill_at: int, whole_group: bool) -> None:
    """Count what this process does to its folder, and kill it before one of that."""
    folder = os.getcwd()

    def heard(event: str, args: tuple) -> None:
        opens = event == "open" and isinstance(args[2], int) and args[2] & WRITES
        if not (opens or event in TOUCHES) or not isinstance(args[0], (str, bytes, os.PathLike)):
            return
        path = os.path.abspath(os.fsdecode(args[0]))
        if path.startswith(folder):
            count = int.from_bytes(touched[:], "little") + 1
            touched[:] = count.to_bytes(8, "little")
            if count == kill_at:
                os.kill(0 if whole_group else os.getpid(), signal.SIGKILL)

    sys.addaudithook(heard)


def _give_room(folder: str, room_kib: int | None, refill: bool) -> None:
    """Mount a disk on a folder; where that is not allowed, limit what files of a child may hold."""
    size, mounted = f"size={room_kib}k", os.path.ismount(folder)
    if mounted and refill:
        subprocess.run(["mount", "-o", f"remount,{size}", folder], check=True)
        return
    if mounted:
        subprocess.run(["umount", folder], check=True)
    most = resource.getrlimit(resource.RLIMIT_FSIZE)[1]
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, most))
    if room_kib is None:
        return
    words = ["mount", "-t", "tmpfs", "-o", size, "none", folder]
    if subprocess.run(words, capture_output=True, check=False).returncode:
        resource.setrlimit(resource.RLIMIT_FSIZE, (room_kib * 1024, most))


def _be(
    module: str,
    words: list[str],
    folder: str,
    said: str,
    before: str,
    watch: Callable[[], None],
) -> None:
    """Be the verb, in the child."""
    code = 70
    try:
        os.setpgid(0, 0)
        as_a_shell_does()
        signal.signal(signal.SIGINT, signal.default_int_handler)
        os.chdir(folder)
        handle = os.open(said, os.O_WRONLY | os.O_CREAT | os.O_TRUNC)
        os.dup2(handle, 1)
        os.dup2(handle, 2)
        nothing = os.open(os.devnull, os.O_RDONLY)
        os.dup2(nothing, 0)
        if before:
            pkgutil.resolve_name(before)()
        main = pkgutil.resolve_name(f"{module}.__main__:main")
        watch()
        try:
            code = main(words)
        except SystemExit as left:
            code = left.code
        sys.stdout.flush()
        sys.stderr.flush()
    finally:
        if sys.exc_info()[0] is not None:
            sys.excepthook(*sys.exc_info())
        os._exit(code)


def _stayed(group: int) -> bool:
    """Whether workers of an ended run live on, which are ended then."""
    until = time.perf_counter() + STAYS_S
    while time.perf_counter() < until:
        with suppress(ChildProcessError):
            while os.waitpid(-group, os.WNOHANG) != (0, 0):
                pass
        try:
            os.killpg(group, 0)
        except ProcessLookupError:
            return False
        time.sleep(0.002)
    os.killpg(group, signal.SIGKILL)
    return True


if __name__ == "__main__":
    _serve(sys.argv[1:])

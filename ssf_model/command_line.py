"""How a command ends, whichever verb it is: one line for the user and an exit code.

    0    it worked
    1    it was refused or failed: one line says why
    130  Ctrl-C; 143 SIGTERM, as a queue's time limit sends it; 129 SIGHUP, a terminal that closes

What was half made is removed in each of these cases. Wrong usage leaves through argparse with 2.
"""

from __future__ import annotations

import os
import re
import signal
import sys
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from ssf_model.errors import SsfError, in_words

INTERRUPTED = 130
STOPPED = "Stopped; the result was not written."
OWN_PACKAGES = ("ssf_model", "training")  # no extra brings what is missing of these
COMMANDS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f]")  # signs that terminals obey


class Terminated(KeyboardInterrupt):
    """A signal that ends the process asks it to stop: to be treated as Ctrl-C."""


def ended(work: Callable[[], object], *, extra: str) -> tuple[int, str | None]:
    """Do a verb's work, and tell how it ended.

    Parameters
    ----------
    work : callable
        Prints its results to `sys.stdout` and its progress to `sys.stderr`; a reader that went
        away, or a letter that the terminal does not have, ends neither.
    extra : str
        Of ssf's own; it brings the libraries that the verb needs.

    Returns
    -------
    code : int
        Of the process.
    line : str or None
        What to tell the user, if anything.
    """
    _open_what_is_closed()
    streams = sys.stdout, sys.stderr
    sys.stdout, sys.stderr = _Patient(sys.stdout), _Patient(sys.stderr, silent=True)
    stopped: list[int] = []
    try:
        with _told_of_signals(stopped):
            _do(work, stopped)
    except SsfError as error:
        return 1, _printable(f"error: {error}")
    except OSError as error:
        return 1, _printable(f"error: {in_words(error)}")
    except ModuleNotFoundError as error:
        if error.name is None or error.name.split(".")[0] in OWN_PACKAGES:
            raise
        return 1, f'error: {error.name} is missing; run: pip install "ssf[{extra}]"'
    except KeyboardInterrupt as stop:
        return 128 + stopped[0] if stopped else INTERRUPTED, str(stop) or STOPPED
    finally:
        sys.stdout, sys.stderr = streams
    return 0, None


def _do(work: Callable[[], object], stopped: Sequence[int]) -> None:
    """Do the work; what a library makes of a signal is a stop: some lose it, and fall over that."""
    try:
        work()
        sys.stdout.flush()
    except (SsfError, OSError):
        raise
    except Exception as error:
        if stopped or _came_of_a_stop(error):
            raise KeyboardInterrupt from error
        raise


def _came_of_a_stop(error: BaseException | None) -> bool:
    """Whether a library, interrupted, fell over its own clearing up: tqdm does at one moment."""
    while error is not None and not isinstance(error, KeyboardInterrupt):
        error = error.__cause__ or error.__context__
    return error is not None


def _printable(line: str) -> str:
    """A line with codes for what is no letter: a name in a file could command the terminal."""
    return "".join(sign if sign.isprintable() else ascii(sign)[1:-1] for sign in line)


class _Patient:
    """A stream whose reader may go away, and which writes what it has no letters for as codes.

    So it does with what a terminal would obey: a name in a file could be such a command.

    Where it is `silent`, nothing that goes wrong with it is told: it is for progress.
    """

    def __init__(self, stream: Any, *, silent: bool = False) -> None:
        self._stream, self._silent = stream, silent
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")

    def __getattr__(self, name: str) -> Any:
        return getattr(self._stream, name)

    def write(self, text: str) -> int:
        """Write text, as far as somebody reads it."""
        shown = COMMANDS.sub(lambda found: ascii(found[0])[1:-1], text)
        self._try(lambda: self._stream.write(shown))
        return len(text)

    def flush(self) -> None:
        """Pass on what was written."""
        self._try(self._stream.flush)

    def _try(self, act: Callable[[], object]) -> None:
        """Do it; where nobody reads any more, have the rest go nowhere."""
        try:
            act()
        except OSError as error:
            if not (self._silent or isinstance(error, BrokenPipeError)):
                error.filename = "the terminal or the file that this command prints to"
                raise
            with suppress(OSError, ValueError):
                nowhere = os.open(os.devnull, os.O_WRONLY)
                os.dup2(nowhere, self._stream.fileno())
                os.close(nowhere)


def _open_what_is_closed() -> None:
    """Lead closed standard streams nowhere: a result must not be opened under their number."""
    for number in (0, 1, 2):
        try:
            os.fstat(number)
        except OSError:
            os.open(os.devnull, os.O_RDWR)
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            nowhere = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
            setattr(sys, name, nowhere)


@contextmanager
def deaf_children() -> Iterator[None]:
    """Start processes in the block that Ctrl-C does not reach, which is this one's to answer.

    They would answer it by a traceback each, as long as they start.
    """
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    former = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, former)


@contextmanager
def _told_of_signals(stopped: list[int]) -> Iterator[None]:
    """Have signals that end the process stop it as Ctrl-C does; their numbers come to `stopped`."""
    if threading.current_thread() is not threading.main_thread():
        yield
        return

    def stop(number: int, _: object) -> None:
        stopped.append(number)
        raise Terminated

    names = [name for name in ("SIGINT", "SIGTERM", "SIGHUP") if hasattr(signal, name)]
    former = {}
    for name in names:
        number = getattr(signal, name)
        usual = (signal.SIG_DFL, signal.default_int_handler)
        if signal.getsignal(number) in usual:  # not where `nohup` says otherwise
            former[number] = signal.signal(number, stop)
    try:
        yield
    finally:
        for number, handler in former.items():
            signal.signal(number, handler)

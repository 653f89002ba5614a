"""How a command ends: where a signal finds it at an awkward moment, or a library is missing."""

import os
import signal
import subprocess
import sys
from contextlib import nullcontext, suppress

import pytest

from makers.signals import as_a_shell_does
from ssf_model.command_line import STOPPED, deaf_children, ended


def interrupted_while_clearing_up(stop):
    """As tqdm does, which has its lock not yet where the signal comes between two of its lines."""
    try:
        stop()
    finally:
        raise AttributeError


def lost_and_fallen_over(stop):
    """As TensorFlow's code in C does, which goes on without what the signal kept it from."""
    with suppress(KeyboardInterrupt):
        stop()
    raise AttributeError


def press_ctrl_c():
    signal.raise_signal(signal.SIGINT)


def ask_to_end():
    os.kill(os.getpid(), signal.SIGTERM)


@pytest.mark.parametrize("library", [interrupted_while_clearing_up, lost_and_fallen_over])
@pytest.mark.parametrize(("stop", "code"), [(press_ctrl_c, 130), (ask_to_end, 143)])
def test_a_library_that_falls_over_a_stop_is_stopped(stop, code, library):
    before = signal.getsignal(signal.SIGINT)
    assert ended(lambda: library(stop), extra="e") == (code, STOPPED)
    assert signal.getsignal(signal.SIGINT) is before


def test_a_fault_of_ours_is_no_stop():
    with pytest.raises(AttributeError):
        ended(lambda: interrupted_while_clearing_up(lambda: None), extra="e")


@pytest.mark.parametrize("name", ["shapely", "shapely.geometry", "ssf_models", "trainings"])
def test_a_missing_library_is_named_with_what_brings_it(name):
    def work():
        raise ModuleNotFoundError(name=name)

    expected = f'error: {name} is missing; run: pip install "ssf[headless]"'
    assert ended(work, extra="headless") == (1, expected)


@pytest.mark.parametrize("name", [None, "ssf_model", "ssf_model.zones", "training.windows"])
def test_a_missing_file_of_ours_is_no_missing_library(name):
    error = ModuleNotFoundError("gone", name=name)

    def work():
        raise error

    with pytest.raises(ModuleNotFoundError, match="gone"):
        ended(work, extra="headless")


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="Unix alone blocks signals")
@pytest.mark.parametrize("deaf", [True, False])
def test_children_do_not_hear_ctrl_c(deaf):
    words = [sys.executable, "-c", "import os; os.kill(os.getpid(), 2); print('went on')"]
    with deaf_children() if deaf else nullcontext():
        child = subprocess.run(words, capture_output=True, text=True, check=False,
                               preexec_fn=as_a_shell_does)  # fmt: skip
    assert (child.stdout == "went on\n") == deaf
    assert ("Traceback" in child.stderr) == (not deaf)

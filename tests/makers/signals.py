"""Programs under test hear the signals that a shell in front of a user would let them hear."""

import signal


def as_a_shell_does():
    """Undo what a background job or nohup leaves ignored, which a program rightly goes on ignoring.

    Given to `subprocess.Popen` as `preexec_fn`.
    """
    for number in (signal.SIGHUP, signal.SIGINT):
        signal.signal(number, signal.SIG_DFL)

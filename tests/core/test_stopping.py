"""Ctrl-C and SIGTERM get through."""

import gc
import signal
import subprocess
import sys
import threading
import time

import pytest

from neurorl.core import stopping
from neurorl.core.stopping import last_words, stoppable


def busy(seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        time.sleep(0.005)


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_signal_raises_and_the_words_are_said_at_the_end(number, code):
    said = []
    with stoppable() as stop, pytest.raises(KeyboardInterrupt, match="1 of 2"), last_words(lambda: f"{len(said)} of 2"):
        said.append("first")
        signal.raise_signal(number)
        busy()
    assert stop.exit_code == code
    assert signal.getsignal(signal.SIGINT) is signal.default_int_handler
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_DFL


def test_an_interrupt_that_a_callback_of_the_garbage_collector_drops_comes_again():
    dropped = []

    def callback(phase, info):
        if not dropped:
            dropped.append(phase)
            signal.raise_signal(signal.SIGINT)

    gc.callbacks.append(callback)
    try:
        began = time.monotonic()
        with stoppable(), pytest.raises(KeyboardInterrupt):
            gc.collect()
            busy()
        assert dropped and time.monotonic() - began < 5
    finally:
        gc.callbacks.remove(callback)


def test_what_others_handle_stays_theirs():
    theirs = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        with stoppable():
            assert signal.getsignal(signal.SIGINT) == signal.SIG_IGN
    finally:
        signal.signal(signal.SIGINT, theirs)
    found = []
    other = threading.Thread(target=lambda: found.append(stoppable().__enter__()))
    other.start()
    other.join()
    assert len(found) == 1 and signal.getsignal(signal.SIGINT) is signal.default_int_handler


STUCK = """
import hashlib, sys
from neurorl.core.stopping import stoppable, last_words
with stoppable(), last_words(lambda: "Nothing is kept."):
    print("ready", flush=True)
    hashlib.pbkdf2_hmac("sha256", b"", b"", 400_000_000)  # compiled code that hears nothing
"""


@pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")
def test_compiled_code_that_does_not_come_back_is_left_behind():
    with subprocess.Popen([sys.executable, "-c", STUCK], stdout=-1, stderr=-1, text=True) as process:
        assert process.stdout is not None and process.stdout.readline() == "ready\n"
        time.sleep(0.1)
        process.send_signal(signal.SIGINT)
        time.sleep(0.3)
        process.send_signal(signal.SIGINT)  # the second press is impatient
        _, said = process.communicate(timeout=stopping.PATIENCE + 5)
    assert process.returncode == 130 and said == "Nothing is kept.\n"

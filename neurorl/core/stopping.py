"""Ctrl-C and SIGTERM always stop a command, within seconds, and what is said is true.

Python raises KeyboardInterrupt between two of its own instructions. That fails in two places: inside a callback whose
errors are dropped (garbage collection calls one of JAX's), and during a long call into compiled code (XLA compiling or
running). A watching thread sees to both: it raises the signal again where it was dropped, and ends the process where
nothing gets through. Files appear whole or not at all (`files`), so ending at any moment leaves them sound.
"""

import _thread
import os
import select
import signal
import socket
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from types import FrameType
from typing import Any

PATIENCE = 3.0  # seconds that compiled code has to come back
CLEANING_UP = 10.0  # seconds that commands have to come to an end once they know
_SHOW_CURSOR = "\x1b[?25h"  # progress bars hide it

_words: list[Callable[[], str]] = []


@dataclass
class Stop:
    """What was asked for, and how far it got.

    Attributes:
        signal: the first signal that came; None while there is none.
        heard: whether KeyboardInterrupt was raised.
        lost: whether it was then dropped by a callback.
        caught: set once the command has ended.
    """

    signal: int | None = None
    heard: bool = False
    lost: bool = False
    caught: threading.Event = field(default_factory=threading.Event)

    @property
    def exit_code(self) -> int:
        """As a shell counts it: 130 after Ctrl-C, 143 after SIGTERM."""
        return 128 + (self.signal or signal.SIGINT)

    def handle(self, number: int, frame: FrameType | None) -> None:
        """The signals' handler."""
        self.signal, self.heard = self.signal or number, True
        raise KeyboardInterrupt


@contextmanager
def last_words(say: Callable[[], str]) -> Iterator[None]:
    """What a stopped command says; it is called at the end, so that it names only what is there."""
    _words.append(say)
    try:
        yield
    except KeyboardInterrupt:
        raise KeyboardInterrupt(say()) from None
    finally:
        _words.remove(say)


@contextmanager
def stoppable() -> Iterator[Stop]:
    """Ctrl-C and SIGTERM raise KeyboardInterrupt inside, and end the process where that does not get through.

    Signals that are ignored (`nohup`) or handled by others stay so, and so does everything outside the main thread.
    """
    stop = Stop()
    usual = {signal.SIGINT: signal.default_int_handler, signal.SIGTERM: signal.SIG_DFL}
    is_main = threading.current_thread() is threading.main_thread()
    mine = [number for number, handler in usual.items() if is_main and signal.getsignal(number) == handler]
    if not mine:
        yield stop
        return
    ours, theirs = socket.socketpair()
    for end in (ours, theirs):
        end.setblocking(False)
    watcher = threading.Thread(target=_watch, args=(ours, stop), daemon=True)
    hook, printing = sys.unraisablehook, sys.excepthook

    def noticed(dropped: Any) -> None:
        if issubclass(dropped.exc_type, KeyboardInterrupt):
            stop.lost = True
        else:
            hook(dropped)

    def not_printed(kind: type[BaseException], error: BaseException, trace: Any) -> None:
        if issubclass(kind, KeyboardInterrupt):  # compiled code prints it and goes on
            stop.lost = True
        else:
            printing(kind, error, trace)

    before = signal.set_wakeup_fd(theirs.fileno(), warn_on_full_buffer=False)
    sys.unraisablehook, sys.excepthook = noticed, not_printed
    for number in mine:
        signal.signal(number, stop.handle)
    watcher.start()
    try:
        yield stop
    finally:
        stop.caught.set()
        for number in mine:
            signal.signal(number, usual[number])
        sys.unraisablehook, sys.excepthook = hook, printing
        signal.set_wakeup_fd(before)
        with suppress(OSError):
            theirs.send(b"\0")  # the watcher wakes up and ends
        watcher.join(1.0)
        ours.close()
        theirs.close()


def _watch(wakes: socket.socket, stop: Stop) -> None:
    """Wait for signals; raise them again, or end the process, where they do not get through."""
    deadline, last = float("inf"), float("inf")
    while not stop.caught.is_set():
        waiting = None if deadline == float("inf") else 0.1
        ready, _, _ = select.select([wakes], [], [], waiting)
        now = time.monotonic()
        for number in wakes.recv(64) if ready else b"":
            if number not in (signal.SIGINT, signal.SIGTERM):
                continue
            if stop.signal is None and not stop.heard:
                stop.signal = number
            again = deadline != float("inf")
            deadline = min(deadline, now + (0.5 if again else PATIENCE))
            last = min(last, now + (1.0 if again else CLEANING_UP))
        if stop.caught.is_set():
            return
        if stop.lost:
            stop.lost, stop.heard = False, False
            _thread.interrupt_main(signal.SIGINT)
        elif now > (last if stop.heard else deadline):
            _end(stop)


def leave(code: int) -> None:
    """End the process at once: compiled code that still runs would hold up, or crash, an orderly end."""
    for stream in (sys.stdout, sys.stderr):
        with suppress(OSError, ValueError, AttributeError):
            stream.flush()
    os._exit(code)


def _end(stop: Stop) -> None:
    """Say the last words and end the process, whatever it is doing."""
    text = "Stopped."
    with suppress(Exception):
        text = _words[0]() if _words else text
    with suppress(OSError, ValueError):
        os.write(2, f"{_SHOW_CURSOR if os.isatty(2) else ''}{text}\n".encode())
    os._exit(stop.exit_code)

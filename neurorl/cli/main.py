"""The command `neurorl`: finds the verb, imports only its module, and turns every failure into a sentence.

Each verb is a module of this folder with a function `command`, whose typed arguments tyro turns into options, and
with EXAMPLES, which stand under its help.
"""

import difflib
import errno
import importlib
import os
import sys
import traceback
import warnings
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

from neurorl.cli.holding import let_go
from neurorl.core.errors import NeurorlError, StorageFailed
from neurorl.core.stopping import Stop, leave, stoppable

# verb -> what it does; the module neurorl.cli.<verb> is imported only when the verb is used.
VERBS = {
    "list": "list tasks, agents, studies and data sets",
    "show": "show one of them: card, equations, parameters, what fits",
    "run": "run a study: gather, measure, judge, draw, report",
    "simulate": "let an agent play a task and write the table",
    "fit": "fit agents to a table of choices and compare them",
    "convert": "read trials in any layout, check them, write them in another",
    "recover": "simulate and fit: which parameters and models come back on a design",
    "train": "train a network on a task",
    "report": "make the report of a finished run again",
    "check": "check the laws on a task, an agent or a study, yours included",
    "new": "write a working skeleton of a task, an agent or a study",
    "cite": "print the references of anything as BibTeX",
}

# Errors of the system that mean a full, failing or read-only disk.
_STORAGE = (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO) if hasattr(errno, "EDQUOT") else (errno.ENOSPC,)

_EXAMPLES = (
    "neurorl run two_step",
    "neurorl show hybrid",
    "neurorl simulate two_step hybrid --set w=0.8 --out choices.csv",
    "neurorl new agent my_agent && neurorl check my_agent.py",
)


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code; without arguments, those of the process, which a stop then ends."""
    _open_streams()
    code = _run(list(sys.argv[1:] if argv is None else argv))
    if argv is None and code > 128:
        leave(code)
    return code


def _run(arguments: list[str]) -> int:
    with _warnings_as_sentences(), stoppable() as stop:
        try:
            return _answer(arguments, stop)
        except KeyboardInterrupt:  # one more, while the first was being answered
            return _fail("Stopped.", stop.exit_code)
        finally:
            with suppress(KeyboardInterrupt):  # all is done and said by now
                let_go()


def _answer(arguments: list[str], stop: Stop) -> int:
    """Run one command; every failure becomes a sentence and an exit code."""
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()
        return code
    except NeurorlError as error:
        return _fail(str(error), error.exit_code)
    except KeyboardInterrupt as stopped:
        return _fail(str(stopped) or "Stopped.", stop.exit_code)
    except BrokenPipeError:  # the reader, say `head`, has seen enough
        _silence_stdout()
        return 141
    except OSError as error:
        if error.errno in _STORAGE:
            _silence_stdout()  # it may be what is full
            return _fail(f"A file could not be written: {error.strerror or error}.", StorageFailed.exit_code)
        if error.filename is not None:
            named = f"{str(error.filename)[:300]} cannot be used: {error.strerror or error}."
            return _fail(f"{named} Check the path and who may read it.", StorageFailed.exit_code)
        return _unforeseen(error)
    except Exception as error:
        if stop.signal is not None:  # compiled code hands KeyboardInterrupt on as an error of its own
            return _fail("Stopped.", stop.exit_code)
        return _unforeseen(error)


def _dispatch(arguments: list[str]) -> int:
    first = arguments[0] if arguments else "--help"
    if first in ("-h", "--help", "help"):
        print(_help())
        return 0
    if first in ("-V", "--version"):
        from neurorl import __version__

        print(f"neurorl {__version__}")
        return 0
    if first not in VERBS:
        near = difflib.get_close_matches(first, VERBS, n=1, cutoff=0.5)
        hint = f"Did you mean '{near[0]}'?" if near else f"The commands are: {', '.join(VERBS)}."
        raise NeurorlError(f"There is no command '{first}'. {hint}")
    module = importlib.import_module(f"neurorl.cli.{first}")
    return _call(first, module, arguments[1:])


def _call(verb: str, module: Any, arguments: list[str]) -> int:
    import tyro

    examples = "\n".join(f"  {line}" for line in module.EXAMPLES)
    summary = " ".join((module.command.__doc__ or "").split("Args:")[0].split())
    try:
        code = tyro.cli(
            module.command,
            prog=f"neurorl {verb}",
            description=f"{summary}\n\nExamples:\n{examples}",
            args=arguments,
            config=(tyro.conf.FlagCreatePairsOff,),
        )
    except SystemExit as stop:  # --help, or arguments that do not parse
        return stop.code if isinstance(stop.code, int) else 0
    return code or 0


def _help() -> str:
    verbs = "\n".join(f"  {verb:<9} {words}" for verb, words in VERBS.items())
    examples = "\n".join(f"  {line}" for line in _EXAMPLES)
    return (
        "usage: neurorl COMMAND ...\n\n"
        "Reinforcement learning in brains and in machines: one model plays, is fitted, is compared and is trained.\n\n"
        f"Commands:\n{verbs}\n\nExamples:\n{examples}\n\n"
        "`neurorl COMMAND --help` says more. Wherever a name stands, a Python file of your own may stand.\n"
        "NEURORL_CACHE is the folder of the cache (~/.cache/neurorl), NEURORL_DEVICES the number of CPU devices (one\n"
        "a core), NEURORL_DEBUG=1 shows where an error came from."
    )


def _fail(sentence: str, code: int) -> int:
    with suppress(OSError):  # there may be nowhere to say it
        if os.environ.get("NEURORL_DEBUG"):
            traceback.print_exc()
        print(sentence, file=sys.stderr)
    return code


def _unforeseen(error: Exception) -> int:
    return _fail(
        f"Unexpected error: {type(error).__name__}: {error}\nSet NEURORL_DEBUG=1 and run the command again to see "
        "where.",
        1,
    )


def _open_streams() -> None:
    """Streams that the shell closed (`>&-`) take everything and keep nothing."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115


@contextmanager
def _warnings_as_sentences() -> Iterator[None]:
    """Show a warning's text alone, without the line of code that gave it."""
    usual = warnings.formatwarning
    warnings.formatwarning = lambda message, category, *rest, **more: f"{message}\n"
    try:
        with warnings.catch_warnings():
            # JAX says this of each of some hundred programs; it costs time, and no result depends on it.
            warnings.filterwarnings("ignore", message="Error (reading|writing) persistent compilation cache")
            yield
    finally:
        warnings.formatwarning = usual


def _silence_stdout() -> None:
    """Nothing more can be said; the flush at exit must not complain about it."""
    with suppress(OSError, ValueError):  # stdout may be no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


if __name__ == "__main__":
    sys.exit(main())

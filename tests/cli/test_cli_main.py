"""The frame of the command line: help, unknown commands, failures as sentences with the right exit codes."""

import errno
import subprocess
import sys
from pathlib import Path

import pytest

from neurorl.cli import main as cli
from neurorl.core.errors import BadData, NeurorlError, StorageFailed, TrainingFailed


def run(capsys: pytest.CaptureFixture[str], *argv: str) -> tuple[int, str, str]:
    code = cli.main(argv)
    out, err = capsys.readouterr()
    return code, out, err


@pytest.mark.parametrize("argv", [(), ("--help",), ("-h",), ("help",)])
def test_help_names_every_command(capsys: pytest.CaptureFixture[str], argv: tuple[str, ...]) -> None:
    code, out, _ = run(capsys, *argv)
    assert code == 0
    assert all(f"\n  {verb} " in out for verb in cli.VERBS)


@pytest.mark.parametrize("verb", cli.VERBS)
def test_every_command_has_help_with_examples(capsys: pytest.CaptureFixture[str], verb: str) -> None:
    code, out, _ = run(capsys, verb, "--help")
    assert code == 0
    assert f"Examples:\n  neurorl {verb}" in out
    assert "None" not in out


def test_version(capsys: pytest.CaptureFixture[str]) -> None:
    from neurorl import __version__

    assert run(capsys, "--version")[1] == f"neurorl {__version__}\n"


def test_a_misspelt_command_is_corrected(capsys: pytest.CaptureFixture[str]) -> None:
    assert run(capsys, "simulat") == (2, "", "There is no command 'simulat'. Did you mean 'simulate'?\n")
    assert "The commands are: list" in run(capsys, "xyzzy")[2]


def test_arguments_that_do_not_parse(capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = run(capsys, "list", "nonsense")
    assert code == 2 and "nonsense" in err


@pytest.mark.parametrize(
    ("error", "code", "text"),
    [
        (NeurorlError("A sentence."), 2, "A sentence.\n"),
        (BadData("Rows 3 and 4."), 2, "Rows 3 and 4.\n"),
        (TrainingFailed("NaN."), 3, "NaN.\n"),
        (StorageFailed("Full."), 4, "Full.\n"),
        (KeyboardInterrupt("Stopped. Run it again."), 130, "Stopped. Run it again.\n"),
        (KeyboardInterrupt(), 130, "Stopped.\n"),
        (BrokenPipeError(), 141, ""),
        (
            OSError(errno.ENOSPC, "No space left on device"),
            4,
            "A file could not be written: No space left on device.\n",
        ),
    ],
)
def test_failures_are_sentences(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, error: BaseException, code: int, text: str
) -> None:
    def fail(_: list[str]) -> int:
        raise error

    monkeypatch.setattr(cli, "_dispatch", fail)
    assert run(capsys, "list") == (code, "", text)


def test_the_unforeseen_is_a_sentence_and_a_traceback_on_demand(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(_: list[str]) -> int:
        raise ZeroDivisionError("by zero")

    monkeypatch.setattr(cli, "_dispatch", fail)
    code, _, err = run(capsys, "list")
    assert code == 1 and "ZeroDivisionError: by zero" in err and "NEURORL_DEBUG=1" in err and "Traceback" not in err
    monkeypatch.setenv("NEURORL_DEBUG", "1")
    assert "Traceback" in run(capsys, "list")[2]


def test_quick_commands_import_nothing_heavy() -> None:
    program = (
        "import sys; from neurorl.cli.main import main\n"
        "codes = [main(a.split()) for a in ('--help', 'list', 'cite hybrid', 'cite daw2011 --json')]\n"
        "heavy = {'jax', 'numpy', 'pandas', 'matplotlib', 'equinox', 'xarray'} & set(sys.modules)\n"
        "assert not heavy, heavy\n"
        "assert codes == [0] * 4, codes"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 0, done.stderr


def test_the_installed_command_answers() -> None:
    done = subprocess.run(
        [sys.executable, "-m", "neurorl.cli.main", "lst"], capture_output=True, text=True, check=False
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr == "There is no command 'lst'. Did you mean 'list'?\n"


@pytest.mark.parametrize("closed", [">&-", ">&- 2>&-", "| head -1 >/dev/null"])
def test_closed_streams_are_silent(closed: str) -> None:
    command = f"set -o pipefail; {sys.executable} -m neurorl list {closed}"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True)
    assert done.returncode in (0, 141) and done.stderr == ""


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="a device of Linux")
def test_a_full_standard_output_is_a_sentence() -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run([sys.executable, "-m", "neurorl", "list"], stdout=full, stderr=-1, text=True)
    assert (done.returncode, done.stderr) == (4, "A file could not be written: No space left on device.\n")

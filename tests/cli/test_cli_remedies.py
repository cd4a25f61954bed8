"""What an error advises is said in the words of the command line."""

import pytest
from test_cli_convert import run

from neurorl.cli.remedies import at_the_command_line


@pytest.mark.parametrize(
    ("python", "here"),
    [
        ("Is it 'id'? Then read the file with rename={'id': 'subject'}.", "with --rename id=subject."),
        ("with codes={'choice': {1: 'left', 2: 'right'}}.", "with --code choice:1=left --code choice:2=right."),
        ("codes={'choice': {'no way': 'left'}}", "--code 'choice:no way=left'"),
        ("codes={'outcome': ...} or another task", "--code outcome:VALUE=MEANING or another task"),
        ("Say which with format= (--from).", "Say which with --from."),
        ("where={'task': 'bandit'} (--where task=bandit).", "--where task=bandit."),
        ("or with session=0 to take", "or with --session 0 to take"),
    ],
)
def test_words(python, here):
    assert at_the_command_line(python).endswith(here)


def test_the_first_error_names_the_option(capsys, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("who,choice,reward\n1,0,1\n")
    code, _, err = run(capsys, "convert", path, "--dry-run", "--task", "bandit")
    assert code == 2 and "--rename OLD=NEW" in err and "--from" in err and "rename=" not in err
    path.write_text("subject,choice,reward\n" + "1,-1,1\n1,1,0\n" * 5)
    for command in (("convert", path, "--dry-run"), ("fit", path, "--agents", "rescorla_wagner")):
        code, _, err = run(capsys, *command, "--task", "bandit")
        assert code == 2 and "--code choice:-1=left --code choice:1=right" in err and "codes=" not in err


def test_what_was_noticed_is_printed(capsys, tmp_path):
    path = tmp_path / "t.csv"
    path.write_text("subject,trial,choice,reward\n" + "1,0,0,1\n1,1,1,0\n1,40,,1\n")
    out = run(capsys, "convert", path, "--dry-run", "--task", "bandit")[1]
    assert "Trial numbers have 1 gap" in out and "A choice is missing but rewarded in row 2" in out

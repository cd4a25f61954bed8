"""What the commands print: amounts with separators, labels as they are written."""

import numpy as np
import pandas as pd
import pytest

from neurorl.cli.output import print_frame, print_pairs


def test_ids_are_labels_and_counts_are_amounts(capsys: pytest.CaptureFixture[str]) -> None:
    table = pd.DataFrame({"subject": np.array([689514, 12]), "n_choices": [12345, 7], "beta": [0.25, 3.0]})
    print_frame(table)
    out = capsys.readouterr().out
    assert "689514" in out and "12,345" in out and "0.250" in out and "689,514" not in out
    print_pairs({"seed": 20261130, "sessions": 20000, "default": None})
    out = capsys.readouterr().out
    assert "20261130" in out and "20,000" in out
    print_frame(pd.DataFrame({"subject": [689514.0, np.nan], "session": ["a", "007"]}))
    out = capsys.readouterr().out
    assert "689514 " in out and "—" in out and "007" in out

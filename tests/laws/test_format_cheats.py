"""Each law of file formats catches its cheat: the skeleton with one line spoilt."""

import pytest

from neurorl.core.catalogue import names
from neurorl.testing import check_format, write_skeleton


@pytest.mark.parametrize("name", names("format"))
def test_built_in_formats_hold_their_laws(name):
    check_format(name).raise_if_broken()


TRIALS = 'one_choice_trials(dataset, "cheat")'


@pytest.mark.parametrize(
    ("line", "spoilt", "law"),
    [
        ('extensions=(".csv", ".tsv", ".txt")', 'extensions=("csv",)', "form"),
        ("<= source.columns else None", '<= {"monkey", "side", "juice"} else None', "something else"),
        ("<= source.columns else None", "<= set() else None", "recognised"),
        ('side = trials["option"].map(', 'side = (1 - trials["option"]).map(', "round trip"),
        (TRIALS, TRIALS.replace("dataset", 'dataset.subset(subjects=("ann",))'), "round trip"),
        ('"juice": trials["reward"]', '"juice": trials["reward"].round() * 0', "round trip"),
    ],
)
def test_each_law_catches_its_cheat(line, spoilt, law, tmp_path):
    path = write_skeleton("format", "cheat", tmp_path)
    text = path.read_text(encoding="utf-8")
    assert line in text
    path.write_text(text.replace(line, spoilt), encoding="utf-8")
    assert {result.law for result in check_format(path).broken} == {law}

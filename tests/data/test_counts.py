"""Every decision of a table is counted once: scored, or why not. The counts are by hand."""

import pandas as pd

from neurorl.core.spaces import Discrete, Spaces
from neurorl.data import Dataset, Schema, count_scored

# "fix" leaves no choice and allows `wait` alone; "arms" allows the two sides.
SPACES = Spaces(
    Discrete(("fix", "arms")),
    Discrete(("wait", "left", "right")),
    (0.0, 1.0),
    legal=((True, False, False), (False, True, True)),
    free=(False, True),
)


def made(**columns: list) -> Dataset:
    n = len(columns["choice"])
    table = {"subject": 0, "session": 0, "trial": range(n), "step": 0, "reward": 0.0, **columns}
    return Dataset(pd.DataFrame(table, index=range(n)), Schema.of(SPACES))


def test_every_reason_is_counted_once():
    """Rows: two scored, fixation, a side at fixation, fixation missed, missed, aborted, waited, a forced trial."""
    counts = count_scored(
        made(
            state=[1, 1, 0, 0, 0, 1, 1, 1, 1],
            choice=[1, 2, 0, 1, -1, -1, 1, 0, 2],
            valid=[True, True, True, True, False, False, False, True, True],
            scored=[True] * 2 + [False] * 7,
        )
    )
    expected = {"decisions": 9, "scored": 2, "forced": 2, "excluded": 1, "missed": 1, "invalid": 1, "forbidden": 2}
    assert counts.as_dict() == expected
    assert counts.faults == 4 and "4 (66.7%)" in counts.caution()
    assert "2 choices that the task does not allow in that state" in counts.caution()
    assert counts.sentence() == (
        "Scored 2 of 9 decisions; not scored: 2 steps without a free choice, 1 choice that the table marks as not "
        "scored, 1 missed choice, 1 step that the table marks as invalid, 2 choices that the task does not allow in "
        "that state."
    )


def test_what_only_the_design_leaves_out_is_no_caution():
    counts = count_scored(made(state=[0, 1, 0, 1], choice=[0, 1, 0, 2]))
    assert counts.caution() == "" and counts.sentence() == (
        "Scored 2 of 4 decisions; not scored: 2 steps without a free choice."
    )


def test_vectors_have_no_table_of_allowed_choices():
    from neurorl.core.spaces import Box

    spaces = Spaces(Box((1,), 0.0, 1.0), Discrete(("left", "right")), (0.0, 1.0))
    table = {"subject": 0, "session": 0, "trial": [0, 1], "step": 0, "obs_0": 0.5, "choice": [1, -1], "reward": 0.0}
    counts = count_scored(Dataset(pd.DataFrame(table), Schema.of(spaces)))
    assert (counts.scored, counts.missed, counts.decisions) == (1, 1, 2)

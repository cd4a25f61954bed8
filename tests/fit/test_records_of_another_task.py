"""An agent meets records of another task, or what are no records: a sentence, never a number."""

import jax
import numpy as np
import pandas as pd
import pytest

import neurorl
from neurorl.agents.rescorla_wagner import RescorlaWagner
from neurorl.core.errors import BadValue, DoesNotFit, NeurorlError
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.data import Dataset, Schema
from neurorl.fit import fit_map
from neurorl.fit.design.identifiability import profiles
from neurorl.fit.methods.em import fit_em
from neurorl.fit.methods.hbi import fit_hbi
from neurorl.loop import replay_many
from neurorl.ops.arms import arm_spaces

AGENT = RescorlaWagner.for_spaces(arm_spaces(2))


def dataset(spaces: Spaces, choice, state=0) -> Dataset:
    n = len(choice)
    rows = {"subject": "a", "session": 0, "trial": np.arange(n), "step": 0, "state": state}
    return Dataset(pd.DataFrame(rows | {"choice": choice, "reward": np.arange(n) % 2}), Schema.of(spaces))


FOUR = dataset(arm_spaces(4), [0, 1, 2, 3, 1, 0])
RECORDS = FOUR.records()[0]


@pytest.mark.parametrize(
    "use",
    [
        lambda: fit_map(AGENT, RECORDS, starts=1, quiet=True),
        lambda: fit_em(AGENT, RECORDS, quiet=True),
        lambda: fit_hbi({"a": AGENT}, RECORDS, quiet=True),
        lambda: profiles(AGENT, RECORDS, quiet=True),
        lambda: replay_many(AGENT, AGENT.params(), RECORDS),
        lambda: neurorl.log_likelihood(
            jax.random.key(0), AGENT, AGENT.params(), jax.tree.map(lambda leaf: leaf[0], RECORDS)
        ),
    ],
)
def test_choices_that_the_agent_does_not_have(use) -> None:
    """With 2 arms, JAX would read the value of arm 3 from arm 1."""
    with pytest.raises(DoesNotFit, match=r"hold the choice 3, but RescorlaWagner was made for 2 \(left, right\)"):
        use()


def test_states_that_the_agent_does_not_have() -> None:
    spaces = Spaces(Discrete(("x", "y")), Discrete(("left", "right")), (0.0, 1.0))
    records = dataset(spaces, [0, 1, 0, 1], state=[0, 1, 0, 1]).records()[0]
    with pytest.raises(DoesNotFit, match="hold the state 1"):
        fit_map(AGENT, records, starts=1, quiet=True)


def test_rows_that_did_not_happen_are_not_looked_at() -> None:
    few = dataset(arm_spaces(4), [0, 1, -1, 1]).records()[0]
    replay_many(AGENT, AGENT.params(), few)


def test_what_are_no_records() -> None:
    for what, said in ((FOUR, "dataset.records()"), (FOUR.table.iloc[:, :3], "not DataFrame"), ("t.csv", "not str")):
        with pytest.raises(BadValue) as caught:
            fit_map(AGENT, what, starts=1, quiet=True)
        assert said in str(caught.value)
    with pytest.raises(BadValue, match=r"load_agent\('rescorla_wagner'\).for_spaces"):
        fit_map("rescorla_wagner", RECORDS, quiet=True)
    with pytest.raises(BadValue, match="whole number"):
        fit_map(AGENT, RECORDS, starts=1.5, quiet=True)


def test_vectors_where_codes_are_expected() -> None:
    spaces = Spaces(Box((2,)), Discrete(("left", "right")), (0.0, 1.0))
    rows = {"subject": "a", "session": 0, "trial": range(4), "step": 0, "obs_0": 0.5, "obs_1": 1.0}
    table = pd.DataFrame(rows | {"choice": [0, 1, 0, 1], "reward": [0, 1, 1, 0]})
    with pytest.raises(NeurorlError, match="state"):
        fit_map(AGENT, Dataset(table, Schema.of(spaces)).records()[0], starts=1, quiet=True)

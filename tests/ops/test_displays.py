"""One value a stimulus where the answers are the stimuli, one a display elsewhere."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl import load_agent, load_task
from neurorl.core.informed import updated
from neurorl.core.types import Transition
from neurorl.ops.displays import Displays

TABLES = (
    "choice_kernel_learner", "choice_trace_learner", "dual_rate", "q_learning", "rescorla_wagner", "risk_sensitive_td",
    "sample_average", "thompson", "ucb",
)  # fmt: skip
AB, A_OR_C_UNTOLD = 0, 4  # codes of probabilistic selection: AB CD EF, then untold AB, AC, ...


def test_rows_by_hand() -> None:
    pairs = Displays.of(load_task("probabilistic_selection").spaces)
    obs = jnp.asarray
    assert pairs.shared and int(pairs.row(obs(2))) == 0
    assert np.asarray(pairs.on_offer(obs(A_OR_C_UNTOLD))).tolist() == [True, False, True, False, False, False]
    sides = Displays.of(load_task("what_where_reversal").spaces)
    assert not sides.shared and int(sides.row(obs(1))) == 1


@pytest.mark.parametrize("name", TABLES)
def test_what_a_stimulus_earned_is_carried_to_new_pairs(name: str) -> None:
    spaces = load_task("probabilistic_selection").spaces
    agent = load_agent(name).for_spaces(spaces)
    params, zero = agent.params(), jnp.zeros(())
    state = agent.init(jax.random.key(0), params)

    def after(state, obs: int, action: int, reward: float):
        _, policy = agent.act(params, state, jnp.asarray(obs))
        seen, shown = jnp.asarray(obs), jnp.asarray(spaces.informed[obs])
        t = Transition(seen, jnp.asarray(action), jnp.asarray(reward), zero, zero, seen, informed=shown)
        return updated(agent, params, state, t)[0], np.exp(jax.nn.log_softmax(policy.logits))

    for _ in range(4):  # A pays, C does not
        state, _ = after(state, AB, 0, 1.0)
        state, _ = after(state, 1, 2, 0.0)
    taught, p = after(state, A_OR_C_UNTOLD, 2, 0.0)
    assert p[0] > 0.6 and p[[1, 3, 4, 5]].max() == 0  # AC was never paid
    if name in ("rescorla_wagner", "sample_average", "thompson", "ucb", "dual_rate", "risk_sensitive_td"):
        assert jax.tree.all(jax.tree.map(jnp.array_equal, taught, state))  # and teaches nothing

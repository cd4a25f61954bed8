"""Planners, rehearsers and the arbiter: by hand, against closed forms and against other agents of the library."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core import catalogue
from neurorl.core.errors import BadValue
from neurorl.core.params import replace as with_params
from neurorl.core.types import Record, Transition
from neurorl.loop import replay_many, simulate_many
from neurorl.ops.markov_decision import look_ahead, value_iteration
from neurorl.perturb import dopamine_at_learning, freeze_part, lesion_part
from neurorl.tasks.devaluation import Devaluation

MAZE = replace(catalogue.load("task", "gridworld"), maze="relocation")
SHARED = {"alpha": 0.3, "beta": 5.0, "epsilon": 0.05}


def made(name, task=MAZE, **options):
    return replace(catalogue.load("agent", name).for_spaces(task.spaces), **options)


def step(obs, action, reward, discount, after, stim=0.0):
    numbers = [jnp.asarray(x, float) for x in (reward, discount, stim)]
    return Transition(jnp.asarray(obs), jnp.asarray(action), *numbers, jnp.asarray(after))


def live(agent, params, steps):
    state = agent.init(jax.random.key(0), params)
    for one in steps:
        state, latents = agent.update(params, agent.act(params, state, one.obs)[0], one)
    return state, latents


def test_without_rehearsal_dyna_is_q_learning():
    bandit = catalogue.load("task", "two_step_daw")
    dyna, plain = made("dyna_q", bandit, n=0), made("q_learning", bandit)
    own = with_params(dyna.params(), gamma=1.0, **SHARED)
    same = with_params(plain.params(), alpha_pos=0.3, alpha_neg=0.3, beta=5.0, epsilon=0.05, phi=0.0, kappa=0.0)
    records = Record.of(simulate_many(jax.random.key(0), plain, same, bandit, 100, subjects=4))
    mine, theirs = replay_many(dyna, own, records), replay_many(plain, same, records)
    np.testing.assert_allclose(mine.log_prob, theirs.log_prob, atol=1e-5)
    np.testing.assert_allclose(mine.latents.rpe, theirs.latents.rpe, atol=1e-5)


def test_greedy_answers_are_split_among_the_best():
    agent = made("dyna_q", n=0, greedy=True)
    params = with_params(agent.params(), alpha=1.0)
    state, _ = live(agent, params, [step(3, 1, 1.0, 0.0, 30)])
    p = np.exp(agent.act(params, state, jnp.asarray(3))[1].logits)
    np.testing.assert_allclose(p, [0.025, 0.925, 0.025, 0.025], atol=1e-6)
    p = np.exp(agent.act(params, state, jnp.asarray(4))[1].logits)
    np.testing.assert_allclose(p, 0.25, atol=1e-6)
    assert agent.frozen_params == ("beta",)


def test_rehearsal_carries_a_reward_back():
    agent = made("dyna_q", n=60, greedy=True)
    params = with_params(agent.params(), alpha=1.0, gamma=0.5)
    walk = [step(0, 3, 0.0, 1.0, 1), step(1, 3, 0.0, 1.0, 2), step(2, 3, 1.0, 0.0, 0)]
    state, latents = live(agent, params, walk)
    np.testing.assert_allclose(state.q[[0, 1, 2], 3], [0.25, 0.5, 1.0])
    assert latents.rpe == 1.0 and np.count_nonzero(state.q) == 3


def test_curiosity_grows_with_the_root_of_time():
    agent = made("dyna_q_plus", n=400, greedy=True)
    params = with_params(agent.params(), alpha=1.0, gamma=0.0, kappa=0.1)
    state, _ = live(agent, params, [step(5, 0, 0.0, 1.0, 6)] * 9)
    # Tried at the last of nine steps, and never: since the start.
    np.testing.assert_allclose(state.q[5], [0.1 * np.sqrt(1), 0.3, 0.3, 0.3], atol=1e-6)
    assert not state.q[6].any()  # entered, but nothing was ever answered there


def test_sweeping_carries_a_reward_back_in_as_many_updates_as_there_are_steps():
    agent = made("prioritised_sweeping", n=3, greedy=True)
    params = with_params(agent.params(), alpha=1.0, gamma=0.5)
    walk = [step(0, 3, 0.0, 1.0, 1), step(1, 3, 0.0, 1.0, 2), step(2, 3, 1.0, 0.0, 0)]
    state, latents = live(agent, params, walk)
    np.testing.assert_allclose(state.q[[0, 1, 2], 3], [0.25, 0.5, 1.0])
    assert latents.rpe == 1.0 and not state.priority.any()


def test_a_planner_that_has_seen_everything_plans_as_value_iteration_does():
    agent = made("certainty_equivalent", depth=40)
    params = with_params(agent.params(), eta=1.0, alpha=1.0, gamma=0.9)
    table = MAZE.grid
    update = jax.jit(agent.update)
    state = agent.init(jax.random.key(0), params)
    for cell in range(table.n):
        for answer in range(4):
            ends = table.ends[0, cell, answer]
            after = table.start[0] if ends else table.successors[0, cell, answer]
            told = step(cell, answer, table.rewards[0, cell, answer], 0.0 if ends else 1.0, after)
            state, _ = update(params, state, told)
    p, r = table.process()
    np.testing.assert_allclose(state.q, look_ahead(p, r, 0.9, value_iteration(p, r, 0.9)), atol=1e-5)


def test_a_planner_s_errors_by_hand():
    task = catalogue.load("task", "two_step_daw")
    agent = made("certainty_equivalent", task, depth=2)
    params = with_params(agent.params(), eta=0.5, alpha=0.5, gamma=1.0)
    state, latents = live(agent, params, [step(0, 0, 0.0, 1.0, 1), step(1, 1, 1.0, 0.0, 0)])
    assert latents.spe == pytest.approx(2 / 3) and latents.rpe == 1.0
    # T(first, left) is now (1/6, 4/6, 1/6), and the right answer in A is worth one half.
    np.testing.assert_allclose(state.q[0], [4 / 6 * 0.5, 1 / 3 * 0.5], atol=1e-6)
    with pytest.raises(BadValue, match="depth is 0, but must be at least 1"):
        replace(agent, depth=0)


def test_successors_revalue_at_once_but_not_along_a_new_way():
    agent = made("successor_learner", greedy=True)
    params = with_params(agent.params(), alpha=0.5, alpha_r=1.0, gamma=1.0)
    walk = [step(0, 3, 0.0, 1.0, 1), step(1, 3, 1.0, 0.0, 0)]
    state, _ = live(agent, params, walk * 30)
    q = state.visits[0] @ state.worth
    assert q[3] == pytest.approx(1.0, abs=1e-4)
    # The reward at the end is gone: the value two steps before knows at once.
    state, _ = agent.update(params, state, step(1, 3, 0.0, 0.0, 0))
    assert (state.visits[0] @ state.worth)[3] == pytest.approx(0.0, abs=1e-4)
    # A new reward elsewhere, to which the old way now leads, is known only where it was lived through.
    for told in (step(2, 1, 1.0, 0.0, 0), step(1, 3, 0.0, 1.0, 2)):
        state, _ = agent.update(params, state, told)
    assert (state.visits[1] @ state.worth)[3] > 0.4 and (state.visits[0] @ state.worth)[3] == pytest.approx(0, abs=1e-4)


BOX = Devaluation()
PRESS = (step(0, 0, 0.0, 1.0, 2), step(2, 0, 1.0, 0.0, 0))


def pressed(n, change=lambda agent, params: params):
    agent = made("uncertainty_arbitration", BOX)
    params = change(agent, agent.params())
    state, _ = live(agent, params, PRESS * n)
    return agent, params, state


@pytest.mark.parametrize("n", [1, 5, 50])
def test_the_arbiter_s_weight_is_the_closed_form(n):
    agent, params, state = pressed(n)
    _, latents = agent.update(params, state, PRESS[0])
    alpha, noise_mb, noise_mf = 0.02, 0.02, 0.001
    shrink = (1 - alpha) ** 2
    var_mf = shrink**n + noise_mf * (1 - shrink**n) / (1 - shrink)
    var_mb = (n + 1) / ((n + 2) ** 2 * (n + 3)) + noise_mb  # of Beta(n + 1, 1)
    w = var_mf / (var_mb + var_mf)
    q_mb, q_mf = (n + 1) / (n + 2), 1 - (1 - alpha) ** n
    assert latents.w_mb[0] == pytest.approx(w, rel=1e-4)
    assert latents.q_mb[0] == pytest.approx(q_mb, rel=1e-5) and latents.q_mf[0] == pytest.approx(q_mf, rel=1e-4)
    assert latents.q[0] == pytest.approx(w * q_mb + (1 - w) * q_mf, rel=1e-4)


def test_food_in_the_cage_teaches_the_planner_only():
    agent, params, state = pressed(5)
    fed, latents = agent.update(params, state, step(1, 0, 0.0, 1.0, 2))
    fed, latents = agent.update(params, fed, step(2, 0, 0.0, 0.0, 0))
    assert latents.rpe == 0
    np.testing.assert_array_equal(fed.q_mf, state.q_mf)
    np.testing.assert_array_equal(fed.count, state.count)
    _, latents = agent.update(params, fed, PRESS[0])
    assert latents.q_mb[0] == 0 and latents.q[0] == pytest.approx((1 - latents.w_mb[0]) * state.q_mf[0])


def test_a_lesion_leaves_the_other_system_alone():
    for part, weight in (("planner", 0.0), ("cache", 1.0)):
        agent, params, state = pressed(3, lambda agent, params, part=part: lesion_part(agent, params, part))
        _, latents = agent.update(params, state, PRESS[0])
        np.testing.assert_allclose(latents.w_mb, weight)


def test_a_frozen_system_goes_on_with_what_it_knew():
    _, _, taught = pressed(3)
    agent, params, state = pressed(3, lambda agent, params: freeze_part(agent, params, "planner"))
    np.testing.assert_array_equal(state.q_mf, taught.q_mf)
    np.testing.assert_array_equal(state.count, agent.init(None, params).count)
    assert state.worth.sum() == 0
    _, _, state = pressed(3, lambda agent, params: freeze_part(agent, params, "cache"))
    assert state.q_mf.sum() == 0 and state.worth[0] == taught.worth[0]
    _, _, state = pressed(3, lambda agent, params: dopamine_at_learning(agent, params, 0.5))
    assert state.q_mf[0] < taught.q_mf[0] and state.worth[0] == taught.worth[0]


def test_stimulation_teaches_the_cache_only():
    agent, params, _ = pressed(1)
    after, _ = live(agent, params, [PRESS[0], step(2, 0, 1.0, 0.0, 0, stim=1.0)])
    assert after.q_mf[0] == pytest.approx(0.04) and after.worth[0] == 1.0

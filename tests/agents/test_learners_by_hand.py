"""Learners of the shipped data sets, by hand."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.catalogue import load
from neurorl.core.errors import DoesNotFit
from neurorl.core.types import Record
from neurorl.loop import replay
from neurorl.ops.arms import arm_spaces
from neurorl.ops.pictures_and_keys import Pictures, picture_code, picture_spaces


def led(agent, choices, rewards, obs=None, **values):
    """The agent led through a session; parameters by name."""
    n = len(choices)
    obs = jnp.asarray(obs if obs is not None else [0] * n, jnp.int32)
    ones = jnp.ones(n, bool)
    record = Record(
        obs=obs,
        action=jnp.asarray(choices, jnp.int32),
        reward=jnp.asarray(rewards, float),
        discount=jnp.zeros(n),
        stim=jnp.zeros(n),
        next_obs=jnp.append(obs[1:], obs[-1]),
        valid=ones,
        scored=ones,
    )
    params = type(agent.params())(**values)
    return replay(jax.random.key(0), agent, params, record)


@pytest.fixture(scope="module", autouse=True)
def double():
    with jax.enable_x64(True):
        yield


def made(name, spaces=None):
    return load("agent", name).for_spaces(arm_spaces(2) if spaces is None else spaces)


def test_risk_sensitive_learning_by_hand():
    out = led(made("risk_sensitive_td"), [0, 0, 1], [1, 0, 0], alpha_pos=0.5, alpha_neg=0.2, beta=2.0)
    # 0.5, then 0.5 + 0.5 (1 - 0.5) = 0.75, then 0.75 - 0.2 0.75 = 0.6
    np.testing.assert_allclose(out.latents.q, [[0.5, 0.5], [0.75, 0.5], [0.6, 0.5]])
    np.testing.assert_allclose(out.latents.rpe, [0.5, -0.75, -0.5])
    sigmoid = lambda x: 1 / (1 + np.exp(-x))  # noqa: E731
    np.testing.assert_allclose(out.log_prob, np.log([0.5, sigmoid(2 * 0.25), sigmoid(-2 * 0.1)]))


def test_good_news_and_bad_go_by_the_error_not_by_the_reward():
    out = led(made("risk_sensitive_td"), [0, 0, 0], [0.4, 0.6, 0.6], alpha_pos=1.0, alpha_neg=0.5, beta=1.0)
    np.testing.assert_allclose(out.latents.q[:, 0], [0.5, 0.45, 0.6])


def test_income_fades_where_it_is_left_alone():
    out = led(made("income_learner"), [0, 1, 1], [1, 1, 0], alpha_pos=0.5, alpha_neg=0.5, decay=0.1, beta=3.0)
    np.testing.assert_allclose(out.latents.q, [[0.5, 0.5], [0.75, 0.45], [0.675, 0.725]])


def test_without_decay_income_is_return():
    choices, rewards = [0, 1, 1, 0, 0], [1, 0, 1, 0, 1]
    shared = dict(alpha_pos=0.3, alpha_neg=0.6, beta=4.0)
    income = led(made("income_learner"), choices, rewards, decay=0.0, **shared)
    np.testing.assert_allclose(income.log_prob, led(made("risk_sensitive_td"), choices, rewards, **shared).log_prob)


def test_choice_kernel_leans_towards_what_was_done():
    out = led(
        made("choice_kernel_learner"), [0, 0, 1], [0, 0, 0], alpha_pos=0.0, alpha_neg=0.0, beta=2.0, rate=0.5, omega=0.8
    )
    np.testing.assert_allclose(out.latents.kernel, [[0, 0], [0.5, 0], [0.75, 0]])
    expected = [1 / (1 + np.exp(-s)) for s in (0, 2 * 0.8 * 0.5, -2 * 0.8 * 0.75)]
    np.testing.assert_allclose(np.exp(out.log_prob), expected)


def test_habit_never_looks_at_rewards_and_may_alternate():
    agent = made("choice_habit")
    one, other = (led(agent, [0, 1, 1, 0], r, alpha=0.5, beta=-2.0) for r in ([0] * 4, [1] * 4))
    np.testing.assert_array_equal(one.log_prob, other.log_prob)
    np.testing.assert_allclose(one.latents.habit[:3], [[0, 0], [0.5, 0], [0.25, 0.5]])
    assert one.log_prob[1] > np.log(0.5)  # it alternates


WM = dict(alpha=0.2, stick=0.1, rho=0.9, forget=0.25, epsilon=0.06, neglect=0.5, neglect_slow=0.5, capacity=2.0)


def hand(blind):
    """Two pictures of three: picture 1, key 0, right; picture 2, key 1, wrong; picture 1, key 0 again."""
    w, third = 0.9 * 2 / 3, 1 / 3
    fade = lambda m: m + 0.25 * (third - m)  # noqa: E731
    slow = third + 0.2 * (1 - third)
    # After trial 1: M = 1 for the pair met; it fades with trials 2 only before trial 3.
    m_after = fade(np.array([1.0, third, third]))
    q_after = np.array([slow, third, third])
    stick = np.array([0.0, 0.1, 0.0])  # key 1 was pressed last
    soft = lambda v: np.exp(25 * v) / np.exp(25 * v).sum()  # noqa: E731
    p = 0.94 * (w * soft(m_after + stick) + (1 - w) * soft(q_after + stick)) + 0.06 / 3
    wrong = (third + 0.5 * (0 - third), third + 0.2 * 0.5 * ((1.0 if blind else 0.0) - third))
    return p[0], wrong


@pytest.mark.parametrize("name", ["working_memory_rl", "working_memory_habit"])
def test_working_memory_by_hand(name):
    agent = made(name, picture_spaces(3))
    obs = [int(picture_code(3, i)) for i in (0, 1, 0, 1)]
    out = led(agent, [0, 1, 0, 0], [1, 0, 1, 0], obs, **WM)
    p_third, (m_wrong, q_wrong) = hand(name == "working_memory_habit")
    np.testing.assert_allclose(np.exp(out.log_prob[0]), 1 / 3)
    np.testing.assert_allclose(np.exp(out.log_prob[2]), p_third)
    slow = out.latents.habit if name == "working_memory_habit" else out.latents.q
    np.testing.assert_allclose(slow[3, 1], q_wrong)
    np.testing.assert_allclose(out.latents.memory[3, 1], m_wrong + 0.25 * (1 / 3 - m_wrong))
    np.testing.assert_allclose(out.latents.weight, 0.6)


def test_pictures_are_read_off_the_labels():
    pictures = Pictures.of(picture_spaces(3))
    assert len(pictures.picture) == 21 and pictures.most == 6 and pictures.n_keys == 3
    code = int(picture_code(5, 3))
    assert (pictures.picture[code], pictures.set_size[code]) == (3, 5)
    with pytest.raises(DoesNotFit, match="picture_1_of_3 and so on"):
        made("working_memory_rl")

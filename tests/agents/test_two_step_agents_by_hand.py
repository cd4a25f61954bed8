"""Every two-stage agent on a session of four trials, against numbers worked out by hand.

The session: (left, A, right, 1), (right, A, right, 0), (left, B, left, 1), (right, B, right, 0).
"""

import jax
import numpy as np
import pytest
from two_stage_sessions import LEFT, RIGHT, SESSION, SPACES, A, B, at_stage, play, record_of, rows_of

from neurorl.agents.drift_observer import DriftObserver
from neurorl.loop import replay
from neurorl.ops.two_stage import TwoStage


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def first_values(form, trajectory):
    left, right = (at_stage(form, q, 1) for q in (trajectory.latents.q_left, trajectory.latents.q_right))
    return np.stack([left, right], axis=1)


def rpes(form, trajectory):
    return np.stack([at_stage(form, trajectory.latents.rpe, stage) for stage in (1, 2)], axis=1)


def close(actual, expected):
    np.testing.assert_allclose(actual, expected, rtol=0, atol=2e-6)


# alpha1 .5, alpha2 .4, lambda .5. Trial 1: delta = 1, Q1(L) = .25, Q2 = .4. Trial 2: Q1(R) = .5 (.4 + .5 (-.4)) = .1,
# Q2 = .24. Trial 3: Q1(L) = .25 + .5 (0 - .25) + .25 = .375, Q2(B) = .4.
MF_VALUES = [[0, 0], [0.25, 0], [0.25, 0.1], [0.375, 0.1]]
MF = dict(alpha1=0.5, alpha2=0.4, lam=0.5, beta1=2.0, beta2=3.0, pi=0.3)


@pytest.mark.parametrize("form", ["W", "D"])
def test_model_free(form):
    t = play("model_free", form, rows_of(form, SESSION), **MF)
    close(first_values(form, t), MF_VALUES)
    # On arrival max Q2(s2) - Q1(a1); in Daw's form the last answer (B, right) is worth 0, in Wang's V(B) = .4.
    close(rpes(form, t), [[0, 1], [0.4, -0.4], [-0.25, 1], [0.3, -0.4 if form == "W" else 0]])
    # Preference for left: 2 (Q_L - Q_R) + .3 (last left) - .3 (last right).
    p_left = sigmoid(np.array([0, 0.8, 0.0, 0.85]))
    p_chosen = np.where([True, False, True, False], p_left, 1 - p_left)
    close(at_stage(form, t.log_prob, 1), np.log(p_chosen))
    second = np.log([0.5, sigmoid(1.2), 0.5, 1 - sigmoid(1.2)]) if form == "D" else np.zeros(4)
    close(at_stage(form, t.log_prob, 2), second)


def test_sarsa_0_learns_the_first_stage_from_the_second_only():
    """The paper's model-free reference, learning rate .5: Q1(a1) += .5 (Q2(s2) - Q1(a1)), Q2(s2) += .5 (r - Q2(s2))."""
    t = play("model_free", "W", rows_of("W", SESSION), alpha1=0.5, alpha2=0.5, lam=0.0, beta1=2.0, pi=0.0)
    # Trial 1: Q2(A) = .5. Trial 2: Q1(R) = .25, Q2(A) = .25. Trial 3: Q1(L) stays 0, Q2(B) = .5.
    close(first_values("W", t), [[0, 0], [0, 0], [0, 0.25], [0, 0.25]])
    close(rpes("W", t), [[0, 1], [0.5, -0.5], [0, 1], [0.25, -0.5]])


@pytest.mark.parametrize(
    "form, values",
    [
        ("D", [[0, 0], [0.28, 0.12], [0.168, 0.072], [0.288, 0.352]]),  # .7 and .3 of V(A), V(B)
        ("W", [[0, 0], [0.32, 0.08], [0.192, 0.048], [0.272, 0.368]]),  # .8 and .2
    ],
)
def test_model_based(form, values):
    t = play("model_based", form, rows_of(form, SESSION), alpha2=0.4, beta1=2.0, beta2=3.0, pi=0.3)
    values = np.array(values)
    close(first_values(form, t), values)
    arrival = np.array([0, 0.4, 0, 0.4]) - values[range(4), [LEFT, RIGHT, LEFT, RIGHT]]
    close(rpes(form, t)[:, 0], arrival)
    close(rpes(form, t)[:, 1], [1, -0.4, 1, -0.4 if form == "W" else 0])
    logit_left = 2 * (values[:, 0] - values[:, 1]) + [0, 0.3, -0.3, 0.3]
    signed = logit_left * [1, -1, 1, -1]
    close(at_stage(form, t.log_prob, 1), np.log(sigmoid(signed)))


@pytest.mark.parametrize("form", ["W", "D"])
def test_hybrid_mixes_the_two(form):
    t = play("hybrid", form, rows_of(form, SESSION), **MF, w=0.25)
    planned = play("model_based", form, rows_of(form, SESSION), alpha2=0.4, beta1=2.0, beta2=3.0, pi=0.3)
    close(first_values(form, t), 0.25 * first_values(form, planned) + 0.75 * np.array(MF_VALUES))
    cached = play("model_free", form, rows_of(form, SESSION), **MF)
    close(rpes(form, t), 0.25 * rpes(form, planned) + 0.75 * rpes(form, cached))


def test_full_model_based_learns_about_both_stages():
    # V(A), V(B): .5 .5 -> .7 .3 -> .42 .58 -> .252 .748
    t = play("full_model_based", "W", rows_of("W", SESSION), alpha2=0.4, beta1=2.0, pi=0.0)
    close(first_values("W", t), [[0.5, 0.5], [0.62, 0.38], [0.452, 0.548], [0.3512, 0.6488]])
    close(rpes("W", t), [[0, 0.5], [0.7 - 0.38, -0.7], [0.58 - 0.452, 0.42], [0.748 - 0.6488, -0.748]])


def test_latent_state_with_two_stages():
    t = play("latent_state", "W", rows_of("W", SESSION), p_good=0.8, p_reversal=0.1, beta1=2.0, pi=0.0)
    # .5 -> .8 -> .74; .74*.2 / (.74*.2 + .26*.8) = .148/.356 -> .8 * .148/.356 + .1
    third = 0.8 * 0.148 / 0.356 + 0.1
    posterior = third * 0.2 / (third * 0.2 + (1 - third) * 0.8)
    h = np.array([0.5, 0.74, third, 0.8 * posterior + 0.1])
    close(at_stage("W", t.latents.p_a_good, 1), h)
    v_a = 0.8 * h + 0.2 * (1 - h)
    close(first_values("W", t)[:, 0], 0.8 * v_a + 0.2 * (1 - v_a))


def test_latent_state_with_four_options():
    t = play("latent_state", "D", rows_of("D", SESSION), p_good=0.8, p_reversal=0.3, beta1=2.0, beta2=3.0, pi=0.0)
    # 1/4 each -> 4/7 for (A, right), 1/7 for the rest -> .7 * 4/7 + .1 * 3/7 and .7 / 7 + .1 * 6/7
    good, other = 0.7 * 4 / 7 + 0.1 * 3 / 7, 0.1 + 0.6 / 7
    close(at_stage("D", t.latents.p_a_good, 1)[:2], [0.5, good + other])
    v_a, v_b = 0.8 * good + 0.2 * (1 - good), 0.8 * other + 0.2 * (1 - other)
    close(first_values("D", t)[1], [0.7 * v_a + 0.3 * v_b, 0.3 * v_a + 0.7 * v_b])
    close(at_stage("D", t.log_prob, 2)[1], np.log(sigmoid(3 * (v_a - v_b))))  # right at A


@pytest.mark.parametrize("form", ["W", "D"])
def test_reward_as_cue(form):
    trials = [(LEFT, A, LEFT, 1), (RIGHT, A, LEFT, 1), (LEFT, A, LEFT, 1), (RIGHT, B, LEFT, 0), (LEFT, B, LEFT, 0)]
    values = dict(alpha1=0.5, beta1=2.0, pi=0.0)
    t = play("reward_as_cue", form, rows_of(form, trials), **values)
    # Trial 1 has no cue. Under (A, rewarded): right to .5, then left to .5, then right to .25. (B, none) is new.
    close(first_values(form, t), [[0, 0], [0, 0], [0, 0.5], [0.5, 0.5], [0, 0]])
    close(rpes(form, t), [[0, 1], [0, 1], [0, 1], [0, -0.5], [0, 0]])
    close(at_stage(form, t.log_prob, 1)[2], np.log(sigmoid(-1.0)))


def test_bayes_two_step():
    t = play("bayes_two_step", "W", rows_of("W", SESSION))
    # .5 -> .9 -> .88; .088 / (.088 + .108) -> .95 x + .025
    third = 0.95 * 0.088 / 0.196 + 0.025
    posterior = third * 0.1 / (third * 0.1 + (1 - third) * 0.9)
    close(at_stage("W", t.latents.p_a_good, 1), [0.5, 0.88, third, 0.95 * posterior + 0.025])
    close(first_values("W", t)[1], [0.8 * 0.804 + 0.2 * 0.196, 0.2 * 0.804 + 0.8 * 0.196])
    close(rpes("W", t)[:2], [[0, 0.5], [0.804 - 0.3176, -0.804]])
    # Ties are split, the better is always chosen.
    close(at_stage("W", t.log_prob, 1)[0], np.log(0.5))
    assert at_stage("W", t.log_prob, 1)[1] < -1e6
    close(np.exp(at_stage("W", t.entropy, 1)), [2, 1, 1, 1])


def test_drift_observer_with_two_bins_and_no_drift():
    agent = DriftObserver(TwoStage.of(SPACES["D"]), sd=1e-3, n_bins=2)  # p is .375 or .625
    t = replay(jax.random.key(0), agent, agent.params(), record_of("D", rows_of("D", SESSION)))
    # (A, right): rewarded, mean .375^2 + .625^2; then not, and .5 again. (B, left): rewarded.
    up = 0.375**2 + 0.625**2
    high, low = 0.7 * up + 0.3 * 0.5, 0.3 * up + 0.7 * 0.5
    close(first_values("D", t), [[0.5, 0.5], [high, low], [0.5, 0.5], [low, high]])
    close(rpes("D", t), [[0, 0.5], [up - low, -up], [0, 0.5], [up - high, -0.5]])


def test_random_choice():
    t = play("random_choice", "D", rows_of("D", SESSION))
    close(t.log_prob, np.full(8, np.log(0.5)))
    t = play("random_choice", "W", rows_of("W", SESSION))
    close(t.log_prob, np.tile([0, np.log(0.5), 0], 4))
    close(np.exp(t.entropy), np.tile([1, 2, 2], 4))  # the centre alone at fixation

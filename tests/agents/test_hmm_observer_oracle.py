"""The observer of reversals is a hidden Markov model: its filter beside the sum over all paths, and beside dynamax."""

import itertools
import json
import math
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np

from neurorl.agents.hmm_observer import HMMObserver
from neurorl.core.params import replace
from neurorl.core.types import Record
from neurorl.loop import replay
from neurorl.ops.reversal_belief import after_hazard, after_outcome

DYNAMAX = json.loads((Path(__file__).parent / "reference" / "hmm_filter.json").read_text(encoding="utf-8"))
BETA = 3.0


def observed(action, reward, h, p_hi):
    """Replay in double precision: log-probabilities of the choices, beliefs before each outcome, and the
    log-likelihood of the rewards, which is that of the hidden Markov model."""
    with jax.enable_x64(True):
        action, reward = jnp.asarray(action, jnp.int32), jnp.asarray(reward, float)
        zero, one = jnp.zeros(len(reward)), jnp.ones(len(reward), bool)
        obs = jnp.zeros(len(reward), jnp.int32)
        record = Record(obs, action, reward, zero, zero, obs, one, one)
        agent = HMMObserver()
        params = replace(agent.params(), h=h, p_hi=p_hi, beta=BETA)
        played = jax.jit(replay, static_argnums=1)(jax.random.key(0), agent, params, record)
        p_win = jnp.take_along_axis(played.latents.q, action[:, None], 1)[:, 0]
        log_likelihood = jnp.log(jnp.where(reward == 1, p_win, 1 - p_win)).sum()
        return np.asarray(played.log_prob), np.asarray(played.latents.p_left_good), float(log_likelihood)


def choice_log_prob(belief, action):
    """log softmax of BETA (b, 1 - b), by hand."""
    b = np.where(np.asarray(action) == 0, belief, 1 - belief)
    return -np.log1p(np.exp(-BETA * (2 * b - 1)))


def test_the_replayed_observer_equals_the_sum_over_all_hidden_paths():
    h, p_hi, trials = 0.07, 0.75, 12
    rng = np.random.default_rng(3)
    action, reward = rng.integers(0, 2, trials), rng.integers(0, 2, trials)
    p_win = np.where(action[:, None] == np.arange(2), p_hi, 1 - p_hi)  # [trial, good arm]
    likelihood = np.where(reward[:, None] == 1, p_win, 1 - p_win)
    before = np.zeros((trials, 2))  # weight of each state before trial t's outcome, over all paths up to it
    total = 0.0
    for path in itertools.product((0, 1), repeat=trials):
        moves = [0.5] + [h if s != s_next else 1 - h for s, s_next in itertools.pairwise(path)]
        seen = [likelihood[t, s] for t, s in enumerate(path)]
        total += math.prod(moves) * math.prod(seen)
        for t in range(trials):
            # What follows trial t sums to 1 over the later states; they are counted here 2^(trials - 1 - t) times.
            before[t, path[t]] += math.prod(moves[: t + 1]) * math.prod(seen[:t]) / 2 ** (trials - 1 - t)
    belief = before[:, 0] / before.sum(axis=1)
    log_prob, beliefs, log_likelihood = observed(action, reward, h, p_hi)
    np.testing.assert_allclose(beliefs, belief, rtol=0, atol=1e-10)
    np.testing.assert_allclose(log_likelihood, np.log(total), rtol=0, atol=1e-10)
    np.testing.assert_allclose(log_prob, choice_log_prob(belief, action), rtol=0, atol=1e-10)


def test_the_replayed_observer_equals_the_filter_of_dynamax():
    theirs = DYNAMAX["two_arms"]
    log_prob, beliefs, log_likelihood = observed(theirs["action"], theirs["reward"], theirs["h"], theirs["p_hi"])
    predicted = np.array(theirs["predicted"])[:, 0]
    np.testing.assert_allclose(beliefs, predicted, rtol=0, atol=1e-10)
    np.testing.assert_allclose(log_likelihood, theirs["log_likelihood"], rtol=0, atol=1e-10)
    np.testing.assert_allclose(log_prob, choice_log_prob(predicted, theirs["action"]), rtol=0, atol=1e-10)


def test_the_belief_over_three_options_equals_the_filter_of_dynamax():
    theirs = DYNAMAX["three_options"]
    with jax.enable_x64(True):
        belief = jnp.full(3, 1 / 3)
        predicted, filtered = [], []
        for action, reward in zip(theirs["action"], theirs["reward"], strict=True):
            predicted.append(np.asarray(belief))
            belief = after_outcome(belief, jax.nn.one_hot(action, 3), jnp.asarray(reward == 1), theirs["p_hi"])
            filtered.append(np.asarray(belief))
            belief = after_hazard(belief, theirs["h"])
    np.testing.assert_allclose(predicted, theirs["predicted"], rtol=0, atol=1e-10)
    np.testing.assert_allclose(filtered, theirs["filtered"], rtol=0, atol=1e-10)

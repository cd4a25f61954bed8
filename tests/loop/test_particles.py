"""Agents that draw in private: a particle filter against the exact filter of a hidden state, and what refuses."""

import dataclasses
from dataclasses import dataclass
from typing import ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from jaxtyping import Array, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.catalogue import load_agent, load_task
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.params import Interval, param
from neurorl.core.policy import Bernoulli, Categorical, Normal
from neurorl.core.types import Record
from neurorl.fit import fit, fit_map
from neurorl.loop import log_likelihood, particles, replay, replay_many, scorable, simulate_many
from neurorl.loop.particles import mean_policy

TASK = load_task("bandit")
T = 60


class Params(eqx.Module):
    slip: Array = param(0.1, Interval(0, 0.5), symbol="e", doc="answers against the mood")
    hazard: Array = param(0.1, Interval(0, 0.5), symbol="h", doc="chance that the mood changes")


class State(eqx.Module):
    key: PRNGKeyArray
    mood: Int[Array, ""]


@dataclass(frozen=True)
class Moody(Agent):
    """Prefers left or right, and changes its mind by itself: a hidden Markov model without inputs."""

    card: ClassVar[Card] = Card(title="Moody", summary="A hidden state that changes at random.")
    draws_in_private: ClassVar[bool] = True

    @classmethod
    def for_spaces(cls, spaces):
        return cls()

    @property
    def spaces(self):
        return TASK.spaces

    def params(self, key=None):
        return Params()

    def init(self, key, params):
        key, now = jax.random.split(key)
        return State(key, jax.random.bernoulli(now).astype(jnp.int32))

    def act(self, params, state, obs):
        return state, Categorical(jnp.log(jnp.where(jnp.arange(2) == state.mood, 1 - params.slip, params.slip)))

    def update(self, params, state, transition):
        key, now = jax.random.split(state.key)
        flip = jax.random.uniform(now, dtype=params.hazard.dtype) < params.hazard
        return State(key, jnp.where(flip, 1 - state.mood, state.mood)), {"mood": state.mood.astype(float)}


def exact(record: Record, slip: float, hazard: float) -> float:
    """Log-probability of the scored choices, by the forward algorithm."""
    belief, total = np.array([0.5, 0.5]), 0.0
    move = np.array([[1 - hazard, hazard], [hazard, 1 - hazard]])
    informed = np.ones(T, bool) if record.informed is None else np.asarray(record.informed)
    rows = zip(*map(np.asarray, (record.action, record.scored, record.valid)), informed, strict=True)
    for action, scored, valid, shown in rows:
        if not valid:
            continue
        if scored:
            seen = np.where(np.arange(2) == action, 1 - slip, slip)
            total += np.log(belief @ seen)
            belief = belief * seen / (belief @ seen)
        if shown:  # the state does not move where no outcome is shown
            belief = belief @ move
    return total


@pytest.fixture(scope="module")
def records():
    return Record.of(simulate_many(jax.random.key(4), Moody(), Params(), TASK, T, subjects=4))


@pytest.fixture(scope="module")
def estimates(records):
    """Log-likelihoods of a session with forced, missing and uninformed rows, 100 filters each of 64 and 1024 states."""
    record = jax.tree.map(lambda leaf: leaf[0], records)
    row = np.arange(T)
    record = eqx.tree_at(lambda r: (r.scored, r.valid), record, (jnp.asarray(row % 7 != 3), jnp.asarray(row % 11 != 5)))
    record = dataclasses.replace(record, informed=jnp.asarray(row % 5 != 2))
    keys = jax.random.split(jax.random.key(1), 100)

    def of(n):
        score = jax.jit(jax.vmap(lambda key: log_likelihood(key, particles(Moody(), n), Params(), record)))
        return np.asarray(score(keys), float)

    return exact(record, 0.1, 0.1), {n: of(n) for n in (64, 1024)}


@pytest.mark.parametrize("n", [64, 1024])
def test_the_probability_of_a_record_is_estimated_without_bias(estimates, n):
    true, found = estimates
    ratio = np.exp(found[n] - true)
    assert ratio.mean() == pytest.approx(1, abs=4 * ratio.std() / np.sqrt(len(ratio)))
    assert found[n].std() > 0


def test_the_standard_deviation_falls_with_the_root_of_the_number_of_particles(estimates):
    _, found = estimates
    assert found[64].std() / found[1024].std() == pytest.approx(4, rel=0.35)


def test_a_plain_replay_is_not_a_score(records):
    one = jax.tree.map(lambda leaf: leaf[0], records)
    with pytest.raises(BadValue, match="Moody draws random numbers of its own"):
        log_likelihood(jax.random.key(0), Moody(), Params(), one)
    with pytest.warns(UserWarning, match="averages over courses"):
        replay_many(Moody(), Params(), records)
    assert scorable(Moody()) == particles(Moody(), 256) and scorable(particles(Moody(), 9)).n == 9
    plain = load_agent("q_learning").for_spaces(TASK.spaces)
    assert scorable(plain) is plain


def test_latents_are_means_over_particles(records):
    """Mood 1 is right: after many answers right in a row the mean mood is near 1."""
    n_right = 12
    right = eqx.tree_at(lambda r: r.action, jax.tree.map(lambda leaf: leaf[0], records), jnp.ones(T, jnp.int32))
    mood = np.asarray(replay(jax.random.key(0), particles(Moody(), 500), Params(), right).latents["mood"])
    # After a choice of right, b becomes .9 b / (.9 b + .1 (1 - b)); before the next one, .9 b + .1 (1 - b).
    b = 0.5
    for _ in range(n_right):
        chosen = 0.9 * b / (0.9 * b + 0.1 * (1 - b))
        b = 0.9 * chosen + 0.1 * (1 - chosen)
    assert mood[n_right:].mean() == pytest.approx(chosen, abs=0.01)


def test_a_fit_finds_the_maximum_of_the_exact_likelihood_and_says_how(records):
    grouped = [0, 0, 0, 0]
    result = fit_map(
        particles(Moody(), 128), records, groups=grouped, prior=False, fixed={"slip": 0.1}, starts=1, quiet=True
    )
    grid = np.linspace(0.02, 0.4, 77)
    true = np.array(
        [sum(exact(jax.tree.map(lambda leaf, i=i: leaf[i], records), 0.1, h) for i in range(4)) for h in grid]
    )
    # Parameters within half a nat of the maximum are as good as the noise of the search allows.
    at = float(np.interp(result.values["hazard"][0], grid, true))
    assert at > true.max() - 0.5
    assert result.log_lik[0] == pytest.approx(at, abs=1.0)
    assert result.converged.all() and result.standard_errors is None
    assert "particle filters of 128 particles" in result.problems()[-1]
    assert result.fitted.origin["particles"] == 128 and result.fitted.origin["agent"] == "Moody"


@pytest.mark.parametrize("method", ["em", "nuts", "hbi", "vi"])
def test_methods_that_follow_gradients_say_that_there_is_none(records, method):
    with pytest.raises(DoesNotFit, match=r"Moody has no gradient: it draws .* Fit it by map or ml"):
        fit(Moody(), records, method, quiet=True)


def test_numbers_of_particles_that_make_no_sense_are_sentences():
    with pytest.raises(BadValue, match="n is 0"):
        particles(Moody(), 0)
    with pytest.raises(DoesNotFit, match="already has 3 particles"):
        particles(particles(Moody(), 3))


def test_policies_are_averaged():
    p = np.array([0.2, 0.6])
    choice = mean_policy(Categorical(jnp.log(jnp.stack([p, 1 - p], axis=1))))
    assert float(choice.log_prob(0)) == pytest.approx(np.log(0.4), abs=1e-6)
    answer = mean_policy(Bernoulli(jnp.log(p / (1 - p))))
    assert float(answer.log_prob(1)) == pytest.approx(np.log(0.4), abs=1e-6)
    rating = mean_policy(Normal(jnp.array([0.0, 2.0]), jnp.array([1.0, 1.0])))
    density = (np.exp(-0.5) + np.exp(-0.5)) / 2 / np.sqrt(2 * np.pi)
    assert float(rating.log_prob(1.0)) == pytest.approx(np.log(density), abs=1e-6)
    assert float(rating.entropy()) == pytest.approx(0.5 * np.log(2 * np.pi * np.e * 2), abs=1e-6)


def test_of_the_catalogue_rehearsal_draws_in_private_and_its_absence_does_not():
    maze = load_task("gridworld")
    dyna = load_agent("dyna_q").for_spaces(maze.spaces)
    assert dyna.draws_in_private and not type(dyna)(dyna.spaces, n=0).draws_in_private
    assert load_agent("attractor_decision").draws_in_private

"""Agents whose values are made of synapses, and trained weights imprinted on them."""

from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.card import Card
from neurorl.core.catalogue import load_agent, load_synapse, load_task
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.params import replace
from neurorl.core.synapse import Plain, Synapse
from neurorl.core.types import Record, Transition
from neurorl.fit import fit, fit_map
from neurorl.loop import log_likelihood, replay_many, run, simulate_many
from neurorl.perturb import dopamine_at_learning, dopaminergic, imprint, lesion, named_units, synaptic
from neurorl.testing import check_agent
from neurorl.zoo import load_zoo

BennaFusi, Bits, Mismatch, Noisy = (load_synapse(name) for name in ("benna_fusi", "bits", "mismatch", "noisy"))
BANDIT = load_task("bandit")
Q, RW = (load_agent(name).for_spaces(BANDIT.spaces) for name in ("q_learning", "rescorla_wagner"))
CHAIN = synaptic(Q, ("q",), BennaFusi(4))


@pytest.fixture(scope="module")
def records():
    return Record.of(simulate_many(jax.random.key(0), CHAIN, CHAIN.params(), BANDIT, 80, subjects=3))


def test_plain_synapses_change_nothing(records):
    mine, theirs = (replay_many(agent, Q.params(), records) for agent in (synaptic(Q, "q", Plain()), Q))
    assert np.asarray(mine.log_prob) == pytest.approx(np.asarray(theirs.log_prob), abs=1e-6)
    assert np.asarray(mine.latents.rpe) == pytest.approx(np.asarray(theirs.latents.rpe), abs=1e-6)


def test_values_of_two_bits_by_hand():
    """Levels -1, -1/3, 1/3, 1 and alpha .6: from .5 to 1/3; a reward takes 1/3 to 11/15, which is 1."""
    agent = synaptic(RW, ("q",), Bits(2, rounding="nearest"))
    params = replace(RW.params(), alpha=0.6)
    zero = jnp.zeros(())

    def learn(state, action, reward):
        state, _ = agent.act(params, state, jnp.asarray(0))
        t = Transition(jnp.asarray(0), jnp.asarray(action), jnp.asarray(reward), zero, zero, jnp.asarray(0))
        return agent.update(params, state, t)

    state = agent.init(jax.random.key(0), params)
    assert np.asarray(state.inner.q)[0] == pytest.approx([1 / 3, 1 / 3], abs=1e-6)
    state, latents = learn(state, 0, 1.0)
    assert float(latents.rpe) == pytest.approx(2 / 3, abs=1e-6)
    assert np.asarray(state.inner.q)[0] == pytest.approx([1, 1 / 3], abs=1e-6)
    state, _ = learn(state, 1, 0.5)  # 1/3 + .6 / 6 = 13/30: back to 1/3
    assert np.asarray(state.inner.q)[0] == pytest.approx([1, 1 / 3], abs=1e-6)
    state, _ = learn(state, 0, 0.0)  # 1 - .6 = .4: to 1/3
    assert np.asarray(state.inner.q)[0] == pytest.approx([1 / 3, 1 / 3], abs=1e-6)


@pytest.mark.parametrize("synapse", [BennaFusi(3), Bits(6)], ids=str)
def test_it_holds_the_laws_of_agents(synapse):
    check_agent(synaptic(Q, ("q",), synapse), BANDIT).raise_if_broken()


def test_a_chain_is_fitted_by_gradients_and_its_own_records_tell_it_from_plain_values(records):
    result = fit_map(CHAIN, records, starts=2, quiet=True, prior=False)
    at_truth = np.asarray(replay_many(CHAIN, CHAIN.params(), records).log_prob).sum(axis=1)
    assert result.converged.all() and (result.log_lik >= at_truth - 1e-3).all()
    assert np.isfinite(result.gradient_norm).all() and "alpha_pos" in result.standard_errors


@pytest.mark.slow
def test_stochastic_bits_are_fitted_by_particles_and_deterministic_bits_without():
    truth = replace(RW.params(), alpha=0.3, beta=6.0)
    six = synaptic(RW, ("q",), Bits(6))
    records = Record.of(simulate_many(jax.random.key(0), six, truth, BANDIT, 300, subjects=2))
    exact = fit_map(RW, records, quiet=True)
    result = fit_map(six, records, quiet=True)
    for name in ("alpha", "beta"):  # six bits are close to real numbers
        off = np.abs(result.values[name] - exact.values[name])
        assert (off < 2 * exact.standard_errors[name] + 0.05).all()
    assert result.log_lik == pytest.approx(exact.log_lik, abs=3)
    assert result.fitted.origin["particles"] == 256
    nearest = fit_map(synaptic(RW, ("q",), Bits(8, rounding="nearest")), records, quiet=True)
    assert "particles" not in nearest.fitted.origin and "rounds" in nearest.problems()[-1]
    assert nearest.log_lik == pytest.approx(exact.log_lik, abs=3)


def test_scores_and_gradients_that_are_not_there_are_refused(records):
    one = jax.tree.map(lambda leaf: leaf[0], records)
    six = synaptic(Q, ("q",), Bits(6))
    with pytest.raises(BadValue, match=r"Synaptic\(QLearning\) draws random numbers"):
        log_likelihood(jax.random.key(0), six, Q.params(), one)
    with pytest.raises(DoesNotFit, match="no gradient: it rounds"):
        fit(synaptic(Q, ("q",), Bits(6, rounding="nearest")), records, "em", quiet=True)
    assert CHAIN.has_gradient and not CHAIN.draws_in_private


def test_importance_is_the_mean_squared_slope_of_the_log_probability():
    """For a softmax over beta q it is beta^2 p_a (1 - p_a) of the row that is seen, and 0 elsewhere."""

    @dataclass(frozen=True)
    class Attentive(Synapse):
        card: ClassVar[Card] = Card(title="Attentive", summary="Keeps the importance it was given.")
        reads_importance: ClassVar[bool] = True

        def init(self, key: Any, weights: Any) -> Any:
            return weights, jax.tree.map(jnp.zeros_like, weights)

        def read(self, state: Any) -> Any:
            return state[0]

        def write(self, state: Any, change: Any, importance: Any = None) -> Any:
            return jax.tree.map(jnp.add, state[0], change), importance

    agent, params = synaptic(RW, ("q",), Attentive()), RW.params()
    played = run(jax.random.key(0), agent, params, BANDIT, BANDIT.params(), 5)
    assert np.isfinite(played.log_prob).all()
    state = agent.init(jax.random.key(0), params)
    state = eqx.tree_at(lambda s: s.inner.q, state, jnp.array([[0.9, 0.4]]))
    state, policy = agent.act(params, state, jnp.asarray(0))
    p = np.exp([float(policy.log_prob(a)) for a in (0, 1)])
    expected = float(params.beta) ** 2 * p * (1 - p)
    assert np.asarray(state.importance["q"])[0] == pytest.approx(expected, rel=1e-5)
    assert agent.init(jax.random.key(0), params).importance is not None
    assert synaptic(RW, ("q",), Plain()).init(jax.random.key(0), params).importance is None


def test_other_perturbations_reach_a_learner_made_of_synapses():
    agent = dopaminergic(synaptic(RW, ("q",), BennaFusi(3)))
    whole = agent.params()
    blocked = dopamine_at_learning(agent, whole, 0.0)
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), whole, blocked)
    played = simulate_many(jax.random.key(0), agent, stacked, BANDIT, 40, subjects=2, stacked=True)
    moved = np.ptp(np.asarray(played.latents.q), axis=1).max(axis=-1)
    assert moved[0] > 0.1 and moved[1] == pytest.approx(0, abs=1e-6)


def test_a_trained_network_plays_on_devices_of_low_precision_and_with_mismatch():
    entry = load_zoo("wang2018/two_step", replica=0)
    agent, task, weights = entry.agent, entry.task, entry.params
    key = jax.random.key(0)
    six = imprint(key, weights, Bits(6, span=None))
    device = imprint(key, weights, Mismatch(0.4))
    assert jax.tree.structure(six) == jax.tree.structure(weights)
    large = max(jax.tree.leaves(weights), key=jnp.size)
    at = next(i for i, leaf in enumerate(jax.tree.leaves(weights)) if leaf is large)
    levels = np.unique(np.asarray(jax.tree.leaves(six)[at]))
    assert len(levels) <= 64
    assert np.abs(np.asarray(jax.tree.leaves(six)[at] - large)).max() <= 2 * np.abs(large).max() / 63 * 1.0001
    factors = np.asarray(jax.tree.leaves(device)[at] / large)
    assert factors.std() == pytest.approx(0.4, rel=0.05) and factors.mean() == pytest.approx(1, abs=0.02)
    named = named_units(agent, {"some": range(4)})
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *map(named.around, (weights, six, device)))
    played = simulate_many(key, named, stacked, task, 120, subjects=3, stacked=True, matched=True)
    assert np.isfinite(played.log_prob).all()
    entropy = np.asarray(played.entropy).mean(axis=1)
    assert abs(entropy[1] - entropy[0]) < abs(entropy[2] - entropy[0])  # six bits are nearer to the original


def test_units_of_a_network_can_still_be_silenced():
    gru = load_agent("gru").for_spaces(BANDIT.spaces)
    noisy = synaptic(gru, "h", Noisy(0.1))  # a field like any other, here activity
    silent = lesion(noisy, range(48))
    params = noisy.params(jax.random.key(1))
    logits = [run(jax.random.key(0), agent, params, BANDIT, BANDIT.params(), 5).entropy for agent in (noisy, silent)]
    assert noisy.draws_in_private and silent.draws_in_private and noisy.groups() == gru.groups()
    assert np.isfinite(logits[0]).all() and not np.array_equal(logits[0], logits[1])


@pytest.mark.parametrize(
    ("wrong", "kind", "said"),
    [
        (lambda: synaptic(Q, ("w",), Bits(6)), DoesNotFit, r"no field 'w'; .* are: q, kernel"),
        (lambda: synaptic(Q, (), Bits(6)), BadValue, "at least one leaf"),
        (lambda: synaptic(Q, ("q",), "bits"), BadValue, "must be a synapse"),
        (lambda: synaptic(Q, ("q",), Bits(6, span=0.5)), BadValue, r"from 0 to 1, .* span=1"),
    ],
)
def test_what_cannot_be_made_of_synapses_is_a_sentence(wrong, kind, said):
    with pytest.raises(kind, match=said):
        wrong()

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.policy import ILLEGAL, Bernoulli, Categorical, Normal


def test_categorical_scores_and_entropy_by_hand():
    policy = Categorical(jnp.log(jnp.array([0.5, 0.25, 0.25])) + 3.0)  # unnormalised
    assert float(policy.log_prob(1)) == pytest.approx(np.log(0.25), abs=1e-6)
    assert float(policy.entropy()) == pytest.approx(1.5 * np.log(2), abs=1e-6)


def test_categorical_draws_follow_the_probabilities(key):
    p = np.array([0.1, 0.0, 0.6, 0.3])
    policy = Categorical(jnp.where(p > 0, jnp.log(p + 1e-30), ILLEGAL))
    n = 40_000
    draws = np.asarray(jax.jit(jax.vmap(policy.sample))(jax.random.split(key, n)))
    counts = np.bincount(draws, minlength=4)
    assert counts[1] == 0  # an illegal action is never drawn
    z = (counts - n * p) / np.sqrt(n * p * (1 - p) + 1e-12)
    assert np.abs(z[p > 0]).max() < 4.5


@pytest.mark.parametrize("legal", [0, 2])
def test_the_only_legal_action_is_always_drawn_even_at_the_ends(legal, key):
    logits = jnp.full(3, ILLEGAL).at[legal].set(0.0)
    draws = jax.jit(jax.vmap(Categorical(logits).sample))(jax.random.split(key, 5_000))
    assert set(np.asarray(draws).tolist()) == {legal}


def test_illegal_actions_have_finite_gradients():
    def score(beta):
        return Categorical(jnp.where(jnp.array([True, False, True]), beta * jnp.arange(3.0), ILLEGAL)).log_prob(2)

    # log p = beta*2 - log(1 + exp(2 beta)); derivative 2 (1 - p)
    p = 1 / (1 + np.exp(-2 * 0.7))
    assert float(jax.grad(score)(0.7)) == pytest.approx(2 * (1 - p), rel=1e-5)


def test_bernoulli_and_normal_by_hand():
    assert float(Bernoulli(jnp.log(3.0)).log_prob(1)) == pytest.approx(np.log(0.75), abs=1e-6)
    assert float(Bernoulli(jnp.log(3.0)).log_prob(0)) == pytest.approx(np.log(0.25), abs=1e-6)
    entropy = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert float(Bernoulli(jnp.log(3.0)).entropy()) == pytest.approx(entropy, abs=1e-6)
    normal = Normal(jnp.array(1.0), jnp.array(2.0))
    assert float(normal.log_prob(3.0)) == pytest.approx(-0.5 - np.log(2 * np.sqrt(2 * np.pi)), abs=1e-6)
    assert float(normal.entropy()) == pytest.approx(0.5 * np.log(2 * np.pi * np.e * 4), abs=1e-5)

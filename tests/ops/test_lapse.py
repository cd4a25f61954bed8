import jax
import jax.numpy as jnp
import numpy as np

from neurorl.core.policy import ILLEGAL
from neurorl.ops.lapse import lapse

LEGAL = jnp.array([True, True, False])
LOGITS = jnp.array([np.log(3.0), 0.0, ILLEGAL])


def test_lapses_mix_with_a_guess_among_the_legal_answers():
    p = jnp.exp(lapse(LOGITS, LEGAL, jnp.asarray(0.2)))
    np.testing.assert_allclose(p, [0.8 * 0.75 + 0.1, 0.8 * 0.25 + 0.1, 0.0], rtol=1e-6)


def test_no_lapse_leaves_the_policy_as_it_was():
    np.testing.assert_allclose(lapse(LOGITS, LEGAL, jnp.asarray(0.0))[:2], np.log([0.75, 0.25]), rtol=1e-6)


def test_scores_and_gradients_are_finite_everywhere():
    def score(epsilon, contrast):
        return lapse(jnp.stack([contrast, jnp.zeros(()), jnp.asarray(ILLEGAL)]), LEGAL, epsilon)[1]

    epsilon, contrast = jnp.meshgrid(jnp.array([0.0, 1e-12, 0.3, 1.0]), jnp.array([0.0, 50.0, 2000.0]))
    value, gradient = jax.vmap(jax.value_and_grad(score, argnums=(0, 1)))(epsilon.ravel(), contrast.ravel())
    assert value.shape == (12,)
    assert np.isfinite([value, *gradient]).all()

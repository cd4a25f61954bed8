"""Expectation-maximisation for the world of `hmm_observer`: two arms, one good, that exchange roles at a hazard.

    E step: gamma_t(s) = P(s_t | all outcomes), xi_t = P(s_t, s_t+1 | all outcomes), by filtering and smoothing
    M step: h = mean over t of P(s_t+1 != s_t);  p_hi = mean over t of P(the outcome speaks for the good arm)

(Baum-Welch; Rabiner 1989, sec. III). Unlike a learner of the hazard that lives in time, it looks back over the whole
record, and so learns from the very first reversal.
"""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float

from neurorl.core.errors import BadData, BadValue


@dataclass(frozen=True)
class TwoStates:
    """What EM found.

    Attributes:
        h: hazard of a reversal, a trial.
        p_hi: reward probability of the good arm; the other pays with 1 - p_hi.
        log_lik: of the outcomes, given the choices, nats; one entry an iteration.
        smoothed: [T] probability that the first arm was the good one, given all outcomes.
    """

    h: float
    p_hi: float
    log_lik: np.ndarray
    smoothed: np.ndarray


def fit_two_states(
    choice: np.ndarray, reward: np.ndarray, *, h: float = 0.2, p_hi: float = 0.7, steps: int = 200, rest: float = 1e-7
) -> TwoStates:
    """The hazard and the reward probability under which the outcomes of one session are most likely.

    Args:
        choice: [T] 0 or 1.
        reward: [T] 0 or 1.
        h, p_hi: where the climb begins.
        steps: iterations at most.
        rest: gain in nats at which it ends.
    """
    choice, reward = np.asarray(choice), np.asarray(reward, float)
    if choice.shape != reward.shape or choice.ndim != 1 or len(choice) < 2:
        raise BadData("One session of at least two trials is needed: as many choices as rewards, in order.")
    if not (np.isin(choice, (0, 1)).all() and np.isin(reward, (0, 1)).all()):
        raise BadData("Choices and rewards must be 0 or 1; leave out trials that did not happen.")
    if not (0 < h < 1 and 0 < p_hi < 1):
        raise BadValue(f"h = {h:g} and p_hi = {p_hi:g} must lie strictly between 0 and 1, or EM cannot move them.")
    with jax.enable_x64(True):
        for_first = jnp.asarray((choice == 0) == (reward > 0))
        log_lik = []
        for _ in range(steps):
            h, p_hi, found, smoothed = _step(for_first, jnp.asarray(h, float), jnp.asarray(p_hi, float))
            log_lik.append(float(found))
            if len(log_lik) > 1 and log_lik[-1] - log_lik[-2] < rest:
                break
    return TwoStates(float(h), float(p_hi), np.array(log_lik), np.asarray(smoothed))


@jax.jit
def _step(for_first: Array, h: Float[Array, ""], p_hi: Float[Array, ""]) -> Any:
    """One iteration: the new h and p_hi, the log-likelihood under the old ones, and the smoothed belief under them."""
    # P(outcome | s) for s = first good, second good; only whether the outcome speaks for the first arm matters.
    likelihood = jnp.where(for_first[:, None], jnp.stack([p_hi, 1 - p_hi]), jnp.stack([1 - p_hi, p_hi]))
    change = jnp.array([[1 - h, h], [h, 1 - h]])

    def forward(prior: Array, seen: Array) -> tuple[Array, tuple[Array, Array]]:
        joint = prior * seen
        norm = joint.sum()
        return change @ (joint / norm), (joint / norm, norm)

    def backward(after: Array, row: tuple[Array, Array]) -> tuple[Array, tuple[Array, Array]]:
        """`after`: P(outcomes from t + 1 on | s_t+1), scaled."""
        seen, filtered = row
        both = filtered[:, None] * change * (seen * after)[None, :]
        both = both / both.sum()
        before = change @ (seen * after)
        return before / before.sum(), (both, both.sum(axis=1))

    _, (filtered, norms) = jax.lax.scan(forward, jnp.full(2, 0.5), likelihood)
    _, (pairs, earlier) = jax.lax.scan(backward, jnp.ones(2), (likelihood[1:], filtered[:-1]), reverse=True)
    smoothed = jnp.concatenate([earlier, filtered[-1:]])
    new_h = pairs[:, 0, 1].mean() + pairs[:, 1, 0].mean()
    new_p = jnp.where(for_first, smoothed[:, 0], smoothed[:, 1]).mean()
    return new_h, new_p, jnp.log(norms).sum(), smoothed[:, 0]

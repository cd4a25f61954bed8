"""Makes hmm_filter.json: hidden Markov filters of dynamax (Linderman et al.) in double precision.

dynamax needs a nightly build of TensorFlow Probability, so it is no dependency of the tests; run this where it is
installed:

    python tests/agents/reference/make_hmm_filter.py

`two_arms`: one of two arms pays with p_hi, the other with 1 - p_hi, and they exchange with hazard h after every trial.
`three_options`: one of three is the good one; after every trial, with hazard h, another, either alike, becomes it.
"""

import json
from importlib.metadata import version
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
from dynamax.hidden_markov_model import hmm_filter  # pyright: ignore[reportMissingImports]

jax.config.update("jax_enable_x64", True)


def filtered(n_states: int, trials: int, h: float, p_hi: float, seed: int) -> dict[str, object]:
    """Choices and rewards drawn at random, and what the filter makes of them."""
    rng = np.random.default_rng(seed)
    action, reward = rng.integers(0, n_states, trials), rng.integers(0, 2, trials)
    p_win = np.where(action[:, None] == np.arange(n_states), p_hi, 1 - p_hi)
    likelihood = np.where(reward[:, None] == 1, p_win, 1 - p_win)
    transition = np.full((n_states, n_states), h / (n_states - 1))
    np.fill_diagonal(transition, 1 - h)
    post = hmm_filter(jnp.full(n_states, 1 / n_states), jnp.asarray(transition), jnp.log(likelihood))
    return {
        "h": h,
        "p_hi": p_hi,
        "action": action.tolist(),
        "reward": reward.tolist(),
        "log_likelihood": float(post.marginal_loglik),  # of the rewards, nats
        "predicted": np.asarray(post.predicted_probs).tolist(),  # [trials, states] before each reward
        "filtered": np.asarray(post.filtered_probs).tolist(),  # [trials, states] after it
    }


if __name__ == "__main__":
    versions = {name: version(name) for name in ("dynamax", "jax", "tfp-nightly")}
    cases = {"two_arms": filtered(2, 120, 0.04, 0.8, 0), "three_options": filtered(3, 60, 0.1, 0.7, 1)}
    text = json.dumps({"made_with": versions} | cases)
    Path(__file__).with_name("hmm_filter.json").write_text(text + "\n", encoding="utf-8")

"""Credit over time in the dopamine study: TD(lambda) on the random walk, and choices with late outcomes."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.agents.choice_trace_learner import ChoiceTraceLearner
from neurorl.agents.td_lambda import TDLambda
from neurorl.core import catalogue
from neurorl.core.params import replace
from neurorl.loop import run
from neurorl.ops.returns import lambda_returns
from neurorl.ops.td import td_lambda
from neurorl.tasks.delayed_bandit import Params as Delay

LAMBDAS = (0.0, 0.2, 0.4, 0.6, 0.8, 0.9, 0.95, 1.0)
WALK_STEPS = 2000  # ten walks take 1,000 on average, with a standard deviation of 260
DELAYS = (0, 3, 6)
KAPPAS = (0.0, 0.3, 0.5, 0.75, 0.86, 0.95)


def views(key: Any) -> float:
    """Largest difference between offline TD(lambda) with traces and with lambda-returns, over walks and lambdas."""
    task = catalogue.load("task", "random_walk")
    agent = TDLambda.for_spaces(task.spaces)
    walked = run(key, agent, agent.params(), task, task.params(), WALK_STEPS)
    x = jax.nn.one_hot(walked.obs, task.n_states, dtype=float)
    x_next = jax.nn.one_hot(walked.next_obs, task.n_states, dtype=float)
    w = jax.random.normal(jax.random.fold_in(key, 1), (task.n_states,))

    def apart(lam: Any) -> Any:
        def back(carry: Any, row: Any) -> Any:
            trace, total = carry
            x, reward, discount, x_next, valid = row
            moved, trace, _ = td_lambda(w, trace, x, reward, discount, x_next, jnp.asarray(1.0), lam)
            return (trace, total + valid * (moved - w)), None

        zeros = jnp.zeros_like(w)
        rows = (x, walked.reward, walked.discount, x_next, walked.valid)
        backward = jax.lax.scan(back, (zeros, zeros), rows)[0][1]
        forward = lambda_returns(walked.reward, x @ w, walked.discount, lam) - x @ w
        return jnp.abs((walked.valid * forward) @ x - backward).max()

    return float(jax.jit(jax.vmap(apart))(jnp.asarray(LAMBDAS)).max())


def walks(key: Any, runs: int, alphas: int) -> pd.DataFrame:
    """Error of the values after each of ten walks, averaged over walks and runs: columns lam, alpha, rms.

    Root mean square over states, reward units, truncated at 1 where values diverge (Sutton & Barto 2018, Fig. 12.6).
    """
    task = catalogue.load("task", "random_walk")
    agent, true = TDLambda.for_spaces(task.spaces), jnp.asarray(task.true_values())
    rates = jnp.geomspace(0.01, 1.0, alphas)

    def session(key: Any, lam: Any, alpha: Any) -> Any:
        params = replace(agent.params(), alpha=alpha, gamma=1.0, lam=lam)
        walked = run(key, agent, params, task, task.params(), WALK_STEPS)
        rms = jnp.sqrt(jnp.mean((walked.latents.w - true) ** 2, axis=1))
        ended = walked.valid & (walked.discount == 0)
        return jnp.sum(jnp.where(ended, jnp.nan_to_num(jnp.minimum(rms, 1.0), nan=1.0), 0.0)) / ended.sum()

    over = jax.vmap(jax.vmap(jax.vmap(session, (0, None, None)), (None, None, 0)), (None, 0, None))
    rms = np.asarray(jax.jit(over)(jax.random.split(key, runs), jnp.asarray(LAMBDAS), rates)).mean(axis=-1)
    index = pd.MultiIndex.from_product([LAMBDAS, np.asarray(rates)], names=["lam", "alpha"])
    return pd.DataFrame({"rms": rms.ravel()}, index=index).reset_index()


def delayed(key: Any, choosers: int, choices: int) -> pd.DataFrame:
    """Accuracy of credit assignment, by delay and trace: columns choices, delay, kappa, right.

    "random": choices are drawn at random, and `right` is the share of later trials on which the better arm of the
    problem shown has the higher value. "own": choices follow the values, and `right` is the share of better choices.
    """
    task = catalogue.load("task", "delayed_bandit")
    agent = ChoiceTraceLearner.for_spaces(task.spaces)

    def session(key: Any, delay: Any, kappa: Any, forced: Any) -> Any:
        params = replace(agent.params(), alpha=0.02, beta=40.0, kappa=kappa)
        t = run(key, agent, params, task, Delay(delay=delay), choices, forced=forced)
        if forced is None:
            right = (t.action == t.truth.best).astype(float)
        else:
            better = jnp.where(t.truth.best == 1, 1, -1) * (t.latents.q[:, 1] - t.latents.q[:, 0])
            right = 0.5 * (1 + jnp.sign(better))
        return right[choices // 2 :].mean()

    key_random, key_play = jax.random.split(key)
    at_random = jax.random.randint(key_random, (choosers, choices), 0, 2, jnp.int32)
    index = pd.MultiIndex.from_product([DELAYS, KAPPAS], names=["delay", "kappa"])
    parts = []
    for name, forced, axis in (("random", at_random, 0), ("own", None, None)):
        over = jax.vmap(session, (0, None, None, axis))
        over = jax.vmap(jax.vmap(over, (None, None, 0, None)), (None, 0, None, None))
        keys = jax.random.split(key_play, choosers)
        right = jax.jit(over)(keys, jnp.asarray(DELAYS), jnp.asarray(KAPPAS), forced).mean(axis=-1)
        parts.append(pd.DataFrame({"right": np.asarray(right).ravel()}, index=index).reset_index().assign(choices=name))
    return pd.concat(parts, ignore_index=True)

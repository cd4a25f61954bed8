"""Simulated choices of Rescorla-Wagner learners on a two-armed bandit, for the rows that score and fit them."""

import jax

from neurorl.agents.rescorla_wagner import Params, RescorlaWagner
from neurorl.core.types import Record
from neurorl.loop import run
from neurorl.tasks.bandit import TASK

AGENT = RescorlaWagner(TASK.spaces, initial=0.0)


def subjects(n: int, n_trials: int, seed: int = 0) -> tuple[Params, Record]:
    """The true parameters of `n` subjects, drawn from where people are found, and their records [n, n_trials]."""
    key_alpha, key_beta, key_play = jax.random.split(jax.random.key(seed), 3)
    params = jax.vmap(Params)(
        jax.random.uniform(key_alpha, (n,), minval=0.1, maxval=0.7),
        jax.random.uniform(key_beta, (n,), minval=1.0, maxval=8.0),
    )

    def play(key: jax.Array, params: Params) -> Record:
        return Record.of(run(key, AGENT, params, TASK, TASK.params(), n_trials))

    return params, jax.jit(jax.vmap(play))(jax.random.split(key_play, n), params)

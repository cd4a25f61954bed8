"""The two-step task: staying, the weight of planning, and transitions learned from state prediction errors."""

from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.analysis.stay import stay_probabilities
from neurorl.analysis.two_stage import two_stage_trials
from neurorl.core import catalogue
from neurorl.core.params import replace
from neurorl.data import from_trajectory
from neurorl.fit import recover
from neurorl.loop import begin, go_on, simulate_many

TASK, HYBRID, LEARNER = "two_step_daw", "hybrid", "certainty_equivalent"
TRIALS = 1_000
WEIGHTS = {"model_free": 0.0, "model_based": 1.0, "hybrid": 0.5}
# The simulation whose tables are to be met is described without its parameters. Of 720 settings on a grid these come
# nearest, within a hundredth in all twelve cells.
SETTINGS = {"alpha1": 0.5, "alpha2": 0.5, "beta1": 5.0, "beta2": 5.0, "lam": 0.6, "pi": 0.2}
RATES = (0.01, 0.05, 0.2)  # of learning transitions
LEARNED = {"alpha": 0.5, "beta": 5.0, "gamma": 1.0, "epsilon": 0.0}


def stays(key: Any, agents: int) -> pd.DataFrame:
    """Stay probabilities of simulated subjects: columns learner, subject, reward, common, stay, n."""
    task = catalogue.load("task", TASK)
    agent = catalogue.load("agent", HYBRID).for_spaces(task.spaces)
    params = replace(agent.params(), **SETTINGS)
    n = agents * len(WEIGHTS)
    stacked = jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (n, *leaf.shape)), params)
    w = jnp.repeat(jnp.asarray(list(WEIGHTS.values())), agents)
    played = simulate_many(
        key, agent, eqx.tree_at(lambda p: p.w, stacked, w), task, 2 * TRIALS, subjects=n, stacked=True
    )
    table = stay_probabilities(two_stage_trials(from_trajectory(played, task.spaces, latents=False)))
    names = np.repeat(list(WEIGHTS), agents)
    return table.assign(learner=names[table["subject"].to_numpy()])


def recovered(seed: int, agents: int, *, others: bool) -> pd.DataFrame:
    """True and fitted weights of planning: columns parameter, true, fitted, free ("w" or "all").

    Args:
        seed: of the simulation.
        agents: simulated subjects, with evenly spaced w.
        others: whether the six other parameters are fitted as well, or known.
    """
    task = catalogue.load("task", TASK)
    agent = catalogue.load("agent", HYBRID).for_spaces(task.spaces)
    w = (np.arange(agents) + 0.5) / agents
    found = recover(
        agent,
        task,
        subjects=agents,
        steps=2 * TRIALS,
        true={"w": w} | {name: np.full(agents, value) for name, value in SETTINGS.items() if others},
        fixed=None if others else SETTINGS,
        starts=3 if others else 1,
        seed=seed,
        quiet=True,
    )
    return found.table.query("parameter == 'w'").assign(free="all" if others else "w")


def transitions(key: Any, agents: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Learned transition probabilities by learning rate.

    Returns:
        `beliefs`: T(common) at the end of a session, columns eta, subject, answer, t; and `errors`: the state
        prediction error at the first stage, columns eta, trial, mean (over subjects).
    """
    task = catalogue.load("task", TASK)
    agent = catalogue.load("agent", LEARNER).for_spaces(task.spaces)
    first, a, b = (agent.spaces.obs.index(name) for name in ("first", "second_a", "second_b"))

    def session(key: Any, eta: Any) -> tuple[Any, Any]:
        params = eqx.tree_at(lambda p: p.eta, replace(agent.params(), **LEARNED), eta)
        keys = jax.random.split(key, 4)
        going = begin(keys[:2], agent, params, task, task.params())
        end, t = go_on(keys[2:], agent, params, task, task.params(), going, 2 * TRIALS)
        p = end.agent_state.model.p[first]
        return jnp.stack([p[0, a], p[1, b]]), t.latents.spe[::2]

    keys = jax.random.split(key, agents)
    believed, spe = jax.jit(jax.vmap(jax.vmap(session, (0, None)), (None, 0)))(keys, jnp.asarray(RATES))
    rate, subject, answer = np.indices(believed.shape)
    beliefs = pd.DataFrame(
        {
            "eta": np.asarray(RATES)[rate.ravel()],
            "subject": subject.ravel(),
            "answer": answer.ravel(),
            "t": np.asarray(believed).ravel(),
        }
    )
    mean = np.asarray(spe).mean(axis=1)
    rate, trial = np.indices(mean.shape)
    errors = pd.DataFrame({"eta": np.asarray(RATES)[rate.ravel()], "trial": trial.ravel(), "mean": mean.ravel()})
    return beliefs, errors

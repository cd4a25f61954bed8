"""What the study of habits gathers: imposed presses and free presses, and the test after them."""

import functools
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core import catalogue
from neurorl.core.params import replace as with_params
from neurorl.core.parts import parts_of
from neurorl.core.study import Context, Evidence
from neurorl.loop import run
from neurorl.perturb.parts import lesion_part

TASK, AGENT = "devaluation", "uncertainty_arbitration"
PRESSES = (1, 2, 5, 10, 20, 35, 50, 75, 100, 150, 200, 300, 400)  # of training, for each lever
FEEDING = 10  # trials in the home cage
SHORT, LONG = 50, 400  # trials of rats that choose for themselves
TEST = 20  # trials of theirs in extinction
LESIONS = {"intact": {}, "no_planner": {"planner": 0.0}, "no_cache": {"cache": 0.0}}  # part -> its gain
# Learners that are one thing only: agent of the catalogue and its parameters.
SINGLE = {
    "cache": ("q_learning", {"alpha_pos": 0.1, "alpha_neg": 0.1, "phi": 0.0}),
    "successor": ("successor_learner", {"alpha": 0.1, "alpha_r": 0.5, "gamma": 1.0}),
    "planner": ("certainty_equivalent", {"eta": 0.1, "alpha": 0.5, "gamma": 1.0}),
}
WORTH = (0.0, 1.0)  # of the first outcome after training: devalued, or not


@dataclass(frozen=True)
class Scale:
    """How much is simulated.

    Attributes:
        rats: simulated rats that choose for themselves, of each kind.
    """

    rats: int


def gather(context: Context) -> Evidence:
    """Impose presses, then simulate rats that choose freely."""
    scale: Scale = context.settings
    one, key = catalogue.load("task", TASK), jax.random.key(context.seed)
    two = replace(one, levers=2)
    kinds = LESIONS.items()
    led = [at_test(AGENT, one, changes).assign(learner=name) for name, changes in kinds]
    single = [at_test(name, one, params).assign(learner=kind) for kind, (name, params) in SINGLE.items()]
    both = [at_test(AGENT, two, changes).assign(learner=name) for name, changes in kinds]
    chosen = [choosing(key, one, changes, scale.rats).assign(learner=name) for name, changes in kinds]
    return Evidence(
        tables={
            "one_lever": pd.concat([*led, *single], ignore_index=True),
            "two_levers": pd.concat(both, ignore_index=True),
            "rats": pd.concat(chosen, ignore_index=True),
        }
    )


def at_test(name: str, task: Any, changes: Mapping[str, float]) -> pd.DataFrame:
    """A learner's values and choice probabilities on the first test trial, by number of presses.

    Presses are imposed, one lever after the other in turn, so that the result is deterministic; the outcome is
    collected with the matching answer.

    Returns:
        columns training (presses of each lever), worth (of the first outcome after training), lever (from 1), q (value,
        reward units), p (probability of pressing it), and, where the learner has two systems, w_mb, q_mb and q_mf.
    """
    agent = catalogue.load("agent", name).for_spaces(task.spaces)
    grid = [(n, worth, lever) for n in PRESSES for worth in WORTH for lever in range(task.levers)]
    table = pd.DataFrame(grid, columns=["training", "worth", "lever"])
    training, lever = (jnp.asarray(table[column].to_numpy(), jnp.int32) for column in ("training", "lever"))
    latents, p = _led(agent, task)(changed(agent, changes), training, jnp.asarray(table["worth"]), lever)
    for field in ("q", "w_mb", "q_mb", "q_mf"):
        if hasattr(latents, field):
            table[field] = np.asarray(getattr(latents, field))[np.arange(len(table)), table["lever"]]
    return table.assign(p=np.asarray(p), lever=table["lever"] + 1)


@functools.lru_cache
def _led(agent: Any, task: Any) -> Any:
    most = task.levers * max(PRESSES) + FEEDING + 1
    in_turn = jnp.repeat(jnp.arange(most) % task.levers, 2).astype(jnp.int32)

    def session(params: Any, training: Any, worth: Any, last: Any) -> tuple[Any, Any]:
        step = 2 * (task.levers * training + FEEDING)  # the first of the test
        forced = jnp.where(jnp.arange(2 * most) == step, last, in_turn)
        settings = _settings(task, task.levers * training, worth)
        t = run(jax.random.key(0), agent, params, task, settings, 2 * most, forced=forced)
        return jax.tree.map(lambda leaf: leaf[step], t.latents), jnp.exp(t.log_prob[step])

    return jax.jit(jax.vmap(session, (None, 0, 0, 0)))


def choosing(key: Any, task: Any, changes: Mapping[str, float], n: int) -> pd.DataFrame:
    """Rats that press or rest freely in training and test.

    Returns:
        columns training (trials), worth, rat, trained (presses in training), test (share of test trials with a press).
    """
    agent = catalogue.load("agent", AGENT).for_spaces(task.spaces)
    grid = [(training, worth, rat) for training in (SHORT, LONG) for worth in WORTH for rat in range(n)]
    table = pd.DataFrame(grid, columns=["training", "worth", "rat"])
    keys = jax.random.split(key, len(table))
    training = jnp.asarray(table["training"].to_numpy(), jnp.int32)
    trained, test = _free(agent, task)(keys, changed(agent, changes), training, jnp.asarray(table["worth"]))
    return table.assign(trained=np.asarray(trained), test=np.asarray(test))


@functools.lru_cache
def _free(agent: Any, task: Any) -> Any:
    def session(key: Any, params: Any, training: Any, worth: Any) -> tuple[Any, Any]:
        t = run(key, agent, params, task, _settings(task, training, worth), 2 * (LONG + FEEDING + TEST))
        pressed = (t.obs == 0) & (t.action < task.levers)
        tested = (t.truth.phase == 2) & (t.truth.trial < training + FEEDING + TEST)
        return jnp.sum(pressed & (t.truth.phase == 0)), jnp.sum(pressed & tested) / TEST

    return jax.jit(jax.vmap(session, (0, None, 0, 0)))


def _settings(task: Any, training: Any, worth: Any) -> Any:
    """The task's params with this number of training trials and this value of the first outcome afterwards."""
    settings = task.params()
    after = settings.worth_after.at[0].set(worth)
    return replace(settings, worth_after=after, training=training, feeding=jnp.asarray(FEEDING))


def changed(agent: Any, values: Mapping[str, float]) -> Any:
    """The agent's parameters with some replaced; the name of a part stands for its gain."""
    params = agent.params()
    lesions = {name: gain for name, gain in values.items() if name in parts_of(params)}
    for part, gain in lesions.items():
        params = lesion_part(agent, params, part, gain=gain)
    return with_params(params, **{name: value for name, value in values.items() if name not in lesions})

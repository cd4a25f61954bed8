"""Opponent pathways: probabilistic selection by dopamine at choice, and lean and rich environments."""

from dataclasses import replace
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core import catalogue
from neurorl.core.types import Trajectory
from neurorl.loop import simulate_many
from neurorl.loop.run import begin, go_on
from neurorl.perturb import dopamine_at_choice
from neurorl.studies.shared.blocks import stack

TASK, AGENT, STAR, BANDIT = "probabilistic_selection", "opal", "opal_star", "bandit"
RHOS = (-0.8, -0.4, 0.0, 0.4, 0.8)
SETTINGS = {
    "beta 2": {"beta": 2.0},
    "beta 3": {"beta": 3.0, "alpha_c": 0.05, "alpha_g": 0.05, "alpha_n": 0.05},
    "direct faster": {"beta": 2.0, "alpha_g": 0.15, "alpha_n": 0.05},
    "indirect faster": {"beta": 2.0, "alpha_g": 0.05, "alpha_n": 0.15},
}
WORLDS = {"lean": (0.3, 0.2), "rich": (0.8, 0.7)}
FIXED = 0.8  # dopamine held far from 0
STAR_TRIALS = 250
# Setting of the reference simulation: learning rates anneal, and dopamine is 8 (mean - .5).
STAR_SETTING = {"alpha_g": 0.3, "alpha_n": 0.3, "sensitivity": 8.0}
ANNEALING = 20.0  # outcomes
BETAS = (0.5, 1.0, 2.0, 3.0, 5.0)
BETA = 2.0  # at which the claims are judged
SIGNS = "ABCDEF"


def opponent(key: Any, selection: int, richness: int) -> dict[str, pd.DataFrame]:
    """Three tables.

    Returns:
        selection: setting, hebbian, agent, rho, choose_a, avoid_b (shares of untrained pairs with that sign).
        weights: setting, sign, go, no_go (means at the end of training). richness: as `_richness` gives it.
    """
    key_selection, key_richness = jax.random.split(key)
    tested = [_selection(key_selection, hebbian, selection) for hebbian in (True, False)]
    return {
        "selection": pd.concat([table for table, _ in tested], ignore_index=True),
        "weights": tested[0][1],
        "richness": _richness(key_richness, richness),
    }


def _selection(key: Any, hebbian: bool, n: int) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Train at rho 0, test at every rho from the same weights; only pairs of signs never trained together count."""
    task = catalogue.load("task", TASK)
    agent = replace(catalogue.load("agent", AGENT).for_spaces(task.spaces), hebbian=hebbian)
    settings = {name: replace(agent.params(), **_floats(values)) for name, values in SETTINGS.items()}
    tested = _trained_then_tested(jax.random.split(key, n), agent, task, stack(settings))
    offered = np.asarray(task.spaces.legal)[np.asarray(tested.obs)]  # [settings, agents, rhos, pairs, signs]
    p = np.exp(np.asarray(tested.log_prob, float))
    took = np.asarray(tested.action)
    parts = []
    for sign, name, wanted in ((0, "choose_a", True), (1, "avoid_b", False)):
        partner = 1 - sign
        counts = offered[..., sign] & ~offered[..., partner]
        taken = np.where(took == sign, p, 1.0 - p)  # probability of taking this sign, whatever was drawn
        share = np.where(counts, taken if wanted else 1.0 - taken, 0.0).sum(axis=-1) / counts.sum(axis=-1)
        parts.append((name, share))
    index = pd.MultiIndex.from_product([settings, range(n), RHOS], names=["setting", "agent", "rho"]).to_frame(
        index=False
    )
    table = index.assign(**{name: share.ravel() for name, share in parts}, hebbian=hebbian)
    rows = []
    for i, name in enumerate(settings):
        go, no_go = (np.asarray(w[i, :, 0, 0]).mean(axis=0) for w in (tested.latents.go, tested.latents.no_go))
        rows.append(pd.DataFrame({"sign": list(SIGNS), "go": go, "no_go": no_go}).assign(setting=name))
    return table, pd.concat(rows, ignore_index=True)


def _trained_then_tested(keys: Any, agent: Any, task: Any, stacked: Any) -> Trajectory:
    """The test trials of each setting, agent and rho, [settings, agents, rhos, pairs]."""
    settings = replace(task.params(), test_rounds=jnp.asarray(1))
    training = 3 * 200

    @jax.jit
    def play(keys: Any, stacked: Any) -> Trajectory:
        def one(params: Any, key: Any) -> Trajectory:
            k = jax.random.split(key, 6)
            going = begin(k[:2], agent, params, task, settings)
            going, _ = go_on(k[2:4], agent, params, task, settings, going, training)

            def test(rho: Any) -> Trajectory:
                drugged = dopamine_at_choice(agent, params, rho)
                return go_on(k[4:], agent, drugged, task, settings, going, 15)[1]

            return jax.vmap(test)(jnp.asarray(RHOS))

        return jax.vmap(jax.vmap(one, in_axes=(None, 0)), in_axes=(0, None))(stacked, keys)

    return play(keys, stacked)


def _richness(key: Any, n: int) -> pd.DataFrame:
    """Share of choices of the better arm, dopamine following richness or held: world, beta, group, mean, sem, gain.

    `gain` is the share less that with dopamine held at 0, and `gain_sem` its standard error: both play the same seeds.
    """
    task = catalogue.load("task", BANDIT)
    agent = replace(catalogue.load("agent", STAR).for_spaces(task.spaces), anneal=ANNEALING)
    held = {"dynamic": None, "held at 0": 0.0, f"held at {FIXED:g}": FIXED, f"held at -{FIXED:g}": -FIXED}
    rows = []
    for world, p in WORLDS.items():
        made = task.params()
        for beta in BETAS:
            groups = {
                name: replace(
                    agent.params(), **_floats(STAR_SETTING | {"beta": beta} | ({} if rho is None else _held(rho)))
                )
                for name, rho in held.items()
            }
            played = simulate_many(
                key,
                agent,
                stack(groups),
                task,
                STAR_TRIALS,
                subjects=len(groups),
                sessions=n if beta == BETA else max(2, n // 4),
                task_params=type(made)(jnp.asarray(p), jnp.asarray(p)),
                stacked=True,
                matched=True,
            )
            share = (np.asarray(played.action) == 0).mean(axis=1).reshape(len(groups), -1)
            gain = share - share[list(groups).index("held at 0")]
            sem, gain_sem = (x.std(axis=1, ddof=1) / np.sqrt(x.shape[1]) for x in (share, gain))
            numbers = {"mean": share.mean(axis=1), "sem": sem, "gain": gain.mean(axis=1), "gain_sem": gain_sem}
            rows.append(pd.DataFrame({"group": list(groups)} | numbers).assign(world=world, beta=beta))
    return pd.concat(rows, ignore_index=True)


def _held(rho: float) -> dict[str, float]:
    return {"rho": rho, "sensitivity": 0.0}


def _floats(values: dict[str, float]) -> dict[str, Any]:
    return {name: jnp.asarray(value, float) for name, value in values.items()}

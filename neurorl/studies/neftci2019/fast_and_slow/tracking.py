"""Learners that track a value: errors compared with their formula, and a mixture over hazards and noise levels."""

import functools
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.ops.tracking import random_walk, switching, track, tracking_error, turning_point

FAST, SLOW = 0.5, 0.1
ALPHAS = (FAST, SLOW)
RATIOS = (0.01, 0.03, 0.06, 0.0714, 0.085, 0.15, 0.5)  # q / r, on both sides of where the winner flips
HAZARDS = (0.002, 0.01, 0.02, 0.05, 0.2)
NOISES = (0.25, 0.5, 1.0, 2.0)
ETA, RATE = 4.0, 0.1
SETTLED = 200  # steps until the start is forgotten
LENGTH = 4_000  # steps of a chain


def tracking(key: Any, steps: int) -> dict[str, pd.DataFrame]:
    """Tables walk (alpha, ratio, simulated, formula), switching (hazard, noise, fast, slow, mixture, gate), example."""
    key_walk, key_switch, key_example = jax.random.split(key, 3)
    chains = max(2, steps // LENGTH)
    ratios = jnp.asarray(RATIOS)
    simulated = np.asarray(_walks(jax.random.split(key_walk, chains), ratios))
    formula = np.asarray(tracking_error(jnp.asarray(ALPHAS), ratios[:, None], 1.0))
    walk = pd.DataFrame(
        {
            "alpha": np.tile(ALPHAS, len(RATIOS)),
            "ratio": np.repeat(RATIOS, len(ALPHAS)),
            "simulated": simulated.ravel(),
            "formula": formula.ravel(),
        }
    )
    cells = [(h, s) for h in HAZARDS for s in NOISES]
    hazard, noise = (jnp.asarray([cell[i] for cell in cells]) for i in (0, 1))
    found = np.asarray(_switches(jax.random.split(key_switch, chains), hazard, noise))
    cell = pd.DataFrame({"hazard": hazard, "noise": noise}).astype(float).round(4)
    columns = dict(zip(("fast", "slow", "mixture", "gate"), found.T.astype(float), strict=True))
    return {"walk": walk, "switching": cell.assign(**columns), "example": _example(key_example)}


def threshold() -> float:
    """The q / r at which both rates err the same."""
    return turning_point(FAST, SLOW)


def gate_name(hazard: float, noise: float) -> str:
    """Name of the measure of the mean weight of the fast learner."""
    return f"gate_{hazard:g}_{noise:g}"


@functools.partial(jax.jit)
def _walks(keys: Any, ratios: Any) -> Any:
    """Mean squared error of each rate, noise variance 1, [ratios, alphas]; every ratio sees the same noise."""

    def chain(key: Any, q: Any) -> Any:
        key_walk, key_noise = jax.random.split(key)
        x = random_walk(key_walk, LENGTH, q)
        y = x + jax.random.normal(key_noise, (LENGTH,))
        values, _, _ = track(y, jnp.asarray(ALPHAS), 0.0)
        return jnp.mean((values - x[:, None])[SETTLED:] ** 2, axis=0)

    return jax.vmap(lambda q: jnp.mean(jax.vmap(lambda key: chain(key, q))(keys), axis=0))(ratios)


@functools.partial(jax.jit)
def _switches(keys: Any, hazards: Any, noises: Any) -> Any:
    """Mean squared errors of fast, slow and mixture and the mean trust in the fast one, [cells, 4]."""

    def chain(key: Any, hazard: Any, noise: Any) -> Any:
        key_level, key_noise = jax.random.split(key)
        level = switching(key_level, LENGTH, hazard)
        y = level + noise * jax.random.normal(key_noise, (LENGTH,))
        values, weights, mixture = track(y, jnp.asarray(ALPHAS), ETA, RATE)
        off = jnp.concatenate([values, mixture[:, None]], axis=1) - level[:, None]
        return jnp.append(jnp.mean(off[SETTLED:] ** 2, axis=0), jnp.mean(weights[SETTLED:, 0]))

    one = lambda h, s: jnp.mean(jax.vmap(lambda key: chain(key, h, s))(keys), axis=0)  # noqa: E731
    return jax.vmap(one)(hazards, noises)


def _example(key: Any) -> pd.DataFrame:
    """A short transient on a slow trend, observed with noise, and the estimates of both learners and their mixture."""
    t = np.arange(240)
    truth = np.sin(2 * np.pi * t / 480) + np.where((t >= 120) & (t < 140), 1.6, 0.0)
    seen = jnp.asarray(truth) + 0.25 * jax.random.normal(key, (len(t),))
    values, weights, mixture = track(seen, jnp.asarray(ALPHAS), ETA, RATE)
    columns = {"fast": values[:, 0], "slow": values[:, 1], "mixture": mixture, "gate": weights[:, 0], "seen": seen}
    return pd.DataFrame({"step": t, "truth": truth} | {k: np.asarray(v, float) for k, v in columns.items()})

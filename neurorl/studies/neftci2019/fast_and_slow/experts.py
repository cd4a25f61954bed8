"""Mixtures of linear experts on curves with several regimes, and on vowel-like clusters."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.ops.mixture_of_experts import fit_mixture, gate_shares, prediction

POINTS, TESTED, STARTS, ROUNDS = 400, 2_000, 16, 400
HEIGHTS = (12.0, 0.0, 12.0, 0.0, 12.0)  # where straight pieces of a curve meet, noise 1


def experts(key: Any) -> tuple[pd.DataFrame, pd.DataFrame, pd.DataFrame]:
    """What was found: three tables.

    Returns:
        experts: a row a problem: error (mean squared, on new points), error_line (of one line), gate_right (share of
        new points trusted to the expert of their regime), side_right (share on the right side of 0), smallest_step
        (of the log-likelihood over rounds and starts, relative), least_squares (how far one expert is from it).
        shown: points of the curves with what mixture and line say. curve: log-likelihood by round of the best start.
    """
    rows, shown, curves = [], [], []
    problems = {f"{n} regimes": n for n in (2, 3, 4)} | {"vowels": 2}
    for i, (problem, n) in enumerate(problems.items()):
        keys = jax.random.split(jax.random.fold_in(key, i), 3)
        (x, y, _), (x_test, y_test, regime) = (
            _vowels(k, m) if problem == "vowels" else _pieces(k, m, n)
            for k, m in zip(keys[:2], (POINTS, TESTED), strict=True)
        )
        sd = 0.25 if problem == "vowels" else 1.0
        tries = [fit_mixture(k, x, y, experts=n, sd=sd, rounds=ROUNDS) for k in jax.random.split(keys[2], STARTS)]
        steps = min(float(jnp.diff(curve).min() / jnp.abs(curve[0])) for _, curve in tries)
        best, curve = max(tries, key=lambda t: float(t[1][-1]))
        line, _ = fit_mixture(keys[2], x, y, experts=1, rounds=2, sd=sd)
        said, straight = prediction(best, x_test), prediction(line, x_test)
        trusted = np.asarray(jnp.argmax(gate_shares(best, x_test), axis=1))
        rows.append(
            {
                "problem": problem,
                "regimes": n,
                "error": float(jnp.mean((said - y_test) ** 2)),
                "error_line": float(jnp.mean((straight - y_test) ** 2)),
                # Clusters as of an exclusive or can be shared out in two ways that are equally good.
                "gate_right": float("nan") if problem == "vowels" else _agreement(trusted, regime, n),
                "side_right": float(jnp.mean((said > 0) == (y_test > 0))),
                "side_right_line": float(jnp.mean((straight > 0) == (y_test > 0))),
                "smallest_step": steps,
                "least_squares": _from_least_squares(line, x, y),
            }
        )
        curves.append(
            pd.DataFrame({"round": np.arange(len(curve)), "log_lik": np.asarray(curve)}).assign(problem=problem)
        )
        if problem != "vowels":
            order = np.argsort(np.asarray(x_test[:, 0]))[:: TESTED // 400]
            columns = {"x": x_test[:, 0], "y": y_test[:, 0], "mixture": said[:, 0], "line": straight[:, 0]}
            table = pd.DataFrame({k: np.asarray(v, float)[order] for k, v in columns.items()})
            shown.append(table.assign(expert=trusted[order], problem=problem))
    return pd.DataFrame(rows), pd.concat(shown, ignore_index=True), pd.concat(curves, ignore_index=True)


def _pieces(key: Any, n: int, regimes: int) -> tuple[Any, Any, np.ndarray]:
    """A curve of straight pieces over x in (-1, 1) with noise 1: x [n, 1], y [n, 1], and the piece of each point."""
    key_x, key_noise = jax.random.split(key)
    x = jax.random.uniform(key_x, (n, 1), minval=-1.0, maxval=1.0)
    joints = np.linspace(-1, 1, regimes + 1)
    y = jnp.interp(x, jnp.asarray(joints), jnp.asarray(HEIGHTS[: regimes + 1]))
    piece = np.clip(np.searchsorted(joints, np.asarray(x[:, 0]), side="right") - 1, 0, regimes - 1)
    return x, y + jax.random.normal(key_noise, y.shape), piece


def _vowels(key: Any, n: int) -> tuple[Any, Any, np.ndarray]:
    """Two pairs of clusters like vowels in the plane of two formants: which of its pair a point is, as -1 or 1.

    Within a pair one straight line tells the two apart; the lines of the two pairs have opposite slopes (Jacobs et
    al. 1991 tell [i] from [I] and [a] from [A]).
    """
    keys = jax.random.split(key, 3)
    pair, which = (jax.random.bernoulli(k, 0.5, (n,)).astype(int) for k in keys[:2])
    centres = jnp.array([[[-1.5, -0.4], [-1.5, 0.4]], [[1.5, 0.4], [1.5, -0.4]]])
    x = centres[pair, which] + 0.15 * jax.random.normal(keys[2], (n, 2))
    return x, (2.0 * which - 1.0)[:, None], np.asarray(pair)


def _agreement(trusted: np.ndarray, regime: np.ndarray, n: int) -> float:
    """Share of points whose regime is the most frequent regime among the points assigned to the same expert."""
    most = {e: np.bincount(regime[trusted == e], minlength=n).argmax() for e in np.unique(trusted)}
    distinct = len(set(most.values())) == n  # every regime has an expert of its own
    return float(np.mean([most[e] for e in trusted] == regime)) if distinct else 0.0


def _from_least_squares(line: Any, x: Any, y: Any) -> float:
    """Largest difference of the single expert from NumPy's least squares."""
    design = np.column_stack([np.asarray(x, float), np.ones(len(x))])
    exact, *_ = np.linalg.lstsq(design, np.asarray(y, float), rcond=None)
    return float(np.abs(np.asarray(line.experts[0]).T - exact).max())

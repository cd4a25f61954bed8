"""From draws of a population and its members to a fit: means, spreads, the group, and whether to believe them."""

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl import __version__
from neurorl.core.fitted import Fitted
from neurorl.fit.arviz_bridge import tree_of
from neurorl.fit.diagnostics import ess_bulk, ess_tail, rhat
from neurorl.fit.evaluate import Evaluator
from neurorl.fit.formula import INTERCEPT, Design
from neurorl.fit.map import at_bound
from neurorl.fit.pilot import LANES
from neurorl.fit.population import Problem, on_scale
from neurorl.fit.posterior import Posterior
from neurorl.fit.result import FitResult
from neurorl.fit.tilt import everywhere, log_normal
from neurorl.fit.units import Units

MET = 1.01  # largest R-hat
ENOUGH = 400  # effective draws (Vehtari et al. 2021)


def result_of_draws(
    problem: Problem,
    sites: dict[str, np.ndarray],
    log_lik: np.ndarray,
    stats: dict[str, np.ndarray],
    method: str,
    settings: dict[str, Any],
    doubts: tuple[str, ...] = (),
) -> FitResult:
    """The fit.

    Args:
        problem: who was fitted to what.
        sites: draws [chain, draw, ...] of coefficients_NAME [terms], sd [n] and z [S, n].
        log_lik: [chain, draw, S].
        stats: of the sampler, [chain, draw].
        method, settings: how.
        doubts: sentences to add; where there are any, the draws are not from a sampler, and are not judged as such.
    """
    posterior, units, design = problem.posterior, problem.units, problem.design
    names, n_units = [info.name for info in posterior.free], len(units.labels)
    z = sites["z"]
    with jax.enable_x64(True):
        flat = z.reshape(-1, len(names))
        x = on_scale(posterior, flat).reshape(z.shape)
        mean = z.mean(axis=(0, 1))
        values = on_scale(posterior, mean)
    off = (z - mean).reshape(-1, n_units, len(names))
    group = _group(posterior, design, sites)
    table, converged = None, np.asarray(np.isfinite(z).all(axis=(0, 1, 3)))
    if not doubts:
        table = _diagnosed(names, design, sites)
        apart = ~(table["rhat"] <= MET).to_numpy()  # a NaN is not below the limit
        converged &= ~np.isin(np.arange(n_units), table["unit"].to_numpy()[apart])
        doubts = _doubts(table, stats)
    b = [sites[f"coefficients_{name}"].mean(axis=(0, 1)) for name in names]
    centre = np.stack([part @ b_k for part, b_k in zip(problem.x, b, strict=True)], axis=1)
    sd = sites["sd"].mean(axis=(0, 1))
    at_mean = _at(posterior, units, mean)
    origin = {"method": method, "agent": type(posterior.agent).__name__, "neurorl": __version__, **settings}
    return FitResult(
        fitted=Fitted(
            params=posterior.stacked(values), curve=None if table is None else {"diagnostics": table}, origin=origin
        ),
        values=posterior.named(values),
        log_lik=at_mean,
        log_posterior=at_mean + log_normal(mean, centre, sd**2),
        n_choices=units.n_choices,
        n_params=len(names),
        converged=converged,
        gradient_norm=np.full(n_units, np.nan),
        starts_agreeing=np.full(n_units, z.shape[0]),
        at_bound=at_bound(posterior, values),
        method=method,
        standard_errors={name: x[..., k].std(axis=(0, 1)) for k, name in enumerate(names)},
        covariance=np.einsum("dsi,dsj->sij", off, off) / (len(off) - 1),
        group=group,
        n_group_params=2 * len(names) + sum(len(design.columns(name).terms) - 1 for name in names),
        draws=_tree(posterior, units, design, sites, x, log_lik, stats),
        doubts=doubts,
    )


def _at(posterior: Posterior, units: Units, z: np.ndarray) -> np.ndarray:
    """Log-likelihood of each unit at z [S, n]."""
    with jax.enable_x64(True):
        evaluate = Evaluator(posterior, units.sessions, len(z) * LANES)  # the shape that the pilot has compiled
        return everywhere(evaluate, np.arange(len(z)), z, lambda point: point.log_lik)


def _group(posterior: Posterior, design: Design, sites: dict[str, np.ndarray]) -> pd.DataFrame:
    rows = []
    for k, info in enumerate(posterior.free):
        b = sites[f"coefficients_{info.name}"]
        for j, term in enumerate(design.columns(info.name).terms):
            low, high = np.quantile(b[..., j], [0.025, 0.975])
            mean = b[..., j].mean()
            scaled = float(info.support.constrain(jnp.asarray(mean))) if term == INTERCEPT else np.nan
            row = {"parameter": info.name, "term": term, "mean": mean, "sd": sites["sd"][..., k].mean()}
            rows.append(row | {"low": low, "high": high, "mean_on_scale": scaled})
    return pd.DataFrame(rows)


def _diagnosed(names: list[str], design: Design, sites: dict[str, np.ndarray]) -> pd.DataFrame:
    """One row a quantity: what, unit (-1 for the group), rhat, ess_bulk, ess_tail."""
    what, unit, parts = [], [], []
    for name in names:
        what += [f"{name} ~ {term}" for term in design.columns(name).terms]
        parts.append(sites[f"coefficients_{name}"])
    what += [f"sd of {name}" for name in names]
    parts.append(sites["sd"])
    unit += [-1] * len(what)
    for k, name in enumerate(names):
        n_units = sites["z"].shape[2]
        what += [name] * n_units
        unit += range(n_units)
        parts.append(sites["z"][..., k])
    draws = np.concatenate(parts, axis=2)
    columns = {"rhat": rhat(draws), "ess_bulk": ess_bulk(draws), "ess_tail": ess_tail(draws)}
    return pd.DataFrame({"quantity": what, "unit": unit, **columns})


def _doubts(table: pd.DataFrame, stats: dict[str, np.ndarray]) -> tuple[str, ...]:
    said = []
    for name, rows in table[~(table["rhat"] <= MET)].groupby("quantity", sort=False):
        worst = rows["rhat"].to_numpy().max()  # NaN where there is one
        where = "" if rows["unit"].iloc[0] < 0 else f" in {len(rows)} units"
        said.append(
            f"The chains do not agree on {name}{where} (R-hat up to {worst:.3f}, 1.01 is the limit); do not read it. "
            "Take more warmup and draws, or hold a parameter."
        )
    few = {kind: table.loc[table[f"ess_{kind}"].idxmin()] for kind in ("bulk", "tail")}
    for kind, row in few.items():
        if row[f"ess_{kind}"] < ENOUGH:
            about = "its mean" if kind == "bulk" else "the ends of its interval"
            said.append(
                f"Only {row[f'ess_{kind}']:.0f} effective draws ({kind}) of {row['quantity']}, {ENOUGH} are asked for: "
                f"{about} is rough. Take more draws."
            )
    if "diverging" in stats and (n := int(stats["diverging"].sum())):
        said.append(
            f"{n} of {stats['diverging'].size} transitions diverged, so a part of the posterior may have been missed; "
            "raise `accept` towards 0.99, or hold a parameter that the data do not determine."
        )
    return tuple(said)


def _tree(
    posterior: Posterior,
    units: Units,
    design: Design,
    sites: dict[str, np.ndarray],
    x: np.ndarray,
    log_lik: np.ndarray,
    stats: dict[str, np.ndarray],
) -> Any:
    names = [info.name for info in posterior.free]
    variables: dict[str, Any] = {name: (("unit",), x[..., k]) for k, name in enumerate(names)}
    coords: dict[str, Any] = {"unit": units.labels, "parameter": names}
    for name in names:
        variables[f"coefficients_{name}"] = ((f"term_{name}",), sites[f"coefficients_{name}"])
        coords[f"term_{name}"] = list(design.columns(name).terms)
    variables["sd"] = (("parameter",), sites["sd"])
    usual = {"num_steps": "n_steps", "accept_prob": "acceptance_rate", "potential_energy": "lp"}
    kept = {
        usual.get(name, name): ((), -value if name == "potential_energy" else value) for name, value in stats.items()
    }
    return tree_of(
        {"posterior": variables, "log_likelihood": {"choices": (("unit",), log_lik)}, "sample_stats": kept}, coords
    )

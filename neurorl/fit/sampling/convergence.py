"""The standard that draws are held to, and what is said where they fall short of it.

R-hat below 1.01, and more than 400 effective draws for the middle and for the ends of the distribution (Vehtari,
Gelman, Simpson, Carpenter & Bürkner 2021, Bayesian Analysis 16: 667-718), of every quantity that a fit reports:
coefficients and spreads of the population, and each unit's parameters. All three go by ranks, so they are the same for
a parameter and for its value on the unconstrained scale.
"""

import numpy as np
import pandas as pd

from neurorl.fit.population import Problem
from neurorl.fit.sampling.diagnostics import ess_bulk, ess_tail, rhat

MET = 1.01  # R-hat lies below it
ENOUGH = 400  # effective draws, and more


def diagnosed(problem: Problem, sites: dict[str, np.ndarray]) -> pd.DataFrame:
    """One row a quantity: quantity, unit (its position; -1 for the group), rhat, ess_bulk, ess_tail.

    Args:
        problem: the agent and the choices that were fitted.
        sites: draws [chain, draw, ...] of coefficients_NAME [terms], sd [n] and z [S, n].
    """
    names, n_units = [info.name for info in problem.posterior.free], len(problem.units.labels)
    what = [f"{name} ~ {term}" for name in names for term in problem.design.columns(name).terms]
    what += [f"sd of {name}" for name in names]
    unit = [-1] * len(what) + list(range(n_units)) * len(names)
    what += [name for name in names for _ in range(n_units)]
    parts = [sites[f"coefficients_{name}"] for name in names] + [sites["sd"]]
    draws = np.concatenate(parts + [sites["z"][..., k] for k in range(len(names))], axis=2)
    columns = {"rhat": rhat(draws), "ess_bulk": ess_bulk(draws), "ess_tail": ess_tail(draws)}
    return pd.DataFrame({"quantity": what, "unit": unit, **columns})


def apart(table: pd.DataFrame) -> np.ndarray:
    """Quantities on which the chains do not agree; a NaN counts as disagreement."""
    return ~(table["rhat"] < MET).to_numpy()


def fewest(table: pd.DataFrame) -> float:
    """Effective draws of whatever has fewest of them."""
    return float(table[["ess_bulk", "ess_tail"]].to_numpy().min())


def reached(table: pd.DataFrame) -> bool:
    """Whether every quantity meets the standard."""
    return not apart(table).any() and fewest(table) > ENOUGH


def shortfalls(table: pd.DataFrame) -> list[str]:
    """A sentence for each way in which the draws fall short; empty where they meet the standard."""
    said = []
    for name, rows in table.loc[apart(table)].groupby("quantity", sort=False):
        worst = rows["rhat"].to_numpy().max()  # NaN where there is one
        units = [str(unit) for unit in rows["unit"] if unit >= 0]
        listed = ", ".join(units[:8]) + (", ..." if len(units) > 8 else "")
        where = f" in unit{'s' if len(units) > 1 else ''} {listed}" if units else ""
        said.append(
            f"The chains do not agree on {name}{where} (R-hat up to {worst:.3f}, it should be below {MET}); do "
            "not interpret it. Use more warmup and draws, or fix a parameter."
        )
    for kind, about in (("bulk", "its mean"), ("tail", "the ends of its interval")):
        least = table.loc[table[f"ess_{kind}"].idxmin()]
        if not least[f"ess_{kind}"] > ENOUGH:
            said.append(
                f"Only {least[f'ess_{kind}']:.0f} effective draws ({kind}) of {least['quantity']}, at least "
                f"{ENOUGH} are needed: {about} is rough. Use more draws."
            )
    return said


def diverged(stats: dict[str, np.ndarray]) -> list[str]:
    """A sentence where transitions [chain, draw] diverged."""
    count, of = int(stats["diverging"].sum()), stats["diverging"].size
    if not count:
        return []
    return [
        f"{count} of {of} transitions diverged, so part of the posterior may be unexplored; raise `accept` "
        "towards 0.99, or fix a parameter that the data do not determine."
    ]

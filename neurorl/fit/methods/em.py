"""Empirical Bayes: the population and its members at once, by expectation maximisation with Laplace's approximation.

Each parameter of unit s, on the unconstrained scale, comes from a Gaussian population whose mean may depend on what is
known of the unit (Huys et al. 2011, PLoS Computational Biology 7: e1002028, eqs. 3 to 5):

    z_sk ~ N(x_sk . b_k, v_k),     x_sk the design of parameter k (its intercept alone by default)

    E: m_s, C_s = maximum and inverse curvature of log p(choices_s | z) + log N(z; x_s b, v)
    M: b_k = least squares of m_k on x_k;   v_k = mean over units of (m_sk - x_sk b_k)^2 + C_s,kk

until the log evidence of all units, each integrated by Laplace's approximation, gains less than 0.01 nats and no mean
moves by more than a thousandth of a standard deviation. Units whose search failed are left out of the M step.

Standard errors of b come from the information that is left when what is unknown of each unit is taken away,
sum_s x_s' (V^-1 - V^-1 C_s V^-1) x_s (Louis 1982, the missing information principle).
"""

import dataclasses
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path

import jax
import numpy as np
import pandas as pd

from neurorl import __version__
from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.fitted import Fitted
from neurorl.core.progress import progress
from neurorl.core.types import Record
from neurorl.fit.checkpoint import Kept
from neurorl.fit.contraction import of_population
from neurorl.fit.design.formula import Design
from neurorl.fit.method import Method
from neurorl.fit.population import WIDE, Inner, Members, Problem, expected, group_row, on_scale
from neurorl.fit.problem import Posterior, at_bound
from neurorl.fit.result import FitResult, FitWarning
from neurorl.fit.search.laplace import standard_errors
from neurorl.fit.search.penalised import log_normal

SETTLED = 0.01  # nats of all units together
KEPT = ("z", "variance", "trace", "before", "fitted_variance")  # of a round, in the checkpoint
STILL = 1e-3  # standard deviations of the population
NARROW = 1e-4  # smallest variance of a population: members that cannot be told apart are alike
ALIKE = 0.9  # share of the population's variance that a unit's choices leave open, above which units are alike
Z_95 = 1.959963984540054


def fit_em(
    agent: Agent,
    records: Record,
    *,
    groups: Sequence[int] | np.ndarray | None = None,
    design: Design | None = None,
    starts: int = 8,
    seed: int = 0,
    fixed: Mapping[str, float] | None = None,
    max_steps: int = 200,
    max_rounds: int = 200,
    checkpoint: Path | None = None,
    quiet: bool = False,
) -> FitResult:
    """Parameters of every unit and of the population they come from, by EM with Laplace's approximation.

    Args:
        agent: the agent to fit; it needs a free parameter.
        records: sessions [S, T]; ragged sessions are padded with valid=False.
        groups: [S] the unit (subject) of each session; units come back sorted.
        design: what explains the units' parameters; one row a unit, in sorted order.
        starts: starting points of each unit in the first round; later rounds set out from where the last one ended
            and from the mean of the population.
        seed: source of the starting points.
        fixed: parameters to hold, name -> value.
        max_steps: evaluations after which a search is given up.
        max_rounds: rounds of EM after which the fit is given up.
        checkpoint: file that is written after each round; a fit of the same data and settings goes on from it.
        quiet: no progress bar.

    Returns:
        a fit with `group`, `group_log_evidence`, and standard errors and log evidence of every unit. `log_posterior`
        is the log-likelihood plus the log density of z in the population.
    """
    if starts < 1 or max_steps < 1 or max_rounds < 1:
        raise BadValue("EM needs at least one start, one step and one round.")
    problem = Problem.of(agent, records, groups, design, fixed)
    held = dict(problem.posterior.held)
    settings = {"starts": starts, "seed": seed, "fixed": held, "max_steps": max_steps}
    kept = Kept(checkpoint, [agent], (settings, problem.x), problem.units)
    with jax.enable_x64(True):
        members = Members(problem.posterior, problem.units, lanes=starts)
        found = _rounds(members, problem.x, kept, starts, seed, max_steps, max_rounds, quiet)
    result = _result(problem, *found, settings)
    settled = found[-1]
    for sentence in result.absences() + result.failures() + list(result.doubts[:1] if not settled else ()):
        warnings.warn(f"{type(agent).__name__}. {sentence}", FitWarning, stacklevel=2)
    return result


def _rounds(
    members: Members,
    x: list[np.ndarray],
    kept: Kept,
    starts: int,
    seed: int,
    max_steps: int,
    max_rounds: int,
    quiet: bool,
) -> tuple[Inner, list[np.ndarray], np.ndarray, list[float], bool]:
    state = kept.read()
    if state is None:
        z = members.first(starts, seed, max_steps)
        b = [np.linalg.lstsq(x_k, z[:, k], rcond=None)[0] for k, x_k in enumerate(x)]
        variance, trace = np.full(len(x), WIDE), []
        before, inner, fitted_b, fitted_variance = None, None, b, variance
    else:
        z, variance, trace, before, fitted_variance = (state[name] for name in KEPT)
        trace = trace.tolist()
        b, fitted_b = ([state[f"{name}{k}"] for k in range(len(x))] for name in ("b", "fitted_b"))
        inner = Inner(**{field.name: state[f"inner_{field.name}"] for field in dataclasses.fields(Inner)})
    settled = False
    with progress("Learning the population", total=max_rounds, quiet=quiet) as advance:
        while inner is None or (len(trace) < max_rounds and not settled):
            mean = expected(x, b)
            inner = members.given(mean, variance, np.stack([z, mean], axis=1), max_steps)
            z = np.where(np.isfinite(inner.z), inner.z, mean)
            trace.append(float(inner.log_evidence[inner.sound].sum()))
            still = before is not None and np.abs((mean - before) / np.sqrt(variance)).max() < STILL
            settled = still and abs(trace[-1] - trace[-2]) < SETTLED
            advance(1, f"log evidence {trace[-1]:.2f}")
            if settled:
                break
            before, fitted_b, fitted_variance = mean, b, variance
            b, variance = maximised(inner, x)
            arrays = dict(zip(KEPT, (z, variance, np.array(trace), mean, fitted_variance), strict=True))
            arrays |= {f"{name}{k}": b_k for name, of in (("b", b), ("fitted_b", fitted_b)) for k, b_k in enumerate(of)}
            kept.write(
                arrays | {f"inner_{field.name}": getattr(inner, field.name) for field in dataclasses.fields(Inner)}
            )
        else:  # given up: what is handed back belongs to the last E step
            b, variance = fitted_b, fitted_variance
    return inner, b, variance, trace, settled


def maximised(inner: Inner, x: list[np.ndarray]) -> tuple[list[np.ndarray], np.ndarray]:
    """The M step: coefficients [terms] of each parameter, and the variances of the population [n]."""
    use = inner.sound
    if use.sum() < max(part.shape[1] for part in x):
        raise BadValue(
            f"Only {int(use.sum())} of {len(use)} units could be fitted, too few to estimate a population; fit "
            "them separately with fit_map."
        )
    for part in x if not use.all() else ():
        if np.linalg.matrix_rank(part[use]) < part.shape[1]:
            raise BadValue(
                f"{int((~use).sum())} of {len(use)} units could not be fitted, and without them the columns of a "
                "formula are collinear (a group has no unit left); fit these units separately with fit_map."
            )
    b, variance = [], []
    for k, part in enumerate(x):
        coefficients = np.linalg.lstsq(part[use], inner.z[use, k], rcond=None)[0]
        off = inner.z[use, k] - part[use] @ coefficients
        b.append(coefficients)
        variance.append(max(NARROW, float(np.mean(off**2 + inner.covariance[use, k, k]))))
    return b, np.array(variance)


def _result(
    problem: Problem,
    inner: Inner,
    b: list[np.ndarray],
    variance: np.ndarray,
    trace: list[float],
    settled: bool,
    settings: dict[str, object],
) -> FitResult:
    posterior, units, design = problem.posterior, problem.units, problem.design
    names = [info.name for info in posterior.free]
    with jax.enable_x64(True):
        values = on_scale(posterior, inner.z)
        errors = standard_errors(posterior, inner.z, inner.covariance)
        group = _group(posterior, design, inner, b, variance)
    mean = expected(problem.x, b)
    origin = {"method": "em", "agent": type(posterior.agent).__name__, "neurorl": __version__, **settings}
    return FitResult(
        fitted=Fitted(params=posterior.stacked(values), curve={"log_evidence": np.array(trace)}, origin=origin),
        values=posterior.named(values),
        log_lik=inner.log_lik,
        log_posterior=inner.log_lik + log_normal(inner.z, mean, variance),
        n_choices=units.n_choices,
        n_params=len(names),
        converged=inner.sound,
        gradient_norm=inner.gradient_norm,
        starts_agreeing=inner.agreeing,
        at_bound=at_bound(posterior, values),
        method="em",
        standard_errors=errors,
        covariance=inner.covariance,
        curved=np.asarray(np.isfinite(inner.covariance).all(axis=(1, 2))),
        log_evidence=inner.log_evidence,
        group=group,
        contraction=of_population(names, inner.covariance, variance),
        **problem.about_units,
        group_log_evidence=trace[-1],
        n_group_params=sum(map(len, b)) + len(b),
        doubts=_doubts(names, inner, variance, trace, settled) + design.notes(),
    )


def _doubts(names: list[str], inner: Inner, variance: np.ndarray, trace: list[float], settled: bool) -> tuple[str, ...]:
    said = []
    if not settled:
        said.append(
            f"The population did not converge in {len(trace)} rounds (the last gained "
            f"{trace[-1] - trace[-2] if len(trace) > 1 else float('nan'):.2g} nats); do not interpret the group's "
            "parameters. Raise max_rounds."
        )
    own = np.nanmean(np.einsum("sii->si", inner.covariance), axis=0) / variance  # 1: choices add nothing to the group
    said += [
        f"In these data the units hardly differ in {name}: the estimates are shrunk to nearly the group's value, "
        "so do not correlate them with other variables."
        for name, share in zip(names, own, strict=True)
        if share > ALIKE
    ]
    return tuple(said)


def _group(
    posterior: Posterior, design: Design, inner: Inner, b: list[np.ndarray], variance: np.ndarray
) -> pd.DataFrame:
    """The table of the population; see FitResult."""
    columns = [design.columns(info.name) for info in posterior.free]
    place = np.cumsum([0] + [len(c.terms) for c in columns])
    information = np.zeros((place[-1], place[-1]))
    precision = np.diag(1 / variance)
    for s in np.flatnonzero(inner.sound):
        x = np.zeros((len(columns), place[-1]))
        for k, c in enumerate(columns):
            x[k, place[k] : place[k + 1]] = c.x[s]
        information += x.T @ (precision - precision @ inner.covariance[s] @ precision) @ x
    covariance, sound = np.linalg.pinv(information), np.linalg.eigvalsh(information).min() > 0
    error = np.sqrt(np.clip(np.diag(covariance), 0, None)) if sound else np.full(place[-1], np.nan)
    rows = []
    for k, (info, c) in enumerate(zip(posterior.free, columns, strict=True)):
        for j, (term, is_mean) in enumerate(zip(c.terms, c.means, strict=True)):
            mean, se = b[k][j], error[place[k] + j]
            ends = (mean - Z_95 * se, mean + Z_95 * se)
            rows.append(group_row(info, term, bool(is_mean), mean, float(se), np.sqrt(variance[k]), *ends))
    return pd.DataFrame(rows)


METHOD = Method(
    card=Card(
        title="Empirical Bayes (EM)",
        summary="A Gaussian population and its members by expectation maximisation with Laplace's approximation.",
        tags=("population", "point estimate", "covariates"),
    ),
    of="population",
    fit=fit_em,
    takes=("starts", "design", "checkpoint"),
    criterion="evidence",
    intervals="of Laplace's approximation given the population that was learned",
)

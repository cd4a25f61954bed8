"""Hierarchical Bayesian inference over models: which unit uses which model, and what the users of each are like.

Piray, Dezfouli, Heskes, Frank & Daw 2019, PLoS Computational Biology 15: e1007043. Every unit n follows one model, k
with frequency m_k ~ Dirichlet(1); the parameters of those that follow it, over the unconstrained scale, are
N(mu_k, 1 / tau_k), with mu_k ~ N(a0, 1 / (b tau_k)) and tau_k ~ Gamma(v, s) for each parameter. Variational Bayes goes
round (D_k parameters; f the density of choices and parameters at its maximum theta_kn, A_kn minus its Hessian there):

    theta_kn, A_kn under N(a_k, sigma_k / nu_k);   lambda_k = D_k / 2 (psi(nu_k) - log nu_k - 1 / beta_k)
    log rho_kn = log f_kn + D_k / 2 log 2 pi - 1/2 log|A_kn| + lambda_k + E[log m_k];   r = rho / sum_k rho
    N_k = sum_n r_kn;  M_k = sum r theta / N_k;  V_k = sum r (theta theta' + A^-1) / N_k - M_k M_k'
    a_k = (N_k M_k + b a0) / (N_k + b);  beta_k = b + N_k;  nu_k = v + N_k / 2
    sigma_k = s + (N_k diag V_k + b N_k / (b + N_k) (M_k - a0)^2) / 2;   alpha_k = 1 + N_k

so that a unit counts in a model's group as far as it follows that model. A unit that hardly follows a model is drawn to
that model's group, and so cannot pull it. A model's `frequency` is the posterior mean of m_k, alpha_k / sum_j alpha_j =
(1 + N_k) / (K + N); its `mean_responsibility` is N_k / N, which the authors' toolbox (CBM) calls model frequency and
their figures show: 20 units with N_k = 13.06, 6.94 and 0 have the frequencies .611, .345 and .043, and are published
as .653, .347 and 0. The standard error of a group's mean is the scale of its Student t, sqrt(sigma / (nu beta)), their
hierarchical error bar. Protected exceedance probabilities weigh the run against one whose
frequencies are held equal, by the two bounds on the evidence.
"""

import warnings
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import jax
import numpy as np
import pandas as pd
from scipy.special import digamma, logsumexp, softmax
from scipy.stats import t as student

from neurorl import __version__
from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.fitted import Fitted
from neurorl.core.progress import Advance, progress
from neurorl.core.suits import require_suited
from neurorl.core.types import Record
from neurorl.fit.checkpoint import Kept
from neurorl.fit.contraction import of_population
from neurorl.fit.design.formula import INTERCEPT
from neurorl.fit.evidence.model_inference import HBIResult
from neurorl.fit.evidence.selection import exceedance
from neurorl.fit.method import Method
from neurorl.fit.methods._hbi_state import Group, State, dirichlet_divergence
from neurorl.fit.population import WIDE, Members, group_row, on_scale
from neurorl.fit.problem import Posterior, at_bound
from neurorl.fit.result import FitResult, FitWarning
from neurorl.fit.search.laplace import standard_errors
from neurorl.fit.search.penalised import log_normal
from neurorl.fit.undetermined import reasons
from neurorl.fit.units import Units, by_unit, with_choices

SETTLED = 0.01  # nats of the bound


def fit_hbi(
    agents: Mapping[str, Agent],
    records: Record,
    *,
    groups: Sequence[int] | np.ndarray | None = None,
    starts: int = 8,
    seed: int = 0,
    fixed: Mapping[str, Mapping[str, float]] | None = None,
    max_steps: int = 200,
    max_rounds: int = 100,
    checkpoint: Path | None = None,
    quiet: bool = False,
) -> HBIResult:
    """Which unit follows which model, how frequent each is, and each model's group, all at once.

    Args:
        agents: model's name -> the agent; each needs a free parameter.
        records: sessions [S, T].
        groups: [S] the unit of each session; units come back sorted.
        starts: starting points of each unit before the first round.
        seed: source of the starting points.
        fixed: model's name -> parameters to hold in it.
        max_steps: evaluations after which a search is given up.
        max_rounds: rounds after which the inference is given up.
        checkpoint: file that is written after each round; inference on the same data and settings goes on from it.
        quiet: no progress bar.
    """
    if not agents:
        raise BadValue("No model is given; give at least one agent, as {name: agent}.")
    for agent in agents.values():
        require_suited(agent, records)
    records, groups, left_out = with_choices(records, groups)
    with jax.enable_x64(True):
        units = by_unit(records, groups)
        members = []
        for name, agent in agents.items():
            posterior = Posterior.of(agent, (fixed or {}).get(name), prior=False)
            if not posterior.free:
                raise BadValue(f"{name} has no free parameter here, so it has no group to learn; leave it out.")
            members.append(Members(posterior, units, lanes=starts))
        settings = {"starts": starts, "seed": seed, "max_steps": max_steps, "max_rounds": max_rounds}
        kept = Kept(checkpoint, list(agents.values()), (list(agents), settings, fixed), units)
        with progress("Inferring models", total=2 * max_rounds, quiet=quiet) as advance:
            found = _infer(members, kept, starts, seed, max_steps, max_rounds, advance)
        free, null = found["free"], found.get("null", found["free"])
        results = {name: _result(members[k], units, free, k, left_out, settings) for k, name in enumerate(agents)}
    p_null = float(1 / (1 + np.exp(np.clip(free.trace[-1] - null.trace[-1], -700, 700)))) if len(members) > 1 else 1.0
    exceeding = exceedance(free.alpha)
    first = results[next(iter(agents))]
    for sentence in first.absences() + list(() if free.settled else first.doubts):
        warnings.warn(sentence, FitWarning, stacklevel=2)
    return HBIResult(
        names=tuple(agents),
        alpha=free.alpha,
        exceedance=exceeding,
        protected_exceedance=(1 - p_null) * exceeding + p_null / len(agents),
        responsibilities=free.r,
        null_probability=p_null,
        log_bound=free.trace[-1],
        results=results,
        labels=units.labels,
        left_out=left_out,
    )


def _infer(
    members: list[Members],
    kept: Kept,
    starts: int,
    seed: int,
    max_steps: int,
    max_rounds: int,
    advance: Advance,
) -> dict[str, State]:
    """The run with free frequencies, and, of several models, the one that holds them equal."""
    before = kept.read() or {}
    stands = {
        name: State.read(before, name, len(members)) for name in ("begun", "free", "null") if f"{name}_r" in before
    }
    if "begun" not in stands:
        stands["begun"] = _begin(members, starts, seed, max_steps)
    for name in ("free", "null") if len(members) > 1 else ("free",):
        state = stands.setdefault(name, stands["begun"].again())

        def keep() -> None:
            kept.write({key: value for part, state in stands.items() for key, value in state.arrays(part).items()})

        _go(members, state, name == "free", max_steps, max_rounds, advance, keep)
    return stands


def _begin(members: list[Members], starts: int, seed: int, max_steps: int) -> State:
    """Each model fitted by itself under a wide population, and every unit shared out evenly."""
    inner, groups = [], []
    even = np.full((members[0].n_units, len(members)), 1 / len(members))
    for k, member in enumerate(members):
        z = member.first(starts, seed, max_steps)
        own = member.given(np.zeros(z.shape), np.full(z.shape[1], WIDE), z[:, None], max_steps)
        inner.append(own)
        groups.append(Group.of(own, even[:, k] * own.sound))
    return State(groups, inner, even, 1 + even.sum(axis=0))


def _go(
    members: list[Members],
    state: State,
    free: bool,
    max_steps: int,
    max_rounds: int,
    advance: Advance,
    keep: Callable[[], None],
) -> None:
    """Rounds of the inference; with `free` False the frequencies are held equal."""
    n_models = len(members)
    while not state.settled and len(state.trace) < max_rounds:
        for k, (member, group) in enumerate(zip(members, state.groups, strict=True)):
            mean = np.broadcast_to(group.a, state.inner[k].z.shape)
            before = np.where(np.isfinite(state.inner[k].z), state.inner[k].z, mean)
            state.inner[k] = member.given(mean, group.variance, np.stack([before, mean], axis=1), max_steps)
        log_m = digamma(state.alpha) - digamma(state.alpha.sum()) if free else np.full(n_models, -np.log(n_models))
        height = np.stack([inner.log_evidence for inner in state.inner], axis=1)
        height = np.where(np.isfinite(height), height, -np.inf) + [group.correction for group in state.groups]
        lost = np.asarray(~np.isfinite(height).any(axis=1))  # a unit that no model could be fitted to says nothing
        score = np.where(lost[:, None], 0.0, height + log_m)
        state.r = softmax(score, axis=1)
        explained = np.where(lost, 0.0, np.asarray(logsumexp(score, axis=1)))
        bound = float(explained.sum()) - sum(group.divergence for group in state.groups)
        state.trace.append(bound - (dirichlet_divergence(state.alpha) if free else 0.0))
        state.settled = len(state.trace) > 1 and abs(state.trace[-1] - state.trace[-2]) < SETTLED
        weight = np.where(lost[:, None], 0.0, state.r)
        state.groups = [Group.of(inner, weight[:, k]) for k, inner in enumerate(state.inner)]
        state.alpha = 1 + weight.sum(axis=0)
        advance(1, f"bound {state.trace[-1]:.2f}")
        keep()


def _result(
    member: Members, units: Units, state: State, k: int, left_out: tuple[Any, ...], settings: Mapping[str, object]
) -> FitResult:
    posterior, inner, group = member.posterior, state.inner[k], state.groups[k]
    values, names = on_scale(posterior, inner.z), [info.name for info in posterior.free]
    scale, free = np.sqrt(group.sigma / (group.nu * group.beta)), 2 * group.nu  # q(mu) is Student's t
    reach = scale * student.ppf(0.975, free)
    ends = np.stack([group.a - reach, group.a + reach], axis=1)
    table = pd.DataFrame(
        [
            group_row(info, INTERCEPT, True, group.a[i], scale[i], np.sqrt(group.variance[i]), *ends[i])
            for i, info in enumerate(posterior.free)
        ]
    )
    doubts = []
    if not state.settled:
        doubts.append(
            f"The inference over models did not converge in {len(state.trace)} rounds; do not interpret its "
            "results. Raise max_rounds."
        )
    origin = {"method": "hbi", "agent": type(posterior.agent).__name__, "neurorl": __version__, **settings}
    origin["fixed"] = dict(posterior.held)
    return FitResult(
        fitted=Fitted(params=posterior.stacked(values), curve={"log_bound": np.array(state.trace)}, origin=origin),
        values=posterior.named(values),
        log_lik=inner.log_lik,
        log_posterior=inner.log_lik + log_normal(inner.z, group.a, group.variance),
        n_choices=units.n_choices,
        n_params=len(names),
        converged=inner.sound,
        gradient_norm=inner.gradient_norm,
        starts_agreeing=inner.agreeing,
        at_bound=at_bound(posterior, values),
        method="hbi",
        standard_errors=standard_errors(posterior, inner.z, inner.covariance),
        covariance=inner.covariance,
        curved=np.asarray(np.isfinite(inner.covariance).all(axis=(1, 2))),
        log_evidence=inner.log_evidence,
        labels=units.labels,
        left_out=left_out,
        contraction=of_population(names, inner.covariance, group.variance),
        why=reasons(units.sessions, len(names)),
        group=table,
        n_group_params=2 * len(names),
        doubts=tuple(doubts),
    )


def _of_one(agent: Agent, records: Record, *, fixed: Mapping[str, float] | None = None, **settings: Any) -> FitResult:
    """The group and the members of one model."""
    return fit_hbi({"it": agent}, records, fixed={"it": fixed or {}}, **settings).results["it"]


METHOD = Method(
    card=Card(
        title="Hierarchical Bayesian inference over models",
        summary="Which unit follows which model, and the group of each model; of one model, its group and its members.",
        refs=("piray2019",),
        tags=("population", "models", "selection"),
    ),
    of="models",
    fit=_of_one,
    takes=("starts", "checkpoint"),
    criterion="responsibility",
    intervals="of Laplace's approximation given the population that was learned",
    infer=fit_hbi,
)

"""One call for every method of fitting."""

from pathlib import Path
from typing import Any

from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.types import Record
from neurorl.fit.result import FitResult

METHODS = {
    "ml": "maximum likelihood, each unit for itself",
    "map": "maximum a posteriori under the declared priors, each unit for itself",
    "em": "empirical Bayes: the population and its members by EM with Laplace's approximation",
    "hbi": "hierarchical Bayesian inference over models; of one model, its group and its members",
    "vi": "a preview of nuts in seconds, by variational inference; its intervals may be too narrow",
    "nuts": "full hierarchical Bayes: draws from the posterior of the population and its members",
}
_ONE_BY_ONE = ("ml", "map", "hbi")


def fit(
    method: str,
    agent: Agent,
    records: Record,
    *,
    design: Any = None,
    laplace: bool = True,
    checkpoint: Path | None = None,
    **settings: Any,
) -> FitResult:
    """Fit one agent to recorded sessions [S, T].

    Args:
        method: a name in METHODS.
        agent, records: who is fitted to what.
        design: what explains parameters in the population (`formula.Design`); for em, vi and nuts.
        laplace: False where nobody will read standard errors and evidence; ml and map then save their time.
        checkpoint: file in which a method that learns a population keeps where it stands; map, ml and vi need none.
        settings: groups, fixed, seed, starts, quiet, and what the method itself takes.

    Raises:
        BadValue: there is no such method, or a design was given to one that learns no population.
    """
    if method not in METHODS:
        raise BadValue(f"There is no method '{method}'; there are {', '.join(METHODS)}.")
    if design is not None and method in _ONE_BY_ONE:
        raise BadValue(
            f"A design describes a population with covariates, which {method} does not learn; use em, vi or nuts."
        )
    if method in ("map", "ml"):
        from neurorl.fit.map import fit_map

        return fit_map(agent, records, prior=method == "map", laplace=laplace, **settings)
    if method == "vi":  # NumPyro takes a while to import, and only vi and nuts need it
        from neurorl.fit.variational import fit_vi

        settings.pop("starts", None)
        return fit_vi(agent, records, design=design, **settings)
    settings["checkpoint"] = checkpoint
    if method == "hbi":
        from neurorl.fit.hbi import fit_hbi

        settings["fixed"] = {"it": settings.get("fixed") or {}}
        return fit_hbi({"it": agent}, records, **settings).results["it"]
    if method == "em":
        from neurorl.fit.em import fit_em

        return fit_em(agent, records, design=design, **settings)
    from neurorl.fit.nuts import fit_nuts

    settings.pop("starts", None)  # chains have starting points of their own

    return fit_nuts(agent, records, design=design, **settings)

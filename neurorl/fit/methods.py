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
SEARCHES = ("map", "ml", "em", "hbi")  # from several starting points
POPULATIONS = ("em", "hbi", "vi", "nuts")


def require_use_of_starts(method: str, starts: int | None) -> None:
    """Refuse starting points for a method that does not search."""
    if starts is not None and method not in SEARCHES:
        raise BadValue(
            f"starts counts the starting points of a search, which {method} does not make (a short EM comes first). "
            f"Leave it out, or use {', '.join(SEARCHES)}."
        )


def fit(
    method: str,
    agent: Agent,
    records: Record,
    *,
    design: Any = None,
    laplace: bool = True,
    starts: int | None = None,
    checkpoint: Path | None = None,
    **settings: Any,
) -> FitResult:
    """Fit one agent to recorded sessions [S, T].

    Args:
        method: a name in METHODS.
        agent, records: who is fitted to what.
        design: what explains parameters in the population (`formula.Design`); for em, vi and nuts.
        laplace: False where nobody will read standard errors and evidence; ml and map then save their time.
        starts: starting points of each search; each method has its own default, and vi and nuts have none.
        checkpoint: file in which a method that learns a population keeps where it stands; map, ml and vi need none.
        settings: groups, fixed, seed, quiet, and what the method itself takes.

    Raises:
        BadValue: there is no such method, or it was given a design or starts that it has no use for.
    """
    if method not in METHODS:
        raise BadValue(f"There is no method '{method}'; there are {', '.join(METHODS)}.")
    if design is not None and method in _ONE_BY_ONE:
        raise BadValue(
            f"A design describes a population with covariates, which {method} does not learn; use em, vi or nuts."
        )
    require_use_of_starts(method, starts)
    if starts is not None:
        settings["starts"] = starts
    if method in ("map", "ml"):
        from neurorl.fit.map import fit_map

        return fit_map(agent, records, prior=method == "map", laplace=laplace, **settings)
    if method == "vi":  # NumPyro takes a while to import, and only vi and nuts need it
        from neurorl.fit.variational import fit_vi

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

    return fit_nuts(agent, records, design=design, **settings)

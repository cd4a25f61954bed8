"""One fitting method a file; each exports METHOD. `fit` calls any of them."""

from pathlib import Path
from typing import Any

from neurorl.core.agent import Agent
from neurorl.core.catalogue import load, names
from neurorl.core.errors import BadValue
from neurorl.core.types import Record
from neurorl.fit.method import Method
from neurorl.fit.result import FitResult


def method_of(name: str | Method) -> Method:
    """The method of a name or of a file of your own, whose code runs at each call; a method is returned as it is.

    Raises:
        BadValue: there is no such method, or the file exports something else.
    """
    if isinstance(name, Method):
        return name
    if not name.endswith(".py") and name not in names("method"):
        raise BadValue(f"There is no method '{name}'; there are {', '.join(names('method'))}.")
    found = load("method", name)
    if not isinstance(found, Method):
        raise BadValue(f"METHOD of {name} is {type(found).__name__}, but must be a neurorl.fit.Method.")
    return found


def require_use(method: str | Method, *, starts: int | None = None, design: Any = None) -> Method:
    """The method; starting points that it does not search from, and a design without use for it, are refused."""
    name = method if isinstance(method, str) else method.card.title
    method = method_of(method)
    if starts is not None and "starts" not in method.takes:
        raise BadValue(
            f"starts counts the starting points of a search, which {name} does not make. Leave it out, or use "
            f"{_those('starts')}."
        )
    if design is not None and "design" not in method.takes:
        raise BadValue(
            f"A design describes a population with covariates, which {name} does not learn; use {_those('design')}."
        )
    return method


def fit(
    agent: Agent,
    records: Record,
    method: str | Method = "map",
    *,
    design: Any = None,
    laplace: bool = True,
    starts: int | None = None,
    checkpoint: Path | None = None,
    **settings: Any,
) -> FitResult:
    """Fit one agent to recorded sessions [S, T].

    Args:
        agent, records: who is fitted to what.
        method: a name of `neurorl list methods`, a file of your own that exports METHOD, or the method itself.
        design: what explains parameters in the population (`neurorl.fit.Design`); for methods that learn one.
        laplace: False where nobody will read standard errors and evidence; ml and map then save their time.
        starts: starting points of each search; each method has its own default, and vi and nuts have none.
        checkpoint: file in which a method that takes long keeps how far it got, if it can.
        settings: groups, fixed, seed, quiet, and what the method itself takes.

    Raises:
        BadValue: there is no such method, or it was given a design or starts that it has no use for.
    """
    chosen = require_use(method, starts=starts, design=design)
    given = {"design": design, "laplace": laplace, "starts": starts, "checkpoint": checkpoint}
    more = {name: value for name, value in given.items() if name in chosen.takes and value is not None}
    return chosen.fit(agent, records, **more, **settings)


def _those(taking: str) -> str:
    """The built-in methods that take something, in words."""
    found = [name for name in names("method") if taking in load("method", name).takes]
    return ", ".join(found[:-1]) + f" or {found[-1]}"

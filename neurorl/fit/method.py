"""The contract of a fitting method: one file, which exports METHOD.

A method takes an agent and recorded sessions and gives a `FitResult`. It is called as

    method.fit(agent, records, groups=, fixed=, seed=, quiet=, **more)

`records` are sessions [S, T]; `groups` [S] names the unit of each session, whose parameters are fitted together;
`fixed` holds parameters by name. Of `more` it gets only what it says that it takes.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Literal

from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.fit.result import FitResult

TAKES = ("starts", "design", "checkpoint", "laplace")
CRITERIA = ("bic", "aic", "evidence", "left out", "responsibility")


@dataclass(frozen=True)
class Method:
    """A way to fit an agent to choices.

    Attributes:
        card: title, summary, references.
        of: what is learned: the parameters of each "unit" for itself, of a "population" and its members, or of several
            "models" and who follows which.
        fit: the fit of one agent (see the module).
        takes: what `fit` takes besides: "starts" (starting points of each search), "design" (what explains parameters
            in the population), "checkpoint" (a file in which it keeps how far it got), "laplace" (False where nobody
            reads standard errors and evidence).
        criterion: what model recovery chooses models by, subject by subject: "bic", "aic", "evidence", "left out", or
            "responsibility" of an inference over models.
        intervals: what its intervals are, in words that follow "intervals".
        infer: for "models": the inference over all agents at once, called with name -> agent in place of an agent.

    Raises:
        BadValue: a value is none of those that are listed here.
    """

    card: Card
    of: Literal["unit", "population", "models"]
    fit: Callable[..., FitResult]
    takes: tuple[str, ...] = ()
    criterion: str = "bic"
    intervals: str = "of the fit"
    infer: Callable[..., Any] | None = None

    def __post_init__(self) -> None:
        for name, value, known in (
            ("of", (self.of,), ("unit", "population", "models")),
            ("takes", self.takes, TAKES),
            ("criterion", (self.criterion,), CRITERIA),
        ):
            unknown = [each for each in value if each not in known]
            if unknown:
                raise BadValue(f"{name} of a method is {unknown[0]!r}, but must be one of {', '.join(known)}.")
        if (self.infer is not None) != (self.of == "models"):
            raise BadValue("A method of models needs infer, the inference over all agents at once; no other takes it.")

    @property
    def learns_population(self) -> bool:
        """Whether a group mean and spread are learned beside the units."""
        return self.of != "unit"

"""An analysis of choices, whole: agents fitted, compared, held out, recovered, checked, and written as a page.

    choices = Choices.of(dataset, "bandit")
    found = Analysis(choices, {"rl": rescorla_wagner, "q": q_learning}, out=Path("fits")).fit()
    found.hold_out(folds=5)
    found.recover()
    page = found.write()

`neurorl fit` is this, called from the command line. Each step keeps what it finished in the folder, so that the same
analysis with `resume=True` goes on where it was stopped.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import pandas as pd

from neurorl.analyse import steps
from neurorl.analyse.choices import Choices
from neurorl.analyse.covariates import design as design_of
from neurorl.analyse.made_from import MadeFrom
from neurorl.analyse.outcome import Outcome
from neurorl.analyse.recovery import recovered
from neurorl.analyse.stages import Stages
from neurorl.analyse.words import answer, cautions
from neurorl.core.agent import Agent
from neurorl.core.errors import BadValue
from neurorl.core.params import free_params
from neurorl.fit.kinds import kinds
from neurorl.fit.methods import require_use


class Analysis:
    """Agents fitted to the same choices, and everything that is asked about them.

    Attributes:
        choices: the decisions and who shares parameters.
        agents: model's name -> the agent, made for the task.
        method: how they are fitted.
        outcome: all that was found so far; None before `fit`.
        stages: what is kept of unfinished work.
    """

    def __init__(
        self,
        choices: Choices,
        agents: Mapping[str, Agent],
        *,
        method: str = "map",
        formulas: Mapping[str, str] | None = None,
        covariates: pd.DataFrame | Path | None = None,
        held: Mapping[str, Mapping[str, float]] | None = None,
        starts: int | None = None,
        seed: int = 0,
        out: Path | None = None,
        resume: bool = False,
        quiet: bool = False,
        sources: Mapping[str, str] | None = None,
    ):
        """Say what is analysed; nothing is fitted yet.

        Args:
            choices: what agents are fitted to.
            agents: model's name -> the agent, made for the task (`load_agent(name).for_spaces(task.spaces)`).
            method: a name of `neurorl list methods`, or a file of your own.
            formulas: parameter -> what explains it in the population, such as {"beta": "diagnosis + age"}.
            covariates: a table with one row a subject for the formulas; without it, the columns of the choices.
            held: model's name -> parameters to hold.
            starts: starting points of each search; by default what the method takes.
            seed: source of all randomness.
            out: folder of the page, and of what is kept of unfinished work; None keeps and writes nothing.
            resume: go on from what is kept there.
            quiet: no progress bars.
            sources: model's name -> name or file that the agent was loaded by, for the page and for `resume`.

        Raises:
            BadValue: the method has no use for formulas or starts, or no agent has a parameter that is explained.
        """
        self.choices, self.agents, self.method, self.out = choices, dict(agents), method, out
        self.outcome: Outcome | None = None
        self._about = require_use(method, starts=starts, design=formulas or None)
        self.design = design_of(formulas or {}, covariates, choices)
        _require_parameters(self.agents, self.design.of_parameter if self.design else ())
        self._held = {name: dict((held or {}).get(name, {})) for name in self.agents}
        self._sources = {name: type(agent).__name__ for name, agent in self.agents.items()} | dict(sources or {})
        self._settings: dict[str, Any] = {"seed": seed, "quiet": quiet} | ({} if starts is None else {"starts": starts})
        self._fit = steps.fitter(self._about, self.design)
        asked = {"method": method, "by": choices.by, "starts": starts, "seed": seed}
        made_from = MadeFrom(choices, asked, self.design, self._sources, self.agents, self._held)
        unfinished = None if out is None else out / ".unfinished"
        self.stages = Stages(unfinished, made_from.common, resume, kinds(self.agents.values()), made_from.of)

    @property
    def found(self) -> Outcome:
        """All that was found so far.

        Raises:
            BadValue: nothing was fitted yet.
        """
        if self.outcome is None:
            raise BadValue("Nothing was fitted yet; call fit() first.")
        return self.outcome

    def fit(self) -> Self:
        """Fit every agent and compare them; where every fit has draws, leave choices and units out as well."""
        choices, agents = self.choices, self.agents
        inferred = None
        if self._about.infer is not None:  # about all agents at once
            inferred = steps.infer_models(choices, agents, self._about.infer, self._held, self._settings, self.stages)
            results = inferred.results
        else:
            results = steps.fit_all(choices, agents, self._fit, self._held, self._settings, self.stages)
        self.outcome = steps.compared(results, choices.index, inferred)
        of = steps.settings_of(agents, self._held, self.method, self._sources)
        self.outcome.settings, self.outcome.differences = of
        more = {name: self._settings[name] for name in ("seed", "quiet")}
        steps.leave_out(choices, agents, self.design, self.outcome, self.stages, **more)
        return self

    def hold_out(self, folds: int = 5, *, ceiling: bool = False) -> Self:
        """Predict choices that were held out of the fit.

        Args:
            folds: of sessions, or of blocks of trials where a unit has one session.
            ceiling: also train a network on the choices, and say how far below it the agents are.
        """
        if folds < (least := 3 if ceiling else 2):
            raise BadValue(f"folds is {folds}, but must be at least {least}{' with a ceiling' if ceiling else ''}.")
        steps.held_out(
            self.choices, self.agents, self._fit, self._held, self._settings, self.found, self.stages,
            folds=folds, ceiling=ceiling,
        )  # fmt: skip
        return self

    def recover(self) -> Self:
        """Simulate on this very design and fit by the same method: which parameters and models come back?"""
        found = self.found
        recovered(self.choices, self.agents, self.method, self.design, self._held, found, self.stages, **self._settings)
        return self

    def check(self) -> Self:
        """Behaviour of the data, of the best agents one step ahead, and of the best one playing by itself."""
        steps.check(self.choices, self.agents, self.found, seed=self._settings["seed"])
        return self

    def trial_wise(self) -> Self:
        """Prediction errors, values and choice probabilities of every trial, agent by agent."""
        steps.trial_wise(self.choices, self.agents, self.found)
        return self

    def answer(self) -> str:
        """The answer in a few sentences."""
        return answer(self.choices, self.found)

    def cautions(self) -> list[str]:
        """What a reader of the numbers must know, one sentence each."""
        return cautions(self.choices, self.found)

    def write(self, *, table: str = "choices", command: str = "neurorl.Analysis(...)") -> Path:
        """Write tables, draws, figures and the page into the folder, and return the page's path.

        Args:
            table: what to call the choices.
            command: how the analysis can be repeated.

        Raises:
            BadValue: the analysis has no folder.
        """
        from neurorl.analyse.page import write_outcome  # imports matplotlib

        if self.out is None:
            raise BadValue("The analysis has no folder to write into; give out=Path('fits').")
        page = write_outcome(self.out, self.choices, self.agents, self.found, command, table)
        self.stages.done()
        return page


def _require_parameters(agents: Mapping[str, Agent], explained: Any) -> None:
    """An error where a parameter that is explained belongs to none of the agents."""
    has = {name: sorted(info.name for info in free_params(agent.params())) for name, agent in agents.items()}
    for name in explained:
        if not any(name in own for own in has.values()):
            listed = "; ".join(f"{agent} has {', '.join(own) or 'none'}" for agent, own in has.items())
            raise BadValue(f"No agent here has a parameter '{name}' to explain: {listed}.")

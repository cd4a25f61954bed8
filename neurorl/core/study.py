"""The contract of a study: a paper's figure or question, gathered, measured, judged and drawn.

`gather` is expensive and cached; `measure` is cheap and pure; each `Expect` is a claim that a
measure must meet. Tables are pandas data frames and figures are matplotlib figures, but nothing here
needs to know.
"""

import math
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal

from neurorl.core import catalogue
from neurorl.core.card import Card
from neurorl.core.errors import BadValue

SCALES = ("smoke", "quick", "paper")
OWN = "own"  # the recipe of training that a study settled on

Basis = Literal["reported", "direction", "ours"]
Outcome = Literal["held", "missed", "not run"]
Kind = Literal["finding", "identity"]
End = Literal["value", "low", "high"]


@dataclass(frozen=True)
class Verdict:
    """An `Expect` beside what was measured: a number, and its interval where the claim is about an end of it."""

    expect: "Expect"
    value: float | None
    outcome: Outcome
    interval: tuple[float, float] | None = None


@dataclass(frozen=True)
class Expect:
    """A claim of a paper as an interval that one measure must lie in.

    Attributes:
        claim: the claim as a sentence.
        measure: name of the measure that decides it.
        low, high: the interval, ends included; an infinite end leaves that side open.
        source: where the claim stands (paper, figure, table).
        basis: "reported": the paper prints the number; "direction": the paper shows the direction
            and the threshold is ours; "ours": a number of this project.
        scale: the smallest scale at which the claim is judged; below it the verdict is "not run".
        kind: "finding": the claim could have come out otherwise; "identity": it follows from the equations or from how
            the code is built (a closed form, two forms of one quantity, a sum of the same data), so that only an error
            in the code can break it. Reports count the two apart.
        end: what must lie in the interval: the measure, or the lower or upper end of its own interval, the measures
            `<measure>_low` and `<measure>_high`.
        given: a measure that must be 1 for the claim to hold at all, "" for none.
    """

    claim: str
    measure: str
    low: float
    high: float
    source: str
    basis: Basis
    scale: str = "quick"
    kind: Kind = "finding"
    end: End = "value"
    given: str = ""

    def judge(self, measures: Mapping[str, float], scale: str) -> Verdict:
        """The verdict at this scale. A measure that is missing or not finite is a miss, never hidden."""
        value, interval = measures.get(self.measure), None
        if self.end != "value":
            ends = (measures.get(f"{self.measure}_{end}", math.nan) for end in ("low", "high"))
            interval = (next(ends), next(ends))
        if SCALES.index(scale) < SCALES.index(self.scale):
            return Verdict(self, value, "not run", interval)
        judged = value if interval is None else interval[self.end == "high"]
        held = judged is not None and math.isfinite(judged) and self.low <= judged <= self.high
        met = not self.given or measures.get(self.given) == 1
        return Verdict(self, value, "held" if held and met else "missed", interval)


def with_identities(expects: tuple[Expect, ...], identities: Collection[str]) -> tuple[Expect, ...]:
    """These claims, of which those about a measure of `identities` follow from the equations or from the code.

    Raises:
        BadValue: no claim is about one of the measures.
    """
    unknown = sorted(set(identities) - {expect.measure for expect in expects})
    if unknown:
        raise BadValue(f"The study has no claim about {', '.join(unknown)}, which is listed as an identity.")
    return tuple(replace(e, kind="identity") if e.measure in identities else e for e in expects)


@dataclass(frozen=True)
class Context:
    """What `gather` is given.

    Attributes:
        settings: the study's own settings for this scale (`Study.scales[scale]`).
        scale: "smoke", "quick" or "paper".
        seed: source of all randomness.
        folder: a folder for checkpoints and metrics of long work; kept between interrupted runs.
        quiet: True to show no progress bars.
        zoo: True to take trained networks from the zoo instead of training them.
    """

    settings: Any
    scale: str
    seed: int
    folder: Path
    quiet: bool = False
    zoo: bool = False


@dataclass(frozen=True)
class Network:
    """A network that a study trains, by names and plain values: enough to train it again.

    Attributes:
        name: its name in the zoo, "wang2018/matching".
        task, agent: names in the catalogue, or files.
        config: how it is trained: an algorithm with its settings.
        task_options, agent_options: fields of the task and of the agent that differ from their defaults.
        algorithm: the name of the algorithm in the catalogue, or its file.
    """

    name: str
    task: str
    agent: str
    config: Any
    task_options: Mapping[str, Any] = field(default_factory=dict)
    agent_options: Mapping[str, Any] = field(default_factory=dict)
    algorithm: str = "actor_critic"

    def make(self) -> tuple[Any, Any]:
        """The agent and the task it is trained on."""
        task = replace(catalogue.load("task", self.task), **self.task_options)
        agent = catalogue.load("agent", self.agent).for_spaces(task.spaces)
        return replace(agent, **self.agent_options), task


@dataclass
class Evidence:
    """What `gather` brings back; everything in it can be written to files and read back.

    Attributes:
        tables: name -> tidy data frame (written as Parquet, and CSV when asked for).
        recordings: name -> xarray data set (written as NetCDF).
        numbers: name -> single number.
    """

    tables: dict[str, Any] = field(default_factory=dict)
    recordings: dict[str, Any] = field(default_factory=dict)
    numbers: dict[str, float] = field(default_factory=dict)


@dataclass
class Measures:
    """What `measure` returns: single numbers for the verdicts and tables for report and figures.

    Attributes:
        values: measure name -> number.
        tables: name -> tidy data frame.
        captions: table name -> one sentence for the report; only captioned tables are shown there.
    """

    values: dict[str, float] = field(default_factory=dict)
    tables: dict[str, Any] = field(default_factory=dict)
    captions: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Picture:
    """A drawn figure with the sentence that stands below it, and a film (an animated GIF) where there is one."""

    name: str
    figure: Any
    caption: str
    film: bytes = b""


@dataclass(frozen=True)
class Study:
    """A study: `gather(context) -> Evidence`, `measure(evidence) -> Measures`, `draw -> pictures`.

    `networks(settings)` names the networks that `gather` trains at these settings, in any order. `recipes` holds other
    ways of training them: name -> a function from the settings of a scale to those with the other recipe ("paper": the
    hyperparameters of the paper, where the study's own differ). `of_agent` makes the study of one agent, where it is
    about any agent that somebody names.
    """

    name: str
    card: Card
    tasks: tuple[str, ...]
    agents: tuple[str, ...]
    scales: Mapping[str, Any]
    gather: Callable[[Context], Evidence]
    measure: Callable[[Evidence], Measures]
    expects: tuple[Expect, ...]
    draw: Callable[[Evidence, Measures], tuple[Picture, ...]]
    notes: tuple[str, ...] = ()
    networks: Callable[[Any], tuple[Network, ...]] = lambda settings: ()
    recipes: Mapping[str, Callable[[Any], Any]] = field(default_factory=dict)
    of_agent: Callable[[str, Mapping[str, Any]], "Study"] | None = None

    def about(self, agent: str, options: Mapping[str, Any] | None = None) -> "Study":
        """The study of one agent, a name in the catalogue or a file; `BadValue` where it is about no single agent.

        Args:
            agent: the name or file.
            options: options of the agent that differ from their defaults (`neurorl.core.options`).
        """
        if self.of_agent is None:
            raise BadValue(f"The study {self.name} has agents of its own; only the battery takes --agent.")
        return self.of_agent(agent, options or {})

    def settings(self, scale: str, recipe: str = OWN) -> Any:
        """The settings of a scale, with its own recipe of training or one of `recipes`."""
        if recipe == OWN:
            return self.scales[scale]
        if recipe not in self.recipes:
            has = ", ".join((OWN, *self.recipes))
            raise BadValue(f"The study {self.name} has no recipe '{recipe}' to train its networks by; it has: {has}.")
        return self.recipes[recipe](self.scales[scale])

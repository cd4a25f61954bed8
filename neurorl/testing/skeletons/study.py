"""My study: does learning pay?

Q-learning and random choice play a reversal task side by side. Say here which figure of which paper this
is about, or which question it asks.
"""

from dataclasses import dataclass

import jax
import pandas as pd
from matplotlib.figure import Figure

from neurorl.core.card import Card
from neurorl.core.catalogue import load
from neurorl.core.study import Context, Evidence, Expect, Measures, Picture, Study
from neurorl.loop import simulate_many

TASKS = ("reversal",)
AGENTS = ("q_learning", "random_choice")


@dataclass(frozen=True)
class Scale:
    """How much is simulated: subjects of each agent and steps of each session."""

    subjects: int
    steps: int


def gather(context: Context) -> Evidence:
    """The expensive part, kept in a cache: one row a subject."""
    settings: Scale = context.settings
    task = load("task", TASKS[0])
    rows = []
    for name in AGENTS:
        agent = load("agent", name).for_spaces(task.spaces)
        key = jax.random.key(context.seed)
        played = simulate_many(key, agent, agent.params(), task, settings.steps, subjects=settings.subjects)
        for subject, reward in enumerate(played.reward.mean(1)):
            rows.append({"agent": name, "subject": subject, "reward": float(reward)})
    return Evidence(tables={"subjects": pd.DataFrame(rows)})


def measure(evidence: Evidence) -> Measures:
    """The cheap part: numbers for the verdicts and tables for the report."""
    means = evidence.tables["subjects"].groupby("agent", sort=False)["reward"].mean()
    return Measures(
        values={"advantage": float(means["q_learning"] - means["random_choice"])},
        tables={"reward": means.reset_index()},
        captions={"reward": "Mean reward a step."},
    )


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    """One picture a claim, with the sentence that stands below it."""
    figure = Figure(figsize=(3.5, 2.6), layout="constrained")
    axes = figure.subplots()
    axes.bar(measures.tables["reward"]["agent"], measures.tables["reward"]["reward"])
    axes.set_ylabel("Reward a step")
    return (Picture("reward", figure, "Mean reward a step of each agent."),)


STUDY = Study(
    name="my_study",
    card=Card(
        title="My study",
        summary="Q-learning and random choice play a reversal task side by side.",
        refs=(),
        tags=("reversal",),
    ),
    tasks=TASKS,
    agents=AGENTS,
    scales={"smoke": Scale(8, 40), "quick": Scale(40, 200), "paper": Scale(200, 1000)},
    gather=gather,
    measure=measure,
    expects=(
        Expect(
            claim="Q-learning earns more than random choice.",
            measure="advantage",
            low=0.0,
            high=float("inf"),
            source="this study",
            basis="ours",
        ),
    ),
    draw=draw,
)

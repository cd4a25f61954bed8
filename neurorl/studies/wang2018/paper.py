"""Wang et al. 2018, Prefrontal cortex as a meta-reinforcement learning system: every simulation and figure."""

from neurorl.core.card import Card
from neurorl.core.paper import Paper

PAPER = Paper(
    name="wang2018",
    card=Card(
        title="Prefrontal cortex as a meta-reinforcement learning system",
        summary="A recurrent actor-critic, trained slowly by dopamine-like prediction errors over a family of tasks, "
        "becomes a learning algorithm of its own. The studies cover bandits, matching, volatility, inferred "
        "value, the two-step task, Harlow's learning sets with pixels, dopamine stimulation, and planning.",
        refs=("wang2018",),
        tags=("meta-rl", "prefrontal cortex", "dopamine"),
    ),
    studies=(
        "bandits",
        "matching",
        "volatility",
        "inferred_value",
        "two_step",
        "harlow",
        "dopamine_stimulation",
        "feedback",
        "planning",
    ),
)

"""The simulations in which a network receives the reward, its prediction error, or no feedback."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from neurorl.core.study import Network
from neurorl.studies.wang2018.inferred_value import RECIPE as INFERRED_VALUE
from neurorl.train import Schedule, TrainConfig

KINDS = ("reward", "rpe", "none")


@dataclass(frozen=True)
class Simulation:
    """One task with its training recipe and the score of the best policy without feedback.

    Attributes:
        title: what the panel is called.
        task, task_options: what is played.
        config: a short training.
        score: what is compared: "reward" (a trial) or "values" (difference of the two cues' values).
        blind: the score of the best policy without feedback.
        why: how `blind` is found.
        least: gain over `blind` that a network with reward must reach for the comparison to be informative.
    """

    title: str
    task: str
    config: TrainConfig
    score: str
    blind: float
    why: str
    least: float
    task_options: Mapping[str, Any] = field(default_factory=dict)

    def network(self, kind: str, train: TrainConfig) -> Network:
        """The network with this kind of feedback."""
        return Network(
            f"wang2018/feedback_{self.task}_{kind}",
            self.task,
            "lstm",
            train,
            task_options=self.task_options,
            agent_options={"feedback": kind},
        )

    def train(self, replicas: int, sessions: int | None = None) -> TrainConfig:
        """Its recipe with this many replicas, and with fewer sessions if requested."""
        config = replace(self.config, replicas=replicas)
        if sessions is None:
            return config
        return replace(config, sessions=sessions, parallel=min(4, config.parallel), chunk=2)


_FALLING = Schedule(3e-3, 3e-4, hold=0.5)

SIMULATIONS = {
    "bandit": Simulation(
        "Bandit",
        "bandit",
        # Told r - V, a network must find the outcome in it; with a discount of .9 the value of a session is ten times a
        # reward and drowns it, and nothing is learned. With .5 it is not.
        TrainConfig(
            sessions=80_000,
            steps=100,
            discount=0.5,
            step_size=Schedule(2e-3, 1e-4, hold=0.3),
            entropy=Schedule(0.3, 0.0),
        ),
        "reward",
        0.5,
        "Arms pay .5 on average.",
        0.1,
        {"clock": True},
    ),
    "matching": Simulation(
        "1  Matching",
        "matching",
        TrainConfig(sessions=16_000, steps=200, discount=0.75, step_size=_FALLING),
        "reward",
        5 / 12,
        "Alternating pays .5 - (E[p0(left)²] + E[p0(right)²]) / 2 = 5/12.",
        0.008,
    ),
    "volatility": Simulation(
        "2  Volatility",
        "volatility",
        TrainConfig(
            sessions=24_000,
            steps=200,
            discount=0.1,
            step_size=Schedule(2e-3, 2e-4, hold=0.5),
            entropy=Schedule(0.05, 0.0),
        ),
        "reward",
        0.2976,
        "The larger magnitude, paid half the time: E[max of two Beta(4, 4)] / 2.",
        0.03,
        {"reward_scale": 0.01},
    ),
    "inferred_value": Simulation(
        "3  Inferred value",
        "inferred_value",
        INFERRED_VALUE,
        "values",
        0.0,
        "Both cues pay half the time.",
        0.3,
    ),
    "two_step": Simulation(
        "4  Two-step",
        "two_step",
        TrainConfig(sessions=20_000, steps=200, step_size=_FALLING),
        "reward",
        0.5,
        "Both second stages pay .5 on average.",
        0.15,
        {"fixation": False},
    ),
}

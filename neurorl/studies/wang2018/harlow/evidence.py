"""What the Harlow study gathers: three networks at three levels of detail, tested with new objects."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import pandas as pd
import xarray as xr

from neurorl.core.agent import Agent
from neurorl.core.study import Context, Evidence, Network
from neurorl.core.task import Task
from neurorl.loop import run
from neurorl.studies.shared.networks import replicas_of, trained
from neurorl.studies.wang2018.harlow.play import play_trials, probe_of
from neurorl.train import TrainConfig

PIXELS, GAZE, VECTOR = "pixels", "gaze", "vector"
LEVELS = (VECTOR, GAZE, PIXELS)
# What each network is tested with: name -> changes of the task it was trained on. The first is the paper's test.
TESTS: dict[str, dict[str, dict[str, Any]]] = {
    VECTOR: {"held-out": {}, "other object changes": {"constant": "rewarded"}},
    GAZE: {
        "held-out": {"part": "held-out"},
        "training objects": {},
        "other object changes": {"part": "held-out", "constant": "rewarded"},
    },
    PIXELS: {
        "held-out": {"part": "held-out"},
        "training objects": {},
        "other object changes": {"part": "held-out", "constant": "rewarded"},
        "one object constant": {"part": "held-out", "constant": "either"},
        "fractals": {"part": "held-out", "objects": "fractals"},
        "Omniglot": {"part": "held-out", "objects": "omniglot"},
    },
}
# The paper's control, at each level: what changes, in training and in the test.
CHANGING: dict[str, Any] = {"constant": "rewarded"}
TRAINED_SO = "other object changes, trained so"
CONTROL_KEY = 77  # of its test sessions
# Reward of a session: of one who finishes it and chooses at random, and of one who is right from the second trial on.
RETURNS = {VECTOR: (0.0, 5.0), GAZE: (1.2, 6.2), PIXELS: (1.2, 6.2)}
FIRST_LEFT = (True, True, False, False)  # where the rewarded object first stands in the filmed sessions (Supp. Video 1)


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        train: how the network of each level is trained.
        levels: which levels there are; others are left out.
        from_zoo: levels whose networks are not trained but taken from the zoo.
        control: how the network of each level is trained whose other object changes on every trial; a level
            that is not named has none.
        sessions: test sessions of each replica in each test.
        probed: sessions of each replica after each chunk of training.
        steps: decisions in a test session, at most.
    """

    train: dict[str, TrainConfig]
    levels: tuple[str, ...]
    from_zoo: tuple[str, ...]
    control: dict[str, TrainConfig]
    sessions: int
    probed: int
    steps: int

    def __hash__(self) -> int:
        parts = (tuple(self.train.items()), self.levels, self.from_zoo, tuple(self.control.items()))
        return hash((parts, self.sessions, self.probed, self.steps))


_SPECS: dict[str, tuple[str, str, dict[str, Any]]] = {
    VECTOR: ("harlow_vector", "lstm", {"hidden": 64, "scale": 2.0}),
    GAZE: ("harlow_gaze", "lstm", {"hidden": 96, "scale": 2.0}),
    PIXELS: ("harlow_pixels", "conv_lstm", {"scale": 2.0}),
}


def networks(scale: Scale) -> tuple[Network, ...]:
    """The network of each level, then those whose other object changes on every trial."""
    return (
        *(_network(level, scale.train[level]) for level in scale.levels),
        *(_network(level, scale.control[level], CHANGING) for level in scale.levels if level in scale.control),
    )


def _network(level: str, config: TrainConfig, changes: dict[str, Any] | None = None) -> Network:
    task, agent, options = _SPECS[level]
    name = f"wang2018/{task}" + ("_changing" if changes else "")
    return Network(name, task, agent, config, task_options=changes or {}, agent_options=options)


def gather(context: Context) -> Evidence:
    """Train (or take from the zoo), freeze, test; film the pixel network."""
    scale: Scale = context.settings
    key = jax.random.key(context.seed)
    trials, rewards, curves = [], [], []
    evidence = Evidence()
    for level in scale.levels:
        network = _network(level, scale.train[level])
        probe = _probe(network, level, scale, context.seed)
        here = dataclasses.replace(context, zoo=context.zoo or level in scale.from_zoo)
        fitted, agent, task = trained(here, network, probe=probe)
        curves.append(pd.DataFrame(fitted.curve).assign(level=level))
        played = [
            (i, test, agent, fitted.params, dataclasses.replace(task, **changes))
            for i, (test, changes) in enumerate(TESTS[level].items())
        ]
        evidence.numbers[f"replicas_{level}"] = float(replicas_of(fitted))
        if level in scale.control:
            control, player, own = trained(here, _network(level, scale.control[level], CHANGING))
            changed = dataclasses.replace(own, **(TESTS[level]["held-out"] | CHANGING))
            played.append((CONTROL_KEY, TRAINED_SO, player, control.params, changed))
            evidence.numbers[f"replicas_{level}_changing"] = float(replicas_of(control))
        for i, test, player, params, tested in played:
            table, reward = play_trials(
                jax.random.fold_in(key, i), player, params, tested, sessions=scale.sessions, steps=scale.steps
            )
            trials.append(table.assign(level=level, test=test))
            rewards.append(_rewards(reward).assign(level=level, test=test))
        if level == PIXELS:
            best = int(np.argmax(np.asarray(rewards[-len(played)].groupby("replica")["reward"].mean())))
            params = jax.tree.map(lambda leaf, best=best: leaf[best], fitted.params)
            test = dataclasses.replace(task, **TESTS[level]["held-out"])
            evidence.recordings["film"] = film(key, agent, params, test, scale.steps)
    evidence.tables["trials"] = pd.concat(trials, ignore_index=True)
    evidence.tables["sessions"] = pd.concat(rewards, ignore_index=True)
    evidence.tables["learning_curve"] = pd.concat(curves, ignore_index=True)
    return evidence


def _probe(network: Network, level: str, scale: Scale, seed: int) -> Any:
    agent, task = network.make()
    test = dataclasses.replace(task, **TESTS[level]["held-out"])
    return probe_of(agent, test, sessions=scale.probed, steps=scale.steps, seed=seed + 1)


def _rewards(reward: np.ndarray) -> pd.DataFrame:
    replicas, sessions = reward.shape
    return pd.DataFrame(
        {
            "replica": np.repeat(np.arange(replicas), sessions),
            "session": np.tile(np.arange(sessions), replicas),
            "reward": reward.ravel(),
        }
    )


def film(key: Any, agent: Agent, params: Any, task: Task, steps: int, *, looked_at: int = 24) -> xr.Dataset:
    """Four sessions of one network: in two the rewarded object is first on the left, in two on the right.

    Returns:
        dims session and step (one decision), with row, column, channel: `view` (uint8), `heading` (degrees, before
        the decision), `value`, `reward`, `phase`, `trial`, `correct_left` and `valid`.
    """

    def session(key: Any, params: Any, task_params: Any) -> dict[str, Any]:
        played = run(key, agent, params, task, task_params, steps)
        truth = played.truth
        return {
            "view": (played.obs * 255).astype("uint8"),
            "heading": truth.heading,
            "phase": truth.phase,
            "trial": truth.trial,
            "correct_left": truth.left,
            "value": played.latents.value,
            "reward": played.reward,
            "valid": played.valid,
        }

    keys = jax.random.split(jax.random.fold_in(key, 99), looked_at)
    played = jax.device_get(jax.jit(jax.vmap(session, in_axes=(0, None, None)))(keys, params, task.params()))
    chosen: list[int] = []
    for left in FIRST_LEFT:
        like = [i for i in np.flatnonzero(played["correct_left"][:, 0] == left) if i not in chosen]
        chosen.append(int(like[0]) if like else 0)
    dims = {"view": ("session", "step", "row", "column", "channel")}
    return xr.Dataset(
        {name: (dims.get(name, ("session", "step")), np.asarray(values)[chosen]) for name, values in played.items()}
    )

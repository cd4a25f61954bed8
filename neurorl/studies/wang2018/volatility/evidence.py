"""What the volatility study gathers: a network in test sessions, an observer that knows the process, controls."""

import dataclasses
from dataclasses import dataclass
from typing import Any

import jax
import numpy as np
import pandas as pd
import xarray as xr

from neurorl.core import catalogue, params
from neurorl.core.study import Context, Evidence, Network
from neurorl.core.types import Record, Trajectory
from neurorl.data import from_trajectory, recording
from neurorl.loop import replay_many, simulate_many
from neurorl.studies.shared.networks import replicas_of, trained
from neurorl.studies.wang2018.volatility.stimulation import stimulated
from neurorl.studies.wang2018.volatility.units import decoded_volatility, per_session, per_trial, strongest
from neurorl.train import TrainConfig

TASK, NETWORK, OBSERVER, LEARNER = "volatility", "lstm", "volatility_observer", "magnitude_learner"
NAME = "wang2018/volatility"
SCHEDULES = ("low_first", "high_first")
TRIALS = 200  # in a session
KNOWN_ALPHAS = (0.1, 0.2, 0.35, 0.5, 0.65)  # of learners on which the estimate of learning rates is tried
UNITS = ("latent_h", "latent_value", "obs", "action", "reward", "truth_p_left", "truth_volatile")


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        train: how the network is trained.
        sessions: test sessions of each schedule for each replica, and for each learner beside it.
        read: of these, sessions whose units are read one session at a time.
        every: across sessions, units are read at every n-th trial.
        recorded: how many of these sessions keep their hidden units in the recording.
        inhibited: sessions of each replica in each condition of the inhibition of units.
        draws: random pairs of units that are inhibited for comparison.
        reward_scale: reward of one point to the network; 1 in the paper.
    """

    train: TrainConfig
    sessions: int
    read: int
    every: int
    recorded: int
    inhibited: int
    draws: int
    reward_scale: float = 0.01


def networks(scale: Scale) -> tuple[Network, ...]:
    """The one network of the study; one point is a reward of .01, for which the recipe's entropy weight is chosen."""
    return (Network(NAME, TASK, NETWORK, scale.train, task_options={"reward_scale": scale.reward_scale}),)


def gather(context: Context) -> Evidence:
    """Train, freeze, play both kinds of test session, read the units, inhibit some; simulate the other learners."""
    scale: Scale = context.settings
    (spec,) = networks(scale)
    fitted, agent, task = trained(context, spec)
    n = replicas_of(fitted)
    key_play, key_observer, key_learners, key_inhibit = jax.random.split(jax.random.key(context.seed), 4)
    # One task with the parameters of either schedule, so that both are one compiled program.
    test = dataclasses.replace(task, schedule=SCHEDULES[0])
    tests = {name: dataclasses.replace(task, schedule=name).params() for name in SCHEDULES}

    tables, recordings = [], []
    observer = catalogue.load("agent", OBSERVER).for_spaces(task.spaces)
    play = dict(subjects=n, sessions=scale.sessions, stacked=True)
    for name, half in tests.items():
        played = simulate_many(key_play, agent, fitted.params, test, TRIALS, task_params=half, **play)
        # What the observer believes before each outcome of the network's sessions.
        volatility = np.asarray(replay_many(observer, observer.params(), Record.of(played)).latents.volatility)
        choices = _choices(played, test, np.arange(n), scale.sessions)
        tables.append(choices.assign(schedule=name, observer_volatility=volatility.ravel().astype(float)))
        recordings.append(_recorded(played, volatility, n).assign_coords(schedule=("session", [name] * scale.sessions)))
    network = pd.concat(tables, ignore_index=True)
    units = xr.concat(recordings, dim="session", join="override", coords="different", compat="equals")
    network["decoded"] = _flat(decoded_volatility(units), network, scale)
    evidence = Evidence(
        tables={
            "learning_curve": pd.DataFrame(fitted.curve),
            "network": network,
            "units_by_session": per_session(_first(units, scale.sessions, scale.read)),
            "units_by_trial": per_trial(units, scale.every),
        },
        recordings={"network_units": _first(units, scale.sessions, scale.recorded)},
        numbers={"step_size": scale.train.step_size.start},
    )
    evidence.tables["strongest"] = which = strongest(units)
    evidence.tables["inhibition"] = stimulated(
        key_inhibit, agent, fitted.params, test, which, sessions=scale.inhibited, draws=scale.draws
    )
    evidence.tables["observer"] = _others(key_observer, OBSERVER, {"observer": {}}, test, tests, scale)
    learners = {f"alpha {alpha:g}": {"alpha": alpha} for alpha in KNOWN_ALPHAS}
    evidence.tables["learners"] = _others(key_learners, LEARNER, learners, test, tests, scale)
    return evidence


def _choices(played: Trajectory, task: Any, who: Any, sessions: int) -> pd.DataFrame:
    table = from_trajectory(
        played, task.spaces, subjects=np.repeat(who, sessions), sessions=np.tile(np.arange(sessions), len(who))
    ).table
    dropped = [c for c in table if str(c).startswith("latent_") or c in ("log_prob", "entropy", "discount", "stim")]
    return table.drop(columns=[*dropped, "valid", "scored", "step"]).rename(columns={"subject": "replica"})


def _others(
    key: Any, kind: str, named: dict[str, dict[str, float]], test: Any, tests: dict[str, Any], scale: Scale
) -> pd.DataFrame:
    """Choices of agents of the catalogue with these parameters in both kinds of test session."""
    agent = catalogue.load("agent", kind).for_spaces(test.spaces)
    each = [params.replace(agent.params(), **values) for values in named.values()]
    stacked = jax.tree.map(lambda *leaves: np.stack(leaves), *each)
    play = dict(subjects=len(each), sessions=scale.sessions, stacked=True)
    parts = []
    for name, half in tests.items():
        played = simulate_many(key, agent, stacked, test, TRIALS, task_params=half, **play)
        parts.append(_choices(played, test, np.array(list(named)), scale.sessions).assign(schedule=name))
    return pd.concat(parts, ignore_index=True).rename(columns={"replica": "learner"})


def _recorded(played: Trajectory, volatility: np.ndarray, replicas: int) -> xr.Dataset:
    units = recording(played, replicas=replicas, keep=UNITS).drop_vars(["trial", "trial_step"])
    believed = volatility.reshape(units["reward"].shape)
    words = {"units": "1", "long_name": "probability of a volatile period, Bayesian observer"}
    return units.assign(observer_volatility=(units["reward"].dims, believed, words))


def _first(units: xr.Dataset, sessions: int, n: int) -> xr.Dataset:
    """The first n sessions of each schedule, which has `sessions` of them."""
    kept = np.arange(min(n, sessions))
    return units.isel(session=np.concatenate([kept, sessions + kept]))


def _flat(decoded: xr.DataArray, table: pd.DataFrame, scale: Scale) -> np.ndarray:
    """Values (replica, session of both schedules, step) in the order of the table's rows."""
    values = decoded.transpose("replica", "session", "step").to_numpy()
    halves = (values[:, : scale.sessions], values[:, scale.sessions :])
    flat = np.concatenate([half.reshape(-1) for half in halves])
    assert len(flat) == len(table)
    return flat

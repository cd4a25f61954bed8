"""What the study of striatal pathways gathers: the loop, its stimulation and block, and opponent pathways."""

from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.core import catalogue
from neurorl.core.study import Context, Evidence
from neurorl.core.task import Task
from neurorl.core.types import Record, Trajectory
from neurorl.loop import replay, run, simulate_many
from neurorl.loop.run import begin, go_on
from neurorl.perturb import dopamine_at_learning, doses, stimulated
from neurorl.studies.neftci2019.striatal_pathways.opponent import opponent
from neurorl.studies.shared.blocks import stack

BANDIT, LOOP, DELTA = "bandit", "striatal_loop", "rescorla_wagner"
START = 0.0  # value of an arm before its first outcome: synapses that have learned nothing
TRIALS = 100
EASY, EVEN = (0.8, 0.2), (0.5, 0.5)  # chances of reward of left and right
LATE = 80  # trials before those that late choices are counted in
DOSES = (0.0, 0.25, 0.5, 1.0, 2.0)  # of dopamine at learning
BURST = 1.0  # reward units that stimulation adds to an error


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        sessions: of each condition of the loop.
        selection: agents that learn the pairs of probabilistic selection, for each setting.
        richness: agents in a lean and in a rich bandit, for each setting.
    """

    sessions: int
    selection: int
    richness: int


def gather(context: Context) -> Evidence:
    """Simulate everything."""
    scale: Scale = context.settings
    keys = jax.random.split(jax.random.key(context.seed), 6)
    evidence = Evidence()
    evidence.numbers["linear_difference"] = linear_difference(keys[0])
    evidence.tables["neurons"] = _neurons(keys[1], scale.sessions)
    evidence.tables["stimulation"] = _stimulation(keys[2], scale.sessions)
    evidence.tables["doses"] = _doses(keys[3], scale.sessions)
    evidence.tables["block"] = _block(keys[4], scale.sessions)
    evidence.tables |= opponent(keys[5], scale.selection, scale.richness)
    return evidence


def arms(p: tuple[float, float]) -> Any:
    """Settings of the bandit with these chances of reward."""
    made = catalogue.load("task", BANDIT).params()
    return type(made)(jnp.asarray(p), jnp.asarray(p))


def linear_difference(key: Any) -> float:
    """Largest difference of a striatal weight from Rescorla-Wagner's value, dopamine linear, in double precision."""
    with jax.enable_x64(True):
        task = catalogue.load("task", BANDIT)
        agent = catalogue.load("agent", LOOP)(task.spaces, linear=True, initial=START)
        delta = catalogue.load("agent", DELTA)(task.spaces, initial=START)
        record = Record.of(run(key, agent, agent.params(), task, task.params(), 200))
        one, other = (replay(key, who, who.params(), record).latents for who in (agent, delta))
        return float(jnp.abs(one.striatum - other.q).max())


def _play(key: Any, task: Task, conditions: dict[str, Any], p: tuple[float, float], sessions: int) -> Trajectory:
    """Every condition on the same sessions, [conditions, sessions, trials]."""
    n = len(conditions)
    agent = catalogue.load("agent", LOOP)(task.spaces, initial=START)
    settings = dict(subjects=n, sessions=sessions, task_params=arms(p), stacked=True, matched=True)
    played = simulate_many(key, agent, stack(conditions), task, TRIALS, **settings)
    return jax.tree.map(lambda leaf: np.asarray(leaf).reshape(n, sessions, *leaf.shape[1:]), played)


def _loop() -> Any:
    return catalogue.load("agent", LOOP)(catalogue.load("task", BANDIT).spaces, initial=START)


def _neurons(key: Any, sessions: int) -> pd.DataFrame:
    """Sessions of the whole loop, one row a trial: session, trial, choice, reward, rpe, dopamine (Hz), left, right."""
    task = catalogue.load("task", BANDIT)
    played = _play(key, task, {"whole": _loop().params()}, EASY, sessions)
    session, trial = np.meshgrid(np.arange(sessions), np.arange(1, TRIALS + 1), indexing="ij")
    latents = played.latents
    columns = {
        "session": session,
        "trial": trial,
        "choice": played.action[0],
        "reward": played.reward[0],
        "rpe": latents.rpe[0],
        "dopamine": latents.dopamine[0],
        "left": latents.striatum[0, ..., 0],
        "right": latents.striatum[0, ..., 1],
    }
    return pd.DataFrame({name: values.ravel() for name, values in columns.items()})


def bursts_without_reward(obs: Any, action: Any, outcome: Any) -> Any:
    """Dopamine neurons are driven whenever left was chosen and not rewarded."""
    return jnp.where((action == 0) & (outcome.reward == 0), BURST, 0.0)


def dips_with_reward(obs: Any, action: Any, outcome: Any) -> Any:
    """Dopamine neurons are silenced whenever left was chosen and rewarded."""
    return jnp.where((action == 0) & (outcome.reward > 0), -BURST, 0.0)


PROTOCOLS = {"control": None, "burst": bursts_without_reward, "dip": dips_with_reward}


def _stimulation(key: Any, sessions: int) -> pd.DataFrame:
    """Share of left choices by trial and protocol, both arms paying half the time."""
    task = catalogue.load("task", BANDIT)
    parts = []
    for protocol, rule in PROTOCOLS.items():
        played_on = task if rule is None else stimulated(task, rule)
        played = _play(key, played_on, {"whole": _loop().params()}, EVEN, sessions)
        left = (played.action[0] == 0).mean(axis=0)
        parts.append(pd.DataFrame({"trial": np.arange(1, TRIALS + 1), "left": left}).assign(protocol=protocol))
    return pd.concat(parts, ignore_index=True)


def _doses(key: Any, sessions: int) -> pd.DataFrame:
    """Share of correct choices by trial and by dose of dopamine at learning."""
    agent = _loop()
    stacked = doses(lambda gain: dopamine_at_learning(agent, agent.params(), gain), DOSES)
    conditions = {f"{dose:g}": jax.tree.map(lambda leaf, i=i: leaf[i], stacked) for i, dose in enumerate(DOSES)}
    correct = (_play(key, catalogue.load("task", BANDIT), conditions, EASY, sessions).action == 0).mean(axis=1)
    trial = np.tile(np.arange(1, TRIALS + 1), len(DOSES))
    return pd.DataFrame({"dose": np.repeat(DOSES, TRIALS), "trial": trial, "correct": correct.ravel()})


def _block(key: Any, sessions: int) -> pd.DataFrame:
    """Half-way through the session the arms exchange; dopamine at learning is blocked or not.

    Columns group, trial, correct (share of choices of the arm that is better now), largest_change (of any synapse in
    the second half).
    """
    task, agent = catalogue.load("task", BANDIT), _loop()
    whole = agent.params()
    groups = {"control": whole, "blocked": dopamine_at_learning(agent, whole, 0.0)}
    first, second = _halves(jax.random.split(key, sessions), agent, task, whole, stack(groups))
    parts = []
    for i, group in enumerate(groups):
        early, late = (np.asarray(t.action[i]) == better for t, better in ((first, 0), (second, 1)))
        correct = np.concatenate([early, late], axis=1).mean(axis=0)
        moved = np.abs(np.diff(np.asarray(second.latents.striatum[i]), axis=1)).max()
        table = pd.DataFrame({"trial": np.arange(1, len(correct) + 1), "correct": correct})
        parts.append(table.assign(group=group, largest_change=moved))
    return pd.concat(parts, ignore_index=True)


def _halves(keys: Any, agent: Any, task: Any, first: Any, second: Any) -> tuple[Trajectory, Trajectory]:
    """Sessions that begin with one set of parameters and go on with each of a stack, from the same seeds."""
    half = TRIALS // 2

    @jax.jit
    def play(keys: Any, second: Any) -> tuple[Trajectory, Trajectory]:
        def session(key: Any, later: Any) -> tuple[Trajectory, Trajectory]:
            k = jax.random.split(key, 6)
            settings = arms(EASY)
            going = begin(k[:2], agent, first, task, settings)
            going, early = go_on(k[2:4], agent, first, task, settings, going, half)
            going = eqx.tree_at(lambda g: g.task_state.p_reward, going, jnp.asarray(EASY[::-1]))
            return early, go_on(k[4:], agent, later, task, settings, going, half)[1]

        return jax.vmap(jax.vmap(session, in_axes=(0, None)), in_axes=(None, 0))(keys, second)

    return play(keys, second)

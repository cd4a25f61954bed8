"""What the two-step study gathers: a trained network, classical learners, people, and fits to both."""

from dataclasses import dataclass
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd

from neurorl.analysis.stay import stay_probabilities
from neurorl.analysis.two_stage import two_stage_trials
from neurorl.core import catalogue, params
from neurorl.core.agent import Agent
from neurorl.core.errors import DoesNotFit
from neurorl.core.study import Context, Evidence
from neurorl.core.task import Task
from neurorl.core.types import Record, Trajectory
from neurorl.data import Dataset, from_trajectory, recording
from neurorl.fit import FitResult, fit_map
from neurorl.loop import replay_many, simulate_many
from neurorl.train import TrainConfig, train_agent

TASK = "two_step"
NETWORK = "lstm"
PEOPLE = "nspn_two_step"

# How each classical learner plays: the parameters that earned it most on a coarse grid (200 x 200 sessions).
PLAYED: dict[str, dict[str, float]] = {
    "model_free": dict(alpha1=0.5, alpha2=0.5, lam=0.99, beta1=10.0),
    "model_based": dict(alpha2=0.7, beta1=19.9),
    "hybrid": dict(alpha1=0.5, alpha2=0.5, lam=0.9, beta1=19.0, w=0.5),
    "latent_state": dict(p_good=0.9, p_reversal=0.025, beta1=19.9),
    "reward_as_cue": dict(alpha1=0.05, beta1=19.9),
    "random_choice": {},
    "bayes_two_step": {},
}
# A learner of cues must learn the table of cues first, as an animal or a network does over its training. It
# keeps its values from session to session: in play after a burn-in, and in fits to the network's sessions.
LIFELONG = ("reward_as_cue",)
BURN_IN = 20  # sessions

FITTED = (
    "model_free",
    "model_based",
    "full_model_based",
    "hybrid",
    "latent_state",
    "reward_as_cue",
    "random_choice",
)


@dataclass(frozen=True)
class Scale:
    """How much is gathered.

    Attributes:
        train: how the network is trained.
        sessions: test sessions of each replica and of each simulated subject (100 trials each).
        subjects: simulated subjects of each classical learner.
        fit_sessions: test sessions of a replica that are fitted together.
        people: how many people are fitted; None for all.
        starts: starts of each fit.
        recorded: sessions of the first replica whose hidden units are kept.
    """

    train: TrainConfig
    sessions: int
    subjects: int
    fit_sessions: int
    people: int | None
    starts: int
    recorded: int


def gather(context: Context) -> Evidence:
    """Train, freeze, play, replay, fit."""
    scale: Scale = context.settings
    task = catalogue.load("task", TASK)
    key_play, key_learners, key_people = jax.random.split(jax.random.key(context.seed), 3)
    network = catalogue.load("agent", NETWORK).for_spaces(task.spaces)
    trained = train_agent(
        network,
        task,
        scale.train,
        seed=context.seed,
        folder=context.folder / "train",
        resume=True,
        quiet=context.quiet,
        name="Training the network",
    )
    evidence = Evidence(tables={"learning_curve": pd.DataFrame(trained.curve)})
    n = scale.train.replicas
    played = simulate_many(
        key_play, network, trained.params, task, scale.train.steps, subjects=n, sessions=scale.sessions, stacked=True
    )
    evidence.tables["network"] = _with_references(task, played, n, scale.sessions)
    evidence.recordings["network_units"] = recording(_sessions(played, slice(0, scale.recorded)))
    for key, (name, values) in zip(jax.random.split(key_learners, len(PLAYED)), PLAYED.items(), strict=True):
        agent = catalogue.load("agent", name).for_spaces(task.spaces)
        play_one = play_lifelong if name in LIFELONG else play
        agent_params = params.replace(agent.params(), **values)
        evidence.tables[name] = play_one(
            key, agent, agent_params, task, scale.train.steps, scale.subjects, scale.sessions
        )
    evidence.tables["fits"], evidence.tables["predicted"] = _fits(context, played, task, key_people)
    return evidence


def play(
    key: Any, agent: Agent, agent_params: Any, task: Task, n_steps: int, subjects: int, sessions: int
) -> pd.DataFrame:
    """Sessions of simulated subjects as a table of decisions, without latents."""
    played = simulate_many(key, agent, agent_params, task, n_steps, subjects=subjects, sessions=sessions)
    return _table(played, task, subjects, sessions, latents=False)


def play_lifelong(
    key: Any, agent: Agent, agent_params: Any, task: Task, n_steps: int, subjects: int, sessions: int
) -> pd.DataFrame:
    """As `play`, but each subject's sessions follow one another without forgetting, after a burn-in."""
    played = simulate_many(key, agent, agent_params, task, n_steps * (sessions + BURN_IN), subjects=subjects)
    after = _sessions(played, (slice(None), slice(n_steps * BURN_IN, None)))
    split = jax.tree.map(lambda leaf: leaf.reshape(subjects * sessions, n_steps, *leaf.shape[2:]), after)
    return _table(split, task, subjects, sessions, latents=False)


def _with_references(task: Task, played: Trajectory, replicas: int, sessions: int) -> pd.DataFrame:
    """The network's decisions with its values, and the prediction errors of both references on the same steps.

    The references are the catalogue's own agents led through the network's sessions: the Bayesian observer
    (model-based) and SARSA(0) with learning rate 0.5 (model-free), as in Wang et al. 2018, Fig. 5f,g.
    """
    table = _table(played, task, replicas, sessions, latents=True)
    observer = catalogue.load("agent", "bayes_two_step").for_spaces(task.spaces)
    sarsa = catalogue.load("agent", "model_free").for_spaces(task.spaces)
    sarsa_params = params.replace(sarsa.params(), alpha1=0.5, alpha2=0.5, lam=0.0)
    record = Record.of(played)
    for column, agent, agent_params in (
        ("rpe_mb", observer, observer.params()),
        ("rpe_mf", sarsa, sarsa_params),
    ):
        table[column] = np.asarray(replay_many(agent, agent_params, record).latents.rpe).ravel()
    return table


def _fits(context: Context, played: Trajectory, task: Task, key: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every cognitive model fitted to each person and to each replica; and what the fits to people predict."""
    scale: Scale = context.settings
    people = catalogue.load("dataset", PEOPLE).load()
    if scale.people is not None:
        people = people.subset(subjects=people.subjects[: scale.people])
    records, index = people.records()
    n = scale.train.replicas
    kept = np.concatenate([np.arange(scale.fit_sessions) + r * scale.sessions for r in range(n)])
    by_session = Record.of(_sessions(played, kept))
    joined = jax.tree.map(lambda leaf: leaf.reshape(n, -1, *leaf.shape[2:]), by_session)
    replica = np.repeat(np.arange(n), scale.fit_sessions)
    replicas = pd.DataFrame({"subject": np.arange(n), "session": 0})

    fits, predicted = [], []
    for name, key_agent in zip(FITTED, jax.random.split(key, len(FITTED)), strict=True):
        kind = catalogue.load("agent", name)
        agent = kind.for_spaces(task.spaces)
        settings: dict[str, Any] = dict(starts=scale.starts, seed=context.seed, quiet=context.quiet)
        if name in LIFELONG:
            to_network = fit_map(agent, joined, **settings)
        else:
            to_network = fit_map(agent, by_session, groups=replica, **settings)
        fits.append(_fit_table(to_network, replicas, name, "network"))
        try:
            agent = kind.for_spaces(people.schema.spaces)
        except DoesNotFit:
            continue
        to_people = fit_map(agent, records, **settings)
        fits.append(_fit_table(to_people, index, name, "people"))
        predicted.append(_predict(key_agent, agent, to_people, people, name))
    return pd.concat(fits, ignore_index=True), pd.concat(predicted, ignore_index=True)


def _fit_table(result: FitResult, index: pd.DataFrame, agent: str, population: str) -> pd.DataFrame:
    table = result.table(index[["subject", "session"]])
    return table.assign(agent=agent, population=population, subject=table["subject"].astype(str))


def _predict(key: Any, agent: Agent, fitted: FitResult, people: Dataset, name: str) -> pd.DataFrame:
    """Stay probabilities of simulated people: each plays Daw's task with one person's fitted parameters."""
    task = catalogue.load("task", catalogue.load("dataset", PEOPLE).task)
    n_steps = int(np.median(people.table.groupby("subject").size()))
    n = len(people.subjects)
    played = simulate_many(key, agent, fitted.fitted.params, task, n_steps, subjects=n, stacked=True)
    trials = two_stage_trials(from_trajectory(played, task.spaces, latents=False))
    return stay_probabilities(trials).assign(agent=name)


def _table(played: Trajectory, task: Task, subjects: int, sessions: int, *, latents: bool) -> pd.DataFrame:
    return from_trajectory(
        played,
        task.spaces,
        subjects=np.repeat(np.arange(subjects), sessions),
        sessions=np.tile(np.arange(sessions), subjects),
        latents=latents,
    ).table


def _sessions(played: Trajectory, which: Any) -> Trajectory:
    return jax.tree.map(lambda leaf: jnp.asarray(leaf)[which], played)

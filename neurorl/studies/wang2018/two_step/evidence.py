"""What the two-step study gathers: a trained network, classical learners, people, and fits to network and people."""

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
from neurorl.core.study import Context, Evidence, Network
from neurorl.core.task import Task
from neurorl.core.types import Record, Trajectory
from neurorl.data import Dataset, Schema, from_trajectory, recording
from neurorl.fit import FitResult, fit_map
from neurorl.loop import replay_many, simulate_many
from neurorl.studies.shared.networks import replicas_of, trained
from neurorl.train import TrainConfig

TASK = "two_step"
NETWORK = "lstm"
NAME = "wang2018/two_step"
PEOPLE = "nspn_two_step"

# How each classical learner plays: the parameters that earned it most on a coarse grid (200 x 200 sessions).
PLAYED: dict[str, dict[str, float]] = {
    "model_free": dict(alpha1=0.5, alpha2=0.5, lam=0.99, beta1=10.0),
    "model_based": dict(alpha2=0.7, beta1=19.9),
    "full_model_based": dict(alpha2=0.4, beta1=19.9),
    "hybrid": dict(alpha1=0.5, alpha2=0.5, lam=0.9, beta1=19.0, w=0.5),
    "latent_state": dict(p_good=0.9, p_reversal=0.025, beta1=19.9),
    "reward_as_cue": dict(alpha1=0.05, beta1=19.9),
    "random_choice": {},
    "bayes_two_step": {},
}
# What caching and planning look like here (Fig. 5b): a cacher that believes the last outcome alone, so that its choice
# before a rare transition says little about where the reward is. The one above earns more, and shows an interaction.
CANONICAL: dict[str, dict[str, float]] = {
    "model_free": dict(alpha1=0.9, alpha2=0.9, lam=0.99, beta1=3.0),
    "model_based": dict(alpha2=0.7, beta1=5.0),
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
        learners: which classical learners play.
        fits: whether cognitive models are fitted to people and network.
        sarsa_starts: starts of the fit of SARSA(0), a reference, to the network's choices; 0 for no fit.
    """

    train: TrainConfig
    sessions: int
    subjects: int
    fit_sessions: int
    people: int | None
    starts: int
    recorded: int
    learners: tuple[str, ...] = tuple(PLAYED)
    fits: bool = True
    sarsa_starts: int = 0


def networks(scale: Scale) -> tuple[Network, ...]:
    """The one network of the study."""
    return (Network(NAME, TASK, NETWORK, scale.train),)


def gather(context: Context) -> Evidence:
    """Train, freeze, play, replay, fit."""
    scale: Scale = context.settings
    (spec,) = networks(scale)
    fitted, network, task = trained(context, spec)
    key_play, key_learners, key_people = jax.random.split(jax.random.key(context.seed), 3)
    evidence = Evidence(tables={"learning_curve": pd.DataFrame(fitted.curve)})
    n = replicas_of(fitted)
    played = simulate_many(
        key_play, network, fitted.params, task, scale.train.steps, subjects=n, sessions=scale.sessions, stacked=True
    )
    evidence.tables["network"] = _with_references(task, played, n, scale, seed=context.seed)
    evidence.recordings["network_units"] = recording(_sessions(played, slice(0, scale.recorded)))
    for key, (name, values) in zip(jax.random.split(key_learners, len(PLAYED)), PLAYED.items(), strict=True):
        if name not in scale.learners:
            continue
        agent = catalogue.load("agent", name).for_spaces(task.spaces)
        play_one = play_lifelong if name in LIFELONG else play
        agent_params = params.replace(agent.params(), **values)
        evidence.tables[name] = play_one(
            key, agent, agent_params, task, scale.train.steps, scale.subjects, scale.sessions
        )
    if set(CANONICAL) <= set(scale.learners):
        evidence.tables["canonical"] = _canonical(key_learners, task, scale)
    if scale.fits:
        evidence.tables["fits"], evidence.tables["predicted"] = _fits(context, played, n, task, key_people)
    return evidence


def _canonical(key: Any, task: Task, scale: Scale) -> pd.DataFrame:
    """Stay probabilities of a model-free and a model-based learner."""
    parts = []
    for name, values in CANONICAL.items():
        agent = catalogue.load("agent", name).for_spaces(task.spaces)
        agent_params = params.replace(agent.params(), **values)
        size = (scale.train.steps, scale.subjects, scale.sessions)
        table = play(key, agent, agent_params, task, *size)
        trials = two_stage_trials(Dataset(table, Schema.of(task.spaces)))
        parts.append(stay_probabilities(trials).assign(agent=name))
    return pd.concat(parts, ignore_index=True)


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


def _with_references(task: Task, played: Trajectory, replicas: int, scale: Scale, *, seed: int) -> pd.DataFrame:
    """The network's decisions with its values, and the prediction errors of both references on the same steps.

    The references are the catalogue's own agents led through the network's sessions: the Bayesian observer, which plans
    with its belief about the latent state (model-based), and SARSA(0) (model-free), as in Wang et al. 2018, Fig. 5f,g.
    The paper does not state SARSA's learning rate: it is 0.5 in `rpe_mf`; in `rpe_mf_fitted`, where asked for, both
    learning rates and the inverse temperature are each replica's most likely ones, given its choices.
    """
    table = _table(played, task, replicas, scale.sessions, latents=True)
    record = Record.of(played)

    def errors(name: str, agent_params: Any = None, **values: float) -> np.ndarray:
        agent = catalogue.load("agent", name).for_spaces(task.spaces)
        stacked = agent_params is not None
        agent_params = agent_params if stacked else params.replace(agent.params(), **values)
        return np.asarray(replay_many(agent, agent_params, record, stacked=stacked).latents.rpe).ravel()

    table["rpe_mb"] = errors("bayes_two_step")
    table["rpe_mf"] = errors("model_free", alpha1=0.5, alpha2=0.5, lam=0.0)
    if scale.sarsa_starts:
        own = _fitted_sarsa(task, played, replicas, scale, seed)
        table["rpe_mf_fitted"] = errors("model_free", own)
        table["alpha_mf_fitted"] = np.repeat(np.asarray(own.alpha2), len(table) // (replicas * scale.sessions))
    return table


def _fitted_sarsa(task: Task, played: Trajectory, replicas: int, scale: Scale, seed: int) -> Any:
    """SARSA(0) fitted to each replica's choices by maximum likelihood: parameters, one set a session."""
    record, replica = _kept(played, replicas, scale)
    agent = catalogue.load("agent", "model_free").for_spaces(task.spaces)
    settings: dict[str, Any] = dict(starts=scale.sarsa_starts, seed=seed, groups=replica, prior=False)
    settings |= {"laplace": False, "quiet": True}
    found = fit_map(agent, record, fixed={"lam": 0.0, "pi": 0.0}, **settings)
    return jax.tree.map(lambda leaf: jnp.repeat(jnp.asarray(leaf), scale.sessions, axis=0), found.fitted.params)


def _kept(played: Trajectory, replicas: int, scale: Scale) -> tuple[Record, np.ndarray]:
    """The sessions that are fitted, and the replica of each."""
    kept = np.concatenate([np.arange(scale.fit_sessions) + r * scale.sessions for r in range(replicas)])
    return Record.of(_sessions(played, kept)), np.repeat(np.arange(replicas), scale.fit_sessions)


def _fits(context: Context, played: Trajectory, n: int, task: Task, key: Any) -> tuple[pd.DataFrame, pd.DataFrame]:
    """Every cognitive model fitted to each person and to each replica; and predictions of the fits to people."""
    scale: Scale = context.settings
    people = catalogue.load("dataset", PEOPLE).load()
    if scale.people is not None:  # the same people at every run and seed
        drawn = np.random.default_rng(0).choice(len(people.subjects), scale.people, replace=False)
        people = people.subset(subjects=[people.subjects[i] for i in np.sort(drawn)])
    records, index = people.records()
    by_session, replica = _kept(played, n, scale)
    joined = jax.tree.map(lambda leaf: leaf.reshape(n, -1, *leaf.shape[2:]), by_session)
    replicas = pd.DataFrame({"subject": np.arange(n), "session": 0})

    fits, predicted = [], []
    for name, key_agent in zip(FITTED, jax.random.split(key, len(FITTED)), strict=True):
        kind = catalogue.load("agent", name)
        agent = kind.for_spaces(task.spaces)
        settings: dict[str, Any] = dict(starts=scale.starts, seed=context.seed, laplace=False, quiet=context.quiet)
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

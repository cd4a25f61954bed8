"""The laws of training algorithms: what the driver, checkpoints and papers rely on."""

import dataclasses
import json
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.algorithm import Algorithm
from neurorl.core.errors import BadValue
from neurorl.core.task import Task
from neurorl.loop import run
from neurorl.testing.compare import changed_shape, difference, not_finite, not_frozen
from neurorl.testing.compiled import compiled
from neurorl.testing.laws import Law
from neurorl.testing.references import unresolved
from neurorl.train.settings import from_dict

N_UPDATES = 300
STEPS, PARALLEL = 10, 16
TEST_SESSIONS = 256
ROUGHLY = 1e-4  # two compilations of hundreds of float32 updates differ by this much at most
CHANCE = 5.0  # standard errors; a false alarm has probability 1e-6


class Course:
    """An algorithm with short sessions that trains a small agent."""

    def __init__(self, algorithm: Algorithm, agent: Agent, task: Task, seed: int = 0) -> None:
        self.given, self.agent, self.task = algorithm, agent, task
        self.key, self.key_other, self.key_test = jax.random.split(jax.random.key(seed), 3)

    @cached_property
    def algorithm(self) -> Algorithm:
        """The algorithm with few and short sessions; sessions as it has them where it takes no shorter ones."""
        sizes = dict(sessions=N_UPDATES * PARALLEL, steps=STEPS, replicas=1, parallel=PARALLEL, chunk=10)
        try:
            return dataclasses.replace(self.given, **sizes)
        except BadValue:
            return dataclasses.replace(self.given, **sizes | {"steps": self.given.steps})

    def start(self, key: PRNGKeyArray, task_params: Any) -> Any:
        return self.algorithm.start(key, self.agent, self.task, task_params)

    def course(self, key: PRNGKeyArray, task_params: Any) -> tuple[Any, Any, Any]:
        """The parameters before training, the state after it, and the metrics of all updates."""
        start = self.start(key, task_params)

        def body(state: Any, _: None) -> tuple[Any, Any]:
            return self.algorithm.update(state, self.agent, self.task, task_params)

        state, metrics = jax.lax.scan(body, start, None, length=N_UPDATES)
        return start.params, plain(state), metrics

    @cached_property
    def trained_from(self) -> Any:
        return compiled(self.course)

    @cached_property
    def trained(self) -> tuple[Any, Any, Any]:
        """A whole course from the first key."""
        return self.trained_from(self.key, self.task.params())

    def earned(self, params: Any) -> np.ndarray:
        """Mean reward a step in each of the test sessions."""

        def session(key: PRNGKeyArray) -> Any:
            return run(key, self.agent, params, self.task, self.task.params(), STEPS).reward.mean()

        return np.asarray(jax.vmap(session)(jax.random.split(self.key_test, TEST_SESSIONS)))


def _form(c: Course) -> str | None:
    """The state keeps its form and holds the agent's parameters; metrics are numbers of the stated names."""
    if fault := not_frozen(c.given):
        return fault
    c.algorithm.require(c.agent, c.task)
    state = jax.eval_shape(c.start, c.key, c.task.params())
    if not hasattr(state, "params"):
        return "The state has no field `params`; keep the parameters of the agent there."
    if change := changed_shape(jax.eval_shape(c.agent.params, c.key), state.params):
        return f"state.params must have the form of agent.params(key), but {change}."
    after, metrics = jax.eval_shape(lambda s: c.algorithm.update(s, c.agent, c.task, c.task.params()), state)
    if change := changed_shape(state, after):
        return f"update must return a state of the form that start made, but {change}."
    stated = type(c.given).metrics
    if not isinstance(metrics, dict) or set(metrics) != set(stated):
        names = sorted(metrics) if isinstance(metrics, dict) else type(metrics).__name__
        return f"update reports {names}, but `metrics` states {sorted(stated)}; state what is reported."
    for name, value in metrics.items():
        if jnp.shape(value) != () or not jnp.issubdtype(value.dtype, jnp.floating):
            return f"The metric {name} must be a single real number, but is {value.dtype}{list(value.shape)}."
    return None


def _settings(c: Course) -> str | None:
    """Settings are plain values: written to JSON and read back they make the same algorithm."""
    try:
        again = from_dict(type(c.given), json.loads(json.dumps(c.given.as_dict())))
    except (TypeError, ValueError) as error:
        return f"The settings cannot be written to JSON and read back ({error}); use numbers, words and schedules."
    return None if again == c.given else f"Written to JSON and read back, the settings are {again}, not {c.given}."


def _finite(c: Course) -> str | None:
    """Parameters and metrics are finite."""
    _, state, metrics = c.trained
    problem = not_finite(state.params) or not_finite(metrics)
    return f"In {N_UPDATES} updates, {problem}." if problem else None


def _reproducible(c: Course) -> str | None:
    """The same key gives the same training, also when it is traced again."""
    again = Course(c.given, c.agent, c.task).trained_from(c.key, c.task.params())
    change = difference(again, c.trained, tolerance=ROUGHLY)
    if change is None:
        return None
    return (
        f"Trained again from the same key, {change}; draw all randomness from the key, and keep nothing outside the "
        "state."
    )


def _random(c: Course) -> str | None:
    """Different keys give different training."""
    other = c.trained_from(c.key_other, c.task.params())
    if difference(other[1].params, c.trained[1].params, tolerance=0):
        return None
    return "Two keys gave the same parameters; draw the initial parameters and what is played from the key."


def _blind(c: Course) -> str | None:
    """The truth of the task, which no agent may see, does not reach the parameters."""
    found = Course(c.given, c.agent, _Blank(c.task)).trained_from(c.key, c.task.params())
    change = difference(found, c.trained, tolerance=ROUGHLY)
    return f"With the task's truth set to 0, {change}; an algorithm must not use trajectory.truth." if change else None


def _learns(c: Course) -> str | None:
    """Training makes the agent earn more: two signals, each with its own rewarded answer."""
    before, after = (c.earned(params) for params in (c.trained[0], c.trained[1].params))
    gain = after - before
    if gain.mean() > CHANCE * gain.std(ddof=1) / len(gain) ** 0.5:
        return None
    return (
        f"After {N_UPDATES} updates of {PARALLEL} sessions the agent earns {after.mean():.3f} a step, before "
        f"training {before.mean():.3f}; the best is 1. With these settings the algorithm does not learn an easy "
        "task."
    )


def _references(c: Course) -> str | None:
    return unresolved(type(c.given).__module__, type(c.given).card)


def plain(tree: Any) -> Any:
    """Random keys as numbers."""
    return jax.tree.map(
        lambda leaf: jax.random.key_data(leaf) if jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key) else leaf, tree
    )


@dataclasses.dataclass(frozen=True)
class _Blank(Task):
    """A task whose truth is 0 throughout."""

    task: Task

    @property
    def spaces(self) -> Any:
        return self.task.spaces

    @property
    def ends(self) -> bool:
        return self.task.ends

    def params(self) -> Any:
        return self.task.params()

    def reset(self, key: PRNGKeyArray, params: Any) -> tuple[Any, Any]:
        return self.task.reset(key, params)

    def step(self, key: PRNGKeyArray, params: Any, state: Any, action: Any) -> tuple[Any, Any]:
        state, outcome = self.task.step(key, params, state, action)
        return state, dataclasses.replace(outcome, truth=jax.tree.map(jnp.zeros_like, outcome.truth))

    def over(self, params: Any, state: Any) -> Any:
        return self.task.over(params, state)


ALGORITHM_LAWS = (
    Law("form", _form),
    Law("settings", _settings),
    Law("finite", _finite, ("form",)),
    Law("reproducible", _reproducible, ("form", "finite")),
    Law("random", _random, ("form", "reproducible")),
    Law("blind", _blind, ("form", "reproducible")),
    Law("learns", _learns, ("form", "finite")),
    Law("references", _references),
)

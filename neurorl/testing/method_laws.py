"""The laws of fitting methods: what comparison, recovery and the page rely on."""

import warnings
from functools import cached_property
from typing import Any

import jax
import jax.numpy as jnp
import numpy as np

from neurorl.core.catalogue import load
from neurorl.core.params import free_params, replace
from neurorl.core.types import Record
from neurorl.fit.method import Method
from neurorl.fit.own import Sessions
from neurorl.fit.result import FitResult
from neurorl.loop import simulate_many
from neurorl.testing.laws import Law
from neurorl.testing.references import unresolved

AGENT, TASK = "rescorla_wagner", "bandit"
SUBJECTS, SESSIONS, STEPS = 4, 2, 40
SAME = 1e-3  # nats, between a log-likelihood that is reported and the one at the parameters


class Fits:
    """A method, and simulated subjects whose sessions it fits in several ways."""

    def __init__(self, method: Method, module: str, seed: int = 0) -> None:
        self.method, self.module, self.seed = method, module, seed
        self.task = load("task", TASK)
        self.agent = load("agent", AGENT).for_spaces(self.task.spaces)

    @cached_property
    def records(self) -> tuple[Record, np.ndarray]:
        """Sessions [S, T] of subjects with different parameters, and the subject of each."""
        infos = free_params(self.agent.params())
        share = jnp.linspace(0.25, 0.75, SUBJECTS)
        stacked = jax.vmap(
            lambda s: replace(
                self.agent.params(), **{i.name: i.support.low + s * (i.support.high - i.support.low) for i in infos}
            )
        )(share)
        played = simulate_many(
            jax.random.key(self.seed), self.agent, stacked, self.task, STEPS,
            subjects=SUBJECTS, sessions=SESSIONS, stacked=True,
        )  # fmt: skip
        return Record.of(played), np.repeat(np.arange(SUBJECTS), SESSIONS)

    def run(self, *, order: np.ndarray | None = None, **more: Any) -> FitResult:
        """The fit, perhaps of the same sessions in another order."""
        records, groups = self.records
        if order is not None:
            records, groups = jax.tree.map(lambda leaf: leaf[order], records), groups[order]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # doubts about short sessions are no concern of the laws
            return self.method.fit(self.agent, records, groups=groups, seed=self.seed, quiet=True, **more)

    @cached_property
    def fit(self) -> FitResult:
        """The fit of all sessions."""
        return self.run()

    @cached_property
    def sessions(self) -> Sessions:
        """The same sessions, to be scored by the one loop."""
        records, groups = self.records
        return Sessions.of(self.agent, records, groups)


def _form(f: Fits) -> str | None:
    """A result with a value inside its range for each free parameter and unit, units sorted."""
    if not isinstance(f.fit, FitResult):
        return f"fit gave {type(f.fit).__name__}, but a neurorl.fit.FitResult is expected (Sessions.result makes one)."
    for info in f.sessions.parameters:
        if info.name not in f.fit.values:
            return f"values has no entry {info.name}; its entries are: {', '.join(f.fit.values) or 'none'}."
        values = np.asarray(f.fit.values[info.name])
        if values.shape != (SUBJECTS,):
            return f"{info.name} has shape {values.shape}, but ({SUBJECTS},) is expected, one value a unit."
        if not ((values >= info.support.low) & (values <= info.support.high)).all():
            low, high = info.support.low, info.support.high
            return f"{info.name} is {values.tolist()}, but must lie between {low:g} and {high:g}."
    if f.fit.n_params != len(f.sessions.parameters):
        return f"n_params is {f.fit.n_params}, but {len(f.sessions.parameters)} parameters were fitted."
    if f.fit.labels is None or np.asarray(f.fit.labels).tolist() != list(range(SUBJECTS)):
        return f"labels are {f.fit.labels}, but the sorted groups {list(range(SUBJECTS))} are expected."
    return None


def _honest(f: Fits) -> str | None:
    """The log-likelihood that is reported is that of the choices at the values that are reported."""
    x = np.stack([np.asarray(f.fit.values[info.name]) for info in f.sessions.parameters], axis=1)
    scored = f.sessions.log_lik(x)
    worst = int(np.argmax(np.abs(scored - f.fit.log_lik)))
    if abs(scored[worst] - f.fit.log_lik[worst]) > SAME:
        return f"log_lik of unit {worst} is {f.fit.log_lik[worst]:.4f}, but its choices have {scored[worst]:.4f} there."
    return None


def _reproducible(f: Fits) -> str | None:
    """The same seed gives the same fit, and the order of the sessions does not matter."""
    order = np.random.default_rng(f.seed).permutation(SUBJECTS * SESSIONS)
    order = order[np.argsort(order % SESSIONS, kind="stable")]  # sessions of a subject keep their order
    fits = {"A second fit with the same seed": f.run(), "Another order of subjects": f.run(order=order)}
    for what, again in fits.items():
        for name, values in f.fit.values.items():
            if not np.allclose(values, again.values[name], rtol=1e-3, atol=1e-3):
                return f"{what} gave {name} {again.values[name].tolist()} instead of {np.asarray(values).tolist()}."
    return None


def _held(f: Fits) -> str | None:
    """A parameter that is held keeps its value, and is not counted as fitted."""
    info = f.sessions.parameters[0]
    value = info.support.low + 0.4 * (info.support.high - info.support.low)
    fit = f.run(fixed={info.name: value})
    if info.name in fit.values and not np.allclose(fit.values[info.name], value):
        return f"{info.name} was held at {value:g}, but is {np.asarray(fit.values[info.name]).tolist()}."
    if fit.n_params != len(f.sessions.parameters) - 1:
        return f"{info.name} was held, but n_params is {fit.n_params} instead of {len(f.sessions.parameters) - 1}."
    return None


def _learns(f: Fits) -> str | None:
    """The choices are more probable at the estimates than at the agent's defaults."""
    x = np.broadcast_to([info.default for info in f.sessions.parameters], (SUBJECTS, len(f.sessions.parameters)))
    fitted, before = float(f.fit.log_lik.sum()), float(f.sessions.log_lik(x).sum())
    if not fitted > before:
        return f"The log-likelihood of all choices is {fitted:.2f}; at the default parameters it is {before:.2f}."
    return None


def _refs(f: Fits) -> str | None:
    """References of a built-in method resolve."""
    return unresolved(f.module, f.method.card)


METHOD_LAWS = (
    Law("references", _refs),
    Law("form", _form),
    Law("honesty", _honest, ("form",)),
    Law("reproducible", _reproducible, ("form",)),
    Law("held", _held, ("form",)),
    Law("learns", _learns, ("form", "honesty")),
)

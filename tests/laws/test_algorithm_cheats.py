"""Every law of algorithms catches the cheat it is there for, and only that law speaks up."""

from dataclasses import dataclass, replace

import equinox as eqx
import jax
import jax.numpy as jnp
import pytest
from honest import broken

from neurorl.core.catalogue import names
from neurorl.loop import run
from neurorl.testing import check_algorithm
from neurorl.train import ActorCritic

CALLS = []


def moved(state, by):
    return eqx.tree_at(lambda s: s.params.value, state, state.params.value + by)


@dataclass(frozen=True)
class Peeks(ActorCritic):
    """Reads the hidden coin of the task."""

    def update(self, state, agent, task, task_params):
        after, metrics = super().update(state, agent, task, task_params)
        played = run(state.key, agent, state.params, task, task_params, 5)
        return moved(after, 0.1 * played.truth.coin.mean()), metrics


@dataclass(frozen=True)
class Remembers(ActorCritic):
    """Keeps something outside the state."""

    def update(self, state, agent, task, task_params):
        CALLS.append(1)
        after, metrics = super().update(state, agent, task, task_params)
        return moved(after, 0.1 * len(CALLS)), metrics


@dataclass(frozen=True)
class Unlearns(ActorCritic):
    """Climbs down."""

    def descend(self, state, gradients):
        return super().descend(state, jax.tree.map(jnp.negative, gradients))


@dataclass(frozen=True)
class SameSeed(ActorCritic):
    def start(self, key, agent, task, task_params):
        return super().start(jax.random.key(1), agent, task, task_params)


@dataclass(frozen=True)
class Silent(ActorCritic):
    """Does not report a metric that it states."""

    def update(self, state, agent, task, task_params):
        after, metrics = super().update(state, agent, task, task_params)
        del metrics["entropy"]
        return after, metrics


@dataclass(frozen=True)
class Explodes(ActorCritic):
    def update(self, state, agent, task, task_params):
        after, metrics = super().update(state, agent, task, task_params)
        return moved(after, jnp.inf), metrics


@dataclass(frozen=True)
class Widens(ActorCritic):
    """The state changes its form."""

    def update(self, state, agent, task, task_params):
        after, metrics = super().update(state, agent, task, task_params)
        return replace(after, n_updates=jnp.stack([after.n_updates, after.n_updates])), metrics


@dataclass(frozen=True)
class Unplain(ActorCritic):
    """A setting that JSON does not hold."""

    extra: object = complex(1, 2)


CHEATS = {
    "blind": Peeks,
    "reproducible": Remembers,
    "random": SameSeed,
    "learns": Unlearns,
    "form": Silent,
    "finite": Explodes,
    "settings": Unplain,
}


@pytest.mark.parametrize(("law", "cheat"), CHEATS.items())
def test_each_cheat_breaks_its_law(law, cheat):
    report = check_algorithm(cheat)
    assert broken(report) == {law}, report


def test_a_state_that_changes_its_form():
    assert broken(check_algorithm(Widens)) == {"form"}


@pytest.mark.parametrize("name", names("algorithm"))
def test_the_catalogue_holds_every_law(name):
    check_algorithm(name).raise_if_broken()

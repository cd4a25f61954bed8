"""Every law of tasks catches the cheat it is there for, and only that law speaks up."""

from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from honest import broken

from neurorl.core.card import Card
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.task import Task
from neurorl.core.types import Outcome
from neurorl.testing import check_task

STATES = Discrete(("first", "second"))
ARMS = Discrete(("left", "right"))


class Truth(eqx.Module):
    hidden: Any


class Params(eqx.Module):
    p: Any = eqx.field(default=0.8, converter=jnp.asarray)


@dataclass(frozen=True)
class Pairs(Task):
    """The honest one: two steps a trial; at the second, left pays with probability p."""

    card: ClassVar[Card] = Card(title="Pairs", summary="A small honest task.")

    @property
    def spaces(self) -> Spaces:
        return Spaces(STATES, ARMS, (0.0, 1.0), steps_per_trial=2)

    def params(self):
        return Params()

    def reset(self, key, params):
        return jnp.asarray(0, jnp.int32), jnp.asarray(0, jnp.int32)

    def step(self, key, params, state, action):
        pays = (state == 1) & (action == 0) & (jax.random.uniform(key) < params.p)
        after = 1 - state
        truth = Truth(jax.random.bernoulli(key).astype(jnp.int32))
        return after, Outcome(after, 1.0 * pays, 1.0 * (state == 0), jnp.zeros(()), truth)


def changed(**fields: Any) -> type[Task]:
    """The honest task with some fields of each outcome computed otherwise, from (key, state, outcome)."""

    @dataclass(frozen=True)
    class Cheat(Pairs):
        def step(self, key, params, state, action):
            after, outcome = Pairs.step(self, key, params, state, action)
            new = {name: make(key, state, outcome) for name, make in fields.items()}
            for name, value in new.items():
                outcome = eqx.tree_at(lambda o, name=name: getattr(o, name), outcome, value)
            return after, outcome

    return Cheat


def test_an_honest_task_holds_every_law():
    report = check_task(Pairs())
    assert broken(report) == set(), report
    assert {r.law for r in report.results if r.skipped} == {"references"}


@pytest.mark.parametrize(
    ("field", "make", "says"),
    [
        ("reward", lambda key, s, o: 2 * o.reward, "rewards go from 0 to 2, not within 0 to 1"),
        ("reward", lambda key, s, o: jnp.where(s == 1, jnp.nan, 0.0), "'reward' at step 1 is nan"),
        ("discount", lambda key, s, o: 0.9 * o.discount, "discount must be 0 where a trial ends"),
        ("stim", lambda key, s, o: o.stim + 0.1, "stim must be 0"),
        ("obs", lambda key, s, o: 2 * o.obs, "observations go from 0 to 2, not within 0 to 1"),
    ],
)
def test_outcomes_catch_what_lies_outside_the_spaces(field, make, says):
    report = check_task(changed(**{field: make})())
    assert broken(report) == {"outcomes"}
    assert says in report.broken[0].detail


def test_trials_catch_a_discount_that_is_zero_within_a_trial():
    report = check_task(changed(discount=lambda key, s, o: jnp.zeros(()))())
    assert broken(report) == {"trials"}


def test_truth_catches_an_observation_that_gives_it_away():
    report = check_task(changed(truth=lambda key, s, o: Truth(o.obs))())
    assert broken(report) == {"truth"}


def test_purity_catches_state_kept_in_python():
    calls: list[int] = []

    @dataclass(frozen=True)
    class Cheat(Pairs):
        def step(self, key, params, state, action):
            calls.append(1)
            after, outcome = Pairs.step(self, key, params, state, action)
            return after, eqx.tree_at(lambda o: o.truth, outcome, Truth(jnp.asarray(len(calls))))

    assert broken(check_task(Cheat())) == {"purity"}


def test_form_catches_a_state_that_grows():
    @dataclass(frozen=True)
    class Cheat(Pairs):
        def step(self, key, params, state, action):
            after, outcome = Pairs.step(self, key, params, state, action)
            return after.astype(float), outcome

    report = check_task(Cheat())
    assert broken(report) == {"form"}
    assert "'value' was int32[] and became float32[]" in report.broken[0].detail


@pytest.mark.parametrize(
    "spaces",
    [
        Spaces(STATES, ARMS, (0.0, 1.0), legal=((True, True),), steps_per_trial=2),
        Spaces(STATES, ARMS, (0.0, 1.0), legal=((False, False), (True, True)), steps_per_trial=2),
        Spaces(STATES, ARMS, (0.0, 1.0), legal=((True, False), (True, True)), free=(True, True), steps_per_trial=2),
        Spaces(STATES, ARMS, (0.0, 1.0), free=(True,), steps_per_trial=2),
        Spaces(STATES, ARMS, (1.0, 0.0), steps_per_trial=2),
        Spaces(Discrete(("a", "a")), ARMS, (0.0, 1.0), steps_per_trial=2),
        Spaces(STATES, ARMS, (0.0, 1.0), steps_per_trial=0),
    ],
)
def test_spaces_must_agree_with_themselves(spaces):
    @dataclass(frozen=True)
    class Cheat(Pairs):
        @property
        def spaces(self):
            return spaces

    assert broken(check_task(Cheat())) == {"spaces"}


def test_form_catches_an_observation_of_another_kind_than_stated():
    @dataclass(frozen=True)
    class Cheat(Pairs):
        @property
        def spaces(self):
            return Spaces(Box((2,)), ARMS, (0.0, 1.0), steps_per_trial=2)

    assert broken(check_task(Cheat())) == {"form"}


def test_random_catches_a_task_that_ignores_its_key():
    @dataclass(frozen=True)
    class Cheat(Pairs):
        def step(self, key, params, state, action):
            return Pairs.step(self, jax.random.key(3), params, state, action)

    @dataclass(frozen=True)
    class Declared(Cheat):
        card: ClassVar[Card] = Card(title="Fixed", summary="Always the same.", tags=("deterministic",))

    assert broken(check_task(Cheat())) == {"random"}
    report = check_task(Declared())
    assert report.held and "random" in {r.law for r in report.results if r.skipped}


def test_reproducible_catches_randomness_from_outside():
    noise = np.random.default_rng(0)

    @dataclass(frozen=True)
    class Cheat(Pairs):
        def reset(self, key, params):
            return (jnp.asarray(0, jnp.int32), jnp.asarray(0, jnp.int32)), jnp.asarray(0, jnp.int32)

        def step(self, key, params, state, action):
            stage, t = state
            stage, outcome = Pairs.step(self, key, params, stage, action)
            # Behaves for the first ten steps, then draws from outside.
            shape = jax.ShapeDtypeStruct((), jnp.int32)
            drawn = jax.pure_callback(lambda t: np.int32(noise.integers(1000) * (t > 10)), shape, t)
            return (stage, t + 1), eqx.tree_at(lambda o: o.truth, outcome, Truth(drawn))

    assert broken(check_task(Cheat())) == {"reproducible"}


def test_batch_catches_a_batching_rule_that_mixes_sessions():
    @jax.custom_batching.custom_vmap
    def drawn(u):
        return u

    @drawn.def_vmap
    def _(axis_size, in_batched, u):
        return jnp.roll(u, 1), True

    cheat = changed(truth=lambda key, s, o: Truth(drawn(jax.random.uniform(key))))
    assert broken(check_task(cheat())) == {"batch"}

"""Steps without an outcome: the law catches what still learns there; feedback and `informed` of tasks are checked."""

from dataclasses import dataclass, replace
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import pytest
from honest import Arms, Learner, broken

from neurorl.core.policy import Categorical
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.testing import check_task
from neurorl.testing.informed_law import informed
from neurorl.testing.meeting import Meeting


class State(eqx.Module):
    q: Any
    kernel: Any
    count: Any


class Latents(eqx.Module):
    rpe: Any
    q: Any


@dataclass(frozen=True)
class Kernel(Learner):
    """The honest one: values, a choice kernel that goes on, and a count of outcomes that does not."""

    GOES_ON: ClassVar[tuple[str, ...]] = ("kernel",)

    def init(self, key, params):
        return State(jnp.zeros(2), jnp.zeros(2), jnp.zeros(2))

    def act(self, params, state, obs):
        return state, Categorical(params.beta * state.q + state.kernel)

    def update(self, params, state, transition):
        chosen = jax.nn.one_hot(transition.action, 2)
        q = state.q / (1 + 0.1 * state.count)
        rpe = transition.reward - jnp.sum(chosen * q)
        after = State(state.q + params.alpha * rpe * chosen, chosen, state.count + chosen)
        return after, self.say(rpe, q)

    def say(self, rpe, q):
        return Latents(rpe, q)


def fault(agent) -> str | None:
    return informed(Meeting(agent, Arms()))


def test_a_choice_kernel_may_go_on():
    assert fault(Kernel()) is None and fault(Learner()) is None


def test_values_that_go_on_are_caught():
    @dataclass(frozen=True)
    class Cheat(Kernel):
        GOES_ON = ("kernel", "q")

    found = fault(Cheat())
    assert found is not None and "the state 'q' learns" in found


def test_values_that_go_on_unreported_are_caught():
    @dataclass(frozen=True)
    class Cheat(Kernel):
        GOES_ON = ("kernel", "q")

        def say(self, rpe, q):
            return Latents(rpe, jnp.zeros(2))

    found = fault(Cheat())
    assert found is not None and "the state 'q' learns" in found


def test_a_count_that_enters_values_is_caught():
    @dataclass(frozen=True)
    class Cheat(Kernel):
        GOES_ON = ("kernel", "count")

    found = fault(Cheat())
    assert found is not None and "latent q" in found


def test_a_state_kept_whole_is_caught():
    @dataclass(frozen=True)
    class Cheat(Learner):
        def uninformed(self, params, before, after, latents):
            return after, replace(latents, rpe=jnp.zeros(()))

    found = fault(Cheat())
    assert found is not None and "the state 'value' learns" in found


def test_a_prediction_error_by_another_name_is_caught():
    class Odd(eqx.Module):
        surprise: Any

    @dataclass(frozen=True)
    class Cheat(Kernel):
        def say(self, rpe, q):
            return Odd(rpe)

    found = fault(Cheat())
    assert found is not None and "latent surprise" in found


@dataclass(frozen=True)
class Shown(Arms):
    """Both outcomes are shown, and the second of two observations shows none."""

    @property
    def spaces(self) -> Spaces:
        both = Box((2,), 0.0, 1.0)
        two = Discrete(("told", "test"))
        return Spaces(two, Discrete(("left", "right")), (0.0, 1.0), feedback=both, informed=(True, False))

    def reset(self, key, params):
        return jnp.asarray(0, jnp.int32), jnp.asarray(0, jnp.int32)

    def step(self, key, params, state, action):
        _, outcome = Arms.step(self, key, params, state, action)
        after = 1 - state
        both = jax.random.bernoulli(key, 0.5, (2,)).astype(float)
        return after, replace(outcome, obs=after, feedback=both, informed=state == 0)


def changed(**fields: Any) -> type[Shown]:
    @dataclass(frozen=True)
    class Cheat(Shown):
        def step(self, key, params, state, action):
            after, outcome = Shown.step(self, key, params, state, action)
            return after, replace(outcome, **{name: f(outcome) for name, f in fields.items()})

    return Cheat


@pytest.mark.parametrize(
    "fields",
    [
        {"feedback": lambda o: None},
        {"feedback": lambda o: 2.0 + o.feedback},
        {"feedback": lambda o: o.feedback[:1]},
        {"informed": lambda o: ~o.informed},
        {"informed": lambda o: None},
    ],
)
def test_feedback_and_informed_of_a_task(fields):
    assert broken(check_task(changed(**fields)())) == {"shown"}


def test_an_entry_that_was_not_shown_is_not_a_number():
    report = check_task(changed(feedback=lambda o: o.feedback.at[1].set(jnp.nan))())
    assert broken(report) == set(), report

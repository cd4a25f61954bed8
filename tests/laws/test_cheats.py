"""What an agent says: the law of calibration, causality, honesty and purity each catches its cheat, and only it."""

import sys
from dataclasses import dataclass
from typing import Any, ClassVar

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from honest import Arms, Learner, Nothing, broken

from neurorl.core.policy import Categorical, Normal
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.types import Outcome, Record
from neurorl.loop import Recorded
from neurorl.testing import LawBroken, check_agent


def test_an_honest_agent_holds_every_law():
    report = check_agent(Learner, Arms())
    assert broken(report) == set(), report
    assert {r.law for r in report.results if r.skipped} == {"truth", "references"}
    assert report.held
    report.raise_if_broken()


class Liar(Categorical):
    def sample(self, key):
        return jax.random.randint(key, (), 0, 2)


class Hesitant(Categorical):
    def sample(self, key):
        return Categorical(0.8 * self.logits).sample(key)


class Unnormalised(Categorical):
    def log_prob(self, action):
        return self.logits[action]


class Wild(Categorical):
    def sample(self, key):
        return Categorical(self.logits).sample(key) + 1


@pytest.mark.parametrize("policy", [Liar, Hesitant, Unnormalised, Wild])
def test_calibration_catches_a_sampler_that_lies(policy):
    @dataclass(frozen=True)
    class Cheat(Learner):
        def act(self, params, state, obs):
            return state, policy(params.beta * state)

    assert broken(check_agent(Cheat, Arms())) == {"calibration"}


@pytest.mark.parametrize(("declared", "expected"), [(False, {"private"}), (True, set())])
def test_private_catches_random_numbers_that_no_record_shows(declared, expected):
    @dataclass(frozen=True)
    class Cheat(Learner):
        draws_in_private: ClassVar[bool] = declared

        def init(self, key, params):
            return key, jnp.zeros(2)

        def act(self, params, state, obs):
            return state, Categorical(params.beta * state[1])

        def update(self, params, state, transition):
            key, now = jax.random.split(state[0])
            values, rpe = Learner.update(self, params, state[1], transition)
            return (key, values + 0.1 * jax.random.normal(now, (2,), values.dtype)), rpe

    assert broken(check_agent(Cheat, Arms())) == expected


@dataclass(frozen=True)
class Line(Arms):
    @property
    def spaces(self) -> Spaces:
        return Spaces(Discrete(("choice",)), Box(()), (0.0, 1.0))

    def step(self, key, params, state, action):
        zero = jnp.zeros(())
        return state, Outcome(jnp.asarray(0, jnp.int32), jax.random.uniform(key), zero, zero, Nothing())


class Wide(Normal):
    def sample(self, key):
        return Normal(self.mean, 1.15 * self.sd).sample(key)


@pytest.mark.parametrize(("policy", "expected"), [(Normal, set()), (Wide, {"calibration"})])
def test_calibration_of_real_answers(policy, expected):
    @dataclass(frozen=True)
    class Rater(Learner):
        def init(self, key, params):
            return jnp.zeros(())

        def act(self, params, state, obs):
            return state, policy(state, 0.1 * params.beta)

        def update(self, params, state, transition):
            return state + params.alpha * (transition.reward - state), state

    assert broken(check_agent(Rater, Line())) == expected


def test_causality_catches_a_look_at_the_record():
    @dataclass(frozen=True)
    class Cheat(Learner):
        def act(self, params, state, obs):
            seen = sys._getframe(1).f_locals.get("task_params")  # the loop's, where the record lies
            future = seen.reward.sum() if isinstance(seen, Record) else jnp.zeros(())
            return state, Categorical(params.beta * state + jnp.stack([future, 0.0 * future]))

    assert broken(check_agent(Cheat, Arms())) == {"causality"}


def test_honesty_catches_an_agent_that_plays_one_way_and_scores_another():
    @dataclass(frozen=True)
    class Cheat(Learner):
        def act(self, params, state, obs):
            scoring = isinstance(sys._getframe(1).f_locals.get("task"), Recorded)
            return state, Categorical(params.beta * state * (1.01 if scoring else 1.0))

    # Played step by step there is no loop to look at, so that purity holds.
    assert broken(check_agent(Cheat, Arms())) == {"honesty"}


def test_purity_catches_state_kept_in_python():
    calls: list[int] = []

    @dataclass(frozen=True)
    class Cheat(Learner):
        def act(self, params, state, obs):
            calls.append(1)
            return state, Categorical(params.beta * state + jnp.array([0.1 * len(calls), 0.0]))

    report = check_agent(Cheat, Arms())
    assert broken(report) == {"purity"}
    assert "depend on their arguments only" in report.broken[0].detail


def test_purity_catches_a_value_carried_over_in_python():
    kept: dict[str, Any] = {}

    @dataclass(frozen=True)
    class Cheat(Learner):
        def update(self, params, state, transition):
            before = kept.get("reward", 0.0)
            kept["reward"] = transition.reward
            return state + params.alpha * before, transition.reward

    assert broken(check_agent(Cheat, Arms())) <= {"purity", "form"}
    assert not check_agent(Cheat, Arms()).held


def test_purity_catches_numpy_random_numbers():
    noise = np.random.default_rng(0)

    @dataclass(frozen=True)
    class Cheat(Learner):
        def act(self, params, state, obs):
            return state, Categorical(params.beta * state + noise.normal(size=2).astype(np.float32))

    assert broken(check_agent(Cheat, Arms())) == {"purity"}


def test_purity_catches_an_agent_that_is_never_equal_to_itself():
    @dataclass(frozen=True, eq=False)
    class Cheat(Learner):
        __eq__ = object.__eq__
        __hash__ = object.__hash__

    report = check_agent(Cheat, Arms())
    assert broken(report) == {"purity"}
    assert "traced the agent 2 times" in report.broken[0].detail


def test_a_broken_law_is_raised_as_a_sentence():
    @dataclass(frozen=True)
    class Cheat(Learner):
        def act(self, params, state, obs):
            return state, Liar(params.beta * state)

    report = check_agent(Cheat, Arms())
    assert not report.held
    with pytest.raises(LawBroken, match=r"Cheat breaks the laws:\n  BROKEN  calibration \(Arms\): sample\(\) does not"):
        report.raise_if_broken()

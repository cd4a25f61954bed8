"""What the library relies on: form, parameters, precision, gradients, rows and batches each catch their cheat."""

import dataclasses
from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import pytest
from honest import Arms, Learner, Params, Said, broken

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.policy import Categorical
from neurorl.loop import replay
from neurorl.testing import check_agent, meeting


def test_gradients_catch_a_square_root_at_zero():
    @dataclass(frozen=True)
    class Cheat(Learner):
        def act(self, params, state, obs):
            # sqrt(0) = 0 with an infinite slope; `where` hides it from the value and not from the gradient.
            safe = jnp.where(state == 0, 0.0, jnp.sqrt(jnp.abs(params.alpha * state)))
            return state, Categorical(params.beta * safe)

    assert broken(check_agent(Cheat, Arms())) == {"gradients"}


def test_invalid_rows_catch_a_gradient_that_learns_from_what_did_not_happen():
    @dataclass(frozen=True)
    class Cheat(Learner):
        def update(self, params, state, transition):
            bonus = params.alpha * jnp.sqrt(transition.action.astype(float))  # NaN for action -1
            state, rpe = Learner.update(self, params, state, transition)
            return state + 0.1 * bonus, rpe

    assert broken(check_agent(Cheat, Arms())) == {"invalid rows"}


def test_padding_catches_a_loop_that_forgets_which_rows_happened(monkeypatch):
    def forgetful(key, agent, params, record):
        seen = dataclasses.replace(
            record, valid=jnp.ones_like(record.valid), reward=jnp.nan_to_num(record.reward, nan=0.5)
        )
        return replay(key, agent, params, seen)

    monkeypatch.setattr(meeting, "replay", forgetful)
    assert broken(check_agent(Learner, Arms())) == {"padding"}


def test_batch_catches_a_batching_rule_that_mixes_sessions():
    @jax.custom_batching.custom_vmap
    def chosen(action):
        return action

    @chosen.def_vmap
    def _(axis_size, in_batched, action):
        return jnp.roll(action, 1), True

    @dataclass(frozen=True)
    class Cheat(Learner):
        def update(self, params, state, transition):
            mixed = eqx.tree_at(lambda t: t.action, transition, chosen(transition.action))
            return Learner.update(self, params, state, mixed)

    assert broken(check_agent(Cheat, Arms())) == {"batch"}


def test_form_says_how_the_state_changed():
    @dataclass(frozen=True)
    class Cheat(Learner):
        def update(self, params, state, transition):
            return jnp.zeros(3), transition.reward

    report = check_agent(Cheat, Arms())
    assert broken(report) == {"form"}
    assert "'value' was float32[2] and became float32[3]" in report.broken[0].detail


def test_precision_catches_a_state_that_cannot_be_fitted():
    @dataclass(frozen=True)
    class Cheat(Learner):
        def init(self, key, params):
            return jnp.zeros(2, jnp.float32)

        def update(self, params, state, transition):
            rpe = transition.reward - state[transition.action]
            return state + params.alpha * rpe * jax.nn.one_hot(transition.action, 2), Said(rpe)

    report = check_agent(Cheat, Arms())
    assert broken(report) == {"precision"}
    assert "was float32[2] and became float64[2]" in report.broken[0].detail


def test_what_cannot_be_judged_while_a_law_is_broken_is_skipped():
    @dataclass(frozen=True)
    class Cheat(Learner):
        def update(self, params, state, transition):
            return jnp.zeros(3), transition.reward

    results = {r.law: r for r in check_agent(Cheat, Arms()).results}
    assert results["batch"].skipped
    assert results["batch"].detail == "not checked while 'form' is broken"


def test_an_agent_without_parameters_is_still_checked_for_rows():
    results = {r.law: r for r in check_agent("random_choice", "bandit").results}
    assert results["gradients"].skipped
    assert results["invalid rows"].held and results["batch"].held


def test_form_names_the_line_that_raised():
    @dataclass(frozen=True)
    class Cheat(Learner):
        def act(self, params, state, obs):
            return state, Categorical(jnp.zeros(2) + jnp.zeros(3))

    report = check_agent(Cheat, Arms())
    assert broken(report) == {"form"}
    assert "raised TypeError" in report.broken[0].detail
    assert "of test_form_cheats.py" in report.broken[0].detail


def test_form_asks_for_a_frozen_dataclass_with_hashable_settings():
    @dataclass
    class Melting(Agent):
        card: ClassVar[Card] = Learner.card
        for_spaces = classmethod(lambda cls, spaces: cls())
        params, init, act, update = Learner.params, Learner.init, Learner.act, Learner.update

    @dataclass(frozen=True)
    class Listed(Learner):
        sizes: Any = ()

    report = check_agent(Melting, Arms())
    assert broken(report) == {"form"} and "frozen" in report.broken[0].detail
    report = check_agent(Listed(sizes=[1, 2]), Arms())
    assert broken(report) == {"form"} and "hashed" in report.broken[0].detail


@pytest.mark.parametrize("alpha", [1.5, jnp.asarray(1.5)])
def test_parameters_must_lie_in_their_supports(alpha):
    @dataclass(frozen=True)
    class Cheat(Learner):
        def params(self, key=None):
            return Params(alpha=alpha)

    report = check_agent(Cheat, Arms())
    assert broken(report) == {"parameters"}
    assert "outside its support (0, 1)" in report.broken[0].detail


def test_parameters_must_be_arrays():
    class Loose(eqx.Module):
        alpha: float = 0.4
        beta: float = 5.0

    @dataclass(frozen=True)
    class Cheat(Learner):
        def params(self, key=None):
            return Loose()

    assert broken(check_agent(Cheat, Arms())) == {"parameters"}

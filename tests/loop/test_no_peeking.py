"""What reaches a learner, in every way of learning: one copy, no truth, and no look around that goes unnoticed."""

import sys
from dataclasses import dataclass, fields
from typing import ClassVar

import jax
import jax.numpy as jnp
import pytest

from neurorl.agents.random_choice import RandomChoice
from neurorl.agents.rescorla_wagner import AGENT as RescorlaWagner
from neurorl.core.policy import Categorical
from neurorl.core.types import Record, Transition
from neurorl.loop import Batch, ExperienceReplay, OnBehaviour, Parallel, learn
from neurorl.tasks.bandit import TASK
from neurorl.testing import check_agent

KEY = jax.random.key(3)
MODES = (OnBehaviour(), Parallel(2), Batch(2), ExperienceReplay(2, capacity=3))


@dataclass(frozen=True)
class Spy(RandomChoice):
    """Notes the shapes of everything that it is ever given."""

    seen: ClassVar[list] = []

    def act(self, params, state, obs):
        self.seen.append(("obs", jnp.shape(obs)))
        return super().act(params, state, obs)

    def update(self, params, state, transition):
        assert type(transition) is Transition
        given = {f.name: getattr(transition, f.name) for f in fields(transition)}
        self.seen.extend((name, jnp.shape(value)) for name, value in given.items() if value is not None)
        return super().update(params, state, transition)


@pytest.mark.parametrize("mode", MODES, ids=str)
def test_an_agent_is_given_one_copy_and_no_truth(mode):
    Spy.seen.clear()
    jax.eval_shape(lambda key: learn(key, Spy(TASK.spaces), None, TASK, TASK.params(), 4, mode), KEY)
    names = {name for name, _ in Spy.seen}
    assert names == {"obs", "action", "reward", "discount", "stim", "next_obs"}
    assert {shape for _, shape in Spy.seen} == {()}


@dataclass(frozen=True)
class Peeker(RescorlaWagner):
    """Looks into the loop that calls it, the only place left to look: at what the record says of the future."""

    def act(self, params, state, obs):
        state, policy = super().act(params, state, obs)
        around = sys._getframe(1).f_locals.get("task_params")
        ahead = around.reward.sum() if isinstance(around, Record) else jnp.zeros(())
        return state, Categorical(policy.logits + jnp.stack([ahead, 0.0 * ahead]))


@dataclass(frozen=True)
class Clairvoyant(RescorlaWagner):
    """Looks into the loop at which arm pays better, and so plays otherwise there than when it is called by itself."""

    def act(self, params, state, obs):
        state, policy = super().act(params, state, obs)
        going = sys._getframe(1).f_locals.get("going")
        around = getattr(going, "task_state", None)
        return state, Categorical(policy.logits + getattr(around, "p_reward", 0.0))


@pytest.mark.parametrize(("cheat", "law"), [(Peeker, "causality"), (Clairvoyant, "purity")])
def test_an_agent_that_peeks_is_caught(cheat, law):
    assert {result.law for result in check_agent(cheat, TASK).broken} == {law}

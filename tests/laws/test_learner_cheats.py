"""Each law of learners catches its cheat, and only it; the skeleton of a learner keeps them all."""

from dataclasses import dataclass, replace

import jax
import jax.numpy as jnp
import pytest
from honest import Arms, broken

from neurorl.core.catalogue import load
from neurorl.core.learner import Learner
from neurorl.testing import check_agent, write_skeleton
from neurorl.testing.laws import hold
from neurorl.testing.learner_laws import LEARNER_LAWS
from neurorl.testing.meeting import Meeting

LAWS = {law.name for law in LEARNER_LAWS}
TASK = Arms()


@pytest.fixture(scope="module")
def honest(tmp_path_factory):
    """The class that `neurorl new learner` writes."""
    return load("agent", str(write_skeleton("learner", "linear_values", tmp_path_factory.mktemp("new"))))


def test_a_new_learner_holds_every_law(honest):
    report = check_agent(honest, TASK)
    assert broken(report) == set(), report
    assert {result.law for result in report.results if result.held} >= LAWS
    assert issubclass(honest, Learner) and honest.__name__ == "LinearValues"


def found(cheat):
    """Which laws of learners are broken, and what is said; those of agents are tested elsewhere."""
    results = hold(LEARNER_LAWS, Meeting(cheat.for_spaces(TASK.spaces), TASK))
    fell = [result for result in results if not result.held and not result.skipped]
    return {result.law for result in fell}, " ".join(result.detail for result in fell)


def test_an_update_of_its_own_is_caught(honest):
    @dataclass(frozen=True)
    class Cheat(honest):
        pass

    def update(self, params, state, transition):
        return honest.update(self, params, state, replace(transition, reward=2 * transition.reward))

    Cheat.update = update
    laws, detail = found(Cheat)
    assert laws == {"stages"} and "act and update of a learner must do nothing else" in detail


def test_learning_in_the_actor_is_caught(honest):
    """Bodies would not share what it learns."""

    @dataclass(frozen=True)
    class Cheat(honest):
        def begin(self, key, params):
            weights, actor = super().begin(key, params)
            return (), (weights, actor)

        def perceive(self, params, weights, actor, obs, touch):
            own, inner = actor
            inner, policy = super().perceive(params, own, inner, obs, touch)
            return (own, inner), policy

        def observe(self, params, weights, actor, transition):
            own, inner = actor
            inner, experience, latents = super().observe(params, own, inner, transition)
            own = own + params.alpha * jnp.outer(experience.pre, experience.error)
            return (own, inner), experience, latents

        def learn(self, params, learner, experiences):
            return learner

    laws, detail = found(Cheat)
    assert laws == {"learning"} and "what is learned belongs to the learner" in detail


def test_a_learner_of_the_first_experience_alone_is_caught(honest):
    @dataclass(frozen=True)
    class Cheat(honest):
        def learn(self, params, learner, experiences):
            return super().learn(params, learner, jax.tree.map(lambda leaf: leaf[:1], experiences))

    laws, detail = found(Cheat)
    assert laws == {"learning"} and "number 2 has no effect" in detail


def test_a_learner_that_takes_one_experience_only_is_caught(honest):
    @dataclass(frozen=True)
    class Cheat(honest):
        def learn(self, params, learner, experiences):
            one = jax.tree.map(lambda leaf: leaf.reshape(leaf.shape[1:]), experiences)
            return learner + params.alpha * jnp.outer(one.pre, one.error)

    laws, detail = found(Cheat)
    assert laws == {"learner's form"} and "learn fails with 2 experiences at once" in detail


def test_a_gradient_as_experience_is_caught(honest):
    @dataclass(frozen=True)
    class Large(honest):
        """Its weights are a table of 60 x 60, of which it uses the first row and the first two columns."""

        def params(self, key=None):
            return replace(super().params(key), initial=jnp.zeros((60, 60)))

        def _own(self, weights):
            return weights[:1, :2]

        def perceive(self, params, weights, actor, obs, touch):
            return super().perceive(params, self._own(weights), actor, obs, touch)

        def begin(self, key, params):
            _, actor = super().begin(key, replace(params, initial=self._own(params.initial)))
            return params.initial, actor

        def observe(self, params, weights, actor, transition):
            return super().observe(params, self._own(weights), actor, transition)

        def learn(self, params, learner, experiences):
            return learner.at[:1, :2].set(super().learn(params, self._own(learner), experiences))

    assert found(Large)[0] == set()

    @dataclass(frozen=True)
    class Cheat(Large):
        def observe(self, params, weights, actor, transition):
            actor, experience, latents = super().observe(params, weights, actor, transition)
            return actor, jnp.zeros((60, 60)).at[:1, :2].set(jnp.outer(experience.pre, experience.error)), latents

        def learn(self, params, learner, experiences):
            return learner + params.alpha * experiences.sum(axis=0)

    laws, detail = found(Cheat)
    assert laws == {"small experience"} and "make gradients and outer products in learn" in detail

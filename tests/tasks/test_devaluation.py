"""Devaluation: phases, outcomes and what they are worth; and who can play it."""

from dataclasses import replace

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core import catalogue
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.loop import run
from neurorl.ops.instrumental import Instrumental

ONE = catalogue.load("task", "devaluation")
TWO = replace(ONE, levers=2)
LEVERS, CAGE = 0, 1


def lead(task, answers, **settings):
    """One answer a trial; what is found is taken with the same answer."""
    agent = catalogue.load("agent", "random_choice").for_spaces(task.spaces)
    params = replace(task.params(), **{name: jnp.asarray(value) for name, value in settings.items()})
    forced = jnp.repeat(jnp.asarray(answers, jnp.int32), 2)
    t = run(jax.random.key(0), agent, agent.params(), task, params, len(forced), forced=forced)
    return jax.tree.map(np.asarray, t)


def test_the_three_phases_of_one_lever():
    outcome, nothing = Instrumental.of(ONE.spaces).found
    t = lead(ONE, [0, 1, 0, 0, 1, 0, 1], training=3, feeding=2)
    assert t.obs[::2].tolist() == [LEVERS] * 3 + [CAGE] * 2 + [LEVERS] * 2
    # A press brings food and resting none; in the cage food is there; in the test a press brings none.
    assert t.obs[1::2].tolist() == [outcome, nothing, outcome, outcome, outcome, nothing, nothing]
    assert t.reward[1::2].tolist() == [1, 0, 1, 0, 0, 0, 0] and not t.reward[::2].any()
    assert t.discount.tolist() == [1, 0] * 7
    assert t.truth.phase[::2].tolist() == [0, 0, 0, 1, 1, 2, 2]


def test_food_that_keeps_its_worth_pays_in_the_cage():
    t = lead(ONE, [0, 0, 0], training=1, feeding=1, worth_after=[1.0])
    assert t.reward[1::2].tolist() == [1, 1, 0]


def test_each_of_two_levers_has_its_outcome_and_the_first_is_devalued():
    first, second, nothing = Instrumental.of(TWO.spaces).found
    t = lead(TWO, [0, 1, 2, 0, 0, 0, 1], training=3, feeding=2)
    assert t.obs[1::2].tolist() == [first, second, nothing, first, second, nothing, nothing]
    assert t.reward[1::2].tolist() == [1, 1, 0, 0, 1, 0, 0]


def test_presses_pay_off_as_often_as_stated():
    t = lead(ONE, [0] * 2000, training=2000, p_outcome=0.3)
    assert t.reward[1::2].mean() == pytest.approx(0.3, abs=0.05)


def test_only_presses_at_the_levers_are_choices():
    t = lead(ONE, [0, 0, 0], training=1, feeding=1)
    assert t.scored.tolist() == [True, False, False, False, True, False]


def test_levers_are_needed():
    with pytest.raises(BadValue, match="levers is 0, but must be"):
        _ = replace(ONE, levers=0).spaces
    with pytest.raises(DoesNotFit, match="presses levers"):
        Instrumental.of(catalogue.load("task", "bandit").spaces)

"""The actor-critic under the driver: the numbers of before, and returns that run across trials or stop."""

import dataclasses

import jax
import numpy as np
import pytest

from neurorl.agents.lstm import LSTM
from neurorl.core.errors import BadValue
from neurorl.loop import run
from neurorl.tasks.two_step import TwoStep
from neurorl.train import ActorCritic, Schedule, from_dict, train_agent, with_settings
from neurorl.train.settings import shown

TASK = TwoStep(fixation=False)
AGENT = LSTM.for_spaces(TASK.spaces, hidden=4)
TINY = ActorCritic(sessions=16, steps=6, replicas=2, parallel=2, chunk=2)

# Weights of the heads' bias and norms of the gradient, by the code that knew no other algorithm.
BEFORE = {
    "whole sessions, Adam": (
        {},
        [[0.00343728, -0.00343727, 0.02292136], [-0.01105543, 0.01105543, 0.0225857]],
        [1.01166081, 0.68168414],
    ),
    "stretches, RMSProp": (
        {"unroll": 2, "optimiser": "rmsprop", "clip": None},
        [[0.05641784, -0.05641785, 0.17579933], [0.05485361, -0.0548536, 0.20642476]],
        [0.39118153, 0.58419585],
    ),
}


@pytest.mark.parametrize("name", BEFORE)
def test_recipes_give_the_numbers_of_before(name):
    changes, bias, norms = BEFORE[name]
    trained = train_agent(AGENT, TASK, dataclasses.replace(TINY, **changes), seed=3, quiet=True)
    np.testing.assert_allclose(trained.params.heads_bias, bias, atol=1e-6)
    np.testing.assert_allclose(trained.curve["gradient_norm"][-2:], norms, atol=2e-6)
    assert list(trained.curve)[2:] == ["reward", "entropy", "value_loss", "gradient_norm", "seconds"]


def test_returns_run_across_trials_or_stop_where_one_ends():
    """The loss in numpy from one session of three trials of two steps."""
    params, key = AGENT.params(jax.random.key(5)), jax.random.key(7)
    played = run(jax.random.split(key, 1)[0], AGENT, params, TASK, TASK.params(), 6, scored=np.ones(6, bool))
    reward, value = np.asarray(played.reward, float), np.asarray(played.latents.value, float)
    assert reward[2:].any()  # so that the two differ
    losses = {}
    for across, last in ((True, [6] * 6), (False, [2, 2, 4, 4, 6, 6])):
        recipe = ActorCritic(steps=6, parallel=1, discount=0.8, across_trials=across)
        returns = [sum(0.8 ** (j - i) * reward[j] for j in range(i, last[i])) for i in range(6)]
        error = np.array(returns) - value
        expected = (
            -(np.asarray(played.log_prob) * error).sum()
            + recipe.value_cost * 0.5 * (error**2).sum()
            - 0.03 * np.asarray(played.entropy).sum()
        )
        losses[across] = float(recipe.loss(params, key, AGENT, TASK, TASK.params(), 0.03)[0])
        assert losses[across] == pytest.approx(expected, rel=1e-5)
    assert abs(losses[True] - losses[False]) > 0.01


def test_settings_are_read_from_text_and_from_json():
    changed = with_settings(ActorCritic(), {"step_size": "(3e-3, 3e-4, 0.5)", "unroll": "20", "clip": "none"})
    assert changed == ActorCritic(step_size=Schedule(3e-3, 3e-4, 0.5), unroll=20, clip=None)
    assert with_settings(ActorCritic(), {"entropy": "0.1", "across_trials": "false"}) == ActorCritic(
        entropy=Schedule(0.1, 0.1), across_trials=False
    )
    assert from_dict(ActorCritic, changed.as_dict()) == changed
    older = {name: value for name, value in ActorCritic().as_dict().items() if name != "across_trials"}
    assert from_dict(ActorCritic, older) == ActorCritic()  # a recipe of a file that knew no such setting
    assert [shown(value) for value in (Schedule(1, 1), Schedule(1, 0), Schedule(1, 0, 0.5), None)] == [
        "1",
        "(1, 0)",
        "(1, 0, 0.5)",
        "None",
    ]


@pytest.mark.parametrize(
    ("settings", "sentence"),
    [
        ({"lag": "4"}, r"ActorCritic has no setting 'lag'. Its settings and their defaults are: sessions \(20000\)"),
        ({"step_size": "(1, 2, 3, 4)"}, r"must be one number, or \(start, end\)"),
        ({"step_size": "fast"}, r"must be one number, or \(start, end\)"),
        ({"discount": "2"}, "discount of ActorCritic is 2, but must be"),
        ({"parallel": "0"}, "parallel of ActorCritic is 0, but must be a whole number, at least 1"),
        ({"unroll": "301"}, "unroll is 301, but must be 1 to 300"),
    ],
)
def test_settings_that_cannot_be_are_sentences(settings, sentence):
    with pytest.raises(BadValue, match=sentence):
        with_settings(ActorCritic(), settings)

"""TD(lambda) in the loop: representations by hand, the table of Schultz's trial, and what the trace reaches."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.td_lambda import TDLambda
from neurorl.core.errors import DoesNotFit
from neurorl.core.params import replace
from neurorl.loop import run
from neurorl.ops.arms import arm_spaces
from neurorl.ops.time_since_cues import Microstimuli, SerialCompound
from neurorl.perturb import stimulated
from neurorl.tasks.pavlovian import Pavlovian, Trial
from neurorl.tasks.random_walk import Params as Walks
from neurorl.tasks.random_walk import RandomWalk

TASK = Pavlovian(cues=("A", "X"))
NO = jnp.asarray(False)


def seen(representation, shown, rewarded_before=()):
    """Features after each of the steps at which these cues were on show; rewards arrive with the steps listed."""
    memory, out = representation.empty(), []
    for t, obs in enumerate(shown):
        memory = representation.see(memory, jnp.asarray(obs, float), jnp.asarray(t in rewarded_before))
        out.append(np.asarray(representation.features(memory)))
    return np.stack(out)


def test_a_serial_compound_has_one_feature_a_step_since_onset():
    x = seen(SerialCompound(2, 3), [(0, 0), (1, 0), (1, 1), (0, 1), (0, 0), (1, 0)])
    of_a, of_x = x[:, :3], x[:, 3:]
    np.testing.assert_array_equal(of_a, [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0], [1, 0, 0]])
    np.testing.assert_array_equal(of_x, [[0, 0, 0], [0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [0, 0, 0]])


def test_a_reward_ends_a_compound_that_resets_and_no_other():
    shown = [(1,), (1,), (1,), (0,), (1,)]
    on, off = seen(SerialCompound(1, 5), shown, {2}), seen(SerialCompound(1, 5, reset=True), shown, {2})
    np.testing.assert_array_equal(on.argmax(1), [0, 1, 2, 3, 0])
    # The cue is still on show when the reward ends it, and begins again only after it was gone.
    np.testing.assert_array_equal(off.sum(1), [1, 1, 0, 0, 1])


def test_microstimuli_by_hand():
    x = seen(Microstimuli(1, count=2, decay=0.5, width=0.25), [(0,), (1,), (0,)], {2})
    cue, reward = x[:, :2], x[:, 2:]
    root = np.sqrt(2 * np.pi)
    np.testing.assert_array_equal(x[0], 0)
    np.testing.assert_allclose(cue[1], np.exp([-2.0, 0.0]) / root, rtol=1e-6)  # y = 1, bumps at 1/2 and 1
    np.testing.assert_allclose(cue[2], 0.5 * np.exp([0.0, -2.0]) / root, rtol=1e-6)  # y = 1/2
    np.testing.assert_allclose(reward[2], cue[1], rtol=1e-6)  # the reward is a stimulus like any other
    assert reward[1].sum() == 0


def by_table(rewards, alpha, gamma, lam, steps=25, cue=5, stim=None):
    """Errors [trials, steps] of a learner with one value a step since the cue; the plainest way to write it."""
    v, out = np.zeros(steps + 1), []
    stim = np.zeros_like(rewards) if stim is None else stim
    for reward, extra in zip(rewards, stim, strict=True):
        trace, errors = np.zeros(steps + 1), np.zeros(steps)
        for t in range(1, steps + 1):
            now = v[t] if cue <= t < steps else 0.0
            before = v[t - 1] if t - 1 >= cue else 0.0
            errors[t - 1] = reward[t - 1] + extra[t - 1] + gamma * now - before
            if t - 1 >= cue:
                trace[t - 1] += 1
            v = v + alpha * errors[t - 1] * trace
            trace *= gamma * lam
        out.append(errors)
    return np.stack(out)


@pytest.mark.parametrize("lam", [0.0, 0.7])
def test_the_loop_does_what_the_table_does(lam):
    params = TASK.programme({"A?": Trial({"A": (5, 15)}, 15, p=0.6)}, ((1, {"A?": 1}),))
    given = stimulated(TASK, lambda obs, action, outcome: 0.3 * outcome.reward)
    with jax.enable_x64(True):
        agent = TDLambda.for_spaces(TASK.spaces)
        p = replace(agent.params(), alpha=0.2, gamma=0.9, lam=lam)
        played = run(jax.random.key(1), agent, p, given, params, 40 * 25)
        rewards, rpe = (np.asarray(x).reshape(40, 25) for x in (played.reward, played.latents.rpe))
    assert 0 < rewards.sum() < 40
    np.testing.assert_allclose(rpe, by_table(rewards, 0.2, 0.9, lam, stim=0.3 * rewards), atol=1e-6)


def test_nothing_foretells_the_next_trial():
    """A cue that is on at the end of one trial and at the start of the next begins anew, and is no warning of it."""
    task = Pavlovian(cues=("A",), steps=4)
    params = task.programme({"A+": Trial({"A": (0, 4)}, 3)}, ((1, {"A+": 1}),))
    agent = TDLambda.for_spaces(task.spaces)
    played = run(jax.random.key(0), agent, agent.params(), task, params, 200 * 4)
    value = np.asarray(played.latents.value).reshape(200, 4)
    np.testing.assert_allclose(value[-1], [0.98**2, 0.98, 1.0, 0.0], atol=1e-2)


def test_values_of_the_random_walk_are_found():
    task = RandomWalk(5)
    agent = TDLambda.for_spaces(task.spaces)
    params = replace(agent.params(), alpha=0.02, gamma=1.0, lam=0.5)
    walks = Walks(trials=20_000)
    played = run(jax.random.key(0), agent, params, task, walks, 60_000)
    w = np.asarray(played.latents.w)[6000:].mean(0)  # of about 6,000 walks: standard error .013
    np.testing.assert_allclose(w, task.true_values(), atol=0.05)
    assert not bool(played.scored.any())


def test_choices_are_not_predictions():
    with pytest.raises(DoesNotFit, match="predicts and does not choose"):
        TDLambda.for_spaces(arm_spaces(2))
    with pytest.raises(DoesNotFit, match="learns what cues predict"):
        TDLambda.for_spaces(arm_spaces(2, clock=True))

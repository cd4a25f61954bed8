"""The bandit agents against independent numpy likelihoods and against known numbers."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.agents.hmm_observer import HMMObserver
from neurorl.agents.hmm_observer import Params as HMMParams
from neurorl.agents.q_learning import Params as QParams
from neurorl.agents.q_learning import QLearning
from neurorl.agents.rescorla_wagner import Params as RWParams
from neurorl.agents.rescorla_wagner import RescorlaWagner
from neurorl.agents.thompson import Thompson
from neurorl.agents.ucb import UCB
from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.types import Record
from neurorl.loop import replay, run
from neurorl.ops.arms import arm_spaces
from neurorl.ops.two_stage import two_stage_spaces
from neurorl.tasks import bandit, reversal

TWO_ARMS = arm_spaces(2)
STEPS = 40
LEGAL = np.array([[1, 1, 0], [1, 1, 1], [0, 1, 1]], bool)
CUES = Spaces(
    Discrete(("circle", "square", "star")), Discrete(("a", "b", "c")), (-1.0, 1.0), legal=tuple(map(tuple, LEGAL))
)
SEED = jax.random.key(0)


def record_of(obs, action, reward, discount=None, stim=None):
    obs, action = np.asarray(obs), np.asarray(action)
    reward = np.asarray(reward, float)
    none, every = np.zeros(len(reward)), np.ones(len(reward), bool)
    discount, stim = none if discount is None else discount, none if stim is None else stim
    fields = (obs, action, reward, discount, stim, np.roll(obs, -1), every, every)
    return Record(*map(jnp.asarray, fields))


WIN_LOSS = record_of([0, 0, 0], [0, 0, 0], [1.0, 0.0, 1.0])


@pytest.fixture(scope="module")
def record():
    """Forty legal choices among three actions under three cues, some stimulated."""
    rng = np.random.default_rng(0)
    obs = rng.integers(0, 3, STEPS)
    action = np.array([rng.choice(np.flatnonzero(LEGAL[o])) for o in obs])
    discount = (rng.random(STEPS) < 0.5).astype(float)
    stim = 0.5 * (rng.random(STEPS) < 0.2)
    return record_of(obs, action, rng.choice([-1.0, 0.0, 1.0], STEPS), discount, stim)


def softmax_among(x, legal):
    p = np.where(legal, np.exp(x - x[legal].max()), 0.0)
    return p / p.sum()


def rows(record):
    fields = (record.obs, record.action, record.reward, record.discount, record.stim, record.next_obs)
    return zip(*(np.asarray(f) for f in fields), strict=True)


def test_rescorla_wagner_equals_a_likelihood_written_apart(record):
    alpha, beta = 0.35, 2.5
    q, log_prob, rpes = np.zeros((3, 3)), [], []
    for s, a, r, _, stim, _ in rows(record):
        log_prob.append(np.log(softmax_among(beta * q[s], LEGAL[s])[a]))
        rpes.append(r + stim - q[s, a])
        q[s, a] += alpha * rpes[-1]
    ours = replay(SEED, RescorlaWagner(CUES, initial=0.0), RWParams(alpha, beta), record)
    np.testing.assert_allclose(ours.log_prob, log_prob, atol=1e-5)
    np.testing.assert_allclose(ours.latents.rpe, rpes, atol=1e-5)


@pytest.mark.parametrize("kernel_rate", [1.0, 0.3])
def test_q_learning_equals_a_likelihood_written_apart(record, kernel_rate):
    up, down, beta, phi, kappa, epsilon, initial = 0.6, 0.25, 2.5, 0.15, -0.7, 0.1, 0.4
    q, k, log_prob, rpes = np.full((3, 3), initial), np.zeros((3, 3)), [], []
    for s, a, r, discount, stim, s_next in rows(record):
        p = softmax_among(beta * q[s] + kappa * k[s], LEGAL[s])
        log_prob.append(np.log((1 - epsilon) * p[a] + epsilon / LEGAL[s].sum()))
        rpes.append(r + stim + discount * q[s_next][LEGAL[s_next]].max() - q[s, a])
        for b in range(3):
            if b == a:
                q[s, b] += (up if rpes[-1] > 0 else down) * rpes[-1]
            else:
                q[s, b] += phi * (initial - q[s, b])
            k[s, b] += kernel_rate * ((b == a) - k[s, b])
    agent = QLearning(CUES, initial=initial, kernel_rate=kernel_rate)
    ours = replay(SEED, agent, QParams(up, down, beta, phi, kappa, epsilon), record)
    np.testing.assert_allclose(ours.log_prob, log_prob, atol=1e-5)
    np.testing.assert_allclose(ours.latents.rpe, rpes, atol=1e-5)


def test_q_learning_with_everything_switched_off_is_rescorla_wagner(record):
    one_step = Record(**{**vars(record), "discount": jnp.zeros(STEPS)})
    plain = replay(SEED, RescorlaWagner.for_spaces(CUES), RWParams(0.3, 4.0), one_step)
    full = replay(SEED, QLearning.for_spaces(CUES), QParams(0.3, 0.3, 4.0, 0.0, 0.0, 0.0), one_step)
    np.testing.assert_allclose(full.log_prob, plain.log_prob, atol=1e-5)


@pytest.mark.parametrize("agent_class", [RescorlaWagner, QLearning, UCB])
def test_an_answer_that_is_not_legal_is_never_given(agent_class):
    agent = agent_class.for_spaces(CUES)
    params = agent.params()
    state = agent.init(SEED, params)
    for s in range(3):
        _, policy = agent.act(params, state, jnp.asarray(s))
        log_p = np.array([policy.log_prob(a) for a in range(3)])
        assert (np.exp(log_p[~LEGAL[s]]) == 0).all() and np.isfinite(log_p).all()
        np.testing.assert_allclose(np.exp(log_p[LEGAL[s]]), 1 / LEGAL[s].sum(), rtol=1e-6)


def test_a_hopeless_choice_keeps_score_and_gradient_finite():
    agent = QLearning.for_spaces(TWO_ARMS)
    best_then_worst = record_of([0] * 9, [0] * 8 + [1], [1.0] * 9)

    def score(params):
        return replay(SEED, agent, params, best_then_worst).log_prob.sum()

    value, gradient = jax.value_and_grad(score)(QParams(0.999, 0.999, 20.0, 0.5, 5.0, 1e-12))
    assert np.isfinite([value, *jax.tree.leaves(gradient)]).all()


def regret(agent, p, sessions, steps):
    """Regret in each session after each step, on the arms p and their mirror image in turn."""

    def session(key, p):
        played = run(key, agent, agent.params(), bandit.TASK, bandit.Params(p, p), steps)
        return jnp.cumsum(p.max() - p[played.action])

    arms = jnp.tile(jnp.array([p, p[::-1]]), (sessions // 2, 1))
    return np.asarray(jax.jit(jax.vmap(session))(jax.random.split(SEED, sessions), arms))


@pytest.mark.parametrize(
    "agent, at_20, at_100",
    [
        (Thompson.for_spaces(TWO_ARMS), 1.96, 3.01),
        (UCB.for_spaces(TWO_ARMS), 1.64, 2.99),
        (UCB(TWO_ARMS, exploration=2.0), None, 7.0),
    ],
    ids=["thompson", "ucb", "ucb1"],
)
def test_regret_on_a_quarter_and_three_quarters_is_the_known_one(agent, at_20, at_100):
    cumulative = regret(agent, [0.25, 0.75], 1000, 100)
    for step, expected in ((20, at_20), (100, at_100)):
        if expected is not None:
            at_step = cumulative[:, step - 1]
            # 99.9 % interval of the mean, and half a unit of the last digit of the known number
            assert abs(at_step.mean() - expected) < 3.29 * at_step.std() / 1000**0.5 + 0.005


def test_thompson_scores_by_the_probability_of_being_best():
    agent = Thompson.for_spaces(TWO_ARMS)
    played = replay(SEED, agent, agent.params(), WIN_LOSS)
    # Beta(1,1) both; then Beta(2,1) against Beta(1,1): 2/3; then Beta(2,2) against Beta(1,1): 1/2
    np.testing.assert_allclose(np.exp(played.log_prob), [1 / 2, 2 / 3, 1 / 2], atol=5e-5)
    np.testing.assert_allclose(played.latents.rpe, [1 / 2, -2 / 3, 1 / 2], rtol=1e-6)
    np.testing.assert_allclose(played.latents.sd[1], np.sqrt([1 / 18, 1 / 12]), rtol=1e-6)


def test_ucb_tries_every_arm_then_takes_the_largest_index_and_splits_ties():
    agent = UCB.for_spaces(arm_spaces(3))
    played = replay(SEED, agent, agent.params(), record_of([0] * 5, [1, 2, 0, 1, 1], [0.0, 1.0, 1.0, 1.0, 1.0]))
    # 3 untried, 2 untried, 1 untried; then arms 0 and 2 tie and arm 1 is behind
    np.testing.assert_allclose(np.exp(played.log_prob), [1 / 3, 1 / 2, 1, 0, 0], atol=1e-6)
    assert np.isfinite(played.log_prob).all()
    np.testing.assert_allclose(played.latents.q[-1], [1, 0.5, 1])
    np.testing.assert_allclose(played.latents.n[-1], [1, 2, 1])


def test_ucb_with_a_temperature_is_a_softmax_of_the_index():
    agent = UCB(TWO_ARMS, temperature=0.5)
    played = replay(SEED, agent, agent.params(), record_of([0] * 4, [0, 1, 0, 1], [1.0, 0.0, 1.0, 0.0]))
    index = np.array([1.0, 0.0]) + np.sqrt(np.log(3) / (2 * np.array([2, 1])))
    expected = np.exp(index / 0.5) / np.exp(index / 0.5).sum()
    assert np.exp(played.log_prob[3]) == pytest.approx(expected[1], rel=1e-5)


def accuracy(agent, params, sessions=1000):
    """Share of choices of the good arm after trial 20 of 100 in each session of reversal learning."""

    def session(key):
        played = run(key, agent, params, reversal.TASK, reversal.TASK.params(), 100)
        return (played.action == played.truth.best)[20:].mean()

    return np.asarray(jax.jit(jax.vmap(session))(jax.random.split(SEED, sessions)))


def test_inference_beats_the_best_delta_rule_on_reversals():
    inference = accuracy(HMMObserver(), HMMParams(h=0.04, p_hi=0.8, beta=1000.0))  # the better arm, always
    delta = accuracy(RescorlaWagner(TWO_ARMS, initial=0.5), RWParams(0.6, 12.0))  # the best of a grid
    for found, known in ((inference, 0.857), (delta, 0.824)):
        assert abs(found.mean() - known) < 3.29 * found.std() / 1000**0.5 + 0.0005
    assert inference.mean() - delta.mean() > 0.02


def test_the_observer_scores_and_predicts_by_its_belief():
    h, p, beta = 0.1, 0.8, 3.0
    rng = np.random.default_rng(0)
    action, reward = rng.integers(0, 2, STEPS), rng.integers(0, 2, STEPS)
    odds, log_prob, rpes, beliefs = 1.0, [], [], []  # odds that the first arm is the good one
    for a, r in zip(action, reward, strict=True):
        b = odds / (1 + odds)
        beliefs.append(b)
        p_first = 1 / (1 + np.exp(-beta * (2 * b - 1)))
        log_prob.append(np.log(p_first if a == 0 else 1 - p_first))
        rpes.append(r - (b * (p if a == 0 else 1 - p) + (1 - b) * (1 - p if a == 0 else p)))
        odds *= (p / (1 - p)) ** ((1 if a == 0 else -1) * (1 if r == 1 else -1))
        b = odds / (1 + odds)
        b = b * (1 - h) + (1 - b) * h
        odds = b / (1 - b)
    played = replay(SEED, HMMObserver(), HMMParams(h, p, beta), record_of([0] * STEPS, action, reward))
    np.testing.assert_allclose(played.log_prob, log_prob, atol=1e-5)
    np.testing.assert_allclose(played.latents.rpe, rpes, atol=1e-5)
    np.testing.assert_allclose(played.latents.p_left_good, beliefs, atol=1e-5)


def test_a_loss_raises_the_other_arm_for_the_observer_only():
    loss = record_of([0, 0], [0, 0], [0.0, 0.0])
    inferred = replay(SEED, HMMObserver(), HMMParams(), loss).latents.q
    learned = replay(SEED, RescorlaWagner(TWO_ARMS, 0.5), RWParams(), loss).latents.q
    assert inferred[1, 1] > inferred[0, 1] + 0.1
    assert learned[1, 1] == learned[0, 1]


def test_a_certain_observer_survives_a_surprise():
    played = replay(SEED, HMMObserver(), HMMParams(h=0.0, p_hi=1.0), WIN_LOSS)
    assert np.isfinite(played.log_prob).all() and np.isfinite(played.latents.p_left_good).all()


@pytest.mark.parametrize("agent_class", [RescorlaWagner, QLearning, UCB])
def test_stimulation_at_the_outcome_acts_like_reward(agent_class):
    agent = agent_class.for_spaces(TWO_ARMS)
    params, nothing = agent.params(), np.zeros(6)
    actions = [0, 1, 0, 1, 0, 0]
    given = np.array([1.0, 0, 0.5, 0, 1.0, 0])
    paid = replay(SEED, agent, params, record_of([0] * 6, actions, given))
    stimulated = replay(SEED, agent, params, record_of([0] * 6, actions, nothing, stim=given))
    np.testing.assert_array_equal(paid.log_prob, stimulated.log_prob)
    np.testing.assert_array_equal(paid.latents.rpe, stimulated.latents.rpe)


@pytest.mark.parametrize("agent_class", [RescorlaWagner, Thompson, UCB, HMMObserver])
def test_trials_of_several_steps_are_refused_with_a_sentence(agent_class):
    with pytest.raises(DoesNotFit, match="3 steps; choose an agent"):
        agent_class.for_spaces(two_stage_spaces(fixation=True, second_choice=False))


@pytest.mark.parametrize("agent_class", [RescorlaWagner, QLearning, Thompson, UCB, HMMObserver])
def test_continuous_observations_are_refused(agent_class):
    with pytest.raises(DoesNotFit, match="discrete states"):
        agent_class.for_spaces(Spaces(Box((4,)), Discrete(("left", "right")), (0.0, 1.0)))


@pytest.mark.parametrize("agent_class", [Thompson, HMMObserver])
def test_observers_of_probabilities_refuse_other_rewards(agent_class):
    with pytest.raises(DoesNotFit, match="between 0 and 1"):
        agent_class.for_spaces(Spaces(Discrete(("choice",)), Discrete(("left", "right")), (-1.0, 1.0)))


def test_the_observer_refuses_three_arms():
    with pytest.raises(DoesNotFit, match="3 actions"):
        HMMObserver.for_spaces(arm_spaces(3))

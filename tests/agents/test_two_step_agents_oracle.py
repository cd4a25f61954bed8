"""Log-likelihoods of the value learners against a second implementation in plain numpy, on random sessions."""

import math

import numpy as np
import pytest
from two_stage_sessions import play, rows_of


def random_trials(seed, n=40):
    rng = np.random.default_rng(seed)
    return [(*(int(x) for x in rng.integers(0, 2, 3)), float(rng.integers(0, 2))) for _ in range(n)]


def daw_log_likelihood(form, trials, alpha1, alpha2, beta1, beta2, pi, w, lam):
    """Daw et al. 2011's hybrid, trial by trial with scalar arithmetic; w = 0 model-free, w = 1 model-based."""
    common = 0.7 if form == "D" else 0.8
    cached = {0: 0.0, 1: 0.0}
    second = {(s, a): 0.0 for s in (0, 1) for a in (0, 1)}
    last, total = None, 0.0
    for a1, s2, a2, reward in trials:
        best = [max(second[s, 0], second[s, 1]) for s in (0, 1)]
        net = []
        for a in (0, 1):
            planned = common * best[a] + (1 - common) * best[1 - a]
            net.append(beta1 * (w * planned + (1 - w) * cached[a]) + (pi if last == a else 0.0))
        total += -math.log(1 + math.exp(net[1 - a1] - net[a1]))
        if form == "D":
            total += -math.log(1 + math.exp(beta2 * (second[s2, 1 - a2] - second[s2, a2])))
        delta1 = second[s2, a2] - cached[a1]
        delta2 = reward - second[s2, a2]
        cached[a1] += alpha1 * delta1 + alpha1 * lam * delta2
        for a in (a2,) if form == "D" else (0, 1):  # in Wang's form both answers are one option
            second[s2, a] += alpha2 * delta2
        last = a1
    return total


SETTINGS = [
    dict(alpha1=0.5, alpha2=0.4, beta1=3.0, beta2=2.0, pi=0.3, w=0.6, lam=0.7),
    dict(alpha1=0.9, alpha2=0.1, beta1=8.0, beta2=6.0, pi=-1.0, w=0.2, lam=0.1),
]


@pytest.mark.parametrize("form", ["W", "D"])
@pytest.mark.parametrize("seed, values", list(enumerate(SETTINGS)))
def test_log_likelihood(form, seed, values):
    trials = random_trials(seed)
    rows = rows_of(form, trials)

    def of(name, *names):
        return float(play(name, form, rows, **{n: values[n] for n in names}).log_prob.sum())

    first = ("beta1", "beta2", "pi", "alpha2")
    hybrid = of("hybrid", *values)
    assert hybrid == pytest.approx(daw_log_likelihood(form, trials, **values), rel=1e-5)
    model_free = of("model_free", *first, "alpha1", "lam")
    assert model_free == pytest.approx(daw_log_likelihood(form, trials, **values | {"w": 0.0}), rel=1e-5)
    model_based = of("model_based", *first)
    assert model_based == pytest.approx(daw_log_likelihood(form, trials, **values | {"w": 1.0}), rel=1e-5)


def test_lambda_one_is_the_q1_learner_of_akam():
    """Q(a1) += alpha (r - Q(a1)), whatever the second stage."""
    trials = random_trials(5)
    t = play("model_free", "W", rows_of("W", trials), alpha1=0.3, alpha2=0.8, lam=1.0, pi=0.0)
    q = np.zeros(2)
    for i, (a1, _, _, reward) in enumerate(trials):
        np.testing.assert_allclose([t.latents.q_left[3 * i + 1], t.latents.q_right[3 * i + 1]], q, atol=1e-6)
        q[a1] += 0.3 * (reward - q[a1])

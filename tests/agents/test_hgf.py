"""The hierarchical Gaussian filter against pyhgf, and as an agent."""

from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from neurorl.agents.hgf import HGF, Params
from neurorl.core.types import Record
from neurorl.loop import replay
from neurorl.ops import hgf

# 320 events at two settings, by pyhgf 0.3.2 (reference/make_hgf_pyhgf.py).
REFERENCE = pd.read_csv(Path(__file__).parent / "reference" / "hgf_pyhgf.csv", comment="#")
SETTINGS = [setting for setting, _ in REFERENCE.groupby(["omega2", "omega3", "kappa"])]


def filtered(u, omega2, omega3, kappa):
    def body(belief, event):
        after = hgf.after_event(belief, event, omega2, omega3, kappa)
        return after, (hgf.predicted(belief), after.mu2, after.pi2, after.mu3, after.pi3)

    start = hgf.Belief(*(jnp.asarray(x, float) for x in (0.0, 1.0, 1.0, 1.0)))
    return jax.lax.scan(body, start, jnp.asarray(u))[1]


def rows(setting):
    return REFERENCE[(REFERENCE[["omega2", "omega3", "kappa"]] == list(setting)).all(axis=1)]


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_beliefs_equal_pyhgf_on_320_trials(setting):
    expected = rows(setting)
    assert len(expected) == 320
    with jax.enable_x64(True):
        ours = filtered(expected["event"].to_numpy(float), *setting)
    for name, values in zip(("p", "mu2", "pi2", "mu3", "pi3"), ours, strict=True):
        np.testing.assert_allclose(values, expected[name], rtol=1e-8, err_msg=name)


@pytest.mark.parametrize("setting", SETTINGS, ids=str)
def test_the_agent_equals_pyhgf_whichever_arm_it_chooses(setting):
    expected = rows(setting)
    event = expected["event"].to_numpy()
    action = np.random.default_rng(1).integers(0, 2, len(event))
    reward = np.where(action == 0, event, 1 - event)
    zero, yes = np.zeros(len(event)), np.ones(len(event), bool)
    code = np.zeros(len(event), int)
    record = Record(*map(jnp.asarray, (code, action, reward, zero, zero, code, yes, yes)))
    omega2, omega3, kappa = setting
    seen = replay(jax.random.key(0), HGF(), Params(omega2, omega3, kappa, 3.0), record)
    np.testing.assert_allclose(seen.latents.q[:, 0], expected["p"], atol=1e-5)
    np.testing.assert_allclose(seen.latents.mu3[1:], expected["mu3"][:-1], atol=1e-5)
    p_left = 1 / (1 + np.exp(-3.0 * (2 * expected["p"] - 1)))
    np.testing.assert_allclose(seen.log_prob, np.log(np.where(action == 0, p_left, 1 - p_left)), atol=1e-5)


def test_surprise_after_calm_raises_volatility_and_the_next_learning_rate():
    calm = np.ones(40)
    with jax.enable_x64(True):
        start = filtered(calm, -2.0, -2.0, 1.0)
        belief = hgf.Belief(*(start[k][-1] for k in range(1, 5)))
        surprised, confirmed = (hgf.after_event(belief, jnp.asarray(u), -2.0, -2.0) for u in (0.0, 1.0))
    assert surprised.mu3 > belief.mu3 > confirmed.mu3
    assert surprised.mu2 < belief.mu2 < confirmed.mu2


def test_where_the_closed_form_gives_a_negative_precision_the_predicted_one_is_kept():
    with jax.enable_x64(True):
        # A confident belief of low precision meets a surprise: w = .018, delta2 = 15.5, so pi3 would be -.03.
        belief = hgf.Belief(*(jnp.asarray(x, float) for x in (5.0, 0.05, -1.0, 0.1)))
        after = hgf.after_event(belief, jnp.asarray(0.0), 0.0, -10.0)
    assert float(after.pi3) == pytest.approx(1 / (10 + np.exp(-10)))
    assert np.isfinite(after.mu3)

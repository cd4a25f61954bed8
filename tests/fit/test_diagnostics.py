"""R-hat and effective sample sizes of chains whose answers are known, and of chains that should be doubted."""

import numpy as np
import pytest

from neurorl.fit.sampling.diagnostics import ess_bulk, ess_tail, rhat


def autoregressive(rho: float, chains: int = 4, draws: int = 600, seed: int = 0) -> np.ndarray:
    noise = np.random.default_rng(seed).normal(size=(chains, draws))
    x = np.zeros((chains, draws))
    for t in range(1, draws):
        x[:, t] = rho * x[:, t - 1] + np.sqrt(1 - rho**2) * noise[:, t]
    return x


DRAWS = np.stack([autoregressive(0.0), autoregressive(0.6, seed=1), np.exp(autoregressive(0.9, seed=2))], axis=2)


def test_effective_draws_of_an_autoregression_are_known() -> None:
    x = autoregressive(0.6, draws=20_000)[..., None]
    assert ess_bulk(x)[0] == pytest.approx(80_000 * 0.4 / 1.6, rel=0.05)  # (1 - rho) / (1 + rho) of all


def test_chains_that_have_not_met_and_chains_that_do_not_move() -> None:
    apart = DRAWS[..., :1] + np.array([0.0, 0, 0, 2])[:, None, None]
    assert rhat(apart)[0] > 1.1
    wider = DRAWS[..., :1] * np.array([1.0, 1, 1, 3])[:, None, None]  # same mean: only the folded ranks see it
    assert rhat(wider)[0] > 1.05
    stuck = np.concatenate([np.zeros((4, 600, 1)), np.full((4, 600, 1), np.nan), DRAWS[..., :1]], axis=2)
    np.testing.assert_array_equal(np.isnan(rhat(stuck)), [True, True, False])
    np.testing.assert_array_equal(ess_bulk(stuck)[:2], [0, 0])
    np.testing.assert_array_equal(ess_tail(stuck)[:2], [0, 0])

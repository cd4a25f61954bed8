"""Leave-one-out against its closed form: the mean of a normal sample under a flat prior."""

import numpy as np
import pytest
from scipy.stats import norm

from neurorl.core.errors import BadValue
from neurorl.fit.evidence.loo import loo


def test_a_normal_mean_is_left_out_in_closed_form() -> None:
    rng = np.random.default_rng(0)
    y, n = rng.normal(size=30), 30
    mu = y.mean() + rng.normal(size=(4, 2000)) / np.sqrt(n)
    got = loo(norm.logpdf(y, mu[..., None], 1.0))
    without = (y.sum() - y) / (n - 1)
    exact = norm.logpdf(y, without, np.sqrt(1 + 1 / (n - 1)))
    np.testing.assert_allclose(got.pointwise, exact, atol=0.01)
    assert got.elpd == pytest.approx(exact.sum(), abs=0.05)
    assert got.p_loo == pytest.approx(1.0, abs=0.4)
    assert got.n_untrusted == 0


def test_a_point_that_no_draw_covers_is_counted() -> None:
    rng = np.random.default_rng(1)
    values = rng.normal(size=(2, 500, 3)) * np.array([0.1, 0.1, 30.0])
    assert loo(values).n_untrusted == 1
    with pytest.raises(BadValue, match="chain, draw, n"):
        loo(values[0])


def test_a_point_that_weighs_all_draws_alike_needs_no_tail() -> None:
    rng = np.random.default_rng(2)
    values = np.log(0.5) + np.stack([np.zeros((2, 500)), 1e-8 * (rng.uniform(size=(2, 500)) < 0.5)], axis=2)
    got = loo(values)
    np.testing.assert_allclose(got.pointwise, np.log(0.5), atol=1e-7)
    assert got.n_untrusted == 0 and got.p_loo == pytest.approx(0, abs=1e-7)

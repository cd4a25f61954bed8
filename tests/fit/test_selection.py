"""Random-effects selection against Monte Carlo, closed forms and quadrature, all made here."""

import numpy as np
import pytest
from scipy.special import logsumexp
from scipy.stats import beta

from neurorl.core.errors import BadData, BadValue
from neurorl.fit.evidence.selection import exceedance, select_models


def test_exceedance_equals_monte_carlo_and_the_closed_form() -> None:
    alpha = np.array([4.2, 7.5, 1.3, 6.9])
    drawn = np.random.default_rng(0).dirichlet(alpha, 400_000)
    counted = np.bincount(drawn.argmax(axis=1), minlength=4) / len(drawn)
    np.testing.assert_allclose(exceedance(alpha), counted, atol=3e-3)
    np.testing.assert_allclose(exceedance(np.array([3.0, 5.0]))[0], beta.sf(0.5, 3, 5), atol=1e-4)
    np.testing.assert_allclose(exceedance(np.ones(3)), 1 / 3, atol=1e-12)


def test_frequencies_and_risk_against_the_exact_posterior() -> None:
    """Two models and subjects who are clearly of one: the posterior of r over a grid, and both evidences, by summing.

    (Where subjects are in doubt, variational Bayes is narrower than the exact posterior, as Stephan et al. say.)
    """
    rng = np.random.default_rng(1)
    evidence = np.stack([rng.normal(0, 60, 24), rng.normal(15, 60, 24)], axis=1)
    got = select_models(evidence, ["a", "b"])
    r = (np.arange(20_000) + 0.5) / 20_000
    each = np.logaddexp(np.log(r)[:, None] + evidence[:, 0], np.log1p(-r)[:, None] + evidence[:, 1]).sum(axis=1)
    weight = np.exp(each - logsumexp(each))
    table = got.table.set_index("model")
    assert table.loc["a", "frequency"] == pytest.approx((weight * r).sum(), abs=0.01)
    assert table.loc["a", "exceedance"] == pytest.approx(weight[r > 0.5].sum(), abs=0.01)
    free = logsumexp(each) - np.log(len(r))
    fixed = logsumexp(evidence + np.log(0.5), axis=1).sum()
    exact = 1 / (1 + np.exp(free - fixed))
    assert got.omnibus_risk == pytest.approx(exact, abs=0.01)
    assert got.omnibus_risk >= exact - 1e-9  # the bound lies below the evidence of free frequencies
    protected = (1 - got.omnibus_risk) * table["exceedance"] + got.omnibus_risk / 2
    np.testing.assert_allclose(table["protected_exceedance"], protected)


def test_equal_evidence_says_nothing_and_clear_evidence_says_all() -> None:
    equal = select_models(np.zeros((12, 3)), ["a", "b", "c"])
    np.testing.assert_allclose(equal.table["frequency"], 1 / 3)
    np.testing.assert_allclose(equal.table["protected_exceedance"], 1 / 3)
    assert equal.omnibus_risk > 0.5
    clear = select_models(np.tile([0.0, 30.0], (20, 1)), ["a", "b"])
    np.testing.assert_allclose(clear.alpha, [1, 21], atol=1e-6)  # every subject counts as one of b
    np.testing.assert_allclose(clear.table["frequency"], [1 / 22, 21 / 22], atol=1e-6)
    np.testing.assert_allclose(clear.table["mean_responsibility"], [0, 1], atol=1e-6)
    assert clear.omnibus_risk < 1e-4 and clear.table["protected_exceedance"][1] > 0.999


def test_families_have_equal_prior_weight() -> None:
    families = {"one": ["a"], "many": ["b", "c", "d"]}
    evidence = np.repeat([[40.0, 0, 0, 0], [0, 40.0, 0, 0]], 10, axis=0)  # ten subjects of each family
    got = select_models(evidence, list("abcd"), families=families)
    np.testing.assert_allclose(got.alpha, [11, 10 + 1 / 3, 1 / 3, 1 / 3], atol=1e-6)
    assert got.families is not None
    np.testing.assert_allclose(got.families["frequency"], 0.5, atol=1e-6)
    np.testing.assert_allclose(got.families["mean_responsibility"], 0.5, atol=1e-6)
    np.testing.assert_allclose(got.families["exceedance"], 0.5, atol=1e-6)
    with pytest.raises(BadValue, match="exactly once"):
        select_models(np.zeros((3, 2)), ["a", "b"], families={"x": ["a"]})


def test_subjects_without_evidence_are_named() -> None:
    evidence = np.zeros((4, 2))
    evidence[2, 0] = np.nan
    with pytest.raises(BadData, match=r"Subjects \[2\]"):
        select_models(evidence, ["a", "b"])

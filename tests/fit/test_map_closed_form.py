"""Fits whose answer can be written down."""

import numpy as np
import pytest
from fit_sessions import BrokenCoin, Coin, FixedPrecisionCoin, record

from neurorl.core.errors import BadData, BadValue, NeurorlError
from neurorl.fit import FitWarning, fit_map

HEADS = np.array([3, 10, 17, 12])  # of 20
TOSSES = record(np.arange(20)[None] < HEADS[:, None])


def test_maximum_likelihood_is_the_frequency() -> None:
    fit = fit_map(Coin(), TOSSES, prior=False, starts=3, quiet=True)
    p = HEADS / 20
    np.testing.assert_allclose(fit.values["p"], p, atol=1e-6)
    np.testing.assert_allclose(fit.log_lik, HEADS * np.log(p) + (20 - HEADS) * np.log(1 - p), rtol=1e-12)
    np.testing.assert_array_equal(fit.log_posterior, fit.log_lik)
    np.testing.assert_allclose(fit.bic, np.log(20) - 2 * fit.log_lik, rtol=1e-12)
    np.testing.assert_allclose(fit.aic, 2 - 2 * fit.log_lik, rtol=1e-12)
    assert fit.converged.all() and (fit.starts_agreeing == 3).all() and fit.at_bound == ((),) * 4


def test_maximum_a_posteriori_is_the_mode_of_the_beta_on_the_scale_of_the_parameter() -> None:
    fit = fit_map(Coin(), TOSSES, starts=3, quiet=True)
    # Beta(3, 2) prior: the posterior is Beta(k + 3, 20 - k + 2), its mode (k + 2) / (20 + 3). With the Jacobian of
    # the logit it would be (k + 3) / (20 + 5).
    np.testing.assert_allclose(fit.values["p"], (HEADS + 2) / 23, atol=1e-6)
    p = fit.values["p"]
    log_prior = np.log(12 * p**2 * (1 - p))  # Beta(3, 2) density
    np.testing.assert_allclose(fit.log_posterior, fit.log_lik + log_prior, rtol=1e-12)
    np.testing.assert_allclose(np.asarray(fit.fitted.params.p), p, rtol=1e-6)
    assert fit.fitted.params.p.dtype == np.float32


def test_sessions_of_a_group_share_their_parameter() -> None:
    fit = fit_map(Coin(), TOSSES, groups=[7, 2, 7, 7], starts=2, quiet=True)
    np.testing.assert_allclose(fit.values["p"], [(10 + 2) / 23, (3 + 17 + 12 + 2) / 63], atol=1e-6)  # groups 2, 7
    np.testing.assert_array_equal(fit.n_choices, [20, 60])


def test_a_parameter_at_the_end_of_its_range_is_named() -> None:
    fit = fit_map(Coin(), record(np.ones((1, 30))), prior=False, starts=2, quiet=True)
    assert fit.values["p"][0] > 0.9999 and fit.log_lik[0] > -1e-4
    assert fit.at_bound == (("p",),)
    assert fit.table()["at_bound"].tolist() == ["p"]
    assert any("end of its range" in sentence for sentence in fit.problems())


def test_a_held_parameter_is_not_fitted() -> None:
    fit = fit_map(Coin(), TOSSES, fixed={"p": 0.25}, quiet=True)
    np.testing.assert_allclose(fit.log_lik, HEADS * np.log(0.25) + (20 - HEADS) * np.log(0.75), rtol=1e-12)
    assert fit.n_params == 0 and fit.table()["p"].tolist() == [0.25] * 4
    np.testing.assert_array_equal(fit.bic, -2 * fit.log_lik)
    with pytest.raises(BadValue, match="no free parameter 'q'"):
        fit_map(Coin(), TOSSES, fixed={"q": 0.25}, quiet=True)


def test_a_search_that_was_cut_short_is_marked_and_named() -> None:
    with pytest.warns(FitWarning, match=r"Units 0, 1, 2, 3 \(4 of 4\).*did not converge"):
        fit = fit_map(Coin(), TOSSES, starts=2, max_steps=1, quiet=True)
    assert not fit.converged.any() and not fit.table()["converged"].any()
    assert "did not converge" in fit.problems()[0]


def test_what_is_not_a_number_never_wins() -> None:
    # The log-likelihood of this coin is NaN above p = 1/2; the maxima of the first two lie below.
    tosses = record(np.arange(20)[None] < np.array([3, 6])[:, None])
    fit = fit_map(BrokenCoin(), tosses, prior=False, starts=6, quiet=True)
    np.testing.assert_allclose(fit.values["p"], [0.15, 0.3], atol=1e-5)
    assert np.isfinite(fit.log_lik).all()


def test_an_agent_that_mixes_precisions_is_told_so() -> None:
    with pytest.raises(NeurorlError, match="FixedPrecisionCoin cannot be fitted, because fits run in double precision"):
        fit_map(FixedPrecisionCoin(), TOSSES, quiet=True)


def test_sessions_without_a_choice_are_named() -> None:
    valid = np.ones((4, 20), bool)
    valid[[1, 3]] = False
    with pytest.warns(FitWarning, match=r"Units 1, 3 \(2 of 4\): left out"):
        kept = fit_map(Coin(), record(np.asarray(TOSSES.action), valid=valid), starts=1, quiet=True)
    np.testing.assert_allclose(kept.values["p"], (HEADS[[0, 2]] + 2) / 23, atol=1e-6)
    grouped = fit_map(Coin(), record(np.asarray(TOSSES.action), valid=valid), groups=[0, 0, 1, 1], starts=1, quiet=True)
    np.testing.assert_allclose(grouped.values["p"], (HEADS[[0, 2]] + 2) / 23, atol=1e-6)


def test_bad_requests_are_sentences() -> None:
    with pytest.raises(BadValue, match="at least one start"):
        fit_map(Coin(), TOSSES, starts=0)
    with pytest.raises(BadValue, match="one group for each of 4 sessions"):
        fit_map(Coin(), TOSSES, groups=[0, 1])
    with pytest.raises(BadData, match="leading axis of 1"):
        fit_map(Coin(), record(np.ones(5)))

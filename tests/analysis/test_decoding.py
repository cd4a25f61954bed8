"""Decoding against closed forms, a hand example, and sessions in which nothing can be decoded."""

import numpy as np
import pytest
import xarray as xr

from neurorl.analysis.decoding import decode, decoding_scores
from neurorl.core.errors import BadData, BadValue

RNG = np.random.default_rng(0)


def units(array, dims=("session", "step", "unit")):
    return xr.DataArray(array, dims=dims)


def test_a_linear_variable_is_decoded_exactly():
    h = units(RNG.normal(size=(12, 20, 5)))
    y = (h * xr.DataArray([1.0, -2, 0.5, 0, 3], dims="unit")).sum("unit") + 7
    decoded = decode(h, y, ridge=0.0)
    np.testing.assert_allclose(decoded.prediction, y, atol=1e-9)
    scores = decoding_scores(decoded)
    assert scores["r2"].item() == pytest.approx(1) and scores["n"].item() == 240


def test_held_out_predictions_are_those_of_least_squares_on_the_other_sessions():
    h, y = RNG.normal(size=(4, 30, 3)), RNG.normal(size=(4, 30))
    decoded = decode(units(h), units(y, ("session", "step")), folds=4, ridge=0.0)
    train = np.arange(4) != 2
    design = np.column_stack([np.ones(90), h[train].reshape(-1, 3)])
    w = np.linalg.lstsq(design, y[train].ravel(), rcond=None)[0]
    np.testing.assert_allclose(decoded.prediction[2], w[0] + h[2] @ w[1:], atol=1e-9)


def test_two_gaussian_classes_reach_the_accuracy_that_theory_gives():
    d, n = 2.0, 400  # distance of the means in standard deviations: accuracy Phi(d / 2) = .841
    label = RNG.integers(0, 2, (n, 10)).astype(float)
    h = RNG.normal(size=(n, 10, 3))
    h[..., 0] += d * label
    decoded = decode(units(h), units(label + 3, ("session", "step")), kind="classification")
    scores = decoding_scores(decoded)
    assert set(np.unique(decoded.prediction)) == {3.0, 4.0}
    assert scores["accuracy"].item() == pytest.approx(0.8413, abs=4 * np.sqrt(0.8413 * 0.1587 / 4000))
    assert scores["balanced"].item() == pytest.approx(scores["accuracy"].item(), abs=0.02)


def test_what_is_the_same_within_a_session_is_not_decoded_from_noise():
    """Steps of one session share noise: only holding out whole sessions shows that nothing is there."""
    noise = np.repeat(RNG.normal(size=(60, 1, 20)), 50, axis=1) + 0.01 * RNG.normal(size=(60, 50, 20))
    label = RNG.permutation(np.repeat([0.0, 1.0], 30))
    decoded = decode(units(noise), units(label, ("session",)), kind="classification")
    assert abs(decoding_scores(decoded)["accuracy"].item() - 0.5) < 0.25


def test_replicas_and_named_dimensions_are_decoded_apart():
    h = RNG.normal(size=(2, 30, 3, 2))
    y = np.stack([h[0, ..., 0], h[1, ..., 1]])
    y[:, :, 1] *= -1  # the sign depends on the step
    dims = ("replica", "session", "step")
    apart = decode(units(h, (*dims, "h_unit")), units(y, dims), apart="step")
    assert decoding_scores(apart, ("replica", "step"))["r2"].min() > 0.999
    pooled = decode(units(h, (*dims, "h_unit")), units(y, dims))
    assert decoding_scores(pooled, "replica")["r2"].max() < 0.5
    assert apart.prediction.dims == dims


def test_missing_numbers_are_left_out():
    h, y = RNG.normal(size=(6, 8, 2)), RNG.normal(size=(6, 8))
    h[0, 3, 1] = np.nan
    decoded = decode(units(h), units(y, ("session", "step")))
    assert np.isnan(decoded.prediction[0, 3]) and np.isnan(decoded.target[0, 3])
    assert int(np.isnan(decoded.prediction).sum()) == 1


@pytest.mark.parametrize(
    "call, words",
    [
        (lambda h, y: decode(h.rename(session="trial"), y.rename(session="trial")), "needs a dimension `session`"),
        (lambda h, y: decode(h.rename(unit="neuron"), y), "one dimension of units"),
        (lambda h, y: decode(h, y, apart="moment"), "no dimension moment"),
        (lambda h, y: decode(h, y * 0, kind="classification"), "at least two classes"),
        (lambda h, y: decode(h, y, kind="guess"), "kind is 'guess', but must be"),
        (lambda h, y: decode(h, y, folds=1), "at least 2 sessions"),
        (lambda h, y: decode(h, y.rename(step="moment")), "which the activity lacks"),
        (lambda h, y: decoding_scores(decode(h, y), by="replica"), "no dimension replica"),
    ],
)
def test_wrong_input_gets_a_sentence(call, words):
    h, y = units(RNG.normal(size=(4, 5, 2))), units(RNG.normal(size=(4, 5)), ("session", "step"))
    with pytest.raises((BadData, BadValue), match=words):
        call(h, y)

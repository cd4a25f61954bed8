"""NUTS on a population whose posterior is known, and what draws say when they should be doubted."""

from pathlib import Path

import jax
import numpy as np
import pytest
from coins import COINS, DESIGN, TOSSES, VALID, WHO, N, T, by_quadrature
from fit_sessions import Coin, NearNormalMean, record

from neurorl.core.errors import BadValue
from neurorl.fit import FitResult, FitWarning
from neurorl.fit.design.formula import Design
from neurorl.fit.evidence.loo import loo
from neurorl.fit.methods import fit as fit_by
from neurorl.fit.methods.em import fit_em
from neurorl.fit.methods.nuts import fit_nuts, looks
from neurorl.fit.population import Problem
from neurorl.fit.sampling.arviz_bridge import for_arviz
from neurorl.fit.sampling.convergence import diagnosed, reached
from neurorl.fit.sampling.sampler import Sampler


@pytest.fixture(scope="module")
def fit() -> FitResult:
    return fit_nuts(Coin(), COINS, design=DESIGN, draws=1000, most=None, quiet=True)


def test_draws_are_from_the_posterior_that_quadrature_finds(fit: FitResult) -> None:
    assert fit.problems() == [] and fit.method == "nuts" and not fit.failed.any()
    draws = fit.draws["posterior"]
    assert draws["p"].dims == ("chain", "draw", "unit") and draws["coefficients_p"].shape == (4, 1000, 2)
    b = draws["coefficients_p"].values.reshape(-1, 2)
    found = np.column_stack([b, draws["sd"].values.reshape(-1)])
    mean, sd = by_quadrature()
    np.testing.assert_allclose(found.mean(axis=0), mean, atol=0.15 * sd.min())
    np.testing.assert_allclose(found.std(axis=0), sd, rtol=0.12)
    assert fit.group is not None
    contrast = fit.group.set_index("term").loc["group[patient]"]
    assert contrast["mean"] == pytest.approx(mean[1], abs=0.15 * sd[1]) and contrast["low"] > 0


def test_members_and_likelihoods_belong_to_the_draws(fit: FitResult) -> None:
    p = fit.draws["posterior"]["p"].values
    heads, n = (TOSSES & VALID).sum(axis=1), VALID.sum(axis=1)
    expected = heads * np.log(p) + (n - heads) * np.log1p(-p)
    np.testing.assert_allclose(fit.draws["log_likelihood"]["choices"].values, expected, rtol=1e-4, atol=1e-3)
    np.testing.assert_array_equal(fit.n_choices, n)
    assert fit.standard_errors is not None and fit.covariance is not None
    np.testing.assert_allclose(fit.standard_errors["p"], p.std(axis=(0, 1)), rtol=1e-6)
    np.testing.assert_allclose(fit.log_lik, heads * np.log(fit.values["p"]) + (n - heads) * np.log1p(-fit.values["p"]))
    assert fit.contraction is not None and fit.labels is not None and fit.left_out == ()
    information = n * fit.values["p"] * (1 - fit.values["p"]) * (fit.draws["posterior"]["sd"].values ** 2).mean()
    np.testing.assert_allclose(fit.contraction["p"], information / (1 + information), rtol=1e-4)
    assert fit.contraction["p"][n == T].mean() > fit.contraction["p"][n == 10].mean() > 0
    alone = heads / n  # shrunk towards the group
    assert fit.values["p"].std() < alone.std() and np.corrcoef(fit.values["p"], alone)[0, 1] > 0.9


def test_the_table_has_no_column_of_a_search_that_was_not_made(fit: FitResult) -> None:
    assert {"p", "p_se", "converged", "at_bound"} <= set(fit.table())
    assert not {"starts_agreeing", "gradient_norm"} & set(fit.table())
    group, draws = fit.group, fit.draws["posterior"]["coefficients_p"].values
    assert group is not None
    np.testing.assert_allclose(group["se"], draws.std(axis=(0, 1), ddof=1), rtol=1e-3)
    np.testing.assert_allclose(group["sd_between"], float(fit.draws["posterior"]["sd"].mean()), rtol=1e-6)


def test_arviz_reads_the_draws(fit: FitResult) -> None:
    import arviz as az

    tree = for_arviz(fit.draws)
    summary = az.summary(tree, var_names=["sd", "coefficients_p"])
    table = fit.fitted.curve["diagnostics"]
    ours = table[table["unit"] < 0]["ess_bulk"].sum()
    assert summary["ess_bulk"].astype(float).sum() == pytest.approx(ours, rel=0.03)
    assert loo(fit.draws["log_likelihood"]["choices"].values).elpd < 0


def test_em_agrees_with_it_about_the_population(fit: FitResult) -> None:
    em = fit_em(Coin(), COINS, design=DESIGN, starts=1, quiet=True)
    assert fit.group is not None and em.group is not None
    half = (fit.group["high"] - fit.group["low"]) / 2
    assert (np.abs(em.group["mean"] - fit.group["mean"]) < 0.6 * half).all()


def test_too_few_draws_are_said(fit: FitResult) -> None:
    with pytest.warns() as said:
        short = fit_nuts(Coin(), COINS, design=DESIGN, draws=60, most=None, quiet=True)
    assert all(one.category is FitWarning for one in said) and len(said) == len(short.problems())
    assert any("effective draws (tail)" in sentence for sentence in short.problems())
    np.testing.assert_array_equal(  # the first pieces of the same chains
        short.draws["posterior"]["p"].values, fit.draws["posterior"]["p"].values[:, :60]
    )


def test_chains_run_on_until_they_meet_the_standard(tmp_path: Path, fit: FitResult) -> None:
    kept = tmp_path / "nuts.npz"
    with pytest.warns():
        short = fit_nuts(Coin(), COINS, design=DESIGN, draws=60, most=100, checkpoint=kept, quiet=True)
    assert short.problems()[0].startswith("Sampling ended at 100 draws a chain, short of the standard")
    enough = fit_nuts(Coin(), COINS, design=DESIGN, draws=60, checkpoint=kept, quiet=True)  # goes on from there
    assert enough.problems() == []
    n = enough.fitted.origin["draws"]
    assert 100 < n < 1000 and n in looks(60, 4000)
    before = max(look for look in looks(60, 4000) if look < n)
    drawn = {name: fit.draws["posterior"][name].values[:, :before] for name in ("coefficients_p", "sd")}
    p = fit.draws["posterior"]["p"].values[:, :before]
    problem = Problem.of(Coin(), COINS, None, DESIGN, None)
    assert not reached(diagnosed(problem, drawn | {"z": np.log(p / (1 - p))[..., None]}))  # no sooner could it stop
    np.testing.assert_array_equal(enough.draws["posterior"]["p"], fit.draws["posterior"]["p"].values[:, :n])


def test_a_fit_that_was_interrupted_ends_as_if_it_had_not_been(
    tmp_path: Path, fit: FitResult, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls, piece = [], Sampler.piece

    def stopped(self: Sampler, *given: object) -> object:
        calls.append(1)
        if len(calls) == 8:  # the warmup and one piece of draws are done
            raise KeyboardInterrupt
        return piece(self, *given)  # type: ignore[arg-type]

    options = {"design": DESIGN, "draws": 1000, "most": None, "checkpoint": tmp_path / "nuts.npz", "quiet": True}
    monkeypatch.setattr(Sampler, "piece", stopped)
    with pytest.raises(KeyboardInterrupt):
        fit_nuts(Coin(), COINS, **options)
    resumed = fit_nuts(Coin(), COINS, **options)
    assert len(calls) == 8 + 19
    np.testing.assert_array_equal(resumed.draws["posterior"]["p"], fit.draws["posterior"]["p"])


def test_chains_are_the_same_when_all_that_was_compiled_has_been_let_go(fit: FitResult) -> None:
    jax.clear_caches()
    with pytest.warns(FitWarning):
        again = fit_nuts(Coin(), COINS, design=DESIGN, draws=60, most=None, quiet=True)
    np.testing.assert_array_equal(again.draws["posterior"]["p"], fit.draws["posterior"]["p"].values[:, :60])


def test_units_that_do_not_differ_make_no_funnel() -> None:
    tosses = np.random.default_rng(0).uniform(size=(N, T)) < 0.4
    alike = fit_nuts(Coin(), record(np.where(VALID, tosses, -1), valid=VALID), design=DESIGN, quiet=True)
    assert alike.problems() == []
    assert alike.draws["posterior"]["sd"].quantile(0.05) < 0.05


def test_bad_requests_are_sentences() -> None:
    with pytest.raises(BadValue, match="two chains"):
        fit_nuts(Coin(), COINS, chains=1)
    with pytest.raises(BadValue, match="no free parameter"):
        fit_nuts(Coin(), COINS, fixed={"p": 0.5})
    with pytest.raises(BadValue, match="5 rows, but 24 units"):
        fit_nuts(Coin(), COINS, design=Design.of({"p": "group"}, WHO[:5]))
    with pytest.raises(BadValue, match="no method 'stan'"):
        fit_by(Coin(), COINS, "stan")
    with pytest.raises(BadValue, match="map does not learn"):
        fit_by(NearNormalMean(), COINS, "map", design=DESIGN)

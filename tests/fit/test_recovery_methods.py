"""Recovery goes by the method that is asked for, with its own intervals, from a population where it learns one."""

import numpy as np
import pandas as pd
import pytest
from fit_sessions import Coin
from scipy.special import expit, logit

from neurorl.core.errors import BadValue
from neurorl.fit import methods
from neurorl.fit.design.formula import Design
from neurorl.fit.design.model_recovery import recover_models
from neurorl.fit.design.recovery import Recovery, recover
from neurorl.fit.design.schedule import Schedule
from neurorl.fit.design.truth import Truth, for_subjects, from_population
from neurorl.fit.methods.em import fit_em
from neurorl.tasks.bandit import TASK

N, T = 12, 25
SCHEDULE = Schedule.even(N, 1, T)
TRUE = expit(np.linspace(-1.5, 1.5, N))


def recovered(method: str, **more) -> Recovery:
    true = Truth({"p": TRUE}, "a grid")
    return recover(Coin(), TASK, schedule=SCHEDULE, true=true, method=method, quiet=True, **more)


@pytest.mark.parametrize("method", ["map", "ml", "em", "hbi"])
def test_the_method_that_was_asked_for_fits_and_is_named(method: str) -> None:
    found = recovered(method, starts=1)
    assert found.fit.method == found.method == method and found.starts == 1 and found.source == "a grid"
    assert found.about == f"Recovery by {method} with 1 start: {N} simulated subjects, true values from a grid."
    assert methods.method_of(method).intervals in found.intervals
    row = found.summary.iloc[0]
    assert row["n_intervals"] == row["n_subjects"] == N and row["r"] > 0.7 and found.notes == ()
    z, covariance = logit(found.fit.values["p"]), found.fit.covariance
    assert covariance is not None
    inside = np.abs(z - logit(TRUE)) <= 1.6448536 * np.sqrt(covariance[:, 0, 0])
    assert row["coverage_90"] == pytest.approx(inside.mean())


def test_starts_are_refused_where_nothing_searches() -> None:
    with pytest.raises(BadValue, match="starting points of a search, which vi does not make"):
        recovered("vi", starts=4)
    with pytest.raises(BadValue, match="which nuts does not make"):
        methods.fit(Coin(), None, "nuts", starts=2)  # pyright: ignore[reportArgumentType]


@pytest.mark.slow
def test_draws_have_intervals_of_their_own() -> None:
    with pytest.warns(UserWarning, match="a preview"):
        found = recovered("vi")
    assert found.starts is None and "with" not in found.about
    p = found.fit.draws["posterior"]["p"].values[0]
    low, high = np.quantile(p, [0.05, 0.95], axis=0)
    assert found.summary["coverage_90"].iloc[0] == ((low <= TRUE) & (high >= TRUE)).mean()


def test_a_coverage_that_is_not_there_is_explained() -> None:
    def without(agent, records, **settings):
        return methods.fit(agent, records, "map", laplace=False, **settings)

    found = recovered("map", fit=without)
    assert np.isnan(found.summary["coverage_90"].iloc[0]) and found.summary["n_intervals"].iloc[0] == 0
    assert found.notes == (
        "12 of 12 subjects have no interval of p (the posterior is not curved downwards at its maximum, or no standard "
        "errors were asked for), so there is no coverage_90.",
    )


def test_true_values_come_from_the_population_that_was_learned() -> None:
    records = SCHEDULE.record(_key(), Coin(), _params(TRUE), TASK)
    ill = pd.DataFrame({"dx": np.where(np.arange(N) < N // 2, "ill", "well")})
    design = Design.of({"p": "dx"}, ill)
    fit = fit_em(Coin(), records, design=design, starts=1, quiet=True)
    many = np.arange(4000) % N
    true = from_population(fit, Coin(), for_subjects(design, many), seed=2)
    assert true.source == "the population that em learned" and fit.group is not None
    z, rows = logit(true.values["p"]), fit.group.set_index("term")
    a, b, sd = rows["mean"].iloc[0], rows["mean"].iloc[1], rows["sd_between"].iloc[0]
    assert z[many < N // 2].mean() == pytest.approx(a, abs=0.1) and b > 0
    assert z[many >= N // 2].mean() == pytest.approx(a + b, abs=0.1)
    assert z[many < N // 2].std() == pytest.approx(sd, rel=0.1)
    with pytest.raises(BadValue, match="map learns no population"):
        from_population(recovered("map").fit, Coin(), design)


@pytest.mark.parametrize("method", ["ml", "em", "hbi"])
def test_models_are_told_apart_by_what_the_method_goes_by(method: str) -> None:
    agents = {"near": Coin(), "far": Coin()}
    found = recover_models(agents, TASK, Schedule.even(6, 1, 10), method=method, starts=1, quiet=True)
    assert found.method == method and found.criterion == methods.method_of(method).criterion and len(found.table) == 12
    np.testing.assert_allclose(found.confusion.sum(axis=1), 1)
    assert found.about.startswith(f"Model recovery by {method} with 1 start: 6 simulated subjects of each model")
    if method == "hbi":
        with pytest.raises(BadValue, match="chooses models by the responsibilities"):
            recover_models(agents, TASK, SCHEDULE, method="hbi", criterion="bic")


def test_held_parameters_stay_held_in_model_recovery() -> None:
    held = {"near": {"p": 0.9}}
    agents = {"near": Coin(), "far": Coin()}
    found = recover_models(agents, TASK, Schedule.even(8, 1, 40), fixed=held, method="ml", starts=1, quiet=True)
    assert found.confusion.loc["near", "near"] == 1.0  # BIC spares it the parameter


@pytest.mark.parametrize("method", ["ml", "hbi"])
def test_a_subject_without_choices_keeps_the_others_under_their_own_labels(method: str) -> None:
    agents, schedule = {"near": Coin(), "far": Coin()}, Schedule(np.arange(4), np.array([10, 0, 10, 10]))
    true = {"near": Truth({"p": TRUE[:4]}, "a grid")}
    with pytest.warns(UserWarning, match="no choice is scored"):
        found = recover_models(agents, TASK, schedule, true=true, method=method, starts=1, quiet=True)
    assert found.table["subject"].tolist() == [0, 2, 3] * 2
    assert found.source == "a grid and the declared priors"


def _key():
    import jax

    return jax.random.key(1)


def _params(p):
    import jax.numpy as jnp
    from fit_sessions import Params

    return Params(p=jnp.asarray(p))

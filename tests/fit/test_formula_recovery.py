"""Populations with covariates come back, whichever way their formula is written."""

import functools

import jax
import numpy as np
import pandas as pd
import pytest
from coins import COINS, WHO
from fit_sessions import Coin, record

from neurorl.agents.rescorla_wagner import RescorlaWagner
from neurorl.core.errors import BadData, BadValue
from neurorl.fit import FitResult
from neurorl.fit.design.formula import Design
from neurorl.fit.methods.em import fit_em, maximised
from neurorl.fit.methods.nuts import data_of
from neurorl.fit.population import Inner
from neurorl.fit.sampling.hierarchical import prior_scale
from neurorl.fit.sampling.starting_points import Pilot
from neurorl.tasks.bandit import TASK

N, T, ALPHA = 40, 200, 0.3
RNG = np.random.default_rng(2)
DX = np.where(np.arange(N) % 2, "patient", "control")
AGE = np.tile(np.linspace(-1.6, 1.6, N // 2), 2)[np.argsort(np.arange(N) % 2, kind="stable").argsort()]
PEOPLE = pd.DataFrame({"dx": DX, "age": AGE})
SLOPE = np.where(DX == "control", 1.2, 0.0)  # of beta on age, on the logit scale


@functools.cache
def sessions() -> tuple[np.ndarray, np.ndarray]:
    """Delta-rule learners on a bandit (.2, .8) that swaps its arms every 20 trials."""
    z = -0.8 + SLOPE * AGE + 0.2 * RNG.normal(size=N)
    beta, q, at = 20 / (1 + np.exp(-z)), np.zeros((N, 2)), np.arange(N)
    actions, rewards = np.zeros((N, T), int), np.zeros((N, T))
    for t in range(T):
        a = (RNG.uniform(size=N) < 1 / (1 + np.exp(-beta * (q[:, 1] - q[:, 0])))).astype(int)
        good = 0.2 + 0.6 * (a == (t // 20) % 2)
        r = (RNG.uniform(size=N) < good).astype(float)
        q[at, a] += ALPHA * (r - q[at, a])
        actions[:, t], rewards[:, t] = a, r
    return actions, rewards


@functools.cache
def fitted(formula: str) -> FitResult:
    design = Design.of({"beta": formula}, PEOPLE)
    learner = RescorlaWagner(TASK.spaces, initial=0.0)
    return fit_em(learner, record(*sessions()), design=design, fixed={"alpha": ALPHA}, starts=2, quiet=True)


def test_each_group_has_its_own_slope() -> None:
    fit = fitted("beta ~ dx + dx:age")
    assert fit.group is not None
    rows = fit.group.set_index("term")
    assert rows.index.tolist() == ["Intercept", "dx[patient]", "dx[control]:age", "dx[patient]:age"]
    for term, truth in (("dx[control]:age", 1.2), ("dx[patient]:age", 0.0)):
        row = rows.loc[term]
        assert row["low"] < truth < row["high"] and row["high"] - row["low"] < 0.5
        assert row["low"] == pytest.approx(row["mean"] - 1.959964 * row["se"])
    assert rows["mean_on_scale"].notna().tolist() == [True, False, False, False]


def test_another_way_to_write_it_is_the_same_fit() -> None:
    one, other = fitted("beta ~ dx + dx:age"), fitted("beta ~ dx * age")
    assert one.group_log_evidence == pytest.approx(other.group_log_evidence, abs=1e-3)
    assert one.integrated_bic == pytest.approx(other.integrated_bic, abs=2e-3)
    assert one.group is not None and other.group is not None
    mine, its = one.group.set_index("term"), other.group.set_index("term")
    assert mine.loc["dx[control]:age", "mean"] == pytest.approx(its.loc["age", "mean"], abs=1e-3)
    assert mine.loc["dx[control]:age", "se"] == pytest.approx(its.loc["age", "se"], rel=1e-3)
    difference = mine.loc["dx[patient]:age", "mean"] - mine.loc["dx[control]:age", "mean"]
    assert difference == pytest.approx(its.loc["dx[patient]:age", "mean"], abs=1e-3)


def test_without_an_intercept_each_group_has_its_mean() -> None:
    with_one, without = (
        fit_em(Coin(), COINS, design=Design.of({"p": f}, WHO), quiet=True) for f in ("group", "0 + group")
    )
    assert with_one.group_log_evidence == pytest.approx(without.group_log_evidence, abs=1e-3)
    assert with_one.n_group_params == without.n_group_params
    assert with_one.group is not None and without.group is not None
    rows = without.group.set_index("term")
    assert rows.index.tolist() == ["group[control]", "group[patient]"]
    means = with_one.group["mean"].to_numpy()
    np.testing.assert_allclose(rows["mean"], [means[0], means.sum()], atol=1e-3)
    np.testing.assert_allclose(rows["mean_on_scale"], 1 / (1 + np.exp(-rows["mean"].to_numpy())), rtol=1e-5)


def test_priors_of_group_means_are_those_of_an_intercept() -> None:
    assert prior_scale(np.array([True, False, True])).tolist() == [1.5, 1.0, 1.5]
    for formula, scale in (("group", [1.5, 1.0]), ("0 + group", [1.5, 1.5])):
        columns = Design.of({"p": formula}, WHO).columns("p")
        flat = np.zeros((len(WHO), 1))
        pilot = Pilot(flat, flat + 1, [np.zeros(2)], np.ones(1), [columns.x], [columns.means])
        np.testing.assert_array_equal(data_of(COINS, None, pilot).scale[0], scale)


def test_notes_of_a_formula_reach_the_fit() -> None:
    design = Design.of({"p": "0 + x"}, pd.DataFrame({"x": np.linspace(1, 2, 24)}))
    fit = fit_em(Coin(), COINS, design=design, starts=1, quiet=True)
    assert any("Formula of p: There is neither an intercept" in sentence for sentence in fit.problems())
    assert any("lies far from 0" in note for note in design.notes(priors=True))
    short = Design.of({"p": "I(x / 10)"}, pd.DataFrame({"x": np.linspace(-1, 1, 24)}))
    assert any("varies by less than 0.5" in note for note in short.notes(priors=True)) and not short.notes()


def test_a_group_whose_units_all_failed_is_said() -> None:
    x = [np.column_stack([np.ones(6), np.arange(6) < 2])]
    z, none = np.zeros((6, 1)), np.full(6, np.nan)
    evidence = np.where(np.arange(6) < 2, np.nan, -1.0)
    inner = Inner(z, np.ones((6, 1, 1)), none, evidence, none, np.ones(6, bool), np.ones(6))
    with jax.enable_x64(True), pytest.raises(BadValue, match="2 of 6 units could not be fitted, and without them"):
        maximised(inner, x)


def test_rows_in_another_order_than_the_units_are_refused() -> None:
    ids = np.array([f"s{i:02d}" for i in range(len(WHO))])
    who = WHO.assign(subject=ids[::-1])
    with pytest.raises(BadValue, match=r"rows of the design are of s23, s22.* the order s00, s01.*sort the table"):
        fit_em(Coin(), COINS, groups=ids, design=Design.of({"p": "group"}, who), quiet=True)
    Design.of({"p": "group"}, WHO.assign(subject=ids)).check_order(ids)
    Design.of({"p": "group"}, who).check_order(range(24))  # other names say nothing


def test_a_group_without_any_choice_is_said() -> None:
    who = pd.DataFrame({"group": np.where(np.arange(24) < 2, "patient", "control")})
    design = Design.of({"p": "group"}, who)
    assert design.rows(np.arange(24) > 0).n_units == 23
    with pytest.raises(BadData, match=r"Without the 2 units that have no scored choice.*formula of p"):
        design.rows(np.arange(24) > 1)

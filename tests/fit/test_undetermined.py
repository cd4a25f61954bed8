"""Subjects whose choices say nothing of a parameter are named, and those without a scored choice are left out."""

from dataclasses import replace

import jax
import numpy as np
import pandas as pd
import pytest
from fit_sessions import Coin, record, rescorla_wagner_sessions

from neurorl.agents.rescorla_wagner import RescorlaWagner
from neurorl.core.errors import BadData
from neurorl.fit import FitResult, FitWarning, fit_map
from neurorl.fit.design.formula import Design
from neurorl.fit.evidence.cross_validation import cross_validate, make_folds
from neurorl.fit.methods.em import fit_em
from neurorl.fit.methods.hbi import fit_hbi
from neurorl.fit.predictive import choice_probabilities
from neurorl.fit.undetermined import FEW, ONE_OPTION, UNPAID, reasons
from neurorl.fit.units import by_unit, with_choices
from neurorl.tasks.bandit import TASK

LEARNER = RescorlaWagner(TASK.spaces, initial=0.0)  # so that the values of one who is never paid stay even
STEPS = 100
ACTIONS, REWARDS = rescorla_wagner_sessions(n=7, steps=STEPS, seed=4)
VALID = np.ones(ACTIONS.shape, bool)
NAMES = ["good", "unpaid", "once", "omitted", "side", "well", "fine"]
REWARDS[1] = 0  # never paid
VALID[2, 1:] = False  # one trial
VALID[3] = False  # all omitted
ACTIONS[4] = 1  # one side always
WHO = pd.DataFrame({"subject": NAMES})
RECORDS = record(np.where(VALID, ACTIONS, -1), np.where(VALID, REWARDS, 0), VALID)
OPEN = {"unpaid": UNPAID, "once": FEW, "side": ONE_OPTION}


@pytest.fixture(scope="module")
def fit() -> FitResult:
    with pytest.warns(FitWarning, match=r"Unit 3 \(1 of 7\): left out"):
        return fit_map(LEARNER, RECORDS, starts=2, quiet=True)


def test_open_parameters_are_named_with_their_reason_and_no_others_are(fit: FitResult) -> None:
    table = fit.table(WHO).set_index("subject")
    assert table.index.tolist() == [name for name in NAMES if name != "omitted"]
    assert {name: why for name, why in table["why"].items() if why} == OPEN
    assert {name: names for name, names in table["undetermined"].items() if names} == dict.fromkeys(OPEN, "alpha,beta")
    prior = table.loc[["unpaid", "once"]]  # for zero values of both options the likelihood is flat
    np.testing.assert_allclose(prior[["alpha_contraction", "beta_contraction"]], 0, atol=1e-6)
    assert (table.loc[["good", "well", "fine"], "beta_contraction"] > 0.7).all()
    said = fit.problems(WHO)
    assert said[0] == "Subject omitted (1 of 7): left out, because no choice is scored."
    for name, why in OPEN.items():
        assert any(name in line and why in line and "alpha, beta" in line for line in said)
    assert not any(name in line for line in said for name in ("good", "well", "fine"))
    averages = fit.averages().set_index("parameter")
    hopeful = fit_map(RescorlaWagner(TASK.spaces), replace(RECORDS, **_of(4)), starts=1, quiet=True)
    assert hopeful.contraction is not None  # starting at 0.5, one side always: beta ends at 20, where its prior is flat
    assert 0 <= hopeful.contraction["beta"][0] <= 1 and hopeful.undetermined == (("alpha", "beta"),)
    assert averages["n_undetermined"].tolist() == [3, 3] and averages["n_units"].tolist() == [6, 6]


def _of(row: int) -> dict[str, np.ndarray]:
    return vars(jax.tree.map(lambda leaf: np.asarray(leaf)[[row]], RECORDS))


def test_contraction_of_a_coin_in_closed_form() -> None:
    """Of a Beta(3, 2) prior, heads and tails add to a + b: 1 - (a + b) / (a + b + n) at the highest place over z."""
    tosses = np.tile([0, 1], (2, 10))
    seen = np.ones(tosses.shape, bool)
    seen[1, 2:] = False
    for prior in (True, False):
        found = fit_map(Coin(), record(tosses, valid=seen), starts=1, prior=prior, quiet=True).contraction
        assert found is not None
        np.testing.assert_allclose(found["p"], [20 / 25, 2 / 7], rtol=1e-5)


def test_every_method_says_so(fit: FitResult) -> None:
    more = {"starts": 1, "quiet": True}
    with pytest.warns(FitWarning, match="left out"):
        em = fit_em(LEARNER, RECORDS, design=Design.intercepts(7), **more)
    with pytest.warns(FitWarning, match="left out"):
        hbi = fit_hbi({"it": LEARNER}, RECORDS, **more)
    with pytest.warns(FitWarning, match="left out"):
        ml = fit_map(LEARNER, RECORDS, prior=False, **more)
    assert hbi.left_out == (3,) and len(hbi.responsibilities) == 6
    for one in (em, hbi.results["it"], ml):
        assert one.left_out == (3,) and one.labels.tolist() == [0, 1, 2, 4, 5, 6] and one.why == fit.why
        assert [bool(names) for names in one.undetermined] == [False, True, True, True, False, False]
    assert em.contraction is not None and em.group is not None and em.covariance is not None
    share = 1 - em.covariance[:, 1, 1] / em.group["sd_between"].to_numpy()[1] ** 2
    np.testing.assert_allclose(em.contraction["beta"], np.maximum(share, 0), atol=1e-12)


def test_what_reads_a_fit_knows_who_was_left_out(fit: FitResult) -> None:
    everybody = np.arange(7)
    assert fit.rows_of(everybody).tolist() == [0, 1, 2, -1, 3, 4, 5]
    p = choice_probabilities(LEARNER, fit, RECORDS, everybody, 2)
    assert np.isnan(p[3]).all() and np.isfinite(p[[0, 4]]).all()
    some = np.array([0, 3, 5])
    three = jax.tree.map(lambda leaf: np.asarray(leaf)[some], RECORDS)
    folds = make_folds(three, folds=2)
    assert folds.kind == "blocks of trials" and (folds.of_step[1] == -1).all()

    def again(agent, records, groups):
        return fit_map(agent, records, groups=groups, starts=1, laplace=False, quiet=True)

    with pytest.warns(FitWarning, match="Left out of cross-validation.*unit 1"):
        held = cross_validate(LEARNER, three, folds, again)
    assert held["unit"].tolist() == [0, 2, 0, 2] and held["n_choices"].sum() == 2 * STEPS and not held["failed"].any()
    with pytest.raises(
        BadData, match=r"too few scored choices for 2 blocks of trials \(at least 4 are needed\): once \(1\)\."
    ):
        make_folds(RECORDS, folds=2, names=NAMES)


def test_nobody_with_a_scored_choice_is_an_error_and_groups_are_kept_together() -> None:
    nothing = record(-np.ones((2, 5)), valid=np.zeros((2, 5), bool))
    with pytest.raises(BadData, match="No session has a scored choice"):
        fit_map(Coin(), nothing, quiet=True)
    half = record(np.zeros((4, 2)), valid=np.array([[True, True], [False, False], [False, False], [False, False]]))
    kept, groups, left_out = with_choices(half, ["b", "b", "a", "c"])
    assert list(groups) == ["b", "b"] and left_out == ("a", "c") and kept.reward.shape == (2, 2)
    assert with_choices(half, [0, 0, 0, 0])[1:] == ([0, 0, 0, 0], ())


def test_reasons_look_at_all_sessions_of_a_unit() -> None:
    action = np.array([[0, 0, 1], [1, 1, 1], [0, 0, 0], [0, 0, 0]])
    reward = np.array([[0, 0, 0], [0, 0, 1], [0, 1, 0], [1, 0, 0]])
    sessions = by_unit(record(action, reward), [0, 0, 1, 1]).sessions
    assert reasons(sessions, 2) == ("", ONE_OPTION)
    assert reasons(sessions, 7) == (FEW, FEW)


@pytest.mark.slow
def test_few_of_a_realistic_sample_are_named() -> None:
    """40 subjects from the priors, 200 trials each: at most one in eight, and their parameters are badly recovered."""
    from neurorl.fit import recover

    found = recover(LEARNER, TASK, subjects=40, steps=200, starts=2, seed=1, quiet=True)
    named = np.array([bool(names) for names in found.fit.undetermined])
    assert named.mean() <= 0.125, named.sum()

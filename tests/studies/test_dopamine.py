"""The dopamine study: smoke run, where errors are read, closed forms by hand, and learners that should miss."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from neurorl.core import catalogue
from neurorl.report.runner import run_study
from neurorl.studies.neftci2019.dopamine.evidence import by_time
from neurorl.studies.neftci2019.dopamine.measures import graded, moments
from neurorl.studies.neftci2019.dopamine.sessions import (
    BINS,
    CHANCES,
    CUE,
    GAMMA,
    LEARNERS,
    REWARD,
    SESSIONS,
    STEPS,
    TIMED,
    TRAINED,
    TRIALS,
    timed,
    timed_errors,
)
from neurorl.testing import check_study

STUDY = catalogue.load("study", "dopamine")


@pytest.fixture(scope="module")
def result(tmp_path_factory):
    folder = tmp_path_factory.mktemp("dopamine")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NEURORL_CACHE", str(folder / "cache"))
        yield run_study(STUDY, scale="smoke", seed=0, out=folder, quiet=True)


def test_smoke_obeys_the_laws_of_studies(result):
    check_study(STUDY, smoke=result.values).raise_if_broken()
    for name in ("errors", "uncertainty", "teaching", "credit"):
        assert (result.folder / "figures" / f"{name}.svg").stat().st_size > 1_000


def test_all_that_is_exact_holds_at_any_scale(result):
    judged = {v.expect.measure: (v.outcome, v.value) for v in result.verdicts if v.expect.scale == "smoke"}
    assert len(judged) > 25 and {outcome for outcome, _ in judged.values()} == {"held"}, judged


def test_the_error_of_a_time_stands_in_the_row_before():
    rows = np.arange(2 * 3 * STEPS).reshape(2, 3 * STEPS)
    table = by_time(rows)
    assert table.shape == (2, 3, STEPS)
    assert table[1, 2, REWARD] == rows[1, 2 * STEPS + REWARD - 1] and not table[:, :, 0].any()


def test_sessions_probe_on_the_trial_after_training():
    for name, phases in SESSIONS.items():
        trials = [n for n, _ in phases]
        assert sum(trials[:2]) == (TRAINED if name != "blocking" else TRIALS - 1)
        assert trials[2] == 1


def test_moments_are_read_at_the_times_they_name():
    """Errors that tell where they stand: 1000 trial + 100 session + time, for every learner."""
    shape = (len(LEARNERS), len(SESSIONS), TRIALS, STEPS)
    trial, session, time = np.arange(TRIALS)[:, None], np.arange(len(SESSIONS))[:, None, None], np.arange(STEPS)
    rpe = np.broadcast_to(1000.0 * trial + 100.0 * session + time, shape)
    dims = ("learner", "session", "trial", "time")
    row = moments(xr.Dataset({"rpe": (dims, rpe)}, {"learner": list(LEARNERS), "session": list(SESSIONS)})).iloc[0]
    of = {name: 100.0 * i for i, name in enumerate(SESSIONS)}
    assert row["reward_first"] == REWARD and row["cue_trained"] == 1000 * (TRAINED - 1) + CUE
    assert row["omitted"] == 1000 * TRAINED + of["omitted"] + REWARD
    assert row["early"] == 1000 * TRAINED + of["early"] + 10 and row["late"] == 1000 * TRAINED + of["late"] + 20
    assert row["omitted_dip"] == 1000 * TRAINED + of["omitted"]
    assert row["passed"] == 0  # the largest stands at the last step


def test_graded_errors_are_weighted_by_their_trials():
    rows = [
        (p, paid, time, value, n)
        for p in CHANCES
        for paid, value, n in ((True, 0.6, 3), (False, 0.2, 1))
        for time in (CUE, REWARD)
    ]
    table = graded(pd.DataFrame(rows, columns=["p", "paid", "time", "rpe", "n"]))
    np.testing.assert_allclose(table["cue"], 0.5)
    assert set(table["rewarded"]) == {0.6} and set(table["omitted"]) == {0.2}
    np.testing.assert_allclose(table["cue_exact"], np.asarray(CHANCES) * GAMMA**10)


def test_odds_of_uncertain_times_are_a_gaussian_and_an_omission():
    odds = np.asarray(timed().odds)[:, 0]
    np.testing.assert_allclose(odds.sum(1), 1, rtol=1e-6)
    np.testing.assert_allclose(odds[:, -1], [0, 0.1], atol=1e-7)
    np.testing.assert_allclose(odds[0, 4] / odds[0, 2], np.exp(0.5 * (2 / 2.5) ** 2), rtol=1e-6)
    assert len(BINS) == 9 and list(TIMED.values()) == [1.0, 0.9]


def test_closed_forms_of_uncertain_times_are_those_of_belief_states():
    """Errors of TD over belief states as simulated before: .077 to 0, and .17 to .70."""
    certain, omitted = (timed_errors(p, reset=True) for p in (1.0, 0.9))
    np.testing.assert_allclose(certain[[0, -1]], [0.077, 0.0], atol=5e-4)
    np.testing.assert_allclose(omitted[[0, -1]], [0.169, 0.700], atol=5e-4)
    assert np.polyfit(BINS, certain, 1)[0] == pytest.approx(-0.0093, abs=1e-4)
    assert np.polyfit(BINS, omitted, 1)[0] == pytest.approx(0.0568, abs=1e-4)
    assert np.polyfit(BINS, timed_errors(1.0, reset=False), 1)[0] == pytest.approx(0, abs=1e-12)

"""Errors at cues around a reversal, by hand; and how units carry a state, on units made to do so."""

import numpy as np
import pandas as pd
import pytest
import xarray as xr

from neurorl.analysis.inferred_value import cue_trials, errors_by_trial, errors_summary, flips, reversal_errors
from neurorl.analysis.latent_state import changed_blocks, decoded_share, group_points, state_positions
from neurorl.core.errors import BadData

G = 0.9


def table(cues, rewarded, place, expected, subject=0, session=0):
    """Decisions of one session whose value at each cue is `expected` of that trial's cue, 0.5 at fixation."""
    rows = []
    for trial, (cue, pays, k, v) in enumerate(zip(cues, rewarded, place, expected, strict=True)):
        for step in range(4):
            rows.append(
                {
                    "subject": subject,
                    "session": session,
                    "trial": trial,
                    "state": (0, 1 + cue, 3, 4)[step],
                    "choice": 0,
                    "reward": float(step == 2 and cue == pays),
                    "latent_value": (0.5, v, 0.25, 0.125)[step],
                    "truth_cue": cue,
                    "truth_rewarded": pays,
                    "truth_block": sum(p == 0 for p in place[: trial + 1]) - 1,
                    "truth_place": k,
                }
            )
    return pd.DataFrame(rows)


# Blocks of three trials: left pays; then right (a reversal); then right still.
SESSION = table(
    cues=[0, 1, 0, 0, 1, 0, 1, 0, 1],
    rewarded=[0, 0, 0, 1, 1, 1, 1, 1, 1],
    place=[0, 1, 2] * 3,
    expected=[0.5, 0.4, 0.9, 0.8, 1.0, 0.0, 0.9, 0.1, 0.9],
)


def test_errors_stand_on_the_step_whose_input_brings_them():
    trials = cue_trials(SESSION)
    np.testing.assert_allclose(trials["rpe_cue"], [G * v - 0.5 for v in [0.5, 0.4, 0.9, 0.8, 1.0, 0.0, 0.9, 0.1, 0.9]])
    np.testing.assert_allclose(trials["rpe_response"][3], G * 0.25 - 0.8)
    np.testing.assert_allclose(trials["rpe_outcome"], trials["pays"] + G * 0.125 - 0.25)
    np.testing.assert_allclose(trials["rpe_fixation"][1:], G * 0.5 - 0.125)
    assert np.isnan(trials["rpe_fixation"][0])
    np.testing.assert_array_equal(trials["reversed"], [np.nan] * 3 + [1.0] * 3 + [0.0] * 3)
    np.testing.assert_array_equal(trials["last_cue"], [np.nan, 0, 1, 0, 0, 1, 0, 1, 0])


def test_panels_of_a_single_reversal():
    errors = reversal_errors(cue_trials(SESSION))
    at_cue = errors[errors["step"] == "cue"].set_index(["moment", "role"])["rpe"]
    # The reversal trial shows the left cue, which was rewarded before; the next shows the other one.
    assert dict(at_cue) == pytest.approx({("before", "prior"): G * 0.8 - 0.5, ("inferred", "after"): G * 1.0 - 0.5})
    summary = errors_summary(errors)
    assert set(summary["n_units"]) == {1}


def two_learners():
    """All six cases; errors of subject 0 turn in both panels, those of subject 1 in the experienced one only."""
    parts = []
    for subject, inferred in ((0, 1.0), (1, 0.0)):
        for session, (first, second) in enumerate([(0, 0), (0, 1), (1, 0), (1, 1)]):
            seen = first == second
            before = 0.9 if first == 0 else 0.1
            turned = (0.1 if second == 0 else 0.9) if seen or inferred else (0.9 if second == 0 else 0.1)
            parts.append(
                table([0, 1, first, second], [0, 0, 1, 1], [0, 1, 0, 1], [0.9, 0.1, before, turned], subject, session)
            )
    return cue_trials(pd.concat(parts, ignore_index=True))


def test_flips_tell_inference_from_caching():
    trials = two_learners()
    table = flips(reversal_errors(trials)).set_index("subject")
    assert list(table["experienced"]) == [True, True] and list(table["inferred"]) == [True, False]
    np.testing.assert_allclose(table["ratio"], [1.0, -1.0])
    course = errors_by_trial(trials).query("subject == 1").set_index(["since", "role"])["rpe"]
    assert course[0, "prior"] == pytest.approx(G * 0.9 - 0.5)
    assert course[1, "prior"] == pytest.approx(0.0 * G + (G * 0.1 + G * 0.9) / 2 - 0.5)
    assert course[-1, "after"] == pytest.approx(G * 0.1 - 0.5)


def test_trials_of_another_length_are_named():
    with pytest.raises(BadData, match="trials of 4 steps"):
        cue_trials(SESSION.iloc[:-1])
    with pytest.raises(BadData, match="truth_place"):
        cue_trials(SESSION.drop(columns="truth_place"))
    with pytest.raises(BadData, match="No block begins with an exchange of roles"):
        reversal_errors(cue_trials(SESSION[SESSION["trial"] < 3]))


def units(seed=0, sessions=8, trials=40):
    """One unit that holds the state of the trial before, one that knows the cue at step 2, and noise."""
    rng = np.random.default_rng(seed)
    dims = ("replica", "session", "trial")
    shape = (2, sessions, trials)
    place = np.broadcast_to(np.arange(trials) % 5, shape)
    block = np.broadcast_to(np.arange(trials) // 5, shape)
    state = rng.integers(0, 2, (*shape[:2], trials // 5)).repeat(5, axis=2)
    cue = rng.integers(0, 2, shape)
    held = np.concatenate([state[..., :1], state[..., :-1]], axis=2)
    h = rng.normal(0, 0.05, (*shape, 4, 3))
    h[..., 0] += held[..., None]
    h[..., 2, 1] += cue
    change = np.zeros(shape)
    change[..., 5:] = (state[..., 5:] != state[..., :-5]).astype(float)
    array = lambda values: xr.DataArray(values.astype(float), dims=dims)  # noqa: E731
    return xr.DataArray(h, dims=(*dims, "step", "h_unit")), *map(array, (state, cue, place, change, block))


def test_positions_decoding_and_points_of_units_that_lag_one_trial():
    h, state, cue, place, changed, block = units()
    np.testing.assert_array_equal(changed_blocks(state, place), changed.where(block > 0))
    positions = state_positions(h.isel(step=0), state, place, changed.where(block > 0))
    mean = positions.groupby("place")["position"].mean()
    np.testing.assert_allclose(mean[[0, 1, 4]], [-1, 1, 1], atol=0.1)
    known = decoded_share(h.isel(step=0), state, place >= 1, folds=4)
    assert list(known["replica"]) == [0, 1] and (known["accuracy"] > 0.99).all()
    assert (decoded_share(h.isel(step=0), state, (place == 0) & (changed == 1), folds=4)["chance"] < 0.8).all()
    assert (decoded_share(h.isel(step=2), cue, place >= 0, folds=4)["accuracy"] > 0.99).all()
    scores = h.isel(replica=0).rename(h_unit="component").assign_coords(component=[1, 2, 3])
    points = group_points(
        scores, {"state": state.isel(replica=0), "cue": cue.isel(replica=0)}, place.isel(replica=0) >= 1
    )
    at = points.set_index(["step", "state", "cue"])
    assert len(points) == 16
    np.testing.assert_allclose(at["pc1"], at.index.get_level_values("state"), atol=0.05)
    np.testing.assert_allclose(at.loc[2]["pc2"], at.loc[2].index.get_level_values("cue"), atol=0.05)


def test_blocks_in_which_the_state_changed():
    dims = ("session", "trial")
    state = xr.DataArray([[0.0, 0, 1, 1, 1, 0], [1, 1, 1, 1, 1, np.nan]], dims=dims)
    place = xr.DataArray([[0.0, 1, 0, 1, 2, 0], [0, 1, 0, 1, 0, np.nan]], dims=dims)
    expected = [[np.nan, np.nan, 1, 1, 1, 1], [np.nan, np.nan, 0, 0, 0, np.nan]]
    np.testing.assert_array_equal(changed_blocks(state, place), expected)


def test_activity_with_steps_left_in_is_declined():
    h, state, _, place, changed, _ = units()
    with pytest.raises(BadData, match="Select one step"):
        state_positions(h, state, place, changed)

import dataclasses

import jax
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from neurorl.agents.lstm import LSTM
from neurorl.agents.rescorla_wagner import AGENT as RescorlaWagner
from neurorl.core.errors import BadData, BadValue, StorageFailed
from neurorl.core.types import Record, Trajectory
from neurorl.data import Dataset, Schema, by_trial, from_trajectory, read_recording, recording, write_recording
from neurorl.loop import replay, replay_many, run, simulate_many
from neurorl.tasks.bandit import TASK as BANDIT
from neurorl.tasks.two_step import TASK

S, T, UNITS = 3, 20, 12


@pytest.fixture(scope="module")
def agent():
    return LSTM.for_spaces(TASK.spaces, hidden=UNITS)


@pytest.fixture(scope="module")
def trajectory(agent) -> Trajectory:
    params = agent.params(jax.random.key(1))
    session = jax.jit(jax.vmap(lambda key: run(key, agent, params, TASK, TASK.params(), T)))
    return session(jax.random.split(jax.random.key(0), S))


def test_every_step_is_a_row(trajectory):
    dataset = from_trajectory(trajectory, TASK.spaces, subjects=["x", "y", "z"], sessions=[4, 5, 6])
    t = dataset.table
    assert len(dataset) == S * T and dataset.subjects == ("x", "y", "z") and t["session"].unique().tolist() == [4, 5, 6]
    for column, leaf in {
        "state": trajectory.obs, "choice": trajectory.action, "reward": trajectory.reward,
        "discount": trajectory.discount, "stim": trajectory.stim, "valid": trajectory.valid,
        "scored": trajectory.scored, "log_prob": trajectory.log_prob, "entropy": trajectory.entropy,
        "latent_value": trajectory.latents.value, "truth_p_reward_1": trajectory.truth.p_reward[..., 1],
    }.items():  # fmt: skip
        assert np.array_equal(t[column].to_numpy().reshape(S, T), leaf), column


def test_trials_and_steps_are_counted_from_the_ends(trajectory):
    t = from_trajectory(trajectory, TASK.spaces).table
    for s in range(S):
        trial, step, expected = 0, 0, []
        for discount in np.asarray(trajectory.discount[s]):
            expected.append((trial, step))
            trial, step = (trial + 1, 0) if discount == 0 else (trial, step + 1)
        assert list(t.loc[t["subject"] == s, ["trial", "step"]].itertuples(index=False, name=None)) == expected


def test_wide_latents_stay_out_of_the_table(trajectory):
    columns = set(from_trajectory(trajectory, TASK.spaces).table.columns)
    assert "latent_value" in columns and not any(name.startswith("latent_h") for name in columns)
    bare = from_trajectory(trajectory, TASK.spaces, latents=False)
    assert tuple(bare.table.columns) == tuple(n for n in Schema.of(TASK.spaces).names if n != "informed")


def test_simulation_to_table_to_records(trajectory):
    record, _ = from_trajectory(trajectory, TASK.spaces).records()
    for name in ("obs", "action", "reward", "discount", "stim", "valid", "scored"):
        assert np.array_equal(getattr(record, name), getattr(trajectory, name)), name
    assert np.array_equal(record.next_obs[:, :-1], trajectory.next_obs[:, :-1])


def test_replay_of_ragged_records_gives_the_same_rows(agent, trajectory):
    """Padding and a missed trial go through the loop and come back as they were."""
    t = from_trajectory(trajectory, TASK.spaces, latents=False).table
    ragged = t[(t["subject"] != 1) | (t.groupby("subject").cumcount() < 12)].copy()
    ragged.loc[ragged.index[4], ["choice", "reward", "valid", "scored"]] = [-1, np.nan, False, False]
    dataset = Dataset(ragged, Schema.of(TASK.spaces))
    record, _ = dataset.records()
    params = agent.params(jax.random.key(1))
    replayed = jax.jit(jax.vmap(lambda one: replay(jax.random.key(0), agent, params, one)))(record)
    again = from_trajectory(replayed, TASK.spaces)
    assert_frame_equal(again.table[list(dataset.table.columns)], dataset.table)
    assert np.isfinite(again.table["latent_value"]).all()
    assert not again.table.loc[~again.table["valid"], "log_prob"].any()


def test_recording_keeps_hidden_units_with_units_and_names(trajectory, tmp_path):
    recorded = recording(trajectory, sessions=["s0", "s1", "s2"], seeds=[7, 8, 9])
    assert recorded["latent_h"].dims == ("session", "step", "h_unit")
    assert dict(recorded.sizes) == {"session": S, "step": T, "h_unit": UNITS, "p_reward_unit": 2}
    assert np.array_equal(recorded["latent_h"], trajectory.latents.h)
    assert recorded["seed"].dims == ("session",)
    assert recorded["latent_value"].attrs == {"units": "reward", "long_name": "latent value"}
    assert all(v.attrs.keys() == {"units", "long_name"} for v in recorded.data_vars.values())

    path = tmp_path / "deep" / "r.nc"
    write_recording(recorded, path)
    again = read_recording(path)
    assert again.identical(recorded) and again["valid"].dtype == bool
    assert [p.name for p in path.parent.iterdir()] == ["r.nc"]


def test_recordings_that_cannot_be_read(tmp_path):
    with pytest.raises(StorageFailed, match="There is no file"):
        read_recording(tmp_path / "r.nc")
    (tmp_path / "r.nc").write_bytes(b"not a recording")
    with pytest.raises(StorageFailed, match="cannot be read as NetCDF"):
        read_recording(tmp_path / "r.nc")


def test_wrong_shapes_are_sentences(trajectory):
    deep = jax.tree.map(lambda leaf: leaf[None, None], trajectory)
    with pytest.raises(BadValue, match=r"A batch of trajectories .* is expected, but the rewards have shape"):
        from_trajectory(deep, TASK.spaces)
    with pytest.raises(BadValue, match="There are 3 sessions but 2 labels in `subjects`"):
        from_trajectory(trajectory, TASK.spaces, subjects=[1, 2])


def test_bare_and_nested_latents_are_named(trajectory):
    inner = {"q": np.zeros((S, T, 2)), "deep": (np.ones((S, T)),)}
    odd = Trajectory(**{**vars(trajectory), "latents": inner, "truth": np.full((S, T), 2)})
    t = from_trajectory(odd, TASK.spaces).table
    named = {"latent_q_0": 0, "latent_q_1": 0, "latent_deep_0": 1, "truth": 2}
    assert_frame_equal(t[list(named)].drop_duplicates(), pd.DataFrame([named]), check_dtype=False)


def test_replicas_sessions_trials_and_steps_are_dimensions(trajectory):
    two = jax.tree.map(lambda leaf: np.concatenate([leaf, leaf[::-1]]), trajectory)
    recorded = recording(two, replicas=2, keep=("action", "reward", "latent_h", "valid"))
    assert recorded["latent_h"].dims == ("replica", "session", "step", "h_unit")
    assert np.array_equal(recorded["latent_h"][1, 0], trajectory.latents.h[-1])
    trials = by_trial(recorded)
    assert trials["latent_h"].dims == ("replica", "session", "trial", "step", "h_unit")
    table = from_trajectory(trajectory, TASK.spaces).table
    for row in table.sample(40, random_state=0).to_dict("records"):
        place = dict(replica=0, session=row["subject"], trial=row["trial"], step=row["step"])
        assert float(trials["action"].sel(place)) == row["choice"]
        assert float(trials["reward"].sel(place)) == pytest.approx(row["reward"])
    assert int(np.isfinite(trials["action"]).sum()) == 2 * S * T


def test_steps_that_did_not_happen_are_missing_by_trial(trajectory):
    short = Trajectory(**{**vars(trajectory), "valid": np.arange(T) < np.array([[9], [T], [T]])})
    trials = by_trial(recording(short))
    assert int(np.isfinite(trials["action"]).sum()) == 9 + 2 * T


def test_recordings_that_cannot_be_made(trajectory):
    with pytest.raises(BadValue, match="3 sessions cannot be shared out evenly over 2 replicas"):
        recording(trajectory, replicas=2)
    with pytest.raises(BadValue, match="no variable latent_q to record; there are obs, action"):
        recording(trajectory, keep=("latent_q",))
    with pytest.raises(BadData, match="lacks trial, trial_step"):
        by_trial(recording(trajectory).drop_vars(["trial", "trial_step"]))


def who(dataset: Dataset) -> list[tuple]:
    return list(dataset.table[["subject", "session"]].drop_duplicates().itertuples(index=False, name=None))


def test_simulated_subjects_keep_their_sessions():
    agent = RescorlaWagner.for_spaces(BANDIT.spaces)
    played = simulate_many(jax.random.key(0), agent, agent.params(), BANDIT, 3, subjects=3, sessions=40)
    dataset = from_trajectory(played, BANDIT.spaces)
    assert who(dataset) == [(s, k) for s in range(3) for k in range(40)] and len(dataset.subjects) == 3
    assert np.array_equal(dataset.table["choice"], np.ravel(played.action))
    cut = jax.tree.map(lambda leaf: leaf[[0, 1, 40, 119], :2], played)  # however a batch is cut
    assert who(from_trajectory(cut, BANDIT.spaces)) == [(0, 0), (0, 1), (1, 0), (2, 39)]
    named = from_trajectory(cut, BANDIT.spaces, subjects=["x", "y", "z"])
    assert who(named) == [("x", 0), ("x", 1), ("y", 0), ("z", 39)]
    by_axes = jax.tree.map(lambda leaf: leaf.reshape(3, 40, *leaf.shape[1:]), played)
    assert from_trajectory(by_axes, BANDIT.spaces).table.equals(dataset.table)
    bare = dataclasses.replace(by_axes, subject=None, session=None)
    assert from_trajectory(bare, BANDIT.spaces).table.equals(dataset.table)
    with pytest.raises(BadValue, match="Subject a has more than one session 0"):
        from_trajectory(played, BANDIT.spaces, subjects=["a"] * 120, sessions=[0] * 120)


def test_one_session_is_a_table_too(trajectory):
    one = jax.tree.map(lambda leaf: leaf[1], trajectory)
    t = from_trajectory(one, TASK.spaces).table
    assert (
        len(t) == T
        and np.array_equal(t["choice"], trajectory.action[1])
        and who(from_trajectory(one, TASK.spaces)) == [(0, 0)]
    )


def test_replayed_sessions_take_the_names_of_their_records():
    agent = RescorlaWagner.for_spaces(BANDIT.spaces)
    played = simulate_many(jax.random.key(0), agent, agent.params(), BANDIT, 3, subjects=2, sessions=2)
    dataset = from_trajectory(played, BANDIT.spaces, subjects=["a", "b"], latents=False)
    records, index = dataset.records()
    again = from_trajectory(replay_many(agent, agent.params(), records), BANDIT.spaces, index=index, latents=False)
    assert_frame_equal(again.table, dataset.table)
    with pytest.raises(BadValue, match=r"index= has 3 rows .* one row for each of the 4 sessions"):
        from_trajectory(played, BANDIT.spaces, index=index[:3])
    with pytest.raises(BadValue, match="leave subjects= and sessions= out"):
        from_trajectory(played, BANDIT.spaces, index=index, subjects=[1, 2])


def test_replicas_must_be_announced():
    agent = RescorlaWagner.for_spaces(BANDIT.spaces)
    stacked = jax.tree.map(lambda leaf: np.broadcast_to(leaf, (4, *np.shape(leaf))), agent.params())
    how = {"subjects": 4, "sessions": 1}
    with pytest.raises(
        BadValue, match=r"leading axis of 4 .* stacked=True and subjects=4, .* load_zoo\(name, replica=0"
    ):
        simulate_many(jax.random.key(0), agent, stacked, BANDIT, 3, **how)
    with pytest.raises(BadValue, match="leading axis of 4, but there are 3 subjects"):
        simulate_many(jax.random.key(0), agent, stacked, BANDIT, 3, subjects=3, stacked=True)
    played = simulate_many(jax.random.key(0), agent, stacked, BANDIT, 3, stacked=True, **how)
    with pytest.raises(BadValue, match="stacked=True and sessions=4"):
        replay_many(agent, stacked, Record.of(played))

"""Rows in each layout, written out by hand, become what they mean."""

import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from neurorl.core.errors import BadData, BadValue, DoesNotFit
from neurorl.data import read, reading, write
from neurorl.ops.two_stage import two_stage_spaces


def rows(path, text: str):
    path.write_text(text)
    return path


def test_hbayesdm_bandit(tmp_path):
    path = rows(
        tmp_path / "b.txt", "subjID\ttrial\tchoice\toutcome\n1\t1\t1\t1\n1\t2\t2\t-1\n2\t1\t2\t1\n2\t2\tNA\tNA\n"
    )
    found = reading(path)
    table = found.dataset.table
    assert table["choice"].tolist() == [0, 1, 1, -1] and table["trial"].tolist() == [0, 1, 0, 1]
    assert table["reward"].tolist()[:3] == [1, -1, 1] and found.dataset.schema.spaces.reward == (-1.0, 1.0)
    assert found.codes["choice"] == {"1": "0 left", "2": "1 right", "empty": "missing"}
    # A task that pays 0 to 1 gets them so, and it is said; a user's own codes come first.
    on_task = reading(path, task="reversal")
    assert on_task.dataset.table["reward"].tolist()[:3] == [1, 0, 1]
    assert any("Rewards -1 and 1 became 0 and 1" in note for note in on_task.notes)
    own = read(path, task="reversal", codes={"outcome": {-1: 1, 1: 0}, "choice": {1: "right", 2: "left"}}).table
    assert own["reward"].tolist()[:3] == [0, 1, 0] and own["choice"].tolist() == [1, 0, 0, -1]


def test_hbayesdm_gains_and_losses(tmp_path):
    path = rows(tmp_path / "g.txt", "subjID\tchoice\tgain\tloss\n7\t4\t100\t-250\n7\t1\t50\t0\n")
    found = reading(path)
    assert found.dataset.table["reward"].tolist() == [-150, 50] and found.dataset.table["choice"].tolist() == [3, 0]
    assert found.dataset.schema.spaces.action.n == 4 and found.dataset.table["loss"].tolist() == [-250, 0]
    with pytest.raises(BadData, match="Row 0: loss is above 0"):
        read(rows(tmp_path / "w.txt", "subjID\tchoice\tgain\tloss\n7\t4\t100\t250\n"))


TWO_STEP = (
    "subjID\tlevel1_choice\tlevel2_choice\treward\tA1prob\n"
    "1\t1\t1\t1\t.7\n1\t1\t4\t0\t.7\n1\t2\t3\t1\t.7\n1\t2\tNA\tNA\t.7\n"
)


def test_hbayesdm_two_step(tmp_path):
    path = rows(tmp_path / "ts.txt", TWO_STEP)
    table = read(path, task="two_step_daw").table
    second = table[table["step"] == 1]
    assert second[["state", "choice", "reward"]].to_numpy().tolist() == [[1, 0, 1], [2, 1, 0], [2, 0, 1]]
    assert table[table["step"] == 0]["choice"].tolist() == [0, 0, 1, 1]
    last = table[table["trial"] == 3]  # the file does not say what the first choice led to
    assert last["valid"].tolist() == [False] and not last["scored"].any() and (table["A1prob"] == 0.7).all()
    assert read(path).schema.spaces == two_stage_spaces(fixation=False, second_choice=True)
    fixated = read(path, task="two_step").table
    assert fixated["state"].tolist()[:3] == [0, 1, 2] and fixated["choice"].tolist()[:3] == [0, 1, 1]
    with pytest.raises(DoesNotFit, match="the task named has no first and second stage"):
        read(path, task="bandit")


def test_hbayesdm_two_step_the_other_way_round(tmp_path):
    """Choice 1 commonly leading to 3 and 4 would exchange planning and its opposite: it must be said which is meant."""
    lines = "".join(f"1\t{1 + i % 2}\t{3 - 2 * (i % 2)}\t1\n" for i in range(24))
    path = rows(tmp_path / "t.txt", "subjID\tlevel1_choice\tlevel2_choice\treward\n" + lines)
    with pytest.raises(BadData, match="exchange the codes"):
        read(path)
    table = read(path, codes={"level1_choice": {1: "right", 2: "left"}}).table
    assert ((table["choice"][::2].to_numpy() == 0) == (table["state"][1::2].to_numpy() == 1)).all()


def test_hbayesdm_selection_and_go_no_go(tmp_path):
    pst = reading(
        rows(tmp_path / "p.txt", "subjID\ttype\tchoice\treward\n1\t12\t0\t0\n1\t56\t1\t1\n1\t34\t0\t0\n")
    ).dataset
    assert pst.table[["state", "choice"]].to_numpy().tolist() == [[0, 1], [2, 0], [1, 1]]
    gng = read(rows(tmp_path / "g.txt", "trialNum\tcue\tkeyPressed\toutcome\tsubjID\n1\t4\t1\t-1\t1\n2\t1\t0\t0\t1\n"))
    assert gng.table[["state", "choice", "reward"]].to_numpy().tolist() == [[3, 1, -1], [0, 0, 0]]
    write(pst, tmp_path / "again.txt", "hbayesdm")
    assert_frame_equal(read(tmp_path / "again.txt").table, pst.table)


def test_blocks_of_hbayesdm_are_sessions_and_names_are_loose(tmp_path):
    path = rows(tmp_path / "b.txt", "Subj_ID\tBlock\tChoice\tOutcome\n1\t1\t1\t1\n1\t2\t2\t0\n")
    assert read(path).table["session"].tolist() == [1, 2]


def test_hssm_responses_of_either_kind(tmp_path):
    head = "participant_id,trial_id,response,rt,feedback\n"
    signed = reading(rows(tmp_path / "s.csv", head + "1,1,-1,0.5,0\n1,2,1,0.7,1\n1,3,-999,-999,-999\n"))
    assert signed.dataset.table["choice"].tolist() == [0, 1, -1]
    assert signed.dataset.table["rt"].tolist()[:2] == [0.5, 0.7] and np.isnan(signed.dataset.table["rt"][2])
    assert signed.codes["response"] == {"-999": "missing", "-1": "0 left", "1": "1 right"}
    coded = read(rows(tmp_path / "c.csv", head + "1,1,0,0.5,0\n1,2,1,NaN,1\n"))
    assert coded.table["choice"].tolist() == [0, 1] and coded.table["valid"].all()
    with pytest.raises(BadData, match="Column response holds 1, 2; -1 and 1, or 0 and 1 are expected"):
        read(rows(tmp_path / "b.csv", head + "1,1,1,0.5,0\n1,2,2,0.6,1\n"))
    with pytest.raises(BadData, match="Row 1: rt is negative"):
        read(rows(tmp_path / "n.csv", head + "1,1,1,0.5,0\n1,2,0,-0.6,1\n"))


def test_hddm_conditions_are_states_or_sessions(tmp_path):
    text = "subj_idx,trial,response,rt,feedback,split_by\n" + "".join(
        f"1,{t},{t % 2},0.5,1,{s}\n" for s in (0, 1) for t in (1, 2)
    )
    path = rows(tmp_path / "h.csv", text)
    assert read(path).table["session"].tolist() == [0, 0, 1, 1]


def test_cpm_choices_are_arms_not_sides(tmp_path):
    text = "ppt,trial,response,feedback,arm_left,arm_right\n3,1,0,1,1,2\n3,2,0,0,2,1\n3,3,1,1,2,1\n"
    found = reading(rows(tmp_path / "c.csv", text))
    assert found.dataset.table["choice"].tolist() == [0, 1, 0] and found.codes["arm taken"] == {
        "1": "0 left",
        "2": "1 right",
    }
    write(found.dataset, tmp_path / "again.csv", "cpm")
    assert_frame_equal(read(tmp_path / "again.csv").table, found.dataset.table)
    side = read(rows(tmp_path / "r.csv", "ppt,response,reward_left,reward_right\n3,0,1,0\n3,1,1,0\n"))
    assert side.table["reward"].tolist() == [1, 0]


def test_cpm_pairs_of_more_arms_are_states(tmp_path):
    text = "ppt,trial,response,feedback,arm_left,arm_right\n3,1,0,1,1,2\n3,2,1,0,4,3\n3,3,0,1,2,1\n"
    found = read(rows(tmp_path / "c.csv", text))
    spaces = found.schema.spaces
    assert spaces.obs.labels == ("1-2", "3-4") and spaces.action.labels == ("arm_1", "arm_2", "arm_3", "arm_4")
    assert found.table[["state", "choice"]].to_numpy().tolist() == [[0, 0], [1, 2], [0, 1]]
    assert spaces.legal == ((True, True, False, False), (False, False, True, True)) and found.table["scored"].all()


def test_disrnn_arrays_of_others(tmp_path):
    choice = np.array([[0, 1, 1, -1], [1, 0, -1, -1]], float).T
    reward = np.array([[1, 0, 0, 0], [0, 1, 0, 0]], float).T
    xs = np.zeros((4, 2, 2))
    xs[1:, :, 0], xs[1:, :, 1] = np.maximum(choice[:-1], 0), reward[:-1]
    np.savez(tmp_path / "d.npz", xs=xs, ys=choice[:, :, None])
    table = read(tmp_path / "d.npz").table
    assert table["choice"].tolist() == [0, 1, 1, 1, 0] and table["reward"].tolist() == [1, 0, 0, 0, 1]
    assert table["session"].tolist() == [0, 0, 0, 1, 1]
    np.savez(tmp_path / "s.npz", xs=np.roll(xs, 1, axis=0), ys=choice[:, :, None])
    with pytest.raises(
        BadData, match="xs of the next row does not hold the choice of ys; check whether rows are shifted"
    ):
        read(tmp_path / "s.npz")
    np.savez(tmp_path / "w.npz", xs=xs[:3], ys=choice[:, :, None])
    with pytest.raises(BadData, match=r"their shapes are \(3, 2, 2\) and \(4, 2, 1\)"):
        read(tmp_path / "w.npz")


def test_aind_table_of_trials(tmp_path):
    text = (
        "ses_idx,trial,animal_response,rewarded_historyL,rewarded_historyR,reward_probabilityL,reward_probabilityR,auto_waterL\n"
        "697929_2024-02-22_08-38-30,1,0,True,False,0.8,0.1,0\n697929_2024-02-22_08-38-30,2,2,False,False,0.8,0.1,1\n"
        "697929_2024-02-22_08-38-30,3,1,False,True,0.1,0.8,0\n"
    )
    found = reading(rows(tmp_path / "a.csv", text))
    table = found.dataset.table
    assert table["choice"].tolist() == [0, -1, 1] and table["reward"].tolist() == [1, 0, 1]
    assert found.dataset.subjects == ("697929",) or found.dataset.subjects == (697929,)
    assert table["p_left"].tolist() == [0.8, 0.8, 0.1] and any(
        "In 1 trial water was given" in note for note in found.notes
    )


def test_ibl_from_its_folders_and_the_direction_of_the_wheel(tmp_path):
    folder = tmp_path / "lab" / "Subjects" / "KS014" / "2019-12-07" / "001" / "alf"
    folder.mkdir(parents=True)
    n = 12
    right = np.where(np.arange(n) % 2 == 1, 0.5, np.nan)
    arrays = {"choice": np.where(right > 0, -1.0, 1.0), "feedbackType": np.ones(n), "contrastRight": right}
    arrays |= {"contrastLeft": np.where(right > 0, np.nan, 1.0), "intervals": np.arange(2.0 * n).reshape(n, 2)}
    for name, values in arrays.items():
        np.save(folder / f"_ibl_trials.{name}.npy", values)
    dataset = read(tmp_path / "lab")
    table = dataset.table
    assert dataset.subjects == ("KS014",) and set(table["session"]) == {"2019-12-07/001"}
    assert table["choice"].tolist() == [0, 1] * 6 and table["obs_1"].tolist() == [0, 0.5] * 6 and "intervals_1" in table
    assert read(tmp_path / "lab", task="bandit").table["state"].tolist() == [0] * n
    np.save(folder / "_ibl_trials.choice.npy", -arrays["choice"])
    with pytest.raises(BadData, match="In 100% of rewarded trials the answer is not on the side of the stimulus"):
        read(tmp_path / "lab")
    pd.DataFrame({"choice": [1, -1, 0], "feedbackType": [1, -1, -1]}).to_parquet(tmp_path / "trials.parquet")
    alone = read(tmp_path / "trials.parquet", task="bandit", subject="m", session=3).table
    assert (
        alone["choice"].tolist() == [0, 1, -1] and alone["subject"].tolist() == ["m"] * 3 and alone["session"][0] == 3
    )


def test_bids_events_of_a_trial_are_joined_and_levels_explain_codes(tmp_path):
    folder = tmp_path / "ds" / "sub-01" / "ses-b" / "func"
    folder.mkdir(parents=True)
    text = "onset\tduration\ttrial_type\ttrial\tresponse\toutcome\n" + "".join(
        f"{10 * t + 1}\t1\tcue\t{t}\tn/a\tn/a\n{10 * t + 2}\t0\tchoice\t{t}\t{r}\tn/a\n"
        f"{10 * t + 3}\t0\tfeedback\t{t}\tn/a\t{o}\n"
        for t, r, o in ((1, 21, 1), (2, 22, 0), (3, "n/a", "n/a"))
    )
    (folder / "sub-01_ses-b_task-x_run-2_events.tsv").write_text(text)
    (tmp_path / "ds" / "task-x_events.json").write_text('{"response": {"Levels": {"21": "left", "22": "right"}}}')
    found = reading(tmp_path / "ds", task="bandit")
    table = found.dataset.table
    assert table["choice"].tolist() == [0, 1, -1] and table["reward"].tolist()[:2] == [1, 0]
    assert set(table["subject"]) == {"01"} and set(table["session"]) == {"b_run-2"}
    assert table["onset_cue"].tolist() == [11, 21, 31] and table["onset_feedback"].tolist() == [13, 23, 33]
    assert "Column response was taken as the choice." in found.notes
    with pytest.raises(BadValue, match="no rows of trial_type go; there are choice, cue, feedback"):
        read(tmp_path / "ds", task="bandit", event="go")

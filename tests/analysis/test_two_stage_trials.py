import numpy as np
import pandas as pd
import pytest

from neurorl.analysis.lagged import lagged_regression
from neurorl.analysis.logistic import stay_regression, stay_regression_by_unit
from neurorl.analysis.stay import stay_pairs, stay_probabilities, stay_summary
from neurorl.analysis.two_stage import stage_rows, two_stage_trials
from neurorl.core.errors import BadData, DoesNotFit
from neurorl.core.spaces import Discrete, Spaces
from neurorl.data import Dataset, Schema
from neurorl.ops.two_stage import two_stage_spaces


def test_each_complete_trial_becomes_one_row(w_dataset):
    dataset = w_dataset(
        [
            {"choice1": 0, "second": 0, "choice2": 1, "reward": 1},
            {"aborted": True},
            {"choice1": 1, "second": 0, "choice2": 0, "reward": 0},
        ],
        [{"choice1": 1, "second": 1, "reward": 1}],
    )
    trials = two_stage_trials(dataset)
    assert trials["subject"].tolist() == [0, 0, 1]
    assert trials["trial"].tolist() == [0, 2, 0]
    assert trials["choice1"].tolist() == [0, 1, 1]
    assert trials["second"].tolist() == [0, 0, 1]
    assert trials["common"].tolist() == [True, False, True]
    assert trials["choice2"].tolist() == [1, 0, 0]
    assert trials["reward"].tolist() == [1, 0, 1]
    first, second = stage_rows(dataset)
    assert first.tolist() == [1, 6, 9] and second.tolist() == [2, 7, 10]


def test_an_aborted_trial_or_a_new_session_breaks_the_pair(w_dataset):
    trial = {"choice1": 0, "second": 0, "reward": 1}
    trials = two_stage_trials(w_dataset([trial, {"aborted": True}, trial, trial], [trial]))
    pairs = stay_pairs(trials)
    assert pairs[["subject", "trial"]].to_numpy().tolist() == [[0, 2]]


@pytest.mark.parametrize(
    "column, value, kept",
    [("choice", 0, [1]), ("choice", -1, [1]), ("valid", False, [1]), ("scored", False, [1])],
)
def test_first_stage_without_an_own_legal_answer_is_left_out(w_dataset, column, value, kept):
    trial = {"choice1": 0, "second": 0, "reward": 1}
    table = w_dataset([trial, trial]).table
    table.loc[1, column] = value
    if column == "choice":  # what the data set itself would infer
        table = table.drop(columns=["valid", "scored"])
        table.loc[1, "reward"] = -1.0  # the centre costs 1 there
    trials = two_stage_trials(Dataset(table, w_dataset([trial]).schema))
    assert trials["trial"].tolist() == kept


def test_second_stage_without_an_answer_or_with_an_illegal_one_is_left_out(w_dataset):
    trial = {"choice1": 0, "second": 0, "reward": 1}
    built = w_dataset([trial, trial, trial])
    table = built.table.drop(columns=["valid", "scored"])
    table.loc[2, ["choice", "reward"]] = [0, -1.0]  # the centre at the second stage costs 1
    table.loc[5, ["choice", "reward"]] = [-1, np.nan]
    trials = two_stage_trials(Dataset(table, built.schema))
    assert trials["trial"].tolist() == [2]


def test_latents_come_once_a_stage(w_dataset):
    built = w_dataset([{"choice1": 1, "second": 0, "reward": 1}])
    dataset = Dataset(built.table.assign(latent_value=[0.1, 0.2, 0.3]), built.schema)
    trials = two_stage_trials(dataset, latents=["latent_value"])
    assert trials[["latent_value_first", "latent_value_second"]].to_numpy().tolist() == [[0.2, 0.3]]


def test_daws_form_reads_the_second_choice():
    table = pd.DataFrame(
        {"subject": "s", "session": 0, "trial": [0, 0], "step": [0, 1], "state": [0, 2], "choice": [0, 1]}
    ).assign(reward=[0.0, 1.0])
    trials = two_stage_trials(Dataset(table, Schema.of(two_stage_spaces(fixation=False, second_choice=True))))
    row = trials.iloc[0]
    assert (row["choice1"], row["second"], row["common"], row["choice2"], row["reward"]) == (0, 1, False, 1, 1)


def test_another_task_or_column_is_refused(w_dataset):
    built = w_dataset([{"choice1": 1, "second": 0, "reward": 1}])
    with pytest.raises(BadData, match="needs the column latent_q"):
        two_stage_trials(built, latents=["latent_q"])
    bandit = Spaces(Discrete(("bandit",)), Discrete(("left", "right")), (0.0, 1.0))
    table = pd.DataFrame({"subject": [0], "session": 0, "trial": 0, "step": 0, "state": 0, "choice": 0, "reward": 0.0})
    with pytest.raises(DoesNotFit, match="two-stage"):
        two_stage_trials(Dataset(table, Schema.of(bandit)))


def test_no_complete_trial_is_said(w_dataset):
    trials = two_stage_trials(w_dataset([{"aborted": True}, {"aborted": True}]))
    assert len(trials) == 0
    with pytest.raises(BadData, match="nothing to analyse"):
        lagged_regression(trials)
    with pytest.raises(BadData, match="nothing to analyse"):
        stay_regression_by_unit(trials)
    with pytest.raises(BadData, match="at least one row"):
        stay_regression(trials)
    with pytest.raises(BadData, match="nothing to analyse"):
        stay_summary(stay_probabilities(trials))

"""Regressors written into recordings: every value at its trial, and nothing that was there lost or changed."""

import json
from datetime import UTC, datetime

import h5py
import numpy as np
import pandas as pd
import pytest
from pandas.testing import assert_frame_equal

from neurorl.core.errors import BadData, BadValue
from neurorl.data import into, into_bids, into_nwb, read, write_regressors

pynwb = pytest.importorskip("pynwb")
CUE = np.array([1.0, 2.5, 4.0, 5.5])
OUTCOME = np.array([1.75, 3.0, np.nan, 6.0])


def regressors(subject="m1", session="d1", n=4) -> pd.DataFrame:
    rpe = np.linspace(-0.5, 1, n)
    return pd.DataFrame(
        {
            "subject": subject, "session": session, "trial": range(n), "step": 0, "choice": 0, "reward": 1.0,
            "rpe": rpe, "value_left": 1 - rpe, "note": "x",
        }
    )  # fmt: skip


@pytest.fixture
def nwb(tmp_path):
    """A small file as a laboratory has it: trials with a ragged column, a signal, a processing module."""
    file = pynwb.NWBFile("s", "file-1", datetime(2026, 1, 2, tzinfo=UTC), session_id="d1")
    file.subject = pynwb.file.Subject(subject_id="m1", species="Mus musculus", age="P90D", sex="F")
    for name in ("response", "outcome_time", "cue_time"):
        file.add_trial_column(name, name)
    file.add_trial_column("licks", "lick times", index=True)
    for i in range(4):
        file.add_trial(
            start_time=float(i), stop_time=i + 0.9, response=["L", "R"][i % 2], cue_time=CUE[i],
            outcome_time=OUTCOME[i], licks=[i + 0.1] * (i + 1),
        )  # fmt: skip
    file.add_acquisition(pynwb.TimeSeries(name="photometry", data=np.arange(50.0), rate=10.0, unit="V"))
    module = file.create_processing_module("behavior", "pupil and the like")
    module.add(pynwb.TimeSeries(name="pupil", data=np.arange(5.0), rate=1.0, unit="mm"))
    path = tmp_path / "in.nwb"
    with pynwb.NWBHDF5IO(str(path), "w") as io:
        io.write(file)
    return path


def contents(path) -> dict[str, object]:
    """Every data set of a file with its value, and every attribute but those that name columns or the writer."""
    found: dict[str, object] = {}

    def keep(name, item):
        if isinstance(item, h5py.Dataset) and not name.startswith("specifications"):
            found[name] = np.asarray(item[()])
        for key, value in item.attrs.items():
            if key != "colnames" and not isinstance(value, h5py.Reference):
                found[f"{name}@{key}"] = value

    with h5py.File(path) as file:
        file.visititems(keep)
    return found


def test_columns_and_time_series_in_a_copy_and_nothing_lost(nwb, tmp_path):
    before, bytes_before = contents(nwb), nwb.read_bytes()
    out = into_nwb(regressors(), nwb, tmp_path / "out.nwb", at="outcome_time", prefix="model_")
    assert nwb.read_bytes() == bytes_before
    after = contents(out)
    for name, value in before.items():
        np.testing.assert_equal(after[name], value, err_msg=name)
    new = {name for name in after if name not in before and "@" not in name}
    assert new == {
        "intervals/trials/model_rpe", "intervals/trials/model_value_left",
        *(f"processing/behavior/model_{r}/{part}" for r in ("rpe", "value_left") for part in ("data", "timestamps")),
    }  # fmt: skip
    with pynwb.NWBHDF5IO(str(out), "r") as io:
        file = io.read()
        trials = file.trials.to_dataframe()
        assert list(trials)[-2:] == ["model_rpe", "model_value_left"]
        assert trials["model_rpe"].tolist() == regressors()["rpe"].tolist()
        assert trials["licks"].iloc[2].tolist() == [2.1] * 3
        assert "reward prediction error" in file.trials["model_rpe"].description
        series = file.processing["behavior"]["model_rpe"]
        keep = np.isfinite(OUTCOME)  # the trial without an outcome has no sample
        assert series.timestamps[:].tolist() == OUTCOME[keep].tolist()
        assert series.data[:].tolist() == regressors()["rpe"].to_numpy()[keep].tolist()
    assert pynwb.validate(path=str(out)) in ([], ([], 0))


def test_cue_time_is_another_choice_of_alignment(nwb, tmp_path):
    out = into_nwb(regressors(), nwb, tmp_path / "out.nwb", at="cue_time", columns=["rpe"])
    with h5py.File(out) as file:
        assert file["processing/behavior/rpe/timestamps"][()].tolist() == CUE.tolist()


def test_two_decisions_a_trial_make_a_column_each(nwb, tmp_path):
    table = pd.concat([regressors(), regressors().assign(step=1, rpe=9.0)])
    out = into_nwb(table, nwb, tmp_path / "out.nwb", columns=["rpe"])
    with h5py.File(out) as file:
        assert file["intervals/trials/rpe_step1"][()].tolist() == [9.0] * 4
        assert "step 1" in file["intervals/trials/rpe_step1"].attrs["description"]


def test_what_cannot_be_written_into_nwb_is_said(nwb, tmp_path):
    out = tmp_path / "out.nwb"
    with pytest.raises(BadValue, match="out=, or say in_place=True"):
        into_nwb(regressors(), nwb)
    with pytest.raises(BadValue, match="is the file itself"):
        into_nwb(regressors(), nwb, nwb)
    with pytest.raises(BadData, match=r"no rows of subject m1, session d1.*it has subject m2, session d1"):
        into_nwb(regressors("m2"), nwb, out)
    with pytest.raises(BadData, match=r"has 4 trials, but the regressors belong to others as well \(trial 4, 5\)"):
        into_nwb(regressors(n=6), nwb, out)
    with pytest.raises(BadValue, match="no column go of times; its columns are start_time"):
        into_nwb(regressors(), nwb, out, at="go")
    with pytest.raises(BadValue, match="There is no regressor rq; there are rpe, value_left, note"):
        into_nwb(regressors(), nwb, out, columns=["rq"])
    with pytest.raises(BadData, match="Rows 4, 5, 6, 7 of the table of regressors repeat"):
        into_nwb(pd.concat([regressors(), regressors()]), nwb, out)
    assert not out.exists()
    assert into_nwb(regressors(), nwb, in_place=True) == nwb
    with pytest.raises(BadValue, match="has a column rpe, value_left already"):
        into_nwb(regressors(), nwb, out)


def test_fewer_trials_than_the_file_leave_gaps(nwb, tmp_path):
    out = into_nwb(regressors().iloc[[1, 3]], nwb, tmp_path / "out.nwb", columns=["rpe"])
    with h5py.File(out) as file:
        assert np.isnan(file["intervals/trials/rpe"][()]).tolist() == [True, False, True, False]


EVENTS = """onset\tduration\ttrial_type\ttrial\tresponse\tnote
1.0\t0.5\tcue\t1\tn/a\ta
1.75\t0\tfeedback\t1\t2\tb
2.5\t0.5\tcue\t2\tn/a\tc
3.00\t0\tfeedback\t2\t1\t007
4.0\t0.5\tcue\t3\tn/a\t
"""


@pytest.fixture
def events(tmp_path):
    path = tmp_path / "sub-m1_ses-d1_task-x_events.tsv"
    path.write_text(EVENTS)
    path.with_suffix(".json").write_text(json.dumps({"note": {"Description": "ours"}}))
    return path


def cells(path) -> pd.DataFrame:
    return pd.read_csv(path, sep="\t", dtype=str, keep_default_na=False)


def test_columns_of_the_rows_of_an_event(events, tmp_path):
    out = into_bids(regressors(n=3), events, tmp_path / "out" / events.name, at="feedback", columns=["rpe"])
    new, old = cells(out), cells(events)
    assert_frame_equal(new[list(old)].replace("n/a", ""), old.replace("n/a", ""))
    assert events.read_text() == EVENTS
    assert new["rpe"].tolist() == ["n/a", "-0.5", "n/a", "0.25", "n/a"]
    says = json.loads(out.with_suffix(".json").read_text())
    assert says["note"] == {"Description": "ours"} and "prediction error" in says["rpe"]["Description"]
    everywhere = into_bids(regressors(n=3), events, tmp_path / "all" / events.name, columns=["rpe"])
    assert cells(everywhere)["rpe"].tolist() == ["-0.5", "-0.5", "0.25", "0.25", "1.0"]


@pytest.mark.parametrize(("at", "onsets"), [("cue", [1.0, 2.5, 4.0]), ("feedback", [1.75, 3.0])])
def test_events_of_their_own_at_cue_or_outcome(events, tmp_path, at, onsets):
    out = into_bids(regressors(n=3), events, tmp_path / "o" / events.name, at=at, as_events=True, prefix="model_")
    new = cells(out)
    kept = new[~new["trial_type"].str.startswith("model_")].drop(columns="value").reset_index(drop=True)
    assert_frame_equal(kept.replace("n/a", ""), cells(events).replace("n/a", ""))
    mine = new[new["trial_type"] == "model_rpe"]
    assert mine["onset"].astype(float).tolist() == onsets and set(mine["duration"]) == {"0"}
    assert mine["trial"].tolist() == [str(i + 1) for i in range(len(onsets))]
    assert mine["value"].astype(float).tolist() == [-0.5, 0.25, 1.0][: len(onsets)]
    assert new["onset"].astype(float).is_monotonic_increasing
    levels = json.loads(out.with_suffix(".json").read_text())["trial_type"]["Levels"]
    assert "prediction error" in levels["model_rpe"]


def test_without_a_trial_column_events_are_counted(tmp_path):
    path = tmp_path / "sub-m1_task-x_events.tsv"
    path.write_text("onset\tduration\ttrial_type\n1\t0\tcue\n2\t0\tfeedback\n3\t0\tcue\n4\t0\tfeedback\n")
    table = regressors(session=0, n=2)
    out = into_bids(table, path, tmp_path / "o" / path.name, at="feedback", columns=["rpe"])
    assert cells(out)["rpe"].tolist() == ["n/a", "-0.5", "n/a", "1.0"]
    with pytest.raises(BadValue, match="no trial_type and no column go; its trial types are cue, feedback"):
        into_bids(table, path, tmp_path / "o" / path.name, at="go")
    with pytest.raises(BadValue, match="need a time: say at="):
        into_bids(table, path, tmp_path / "o" / path.name, as_events=True)


def test_files_that_count_trials_differently_are_read_and_written_alike(tmp_path):
    """One file counts from 0, one from 1: the regressors of what was read go back to the rows they came from."""
    home = tmp_path / "ds"
    home.mkdir()
    for who, start in (("a", 0), ("b", 1)):
        text = "onset\tduration\ttrial\tchoice\treward\n" + "".join(
            f"{t}\t0\t{t + start}\t{t % 2}\t1\n" for t in range(3)
        )
        (home / f"sub-{who}_task-x_events.tsv").write_text(text)
    found = read(home, task="bandit").table
    assert found["trial"].tolist() == [0, 1, 2] * 2
    out = into(found.assign(rpe=found["onset"] / 10), home, tmp_path / "o", columns=["rpe"])
    for path in out:
        assert cells(path)["rpe"].tolist() == ["0.0", "0.1", "0.2"]


def test_a_folder_of_files(nwb, events, tmp_path):
    home = tmp_path / "study"
    (home / "sub-m1").mkdir(parents=True)
    nwb.rename(home / "sub-m1" / "a.nwb")
    done = into(regressors(), home, tmp_path / "with_model")
    assert done == [tmp_path / "with_model" / "sub-m1" / "a.nwb"]
    with pytest.raises(BadValue, match="holds no NWB or BIDS events file of the sessions in the table"):
        into(regressors("other"), home, tmp_path / "more")
    assert into(regressors(n=3), events, tmp_path / "x.tsv", columns=["rpe"]) == [tmp_path / "x.tsv"]


def test_a_table_of_its_own(tmp_path):
    write_regressors(regressors(), tmp_path / "r.csv")
    assert_frame_equal(pd.read_csv(tmp_path / "r.csv"), regressors(), check_dtype=False)
    with pytest.raises(BadData, match="no column trial; it must be keyed like the decisions"):
        write_regressors(regressors().drop(columns="trial"), tmp_path / "r.csv")

"""Trial-wise regressors: what a fitted model says at each decision, keyed like the decisions themselves."""

import numpy as np
import pandas as pd

from neurorl.core.agent import Agent
from neurorl.data import Dataset
from neurorl.data.trajectories import named
from neurorl.fit.evidence.cross_validation import per_session
from neurorl.fit.result import FitResult
from neurorl.loop import replay_many, scorable

KEYS = ("subject", "session", "trial", "step", "choice", "reward")
WIDEST = 8  # entries of a latent that still become columns


def regressors(agent: Agent, result: FitResult, dataset: Dataset, unit: np.ndarray) -> pd.DataFrame:
    """Prediction errors, values, beliefs and choice probabilities along each subject's own choices and outcomes.

    Args:
        agent: the fitted agent.
        result: its fit.
        dataset: the decisions it was fitted to.
        unit: [sessions] the unit of each session, 0, 1, ... in the order of the fit.

    Returns:
        one row a row of the data: subject, session, trial, step, choice, reward; p_choice (probability of the answer
        before it was given), log_prob and entropy (nats); and each latent of the agent under its own name, one column
        an entry (rpe, q_left, ...). Values and beliefs are those before the outcome of the step. Steps that were not
        scored have an empty p_choice; units whose fit failed, or that were left out, have empty columns.
    """
    batch, index = dataset.records()
    played = replay_many(scorable(agent), per_session(result, unit), batch, stacked=True)
    lengths = index["n_steps"].to_numpy()
    real = np.arange(np.shape(batch.reward)[1]) < lengths[:, None]
    scored = np.asarray(played.scored)[real]
    log_prob = np.where(scored, np.asarray(played.log_prob, float)[real], np.nan)
    columns = {"p_choice": np.exp(log_prob), "log_prob": log_prob, "entropy": np.asarray(played.entropy, float)[real]}
    for name, leaf in named(played.latents):
        values = np.asarray(leaf, float)[real].reshape(real.sum(), -1)
        if values.shape[1] == 1 and np.ndim(leaf) == 2:
            columns[name or "latent"] = values[:, 0]
        elif values.shape[1] <= WIDEST:
            columns |= {f"{name or 'latent'}_{i}": values[:, i] for i in range(values.shape[1])}
    row = result.rows_of(unit)
    lost = np.repeat((row < 0) | result.failed[row], lengths) | ~dataset.table["valid"].to_numpy(bool)
    further = pd.DataFrame(columns)
    further.loc[lost, :] = np.nan
    return pd.concat([dataset.table[list(KEYS)].reset_index(drop=True), further], axis=1)

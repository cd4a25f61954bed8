"""The risk-sensitive learner of Zorowitz et al. 2023: its posterior by quadrature beside the authors' sampling (Stan).

Their parameters are theta ~ N(0, 1), three a person, beta = 10 theta_1, eta_p = Phi(theta_2 + theta_3) and eta_n =
Phi(theta_2 - theta_3) with Stan's approximation of Phi. Nothing is shared between people, so each posterior is an
integral over three numbers. Their summary keeps two digits and some people did not converge (R-hat); those are left
out.
"""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from reference_fits import reference

from neurorl.core.catalogue import load
from neurorl.core.params import replace
from neurorl.loop import log_likelihood

EVERY = 24  # every 24th of the 386 people


@pytest.fixture(scope="module")
def posterior():
    """Ours and theirs: {"beta": (mean, sd, their mean, their sd)}, for people whom they sampled well."""
    dataset = load("dataset", "zorowitz2023_reversal_bandit").load()
    kept = dataset.table.loc[dataset.table["kept"], "subject"].unique()
    assert len(kept) == 386
    records, _ = dataset.subset(subjects=kept[::EVERY]).records()
    theirs = reference("zorowitz2023_posterior.csv").iloc[::EVERY]
    agent = load("agent", "risk_sensitive_td").for_spaces(dataset.schema.spaces)

    wide, etas = np.linspace(-3.2, 3.2, 65), np.linspace(-3.2, 3.2, 21)
    theta = np.stack(np.meshgrid(wide, etas, etas, indexing="ij"), axis=-1).reshape(-1, 3)
    phi = lambda x: 1 / (1 + np.exp(-(0.07056 * x**3 + 1.5976 * x)))  # noqa: E731
    values = {
        "beta": 10 * theta[:, 0],
        "eta_p": phi(theta[:, 1] + theta[:, 2]),
        "eta_n": phi(theta[:, 1] - theta[:, 2]),
    }
    grid = {"beta": values["beta"], "alpha_pos": values["eta_p"], "alpha_neg": values["eta_n"]}

    def at(record, place):
        return log_likelihood(jax.random.key(0), agent, replace(agent.params(), **place), record)

    over_grid = jax.jit(jax.vmap(jax.vmap(at, in_axes=(None, 0)), in_axes=(0, None)))
    height = np.asarray(over_grid(records, jax.tree.map(jnp.asarray, grid)), float) - 0.5 * (theta**2).sum(axis=1)
    weight = np.exp(height - height.max(axis=1, keepdims=True))
    weight /= weight.sum(axis=1, keepdims=True)
    well = (theirs.filter(like="rhat") < 1.05).all(axis=1).to_numpy()
    assert well.sum() >= 14
    out = {}
    for name, value in values.items():
        mean = weight @ value
        sd = np.sqrt(weight @ value**2 - mean**2)
        out[name] = tuple(
            v[well] for v in (mean, sd, theirs[f"{name}_mean"].to_numpy(), theirs[f"{name}_sd"].to_numpy())
        )
    return out


def test_posterior_means_and_widths_are_theirs(posterior):
    for name, (mean, sd, their_mean, their_sd) in posterior.items():
        off = np.abs(mean - their_mean) / their_sd
        assert np.median(off) < 0.06, name
        assert np.mean(off < 0.25) > 0.85, (name, off)
        assert np.median(np.abs(sd / their_sd - 1)) < 0.06, name

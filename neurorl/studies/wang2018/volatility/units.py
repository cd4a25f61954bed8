"""The hidden units of the volatility study: what they code, by session and by trial, and what can be read from them."""

import itertools

import numpy as np
import pandas as pd
import xarray as xr

from neurorl.analysis.decoding import decode
from neurorl.analysis.unit_coding import unit_coding

LEVEL = 0.05  # two-tailed, divided by the number of units
MODELS = ("alone", "with covariates")


def decoded_volatility(units: xr.Dataset, folds: int = 10) -> xr.DataArray:
    """The observer's volatility estimate read from the units by linear regression, cross-validated over sessions."""
    return decode(units["latent_h"], units["observer_volatility"], folds=folds)["prediction"]


def variables(units: xr.Dataset) -> dict[str, np.ndarray]:
    """Volatility and its covariates at the moment of choice, [replica, session, trial] each."""
    dims = ("replica", "session", "step")
    reward = units["reward"].transpose(*dims).to_numpy().astype(float)
    before = np.concatenate([np.zeros_like(reward[..., :1]), reward[..., :-1]], axis=-1)
    return {
        "volatility": units["truth_volatile"].transpose(*dims).to_numpy().astype(float),
        "previous reward": before,
        "next action": units["action"].transpose(*dims).to_numpy().astype(float),
        "reward probability": units["truth_p_left"].transpose(*dims).to_numpy().astype(float),
    }


def per_session(units: xr.Dataset) -> pd.DataFrame:
    """In each test session, the share of units whose slope on true volatility differs from zero.

    One regression of each unit over the trials of a session, on volatility alone and with the covariates (Wang et al.
    2018, Methods): columns replica, session, model, share, n_units.
    """
    h, x = _activity(units), variables(units)
    rows = []
    for replica, session in np.ndindex(*h.shape[:2]):
        for model, p in _p_values(h[replica, session], {k: v[replica, session] for k, v in x.items()}).items():
            share = float((p < LEVEL / len(p)).mean())
            rows.append((replica, session, model, share, len(p)))
    return pd.DataFrame(rows, columns=["replica", "session", "model", "share", "n_units"])


def per_trial(units: xr.Dataset, every: int = 1) -> pd.DataFrame:
    """For each `every`th trial, across sessions of both kinds, p of each unit's slope on true volatility.

    Wang et al. 2018, Supp. Fig. 5a, b. On one trial, volatility only varies between sessions of both kinds: columns
    replica, trial, model, unit, p.
    """
    h, x = _activity(units), variables(units)
    parts = []
    for replica, trial in itertools.product(range(h.shape[0]), range(0, h.shape[2], every)):
        for model, p in _p_values(h[replica, :, trial], {k: v[replica, :, trial] for k, v in x.items()}).items():
            parts.append(
                pd.DataFrame({"replica": replica, "trial": trial, "model": model, "unit": np.arange(len(p)), "p": p})
            )
    return pd.concat(parts, ignore_index=True)


def strongest(units: xr.Dataset, n: int = 2) -> pd.DataFrame:
    """The n units of each replica that go most with true volatility over all steps: columns replica, rank, unit, r."""
    h, volatility = _activity(units), variables(units)["volatility"]
    rows = []
    for replica, mine in enumerate(h):
        flat = mine.reshape(-1, h.shape[-1])
        r = unit_coding(flat, pd.DataFrame({"volatility": volatility[replica].ravel()}))["r"].fillna(-np.inf).to_numpy()
        order = np.argsort(-r)[:n]
        rows += [(replica, rank, int(unit), float(r[unit])) for rank, unit in enumerate(order)]
    return pd.DataFrame(rows, columns=["replica", "rank", "unit", "r"])


def _activity(units: xr.Dataset) -> np.ndarray:
    h = units["latent_h"]
    unit = next(d for d in h.dims if str(d).endswith("_unit"))
    return h.transpose("replica", "session", "step", unit).to_numpy().astype(float)


def _p_values(h: np.ndarray, x: dict[str, np.ndarray]) -> dict[str, np.ndarray]:
    """p of each unit's slope on volatility, alone and with the covariates; 1 where there is none."""
    out = {}
    for model, table in zip(MODELS, (pd.DataFrame({"volatility": x["volatility"]}), pd.DataFrame(x)), strict=True):
        coding = unit_coding(h, table)
        out[model] = coding.loc[coding["variable"] == "volatility", "p"].fillna(1.0).to_numpy()
    return out

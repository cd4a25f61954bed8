r"""Learning rates in sliding windows of trials: how fast choices follow outcomes, trial by trial of a session.

A Rescorla-Wagner value q of "the left arm pays" runs through a session, and choices weigh it by the magnitudes shown:

    q <- q + alpha (o - q),  o = 1 if the left arm paid, 0 if the right one did;  q starts at 0.5
    P(left) = sigma(beta x),  x = q m_left - (1 - q) m_right

alpha and beta maximise the likelihood of the choices in one window of (10) trials alone, while all trials before it
drive q; windows slide by one trial, and sessions of one kind are pooled (Wang et al. 2018, simulation 2, Methods; the
choice rule is that of Behrens et al. 2007). For each alpha on a grid, log beta is climbed by Newton's method (the
likelihood is concave in beta), and a parabola through the best three grid points gives alpha.
"""

from collections.abc import Sequence

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import Unit, columns_of, groups, require_columns
from neurorl.core.errors import BadData, BadValue

_GRID = 49  # values of alpha = sin^2(phi), phi evenly spaced: dense near 0 and 1
_BETA = (1e-2, 1e3)  # per unit of magnitude; ends are reached where choices are random or never err


def learning_rate_windows(
    table: pd.DataFrame,
    by: Unit = (),
    *,
    magnitudes: tuple[str, str] = ("obs_0", "obs_1"),
    window: int = 10,
    firsts: Sequence[int] | None = None,
) -> pd.DataFrame:
    """Learning rate and inverse temperature of each window, sessions of a group pooled.

    Args:
        table: one row a trial, in order: columns session, choice (0 left, 1 right), reward (0 where the chosen arm did
            not pay), and the two magnitudes shown. Sessions of a group are equally long.
        by: columns whose values are kept apart, such as ("replica", "schedule").
        magnitudes: columns of the magnitudes of left and right; beta is in units of one over theirs.
        window: trials of a window.
        firsts: first trials of the windows; by default every trial at which a whole window starts.

    Returns:
        Columns `by`, first and last (trials of the window), alpha, beta, log_lik (nats), n (choices).
    """
    require_columns(table, ["session", "choice", "reward", *magnitudes, *columns_of(by)], "A learning rate by windows")
    parts = []
    for who, rows in groups(table, by):
        sessions = rows.groupby("session", sort=False).size().to_numpy()
        if sessions.min() != sessions.max():
            raise BadData(
                f"Windows pool sessions trial by trial, so all must be equally long; here they have "
                f"{sessions.min()} to {sessions.max()} trials. Cut them to the shortest first."
            )
        shape = (len(sessions), int(sessions[0]))
        m = np.stack([rows[name].to_numpy(float).reshape(shape) for name in magnitudes], axis=2)
        choice = rows["choice"].to_numpy().reshape(shape)
        paid = (rows["reward"].to_numpy(float).reshape(shape) > 0) == (choice == 0)
        parts.append(window_fits(m, choice == 0, paid, window=window, firsts=firsts).assign(**who))
    return pd.concat(parts, ignore_index=True).loc[
        :, [*columns_of(by), "first", "last", "alpha", "beta", "log_lik", "n"]
    ]


def window_fits(
    magnitudes: np.ndarray,
    chose_left: np.ndarray,
    left_paid: np.ndarray,
    *,
    window: int = 10,
    firsts: Sequence[int] | None = None,
) -> pd.DataFrame:
    """`learning_rate_windows` on plain arrays of sessions [S, T] (magnitudes [S, T, 2]): one row a window."""
    n_sessions, n_trials = np.shape(chose_left)
    if not 1 <= window <= n_trials:
        raise BadValue(f"A window of {window} trials does not fit into sessions of {n_trials}.")
    first = np.arange(n_trials - window + 1) if firsts is None else np.asarray(firsts, int)
    if not (first.size and first.min() >= 0 and first.max() + window <= n_trials):
        raise BadValue(f"Windows of {window} trials must start between 0 and {n_trials - window}.")
    sign = np.where(chose_left, 1.0, -1.0)
    outcome = np.asarray(left_paid, float)
    phi = (np.arange(_GRID) + 0.5) * (0.5 * np.pi / _GRID)
    log_beta = np.full(len(first), np.log(10.0))
    fits = np.empty((_GRID, len(first)))
    temperatures = np.empty((_GRID, len(first)))
    for i, alpha in enumerate(np.sin(phi) ** 2):
        q = _values(outcome, alpha)
        support = sign * (q * magnitudes[..., 0] - (1 - q) * magnitudes[..., 1])
        windows = np.lib.stride_tricks.sliding_window_view(support, window, axis=1)[:, first]
        log_beta, fits[i] = _climb(np.ascontiguousarray(windows.transpose(1, 0, 2)).reshape(len(first), -1), log_beta)
        temperatures[i] = log_beta
    at, peak = _parabola(fits)
    step = phi[1] - phi[0]
    alpha = np.sin(np.clip(phi[0] + at * step, 0, 0.5 * np.pi)) ** 2
    nearest = np.rint(at).astype(int)
    beta = np.exp(temperatures[nearest, np.arange(len(first))])
    return pd.DataFrame(
        {
            "first": first,
            "last": first + window - 1,
            "alpha": alpha,
            "beta": beta,
            "log_lik": peak,
            "n": n_sessions * window,
        }
    )


def half_means(
    windows: pd.DataFrame, by: Unit = (), *, halves: Sequence[tuple[int, int]] = ((0, 100), (100, 200)), skip: int = 20
) -> pd.DataFrame:
    """Mean learning rate over the windows that lie inside each half of a session, but for its first `skip` trials.

    Args:
        windows: from `learning_rate_windows`.
        by: columns that are kept apart.
        halves: first trial of each part of the session and the trial after its last.
        skip: trials left out while choices get used to the new part.

    Returns:
        Columns `by`, half (0, 1, ...), alpha, beta (geometric mean), n_windows.
    """
    require_columns(windows, ["first", "last", "alpha", "beta", *columns_of(by)], "A mean over windows")
    rows = []
    for who, part in groups(windows, by):
        for half, (begin, end) in enumerate(halves):
            inside = part[(part["first"] >= begin + skip) & (part["last"] < end)]
            if inside.empty:
                raise BadData(f"There is no window between trials {begin + skip} and {end}; leave out fewer trials.")
            beta = float(np.exp(np.log(inside["beta"]).mean()))
            rows.append({**who, "half": half, "alpha": inside["alpha"].mean(), "beta": beta, "n_windows": len(inside)})
    return pd.DataFrame(rows)


def _values(outcome: np.ndarray, alpha: float) -> np.ndarray:
    """q before each trial, [S, T]."""
    q = np.empty_like(outcome)
    now = np.full(len(outcome), 0.5)
    for t in range(outcome.shape[1]):
        q[:, t] = now
        now = now + alpha * (outcome[:, t] - now)
    return q


def _climb(support: np.ndarray, log_beta: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The beta of each row that maximises sum log sigma(beta support), as its log, and that maximum, nats."""
    low, high = np.log(_BETA)
    for _ in range(60):
        beta = np.exp(log_beta)
        wrong = 1 / (1 + np.exp(np.minimum(beta[:, None] * support, 500.0)))
        pull = np.einsum("ws,ws->w", support, wrong)
        stiff = np.einsum("ws,ws,ws,ws->w", support, support, wrong, 1 - wrong)
        # In log beta: gradient beta g, curvature beta^2 H (positive: Fisher's part, which keeps the climb upward).
        move = np.clip(beta * pull / np.maximum(beta**2 * stiff, 1e-9), -1.0, 1.0)
        after = np.clip(log_beta + move, low, high)
        small = np.abs(after - log_beta).max() < 1e-2  # the next move would be about its square
        log_beta = after
        if small:
            break
    score = -np.logaddexp(0.0, -np.exp(log_beta)[:, None] * support).sum(axis=1)
    return log_beta, score


def _parabola(fits: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Place (in grid steps) and height of the maximum of each column, by a parabola through its best three points."""
    best = np.clip(fits.argmax(axis=0), 1, len(fits) - 2)
    columns = np.arange(fits.shape[1])
    below, here, above = (fits[best + d, columns] for d in (-1, 0, 1))
    curvature = below - 2 * here + above
    bends = curvature < 0
    shift = np.where(bends, 0.5 * (below - above) / np.where(bends, curvature, -1.0), 0.0)
    edge = np.clip(np.where(bends, shift, fits.argmax(axis=0) - best), -1.0, 1.0)
    return best + edge, here - 0.25 * (below - above) * edge

r"""Do two kinds of sessions take different ways through the space of hidden units, and when?

With group means m_1(t), m_0(t) of the scores at step t and the pooled covariance W(t) within groups, the divergence is

    d(t) = |m_1(t) - m_0(t)| / sqrt(trace W(t)),

the distance of the means in units of the spread around them. It is positive even where groups differ by chance alone;
so group labels are permuted over sessions, the same permutation at all steps, and the distance is compared with what
these leave. A second statistic asks whether the difference itself depends on a condition: the distance of the
vectors m_1 - m_0 of two conditions, with the condition permuted within each group.

Wang et al. 2018, Supp. Fig. 8 (drawn there, without a number).
"""

import numpy as np
import pandas as pd

from neurorl.core.errors import BadData


def divergence(score: np.ndarray, group: np.ndarray, *, permutations: int = 500, seed: int = 0) -> pd.DataFrame:
    """Distance of two groups of sessions at each step, with that of permuted labels.

    Args:
        score: [n_sessions, n_steps, n_components].
        group: [n_sessions], False or True.
        permutations: how many.
        seed: of the permutations.

    Returns:
        Columns step, distance, chance (mean over permutations), high (their 95th percentile), p (share of
        permutations at least as far apart, the observed one counted), n_false, n_true.
    """
    score, group = _checked(score, group)
    rng = np.random.default_rng(seed)
    labels = np.stack([group, *(rng.permutation(group) for _ in range(permutations))])
    means, squares = _cells(score, np.stack([~labels, labels]))
    within = squares.sum(axis=0) / (len(score) - 2)
    return _against(np.linalg.norm(means[1] - means[0], axis=-1) / np.sqrt(within)).assign(
        n_false=int((~group).sum()), n_true=int(group.sum())
    )


def interaction(
    score: np.ndarray, group: np.ndarray, condition: np.ndarray, *, permutations: int = 500, seed: int = 0
) -> pd.DataFrame:
    """Whether the difference of two groups depends on a condition: columns as of `divergence`.

    Args:
        score: [n_sessions, n_steps, n_components].
        group, condition: [n_sessions], False or True.
        permutations, seed: see `divergence`.
    """
    score, group = _checked(score, group)
    condition = np.asarray(condition, bool)
    for own in (group, ~group):
        if condition[own].sum() < 2 or (~condition[own]).sum() < 2:
            raise BadData("An interaction needs at least two sessions of each group in each condition.")

    rng = np.random.default_rng(seed)
    labels = np.repeat(condition[None], 1 + permutations, axis=0)
    for own in (group, ~group):
        labels[1:, own] = rng.permuted(labels[1:, own], axis=1)
    cells = [labels & group, labels & ~group, ~labels & group, ~labels & ~group]
    means, squares = _cells(score, np.stack(cells))
    sizes = labels.sum(axis=1)[:, None]
    within = ((squares[0] + squares[1]) / (sizes - 2) + (squares[2] + squares[3]) / (len(score) - sizes - 2)) / 2
    difference = (means[0] - means[1]) - (means[2] - means[3])
    return _against(np.linalg.norm(difference, axis=-1) / np.sqrt(within)).assign(
        n_false=int((~condition).sum()), n_true=int(condition.sum())
    )


def _cells(score: np.ndarray, cells: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Means [k, labellings, n_steps, n_components] and squares around them, summed over components, of each cell.

    Args:
        score: [n_sessions, n_steps, n_components].
        cells: [k, labellings, n_sessions], True for the members of each cell.
    """
    centred = score - score.mean(axis=0)  # means of sessions near 0, so that squares lose nothing to rounding
    size = cells.sum(axis=-1)[..., None, None]
    means = np.tensordot(cells.astype(float), centred, axes=1) / size
    squares = np.tensordot(cells.astype(float), (centred**2).sum(axis=-1), axes=1)
    return means, np.maximum(squares - (size * means**2).sum(axis=-1), np.finfo(float).tiny)


def _against(distance: np.ndarray) -> pd.DataFrame:
    """The first labelling's distance [labellings, n_steps] beside the others'."""
    seen, chance = distance[0], distance[1:]
    return pd.DataFrame(
        {
            "step": np.arange(len(seen)),
            "distance": seen,
            "chance": chance.mean(axis=0),
            "high": np.quantile(chance, 0.95, axis=0),
            "p": (1 + (chance >= seen - 1e-12).sum(axis=0)) / (1 + len(chance)),
        }
    )


def _checked(score: np.ndarray, group: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    score, group = np.asarray(score, float), np.asarray(group, bool)
    if score.ndim != 3 or group.shape != score.shape[:1]:
        raise BadData(
            f"A divergence needs scores [sessions, steps, components] and one label a session; got {score.shape} and "
            f"{group.shape}."
        )
    if group.sum() < 2 or (~group).sum() < 2:
        raise BadData(f"A divergence needs two sessions of each kind; got {(~group).sum()} and {group.sum()}.")
    return score, group

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
    """Distance of two groups of sessions at each step, beside what permuted labels leave.

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

    def distance(labels: np.ndarray) -> np.ndarray:
        means, within = _means(score, labels)
        return np.linalg.norm(means[1] - means[0], axis=-1) / np.sqrt(within)

    rng = np.random.default_rng(seed)
    return _against(distance(group), [distance(rng.permutation(group)) for _ in range(permutations)]).assign(
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

    def distance(labels: np.ndarray) -> np.ndarray:
        difference, within = [], []
        for own in (labels, ~labels):
            means, spread = _means(score[own], group[own])
            difference.append(means[1] - means[0])
            within.append(spread)
        return np.linalg.norm(difference[0] - difference[1], axis=-1) / np.sqrt(np.mean(within, axis=0))

    rng = np.random.default_rng(seed)

    def permuted() -> np.ndarray:
        labels = condition.copy()
        for own in (group, ~group):
            labels[own] = rng.permutation(labels[own])
        return labels

    return _against(distance(condition), [distance(permuted()) for _ in range(permutations)]).assign(
        n_false=int((~condition).sum()), n_true=int(condition.sum())
    )


def _means(score: np.ndarray, group: np.ndarray) -> tuple[list[np.ndarray], np.ndarray]:
    """Mean of each group [n_steps, n_components], and the pooled variance summed over components [n_steps]."""
    parts = [score[~group], score[group]]
    means = [part.mean(axis=0) for part in parts]
    squares = sum(((part - mean) ** 2).sum(axis=(0, 2)) for part, mean in zip(parts, means, strict=True))
    return means, np.maximum(squares / (len(score) - 2), np.finfo(float).tiny)


def _against(distance: np.ndarray, chance: list[np.ndarray]) -> pd.DataFrame:
    null = np.asarray(chance)
    return pd.DataFrame(
        {
            "step": np.arange(len(distance)),
            "distance": distance,
            "chance": null.mean(axis=0),
            "high": np.quantile(null, 0.95, axis=0),
            "p": (1 + (null >= distance - 1e-12).sum(axis=0)) / (1 + len(null)),
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

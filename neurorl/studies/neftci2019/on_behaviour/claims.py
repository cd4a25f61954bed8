"""What should come out of the study of learning on behaviour: each claim with its source, interval and basis."""

from math import inf

from neurorl.core.study import Expect, with_identities

_REVIEW = "Neftci & Averbeck 2019, Fig. 1; the threshold is ours"
_DYNA = "Sutton & Barto 2018, Fig. 8.2, with rehearsal for replay; the threshold is ours"


def _direction(claim: str, measure: str, source: str, low: float = 0.0, high: float = inf) -> Expect:
    return Expect(claim, measure, low, high, source, "direction")


CLAIMS = (
    # Perfect sharing would give 1/4 and 1/16. Half of the gain must be there.
    _direction(
        "In the maze, four copies reach the criterion in at most half as many ticks as one learner on behaviour",
        "maze_ticks_ratio_copies_4",
        _REVIEW,
        high=0.5,
    ),
    _direction(
        "In the maze, sixteen copies reach the criterion in at most an eighth as many ticks as one learner on "
        "behaviour",
        "maze_ticks_ratio_copies_16",
        _REVIEW,
        high=0.125,
    ),
    # .9 leaves a tenth for the error of the means.
    _direction(
        "In the maze, four copies need as many samples as one learner on behaviour or more (ratio)",
        "maze_samples_ratio_copies_4",
        _REVIEW,
        0.9,
    ),
    _direction(
        "In the maze, sixteen copies need as many samples as one learner on behaviour or more (ratio)",
        "maze_samples_ratio_copies_16",
        _REVIEW,
        0.9,
    ),
    _direction(
        "In the maze, replay of five transitions per step needs at most half the samples of learning on behaviour",
        "maze_samples_ratio_replay_5",
        _DYNA,
        high=0.5,
    ),
    _direction(
        "In the maze, replay of five transitions per step misses at most half as many goals as learning on behaviour",
        "maze_regret_ratio_replay_5",
        _DYNA,
        high=0.5,
    ),
    _direction(
        "In the maze, regret increases with the length of batches (least increase, goals)",
        "maze_regret_batches_least_rise",
        _REVIEW,
    ),
    _direction(
        "On a bandit, regret increases with the length of batches (least increase, reward units)",
        "bandit_regret_batches_least_rise",
        _REVIEW,
    ),
    _direction(
        "On a bandit, replay lowers regret (reward units)",
        "bandit_regret_replay_saved",
        "Lin 1992; ours on a bandit",
    ),
    _direction(
        "On a bandit, each of sixteen copies has less regret after 20 ticks than a learner on behaviour (ratio)",
        "bandit_early_regret_a_copy_ratio_16",
        _REVIEW,
        high=1.0,
    ),
    *(
        Expect(
            f"On a stationary bandit, {n} copies and a batch of {n} have the same total regret (in standard errors)",
            f"bandit_copies_minus_batches_{n}_in_errors",
            -3.0,
            3.0,
            "by construction",
            "ours",
        )
        for n in (4, 16)
    ),
    Expect(
        "At least 90 % of maze runs reach the criterion (smallest share)",
        "maze_reached_least",
        0.9,
        1.0,
        "target of this project",
        "ours",
    ),
)

# Identities: where nothing changes, copies are a batch.
IDENTITIES = (
    "bandit_copies_minus_batches_4_in_errors",
    "bandit_copies_minus_batches_16_in_errors",
)

EXPECTS = with_identities(CLAIMS, IDENTITIES)

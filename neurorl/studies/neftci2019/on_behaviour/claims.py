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
        "In the maze four copies reach the criterion in at most half the ticks",
        "maze_ticks_ratio_copies_4",
        _REVIEW,
        high=0.5,
    ),
    _direction(
        "... sixteen in at most an eighth",
        "maze_ticks_ratio_copies_16",
        _REVIEW,
        high=0.125,
    ),
    # .9 leaves a tenth for the error of the means.
    _direction(
        "... but four need no fewer samples (ratio)",
        "maze_samples_ratio_copies_4",
        _REVIEW,
        0.9,
    ),
    _direction("... and neither do sixteen (ratio)", "maze_samples_ratio_copies_16", _REVIEW, 0.9),
    _direction(
        "Replay of five transitions a step needs at most half the samples of learning on behaviour",
        "maze_samples_ratio_replay_5",
        _DYNA,
        high=0.5,
    ),
    _direction("... and so it forgoes at most half the goals", "maze_regret_ratio_replay_5", _DYNA, high=0.5),
    _direction(
        "Batches cost regret in the maze, more the longer they are (least rise, goals)",
        "maze_regret_batches_least_rise",
        _REVIEW,
    ),
    _direction("... and on a bandit (least rise, reward units)", "bandit_regret_batches_least_rise", _REVIEW),
    _direction(
        "On a bandit replay, too, saves regret (reward units)",
        "bandit_regret_replay_saved",
        "Lin 1992; ours on a bandit",
    ),
    _direction(
        "After 20 ticks each of sixteen copies has lost less than a learner on behaviour (ratio)",
        "bandit_early_regret_a_copy_ratio_16",
        _REVIEW,
        high=1.0,
    ),
    *(
        Expect(
            f"On arms that stay as they are {n} copies are a batch of {n}: the same regret in all (standard errors)",
            f"bandit_copies_minus_batches_{n}_in_errors",
            -3.0,
            3.0,
            "by construction",
            "ours",
        )
        for n in (4, 16)
    ),
    Expect(
        "Nearly every run in the maze comes to the criterion (smallest share)",
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

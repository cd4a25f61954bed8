"""What should come out of the study of model-based control: each claim with its source, interval and basis."""

from math import inf

from neurorl.core.study import Expect, with_identities

_REFERENCE = "reference simulation of this project"
_BOOK = "Sutton & Barto 2018"
_REVIEW = "Neftci & Averbeck 2019"


def _ours(claim: str, measure: str, low: float, high: float, source: str = _REFERENCE, scale: str = "quick") -> Expect:
    return Expect(claim, measure, low, high, source, "ours", scale)


def _direction(claim: str, measure: str, source: str, low: float = 0.0, high: float = inf) -> Expect:
    return Expect(claim, measure, low, high, source, "direction")


CLAIMS = (
    # dynamic programming
    Expect(
        "The optimal values of the grid with jumps equal the published ones (largest difference)",
        "jumps_error",
        0.0,
        0.05,
        f"{_BOOK}, Fig. 3.5",
        "reported",
        "smoke",
    ),
    _ours(
        "The optimal values of two unknown arms in sessions of 1 to 20 trials are .5, 1.083333, 1.666667, "
        "2.888889, 6.021786 and 12.431265 (largest difference)",
        "bandit_error",
        0.0,
        1e-6,
        scale="smoke",
    ),
    _ours("The map of four rooms has 104 states", "rooms_states", 104, 104, "Sutton, Precup & Singh 1999", "smoke"),
    _ours(
        "In the four rooms, each optimal value is .95 to the power of the remaining steps (largest difference)",
        "rooms_error",
        0.0,
        1e-9,
        "closed form",
        "smoke",
    ),
    _ours(
        "With stochastic moves, value iteration and policy iteration agree (largest difference)",
        "rooms_slip_error",
        0.0,
        1e-9,
        "two methods",
        "smoke",
    ),
    _ours(
        "With each further step left, u_t approaches the values without a deadline by a factor of gamma = .9",
        "convergence_rate",
        0.9 - 1e-6,
        0.9 + 1e-6,
        f"{_REVIEW}, eq. 4; contraction of the backup",
        "smoke",
    ),
    Expect(
        "With at most five steps left, the best actions of some cells differ from those without a deadline "
        "(largest share of cells)",
        "disagree_late",
        0.04,
        1.0,
        f"{_REVIEW}, eq. 4",
        "direction",
        "smoke",
    ),
    _ours(
        "With thirty steps left, the best action of every cell is also best without a deadline",
        "disagree_early",
        0.0,
        0.0,
        "exact",
        "smoke",
    ),
    Expect(
        "The exploration bonus of an unknown arm decreases with every trial (smallest decrease)",
        "bonus_smallest_fall",
        1e-6,
        inf,
        f"{_REVIEW}, eq. 4",
        "direction",
        "smoke",
    ),
    _ours(
        "The exploration bonus of an unknown arm is zero on the last trial",
        "bonus_last",
        -1e-3,
        1e-3,
        "exact, to the grid of the indices",
        "smoke",
    ),
    _ours(
        "On the last trial, choosing the arm with the lower mean is never optimal",
        "worse_arm_last",
        0.0,
        0.0,
        "exact",
        "smoke",
    ),
    Expect(
        "With twenty trials left, choosing the arm with the lower mean is optimal for some beliefs (share of "
        "beliefs after ten trials)",
        "worse_arm_early",
        0.01,
        1.0,
        f"{_REVIEW}, eq. 4; the threshold is ours",
        "direction",
        "smoke",
    ),
    # two-step
    _ours(
        "Stay probabilities of the model-free learner are .83, .83, .57, .58 (rewarded common, rewarded rare, "
        "unrewarded common, unrewarded rare; largest difference)",
        "stay_error_model_free",
        0.0,
        0.02,
    ),
    _ours(
        "Stay probabilities of the model-based learner are .69, .50, .49, .70 (rewarded common, "
        "rewarded rare, unrewarded common, unrewarded rare; largest difference)",
        "stay_error_model_based",
        0.0,
        0.02,
    ),
    _ours(
        "Stay probabilities of the hybrid learner are .74, .65, .49, .59 (rewarded common, "
        "rewarded rare, unrewarded common, unrewarded rare; largest difference)",
        "stay_error_hybrid",
        0.0,
        0.02,
    ),
    _ours(
        "The interaction of reward and transition is .01 in the model-free learner",
        "interaction_model_free",
        -0.02,
        0.04,
    ),
    _ours(
        "The interaction of reward and transition is .39 in the model-based learner",
        "interaction_model_based",
        0.36,
        0.42,
    ),
    _ours("The interaction of reward and transition is .20 in the hybrid learner", "interaction_hybrid", 0.17, 0.23),
    _ours(
        "The planning weight is recovered from 1,000 trials if all other parameters are known (correlation; "
        "reference .98)",
        "recovery_w",
        0.97,
        1.0,
    ),
    _ours(
        "The planning weight is recovered from 1,000 trials if all seven parameters are fitted (correlation)",
        "recovery_w_all",
        0.95,
        1.0,
        "ours",
        "paper",
    ),
    _ours(
        "The mean over learners of the learned transition probability differs from the true one by less than .03, "
        "at every learning rate",
        "belief_bias",
        0.0,
        0.03,
    ),
    _ours(
        "At a learning rate of .01, the transition probability of single learners differs from the true one by "
        "less than .03 (mean distance)",
        "belief_distance_slow",
        0.0,
        0.03,
    ),
    _ours(
        "The distance of single learners from the true transition probability equals that of a running mean with "
        "the same rate (largest ratio)",
        "belief_distance_ratio",
        0.85,
        1.15,
        "closed form",
    ),
    # mazes
    _ours("Without rehearsal, trial 28 is the first with a mean of at most 20 steps", "first_model_free", 26, 30),
    _ours("With 5 rehearsals per step, trial 6 is the first with a mean of at most 20 steps", "first_dyna_5", 5, 7),
    _ours("With 50 rehearsals per step, trial 3 is the first with a mean of at most 20 steps", "first_dyna_50", 3, 3),
    _ours("The shortest path through the maze has 14 steps", "dyna_shortest", 14, 14, f"{_BOOK}, Fig. 8.2", "smoke"),
    _direction(
        "With five updates per step, prioritised sweeping reaches 20 steps per trial no later than random rehearsal",
        "first_dyna_minus_sweeping",
        f"{_BOOK}, sec. 8.4",
    ),
    _direction(
        "After the short path is blocked, Dyna-Q+ earns more than Dyna-Q by the end",
        "gain_blocking",
        f"{_BOOK}, Fig. 8.4",
    ),
    _direction("After a shorter path opens, Dyna-Q+ uses it", "found_dyna_plus", f"{_BOOK}, Fig. 8.5", 0.9, 1.0),
    _direction("After a shorter path opens, Dyna-Q never uses it", "found_dyna", f"{_BOOK}, Fig. 8.5", 0.0, 0.0),
    # the goal moves
    _ours("The planner takes 126 steps in the first trial after the goal has moved", "moved_planner_first", 92, 160),
    _ours(
        "The planner takes 14 steps per trial in trials 2 to 5 after the goal has moved",
        "moved_planner_next",
        6.2,
        21.8,
    ),
    _ours(
        "The planner takes 11.2 steps per trial in trials 6 to 20 after the goal has moved",
        "moved_planner_later",
        10.8,
        11.6,
    ),
    _ours(
        "The model-free learner takes 290 to 300 steps per trial in the twenty trials after the goal has moved",
        "moved_model_free",
        290,
        300,
    ),
    _direction(
        "After the goal has moved, the planner takes fewer steps than the model-free learner (difference in mean "
        "steps of 20 trials)",
        "moved_model_free_minus_planner",
        f'{_REVIEW}, "tracking non-stationarities"',
    ),
    _direction(
        "After the goal has moved, the learned successor representation takes fewer steps than the model-free learner",
        "moved_model_free_minus_successor",
        "after Russek et al. 2017",
    ),
    _direction(
        "After the goal has moved, the learned successor representation takes more steps than the planner",
        "moved_successor_minus_planner",
        "after Russek et al. 2017",
    ),
    _direction(
        "If the goal does not move, the model-free learner learns the optimal actions (share of steps)",
        "settled_model_free",
        f"{_REVIEW}; the threshold is ours",
        0.95,
        1.0,
    ),
    _direction(
        "If the goal does not move, the planner learns the optimal actions (share of steps)",
        "settled_planner",
        f"{_REVIEW}; the threshold is ours",
        0.95,
        1.0,
    ),
)

# Identities: exact dynamic programming, closed forms, and facts of the mazes.
IDENTITIES = (
    "jumps_error",
    "bandit_error",
    "rooms_states",
    "rooms_error",
    "rooms_slip_error",
    "convergence_rate",
    "disagree_early",
    "bonus_last",
    "worse_arm_last",
    "belief_distance_ratio",
    "dyna_shortest",
)

EXPECTS = with_identities(CLAIMS, IDENTITIES)

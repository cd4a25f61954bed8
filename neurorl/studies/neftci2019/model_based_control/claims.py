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
        "The optimal values of the grid with jumps are the published ones (largest difference)",
        "jumps_error",
        0.0,
        0.05,
        f"{_BOOK}, Fig. 3.5",
        "reported",
        "smoke",
    ),
    _ours(
        "Two unknown arms are worth .5, 1.083333, 1.666667, 2.888889, 6.021786 and 12.431265 in sessions of 1 to 20 "
        "trials (largest difference)",
        "bandit_error",
        0.0,
        1e-6,
        scale="smoke",
    ),
    _ours("The drawing of four rooms has 104 states", "rooms_states", 104, 104, "Sutton, Precup & Singh 1999", "smoke"),
    _ours(
        "Values of four rooms are .95 to the power of the steps that are left (largest difference)",
        "rooms_error",
        0.0,
        1e-9,
        "closed form",
        "smoke",
    ),
    _ours(
        "Where answers slip, value iteration and policy iteration agree (largest difference)",
        "rooms_slip_error",
        0.0,
        1e-9,
        "two methods",
        "smoke",
    ),
    _ours(
        "With more steps left u_t comes nearer to the values without a deadline by a factor gamma = .9 a step",
        "convergence_rate",
        0.9 - 1e-6,
        0.9 + 1e-6,
        f"{_REVIEW}, eq. 4; contraction of the backup",
        "smoke",
    ),
    Expect(
        "Within five steps of the end some cell has other best answers than without a deadline (largest share)",
        "disagree_late",
        0.04,
        1.0,
        f"{_REVIEW}, eq. 4",
        "direction",
        "smoke",
    ),
    _ours("... and with thirty steps left none", "disagree_early", 0.0, 0.0, "exact", "smoke"),
    Expect(
        "The bonus of an untried arm falls with every trial (smallest fall)",
        "bonus_smallest_fall",
        1e-6,
        inf,
        f"{_REVIEW}, eq. 4",
        "direction",
        "smoke",
    ),
    _ours("... to nothing on the last one", "bonus_last", -1e-3, 1e-3, "exact, to the grid of the indices", "smoke"),
    _ours(
        "On the last trial it is never best to take the arm that looks worse",
        "worse_arm_last",
        0.0,
        0.0,
        "exact",
        "smoke",
    ),
    Expect(
        "... with twenty trials left it is, for some of what can be known (share of beliefs after ten trials)",
        "worse_arm_early",
        0.01,
        1.0,
        f"{_REVIEW}, eq. 4; the threshold is ours",
        "direction",
        "smoke",
    ),
    # two-step
    _ours(
        "Staying of the model-free learner is .83, .83, .57, .58 (reward on common, rare; none on common, rare; "
        "largest difference)",
        "stay_error_model_free",
        0.0,
        0.02,
    ),
    _ours("... of the model-based one .69, .50, .49, .70", "stay_error_model_based", 0.0, 0.02),
    _ours("... of the hybrid .74, .65, .49, .59", "stay_error_hybrid", 0.0, 0.02),
    _ours("Reward and transition interact by .01 in the model-free learner", "interaction_model_free", -0.02, 0.04),
    _ours("... by .39 in the model-based one", "interaction_model_based", 0.36, 0.42),
    _ours("... by .20 in the hybrid", "interaction_hybrid", 0.17, 0.23),
    _ours(
        "The weight of planning comes back from 1,000 trials, all else known (correlation; reference .98)",
        "recovery_w",
        0.97,
        1.0,
    ),
    _ours("... also when all seven parameters are fitted", "recovery_w_all", 0.95, 1.0, "ours", "paper"),
    _ours(
        "State prediction errors bring T to the truth: at any learning rate its mean over learners is off by less "
        "than .03",
        "belief_bias",
        0.0,
        0.03,
    ),
    _ours("... and a single learner's at a rate of .01 (mean distance)", "belief_distance_slow", 0.0, 0.03),
    _ours(
        "A learner's distance is what a running mean of that rate leaves (largest ratio of the two)",
        "belief_distance_ratio",
        0.85,
        1.15,
        "closed form",
    ),
    # mazes
    _ours("Without rehearsal the mean trial first takes 20 steps or fewer in trial 28", "first_model_free", 26, 30),
    _ours("... with 5 rehearsals a step in trial 6", "first_dyna_5", 5, 7),
    _ours("... with 50 in trial 3", "first_dyna_50", 3, 3),
    _ours("No way through the maze is shorter than 14 steps", "dyna_shortest", 14, 14, f"{_BOOK}, Fig. 8.2", "smoke"),
    _direction(
        "With five updates a step, prioritised sweeping gets there no later than rehearsal at random",
        "first_dyna_minus_sweeping",
        f"{_BOOK}, sec. 8.4",
    ),
    _direction(
        "When the short way is walled off, Dyna-Q+ earns more than Dyna-Q by the end",
        "gain_blocking",
        f"{_BOOK}, Fig. 8.4",
    ),
    _direction("When a shorter way opens, Dyna-Q+ takes it", "found_dyna_plus", f"{_BOOK}, Fig. 8.5", 0.9, 1.0),
    _direction("... and Dyna-Q never does", "found_dyna", f"{_BOOK}, Fig. 8.5", 0.0, 0.0),
    # the goal moves
    _ours("When the goal moves, the planner's first trial takes 126 steps", "moved_planner_first", 92, 160),
    _ours("... the next four 14", "moved_planner_next", 6.2, 21.8),
    _ours("... and trials 6 to 20 take 11.2", "moved_planner_later", 10.8, 11.6),
    _ours("The model-free learner needs 290 to 300 steps for twenty trials", "moved_model_free", 290, 300),
    _direction(
        "A world that changes shows the model-based system to learn faster (difference in mean steps of 20 trials)",
        "moved_model_free_minus_planner",
        f'{_REVIEW}, "tracking non-stationarities"',
    ),
    _direction(
        "The learned successor representation lies between the two: faster than model-free",
        "moved_model_free_minus_successor",
        "after Russek et al. 2017",
    ),
    _direction("... and slower than the planner", "moved_successor_minus_planner", "after Russek et al. 2017"),
    _direction(
        "Where nothing changes, model-free values come to the answers that are best (share of steps)",
        "settled_model_free",
        f"{_REVIEW}; the threshold is ours",
        0.95,
        1.0,
    ),
    _direction("... and so does the planner", "settled_planner", f"{_REVIEW}; the threshold is ours", 0.95, 1.0),
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

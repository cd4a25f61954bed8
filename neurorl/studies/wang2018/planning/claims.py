"""What should come out of the planning study: each claim with its source, interval and basis.

Of the supplementary figures only the legends could be read, so no number is published: directions are the paper's,
thresholds ours. Claims about a network that plans nearly as well as can be are judged at the scale of the paper.
"""

from math import inf

from neurorl.core.study import Expect, with_identities

_S7, _S8 = "Wang et al. 2018, Supp. Fig. 7", "Wang et al. 2018, Supp. Fig. 8"


def _direction(claim: str, measure: str, low: float, high: float, source: str, scale: str = "quick") -> Expect:
    return Expect(claim, measure, low, high, source, "direction", scale)


def _ours(claim: str, measure: str, low: float, high: float, source: str, scale: str = "quick") -> Expect:
    return Expect(claim, measure, low, high, source, "ours", scale)


CLAIMS = (
    _ours(
        "The planner earns the optimum in every trial",
        "share_planner",
        1.0 - 1e-6,
        1.0 + 1e-6,
        "dynamic programming against all walks",
        "smoke",
    ),
    _direction(
        "On payments never seen before the network earns nearly the optimum (at least nine tenths)",
        "share_network",
        0.9,
        1.0,
        f"{_S7}B; a prototype of ours earned 95 %",
        "paper",
    ),
    _ours("... and every replica at least 85 %", "share_network_worst", 0.85, 1.0, "target of ours", "paper"),
    _direction("It earns more than a greedy walker", "network_minus_shortest_path", 0.0, inf, f"{_S7}B", "paper"),
    _direction(
        "... and more than a successor representation",
        "network_minus_successor_representation",
        0.0,
        inf,
        f"{_S7}B",
        "paper",
    ),
    _direction("It earns far more than Q(1)", "network_minus_q_trace", 2.0, inf, f"{_S7}B"),
    _direction("... and far more than random answers", "network_minus_random_choice", 2.0, inf, f"{_S7}B"),
    _direction(
        "Greedy walker and successor representation stand far above Q(1) and random answers",
        "walkers_worst_minus_random",
        2.0,
        inf,
        f"{_S7}B",
        "smoke",
    ),
    _ours(
        "Q(1), which cannot see the payments, earns what random answers earn",
        "q_trace_minus_random_choice",
        -0.25,
        0.25,
        "payments of one trial say nothing about those of the next",
    ),
    _direction("While it ponders, its value grows more accurate", "accuracy_gain", 0.03, inf, f"{_S7}C"),
    _direction("... in every replica", "accuracy_gain_worst", 0.0, inf, f"{_S7}C"),
    _direction("... and is accurate at the end of pondering", "accuracy_last", 0.8, 1.0, f"{_S7}C", "paper"),
    _direction(
        "The code of each action peaks at the step of that action: five of five", "codes_at_their_peak", 5, 5, f"{_S7}D"
    ),
    _direction("... and is strong there", "code_smallest_peak", 0.6, 1.0, f"{_S7}D", "paper"),
    _direction(
        "... and has ramped up by the step before, from the first step", "code_smallest_ramp", 0.05, inf, f"{_S7}D"
    ),
    _direction(
        "Coming actions are coded at the end of pondering, before any is taken",
        "code_while_pondering",
        0.15,
        inf,
        f"{_S7}D",
    ),
    _direction("... more than at its beginning", "code_rise_while_pondering", 0.03, inf, f"{_S7}D"),
    _direction("The present state is coded throughout", "code_state_smallest", 0.7, 1.0, f"{_S7}D"),
    _direction(
        "Where the best state is four or five steps off, it is nearly always reached (paper: 97 %)",
        "far_reached",
        0.85,
        1.0,
        f"{_S8}, legend; threshold ours, as paths over bad states may not pay here",
        "paper",
    ),
    _direction(
        "Before any action is taken, trajectories differ by what the third will be: distance over that by chance",
        "third_action_over_chance",
        1.5,
        inf,
        _S8,
        "paper",
    ),
    _direction(
        "... beyond the 95th percentile of permutations in at least three quarters of the replicas",
        "third_action_share_p05",
        0.75,
        1.0,
        _S8,
        "paper",
    ),
    _direction(
        "... and more so at the end of pondering than at its first step", "third_action_growth", 0.0, inf, _S8, "paper"
    ),
    _direction(
        "How they differ depends on when the best state will be reached (share of actions and replicas, p < .05)",
        "row_effect_share_p05",
        0.25,
        1.0,
        _S8,
        "paper",
    ),
    _ours(
        "Five steps to think are worth something: a network trained without earns less",
        "gain_by_pondering",
        0.1,
        inf,
        "a question of ours",
        "paper",
    ),
)

# Identities: dynamic programming against all walks.
IDENTITIES = ("share_planner",)

EXPECTS = with_identities(CLAIMS, IDENTITIES)

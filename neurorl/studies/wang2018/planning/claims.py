"""What should come out of the planning study: each claim with its source, interval and basis.

Of the supplementary figures only the legends could be read, so no number is published: directions are the paper's,
thresholds ours. Claims about nearly optimal planning are judged at the scale of the paper.
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
        "dynamic programming compared with all walks",
        "smoke",
    ),
    _direction(
        "With rewards that were not in its training, the network earns at least 90 % of the optimum",
        "share_network",
        0.9,
        1.0,
        f"{_S7}B; a prototype of ours earned 95 %",
        "paper",
    ),
    _ours(
        "Every replica earns at least 85 % of the optimum", "share_network_worst", 0.85, 1.0, "target of ours", "paper"
    ),
    _direction(
        "The network earns more than a greedy walker", "network_minus_shortest_path", 0.0, inf, f"{_S7}B", "paper"
    ),
    _direction(
        "The network earns more than a successor representation",
        "network_minus_successor_representation",
        0.0,
        inf,
        f"{_S7}B",
        "paper",
    ),
    _direction("The network earns far more than Q(1)", "network_minus_q_trace", 2.0, inf, f"{_S7}B"),
    _direction("The network earns far more than random choice", "network_minus_random_choice", 2.0, inf, f"{_S7}B"),
    _direction(
        "The greedy walker and the successor representation earn far more than Q(1) and random choice",
        "walkers_worst_minus_random",
        2.0,
        inf,
        f"{_S7}B",
        "smoke",
    ),
    _ours(
        "Q(1), which does not observe the rewards of the trial, earns as much as random choice",
        "q_trace_minus_random_choice",
        -0.25,
        0.25,
        "the rewards of successive trials are independent",
    ),
    _direction(
        "The value that the network reports becomes more accurate during pondering",
        "accuracy_gain",
        0.03,
        inf,
        f"{_S7}C",
    ),
    _direction(
        "The value that the network reports becomes more accurate during pondering in every replica",
        "accuracy_gain_worst",
        0.0,
        inf,
        f"{_S7}C",
    ),
    _direction(
        "The value that the network reports is accurate at the end of pondering",
        "accuracy_last",
        0.8,
        1.0,
        f"{_S7}C",
        "paper",
    ),
    _direction(
        "The code of each of the five actions is strongest at the step of that action",
        "codes_at_their_peak",
        5,
        5,
        f"{_S7}D",
    ),
    _direction(
        "The code of each action is strong at the step of that action",
        "code_smallest_peak",
        0.6,
        1.0,
        f"{_S7}D",
        "paper",
    ),
    _direction(
        "The code of each action increases from the first step to the step before that action",
        "code_smallest_ramp",
        0.05,
        inf,
        f"{_S7}D",
    ),
    _direction(
        "The network's units code future actions at the end of pondering, before the first action",
        "code_while_pondering",
        0.15,
        inf,
        f"{_S7}D",
    ),
    _direction(
        "The network's units code future actions more strongly at the end of pondering than at its beginning",
        "code_rise_while_pondering",
        0.03,
        inf,
        f"{_S7}D",
    ),
    _direction("The network's units code the current state at all steps", "code_state_smallest", 0.7, 1.0, f"{_S7}D"),
    _direction(
        "If the best state is four or five steps away, the network nearly always reaches it (97 % in the paper)",
        "far_reached",
        0.85,
        1.0,
        f"{_S8}, legend; threshold ours, as paths over bad states may not pay here",
        "paper",
    ),
    _direction(
        "Before the first action, trajectories of the units differ by the future third action (distance over that "
        "by chance)",
        "third_action_over_chance",
        1.5,
        inf,
        _S8,
        "paper",
    ),
    _direction(
        "Before the first action, trajectories differ by the third action beyond the 95th percentile of "
        "permutations in at least 75 % of replicas",
        "third_action_share_p05",
        0.75,
        1.0,
        _S8,
        "paper",
    ),
    _direction(
        "Trajectories differ more by the third action at the end of pondering than at its first step",
        "third_action_growth",
        0.0,
        inf,
        _S8,
        "paper",
    ),
    _direction(
        "The difference between trajectories depends on when the best state will be reached (share of actions and "
        "replicas, p < .05)",
        "row_effect_share_p05",
        0.25,
        1.0,
        _S8,
        "paper",
    ),
    _ours(
        "A network trained without pondering steps earns less than one with five pondering steps",
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

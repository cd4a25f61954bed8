"""What should come out of the bandit study: each claim with its source, interval and basis."""

from math import inf

from neurorl.core.study import Expect, with_identities

_PAPER = "Wang et al. 2018"
_SEEDS = 7 / 8  # of eight networks; the target of this project
_EXACT = "exact, by dynamic programming"


def _direction(claim: str, measure: str, place: str, low: float = 0.0, high: float = inf) -> Expect:
    return Expect(claim, measure, low, high, f"{_PAPER}, {place}", "direction")


def _reported(claim: str, measure: str, low: float, high: float, place: str) -> Expect:
    return Expect(claim, measure, low, high, f"{_PAPER}, {place}", "reported")


CLAIMS = (
    # Fig. 1d
    _reported(
        "Thompson sampling has a regret of 2.91 after 100 trials of (.25, .75), within the error of 300 sessions",
        "regret_thompson_100",
        2.61,
        3.21,
        "Fig. 1d (read off)",
    ),
    _reported(
        "UCB has a regret of 3.14 after 100 trials of (.25, .75), within the error of 300 sessions",
        "regret_ucb_100",
        2.84,
        3.44,
        "Fig. 1d (read off)",
    ),
    _reported(
        "Gittins indices have a regret of 1.15 after 100 trials of (.25, .75), within the error of 300 sessions",
        "regret_gittins_100",
        0.85,
        1.45,
        "Fig. 1d (read off)",
    ),
    _direction(
        "The regret of Gittins indices is at most that of the network trained on correlated arms",
        "correlated_minus_gittins",
        "Fig. 1d",
    ),
    _direction(
        "A network trained on correlated arms has less regret on (.25, .75) than one trained on independent arms",
        "independent_minus_correlated",
        "Fig. 1d",
    ),
    _direction(
        "The network trained on independent arms has less regret than Thompson sampling",
        "thompson_minus_independent",
        "Fig. 1d",
    ),
    _direction("The network trained on independent arms has less regret than UCB", "ucb_minus_independent", "Fig. 1d"),
    _direction("Thompson sampling has less regret than UCB", "ucb_minus_thompson", "Fig. 1d"),
    Expect(
        "Regret is ordered correlated < independent < Thompson and UCB in at least seven of eight pairs of networks",
        "share_in_order",
        _SEEDS,
        1.0,
        f"{_PAPER}, Fig. 1d; the share is ours",
        "direction",
    ),
    _reported(
        "The regret of the selected network trained on independent arms is at most the published one (upper end "
        "of its interval)",
        "regret_network_independent_chosen",
        0.0,
        2.35,
        "Fig. 1d (2.14, 95 % interval 1.95 to 2.35)",
    ),
    _reported(
        "The regret of the selected network trained on correlated arms is at most the published one (upper end of "
        "its interval)",
        "regret_network_correlated_chosen",
        0.0,
        1.27,
        "Fig. 1d (1.20, 95 % interval 1.15 to 1.27)",
    ),
    # Fig. 1c
    _direction(
        "The network makes more errors in the first 20 choices when the arms are harder to tell apart",
        "wrong_of_20_hard_minus_medium",
        "Fig. 1c",
    ),
    # transfer
    Expect(
        "On correlated arms, the network trained on correlated arms has less regret than the network trained on "
        "independent arms",
        "home_advantage_correlated",
        0.0,
        inf,
        "Wang et al. 2016 (bandit experiments)",
        "direction",
    ),
    Expect(
        "On independent arms, the network trained on independent arms has less regret than the network trained on "
        "correlated arms",
        "home_advantage_independent",
        0.0,
        inf,
        "Wang et al. 2016 (bandit experiments)",
        "direction",
    ),
    Expect(
        "On independent arms, the network trained on them has less regret than Thompson sampling",
        "thompson_minus_independent_at_home",
        0.0,
        inf,
        "Wang et al. 2016 (independent arms)",
        "direction",
    ),
    # ablation
    Expect(
        "A network that receives no rewards in the test is at chance on every bandit",
        "without_reward_farthest_from_chance",
        0.0,
        0.05,
        "Wang et al. 2016 (bandit experiments); the margin is ours",
        "direction",
    ),
    # Fig. 1e, f and Supp. 2
    _direction(
        "Trained and tested on correlated arms, the network's activity after 100 trials is ordered by the left "
        "arm's probability",
        "spearman_p_left_trained_correlated_tested_correlated",
        "Fig. 1f (rank correlation; the threshold is ours)",
        0.9,
        1.0,
    ),
    Expect(
        "Activity is ordered by the left arm's probability in at least seven of eight networks trained on "
        "correlated arms",
        "share_of_replicas_ordered_by_p_left",
        _SEEDS,
        1.0,
        f"{_PAPER}, Fig. 1f; the share is ours",
        "direction",
    ),
    _direction(
        "End states lie closer to a curve in the network trained on correlated arms than in the one trained on "
        "independent arms",
        "off_curve_independent_over_correlated",
        "Fig. 1f and Supp. Fig. 2b",
        1.0,
    ),
    _direction(
        "The left arm's probability explains more of the variance of all units after training on correlated than "
        "on independent arms",
        "explained_by_p_left_correlated_minus_independent",
        "Fig. 1f and Supp. Fig. 2b",
    ),
    # exact
    Expect(
        "No learner has less regret than the Bayes-adaptive optimum, in sessions of 5 to 100 trials",
        "optimum_below_all_others",
        -1e-9,  # rounding
        inf,
        _EXACT,
        "ours",
        "smoke",
    ),
    Expect(
        "The regret of finite-horizon Gittins indices is at most 1 % above that of the optimum",
        "gittins_over_optimum_largest",
        1.0,
        1.01,
        _EXACT,
        "ours",
        "smoke",
    ),
    Expect(
        "With independent uniform arms the minimum expected regret after 100 trials is 1.748",
        "regret_optimum_100",
        1.747,
        1.749,
        _EXACT,
        "ours",
        "smoke",
    ),
)

# Identities: exact dynamic programming (nothing is below the optimum, and the optimum is one number).
IDENTITIES = (
    "optimum_below_all_others",
    "regret_optimum_100",
)

EXPECTS = with_identities(CLAIMS, IDENTITIES)

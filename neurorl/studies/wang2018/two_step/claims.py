"""What should come out of the two-step study: each claim with its source, interval and basis."""

from math import inf

from neurorl.core.study import Expect, with_identities

_SIM4 = "Wang et al. 2018"
_NSPN = "trials of Shahar et al. 2019; value computed by us when the data were prepared"


def _people(kind: str, measure: str, value: float) -> Expect:
    claim = f"People repeat their first choice after {kind} trials with probability {value:.3f}"
    return Expect(claim, f"stay_people_{measure}", value - 0.001, value + 0.001, _NSPN, "ours", "smoke")


def _direction(claim: str, measure: str, low: float, high: float, place: str, scale: str = "quick") -> Expect:
    return Expect(claim, measure, low, high, f"{_SIM4}, {place}", "direction", scale)


CLAIMS = (
    _people("rewarded common", "common_rewarded", 0.793),
    _people("rewarded rare", "rare_rewarded", 0.736),
    _people("unrewarded common", "common_unrewarded", 0.670),
    _people("unrewarded rare", "rare_unrewarded", 0.718),
    Expect(
        "In people, reward increases staying (pooled log-odds .373)",
        "people_pooled_reward",
        0.372,
        0.374,
        _NSPN,
        "ours",
        "smoke",
    ),
    Expect(
        "In people, reward and transition interact (pooled log-odds .294)",
        "people_pooled_interaction",
        0.293,
        0.295,
        _NSPN,
        "ours",
        "smoke",
    ),
    Expect(
        "The Bayes-optimal observer earns .704 per trial",
        "reward_ceiling",
        0.699,
        0.709,
        "a separate simulation of ours",
        "ours",
        "quick",
    ),
    Expect(
        "The trained network earns at least 97 % of the Bayes-optimal reward",
        "reward_share_network",
        0.97,
        inf,
        "target of ours; the paper shows the network level with model-based learners (Supp. Fig. 6c)",
        "ours",
        "quick",
    ),
    _direction(
        "The network repeats its first choice after common-rewarded and rare-unrewarded trials (probability at "
        "least .9)",
        "network_smaller_good_stay",
        0.9,
        1.0,
        "Fig. 5c",
    ),
    _direction(
        "The network repeats its first choice less often, by at least .15, after rare-rewarded and "
        "common-unrewarded trials",
        "network_stay_gap",
        0.15,
        1.0,
        "Fig. 5c",
    ),
    _direction(
        "Reward and transition interact in the network's stay probabilities",
        "effect_interaction_network",
        0.3,
        2.0,
        "Fig. 5c",
    ),
    _direction(
        "Reward has no main effect on the network's stay probabilities",
        "network_reward_effect_size",
        0.0,
        0.08,
        "Fig. 5c",
    ),
    _direction(
        "The network tends to repeat its choice one trial after common-rewarded and rare-unrewarded trials "
        "(positive weights)",
        "network_lag1_smaller_good",
        0.0,
        inf,
        "Fig. 5e",
    ),
    _direction(
        "The network tends to switch one trial after rare-rewarded and common-unrewarded trials (negative weights)",
        "network_lag1_larger_bad",
        -inf,
        0.0,
        "Fig. 5e",
    ),
    _direction(
        "Trials before the last one influence the network: its weight at lag 2 is at least a quarter of that at "
        "lag 1 (replicas without separation)",
        "network_lag2_over_lag1",
        0.25,
        inf,
        "Fig. 5e (lag 2 / lag 1 about .85)",
    ),
    _direction(
        "The network's weight at lag 3 is less than half of that at lag 1 (replicas without separation)",
        "network_lag3_over_lag1",
        -0.5,
        0.5,
        "Fig. 5e",
    ),
    Expect(
        "A model-free learner repeats rewarded choices after common and after rare transitions",
        "canonical_model_free_reward",
        0.2,
        1.0,
        f"{_SIM4}, Fig. 5b",
        "direction",
    ),
    Expect(
        "A model-based learner repeats rewarded choices after common transitions and switches after rare ones",
        "canonical_model_based_interaction",
        0.3,
        2.0,
        f"{_SIM4}, Fig. 5b",
        "direction",
    ),
    _direction("The network's model-based index is positive", "index_mb_network", 0.0, inf, "Fig. 5d,e"),
    _direction(
        "The network's model-free index is less than a fifth of its model-based index (replicas without separation)",
        "network_mf_over_mb_index",
        0.0,
        0.2,
        "Fig. 5d,e",
    ),
    Expect(
        "The network's prediction errors correlate with model-based ones (r2 .89)",
        "rpe_r2_model_based",
        0.8,
        1.0,
        f"{_SIM4}, Fig. 5f",
        "reported",
        "quick",
    ),
    Expect(
        "The network's prediction errors do not correlate with the residual of the model-free ones (r2 5.8e-7)",
        "rpe_r2_model_free_residual",
        0.0,
        0.01,
        f"{_SIM4}, Fig. 5g",
        "reported",
        "quick",
    ),
    _direction(
        "Model-based and model-free prediction errors are partly correlated",
        "rpe_correlation_of_references",
        0.3,
        0.95,
        "Supp. 6a",
    ),
    _direction(
        "In a joint regression of the network's prediction errors the model-based weight is large",
        "rpe_beta_model_based",
        0.7,
        1.2,
        "Supp. 6b",
    ),
    _direction(
        "In a joint regression of the network's prediction errors the model-free weight is close to zero",
        "rpe_beta_model_free",
        0.0,
        0.1,
        "Supp. 6b",
    ),
    _direction(
        "The network earns as much as the model-based learner",
        "reward_network_minus_model_based",
        -0.02,
        0.04,
        "Supp. 6c",
    ),
    _direction(
        "The network earns as much as the latent-state learner",
        "reward_network_minus_latent_state",
        -0.02,
        0.02,
        "Supp. 6c",
    ),
    _direction(
        "The network earns more than the reward-as-cue learner", "reward_network_minus_cue", 0.005, inf, "Supp. 6c"
    ),
    _direction(
        "The reward-as-cue learner earns more than the model-free learner",
        "reward_cue_minus_model_free",
        0.0,
        inf,
        "Supp. 6c",
    ),
    _direction(
        "The model-free learner earns more than random choice", "reward_model_free_minus_random", 0.05, inf, "Supp. 6c"
    ),
    _direction(
        "Model-based and latent-state learners fit the network better than the reward-as-cue learner",
        "fit_network_planners_minus_cue",
        0.02,
        inf,
        "Supp. 6d",
    ),
    _direction(
        "Model-based and latent-state learners fit the network better than the model-free learner",
        "fit_network_planners_minus_model_free",
        0.02,
        inf,
        "Supp. 6d",
    ),
    _direction(
        "A model-based learner that also updates the unvisited second stage fits the network almost as well as "
        "the latent-state learner (less than .02 nats per choice apart)",
        "fit_network_gap_full_model_based",
        -inf,
        0.02,
        "Supp. 6d",
    ),
    Expect(
        "The hybrid model fits people better than a purely model-based or model-free one (likelihood-ratio tests, "
        "larger p)",
        "fit_people_hybrid_p",
        0.0,
        0.001,
        "Daw et al. 2011, Table 1 (in direction)",
        "direction",
        "quick",
    ),
    Expect(
        "The hybrid model fits people better than either simple model by BIC, summed over people with a penalty "
        "for each parameter of each person",
        "fit_people_hybrid_bic_gain",
        0.0,
        inf,
        "a question of ours",
        "ours",
        "quick",
    ),
    Expect(
        "In people, reward increases staying",
        "effect_reward_people",
        0.02,
        1.0,
        "Daw et al. 2011, Fig. 2",
        "direction",
        "smoke",
    ),
    Expect(
        "In people, reward and transition interact in staying",
        "effect_interaction_people",
        0.02,
        2.0,
        "Daw et al. 2011, Fig. 2",
        "direction",
        "smoke",
    ),
    Expect(
        "At least 99 % of fits converge to an optimum",
        "fit_converged_share",
        0.99,
        1.0,
        "target of ours",
        "ours",
        "quick",
    ),
)

# Identities: the same trials counted a second time.
IDENTITIES = (
    "stay_people_common_rewarded",
    "stay_people_rare_rewarded",
    "stay_people_common_unrewarded",
    "stay_people_rare_unrewarded",
    "people_pooled_reward",
    "people_pooled_interaction",
)

EXPECTS = with_identities(CLAIMS, IDENTITIES)

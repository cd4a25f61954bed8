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
        "In people, reward raises staying (pooled log-odds .373)",
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
        "The Bayes-optimal observer earns .704 a trial",
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
        "The network stays after common-rewarded and after rare-unrewarded trials",
        "network_smaller_good_stay",
        0.9,
        1.0,
        "Fig. 5c",
    ),
    _direction("It stays at least .15 less after the other two", "network_stay_gap", 0.15, 1.0, "Fig. 5c"),
    _direction("Reward and transition interact in the network", "effect_interaction_network", 0.3, 2.0, "Fig. 5c"),
    _direction("Reward has no main effect in the network", "network_reward_effect_size", 0.0, 0.08, "Fig. 5c"),
    _direction(
        "One trial back, common-rewarded and rare-unrewarded choices are repeated",
        "network_lag1_smaller_good",
        0.0,
        inf,
        "Fig. 5e",
    ),
    _direction("... and the other two kinds are left", "network_lag1_larger_bad", -inf, 0.0, "Fig. 5e"),
    _direction(
        "The past counts beyond the last trial: the weight two trials back is at least a quarter of that of the last "
        "trial (replicas that are not separated)",
        "network_lag2_over_lag1",
        0.25,
        inf,
        "Fig. 5e (lag 2 / lag 1 about .85)",
    ),
    _direction(
        "The weight three trials back is less than half of that of the last trial (replicas that are not separated)",
        "network_lag3_over_lag1",
        -0.5,
        0.5,
        "Fig. 5e",
    ),
    Expect(
        "A learner that caches repeats what was rewarded, whatever the transition",
        "canonical_model_free_reward",
        0.2,
        1.0,
        f"{_SIM4}, Fig. 5b",
        "direction",
    ),
    Expect(
        "... and one that plans repeats it after common transitions and leaves it after rare ones",
        "canonical_model_based_interaction",
        0.3,
        2.0,
        f"{_SIM4}, Fig. 5b",
        "direction",
    ),
    _direction("The network's model-based index is positive", "index_mb_network", 0.0, inf, "Fig. 5d,e"),
    _direction(
        "Its model-free index is less than a fifth of it (replicas that are not separated)",
        "network_mf_over_mb_index",
        0.0,
        0.2,
        "Fig. 5d,e",
    ),
    Expect(
        "The network's prediction errors follow the model-based ones (r2 .89)",
        "rpe_r2_model_based",
        0.8,
        1.0,
        f"{_SIM4}, Fig. 5f",
        "reported",
        "quick",
    ),
    Expect(
        "... and not what is left of the model-free ones (r2 5.8e-7)",
        "rpe_r2_model_free_residual",
        0.0,
        0.01,
        f"{_SIM4}, Fig. 5g",
        "reported",
        "quick",
    ),
    _direction(
        "Model-based and model-free errors are partly correlated",
        "rpe_correlation_of_references",
        0.3,
        0.95,
        "Supp. 6a",
    ),
    _direction("In a joint regression the model-based weight is large", "rpe_beta_model_based", 0.7, 1.2, "Supp. 6b"),
    _direction("... and the model-free weight is near nothing", "rpe_beta_model_free", 0.0, 0.1, "Supp. 6b"),
    _direction(
        "The network earns as much as the model-based learner",
        "reward_network_minus_model_based",
        -0.02,
        0.04,
        "Supp. 6c",
    ),
    _direction("... and as the latent-state learner", "reward_network_minus_latent_state", -0.02, 0.02, "Supp. 6c"),
    _direction("The network earns more than reward-as-cue", "reward_network_minus_cue", 0.005, inf, "Supp. 6c"),
    _direction("Reward-as-cue earns more than model-free", "reward_cue_minus_model_free", 0.0, inf, "Supp. 6c"),
    _direction("Model-free earns more than chance", "reward_model_free_minus_random", 0.05, inf, "Supp. 6c"),
    _direction(
        "Model-based and latent-state learners describe the network better than reward-as-cue",
        "fit_network_planners_minus_cue",
        0.02,
        inf,
        "Supp. 6d",
    ),
    _direction("... and better than model-free", "fit_network_planners_minus_model_free", 0.02, inf, "Supp. 6d"),
    _direction(
        "The model-based learner that also updates the unseen stage closes the gap to latent-state: less than .02 nats "
        "a choice is left",
        "fit_network_gap_full_model_based",
        -inf,
        0.02,
        "Supp. 6d",
    ),
    Expect(
        "People are described better by the hybrid than by either system alone (likelihood-ratio tests, larger p)",
        "fit_people_hybrid_p",
        0.0,
        0.001,
        "Daw et al. 2011, Table 1 (in direction)",
        "direction",
        "quick",
    ),
    Expect(
        "... also by BIC summed over people, which charges each of them for each parameter",
        "fit_people_hybrid_bic_gain",
        0.0,
        inf,
        "a question of ours",
        "ours",
        "quick",
    ),
    Expect(
        "People mix both: reward raises staying ...",
        "effect_reward_people",
        0.02,
        1.0,
        "Daw et al. 2011, Fig. 2",
        "direction",
        "smoke",
    ),
    Expect(
        "... and interacts with the transition",
        "effect_interaction_people",
        0.02,
        2.0,
        "Daw et al. 2011, Fig. 2",
        "direction",
        "smoke",
    ),
    Expect("Fits end at an optimum", "fit_converged_share", 0.99, 1.0, "target of ours", "ours", "quick"),
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

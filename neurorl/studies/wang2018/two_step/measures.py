"""Measures of the two-step study: the same functions on people, on the network and on each classical learner."""

from typing import Any

import numpy as np
import pandas as pd
from scipy.stats import chi2

from neurorl.analysis.lagged import indices_summary, lagged_indices, lagged_regression, lagged_summary
from neurorl.analysis.logistic import stay_regression, stay_regression_by_unit, weights_summary
from neurorl.analysis.model_comparison import compare_models
from neurorl.analysis.reward_rate import reward_rate, reward_summary
from neurorl.analysis.rpe_regression import rpe_regression, two_stage_rpes
from neurorl.analysis.stay import effects_summary, stay_effects, stay_probabilities, stay_summary
from neurorl.analysis.two_stage import two_stage_trials
from neurorl.core import catalogue
from neurorl.core.params import free_params
from neurorl.core.study import Evidence, Measures
from neurorl.data import Dataset, Schema
from neurorl.studies.wang2018.two_step.evidence import FITTED, PEOPLE, PLAYED, TASK

RPE_SESSIONS = 30  # test sessions a replica that the regression of prediction errors uses (Wang et al. 2018)
CEILING = "bayes_two_step"
KINDS = {
    (1, True): "common_rewarded",
    (1, False): "rare_rewarded",
    (0, True): "common_unrewarded",
    (0, False): "rare_unrewarded",
}

# Rewards per trial that are compared: measure -> (who should earn more or as much, than whom).
DIFFERENCES = {
    "reward_network_minus_model_based": ("network", "model_based"),
    "reward_network_minus_latent_state": ("network", "latent_state"),
    "reward_latent_state_minus_cue": ("latent_state", "reward_as_cue"),
    "reward_network_minus_cue": ("network", "reward_as_cue"),
    "reward_cue_minus_model_free": ("reward_as_cue", "model_free"),
    "reward_model_free_minus_random": ("model_free", "random_choice"),
}

CAPTIONS = {
    "stay": "Probability of repeating the first-stage choice, by the last trial's reward and transition: mean over "
    "subjects, replicas or simulated subjects with Student's 95 % interval.",
    "effects": "Effects on staying: reward = [(CR+UR)-(CU+UU)]/2, interaction = (CR-UR)-(CU-UU), where C and U are "
    "common and uncommon transitions and the second letter is the outcome. Means with 95 % intervals.",
    "regression": "Logistic regression of staying on reward, transition and their interaction (each +-0.5), fitted to "
    "each subject with a weak prior: mean weights (log-odds) with 95 % intervals.",
    "lagged": "Miller's lagged regression: mean weights (log-odds) with 95 % intervals. n_infinite counts the units "
    "whose choices are separated: their weight has no finite estimate, and the prior sets its size.",
    "indices": "Miller's lagged regression, lags 1 to 5: model-based index Σ(CR)-Σ(CU)+Σ(UU)-Σ(UR) and model-free "
    "index Σ(CR)-Σ(CU)-Σ(UU)+Σ(UR), log-odds, means with 95 % intervals. n_separated counts the units "
    "whose choices are separated: the prior sets the size of their index.",
    "reward": "Reward per trial, and as a share of the ceiling: the Bayes-optimal observer (Wang's form), or a "
    "planner that knows the people's reward walks (Daw's form).",
    "rpe": "The network's reward prediction errors, weights frozen, regressed on model-based and model-free ones: "
    "one row per replica.",
    "rpe_fitted": "The same regression with SARSA(0) at each replica's maximum-likelihood learning rates (alpha2: "
    "second stage) instead of 0.5.",
    "comparison": "Fits (MAP) of each cognitive model to each person and to each replica of the frozen network. "
    "Differences in log-likelihood per choice are paired within subject or replica.",
    "parameters": "Fitted parameters: median and quartiles over people, and over replicas.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    spaces = catalogue.load("task", TASK).spaces
    schema = Schema.of(spaces)
    people = catalogue.load("dataset", PEOPLE).load()
    datasets = {"people": people}
    for name in ("network", *(name for name in PLAYED if name in evidence.tables)):
        datasets[name] = Dataset(evidence.tables[name], schema, name)
    trials = {name: two_stage_trials(dataset) for name, dataset in datasets.items()}

    out = Measures(captions=dict(CAPTIONS))
    _behaviour(out, trials)
    _reward(out, datasets)
    _prediction_errors(out, datasets["network"])
    if "fits" in evidence.tables:
        _fits(out, evidence.tables["fits"])
        out.tables["predicted"] = stay_summary(evidence.tables["predicted"], "agent")
    if "canonical" in evidence.tables:
        _canonical(out, evidence.tables["canonical"])
    curve = evidence.tables["learning_curve"]
    out.tables["learning_curve"] = curve
    out.tables = {name: table.reset_index(drop=True) for name, table in out.tables.items()}
    return out


def _behaviour(out: Measures, trials: dict[str, pd.DataFrame]) -> None:
    stay = _stack({name: stay_probabilities(rows) for name, rows in trials.items()})
    out.tables["stay_by_unit"] = stay
    out.tables["stay"] = stay_summary(stay, "learner")
    effects = _stack({name: stay_effects(rows) for name, rows in stay.groupby("learner", sort=False)})
    out.tables["effects"] = effects_summary(effects, "learner")
    weights = _stack({name: stay_regression_by_unit(rows) for name, rows in trials.items()})
    out.tables["regression"] = weights_summary(weights, "learner")
    lagged = {name: lagged_regression(rows) for name, rows in trials.items()}
    out.tables["lagged"] = _stack({name: lagged_summary(rows) for name, rows in lagged.items()})
    out.tables["indices"] = _stack({name: indices_summary(lagged_indices(rows)) for name, rows in lagged.items()})

    for row in out.tables["stay"].to_dict("records"):
        out.values[f"stay_{row['learner']}_{KINDS[int(row['reward']), bool(row['common'])]}"] = row["mean"]
    for row in out.tables["effects"].to_dict("records"):
        out.values[f"effect_{row['effect']}_{row['learner']}"] = row["mean"]
    for row in out.tables["indices"].to_dict("records"):
        out.values[f"index_{row['index']}_{row['learner']}"] = row["mean"]
    for row in out.tables["lagged"].query("learner == 'network'").to_dict("records"):
        kind = KINDS[int(row["reward"]), bool(row["common"])]
        out.values[f"lag{row['lag']}_network_{kind}"] = row["mean"]
    _network_ratios(out.values, lagged["network"])
    pooled = stay_regression(trials["people"])
    for name, weight in zip(pooled.names, pooled.weights, strict=True):
        out.values[f"people_pooled_{name}"] = float(weight)
    v = out.values
    kept = min(v["stay_network_common_rewarded"], v["stay_network_rare_unrewarded"])
    left = max(v["stay_network_rare_rewarded"], v["stay_network_common_unrewarded"])
    v["network_smaller_good_stay"], v["network_stay_gap"] = kept, kept - left
    v["network_reward_effect_size"] = abs(v["effect_reward_network"])
    plus = min(v["lag1_network_common_rewarded"], v["lag1_network_rare_unrewarded"])
    minus = max(v["lag1_network_common_unrewarded"], v["lag1_network_rare_rewarded"])
    v["network_lag1_smaller_good"], v["network_lag1_larger_bad"] = plus, minus


def _network_ratios(values: dict[str, float], weights: pd.DataFrame) -> None:
    """Ratios of lagged weights, over the replicas whose weights the choices determine.

    If the regressors separate a network's choices, its weights have no finite estimate and the prior sets their size.
    Their ratios are then meaningless. Their signs are meaningful, so `network_lag1_smaller_good` uses all replicas.
    """
    values["network_lagged_replicas"] = float(weights["subject"].nunique())
    known = weights.loc[~weights["separated"]]
    values["network_lagged_replicas_separated"] = values["network_lagged_replicas"] - known["subject"].nunique()
    if known.empty:
        return
    mean = known.loc[known["common"] & (known["reward"] == 1)].groupby("lag")["weight"].mean()
    values["network_lag3_over_lag1"] = float(mean[3] / mean[1])
    # How much of the past counts: a learner that reads the last outcome as a cue has weight on lag 1 alone.
    values["network_lag2_over_lag1"] = float(mean[2] / mean[1])
    index = lagged_indices(known)[["mb", "mf"]].mean()
    values["network_mf_over_mb_index"] = float(abs(index["mf"]) / abs(index["mb"]))


def _canonical(out: Measures, stay: pd.DataFrame) -> None:
    """Fig. 5b: effect of reward and interaction in a simulated model-free and a simulated model-based learner."""
    out.tables["canonical"] = stay_summary(stay, "agent")
    for name, rows in stay.groupby("agent", sort=False):
        for row in effects_summary(stay_effects(rows.drop(columns="agent"))).to_dict("records"):
            out.values[f"canonical_{name}_{row['effect']}"] = row["mean"]


def _reward(out: Measures, datasets: dict[str, Dataset]) -> None:
    rates = {name: reward_rate(dataset.table) for name, dataset in datasets.items()}
    daw = people_ceiling(datasets["people"])
    ceiling = float(rates[CEILING]["reward"].mean())
    parts = []
    for name, rate in rates.items():
        form, best = ("Daw", daw) if name == "people" else ("Wang", ceiling)
        parts.append(reward_summary(rate, ceiling=best).assign(learner=name, form=form, ceiling=best))
    table = pd.concat(parts, ignore_index=True)
    out.tables["reward"] = table[["learner", "form", "mean", "low", "high", "n_units", "ceiling", "share"]]
    out.tables["reward_by_unit"] = _stack(rates)
    reward = table.set_index("learner")["mean"]
    v = out.values
    v["reward_ceiling"] = ceiling
    v["reward_network"] = reward["network"]
    v["reward_share_network"] = reward["network"] / ceiling
    v["reward_share_worst_replica"] = float(rates["network"]["reward"].min()) / ceiling
    v["reward_share_people"] = reward["people"] / daw
    for measure, (more, less) in DIFFERENCES.items():
        if more in reward and less in reward:
            v[measure] = reward[more] - reward[less]


def _prediction_errors(out: Measures, network: Dataset) -> None:
    sessions = sorted(network.table["session"].unique())[:RPE_SESSIONS]
    rpes = two_stage_rpes(network.subset(sessions=sessions), {"mb": "rpe_mb", "mf": "rpe_mf"})
    table = rpe_regression(rpes)
    out.tables["rpes"], out.tables["rpe"] = rpes, table
    v = out.values
    v["rpe_r2_model_based"] = float(table["r2_mb"].mean())
    v["rpe_r2_model_based_worst"] = float(table["r2_mb"].min())
    v["rpe_r2_model_free_residual"] = float(table["r2_mf_residual"].mean())
    v["rpe_beta_model_based"] = float(table["std_beta_mb"].mean())
    v["rpe_beta_model_free"] = float(table["std_beta_mf"].abs().mean())
    v["rpe_correlation_of_references"] = float(table["r_mb_mf"].mean())
    if "rpe_mf_fitted" not in network.table:
        return
    part = network.subset(sessions=sessions)
    fitted = rpe_regression(two_stage_rpes(part, {"mb": "rpe_mb", "mf": "rpe_mf_fitted"}))
    alpha = part.table.groupby("subject", sort=False)["alpha_mf_fitted"].first()
    out.tables["rpe_fitted"] = fitted.assign(alpha2=alpha.to_numpy())
    v["rpe_r2_model_free_residual_fitted"] = float(fitted["r2_mf_residual"].mean())
    v["rpe_beta_model_free_fitted"] = float(fitted["std_beta_mf"].abs().mean())


def _fits(out: Measures, fits: pd.DataFrame) -> None:
    table = compare_models(fits, "population")
    out.tables["comparison"] = table
    out.tables["parameters"] = _parameters(fits)
    out.tables["fits"] = fits
    v = out.values
    for population, rows in table.groupby("population"):
        mean = rows.set_index("agent")["log_lik_per_choice"]
        for agent in mean.index:
            v[f"fit_{population}_{agent}"] = mean[agent]
        if population == "network":
            v["fit_network_gap_model_based"] = mean["latent_state"] - mean["model_based"]
            v["fit_network_gap_full_model_based"] = mean["latent_state"] - mean["full_model_based"]
            planners = min(mean["latent_state"], mean["model_based"])
            v["fit_network_planners_minus_cue"] = planners - mean["reward_as_cue"]
            v["fit_network_planners_minus_model_free"] = planners - mean["model_free"]
    bic = table.loc[table["population"] == "people"].set_index("agent")["bic"]
    v["fit_people_hybrid_bic_gain"] = float(min(bic["model_based"], bic["model_free"]) - bic["hybrid"])
    v["fit_people_hybrid_p"] = max(_likelihood_ratio_p(fits, simple) for simple in ("model_free", "model_based"))
    v["fit_converged_share"] = float(fits["converged"].mean())


def _parameters(fits: pd.DataFrame) -> pd.DataFrame:
    """Median and quartiles of each fitted parameter, people beside the network; empty where it was not free."""
    rows = []
    for name in FITTED:
        agent = catalogue.load("agent", name).for_spaces(catalogue.load("task", TASK).spaces)
        for info in free_params(agent.params()):
            row: dict[str, Any] = {"agent": name, "parameter": info.name, "symbol": info.symbol}
            for population in ("people", "network"):
                mine = fits.loc[(fits["agent"] == name) & (fits["population"] == population)]
                values = mine[info.name].dropna().to_numpy(float) if info.name in mine else np.empty(0)
                for label, q in (("median", 0.5), ("q25", 0.25), ("q75", 0.75)):
                    row[f"{population}_{label}"] = np.quantile(values, q) if len(values) else None
            rows.append(row)
    return pd.DataFrame(rows)


def _likelihood_ratio_p(fits: pd.DataFrame, simple: str, full: str = "hybrid") -> float:
    """Likelihood-ratio test summed over people: both simple models are the hybrid with w held at 0 or 1.

    2 sum (LL_full - LL_simple) against chi-square with one degree of freedom per further parameter and person.
    """
    rows = fits[fits["population"] == "people"].set_index(["agent", "subject"])
    a, b = rows.loc[full], rows.loc[simple]
    statistic = 2 * float((a["log_lik"] - b["log_lik"].reindex(a.index)).sum())
    freedom = float((a["n_params"] - b["n_params"].reindex(a.index)).sum())
    return float(chi2.sf(statistic, freedom))


def people_ceiling(people: Dataset) -> float:
    """Reward per trial of a planner that knows the people's reward walks, which are estimated from the people.

    All people met the same walks. The probability of each second-stage option at each trial is the mean reward of
    those who took it, among the people with complete data, smoothed over nine trials; the planner knows these
    probabilities and the common probability of 0.7, and always takes the best option.
    """
    trials = two_stage_trials(people)
    length = trials.groupby("subject")["trial"].transform("size")
    whole = trials[length == length.max()]
    option = 2 * whole["second"] + whole["choice2"]
    walks = whole.groupby(["trial", option])["reward"].mean().unstack().rolling(9, center=True, min_periods=1).mean()
    best = walks.to_numpy().reshape(-1, 2, 2).max(axis=2)  # of each second stage
    return float((0.7 * best.max(axis=1) + 0.3 * best.min(axis=1)).mean())


def _stack(tables: dict[str, pd.DataFrame]) -> pd.DataFrame:
    """One table with the learner's name as its first column."""
    parts = []
    for name, table in tables.items():
        part = table.drop(columns=[c for c in ("learner",) if c in table])
        part.insert(0, "learner", name)
        parts.append(part.assign(subject=part["subject"].astype(str)) if "subject" in part else part)
    return pd.concat(parts, ignore_index=True)

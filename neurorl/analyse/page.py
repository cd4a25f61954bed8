"""From what a fit found to its files and its page. Imports matplotlib through the figures."""

import datetime
import platform
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from neurorl import __version__
from neurorl.analyse.choices import Choices
from neurorl.analyse.outcome import INFERRED, NETWORK, Outcome
from neurorl.analyse.words import answer, cautions
from neurorl.core.agent import Agent
from neurorl.core.files import replacing
from neurorl.core.params import free_params
from neurorl.core.versions import version_of
from neurorl.data.files import write_table
from neurorl.figures.ceiling import held_out_figure
from neurorl.figures.effects import effects_figure
from neurorl.figures.fit_comparison import fit_comparison_figure
from neurorl.figures.parameters import parameters_figure
from neurorl.figures.predictive import predictive_figure
from neurorl.figures.recovery import confusion_figure, recovery_figure
from neurorl.figures.save import save_figure
from neurorl.fit import FitResult
from neurorl.fit.settings import settings_table
from neurorl.report.earlier import Earlier
from neurorl.report.fit_page import FitReport, Picture, Table, write_fit_page

_OF_ONE = ("agent", "fixed")  # what the origin of a fit says of one model alone; the line of agents says it of all


def write_outcome(
    out: Path, data: Choices, agents: Mapping[str, Agent], outcome: Outcome, command: str, table: str
) -> Path:
    """Tables as CSV and Parquet, draws as NetCDF, figures, and the page; returns the page's path."""
    earlier = Earlier(out, apart=("report.html",))
    frames = {name: result.table(data.index) for name, result in outcome.results.items()}
    frames["comparison"] = outcome.comparison
    frames |= {f"regressors_{name}": frame for name, frame in outcome.regressors.items()}
    report = FitReport(f"{', '.join(agents)} fitted to {table}", answer(data, outcome), command=command)
    report.warnings = cautions(data, outcome)

    def table_of(section: str, name: str, frame: Any, caption: str) -> None:
        frames.setdefault(name, frame)
        write_table(frame, out / "tables" / f"{name}.csv")
        report.add(section, Table(name, frame, caption))

    def picture(section: str, name: str, figure: Any, caption: str) -> None:
        svg, _ = save_figure(figure, out / "figures" / name)
        report.add(section, Picture(svg.read_bytes(), caption))

    _models(data, outcome, report, table_of)
    _comparison(data, outcome, table_of, picture)
    _parameters(data, agents, outcome, table_of, picture)
    _checks(outcome, table_of, picture)
    _recovery(outcome, report, table_of, picture)
    report.origin = _origin(data, outcome, table)
    for name, frame in frames.items():
        for suffix in ("csv", "parquet"):
            write_table(frame, out / f"{name}.{suffix}")
    for name, result in outcome.results.items():
        if result.draws is not None:
            with replacing(out / f"{name}_draws.nc") as temporary:
                result.draws.to_netcdf(temporary)
    left = earlier.sentences()
    outcome.said += left
    report.warnings = [*report.warnings, *left]
    write_fit_page(report, out / "report.html")
    return out / "report.html"


def _models(data: Choices, outcome: Outcome, report: FitReport, table_of: Any) -> None:
    report.add("Models", data.scored.sentence())
    caption = (
        "Settings of each model: options (not fitted; `neurorl show AGENT` explains them), fixed parameters, and "
        "fitted parameters."
    )
    table_of("Models", "models", settings_table(outcome.settings), caption)


def _comparison(data: Choices, outcome: Outcome, table_of: Any, picture: Any) -> None:
    if outcome.held_out is not None:
        spaces = data.dataset.schema.spaces
        ceiling = NETWORK if NETWORK in set(outcome.held_out["model"]) else None
        picture(
            "Comparison",
            "held_out",
            held_out_figure(outcome.held_out, chance=float(np.log2(spaces.discrete_action().n)), ceiling=ceiling),
            f"Bits per held-out choice ({outcome.held_out_kind}). Chance is a guess among all answers."
            + (" The network was trained on the choices alone, without a cognitive model." if ceiling else ""),
        )
        table_of(
            "Comparison",
            "held_out",
            outcome.held_out,
            "Held-out choices, best first. Normalised likelihood is the geometric mean probability of a choice; delta "
            "is the mean over units of the difference to the best, with its standard error.",
        )
    if outcome.left_out is not None:
        caption = (
            "Leave-one-out by Pareto-smoothed importance sampling (Vehtari, Gelman & Gabry 2017): expected log "
            "predictive density, nats, of choices left out one by one and of whole units, behind the best with the "
            "standard error of the paired difference; untrusted: points whose tail is too heavy (k > 0.7)."
        )
        table_of("Comparison", "left_out", outcome.left_out, caption)
    if len(outcome.results) > 1:
        frequencies = None if outcome.selection is None else outcome.selection.table
        caption = "On the choices that were fitted: how far each model lies behind the best."
        picture("Comparison", "comparison", fit_comparison_figure(outcome.comparison, frequencies), caption)
    table_of(
        "Comparison",
        "comparison",
        outcome.comparison,
        "On the choices that were fitted, sums over units. AIC and BIC read the likelihood at the fitted parameters.",
    )
    if outcome.selection is not None:
        how = "Selection by" if outcome.evidence == INFERRED else "Random-effects selection (Stephan et al. 2009) from"
        table_of(
            "Comparison",
            "selection",
            outcome.selection.table,
            f"{how} {outcome.evidence}. Frequency: posterior mean of the model's frequency in the population, which "
            "the prior draws towards equal ones. Mean responsibility: expected share of these subjects that follow it "
            "(the model frequency of Piray et al. 2019). Exceedance: probability that it is the most frequent; "
            "protected: the same, allowing for all being equally frequent by chance (Rigoux et al. 2014; probability "
            f"of that {outcome.selection.omnibus_risk:.3g}).",
        )
        table_of("Comparison", "followed", outcome.followed, f"Probability that a {data.by} follows each model.")


def _parameters(data: Choices, agents: Mapping[str, Agent], outcome: Outcome, table_of: Any, picture: Any) -> None:
    ordered = [outcome.best, *(name for name in agents if name != outcome.best)]
    told = {name: outcome.results[name] for name in ordered if outcome.results[name].values}
    if told:
        means = pd.concat([result.averages().assign(model=name) for name, result in told.items()])
        caption = (
            "Mean and spread of each parameter over units. Failed fits are left out and counted (n_failed). Units "
            "whose choices do not determine the parameter are included in the mean and counted (n_undetermined)."
        )
        table_of("Parameters", "averages", _model_first(means), caption)
    groups = [result.group.assign(model=name) for name, result in told.items() if result.group is not None]
    if groups:
        group = _model_first(pd.concat(groups))
        caption = (
            "The population on the unconstrained scale: each coefficient (mean) with its standard error (se) and "
            "95 % interval (low to high), and the standard deviation between units (sd_between), which is not an error "
            "of the mean. mean_on_scale is the intercept, or a group's mean, on the scale of the parameter."
        )
        effects = group[group["mean_on_scale"].isna()]
        if len(effects):
            picture("Parameters", "effects", effects_figure(effects), "Effects of covariates on parameters.")
        table_of("Parameters", "group", group, caption)
    chains = [_chains(result).assign(model=name) for name, result in told.items() if "diagnostics" in _curve(result)]
    if chains:
        caption = (
            "Convergence of the chains: the largest R-hat (below 1.01) and the fewest effective draws (above 400)."
        )
        table_of("Parameters", "chains", _model_first(pd.concat(chains)), caption)
    result, best = outcome.results[outcome.best], outcome.best
    kept = result.table(data.index)[~result.failed]
    fitted = [i for i in free_params(agents[best].params()) if i.name in result.values]
    if len(kept) and fitted:
        ranges = {info.name: (info.support.low, info.support.high) for info in fitted}
        figure = parameters_figure(kept.loc[:, [info.name for info in fitted]], ranges)
        picture("Parameters", "parameters", figure, f"{best}: every unit, beside the mean and its 95 % interval.")
        words = [f"{info.name} ({info.symbol}): {info.doc}" for info in fitted]
        table_of("Parameters", best, result.table(data.index), f"{best}: each unit. {'; '.join(words)}.")


def _curve(result: FitResult) -> Any:
    return result.fitted.curve or {}


def _chains(result: FitResult) -> Any:
    """Of each quantity, the worst over units; an R-hat that is not a number is the worst of all."""
    grouped = _curve(result)["diagnostics"].groupby("quantity", sort=False)
    ess = {"ess_bulk": ("ess_bulk", "min"), "ess_tail": ("ess_tail", "min")}
    return grouped.agg(rhat=("rhat", lambda values: values.max(skipna=False)), **ess).reset_index()


def _model_first(table: Any) -> Any:
    return table.loc[:, ["model", *table.columns.drop("model")]].reset_index(drop=True)


def _checks(outcome: Outcome, table_of: Any, picture: Any) -> None:
    if outcome.checks is None:
        return
    picture(
        "Checks",
        "checks",
        predictive_figure(outcome.checks),
        "Behaviour (dots, ink) and predictions of the fitted models: one step ahead along the subjects' own "
        "choices, and simulated anew with the same parameters and trial counts in the task's published settings, "
        "which may differ from the schedule of the subjects. Means over subjects, 95 % intervals.",
    )
    if outcome.misses is not None:
        caption = "Model less data, one step ahead, within subjects, with 95 % intervals; missed: without 0 in it."
        table_of("Checks", "misses", _model_first(outcome.misses), caption)
    table_of("Checks", "checks", outcome.checks, "The numbers of the figure.")


def _recovery(outcome: Outcome, report: FitReport, table_of: Any, picture: Any) -> None:
    for name, recovery in outcome.recovery.items():
        report.add("Recovery", f"{name}. {recovery.about} {recovery.intervals}", *recovery.notes)
        figure = recovery_figure(recovery.table, recovery.summary)
        caption = f"{name}: simulated on this design with true values from {recovery.source}, and fitted."
        picture("Recovery", f"recovery_{name}", figure, caption)
        caption = (
            f"{name}: recovery of parameters. {recovery.intervals} n_undetermined counts subjects whose choices "
            "do not determine the parameter; they are included in r, bias and rmse."
        )
        table_of("Recovery", f"recovery_{name}", recovery.summary, caption)
        if len(recovery.trade_offs):
            caption = "Correlation of errors: near ±1, two parameters cannot be told apart on this design."
            table_of("Recovery", f"trade_offs_{name}", recovery.trade_offs, caption)
    if outcome.model_recovery is not None:
        found = outcome.model_recovery
        report.add("Recovery", found.about)
        figure = confusion_figure(found.confusion, found.inversion)
        picture("Recovery", "model_recovery", figure, f"Confusion of models. {found.about}")


def _method(results: Mapping[str, FitResult]) -> str:
    """The settings of the fits; one that differs between models, such as the draws of nuts, with the model it is of."""
    origins = {name: result.fitted.origin for name, result in results.items()}
    said = []
    for key in dict.fromkeys(key for origin in origins.values() for key in origin if key not in _OF_ONE):
        of = {name: origin[key] for name, origin in origins.items() if origin.get(key) is not None}
        if len(of) == len(origins) and len(set(map(str, of.values()))) == 1:
            said.append(f"{key} {next(iter(of.values()))}")
        elif of:
            said.append(f"{key} {', '.join(f'{value} ({name})' for name, value in of.items())}")
    return "; ".join(said)


def _origin(data: Choices, outcome: Outcome, table: str) -> dict[str, Any]:
    versions = {name: version_of(name) for name in ("jax", "numpy", "scipy", "pandas", "optax")}
    return {
        "Data": f"{table}: {len(data.dataset.subjects)} subjects, {data.dataset.n_sessions} sessions, "
        f"{data.scored.scored:,} of {data.scored.decisions:,} decisions scored",
        "Task": data.task,
        "Agents": "; ".join(map(str, outcome.settings.values())),
        "Method": _method(outcome.results),
        "Date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "neurorl": __version__,
        "Versions": ", ".join(f"{name} {number}" for name, number in versions.items() if number),
        "Python": platform.python_version(),
        "Machine": platform.platform(),
    }

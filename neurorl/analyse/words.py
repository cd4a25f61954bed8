"""What a fit found out, in sentences: the answer, and what a reader must know before quoting it."""

from typing import Any

from neurorl.analyse.choices import Choices
from neurorl.analyse.outcome import NETWORK, Outcome

SETTLED = 0.75  # protected exceedance probability from which the answer names a most frequent model


def answer(data: Choices, outcome: Outcome) -> str:
    """The answer in two sentences."""
    best, n = outcome.best, f"{len(data.index)} {data.by}s"
    if outcome.held_out is not None:
        rows = outcome.held_out[outcome.held_out["model"] != NETWORK].set_index("model")
        row = rows.loc[best]
        text = (
            f"{best} predicts held-out choices best: {row['bits_per_choice']:.3f} bits a choice (normalised likelihood "
            f"{row['normalised_likelihood']:.3f}), over {n}."
        )
        if len(rows) > 1:
            second = rows.index[1]
            gap = rows["bits_per_choice"].iloc[1] - row["bits_per_choice"]
            text += f" {second} comes next, {gap:.3f} bits behind."
    elif outcome.left_out is not None:
        row = outcome.left_out.iloc[0]
        text = (
            f"Left-out choices of these {n} are predicted best by {best} (expected log predictive density "
            f"{row['elpd_choices']:,.1f} nats, leave-one-out)."
        )
        if len(outcome.left_out) > 1:
            second = outcome.left_out.iloc[1]
            text += (
                f" {second['model']} comes next, {second['delta_choices']:,.1f} nats behind (standard error "
                f"{second['delta_choices_se']:,.1f})."
            )
    else:
        row = outcome.comparison.iloc[0]
        by = "integrated BIC" if "integrated_bic" in outcome.comparison else "BIC"
        text = (
            f"By {by}, {best} describes the choices of these {n} best (normalised likelihood "
            f"{row['normalised_likelihood']:.3f} on the choices it was fitted to)."
        )
    if outcome.selection is not None:
        table = outcome.selection.table.set_index("model")
        likely = table["protected_exceedance"].idxmax()
        p, share = table.loc[likely, ["protected_exceedance", "frequency"]]
        if p >= SETTLED:
            text += (
                f" In the population {likely} is the most frequent model with protected exceedance probability {p:.2f} "
                f"(expected frequency {share:.2f})."
            )
        else:
            text += (
                " Which model is the most frequent in the population is undecided: the highest protected "
                f"exceedance probability is {p:.2f}, of {likely} (expected frequency {share:.2f})."
            )
    return text


def cautions(data: Choices, outcome: Outcome) -> list[str]:
    """What a reader of the numbers must know."""
    lines = [*data.notes, *unscored(data), *outcome.differences, *outcome.said, *_disagreements(outcome)]
    if outcome.left_out is not None:
        for name in (column for column in outcome.left_out if column.startswith("untrusted_")):
            rows: Any = outcome.left_out[outcome.left_out[name] > 0]
            for row in rows.to_dict("records"):
                what = name.removeprefix("untrusted_")
                lines.append(f"{row['model']}: leave-one-out is not reliable for {row[name]} {what} (k > 0.7).")
    if outcome.held_out is None and outcome.left_out is None:
        lines.append("No choices were held out, so a flexible model may win by fitting noise; add --cv 5.")
    elif "blocks" in outcome.held_out_kind:
        lines.append(
            "Blocks of trials were held out. Learners went through them and later choices depend on them, so they "
            "are less independent than held-out sessions."
        )
    if not outcome.recovery:
        lines.append("Recovery on this design was not checked; add --recover before you interpret parameters.")
    for name, recovery in outcome.recovery.items():
        weak: Any = recovery.summary[~(recovery.summary["r"] >= 0.7)]
        for row in weak.to_dict("records"):
            lines.append(f"{name}: {row['parameter']} is not recovered on this design (r = {row['r']:.2f}).")
    for name, result in outcome.results.items():
        lines += [f"{name}: {sentence}" for sentence in result.problems(data.index)]
    return lines


def unscored(data: Choices) -> list[str]:
    """Decisions that are not scored for another reason than the design."""
    sentence = data.scored.caution()
    return [sentence] if sentence else []


def _disagreements(outcome: Outcome) -> list[str]:
    """Where one kind of evidence says something else than another."""
    lines, table = [], outcome.comparison
    if left_out := int(table["n_left_out"].iloc[0]):
        lines.append(f"Models are compared without {left_out} units for which the fit of at least one model failed.")
    if outcome.selection is not None:
        most: Any = outcome.selection.table.set_index("model")["protected_exceedance"]
        frequent = str(most.idxmax())
        if most.max() >= SETTLED and frequent != outcome.best:
            lines.append(
                f"{outcome.best} describes all choices together best, but {frequent} describes more of the "
                "subjects. Subjects may follow different models, or a few may dominate the sum; see the table of "
                "responsibilities."
            )
    by_aic, by_bic = (str(table["agent"][table[name].idxmin()]) for name in ("aic", "bic"))
    if by_aic != by_bic:
        lines.append(
            f"AIC prefers {by_aic} and BIC {by_bic}, since they penalise parameters differently; use held-out "
            "choices to decide."
        )
    if outcome.misses is None:
        return lines
    for name, rows in outcome.misses.groupby("model", sort=False):
        missed: Any = rows[rows["missed"]]
        if len(missed):
            worst = missed.loc[missed["mean"].abs().idxmax()]
            where = f"{worst['measure']} {worst['series'] or worst['x']}"
            lines.append(
                f"{name} misses behaviour in {len(missed)} of {len(rows)} measures (one step ahead, 95 % intervals of "
                f"paired differences); most in '{where}', by {worst['mean']:+.3f}."
            )
    return lines

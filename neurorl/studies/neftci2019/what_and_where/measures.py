"""Measures of the What/Where study: effects of lesions by kind of block, and fits to lesioned subjects."""

import numpy as np
import pandas as pd

from neurorl.analysis.over_units import over_units
from neurorl.core.study import Evidence, Measures
from neurorl.ops.frontal_striatal import FRONTAL_STRIATAL
from neurorl.studies.neftci2019.what_and_where.evidence import DOSES, FITTED, LESION, MIXINGS, SCHEDULES, STRIATA

OWN = {"ventral": "what", "dorsal": "where"}  # the blocks that each loop serves
OTHER = {"ventral": "where", "dorsal": "what"}
CAPTIONS = {
    "accuracy": "Share of correct choices by group, kind of block and schedule: mean over blocks with 95 % interval.",
    "nodes": "Change of the share of correct choices after loss of a node of the whole circuit, 80/20, paired within "
    "blocks.",
    "gradient": "Effect of each lesion on the blocks of its own loop less that on the others, by mixing of the loops.",
    "fits": "Parameters of simulated subjects, intact and lesioned, fitted by learners without a lesion.",
}


def measure(evidence: Evidence) -> Measures:
    """All numbers and tables of the study."""
    t = evidence.tables
    out = Measures(captions=dict(CAPTIONS))
    out.tables = {
        "accuracy": over_units(t["blocks"], "accuracy", ("condition", "kind", "p_good")),
        "courses": t["courses"],
        "trust": t["trust"],
        "nodes": changes(t["nodes"]),
        "gradient": dissociations(t["gradient"]),
        "fits": t["fits"],
    }
    out.tables["doses"] = doses(out.tables["accuracy"])
    v = out.values
    v["sealed_difference"] = evidence.numbers["sealed_difference"]
    _lesions(v, out.tables["accuracy"], out.tables["doses"])
    _trust(v, t["trust"])
    _gradient(v, out.tables["gradient"])
    _nodes(v, out.tables["nodes"])
    _fits(v, t["fits"])
    return out


def changes(nodes: pd.DataFrame) -> pd.DataFrame:
    """Change of accuracy against the whole circuit on the same blocks: columns condition, kind, mean, low, high."""
    wide = nodes.pivot(index=["kind", "block"], columns="condition", values="accuracy")
    less = wide.drop(columns="control").sub(wide["control"], axis=0).reset_index()
    long = less.melt(id_vars=["kind", "block"], var_name="condition", value_name="change")
    return over_units(long, "change", ("condition", "kind"))


def dissociations(gradient: pd.DataFrame) -> pd.DataFrame:
    """Effect of each lesion on its own blocks less that on the others, by mixing."""
    keys = ["mixing", "block"]
    wide = gradient.pivot(index=keys, columns=["condition", "kind"], values="accuracy")
    parts = []
    for name in STRIATA:
        own, other = OWN[name], OTHER[name]
        effect = (wide["control", own] - wide[name, own]) - (wide["control", other] - wide[name, other])
        table = over_units(effect.to_frame("effect").reset_index(), "effect", "mixing")
        parts.append(table.assign(effect=f"{name} lesion"))
    return pd.concat(parts, ignore_index=True)


def doses(accuracy: pd.DataFrame) -> pd.DataFrame:
    """Accuracy at 80/20 by part and gain: columns part, kind, gain, mean, low, high."""
    rows = accuracy[accuracy["p_good"] == SCHEDULES[0]]
    parts = []
    for part in STRIATA:
        for gain in DOSES:
            mine = rows[rows["condition"] == ("control" if gain == 1 else f"{part} {gain:g}")]
            parts.append(mine.assign(part=part, gain=gain))
    return pd.concat(parts, ignore_index=True)


def _lesions(v: dict[str, float], accuracy: pd.DataFrame, by_dose: pd.DataFrame) -> None:
    mean = accuracy.set_index(["condition", "kind", "p_good"])["mean"].to_dict()
    for p in SCHEDULES:
        for name in STRIATA:
            for blocks, kind in (("own", OWN[name]), ("other", OTHER[name])):
                lost = mean["control", kind, p] - mean[f"{name} {LESION:g}", kind, p]
                v[f"{name}_lesion_takes_from_{blocks}_{_percent(p)}"] = float(lost)
    for kind in ("what", "where"):
        v[f"control_{kind}"] = float(mean["control", kind, SCHEDULES[0]])
        for name in STRIATA:
            v[f"{name}_lesion_{kind}"] = float(mean[f"{name} {LESION:g}", kind, SCHEDULES[0]])
        v[f"smallest_step_of_schedule_{kind}"] = float(min(-np.diff([mean["control", kind, p] for p in SCHEDULES])))
    for name in STRIATA:
        v[f"{name}_total_lesion_from_chance"] = float(abs(mean[f"{name} 0", OWN[name], SCHEDULES[0]] - 0.5))
        rows = by_dose[(by_dose["part"] == name) & (by_dose["kind"] == OWN[name])]
        mine = dict(zip(rows["gain"], rows["mean"], strict=True))
        v[f"{name}_smallest_step_of_dose"] = float(np.diff([mine[gain] for gain in sorted(DOSES)]).min())
    worst = [mean["control", k, SCHEDULES[0]] - mean[f"dopamine {LESION:g}", k, SCHEDULES[0]] for k in OWN.values()]
    v["dopamine_lesion_takes_at_least"] = float(min(worst))


def _trust(v: dict[str, float], trust: pd.DataFrame) -> None:
    """Weight of pictures over the last twenty trials of 80/20 blocks."""
    late = trust[(trust["trial"] > 60) & (trust["p_good"] == SCHEDULES[0])].groupby("kind")["omega"].mean().to_dict()
    v["trust_late_what"], v["trust_late_where"] = float(late["what"]), float(late["where"])


def _gradient(v: dict[str, float], gradient: pd.DataFrame) -> None:
    both = gradient.groupby("mixing")["mean"].sum().reindex(list(MIXINGS))
    v["dissociation_sealed"], v["dissociation_mixed"] = float(both.iloc[0]), float(both.iloc[-1])
    v["smallest_attenuation"] = float(min(-np.diff(both)))
    v["smallest_lower_end_mixed"] = float(gradient[gradient["mixing"] == MIXINGS[-1]]["low"].min())


def _nodes(v: dict[str, float], nodes: pd.DataFrame) -> None:
    change = nodes.set_index(["condition", "kind"])["mean"].to_dict()
    for group in ("ventral", "dorsal"):
        of_loop = [n.name for n in FRONTAL_STRIATAL.having(group=group) if n.name not in ("amygdala", "hippocampus")]
        v[f"{group}_nodes_take_at_least"] = float(min(-change[name, OWN[group]] for name in of_loop))
        v[f"{group}_nodes_take_more_from_own"] = float(
            min(change[name, OTHER[group]] - change[name, OWN[group]] for name in of_loop)
        )
    v["amygdala_takes_from_what"] = float(-change["amygdala", "what"])
    v["amygdala_takes_from_where"] = float(-change["amygdala", "where"])
    v["hippocampus_changes"] = float(max(abs(change["hippocampus", kind]) for kind in OWN.values()))
    v["dopamine_takes_from_what"] = float(-change["dopamine", "what"])
    v["dopamine_takes_from_where"] = float(-change["dopamine", "where"])


def _fits(v: dict[str, float], fits: pd.DataFrame) -> None:
    whole, lesioned = (fits[fits["group"] == group] for group in FITTED)
    both, what = ([g[g["kind"] == kind] for g in (whole, lesioned)] for kind in ("both", "what"))
    v["fitted_bias_control"] = float(both[0]["bias"].mean())
    v["fitted_bias_change"] = float(both[1]["bias"].mean() - both[0]["bias"].mean())
    v["subjects_below_all_controls"] = float((both[1]["bias"] < both[0]["bias"].min()).mean())
    v["consistency_ratio_in_what"] = float(what[1]["beta"].mean() / what[0]["beta"].mean())
    negative = [(g["alpha_neg"] - g["alpha_pos"]).mean() for g in what]
    v["negative_feedback_change"] = float(negative[1] - negative[0])


def _percent(p: float) -> str:
    return str(round(100 * p))

"""A study for the crash harness: two tiny networks are trained with checkpoints, measured and drawn."""

import pandas as pd
from matplotlib.figure import Figure

from neurorl.core.card import Card
from neurorl.core.study import Context, Evidence, Expect, Measures, Network, Picture, Study
from neurorl.studies.shared.networks import trained
from neurorl.train import TrainConfig

CONFIG = TrainConfig(sessions=24, steps=4, replicas=1, parallel=2, chunk=4)
NETWORKS = tuple(
    Network(f"crash/{name}", "bandit", "vanilla_rnn", CONFIG, agent_options={"hidden": 3}) for name in "ab"
)


def gather(context: Context) -> Evidence:
    rows = [
        {"network": network.name, "sessions": sessions, "entropy": entropy}
        for network in NETWORKS
        for curve in [trained(context, network)[0].curve]
        for sessions, entropy in zip(curve["sessions"].tolist(), curve["entropy"].tolist(), strict=True)
    ]
    return Evidence(tables={"curves": pd.DataFrame(rows)}, numbers={"networks": len(NETWORKS)})


def measure(evidence: Evidence) -> Measures:
    mean = evidence.tables["curves"].groupby("network", sort=False)["entropy"].mean()
    return Measures({"entropy": float(mean.mean())}, {"means": mean.reset_index()}, {"means": "Mean entropy, nats."})


def draw(evidence: Evidence, measures: Measures) -> tuple[Picture, ...]:
    figure = Figure(figsize=(2, 2))
    figure.subplots().plot(evidence.tables["curves"]["entropy"])
    return (Picture("entropy", figure, "Entropy of the choices while training."),)


STUDY = Study(
    name="tiny",
    card=Card(title="A tiny study", summary="Two networks are trained for a moment.", refs=(), tags=()),
    tasks=("bandit",),
    agents=("vanilla_rnn",),
    scales={"smoke": None},
    gather=gather,
    measure=measure,
    expects=(Expect("Choices vary.", "entropy", 0.0, 1.0, "none", "ours", "smoke"),),
    draw=draw,
    networks=lambda settings: NETWORKS,
)

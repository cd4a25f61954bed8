"""Neftci & Averbeck 2019, Reinforcement learning in artificial and biological systems: its biology as studies."""

from neurorl.core.card import Card
from neurorl.core.paper import Paper

PAPER = Paper(
    name="neftci2019",
    card=Card(
        title="Reinforcement learning in artificial and biological systems: the biology",
        summary="Studies of prediction errors and dopamine, frontal-striatal circuits, fast and slow systems and "
        "their arbitration, learning to learn, inference of hidden states, planning and habits, with models "
        "that are simulated, fitted and lesioned.",
        refs=("neftci2019",),
        tags=("dopamine", "striatum", "amygdala", "inference", "planning"),
    ),
    studies=(
        "on_behaviour",
        "conditioning",
        "dopamine",
        "striatal_pathways",
        "what_and_where",
        "fast_and_slow",
        "learning_to_reverse",
        "hidden_states",
        "animals",
        "model_based_control",
        "habits",
    ),
)

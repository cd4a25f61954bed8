"""Perturbations: what is done to a brain, done to any agent or network, and dopamine stimulation done in any task."""

from neurorl.perturb.dopamine import dopaminergic
from neurorl.perturb.named_units import named_units
from neurorl.perturb.noise import noisy_choice, noisy_dopamine
from neurorl.perturb.parts import dopamine_at_choice, dopamine_at_learning, doses, freeze_part, lesion_part
from neurorl.perturb.stimulation import stimulated
from neurorl.perturb.synapses import imprint, synaptic
from neurorl.perturb.units import clamp, lesion, shift

__all__ = [
    "clamp",
    "dopamine_at_choice",
    "dopamine_at_learning",
    "dopaminergic",
    "doses",
    "freeze_part",
    "imprint",
    "lesion",
    "lesion_part",
    "named_units",
    "noisy_choice",
    "noisy_dopamine",
    "shift",
    "stimulated",
    "synaptic",
]

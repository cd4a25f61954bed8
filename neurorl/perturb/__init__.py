"""Perturbations: what is done to a brain, done to any recurrent agent, and dopamine stimulation done in any task."""

from neurorl.perturb.stimulation import stimulated
from neurorl.perturb.units import clamp, lesion, shift

__all__ = ["clamp", "lesion", "shift", "stimulated"]

"""The law of draws: what a policy draws follows the probabilities that it states."""

import numpy as np

from neurorl.core.spaces import Discrete
from neurorl.testing.calibration import miscounted, misplaced
from neurorl.testing.compare import not_finite
from neurorl.testing.draws import N_DRAWS, draw, draw_real
from neurorl.testing.laws import NotApplicable
from neurorl.testing.meeting import Meeting


def calibrated(m: Meeting) -> str | None:
    """Draws of the policies that were visited follow their log_prob."""
    action = m.task.spaces.action
    if isinstance(action, Discrete):
        counts, log_p = (np.asarray(x) for x in draw(m))
        p = np.exp(log_p.astype(float))
        if problem := not_finite(log_p):
            return f"log_prob of some action is not finite: {problem}; use neurorl.core.policy.ILLEGAL for logits."
        if (total := np.abs(p.sum(1) - 1).max()) > 1e-4:
            return f"The probabilities exp(log_prob) of all actions should sum to 1, but are off by {total:.2g}."
        if (counts.sum(1) < N_DRAWS).any():
            return f"The policy drew an action that is not one of the codes 0 to {action.n - 1}."
        fault = miscounted(counts, p, N_DRAWS)
    elif action.shape == ():
        fault = misplaced(*(np.asarray(x, float) for x in draw_real(m)))
    else:
        raise NotApplicable("only discrete and single real actions can be tested")
    return f"sample() does not follow log_prob(): {fault}." if fault else None

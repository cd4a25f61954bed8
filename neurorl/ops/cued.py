"""The layout of tasks in which one of two cues is shown and says which answer is due, shared by task and agents.

A trial runs ``fixation -> cue_left | cue_right -> respond -> outcome``. The centre is held at every step but *respond*,
where the side that the cue named is due; the cue is no longer seen then.
"""

from dataclasses import dataclass
from typing import Self

import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int

from neurorl.core.errors import DoesNotFit
from neurorl.core.policy import ILLEGAL
from neurorl.core.spaces import Discrete, Spaces

STATES = ("fixation", "cue_left", "cue_right", "respond", "outcome")
ACTIONS = ("centre", "left", "right")
STEPS = 4  # a trial


def cued_spaces() -> Spaces:
    """Five states, three answers, no free choice: each answer is determined by the cue. A wrong answer costs 1."""
    centre, side = (True, False, False), (False, True, True)
    return Spaces(
        obs=Discrete(STATES),
        action=Discrete(ACTIONS),
        reward=(-1.0, 1.0),
        legal=(centre, centre, centre, side, centre),
        free=(False,) * len(STATES),
        steps_per_trial=STEPS,
    )


@dataclass(frozen=True)
class Cued:
    """Where things are in the codes of such a task.

    Attributes:
        fixation, cue_left, cue_right, respond, outcome: observation codes.
        centre, left, right: action codes.
        n_actions: number of action codes.
    """

    fixation: int
    cue_left: int
    cue_right: int
    respond: int
    outcome: int
    centre: int
    left: int
    right: int
    n_actions: int

    @classmethod
    def of(cls, spaces: Spaces) -> Self:
        """Read the layout from a task's labels; raises `DoesNotFit` if this is not such a task."""
        obs, action = spaces.discrete()
        missing = [s for s in STATES if s not in obs.labels] + [a for a in ACTIONS if a not in action.labels]
        if missing:
            raise DoesNotFit(
                "This agent plays tasks in which a cue says which answer is due, whose codes are labelled "
                f"{', '.join((*STATES, *ACTIONS))}; this task has no {', '.join(missing)}."
            )
        codes = {state: obs.index(state) for state in STATES} | {answer: action.index(answer) for answer in ACTIONS}
        return cls(**codes, n_actions=action.n)

    def cue(self, obs: Int[Array, ""]) -> Float[Array, "2"]:
        """One-hot over the left and the right cue; zeros where no cue is shown."""
        return (obs == jnp.asarray([self.cue_left, self.cue_right])).astype(float)

    def is_cue(self, obs: Int[Array, ""]) -> Bool[Array, ""]:
        """Whether a cue is on show."""
        return (obs == self.cue_left) | (obs == self.cue_right)

    def cue_after(self, obs: Int[Array, ""], cue: Float[Array, "2"]) -> Float[Array, "2"]:
        """The cue of this trial, as remembered on seeing `obs`: the one shown, else the one shown before."""
        remembered = jnp.where(obs == self.fixation, 0.0, cue)
        return jnp.where(self.is_cue(obs), self.cue(obs), remembered)

    def logits(self, obs: Int[Array, ""], cue: Float[Array, "2"]) -> Float[Array, " n_actions"]:
        """Logits of the answer that is due, the cue of this trial being `cue` (zeros: either side will do)."""
        codes = jnp.arange(self.n_actions)
        either = cue.sum() == 0
        left, right = (cue[0] > 0) | either, (cue[1] > 0) | either
        side = ((codes == self.left) & left) | ((codes == self.right) & right)
        due = jnp.where(obs == self.respond, side, codes == self.centre)
        return jnp.where(due, 0.0, ILLEGAL)

    def value(
        self, obs: Int[Array, ""], cue: Float[Array, "2"], p: Float[Array, "2"], discount: float
    ) -> Float[Array, ""]:
        """Discounted reward to come, if the cues are expected to pay `p` and later cues are equally likely.

        V(fixation) = v0, V(cue) = g p + g^3 v0, V(respond) = p + g^2 v0, V(outcome) = g v0, with g the discount and
        v0 = (g^2 / 2) / (1 - g^4), since half of all trials pay. The error on seeing a cue is then
        g V(cue) - V(fixation) = g^2 (p - 1/2), and that at a reward r is r - p.

        Args:
            obs: what is seen.
            cue: one-hot, the cue of this trial; zeros before it is seen.
            p: expected reward after the left and the right cue.
            discount: g, a step.
        """
        g = discount
        later = 0.5 * g**2 / (1 - g**STEPS)
        expected = jnp.sum(cue * p)
        at_cue, responding = self.is_cue(obs), obs == self.respond
        before = jnp.where(obs == self.outcome, g * later, later)
        value = jnp.where(responding, expected + g**2 * later, before)
        return jnp.where(at_cue, g * expected + g**3 * later, value)

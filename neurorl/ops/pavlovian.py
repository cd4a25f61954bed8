"""Pavlovian tasks: what is seen and answered, and how strongly a learner answers; shared by task and learners.

What is seen at a step is a vector with a 1 for every cue on show, so that cues in compound are just several 1s. The
answer is to respond or to stay still: a lick, an eyeblink, "yes, it will come". It changes nothing that happens, but
it is scored, and by it a learner that never chooses can be fitted to an animal.
"""

import jax.numpy as jnp
from jaxtyping import Array, Float

from neurorl.core.errors import DoesNotFit
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Box, Discrete, Spaces

ANSWERS = ("still", "respond")
_CUE = "cue "


def pavlovian_spaces(cues: tuple[str, ...], steps: int, largest: float = 1.0) -> Spaces:
    """Interface between such a task and a learner: `cues` by name, `steps` a trial, rewards from 0 to `largest`."""
    labels = tuple(_CUE + cue for cue in cues)
    return Spaces(Box((len(cues),), 0.0, 1.0, labels), Discrete(ANSWERS), (0.0, largest), steps_per_trial=steps)


def cues_of(spaces: Spaces) -> tuple[str, ...]:
    """The names of the cues, read from a task's labels; raises `DoesNotFit` if this is not such a task."""
    labels = spaces.obs.labels if isinstance(spaces.obs, Box) else ()
    answers = spaces.action.labels if isinstance(spaces.action, Discrete) else ()
    if not labels or answers != ANSWERS or not all(label.startswith(_CUE) for label in labels):
        raise DoesNotFit(
            "This agent learns what cues predict and needs observations that name the cues shown (labels such as "
            f"'cue A') and to answer by one of {', '.join(ANSWERS)}, as in the task `pavlovian`; choose a learner "
            "of choices instead, such as rescorla_wagner."
        )
    return tuple(label.removeprefix(_CUE) for label in labels)


def responding(value: Float[Array, ""], beta: Float[Array, ""], bias: Float[Array, ""]) -> Categorical:
    """Respond with log-odds bias + beta V, where V is the reward that is expected (reward units)."""
    logit = bias + beta * value
    return Categorical(jnp.stack([jnp.zeros_like(logit), logit]))

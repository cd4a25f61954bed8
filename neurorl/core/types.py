"""What passes between task, agent and analyst, one step at a time."""

from typing import Any

import equinox as eqx
from jaxtyping import Array, Bool, Float


class Outcome(eqx.Module):
    """What a task answers to an action.

    Attributes:
        obs: what the agent sees next.
        reward: reward units.
        discount: 0 where a trial ends, 1 within it. Values never bootstrap across a 0.
        stim: additive dopamine stimulation, reward units; 0 unless the protocol says so.
        truth: the task's hidden state, for analysts; it never reaches an agent.
        feedback: what is shown besides the reward (the correct answer, the outcomes of the options not chosen, a
            target), as `Spaces.feedback` says; a number that was not shown is NaN, a code -1. None where a task shows
            nothing more.
        informed: False where no outcome is shown (a test phase); None where every outcome is shown.
    """

    obs: Any
    reward: Float[Array, ""]
    discount: Float[Array, ""]
    stim: Float[Array, ""]
    truth: Any
    feedback: Any = None
    informed: Bool[Array, ""] | None = None


class Transition(eqx.Module):
    """All an agent may learn from. It has no field for the truth.

    Where `informed` is False, reward, stimulation and feedback are 0 when they reach an agent, and what its `update`
    makes of them is not kept (`core/informed.py`); the agent itself is given no flag.
    """

    obs: Any
    action: Any
    reward: Float[Array, ""]
    discount: Float[Array, ""]
    stim: Float[Array, ""]
    next_obs: Any
    feedback: Any = None
    informed: Bool[Array, ""] | None = None

    @staticmethod
    def of(row: "Trajectory | Record") -> "Transition":
        """What a row (or rows) of a trajectory or a record lets an agent learn from."""
        return Transition(
            row.obs, row.action, row.reward, row.discount, row.stim, row.next_obs, row.feedback, row.informed
        )


class Trajectory(eqx.Module):
    """The record of one session, time first: every leaf has a leading axis of n_steps.

    Attributes:
        valid: False where the row did not happen (padding, an aborted trial).
        scored: True where the action was a free, legal choice; only these have a log-probability.
        log_prob: log-probability of the action under the agent's policy, nats; 0 where not scored.
        entropy: entropy of the policy, nats.
        latents: what the agent reports at each step (values, prediction errors, beliefs, units).
        truth: what the task knows and the agent does not.
        subject, session: numbers of who played and of that subject's session, at each step; `simulate_many` fills them
            in, so that a batch keeps its layout however it is cut; None where nobody said.
        feedback: what was shown besides the reward; None where the task shows nothing more.
        informed: False where no outcome was shown; None where every outcome was. `reward` still holds what was paid.
    """

    obs: Any
    action: Any
    reward: Float[Array, " t"]
    discount: Float[Array, " t"]
    stim: Float[Array, " t"]
    next_obs: Any
    valid: Bool[Array, " t"]
    scored: Bool[Array, " t"]
    log_prob: Float[Array, " t"]
    entropy: Float[Array, " t"]
    latents: Any
    truth: Any
    subject: Any = None
    session: Any = None
    feedback: Any = None
    informed: Bool[Array, " t"] | None = None


class Record(eqx.Module):
    """One session as it was recorded (or a batch of them, with a leading axis), time first.

    Rows with `valid=False` did not happen: their `action` may be -1 and their `reward` NaN. Rows with `informed=False`
    happened and are scored, but showed no outcome; `informed` is None where every row showed its outcome.
    """

    obs: Any
    action: Any
    reward: Float[Array, " t"]
    discount: Float[Array, " t"]
    stim: Float[Array, " t"]
    next_obs: Any
    valid: Bool[Array, " t"]
    scored: Bool[Array, " t"]
    feedback: Any = None
    informed: Bool[Array, " t"] | None = None

    @staticmethod
    def of(trajectory: Trajectory) -> "Record":
        """The part of a trajectory that a recording would have kept."""
        t = trajectory
        return Record(
            t.obs, t.action, t.reward, t.discount, t.stim, t.next_obs, t.valid, t.scored, t.feedback, t.informed
        )

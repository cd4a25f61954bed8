"""Tasks with one choice among arms a trial: their spaces, their outcome, and the agents that fit them."""

from dataclasses import replace

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int

from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.core.types import Outcome

OUTCOME_OF = "outcome of "  # begins the label of an entry of feedback
TRIAL_SCALE = 100.0  # a trial index enters a network as t/100


class Truth(eqx.Module):
    """Reward probability of each arm on this trial, and the arm that pays best."""

    p_reward: Float[Array, " n_arms"]
    best: Int[Array, ""]


def arm_spaces(n_arms: int, *, clock: bool = False) -> Spaces:
    """One observation ("choice"; with `clock` the trial index / 100), n arms, rewards 0 or 1, one step a trial."""
    if n_arms < 2:
        raise BadValue(f"A bandit needs at least 2 arms to choose from, not {n_arms}.")
    labels = ("left", "right") if n_arms == 2 else tuple(f"arm_{i}" for i in range(n_arms))
    obs = Box((1,), 0.0, labels=("trial / 100",)) if clock else Discrete(("choice",))
    return Spaces(obs, Discrete(labels), (0.0, 1.0))


def showing_all_outcomes(spaces: Spaces) -> Spaces:
    """These spaces with feedback that holds the outcome of each answer, in their order; NaN where it is not shown."""
    labels = tuple(f"{OUTCOME_OF}{label}" for label in spaces.discrete_action().labels)
    return replace(spaces, feedback=Box((len(labels),), *spaces.reward, labels))


def require_all_outcomes(spaces: Spaces) -> None:
    """`DoesNotFit` unless feedback holds the outcome of each answer."""
    if spaces.feedback != showing_all_outcomes(spaces).feedback:
        raise DoesNotFit(
            "This agent learns from the outcomes of options that were not chosen, but this task does not show them; "
            "choose a learner such as q_learning, or a task such as bandit_counterfactual."
        )


def seen_at(trial: Int[Array, ""], *, clock: bool) -> Array:
    """What a player of a bandit sees before this trial (from 0): a constant code, or [t/100] with `clock`."""
    return trial[None] / TRIAL_SCALE if clock else jnp.zeros_like(trial)


def pull(
    u: Float[Array, ""], p_reward: Float[Array, " n_arms"], action: Int[Array, ""], obs: Array | None = None
) -> Outcome:
    """The outcome of one trial: reward 1 with probability `p_reward[action]`, where u is uniform on [0, 1).

    `obs` is what is seen next; by default the constant code.
    """
    reward = (u < p_reward[action]).astype(p_reward.dtype)
    return Outcome(
        obs=jnp.asarray(0, jnp.int32) if obs is None else obs,
        reward=reward,
        discount=jnp.zeros_like(reward),
        stim=jnp.zeros_like(reward),
        truth=Truth(p_reward, jnp.argmax(p_reward).astype(jnp.int32)),
    )


def require_one_step(spaces: Spaces) -> tuple[int, int]:
    """Numbers of observation and action codes, or `DoesNotFit` where a trial takes more than one step."""
    obs, action = spaces.discrete()
    if spaces.steps_per_trial != 1:
        raise DoesNotFit(
            "This agent learns from the reward that follows each choice at once, but a trial of this task takes "
            f"{spaces.steps_per_trial} steps; choose an agent that learns over several steps, such as q_learning."
        )
    return obs.n, action.n


def require_probabilities(spaces: Spaces) -> None:
    """`DoesNotFit` unless rewards lie within [0, 1], as an observer of reward probabilities needs."""
    low, high = spaces.reward
    if low < 0 or high > 1:
        raise DoesNotFit(
            "This agent infers reward probabilities and needs rewards between 0 and 1, but this task pays "
            f"between {low:g} and {high:g}; choose an agent that learns values, such as rescorla_wagner."
        )


def require_two_arms(spaces: Spaces) -> None:
    """`DoesNotFit` unless a trial is one choice between two arms, without cues, for rewards within [0, 1]."""
    n_obs, n_actions = require_one_step(spaces)
    require_probabilities(spaces)
    if (n_obs, n_actions) != (1, 2) or spaces.legal:
        raise DoesNotFit(
            "This agent infers which of two arms is the good one and needs one observation and two actions, "
            f"both allowed; this task has {n_obs} observations and {n_actions} actions."
        )

"""Controls of the battery: for each signature an agent that shows it, and rivals that must not.

A rival does well, or looks as if it did, without what the signature is about: random choice, fixed or wandering
preferences that no outcome moves, one table row a display, fixed learning rates with extreme rates or start values,
win-stay-lose-shift, a hidden-state observer where the signature is about more than that.
"""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, ClassVar, Self

import equinox as eqx
import jax.numpy as jnp

from neurorl import load_agent
from neurorl.analysis.over_units import over_units
from neurorl.core import params as parameters
from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.policy import ILLEGAL, Categorical
from neurorl.core.spaces import Discrete, Spaces
from neurorl.ops.arms import arm_spaces
from neurorl.studies.battery.evidence import Player, Scale, values_of
from neurorl.studies.battery.led import Led
from neurorl.studies.battery.signatures import SIGNATURES

BY_NAME = {signature.name: signature for signature in SIGNATURES}
Maker = Callable[[Spaces], tuple[Agent, Any]]


class Latents(eqx.Module):
    rpe: Any


@dataclass(frozen=True)
class Fixed(Agent):
    """The first legal answer, or the last, nine times in ten; its error is the reward less a slow mean of rewards."""

    spaces: Spaces
    last: bool = False

    card: ClassVar[Card] = Card(title="Fixed preference", summary="No outcome moves it.", refs=(), tags=())

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        return cls(spaces)

    def params(self, key: Any = None) -> Any:
        return ()

    def init(self, key: Any, params: Any) -> Any:
        return jnp.zeros(())

    def act(self, params: Any, state: Any, obs: Any) -> tuple[Any, Categorical]:
        n = self.spaces.discrete_action().n
        legal = self.spaces.legal_table()[obs] if self.spaces.legal else jnp.ones(n, bool)
        order = jnp.arange(n) if self.last else jnp.arange(n)[::-1]
        best = jnp.max(jnp.where(legal, order, -1))
        return state, Categorical(jnp.where(legal, jnp.where(order == best, 2.2, 0.0), ILLEGAL))

    def update(self, params: Any, state: Any, transition: Any) -> tuple[Any, Latents]:
        return state + 0.02 * (transition.reward - state), Latents(transition.reward - state)


def agent(name: str, fields: dict[str, Any] | None = None, **changed: float) -> Maker:
    """An agent of the catalogue with these fields and parameters."""

    def make(spaces: Spaces) -> tuple[Agent, Any]:
        made = replace(load_agent(name).for_spaces(spaces), **(fields or {}))
        return made, parameters.replace(made.params(), **{k: jnp.asarray(v) for k, v in changed.items()})

    return make


def fixed(last: bool = False) -> Maker:
    return lambda spaces: (Fixed(spaces, last), ())


def by_display(spaces: Spaces) -> tuple[Agent, Any]:
    """Rescorla-Wagner with one row of values a display, whatever its labels say."""
    shown, _ = spaces.discrete()
    blank = replace(spaces, obs=Discrete(tuple(f"display_{i}" for i in range(shown.n))))
    return agent("rescorla_wagner", {"initial": 0.5})(blank)


def delta(alpha: float, start: float, beta: float = 5.0) -> Maker:
    return agent("rescorla_wagner", {"initial": start}, alpha=alpha, beta=beta)


RANDOM = agent("random_choice")
WIN_STAY_LOSE_SHIFT = agent(
    "q_learning", {"initial": 0.5}, alpha_pos=1.0, alpha_neg=1.0, phi=1.0, beta=10.0, kappa=0.0, epsilon=0.0
)
WANDERING_TOO = agent(  # the same for trials of several steps
    "q_learning", {"kernel_rate": 0.2}, alpha_pos=0.0, alpha_neg=0.0, kappa=3.5, epsilon=0.0
)
WANDERING = agent("choice_kernel_learner", alpha_pos=0.0, alpha_neg=0.0, omega=0.45)  # a preference of its own making


def sides(spaces: Spaces) -> tuple[Agent, Any]:
    """One value a side, whatever lies there."""
    return delta(0.5, 0.5)(arm_spaces(2))


# signature -> (who shows it, who must not)
CONTROLS: dict[str, tuple[Maker, dict[str, Maker]]] = {
    "cue_response": (agent("td_lambda"), {"mean of rewards": fixed()}),
    "reward_response_lost": (agent("td_lambda"), {"mean of rewards": fixed()}),
    "omission_dip": (agent("td_lambda"), {"mean of rewards": fixed()}),
    "graded": (agent("td_lambda"), {"mean of rewards": fixed()}),
    "blocking": (agent("cue_rescorla_wagner"), {"mean of rewards": fixed()}),
    "overexpectation": (agent("cue_rescorla_wagner"), {"own errors": agent("mackintosh"), "mean": fixed()}),
    "waiting": (agent("belief_td"), {"table": agent("q_learning"), "mean of rewards": fixed()}),
    "better_arm": (agent("rescorla_wagner"), {"random": RANDOM, "fixed": fixed(), "wandering": WANDERING}),
    "win_stay": (WIN_STAY_LOSE_SHIFT, {"random": RANDOM, "wandering": WANDERING, "slow": delta(0.01, 0.5)}),
    "after_reversal": (agent("rescorla_wagner"), {"random": RANDOM, "fixed": fixed(), "wandering": WANDERING}),
    "faster_reversals": (
        agent("serial_reversal_observer"),
        {
            "slow from 0": delta(0.05, 0.0),
            "slow from 1": delta(0.05, 1.0),
            "slower": delta(0.01, 0.0, 20.0),
            "fast": delta(0.9, -1.0),
            "fixed hazard": agent("hmm_observer"),
            "win-stay-lose-shift": WIN_STAY_LOSE_SHIFT,
            "random": RANDOM,
        },
    ),
    "infers_state": (
        agent("hmm_observer"),
        {"best delta rule": delta(0.9, 0.5, 20.0), "win-stay-lose-shift": WIN_STAY_LOSE_SHIFT, "random": RANDOM},
    ),
    "infers_value": (agent("cue_observer"), {"what it met": agent("cue_td")}),
    "knows_when": (
        agent("reversal_timing_observer"),
        {
            "constant hazard": agent("hmm_observer", p_hi=0.7, h=0.0125),
            "learned hazard": agent("serial_reversal_observer"),
            "delta rule": delta(0.5, 0.5, 20.0),
            "win-stay-lose-shift": WIN_STAY_LOSE_SHIFT,
            "random": RANDOM,
        },
    ),
    "chooses_best": (
        agent("q_learning"),
        {"a row a display": by_display, "first": fixed(), "last": fixed(last=True), "random": RANDOM},
    ),
    "avoids_worst": (
        agent("q_learning"),
        {"a row a display": by_display, "first": fixed(), "last": fixed(last=True), "random": RANDOM},
    ),
    "finds_picture": (agent("fast_slow"), {"fixed": fixed(), "a value a side": sides, "random": RANDOM}),
    "finds_side": (sides, {"fixed": fixed(), "a value a picture": agent("striatal_loop"), "random": RANDOM}),
    "learns_what": (
        agent("fast_slow"),
        {"a row a display": delta(0.3, 0.5), "a value a side": sides, "fixed": fixed(), "random": RANDOM},
    ),
    "learns_where": (
        sides,
        {"a row a display": delta(0.3, 0.5), "a value a picture": agent("fast_slow"), "random": RANDOM},
    ),
    "volatility": (agent("volatility_observer"), {"fixed rate": agent("magnitude_learner"), "random": RANDOM}),
    "late_outcomes": (
        agent("choice_trace_learner"),
        {
            "no trace": agent("q_learning"),
            "win-stay-lose-shift": WIN_STAY_LOSE_SHIFT,
            "wandering": WANDERING,
            "random": RANDOM,
        },
    ),
    "reward_effect": (agent("model_free"), {"planner": agent("model_based"), "random": RANDOM, "fixed": fixed()}),
    "interaction": (agent("model_based"), {"cache": agent("model_free"), "random": RANDOM, "fixed": fixed()}),
    "devaluation": (
        agent("uncertainty_arbitration"),
        {"cache": agent("q_learning"), "first lever": fixed(), "resting": fixed(last=True), "random": RANDOM},
    ),
    "moved_goal": (agent("certainty_equivalent"), {"cache": agent("q_learning"), "random": RANDOM}),
    "set_size": (
        agent("working_memory_habit"),
        {"delta rule": delta(0.3, 0.5), "slow": delta(0.05, 0.0, 20.0), "one shot": delta(1.0, 0.0), "random": RANDOM},
    ),
    "matching": (agent("q_learning"), {"wandering": WANDERING_TOO, "random": RANDOM, "fixed": fixed()}),
    "risk": (agent("q_learning"), {"random": RANDOM, "fixed": fixed(), "last": fixed(last=True)}),
    "dopamine_learning": (
        agent("striatal_loop"),
        {"learns without": agent("fast_slow"), "at chance": agent("striatal_loop", beta=0.0)},
    ),
    "dopamine_choice": (agent("opal"), {"no Hebbian factor": agent("opal", {"hebbian": False})}),
    "amygdala": (agent("fast_slow"), {"at chance": agent("fast_slow", beta=0.0)}),
    "ventral_striatum_noisy": (agent("fast_slow"), {"at chance": agent("fast_slow", beta=0.0)}),
    "ventral_striatum_what": (agent("object_action"), {"at chance": agent("object_action", beta=0.0)}),
    "ventral_striatum_where": (agent("object_action"), {"at chance": agent("object_action", beta=0.0)}),
}


def shows(maker: Maker, name: str, subjects: int = 12, share: float = 1.0) -> tuple[bool, str]:
    """Whether an agent shows a signature, and its mean and interval."""
    signature = BY_NAME[name]
    form = signature.forms[0]
    made, params = maker(form.make().spaces)
    played = Player(Led(made, signature.led) if signature.led else made, form, params)
    values = values_of(played, signature, Scale("", subjects, share), 0, {})
    row = over_units(values.rename("value").reset_index(), "value").iloc[0]
    beyond = bool(row["low"] > signature.above)
    return beyond and all(shows(maker, other, subjects, share)[0] for other in signature.given), (
        f"{row['mean']:.3f} ({row['low']:.3f} to {row['high']:.3f}), must exceed {signature.above:g}"
    )

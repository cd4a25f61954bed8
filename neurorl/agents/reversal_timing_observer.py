"""When will it reverse? An observer with a prior over the trial of a block's one reversal.

Hypotheses are pairs (b, m): arm b is good at first, and the other from trial m on (`ops/reversal_blocks.py`). Their
posterior is the likelihood of the whole block so far times a prior over m, so that on trial k

    P(first arm good) = P(b = first, m > k) + P(b = second, m <= k)
    p(first arm) = softmax(beta P(first arm good), beta P(second arm good));   rpe = r + stim - E[r | a, posterior]

The prior over m is, by the field `prior`, "flat" (1/80 each), "hazard" (1/80 on every trial), "uniform" (30 to 50, as
in the task), "gaussian" (mean and sd are parameters) or "learned" (Dirichlet: `c` blocks spread evenly, to which each
block adds its posterior over m). It is sharpened to p(m)^w; w > 1 is how haloperidol acts on monkeys (Costa et al.
2015). A prior that is even where it is not zero cannot be sharpened, and for a Gaussian w only divides sd by sqrt(w).

A session is one block, or several, whose first trials the observer sees (`tasks/reversal_timing.py`).

Departs from the papers: the published prior is a fit to the animals; shapes, 1/80 and Dirichlet counts are choices of
this project. With `greedy` the likelier arm is chosen always; such a player is not to be fitted. Stimulation shows in
`rpe` and moves no belief.
"""

from dataclasses import dataclass
from typing import ClassVar, Literal, Self, get_args

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue
from neurorl.core.options import option
from neurorl.core.params import Beta, Gamma, Gaussian, Interval, param
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Spaces
from neurorl.core.types import Transition
from neurorl.ops import reversal_blocks as blocks
from neurorl.ops.arms import require_two_arms
from neurorl.ops.beliefs import belief_logits

Prior = Literal["flat", "hazard", "uniform", "gaussian", "learned"]


class Params(eqx.Module):
    p_hi: Float[Array, ""] = param(
        0.8, Interval(0.5, 1), symbol="p", doc="believed reward probability of the good arm", prior=Beta(1.5, 1.5)
    )
    beta: Float[Array, ""] = param(
        8.0, Interval(0, 50), symbol="β", doc="inverse temperature of the belief", prior=Gamma(2.0, 3.0)
    )
    mean: Float[Array, ""] = param(
        40.0, Interval(1, 80), symbol="μ", doc="expected trial of the reversal", units="trials", prior=Gaussian(40, 15)
    )
    sd: Float[Array, ""] = param(
        6.0, Interval(0.5, 40), symbol="σ", doc="spread of the expected trial", units="trials", prior=Gamma(2.0, 6.0)
    )
    w: Float[Array, ""] = param(1.0, Interval(0, 10), symbol="w", doc="sharpening of the prior", prior=Gamma(2.0, 0.7))
    c: Float[Array, ""] = param(
        5.0, Interval(0, 200), symbol="c", doc="weight of the uniform prior in learning the prior", units="blocks",
        prior=Gamma(2.0, 5.0),
    )  # fmt: skip


class State(eqx.Module):
    log_lik: Float[Array, "2 80"]  # of this block so far, for each first arm and trial of the reversal
    belief: Float[Array, "2 80"]  # their posterior, as of the last choice
    counts: Float[Array, " 80"]  # posteriors over that trial, summed over past blocks
    trial: Int[Array, ""]  # of this block, from 0


class Latents(eqx.Module):
    """Before the outcome: error and expected rewards (reward units), belief in the first arm, that the reversal has
    come, its expected trial, and the whole posterior over that trial."""

    rpe: Float[Array, ""]
    q: Float[Array, "2"]
    p_left_good: Float[Array, ""]
    p_reversed: Float[Array, ""]
    reversal: Float[Array, ""]
    timing: Float[Array, " 80"]


@dataclass(frozen=True)
class ReversalTimingObserver(Agent):
    """Observer of blocks with one reversal; `new` is the code of a block's first trial, -1 where a session is one."""

    prior: Prior = option("gaussian", "prior over the trial of the reversal")
    new: int = option(-1, "code of a block's first trial; -1 where a session is one block", low=-1)
    greedy: bool = option(False, "True: always the likelier arm, in place of the softmax")

    card: ClassVar[Card] = Card(
        title="Observer with a prior on the time of a reversal",
        summary="Evaluates all outcomes of a block under every possible trial of its one reversal, with a prior over "
        "that trial that can be given, learned or sharpened. Accurate if outcomes are noisy, and abrupt.",
        refs=("costa2015", "neftci2019", "bartolo2020"),
        tags=("bandit", "reversal", "inference", "bayesian", "timing"),
    )

    def __post_init__(self) -> None:
        if self.prior not in get_args(Prior):
            raise BadValue(f"prior is '{self.prior}', but must be one of {', '.join(get_args(Prior))}.")

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        if spaces == blocks.block_spaces():
            return cls(new=0)
        require_two_arms(spaces)
        return cls()

    @property
    def frozen_params(self) -> tuple[str, ...]:
        """Parameters that cannot matter, or not apart from others, under this prior."""
        matter = {"hazard": ("w",), "gaussian": ("mean", "sd"), "learned": ("w", "c")}.get(self.prior, ())
        return tuple(name for name in ("mean", "sd", "w", "c") if name not in matter)

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        table, n = jnp.zeros((2, blocks.TRIALS)), jnp.zeros(blocks.TRIALS)
        return State(table, table, n, jnp.asarray(0, jnp.int32))

    def act(self, params: Params, state: State, obs: Int[Array, ""]) -> tuple[State, Categorical]:
        begins = obs == self.new
        log_lik, trial = jnp.where(begins, 0.0, state.log_lik), jnp.where(begins, 0, state.trial)
        counts = state.counts
        if self.prior == "learned":  # from the block that is over, its last outcome included
            past = blocks.posterior(state.log_lik, self._log_prior(params, counts)).sum(axis=0)
            counts = counts + jnp.where(begins & (state.trial > 0), past, 0.0)
        belief = blocks.posterior(log_lik, self._log_prior(params, counts))
        left_good = _left_good(belief, trial)
        return State(log_lik, belief, counts, trial), Categorical(
            belief_logits(left_good, params.beta, greedy=self.greedy)
        )

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        t = transition
        p_hi = jnp.minimum(params.p_hi, 1.0 - 1e-6)  # at 1 exactly a surprise would have no explanation: 0/0
        timing, b = state.belief.sum(axis=0), _left_good(state.belief, state.trial)
        p_left = b * p_hi + (1.0 - b) * (1.0 - p_hi)
        q = jnp.stack([p_left, 1.0 - p_left])
        m = jnp.asarray(blocks.times(), timing.dtype)
        latents = Latents(
            t.reward + t.stim - q[t.action],
            q,
            b,
            jnp.sum(jnp.where(m <= state.trial, timing, 0.0)),
            jnp.sum(m * timing),
            timing,
        )
        evidence = blocks.outcome_log_likelihood(state.trial, t.action, t.reward, p_hi)
        return State(state.log_lik + evidence, state.belief, state.counts, state.trial + 1), latents

    def _log_prior(self, params: Params, counts: Float[Array, " 80"]) -> Float[Array, " 80"]:
        if self.prior == "gaussian":
            log_prior = blocks.log_gaussian(params.mean, params.sd)
        elif self.prior == "learned":
            mass = params.c / blocks.TRIALS + counts
            log_prior = jnp.log(mass) - jnp.log(mass.sum())
        elif self.prior == "hazard":
            log_prior = jnp.asarray(blocks.log_constant_hazard(1 / blocks.TRIALS), float)
        else:
            low, high = (30, 50) if self.prior == "uniform" else (1, blocks.TRIALS)
            log_prior = jnp.asarray(blocks.log_uniform(low, high), float)
        return params.w * log_prior


def _left_good(belief: Float[Array, "2 80"], trial: Int[Array, ""]) -> Float[Array, ""]:
    return jnp.sum(jnp.where(blocks.left_is_best(trial), belief, 0.0))


AGENT = ReversalTimingObserver

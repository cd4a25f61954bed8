"""Agents that draw in private, scored by a particle filter that is itself an agent.

An agent may use random numbers of its own (rehearsed memories, gates, synapses that round at random). A record does not
show them, so the probability of the recorded choices is an average over all courses that they could have taken:

    p(a_1 ... a_T) = prod_t p(a_t | a_1 ... a_{t-1}),   p(a_t | past) = E[pi(a_t | state_t) | past]

`particles(agent, n)` carries n states with numbers of their own and states the mean of their policies. After each
choice, states are drawn anew in proportion to the probability that they gave it (the bootstrap filter of Gordon et al.
1993, with systematic resampling). The exponential of the log-likelihood is an unbiased estimate of the probability of
the record for every n; its logarithm lies below the true one by about half its variance, which falls as 1 / n.

The estimate jumps where a small change of a parameter makes another state survive, so it has no gradient.
"""

from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Bool, Float, Int, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import BadValue, DoesNotFit
from neurorl.core.policy import Bernoulli, Categorical, Normal, Policy
from neurorl.core.types import Transition
from neurorl.core.wrapped import AroundAgent, called

PARTICLES = 256  # where nobody says how many
_DRAWS = 3  # what is folded into the session's key for the resampling


class State(eqx.Module):
    """What the filter carries from step to step.

    Attributes:
        before, now: the particles [n] before and after they saw the present observation; after `update`, before and
            after they learned from its outcome.
        free: whether the answer to it is the agent's own choice.
        key: of the resampling to come.
    """

    before: Any
    now: Any
    free: Bool[Array, ""]
    key: PRNGKeyArray


class NormalMixture(eqx.Module):
    """The mean of n normal distributions."""

    each: Normal

    def sample(self, key: PRNGKeyArray) -> Float[Array, ""]:
        which, then = jax.random.split(key)
        i = jax.random.randint(which, (), 0, self.each.mean.shape[0])
        return Normal(self.each.mean[i], self.each.sd[i]).sample(then)

    def log_prob(self, action: Float[Array, ""]) -> Float[Array, ""]:
        return _log_mean(jax.vmap(lambda one: one.log_prob(action))(self.each))

    def entropy(self) -> Float[Array, ""]:
        """That of the normal distribution with the same mean and variance: an upper bound, nats."""
        variance = jnp.mean(self.each.sd**2) + jnp.var(self.each.mean)
        return 0.5 * jnp.log(2 * jnp.pi * jnp.e * variance)


@dataclass(frozen=True)
class Particles(AroundAgent, Agent):
    """An agent as `n` copies with random numbers of their own, of which those survive that chose as was recorded.

    Latents are means over the particles that survived the choice. Perturb the agent first and give it particles last: a
    wrapper around the filter does not pass on which choices were free (`Agent.chose`).
    """

    agent: Agent
    n: int

    card: ClassVar[Card] = Card(
        title="A particle filter around an agent",
        summary="Averages over the private random numbers of an agent, so that its choices can be scored.",
        refs=("gordon1993",),
    )
    INSTEAD: ClassVar[str] = "Build the agent for these spaces first, then give it particles."

    def init(self, key: PRNGKeyArray, params: Any) -> State:
        own = jax.random.fold_in(key, _DRAWS)
        begun = jax.vmap(self.agent.init, (0, None))(jax.random.split(key, self.n), params)
        return State(begun, begun, jnp.asarray(True), own)

    def act(self, params: Any, state: State, obs: Any) -> tuple[State, Any]:
        after, policies = self._answers(params, state.now, obs)
        return State(state.now, after, jnp.asarray(True), state.key), mean_policy(policies)

    def chose(self, state: State, free: Bool[Array, ""]) -> State:
        """An answer that was not the agent's own says nothing of its hidden state: all particles survive it."""
        return State(state.before, state.now, free, state.key)

    def update(self, params: Any, state: State, transition: Transition) -> tuple[State, Any]:
        key, now = jax.random.split(state.key)
        # The policies of `act`, once more: the compiler makes one computation of both.
        _, policies = self._answers(params, state.before, transition.obs)
        log_weight = jax.vmap(lambda one: one.log_prob(transition.action))(policies)
        survivor = _survivors(now, log_weight, state.free)
        chosen = _apart(jax.tree.map(lambda leaf: leaf[survivor], state.now), self.n)
        after, latents = jax.vmap(self.agent.update, (None, 0, None))(params, chosen, transition)
        return State(chosen, after, state.free, key), jax.tree.map(lambda leaf: jnp.mean(leaf, axis=0), latents)

    def uninformed(self, params: Any, before: State, after: State, latents: Any) -> tuple[State, Any]:
        """The choice was made all the same, so particles survive by it; each keeps what its agent says."""
        kept, said = jax.vmap(self.agent.uninformed, (None, 0, 0, None))(params, after.before, after.now, latents)
        return State(kept, kept, after.free, after.key), jax.tree.map(lambda leaf: jnp.mean(leaf, axis=0), said)

    def _answers(self, params: Any, particles: Any, obs: Any) -> tuple[Any, Any]:
        return jax.vmap(self.agent.act, (None, 0, None))(params, particles, obs)


def particles(agent: Agent, n: int = PARTICLES) -> Particles:
    """The agent as a particle filter with n particles, which estimates the probability of recorded choices.

    An estimate that varies little needs more particles for longer sessions and where private numbers matter more: score
    a record under several keys; a standard deviation below 1 nat is safe for a comparison of models.

    Raises:
        BadValue: n is not a whole number of at least 1.
        DoesNotFit: the agent is a particle filter already.
    """
    if int(n) != n or n < 1:
        raise BadValue(f"n is {n}, but the number of particles must be a whole number of at least 1.")
    if isinstance(agent, Particles):
        raise DoesNotFit(f"The agent already has {agent.n} particles; make it anew from agent.agent.")
    return Particles(agent, int(n))


def scorable(agent: Agent) -> Agent:
    """The agent as its choices are scored: with particles where it draws in private, else as it is."""
    return particles(agent) if agent.draws_in_private and not isinstance(agent, Particles) else agent


def one_course(agent: Agent) -> str | None:
    """Why a plain replay of the agent is not a score, as a sentence; None where it is one."""
    if not agent.draws_in_private or isinstance(agent, Particles):
        return None
    return (
        f"{called(agent)} draws random numbers of its own, so one replay scores the choices against one course "
        f"of these numbers among many; score neurorl.particles(agent, {PARTICLES}), which averages over courses."
    )


def mean_policy(each: Policy) -> Any:
    """The mixture of the policies of all particles, with equal weights."""
    if isinstance(each, Categorical):
        return Categorical(_log_mean(jax.nn.log_softmax(each.logits, axis=-1)))
    if isinstance(each, Bernoulli):
        yes, no = (_log_mean(jax.nn.log_sigmoid(sign * each.logit)) for sign in (1, -1))
        return Bernoulli(yes - no)
    if isinstance(each, Normal):
        return NormalMixture(each)
    raise DoesNotFit(
        f"Particles average over choices, yes/no answers and real answers, but this policy is a {type(each).__name__}."
    )


def _log_mean(log_p: Float[Array, "n ..."]) -> Float[Array, "..."]:
    return jax.nn.logsumexp(log_p, axis=0) - jnp.log(log_p.shape[0])


def _survivors(key: PRNGKeyArray, log_weight: Float[Array, " n"], happened: Bool[Array, ""]) -> Int[Array, " n"]:
    """Which particle each of the next ones comes from: n (w_i / sum w) copies of i on average (systematic)."""
    n = log_weight.shape[0]
    cumulative = jnp.cumsum(jax.nn.softmax(log_weight))
    at = (jnp.arange(n) + jax.random.uniform(key, dtype=cumulative.dtype)) / n * cumulative[-1]
    drawn = jnp.clip(jnp.searchsorted(cumulative, at, side="right"), 0, n - 1)
    return jnp.where(happened, drawn, jnp.arange(n)).astype(jnp.int32)


def _apart(particles: Any, n: int) -> Any:
    """Particles whose keys differ from now on, though some have one ancestor."""

    def one(leaf: Any) -> Any:
        if not jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key):
            return leaf
        folded = jax.vmap(lambda keys, i: jax.vmap(lambda key: jax.random.fold_in(key, i))(keys))
        return folded(leaf.reshape(n, -1), jnp.arange(n)).reshape(leaf.shape)

    return jax.tree.map(one, particles)

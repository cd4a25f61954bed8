"""A decision as a race into one of two attractors, in noise (Wong & Wang 2006).

The two populations of `ops/wong_wang.py` start at rest, see moving dots for `stimulus` seconds and nothing for
`delay` seconds, in noise throughout. `particles` networks with noise of their own do so on every trial; with S the open
channels of each at the end,

    p(left) = mean over particles of sigmoid(beta (S_left - S_right))

is an estimate of the probability that one network decides for left, as good as the particles are many.

Departs from the paper: decisions are read after a fixed time, not when a threshold is crossed. The score is an estimate
(from one draw of noise a session, so that a replay repeats it). The network does not learn.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.agent import Agent
from neurorl.core.card import Card
from neurorl.core.errors import DoesNotFit
from neurorl.core.options import option
from neurorl.core.params import Gaussian, Interval, param
from neurorl.core.policy import Categorical
from neurorl.core.spaces import Box, Spaces
from neurorl.core.types import Transition
from neurorl.ops import wong_wang


class Params(eqx.Module):
    j_self: Float[Array, ""] = param(
        wong_wang.J_SELF, Interval(0.15, 0.35), symbol="J₊", doc="self-excitation", units="nA",
        prior=Gaussian(wong_wang.J_SELF, 0.01),
    )  # fmt: skip
    j_cross: Float[Array, ""] = param(
        wong_wang.J_CROSS, Interval(-0.01, 0.15), symbol="J₋", doc="cross-inhibition", units="nA",
        prior=Gaussian(wong_wang.J_CROSS, 0.01),
    )  # fmt: skip


class State(eqx.Module):
    key: PRNGKeyArray
    early: Float[Array, "n 2"]  # open channels at the end of the stimulus
    late: Float[Array, "n 2"]  # and at the end of the delay


class Latents(eqx.Module):
    """Open channels of the first network at the end of the stimulus and of the delay; share whose choice persisted."""

    early: Float[Array, "2"]
    late: Float[Array, "2"]
    persisted: Float[Array, ""]


@dataclass(frozen=True)
class AttractorDecision(Agent):
    """Noisy attractor network that decides about moving dots; times in seconds."""

    particles: int = option(8, "networks with noise of their own, whose mean is the choice probability", low=1)
    stimulus: float = option(1.0, "duration of the dots, s", low=0)
    delay: float = option(2.0, "delay after the dots, s", low=0)
    dt: float = option(0.005, "time step of the integration, s", low=0.0001)
    beta: float = option(20.0, "slope of the read-out of the two open-channel shares", low=0)

    card: ClassVar[Card] = Card(
        title="Attractor network for noisy decisions",
        summary="Two competing populations race into one of two persistent states. Choices are random at coherence 0 "
        "and always correct at 25 %, and are remembered without input.",
        refs=("wong2006", "neftci2019"),
        tags=("perception", "decision", "dynamics", "working memory"),
    )
    draws_in_private: ClassVar[bool] = True

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        seen = spaces.obs
        if not isinstance(seen, Box) or seen.labels != ("coherence",) or spaces.discrete_action().n != 2:
            raise DoesNotFit(
                "This agent sees the coherence of moving dots and answers left or right, as in random_dots."
            )
        return cls()

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        return Params()

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        rest = jnp.full((self.particles, 2), wong_wang.REST)
        return State(key, rest, rest)

    def act(self, params: Params, state: State, obs: Float[Array, "1"]) -> tuple[State, Categorical]:
        later, *now = jax.random.split(state.key, 3)
        dots = wong_wang.motion(obs[0])
        early = self._run(params, now[0], jnp.full((self.particles, 2), wong_wang.REST), dots, self.stimulus)
        late = self._run(params, now[1], early, jnp.zeros(2), self.delay)
        p_left = jax.nn.sigmoid(self.beta * (late[:, 0] - late[:, 1])).mean()
        p_left = jnp.clip(p_left, 1e-6, 1.0 - 1e-6)
        return State(later, early, late), Categorical(jnp.log(jnp.stack([p_left, 1.0 - p_left])))

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        decided = [s[:, 0] > s[:, 1] for s in (state.early, state.late)]
        persisted = (decided[0] == decided[1]).astype(state.late.dtype).mean()
        return state, Latents(state.early[0], state.late[0], persisted)

    def _run(
        self, params: Params, key: PRNGKeyArray, s: Float[Array, "n 2"], external: Float[Array, "2"], seconds: float
    ) -> Float[Array, "n 2"]:
        normals = jax.random.normal(key, (round(seconds / self.dt), *s.shape), s.dtype)
        return wong_wang.in_noise(s, external, normals, self.dt, params.j_self, params.j_cross)[0]


AGENT = AttractorDecision

"""A network that sees: convolutions, then the LSTM actor-critic of Wang et al. 2018 (simulation 5).

Image -> convolution, ReLU -> convolution, ReLU -> linear layer, ReLU = features y_t;
x_t = [y_t, one-hot(a_{t-1}), r_{t-1}]; h_t, c_t = LSTM(x_t, h_{t-1}, c_{t-1}); policy softmax(W_pi h_t + b_pi), value
w_v . h_t + b_v. The state of a session starts at zero, as in the paper. The paper does not describe its convolutions;
those of Mnih et al. 2016 (16 filters of 8 x 8, every 4 pixels; 32 of 4 x 4, every 2; 256 features) are taken for large
images; small ones get 4 x 4, every 4, before the second.

Convolutions are computed as patches and a matrix product on CPUs and by `lax.conv` elsewhere (`ops/patches`).

Departs from the paper: 128 units and 64 features by default (`ConvLSTM.paper` has 256); the initialisation: kernels and
linear layer normal with standard deviation sqrt(2 / inputs), the rest as in `lstm` with scale 1.
"""

from dataclasses import dataclass
from typing import ClassVar, Self

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.card import Card
from neurorl.core.errors import DoesNotFit
from neurorl.core.options import option
from neurorl.core.policy import Categorical
from neurorl.core.recurrent import RecurrentAgent
from neurorl.core.spaces import Box, Spaces
from neurorl.core.types import Transition
from neurorl.ops.cells import lstm
from neurorl.ops.feedback import Feedback, require_feedback, told
from neurorl.ops.heads import Latents, head_weights, policy_and_value, recurrent_weights
from neurorl.ops.patches import convolve, output_size

LARGE = 64  # pixels; from here on the kernels of Mnih et al. 2016
FILTERS = (16, 32)


class Params(eqx.Module):
    kernel1: Float[Array, "k1 k1 channels f1"]
    bias1: Float[Array, " f1"]
    kernel2: Float[Array, "k2 k2 f1 f2"]
    bias2: Float[Array, " f2"]
    linear: Float[Array, "flat features"]
    linear_bias: Float[Array, " features"]
    weight: Float[Array, "features+n_actions+1+n 4*n"]
    bias: Float[Array, " 4*n"]
    heads: Float[Array, "n n_actions+1"]  # policy logits, then the value
    heads_bias: Float[Array, " n_actions+1"]


class State(eqx.Module):
    h: Float[Array, " n"]
    c: Float[Array, " n"]
    last_action: Float[Array, " n_actions"]
    told: Float[Array, ""]  # of the last outcome
    value: Float[Array, ""]


@dataclass(frozen=True)
class ConvLSTM(RecurrentAgent):
    """Convolutional LSTM actor-critic.

    Attributes:
        spaces: images [height, width, channels] within 0 to 1, coded actions.
        hidden: LSTM units.
        features: units of the linear layer before it.
        kernels, strides: of the two convolutions, pixels.
        recompute: whether gradients compute the features of an image again instead of keeping what they need of them,
            which for large images is too much.
        scale: of the initial recurrent weights, which are uniform within +-scale/sqrt(hidden).
        feedback: what enters of the last outcome.
    """

    spaces: Spaces
    hidden: int = option(128, "LSTM units", low=1)
    features: int = option(64, "units of the linear layer before the LSTM", low=1)
    kernels: tuple[int, int] = option((4, 4), "kernel sizes of the two convolutions, pixels", low=1)
    strides: tuple[int, int] = option((4, 2), "strides of the two convolutions, pixels", low=1)
    recompute: bool = option(False, "True: gradients compute the features of an image again, which saves memory")
    scale: float = option(1.0, "initial recurrent weights are uniform within +-scale/sqrt(hidden)", low=0)
    feedback: Feedback = option("reward", "input from the last outcome")

    card: ClassVar[Card] = Card(
        title="Meta-RL network with vision: convolutions and an LSTM actor-critic",
        summary="Two convolutions and a linear layer before the recurrent actor-critic; learns to learn from pixels.",
        refs=("wang2018:simulation 5", "mnih2016", "hochreiter1997"),
        tags=("network", "meta-rl", "actor-critic", "pixels"),
    )

    @classmethod
    def for_spaces(cls, spaces: Spaces) -> Self:
        image = _image(spaces)
        spaces.discrete_action()
        large = min(image[:2]) >= LARGE
        made = cls(spaces, kernels=(8, 4) if large else (4, 4), recompute=large)
        if min(made.grid) < 1:
            raise DoesNotFit(f"Images of {image[0]} x {image[1]} pixels are too small for two convolutions.")
        return made

    @classmethod
    def paper(cls, spaces: Spaces) -> Self:
        """256 units and features, with the kernels of Mnih et al. 2016."""
        return cls(spaces, hidden=256, features=256, kernels=(8, 4), recompute=True)

    def __post_init__(self) -> None:
        require_feedback(self.feedback)

    @property
    def grid(self) -> tuple[int, int]:
        """Rows and columns of what the second convolution gives."""
        height, width = _image(self.spaces)[:2]
        for k, stride in zip(self.kernels, self.strides, strict=True):
            height, width = output_size(height, k, stride), output_size(width, k, stride)
        return height, width

    def params(self, key: PRNGKeyArray | None = None) -> Params:
        key = jax.random.key(0) if key is None else key
        k1, k2, k3, k4, k5 = jax.random.split(key, 5)
        (size1, size2), (f1, f2) = self.kernels, FILTERS
        channels, n = _image(self.spaces)[2], self.hidden
        n_actions = self.spaces.discrete_action().n
        flat = self.grid[0] * self.grid[1] * f2
        return Params(
            kernel1=_relu_weights(k1, (size1, size1, channels, f1)),
            bias1=jnp.zeros(f1),
            kernel2=_relu_weights(k2, (size2, size2, f1, f2)),
            bias2=jnp.zeros(f2),
            linear=_relu_weights(k3, (flat, self.features)),
            linear_bias=jnp.zeros(self.features),
            weight=recurrent_weights(k4, self.features + n_actions + 1, n, 4 * n, self.scale),
            bias=jnp.zeros(4 * n).at[n : 2 * n].set(1.0),
            heads=head_weights(k5, n, n_actions),
            heads_bias=jnp.zeros(n_actions + 1),
        )

    def init(self, key: PRNGKeyArray, params: Params) -> State:
        dtype = params.bias.dtype
        zeros, zero = jnp.zeros(self.hidden, dtype), jnp.zeros((), dtype)
        return State(zeros, zeros, jnp.zeros(self.spaces.discrete_action().n, dtype), zero, zero)

    def see(self, params: Params, image: Float[Array, "h w c"]) -> Float[Array, " features"]:
        """What the LSTM is given of an image."""
        first, second = self.strides
        y = jax.nn.relu(convolve(image - 0.5, params.kernel1, first) + params.bias1)
        y = jax.nn.relu(convolve(y, params.kernel2, second) + params.bias2)
        return jax.nn.relu(y.reshape(-1) @ params.linear + params.linear_bias)

    def perceive(self, params: Params, state: State, obs: Float[Array, "h w c"]) -> State:
        features = (jax.checkpoint(self.see) if self.recompute else self.see)(params, obs)
        x = jnp.concatenate([features, state.last_action, state.told[None]])
        h, c = lstm(params.weight, params.bias, x, state.h, state.c)
        return State(h, c, state.last_action, state.told, state.value)

    def decide(self, params: Params, state: State) -> tuple[State, Categorical]:
        policy, value = policy_and_value(params.heads, params.heads_bias, state.h)
        return State(state.h, state.c, state.last_action, state.told, value), policy

    def update(self, params: Params, state: State, transition: Transition) -> tuple[State, Latents]:
        last_action = jax.nn.one_hot(transition.action, state.last_action.shape[0], dtype=state.h.dtype)
        outcome = told(self.feedback, transition.reward, state.value)
        next_state = State(state.h, state.c, last_action, outcome, state.value)
        return next_state, Latents(state.value, state.h)


def _image(spaces: Spaces) -> tuple[int, int, int]:
    if not isinstance(spaces.obs, Box) or len(spaces.obs.shape) != 3:
        raise DoesNotFit("This network reads images [height, width, channels]; for codes and vectors take lstm.")
    height, width, channels = spaces.obs.shape
    return height, width, channels


def _relu_weights(key: PRNGKeyArray, shape: tuple[int, ...]) -> Float[Array, "..."]:
    """Normal with standard deviation sqrt(2 / inputs) (He et al. 2015)."""
    inputs = 1
    for length in shape[:-1]:
        inputs *= length
    return jax.random.normal(key, shape) * (2 / inputs) ** 0.5


AGENT = ConvLSTM

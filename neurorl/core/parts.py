"""The contract of named parts: an agent that is made of parts says so in its parameters.

Such an agent's `Params` has a field `parts`, name -> `Part`. A lesion, a drug or a stimulation of a part is then a
number among the parameters and never a change of code, so that doses can be vmapped and one compiled program serves
the whole and the lesioned brain. `neurorl.perturb.parts` makes these changes on any agent by the same calls.
"""

from collections.abc import Mapping
from typing import Any

import equinox as eqx
import jax.numpy as jnp
from jaxtyping import Array, Float

DOPAMINE = "dopamine"  # the part whose gain multiplies the phasic signal that trains the others


def _as_float(value: Any) -> Array:
    return jnp.asarray(value, float)


class Part(eqx.Module):
    """How strongly a part speaks and learns: 1 where nothing was done to it.

    Attributes:
        gain: times what it sends on; 0 is a total lesion.
        plastic: times its learning; 0 is frozen.
    """

    gain: Float[Array, ""] = eqx.field(default=1.0, converter=_as_float)
    plastic: Float[Array, ""] = eqx.field(default=1.0, converter=_as_float)


def intact(*names: str) -> dict[str, Part]:
    """Parts to which nothing was done."""
    return {name: Part() for name in names}


def parts_of(params: Any) -> Mapping[str, Part]:
    """The parts of an agent by its parameters; none where it has none."""
    return getattr(params, "parts", {})

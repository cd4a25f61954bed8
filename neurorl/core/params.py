"""Free parameters that know their support, prior, symbol and units.

An agent's `Params` is an `equinox.Module` whose free fields are declared with `param(...)`. Fitting,
documentation and reports read the declaration; nothing about a parameter is written twice.
"""

import dataclasses
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.errors import BadValue


@dataclass(frozen=True)
class Interval:
    """The open interval (low, high); the unconstrained scale is the logit of the position in it."""

    low: float
    high: float

    def constrain(self, z: Float[Array, "..."]) -> Float[Array, "..."]:
        return self.low + (self.high - self.low) * jax.nn.sigmoid(z)

    def unconstrain(self, x: Float[Array, "..."]) -> Float[Array, "..."]:
        u = (jnp.asarray(x, float) - self.low) / (self.high - self.low)
        return jnp.log(u) - jnp.log1p(-u)

    def __str__(self) -> str:
        return f"({self.low:g}, {self.high:g})"


unit = Interval(0.0, 1.0)


@dataclass(frozen=True)
class Beta:
    """Beta(a, b) prior on the position within the parameter's interval."""

    a: float
    b: float

    def log_density(self, x: Float[Array, ""], support: Interval) -> Float[Array, ""]:
        width = support.high - support.low
        return jax.scipy.stats.beta.logpdf((x - support.low) / width, self.a, self.b) - jnp.log(width)

    def sample(self, key: PRNGKeyArray, shape: tuple[int, ...], support: Interval) -> Array:
        return support.low + (support.high - support.low) * jax.random.beta(key, self.a, self.b, shape)

    def __str__(self) -> str:
        return f"Beta({self.a:g}, {self.b:g})"


@dataclass(frozen=True)
class Gamma:
    """Gamma(shape, scale) prior, cut off at the parameter's interval (not renormalised)."""

    shape: float
    scale: float

    def log_density(self, x: Float[Array, ""], support: Interval) -> Float[Array, ""]:
        return jax.scipy.stats.gamma.logpdf(x, self.shape, scale=self.scale)

    def sample(self, key: PRNGKeyArray, shape: tuple[int, ...], support: Interval) -> Array:
        draw = self.scale * jax.random.gamma(key, self.shape, shape)
        return _inside(draw, support)

    def __str__(self) -> str:
        return f"Gamma({self.shape:g}, scale {self.scale:g})"


@dataclass(frozen=True)
class Gaussian:
    """Normal(mean, sd) prior, cut off at the parameter's interval (not renormalised)."""

    mean: float
    sd: float

    def log_density(self, x: Float[Array, ""], support: Interval) -> Float[Array, ""]:
        return jax.scipy.stats.norm.logpdf(x, self.mean, self.sd)

    def sample(self, key: PRNGKeyArray, shape: tuple[int, ...], support: Interval) -> Array:
        return _inside(self.mean + self.sd * jax.random.normal(key, shape), support)

    def __str__(self) -> str:
        return f"Normal({self.mean:g}, {self.sd:g})"


Prior = Beta | Gamma | Gaussian


def _inside(x: Array, support: Interval) -> Array:
    """Keep draws a thousandth of the width away from the ends, where the transform is infinite."""
    margin = 1e-3 * (support.high - support.low)
    return jnp.clip(x, support.low + margin, support.high - margin)


@dataclass(frozen=True)
class ParamInfo:
    """The declaration of one free parameter."""

    name: str
    default: float
    support: Interval
    symbol: str
    doc: str
    units: str
    prior: Prior


def param(
    default: float,
    support: Interval,
    *,
    symbol: str,
    doc: str,
    units: str = "1",
    prior: Prior = Beta(1.1, 1.1),
) -> Any:
    """Declare a free scalar parameter of an agent.

    Args:
        default: value used when nothing else is said; inside `support`.
        support: interval the parameter lives in.
        symbol: the letter papers use.
        doc: what it does, a few words.
        units: "1" for a pure number, "1/reward" for an inverse temperature.
        prior: prior density on the constrained scale, used by MAP and by recovery studies.
    """
    if not support.low < default < support.high:
        raise BadValue(f"The default {default} of parameter {symbol} lies outside its support {support}.")
    info = dict(default=default, support=support, symbol=symbol, doc=doc, units=units, prior=prior)
    return eqx.field(default=default, converter=_as_float, metadata={"neurorl": info})


def _as_float(value: Any) -> Array:
    """A strongly typed float: a weakly typed default would compile every program a second time."""
    return jnp.asarray(value, float)


def free_params(params: Any) -> tuple[ParamInfo, ...]:
    """The declared free parameters of a `Params` object or class, in order."""
    if not dataclasses.is_dataclass(params):
        return ()
    return tuple(
        ParamInfo(name=field.name, **field.metadata["neurorl"])
        for field in dataclasses.fields(params)
        if "neurorl" in field.metadata
    )


def replace(params: Any, **values: Any) -> Any:
    """A copy of `params` with some fields set; an unknown name or a value outside its support is an error."""
    known = {info.name: info for info in free_params(params)}
    for name, value in values.items():
        if name not in known:
            listed = ", ".join(known) or "none"
            raise BadValue(f"There is no free parameter '{name}' here; the free parameters are: {listed}.")
        if isinstance(value, int | float):
            support = known[name].support
            if not support.low <= value <= support.high:
                raise BadValue(f"{name} = {value:g} is outside its range {support}; choose a value inside.")
    names = list(values)
    return eqx.tree_at(
        lambda p: [getattr(p, name) for name in names], params, [jnp.asarray(values[n], float) for n in names]
    )

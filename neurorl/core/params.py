"""Free parameters that know their support, prior, symbol and units.

An agent's `Params` is an `equinox.Module` whose free fields are declared with `param(...)`. Fitting,
documentation and reports read the declaration; nothing about a parameter is written twice.
"""

import dataclasses
import math
from dataclasses import dataclass
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
from jaxtyping import Array, Float, PRNGKeyArray
from scipy.special import gammainc

from neurorl.core.errors import BadValue

LEAST_MASS = 0.05  # of a prior inside the support; draws outside it are set to its ends


def _is_number(value: Any) -> bool:
    return isinstance(value, int | float | np.number) and not isinstance(value, bool | np.complexfloating)


def _require_positive(prior: str, **settings: Any) -> None:
    for name, value in settings.items():
        if not _is_number(value) or not 0 < value < math.inf:
            raise BadValue(f"{name} of a {prior} prior is {value!r}, but must be a positive finite number.")


@dataclass(frozen=True)
class Interval:
    """The open interval (low, high); the unconstrained scale is the logit of the position in it.

    Raises:
        BadValue: an end is not a finite number, or low is not below high.
    """

    low: float
    high: float

    def __post_init__(self) -> None:
        for end in (self.low, self.high):
            if not _is_number(end) or math.isnan(end):
                raise BadValue(f"An end of the interval is {end!r}, but must be a number.")
        if math.isinf(self.low) or math.isinf(self.high):
            raise BadValue(
                f"The interval {self} has no finite end. A parameter is searched on the logit of its position between "
                "two finite ends; give an end that no subject reaches, such as Interval(0, 50)."
            )
        if not self.low < self.high:
            raise BadValue(f"The interval {self} is empty: its low end must lie below its high end.")

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

    def __post_init__(self) -> None:
        _require_positive("Beta", a=self.a, b=self.b)

    def mass(self, support: Interval) -> float:
        """Probability of the interval."""
        return 1.0

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

    def __post_init__(self) -> None:
        _require_positive("Gamma", shape=self.shape, scale=self.scale)

    def mass(self, support: Interval) -> float:
        """Probability of the interval."""
        low, high = (float(gammainc(self.shape, max(end, 0.0) / self.scale)) for end in (support.low, support.high))
        return high - low

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

    def __post_init__(self) -> None:
        if not _is_number(self.mean) or not math.isfinite(self.mean):
            raise BadValue(f"The mean of a Gaussian prior is {self.mean!r}, but must be a finite number.")
        _require_positive("Gaussian", sd=self.sd)

    def mass(self, support: Interval) -> float:
        """Probability of the interval."""
        low, high = (math.erf((end - self.mean) / self.sd / math.sqrt(2)) for end in (support.low, support.high))
        return (high - low) / 2

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

    Raises:
        BadValue: the default is not a number inside the support, or the prior has hardly any mass there.
    """
    if not isinstance(support, Interval):
        raise BadValue(f"The support of parameter {symbol} is {support!r}, but must be an Interval.")
    if not _is_number(default):
        raise BadValue(f"The default of parameter {symbol} is {default!r}, but must be a number.")
    if not support.low < default < support.high:
        raise BadValue(f"The default {default} of parameter {symbol} lies outside its support {support}.")
    if not isinstance(prior, Prior):
        raise BadValue(f"The prior of parameter {symbol} is {prior!r}, but must be a Beta, Gamma or Gaussian.")
    if (mass := prior.mass(support)) < LEAST_MASS:
        raise BadValue(
            f"The prior {prior} of parameter {symbol} has {mass:.2g} of its mass in the support {support}; at least "
            f"{LEAST_MASS:g} is expected. Change the prior or the support."
        )
    if isinstance(prior, Gamma) and support.low < 0:
        raise BadValue(
            f"The prior {prior} of parameter {symbol} is 0 below 0, but the support {support} reaches there; take a "
            "Gaussian prior, or a support from 0."
        )
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
        if _is_number(value):
            support = known[name].support
            if not support.low <= value <= support.high:
                raise BadValue(f"{name} is {value:g}, but must lie in its range {support}.")
    names = list(values)
    return eqx.tree_at(
        lambda p: [getattr(p, name) for name in names], params, [jnp.asarray(values[n], float) for n in names]
    )

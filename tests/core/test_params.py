import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.errors import BadValue
from neurorl.core.params import Beta, Gamma, Gaussian, Interval, free_params, param, replace, unit


class Params(eqx.Module):
    alpha: jax.Array = param(0.3, unit, symbol="α", doc="learning rate")
    beta: jax.Array = param(3.0, Interval(0, 20), symbol="β", doc="inverse temperature", prior=Gamma(2, 2))
    weight: jax.Array = eqx.field(default=1.0, converter=jnp.asarray)


def test_declarations_are_read_back():
    infos = free_params(Params())
    assert [i.name for i in infos] == ["alpha", "beta"]
    assert infos[1].support == Interval(0, 20) and infos[1].prior == Gamma(2, 2)
    assert free_params(Params) == infos


def test_transforms_are_inverses_and_hit_known_points():
    support = Interval(-2.0, 6.0)
    assert float(support.constrain(jnp.array(0.0))) == pytest.approx(2.0)
    x = jnp.linspace(-1.9, 5.9, 9)
    np.testing.assert_allclose(support.constrain(support.unconstrain(x)), x, rtol=1e-5)


@pytest.mark.parametrize(
    ("prior", "support"),
    [(Beta(2, 3), Interval(-1, 3)), (Gamma(2, 2), Interval(0, 60)), (Gaussian(1, 0.5), Interval(-5, 5))],
)
def test_priors_integrate_to_one_and_draws_have_their_mean(prior, support, key):
    x = np.linspace(support.low + 1e-4, support.high - 1e-4, 20_001)
    density = np.exp(np.asarray(jax.vmap(lambda v: prior.log_density(v, support))(jnp.asarray(x))))
    assert np.trapezoid(density, x) == pytest.approx(1.0, abs=2e-3)
    mean, second = np.trapezoid(density * x, x), np.trapezoid(density * x**2, x)
    draws = np.asarray(prior.sample(key, (20_000,), support))
    assert draws.mean() == pytest.approx(mean, abs=4.5 * np.sqrt((second - mean**2) / 20_000))
    assert draws.min() > support.low and draws.max() < support.high


def test_replace_sets_values_and_refuses_bad_ones():
    assert float(replace(Params(), alpha=0.9).alpha) == pytest.approx(0.9)
    with pytest.raises(BadValue, match=r"no free parameter 'gamma'.*alpha, beta"):
        replace(Params(), gamma=1.0)
    with pytest.raises(BadValue, match=r"alpha = 1\.5 is outside"):
        replace(Params(), alpha=1.5)
    with pytest.raises(BadValue, match="outside its support"):
        param(2.0, unit, symbol="α", doc="too large")

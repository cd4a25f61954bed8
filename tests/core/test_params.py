import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.errors import BadValue
from neurorl.core.params import Beta, Gamma, Gaussian, Interval, free_params, param, replace, unit
from neurorl.core.spaces import Discrete


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
    with pytest.raises(BadValue, match=r"alpha is 1\.5, but must lie in"):
        replace(Params(), alpha=1.5)
    with pytest.raises(BadValue, match="outside its support"):
        param(2.0, unit, symbol="α", doc="too large")


def test_what_cannot_be_declared_is_a_sentence():
    for ends, said in (
        ((0, np.inf), "no finite end"),
        ((-np.inf, 0), "no finite end"),
        ((0, np.nan), "interval is nan"),
        ((1, 1), "is empty"),
        ((2, 1), "is empty"),
        (("0", 1), "interval is '0'"),
        ((None, 1), "interval is None"),
        ((0, True), "interval is True"),
    ):
        with pytest.raises(BadValue, match=said):
            Interval(*ends)
    for make, said in (
        (lambda: Beta(0, 1), "a of a Beta prior is 0, but must be a positive finite number"),
        (lambda: Beta(1, np.nan), "b of a Beta prior"),
        (lambda: Gamma(2, -1.0), "scale of a Gamma prior"),
        (lambda: Gamma(np.inf, 1), "shape of a Gamma prior"),
        (lambda: Gaussian(0, 0), "sd of a Gaussian prior"),
        (lambda: Gaussian(np.nan, 1), "mean of a Gaussian prior"),
        (lambda: Gaussian("0", 1), "mean of a Gaussian prior"),
    ):
        with pytest.raises(BadValue, match=said):
            make()


def test_a_word_is_no_tuple_of_labels():
    with pytest.raises(BadValue, match="takes a tuple of labels"):
        Discrete("left")  # type: ignore[arg-type]


def test_a_prior_without_mass_in_the_support_is_refused():
    def declared(default, support, prior):
        return param(default, support, symbol="x", doc="", prior=prior)

    declared(5.0, Interval(0, 20), Gaussian(0.0, 4.0))  # half of it
    with pytest.raises(BadValue, match=r"Normal\(0, 1\) of parameter x has 2.9e-07 of its mass"):
        declared(6.0, Interval(5, 20), Gaussian(0.0, 1.0))
    with pytest.raises(BadValue, match="of its mass"):
        declared(-2.0, Interval(-5, -1), Gamma(2.0, 1.0))
    with pytest.raises(BadValue, match="is 0 below 0"):
        declared(-0.5, Interval(-1, 5), Gamma(2.0, 1.0))
    with pytest.raises(BadValue, match="default of parameter x is '5', but must be a number"):
        declared("5", Interval(0, 20), Gamma(2.0, 1.0))
    with pytest.raises(BadValue, match="outside its support"):
        declared(np.nan, Interval(0, 20), Gamma(2.0, 1.0))
    with pytest.raises(BadValue, match="must be a Beta, Gamma or Gaussian"):
        declared(5.0, Interval(0, 20), "flat")
    with pytest.raises(BadValue, match="must be an Interval"):
        declared(5.0, (0, 20), Gamma(2.0, 1.0))
    assert Gamma(2.0, 3.0).mass(Interval(0, 20)) == pytest.approx(0.99024, abs=1e-5)  # 1 - e^(-20/3) (1 + 20/3)
    assert Gaussian(1.0, 2.0).mass(Interval(-1, 3)) == pytest.approx(0.6827, abs=1e-4)

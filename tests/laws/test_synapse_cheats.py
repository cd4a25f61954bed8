"""The laws of synapses: every synapse of the catalogue holds them, and each law catches its cheat."""

from dataclasses import dataclass
from typing import Any, ClassVar

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import pytest
from honest import broken

from neurorl.core.card import Card
from neurorl.core.catalogue import load_synapse, names
from neurorl.core.errors import BadValue
from neurorl.core.synapse import Plain, Synapse
from neurorl.testing import check_synapse

Bits, Mismatch = load_synapse("bits"), load_synapse("mismatch")
NESTED = (Bits(3, rounding="nearest"), Mismatch(0.4, Bits(6, span=None, rounding="shadow"), device=3))


@pytest.mark.parametrize("synapse", [*names("synapse"), *NESTED], ids=str)
def test_of_the_catalogue(synapse):
    report = check_synapse(synapse)
    report.raise_if_broken()
    assert len(report.results) == 9


@dataclass(frozen=True)
class Wrong(Plain):
    card: ClassVar[Card] = Card(title="A cheat", summary="Breaks one law.")


class Integer(Wrong):
    def write(self, state, change, importance=None):
        return jax.tree.map(lambda w, d: jnp.round(w + d).astype(jnp.int32), state, change)


class Halving(Wrong):
    def init(self, key, weights):
        return jax.tree.map(lambda w: 0.5 * w, weights)


class Leaking(Wrong):
    def write(self, state, change, importance=None):
        return jax.tree.map(lambda w, d: 0.99 * w + d, state, change)


class Opposed(Wrong):
    def write(self, state, change, importance=None):
        return jax.tree.map(lambda w, d: w - d, state, change)


class Secret(Wrong):
    def init(self, key, weights):
        return jax.tree.map(lambda w: w + 0.1 * jax.random.normal(key, w.shape, w.dtype), weights)


class Consolidating(Wrong):
    def write(self, state, change, importance=None):
        importance = jax.tree.map(jnp.zeros_like, state) if importance is None else importance
        return jax.tree.map(lambda w, d, i: w + d / (1 + i), state, change, importance)


class Rounding(Wrong):
    def write(self, state, change, importance=None):
        return jax.tree.map(lambda w, d: w + 0.01 * jnp.round(d / 0.01), state, change)


class Unstable(Wrong):
    def write(self, state, change, importance=None):
        return jax.tree.map(lambda w, d: w + d + 1e-3 * np.random.default_rng().normal(), state, change)


@pytest.mark.parametrize(
    ("cheat", "law"),
    [
        (Integer, "form"),
        (Halving, "faithful"),
        (Leaking, "rest"),
        (Opposed, "direction"),
        (Secret, "draws"),
        (Consolidating, "importance"),
        (Rounding, "slopes"),
        (Unstable, "purity"),
    ],
)
def test_each_law_catches_its_cheat(cheat, law):
    assert broken(check_synapse(cheat)) == {law}


class Anchors(eqx.Module):
    weights: Any
    total: Any


@dataclass(frozen=True)
class Anchored(Synapse):
    """Learns more slowly where a weight has been important: the form of EWC and of SI."""

    card: ClassVar[Card] = Card(title="Anchored", summary="Reads importance.")
    reads_importance: ClassVar[bool] = True

    def init(self, key, weights):
        return Anchors(weights, jax.tree.map(jnp.zeros_like, weights))

    def read(self, state):
        return state.weights

    def write(self, state, change, importance=None):
        total = jax.tree.map(jnp.add, state.total, importance)
        return Anchors(jax.tree.map(lambda w, d, f: w + d / (1 + f), state.weights, change, total), total)


def test_a_synapse_may_read_importance():
    check_synapse(Anchored()).raise_if_broken()
    check_synapse(Mismatch(0.4, Anchored())).raise_if_broken()
    assert Mismatch(0.4, Anchored()).reads_importance


def test_a_file_that_exports_an_instance_is_a_sentence(tmp_path):
    path = tmp_path / "mine.py"
    path.write_text("from neurorl.core.synapse import Plain\nSYNAPSE = Plain()\n")
    with pytest.raises(BadValue, match="SYNAPSE must be the class of a synapse"):
        check_synapse(path)

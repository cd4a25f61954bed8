"""From a graph of the brain to its learners: what each learns about, what teaches it, by which ways it is heard."""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jax.numpy as jnp
from jaxtyping import Array, Float

from neurorl.core.circuit import Circuit
from neurorl.core.errors import BadValue

PATH = ("excites", "inhibits")
LEARNS = ("striatum", "amygdala")  # roles of parts that keep values


@dataclass(frozen=True)
class Learner:
    """A part that keeps values.

    Attributes:
        name: the part.
        loop: the group it belongs to.
        teachers: parts that modulate it; none means that activity alone teaches it.
        cortex: the cortex of its loop, where it sends a striatum what it sees.
        for_, against: ways to the cortex of its loop that excite it, and that inhibit it.
    """

    name: str
    loop: str
    teachers: tuple[str, ...]
    cortex: tuple[str, ...]
    for_: tuple[tuple[str, ...], ...]
    against: tuple[tuple[str, ...], ...]

    @property
    def by_dopamine(self) -> bool:
        return bool(self.teachers)

    def voice(self, gains: Mapping[str, Float[Array, ""]]) -> Float[Array, ""]:
        """How loudly it is heard, 1 where every part has gain 1: half by the direct pathway, half by the indirect.

        What speaks against a choice is what does not speak for it, so that both pathways carry the same slope.
        """
        loudest = [_loudest(ways, gains) for ways in (self.for_, self.against) if ways]
        return jnp.mean(jnp.stack(loudest))


@lru_cache
def learners_of(circuit: Circuit) -> tuple[Learner, ...]:
    """The learners of a circuit, in its order; raises `BadValue` for one that is never heard."""
    learners = []
    for node in circuit.nodes:
        if node.role not in LEARNS:
            continue
        cortex = [n.name for n in circuit.having(role="cortex", group=node.group)]
        ways = [way for end in cortex for way in circuit.ways(node.name, end, PATH)]
        for_ = tuple(way for way in ways if circuit.sign(way) > 0)
        # Who speaks through another learner does so by what excites it; the other's two pathways are its own.
        against = tuple(way for way in ways if circuit.sign(way) < 0) if node.role == "striatum" else ()
        if not for_:
            raise BadValue(f"No path leads from {node.name} to the cortex of its loop in '{circuit.title}'.")
        teachers = tuple(e.source for e in circuit.edges if e.target == node.name and e.kind == "modulates")
        sends = tuple(name for name in cortex if node.name in circuit.after(name, ["excites"]))
        learners.append(Learner(node.name, node.group, teachers, sends, for_, against))
    if not learners:
        raise BadValue(f"'{circuit.title}' has no part that learns; give it a striatum or an amygdala.")
    return tuple(learners)


def loops_of(circuit: Circuit) -> tuple[str, ...]:
    """The loops that have learners, in order of appearance."""
    return tuple(dict.fromkeys(learner.loop for learner in learners_of(circuit)))


def _loudest(ways: tuple[tuple[str, ...], ...], gains: Mapping[str, Any]) -> Float[Array, ""]:
    products = []
    for way in ways:
        product = jnp.ones(())
        for name in way:
            product = product * gains[name]
        products.append(product)
    return jnp.max(jnp.stack(products))

"""A circuit: named parts and what passes between them. Brains and networks are drawn and checked in this one form."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from neurorl.core.errors import BadValue

SIGNS = {"excites": 1, "inhibits": -1}


@dataclass(frozen=True)
class Node:
    """A part of a circuit.

    Attributes:
        name: what edges call it; unique within a circuit.
        role: what kind of part it is ("cortex", "input", "units").
        label: what a figure writes on it; the name where nothing is given.
        detail: a few words below the label (a size, a full name).
        group: what it belongs with (a loop, one of two networks).
    """

    name: str
    role: str
    label: str = ""
    detail: str = ""
    group: str = ""

    @property
    def shown(self) -> str:
        return self.label or self.name


@dataclass(frozen=True)
class Edge:
    """What passes from one part to another; `kind` says how ("excites", "inhibits", "modulates", "feeds")."""

    source: str
    target: str
    kind: str
    label: str = ""


@dataclass(frozen=True)
class Circuit:
    """Parts and edges, whole: every edge joins two parts that are there.

    Raises:
        BadValue: two parts have one name, or an edge names a part that is not there; all problems in one error.
    """

    title: str
    nodes: tuple[Node, ...]
    edges: tuple[Edge, ...]

    def __post_init__(self) -> None:
        names = [node.name for node in self.nodes]
        problems = [f"there are {names.count(name)} parts named '{name}'" for name in _repeated(names)]
        for edge in self.edges:
            missing = [end for end in (edge.source, edge.target) if end not in names]
            problems += [
                f"the edge {edge.source} -> {edge.target} names '{end}', which is not a part" for end in missing
            ]
        if problems:
            raise BadValue(f"'{self.title}' is not a valid circuit: {'; '.join(problems)}.")

    def node(self, name: str) -> Node:
        """The part of this name; raises `BadValue` with the names there are."""
        for node in self.nodes:
            if node.name == name:
                return node
        names = ", ".join(node.name for node in self.nodes)
        raise BadValue(f"'{self.title}' has no part '{name}'; it has {names}.")

    def having(self, *, role: str | None = None, group: str | None = None) -> tuple[Node, ...]:
        """The parts of this role and group, in the circuit's order."""
        return tuple(n for n in self.nodes if role in (None, n.role) and group in (None, n.group))

    @property
    def groups(self) -> tuple[str, ...]:
        """Each group once, in order of appearance."""
        return tuple(dict.fromkeys(node.group for node in self.nodes if node.group))

    def without(self, *names: str) -> "Circuit":
        """The circuit as if these parts and their edges had never been."""
        for name in names:
            self.node(name)
        edges = tuple(e for e in self.edges if not {e.source, e.target} & set(names))
        return Circuit(self.title, tuple(n for n in self.nodes if n.name not in names), edges)

    def after(self, name: str, kinds: Iterable[str] | None = None) -> tuple[str, ...]:
        """Where edges (of these kinds) lead from a part."""
        self.node(name)
        wanted = None if kinds is None else set(kinds)
        return tuple(e.target for e in self.edges if e.source == name and (wanted is None or e.kind in wanted))

    def loop_through(self, name: str, kinds: Iterable[str] | None = None) -> tuple[str, ...]:
        """The shortest way from a part back to itself, itself first; empty where there is none."""
        kinds = None if kinds is None else tuple(kinds)
        ways: list[tuple[str, ...]] = [(name,)]
        reached: set[str] = set()
        while ways:
            way, *ways = ways
            for target in self.after(way[-1], kinds):
                if target == name:
                    return way
                if target not in reached:
                    reached.add(target)
                    ways.append((*way, target))
        return ()

    def ways(self, start: str, end: str, kinds: Iterable[str] | None = None) -> tuple[tuple[str, ...], ...]:
        """All ways from one part to another that meet no part twice, both ends included."""
        kinds = None if kinds is None else tuple(kinds)
        self.node(end)

        def onward(way: tuple[str, ...]) -> list[tuple[str, ...]]:
            if way[-1] == end:
                return [way]
            return [more for to in self.after(way[-1], kinds) if to not in way for more in onward((*way, to))]

        return tuple(onward((start,)))

    def sign(self, way: Iterable[str]) -> int:
        """+1 where a way has an even number of inhibitions, so that activity at its start excites its end; else -1."""
        way = tuple(way)
        kinds = {(e.source, e.target): e.kind for e in self.edges}
        steps = [kinds.get(step) for step in pairwise(way)]
        if any(kind not in SIGNS for kind in steps):
            raise BadValue(
                f"The path {' -> '.join(way)} of '{self.title}' contains edges other than excitation and inhibition."
            )
        return math.prod(SIGNS[kind] for kind in steps if kind is not None)


def _repeated(names: list[str]) -> list[str]:
    return [name for name in dict.fromkeys(names) if names.count(name) > 1]

"""Circuits are whole, and their loops are found."""

import pytest

from neurorl.core.circuit import Circuit, Edge, Node
from neurorl.core.errors import BadValue

RING = Circuit(
    "ring",
    (Node("a", "x", group="one"), Node("b", "y", label="B", group="one"), Node("c", "x", group="two")),
    (Edge("a", "b", "excites"), Edge("b", "c", "inhibits"), Edge("c", "a", "excites"), Edge("c", "b", "modulates")),
)


def test_every_problem_is_named_at_once():
    with pytest.raises(BadValue, match=r"2 parts named 'a'.* -> nowhere names 'nowhere'"):
        Circuit("broken", (Node("a", "x"), Node("a", "x")), (Edge("a", "nowhere", "feeds"),))


def test_parts_by_name_role_and_group():
    assert RING.node("b").shown == "B" and RING.node("a").shown == "a"
    assert [n.name for n in RING.having(role="x")] == ["a", "c"]
    assert [n.name for n in RING.having(role="x", group="two")] == ["c"]
    assert RING.groups == ("one", "two")
    with pytest.raises(BadValue, match="no part 'd'; it has a, b, c"):
        RING.node("d")


def test_the_shortest_loop_is_found_by_kind():
    assert RING.loop_through("b") == ("b", "c")
    assert RING.loop_through("b", ("excites", "inhibits")) == ("b", "c", "a")
    assert RING.loop_through("b", ("inhibits",)) == ()
    assert RING.after("c", ["modulates"]) == ("b",)


def test_all_ways_and_their_signs():
    assert RING.ways("a", "b") == (("a", "b"),)
    assert set(RING.ways("b", "a")) == {("b", "c", "a")} and RING.sign(("b", "c", "a")) == -1
    assert RING.ways("c", "b", ("excites", "inhibits")) == (("c", "a", "b"),)
    assert set(RING.ways("c", "b")) == {("c", "a", "b"), ("c", "b")}
    with pytest.raises(BadValue, match="edges other than excitation and inhibition"):
        RING.sign(("c", "b"))


def test_a_circuit_without_a_part_has_none_of_its_edges():
    rest = RING.without("b")
    assert [n.name for n in rest.nodes] == ["a", "c"] and rest.edges == (Edge("c", "a", "excites"),)
    with pytest.raises(BadValue, match="no part 'd'"):
        RING.without("d")

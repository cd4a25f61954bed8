"""The loops of the brain are loops, and let activity through."""

import pytest

from neurorl.ops.striatal_loops import LOOPS, PATH, PREFRONTAL


@pytest.mark.parametrize("group", LOOPS.groups)
def test_each_loop_returns_to_its_own_cortex(group):
    (cortex,) = LOOPS.having(role="cortex", group=group)
    way = LOOPS.loop_through(cortex.name, PATH)
    assert [LOOPS.node(name).role for name in way] == ["cortex", "striatum", "output nuclei", "thalamus"]
    assert {LOOPS.node(name).group for name in way} == {group}
    kinds = {(e.source, e.target): e.kind for e in LOOPS.edges}
    around = [kinds[pair] for pair in zip(way, (*way[1:], way[0]), strict=True)]
    assert around.count("inhibits") == 2  # an even number: the loop can hold activity up


def test_dopamine_reaches_every_striatum_and_prefrontal_cortex():
    reached = set(LOOPS.after("VTA/SNc", ["modulates"]))
    assert reached >= {n.name for n in LOOPS.having(role="striatum")}
    prefrontal = {n.name for group in PREFRONTAL for n in LOOPS.having(role="cortex", group=group)}
    assert reached & {n.name for n in LOOPS.having(role="cortex")} == prefrontal


def test_the_parts_are_those_of_the_legend():
    shown = {n.shown for n in LOOPS.nodes}
    assert shown == {"DPFC", "VPFC", "SM", "DMS", "VS", "DLS", "SNr/GPi", "MD", "PO", "VTA/SNc"}

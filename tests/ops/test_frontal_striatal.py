"""The graph of the paper's Fig. 3: what must be and what must not be joined, and what is assembled from it."""

import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.circuit import Circuit, Edge, Node
from neurorl.core.errors import BadValue
from neurorl.ops.assembly import learners_of, loops_of
from neurorl.ops.frontal_striatal import FRONTAL_STRIATAL as FS
from neurorl.ops.frontal_striatal import PATH, gradient

LEARNERS = {learner.name: learner for learner in learners_of(FS)}


def voice(name, **gains):
    return float(LEARNERS[name].voice({n.name: jnp.asarray(gains.get(n.name, 1.0)) for n in FS.nodes}))


def test_the_parts_are_those_of_the_figure():
    assert {n.shown for n in FS.nodes} == {
        *("OFC", "lPFC", "VStr", "DStr", "GPe", "GPi", "MD", "Amyg", "Hipp", "VTA/SNc"),
    }


@pytest.mark.parametrize(("cortex", "group"), [("orbitofrontal", "ventral"), ("lateral_prefrontal", "dorsal")])
def test_each_loop_is_closed(cortex, group):
    way = FS.loop_through(cortex, PATH)
    assert [FS.node(name).role for name in way] == ["cortex", "striatum", "internal pallidum", "thalamus"]
    assert {FS.node(name).group for name in way} == {group}
    assert FS.sign((*way, cortex)) == 1  # it can hold itself up


@pytest.mark.parametrize("group", ["ventral", "dorsal"])
def test_the_direct_pathway_excites_and_the_indirect_inhibits_the_thalamus(group):
    ways = FS.ways(f"{group}_striatum", f"{group}_thalamus", PATH)
    signs = {"direct" if len(way) == 3 else "indirect": FS.sign(way) for way in ways}
    assert signs == {"direct": 1, "indirect": -1}
    assert {e.kind for e in FS.edges if e.source == f"{group}_gpi"} == {"inhibits"}


@pytest.mark.parametrize("name", ["amygdala", "hippocampus"])
def test_amygdala_and_hippocampus_belong_to_the_ventral_loop_alone(name):
    reached = set(FS.after(name))
    assert "ventral_striatum" in reached and "dorsal_striatum" not in reached
    assert {FS.node(target).group for target in reached} == {"ventral"}
    assert not any(FS.ways(name, n.name) for n in FS.having(group="dorsal"))


def test_dopamine_reaches_both_striata_and_teaches_no_amygdala():
    assert set(FS.after("dopamine", ["modulates"])) == {"ventral_striatum", "dorsal_striatum"}
    assert loops_of(FS) == ("ventral", "dorsal")
    assert {name: learner.by_dopamine for name, learner in LEARNERS.items()} == {
        "ventral_striatum": True,
        "dorsal_striatum": True,
        "amygdala": False,
    }


def test_voices_by_hand():
    assert voice("ventral_striatum") == voice("dorsal_striatum") == voice("amygdala") == 1
    assert voice("ventral_striatum", ventral_gpe=0.0) == pytest.approx(0.5)  # the direct pathway is left
    assert voice("ventral_striatum", ventral_gpi=0.0) == 0
    assert voice("ventral_striatum", ventral_thalamus=0.5, orbitofrontal=0.5) == pytest.approx(0.25)
    assert voice("ventral_striatum", dorsal_gpi=0.0, hippocampus=0.0, amygdala=0.0) == 1
    assert voice("amygdala", ventral_striatum=0.0) == 1  # through orbitofrontal cortex
    assert voice("amygdala", orbitofrontal=0.0) == 0


def test_the_gradient_keeps_the_whole_and_mixes_the_parts():
    np.testing.assert_array_equal(gradient(2, 0.0), np.eye(2))
    np.testing.assert_allclose(gradient(2, 0.3), [[0.85, 0.15], [0.15, 0.85]], rtol=1e-6)
    np.testing.assert_allclose(gradient(3, 0.3).sum(axis=1), np.ones(3), rtol=1e-6)


def test_what_is_never_heard_is_refused():
    with pytest.raises(BadValue, match="No path leads from ventral_striatum"):
        learners_of(FS.without("ventral_thalamus"))
    with pytest.raises(BadValue, match="no part that learns"):
        learners_of(Circuit("empty", (Node("a", "cortex"), Node("b", "cortex")), (Edge("a", "b", "excites"),)))

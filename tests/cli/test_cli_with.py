"""Perturbations at the command line: what is read, what is refused, and that they reach the player."""

import jax
import jax.numpy as jnp
import numpy as np
import pandas as pd
import pytest

from neurorl.cli.main import main
from neurorl.cli.perturbations import applied, synapse_of
from neurorl.core.calls import read_call
from neurorl.core.catalogue import load_agent, load_synapse, load_task
from neurorl.core.errors import BadValue, DoesNotFit, UnknownName
from neurorl.perturb import dopamine_at_choice, lesion_part, synaptic

Bits, Mismatch = load_synapse("bits"), load_synapse("mismatch")


def made(name, task):
    agent = load_agent(name).for_spaces(load_task(task).spaces)
    return agent, jax.tree.map(lambda leaf: jnp.broadcast_to(leaf, (2, *jnp.shape(leaf))), agent.params())


def test_calls_are_read_and_nothing_is_run():
    call = read_call("mismatch(0.4, bits(6, span=None), device=-1)", "x")
    assert (call.name, call.args[0], call.named) == ("mismatch", 0.4, {"device": -1})
    assert (call.args[1].name, call.args[1].args, call.args[1].named) == ("bits", (6,), {"span": None})
    assert read_call("lesion(amygdala)", "x").args == ("amygdala",)
    for wrong in (
        "",
        "bits(6",
        "bits(1 + open('x'))",
        "a.b(1)",
        "bits(*x)",
        "bits(**x)",
        "f(1)(2)",
        "6",
        "bits(lambda: 1)",
    ):
        with pytest.raises(BadValue, match="not understood"):
            read_call(wrong, "bits(6)")


def test_synapses_nest_and_their_settings_are_checked():
    assert synapse_of(read_call("mismatch(0.4, bits(6, rounding=nearest))", "x")) == Mismatch(
        0.4, Bits(6, rounding="nearest")
    )
    assert synapse_of(read_call("bits(6, span=2)", "x")) == Bits(6, span=2.0)
    for wrong, said in {
        "bits(0)": "bits is 0",
        "bits(six)": "wrong kind",
        "bits(6, 7, 8, 9)": "too many",
        "bits(depth=3)": "unexpected keyword",
        "mismatch(0.4, 3)": "must be a synapse",
    }.items():
        with pytest.raises(BadValue, match=said):
            synapse_of(read_call(wrong, "x"))
    with pytest.raises(UnknownName, match=r"called 'bit'; there are lesion, .* bits"):
        synapse_of(read_call("bit(6)", "x"))


def test_each_perturbation_is_the_call_of_its_name():
    agent, params = made("object_action", "what_where_reversal")
    _, lesioned = applied(agent, params, ("lesion(ventral_striatum, 0.4)", "freeze(dorsal_striatum)"), 0, 2)
    gain = lesion_part(agent, params, "ventral_striatum", gain=0.4).parts["ventral_striatum"].gain
    assert np.array_equal(lesioned.parts["ventral_striatum"].gain, gain)
    assert np.array_equal(lesioned.parts["dorsal_striatum"].plastic, [0, 0])
    agent, params = made("opal", "bandit")
    _, high = applied(agent, params, ("dopamine_at_choice(0.5)",), 0, 2)
    assert np.array_equal(high.rho, dopamine_at_choice(agent, params, 0.5).rho)
    agent, params = made("q_learning", "bandit")
    assert applied(agent, params, ("synaptic(q, bits(6))",), 0, 2)[0] == synaptic(agent, ("q",), Bits(6))


def test_a_synapse_alone_is_for_the_weights_of_a_network():
    agent, params = made("gru", "bandit")
    same, imprinted = applied(agent, params, ("mismatch(0.4)",), 0, 2)
    assert same == agent
    one, other = (np.asarray(jax.tree.leaves(imprinted)[0][i]) for i in (0, 1))
    assert not np.array_equal(one, other)  # a device for each subject
    agent, params = made("q_learning", "bandit")
    with pytest.raises(DoesNotFit, match=r"--with 'synaptic\(q, bits\(6\)\)'"):
        applied(agent, params, ("bits(6)",), 0, 2)
    with pytest.raises(BadValue, match="gain of a lesion is 'much'"):
        applied(*made("object_action", "what_where_reversal"), ("lesion(amygdala, much)",), 0, 2)


def test_simulate_takes_them(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    play = ["simulate", "bandit", "rescorla_wagner", "--subjects", "2", "--steps", "20", "--set", "alpha=0.1"]
    assert main([*play, "--with", "synaptic(q, bits(2, rounding=nearest))", "--out", "x.csv", "--json"]) == 0
    assert '"with": "synaptic(q, bits(2, rounding=nearest))"' in capsys.readouterr().out
    table = pd.read_csv("x.csv")
    values = table[[name for name in table if name.startswith("q")]].to_numpy()
    assert values == pytest.approx(1 / 3, abs=1e-5)  # with alpha .1 no change reaches the next of four levels
    assert main([*play, "--with", "bits(6)", "--out", "y.csv"]) != 0
    assert "synaptic(q, bits(6))" in capsys.readouterr().err

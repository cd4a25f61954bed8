"""What a network's own parameters say of its wiring."""

import dataclasses

import jax.numpy as jnp
import pytest

from neurorl.agents.conv_lstm import ConvLSTM
from neurorl.agents.dual_lstm import DualLSTM
from neurorl.agents.gru import GRU
from neurorl.agents.lstm import LSTM
from neurorl.agents.vanilla_rnn import VanillaRNN
from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Box, Discrete, Spaces
from neurorl.ops.wiring import network_circuit

CODES = Spaces(obs=Discrete(("a", "b", "c", "d")), action=Discrete(("x", "y", "z")), reward=(0, 1))
NUMBERS = dataclasses.replace(CODES, obs=Box((200,)))
IMAGES = dataclasses.replace(CODES, obs=Box((84, 84, 3), 0, 1))


def detail(circuit, name):
    return circuit.node(name).detail


def test_an_lstm_has_three_inputs_units_that_feed_themselves_and_two_heads():
    circuit = network_circuit(LSTM.for_spaces(CODES))
    assert detail(circuit, "observation") == "one-hot, 4" and detail(circuit, "last action") == "one-hot, 3"
    assert circuit.node("told").shown == "last reward"
    assert circuit.node("units").shown == "48 LSTM units" and detail(circuit, "units") == "learned start"
    assert set(circuit.after("units")) == {"units", "policy", "value"}
    assert detail(circuit, "policy") == "softmax, 3 actions"


@pytest.mark.parametrize(("network", "words"), [(GRU, "20 GRU units"), (VanillaRNN, "20 plain recurrent units")])
def test_cells_are_told_apart_by_their_gates(network, words):
    circuit = network_circuit(network.for_spaces(NUMBERS, hidden=20))
    assert circuit.node("units").shown == words and circuit.having(role="layer") == ()
    assert detail(circuit, "observation") == "200 numbers"


def test_an_image_passes_convolutions_and_a_layer_as_wide_as_the_cell():
    circuit = network_circuit(ConvLSTM.paper(IMAGES))
    layers = circuit.having(role="layer")
    assert [n.shown for n in layers] == ["convolution", "convolution", "linear layer"]
    assert [n.detail for n in layers] == ["16 filters, 8 × 8", "32 filters, 4 × 4", "2,592 to 256"]
    assert circuit.node("units").shown == "256 LSTM units" and detail(circuit, "units") == "starts at 0"
    assert circuit.after("observation") == ("layer 1",) and circuit.after("layer 3") == ("units",)


def test_two_networks_are_joined_by_the_prediction_error_alone():
    circuit = network_circuit(DualLSTM.for_spaces(CODES))
    assert set(circuit.groups) == {"actor", "critic"}
    assert circuit.after("critic told") == ("critic units", "error")
    assert circuit.after("error") == ("actor units",)
    assert circuit.loop_through("critic units") == ("critic units",)
    told = network_circuit(dataclasses.replace(DualLSTM.for_spaces(CODES), feedback="reward"))
    assert told.node("actor told").shown == "last reward" and told.having(role="error") == ()


def test_a_network_without_a_cell_is_told_so():
    class Flat(LSTM):
        def params(self, key=None):
            return dataclasses.replace(super().params(key), weight=jnp.zeros((7, 5)))

    with pytest.raises(DoesNotFit, match="no recurrent cell of 48 units"):
        network_circuit(Flat(CODES))

"""Perturbations on a command line: --with 'bits(6)', --with 'lesion(amygdala, 0.4)'. Imports JAX.

Each name below is a function (agent, parameters of all subjects, key) -> the same, changed; they are applied in the
order in which they are given. A name that is no perturbation may be a synapse of the catalogue or a file of your own;
on a trained network its weights are imprinted. A learner is made of synapses by `synaptic(FIELD, SYNAPSE)`.
"""

import inspect
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import Any

import jax

from neurorl.core.calls import Call, read_call
from neurorl.core.catalogue import load, names
from neurorl.core.errors import BadValue, DoesNotFit, UnknownName
from neurorl.core.literals import is_finite
from neurorl.core.options import options_of
from neurorl.core.synapse import Synapse
from neurorl.perturb import dopamine_at_choice, dopamine_at_learning, freeze_part, imprint, lesion_part, synaptic

EXAMPLE = "'mismatch(0.4, bits(6))' or 'lesion(amygdala, 0.4)'"
Changed = tuple[Any, Any]


def applied(agent: Any, params: Any, texts: Sequence[str], seed: int, n: int) -> Changed:
    """The agent and its parameters, stacked over n subjects, after the perturbations.

    Raises:
        BadValue: a text is not understood, or a value is not allowed.
        UnknownName: there is no such perturbation and no such synapse.
        DoesNotFit: the agent has nothing that it could reach.
    """
    for i, text in enumerate(texts):
        call = read_call(text, EXAMPLE)
        key = jax.random.fold_in(jax.random.key(seed), 1_000 + i)
        if call.name in _PERTURBATIONS:
            agent, params = _made(lambda *a, c=call, s=(agent, params), **k: _PERTURBATIONS[c.name](*s, *a, **k), call)
        else:
            agent, params = _imprinted(agent, params, synapse_of(call), key, n, call)
    return agent, params


def synapse_of(call: Call) -> Synapse:
    """The synapse that a call describes, with the synapses inside it."""
    if call.name not in names("synapse"):
        there = ", ".join((*_PERTURBATIONS, *names("synapse")))
        raise UnknownName(f"There is no perturbation or synapse called '{call.name}'; there are {there}.")
    args = tuple(synapse_of(arg) if isinstance(arg, Call) else arg for arg in call.args)
    named = {name: synapse_of(arg) if isinstance(arg, Call) else arg for name, arg in call.named.items()}
    made: Synapse = _made(load("synapse", call.name), replace(call, args=args, named=named))
    checked = {each.name: each.check(getattr(made, each.name), call.name) for each in options_of(made)}
    inner = getattr(made, "inner", None)
    if inner is not None and not isinstance(inner, Synapse):
        raise BadValue(f"{call.text}: inner is {inner!r}, but must be a synapse, such as bits(6).")
    return replace(made, **checked)  # pyright: ignore[reportArgumentType]


def _made(function: Callable[..., Any], call: Call) -> Any:
    """What a function makes of the arguments of a call; `BadValue` where they are not its own."""
    try:
        inspect.signature(function).bind(*call.args, **call.named)
    except TypeError as error:
        raise BadValue(f"{call.text} is not understood: {error}. Write it as {EXAMPLE}.") from None
    try:
        return function(*call.args, **call.named)
    except TypeError as error:  # a word where a number belongs
        raise BadValue(f"{call.text} is not understood: a value is of the wrong kind ({error}).") from None


def _imprinted(agent: Any, params: Any, synapse: Synapse, key: Any, n: int, call: Call) -> Changed:
    from neurorl.fit.problem import require_declared

    try:
        require_declared(agent)
    except BadValue:  # a network: its weights are parameters
        keys = jax.random.split(key, n)
        return agent, jax.vmap(lambda key, one: imprint(key, one, synapse))(keys, params)
    raise DoesNotFit(
        f"{type(agent).__name__} has no trained weights that could be made of {call.text}. What it learns is in its "
        f"state; name the field: --with 'synaptic(q, {call.text})'."
    )


def _synaptic(agent: Any, params: Any, leaves: Any, synapse: Any) -> Changed:
    if not isinstance(synapse, Call):
        raise BadValue(f"synaptic takes a field and a synapse, such as synaptic(q, bits(6)), not {synapse!r}.")
    return synaptic(agent, leaves, synapse_of(synapse)), params


def _amount(value: Any, what: str) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not is_finite(value):
        raise BadValue(f"{what} is {value!r}, but must be a finite number.")
    return float(value)


def _lesion(agent: Any, params: Any, part: Any, gain: Any = 0.0) -> Changed:
    return agent, lesion_part(agent, params, str(part), gain=_amount(gain, "The gain of a lesion"))


def _freeze(agent: Any, params: Any, part: Any, plastic: Any = 0.0) -> Changed:
    return agent, freeze_part(agent, params, str(part), plastic=_amount(plastic, "Plasticity"))


def _at_choice(agent: Any, params: Any, level: Any) -> Changed:
    return agent, dopamine_at_choice(agent, params, _amount(level, "Dopamine at choice"))


def _at_learning(agent: Any, params: Any, gain: Any) -> Changed:
    return agent, dopamine_at_learning(agent, params, _amount(gain, "Dopamine at learning"))


_PERTURBATIONS: dict[str, Callable[..., Changed]] = {
    "lesion": _lesion,
    "freeze": _freeze,
    "dopamine_at_choice": _at_choice,
    "dopamine_at_learning": _at_learning,
    "synaptic": _synaptic,
}

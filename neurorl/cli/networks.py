"""Networks by name for `neurorl train`: what a zoo entry or a study says about how they are trained. Imports JAX."""

import dataclasses
import os
from typing import Any

from neurorl.core.catalogue import load, names
from neurorl.core.errors import StorageFailed, UnknownName
from neurorl.core.study import SCALES, Network
from neurorl.zoo.index import zoo_names, zoo_origin


def is_network(name: str) -> bool:
    """Whether a name is that of a network ("wang2018/matching") rather than of a task."""
    return name in zoo_names() or name.endswith(".npz") or ("/" in name and not name.endswith(".py"))


def same_devices(name: str) -> None:
    """Ask for as many devices as the shipped weights were trained on: another number rounds differently."""
    if name in zoo_names():
        os.environ.setdefault("NEURORL_DEVICES", zoo_origin(name)["devices"].split()[0])


def named_network(name: str, agent: str | None = None) -> tuple[Network, int, str, str]:
    """The recipe of a network, its seed, its study and scale: those of the zoo, or of the study that trains it.

    Args:
        name: of the network, or a file that ends in .npz.
        agent: the file of your own that a network in a file was trained with; a file never chooses it.
    """
    if name in zoo_names() or name.endswith(".npz"):
        from neurorl.train import from_dict
        from neurorl.zoo import network_of

        origin = zoo_origin(name)
        recipe = network_of(origin, name, agent=agent)
        try:
            config = from_dict(_algorithm(recipe.algorithm, name), recipe.config)
        except (KeyError, TypeError) as error:
            raise StorageFailed(f"{name} has a recipe that this version does not know ({error}).") from error
        return dataclasses.replace(recipe, config=config), origin["seed"], origin["study"], origin["scale"]
    known: list[str] = []
    for study_name in names("study"):
        study = load("study", study_name)
        for network in study.networks(study.scales[SCALES[-1]]):
            known.append(network.name)
            if network.name == name:
                return network, 0, study_name, SCALES[-1]
    raise UnknownName(f"No study trains a network called '{name}'; there are: {', '.join(known)}.")


def _algorithm(algorithm: str, where: str) -> Any:
    """The class of an algorithm that a file names: one of the catalogue, since a file never chooses code."""
    if algorithm not in names("algorithm"):
        raise StorageFailed(
            f"{where} was trained by {algorithm!r}, which is not an algorithm of the catalogue. Train it again "
            "with the names of its task and agent: neurorl train TASK AGENT --algorithm FILE.py."
        )
    return load("algorithm", algorithm)


def beside_the_zoo(name: str, params: Any, seed: int) -> str:
    """A sentence on how trained weights compare with those of the zoo; empty where there are none to compare with."""
    if name not in zoo_names() or zoo_origin(name)["seed"] != seed:
        return ""
    import jax
    import numpy as np

    from neurorl.zoo import load_zoo

    shipped = jax.tree.leaves(load_zoo(name).params)
    mine = jax.tree.leaves(params)
    if [np.shape(leaf) for leaf in shipped] != [np.shape(leaf) for leaf in mine]:
        return "The zoo's weights have other shapes (another number of replicas or units)."
    gap = max(float(np.abs(np.asarray(a) - np.asarray(b)).max()) for a, b in zip(shipped, mine, strict=True))
    if gap == 0:
        return f"The weights are those of the zoo's {name}, bit for bit."
    return (
        f"The weights differ from the zoo's {name} by up to {gap:.2g}: the same recipe on another processor, number of "
        "devices or version rounds differently, and training amplifies that."
    )

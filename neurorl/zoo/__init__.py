"""Trained networks as files, each with its origin, loaded by name."""

from neurorl.zoo.entry import ZooEntry, load_zoo, zoo_names, zoo_origin

__all__ = ["ZooEntry", "load_zoo", "zoo_names", "zoo_origin"]

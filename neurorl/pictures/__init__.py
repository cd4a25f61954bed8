"""Pictures of objects for tasks that show them: shipped sets, drawn fractals, or a user's own folder.

A set is split once and for all into pictures for training and pictures that are held out, so that what a network
does with objects it has never seen can be measured.
"""

from neurorl.pictures.load import PARTS, load_objects, picture_sets
from neurorl.pictures.sets import PictureSet

__all__ = ["PARTS", "PictureSet", "load_objects", "picture_sets"]

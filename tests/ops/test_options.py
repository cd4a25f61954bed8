"""Options are read off labels: pictures that change sides, signs in pairs, answers as they are."""

import jax.numpy as jnp
import numpy as np
import pytest

from neurorl.core.errors import DoesNotFit
from neurorl.core.spaces import Discrete, Spaces
from neurorl.ops.arms import arm_spaces
from neurorl.ops.options import Options, pictures_on_sides

SIDED = Spaces(Discrete(("star_right", "star_left")), Discrete(("left", "right")), (0.0, 1.0))
PAIRS = Spaces(
    Discrete(("A_or_B", "A_or_C_untold")),
    Discrete(("A", "B", "C")),
    (0.0, 1.0),
    legal=((True, True, False), (True, False, True)),
)
CUES = Spaces(Discrete(("tone", "light")), Discrete(("press", "wait")), (0.0, 1.0))


def test_a_picture_is_one_option_on_either_side():
    options = Options.of(SIDED)
    assert options.labels == ("star", "not_star") and options.table == ((1, 0), (0, 1))
    values = jnp.array([0.7, 0.2])
    np.testing.assert_allclose(options.on_offer(values, jnp.asarray(0)), [0.2, 0.7])
    np.testing.assert_allclose(options.taken(jnp.asarray(0), jnp.asarray(1), values.dtype), [1, 0])
    np.testing.assert_allclose(options.taken(jnp.asarray(1), jnp.asarray(1), values.dtype), [0, 1])


def test_a_sign_is_one_option_in_all_its_pairs():
    options = Options.of(PAIRS)
    assert options.labels == ("A", "B", "C")
    np.testing.assert_allclose(options.on_offer(jnp.array([0.1, 0.2, 0.3]), jnp.asarray(1)), [0.1, 0.2, 0.3])


def test_otherwise_an_answer_under_an_observation_is_an_option():
    assert Options.of(arm_spaces(3)).labels == ("arm_0", "arm_1", "arm_2")
    assert Options.of(CUES).table == ((0, 1), (2, 3)) and Options.of(CUES).labels[2] == "light:press"


def test_an_answer_that_is_none_takes_nothing():
    for spaces in (SIDED, PAIRS, CUES):
        taken = Options.of(spaces).taken(jnp.asarray(0), jnp.asarray(-1), jnp.zeros(()).dtype)
        assert not np.asarray(taken).any()


def test_other_labels_are_no_pictures_on_sides():
    assert pictures_on_sides(CUES) is None and pictures_on_sides(arm_spaces(2)) is None
    three_steps = Spaces(Discrete(("a",)), Discrete(("b", "c")), (0.0, 1.0), steps_per_trial=3)
    with pytest.raises(DoesNotFit, match="3 steps"):
        Options.of(three_steps)

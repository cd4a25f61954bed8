"""The figure of profile likelihoods draws what it is given."""

import numpy as np
import pandas as pd

from neurorl.figures.profile import LINE, profile_figure


def test_every_unit_and_their_sum_are_drawn_and_the_bounded_are_counted() -> None:
    value = np.array([0.1, 0.5, 0.9])
    curves = pd.DataFrame(
        {
            "parameter": "alpha",
            "unit": np.repeat([0, 1], 3),
            "value": np.tile(value, 2),
            "below": [5.0, 0.0, 3.0, 0.2, 0.1, 0.0],
        }
    )
    intervals = pd.DataFrame({"parameter": "alpha", "bounded_below": [True, False], "bounded_above": [True, False]})
    axes = profile_figure(curves, intervals).axes[0]
    one, other, together, line = axes.lines
    np.testing.assert_array_equal(one.get_ydata(), [-5.0, 0.0, -3.0])
    np.testing.assert_array_equal(other.get_ydata(), [-0.2, -0.1, 0.0])
    np.testing.assert_allclose(together.get_ydata(), [-5.1, 0.0, -2.9])  # the sum, less its own maximum
    assert line.get_ydata()[0] == -LINE and axes.get_title(loc="left") == "alpha: 1/2 bounded"

"""What should come out of the Harlow study: each claim with its source, interval and basis."""

from math import inf

from neurorl.core.study import Expect

_FIG6 = "Wang et al. 2018, Fig. 6c"
_CONTROL = "Wang et al. 2018, Methods, simulation 5 (control)"


def _ours(claim: str, measure: str, low: float, high: float, scale: str = "quick") -> Expect:
    return Expect(claim, measure, low, high, "a reduction of ours of Wang et al. 2018, simulation 5", "ours", scale)


EXPECTS = (
    Expect(
        "With pixels and two new objects, the trained network is at chance on the first trial (54 %)",
        "pixels_held_out_trial_1",
        0.44,
        0.56,
        _FIG6,
        "reported",
    ),
    Expect(
        "With pixels and two new objects, the trained network is correct on the second trial (97 %)",
        "pixels_held_out_trial_2",
        0.95,
        1.0,
        _FIG6,
        "reported",
    ),
    Expect(
        "With pixels and two new objects, the trained network is correct in at least 95 % on each of trials 2 to "
        "6 (97 to 99 %)",
        "pixels_held_out_trials_2_6_least",
        0.95,
        1.0,
        _FIG6,
        "reported",
    ),
    Expect(
        "With pixels and a new second object on every trial, the trained network is at chance on the first trial",
        "pixels_other_object_changes_trial_1",
        0.44,
        0.56,
        _CONTROL,
        "direction",
    ),
    Expect(
        "With pixels and a new second object on every trial, the trained network is at ceiling on trials 2 to 6",
        "pixels_other_object_changes_trials_2_6_least",
        0.95,
        1.0,
        _CONTROL,
        "direction",
    ),
    Expect(
        "A network trained on pixels with a new second object on every trial is at chance on the first trial",
        "pixels_other_object_changes_trained_so_trial_1",
        0.44,
        0.56,
        _CONTROL,
        "direction",
    ),
    Expect(
        "A network trained on pixels with a new second object on every trial is at ceiling on trials 2 to 6",
        "pixels_other_object_changes_trained_so_trials_2_6_least",
        0.95,
        1.0,
        _CONTROL,
        "direction",
    ),
    Expect(
        "With pixels, accuracy on trials 2 to 6 rises from stage to stage of training (rank correlation)",
        "pixels_stage_order",
        0.95,
        1.0,
        _FIG6,
        "direction",
    ),
    Expect(
        "With pixels, accuracy on the first trial stays at chance at every stage of training (41 to 54 %)",
        "pixels_stages_first_trial_most",
        0.0,
        0.58,
        _FIG6,
        "reported",
    ),
    Expect(
        "At least 28 % of the pixel networks reach the ceiling (14 of 50 in the paper)",
        "pixels_success",
        0.28,
        1.0,
        "Wang et al. 2018, Methods, simulation 5",
        "reported",
    ),
    Expect(
        "With pixels, accuracy with new objects is no lower than with the training objects",
        "pixels_held_out_minus_training",
        -0.04,
        inf,
        "Wang et al. 2018, Methods, simulation 5 (tests are with held-out images)",
        "direction",
    ),
    _ours("With the strip of cells, the network is at chance on the first trial", "gaze_held_out_trial_1", 0.44, 0.56),
    _ours("With the strip of cells, the network is correct on the second trial", "gaze_held_out_trial_2", 0.95, 1.0),
    _ours(
        "With the strip of cells and a new second object on every trial, the network is correct on the second trial",
        "gaze_other_object_changes_trial_2",
        0.95,
        1.0,
    ),
    _ours(
        "With objects as vectors, the network is at chance on the first trial", "vector_held_out_trial_1", 0.44, 0.56
    ),
    _ours("With objects as vectors, the network is correct on the second trial", "vector_held_out_trial_2", 0.95, 1.0),
    _ours(
        "With objects as vectors and a new second object on every trial, the network is correct on the second trial",
        "vector_other_object_changes_trial_2",
        0.95,
        1.0,
    ),
    _ours(
        "A network trained on vectors with a new second object on every trial is correct on trials 2 to 6",
        "vector_other_object_changes_trained_so_trials_2_6_least",
        0.9,
        1.0,
    ),
    _ours(
        "With objects as vectors, accuracy on trials 2 to 6 rises from stage to stage of training (rank correlation)",
        "vector_stage_order",
        0.95,
        1.0,
    ),
)

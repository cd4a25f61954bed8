"""What should come out of the Harlow study: each claim with its source, interval and basis."""

from math import inf

from neurorl.core.study import Expect

_FIG6 = "Wang et al. 2018, Fig. 6c"
_CONTROL = "Wang et al. 2018, Methods, simulation 5 (control)"


def _ours(claim: str, measure: str, low: float, high: float, scale: str = "quick") -> Expect:
    return Expect(claim, measure, low, high, "a reduction of ours of Wang et al. 2018, simulation 5", "ours", scale)


EXPECTS = (
    Expect(
        "From pixels, with two objects it has never seen, the trained network is at chance on the first trial (54 %)",
        "pixels_held_out_trial_1",
        0.44,
        0.56,
        _FIG6,
        "reported",
    ),
    Expect("... right on the second (97 %)", "pixels_held_out_trial_2", 0.95, 1.0, _FIG6, "reported"),
    Expect(
        "... and on each of the trials 2 to 6 in at least 95 % (97 to 99 %)",
        "pixels_held_out_trials_2_6_least",
        0.95,
        1.0,
        _FIG6,
        "reported",
    ),
    Expect(
        "The same network, when the other object is a new one on every trial: the first trial is still at chance",
        "pixels_other_object_changes_trial_1",
        0.44,
        0.56,
        _CONTROL,
        "direction",
    ),
    Expect(
        "... and the following ones at the ceiling",
        "pixels_other_object_changes_trials_2_6_least",
        0.95,
        1.0,
        _CONTROL,
        "direction",
    ),
    Expect(
        "A network trained with the other object new on every trial is at chance on the first trial",
        "pixels_other_object_changes_trained_so_trial_1",
        0.44,
        0.56,
        _CONTROL,
        "direction",
    ),
    Expect(
        "... and at the ceiling on the following ones",
        "pixels_other_object_changes_trained_so_trials_2_6_least",
        0.95,
        1.0,
        _CONTROL,
        "direction",
    ),
    Expect(
        "Accuracy on trials 2 to 6 rises from stage to stage of training (rank correlation)",
        "pixels_stage_order",
        0.95,
        1.0,
        _FIG6,
        "direction",
    ),
    Expect(
        "The first trial stays at chance at every stage (41 to 54 %)",
        "pixels_stages_first_trial_most",
        0.0,
        0.58,
        _FIG6,
        "reported",
    ),
    Expect(
        "At least 28 % of the replicas reach the ceiling (14 of 50)",
        "pixels_success",
        0.28,
        1.0,
        "Wang et al. 2018, Methods, simulation 5",
        "reported",
    ),
    Expect(
        "Objects never seen are no harder than those of training",
        "pixels_held_out_minus_training",
        -0.04,
        inf,
        "Wang et al. 2018, Methods, simulation 5 (tests are with held-out images)",
        "direction",
    ),
    _ours("On the strip of cells the first trial is at chance", "gaze_held_out_trial_1", 0.44, 0.56),
    _ours("... and the second is right", "gaze_held_out_trial_2", 0.95, 1.0),
    _ours("... also when the other object changes", "gaze_other_object_changes_trial_2", 0.95, 1.0),
    _ours("With objects as vectors the first trial is at chance", "vector_held_out_trial_1", 0.44, 0.56),
    _ours("... and the second is right", "vector_held_out_trial_2", 0.95, 1.0),
    _ours("... also when the other object changes", "vector_other_object_changes_trial_2", 0.95, 1.0),
    _ours(
        "... and of a network trained so (trials 2 to 6)",
        "vector_other_object_changes_trained_so_trials_2_6_least",
        0.9,
        1.0,
    ),
    _ours("Without eyes to move, accuracy rises from stage to stage too", "vector_stage_order", 0.95, 1.0),
)

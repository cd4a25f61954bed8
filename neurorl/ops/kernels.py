"""Memories of past choices, whatever their outcomes: perseveration and choice traces."""

from jaxtyping import Array, Float


def choice_kernel(
    kernel: Float[Array, " n"], chosen: Float[Array, " n"], alpha: Float[Array, ""] | float
) -> Float[Array, " n"]:
    """k <- k + alpha (1[chosen] - k): how often each action was chosen of late.

    Its weight in the policy is perseveration (positive) or alternation (negative); with alpha = 1 only
    the last choice counts. Wilson & Collins 2019; Lau & Glimcher 2005.
    """
    return kernel + alpha * (chosen - kernel)


def choice_trace(
    trace: Float[Array, " n"], chosen: Float[Array, " n"], decay: Float[Array, ""] | float
) -> Float[Array, " n"]:
    """c <- decay c + 1[chosen]: eligibility of recent choices for the next reward (Walton et al. 2010)."""
    return decay * trace + chosen

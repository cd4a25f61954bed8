"""People's ratings after blocking (Spicer et al. 2021, https://osf.io/sa8ux, CC BY 4.0), averaged by us.

41 people learned which foods make a patient ill: 12 blocks of A+, B-, C-, then 6 of AX+, BY+, CD-. Then they rated, ten
times each and without feedback, how likely every single food was to do so, from 0 to 10. X is the blocked cue, Y its
control, which joins a food known to be harmless.
"""

import pandas as pd

# Mean over people of each person's mean rating, and half the width of Student's 95 % interval.
_MEANS = (
    ("A", 9.8415, 0.1185),
    ("X", 4.9683, 0.8538),
    ("B", 1.4707, 0.8344),
    ("Y", 8.4195, 0.5447),
    ("C", 0.3512, 0.1947),
    ("D", 0.8073, 0.3270),
)
RATINGS = pd.DataFrame(
    [(cue, mean, mean - half, mean + half) for cue, mean, half in _MEANS], columns=["cue", "rating", "low", "high"]
)
GAP = (3.4512, 1.0306)  # Y - X within people: mean, half width

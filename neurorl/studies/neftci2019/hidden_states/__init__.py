"""Hidden states: what dopamine, cortex and learning rates do when the world cannot be seen.

Three ideas of Neftci & Averbeck 2019. (1) Temporal differences over beliefs about a hidden state: errors at a late
reward shrink if it had to come and grow if it might have been omitted (Starkweather et al. 2017). (2) Attractor
dynamics decide, remember, and reverse within three trials while every weight is frozen (after Wong & Wang 2006). (3)
A hierarchical Gaussian filter infers volatility and sets its learning rate by it (Mathys et al. 2011, 2014).

Departs from the papers: constants of tasks and network are recalled; page.md says which.
"""

from neurorl.core.card import Card
from neurorl.core.study import Study
from neurorl.studies.neftci2019.hidden_states.claims import EXPECTS
from neurorl.studies.neftci2019.hidden_states.evidence import (
    CACHES,
    DECIDES,
    DOTS,
    FILTER,
    HOLDS,
    OBSERVES,
    REVERSAL,
    SERIAL,
    TD,
    WAITING,
    WORLD,
    Scale,
    gather,
)
from neurorl.studies.neftci2019.hidden_states.figures import draw
from neurorl.studies.neftci2019.hidden_states.measures import measure

SCALES = {
    "smoke": Scale(animals=2, waits=1500, decisions=160, sessions=4, worlds=4),
    "quick": Scale(animals=8, waits=4000, decisions=2000, sessions=300, worlds=100),
    "paper": Scale(animals=20, waits=10_000, decisions=8000, sessions=1000, worlds=400),
}

NOTES = (
    "Values do not reach across trials, so that the value of the intertrial interval is 0.",
    "Rates of the network are those of one moment, with the noise of its current: of two populations in the same state "
    "one is the more active by chance.",
    "The reference's 93 % at coherence 6.4 % are 37 of 40 runs; in more runs it is about 88 %.",
    "The HGF misses both targets in the world after Behrens et al. 2007: at its best common setting the third level "
    "hardly moves, and learning rates in the volatile part are a tenth higher. At 75/25 and 80/20, five reversals in "
    "200 trials say too little about volatility; where they say more, in the second world, both come out. For both "
    "learners events are predicted by the best setting of a grid, common to all sessions.",
    "That the filter is right is a test: it equals pyhgf 0.3.2 on 320 trials.",
)

STUDY = Study(
    name="hidden_states",
    card=Card(
        title="Hidden states: belief, attractors, volatility",
        summary="Dopamine's errors fall or rise with a reward's delay as a belief about hidden states says; an "
        "attractor reverses within three trials with frozen weights; a filter infers how fast to learn.",
        refs=("neftci2019", "starkweather2017", "wong2006", "mathys2011", "mathys2014", "behrens2007"),
        tags=("dopamine", "inference", "dynamics", "volatility"),
    ),
    tasks=(WAITING, DOTS, SERIAL, REVERSAL, WORLD),
    agents=(TD, DECIDES, HOLDS, FILTER, CACHES, OBSERVES),
    scales=SCALES,
    gather=gather,
    measure=measure,
    expects=EXPECTS,
    draw=draw,
    notes=NOTES,
)

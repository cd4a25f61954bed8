"""A task of one's own: three fields, of which one is ripe; now and then another becomes ripe instead."""

from dataclasses import dataclass

import jax
import jax.numpy as jnp
import numpy as np

import neurorl
from neurorl.analysis.decoding import decode, decoding_scores
from neurorl.analysis.unit_coding import observations, unit_coding


@dataclass(frozen=True)
class Fields(neurorl.Task):
    card = neurorl.Card(title="Three fields", summary="One of three fields is ripe, and this changes now and then.")
    spaces = neurorl.Spaces(neurorl.Discrete(("field",)), neurorl.Discrete(("left", "middle", "right")), (0.0, 1.0))

    def params(self):
        return {"p_pay": jnp.asarray(0.8), "p_switch": jnp.asarray(0.05)}  # a ripe field pays with p_pay, others 1 - p

    def reset(self, key, params):
        return jax.random.randint(key, (), 0, 3), jnp.asarray(0, jnp.int32)

    def step(self, key, params, ripe, action):
        pay, switch, side = jax.random.uniform(key, (3,))
        reward = (pay < jnp.where(action == ripe, params["p_pay"], 1 - params["p_pay"])).astype(float)
        after = jnp.where(switch < params["p_switch"], (ripe + 1 + (side < 0.5)) % 3, ripe)
        zero = jnp.zeros(())  # a trial is one step (discount 0), and nobody stimulates
        return after, neurorl.Outcome(jnp.asarray(0, jnp.int32), reward, zero, zero, {"ripe": ripe})


TASK, SESSIONS, TESTS, STEPS = Fields(), 16_000, 200, 100

# Train two networks: a progress bar; with folder=... also metrics, checkpoints, and resume=True.
network = neurorl.load_agent("lstm").for_spaces(TASK.spaces)
recipe = neurorl.TrainConfig(sessions=SESSIONS, steps=STEPS, replicas=2)
trained = neurorl.train_agent(network, TASK, recipe, seed=0)
weights = jax.tree.map(lambda leaf: leaf[0], trained.params)  # of the first


def play(agent):
    played = neurorl.simulate_many(jax.random.key(1), agent, weights, TASK, STEPS, subjects=1, sessions=TESTS)
    return neurorl.recording(played, replicas=1)


# Record and probe: the ripe field read from the units, in sessions the decoder has not seen; the units of value.
recorded = play(network)
neurorl.write_recording(recorded, "fields.nc")
print(decoding_scores(decode(recorded.latent_h, recorded.truth_ripe, kind="classification")))
coding = unit_coding(*observations(recorded.latent_h, {"value": recorded.latent_value, "reward": recorded.reward}))
of_value = coding[coding["variable"] == "value"].set_index("unit")["r"].abs().nlargest(8).index

# Lesion those eight, and beside them eight others.
others = np.setdiff1d(np.arange(network.hidden), of_value)[:8]
lesioned = {"value units": neurorl.lesion(network, of_value), "other units": neurorl.lesion(network, others)}
for name, agent in {"whole": network, **lesioned}.items():
    print(f"{name}: {float(play(agent).reward.mean()):.3f} reward a trial")

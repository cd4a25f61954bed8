"""Worker: one iteration of SB3-contrib's RecurrentPPO on the two-step task, on so many threads.

`python -m benchmarks.train_sb3 default|alike N_ENVS THREADS`. `default` is `MlpLstmPolicy` as it comes, with 48
units. `alike` brings it as near to the house's network and update as its settings allow: one LSTM
shared by policy and value, no layers after it, one pass over the data in one batch.
"""

import sys
import time
from typing import Any

import torch
from sb3_contrib import RecurrentPPO
from stable_baselines3.common.vec_env import DummyVecEnv

from benchmarks.gym_two_step import GymTwoStep
from benchmarks.timing import serve

STEPS = 300


def main() -> None:
    kind, n_envs, threads = sys.argv[1], int(sys.argv[2]), int(sys.argv[3])
    torch.set_num_threads(threads)
    settings: dict[str, Any] = dict(policy_kwargs=dict(lstm_hidden_size=48))
    if kind == "alike":
        settings = dict(
            policy_kwargs=dict(lstm_hidden_size=48, shared_lstm=True, enable_critic_lstm=False, net_arch=[]),
            n_epochs=1,
            batch_size=n_envs * STEPS,
        )
    environments = DummyVecEnv([GymTwoStep] * n_envs)
    model = RecurrentPPO("MlpLstmPolicy", environments, n_steps=STEPS, device="cpu", seed=0, **settings)

    def one_iteration() -> float:
        began = time.perf_counter()
        model.learn(n_envs * STEPS, reset_num_timesteps=False)
        return time.perf_counter() - began

    serve(one_iteration, parameters=sum(p.numel() for p in model.policy.parameters()))


if __name__ == "__main__":
    main()

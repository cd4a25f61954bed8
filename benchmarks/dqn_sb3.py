"""Worker: Stable-Baselines3's DQN on Catch with the settings of `dqn`: `python -m benchmarks.dqn_sb3 N_ENVS TICKS`.

One thread. It answers with CPU seconds of `TICKS` steps of all environments, with one update a tick.
"""

import sys
import time

import torch
from stable_baselines3 import DQN
from stable_baselines3.common.vec_env import DummyVecEnv

from benchmarks.gym_catch import GymCatch
from benchmarks.timing import serve


def main() -> None:
    n_envs, ticks = int(sys.argv[1]), int(sys.argv[2])
    torch.set_num_threads(1)
    model = DQN(
        "MlpPolicy",
        DummyVecEnv([GymCatch] * n_envs),
        learning_rate=1e-3,
        buffer_size=5_000,
        learning_starts=0,
        batch_size=32,
        gamma=0.99,
        train_freq=1,
        gradient_steps=1,
        target_update_interval=100,
        exploration_initial_eps=0.1,
        exploration_final_eps=0.1,
        policy_kwargs=dict(net_arch=[50, 50]),
        device="cpu",
        seed=0,
    )

    def some_ticks() -> float:
        began = time.process_time()
        model.learn(n_envs * ticks, reset_num_timesteps=False)
        return time.process_time() - began

    serve(some_ticks)


if __name__ == "__main__":
    main()

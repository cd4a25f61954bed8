"""Worker: the same network and update in PyTorch, on pictures that lie ready.

`python -m benchmarks.harlow_torch small|paper PARALLEL STEPS UPDATES ahead|stepwise THREADS`. There is no task: views
and rewards are random numbers made beforehand, so nothing is rendered and nothing is simulated. With `ahead` all views
of an update pass the convolutions in one batch, as if what is seen did not depend on what is done; with
`stepwise` each step's views follow its actions, as they must when a network really turns its gaze. Everything else is
as in the house: one forward pass that acts and is differentiated, actions drawn from the policy and fed back, advantage
actor-critic summed over steps, gradients clipped at 1, Adam.
"""

import resource
import sys
import time

import torch
from torch import nn

from benchmarks.harlow_house import network_and_task
from benchmarks.timing import serve
from neurorl.agents.conv_lstm import FILTERS

DISCOUNT, VALUE_COST, ENTROPY = 0.9, 0.25, 0.05


class Network(nn.Module):
    """Convolutions, linear layer, LSTM cell, heads; the sizes of a `ConvLSTM`."""

    def __init__(self, height: int, width: int, kernels, strides, features: int, hidden: int, n_actions: int) -> None:
        super().__init__()
        self.see = nn.Sequential(
            nn.Conv2d(3, FILTERS[0], kernels[0], strides[0]),
            nn.ReLU(),
            nn.Conv2d(FILTERS[0], FILTERS[1], kernels[1], strides[1]),
            nn.ReLU(),
            nn.Flatten(),
        )
        flat = self.see(torch.zeros(1, 3, height, width)).shape[1]
        self.see.extend([nn.Linear(flat, features), nn.ReLU()])
        self.cell = nn.LSTMCell(features + n_actions + 1, hidden)
        self.heads = nn.Linear(hidden, n_actions + 1)


def main() -> None:
    view, parallel, steps, updates, way, threads = sys.argv[1], *map(int, sys.argv[2:5]), sys.argv[5], int(sys.argv[6])
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    agent, task = network_and_task(view)
    n_actions, hidden = task.spaces.discrete_action().n, agent.hidden
    network = Network(task.height, task.width, agent.kernels, agent.strides, agent.features, hidden, n_actions)
    optimiser = torch.optim.Adam(network.parameters(), lr=1e-3)
    views = torch.rand(steps, parallel, 3, task.height, task.width) - 0.5
    rewards = torch.bernoulli(torch.full((steps, parallel), 0.1))

    def update() -> None:
        ahead = network.see(views.flatten(0, 1)).view(steps, parallel, -1) if way == "ahead" else None
        h = c = torch.zeros(parallel, hidden)
        last = torch.zeros(parallel, n_actions + 1)  # action, reward
        log_prob, entropy, value = [], [], []
        for t in range(steps):
            seen = network.see(views[t]) if ahead is None else ahead[t]
            h, c = network.cell(torch.cat([seen, last], 1), (h, c))
            out = network.heads(h)
            logs = torch.log_softmax(out[:, :-1], 1)
            action = torch.multinomial(logs.detach().exp(), 1)
            log_prob.append(logs.gather(1, action)[:, 0])
            entropy.append(-(logs.exp() * logs).sum(1))
            value.append(out[:, -1])
            last = torch.cat([torch.zeros(parallel, n_actions).scatter_(1, action, 1.0), rewards[t, :, None]], 1)
        returns, after = [], torch.zeros(parallel)
        for t in reversed(range(steps)):
            after = rewards[t] + DISCOUNT * after
            returns.append(after)
        error = torch.stack(returns[::-1]) - torch.stack(value)
        loss = -(torch.stack(log_prob) * error.detach()).sum() + 0.5 * VALUE_COST * error.square().sum()
        loss = (loss - ENTROPY * torch.stack(entropy).sum()) / parallel
        optimiser.zero_grad()
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()

    def work() -> float:
        began = time.perf_counter()
        for _ in range(updates):
            update()
        return time.perf_counter() - began

    work()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    # torch keeps two biases of the cell where one would do
    parameters = sum(p.numel() for p in network.parameters()) - 4 * hidden
    serve(work, parameters=parameters, peak_gib=peak)


if __name__ == "__main__":
    main()

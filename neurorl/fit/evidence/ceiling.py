"""The ceiling: a recurrent network that is trained to predict the choices, without a cognitive model.

One gated recurrent unit for all subjects (Cho et al. 2014) reads what they saw, chose and were paid, beside a learned
vector for each subject, and gives the next choice's probabilities. It is trained on some folds of choices, stopped
where a further fold is predicted best, and scored on a third: the same held-out choices as the models. What it predicts
better than the best of them is structure they miss; it does not prove a bound, since a network fitted to few data may
itself predict less than is possible.
"""

from dataclasses import dataclass
from functools import partial
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np
import optax
import pandas as pd
from jaxtyping import Array, Float, PRNGKeyArray

from neurorl.core.errors import BadValue
from neurorl.core.policy import ILLEGAL
from neurorl.core.progress import progress
from neurorl.core.spaces import Discrete, Spaces
from neurorl.core.types import Record
from neurorl.fit.evidence.cross_validation import Folds
from neurorl.ops.cells import gru
from neurorl.ops.encoding import encode, encoded_size


@dataclass(frozen=True)
class CeilingConfig:
    """How the network is built and trained.

    Attributes:
        hidden: recurrent units.
        embedding: entries of a subject's vector.
        learning_rate, weight_decay: of AdamW.
        epochs: passes through the training choices at most.
        batch: sessions of an update.
        patience: epochs without a better validation score after which training ends.
    """

    hidden: int = 24
    embedding: int = 4
    learning_rate: float = 5e-3
    weight_decay: float = 1e-4
    epochs: int = 150
    batch: int = 64
    patience: int = 15


class Weights(eqx.Module):
    """All that is learned."""

    gates: Array
    gates_bias: Array
    candidate: Array
    candidate_bias: Array
    head: Array
    head_bias: Array
    subjects: Array


def ceiling(
    records: Record,
    spaces: Spaces,
    folds: Folds,
    *,
    config: CeilingConfig | None = None,
    seed: int = 0,
    quiet: bool = False,
) -> pd.DataFrame:
    """The network's log-likelihood of held-out choices, on the scale of `cross_validate`.

    For each fold, the next one stops the training and the others are trained on.

    Args:
        records: sessions [S, T] with discrete actions.
        spaces: of their task.
        folds: from `make_folds`; at least three, or two are halved: one trains and stops, one tests.
        config: sizes and training.
        seed: of initial weights and order.
        quiet: no progress bar.

    Returns:
        one row a unit and fold: unit, fold, n_choices, log_lik (nats), failed (False), epochs (trained).
    """
    config = CeilingConfig() if config is None else config
    if folds.n < 3:
        raise BadValue(
            f"The network needs choices to learn from, to stop at and to be tested on, so at least three folds; there "
            f"are {folds.n}. Hold out blocks of trials or more sessions."
        )
    inputs, legal = _inputs(records, spaces)
    rows = []
    with progress("Network", total=folds.n * config.epochs, quiet=quiet) as advance:
        for fold in range(folds.n):
            masks = [
                jnp.asarray((folds.of_step == fold), jnp.float32),
                jnp.asarray((folds.of_step == (fold + 1) % folds.n), jnp.float32),
            ]
            train = jnp.asarray((folds.of_step >= 0), jnp.float32) - masks[0] - masks[1]
            data = (inputs, legal, jnp.asarray(records.action), jnp.asarray(records.valid), jnp.asarray(folds.unit))
            key = jax.random.fold_in(jax.random.key(seed), fold)
            weights, epochs = _train(key, data, train, masks[1], spaces, config, fold, advance)
            log_prob = np.asarray(_log_probs(weights, *data) * masks[0], float).sum(axis=1)
            n = np.bincount(folds.unit, np.asarray(masks[0]).sum(axis=1)).astype(int)
            units = np.flatnonzero(n)
            log_lik = np.bincount(folds.unit, log_prob)[units]
            columns = {"unit": units, "fold": fold, "n_choices": n[units], "log_lik": log_lik, "failed": False}
            rows.append(pd.DataFrame(columns).assign(epochs=epochs))
    return pd.concat(rows, ignore_index=True)


def _inputs(records: Record, spaces: Spaces) -> tuple[Array, Array]:
    """What the network reads before each choice [S, T, n_in], and which answers are legal [S, T, actions]."""
    n = spaces.discrete_action().n
    action = jax.nn.one_hot(records.action, n) * records.valid[..., None]
    reward = jnp.where(records.valid, records.reward, 0.0)
    last_action = jnp.pad(action, ((0, 0), (1, 0), (0, 0)))[:, :-1]
    last_reward = jnp.pad(reward, ((0, 0), (1, 0)))[:, :-1]
    x = jax.vmap(jax.vmap(partial(encode, spaces)))(records.obs, last_action, last_reward)
    legal = jnp.ones((*reward.shape, n), bool)
    if isinstance(spaces.obs, Discrete) and spaces.legal:
        legal = jnp.asarray(spaces.legal)[records.obs]
    return x, legal


def _initial(key: PRNGKeyArray, n_units: int, spaces: Spaces, config: CeilingConfig) -> Weights:
    n, n_in, k = config.hidden, encoded_size(spaces) + config.embedding, jax.random.split(key, 4)
    scale = n**-0.5
    n_actions = spaces.discrete_action().n
    return Weights(
        jax.random.uniform(k[0], (n_in + n, 2 * n), minval=-scale, maxval=scale),
        jnp.zeros(2 * n),
        jax.random.uniform(k[1], (n_in + n, n), minval=-scale, maxval=scale),
        jnp.zeros(n),
        0.1 * scale * jax.random.normal(k[2], (n, n_actions)),
        jnp.zeros(n_actions),
        0.1 * jax.random.normal(k[3], (n_units, config.embedding)),
    )


@jax.jit
def _log_probs(
    w: Weights, inputs: Array, legal: Array, action: Array, valid: Array, unit: Array
) -> Float[Array, "S T"]:
    """Log-probability of every answer, nats; steps that did not happen leave the units as they were."""
    who = w.subjects[unit]
    cell = jax.vmap(gru, in_axes=(None, None, None, None, 0, 0))

    def body(h: Array, step: tuple[Array, Array]) -> tuple[Array, Array]:
        x, happened = step
        new = cell(w.gates, w.gates_bias, w.candidate, w.candidate_bias, jnp.concatenate([x, who], axis=1), h)
        h = jnp.where(happened[:, None], new, h)
        return h, h @ w.head + w.head_bias

    start = jnp.zeros((len(unit), w.head.shape[0]))
    _, logits = jax.lax.scan(body, start, (jnp.moveaxis(inputs, 1, 0), valid.T))
    logits = jnp.where(legal, jnp.moveaxis(logits, 0, 1), ILLEGAL)
    log_p = jax.nn.log_softmax(logits)
    return jnp.take_along_axis(log_p, jnp.maximum(action, 0)[..., None], axis=2)[..., 0]


def _loss(w: Weights, data: tuple[Array, ...], mask: Array) -> Array:
    return -(_log_probs(w, *data) * mask).sum() / jnp.maximum(mask.sum(), 1.0)


@partial(jax.jit, static_argnums=(4,))
def _update(w: Weights, state: Any, data: tuple[Array, ...], mask: Array, optimiser: Any) -> tuple[Weights, Any]:
    gradient = jax.grad(_loss)(w, data, mask)
    updates, state = optimiser.update(gradient, state, w)
    weights: Any = w  # optax speaks of trees of arrays only
    new: Any = optax.apply_updates(weights, updates)
    return new, state


def _train(
    key: PRNGKeyArray,
    data: tuple[Array, ...],
    train: Array,
    validate: Array,
    spaces: Spaces,
    config: CeilingConfig,
    fold: int,
    advance: Any,
) -> tuple[Weights, int]:
    n_sessions, unit = len(data[-1]), np.asarray(data[-1])
    weights = _initial(key, int(unit.max()) + 1, spaces, config)
    optimiser = optax.chain(
        optax.clip_by_global_norm(1.0), optax.adamw(config.learning_rate, weight_decay=config.weight_decay)
    )
    state, order = optimiser.init(eqx.filter(weights, eqx.is_array)), np.random.default_rng(fold)
    size = min(config.batch, n_sessions)
    best, kept, since = float("inf"), weights, 0
    for epoch in range(config.epochs):
        shuffled = order.permutation(n_sessions)
        filled = np.resize(shuffled, -(-n_sessions // size) * size).reshape(-1, size)
        for part in filled:
            batch = tuple(leaf[part] for leaf in data)
            weights, state = _update(weights, state, batch, train[part], optimiser)
        now = float(_loss(weights, data, validate))
        advance(1, f"fold {fold + 1}, {now / np.log(2):.3f} bits")
        if now < best - 1e-5:
            best, kept, since = now, weights, 0
        else:
            since += 1
        if since >= config.patience or not np.isfinite(now):
            advance(config.epochs - epoch - 1)
            return kept, epoch + 1
    return kept, config.epochs

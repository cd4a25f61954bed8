"""The laws of tasks: what agents, the loop and tables rely on."""

import dataclasses

import jax
import jax.numpy as jnp
import numpy as np

from neurorl.core.spaces import Box, Discrete
from neurorl.testing.compare import changed_shape, difference, not_finite, not_frozen
from neurorl.testing.compiled import compiled
from neurorl.testing.laws import Law, NotApplicable
from neurorl.testing.references import unresolved
from neurorl.testing.rounding import not_by_rounding
from neurorl.testing.visit import N_EAGER, N_STEPS, Visit


def _spaces(v: Visit) -> str | None:
    """Labels are unique, and the tables of legal answers and free choices agree with the spaces."""
    spaces = v.task.spaces
    for name, space in (("observation", spaces.obs), ("action", spaces.action)):
        if isinstance(space, Discrete) and len(set(space.labels)) < max(space.n, 1):
            return f"The {name} labels {space.labels} are empty or repeat; give every code its own label."
    if not spaces.reward[0] <= spaces.reward[1]:
        return f"spaces.reward is {spaces.reward}; give the lowest reward first."
    if spaces.steps_per_trial < 1:
        return f"spaces.steps_per_trial is {spaces.steps_per_trial}; a trial has at least one step."
    if not spaces.legal and not spaces.free and not spaces.informed:
        return None
    obs, action = spaces.discrete()
    if spaces.legal and np.shape(spaces.legal) != (obs.n, action.n):
        return f"spaces.legal has shape {np.shape(spaces.legal)}, expected observations x actions, {(obs.n, action.n)}."
    if spaces.legal and not np.all(np.any(spaces.legal, axis=1)):
        return "spaces.legal leaves an observation without any legal answer."
    if spaces.free and len(spaces.free) != obs.n:
        return f"spaces.free has {len(spaces.free)} entries; there are {obs.n} observations."
    if spaces.informed and len(spaces.informed) != obs.n:
        return f"spaces.informed has {len(spaces.informed)} entries; there are {obs.n} observations."
    choices = np.asarray(spaces.legal).sum(1) if spaces.legal else np.full(obs.n, action.n)
    forced = [label for label, free, n in zip(obs.labels, spaces.free, choices, strict=False) if free and n < 2]
    return f"spaces.free calls {', '.join(forced)} a choice, but only one answer is legal there." if forced else None


def _form(v: Visit) -> str | None:
    """step gives back a state and an observation of the form that reset made, and single numbers."""
    task, spaces = v.task, v.task.spaces
    if fault := not_frozen(task):
        return fault
    state, obs = jax.eval_shape(v.first_obs, v.key, v.params)
    shape = () if isinstance(spaces.obs, Discrete) else spaces.obs.shape
    kind = jnp.integer if isinstance(spaces.obs, Discrete) else jnp.floating
    if obs.shape != shape or not jnp.issubdtype(obs.dtype, kind):
        return f"The observation is {obs.dtype}{list(obs.shape)}; spaces.obs asks for {kind.__name__} of shape {shape}."
    move = jax.eval_shape(v.move, v.params, state, obs, (v.key, v.key), jax.ShapeDtypeStruct((), bool))
    after, _, outcome = move
    if change := changed_shape(state, after) or changed_shape(obs, outcome.obs):
        return f"step must return a state and an observation of the form reset made, but {change}."
    for name in ("reward", "discount", "stim"):
        number = getattr(outcome, name)
        if number.shape != () or not jnp.issubdtype(number.dtype, jnp.floating):
            return f"outcome.{name} must be a single real number, but is {number.dtype}{list(number.shape)}."
    return None


def _purity(v: Visit) -> str | None:
    """Compiled and uncompiled play agree, and calling again compiles nothing again."""
    session = v.legal
    v.played(v.key_other, jax.tree.map(jnp.copy, v.params), jnp.asarray(False))
    if v.traces > 1:
        return f"Playing twice traced the task {v.traces} times; params must be arrays of fixed shape and dtype."
    key_reset, (key_actions, key_outcomes) = v.keys(v.key)
    state, obs = v.first_obs(key_reset, v.params)
    rows = []
    for t in range(N_EAGER):
        before = obs
        keys = (key_actions[t], key_outcomes[t])
        state, action, outcome = v.move(v.params, state, obs, keys, jnp.asarray(True))
        rows.append((before, action, outcome))
        obs = outcome.obs
    eager = jax.tree.map(lambda *leaves: np.stack([np.asarray(leaf) for leaf in leaves]), *rows)
    if change := difference(eager, jax.tree.map(lambda leaf: leaf[:N_EAGER], session), tolerance=v.tolerance):
        return (
            f"Played step by step without compiling, {change}; reset and step must depend on their arguments only "
            "(no attributes, globals or numpy random numbers that change between calls)."
        )
    return None


def _outcomes(v: Visit) -> str | None:
    """Whatever the answers: codes exist, rewards are in range, discount is 0 or 1, stim is 0, all is finite."""
    space, (low, high) = v.task.spaces.obs, v.task.spaces.reward
    for play, (_, _, outcome) in (("legal", v.legal), ("any", v.wild)):
        if problem := not_finite(dataclasses.replace(outcome, feedback=None)):
            return f"With {play} answers, {problem}."
        seen, reward, discount = (np.asarray(x) for x in (outcome.obs, outcome.reward, outcome.discount))
        least, most = (0, space.n - 1) if isinstance(space, Discrete) else (space.low, space.high)
        if seen.min() < least or seen.max() > most:
            return (
                f"With {play} answers, observations go from {seen.min()} to {seen.max()}, not within {least} to {most}."
            )
        slack = 1e-6 * max(1.0, abs(low), abs(high)) if np.isfinite(low + high) else 0.0
        if reward.min() < low - slack or reward.max() > high + slack:
            least, most = reward.min(), reward.max()
            return f"With {play} answers, rewards go from {least:g} to {most:g}, not within {low:g} to {high:g}."
        if not np.isin(discount, (0.0, 1.0)).all():
            return "discount must be 0 where a trial ends and 1 within it; put temporal discounting into the agent."
        if np.any(np.asarray(outcome.stim) != 0):
            return "stim must be 0 unless a protocol adds it; use a perturbation to stimulate."
    return None


def _shown(v: Visit) -> str | None:
    """Feedback lies in its space, and `informed` agrees with what the spaces say of each observation."""
    spaces = v.task.spaces
    space = spaces.feedback
    for play, (seen, _, outcome) in (("legal", v.legal), ("any", v.wild)):
        if (outcome.feedback is None) != (space is None):
            return f"outcome.feedback is {outcome.feedback}, but spaces.feedback is {space}; give both or neither."
        if space is not None and (fault := _outside(np.asarray(outcome.feedback), space)):
            return f"With {play} answers, {fault}"
        if not spaces.informed:
            continue
        expected = np.asarray(spaces.informed)[np.asarray(seen)]
        if outcome.informed is None or not np.array_equal(outcome.informed, expected):
            return (
                "spaces.informed says for each observation whether its outcome is shown, but outcome.informed differs; "
                "return informed=jnp.asarray(spaces.informed)[obs], or leave spaces.informed empty."
            )
    return None


def _outside(feedback: np.ndarray, space: Discrete | Box) -> str | None:
    """What is wrong with the feedback of a session; NaN and -1 stand for what was not shown."""
    if isinstance(space, Discrete):
        if feedback.ndim != 1 or not np.issubdtype(feedback.dtype, np.integer):
            return f"outcome.feedback must be a code, but is {feedback.dtype}{list(feedback.shape[1:])}."
        if feedback.min() < -1 or feedback.max() >= space.n:
            return f"feedback goes from {feedback.min()} to {feedback.max()}, not within 0 to {space.n - 1} (or -1)."
        return None
    if feedback.shape[1:] != space.shape or not np.issubdtype(feedback.dtype, np.floating):
        shape = list(feedback.shape[1:])
        return f"outcome.feedback is {feedback.dtype}{shape}; spaces.feedback asks for real numbers of {space.shape}."
    shown = feedback[~np.isnan(feedback)]
    if shown.size and (shown.min() < space.low or shown.max() > space.high):
        return f"feedback goes from {shown.min():g} to {shown.max():g}, not within {space.low:g} to {space.high:g}."
    return None


def _trials(v: Visit) -> str | None:
    """Legal play ends a trial, with discount 0, every steps_per_trial steps, unless the task is self-paced."""
    if v.task.spaces.self_paced or "self-paced" in v.task.card.tags:
        raise NotApplicable("the card says that a trial lasts as long as the subject takes")
    n = v.task.spaces.steps_per_trial
    ends = np.flatnonzero(np.asarray(v.legal[2].discount) == 0)
    expected = np.arange(n - 1, N_STEPS, n)
    if np.array_equal(ends, expected):
        return None
    return (
        f"With legal answers, discount was 0 at steps {ends[:5].tolist()}..., expected {expected[:5].tolist()}...; "
        f"spaces.steps_per_trial is {n}."
    )


def _reproducible(v: Visit) -> str | None:
    """The same key gives the same session."""
    again = v.played(v.key, v.params, jnp.asarray(True))
    change = difference(again, v.legal, tolerance=0)
    return f"Playing again with the same key, {change}; draw all randomness from the key." if change else None


def _random(v: Visit) -> str | None:
    """Different keys give different sessions, unless the card is tagged 'deterministic'."""
    if "deterministic" in v.task.card.tags:
        raise NotApplicable("the card says that the task is deterministic")
    other = v.played(v.key_other, v.params, jnp.asarray(True))
    if difference(other, v.legal, tolerance=0):
        return None
    return "Two keys gave the same session; use the key, or tag the card 'deterministic'."


def _batch(v: Visit) -> str | None:
    """Two sessions in one batch, with a leading axis on params, equal each played alone."""
    keys = jnp.stack([v.key, v.key_other])
    params = jax.tree.map(lambda leaf: jnp.stack([leaf, leaf]), v.params)
    batch = compiled(jax.vmap(v.play, in_axes=(0, 0, None)))(keys, params, jnp.asarray(True))
    for i, key in enumerate(keys):
        member = jax.tree.map(lambda leaf, i=i: leaf[i], batch)
        if change := difference(member, v.played(key, v.params, jnp.asarray(True)), tolerance=v.tolerance):
            return f"In a batch (vmap over params), session {i} differs from the session alone: {change}."
    return None


def _truth(v: Visit) -> str | None:
    """The observation is not a copy of hidden truth: no entry of truth that varies equals it at every step."""
    seen, outcome = np.asarray(v.legal[2].obs), v.legal[2]
    for path, leaf in jax.tree_util.tree_flatten_with_path(outcome.truth)[0]:
        hidden = np.asarray(leaf)
        if hidden.shape == seen.shape and np.array_equal(hidden, seen) and len(np.unique(hidden, axis=0)) > 1:
            name = jax.tree_util.keystr(path).lstrip(".")
            return f"truth.{name} equals the observation at every step, but a hidden truth must not be observed."
    return None


def _references(v: Visit) -> str | None:
    return unresolved(type(v.task).__module__, v.task.card)


TASK_LAWS = (
    Law("spaces", _spaces),
    Law("form", _form, ("spaces",)),
    Law("purity", not_by_rounding(_purity), ("form",)),
    Law("outcomes", _outcomes, ("purity",)),
    Law("shown", _shown, ("purity",)),
    Law("trials", _trials, ("purity",)),
    Law("reproducible", _reproducible, ("purity",)),
    Law("random", _random, ("reproducible",)),
    Law("batch", not_by_rounding(_batch), ("reproducible",)),
    Law("truth", _truth, ("purity",)),
    Law("references", _references),
)

"""The laws of agents: what the loop, fitting and training rely on."""

import copy
from typing import Any

import equinox as eqx
import jax
import jax.numpy as jnp
import numpy as np

from neurorl.core.informed import updated
from neurorl.core.params import free_params
from neurorl.core.spaces import Discrete
from neurorl.core.types import Record, Trajectory, Transition
from neurorl.testing.calibration_law import calibrated
from neurorl.testing.compare import changed_shape, difference, not_finite, not_frozen
from neurorl.testing.compiled import compiled
from neurorl.testing.informed_law import informed
from neurorl.testing.laws import Law, NotApplicable
from neurorl.testing.meeting import N_GARBAGE, N_STEPS, Meeting
from neurorl.testing.references import unresolved
from neurorl.testing.rounding import not_by_rounding

N_EAGER = 4  # steps played without compiling; each costs a dispatch per operation


def _form(m: Meeting) -> str | None:
    """act and update give back a state of the form that init made, and a policy the loop can use."""
    if fault := not_frozen(m.agent):
        return fault
    obs, action = _first_contact(m)
    state = jax.eval_shape(m.agent.init, m.key, m.params)
    acted, policy = jax.eval_shape(m.agent.act, m.params, state, obs)
    if change := changed_shape(state, acted):
        return f"act must return a state of the form it was given, but {change}."
    for method in ("sample", "log_prob", "entropy"):
        if not hasattr(policy, method):
            return f"act must return a policy, but {type(policy).__name__} has no {method}(); see neurorl.core.policy."
    drawn = jax.eval_shape(lambda p, key: p.sample(key), policy, m.key)
    if change := changed_shape(action, drawn):
        return f"The policy must draw an action of the task, but {change}."
    log_prob = jax.eval_shape(lambda p, a: p.log_prob(a), policy, action)
    if log_prob.shape != ():
        return f"log_prob must be a single number, but it has shape {log_prob.shape}."
    number = jnp.zeros(())
    transition = Transition(obs, action, number, number, number, obs, _feedback(m))
    learned, _ = jax.eval_shape(m.agent.update, m.params, acted, transition)
    if change := changed_shape(acted, learned):
        return f"update must return a state of the form it was given, but {change}."
    return None


def _parameters(m: Meeting) -> str | None:
    """Parameters are arrays, reproducible, and inside their supports, where their priors are finite."""
    for path, leaf in jax.tree_util.tree_flatten_with_path(m.params)[0]:
        if not isinstance(leaf, jax.Array | np.ndarray):
            name, kind = jax.tree_util.keystr(path).lstrip("."), type(leaf).__name__
            return f"params().{name} is a {kind}, not an array; declare it with param(...) or make it by jnp.asarray."
    if change := difference(m.agent.params(m.key_other), m.params, tolerance=0):
        return f"params(key) must give the same parameters for the same key, but {change}."
    m.agent.params()
    for where, params in (("default", m.params), ("draw from the prior", m.other_params)):
        for info in free_params(params):
            value = np.asarray(getattr(params, info.name))
            if not np.all((info.support.low < value) & (value < info.support.high)):
                return f"The {where} of {info.name} is {value}, outside its support {info.support}."
            density = info.prior.log_density(jnp.asarray(value), info.support)
            if not np.all(np.isfinite(density)):
                return f"The prior {info.prior} of {info.name} has log-density {density} at its {where} {value}."
    return None


def _purity(m: Meeting) -> str | None:
    """Compiled and uncompiled play agree, and calling again compiles nothing again."""
    session = m.session
    if problem := not_finite((session.log_prob, session.entropy)):
        return f"A simulated session has a number that is not finite: {problem}; look at act."
    m.simulate(m.agent, m.key_other, m.params)
    m.simulate(copy.copy(m.agent), m.key, m.other_params)
    if m.traces > 1:
        return (
            f"Simulating three times traced the agent {m.traces} times; an agent equal in its settings must compare "
            "equal, and params must keep the dtypes of the defaults."
        )
    eager = _play_uncompiled(m)
    compiled = jax.tree.map(lambda leaf: leaf[:N_EAGER], _seen(session))
    if change := difference(eager, compiled, tolerance=m.tolerance):
        return (
            f"Played step by step without compiling, {change}; act and update must depend on their arguments only "
            "(no attributes, globals or numpy random numbers that change between calls)."
        )
    return None


def _precision(m: Meeting) -> str | None:
    """An agent that can be fitted works in double precision too, in which fits are computed."""
    if not free_params(m.params):
        raise NotApplicable("the agent has no free parameters to fit")
    with jax.enable_x64(True):
        params, record = jax.tree.map(_double, (m.params, m.record))
        state = jax.eval_shape(m.agent.init, m.key, params)
        acted, _ = jax.eval_shape(m.agent.act, params, state, record.obs[0])
        first = jax.tree.map(lambda leaf: leaf[0], record)
        learned, _ = jax.eval_shape(lambda *a: updated(m.agent, *a), params, acted, Transition.of(first))
        change = changed_shape(state, acted) or changed_shape(acted, learned)
    if change:
        return (
            f"In double precision, in which fits run, the state changes: {change}; make its arrays with jnp.zeros(n) "
            "or in the dtype of a parameter, and integers with an explicit dtype."
        )
    return None


def _causality(m: Meeting) -> str | None:
    """Changing the reward from step t on leaves log-probabilities up to and including t as they were."""
    _, before = m.scored
    reward = m.record.reward
    low, high = m.task.spaces.reward
    other = jnp.where(reward < (low + high) / 2, high, low) if np.isfinite(low + high) else reward + 1
    for t in (0, N_STEPS // 2, N_STEPS - 1):
        changed = jnp.where(jnp.arange(N_STEPS) >= t, other, reward).astype(reward.dtype)
        _, after = m.score(m.params, eqx.tree_at(lambda r: r.reward, m.record, changed))
        # The same program on the same numbers: equality to the last bit is a fair demand here.
        if change := difference(_until(after, t), _until(before, t), tolerance=0):
            return f"With the reward changed from step {t} on, {change}; act must not know what is still to come."
    return None


def _honesty(m: Meeting) -> str | None:
    """Replaying a simulated session gives back its log-probabilities and latents."""
    _, replayed = m.scored
    if change := difference(_seen(replayed), _seen(m.session), tolerance=m.tolerance):
        return f"Replaying a simulated session, {change}; act and update must be the same in play and in scoring."
    return None


def _private(m: Meeting) -> str | None:
    """The score of a record is the same under every key of the session, unless the agent declares private draws."""
    if m.agent.draws_in_private:
        raise NotApplicable("the agent declares that it draws in private; particles(agent) scores its choices")
    _, here = m.scored
    _, there = m.score(m.params, m.record, m.key_other)
    if change := difference(there.log_prob, here.log_prob, tolerance=0):  # one program, so equal to the last bit
        return (
            f"Replayed under another key of the session, the log-probability of the choices changes: {change}. Random "
            "numbers that act or update draw from the agent's own key are in no record; declare "
            "draws_in_private: ClassVar[bool] = True, so that the agent is scored by particles."
        )
    return None


def _gradients(m: Meeting) -> str | None:
    """The gradient of the log-likelihood is finite, at the default and at a draw from the prior."""
    if not any(eqx.is_inexact_array(leaf) for leaf in jax.tree.leaves(m.params)):
        raise NotApplicable("the agent has no real-valued parameters")
    for where, params in (("default", m.params), ("a draw from the prior", m.other_params)):
        gradient, _ = m.score(params, m.record)
        if problem := not_finite(gradient):
            return (
                f"At {where} the gradient of the log-likelihood is not finite: {problem}; look for a sqrt, log or "
                "division at 0, also in the branch of `where` that is not taken."
            )
    return None


def _padding(m: Meeting) -> str | None:
    """Rows that did not happen at the end of a session change nothing before them."""
    n = N_STEPS - N_GARBAGE
    padded, rows = m.with_garbage((n,) * N_GARBAGE)
    _, trajectory = m.score(m.params, padded)
    return _traces(trajectory, rows, m)


def _invalid_rows(m: Meeting) -> str | None:
    """Rows that did not happen, with reward NaN and action -1, leave no trace in scores, latents and gradient."""
    record, rows = m.with_garbage((0, 1, N_STEPS // 2, N_STEPS // 2))
    gradient, trajectory = m.score(m.params, record)
    if fault := _traces(trajectory, rows, m):
        return fault
    clean, _ = m.score(m.params, m.truncated)
    if change := difference(gradient, clean, tolerance=10 * m.tolerance):  # sums over the session
        return (
            f"With rows inserted that did not happen, the gradient of the log-likelihood changed: {change}; update "
            "must stay finite for action -1, reward 0 and any stim."
        )
    return None


def _batch(m: Meeting) -> str | None:
    """Two sessions with two settings in one batch equal each played alone."""
    garbage, _ = m.with_garbage((0, 1, N_STEPS // 2, N_STEPS // 2))
    members = [(m.params, m.record), (m.other_params, garbage)]
    stacked = jax.tree.map(lambda *leaves: jnp.stack(leaves), *members)
    batch = compiled(jax.vmap(m.replay))(*stacked)
    for i, (params, record) in enumerate(members):
        _, alone = m.score(params, record)
        here = np.asarray(record.valid)
        member = jax.tree.map(lambda leaf, i=i, here=here: leaf[i][here], _seen(batch))
        expected = jax.tree.map(lambda leaf, here=here: leaf[here], _seen(alone))
        if change := difference(member, expected, tolerance=m.tolerance):
            return f"In a batch (vmap), session {i} differs from the session alone: {change}."
    return None


def _references(m: Meeting) -> str | None:
    return unresolved(type(m.agent).__module__, m.agent.card)


def _truth(m: Meeting) -> str | None:
    raise NotApplicable("holds by construction: a Transition has no field for the truth")


AGENT_LAWS = (
    Law("form", _form),
    Law("parameters", _parameters, ("form",)),
    Law("purity", not_by_rounding(_purity), ("parameters",)),
    Law("precision", _precision, ("purity",)),
    Law("causality", _causality, ("purity",)),
    Law("honesty", not_by_rounding(_honesty), ("causality",)),
    Law("private", _private, ("purity",)),
    Law("calibration", calibrated, ("purity",)),
    Law("gradients", _gradients, ("purity",)),
    Law("padding", not_by_rounding(_padding), ("honesty",)),
    Law("invalid rows", not_by_rounding(_invalid_rows), ("padding", "gradients")),
    Law("informed", informed, ("purity",)),
    Law("batch", not_by_rounding(_batch), ("honesty",)),
    Law("truth", _truth),
    Law("references", _references),
)


def _first_contact(m: Meeting) -> tuple[Any, Any]:
    """Shapes and dtypes of an observation and an action of the task."""
    _, obs = jax.eval_shape(m.task.reset, m.key, m.task_params)
    space = m.task.spaces.action
    if isinstance(space, Discrete):
        return obs, jax.ShapeDtypeStruct((), jnp.int32)
    return obs, jax.ShapeDtypeStruct(space.shape, jnp.result_type(float))


def _feedback(m: Meeting) -> Any:
    """Shape and dtype of what the task shows besides the reward."""
    space = m.task.spaces.feedback
    if space is None:
        return None
    discrete = isinstance(space, Discrete)
    return jax.ShapeDtypeStruct(() if discrete else space.shape, jnp.int32 if discrete else jnp.result_type(float))


def _double(leaf: jax.Array) -> jax.Array:
    return leaf.astype(jnp.float64) if jnp.issubdtype(leaf.dtype, jnp.floating) else leaf


def _seen(trajectory: Trajectory) -> dict[str, Any]:
    """What an agent says along a session."""
    return {"log_prob": trajectory.log_prob, "entropy": trajectory.entropy, "latents": trajectory.latents}


def _until(trajectory: Trajectory, t: int) -> dict[str, Any]:
    """What an agent has said when it answers at step t: it has not learned from step t yet."""
    return {
        "log_prob": trajectory.log_prob[: t + 1],
        "entropy": trajectory.entropy[: t + 1],
        "latents": jax.tree.map(lambda leaf: leaf[:t], trajectory.latents),
    }


def _traces(trajectory: Trajectory, rows: np.ndarray, m: Meeting) -> str | None:
    """Whether rows that did not happen changed the true rows or scored anything themselves."""
    true_rows = jax.tree.map(lambda leaf: leaf[rows], _seen(trajectory))
    expected = jax.tree.map(lambda leaf: leaf[: len(rows)], _seen(m.scored[1]))
    if change := difference(true_rows, expected, tolerance=m.tolerance):
        return f"With rows added that did not happen, {change} (counting true rows)."
    if change := difference(trajectory.log_prob.sum(), true_rows["log_prob"].sum(), tolerance=m.tolerance):
        return f"Rows that did not happen were scored: of the log-likelihood, {change}."
    return None


def _play_uncompiled(m: Meeting) -> dict[str, Any]:
    """The agent led through the first steps of the session one call at a time."""
    state = m.agent.init(m.key_agent, m.params)
    said = []
    for t in range(N_EAGER):
        row: Record = jax.tree.map(lambda leaf, t=t: leaf[t], m.record)
        state, policy = m.agent.act(m.params, state, row.obs)
        log_prob = jnp.where(row.scored, policy.log_prob(row.action), 0.0)
        state, latents = updated(m.agent, m.params, state, Transition.of(row))
        said.append({"log_prob": log_prob, "entropy": policy.entropy(), "latents": latents})
    return jax.tree.map(lambda *leaves: np.stack([np.asarray(leaf) for leaf in leaves]), *said)

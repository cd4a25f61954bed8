"""The laws of learners: what the modes of `neurorl.loop.learners` rely on. The laws of agents hold for them as well."""

import math
from typing import Any

import jax
import jax.numpy as jnp

from neurorl.core.learner import Learner, Streams
from neurorl.core.types import Record, Transition
from neurorl.core.units import untouched
from neurorl.loop import Parallel, learn
from neurorl.testing.compare import changed_shape, difference
from neurorl.testing.compiled import compiled
from neurorl.testing.laws import Law
from neurorl.testing.meeting import N_STEPS, Meeting
from neurorl.testing.rounding import not_by_rounding

N_TOLD = 2  # experiences of one `learn`
N_STAGED = 8  # steps of the session led through stage by stage
SMALL = 1_000  # numbers that an experience may always hold beside a transition and what the actor holds


def _shapes(m: Meeting) -> str | None:
    """The learner keeps its form whatever the number of experiences."""
    agent = _learner(m)
    learner, _ = jax.eval_shape(agent.begin, m.key, m.params)
    experience = jax.eval_shape(lambda: agent.experience(m.params))
    for n in (1, N_TOLD):
        told = jax.tree.map(lambda leaf, n=n: jax.ShapeDtypeStruct((n, *leaf.shape), leaf.dtype), experience)
        try:
            after = jax.eval_shape(agent.learn, m.params, learner, told)
        except (TypeError, ValueError, IndexError) as error:
            first = str(error).splitlines()[0]
            return f"learn fails with {n} experiences at once: {first}; experiences have a leading axis n."
        if change := changed_shape(learner, after):
            return f"With {n} experiences, learn must return a learner of the form it was given, but {change}."
    return None


def _stages(m: Meeting) -> str | None:
    """A session is begin, and at each step perceive, observe and learn from one experience, and nothing else."""
    agent = _learner(m)

    def lead(params: Any, record: Record) -> Any:
        def step(carry: tuple[Any, Any], row: Record) -> Any:
            learner, actor = carry
            weights = agent.weights(learner)
            actor, policy = agent.perceive(params, weights, actor, row.obs, untouched)
            transition = Transition.of(row)
            log_prob = jnp.where(row.scored, policy.log_prob(row.action), 0.0)
            actor, experience, latents = agent.observe(params, weights, actor, transition)
            learner = agent.learn(params, learner, jax.tree.map(lambda leaf: leaf[None], experience))
            return (learner, actor), {"log_prob": log_prob, "latents": latents}

        return jax.lax.scan(step, agent.begin(m.key_agent, params), record)[1]

    first = jax.tree.map(lambda leaf: leaf[:N_STAGED], (m.record, m.session))
    said = {"log_prob": first[1].log_prob, "latents": first[1].latents}
    if change := difference(compiled(lead)(m.params, first[0]), said, tolerance=m.tolerance):
        return (
            f"Led through its four functions, {change}; act and update of a learner must do nothing else, since modes "
            "call the functions themselves."
        )
    return None


def _learning(m: Meeting) -> str | None:
    """What is learned is in the learner, and each experience reaches it."""
    agent = _learner(m)

    def live(params: Any, record: Record) -> tuple[Any, Any, Any]:
        """The learner at the start, after a session's experiences one by one, and the experiences."""
        learner, actor = agent.begin(m.key_agent, params)
        weights = agent.weights(learner)

        def step(actor: Any, row: Record) -> Any:
            actor, _ = agent.perceive(params, weights, actor, row.obs, untouched)
            transition = Transition.of(row)
            actor, experience, _ = agent.observe(params, weights, actor, transition)
            return actor, experience

        experiences = jax.lax.scan(step, actor, record)[1]

        def told(learner: Any, one: Any) -> tuple[Any, None]:
            return agent.learn(params, learner, jax.tree.map(lambda leaf: leaf[None], one)), None

        return learner, jax.lax.scan(told, learner, experiences)[0], experiences

    before, after, experiences = compiled(live)(m.params, m.record)
    if not jax.tree.leaves(before) or difference(_plain(after), _plain(before), tolerance=0) is None:
        return (
            "After a session the learner is as it was at the start; what is learned belongs to the learner, since "
            "bodies share it, and not to the actor."
        )
    teach = compiled(agent.learn)

    def taught(*rows: int) -> list[Any]:
        return _plain(teach(m.params, after, jax.tree.map(lambda leaf: leaf[jnp.asarray(rows)], experiences)))

    # The last experience in every place, and another one that has another effect there.
    common = N_STEPS - 1
    same = taught(*[common] * N_TOLD)
    telling = (row for row in range(common) if difference(taught(*[row] * N_TOLD), same, tolerance=0))
    other = next(telling, None)
    for place in range(N_TOLD) if other is not None else ():
        assert other is not None
        if difference(taught(*[other if i == place else common for i in range(N_TOLD)]), same, tolerance=0) is None:
            return (
                f"Of {N_TOLD} experiences given to learn at once, number {place + 1} has no effect; use all of the "
                "leading axis."
            )
    return None


def _small(m: Meeting) -> str | None:
    """An experience is smaller than the weights: outer products are made in learn, once for all bodies."""
    agent = _learner(m)
    learner, actor = jax.eval_shape(agent.begin, m.key, m.params)
    weights = _size(jax.eval_shape(agent.weights, learner))
    transition = _size(jax.tree.map(lambda leaf: leaf[0], (m.record.obs, m.record.next_obs, m.record.action))) + 3
    experience = _size(jax.eval_shape(lambda: agent.experience(m.params)))
    beyond = experience - transition - _size(actor)
    if beyond > SMALL and beyond > weights / 2:
        return (
            f"An experience holds {experience} numbers, and the weights {weights}. Let it be a transition, or for each "
            "layer the activity before and after the weights and the error; make gradients and outer products in learn."
        )
    return None


def _copies(m: Meeting) -> str | None:
    """One body among copies is the learner on behaviour."""
    agent = _learner(m)

    def play(params: Any) -> tuple[Streams, Any]:
        state, t = learn(m.key, agent, params, m.task, m.task_params, N_STAGED, Parallel(1))
        return state, {"log_prob": t.log_prob[:, 0], "latents": jax.tree.map(lambda leaf: leaf[:, 0], t.latents)}

    _, said = compiled(play)(m.params)
    first = jax.tree.map(lambda leaf: leaf[:N_STAGED], m.session)
    expected = {"log_prob": first.log_prob, "latents": first.latents}
    if change := difference(said, expected, tolerance=m.tolerance):
        return f"As a single copy, {change}, compared with the session on behaviour."
    return None


LEARNER_LAWS = (
    Law("learner's form", _shapes, ("form",)),
    Law("stages", not_by_rounding(_stages), ("purity", "learner's form")),
    Law("learning", _learning, ("stages",)),
    Law("small experience", _small, ("learner's form",)),
    Law("copies", not_by_rounding(_copies), ("stages",)),
)


def _learner(m: Meeting) -> Learner:
    assert isinstance(m.agent, Learner)  # check_agent asks these laws of learners only
    return m.agent


def _plain(tree: Any) -> list[Any]:
    """The leaves of a state without its keys, which change by themselves."""
    return [leaf for leaf in jax.tree.leaves(tree) if not jnp.issubdtype(leaf.dtype, jax.dtypes.prng_key)]


def _size(tree: Any) -> int:
    return sum(math.prod(leaf.shape) for leaf in jax.tree.leaves(tree))

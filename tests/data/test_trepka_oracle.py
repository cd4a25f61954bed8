"""The models of Trepka et al. 2021, their fits to mice and monkeys, and their measures of strategy."""

import jax
import jax.numpy as jnp
import numpy as np
import pytest
from reference_fits import reference

from neurorl.analysis.entropy_metrics import entropy_metrics
from neurorl.analysis.matching import matching_points
from neurorl.analysis.sided_trials import sided_trials
from neurorl.core.catalogue import load
from neurorl.core.params import replace
from neurorl.fit import fit_map
from neurorl.loop import replay_many

ANIMALS = ("trepka_mice", "trepka_monkeys")
SUMS = {  # minus log-likelihood over all sessions, nats, as the authors' fits give it
    ("trepka_mice", "Return"): 107077.6094,
    ("trepka_mice", "Income"): 88928.1486,
    ("trepka_mice", "ChoiceKernel"): 89448.6828,
    ("trepka_monkeys", "Return"): 23285.1637,
    ("trepka_monkeys", "Income"): 20009.1210,
    ("trepka_monkeys", "ChoiceKernel"): 20168.2379,
}
MODELS = {  # their name -> our agent, and our names of their p1, p2, ...
    "Return": ("risk_sensitive_td", ("alpha_pos", "beta", "alpha_neg")),
    "Income": ("income_learner", ("alpha_pos", "beta", "alpha_neg", "decay")),
    "ChoiceKernel": ("choice_kernel_learner", ("alpha_pos", "beta", "alpha_neg", "rate", "omega")),
}


@pytest.fixture(scope="module")
def animals():
    return {name: load("dataset", name).load() for name in ANIMALS}


@pytest.fixture(scope="module")
def fits():
    return {name: reference(f"{name}_fits.csv.gz").set_index(["model", "session"]) for name in ANIMALS}


@pytest.mark.parametrize("name", ANIMALS)
def test_likelihood_at_the_authors_parameters_is_theirs_in_every_session(animals, fits, name):
    with jax.enable_x64(True):
        records, index = animals[name].records()
        for model, (agent_name, names) in MODELS.items():
            theirs = fits[name].loc[model].reindex(index["session"])
            agent = load("agent", agent_name).for_spaces(animals[name].schema.spaces)
            values = jnp.asarray(theirs[[f"p{i + 1}" for i in range(len(names))]].to_numpy())
            params = jax.vmap(lambda v, a=agent, n=names: replace(a.params(), **dict(zip(n, v, strict=True))))(values)
            log_prob = replay_many(agent, params, records, stacked=True).log_prob
            nll = -np.asarray(log_prob).sum(axis=1)
            np.testing.assert_allclose(nll, theirs["nll"], rtol=0, atol=1e-9)
            assert nll.sum() == pytest.approx(SUMS[name, model], abs=1e-4)


def test_our_optimum_is_at_least_theirs(animals, fits):
    """Every 40th mouse session, all three models; all sessions are in `benchmarks/data_oracles.py`."""
    chosen = range(1, 470, 40)
    mice = animals["trepka_mice"].subset(sessions=chosen)
    records, index = mice.records()
    assert list(index["session"]) == list(chosen)
    for model, (agent_name, _) in MODELS.items():
        theirs = fits["trepka_mice"].loc[model].reindex(index["session"])["nll"].to_numpy()
        agent = load("agent", agent_name).for_spaces(mice.schema.spaces)
        result = fit_map(agent, records, prior=False, starts=8, quiet=True)
        assert (-result.log_lik <= theirs + 1e-3).all(), model


@pytest.mark.parametrize(("name", "r_squared", "n"), [("trepka_mice", 0.507, 3218), ("trepka_monkeys", 0.406, 2027)])
def test_one_entropy_explains_half_and_two_fifths_of_matching(animals, name, r_squared, n):
    """Abstract: "a single entropy-based metric can explain 50 % and 41 % of variance in matching"."""
    trials = sided_trials(animals[name], further=["block", "p_left", "p_right"])
    unit = ("session", "block")
    entropy, matching = entropy_metrics(trials, unit)["erods_lose_worse"], matching_points(trials, unit)["deviation"]
    both = entropy.notna() & matching.notna()
    assert both.sum() == n
    assert np.corrcoef(entropy[both], matching[both])[0, 1] ** 2 == pytest.approx(r_squared, abs=5e-4)


@pytest.mark.parametrize("name", ANIMALS)
def test_all_entropies_of_all_blocks_are_the_published_ones(animals, name):
    trials = sided_trials(animals[name], further=["block", "p_left", "p_right"])
    ours = entropy_metrics(trials, ("session", "block"))
    theirs = reference(f"{name}_blocks.csv.gz")
    events = {"win": "win", "lose": "lose", "better": "better", "worse": "worse"}
    events |= {f"{o}{s}": f"{o}_{s}" for o in ("win", "lose") for s in ("better", "worse")}
    columns = {c: c.lower() for c in ("ERDS", "EODS", "ERODS")}
    columns |= {c: f"{c.split('_')[0].lower()}_{events[c.split('_')[1]]}" for c in theirs if "DS_" in c}
    assert len(columns) == 11
    for column, ours_name in columns.items():
        np.testing.assert_allclose(ours[ours_name], theirs[column], atol=6e-7, err_msg=column)  # they have six decimals

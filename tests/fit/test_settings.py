"""In what compared models differ beside their mechanism, in sentences; no fit is made."""

from dataclasses import replace

from neurorl.core.catalogue import load, names
from neurorl.core.errors import DoesNotFit
from neurorl.core.options import options_of, settings_of
from neurorl.fit.settings import differences, model_settings, settings_table


def made(name: str, task: str = "bandit", **options: object):
    return replace(load("agent", name).for_spaces(load("task", task).spaces), **options)


def test_kin_of_one_start_differ_in_the_range_of_beta_alone() -> None:
    pair = {"one": made("rescorla_wagner"), "two": made("risk_sensitive_td")}
    said = ["The parameter beta has another range in some of the models: (0, 20) in one; (0, 100) in two."]
    assert differences(pair, {}, priors=True) == said
    assert differences(pair, {"one": {"beta": 3.0}, "two": {"beta": 3.0}}, priors=True) == []


def test_priors_count_only_where_they_are_read() -> None:
    pair = {"loop": made("opal"), "delta": made("rescorla_wagner")}
    said = "The parameter beta has another prior in some of the models: Gamma(2, scale 2) in loop; Gamma(2, scale 3) in"
    assert next(line for line in differences(pair, {}, priors=True) if "prior" in line).startswith(said)
    assert not any("prior" in line for line in differences(pair, {}, priors=False))


def test_options_and_held_values_are_compared_by_name() -> None:
    three = {"a": made("rescorla_wagner"), "b": made("rescorla_wagner", initial=0.0), "c": made("q_learning")}
    lines = differences(three, {"a": {"beta": 2.0}, "c": {"beta": 3.0}}, priors=False)
    assert "reward units): 0.5 in a, c; 0.0 in b. Their comparison" in lines[0]
    assert lines[1] == ("The models treat the parameter beta differently: held at 2 in a; held at 3 in c; fitted in b.")


def test_one_agent_under_two_names_is_said() -> None:
    twins = {"a": made("rescorla_wagner"), "b": made("rescorla_wagner")}
    assert differences(twins, {}, priors=True) == [
        "a and b are the same agent with the same settings, so they fit alike."
    ]
    assert "alike" not in " ".join(differences(twins, {"b": {"beta": 1.0}}, priors=True))


def test_the_table_names_options_held_and_free_parameters() -> None:
    settings = model_settings({"late": made("rescorla_wagner")}, {"late": {"beta": 3.0}}, {"late": "rescorla_wagner"})
    assert str(settings["late"]) == "late: rescorla_wagner, initial 0.5, beta held at 3"
    row = settings_table(settings).loc[0].tolist()
    assert row == ["late", "rescorla_wagner", "initial = 0.5", "beta = 3", "alpha"]


def test_learners_of_one_task_start_alike() -> None:
    for task, start in (("bandit", 0.5), ("two_step_daw", 0.0)):
        spaces, found = load("task", task).spaces, {}
        for name in names("agent"):
            agent = load("agent", name)
            if not any(each.name == "initial" for each in options_of(agent)):
                continue
            try:
                found[name] = settings_of(agent.for_spaces(spaces))["initial"]
            except DoesNotFit:
                continue
        planners = ("dyna_q", "dyna_q_plus", "prioritised_sweeping", "q_trace")  # of tasks with many steps
        assert len(found) > 4 and {v for name, v in found.items() if name not in planners} == {start}, found

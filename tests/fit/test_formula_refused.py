"""No text runs code: what is not a formula is a sentence, whatever stands in it."""

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from neurorl.core.errors import BadData, BadValue
from neurorl.fit.design.formula import Columns, Design

TABLE = pd.DataFrame(
    {
        "dx": ["patient", "control", "patient", "other", "control", "other", "patient", "control"],
        "age": [20, 31, 45, 52, 18, 60, 33, 41],
        "reaction time": np.arange(8) * 1.7,
        "my-col": np.arange(8) ** 2.0,
        "age.years": np.arange(8) ** 0.5,
        "class": list("xyxyxyxy"),
        "score": [-1.0, 0, 1, 2, 3, 4, 5, 6],
        "group": [1, 2, 3, 1, 2, 3, 1, 2],
    }
)
MEANT_ILL = [
    "__import__('os').system('touch {path}')",
    "I(__import__('os').system('touch {path}'))",
    "{{open('{path}', 'w')}}",
    "log(open('{path}', 'w'))",
    "C(dx, open('{path}', 'w'))",
    "bs(age, df=open('{path}', 'w'))",
    "C(dx, levels=[open('{path}', 'w')])",
    "I((lambda: open('{path}', 'w'))())",
    "I([open('{path}', 'w') for x in age])",
    "I(age.to_csv('{path}'))",
    "age.to_csv('{path}')",
    "np.savetxt('{path}', age)",
    "I(age) if open('{path}', 'w') else 1",
    "I(f\"{{open('{path}', 'w')}}\")",
    "eval(\"open('{path}', 'w')\")",
]


@pytest.mark.parametrize("text", MEANT_ILL)
def test_code_is_not_run(text: str, tmp_path: Path) -> None:
    with pytest.raises(BadValue, match=r"A formula may hold columns.*and the functions abs, bs, C"):
        Columns.of(text.format(path=tmp_path / "written"), TABLE)
    assert not (tmp_path / "written").exists()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("age > 30", "'>' is not an operator"),
        ("age[0]", "not allowed"),
        ("age + .", "is not understood"),
        ("y | x", "'|' is not an operator"),
        ("hashed(dx)", "not allowed"),
        ("lag(age)", "not allowed"),
        ("(age + dx)**100", "whole number from 1 to 10"),
        ("(age + dx)**2**2", "whole number from 1 to 10"),
        ("(" + "+".join("abcdefgh") + ")**9", "more than 1000 terms"),
        ("*".join("abcdefghijklmnop"), "more than 1000 terms"),
        ("I(9**9**9**9)", "is not understood"),
        ("I(age**9999)", "a power is a number from -10 to 10"),
        ("bs(age, df=1000000000)", "df is a whole number from 0 to 8"),
        ("poly(age, 1000000)", "degree is a whole number from 0 to 10"),
        ("bs(age, knots=[10**9])", "not allowed"),
        ("log(bs(age))", "stands by itself"),
        ("2:age", r"I\(2 \* age\)"),
        ("I(2)", "names no column"),
        ("age - 30", r"takes away 30, which is not in it; arithmetic goes into I\(...\)"),
        ("age - score", "takes away score, which is not in it"),
        ("-age + dx", "takes away age"),
        ("dx * age - dx:score", "takes away dx:score"),
        ("dx * class - age:class", "takes away age:class"),
        ("0", "leaves no column"),
        ("``", "between two back-quotes"),
        ("(" * 50 + "age" + ")" * 50, "too long"),
        ("age+" * 500 + "age", "too long"),
        ("my-col", "write `my-col` between back-quotes"),
        ("C(dx, nope)", "no level 'nope'"),
        ("C(dx, Treatment('nope'))", "no level 'nope'"),
        ("I(dx * 2)", "holds no numbers"),
        ("bs(age, df=2)", "could not be computed"),
    ],
)
def test_what_is_refused_says_why(text: str, said: str) -> None:
    with pytest.raises(BadValue, match=said.replace("|", r"\|")):
        Columns.of(text, TABLE)


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("log(score)", r"'log\(score\)' is not a finite number in row 0, 1 \(2 of 8.*score is -1, 0 there"),
        ("sqrt(score)", "row 0 "),
        ("I(1 / score)", "row 1 "),
        ("exp(age * 100)", "not a finite number"),
        ("dx * I(age > 30) * class", "12 columns of 8 rows"),
        ("cr(age, df=3)", "constraints='center'"),
        ("age + I(2 * age)", r"told apart: age, I\(2 \* age\)"),
    ],
)
def test_what_cannot_be_computed_says_where(text: str, said: str) -> None:
    with pytest.raises(BadData, match=said):
        Columns.of(text, TABLE)


def test_names_that_are_no_words() -> None:
    assert Columns.of("reaction time + log(`my-col` + 1)", TABLE).terms[1:] == ("reaction time", "log(my-col + 1)")
    assert Columns.of("log(age.years + 1) + C(class)", TABLE).terms[1:] == ("log(age.years + 1)", "C(class)[y]")
    assert Columns.of("Q('my-col'):class", TABLE).terms[1:] == ("Q('my-col'):class[x]", "Q('my-col'):class[y]")
    spaced = TABLE.assign(stage=["first episode", "chronic", "none", "chronic", "none", "none", "chronic", "none"])
    assert Columns.of("C(stage, first episode)", spaced).terms[1:] == ("stage[chronic]", "stage[none]")
    assert Columns.of("C(group, 2) + 1", TABLE.assign(group=TABLE["group"] * 1.0)).terms[1:] == ("group[1]", "group[3]")


def test_columns_that_are_not_what_they_seem() -> None:
    codes = Columns.of("group + age", TABLE)
    assert "group' holds the numbers 1, 2, 3 and enters as a number" in codes.notes[0] and "C(group)" in codes.notes[0]
    assert not Columns.of("C(group) + age", TABLE).notes
    assert Design.of({"beta": "group"}, TABLE).notes()[0].startswith("Formula of beta: Column 'group'")
    text = TABLE.assign(age=["20", "31", "45", "n/k", "18", "60", "33", "41"])
    with pytest.raises(BadData, match=r"holds numbers, but 'n/k' in row 3 \(1 of 8"):
        Columns.of("age", text)
    with pytest.raises(BadData, match=r"numbers written as text.*C\(age\)"):
        Columns.of("age", TABLE.assign(age=TABLE["age"].astype(str)))
    cased = Columns.of("dx", TABLE.assign(dx=["Patient", *TABLE["dx"][1:]]))
    assert "'Patient' and 'patient', which differ in case or spaces only" in cased.notes[0]
    with pytest.raises(BadData, match="2 columns called 'age'"):
        Columns.of("age", pd.DataFrame(np.ones((8, 2)), columns=["age", "age"]))
    for formula in ("age**2", "age + age^2", "age:age", "age * age"):
        lost = Columns.of(formula, TABLE)
        assert lost.terms == ("Intercept", "age") and "A power is I(age ** 2)" in lost.notes[0]
    assert not Columns.of("(age + dx)**2 - age:dx - 1", TABLE).notes
    assert "my-col : my-col adds nothing" in Columns.of("`my-col`:`my-col`", TABLE).notes[0]
    assert Columns.of("age * class - class:age", TABLE).terms == ("Intercept", "age", "class[y]")
    for value in (-999, -9, 999):
        aged = TABLE.assign(age=[20, 31, value, 52, 18, 60, 33, 41])
        for formula in ("age", "standardise(age)"):
            (note,) = Columns.of(formula, aged).notes
            assert f"'age' is {value} in row 2 (1 of 8" in note and "between 18 and 60 elsewhere" in note
    assert not Columns.of("score", TABLE.assign(score=[-9, -3, 4, 5, 6, 7, 8, 9])).notes
    with pytest.raises(BadData, match="not finite in row 2"):
        Columns.of("score", TABLE.assign(score=[0, 1, np.inf, 3, 4, 5, 6, 7]))
    with pytest.raises(BadData, match="datetime"):
        Columns.of("seen", TABLE.assign(seen=pd.date_range("2020-01-01", periods=8)))
    with pytest.raises(BadValue, match=r"names 'age', but column age has 2 to 3 values"):
        Columns.of("age", pd.DataFrame({"dx": TABLE["dx"]}), {"age": "column age has 2 to 3 values within 5 subjects"})


WORDS = """age dx `my-col` score group + - * : / ** ^ ~ ( ) [ ] { } 0 1 2 3.5 1e9 I( C( bs( poly( log( scale( Q( df= , '
    " ` 'patient' Treatment( Sum levels=[ % %in% in not __class__ . = == > | & \\ é if else None True lambda :"""
PHRASES = ["reaction time", "C(dx, ", "lambda x: x", "for x in age", "import os", " ", "\n", "\x00"]
PIECES = st.sampled_from([*WORDS.split(), *PHRASES])
TEXTS = st.one_of(
    st.lists(PIECES, max_size=12).map("".join), st.lists(PIECES, max_size=8).map(" ".join), st.text(max_size=30)
)


@settings(max_examples=250, deadline=None, derandomize=True)
@given(TEXTS)
def test_any_text_is_columns_or_a_sentence(text: str) -> None:
    try:
        made = Columns.of(text, TABLE)
    except (BadValue, BadData) as error:
        assert str(error).rstrip().endswith((".", "!", "?"))
    else:
        assert made.x.shape == (8, len(made.terms)) and np.isfinite(made.x).all()
        assert np.linalg.matrix_rank(made.x / np.abs(made.x).max(axis=0)) == made.x.shape[1]


ODD = {
    "nullable": pd.array([1, 2, 3, 4, 5, 6, 7, 9], dtype="Int64"),
    "nullable_flags": pd.array([True, False] * 4, dtype="boolean"),
    "strings": pd.array(list("aabbccaa"), dtype="string"),
    "codes": pd.Categorical([3, 1, 2, 3, 1, 2, 3, 1], categories=[2, 3, 1, 7]),
    "mixed": ["x", 1, 2, "x", 1, 2, "x", 1],
    7: [1.0, 2, 4, 3, 1, 2, 5, 1],
}


def test_columns_of_any_kind_are_read() -> None:
    table = pd.DataFrame(ODD).set_index(pd.Index(list("hgfedcba")))
    made = Columns.of("nullable + nullable_flags", table)
    assert made.terms[1:] == ("nullable", "nullable_flags[True]")
    assert made.x[:, 1:].T.tolist() == [[1, 2, 3, 4, 5, 6, 7, 9], [1, 0] * 4]
    assert Columns.of("strings", table).terms[1:] == ("strings[b]", "strings[c]")
    assert Columns.of("codes", table).terms[1:] == ("codes[3]", "codes[1]")
    assert Columns.of("C(mixed)", table).terms[1:] == ("C(mixed)[2]", "C(mixed)[x]")
    with pytest.raises(BadData, match=r"'mixed' holds numbers, but 'x' in row 0, 3, 6 \(3 of 8"):
        Columns.of("mixed", table)
    assert Columns.of("age", TABLE.assign(age=TABLE["age"].astype(object))).terms[1:] == ("age",)
    assert Columns.of("`7`", table).x[:, 1].tolist() == ODD[7]
    gap = table.assign(nullable=pd.array([1, None, 3, 4, 5, 6, 7, 9], dtype="Int64"))
    with pytest.raises(BadData, match=r"'nullable' is empty in row 1 \(1 of 8"):
        Columns.of("nullable", gap)
    with pytest.raises(BadData, match="strings"):
        Columns.of("strings", table.iloc[:0])


def test_more_effects_than_units_are_refused() -> None:
    design = Design.of({"beta": "I(age > 30) + poly(age, 6)"}, TABLE)
    with pytest.raises(BadValue, match="makes 8 columns, but there are 8 units"):
        design.check(("beta",), 8)


def test_what_stands_before_the_tilde_is_the_parameter():
    for formula in ("age ~ dx", "alpha ~ age", "beta ~ age ~ dx"):
        with pytest.raises(BadValue):
            Design.of({"beta": formula}, TABLE)
    for formula in ("beta ~ age", "~ age", "age"):
        assert Design.of({"beta": formula}, TABLE).of_parameter["beta"].terms == ("Intercept", "age")

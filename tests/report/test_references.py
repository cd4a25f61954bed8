"""The references: parsing, places, and that whatever is cited exists."""

import pytest

import neurorl
from neurorl.core.catalogue import KINDS, card_of, names
from neurorl.core.errors import NeurorlError, UnknownName
from neurorl.core.references import authors, bibtex, keys_of, parse, reference, references, split_place, where

TEXT = """
% a comment
@article{one2020,
  author = {Ada, B. C. and {The group} and Dee, Émile},
  title  = {On {RNA} and {nested {braces}}},
  journal = "Journal of Tests",
  volume = {3}, number = {1}, pages = {10--20},
  year = {2020},
  doi = {10.1/x},
}
@book{two2021, author={Solo, Han}, title={Alone}, publisher={Press}, year={2021}}
"""


def test_parse_by_hand() -> None:
    found = parse(TEXT)
    assert list(found) == ["one2020", "two2021"]
    one = found["one2020"]
    assert one.kind == "article"
    assert one.fields["title"] == "On RNA and nested braces"
    assert one.fields["journal"] == "Journal of Tests"
    assert authors(one) == "Ada B.C., The group & Dee É."
    assert where(one) == "Journal of Tests 3, 10–20"
    assert one.link == "https://doi.org/10.1/x"
    assert one.raw.startswith("@article{one2020,") and one.raw.endswith("}")
    assert authors(found["two2021"]) == "Solo H." and where(found["two2021"]) == "Press"


def test_long_author_lists_end_in_et_al() -> None:
    assert authors(reference("wang2018")).endswith("Leibo J.Z. et al.")


def test_faults_are_sentences() -> None:
    with pytest.raises(NeurorlError, match="'a' never ends"):
        parse("@misc{a, title={x}")
    with pytest.raises(NeurorlError, match="'a' is written twice"):
        parse("@misc{a, year={1}} @misc{a, year={2}}")
    with pytest.raises(UnknownName, match="Did you mean 'daw2011'"):
        bibtex("dav2011")


def test_places() -> None:
    assert split_place("daw2011:eq. 2: second part") == ("daw2011", "eq. 2: second part")
    assert split_place("daw2011") == ("daw2011", "")
    assert keys_of(("daw2011:eq. 2", "miller2017", "daw2011")) == ("daw2011", "miller2017")
    assert bibtex("daw2011:eq. 2") == bibtex("daw2011")


def test_every_entry_is_whole() -> None:
    needed = {
        "article": {"journal", "volume", "pages"},
        "inproceedings": {"booktitle"},
        "incollection": {"booktitle", "publisher", "pages"},
        "book": {"publisher"},
        "techreport": {"institution", "number"},
        "phdthesis": {"school"},
        "misc": {"note"},
        "software": {"version"},
    }
    for key, entry in references().items():
        missing = ({"author", "title", "year"} | needed[entry.kind]) - set(entry.fields)
        assert not missing, f"{key} lacks {missing}"
        assert parse(entry.raw)[key] == entry


def test_our_own_entry_states_this_version() -> None:
    assert reference("neurorl").fields["version"] == neurorl.__version__


@pytest.mark.parametrize("kind", KINDS)
def test_every_card_cites_what_exists(kind: str) -> None:
    for name in names(kind):
        for key in keys_of(card_of(kind, name).refs):
            assert reference(key).key == key, f"{kind} {name}"

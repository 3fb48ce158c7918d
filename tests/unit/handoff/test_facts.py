from pathlib import Path

import pytest

from handoff.errors import BrokenFacts
from handoff.facts import FactRules, Facts, read_rules

RULES = FactRules(order_number=(r"FF[- ]?\d{4,8}",), products=("pan", "lid"), phone_region="BE")


@pytest.mark.parametrize(
    ("text", "facts"),
    [
        ("order FF-20311, and FF 20312.", Facts(order_numbers=("FF-20311", "FF 20312"))),
        ("ff-20311! FF-20311?", Facts(order_numbers=("ff-20311",))),
        ("mail A.Lee+shop@my.example.org.", Facts(emails=("A.Lee+shop@my.example.org",))),
        ("0470 12 34 56, +442079460958", Facts(phones=("+32 470 12 34 56", "+44 20 7946 0958"))),
        ("two Pans and a lid, not a panel", Facts(products=("Pans", "lid"))),
        ("nothing of the kind: 1234567, a@b, XFF-20311", Facts()),
    ],
)
def test_facts_are_found_in_what_was_written(text, facts):
    assert RULES.find([text]) == facts


def test_facts_come_from_all_texts_once_and_not_without_end():
    texts = [f"FF-{number}" for number in range(10_000, 10_050)] * 2
    assert RULES.find(texts).order_numbers == tuple(texts[:5])


def test_without_rules_there_are_still_mails_and_full_telephone_numbers():
    found = FactRules().find(["me@example.org, +32 470 12 34 56, FF-20311, pan"])
    assert found == Facts(emails=("me@example.org",), phones=("+32 470 12 34 56",))


@pytest.mark.parametrize("text", ["@" * 10_000, "a." * 5_000 + "@", "1-" * 5_000, "\ud83d\0"])
def test_odd_texts_hold_no_facts(text):
    assert RULES.find([text]) == Facts()


def test_the_rules_of_the_demo_know_its_order_numbers_and_products():
    rules = read_rules(Path(__file__).parents[3] / "data/facts.yml")
    found = rules.find(["my bread knife from order FF-20311 is blunt"])
    assert found.order_numbers == ("FF-20311",)
    assert found.products == ("bread knife",)


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("order_number: ['(']", "order_number"),
        ("colours: [red]", "colours"),
        ("products: pan", "products"),
        ("- pan", "all"),
        ("a: [", "facts.yml"),
    ],
)
def test_a_broken_file_is_refused_by_name_and_key(tmp_path, content, said):
    path = tmp_path / "facts.yml"
    path.write_text(content)
    with pytest.raises(BrokenFacts, match=said):
        read_rules(path)
    with pytest.raises(BrokenFacts, match=r"gone\.yml"):
        read_rules(tmp_path / "gone.yml")


def test_the_first_subject_that_fits_says_what_is_asked_for():
    order = {"fact": "order_number", "words": ["my order", "parcel"]}
    rules = FactRules.model_validate(
        {"order_number": ["\\d+"], "ask": [order, {"fact": "email", "words": ["account"]}]}
    )
    assert rules.needed_for("The parcels for my account?") == "order_number"
    assert rules.needed_for("Which accounts are there?") == "email"
    assert rules.needed_for("accountants in my orderly shop") is None


@pytest.mark.parametrize(
    ("ask", "key"),
    [
        ("[{fact: shoe_size, words: [shoe]}]", "ask.0.fact"),
        ("[{fact: email, words: []}]", "ask.0.words"),
        ("[{fact: order_number, words: [order]}]", "order_number must say"),
    ],
)
def test_a_broken_question_is_named(tmp_path, ask, key):
    file = tmp_path / "facts.yml"
    file.write_text(f"ask: {ask}")
    with pytest.raises(BrokenFacts, match=key):
        read_rules(file)

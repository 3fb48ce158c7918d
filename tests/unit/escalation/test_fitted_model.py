import base64
import json
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from handoff.escalation.cues import NAMES, OF_THE_REPLY, Exchange
from handoff.escalation.embedding import Embedding, embedding_of
from handoff.escalation.fitted import model
from handoff.escalation.fitting import corpus, own_text
from handoff.escalation.fitting.command import mood_cues
from handoff.escalation.fitting.own_text import dialogues, one_reply, own
from handoff.escalation.remembered import RememberedEmbeddings
from handoff.escalation.request_cues import NAMES as REQUEST_NAMES
from handoff.escalation.signals import unease
from handoff.escalation.signals.explicit_request import asks_for_person
from handoff.escalation.turn import Message, Turn
from kb_index.model_files import find_model
from kb_index.settings import SHIPPED_MODEL

ARTEFACT = json.loads(files("handoff.escalation").joinpath("model.json").read_text("utf-8"))
REFIT = "fit again: python -m handoff.escalation fit --data FOLDER"


def test_the_models_were_fitted_on_the_encoder_that_serves():
    assert ARTEFACT["encoder"] == find_model(SHIPPED_MODEL).fingerprint, REFIT


@pytest.mark.parametrize(("name", "names"), [("request", REQUEST_NAMES), ("unease", NAMES)])
def test_the_models_weigh_every_cue_there_is(name, names):
    assert set(model(name).cues) == set(names), REFIT
    assert set(model(f"{name}_alone").cues) == set(names), REFIT


def test_what_may_only_be_measured_was_not_fitted_on():
    used = json.dumps([ARTEFACT["sources"], ARTEFACT["files"]])
    for name in ("nlupp", "rasa_demo", "satisfaction", "sentiment"):
        assert name not in used


def test_own_dialogues_are_read_with_what_was_said_before():
    found = list(dialogues(["> hi | Hello! | a table | For whom?", "2 I told you.", "0 For two."]))
    earlier = (Exchange("hi", "Hello!"), Exchange("a table", "For whom?"))
    assert found == [(earlier, "I told you.", 2), (earlier, "For two.", 0)]


@pytest.mark.parametrize(
    "lines", [own("dialogues.txt"), one_reply()], ids=["dialogues", "one reply"]
)
def test_every_own_dialogue_is_complete(lines):
    for earlier, text, level in dialogues(lines):
        assert text
        assert level in {0, 1, 2}
        assert all(each.text and each.reply for each in earlier), earlier


@pytest.mark.parametrize("name", corpus.CONVERSATIONS)
def test_own_conversations_are_read_whole_and_judged_where_the_bot_has_spoken(name):
    written = [line for line in own(f"conversations/{name}.txt") if line.startswith("C")]
    found = list(own_text.conversations(name))
    assert 0.8 < len(found) / len(written) <= 1
    for turn, chance in found:
        assert turn.text
        assert turn.opening or turn.earlier[-1].reply, turn
        assert 0 <= chance <= 1


def test_a_conversation_may_begin_with_the_bot(monkeypatch):
    first = "B: Hello!\nC 3: a table\nB: For whom?\nC 71: I told you"
    second = "C: hi\nB: Yes?\nC 0: ok"
    monkeypatch.setattr(own_text, "_text", lambda _: f"# ours\n\n{first}\n\n{second}\n")
    found = [
        (turn.opening, len(turn.earlier), turn.text, chance)
        for turn, chance in own_text.conversations("any")
    ]
    assert found == [
        ("Hello!", 0, "a table", 0.03),
        ("Hello!", 1, "I told you", 0.71),
        ("", 1, "ok", 0.0),
    ]


def test_what_is_said_before_the_bot_speaks_is_read_apart_from_what_is_judged(monkeypatch):
    first = "C: hi\nC: a table\nB: For whom?\nC 71: I told you"
    second = "B: Hello!\nC 3: a room"
    monkeypatch.setattr(own_text, "_text", lambda _: f"# ours\n\n{first}\n\n{second}\n")
    assert own_text.first_turns("any") == ["hi", "a table"]
    assert [turn.text for turn, _ in own_text.conversations("any")] == ["I told you", "a room"]


def test_nobody_counts_as_dissatisfied_before_the_bot_has_said_anything(tmp_path):
    for path in corpus.FILES:
        (tmp_path / path).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / path).touch()
    found = corpus.unease(tmp_path)
    first = [at for at, source in enumerate(found.sources) if source == corpus.FIRST_TURNS]
    assert len(first) > 1000
    assert not any(found.labels[at] for at in first)
    assert all(found.contexts[at] == corpus.Context() for at in first)


def test_what_the_bot_said_first_is_part_of_a_judged_turn():
    examples = corpus.Examples()
    for opening in ("", "I am sorry, I cannot do that."):
        examples.add_judged("what a pity", 2, "dbdc3", 1.0, corpus.Context((), opening))
    alone, after_refusal = mood_cues(examples)
    assert alone != after_refusal


def test_a_turn_counts_for_both_labels_by_its_chance():
    examples = corpus.Examples()
    examples.add_shared("hm", (0.25, 0.25), "own conversations: support", 0.5, corpus.Context())
    assert sorted(zip(examples.labels, examples.weights, examples.calibration, strict=True)) == [
        (0.0, 0.375, 0.375),
        (1.0, 0.125, 0.125),
    ]


def some_embedding() -> Embedding:
    rows = np.random.default_rng(3).normal(size=(2, 384)).astype(np.float32)
    return Embedding(ARTEFACT["encoder"], *(row / np.linalg.norm(row) for row in rows))


def test_requests_are_read_in_what_is_said_and_unease_in_how_it_is_said():
    text, found = "no that is not what I asked for", some_embedding()
    whole = Message(text, embedding=found)
    other = replace(found, vector=found.tone, tone=found.vector)
    swapped = Message(text, embedding=other)
    assert unease.log_odds(Turn(whole)) != unease.log_odds(Turn(swapped))
    same_tone = Message(text, embedding=replace(found, vector=other.vector))
    assert unease.log_odds(Turn(whole)) == unease.log_odds(Turn(same_tone))
    same_vector = Message(text, embedding=replace(found, tone=other.tone))
    assert asks_for_person(whole) == asks_for_person(same_vector) != asks_for_person(swapped)


def test_numbers_of_another_encoder_are_not_weighed():
    text, found = "no that is not what I asked for", some_embedding()
    other = Message(text, embedding=replace(found, encoder="another"))
    assert unease.log_odds(Turn(other)) == unease.log_odds(Turn(Message(text)))
    assert asks_for_person(other) == asks_for_person(Message(text))


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 1e38])
def test_numbers_that_are_none_are_not_weighed(number):
    text, found = "no that is not what I asked for", some_embedding()
    broken = np.full(384, number, np.float32)
    other = Message(text, embedding=replace(found, tone=broken, vector=broken))
    assert unease.log_odds(Turn(other)) == unease.log_odds(Turn(Message(text)))
    assert asks_for_person(other) == asks_for_person(Message(text))


def test_an_embedding_comes_off_the_wire_as_it_was_sent():
    rows = np.array([0.25, -1.0], "<f2"), np.array([0.5], "<f2")
    sent = [base64.b64encode(row.tobytes()).decode() for row in rows]
    found = embedding_of({"encoder": "one", "vector": sent[0], "tone": sent[1]})
    assert found is not None
    assert [found.encoder, *found.vector, *found.tone] == ["one", 0.25, -1.0, 0.5]


@pytest.mark.parametrize("said", [None, "c29tZQ==", {"vector": "", "tone": ""}])
def test_a_service_that_says_embeddings_in_another_way_gives_none(said):
    assert embedding_of(said) is None


def test_embeddings_are_remembered_and_those_of_another_encoder_forgotten(tmp_path):
    asked = []

    def encode(texts):
        asked.extend(texts)
        return np.full((len(texts), 2), 0.5, np.float32), np.full((len(texts), 3), 0.25, np.float32)

    for encoder in ("one", "one", "another"):
        remembered = RememberedEmbeddings(encode, encoder, tmp_path / "kept.npz")
        (found,) = remembered(["hello"])
        assert (found.encoder, *found.vector, *found.tone) == (encoder, *[0.5] * 2, *[0.25] * 3)
        remembered.store()
    assert asked == ["hello", "hello"]


def test_a_file_of_an_older_format_is_forgotten(tmp_path):
    np.savez(tmp_path / "old.npz", texts=np.array(["hello"]), rows=np.zeros((1, 2)))
    rows = np.ones((1, 2), np.float32)
    (found,) = RememberedEmbeddings(lambda _: (rows, rows), "one", tmp_path / "old.npz")(["hello"])
    assert list(found.tone) == [1, 1]


def test_several_answers_to_one_reply_say_nothing_of_the_reply():
    told = (Exchange("can you change it", "I am sorry, I cannot change it. Anything else?"),)
    examples = corpus.Examples()
    for source in ("own dialogues", corpus.ONE_REPLY):
        examples.add_judged("no thanks", 0, source, 1.0, corpus.Context(told))
    whole, one_reply = mood_cues(examples)
    assert set(OF_THE_REPLY) <= set(NAMES)
    assert any(whole[name] for name in OF_THE_REPLY)
    assert not any(one_reply[name] for name in OF_THE_REPLY)
    assert all(whole[name] == one_reply[name] for name in set(NAMES) - set(OF_THE_REPLY))


def test_ratings_are_of_five_levels():
    found = own_text.ratings()
    assert len(found) == 10108
    assert set(found.values()) == {1, 2, 3, 4, 5}


def test_sources_are_left_out_with_all_that_is_said_of_them():
    examples = corpus.Examples()
    examples.add_judged("fine", 0, "star", 0.5, corpus.Context())
    examples.add_judged("no!", 2, "dbdc3", 1.0, corpus.Context())
    kept, places = examples.without("star")
    assert (kept.texts, kept.labels, kept.weights, kept.sources) == (
        ["no!"],
        [1.0],
        [1.0],
        ["dbdc3"],
    )
    assert places == [1]

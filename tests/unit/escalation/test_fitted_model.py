import base64
import json
from dataclasses import replace
from importlib.resources import files

import numpy as np
import pytest

from handoff.escalation.cues import NAMES, Exchange
from handoff.escalation.embedding import embedding_of
from handoff.escalation.embeddings import serving_encoder
from handoff.escalation.fitting.corpus import dialogues, one_reply, own
from handoff.escalation.linear import model
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


def test_requests_are_read_in_what_is_said_and_unease_in_how_it_is_said():
    text = "no that is not what I asked for"
    (found,) = serving_encoder()([text])
    whole = Message(text, embedding=found)
    other = replace(found, vector=found.tone, tone=found.vector)
    swapped = Message(text, embedding=other)
    assert unease.log_odds(Turn(whole)) != unease.log_odds(Turn(swapped))
    same_tone = Message(text, embedding=replace(found, vector=other.vector))
    assert unease.log_odds(Turn(whole)) == unease.log_odds(Turn(same_tone))
    same_vector = Message(text, embedding=replace(found, tone=other.tone))
    assert asks_for_person(whole) == asks_for_person(same_vector) != asks_for_person(swapped)


def test_numbers_of_another_encoder_are_not_weighed():
    text = "no that is not what I asked for"
    (found,) = serving_encoder()([text])
    other = Message(text, embedding=replace(found, encoder="another"))
    assert unease.log_odds(Turn(other)) == unease.log_odds(Turn(Message(text)))
    assert asks_for_person(other) == asks_for_person(Message(text))


def test_an_embedding_comes_off_the_wire_as_it_was_sent():
    rows = np.array([0.25, -1.0], "<f2"), np.array([0.5], "<f2")
    sent = [base64.b64encode(row.tobytes()).decode() for row in rows]
    found = embedding_of({"encoder": "one", "vector": sent[0], "tone": sent[1]})
    assert found is not None
    assert [found.encoder, *found.vector, *found.tone] == ["one", 0.25, -1.0, 0.5]
    assert embedding_of(None) is None

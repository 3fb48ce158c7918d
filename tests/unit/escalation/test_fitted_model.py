import json
from importlib.resources import files

import pytest

from handoff.escalation.cues import NAMES, Exchange, cues
from handoff.escalation.fitting.corpus import dialogues, own
from handoff.escalation.linear import model
from handoff.escalation.request_cues import NAMES as REQUEST_NAMES
from handoff.escalation.restating import restated
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


def test_every_own_dialogue_is_complete():
    for earlier, text, level in dialogues(own("dialogues.txt")):
        assert text
        assert level in {0, 1, 2}
        assert all(each.text and each.reply for each in earlier), earlier


def test_words_said_before_are_told_from_new_ones():
    assert restated("space films", ["I love space films"]) == pytest.approx(2 / 3)
    assert restated("is it the", ["is it the"]) == 0.0
    assert restated("a table for two at Lucca", []) == 0.0


def test_an_apology_and_an_objection_mean_more_together():
    found = cues("but I need it", [Exchange("a table", "Sorry, there is none.")])
    assert found["bot_fails*objects"] == found["bot_fails"] * found["objects"] > 0.0
    assert cues("but I need it", [Exchange("a table", "Booked.")])["bot_fails*objects"] == 0.0

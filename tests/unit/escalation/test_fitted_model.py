import json
from importlib.resources import files

import pytest

from handoff.escalation.cues import NAMES, Exchange
from handoff.escalation.fitting.corpus import dialogues, own
from handoff.escalation.linear import model
from handoff.escalation.request_cues import NAMES as REQUEST_NAMES
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


@pytest.mark.parametrize("name", ["dialogues.txt", "dialogues_more.txt"])
def test_every_own_dialogue_is_complete(name):
    for earlier, text, level in dialogues(own(name)):
        assert text
        assert level in {0, 1, 2}
        assert all(each.text and each.reply for each in earlier), earlier

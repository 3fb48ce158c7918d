import io
import json
from pathlib import Path
from typing import Any

import pytest

from handoff.escalation.__main__ import main
from handoff.escalation.explanation import sentence
from handoff.escalation.reasons import Reason, ReasonCode
from handoff.escalation.verdict import Decision, Verdict

SCRIPT = """\
metadata: {vip: true}
turns:
- role: bot
  text: Hello, how can I help?
- where is my parcel?
- {role: bot, text: It arrives today.}
- {text: can you paint my fence?, search: none, score: 0.1}
- no thanks
- I want to talk to a human
"""


def explained(capsys, *arguments: str) -> list[dict[str, Any]]:
    assert main(["explain", "--json", *arguments]) == 0
    records: list[dict[str, Any]] = json.loads(capsys.readouterr().out)
    return records


@pytest.fixture
def script(tmp_path: Path) -> Path:
    path = tmp_path / "conversation.yml"
    path.write_text(SCRIPT)
    return path


def test_a_conversation_is_explained_turn_by_turn(script, capsys):
    records = explained(capsys, str(script))
    assert [record["turn"] for record in records] == [1, 2, 3, 4]
    decisions = [record["decision"] for record in records]
    assert decisions == ["answer", "offer", "small_talk", "escalate"]
    last = records[-1]
    assert last["priority"] == 7
    assert "asked for a person (message 4" in str(last["explanation"])
    assert last["reasons"][0]["phrase"] == "talk to a human"


def test_it_is_a_table_for_people(script, capsys):
    assert main(["explain", str(script)]) == 0
    shown = capsys.readouterr().out
    assert "explicit_reque" in shown
    assert "escalate" in shown


SEVERAL = """\
- name: asking
  turns:
    - {say: can you paint my fence?, search: none, expect: offer}
    - {say: a person please, expect: escalate}
    - handed_back: true
    - {say: can you paint my gate?, search: none}
- name: raging
  metadata: {vip: true}
  turns: [you idiots]
"""


@pytest.fixture
def several(tmp_path: Path) -> Path:
    path = tmp_path / "several.yml"
    path.write_text(SEVERAL)
    return path


def decided(conversation: dict[str, Any]) -> list[str]:
    return [turn["decision"] for turn in conversation["turns"]]


def test_of_a_file_of_conversations_each_is_explained(several, capsys):
    asking, raging = explained(capsys, str(several))
    assert (asking["name"], decided(asking)) == ("asking", ["offer", "escalate", "offer"])
    assert (raging["name"], decided(raging)) == ("raging", ["escalate"])
    assert raging["turns"][0]["priority"] == 7
    assert main(["explain", str(several)]) == 0
    assert "raging" in capsys.readouterr().out


def test_one_of_several_conversations_is_asked_for_by_name(several, capsys):
    [raging] = explained(capsys, str(several), "--name", "raging")
    assert raging["name"] == "raging"
    assert main(["explain", str(several), "--name", "calm"]) == 1
    assert "'calm'; there are: 'asking', 'raging'" in capsys.readouterr().err


def test_a_conversation_handed_back_without_a_handoff_starts_clean_too(tmp_path, capsys):
    path = tmp_path / "conversation.yml"
    path.write_text("- {say: paint my fence, search: none}\n" * 2)
    assert [turn["decision"] for turn in explained(capsys, str(path))] == ["offer", "rephrase"]
    path.write_text("- {say: paint my fence, search: none}\n- handed_back: true\n" * 2)
    assert [turn["decision"] for turn in explained(capsys, str(path))] == ["offer", "offer"]


WITH_A_PERSON = """\
- bot: Hello!
- {say: can you paint my fence?, search: none}
- yes please
- bot: I am getting one of our people.
- are you still there???
- {role: agent, text: "Sorry, I cannot find that. What is it about?"}
- my fence
- agent: Unfortunately we do not paint fences.
- you useless idiots
- handed_back: true
- {say: can you paint my gate?, search: none}
"""


def test_what_is_said_to_a_person_is_not_judged_and_what_they_say_is_no_reply_of_the_bot(
    tmp_path, capsys
):
    path = tmp_path / "conversation.yml"
    path.write_text(WITH_A_PERSON)
    records = explained(capsys, str(path))
    assert [(each["turn"], each["decision"]) for each in records] == [
        (1, "offer"),
        (2, "escalate"),
        (6, "offer"),
    ]
    path.write_text(WITH_A_PERSON.partition("- handed_back")[2].partition("\n")[2])
    [alone] = explained(capsys, str(path))
    assert alone["readings"] == records[-1]["readings"]
    assert alone["probability"] == records[-1]["probability"]


def test_a_person_may_take_over_without_a_handoff_and_the_bot_is_back_when_it_speaks(
    tmp_path, capsys
):
    path = tmp_path / "conversation.yml"
    path.write_text("- hi\n- agent: I'll take this one.\n- idiots\n- bot: Back again.\n- idiots\n")
    assert [each["turn"] for each in explained(capsys, str(path))] == [1, 3]


def test_a_handoff_that_the_recorded_bot_did_not_make_leaves_the_bot_in_the_conversation(
    tmp_path, capsys
):
    path = tmp_path / "conversation.yml"
    path.write_text("- agent please\n- bot: Hm.\n- agent please\n- bot: Hm.\n- agent please\n")
    assert [each["decision"] for each in explained(capsys, str(path))] == ["escalate"] * 3


@pytest.mark.parametrize("path", sorted(Path("tests/conversations").glob("*.yml")), ids=str)
def test_the_scripted_conversations_can_be_explained(path, capsys):
    assert len(explained(capsys, str(path))) > 5


def test_lines_of_json_come_from_standard_input(monkeypatch, capsys):
    lines = [{"role": "user", "text": "hello"}, {"role": "system", "text": "Hi."},
             {"role": "user", "text": "you idiots"}]  # fmt: skip
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(json.dumps(line) for line in lines)))
    assert [r["decision"] for r in explained(capsys)] == ["answer", "escalate"]


def test_a_file_of_ones_own_can_be_tried(script, tmp_path, capsys):
    tuning = tmp_path / "mine.yml"
    tuning.write_text("rules: [{name: all, when: {vip: true}, decision: escalate, priority: 9}]\n")
    records = explained(capsys, str(script), "--tuning", str(tuning))
    assert {record["decision"] for record in records} >= {"escalate"}
    assert records[0]["priority"] == 9


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("turns: [", "conversation.yml:2"),
        ("turns: 3", "holds no list of turns"),
        ("- {role: user}", "turn 0"),
        ("- {text: a, search: maybe}", "search"),
        ('{"text": 1', "conversation.yml"),
        ("- {name: a, turns: [{role: user}]}", "conversation 'a': turn 0: text"),
        ("- {turns: [hi]}\n- hello", "conversation 1: holds no list of turns"),
    ],
)
def test_a_broken_conversation_is_told_in_a_line(tmp_path, capsys, text, told):
    path = tmp_path / "conversation.yml"
    path.write_text(text)
    assert main(["explain", str(path)]) == 1
    assert told in capsys.readouterr().err


def test_a_broken_tuning_and_a_missing_file_are_told_in_a_line(script, tmp_path, capsys):
    broken = tmp_path / "mine.yml"
    broken.write_text("offer: 1\n")
    assert main(["explain", str(script), "--tuning", str(broken)]) == 1
    assert "mine.yml:1: offer: there is no such key" in capsys.readouterr().err
    assert main(["explain", str(tmp_path / "none.yml")]) == 1
    assert "cannot be read" in capsys.readouterr().err


def test_a_verdict_is_a_sentence():
    reason = Reason(ReasonCode.CHURN, "The customer may leave.", 1.0, 2, "close my account")
    verdict = Verdict(Decision.OFFER, (reason,), probability=0.424)
    assert sentence(verdict) == (
        "Offered a person (a person is needed with 42%): "
        "The customer may leave (message 2, “close my account”, 1.00)."
    )
    asked = Verdict(Decision.ESCALATE, (Reason(ReasonCode.EXPLICIT_REQUEST, "They asked."),))
    assert sentence(asked) == "Passed to a person: They asked."
    assert sentence(Verdict(Decision.ANSWER)) == "Answered (a person is needed with 0%)."

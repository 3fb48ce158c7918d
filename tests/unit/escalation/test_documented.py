"""docs/escalation.md names every reason and every key, and its example works."""

import re
from pathlib import Path

import yaml

from handoff.escalation import EscalationPolicy, ReasonCode, Tuning, read_tuning
from handoff.escalation.rehearsal import rehearse
from handoff.escalation.script import parsed

TEXT = (Path(__file__).resolve().parents[3] / "docs" / "escalation.md").read_text()
EXAMPLES = re.findall(r"```yaml\n(.*?)```", TEXT, re.DOTALL)


def test_every_reason_has_its_line():
    assert [code for code in ReasonCode if f"| `{code}` |" not in TEXT] == []


def test_every_key_has_its_line():
    assert [name for name in Tuning.model_fields if f"| `{name}` |" not in TEXT] == []


def test_the_example_does_what_it_says(tmp_path):
    tuning_text, conversation = EXAMPLES
    file = tmp_path / "my-escalation.yml"
    file.write_text(tuning_text)
    tuning = read_tuning(file)
    turns = list(rehearse(parsed(conversation, "x"), EscalationPolicy(tuning=lambda: tuning)))
    assert turns[-1].verdict.decision == "escalate"
    assert turns[-1].verdict.priority == 8
    assert {"legal", "wholesale"} <= set(turns[-1].verdict.skills)
    assert yaml.safe_load(tuning_text)["thresholds"]["offer"] == tuning.thresholds.offer

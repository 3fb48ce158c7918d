"""The guarantees in the README name tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
README = (ROOT / "handoff" / "README.md").read_text(encoding="utf-8")
SOURCES = {
    path.name: path.read_text(encoding="utf-8")
    for folder in ("tests/store", "tests/unit/handoff")
    for path in (ROOT / folder).glob("test_*.py")
}


def test_every_guarantee_names_tests_that_exist():
    guarantees = README.partition("## Guarantees")[2].partition("## What is not promised")[0]
    paragraphs = [text for text in guarantees.split("\n\n") if text.strip().startswith("**")]
    assert len(paragraphs) >= 10
    for paragraph in paragraphs:
        file = None
        quoted = re.findall(r"`(?:[\w/]*?(test_\w+\.py)::)?(test_\w+)`", paragraph)
        assert quoted, f"no test: {paragraph}"
        for named_file, test in quoted:
            file = named_file or file
            assert f"def {test}(" in SOURCES[file], f"{file} has no {test}"

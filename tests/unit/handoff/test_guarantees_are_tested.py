"""The guarantees in the README, and what stands against each failure, name tests that exist."""

import re
from pathlib import Path

ROOT = Path(__file__).parents[3]
README = (ROOT / "handoff" / "README.md").read_text(encoding="utf-8")
SOURCES = {
    path.name: path.read_text(encoding="utf-8") for path in (ROOT / "tests").rglob("test_*.py")
}


def chapter(title: str) -> str:
    return README.partition(f"## {title}\n")[2].partition("\n## ")[0]


def check_tests(text: str) -> None:
    """Every test that `text` names exists; one without a file is in the file named before."""
    file = None
    quoted = re.findall(r"`(?:[\w/]*?(test_\w+\.py)::)?(test_\w+)`", text)
    assert quoted, f"no test: {text}"
    for named_file, test in quoted:
        file = named_file or file
        assert f"def {test}(" in SOURCES[file], f"{file} has no {test}"


def test_every_guarantee_names_tests_that_exist():
    paragraphs = [
        text for text in chapter("Guarantees").split("\n\n") if text.strip().startswith("**")
    ]
    assert len(paragraphs) >= 10
    for paragraph in paragraphs:
        check_tests(paragraph)


def test_every_failure_of_the_field_names_tests_that_exist():
    rows = [line for line in chapter("Eleven failures of the field").splitlines() if "|" in line]
    assert len(rows) == 2 + 11
    for row in rows[2:]:
        check_tests(row.rstrip(" |").rpartition(" | ")[2])

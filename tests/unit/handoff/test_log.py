"""Logs go to standard error and never show what people write."""

import subprocess
import sys

import pytest

PROGRAM = """
import structlog
from handoff.log import configure_logging

configure_logging("INFO", as_json={as_json})
log = structlog.get_logger("test")
log.debug("not_shown")

def answer(text):
    raise ValueError("it failed")

try:
    answer("my password is " + "hunter2")
except ValueError:
    log.exception("crashed", conversation="c1")
"""


@pytest.mark.parametrize("as_json", [True, False])
def test_logs_are_on_standard_error_without_local_variables(as_json):
    program = PROGRAM.format(as_json=as_json)
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True
    )
    assert done.stdout == ""
    for expected in ("crashed", "c1", "ValueError", "it failed"):
        assert expected in done.stderr
    assert "not_shown" not in done.stderr
    # The source line says it in two pieces; only the value of a variable joins them.
    assert "password is hunter2" not in done.stderr
    assert "locals" not in done.stderr

"""The commands as processes, on a home folder that already has the exported encoder."""

from __future__ import annotations

import json
import os
import re
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from kb_index.encoder import Encoder

ARTICLE = """---
id: {0}
title: {1}
updated: 2026-01-01
---
Answer of {0}.
"""
#: Several processes one after the other, each of which loads a model.
SLOWLY = pytest.mark.timeout(240)
Run = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def home(tmp_path: Path, encoder: Encoder, request: pytest.FixtureRequest) -> Path:
    """Two good articles and an encoder."""
    (tmp_path / "home").mkdir()
    (tmp_path / "home" / "encoder").symlink_to(request.config.cache.mkdir("encoder"))
    (tmp_path / "articles").mkdir()
    for name, title in (("hours", "When are you open?"), ("pay", "How can I pay?")):
        (tmp_path / "articles" / f"{name}.md").write_text(ARTICLE.format(name, title))
    return tmp_path


@pytest.fixture
def environment(home: Path) -> dict[str, str]:
    return os.environ | {
        "TANDEM_HOME": str(home / "home"),
        "TANDEM_ARTICLES": str(home / "articles"),
        "TANDEM_KNOWLEDGE_PORT": "0",
    }


@pytest.fixture
def run(environment: dict[str, str]) -> Run:
    def run(*arguments: str, **changes: str) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "kb_index", *arguments],
            env=environment | changes,
            capture_output=True,
            text=True,
            check=False,
            timeout=50,
        )

    return run


def test_build_reports_every_bad_file_and_keeps_the_good_ones(run: Run, home: Path) -> None:
    (home / "articles" / "bad.md").write_text("no front matter")
    (home / "articles" / "worse.md").write_text(ARTICLE.format("Bad Id", "x"))
    result = run("build")
    assert result.returncode == 1
    errors = [line for line in result.stderr.splitlines() if line.startswith("error:")]
    assert [error.split(":")[1].strip() for error in errors] == ["bad.md", "worse.md"]
    assert "2 published articles, 4 passages" in result.stdout
    assert "Traceback" not in result.stderr
    (home / "articles" / "bad.md").unlink()
    (home / "articles" / "worse.md").unlink()
    again = run("build")
    assert again.returncode == 0
    assert "2 unchanged" in again.stdout
    assert "index" not in again.stderr


@pytest.fixture
def port(unused_tcp_port_factory: Callable[[], int]) -> int:
    return unused_tcp_port_factory()


@pytest.fixture
def serving(environment: dict[str, str], port: int) -> Iterator[subprocess.Popen[str]]:
    process = subprocess.Popen(
        [sys.executable, "-m", "kb_index", "serve"],
        env=environment | {"TANDEM_KNOWLEDGE_PORT": str(port)},
        stderr=subprocess.PIPE,
        text=True,
    )
    deadline = time.monotonic() + 100
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{port}/health", timeout=5) as answer:
                assert json.load(answer)["articles"] == 2
                break
        except OSError:
            time.sleep(0.1)
    yield process
    process.kill()
    process.communicate()


@SLOWLY
def test_serve_builds_what_is_missing_and_ends_cleanly(
    serving: subprocess.Popen[str], run: Run, home: Path, port: int
) -> None:
    assert serving.poll() is None
    refused = run("serve")
    assert refused.returncode == 1
    served = f"error: {home / 'home'} is served by another process at http://127.0.0.1:{port}\n"
    assert refused.stderr == served
    serving.send_signal(signal.SIGTERM)
    _, stderr = serving.communicate(timeout=10)
    assert serving.returncode == 0
    assert "Traceback" not in stderr
    assert not (home / "home" / "knowledge.address").exists()


def search(port: int, text: str) -> dict[str, Any]:
    """What a running service finds."""
    request = urllib.request.Request(
        f"http://127.0.0.1:{port}/search",
        json.dumps({"text": text}).encode(),
        {"Content-Type": "application/json"},
    )
    with urllib.request.urlopen(request, timeout=20) as answer:
        found: dict[str, Any] = json.load(answer)
    return found


def reported(stdout: str) -> dict[str, int]:
    """The table of a report, without the outcomes that nothing came to."""
    rows = re.findall(r"│ ([a-z ]+?) +│ (\d+) +│", stdout)
    return {outcome: int(count) for outcome, count in rows if int(count)}


@SLOWLY
def test_a_running_service_takes_an_import_and_answers_from_it(
    serving: subprocess.Popen[str], run: Run, home: Path, port: int
) -> None:
    folder = home / "more"
    folder.mkdir()
    for name, title in (("engrave", "Do you engrave wine glasses?"), ("wrap", "Do you wrap it?")):
        (folder / f"{name}.md").write_text(ARTICLE.format(name, title))
    (folder / "bad.md").write_text("no front matter")
    first = run("import", str(folder))
    assert (first.returncode, reported(first.stdout)) == (1, {"created": 2, "refused": 1})
    errors = [line for line in first.stderr.splitlines() if line.startswith("error:")]
    assert [line.split(": ")[1] for line in errors] == ["bad.md"]
    assert search(port, "do you engrave glasses")["hits"][0]["article_id"] == "engrave"
    before = search(port, "do you engrave glasses")["revision"]
    (folder / "bad.md").unlink()
    again = run("import", str(folder))
    assert (again.returncode, reported(again.stdout)) == (0, {"unchanged": 2})
    assert search(port, "do you engrave glasses")["revision"] == before
    (home / "articles" / "hours.md").write_text(ARTICLE.format("hours", "When do you close?"))
    built = run("build")
    assert built.returncode == 0
    assert "4 published articles, 8 passages; imported: 0 new, 1 changed, 1 unch" in built.stdout
    assert search(port, "when do you close")["hits"][0]["title"] == "When do you close?"
    assert serving.poll() is None


@SLOWLY
def test_importing_again_finishes_what_a_killed_service_took_in_part(
    serving: subprocess.Popen[str],
    environment: dict[str, str],
    run: Run,
    home: Path,
    port: int,
) -> None:
    table = home / "help.csv"
    rows = "".join(f"Where do I find part {n}?,On shelf {n}.\n" for n in range(400))
    table.write_text("question,answer\n" + rows)
    command = [sys.executable, "-m", "kb_index", "import", str(table)]
    importing = subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True)
    while not (taken := search(port, "where do I find part 3")["revision"] - 2):
        assert importing.poll() is None
        time.sleep(0.01)
    serving.kill()
    _, stderr = importing.communicate(timeout=50)
    assert importing.returncode == 1
    (complaint,) = stderr.splitlines()
    assert complaint.startswith("error: the knowledge service does not answer; it has ")
    assert complaint.endswith(" of 400 articles, and takes the rest when you import them again")
    again = run("import", str(table))
    assert again.returncode == 0
    outcome = reported(again.stdout)
    assert outcome["unchanged"] >= taken
    assert outcome["created"] > 0
    assert outcome["created"] + outcome["unchanged"] == 400


def test_a_busy_port_is_one_clear_line(run: Run) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        result = run("serve", TANDEM_KNOWLEDGE_PORT=port)
    assert result.returncode == 1
    assert result.stderr == f"error: cannot listen on 127.0.0.1:{port}: Address already in use\n"


@pytest.mark.parametrize(
    ("changes", "expected"),
    [
        ({"TANDEM_TARGET_PRECISION": "7"}, "error: TANDEM_TARGET_PRECISION"),
        ({"TANDEM_KNOWLEDGE_DATABASE_URL": "nonsense"}, "error: the knowledge database"),
        ({"TANDEM_ARTICLES": "nowhere"}, "error: nowhere is not a folder"),
        ({"TANDEM_HOME": "/dev/null"}, "error: /dev/null cannot be made"),
        ({"TANDEM_HOME": "/proc/none"}, "error: /proc/none cannot be made"),
    ],
)
def test_a_wrong_setting_is_one_clear_line(
    run: Run, changes: dict[str, str], expected: str
) -> None:
    result = run("build", **changes)
    assert result.returncode != 0
    assert result.stderr.startswith(expected)
    assert len(result.stderr.splitlines()) == 1


def test_eval_prints_one_json_object(run: Run, home: Path) -> None:
    queries = home / "queries.jsonl"
    queries.write_text('{"text": "how can i pay", "kb_id": "pay"}\n')
    result = run("eval", "--kb", str(home / "articles"), "--queries", str(queries), "--json")
    figures = json.loads(result.stdout)
    assert figures["top1"] == 1
    assert set(figures) >= {"coverage_at_precision_90", "task_accuracy", "ece", "p95_ms"}


def test_search_shows_what_it_found(run: Run) -> None:
    run("build")
    result = run("search", "how can i pay")
    assert "answer" in result.stdout
    assert "pay" in result.stdout

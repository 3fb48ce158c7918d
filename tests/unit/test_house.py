"""The documents name everything there is and nothing that is gone; the tree is free of places."""

from __future__ import annotations

import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import AliasChoices, SecretStr
from pydantic_core import PydanticUndefined
from pydantic_settings import BaseSettings

from actions.settings import Settings as ActionSettings
from deploy.settings import LaunchSettings
from handoff.escalation.signals import SIGNALS
from handoff.gateway import agent_commands, customer_socket
from handoff.gateway.app import ROUTES
from handoff.gateway.errors import WIRE
from handoff.settings import Settings as GatewaySettings
from handoff.store.keys import Keys
from handoff.store.scripts import NAMES
from kb_index.settings import Settings as KnowledgeSettings
from kb_index.sources import SOURCES

ROOT = Path(__file__).resolve().parent.parent.parent
DOCS = ROOT / "docs"
SECTIONS: dict[str, type[BaseSettings]] = {
    "Launcher": LaunchSettings,
    "Gateway": GatewaySettings,
    "Knowledge service": KnowledgeSettings,
    "Action server": ActionSettings,
}


def rows(settings: type[BaseSettings]) -> Iterator[str]:
    """The lines that `docs/settings.md` has about these settings."""
    for name, field in settings.model_fields.items():
        alias = field.validation_alias
        choices = alias.choices if isinstance(alias, AliasChoices) else [f"TANDEM_{name}"]
        names = dict.fromkeys(f"`{str(choice).upper()}`" for choice in choices)
        assert field.description, f"{settings.__module__}: {name} has no description"
        meaning = " ".join(field.description.split()).rstrip(".")
        meaning = meaning[0].upper() + meaning[1:]
        yield f"| {' or '.join(names)} | {default(field.default)} | {meaning} |"


def default(value: object) -> str:
    """How the table shows a default."""
    if value is PydanticUndefined:
        return "required"
    if value is None or value in ("", ()):
        return "-"
    assert not isinstance(value, SecretStr)
    return f"`{str(value).lower() if isinstance(value, bool) else value}`"


@pytest.mark.parametrize("section", SECTIONS)
def test_every_setting_is_documented_as_it_is(section: str) -> None:
    chapters = (DOCS / "settings.md").read_text().split("\n## ")
    chapter = next(text for text in chapters if text.startswith(section + "\n"))
    documented = [line for line in chapter.splitlines() if line.startswith("| `")]
    expected = list(rows(SECTIONS[section]))
    assert documented == expected, "it should be:\n" + "\n".join(expected)


def _named(document: str, *things: str) -> list[str]:
    """Which of `things` the document does not name."""
    text = (ROOT / document).read_text()
    return [thing for thing in things if not re.search(rf"(?<![\w-]){re.escape(thing)}\b", text)]


def test_every_script_is_in_the_table_of_transitions() -> None:
    text = (DOCS / "architecture.md").read_text()
    table = "\n".join(line for line in text.splitlines() if line.startswith("| `"))
    assert [name for name in NAMES if f"`{name}`" not in table] == []
    assert {path.stem for path in (ROOT / "handoff/store/lua").iterdir()} == set(NAMES)


def test_every_key_is_described() -> None:
    keys = Keys("desk")
    fixed = [value for name, value in vars(keys).items() if not name.startswith("_")]
    of_one = [
        key("<") for key in (keys.conv, keys.log, keys.sent, keys.chats, keys.agent, keys.line)
    ]
    text = (DOCS / "architecture.md").read_text()
    assert [key for key in fixed + of_one if key not in text] == []


def test_every_signal_is_named() -> None:
    signals = [signal.__module__.rpartition(".")[2] for signal in SIGNALS]
    assert _named("docs/architecture.md", *signals) == []


def test_every_knowledge_source_is_named() -> None:
    assert _named("kb_index/README.md", *SOURCES) == []


def test_every_socket_command_is_described() -> None:
    text = (DOCS / "architecture.md").read_text()
    tables = {"/ws/customer": customer_socket._TABLE, "/ws/agent": agent_commands.TABLE}
    for path, table in tables.items():
        (chapter,) = (part for part in text.split("\n### ") if part.startswith(f"`{path}`"))
        missing = [name for name in table if not re.search(rf'[`"]{name}\b', chapter)]
        assert missing == [], path


def test_every_wire_code_is_named() -> None:
    text = (DOCS / "architecture.md").read_text()
    assert [code for code in WIRE if f"`{code}`" not in text] == []


def test_every_route_is_named() -> None:
    text = (DOCS / "architecture.md").read_text()
    paths = {route.path for route in ROUTES if route.path.startswith(("/api/", "/ws/", "/health"))}
    assert [path for path in sorted(paths) if path not in text] == []


def _tracked() -> list[Path]:
    listed = subprocess.run(
        ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    if listed.returncode:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name and (ROOT / name).is_file()]


def test_every_top_level_folder_is_in_the_layout() -> None:
    layout = (DOCS / "architecture.md").read_text().split("## Layout")[1].split("```")[1]
    folders = {path.relative_to(ROOT).parts[0] for path in _tracked() if path.parent != ROOT}
    assert [folder for folder in sorted(folders) if f"{folder}/" not in layout] == []


@pytest.mark.parametrize("name", ["app.in", "rasa.in"])
def test_every_direct_requirement_has_its_reason(name: str) -> None:
    lines = (ROOT / "deploy/requirements" / name).read_text().splitlines()
    wanted = [re.split(r"[<>=\[ ]", line)[0] for line in lines if line and line[0] != "#"]
    told = "".join(
        line.split("|")[1]
        for line in (DOCS / "dependencies.md").read_text().splitlines()
        if line.startswith("| ")
    )
    known = {word.strip(",") for word in told.split()}
    if "types-*" in known:
        wanted = [one for one in wanted if not one.startswith("types-")]
    assert [one for one in wanted if one not in known] == []


#: Somebody's home or working folder, and addresses that belong to one machine's configuration.
PLACES = re.compile(
    r"(?<![\w.<{])/(?:root|home/\w+|Users/\w+|work)/\w"
    r"|https?://[^\s\"'/]*(?:\d{1,3}\.){3}\d{1,3}[^\s\"']*/simple"
    r"|--?(?:extra-)?index(?:-url)?[ =]https?:"
    r"|\"resolved\": \"http"
)


def test_no_file_names_a_place_of_one_machine() -> None:
    found = []
    for path in _tracked():
        try:
            text = path.read_text()
        except UnicodeDecodeError:
            continue
        if path != Path(__file__) and (hit := PLACES.search(text)):
            found.append(f"{path.relative_to(ROOT)}: {hit.group()}")
    assert found == []

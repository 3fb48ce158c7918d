"""The lock file pins what is installed, and leaves open from where."""

from __future__ import annotations

import json
from pathlib import Path


def _packages(web: Path) -> dict[str, dict[str, object]]:
    lock = json.loads((web / "package-lock.json").read_text())
    packages = {name: entry for name, entry in lock["packages"].items() if name}
    assert packages
    return packages


def test_no_package_is_bound_to_a_registry(web: Path) -> None:
    assert [name for name, entry in _packages(web).items() if "resolved" in entry] == []


def test_every_package_has_an_integrity_hash(web: Path) -> None:
    assert [name for name, entry in _packages(web).items() if "integrity" not in entry] == []


def test_direct_dependencies_are_pinned_to_one_version(web: Path) -> None:
    package = json.loads((web / "package.json").read_text())
    versions = {**package["dependencies"], **package["devDependencies"]}
    assert [name for name, version in versions.items() if not version[0].isdigit()] == []

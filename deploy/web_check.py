"""Type-check the web apps with the Node that set-up found."""

from __future__ import annotations

import os
import subprocess
import sys

from deploy.setup import WEB, npm


def main() -> None:
    """Run `npm run check` and pass its exit code on."""
    command, variables = npm()
    call = [*map(str, command), "run", "--silent", "check"]
    environment = {**os.environ, **variables}
    sys.exit(subprocess.run(call, cwd=WEB, env=environment, check=False).returncode)


if __name__ == "__main__":
    main()

"""Type-check the web apps with the Node that set-up found."""

from __future__ import annotations

import os
import subprocess
import sys

from deploy.setup import WEB, node_path


def main() -> None:
    """Run `npm run check` and pass its exit code on."""
    environment = {**os.environ, **node_path()}
    done = subprocess.run(
        ["npm", "run", "--silent", "check"], cwd=WEB, env=environment, check=False
    )
    sys.exit(done.returncode)


if __name__ == "__main__":
    main()

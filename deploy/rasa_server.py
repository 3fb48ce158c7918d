"""Start `rasa run` on loopback; runs in Rasa's own environment (Python 3.10).

Called in-process rather than by command line, so that `ps` does not show the token.
"""

from __future__ import annotations

import os
import sys
import warnings

from rasa.__main__ import main

if __name__ == "__main__":
    sys.argv = [
        *("rasa", "run", "--interface", "127.0.0.1", "--port", os.environ["TANDEM_RASA_PORT"]),
        *("--enable-api", "--auth-token", os.environ["TANDEM_RASA_TOKEN"]),
        *("--model", "models/tandem.tar.gz", "--endpoints", "endpoints.yml"),
        *("--credentials", "credentials.yml", "--quiet"),
    ]
    # Its pinned libraries deprecate each other; some switch their warnings on again.
    warnings.showwarning = lambda *_args, **_named: None
    main()

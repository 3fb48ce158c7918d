"""`python -m handoff.escalation`: explains the policy on a conversation, measures it, refits it."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from pathlib import Path

from handoff.errors import HandoffError
from handoff.escalation.evaluation import command as evaluation
from handoff.escalation.explain import Trial, explain
from handoff.escalation.fitting import command as fitting
from kb_index.client import KnowledgeRefused, KnowledgeUnavailable


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; returns the exit code."""
    parser = argparse.ArgumentParser(prog="python -m handoff.escalation", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    _add_explain(commands.add_parser("explain", help="readings and decisions, turn by turn"))
    evaluation.add_options(commands.add_parser("eval", help="quality on data files"))
    fitting.add_options(commands.add_parser("fit", help="rebuild the fitted artefact"))
    options = parser.parse_args(arguments)
    try:
        if options.command == "eval":
            return evaluation.run(options)
        if options.command == "fit":
            return fitting.run(options)
        trial = Trial(options.tuning, options.knowledge)
        explain(options.file, trial, options.name, options.json)
    except (HandoffError, KnowledgeUnavailable, KnowledgeRefused) as error:
        print(f"escalation: {error}", file=sys.stderr)
        return 1
    return 0


def _add_explain(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("file", nargs="?", default="-", help="YAML or JSONL; - is standard input")
    parser.add_argument(
        "--name", help="only the conversation of this name, where there are several"
    )
    parser.add_argument(
        "--tuning", type=Path, metavar="FILE", help="an escalation.yml of one's own"
    )
    parser.add_argument(
        "--knowledge",
        metavar="URL",
        help="a running knowledge service, asked what it finds; without one no embeddings are used "
        "and each message counts as answered where the file does not say `search`",
    )
    parser.add_argument("--json", action="store_true", help="for programs")


if __name__ == "__main__":
    raise SystemExit(main())

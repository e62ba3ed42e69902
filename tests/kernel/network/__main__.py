# SPDX-License-Identifier: Apache-2.0
"""Draws fresh worlds and holds the engine against packets in them: what `make worlds` runs."""

import argparse
import sys

from tests.kernel.network.laboratory import why_not
from tests.kernel.network.shrink import explained
from tests.kernel.network.trial import Score, run
from tests.kernel.network.writer.orders import Stage

MOST = 1_000_000


def _bounded(text: str) -> int:
    value = int(text)
    if not 0 <= value <= MOST:
        raise argparse.ArgumentTypeError(f"`{text}` is not between 0 and {MOST}")
    return value


def _explain(stage: Stage, score: Score) -> None:
    first = score.wrong[0]
    question = first.wrong[0].observation.question
    print(explained(stage, first.world, question), file=sys.stderr)  # noqa: T201


def main() -> int:
    """Print the score as one JSON object, and the smallest wrong world to stderr."""
    parser = argparse.ArgumentParser(prog="make worlds", description=__doc__)
    parser.add_argument("--seed", type=_bounded, required=True, help="the first world's seed")
    parser.add_argument("--count", type=_bounded, required=True, help="how many worlds")
    chosen = parser.parse_args()
    if reason := why_not():
        print(f"error: {reason}", file=sys.stderr)  # noqa: T201
        return 2
    with Stage() as stage:
        score = run(stage, range(chosen.seed, chosen.seed + chosen.count))
        print(score.json())  # noqa: T201
        if score.wrong:
            _explain(stage, score)
    return 1 if score.mismatches else 0


if __name__ == "__main__":
    sys.exit(main())

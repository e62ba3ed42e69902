# SPDX-License-Identifier: Apache-2.0
"""How long the proved cut of an estate takes."""

import time

from bartizan.paths import analyse, cut
from bench.estate import organisation

SEEDS = range(1, 6)


def main() -> None:
    """Print one line for each estate."""
    for seed in SEEDS:
        estate = organisation(seed=seed)
        begin = time.perf_counter()
        paths, _ = analyse(estate.steps, estate.entries, estate.jewels)
        told = time.perf_counter()
        found = cut(estate.steps, estate.entries, estate.jewels, paths=paths)
        done = time.perf_counter()
        proof = "optimal" if found.optimal else f"at least {found.lower_bound}"
        print(
            f"cut of {estate.paths:,} paths by {estate.remedies} remedies, "
            f"{len(estate.steps)} steps, estate {seed}: {done - told:.2f} s, "
            f"{len(found.remedies)} remedies, cost {found.cost} ({proof}), "
            f"{found.paths_left} paths left; {len(paths)} paths told in {told - begin:.2f} s"
        )


if __name__ == "__main__":
    main()

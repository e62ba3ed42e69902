# SPDX-License-Identifier: Apache-2.0
"""How long patterns take that are built to blow up matching, by size: the time grows as that."""

import time

from bartizan.reason.authz.aws.policy.wildcard import glob

SIZES = tuple(1 << power for power in range(14, 21))
"""Characters of the text and of the pattern, up to a megabyte."""
PATTERNS = {
    "*a*a...b": ("*a", "b"),
    "a*a*...b": ("a*", "b"),
    "*?a*?a...b": ("*?a", "b"),
    "*ab*ab...": ("*ab", ""),
    "?*?*...": ("?*", ""),
}
"""A name, what is repeated, and how it ends; the text is of the letter `a` alone."""


def main() -> None:
    """Print a line for each pattern: microseconds for a thousand characters, at each size."""
    for name, (piece, end) in PATTERNS.items():
        taken = [_seconds(piece, end, size) / size * 1e9 for size in SIZES]
        cells = " ".join(f"{found:7.0f}" for found in taken)
        sizes = f"{SIZES[0]:,} to {SIZES[-1]:,}"
        print(f"matching {name:<12} us per 1,000 characters at {sizes}: {cells}")


def _seconds(piece: str, end: str, size: int) -> float:
    """Return the processor time of one match, its pattern taken apart anew."""
    pattern = (piece * size)[: size // 2] + end
    begin = time.process_time()
    glob(pattern)("a" * size)
    return time.process_time() - begin


if __name__ == "__main__":
    main()

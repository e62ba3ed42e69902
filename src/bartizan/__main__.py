# SPDX-License-Identifier: Apache-2.0
"""The one place where anything that goes wrong becomes words and an exit status."""

import sys


def main() -> None:
    """Run the command line; exit 0 clean, 1 findings, 2 usage or bad input, 3 incomplete."""
    from bartizan.cli.main import run  # noqa: PLC0415 - `import bartizan` must stay instant

    sys.exit(run(sys.argv[1:]))


if __name__ == "__main__":
    main()

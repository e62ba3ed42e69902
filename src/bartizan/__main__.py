# SPDX-License-Identifier: Apache-2.0
"""The one place where anything that goes wrong becomes words and an exit status."""

import gc
import signal
import sys


def main() -> None:
    """Run the command line; exit 0 clean, 1 findings, 2 usage or bad input, 3 incomplete."""
    from bartizan.app.collector import undisturbed  # noqa: PLC0415 - as below

    # Whoever asks us to end is to find nothing left of what we had started or written for a while.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with undisturbed():
        from bartizan.cli.main import run  # noqa: PLC0415 - `import bartizan` must stay instant

        status = run(sys.argv[1:])
    # At its end the interpreter looks through all that is left twice, and frees it in vain.
    gc.freeze()
    sys.exit(status)


if __name__ == "__main__":
    main()

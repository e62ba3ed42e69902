# SPDX-License-Identifier: Apache-2.0
"""The one place where anything that goes wrong becomes words and an exit status."""

import contextlib
import os
import signal
import sys
from typing import NoReturn


def main() -> NoReturn:
    """Run the command line; exit 0 clean, 1 findings, 2 usage or bad input, 3 incomplete."""
    from bartizan.app.collector import undisturbed  # noqa: PLC0415 - as below

    # Numpy would start threads for linear algebra, of which there is none here.
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
    # Whoever asks us to end is to find nothing left of what we had started or written for a while.
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    with undisturbed():
        from bartizan.cli.main import run  # noqa: PLC0415 - `import bartizan` must stay instant

        status = run(sys.argv[1:])
    _end(status)


def _end(status: int) -> NoReturn:
    """End at once. All is written and everything started has ended, but for the threads that
    libraries keep: one that asks for the interpreter while that is taken apart aborts the process,
    whatever its status was to be. Nothing is lost but the time that it takes to free all.

    Source: https://docs.python.org/3/c-api/init.html#c.PyGILState_Ensure
    """
    for stream in (sys.stdout, sys.stderr):
        # Who reads may be gone, and `run` closes what nobody reads.
        with contextlib.suppress(OSError, ValueError):
            stream.flush()
    os._exit(status)


if __name__ == "__main__":
    main()

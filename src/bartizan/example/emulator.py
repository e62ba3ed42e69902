# SPDX-License-Identifier: Apache-2.0
"""An AWS emulator on the loopback interface, for as long as a block of code runs."""

import contextlib
import logging
import os
import urllib.request
from collections.abc import Iterator

from bartizan.errors import MissingExtraError


@contextlib.contextmanager
def emulator(*, seed: int = 1) -> Iterator[str]:
    """Start an emulator and give its address; the same `seed` gives the same ids.

    Raises:
        MissingExtraError: moto is not installed.
    """
    try:
        from moto.server import ThreadedMotoServer  # noqa: PLC0415 - an optional dependency
    except ImportError as error:
        raise MissingExtraError(
            "the demo needs the AWS emulator", hint="pip install 'bartizan[demo]'"
        ) from error
    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        address = f"http://{host}:{port}"
        for path in ("reset", f"seed?a={seed}"):
            request = urllib.request.Request(f"{address}/moto-api/{path}", method="POST")  # noqa: S310 - our own server
            urllib.request.urlopen(request, timeout=30).close()  # noqa: S310 - as above
        # The emulator answers S3 Control, whose host names carry the account, by way of itself.
        with _environment("HTTP_PROXY", address):
            yield address
    finally:
        server.stop()


@contextlib.contextmanager
def _environment(name: str, value: str) -> Iterator[None]:
    before = os.environ.get(name)
    os.environ[name] = value
    try:
        yield
    finally:
        if before is None:
            del os.environ[name]
        else:
            os.environ[name] = before
